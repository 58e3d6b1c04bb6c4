/** The console: all routes behind one set of headers, one session look-up and one check of where forms come from. */
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { knowAlerts } from './alert-count.ts';
import { apiApp, apiBase } from './api/app.ts';
import { assetRoutes } from './assets.ts';
import { knowClient } from './client-address.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI } from './environment.ts';
import { knowFailures } from './failed-log-ins.ts';
import { fromOurPages, knowSession } from './guard.ts';
import { messagePage } from './message-page.ts';
import { accountRoutes } from './pages/account.ts';
import { alertRoutes } from './pages/alerts.ts';
import { auditRoutes } from './pages/audit.ts';
import { caseRoutes, mostEvidenceOctets } from './pages/cases.ts';
import { denyRoutes } from './pages/deny.ts';
import { directoryRoutes } from './pages/directory.ts';
import { logInRoutes } from './pages/log-in.ts';
import { mailRoutes } from './pages/mail.ts';
import { overviewRoutes } from './pages/overview.ts';
import { phoneRoutes } from './pages/phone.ts';
import { queueRoutes } from './pages/queues.ts';
import { reviewRoutes } from './pages/reviews.ts';
import { settingsRoutes } from './pages/settings.ts';
import { simulateRoutes } from './pages/simulate.ts';
import { staffRoutes } from './pages/staff.ts';
import { tokenRoutes } from './pages/tokens.ts';
import { createPlaces } from './places.ts';
import type { ConsolePorts } from './ports.ts';
import { securityHeaders } from './security-headers.ts';
import { stepUpCheck } from './step-up.ts';

const mostFormOctets = 64 * 1024;
/** Files to import. */
const mostFileOctets = 32 * 1024 * 1024;
/** Large bodies at once. */
const mostUploads = { ofSession: 2, inAll: 4 };

const pages = [
  logInRoutes,
  accountRoutes,
  overviewRoutes,
  mailRoutes,
  reviewRoutes,
  caseRoutes,
  queueRoutes,
  alertRoutes,
  denyRoutes,
  directoryRoutes,
  phoneRoutes,
  auditRoutes,
  staffRoutes,
  tokenRoutes,
  settingsRoutes,
  simulateRoutes,
] as const;

const compressed = compress();

/**
 * Packed together with a text of their choice, the length of a page tells others letter by letter what else it holds, form
 * token and mail (BREACH). They need our user's browser for it, and browsers say which site made them ask.
 */
const compressOwn: MiddlewareHandler<ConsoleEnvironment> = (context, next) => {
  const site = context.req.header('sec-fetch-site') ?? 'none';
  return site === 'none' || site === 'same-origin' ? compressed(context, next) : next();
};

export function consoleApp(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const app = new Hono<ConsoleEnvironment>();
  const uploads = createPlaces(mostUploads);
  app.use(securityHeaders);
  app.use(knowClient(ports.isProxy));
  app.use(compressOwn);
  app.route('/', assetRoutes());
  // Before sessions are looked at: a cookie is no token.
  app.route(apiBase, apiApp(ports));
  app.use(knowSession(ports));
  app.use(async (context, next) => {
    // Before anything of the body is read; only who may import sends large ones.
    const maxSize = mostOctets(context);
    const onError = () =>
      context.html(
        messagePage(context, { title: 'Too large', text: 'What was sent is larger than this page takes.' }),
        413,
      );
    const limited = () => bodyLimit({ maxSize, onError })(context, next);
    if (maxSize === mostFormOctets || context.req.method === 'GET') return limited();
    // Held in memory until it is done with.
    const release = uploads.open(context.get('who')?.tokenHash ?? '');
    if (release === null) {
      context.header('retry-after', '10');
      const text = 'Other large files are on their way. Go back and send it once more in some seconds.';
      return context.html(messagePage(context, { title: 'Not now', text }), 503);
    }
    try {
      return await limited();
    } finally {
      release();
    }
  });
  app.use(fromOurPages);
  app.use(knowAlerts(ports));
  app.use(knowFailures(ports));
  const stepUp = stepUpCheck(ports);
  for (const routes of pages) app.route('/', routes(ports, stepUp));

  app.notFound((context) =>
    context.html(
      messagePage(context, { title: 'There is no such page', text: 'The address may be cut off or out of date.' }),
      404,
    ),
  );
  app.onError((error, context) => {
    if (isAway(error)) {
      context.header('refresh', '10'); // comes back by itself
      const text = 'A service that this page needs does not answer. The page tries again every ten seconds.';
      return context.html(messagePage(context, { title: 'Not now', text }), 503);
    }
    if (error.name === 'TooManyWait') {
      context.header('retry-after', '10');
      const text = 'Too many passwords are looked at in this moment. Nothing was changed: try again in some seconds.';
      return context.html(messagePage(context, { title: 'Not now', text }), 503);
    }
    if (error.name === 'SpoolCorrupt') {
      ports.logger.error({ error, path: context.req.path }, 'a mail in the spool is damaged');
      const text = 'What the spool holds is not what was committed: damaged, cut short, or sealed under another key.';
      return context.html(messagePage(context, { title: 'This mail is damaged', text }), 500);
    }
    ports.logger.error({ error, path: context.req.path }, 'a page failed');
    return context.html(
      messagePage(context, {
        title: 'This did not work',
        text: 'The log of the console says why. Nothing was changed half.',
      }),
      500,
    );
  });
  return app;
}

/** Large bodies only from whoever may send them. */
function mostOctets(context: ConsoleContext): number {
  const { path } = context.req;
  if (mayI(context, 'deny.change') && path === '/deny/import') return mostFileOctets;
  if (mayI(context, 'directory.import') && path === '/directory/import') return mostFileOctets;
  if (mayI(context, 'simulate') && path === '/simulate') return 2 * mostFileOctets;
  if (mayI(context, 'cases.work') && /^\/cases\/[^/]+\/documents$/.test(path)) {
    return mostEvidenceOctets + mostFormOctets;
  }
  return mostFormOctets;
}

/** A store that does not answer, as the records and the queues name it. */
function isAway(error: Error): boolean {
  return error.name === 'QueueUnavailable' || error.name === 'RecordsUnavailable';
}

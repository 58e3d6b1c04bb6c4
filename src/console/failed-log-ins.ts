/** Tells members, on the first page after a log-in, what failed at their name since the one before. */
import type { MiddlewareHandler } from 'hono';
import type { FailedBefore } from '../records/log-ins.ts';
import type { ConsoleContext, ConsoleEnvironment } from './environment.ts';
import { type Html, html, note, plural, shown, timeTag } from './html.ts';
import type { ConsolePorts } from './ports.ts';
import { clearCookie, rawCookie, writeCookie } from './session-cookie.ts';

/** There while it has not been told; says nothing by itself. */
const untold = 'postern_untold';
const untoldMs = 10 * 60_000;

/** After a session was opened. */
export async function tellFailures(
  { logInFailures }: Pick<ConsolePorts, 'logInFailures'>,
  context: ConsoleContext,
  name: string,
): Promise<void> {
  if ((await logInFailures.before(name)) !== null) writeCookie(context, untold, 'yes', untoldMs);
}

/** Hands it to the frame of the page, once. */
export function knowFailures({
  logInFailures,
}: Pick<ConsolePorts, 'logInFailures'>): MiddlewareHandler<ConsoleEnvironment> {
  return async (context, next) => {
    const who = context.get('who');
    if (who === null || context.req.method !== 'GET' || rawCookie(context, untold) === undefined) return next();
    const failed = await logInFailures.before(who.member.name);
    if (failed !== null) context.set('failedLogIns', failed);
    await next();
    // A download has no room for it, a redirection leads to a page that has.
    const isPage = context.res.headers.get('content-type')?.startsWith('text/html') ?? false;
    if (isPage && context.res.status < 300) clearCookie(context, untold);
  };
}

export function failuresNote({ failures, lastAt, lastFrom, since }: FailedBefore): Html {
  const from =
    since === null
      ? 'before your first one'
      : html`since your last one, ${timeTag(since.at)} from ${shown(since.from, 60)}`;
  return note(
    'warn',
    html`${plural(failures, 'log-in', 'log-ins')} at your name failed ${from}; the last ${timeTag(lastAt)} from ${shown(lastFrom, 60)} (UTC). If that was not you, tell an admin, and change your password in <a href="/account">your account</a>.`,
  );
}

/** `/api/v1`: the route table as it runs. Order of a call: token -> scope and role -> type and size -> shape -> work. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { stream } from 'hono/streaming';
import { clientAddress } from '../client-address.ts';
import type { ConsoleEnvironment } from '../environment.ts';
import type { ConsolePorts } from '../ports.ts';
import { callers } from './caller.ts';
import { openApiDocument } from './openapi.ts';
import { Problem, problemResponse } from './problem.ts';
import { type ApiRoute, type BodyDoc, honoPath, type Octets } from './route.ts';
import { apiRoutes } from './routes.ts';

type ApiContext = Context<ConsoleEnvironment>;

export const apiBase = '/api/v1';
const documentPath = '/openapi.json';
const retryAfterSeconds = '10';

export function apiApp(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const app = new Hono<ConsoleEnvironment>();
  const know = callers(ports);

  app.use(async (context, next) => {
    await next();
    ports.counting.apiAnswered(context.get('apiRoute') ?? 'unknown', context.res.status);
  });

  let document: string | null = null;
  app.get(documentPath, (context) => {
    // About this program alone, the same for everybody: open, so that a client can be made before there is a token.
    document ??= JSON.stringify(openApiDocument(apiRoutes));
    context.header('content-type', 'application/json');
    return context.body(document);
  });
  app.all(documentPath, (context) => otherMethod(context, ['GET']));

  for (const [path, routes] of routesByPath()) {
    for (const one of routes) {
      app.on(one.method, honoPath(path), async (context: ApiContext) => {
        context.set('apiRoute', `${one.method} ${one.path}`);
        const request = { authorization: context.req.header('authorization'), from: clientAddress(context) };
        const caller = await know(request, one.access);
        const body = one.body === null ? undefined : await readBody(context, one.body);
        const input = { params: context.req.param(), query: queryOf(context), body };
        return answer(context, one, await one.run(ports, caller, input));
      });
    }
    app.all(honoPath(path), (context) =>
      otherMethod(
        context,
        routes.map(({ method }) => method),
      ),
    );
  }
  app.all('*', () => {
    throw new Problem('not-found', `There is no such path; ${apiBase}${documentPath} lists what there is.`);
  });
  app.onError((error, context) => {
    if (error instanceof Problem) return problemResponse(error);
    if (error.name === 'QueueUnavailable' || error.name === 'RecordsUnavailable') {
      const headers = { 'retry-after': retryAfterSeconds };
      return problemResponse(new Problem('unavailable', 'Try again later.', { headers }));
    }
    ports.logger.error({ error, path: context.req.path }, 'a call of the API failed');
    return problemResponse(new Problem('internal-error', 'The log of the console says why.'));
  });
  return app;
}

/** Fixed paths first: the router takes the first that fits, and `/deny/preview` is no entry of the deny-list. */
function routesByPath(): readonly (readonly [path: string, routes: readonly ApiRoute[]])[] {
  const names = (path: string) => path.split('{').length;
  return [...Map.groupBy(apiRoutes, ({ path }) => path)].toSorted(([one], [other]) => names(one) - names(other));
}

function otherMethod(context: ApiContext, methods: readonly string[]): Response {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  // No Access-Control-* header, ever: pages of other origins have no business here.
  if (context.req.method === 'OPTIONS') return context.body(null, 204, { allow });
  throw new Problem('method-not-allowed', `Allowed: ${allow}.`, { headers: { allow } });
}

/** Each name once: of a repeated one it would be a matter of luck which counts. */
function queryOf(context: ApiContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(context.req.queries()).map(([name, values]) => {
      if (values.length > 1) {
        const fault = { field: name.slice(0, 200), message: 'is given more than once' };
        throw new Problem('invalid-request', `${fault.field} ${fault.message}`, { faults: [fault] });
      }
      return [name, values[0] ?? ''];
    }),
  );
}

async function readBody(context: ApiContext, { maxOctets, media, schema }: BodyDoc): Promise<unknown> {
  const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== media) throw new Problem('unsupported-media-type', `Send ${media}.`);
  const text = await limitedText(context, maxOctets);
  if (schema === null) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('malformed-request', 'The body is not JSON.');
  }
}

async function limitedText(context: ApiContext, maxSize: number): Promise<string> {
  let octets: ArrayBuffer | null = null;
  const tooLarge = () => {
    throw new Problem('too-large', `At most ${maxSize} octets are taken here.`);
  };
  await bodyLimit({ maxSize, onError: tooLarge })(context, async () => {
    octets = await context.req.arrayBuffer();
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets ?? new ArrayBuffer(0));
  } catch {
    throw new Problem('malformed-request', 'The body is not UTF-8.');
  }
}

function answer(context: ApiContext, { answer: doc }: ApiRoute, value: unknown): Response {
  if (doc.media === 'application/json') return context.json(value ?? null, doc.status);
  if (doc.media === null) return context.body(null, 204);
  if (!isOctets(value)) throw new Error('a route gave no octets');
  const { content, headers } = value;
  for (const [name, text] of Object.entries({ ...headers, 'content-type': doc.media })) context.header(name, text);
  if (typeof content === 'string') return context.body(content);
  return stream(context, async (out) => {
    for await (const chunk of content) await out.write(chunk);
  });
}

function isOctets(value: unknown): value is Octets {
  return typeof value === 'object' && value !== null && 'content' in value && 'headers' in value;
}

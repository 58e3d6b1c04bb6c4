/** The files that browsers load: one style sheet, small client modules, the chart library. From fixed lists only. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { Hono } from 'hono';

type Asset = { readonly type: string; readonly body: string; readonly tag: string };

const folder = import.meta.dirname;

let loaded: ReadonlyMap<string, Asset> | null = null;

/** Read and stripped once, at the first request. */
function assets(): ReadonlyMap<string, Asset> {
  loaded ??= new Map([
    ['console.css', asset('text/css', readFileSync(join(folder, 'console.css'), 'utf8'))],
    ['icon.svg', asset('image/svg+xml', icon)],
    ['uplot.js', asset('text/javascript', packageFile('uplot/dist/uPlot.iife.min.js'))],
    ['uplot.css', asset('text/css', packageFile('uplot/dist/uPlot.min.css'))],
    ...clientModules(),
  ]);
  return loaded;
}

/** A browser keeps a file for good: its name says what is in it. */
export function assetPath(name: string): string {
  return `/assets/${assets().get(name)?.tag ?? 'none'}/${name}`;
}

export function assetRoutes(): Hono {
  const routes = new Hono();
  routes.get('/assets/:tag/:name', (context) => {
    const found = assets().get(context.req.param('name'));
    if (found === undefined) return context.text('there is no such file', 404);
    const isThis = context.req.param('tag') === found.tag;
    context.header('cache-control', isThis ? 'public, max-age=31536000, immutable' : 'no-store');
    context.header('content-type', `${found.type}; charset=utf-8`);
    return context.body(found.body);
  });
  return routes;
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#0f5f6e"/><path d="M5 20v-9a7 7 0 0 1 14 0v9h-3.4v-9a3.6 3.6 0 0 0-7.2 0v9z" fill="#fff"/></svg>';

/** The modules of `client/`: TypeScript there, JavaScript in the browser. They import nothing from one another. */
function clientModules(): [string, Asset][] {
  const client = join(folder, 'client');
  return readdirSync(client)
    .filter((name) => /^[a-z-]+\.ts$/.test(name))
    .map((name) => [name, asset('text/javascript', stripped(readFileSync(join(client, name), 'utf8')))]);
}

/** The same stripping as Node's own for this program, which warns only when it is called by name. */
function stripped(source: string): string {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function packageFile(path: string): string {
  const require = createRequire(import.meta.url);
  const [name = ''] = path.split('/');
  return readFileSync(join(require.resolve(`${name}/package.json`), '..', path.slice(name.length + 1)), 'utf8');
}

function asset(type: string, body: string): Asset {
  return { type, body, tag: createHash('sha256').update(body).digest('base64url').slice(0, 12) };
}

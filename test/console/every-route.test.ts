/**
 * Every route of the console, taken from its own table: who may call it, and that no other page can make a browser do so.
 * A route that is not named here fails the first test, so that none is added without somebody saying whom it is for.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiBase } from '../../src/console/api/app.ts';
import { consoleApp } from '../../src/console/app.ts';
import { type Role, roles } from '../../src/staff/role.ts';
import { type ConsoleWorld, type Session, startConsole } from './console-world.ts';

/** The least role; `member`: whoever is logged in; `anybody`: without logging in. */
type Least = Role | 'member' | 'anybody';

const wanted: Readonly<Record<Least, readonly string[]>> = {
  anybody: [
    'GET /assets/:tag/:name',
    'GET /join/:token',
    'GET /log-in',
    'POST /join/:token',
    'POST /log-in',
    'POST /log-in/passkey',
    'POST /log-out',
  ],
  member: [
    'GET /account',
    'GET /account/passkeys/:id',
    'POST /account/passkeys',
    'POST /account/passkeys/:id/remove',
    'POST /account/passkeys/:id/rename',
    'POST /account/passkeys/options',
    'POST /account/password',
    'POST /account/second-factor',
    'POST /account/sessions/:id/end',
  ],
  viewer: [
    'GET /',
    'GET /live/flow',
    'GET /live/overview',
    'GET /queues',
    'GET /queues/:queue',
    'GET /queues/:queue/jobs/:id',
  ],
  operator: [
    'GET /alerts',
    'GET /deny',
    'GET /deny/:id',
    'GET /deny/export.csv',
    'GET /deny/test',
    'GET /directory',
    'GET /directory/:id',
    'GET /directory/ending-keys',
    'GET /directory/history',
    'GET /mail',
    'GET /mail/:id',
    'GET /phone',
    'POST /alerts/parked',
    'POST /alerts/silence',
    'POST /alerts/unsilence',
    'POST /mail/:id/judge',
    'POST /queues/:queue/dead',
    'POST /queues/:queue/jobs/:id/remove',
    'POST /queues/:queue/jobs/:id/retry',
    'POST /queues/:queue/pause',
    'POST /queues/:queue/resume',
  ],
  trust: [
    'GET /audit',
    'GET /cases',
    'GET /cases/:id',
    'GET /cases/new',
    'GET /cases/unnamed',
    'GET /deny/:id/edit',
    'GET /deny/import',
    'GET /deny/new',
    'GET /deny/proposals',
    'GET /deny/proposals/:id',
    'GET /mail/:id/decrypted',
    'GET /mail/:id/decrypted/html/:part',
    'GET /mail/:id/release',
    'GET /mail/:id/text',
    'GET /mail/:id/text/html/:part',
    'GET /reviews',
    'GET /reviews/:id',
    'GET /simulate',
    'POST /audit/verify',
    'POST /cases',
    'POST /cases/:id/act/:kind',
    'POST /cases/:id/documents',
    'POST /cases/:id/documents/:document',
    'POST /cases/:id/export',
    'POST /cases/:id/join',
    'POST /cases/:id/name',
    'POST /cases/:id/order/retry',
    'POST /cases/check-in',
    'POST /cases/unnamed',
    'POST /deny/:id/edit',
    'POST /deny/:id/expire',
    'POST /deny/:id/remove',
    'POST /deny/:id/restore',
    'POST /deny/import',
    'POST /deny/new',
    'POST /deny/proposals/:id',
    'POST /mail/:id/decrypted/parts/:part',
    'POST /mail/:id/judge/apply',
    'POST /mail/:id/raw',
    'POST /mail/:id/release',
    'POST /mail/:id/ticket',
    'POST /mail/:id/text/parts/:part',
    'POST /reviews/:id',
    'POST /reviews/:id/ask',
    'POST /reviews/:id/put-back',
    'POST /reviews/:id/take-over',
    'POST /simulate',
  ],
  admin: [
    'GET /directory/:id/admins/:admin/keys',
    'GET /directory/export.json',
    'GET /directory/import',
    'GET /settings',
    'GET /staff',
    'GET /staff/:name',
    'GET /tokens',
    'POST /directory/:id/admins/:admin/keys',
    'POST /directory/:id/admins/:admin/keys/remove',
    'POST /directory/import',
    'POST /staff',
    'POST /staff/:name/disable',
    'POST /staff/:name/reset',
    'POST /staff/:name/role',
    'POST /staff/:name/sessions/:id/end',
    'POST /tokens',
    'POST /tokens/:id/revoke',
  ],
};

type Call = { readonly name: string; readonly method: string; readonly path: string; readonly least: Least };

const calls: readonly Call[] = Object.entries(wanted).flatMap(([least, names]) =>
  names.map((name) => {
    const [method = '', path = ''] = name.split(' ');
    // No such thing, so that whoever gets through changes nothing.
    return { name, method, path: path.replace(/:\w+/g, 'none'), least: leastOf(least) };
  }),
);

function leastOf(text: string): Least {
  const least = ([...roles, 'member', 'anybody'] as const).find((one) => one === text);
  if (least === undefined) throw new Error(`no role ${text}`);
  return least;
}

describe('every route', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
  });
  afterAll(() => world.close());

  const call = async ({ method, path }: Call, who?: Session, headers: Readonly<Record<string, string>> = {}) => {
    const answer = method === 'GET' ? await world.get(path, who, headers) : await world.post(path, {}, who, headers);
    if (answer.headers.get('content-type')?.startsWith('text/html') === true) {
      return { status: answer.status, to: answer.headers.get('location'), text: await answer.text() };
    }
    await answer.body?.cancel(); // a stream never ends by itself
    return { status: answer.status, to: answer.headers.get('location'), text: '' };
  };

  it('is named here with whoever may call it', () => {
    const own = consoleApp(world.ports).routes.filter(
      ({ method, path }) => method !== 'ALL' && path !== apiBase && !path.startsWith(`${apiBase}/`),
    );
    const found = new Set(own.map(({ method, path }) => `${method} ${path}`));
    expect(calls.map(({ name }) => name).toSorted()).toEqual([...found].toSorted());
  });

  it('is shut to whoever is not logged in', async () => {
    const faults: string[] = [];
    for (const one of calls.filter(({ least }) => least !== 'anybody')) {
      const { status, to } = await call(one);
      const isShut = one.path.startsWith('/live/') ? status === 401 : status === 303 && to?.startsWith('/log-in');
      if (isShut !== true) faults.push(`${one.name}: ${status} ${to}`);
    }
    expect(faults).toEqual([]);
  });

  it.each(roles)('opens to %s as far as this role goes', async (role) => {
    const faults: string[] = [];
    const who = await world.session(role);
    for (const one of calls) {
      const { least } = one;
      if (least === 'anybody') continue;
      const mayCall = least === 'member' || roles.indexOf(role) >= roles.indexOf(least);
      const { status, text, to } = await call(one, who);
      const isRefused = status === 403 && text.includes(`This needs the role ${least} or above`);
      const isThrough = status !== 403 && status < 500 && to?.startsWith('/log-in') !== true;
      if (mayCall ? !isThrough : !isRefused) faults.push(`${one.name}: ${status} ${to}`);
    }
    expect(faults).toEqual([]);
  });

  it('waits for the second factor where it is needed, but for the own account', async () => {
    const faults: string[] = [];
    const who = await world.session('admin');
    for (const one of calls.filter(({ least }) => least !== 'anybody' && least !== 'member')) {
      const { status, to } = await call(one, who, { 'x-forwarded-for': '203.0.113.5' });
      if (status !== 303 || to !== '/account') faults.push(`${one.name}: ${status} ${to}`);
    }
    expect(faults).toEqual([]);
  });

  it('takes no form of another page, nor of another session', async () => {
    const who = await world.session('admin');
    const other = await world.session('admin');
    const faults: string[] = [];
    for (const one of calls.filter(({ method }) => method !== 'GET')) {
      const forged = [
        await call(one, { ...who, formToken: '' }),
        await call(one, { ...who, formToken: other.formToken }),
        await call(one, who, { origin: 'https://evil.example' }),
        await call(one, who, { origin: 'null' }),
        await call(one, who, { 'sec-fetch-site': 'same-site' }),
        await call(one, undefined, { origin: 'https://evil.example' }),
      ];
      for (const [index, { status, text }] of forged.entries()) {
        const isRefused = status === 403 && text.includes('This form did not come from this console');
        if (!isRefused) faults.push(`${one.name}, forgery ${index}: ${status}`);
      }
    }
    expect(faults).toEqual([]);
    expect((await world.get('/account', who)).status).toBe(200); // not even logged out
  });
});

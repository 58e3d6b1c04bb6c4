/** Who may call what: every route by every role and scope, and everything that is no token. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../src/console/api/routes.ts';
import { type ApiScope, apiScopes, type ProgramKind, programKinds, staffScopes } from '../../src/staff/api-token.ts';
import { type Role, roles } from '../../src/staff/role.ts';
import { type Answer, apiClient, callApi, makeToken } from './api-world.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

/** Written by hand, so that a new call is open to nobody before somebody has thought about it. */
const rules: Readonly<Record<string, readonly [ApiScope, Role | ProgramKind]>> = {
  'GET /health': ['read', 'viewer'],
  'GET /messages': ['read', 'operator'],
  'GET /messages/{id}': ['read', 'operator'],
  'GET /messages/{id}/simulation': ['read', 'operator'],
  'GET /messages/{id}/text': ['content', 'trust'],
  'GET /messages/{id}/raw': ['content', 'trust'],
  'GET /reviews': ['read', 'trust'],
  'GET /reviews/{id}': ['read', 'trust'],
  'POST /reviews/{id}/decision': ['reviews', 'trust'],
  'GET /tickets': ['read', 'operator'],
  'GET /tickets/{number}': ['read', 'operator'],
  'POST /tickets/{number}/status': ['tickets', 'trust'],
  'GET /clocks': ['read', 'operator'],
  'GET /queues': ['read', 'viewer'],
  'GET /queues/failures': ['read', 'operator'],
  'POST /queues/retry': ['queues', 'operator'],
  'POST /queues/{queue}/pause': ['queues', 'operator'],
  'POST /queues/{queue}/resume': ['queues', 'operator'],
  'GET /alerts': ['read', 'operator'],
  'GET /alerts/history': ['read', 'operator'],
  'GET /alerts/silences': ['read', 'operator'],
  'POST /alerts/silences': ['alerts', 'operator'],
  'DELETE /alerts/silences/{id}': ['alerts', 'operator'],
  'GET /alerts/undelivered': ['read', 'operator'],
  'POST /alerts/undelivered/retry': ['alerts', 'operator'],
  'GET /deny': ['read', 'operator'],
  'GET /deny/matches': ['read', 'operator'],
  'GET /deny/export': ['read', 'operator'],
  'GET /deny/{id}': ['read', 'operator'],
  'POST /deny/preview': ['deny', 'trust'],
  'POST /deny': ['deny', 'trust'],
  'PUT /deny/{id}/expiry': ['deny', 'trust'],
  'DELETE /deny/{id}': ['deny', 'trust'],
  'POST /deny/import': ['deny', 'trust'],
  'GET /directory/tenants': ['read', 'operator'],
  'GET /directory/tenants/{id}': ['read', 'operator'],
  'GET /directory/export': ['directory', 'admin'],
  'POST /directory/import': ['directory', 'admin'],
  'GET /phone': ['read', 'operator'],
  'GET /cases': ['read', 'trust'],
  'GET /cases/{id}': ['read', 'trust'],
  'GET /audit': ['read', 'trust'],
  'GET /audit/verification': ['read', 'trust'],
  'POST /portal/requests': ['portal', 'portal'],
  'GET /portal/authorizations': ['portal', 'portal'],
  'POST /portal/authorizations': ['portal', 'portal'],
  'POST /portal/cases': ['portal', 'portal'],
  'GET /work-orders/{id}': ['engineering', 'engineering'],
  'POST /work-orders/{id}/answer': ['engineering', 'engineering'],
};

const isProgram = (least: Role | ProgramKind | undefined): least is ProgramKind =>
  programKinds.some((kind) => kind === least);
const calls = apiRoutes.map(({ method, path }) => ({ call: `${method} ${path}`, method, path }));
const somewhere = (path: string) => path.replaceAll(/\{\w+\}/g, '0');

describe('access to the API', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
  });
  afterAll(() => world.close());

  it('has a rule for each call', () => {
    expect(calls.map(({ call }) => call).toSorted()).toEqual(Object.keys(rules).toSorted());
  });

  it.each([...roles, null] as const)(
    'lets %s do what its scopes and its role allow, and nothing else',
    async (role) => {
      const wrong: string[] = [];
      for (const scope of apiScopes) {
        const { call: ask } = await apiClient(world, role, [scope]);
        for (const { call, method, path } of calls) {
          const [needed, least] = rules[call] ?? [];
          const mayDo =
            scope === needed &&
            (isProgram(least) || (role !== null && least !== undefined && roles.indexOf(role) >= roles.indexOf(least)));
          const { headers, json, status } = await ask(method, somewhere(path));
          const isRefused = status === 403 && json.type === 'urn:postern:problem:forbidden';
          if (mayDo ? status === 401 || status === 403 || status >= 500 : !isRefused) {
            wrong.push(`${role ?? 'portal'} with ${scope}: ${call} answers ${status}`);
          }
          if (isRefused && scope !== needed) {
            expect(headers.get('www-authenticate')).toContain(`error="insufficient_scope", scope="${needed}"`);
          }
        }
        world.elapse(60_000); // calls of one token are limited
      }
      expect(wrong).toEqual([]);
    },
    120_000,
  );

  it('takes no session of the console, in no way and for no call', async () => {
    const admin = await world.session('admin');
    for (const { call, method, path } of calls) {
      const headers = { cookie: admin.cookie, origin: world.origin, 'x-forwarded-for': `198.51.100.${calls.length}` };
      const { headers: answered, status } = await callApi(world.origin, method, somewhere(path), undefined, headers);
      expect([call, status === 401 || status === 429]).toEqual([call, true]);
      expect(answered.get('set-cookie')).toBeNull();
      world.elapse(15_000);
    }
  });

  it('gives one answer to whatever is no token, or is one no longer', async () => {
    const soon = await makeToken(world, 'admin', staffScopes, { expiresAt: world.now() + 60_000 });
    const revoked = await makeToken(world, 'admin');
    await world.ports.tokens.revoke(revoked.id, { actor: 'test', at: world.now() });
    const maker = await world.session('admin');
    const orphaned = await makeToken(world, 'admin', staffScopes, { createdBy: maker.name });
    await world.session('admin'); // the last admin cannot be disabled
    const answers: Answer[] = [];
    const ask = (secret: string, scheme = 'Bearer'): Promise<Answer> =>
      callApi(world.origin, 'GET', '/health', undefined, {
        authorization: `${scheme} ${secret}`,
        'x-forwarded-for': `203.0.113.${answers.length}`,
      });
    expect((await ask(soon.secret)).status).toBe(200);
    expect((await ask(orphaned.secret)).status).toBe(200);
    await world.ports.staff.disable(maker.name, { actor: 'test', at: world.now() });
    world.elapse(60_000);
    for (const secret of [soon.secret, revoked.secret, orphaned.secret, `${orphaned.secret}x`, 'ptn_staff_x', '']) {
      answers.push(await ask(secret));
    }
    answers.push(await ask(Buffer.from('admin:password').toString('base64'), 'Basic'));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.headers.get('www-authenticate')).toBe('Bearer realm="postern", error="invalid_token"');
    const inQuery = await callApi(world.origin, 'GET', `/health?access_token=${soon.secret}`, undefined, {});
    expect(inQuery.status).toBe(401);
  });

  it('lets a token do no more than whoever made it, as they are now', async () => {
    await world.session('admin');
    const maker = await world.session('admin');
    const { secret } = await makeToken(world, 'admin', staffScopes, { createdBy: maker.name });
    const ask = () => callApi(world.origin, 'GET', '/messages', undefined, { authorization: `Bearer ${secret}` });
    expect((await ask()).status).toBe(200);
    await world.ports.staff.setRole(maker.name, 'viewer', { actor: 'test', at: world.now() });
    expect((await ask()).status).toBe(403);
  });

  it('slows down who tries tokens, and not who has one behind the same address', async () => {
    const from = { 'x-forwarded-for': '192.0.2.99' };
    const { secret } = await makeToken(world, 'viewer');
    const tries = [];
    for (let count = 0; count < 25; count += 1) {
      const headers = { ...from, authorization: `Bearer ptn_staff_${'x'.repeat(43)}` };
      tries.push(await callApi(world.origin, 'GET', '/health', undefined, headers));
    }
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(Number(tries.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
    const good = await callApi(world.origin, 'GET', '/health', undefined, {
      ...from,
      authorization: `Bearer ${secret}`,
    });
    expect(good.status).toBe(200);
  });

  it('takes all of an IPv6 network for one caller who tries tokens', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 21; count += 1) {
      const headers = { 'x-forwarded-for': `2001:db8:7:7:${count.toString(16)}::1` };
      statuses.push((await callApi(world.origin, 'GET', '/health', undefined, headers)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 401), 429]);
    const neighbour = { 'x-forwarded-for': '2001:db8:7:8::1' };
    expect((await callApi(world.origin, 'GET', '/health', undefined, neighbour)).status).toBe(401);
  });

  it('takes each name of a query once, and no body that is not UTF-8', async () => {
    const { call } = await apiClient(world, 'admin');
    const { secret } = await makeToken(world, 'admin');
    const twice = await call('GET', '/deny?limit=1&limit=1');
    expect([twice.status, twice.json.faults]).toEqual([422, [{ field: 'limit', message: 'is given more than once' }]]);
    expect((await call('GET', '/deny?limit=1')).status).toBe(200);
    const send = (body: Uint8Array<ArrayBuffer>) =>
      fetch(`${world.origin}/api/v1/queues/retry`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body,
      });
    // JSON but for one octet, which a lenient reader would turn into a letter of its own.
    const broken = await send(Buffer.from('{"queue":"\xff"}', 'latin1'));
    expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining('not UTF-8')]);
    expect((await send(Buffer.from('{"queue":"\u00ff"}'))).status).toBe(422);
  });

  it('says nothing about what is inside', async () => {
    const { call } = await apiClient(world, 'admin');
    const broken = [
      await call('POST', '/queues/retry', '{"queue":', { 'content-type': 'application/json' }),
      await call('POST', '/queues/retry', '\xff\xfe', { 'content-type': 'application/json' }),
      await call('POST', '/queues/retry', 'queue=accepted', { 'content-type': 'application/x-www-form-urlencoded' }),
      await call('POST', '/queues/retry', { queue: 'x'.repeat(70_000) }),
      await call('POST', '/queues/retry', { queue: 'nothing', secret: 'hunter2' }),
      await call('GET', '/messages?after=..%2f'),
      await call('GET', '/deny?after=bnVsbA'),
      await call('GET', '/deny?limit=0&limit=1'),
      await call('GET', '/messages/%00-0'),
    ];
    expect(broken.map(({ status }) => status)).toEqual([400, 400, 415, 413, 422, 422, 422, 422, 422]);
    for (const { headers, text } of broken) {
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(text).not.toMatch(/hunter2|node_modules|src\/|at \w+ \(/);
    }
    expect(broken[4]?.json.faults).toEqual([
      { field: 'queue', message: expect.stringContaining('Invalid option') },
      { field: 'secret', message: 'is an unknown field' },
    ]);
    const head = await call('HEAD', '/health');
    expect([head.status, head.text]).toEqual([200, '']);
    const counted = JSON.stringify(await world.ports.metrics());
    expect(counted).toContain('{"route":"POST /queues/retry","status":"413"}');
    expect(counted).not.toContain('%00');
  });
});

describe('calls of one token', () => {
  let world: ConsoleWorld;
  let passedMs = 0;
  beforeAll(async () => {
    const start = Date.now();
    world = await startConsole({ now: () => start + passedMs });
  });
  afterAll(() => world.close());

  it('are so many at once, then so many a second; where it was used last is written down', async () => {
    const { call, tokenId } = await apiClient(world, 'viewer', ['read']);
    const from = { 'x-forwarded-for': '192.0.2.7' };
    const ask = async () => (await call('GET', '/queues', undefined, from)).status;
    const many = await Promise.all(Array.from({ length: 125 }, ask));
    expect(many.filter((status) => status === 200)).toHaveLength(120);
    const limited = await call('GET', '/queues', undefined, from);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
    passedMs += 200;
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    expect(await (await apiClient(world, 'viewer', ['read'])).call('GET', '/queues')).toMatchObject({ status: 200 });
    const token = (await world.ports.tokens.list()).find(({ token: { id } }) => id === tokenId)?.token;
    expect(token).toMatchObject({ lastUsedFrom: '192.0.2.7', lastUsedAt: expect.any(Number) });
  });
});

describe('how often programs may call', () => {
  it('is as configured: for a token, and for an address without one', async () => {
    const start = Date.now();
    const apiRates = { calls: { burst: 2, refillMs: 1_000 }, failures: { burst: 1, refillMs: 60_000 } };
    const world = await startConsole({ now: () => start, apiRates });
    try {
      const { call } = await apiClient(world, 'viewer', ['read']);
      const statuses: number[] = [];
      for (let count = 0; count < 3; count += 1) statuses.push((await call('GET', '/queues')).status);
      for (let count = 0; count < 2; count += 1) {
        statuses.push((await callApi(world.origin, 'GET', '/queues', undefined, {})).status);
      }
      expect(statuses).toEqual([200, 200, 429, 401, 429]);
    } finally {
      await world.close();
    }
  });
});

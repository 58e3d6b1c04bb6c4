/** What attackers try: forged forms, planted sessions, guessing, being led elsewhere, pages of others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/staff/password.ts';
import { absoluteMs, idleMs, newToken, tokenHash } from '../../src/staff/session.ts';
import { memberPassword } from '../helpers/members.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

describe('the console under attack', () => {
  let world: ConsoleWorld;
  const password = 'seven slow green herons';
  beforeAll(async () => {
    world = await startConsole();
    const token = newToken();
    const invitation = { tokenHash: tokenHash(token), expiresAt: world.now() + 60_000 };
    await world.ports.staff.add({ name: 'grace', role: 'admin' }, invitation, { actor: 'test', at: world.now() });
    const passwordHash = await hashPassword(password, { N: 1_024, r: 8, p: 1 });
    await world.ports.staff.join(tokenHash(token), { passwordHash, totpSecret: null, totpLastStep: 0 }, world.now());
  });
  afterAll(() => world.close());

  const logIn = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
    world.post('/log-in', { name: 'grace', password, code: '', ...fields }, undefined, headers);

  it('sends headers that let nothing foreign run', async () => {
    for (const path of ['/log-in', '/nowhere', '/assets/x/console.css']) {
      const { headers } = await world.get(path);
      expect(headers.get('content-security-policy')).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'",
      );
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
    expect((await world.get('/log-in')).headers.get('cache-control')).toBe('no-store');
    expect(await (await world.get('/log-in')).text()).not.toMatch(
      / style=|<style|<script(?! type="module" src| src)| on[a-z]+=/,
    );
  });

  it('packs no page that another site made a browser ask for', async () => {
    const admin = await world.session('admin');
    const packed = async (site: string | undefined) => {
      const headers = { 'accept-encoding': 'gzip', ...(site === undefined ? {} : { 'sec-fetch-site': site }) };
      return (await world.get('/staff?q=form_token', admin, headers)).headers.get('content-encoding');
    };
    expect([await packed('same-origin'), await packed('none'), await packed(undefined)]).toEqual([
      'gzip',
      'gzip',
      'gzip',
    ]);
    expect([await packed('cross-site'), await packed('same-site')]).toEqual([null, null]);
  });

  it('lets nobody frame, embed, read or guess what it shows, nor keep it', async () => {
    const { headers } = await world.get('/account', await world.session('viewer'));
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
      ),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-frame-options': 'DENY',
    });
    expect(headers.get('strict-transport-security')).toBeNull();
    const overTls = await world.get('/log-in', undefined, { 'x-forwarded-proto': 'https' });
    expect(overTls.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it.each(['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via'])(
    'asks for a second factor where %s says that a proxy stands between',
    async (name) => {
      const someone = await world.session('viewer');
      expect((await world.get('/', someone)).status).toBe(200);
      const answer = await world.get('/', someone, { [name]: 'x' });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account']);
    },
  );

  it('takes forms from its own pages only', async () => {
    const admin = await world.session('admin');
    const fields = { name: 'planted', role: 'admin' };
    const refused = [
      await world.post('/staff', fields, admin, { origin: 'https://evil.example' }),
      await world.post('/staff', fields, admin, { origin: 'null' }),
      await world.post('/staff', fields, admin, { 'sec-fetch-site': 'cross-site' }),
      await world.post('/staff', fields, admin, { 'sec-fetch-site': 'same-site' }),
      await world.post('/staff', { ...fields, form_token: '' }, admin),
      await world.post('/staff', { ...fields, form_token: (await world.session('admin')).formToken }, admin),
      await logIn({}, { origin: 'https://evil.example' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403, 403]);
    const bare = await fetch(`${world.origin}/staff`, {
      method: 'POST',
      headers: { cookie: admin.cookie },
      body: new URLSearchParams({ ...fields, form_token: admin.formToken }),
    });
    expect(bare.status).toBe(403);
    expect(await world.ports.staff.credentials('planted')).toBeNull();
    expect((await world.post('/staff', fields, admin)).status).toBe(200);
  });

  it('lets nobody in or out by a session alone: not by a new account, a reset, a role, a token, an end or a lock-out', async () => {
    const admin = await world.session('admin');
    const victim = await world.session('viewer');
    const token = { name: 'planted', as: 'admin', life: 'never', 'scope-directory': 'yes' };
    const begun = world.now();
    const [open] = await world.ports.staff.sessionsOf(victim.name, begun);
    const by = { actor: 'test', at: begun };
    const board = { kind: 'staff', name: 'board', role: 'viewer', scopes: ['read'], expiresAt: null } as const;
    await world.ports.tokens.add({ ...board, tokenHash: tokenHash(newToken()) }, { ...by, actor: admin.name });
    const [made] = await world.ports.tokens.list();
    const acts = [
      [`/staff/${victim.name}/sessions/${open?.id}/end`, {}],
      [`/tokens/${made?.token.id}/revoke`, {}],
      ['/staff', { name: 'intruder', role: 'admin' }],
      [`/staff/${victim.name}/reset`, {}],
      [`/staff/${victim.name}/role`, { role: 'admin' }],
      ['/tokens', token],
      [`/staff/${victim.name}/disable`, {}],
    ] as const;
    for (const [path, fields] of acts) {
      const asked = await world.post(path, fields, admin);
      expect([path, asked.status]).toEqual([path, 200]);
      expect(await asked.text()).toContain('name="password"');
      const guessed = await world.post(path, { ...fields, password: 'guess' }, admin);
      expect([path, guessed.status]).toEqual([path, 422]);
      world.elapse(600_000); // guessing is slowed
    }
    expect(await world.ports.staff.credentials('intruder')).toBeNull();
    expect((await world.ports.staff.credentials(victim.name))?.member).toMatchObject({
      role: 'viewer',
      state: 'active',
    });
    expect((await world.ports.tokens.list()).map(({ token: { name, revokedAt } }) => [name, revokedAt])).toEqual([
      ['board', null],
    ]);
    expect(await world.ports.staff.sessionsOf(victim.name, begun)).toHaveLength(1);
    for (const [path, fields] of acts) {
      const done = await world.post(path, { ...fields, password: memberPassword }, admin);
      expect([path, done.status < 400]).toEqual([path, true]);
    }
    expect(await world.ports.staff.credentials('intruder')).not.toBeNull();
    expect((await world.ports.tokens.list()).map(({ token: { name } }) => name).sort()).toEqual(['board', 'planted']);
    expect((await world.ports.staff.credentials(victim.name))?.member.state).toBe('disabled');
    // What is one's own ends without a word: it lets nobody in.
    const second = await world.session('admin');
    const [own] = await world.ports.staff.sessionsOf(second.name, world.now());
    const ended = await world.post(`/staff/${second.name}/sessions/${own?.id}/end`, {}, second);
    expect(ended.headers.get('location')).toBe(`/staff/${second.name}?done=ended`);
  });

  it('gives a new session at each log-in, and ends the old one', async () => {
    const planted = newToken();
    const answer = await logIn({}, { cookie: `postern_session=${planted}` });
    expect(answer.status).toBe(303);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^postern_session=[\w-]{43};.*HttpOnly.*SameSite=Lax/i);
    expect(cookie).not.toContain(planted);
    const first = { name: 'grace', cookie: cookie.split(';')[0] ?? '', formToken: '' };
    expect((await world.get('/account', first)).status).toBe(200);
    expect((await world.get('/account', { ...first, cookie: `postern_session=${planted}` })).status).toBe(303);
  });

  it('opens nothing but the own account without a second factor, where a proxy may bring the world', async () => {
    const answer = await logIn({}, { 'x-forwarded-for': '203.0.113.20' });
    const who = { name: 'grace', cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '', formToken: '' };
    const forwarded = { 'x-forwarded-for': '203.0.113.20' };
    for (const path of ['/', '/mail', '/staff', '/live/flow']) {
      expect((await world.get(path, who, forwarded)).headers.get('location')).toBe('/account');
    }
    expect(await (await world.get('/account', who, forwarded)).text()).toContain('Set up a second factor');
    expect((await world.get('/staff', who)).status).toBe(200);
  });

  it('marks the cookie as secure behind TLS', async () => {
    const answer = await logIn({}, { 'x-forwarded-proto': 'https' });
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-postern_session=.*Secure/i);
  });

  it('believes behind TLS only the cookie that no neighbouring host can plant', async () => {
    const who = await world.session('viewer');
    const tls = { 'x-forwarded-proto': 'https' };
    expect((await world.get('/account', who, tls)).headers.get('location')).toBe('/log-in?next=%2Faccount');
    expect((await world.get('/account', { ...who, cookie: `__Host-${who.cookie}` }, tls)).status).toBe(200);
  });

  it('answers who is shut out as it answers who guesses', async () => {
    const { name } = await world.session('viewer');
    await world.ports.staff.disable(name, { actor: 'test', at: world.now() });
    const client = { 'x-forwarded-for': '198.51.100.77' };
    const answer = await world.post('/log-in', { name, password: memberPassword, code: '' }, undefined, client);
    expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining('is wrong')]);
  });

  it('ends sessions by themselves', async () => {
    const idle = await world.session('viewer');
    world.elapse(idleMs);
    expect((await world.get('/account', idle)).headers.get('location')).toBe('/log-in?next=%2Faccount');
    const busy = await world.session('viewer');
    for (let passed = 0; passed < absoluteMs; passed += idleMs / 2) {
      expect((await world.get('/account', busy)).status).toBe(200);
      world.elapse(idleMs / 2);
    }
    expect((await world.get('/account', busy)).status).toBe(303);
  });

  it('takes a page that asks by itself for no sign of a person', async () => {
    const away = await world.session('viewer');
    world.elapse(idleMs / 2);
    expect((await world.get('/live/flow', away)).status).toBe(200);
    world.elapse(idleMs / 2);
    expect((await world.get('/account', away)).status).toBe(303);
  });

  it.each(['shut out', 'given another role', 'away for too long'])('ends the stream of who is %s', async (how) => {
    const by = { actor: 'test', at: world.now() };
    const who = await world.session('operator');
    const stream = await world.get('/live/overview', who);
    const reader = stream.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    if (how === 'shut out') await world.ports.staff.disable(who.name, by);
    else if (how === 'given another role') await world.ports.staff.setRole(who.name, 'viewer', by);
    else world.elapse(idleMs);
    let isDone: boolean | undefined = false;
    for (let read = 0; read < 5 && isDone === false; read += 1) isDone = (await reader?.read())?.done;
    await reader?.cancel();
    expect(isDone).toBe(true);
  });

  it('shuts out at once who is disabled, and shows 401 to what asks by itself', async () => {
    const shut = await world.session('operator', 'shut');
    expect((await world.get('/live/flow', shut)).status).toBe(200);
    await world.ports.staff.disable('shut', { actor: 'test', at: world.now() });
    expect((await world.get('/live/flow', shut)).status).toBe(401);
    expect((await world.get('/mail', shut)).status).toBe(303);
  });

  it.each([
    ['//evil.example/x', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/..//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/mail?q=a%26b', '/mail?q=a%26b'],
  ])('goes on from %j to %j', async (next, location) => {
    const someone = await world.session('viewer');
    const answer = await world.get(`/log-in?next=${encodeURIComponent(next)}`, someone);
    expect(answer.headers.get('location')).toBe(location);
  });

  it('comes back to the page of a form, when it is one of ours', async () => {
    const after = async (referer: string) =>
      (await world.post('/deny/new', {}, undefined, { referer })).headers.get('location');
    expect(await after(`${world.origin}/deny/new?value=a`)).toBe('/log-in?next=%2Fdeny%2Fnew%3Fvalue%3Da');
    expect(await after('https://evil.example/staff')).toBe('/log-in');
    expect(await after('nonsense')).toBe('/log-in');
  });

  it('lets nobody act beyond their role, or in the name of others', async () => {
    const trust = await world.session('trust');
    const other = await world.session('viewer', 'other');
    expect((await world.get('/staff', trust)).status).toBe(403);
    expect((await world.post('/staff/other/role', { role: 'admin' }, other)).status).toBe(403);
    const [session] = await world.ports.staff.sessionsOf('other', world.now());
    await world.post(`/account/sessions/${session?.id ?? ''}/end`, {}, trust);
    expect((await world.get('/account', other)).status).toBe(200);
    expect(await (await world.get('/', other)).text()).not.toContain('href="/staff"');
  });

  it('leads nobody by what an address holds', async () => {
    const trust = await world.session('trust');
    const answer = await world.post('/deny/%0d%0aset-cookie:x=y/restore', {}, trust);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/deny?done=gone']);
  });

  it('knows invitations by their whole token only', async () => {
    for (const token of ['x', newToken(), '%2e%2e', "' or 1=1 --"]) {
      expect((await world.get(`/join/${encodeURIComponent(token)}`)).status).toBe(404);
    }
  });

  it('takes no more than a page needs', async () => {
    const answer = await world.post('/log-in', { name: 'x'.repeat(100_000), password, code: '' });
    expect(answer.status).toBe(413);
    // Large files only from whoever may import them.
    const file = 'x'.repeat(100_000);
    const [operator, trust] = [await world.session('operator'), await world.session('trust')];
    expect((await world.post('/deny/import', { file }, operator)).status).toBe(413);
    expect((await world.post('/directory/import', { file }, trust)).status).toBe(413);
    expect((await world.post('/simulate', { file }, operator)).status).toBe(413);
    expect((await world.post('/deny/import', { file }, trust)).status).toBe(422);
  });

  it('calls a form that cannot be read the sender’s fault, and logs no failure of a page', async () => {
    const admin = await world.session('admin');
    const broken = { 'content-type': 'multipart/form-data; boundary=x', origin: world.origin };
    for (const path of ['/log-in', '/log-in/passkey', '/log-out', '/join/x']) {
      const answer = await fetch(`${world.origin}${path}`, { method: 'POST', headers: broken, body: '--x\r\ncut' });
      expect([path, answer.status]).toEqual([path, 400]);
    }
    const headers = { ...broken, cookie: admin.cookie };
    expect((await fetch(`${world.origin}/staff`, { method: 'POST', headers, body: '--x\r\ncut' })).status).toBe(400);
  });

  it('writes down who took a whole list away', async () => {
    const admin = await world.session('admin');
    expect((await world.get('/deny/export.csv', admin)).status).toBe(200);
    expect((await world.get('/directory/export.json', admin)).status).toBe(200);
    const rows = await world.ports.audit.list({ actor: admin.name, limit: 10 });
    expect(rows.map(({ action }) => action)).toEqual(expect.arrayContaining(['deny.export', 'directory.export']));
  });

  it('asks browsers to stay with TLS where there is TLS, and only there', async () => {
    const over = await world.get('/log-in', undefined, { 'x-forwarded-proto': 'https' });
    expect(over.headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect((await world.get('/log-in')).headers.get('strict-transport-security')).toBeNull();
  });

  it('slows guessing by a stolen session too, and writes each wrong guess down', async () => {
    const guess = { name: 'planted-twice', role: 'admin' };
    const admin = await world.session('admin');
    for (let tries = 0; tries < 5; tries += 1) await world.post('/staff', { ...guess, password: 'guess' }, admin);
    const right = await world.post('/staff', { ...guess, password: memberPassword }, admin);
    expect([right.status, await right.text()]).toEqual([422, expect.stringContaining('Too many tries')]);
    expect(await world.ports.staff.credentials('planted-twice')).toBeNull();
    const member = await world.session('viewer');
    const change = { current: 'guess', password, again: password };
    for (let tries = 0; tries < 5; tries += 1) await world.post('/account/password', change, member);
    const late = await world.post('/account/password', { ...change, current: memberPassword }, member);
    expect([late.status, await late.text()]).toEqual([422, expect.stringContaining('Too many tries')]);
    for (const { name } of [admin, member]) {
      const refused = await world.ports.audit.list({ action: 'staff.proof-refused', actor: name, limit: 10 });
      expect(refused).toHaveLength(5);
    }
  });

  it('slows guessing down, with one answer for every cause', async () => {
    const client = { 'x-forwarded-for': '1.2.3.4, 198.51.100.9' };
    const answers = [];
    for (let tries = 0; tries < 5; tries += 1) answers.push(await logIn({ password: 'wrong wrong wrong' }, client));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    const locked = await logIn({}, client);
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
    // Only what the proxy wrote counts: the rest of the field is the guesser's.
    expect((await logIn({}, { 'x-forwarded-for': '9.9.9.9, 198.51.100.9' })).status).toBe(429);
    expect((await logIn({}, { 'x-forwarded-for': '198.51.100.10' })).status).toBe(303);
    const fault = async (answer: Response) => /role="alert">([^<]+)/.exec(await answer.text())?.[1];
    const unknown = await world.post('/log-in', { name: 'nobody', password, code: '' });
    expect(unknown.status).toBe(401);
    const [first] = answers;
    expect(first === undefined ? null : await fault(first)).toBe(await fault(unknown));
  }, 90_000);
});

/** Passkeys in a real browser, with the authenticator that Chromium has for tests. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/staff/password.ts';
import type { Role } from '../../src/staff/role.ts';
import { newToken, tokenHash } from '../../src/staff/session.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const password = 'seven slow green herons';

type Authenticator = {
  readonly session: CDPSession;
  readonly id: string;
  credentials(): Promise<readonly { readonly credentialId: string; readonly signCount: number }[]>;
};

async function attachAuthenticator(page: Page, checksUser: boolean): Promise<Authenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: checksUser ? 'internal' : 'usb',
      hasResidentKey: checksUser,
      hasUserVerification: checksUser,
      isUserVerified: checksUser,
      automaticPresenceSimulation: true,
    },
  });
  return {
    session,
    id: authenticatorId,
    credentials: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

describe('passkeys', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  let origin = '';
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    origin = world.origin.replace('127.0.0.1', 'localhost');
    for (const name of ['grace', 'ada', 'linus']) await addMember(name);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  async function addMember(name: string, role: Role = 'trust'): Promise<void> {
    const token = newToken();
    const invitation = { tokenHash: tokenHash(token), expiresAt: world.now() + 60_000 };
    await world.ports.staff.add({ name, role }, invitation, { actor: 'test', at: world.now() });
    const passwordHash = await hashPassword(password, { N: 1_024, r: 8, p: 1 });
    await world.ports.staff.join(tokenHash(token), { passwordHash, totpSecret: null, totpLastStep: 0 }, world.now());
  }

  async function logIn(page: Page, name: string): Promise<void> {
    await page.goto(`${origin}/log-in`);
    await page.fill('[name=name]', name);
    await page.fill('[name=password]', password);
    await page.click('button.plain');
    await page.waitForURL(`${origin}/`);
  }

  async function addPasskey(page: Page, label: string): Promise<void> {
    await page.goto(`${origin}/account`);
    await page.fill('#passkeys [name=label]', label);
    await page.fill('[name=passkeyPassword]', password);
    await page.click('text=Add a passkey');
    await page.waitForURL(/done=passkey/);
  }

  it('adds one after the password, lets in by it alone, renames and removes it', async () => {
    const page = await (await browser.person()).newPage();
    const complaints = watchPage(page, origin);
    const authenticator = await attachAuthenticator(page, true);
    await logIn(page, 'grace');
    await page.goto(`${origin}/account`);
    await page.fill('#passkeys [name=label]', 'blue key');
    await page.fill('[name=passkeyPassword]', 'not my password');
    await page.click('text=Add a passkey');
    await page.locator('[data-passkey-text].fault', { hasText: 'not your password' }).waitFor();
    expect(await authenticator.credentials()).toEqual([]);
    await addPasskey(page, 'blue key');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'account-passkeys');
    await page.fill('#passkeys [name=label]', 'again');
    await page.fill('[name=passkeyPassword]', password);
    await page.click('text=Add a passkey');
    await page.locator('[data-passkey-text].fault', { hasText: 'added already' }).waitFor();

    await page.click('.me button');
    await page.waitForURL(/\/log-in\?out/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'log-in-passkey');
    const before = await page.context().cookies(origin);
    await page.goto(`${origin}/mail?q=x`);
    await page.click('text=Use a passkey');
    await page.waitForURL(`${origin}/mail?q=x`);
    const after = await page.context().cookies(origin);
    const token = (list: typeof after) => list.find(({ name }) => name === 'postern_session')?.value;
    expect(token(after)).toMatch(/^[\w-]{43}$/);
    expect(token(after)).not.toBe(token(before));
    const [act] = await world.ports.audit.list({ action: 'staff.log-in', limit: 1 });
    expect(act).toMatchObject({ actor: 'grace', detail: { by: 'passkey' } });
    const [kept] = await world.ports.passkeys.of('grace');
    expect(kept?.counter).toBeGreaterThan(0);
    expect(kept?.lastUsedAt).not.toBeNull();

    await page.goto(`${origin}/account`);
    await page.click('text=blue key');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'passkey');
    await page.fill('[name=label]', 'green key');
    await page.click('button:has-text("Rename")');
    await page.waitForURL(/done=renamed/);
    await page.click('text=green key');
    await page.fill('[name=removePassword]', 'not my password');
    await page.click('button.danger');
    expect(await page.textContent('.fault')).toContain('not your password');
    await page.fill('[name=removePassword]', password);
    await page.click('button.danger');
    await page.waitForURL(/done=removed/);
    expect(await world.ports.passkeys.of('grace')).toEqual([]);
    const acts = await world.ports.audit.list({ subject: 'grace', limit: 20 });
    const names = acts.map(({ action }) => action).filter((action) => action.startsWith('staff.passkey'));
    expect(names).toEqual(['staff.passkey-remove', 'staff.passkey-rename', 'staff.passkey-add']);
    expect(complaints.filter((one) => !one.includes('status of 422'))).toEqual([]);
  });

  it('takes one that checks nobody as a second factor only, and the password no longer alone', async () => {
    const page = await (await browser.person()).newPage();
    await attachAuthenticator(page, false);
    await logIn(page, 'ada');
    await addPasskey(page, 'usb');
    await page.context().clearCookies();
    await page.goto(`${origin}/log-in`);
    await page.fill('[name=name]', 'ada');
    await page.fill('[name=password]', password);
    await page.click('button.plain');
    expect(await page.textContent('.note.bad')).toContain('wrong');
    await page.fill('[name=name]', 'ada');
    await page.click('text=Use a passkey');
    await page.locator('.note.bad', { hasText: 'type name and password too' }).waitFor();
    await page.fill('[name=name]', 'ada');
    await page.fill('[name=password]', 'not my password');
    await page.click('text=Use a passkey');
    await page.locator('.note.bad', { hasText: 'not taken' }).waitFor();
    await page.fill('[name=name]', 'ada');
    await page.fill('[name=password]', password);
    await page.click('text=Use a passkey');
    await page.waitForURL(`${origin}/`);
    const [act] = await world.ports.audit.list({ action: 'staff.log-in', limit: 1 });
    expect(act).toMatchObject({ actor: 'ada', detail: { by: 'password and passkey' } });
  });

  it('refuses an answer that was used, is old, is another browser’s or a copy’s', async () => {
    const page = await (await browser.person()).newPage();
    const authenticator = await attachAuthenticator(page, true);
    await logIn(page, 'linus');
    await addPasskey(page, 'phone');
    await page.context().clearCookies();

    /** A right answer, held back, with the cookie of the browser that was asked. */
    const answer = async (): Promise<{ readonly passkey: string; readonly cookie: string }> => {
      await page.goto(`${origin}/log-in`);
      const held = Promise.withResolvers<string>();
      await page.route(`${origin}/log-in`, async (route) => {
        if (route.request().method() !== 'POST') return route.continue();
        held.resolve(route.request().postData() ?? '');
        return route.abort();
      });
      await page.click('text=Use a passkey');
      const passkey = new URLSearchParams(await held.promise).get('passkey') ?? '';
      await page.unroute(`${origin}/log-in`);
      const [cookie] = (await page.context().cookies(origin)).filter(({ name }) => name === 'postern_passkey');
      return { passkey, cookie: `postern_passkey=${cookie?.value ?? ''}` };
    };
    const send = async ({ passkey, cookie }: Awaited<ReturnType<typeof answer>>) => {
      const headers = { origin, cookie, 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams({ passkey }).toString();
      return (await fetch(`${origin}/log-in`, { method: 'POST', redirect: 'manual', headers, body })).status;
    };

    const good = await answer();
    expect(await send({ ...good, cookie: `postern_passkey=${newToken()}` })).toBe(401);
    expect(await send({ ...good, cookie: '' })).toBe(401);
    expect(await send(good)).toBe(303);
    expect(await send(good)).toBe(401);

    const late = await answer();
    world.elapse(6 * 60_000);
    expect(await send(late)).toBe(401);

    const [credential] = await authenticator.credentials();
    const [kept] = await world.ports.passkeys.of('linus');
    if (credential === undefined || kept === undefined) throw new Error('the passkey is gone');
    await world.ports.passkeys.use(kept, kept.counter + 1_000, world.now());
    expect(await send(await answer())).toBe(401);
    expect(await world.ports.audit.list({ action: 'staff.passkey-copy', limit: 5 })).toMatchObject([
      { subject: 'linus' },
    ]);

    await world.ports.passkeys.use({ ...kept, counter: kept.counter + 1_000 }, 0, world.now());
    await world.ports.staff.disable('linus', { actor: 'test', at: world.now() });
    expect(await send(await answer())).toBe(401);
    await world.ports.staff.reset(
      'linus',
      { tokenHash: tokenHash(newToken()), expiresAt: world.now() + 60_000 },
      { actor: 'test', at: world.now() },
    );
    expect(await world.ports.passkeys.of('linus')).toEqual([]);
  });

  it('proves once more who somebody is by their own passkey, and by no colleague’s', async () => {
    await addMember('hedy', 'admin');
    await addMember('mary', 'admin');
    const page = await (await browser.person()).newPage();
    await attachAuthenticator(page, true);
    await logIn(page, 'hedy');
    await addPasskey(page, 'finger of hedy');
    await page.context().clearCookies();
    await logIn(page, 'mary');
    const add = async (name: string) => {
      await page.goto(`${origin}/staff`);
      await page.fill('main [name=name]', name);
      await page.click('text=Make a link for them');
      await page.click('text=Use a passkey instead');
    };
    // The authenticator holds hedy's alone, and is asked for mary's: it has nothing to say.
    await add('planted');
    await page.locator('[data-passkey-text]', { hasText: 'Nothing came from a passkey' }).waitFor();
    // Whoever asks the browser for any passkey, as a script of their own would, gets hedy's answer, and is refused.
    await page.route(`${origin}/log-in/passkey`, async (route) => {
      const answer = await route.fetch();
      const { allowCredentials: _, ...options } = JSON.parse(await answer.text());
      await route.fulfill({ response: answer, json: options });
    });
    await add('planted');
    await page.locator('.note.bad', { hasText: 'Password or second factor is wrong' }).waitFor();
    expect(await world.ports.staff.credentials('planted')).toBeNull();
    const [refused] = await world.ports.audit.list({ action: 'staff.proof-refused', limit: 1 });
    expect(refused).toMatchObject({ actor: 'mary', subject: 'mary' });
    await page.unroute(`${origin}/log-in/passkey`);
    await addPasskey(page, 'finger of mary');
    await add('invited');
    await page.locator('h1', { hasText: 'A link for invited' }).waitFor();
    expect(await world.ports.staff.credentials('invited')).not.toBeNull();
  });

  it('does not tell who has a passkey, nor who there is', async () => {
    const ask = async (name: string) => {
      const body = new URLSearchParams({ name }).toString();
      const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await fetch(`${origin}/log-in/passkey`, { method: 'POST', headers, body });
      const { challenge, ...options } = JSON.parse(await answer.text());
      expect(challenge).toMatch(/^[\w-]{43}$/);
      return options;
    };
    const [known, without, nobody] = [await ask('ada'), await ask('grace'), await ask('nobody')];
    for (const options of [known, without, nobody]) expect(options.allowCredentials).toHaveLength(1);
    expect({ ...without, allowCredentials: [] }).toEqual({ ...known, allowCredentials: [] });
    expect(await ask('nobody')).toEqual(nobody);
    expect(nobody.allowCredentials[0].id).toHaveLength(known.allowCredentials[0].id.length);
    expect(await ask('')).not.toHaveProperty('allowCredentials');
  });

  it('keeps passkeys of others out of reach, and adds none without the password', async () => {
    const [kept] = await world.ports.passkeys.of('ada');
    const other = await world.session('admin');
    expect((await world.get(`/account/passkeys/${kept?.id ?? ''}`, other)).status).toBe(404);
    expect(
      (await world.post(`/account/passkeys/${kept?.id ?? ''}/remove`, { removePassword: password }, other)).status,
    ).toBe(404);
    const added = await world.post('/account/passkeys', { label: 'x', passkey: '{}' }, other);
    expect(added.headers.get('location')).toBe('/account?done=no-passkey');
    expect(await world.ports.passkeys.of('ada')).toHaveLength(1);
  });

  it('says where passkeys work when they do not work here', async () => {
    const other = await world.session('viewer');
    expect(await (await world.get('/account', other)).text()).toContain(`on this machine ${origin}`);
    expect(await (await world.get('/log-in')).text()).not.toContain('Use a passkey');
    expect((await world.post('/log-in/passkey', {})).status).toBe(422);
    const headers = { host: 'localhost:1', origin: 'http://localhost:1' };
    const forged = request(`${world.origin}/log-in/passkey`, { method: 'POST', headers }).end();
    const [refused]: IncomingMessage[] = await once(forged, 'response');
    expect(refused?.statusCode).toBe(422);
    refused?.resume();
  });
});

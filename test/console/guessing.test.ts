/** Crowds and guessers at the log-in page: whom they keep out, what they cost, what staff see of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberPassword } from '../helpers/members.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

describe('guessing at the log-in page', () => {
  let world: ConsoleWorld;
  const told: string[] = [];
  beforeAll(async () => {
    world = await startConsole({
      counting: { apiAnswered: () => undefined, loggedIn: (result) => void told.push(result) },
    });
  });
  afterAll(() => world.close());

  const logIn = (name: string, password: string, from: string, cookie?: string) =>
    world.post('/log-in', { name, password, code: '' }, undefined, {
      'x-forwarded-for': from,
      ...(cookie === undefined ? {} : { cookie }),
    });
  const browserOf = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .find((one) => one.startsWith('postern_browser='))
      ?.split(';')[0] ?? '';

  it('locks strange browsers, not the one that its owner used before', async () => {
    const { name } = await world.session('viewer');
    const first = await logIn(name, memberPassword, '192.0.2.1');
    const browser = browserOf(first);
    expect(browser).toMatch(/^postern_browser=[\w-]{22}\.\d+\.[\w-]{43}$/);
    expect(first.headers.getSetCookie().find((one) => one.startsWith(browser))).toMatch(/HttpOnly.*SameSite=Lax/i);
    for (let tries = 0; tries < 60; tries += 1) {
      expect((await logIn(name, 'wrong', `198.51.100.${Math.floor(tries / 5)}`)).status).toBe(401);
    }
    expect((await logIn(name, memberPassword, '192.0.2.1')).status).toBe(429);
    expect((await logIn(name, memberPassword, '192.0.2.1', browser)).status).toBe(303);
    // The cookie of somebody else, or one that was made up, is worth nothing.
    const { name: other } = await world.session('viewer');
    const foreign = browserOf(await logIn(other, memberPassword, '192.0.2.2'));
    expect((await logIn(name, memberPassword, '192.0.2.2', foreign)).status).toBe(429);
    // Its first character: of the last one, two bits say nothing.
    const signed = browser.lastIndexOf('.') + 1;
    const madeUp = browser.slice(0, signed) + (browser[signed] === 'A' ? 'B' : 'A') + browser.slice(signed + 1);
    expect((await logIn(name, memberPassword, '192.0.2.2', madeUp)).status).toBe(429);
  }, 60_000);

  it('is slowed in a known browser too', async () => {
    const { name } = await world.session('viewer');
    const browser = browserOf(await logIn(name, memberPassword, '192.0.2.1'));
    for (let tries = 0; tries < 5; tries += 1) await logIn(name, 'wrong', `203.0.113.${tries}`, browser);
    expect((await logIn(name, memberPassword, '203.0.113.9', browser)).status).toBe(429);
    expect((await logIn(name, memberPassword, '203.0.113.9')).status).toBe(303); // a stranger with the password
  });

  it('is told apart on the page of staff, and in the audit log once', async () => {
    const admin = await world.session('admin');
    const { name } = await world.session('viewer');
    for (let tries = 0; tries < 3; tries += 1) await logIn(name, 'wrong', '192.0.2.77');
    await logIn('not-a-name-but-a-secret', 'wrong', '192.0.2.77');
    await expect
      .poll(async () => (await world.ports.logInFailures.spells(0)).some(({ name }) => name === null))
      .toBe(true);
    const list = await (await world.get('/staff', admin)).text();
    expect(list).toContain('Failed log-ins of the last week');
    expect(list).toContain('192.0.2.77');
    expect(list).toContain('names that nobody has');
    expect(await (await world.get(`/staff/${name}`, admin)).text()).toMatch(/Failed log-ins<\/dt>\s*<dd>3 since/);
    const rows = await world.ports.audit.list({ action: 'staff.log-in-refused', subject: name, limit: 10 });
    expect(rows).toMatchObject([{ detail: { failures: 1, client: '192.0.2.77' } }]);
    expect(JSON.stringify(await world.ports.audit.list({ limit: 1_000 }))).not.toContain('not-a-name-but-a-secret');
  });

  it('is told to whoever it is about, and to no other', async () => {
    const [victim, other] = [await world.session('viewer'), await world.session('viewer')];
    const account = async (who: typeof victim) => (await world.get('/account', who)).text();
    expect(await account(victim)).toContain('none in the last week');
    for (let tries = 0; tries < 2; tries += 1) await logIn(victim.name, 'wrong', '192.0.2.78');
    await expect.poll(() => account(victim)).toMatch(/Failed log-ins<\/dt>\s*<dd>2 since.*192\.0\.2\.78/s);
    expect(await account(other)).not.toContain('192.0.2.78');
  });

  it('is told on the first page after a log-in, once, with the log-in before it', async () => {
    const { name } = await world.session('viewer');
    const cookiesOf = (answer: Response) =>
      answer.headers
        .getSetCookie()
        .map((one) => one.split(';')[0] ?? '')
        .join('; ');
    const before = await world.ports.logInFailures.before(name);
    expect(before).toBeNull();
    const pageAfter = async (answer: Response, path = '/') => {
      expect(answer.status).toBe(303);
      const who = { name, cookie: cookiesOf(answer), formToken: '' };
      return { who, page: await world.get(path, who) };
    };
    const told = /failed since your last one/;
    const quiet = await pageAfter(await logIn(name, memberPassword, '192.0.2.80'));
    expect(await quiet.page.text()).not.toMatch(told);
    for (let tries = 0; tries < 3; tries += 1) await logIn(name, 'wrong', `192.0.2.${81 + tries}`);
    await expect
      .poll(async () => (await world.ports.logInFailures.spells(0)).find((one) => one.name === name))
      .toMatchObject({ failures: 3 });
    const { page, who } = await pageAfter(await logIn(name, memberPassword, '192.0.2.90'));
    expect(await page.text()).toMatch(
      /3 log-ins at your name failed since your last one, <time[^>]*>[^<]*<\/time> from <bdi>192\.0\.2\.80<\/bdi>; the last <time[^>]*>[^<]*<\/time> from <bdi>192\.0\.2\.83<\/bdi>/,
    );
    expect(page.headers.getSetCookie()).toEqual([expect.stringMatching(/^postern_untold=;.*Max-Age=0/)]);
    const later = { ...who, cookie: who.cookie.replace(/; postern_untold=yes/, '') };
    expect(later.cookie).not.toBe(who.cookie);
    expect(await (await world.get('/', later)).text()).not.toMatch(told);
    expect(await (await world.get('/account', later)).text()).toMatch(/Before this log-in<\/dt>\s*<dd>3 failed/);
    // Nothing failed since: the next one is told nothing.
    const next = await pageAfter(await logIn(name, memberPassword, '192.0.2.91'));
    expect(await next.page.text()).not.toMatch(told);
    // A redirection has no room for it.
    await logIn(name, 'wrong', '192.0.2.92');
    await expect
      .poll(async () => (await world.ports.logInFailures.spells(0)).find((one) => one.name === name))
      .toMatchObject({ failures: 4 });
    const led = await pageAfter(await logIn(name, memberPassword, '192.0.2.93'), '/log-in');
    expect(led.page.status).toBe(303);
    expect(await (await world.get('/', led.who)).text()).toMatch(/1 log-in at your name failed/);
  });

  it('by a crowd is turned away, and keeps out nobody who was here before', async () => {
    const { name } = await world.session('viewer');
    const browser = browserOf(await logIn(name, memberPassword, '192.0.2.1'));
    told.length = 0;
    const order: string[] = [];
    const crowd = Array.from({ length: 40 }, async (_, index) => {
      const { status } = await logIn(index % 2 === 0 ? `nobody-${index}` : name, 'wrong', `100.64.0.${index}`);
      order.push(`crowd ${status}`);
      return status;
    });
    await expect.poll(() => told.includes('busy')).toBe(true);
    const known = logIn(name, memberPassword, '192.0.2.1', browser).then(({ status }) => {
      order.push('known');
      return status;
    });
    const statuses = await Promise.all(crowd);
    expect(await known).toBe(303);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(10);
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThan(10);
    expect(order.lastIndexOf('crowd 401')).toBeGreaterThan(order.indexOf('known'));
    expect(new Set(told)).toEqual(new Set(['busy', 'refused', 'let in']));
    const busy = order.filter((one) => one === 'crowd 503').length;
    expect(told.filter((one) => one === 'busy')).toHaveLength(busy);
  }, 90_000);
});

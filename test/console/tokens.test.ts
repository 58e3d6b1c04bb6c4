/** The page of tokens in a browser: made, shown once, used, revoked; for admins, and it says what it is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { memberPassword } from '../helpers/members.ts';
import { callApi } from './api-world.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

describe('the page of tokens', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const health = (secret: string) =>
    callApi(world.origin, 'GET', '/health', undefined, { authorization: `Bearer ${secret}` });

  it('makes a token that works at once, shows it once, and ends it', async () => {
    const person = await browser.person();
    const { name } = await world.logIn(person, 'admin');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/`);
    await page.click('nav a[href="/tokens"]');
    expect(await page.textContent('main')).toContain('Authorization: Bearer');
    expect(await page.textContent('main')).toContain('never more than whoever made it');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.fill('[name=name]', '<b>board</b>');
    await page.selectOption('[name=as]', 'operator');
    await page.check('[name=scope-queues]');
    await takeScreenshot(page, 'tokens');
    await page.click('main form button.plain');
    expect(await page.textContent('main')).toContain('acts as operator and may: read, queues');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'step-up');
    expect(await world.ports.tokens.list()).toEqual([]);
    await page.fill('[name=password]', 'not the password');
    await page.click('main button.danger');
    expect(await page.textContent('.note.bad')).toContain('Nothing was changed.');
    await page.fill('[name=password]', memberPassword);
    await page.click('main button.danger');
    const secret = (await page.textContent('main pre code')) ?? '';
    expect(secret).toMatch(/^ptn_staff_[\w-]{43}$/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'token');
    expect((await health(secret)).status).toBe(200);
    await page.goto(`${world.origin}/tokens`);
    expect(await page.content()).not.toContain(secret);
    expect(await page.textContent('tbody')).toContain('<b>board</b>');
    expect(await page.textContent('tbody')).toContain('read, queues');
    expect((await world.ports.tokens.list())[0]?.token).toMatchObject({ createdBy: name, role: 'operator' });
    await page.click('tbody button');
    // Whoever has the session only cuts off no program.
    expect(await page.textContent('main')).toContain('The next call of <b>board</b> is refused');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await health(secret)).status).toBe(200);
    await page.fill('[name=password]', memberPassword);
    await page.click('main button.danger');
    expect(await page.textContent('.note.good')).toContain('Revoked');
    expect((await health(secret)).status).toBe(401);
    // The password that was refused (422) is the only thing the browser may complain about.
    expect(complaints.filter((one) => !/status of 422/.test(one))).toEqual([]);
  });

  it('makes portal tokens, and keeps what was typed wrong', async () => {
    const person = await browser.person({ viewport: { width: 390, height: 800 } });
    await world.logIn(person, 'admin');
    const page = await person.newPage();
    await page.goto(`${world.origin}/tokens`);
    await page.fill('[name=name]', 'nothing');
    await page.uncheck('[name=scope-read]');
    await page.click('main form button.plain');
    expect(await page.textContent('.note.bad')).toContain('Choose at least one scope');
    expect(await page.inputValue('[name=name]')).toBe('nothing');
    await page.fill('[name=name]', 'customer portal');
    await page.selectOption('[name=as]', 'portal');
    await page.click('main form button.plain');
    await page.fill('[name=password]', memberPassword);
    await page.click('main button.danger');
    expect(await page.textContent('main pre code')).toMatch(/^ptn_portal_/);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  it('is for admins alone', async () => {
    const trust = await world.session('trust');
    expect((await world.get('/tokens', trust)).status).toBe(403);
    expect((await world.post('/tokens', { name: 'x', as: 'admin', life: 'never' }, trust)).status).toBe(403);
    expect((await world.post('/tokens/x/revoke', {}, trust)).status).toBe(403);
    const gone = await world.post('/tokens/x/revoke', {}, await world.session('admin'));
    expect(gone.headers.get('location')).toBe('/tokens?done=gone');
    expect(await (await world.get('/', trust)).text()).not.toContain('href="/tokens"');
  });
});

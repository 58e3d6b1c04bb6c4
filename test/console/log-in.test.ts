/** First start, invitation, log-in and out, account and staff, in a real browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newToken, tokenHash } from '../../src/staff/session.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { totpCode } from '../helpers/totp-code.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const password = 'seven slow green herons';

describe('coming in', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  it('says how to make the first admin, takes up the invitation, logs out and in again', async () => {
    const page = await (await browser.person()).newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/`);
    expect(await page.textContent('main')).toContain('staff add <name> --role admin');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'first-admin');

    const token = newToken();
    const invitation = { tokenHash: tokenHash(token), expiresAt: world.now() + 60_000 };
    await world.ports.staff.add({ name: 'grace', role: 'admin' }, invitation, { actor: 'cli:root', at: world.now() });
    await page.goto(`${world.origin}/join/${token}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'join');
    const secret = (await page.textContent('.secret'))?.replaceAll(' ', '') ?? '';
    await page.fill('[name=password]', 'short');
    await page.fill('[name=again]', 'other');
    await page.click('main button');
    expect(await page.locator('.fault').allTextContents()).toHaveLength(2);
    expect((await page.textContent('.secret'))?.replaceAll(' ', '')).toBe(secret);
    await page.fill('[name=password]', password);
    await page.fill('[name=again]', password);
    await page.fill('[name=code]', totpCode(secret, world.now()));
    await page.click('main button');
    await page.waitForURL(`${world.origin}/`);
    expect(await page.textContent('.me')).toContain('grace');

    await page.goto(`${world.origin}/account`);
    expect(await page.textContent('main')).toContain('set up');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'account');
    await page.click('.me button');
    await page.waitForURL(`${world.origin}/log-in?out`);
    await takeScreenshot(page, 'log-in');

    await page.goto(`${world.origin}/staff`);
    expect(page.url()).toBe(`${world.origin}/log-in?next=%2Fstaff`);
    await page.fill('[name=name]', 'Grace');
    await page.fill('[name=password]', password);
    await page.fill('[name=code]', '000000');
    await page.click('main button');
    expect(await page.textContent('.note.bad')).toContain('wrong');
    expect(await page.inputValue('[name=name]')).toBe('Grace');
    world.elapse(60_000);
    await page.fill('[name=password]', password);
    await page.fill('[name=code]', totpCode(secret, world.now()));
    await page.click('main button');
    await page.waitForURL(`${world.origin}/staff`);
    expect(await accessibilityFaults(page)).toEqual([]);

    await page.fill('[name=name]', 'linus');
    await page.selectOption('[name=role]', 'trust');
    await takeScreenshot(page, 'staff');
    await page.click('main form.form button');
    expect(await page.textContent('main')).toContain('linus gets a link to come in as trust');
    expect(await accessibilityFaults(page)).toEqual([]);
    world.elapse(60_000); // a code works once
    await page.fill('[name=password]', password);
    await page.fill('[name=code]', totpCode(secret, world.now()));
    await page.click('main button.danger');
    const link = (await page.textContent('.command')) ?? '';
    expect(link).toMatch(new RegExp(`^${world.origin}/join/[\\w-]{43}$`));
    await page.goto(`${world.origin}/staff/linus`);
    expect(await page.textContent('main')).toContain('invited');
    expect(await accessibilityFaults(page)).toEqual([]);
    // The password that a browser was refused (401) is the only thing it may complain about.
    expect(complaints.filter((one) => !/status of (?:401|422)/.test(one))).toEqual([]);
  });
});

/** Finding mail, its story, its text and its octets; hostile mail stays text. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { traceInput } from '../records/mails.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';
import { hostile, storeHostileMail } from './hostile-mail.ts';

describe('mail', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  let hostileId = '';
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    const inputs = Array.from({ length: 120 }, (_, index) =>
      traceInput({
        messageId: `${index.toString(36).padStart(22, '0')}-0`,
        receivedAt: world.now() - index * 60_000 - 60_000,
        from: index % 2 === 0 ? 'ada@example.com' : 'grace@example.org',
        subject: `Printer ${index} on fire`,
        outcome: index % 3 === 0 ? 'escalated' : 'accepted',
      }),
    );
    await traceRecords(world.records).record(inputs, world.now());
    hostileId = await storeHostileMail(world, world.now());
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  it('is found by what people type, page by page', async () => {
    const person = await browser.person();
    await world.logIn(person, 'operator');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/`);
    await page.waitForSelector('.live[data-state=live]');
    await page.keyboard.press('/');
    await page.keyboard.type('ada@example.com');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/mail\?q=ada/);
    expect(await page.locator('tbody tr').count()).toBe(50);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'mail-list');
    await page.click('a[rel=next]');
    expect(await page.locator('tbody tr').count()).toBe(10);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/mail\/[0-9a-z]+-0/);
    expect(await page.textContent('main')).toContain('What happened');
    expect(await page.locator('main a', { hasText: 'Read it' }).count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(`${world.origin}/mail?q=printer+7+fire`);
    expect(page.url()).toContain('/mail?q=');
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.goto(`${world.origin}/mail?q=${'7'.padStart(22, '0')}-0`);
    expect(page.url()).toBe(`${world.origin}/mail/${'7'.padStart(22, '0')}-0`);
    await page.goto(`${world.origin}/mail?q=nobody@nowhere.example`);
    expect(await page.textContent('main')).toContain('Nothing found');
    await page.goto(`${world.origin}/mail?q=x&after=made-up`);
    expect(page.url()).toBe(`${world.origin}/mail`);
    expect(complaints).toEqual([]);
  });

  it('shows hostile mail as text, everywhere', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    for (const path of ['/mail', `/mail/${hostileId}`, `/mail/${hostileId}/text`]) {
      await page.goto(`${world.origin}${path}`);
      expect(await page.evaluate('window.owned')).toBeUndefined();
      expect(await page.locator('main script, main svg:not(.mark), main img').count()).toBe(0);
      expect(await page.content()).not.toContain('\u202e');
      expect(await accessibilityFaults(page)).toEqual([]);
    }
    const text = await page.textContent('main');
    expect(text).toContain(hostile.text);
    expect(text).toContain(hostile.fileName);
    expect(text).toContain('Seen text');
    await page.click('summary');
    await takeScreenshot(page, 'mail-text');
    await page.goto(`${world.origin}/mail/${hostileId}`);
    await takeScreenshot(page, 'mail-story');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('.actions button:has-text("Download")'),
    ]);
    expect(download.suggestedFilename()).toBe(`${hostileId}.eml`);
    expect(complaints).toEqual([]);
    const audited = await auditRecords(world.records).list({ subject: hostileId, limit: 10 });
    expect(audited.map(({ action }) => action)).toEqual(['mail.download', 'mail.read']);
  });

  it('is kept from those without the right', async () => {
    const [viewer, operator] = await Promise.all([world.session('viewer'), world.session('operator')]);
    expect((await world.get('/mail', viewer)).status).toBe(403);
    expect((await world.get(`/mail/${hostileId}`, viewer)).status).toBe(403);
    expect((await world.get(`/mail/${hostileId}/text`, operator)).status).toBe(403);
    expect((await world.post(`/mail/${hostileId}/raw`, {}, operator)).status).toBe(403);
    expect((await world.get('/mail/..%2f..%2fetc-0', operator)).status).toBe(404);
    const denied = await (await world.get(`/mail/${hostileId}/text`, operator)).text();
    expect(denied).toContain('trust');
    expect(denied).not.toContain('Seen text');
  });
});

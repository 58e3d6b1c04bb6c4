/** The overview in a real browser: live numbers, loss of the stream, both schemes, a phone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceRecords } from '../../src/records/trace.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { traceInput } from '../records/mails.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

describe('the overview', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    await receive(0, 60);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  async function receive(first: number, mails: number): Promise<void> {
    const outcomes = ['accepted', 'accepted', 'accepted', 'rejected', 'escalated'] as const;
    const inputs = Array.from({ length: mails }, (_, index) => {
      const number = first + index;
      return traceInput({
        messageId: `${number.toString(36).padStart(22, '0')}-0`,
        receivedAt: world.now() - ((number * 7_919) % 3_500) * 1_000,
        outcome: outcomes[number % 5] ?? 'accepted',
      });
    });
    await traceRecords(world.records).record(inputs, world.now());
  }

  it('shows what comes in, and keeps up', async () => {
    const person = await browser.person();
    await world.logIn(person, 'viewer');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/`);
    expect(await page.textContent('#numbers')).toContain('60');
    await page.waitForSelector('.live[data-state=live]');
    await page.waitForSelector('#chart canvas');
    await receive(60, 5);
    await page.locator('#numbers', { hasText: '65' }).waitFor();
    await page.click('[data-range=day]');
    await page.waitForSelector('#chart[aria-label*="last day: "]');
    await page.click('[data-range=hour]');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.waitForSelector('#chart[aria-label*="last hour: "]');
    await takeScreenshot(page, 'overview');
    expect(complaints).toEqual([]);
  });

  it('says when it is no longer live, and recovers', async () => {
    const person = await browser.person();
    await world.logIn(person, 'operator');
    const page = await person.newPage();
    await page.goto(`${world.origin}/`);
    await page.waitForSelector('.live[data-state=live]');
    await world.vanish();
    await page.waitForSelector('.live[data-state=stale]');
    expect(await page.textContent('#live')).toContain('connection lost');
    await takeScreenshot(page, 'overview-stale');
    await world.reappear();
    await page.waitForSelector('.live[data-state=live]');
  });

  it('works in the dark and on a phone', async () => {
    const person = await browser.person({ colorScheme: 'dark', viewport: { width: 390, height: 844 } });
    await world.logIn(person, 'admin');
    const page = await person.newPage();
    await page.goto(`${world.origin}/`);
    await page.waitForSelector('#chart canvas');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await takeScreenshot(page, 'overview-phone-dark');
    await page.click('.menu-button');
    await page.click('nav a[href="/account"]');
    await page.waitForURL(`${world.origin}/account`);
    await takeScreenshot(page, 'account-phone-dark');
  });

  it('loads less than 150 KB', async () => {
    const person = await browser.person();
    await world.logIn(person, 'admin');
    const page = await person.newPage();
    const sizes: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      sizes.push(
        request.sizes().then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
      );
    });
    await page.goto(`${world.origin}/`);
    await page.waitForSelector('#chart canvas');
    const octets = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(octets).toBeGreaterThan(10_000);
    expect(octets).toBeLessThan(150_000);
  });
});

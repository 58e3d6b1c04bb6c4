/** The escalation inbox in two browsers: one decision each, by keys, and nobody undoes another's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceRecords } from '../../src/records/trace.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { type MailTraits, traceInput } from '../records/mails.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

describe('reviews', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  const ids = ['a', 'b', 'c'].map((letter) => `${letter.padStart(22, '0')}-0`);
  const [first = '', second = '', third = ''] = ids;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    const inputs = ids.map((messageId, index) => {
      const traits: MailTraits = {
        messageId,
        receivedAt: world.now() - (10 - index) * 60_000,
        outcome: 'escalated',
        assurance: 'claimed',
        subject: `Please <b>reset</b> ${index}`,
      };
      return traceInput(traits);
    });
    await traceRecords(world.records).record(inputs, world.now());
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  it('decides one after the other, and refuses the slower of two', async () => {
    const [one, other] = await Promise.all([browser.person(), browser.person()]);
    const { name } = await world.logIn(one, 'trust');
    await world.logIn(other, 'admin');
    const [page, slow] = await Promise.all([one.newPage(), other.newPage()]);
    const complaints = watchPage(page, world.origin);
    await slow.goto(`${world.origin}/reviews/${first}`);
    await page.goto(`${world.origin}/reviews`);
    expect(await page.locator('tbody tr').count()).toBe(3);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'reviews');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${world.origin}/reviews/${first}`);
    expect(await page.textContent('main')).toContain('Ask the address on file');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'review');
    await page.keyboard.press('n');
    await page.keyboard.type('Called the number on file');
    await page.click('button[value=accepted]');
    await page.waitForURL(`${world.origin}/reviews/${second}?done=accepted`);
    expect((await world.ports.reviews.get(first))?.state).toBe('accepted');
    expect((await world.ports.reviews.get(first))?.decided_by).toBe(name);
    await slow.fill('#note', 'I was slower');
    await slow.click('button[value=rejected]');
    expect(await slow.textContent('.note.bad')).toContain('Not decided');
    expect((await world.ports.reviews.get(first))?.state).toBe('accepted');
    await page.fill('#note', 'Nobody we know');
    await page.selectOption('[name=deny]', 'network');
    await page.click('button[value=rejected]');
    await page.waitForURL(`${world.origin}/reviews/${third}?done=rejected`);
    const denied = await world.ports.denySearch.search({
      text: '192.0.2.1',
      kind: 'network',
      activeAt: null,
      limit: 5,
      offset: 0,
    });
    expect(denied.total).toBe(1);
    await page.goto(`${world.origin}/mail/${first}`);
    expect(await page.textContent('.timeline')).toContain('Judged again: accepted');
    expect(complaints).toEqual([]);
  });

  it('needs a reason and the right', async () => {
    const [operator, trust] = [await world.session('operator'), await world.session('trust')];
    expect((await world.get('/reviews', operator)).status).toBe(403);
    expect((await world.post(`/reviews/${third}`, { outcome: 'accepted', note: 'x' }, operator)).status).toBe(403);
    expect((await world.post(`/reviews/${third}`, { outcome: 'accepted', note: ' ' }, trust)).status).toBe(422);
    expect((await world.post(`/reviews/${third}`, { note: 'x' }, trust)).status).toBe(422);
    expect((await world.get('/reviews/nothing-0', trust)).status).toBe(404);
    expect((await world.ports.reviews.get(third))?.state).toBe('open');
  });
});

/** The page of alerts in the browser: what is open, silence and its end, who may do what. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertRaising } from '../../src/records/alert-events.ts';
import { alertRecords } from '../../src/records/alerts.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { happening, minuteMs, reading, rules, timing } from '../alerts/desk.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

describe('the page of alerts', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    await alertRaising(world.records)([happening('case-alarm', { subject: 'case-1', reference: 'case-1' })]);
    const readings = [reading('queue-age', 12 * minuteMs, 'accepted')];
    const targets = [{ name: 'desk', kinds: null, leastSeverity: 'warning' } as const];
    await alertRecords(world.records).pass({ readings, rules, timing, targets }, world.now());
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  it('shows what is open, silences it with a reason and ends the silence, all audited', async () => {
    const person = await browser.person();
    const { name } = await world.logIn(person, 'operator');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/alerts`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'alerts');
    const text = await page.textContent('main');
    expect(text).toContain('Queue accepted: its oldest job has waited for 12 min');
    expect(text).toContain('Recovery case case-1: 1 alarm');
    expect(text).toContain('waits for a worker');
    expect(await page.textContent('nav a[href="/alerts"]')).toContain('2 open');

    await page.selectOption('#field-kind', 'queue-age');
    await page.fill('#field-subject', 'accepted');
    await page.fill('#field-reason', 'a <b>move</b>');
    await page.click('button.plain:has-text("Silence")');
    expect(await page.textContent('main')).toContain('a <b>move</b>');
    expect(await world.ports.alerts.silences(world.now())).toMatchObject([
      { kind: 'queue-age', subject: 'accepted', author: name, reason: 'a <b>move</b>' },
    ]);
    await page.click('button:has-text("End")');
    expect(await page.textContent('main')).toContain('The silence is ended.');
    const audit = await auditRecords(world.records).list({ actor: name, limit: 9 });
    expect(
      audit
        .map(({ action }) => action)
        .filter((action) => action.startsWith('alert.'))
        .toSorted(),
    ).toEqual(['alert.silence', 'alert.unsilence']);
    expect(complaints).toEqual([]);
    await page.goto(`${world.origin}/`);
    expect(await page.textContent('#attention')).toContain('1 critical alert open');
  });

  it('fits a telephone', async () => {
    const person = await browser.person({ viewport: { width: 360, height: 740 } });
    await world.logIn(person, 'operator');
    const page = await person.newPage();
    await page.goto(`${world.origin}/alerts`);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });

  it('keeps what was typed and says what is wrong', async () => {
    const session = await world.session('operator');
    const answer = await world.post(
      '/alerts/silence',
      { kind: '', subject: 'x y', hours: '4', reason: 'kept' },
      session,
    );
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain('value="kept"');
    expect(text).toContain('is the name of a queue');
    const odd = { kind: 'nonsense', subject: '', hours: '4', reason: 'why' };
    expect((await world.post('/alerts/silence', odd, session)).status).toBe(422);
    const ever = { kind: '', subject: '', hours: '9999', reason: 'why' };
    expect((await world.post('/alerts/silence', ever, session)).status).toBe(422);
    expect(await world.ports.alerts.silences(world.now())).toEqual([]);
  });

  it('is closed to viewers, and to forms from elsewhere', async () => {
    const wish = { kind: '', subject: '', hours: '4', reason: 'why' };
    const viewer = await world.session('viewer');
    expect((await world.get('/alerts', viewer)).status).toBe(403);
    expect((await world.post('/alerts/silence', wish, viewer)).status).toBe(403);
    const operator = await world.session('operator');
    const forged = await world.post('/alerts/silence', wish, operator, { origin: 'https://evil.example' });
    expect(forged.status).toBe(403);
    expect(await world.ports.alerts.silences(world.now())).toEqual([]);
  });
});

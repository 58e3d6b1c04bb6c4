/** The page of alerts in the browser: what is open, silence and its end, who may do what. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertDeliveryRecords } from '../../src/records/alert-deliveries.ts';
import { alertRaising } from '../../src/records/alert-events.ts';
import { alertRecords } from '../../src/records/alerts.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { parkedRecords } from '../../src/records/parked.ts';
import { happening, minuteMs, reading, rules, timing } from '../alerts/desk.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const targets = [{ name: 'desk', kinds: null, leastSeverity: 'warning' } as const];

describe('the page of alerts', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole({ alertTargets: targets }), startBrowser()]);
    await alertRaising(world.records)([happening('case-alarm', { subject: 'case-1', reference: 'case-1' })]);
    const readings = [reading('queue-age', 12 * minuteMs, 'accepted')];
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

  it('tries a parked message anew or lets it go, once, audited; and touches no mail of others', async () => {
    const parked = await parkMessages(world);
    const [first = '', second = ''] = parked;
    const person = await browser.person();
    const { name } = await world.logIn(person, 'operator');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/alerts`);
    expect(await page.textContent('main')).toContain('no such mailbox');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.click(`form:has(input[value="${first}"]) button:has-text("Retry")`);
    expect(await page.textContent('main')).toContain('It is tried anew');
    await page.click(`form:has(input[value="${second}"]) button:has-text("Let go")`);
    expect(await page.textContent('main')).toContain('It was let go');
    const states = await alertDeliveryRecords(world.records).get(parked);
    expect(new Map(states.map(({ attempts, id, state }) => [id, [state, attempts]]))).toEqual(
      new Map([
        [first, ['queued', 0]],
        [second, ['given-up', 1]],
      ]),
    );
    const again = await world.post('/alerts/parked', { id: first, act: 'retry' }, await world.session('operator'));
    expect(again.headers.get('location')).toBe('/alerts?parked=gone');
    const audit = await auditRecords(world.records).list({ actor: name, limit: 2 });
    expect(audit.map(({ action }) => action)).toEqual(['alerts.give-up', 'alerts.retry']);
    expect(complaints).toEqual([]);
  });

  it('decides over no notice of a customer, whatever id a form names', async () => {
    await parkNotice(world);
    const session = await world.session('admin');
    for (const act of ['retry', 'give-up']) {
      const answer = await world.post('/alerts/parked', { id: 'm0-0', act }, session);
      expect(answer.headers.get('location')).toBe('/alerts?parked=gone');
    }
    expect(await parkedRecords(world.records).list({ outbox: 'notices' })).toHaveLength(1);
    expect((await world.post('/alerts/parked', { id: 'm0-0', act: 'drop' }, session)).headers.get('location')).toBe(
      '/alerts',
    );
  });

  it('offers no new try to a target that is configured no longer', async () => {
    const gone = await startConsole({ alertTargets: [] });
    try {
      await alertRecords(gone.records).pass(
        { readings: [reading('queue-age', 12 * minuteMs, 'accepted')], rules, timing, targets },
        gone.now(),
      );
      await parkMessages(gone);
      const text = await (await gone.get('/alerts', await gone.session('operator'))).text();
      expect(text).toContain('configured no longer');
      expect(text).toContain('Let go');
      expect(text).not.toContain('>Retry<');
    } finally {
      await gone.close();
    }
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
    expect((await world.post('/alerts/parked', { id: 'x', act: 'retry' }, viewer)).status).toBe(403);
    expect((await world.get('/alerts', viewer)).status).toBe(403);
    expect((await world.post('/alerts/silence', wish, viewer)).status).toBe(403);
    const operator = await world.session('operator');
    const forged = await world.post('/alerts/silence', wish, operator, { origin: 'https://evil.example' });
    expect(forged.status).toBe(403);
    expect(await world.ports.alerts.silences(world.now())).toEqual([]);
  });
});

/** What waits for the target is given up. Resolves with the ids. */
async function parkMessages(world: ConsoleWorld): Promise<readonly string[]> {
  const deliveries = alertDeliveryRecords(world.records);
  const claimed = await deliveries.claim('desk', world.now(), 60_000, 9);
  const settlement = { kind: 'parked', cause: 'no such mailbox' } as const;
  await deliveries.settle(
    claimed.map(({ claims, id }) => ({ id, claims, settlement })),
    world.now(),
  );
  return claimed.map(({ id }) => id);
}

async function parkNotice(world: ConsoleWorld): Promise<void> {
  const notices = noticeRecords(world.records);
  await notices.open([{ outgoing: outgoingNotice('m0-0', 'ada@example.com'), limits: [] }], world.now());
  await notices.claim('relay', world.now(), 60_000, 1);
  await notices.settle([{ id: 'm0-0', claims: 1, settlement: { kind: 'parked', cause: 'no such user' } }], world.now());
}

/** What staff say of a ticket on the page of its mail: buttons by role, the clock follows, the log names them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceRecords } from '../../src/records/trace.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, watchPage } from '../helpers/browser.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { traceInput } from '../records/mails.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const hourMs = 3_600_000;
const [accepted, escalated] = ['m1-0', 'm2-0'];

describe('the ticket on the page of a mail', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    const at = world.now();
    const clock = startClock(at, 'elapsed', { warnAt: at + hourMs, dueAt: at + 2 * hourMs });
    const inputs = [
      { ...traceInput({ messageId: accepted }), ticket: ticketDraft({ clock }) },
      traceInput({ messageId: escalated, outcome: 'escalated' }),
    ];
    await traceRecords(world.records).record(inputs, at);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const ticketActs = async () =>
    (await world.ports.audit.list({ limit: 100 })).filter(({ action }) => action.startsWith('ticket.'));

  it('is only looked at by operators', async () => {
    const page = await (await world.get(`/mail/${accepted}`, await world.session('operator'))).text();
    expect(page).toMatch(/<h2>Ticket PT-/);
    expect(page).not.toContain(`/mail/${accepted}/ticket`);
    const none = await (await world.get(`/mail/${escalated}`, await world.session('trust'))).text();
    expect(none).not.toMatch(/Ticket PT-|\/ticket"/);
  });

  it('refuses what is no status and a mail without a ticket, and changes nothing', async () => {
    const who = await world.session('trust');
    const say = async (id: string, status: string) =>
      (await world.post(`/mail/${id}/ticket`, { form_token: who.formToken, status }, who)).status;
    expect(await say(accepted, 'done')).toBe(422);
    expect(await say(accepted, '')).toBe(422);
    expect(await say(escalated, 'closed')).toBe(404);
    expect(await say('nothing-0', 'closed')).toBe(404);
    expect(await ticketActs()).toEqual([]);
  });

  it('is moved by buttons, and the same again is not audited again', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/mail/${accepted}`);
    const press = async (text: string) => {
      const loaded = page.waitForEvent('load');
      await page.click(`main button:has-text("${text}")`);
      await loaded;
    };
    await press('Waits for the customer');
    expect(await page.textContent('main')).toMatch(/The ticket stands so now[^]*pending[^]*paused until the customer/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await press('Close it');
    expect(await page.textContent('main')).toMatch(/closed[^]*met at/);
    expect(await page.locator('main button', { hasText: 'It was answered' }).count()).toBe(0);
    expect((await ticketActs()).map(({ action, subject }) => [action, subject])).toEqual([
      ['ticket.closed', accepted],
      ['ticket.pending', accepted],
    ]);
    const who = await world.session('trust');
    const again = await world.post(`/mail/${accepted}/ticket`, { form_token: who.formToken, status: 'closed' }, who);
    expect([again.status, again.headers.get('location')]).toEqual([303, `/mail/${accepted}?done=ticket-unchanged`]);
    expect(await ticketActs()).toHaveLength(2);
    expect(complaints).toEqual([]);
  });
});

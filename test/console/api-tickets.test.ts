/** What a help desk says of its tickets, over the socket: the clock follows, the log names the token, twice is once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceRecords } from '../../src/records/trace.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { traceInput } from '../records/mails.ts';
import { type ApiClient, apiClient } from './api-world.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const hourMs = 3_600_000;

describe('tickets of the API', () => {
  let world: ConsoleWorld;
  let desk: ApiClient;
  let opened = 0;
  beforeAll(async () => {
    world = await startConsole();
    desk = await apiClient(world, 'trust', ['tickets']);
  });
  afterAll(() => world.close());

  /** A ticket that is due in two hours. */
  async function ticket(): Promise<{ readonly id: string; readonly number: string }> {
    opened += 1;
    const id = `m${opened}-0`;
    const at = world.now();
    const clock = startClock(at, 'elapsed', { warnAt: at + hourMs, dueAt: at + 2 * hourMs });
    await traceRecords(world.records).record(
      [{ ...traceInput({ messageId: id }), ticket: ticketDraft({ clock }) }],
      at,
    );
    const [row] = (await world.ports.tickets.list({ limit: 500 })).filter(({ message_id }) => message_id === id);
    return { id, number: row?.number ?? '' };
  }

  const say = (number: string, status: unknown) => desk.call('POST', `/tickets/${number}/status`, { status });
  const actsOn = async (id: string) =>
    (await world.ports.audit.list({ limit: 100 })).filter(({ subject }) => subject === id);

  it.each([
    ['answered', 'open', 'met'],
    ['pending', 'pending', 'paused'],
    ['closed', 'closed', 'met'],
  ])('%s makes the ticket %s and its clock %s, once', async (act, status, state) => {
    const { id, number } = await ticket();
    const first = await say(number.toLowerCase(), act);
    expect(first).toMatchObject({ status: 200, json: { number, status, clock: { state }, changed: true } });
    const entry = {
      actor: `token:${desk.tokenId} test`,
      action: `ticket.${act}`,
      subject: id,
      detail: { number, before: 'open' },
    };
    expect(await actsOn(id)).toMatchObject([entry]);
    world.elapse(60_000);
    const again = await say(number, act);
    expect(again).toMatchObject({ status: 200, json: { ...first.json, changed: false } });
    expect(await actsOn(id)).toHaveLength(1);
  });

  it('lets a paused response time run on, and says no change when it runs', async () => {
    const { id, number } = await ticket();
    expect((await say(number, 'open')).json).toMatchObject({ clock: { state: 'due' }, changed: false });
    await say(number, 'pending');
    expect((await say(number, 'open')).json).toMatchObject({ status: 'open', clock: { state: 'due' }, changed: true });
    expect((await actsOn(id)).map(({ action }) => action)).toEqual(['ticket.open', 'ticket.pending']);
  });

  it('refuses what is no ticket, no status or no right, and changes nothing', async () => {
    const { id, number } = await ticket();
    const problem = (name: string) => ({ type: `urn:postern:problem:${name}` });
    expect(await say('PT-0000-0000', 'closed')).toMatchObject({ status: 404, json: problem('not-found') });
    for (const status of ['done', 'Closed', '', null, ['closed']]) {
      expect(await say(number, status)).toMatchObject({
        status: 422,
        json: { ...problem('invalid-request'), faults: [{ field: 'status' }] },
      });
    }
    const path = `/tickets/${number}/status`;
    expect((await desk.call('POST', path, { status: 'closed', actor: 'eve' })).status).toBe(422);
    expect((await desk.call('POST', path)).status).toBeGreaterThanOrEqual(400);
    for (const client of [
      await apiClient(world, 'operator', ['tickets']),
      await apiClient(world, 'admin', ['read', 'reviews']),
    ]) {
      const refused = await client.call('POST', path, { status: 'closed' });
      expect(refused).toMatchObject({ status: 403, json: problem('forbidden') });
    }
    expect(await actsOn(id)).toEqual([]);
    expect(await world.ports.tickets.byNumber(number)).toMatchObject({ status: 'open' });
  });
});

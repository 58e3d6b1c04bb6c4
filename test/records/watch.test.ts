/** What alerts measure in the records, on each database. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionRefusal } from '../../src/intake/intake.ts';
import { clockRecords } from '../../src/records/clocks.ts';
import type { Records } from '../../src/records/open-records.ts';
import { refusalRecords } from '../../src/records/refusals.ts';
import { reviewRecords } from '../../src/records/reviews.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { type WatchRecords, watchRecords } from '../../src/records/watch.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { onEachDatabase } from './databases.ts';
import { type MailTraits, traceInput } from './mails.ts';

const hour = 3_600_000;
const none = { count: 0, references: [] };

onEachDatabase((databases) => {
  let records: Records;
  let watch: WatchRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    watch = watchRecords(records);
  });
  const record = (...mails: readonly MailTraits[]) =>
    traceRecords(records).record(
      mails.map((traits) => traceInput(traits)),
      5_000,
    );

  it('finds nothing where nothing ever was', async () => {
    expect(await watch.newestMailAt()).toBeNull();
    expect(await watch.oldestEscalation()).toBeNull();
    expect(await watch.deferredSince(0)).toEqual(new Map());
    expect(await watch.clocks(0)).toEqual({ warned: none, breached: none });
  });

  it('knows when the newest mail came, whatever was written down last', async () => {
    await record({ messageId: 'm1-0', receivedAt: 3_000 }, { messageId: 'm2-0', receivedAt: 9_000 });
    await record({ messageId: 'm3-0', receivedAt: 6_000, outcome: 'rejected' });
    expect(await watch.newestMailAt()).toBe(9_000);
  });

  it('names the escalated mail that waits longest, until it is decided', async () => {
    await record(
      { messageId: 'm2-0', receivedAt: 2_000, outcome: 'escalated' },
      { messageId: 'm1-0', receivedAt: 2_000, outcome: 'escalated' },
      { messageId: 'm0-0', receivedAt: 1_000 },
      { messageId: 'm3-0', receivedAt: 7_000, outcome: 'escalated' },
    );
    const decide = async (messageId: string) => {
      const { mail } = traceInput({ messageId, outcome: 'escalated' });
      const nothingMore = { deny: { add: [], remove: [] }, allow: null };
      const by = { actor: 'grace', at: 8_000, note: 'no', version: 1 };
      const verdict = { ...mail.verdict, outcome: 'rejected', reason: 'forged' } as const;
      const outcome = 'rejected' as const;
      await reviewRecords(records).decide({ messageId, mail: { ...mail, verdict }, outcome, ...by, ...nothingMore });
    };
    expect(await watch.oldestEscalation()).toEqual({ messageId: 'm1-0', openedAt: 2_000 });
    await decide('m1-0');
    expect(await watch.oldestEscalation()).toEqual({ messageId: 'm2-0', openedAt: 2_000 });
    await decide('m2-0');
    await decide('m3-0');
    expect(await watch.oldestEscalation()).toBeNull();
  });

  describe('deferrals', () => {
    const refusal = (at: number, cause: string, changes: Partial<SessionRefusal> = {}): SessionRefusal => ({
      at,
      ip: '192.0.2.1',
      helo: 'mx.example.com',
      mailFrom: 'ada@example.com',
      recipient: 'support@postern.test',
      stage: 'data',
      reply: { code: 451, enhanced: '4.7.1', text: 'later' },
      cause,
      ...changes,
    });

    it('are counted by cause since a time, and quote no sender', async () => {
      const permanent = { code: 554, enhanced: '5.7.1', text: 'no' };
      await refusalRecords(records).recordRefusals([
        refusal(99, 'dns: too early'),
        refusal(100, 'dns: _dmarc.secret.example has no answer'),
        refusal(150, 'dns: other.example has no answer'),
        refusal(200, 'storage: the spool took no data'),
        refusal(200, 'queue: Redis does not answer'),
        refusal(200, 'busy: too many mails in flight'),
        // None of ours to count: a greeting too early, a refusal for good, a cause without a kind.
        refusal(200, 'dns: at another stage', { stage: 'rcpt' }),
        refusal(200, 'dns: for good', { reply: permanent }),
        refusal(200, 'something else: it was'),
      ]);
      const counted = { busy: 1, dns: 2, queue: 1, storage: 1 };
      expect(await watch.deferredSince(100)).toEqual(new Map(Object.entries(counted)));
    });
  });

  describe('response clocks', () => {
    const open = async (messageId: string, startedAt: number) => {
      const clock = startClock(startedAt, 'elapsed', { warnAt: startedAt + 3 * hour, dueAt: startedAt + 4 * hour });
      const ticket = ticketDraft({ clock });
      const input = { ...traceInput({ messageId, receivedAt: startedAt }), ticket };
      await traceRecords(records).record([input], startedAt);
      return (await ticketRecords(records).ofMessage(messageId))?.number ?? 'no ticket';
    };

    it('are warned of and breached as time passes; an answer or old age ends the news', async () => {
      const early = await open('m1-0', 0);
      const late = await open('m2-0', hour);
      await clockRecords(records).pass(3 * hour - 1);
      expect(await watch.clocks(0)).toEqual({ warned: none, breached: none });
      await clockRecords(records).pass(3 * hour);
      expect(await watch.clocks(0)).toEqual({ warned: { count: 1, references: [early] }, breached: none });
      await clockRecords(records).pass(4 * hour);
      const both = { warned: { count: 1, references: [late] }, breached: { count: 1, references: [early] } };
      expect(await watch.clocks(0)).toEqual(both);
      // What was due before that is the help desk's backlog, and no news.
      expect((await watch.clocks(4 * hour)).breached).toEqual(none);
      await clockRecords(records).pass(5 * hour);
      expect(await watch.clocks(0)).toEqual({ warned: none, breached: { count: 2, references: [early, late] } });
    });

    it('are all counted, and the first five named, the soonest due first', async () => {
      const numbers: string[] = [];
      for (let index = 0; index < 7; index += 1) numbers.push(await open(`m${index}-0`, (7 - index) * 1_000));
      await clockRecords(records).pass(10 * hour);
      const { breached } = await watch.clocks(0);
      expect(breached).toEqual({ count: 7, references: numbers.toReversed().slice(0, 5) });
    });
  });
});

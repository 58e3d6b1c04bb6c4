import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/finding.ts';
import { sweepFollowUps } from '../../src/intake/rejudge.ts';
import type { Sidecar } from '../../src/intake/sidecar.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import { decidingPorts } from '../../src/main/open-reviews.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { connectPatiently } from '../../src/queue/patient-client.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { followUpRecords } from '../../src/records/follow-ups.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { reviewRecords } from '../../src/records/reviews.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { decideReview, type Wish } from '../../src/reviews/deciding.ts';
import { accepted } from '../../workers/accepted.ts';
import { createEscalated } from '../../workers/escalated.ts';
import { type RunningWorkers, startWorkers } from '../../workers/main.ts';
import { rejected } from '../../workers/rejected.ts';
import { content } from '../helpers/evidence.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import { type MailTraits, sidecar, traceInput } from '../records/mails.ts';

let redis: TestRedis;
let queues: Queues;
let metrics: Metrics;
let records: Records;
let folder: string;
let workers: RunningWorkers | null = null;
const kept = new Map<string, Sidecar>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-escalated-'));
  redis = await startRedis();
  queues = connectQueues({ target: redis.target, logger: silentLogger() });
  await queues.ready(5_000);
  metrics = createMetrics();
  records = await openRecords({ url: `sqlite:${join(folder, 'postern.db')}`, logger: silentLogger() });
  await migrate(records);
  kept.clear();
});
afterEach(async () => {
  await workers?.stop();
  workers = null;
  await queues.close();
  await records.close();
  await redis.stop();
  metrics.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(denyAbuseAlone = false): void {
  const escalated = createEscalated({
    reviews: reviewRecords(records),
    denyAbuseAlone,
    denyLifeMs: 1_000,
    ask: async () => undefined,
    now: () => 7_000,
  });
  workers = startWorkers(
    {
      connect: () => connectPatiently(redis.target, silentLogger()),
      prefix: 'postern',
      spool: {
        sidecar: async (key) => {
          const found = kept.get(key);
          if (found === undefined) throw new Error('no such entry');
          return found;
        },
      },
      trace: traceRecords(records),
      beat: async () => undefined,
      settings: { concurrency: 4, batchSize: 50, batchWaitMs: 5, stopTimeoutMs: 2_000, lockMs: 30_000 },
      logger: silentLogger(),
      metrics,
      now: () => 2_000,
    },
    [accepted, rejected, escalated],
  );
}

async function send(traits: MailTraits, evidence: Partial<Evidence> = {}): Promise<void> {
  const { mail } = traceInput({ outcome: 'escalated', assurance: 'claimed', ...traits });
  const spoolKey = traits.messageId.slice(0, -2);
  const beside = sidecar({ outcome: 'escalated', assurance: 'claimed', ...traits });
  kept.set(spoolKey, { ...beside, evidence: { ...beside.evidence, ...evidence } });
  const verdict =
    evidence.content === undefined
      ? mail.verdict
      : ({ ...mail.verdict, outcome: 'escalated', reason: 'abuse', rule: 'R-ABUSE' } as const);
  const classification = evidence.content?.result === 'parsed' ? evidence.content.classification : mail.classification;
  await queues.enqueue({ ...mail, classification, verdict, spoolKey });
}

const abuseBy = (rule: string): Partial<Evidence> => ({
  proofs: [{ kind: 'domain', cause: 'DKIM' }],
  content: content({}, { abuse: { label: 'abusive', because: [{ rule, words: ['fool'] }] } }),
});
const abuse = abuseBy('insult');

const wish = (changes: Partial<Wish> = {}): Wish => ({
  messageId: 'a-0',
  outcome: 'accepted',
  actor: 'grace',
  at: 5_000,
  note: 'known',
  version: null,
  verifiedBy: null,
  isAllowing: false,
  deny: null,
  denyLifeMs: null,
  ...changes,
});

const ports = () => decidingPorts(records, queues, () => 6_000);
const item = (id: string) => reviewRecords(records).get(id);
const done = (...ids: readonly string[]) =>
  expect
    .poll(() => Promise.all(ids.map((id) => jobOf('escalated', id))), { timeout: 10_000 })
    .toEqual(ids.map(() => 'completed'));
const told = async () =>
  (
    await records.db.selectFrom('alert_events').select(['kind', 'label', 'reference']).orderBy('event_key').execute()
  ).map(({ kind, label, reference }) => [kind, label, reference]);
const jobOf = async (queue: 'accepted' | 'rejected' | 'escalated', id: string) =>
  (await queues.built()).get(queue)?.getJobState(id);

describe('an escalated mail', () => {
  it('is asked about, and neither a copy of it nor what it is judged to be later', async () => {
    const asked: string[] = [];
    const handler = createEscalated({
      reviews: reviewRecords(records),
      denyAbuseAlone: false,
      denyLifeMs: null,
      ask: async ({ messageId, followUp }) => {
        asked.push(`${messageId} ${followUp?.number ?? 0}`);
      },
      now: () => 7_000,
    });
    const same = { outcome: 'escalated', assurance: 'claimed', rfcMessageId: '<x@y>', contentDigest: 'same' } as const;
    const handle = async (mail: JudgedMail) =>
      handler.handle(mail, {
        spool: { sidecar: async () => sidecar({ ...same, messageId: mail.messageId }) },
        record: async (input) => {
          const [recorded] = await traceRecords(records).record([input], 2_000);
          return recorded ?? Promise.reject(new Error('was not recorded'));
        },
      });
    const first = traceInput({ ...same, messageId: 'a-0' }).mail;
    await handle(first);
    await handle(traceInput({ ...same, messageId: 'b-0', receivedAt: 1_500 }).mail);
    expect(asked).toEqual(['a-0 0']);
    const again = { mail: first, kind: 'rejudged', at: 1, actor: 'grace', note: '' } as const;
    await handle(await followUpRecords(records).open(again));
    expect(asked).toEqual(['a-0 0']);
  });

  it('becomes an item, staff are told, and after the decision it goes on without being sent again', async () => {
    start();
    await send({ messageId: 'a-0' });
    await expect.poll(() => item('a-0')).toMatchObject({ state: 'open' });
    expect(await told()).toEqual([['escalated', 'unproven-sender', 'a-0']]);
    await done('a-0');
    const decided = await decideReview(ports(), wish());
    expect(decided).toMatchObject({ isEnqueued: true, mail: { followUp: { number: 1 } } });
    await expect.poll(() => jobOf('accepted', 'a-0-f1'), { timeout: 10_000 }).toBe('completed');
    expect(await ticketRecords(records).ofMessage('a-0')).toMatchObject({ message_id: 'a-0' });
    expect((await traceRecords(records).search({ limit: 9 })).rows).toHaveLength(1);
  });

  it('that is rejected gets no ticket', async () => {
    start();
    await send({ messageId: 'a-0' });
    await expect.poll(() => item('a-0')).toMatchObject({ state: 'open' });
    await decideReview(ports(), wish({ outcome: 'rejected' }));
    await expect.poll(() => jobOf('rejected', 'a-0-f1'), { timeout: 10_000 }).toBe('completed');
    expect(await ticketRecords(records).ofMessage('a-0')).toBeNull();
    expect(await item('a-0')).toMatchObject({ state: 'rejected', decided_by: 'grace' });
  });

  it('decided while Redis is away goes on when it is back', async () => {
    start();
    await send({ messageId: 'a-0' });
    await expect.poll(() => item('a-0')).toMatchObject({ state: 'open' });
    const { deciding, enqueue } = { deciding: ports(), enqueue: () => Promise.reject(new Error('away')) };
    expect(await decideReview({ ...deciding, enqueue }, wish())).toMatchObject({ isEnqueued: false });
    expect(await ticketRecords(records).ofMessage('a-0')).toBeNull();
    expect(await sweepFollowUps(followUpRecords(records), queues, 5_000)).toBe(1);
    await expect.poll(() => jobOf('accepted', 'a-0-f1'), { timeout: 10_000 }).toBe('completed');
    expect(await sweepFollowUps(followUpRecords(records), queues, 5_000)).toBe(0);
  });

  it('run twice changes nothing the second time', async () => {
    start(true);
    await send({ messageId: 'a-0' });
    await done('a-0');
    const before = await item('a-0');
    const queue = (await queues.built()).get('escalated');
    const job = await queue?.getJob('a-0');
    await queue?.add('escalated', job?.data, { jobId: 'a-0-again' });
    await done('a-0-again');
    expect(await item('a-0')).toEqual(before);
    expect(await told()).toHaveLength(1);
  });
});

describe('abuse', () => {
  it.each([
    ['allowed', true, abuse, 1],
    ['not allowed', false, abuse, 0],
    ['allowed, but seen by the model alone,', true, abuseBy('model'), 0],
  ])('that is repeated, %s without a person', async (_name, isAllowed, abuse, entries) => {
    start(isAllowed);
    await send({ messageId: 'a-0', assurance: 'proven', receivedAt: 1_000 }, abuse);
    await done('a-0');
    expect(await denylistRecords(records).list()).toEqual([]);
    await send({ messageId: 'b-0', assurance: 'proven', receivedAt: 2_000 }, abuse);
    await done('b-0');
    expect(await told()).toEqual([
      ['deny-proposal', null, 'a-0'],
      ['deny-proposal', null, 'b-0'],
      ['escalated', 'abuse', 'a-0'],
      ['escalated', 'abuse', 'b-0'],
    ]);
    expect(await denylistRecords(records).list()).toHaveLength(entries);
    expect((await item('b-0'))?.denied_entry === null).toBe(entries === 0);
  });

  it('of a forger never names the admin, alone or by staff', async () => {
    start(true);
    const forged = { ...abuse, proofs: [] };
    await send({ messageId: 'a-0', receivedAt: 1_000 }, forged);
    await send({ messageId: 'b-0', receivedAt: 2_000 }, forged);
    await done('a-0', 'b-0');
    await expect(decideReview(ports(), wish({ outcome: 'rejected', deny: 'sender' }))).rejects.toThrow('not proven');
    expect(await item('a-0')).toMatchObject({ state: 'open' });
    const network = await decideReview(ports(), wish({ outcome: 'rejected', deny: 'network', note: 'spoofs' }));
    expect(network.denied).toMatchObject({ kind: 'network', value: '192.0.2.1/32' });
    expect(await denylistRecords(records).list()).toMatchObject([{ kind: 'network' }]);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { eraseCommand, exportCommand, type PersonContext } from '../../src/cli/erase.ts';
import { newMailId } from '../../src/intake/mail-id.ts';
import { handedOverFiles } from '../../src/main/handed-over-files.ts';
import { openPerson } from '../../src/main/open-person.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { forgetJobs } from '../../src/queue/forget-jobs.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { addressHash } from '../../src/records/address-hash.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { clockRecords } from '../../src/records/clocks.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { refusalRecords } from '../../src/records/refusals.ts';
import { retentionRecords } from '../../src/records/retention.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { verificationRecords } from '../../src/records/verifications.ts';
import { defaultAskingLimits } from '../../src/reviews/verification.ts';
import { createFolderSync } from '../../src/spool/folder-sync.ts';
import { type LocalSpool, localSpool } from '../../src/spool/local-spool.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { listenerReplies } from '../../src/verdict/reply.ts';
import { type MaintenanceDeps, type RetentionDays, runMaintenance } from '../../workers/maintenance.ts';
import { fileWriter } from '../../workers/targets/file.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { links } from '../helpers/handoff-document.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { type MailTraits, sidecar, traceInput } from '../records/mails.ts';

const dayMs = 86_400_000;
const now = Date.now();
let folder: string;
let redis: TestRedis;
let queues: Queues;
let records: Records;
let spool: LocalSpool;
let cli: TestCli;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-keep-'));
  redis = await startRedis();
  queues = connectQueues({ target: redis.target, logger: silentLogger() });
  await queues.ready(5_000);
  records = await openRecords({ url: `sqlite:${join(folder, 'postern.db')}`, logger: silentLogger() });
  await migrate(records);
  spool = localSpool({ dir: join(folder, 'spool'), memoryThreshold: 1_000_000 });
  cli = testCli();
});
afterEach(async () => {
  cli.remove();
  await queues.close();
  await records.close();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Traits = Omit<MailTraits, 'messageId'> & { readonly daysAgo?: number; readonly isTraced?: boolean };

/** A mail in the spool, in the queue and in the trace. Resolves with its id. */
async function receive({ daysAgo = 0, isTraced = true, ...traits }: Traits = {}): Promise<string> {
  const receivedAt = now - daysAgo * dayMs;
  const mailId = newMailId(receivedAt, 1);
  const whole = { ...traits, messageId: `${mailId}-0`, receivedAt };
  const arrival = await spool.begin(mailId);
  await arrival.write(Buffer.from(`From: ada@example.com\r\n\r\n${mailId}\r\n`));
  const raw = await arrival.complete();
  const beside = { ...sidecar(whole), size: raw.size, sha256: raw.sha256 };
  const mail = { ...traceInput(whole).mail, spoolKey: mailId };
  await arrival.commit({ ...beside, judgements: beside.judgements.map((one) => ({ ...one, job: mail })) });
  await queues.enqueue(mail);
  if (isTraced) await traceRecords(records).record([{ mail, sidecar: beside }], now);
  return mailId;
}

const fileTarget = () => ({
  kind: 'file' as const,
  name: 'file',
  path: join(folder, 'handoff/file'),
  from: 'postern@postern.test',
  to: 'desk@postern.test',
});
const ourFiles = () => handedOverFiles([fileTarget()]);

/** Writes what waits for the target, as its lane does. */
async function handOver(): Promise<void> {
  const deliveries = handoffRecords(records);
  const claimed = await deliveries.claim('file', now, 1, 99);
  await fileWriter(fileTarget(), createFolderSync()).writeAll(claimed.map(({ document }) => ({ document, links })));
  const settled = claimed.map(({ claims, id }) => ({ id, claims, settlement: { kind: 'delivered' as const } }));
  await deliveries.settle(settled, now);
}

/** Names of the files that the target holds, without their days. */
const filesLeft = () =>
  readdirSync(fileTarget().path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();

/** A mail that is in a ticket and in the folder of the target. Resolves with its message id. */
async function ticketInFiles(
  traits: Omit<MailTraits, 'messageId'> = {},
  draft: Parameters<typeof ticketDraft>[0] = {},
): Promise<string> {
  const receivedAt = traits.receivedAt ?? now;
  const messageId = `${newMailId(receivedAt, 1)}-0`;
  const input = traceInput({ ...traits, receivedAt, messageId });
  const ticket = ticketDraft({ targets: ['file'], ...draft });
  await traceRecords(records).record([{ ...input, mail: { ...input.mail, spoolKey: null }, ticket }], now);
  await handOver();
  return messageId;
}

const maintaining = (days: Partial<RetentionDays> = {}, changes: Partial<MaintenanceDeps> = {}) =>
  runMaintenance({
    retention: retentionRecords(records),
    spool,
    forgetJobs: async (ids) => forgetJobs(await queues.built(), ids),
    audit: auditRecords(records),
    pruneRefusals: (before) => refusalRecords(records).prune(before),
    days: {
      rawDays: 10,
      traceDays: 20,
      rejectedDays: 5,
      ticketDays: null,
      idleTicketDays: null,
      auditDays: null,
      ...days,
    },
    removeFiles: (documents) => ourFiles().remove(documents),
    logger: silentLogger(),
    now: () => now,
    ...changes,
  });

const isTraced = async (mailId: string) => (await traceRecords(records).has([`${mailId}-0`])).size === 1;
const hasRaw = (mailId: string) =>
  spool.sidecar(mailId).then(
    () => true,
    () => false,
  );
const hasJob = async (mailId: string, queue: 'accepted' | 'rejected' | 'escalated' = 'accepted') =>
  (await (await queues.built()).get(queue)?.getJobState(`${mailId}-0`)) !== 'unknown';
const kept = async (mailId: string, queue?: 'accepted' | 'rejected' | 'escalated') =>
  [(await hasRaw(mailId)) && 'raw', (await hasJob(mailId, queue)) && 'job', (await isTraced(mailId)) && 'trace'].filter(
    Boolean,
  );

describe('the daily removal', () => {
  it('removes each class at its age, together with its jobs', async () => {
    const young = await receive({ daysAgo: 1 });
    const middle = await receive({ daysAgo: 15 });
    const old = await receive({ daysAgo: 25 });
    const refused = await receive({ daysAgo: 7, outcome: 'rejected' });
    const waiting = await receive({ daysAgo: 25, outcome: 'escalated' });
    expect(await maintaining()).toMatchObject({ mails: 2, raw: 1 });
    expect(await kept(young)).toEqual(['raw', 'job', 'trace']);
    expect(await kept(middle)).toEqual(['trace']);
    expect(await kept(old)).toEqual([]);
    expect(await kept(refused, 'rejected')).toEqual([]);
    expect(await kept(waiting, 'escalated')).toEqual(['raw', 'job', 'trace']);
    expect(await auditRecords(records).list({ limit: 3 })).toMatchObject([
      { actor: 'system', action: 'retention.run' },
    ]);
    expect(await maintaining()).toMatchObject({ mails: 0, raw: 0 });
    expect(await auditRecords(records).list({ limit: 3 })).toHaveLength(1);
  });

  it('removes raw mail that never got a trace', async () => {
    const lost = await receive({ isTraced: false });
    expect(await maintaining()).toMatchObject({ raw: 0 });
    expect(await maintaining({}, { now: () => now + 11 * dayMs })).toMatchObject({ raw: 1 });
    expect(await kept(lost)).toEqual([]);
  });

  it('that was cut off anywhere is finished by the next run', async () => {
    const mails = await Promise.all([1, 2, 3].map(() => receive({ daysAgo: 25 })));
    for (let fails = 0; fails < 4; fails += 1) {
      let calls = 0;
      const cut = async () => {
        calls += 1;
        if (calls > fails) throw new Error('cut off');
      };
      const remove = async (key: string) => {
        await cut();
        await spool.remove(key);
      };
      await maintaining({}, { spool: { ...spool, remove } }).catch(() => undefined);
    }
    await maintaining();
    for (const mail of mails) expect(await kept(mail)).toEqual([]);
  });
});

describe('what cannot be removed', () => {
  it('is raw mail in a folder that is in the way: the others go, it is told, and the next day it goes too', async () => {
    const [before, stuck, after] = [
      await receive({ daysAgo: 26 }),
      await receive({ daysAgo: 25 }),
      await receive({ daysAgo: 24 }),
    ];
    const failing = {
      ...spool,
      remove: async (key: string) => {
        if (key === stuck) throw Object.assign(new Error('not permitted'), { code: 'EACCES' });
        await spool.remove(key);
      },
    };
    const first = await maintaining({}, { spool: failing });
    expect(first).toMatchObject({ mails: 2, raw: 0, stuck: 1 });
    expect([await kept(before), await kept(after)]).toEqual([[], []]);
    // Its trace still says where it is.
    expect(await kept(stuck)).toEqual(['raw', 'trace']);
    expect(await auditRecords(records).list({ limit: 1 })).toMatchObject([{ detail: { stuck: 1, mails: 2 } }]);
    expect(await maintaining()).toMatchObject({ mails: 1, stuck: 0 });
    expect(await kept(stuck)).toEqual([]);
  });

  it('is raw mail that never got a trace: the next one goes', async () => {
    const [stuck, next] = [await receive({ isTraced: false }), await receive({ isTraced: false })];
    const remove = async (key: string) => {
      if (key === stuck) throw Object.assign(new Error('read-only'), { code: 'EROFS' });
      await spool.remove(key);
    };
    const later = { now: () => now + 11 * dayMs };
    expect(await maintaining({}, { ...later, spool: { ...spool, remove } })).toMatchObject({ raw: 1, stuck: 1 });
    expect([await kept(stuck), await kept(next)]).toEqual([['raw'], []]);
    expect(await maintaining({}, later)).toMatchObject({ raw: 1, stuck: 0 });
  });

  it('is a file of one ticket: the tickets beside it go with theirs', async () => {
    const tickets = await Promise.all(
      ['ada', 'eve', 'bob'].map((name) => ticketInFiles({ from: `${name}@example.com` })),
    );
    for (const id of tickets) await ticketRecords(records).act(id, 'closed', { actor: 'desk', at: now - 31 * dayMs });
    const [, stuck = ''] = tickets;
    const json = join(fileTarget().path, new Date(now).toISOString().slice(0, 10), `${stuck}.json`);
    rmSync(json);
    mkdirSync(json);
    expect(await maintaining({ ticketDays: 30 })).toMatchObject({ tickets: 2, stuck: 1 });
    expect((await ticketRecords(records).list({ limit: 9 })).map(({ message_id }) => message_id)).toEqual([stuck]);
    rmSync(json, { recursive: true });
    expect(await maintaining({ ticketDays: 30 })).toMatchObject({ tickets: 1, stuck: 0 });
    expect(filesLeft()).toEqual([]);
  });

  it('is everything: a store that is away ends the run after a thousand failures', async () => {
    let tried = 0;
    const away = async () => {
      tried += 1;
      throw new Error('no answer');
    };
    const entries = async function* () {
      for (let index = 0; index < 1_500; index += 1) {
        yield { spoolKey: newMailId(now - 99 * dayMs, 1), committedAt: now - 99 * dayMs, size: 1 };
      }
    };
    await expect(maintaining({}, { spool: { entries, remove: away } })).rejects.toThrow('no answer');
    expect(tried).toBe(1_000);
  });
});

describe('what cannot be removed, here and there', () => {
  it('ends no run, however much it is', async () => {
    let tried = 0;
    const mostly = async () => {
      tried += 1;
      if (tried % 600 !== 0) throw new Error('not permitted');
    };
    const entries = async function* () {
      for (let index = 0; index < 1_500; index += 1) {
        yield { spoolKey: newMailId(now - 99 * dayMs, 1), committedAt: now - 99 * dayMs, size: 1 };
      }
    };
    expect(await maintaining({}, { spool: { entries, remove: mostly } })).toMatchObject({ raw: 2, stuck: 1_498 });
  });
});

describe('a ticket that nobody closes', () => {
  const idle = { ticketDays: 30, idleTicketDays: 400 };
  const statusOf = async (id: string) => (await ticketRecords(records).ofMessage(id))?.status;

  it('is closed when nothing happened in it for long, audited, and goes when it has been closed for long', async () => {
    const old = await ticketInFiles({ receivedAt: now - 401 * dayMs });
    const waiting = await ticketInFiles({ receivedAt: now - 500 * dayMs, from: 'eve@example.com' });
    const young = await ticketInFiles({ receivedAt: now - 399 * dayMs, from: 'bob@example.com' });
    await records.db
      .updateTable('tickets')
      .set((set) => ({ updated_at: set.ref('opened_at') }))
      .execute();
    // Somebody moved it lately.
    await ticketRecords(records).act(waiting, 'pending', { actor: 'desk', at: now - dayMs });
    expect(await maintaining({ ...idle, idleTicketDays: null })).toMatchObject({ closed: 0 });
    expect(await maintaining(idle)).toMatchObject({ closed: 1, tickets: 0 });
    expect(await statusOf(old)).toBe('closed');
    expect([await statusOf(waiting), await statusOf(young)]).toEqual(['pending', 'open']);
    expect(await auditRecords(records).list({ limit: 9, subject: old })).toMatchObject([
      { actor: 'system', action: 'ticket.closed', detail: { before: 'open', because: 'nothing happened in it' } },
    ]);
    expect(await maintaining(idle)).toMatchObject({ closed: 0, tickets: 0 });
    expect(await maintaining(idle, { now: () => now + 31 * dayMs })).toMatchObject({ tickets: 1 });
    expect(await statusOf(old)).toBeUndefined();
  });

  it('keeps its breach, and waits for an answer no longer', async () => {
    const clock = startClock(now - 500 * dayMs, 'elapsed', { warnAt: now - 499 * dayMs, dueAt: now - 499 * dayMs });
    const old = await ticketInFiles({ receivedAt: now - 500 * dayMs }, { clock });
    await records.db
      .updateTable('tickets')
      .set((set) => ({ updated_at: set.ref('opened_at') }))
      .execute();
    await clockRecords(records).pass(now);
    expect(await clockRecords(records).running(9)).toMatchObject([{ ticketId: old }]);
    await maintaining(idle);
    expect(await clockRecords(records).running(9)).toEqual([]);
    expect(await ticketRecords(records).clock(old)).toMatchObject({ state: 'breached', metAt: null });
  });
});

describe('the daily removal of tickets', () => {
  it('takes the files of a target along, and leaves those of other tickets and of others', async () => {
    const old = await ticketInFiles({ receivedAt: now - 40 * dayMs });
    const open = await ticketInFiles({ receivedAt: now - 40 * dayMs, from: 'eve@example.com' });
    const day = join(fileTarget().path, new Date(now - 40 * dayMs).toISOString().slice(0, 10));
    writeFileSync(join(day, `${old}.json.${crypto.randomUUID()}.tmp`), 'cut off');
    writeFileSync(join(day, `${old}.done`), 'of the help desk');
    await ticketRecords(records).act(old, 'closed', { actor: 'desk', at: now - 31 * dayMs });
    expect(await maintaining({ ticketDays: null })).toMatchObject({ tickets: 0, files: 0 });
    expect(await maintaining({ ticketDays: 32 })).toMatchObject({ tickets: 0, files: 0 });
    expect(filesLeft()).toHaveLength(6);
    expect(await maintaining({ ticketDays: 30 })).toMatchObject({ tickets: 1, files: 3 });
    expect(filesLeft()).toEqual([`${old}.done`, `${open}.eml`, `${open}.json`].toSorted());
  });

  it('keeps the ticket, which names them, until its files are gone', async () => {
    const old = await ticketInFiles();
    await ticketRecords(records).act(old, 'closed', { actor: 'desk', at: now - 31 * dayMs });
    const stuck = { removeFiles: () => Promise.reject(new Error('read-only')) };
    expect(await maintaining({ ticketDays: 30 }, stuck)).toMatchObject({ tickets: 0, stuck: 1 });
    expect(await handoffRecords(records).ofMessage(old)).toHaveLength(1);
    expect(await maintaining({ ticketDays: 30 })).toMatchObject({ tickets: 1, files: 2 });
    expect(filesLeft()).toEqual([]);
  });

  it('is not stopped by files that somebody has taken', async () => {
    const old = await ticketInFiles();
    await ticketRecords(records).act(old, 'closed', { actor: 'desk', at: now - 31 * dayMs });
    rmSync(fileTarget().path, { recursive: true });
    expect(await maintaining({ ticketDays: 30 })).toMatchObject({ tickets: 1, files: 0 });
  });
});

const person = (command: 'erase' | 'export', ...argv: readonly string[]) =>
  cli.run(
    (context) => {
      const silent = { target: redis.target, logger: silentLogger(), timeoutMs: 500 };
      const opening: PersonContext = {
        ...context,
        openPerson: async () => ({
          ...openPerson({ records, spool, files: ourFiles(), openQueues: () => connectQueues(silent) }),
          close: async () => undefined,
        }),
      };
      return command === 'erase' ? eraseCommand(opening) : exportCommand(opening);
    },
    ...argv,
  );

describe('postern erase', () => {
  it('says first what would go and what stays, and changes nothing', async () => {
    const mail = await receive({ from: 'eve@example.com', outcome: 'rejected' });
    await denylistRecords(records).apply(
      { add: [denyEntryOf('email', 'eve@example.com')], remove: [] },
      { actor: 'grace', at: 1 },
    );
    const { code, stdout } = await person('erase', '--address', 'eve@example.com');
    expect(code).toBe(0);
    expect(stdout).toContain('would be removed: 1 mails (1 raw)');
    expect(stdout).toContain('it protects others');
    expect(stdout).toContain('mails of others that name it in To, Cc or their text: they are theirs');
    expect(stdout).toContain('dry run: nothing was changed');
    expect(await kept(mail, 'rejected')).toEqual(['raw', 'job', 'trace']);
  });

  it('removes raw, job and trace of one person, and the log keeps a hash', async () => {
    const mine = await receive({ from: 'eve@example.com', outcome: 'rejected' });
    const theirs = await receive({ from: 'bob@example.com', outcome: 'rejected' });
    const { code, stdout } = await person('erase', '--address', 'eve@example.com', '--yes', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ erased: true, mails: [`${mine}-0`] });
    expect(await kept(mine, 'rejected')).toEqual([]);
    expect(await kept(theirs, 'rejected')).toEqual(['raw', 'job', 'trace']);
    const [entry] = await auditRecords(records).list({ limit: 1 });
    expect(entry).toMatchObject({ action: 'person.erase', subject: addressHash('eve@example.com'), actor: 'tester' });
    expect(JSON.stringify(entry)).not.toContain('eve@');
  });

  it('leaves what must stay, and says why', async () => {
    const ticket = await receive({ from: 'eve@example.com' });
    const review = await receive({ from: 'eve@example.com', outcome: 'escalated' });
    const first = JSON.parse((await person('erase', '--address', 'eve@example.com', '--yes', '--json')).stdout);
    expect(first).toMatchObject({ mails: [], tickets: [] });
    expect(first.stays).toMatchObject([{ why: expect.stringMatching(/decision|not closed/) }, {}, {}, {}]);
    expect(await kept(ticket)).toEqual(['raw', 'job', 'trace']);
    expect(await kept(review, 'escalated')).toEqual(['raw', 'job', 'trace']);
    await ticketRecords(records).act(`${ticket}-0`, 'closed', { actor: 'desk', at: now });
    const second = JSON.parse((await person('erase', '--address', 'eve@example.com', '--yes', '--json')).stdout);
    expect(second).toMatchObject({ mails: [`${ticket}-0`], tickets: [`${ticket}-0`] });
    expect(await ticketRecords(records).list({ limit: 9 })).toEqual([]);
  });

  it('lists the question that an answer is waited for, and keeps it', async () => {
    const mail = await receive({ from: 'bob@example.com', outcome: 'escalated' });
    const asked = { as: 'sender', tenantId: 't1', adminId: 'a1', address: 'eve@example.com' } as const;
    const times = { createdAt: now, expiresAt: now + dayMs };
    const question = { id: 'ab'.repeat(16), messageId: `${mail}-0`, asked, sha256: 'x', ...times };
    const verifications = verificationRecords(records);
    await verifications.open(question, defaultAskingLimits, true);
    const { stdout } = await person('erase', '--address', 'eve@example.com', '--yes');
    expect(stdout).toContain(`the question about mail ${mail}-0: an answer is waited for until`);
    expect(await verifications.find(question.id)).toMatchObject({ state: 'waiting' });
    await verifications.expire(now + dayMs);
    const after = await person('erase', '--address', 'eve@example.com', '--yes');
    expect(after.stdout).not.toContain('the question about mail');
    expect(await verifications.find(question.id)).toBeNull();
  });

  it('takes its words out of a ticket in which a colleague goes on, and its refusals', async () => {
    const joining = { inReplyTo: '<a-0@example.com>', references: [], numbers: [] };
    const ofEve = { address: 'eve@example.com', isProven: true, tenantId: 't1', isAdmin: true };
    const eve = traceInput({ messageId: 'a-0', receivedAt: 1_000, from: 'eve@example.com' });
    const ada = traceInput({ messageId: 'b-0', receivedAt: 2_000 });
    const notKept = ({ mail }: typeof eve) => ({ ...mail, spoolKey: null });
    const opening = { ...eve, mail: notKept(eve), ticket: ticketDraft({ sender: ofEve, subject: 'Of Eve' }) };
    await traceRecords(records).record([opening], now);
    await traceRecords(records).record([{ ...ada, mail: notKept(ada), ticket: ticketDraft({ marks: joining }) }], now);
    const reply = listenerReplies.noSuchMailbox;
    const from = { ip: '198.51.100.7', helo: 'x', mailFrom: 'eve@example.com', recipient: 'nobody@postern.test' };
    await refusalRecords(records).recordRefusals([
      { at: now, ...from, stage: 'rcpt', reply, cause: 'no such mailbox' },
    ]);
    await ticketRecords(records).act('a-0', 'closed', { actor: 'desk', at: now });
    const { stdout } = await person('erase', '--address', 'eve@example.com', '--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ tickets: [], ticketMessages: ['a-0'], refusals: 1 });
    const tickets = ticketRecords(records);
    expect(await tickets.list({ limit: 9 })).toMatchObject([{ requester: null, admin_id: null, subject: '' }]);
    expect((await tickets.messages('a-0')).map(({ message_id }) => message_id)).toEqual(['b-0']);
    const left = JSON.parse((await person('export', '--address', 'eve@example.com')).stdout);
    expect(left).toMatchObject({ mails: [], tickets: [], ticketMessages: [], refusals: [] });
  });

  it('names what a target has, before the rows that tell it are gone', async () => {
    const messageId = `${newMailId(now, 1)}-0`;
    const ticket = ticketDraft({ targets: ['help', 'desk'] });
    const input = traceInput({ messageId });
    await traceRecords(records).record([{ ...input, mail: { ...input.mail, spoolKey: null }, ticket }], now);
    await handoffRecords(records).claim('help', now, 1, 1);
    await ticketRecords(records).act(messageId, 'closed', { actor: 'desk', at: now });
    const { stdout } = await person('erase', '--address', 'ada@example.com', '--yes');
    expect(stdout).toContain(`what was handed over to help: ${messageId}: `);
    // It was never tried.
    expect(stdout).not.toContain('handed over to desk');
    expect(await handoffRecords(records).ofMessage(messageId)).toEqual([]);
  });

  it('names what others wrote in its tickets where that was handed over, and what of theirs stays', async () => {
    const ofEve = { address: 'eve@example.com', isProven: true, tenantId: 't1', isAdmin: true };
    const eve = await ticketInFiles({ from: 'eve@example.com' }, { sender: ofEve, targets: ['help'] });
    const joining = { inReplyTo: `<${eve}@example.com>`, references: [], numbers: [] };
    const ada = await ticketInFiles({}, { marks: joining, targets: ['help', 'desk'] });
    await handoffRecords(records).claim('help', now, 1, 9);
    await ticketRecords(records).act(eve, 'closed', { actor: 'desk', at: now });
    const { stdout } = await person('erase', '--address', 'eve@example.com', '--yes');
    expect(stdout).toContain(`  what was handed over to help: ${eve}: `);
    expect(stdout).toContain(`  what others wrote in its tickets, handed over to help: ${ada}: it names who opened`);
    expect(stdout).not.toContain('handed over to desk');
    expect(stdout).toContain('  mails of others in the same tickets: they are theirs');
  });

  it('removes the files of a target of its mails, and says how many', async () => {
    const mine = await ticketInFiles();
    const theirs = await ticketInFiles({ from: 'eve@example.com' });
    await ticketRecords(records).act(mine, 'closed', { actor: 'desk', at: now });
    const dry = await person('erase', '--address', 'ada@example.com');
    expect(dry.stdout).toContain(' 2 files that were handed over');
    expect(filesLeft()).toHaveLength(4);
    const { stdout } = await person('erase', '--address', 'ada@example.com', '--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ erased: true, files: 2 });
    expect(stdout).not.toContain('was handed over to');
    expect(await auditRecords(records).list({ limit: 1 })).toMatchObject([{ detail: { files: 2, mails: 1 } }]);
    expect(filesLeft()).toEqual([`${theirs}.eml`, `${theirs}.json`]);
  });

  it('removes the files of what a colleague wrote in its ticket, for they name it as well', async () => {
    const ofEve = { address: 'eve@example.com', isProven: true, tenantId: 't1', isAdmin: true };
    const eve = await ticketInFiles({ from: 'eve@example.com' }, { sender: ofEve });
    const joining = { inReplyTo: `<${eve}@example.com>`, references: [], numbers: [] };
    const ada = await ticketInFiles({}, { marks: joining });
    await ticketRecords(records).act(eve, 'closed', { actor: 'desk', at: now });
    const day = join(fileTarget().path, new Date(now).toISOString().slice(0, 10));
    expect(readFileSync(join(day, `${ada}.json`), 'utf8')).toContain('eve@example.com');
    const { stdout } = await person('erase', '--address', 'eve@example.com', '--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ticketMessages: [eve], files: 4 });
    expect(filesLeft()).toEqual([]);
    expect((await ticketRecords(records).messages(eve)).map(({ message_id }) => message_id)).toEqual([ada]);
  });

  it('removes no row while a file cannot be removed', async () => {
    const mine = await ticketInFiles();
    await ticketRecords(records).act(mine, 'closed', { actor: 'desk', at: now });
    const day = join(fileTarget().path, new Date(now).toISOString().slice(0, 10));
    rmSync(join(day, `${mine}.json`));
    mkdirSync(join(day, `${mine}.json`));
    const { code, stderr, stdout } = await person('erase', '--address', 'ada@example.com', '--yes');
    expect({ code, stdout }).toEqual({ code: exitCodes.ioError, stdout: '' });
    expect(stderr).toContain('erase: the files that were handed over cannot be reached');
    expect(await handoffRecords(records).ofMessage(mine)).toHaveLength(1);
    rmSync(join(day, `${mine}.json`), { recursive: true });
    expect((await person('erase', '--address', 'ada@example.com', '--yes')).code).toBe(0);
    expect(await handoffRecords(records).ofMessage(mine)).toEqual([]);
  });

  it('removes what a ticket says although its trace is gone already, and the export shows it until then', async () => {
    const mail = await receive({ from: 'eve@example.com', subject: 'Long ago', daysAgo: 26 });
    const open = await receive({ from: 'eve@example.com', subject: 'Still open', daysAgo: 25 });
    await maintaining();
    expect([await kept(mail), await kept(open)]).toEqual([[], []]);
    await ticketRecords(records).act(`${mail}-0`, 'closed', { actor: 'desk', at: now });
    const exported = JSON.parse((await person('export', '--address', 'eve@example.com')).stdout);
    expect(exported).toMatchObject({ mails: [], ticketMessages: [{ subject: 'Long ago' }, { subject: 'Still open' }] });
    const { stdout } = await person('erase', '--address', 'eve@example.com', '--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ tickets: [`${mail}-0`] });
    expect(JSON.parse(stdout).stays).toContainEqual(
      expect.objectContaining({ what: `mail ${open}-0`, why: expect.stringContaining('not closed') }),
    );
    const left = await ticketRecords(records).list({ limit: 9 });
    expect(left.map(({ message_id }) => message_id)).toEqual([`${open}-0`]);
    expect(await ticketRecords(records).messages(`${mail}-0`)).toEqual([]);
  });

  it('removes nothing while Redis does not answer', async () => {
    const mail = await receive({ from: 'eve@example.com', outcome: 'rejected' });
    await redis.kill();
    const { code, stdout } = await person('erase', '--address', 'eve@example.com', '--yes');
    expect({ code, stdout }).toEqual({ code: exitCodes.unavailable, stdout: '' });
    expect([await hasRaw(mail), await isTraced(mail)]).toEqual([true, true]);
  });
});

describe('postern export', () => {
  it('gives out everything about one person and nothing about another', async () => {
    const mine = await receive({ from: 'eve@example.com', subject: 'Mine' });
    await receive({ from: 'bob@example.com', subject: 'Theirs' });
    const { code, stdout } = await person('export', '--address', 'Eve@Example.com', '--raw', 'out');
    expect(code).toBe(0);
    const whole = JSON.parse(stdout);
    expect(whole).toMatchObject({
      address: 'eve@example.com',
      exportedAt: new Date(cliNow).toISOString(),
      directory: { kind: 'unregistered' },
      mails: [{ message_id: `${mine}-0`, subject: 'Mine', verdict: { outcome: 'accepted' } }],
      tickets: [{ message_id: `${mine}-0` }],
      ticketMessages: [{ message_id: `${mine}-0` }],
    });
    expect(stdout).not.toContain('bob@');
    expect(readdirSync(join(cli.folder, 'out'))).toEqual([`${mine}.eml`]);
    expect(readFileSync(join(cli.folder, 'out', `${mine}.eml`), 'utf8')).toContain(mine);
  });

  it('shows of a ticket that a colleague opened only that one wrote in it', async () => {
    const asked = { messageId: 'a-0', receivedAt: 1_000, from: 'bob@example.com', subject: 'Of Bob alone' };
    const ofBob = { address: 'bob@example.com', isProven: true, tenantId: 't1', isAdmin: true };
    const joining = { inReplyTo: '<a-0@example.com>', references: [], numbers: [] };
    const bob = { ...traceInput(asked), ticket: ticketDraft({ sender: ofBob, subject: 'Of Bob alone' }) };
    const added = { messageId: 'b-0', receivedAt: 2_000, from: 'ada@example.com', subject: 'Added' };
    const ada = { ...traceInput(added), ticket: ticketDraft({ marks: joining, subject: 'Added' }) };
    await traceRecords(records).record([bob], 3_000);
    await traceRecords(records).record([ada], 3_000);
    const { stdout } = await person('export', '--address', 'ada@example.com');
    expect(JSON.parse(stdout)).toMatchObject({
      tickets: [{ message_id: 'a-0' }],
      ticketMessages: [{ subject: 'Added' }],
    });
    expect(stdout).not.toMatch(/bob@|Of Bob alone/);
  });

  it('says that nothing is kept', async () => {
    const { code, stdout } = await person('export', '--address', 'nobody@example.com');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ mails: [], tickets: [], refusals: [] });
    expect((await person('export', '--address', 'nobody')).code).toBe(exitCodes.usage);
  });
});

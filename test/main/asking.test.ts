/** Asking the address on file from end to end: real records, spool and Redis, and the pages behind the link. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { verificationPages } from '../../src/console/verification-pages.ts';
import type { Evidence } from '../../src/evidence/finding.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import { answering, startAsking } from '../../src/main/asking.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { createLogger, silentLogger } from '../../src/observe/logger.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import { followUpRecords } from '../../src/records/follow-ups.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { reviewRecords } from '../../src/records/reviews.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { verificationRecords } from '../../src/records/verifications.ts';
import { type LocalSpool, localSpool } from '../../src/spool/local-spool.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { admin, asking, content, tenant, unproven } from '../helpers/evidence.ts';
import { receivedMail } from '../helpers/received-mail.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

let folder: string;
let redis: TestRedis;
let queues: Queues;
let records: Records;
let spool: LocalSpool;
let config: Config;
let pages: Hono;
const logger = silentLogger();
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-asking-'));
  redis = await startRedis();
  queues = connectQueues({ target: redis.target, logger });
  await queues.ready(5_000);
  records = await openRecords({ url: `sqlite:${join(folder, 'postern.db')}`, logger });
  await migrate(records);
  await directoryRecords(records).replaceAll(
    await directoryOf(
      tenantJson({ admins: [adminJson(), adminJson({ id: 'a2', primaryEmail: 'bob@example.com', role: 'admin' })] }),
    ),
    { actor: 'test', at: 1 },
  );
  spool = localSpool({ dir: join(folder, 'spool'), memoryThreshold: 1_000_000 });
  const loaded = loadConfig({ env: { POSTERN_DATA_DIR: folder }, cwd: folder });
  config = { ...loaded, console: { ...loaded.console, verifyUrl: 'https://gate.test/' } };
  const reader = { read: (raw: Parameters<typeof readMessage>[0]) => readMessage(raw, defaultReadLimits) };
  pages = verificationPages(answering({ config, records, spool, queue: queues, reader, logger }));
});
afterEach(async () => {
  await queues.close();
  await records.close();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const receive = (body: string, ...changes: readonly Partial<Evidence>[]): Promise<JudgedMail> =>
  receivedMail({ records, spool }, body, ...changes);

const outbox = () => records.db.selectFrom('notices').selectAll().orderBy('created_at').execute();

async function pathOf(messageId: string): Promise<string> {
  const letter = (await outbox()).find((row) => row.message_id === messageId)?.letter ?? '';
  return /https:\/\/gate\.test(\/verify\/[\w.-]+)/.exec(letter)?.[1] ?? '';
}
const get = async (path: string) => (await pages.request(path)).text();
const post = async (path: string, answer: string) => {
  const body = new URLSearchParams({ answer });
  return (await pages.request(path, { method: 'POST', body })).text();
};
const jobState = async (queue: 'accepted' | 'escalated', id: string) =>
  (await queues.built()).get(queue)?.getJobState(id);

describe('asking the address on file', () => {
  it('writes to the registered address alone, quotes nothing, and once', async () => {
    const mail = await receive('My secret plan is this.\r\n', unproven);
    const asking = startAsking({ config, records, spool, logger });
    await asking.ask(mail);
    await asking.ask(mail);
    const [row, ...others] = await outbox();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ recipient: 'ada@example.com', because: 'registered-primary', kind: 'verify-sender' });
    expect(row?.state).toBe('waiting');
    for (const word of ['secret plan', 'Question', 'evil.example', 'thief']) expect(row?.letter).not.toContain(word);
    expect(row?.letter).toMatch(/bounce\+[0-9a-f]+@postern\.test/);
  });

  it('shows the original, and only the button confirms', async () => {
    const mail = await receive('Please <script>alert(1)</script> call. My password is hunter2-Secret!\r\n', unproven);
    await startAsking({ config, records, spool, logger }).ask(mail);
    const path = await pathOf(mail.messageId);
    for (let looks = 0; looks < 3; looks += 1) {
      const page = await get(path);
      expect(page).toContain('Did you write this mail?');
      expect(page).toContain('&lt;b&gt;Question');
      expect(page).not.toContain('<script>alert');
      expect(page).not.toContain('hunter2');
    }
    expect((await pages.request(path, { method: 'HEAD' })).status).toBe(200);
    expect(await verificationRecords(records).of(mail.messageId)).toMatchObject([{ state: 'waiting' }]);

    expect(await post(path, 'confirmed')).toContain('Thank you');
    expect(await jobState('accepted', `${mail.messageId}-f1`)).toBe('waiting');
    const job = await (await queues.built()).get('accepted')?.getJob(`${mail.messageId}-f1`);
    expect(job?.data).toMatchObject({
      sender: { proof: ['confirmation'] },
      verdict: { outcome: 'accepted', reason: 'confirmed', assurance: 'proven' },
    });
    expect(await get(path)).toContain('Nothing to answer here');
    expect(await post(path, 'denied')).toContain('Nothing to answer here');
  });

  it('says what it is taken to ask, in the language of the mail, and that a long one is not shown whole', async () => {
    const quoted = '> an older line of this conversation, quoted\r\n'.repeat(2_000);
    const french = content(
      {},
      { language: 'fr', request: { kind: 'grant-access', score: 0.9, doubt: false, because: [] } },
    );
    const mail = await receive(`Bonjour\r\n\r\nOn Monday, Bob wrote:\r\n${quoted}`, unproven, { content: french });
    await startAsking({ config, records, spool, logger }).ask(mail);
    const page = await get(await pathOf(mail.messageId));
    for (const words of [
      'lang="fr"',
      'Avez-vous écrit ce message',
      'une demande d’accès',
      'plus long que ce qui est montré',
    ]) {
      expect(page).toContain(words);
    }
  });

  it('denied, the mail stays with staff as an impersonation', async () => {
    const mail = await receive('Hello\r\n', unproven);
    await startAsking({ config, records, spool, logger }).ask(mail);
    expect(await post(await pathOf(mail.messageId), 'denied')).toContain('Thank you');
    expect(await reviewRecords(records).get(mail.messageId)).toMatchObject({ state: 'open', reason: 'impersonation' });
    expect(await jobState('accepted', `${mail.messageId}-f1`)).toBe('unknown');
  });

  it('a mail that was exchanged in the spool is not confirmed', async () => {
    const mail = await receive('Hello\r\n', unproven);
    await startAsking({ config, records, spool, logger }).ask(mail);
    await records.writing((trx) =>
      trx
        .updateTable('verifications')
        .set({ sha256: 'f'.repeat(64) })
        .where('message_id', '=', mail.messageId)
        .execute(),
    );
    expect(await post(await pathOf(mail.messageId), 'confirmed')).toContain('Nothing to answer here');
    expect(await jobState('accepted', `${mail.messageId}-f1`)).toBe('unknown');
  });

  it("is not named by what is kept about the mail that it confirmed, which may be somebody else's", async () => {
    const fromHome: Partial<Evidence> = {
      sender: { standing: { kind: 'secondary', tenant: tenant(), admin: admin() }, lookalike: null },
      author: { address: 'desk@home.example', domain: 'home.example', displayName: '' },
    };
    const mail = await receive('Hello\r\n', fromHome);
    await startAsking({ config, records, spool, logger }).ask(mail);
    expect(await post(await pathOf(mail.messageId), 'confirmed')).toContain('Thank you');
    const [followUp] = await followUpRecords(records).pending(Date.now(), 10);
    if (followUp === undefined) throw new Error('nothing was decided');
    await traceRecords(records).record([{ mail: followUp, sidecar: null }], Date.now());
    const { verdict } = followUp;
    const review = await reviewRecords(records).get(mail.messageId);
    const [told] = await followUpRecords(records).of(mail.messageId);
    expect([told?.actor, review?.decided_by]).toEqual(Array(2).fill('address on file of a1 of t1'));
    expect(JSON.stringify({ verdict, review, note: told?.note })).not.toContain('ada@example.com');
  });

  describe('is answered by nobody who is not on file any more', () => {
    const gone = [
      ['was suspended', { active: false }],
      ['has another primary address', { primaryEmail: 'new@example.com' }],
      ['shares the mailbox', { mailbox: 'group' }],
      ['is another person', { id: 'a9' }],
    ] as const;
    const changeTo = async (admins: readonly unknown[]) =>
      directoryRecords(records).replaceAll(await directoryOf(tenantJson({ admins })), { actor: 'test', at: 2 });
    const bob = { id: 'a2', primaryEmail: 'bob@example.com', role: 'admin' };

    it.each(gone)('who %s and claimed it', async (_name, change) => {
      const mail = await receive('My plan\r\n', unproven);
      await startAsking({ config, records, spool, logger }).ask(mail);
      const path = await pathOf(mail.messageId);
      await changeTo([adminJson(change), adminJson(bob)]);
      expect(await get(path)).toContain('Nothing to answer here');
      for (const answer of ['confirmed', 'denied'])
        expect(await post(path, answer)).toContain('Nothing to answer here');
      expect(await jobState('accepted', `${mail.messageId}-f1`)).toBe('unknown');
      expect(await verificationRecords(records).of(mail.messageId)).toMatchObject([{ state: 'withdrawn' }]);
    });

    it.each([...gone, ['only pays the bills', { role: 'billing' }] as const])(
      'who %s and was to consent',
      async (_name, change) => {
        const mail = await receive('Please delete our account\r\n', asking('delete-account'));
        await startAsking({ config, records, spool, logger }).ask(mail);
        const path = await pathOf(mail.messageId);
        expect(await get(path)).toContain('delete our account');
        await changeTo([adminJson(), adminJson({ ...bob, ...change })]);
        expect(await get(path)).toContain('Nothing to answer here');
        expect(await post(path, 'confirmed')).toContain('Nothing to answer here');
        expect(await verificationRecords(records).of(mail.messageId)).toMatchObject([{ state: 'withdrawn' }]);
      },
    );
  });

  it('says one and the same of every link that is wrong', async () => {
    const mail = await receive('Hello\r\n', unproven);
    await startAsking({ config, records, spool, logger }).ask(mail);
    const path = await pathOf(mail.messageId);
    const wrong = ['/verify/x', '/verify/..%2f..%2fetc', `${path}x`, path.replace(/verify\/./, 'verify/z')];
    const answers = new Set(await Promise.all([...wrong.map(get), ...wrong.map((one) => post(one, 'confirmed'))]));
    expect(answers.size).toBe(1);
    expect(await post(path, 'perhaps')).toBe([...answers][0]);
    const large = await pages.request(path, { method: 'POST', body: 'x'.repeat(5_000) });
    expect(large.status).toBe(413);
    const headers = (await pages.request(path)).headers;
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await verificationRecords(records).of(mail.messageId)).toMatchObject([{ state: 'waiting' }]);
  });

  it('asks for patience while the records are away, and logs no link', async () => {
    const mail = await receive('Hello\r\n', unproven);
    await startAsking({ config, records, spool, logger }).ask(mail);
    const path = await pathOf(mail.messageId);
    const lines: string[] = [];
    const telling = createLogger({ level: 'debug', destination: { write: (line: string) => lines.push(line) } });
    const away = await openRecords({ url: `sqlite:${join(folder, 'postern.db')}`, logger });
    await away.close();
    const reader = { read: (raw: Parameters<typeof readMessage>[0]) => readMessage(raw, defaultReadLimits) };
    const failing = verificationPages(
      answering({ config, records: away, spool, queue: queues, reader, logger: telling }),
    );
    const body = new URLSearchParams({ answer: 'confirmed' });
    for (const answer of [await failing.request(path), await failing.request(path, { method: 'POST', body })]) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await answer.text()).toContain('Please open the link again');
    }
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain(path.slice(-43));
    expect(await get(path)).toContain('Did you write this mail?');
  });

  describe('without an address for the answers', () => {
    const silent = () => ({ ...config, console: { ...config.console, host: '0.0.0.0', verifyUrl: null } });
    const asking = (of = config) => startAsking({ config: of, records, spool, logger });
    const stateOf = async (id: string) => (await verificationRecords(records).of(id)).map(({ state }) => state);

    it('nobody is asked, which shows; and as soon as there is one, once, with a whole life', async () => {
      const mail = await receive('Hello\r\n', unproven);
      for (let run = 0; run < 2; run += 1) await asking(silent()).ask(mail);
      expect(await asking(silent()).catchUp()).toBe(0);
      expect(await outbox()).toEqual([]);
      expect(await stateOf(mail.messageId)).toEqual(['unasked']);
      const before = Date.now();
      expect(await asking().catchUp()).toBe(1);
      expect(await asking().catchUp()).toBe(0);
      const [asked, ...others] = await verificationRecords(records).of(mail.messageId);
      expect(others).toEqual([]);
      expect(asked?.state).toBe('waiting');
      expect(asked?.expiresAt).toBeGreaterThanOrEqual(before + 72 * 3_600_000);
      expect((await outbox()).map(({ recipient }) => recipient)).toEqual(['ada@example.com']);
      expect(await post(await pathOf(mail.messageId), 'confirmed')).toContain('Thank you');
    });

    it('nobody is asked later about what staff have decided', async () => {
      const mail = await receive('Hello\r\n', unproven);
      await asking(silent()).ask(mail);
      await records.db.updateTable('reviews').set({ state: 'rejected' }).execute();
      expect(await asking().catchUp()).toBe(0);
      await verificationRecords(records).expire(Date.now());
      expect(await stateOf(mail.messageId)).toEqual(['expired']);
      expect(await outbox()).toEqual([]);
    });

    it('many spoofs that waited still give the asked address few mails', async () => {
      const ids: string[] = [];
      for (let count = 0; count < 12; count += 1) {
        const mail = await receive(`Hello ${count}\r\n`, unproven);
        ids.push(mail.messageId);
        await asking(silent()).ask(mail);
      }
      await asking().catchUp();
      const rows = await outbox();
      const kinds = rows.map(({ kind }) => kind);
      // About the oldest: those that wait unasked do not count as asked.
      const asked = rows.filter(({ kind }) => kind === 'verify-sender').map(({ message_id }) => message_id);
      expect(new Set(asked)).toEqual(new Set(ids.slice(0, 3)));
      expect(kinds.filter((kind) => kind === 'summary')).toHaveLength(1);
    });
  });

  it('is answered on another machine that shares the secret, and on none that does not', async () => {
    const mail = await receive('Hello\r\n', unproven);
    const shared = (octet: number, dataDir: string) => {
      const secret = Buffer.alloc(32, octet).toString('base64');
      const { secrets } = loadConfig({ env: { POSTERN_GATEWAY_SECRET: secret }, cwd: folder });
      return { ...config, secrets, dataDir };
    };
    await startAsking({ config: shared(1, join(folder, 'workers')), records, spool, logger }).ask(mail);
    const path = await pathOf(mail.messageId);
    const reader = { read: (raw: Parameters<typeof readMessage>[0]) => readMessage(raw, defaultReadLimits) };
    const pagesOf = (octet: number) => {
      const elsewhere = shared(octet, join(folder, 'console'));
      return verificationPages(answering({ config: elsewhere, records, spool, queue: queues, reader, logger }));
    };
    expect(await (await pagesOf(2).request(path)).text()).toContain('Nothing to answer here');
    expect(await (await pagesOf(1).request(path)).text()).toContain('Did you write this mail?');
  });
});

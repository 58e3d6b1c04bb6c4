import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import { followUpRecords } from '../../src/records/follow-ups.ts';
import type { Records } from '../../src/records/open-records.ts';
import { reviewRecords } from '../../src/records/reviews.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { type VerificationRecords, verificationRecords } from '../../src/records/verifications.ts';
import {
  type AnsweringPorts,
  type AskingSettings,
  answerQuestion,
  askAddressOnFile,
  showQuestion,
  type VerificationMail,
} from '../../src/reviews/asking.ts';
import type { VerificationKeys } from '../../src/reviews/verification-token.ts';
import { adminJson, directoryOf, type Json, tenantJson } from '../helpers/directory-json.ts';
import { eventually } from '../helpers/eventually.ts';
import { admin, asking, evidenceWith, unproven } from '../helpers/evidence.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

const keys: VerificationKeys = [Buffer.alloc(32, 7)];
const limits = { perAddress: 2, windowMs: 1_000, lifeMs: 500 };
const settings: AskingSettings = { keys, publicUrl: 'https://gate.test', limits, isOurs: () => false };
const bob = admin({ id: 'a2', primaryEmail: 'bob@example.com', role: 'admin' });

const onFile = (ofAda: Json = {}, ofBob: Json = {}) =>
  directoryOf(
    tenantJson({
      admins: [
        adminJson(ofAda),
        adminJson({ id: 'a2', name: 'Bob', primaryEmail: 'bob@example.com', role: 'admin', ...ofBob }),
      ],
    }),
  );

onEachDatabase((databases) => {
  let records: Records;
  let verifications: VerificationRecords;
  let sent: VerificationMail[];
  let enqueued: JudgedMail[];
  let alerts: string[];
  beforeEach(async () => {
    records = await databases.fresh();
    verifications = verificationRecords(records);
    await directoryRecords(records).replaceAll(await onFile(), { actor: 'grace', at: 0 });
    sent = [];
    enqueued = [];
    alerts = [];
  });

  const ask = (mail: JudgedMail, now: number, evidence = evidenceWith(unproven)) =>
    askAddressOnFile(
      {
        adminsOf: async () => [admin(), bob],
        open: (question, within, canAnswer) => verifications.open(question, within, canAnswer),
        send: async (mailToSend) => {
          if (!sent.some(({ id }) => id === mailToSend.id)) sent.push(mailToSend);
        },
      },
      { mail, evidence, sha256: `sha-${mail.messageId}` },
      settings,
      now,
    );

  async function escalate(messageId: string): Promise<JudgedMail> {
    const input = traceInput({ messageId, outcome: 'escalated', assurance: 'claimed' });
    await traceRecords(records).record([input], 1);
    return input.mail;
  }

  const ports = (): AnsweringPorts => ({
    find: (id) => verifications.find(id),
    adminsOf: async () => [admin(), bob],
    original: async (messageId) => ({
      from: 'ada@example.com',
      subject: messageId,
      receivedAt: 1,
      mailbox: 'support@postern.test',
      text: 'Hello',
      attachments: [],
      isCut: false,
      asks: null,
      language: 'en',
    }),
    judgeConfirmed: async ({ messageId, sha256 }, cause) => {
      const { mail } = traceInput({ messageId, outcome: 'accepted' });
      return {
        ...mail,
        verdict: { ...mail.verdict, outcome: 'accepted', reason: 'confirmed', detail: [cause, sha256] },
      };
    },
    answer: (verification, answer, followUp, now) => verifications.answer(verification, answer, followUp, now),
    enqueue: async (mail) => {
      enqueued.push(mail);
    },
    alert: async ({ messageId }) => {
      alerts.push(messageId);
    },
  });

  const told = async () => {
    const answered = records.db.selectFrom('alert_events').selectAll().where('kind', '!=', 'escalated');
    return (await answered.execute()).map(({ kind, label, reference }) => [kind, label, reference]);
  };

  const linkOf = (index: number) => (sent[index]?.link ?? '').replace('https://gate.test/verify/', '');

  it('asks once about a mail, with a link', async () => {
    const mail = await escalate('a-0');
    expect(await ask(mail, 10)).toBe('ask');
    expect(await ask(mail, 20)).toBe('ask');
    expect(sent).toMatchObject([{ to: 'ada@example.com', kind: 'verify-sender', messageId: 'a-0', expiresAt: 510 }]);
    expect(await verifications.of('a-0')).toHaveLength(1);
  });

  it('ends at once when who was asked leaves, is suspended or has another address, and staff are told', async () => {
    const stored = directoryRecords(records);
    await ask(await escalate('a-0'), 10);
    await stored.replaceAll(await onFile({ name: 'Ada L.' }), { actor: 'grace', at: 20 });
    expect(await verifications.of('a-0')).toMatchObject([{ state: 'waiting' }]);
    await stored.replaceAll(await onFile({ active: false }, { role: 'owner' }), { actor: 'grace', at: 30 });
    expect(await verifications.of('a-0')).toMatchObject([{ state: 'withdrawn' }]);
    expect(await told()).toEqual([['verification-answered', 'withdrawn', 'a-0']]);
    expect(await answerQuestion(ports(), linkOf(0), 'confirmed', keys, 40)).toBe(false);
    expect((await reviewRecords(records).get('a-0'))?.state).toBe('open');
    // Asked while the directory was being replaced: the next pass sees it.
    await ask(await escalate('b-0'), 50);
    expect(await verifications.expire(60)).toBe(1);
    expect(await verifications.of('b-0')).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('stays answered when the answer comes while the directory is being replaced', async () => {
    // SQLite has one writer: there one of the two waits for the other.
    if (records.dialect === 'sqlite') return;
    await ask(await escalate('a-0'), 10);
    await records.db
      .updateTable('admins')
      .set({ facts: JSON.stringify({ ...admin(), active: false }) })
      .execute();
    const { answered, withdrawing } = await records.db.transaction().execute(async (trx) => {
      await trx.updateTable('verifications').set({ state: 'confirmed', answered_at: 20 }).execute();
      const waits = verifications.expire(30);
      await eventually('a withdrawal that waits for the answer', async () => {
        const waiting = await sql<{ count: number }>`
          select count(*)::int as count from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'
        `.execute(records.db);
        return (waiting.rows[0]?.count ?? 0) > 0;
      });
      return { answered: true, withdrawing: [waits] };
    });
    expect(answered).toBe(true);
    expect(await Promise.all(withdrawing)).toEqual([0]);
    expect(await verifications.of('a-0')).toMatchObject([{ state: 'confirmed' }]);
    expect(await told()).toEqual([]);
  });

  it('takes no answer when its time is over, although it was looked up in time', async () => {
    await ask(await escalate('a-0'), 10);
    const [question] = await verifications.of('a-0');
    if (question === undefined) throw new Error('was not asked');
    expect(await verifications.answer(question, 'denied', null, question.expiresAt)).toBe('late');
    expect(await verifications.find(question.id)).toMatchObject({ state: 'waiting' });
    expect(await verifications.answer(question, 'denied', null, question.expiresAt - 1)).toBeNull();
  });

  it('asks again after a clock that ran far ahead was set right', async () => {
    for (let index = 0; index < 4; index += 1) await ask(await escalate(`m${index}-0`), 1_000_000 + index);
    expect(await ask(await escalate('n0-0'), 10)).toBe('ask');
    expect(await ask(await escalate('n1-0'), 11)).toBe('ask');
    expect(await ask(await escalate('n2-0'), 12)).toBe('summary');
    expect(await ask(await escalate('n3-0'), 13)).toBe('hold');
  });

  it('under attack sends one summary, then holds, and asks again when the time is over', async () => {
    const ways: string[] = [];
    for (let index = 0; index < 6; index += 1) ways.push(await ask(await escalate(`m${index}-0`), 10 + index));
    expect(ways).toEqual(['ask', 'ask', 'summary', 'hold', 'hold', 'hold']);
    expect(sent.map(({ kind, link }) => [kind, link === null])).toEqual([
      ['verify-sender', false],
      ['verify-sender', false],
      ['summary', true],
    ]);
    // A worker that died after the summary was kept says so again; others stay held.
    expect(await ask(await escalate('m2-0'), 30)).toBe('summary');
    expect(await ask(await escalate('m4-0'), 30)).toBe('hold');
    expect(sent).toHaveLength(3);
    expect(await ask(await escalate('late-0'), 5_000)).toBe('ask');
  });

  it('counts two workers together', async () => {
    const mails = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => escalate(`m${index}-0`)));
    const ways = await Promise.all(mails.map((mail) => ask(mail, 10)));
    expect(ways.filter((how) => how === 'ask')).toHaveLength(2);
    expect(ways.filter((how) => how === 'summary').length).toBeGreaterThanOrEqual(1);
  });

  it('looking at the page any number of times answers nothing', async () => {
    await ask(await escalate('a-0'), 10);
    for (let index = 0; index < 3; index += 1) {
      expect(await showQuestion(ports(), linkOf(0), keys, 20)).toMatchObject({
        as: 'sender',
        original: { subject: 'a-0' },
      });
    }
    expect(await verifications.of('a-0')).toMatchObject([{ state: 'waiting' }]);
    expect(enqueued).toEqual([]);
  });

  it('confirmed, the mail goes on with that proof; a second answer changes nothing', async () => {
    await ask(await escalate('a-0'), 10);
    expect(await answerQuestion(ports(), linkOf(0), 'confirmed', keys, 20)).toBe(true);
    expect(enqueued).toMatchObject([{ messageId: 'a-0', followUp: { number: 1, kind: 'confirmation' } }]);
    expect(await answerQuestion(ports(), linkOf(0), 'denied', keys, 21)).toBe(false);
    expect(await showQuestion(ports(), linkOf(0), keys, 21)).toBeNull();
    const [mail] = enqueued;
    if (mail === undefined) throw new Error('nothing was enqueued');
    await traceRecords(records).record([{ mail, sidecar: traceInput({ messageId: 'a-0' }).sidecar }], 30);
    expect(await reviewRecords(records).get('a-0')).toMatchObject({ state: 'accepted' });
    expect(await ticketRecords(records).ofMessage('a-0')).toMatchObject({ message_id: 'a-0' });
    expect(await auditRecords(records).list({ subject: 'a-0', limit: 9 })).toMatchObject([
      { action: 'verification.confirmed', actor: 'address on file of a1 of t1' },
    ]);
  });

  it('confirmed about a mail that is gone, staff are told and nothing is written', async () => {
    await ask(await escalate('a-0'), 10);
    const gone = { ...ports(), judgeConfirmed: () => Promise.reject(new Error('gone')) };
    expect(await answerQuestion(gone, linkOf(0), 'confirmed', keys, 20)).toBe(false);
    expect(alerts).toEqual(['a-0']);
    expect(await verifications.of('a-0')).toMatchObject([{ state: 'waiting' }]);
  });

  it('two answers at once count as one', async () => {
    await ask(await escalate('a-0'), 10);
    const answers = await Promise.all(
      (['confirmed', 'denied'] as const).map((answer) => answerQuestion(ports(), linkOf(0), answer, keys, 20)),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('denied, it is an impersonation, and staff are told', async () => {
    await ask(await escalate('a-0'), 10);
    expect(await answerQuestion(ports(), linkOf(0), 'denied', keys, 20)).toBe(true);
    expect(await reviewRecords(records).get('a-0')).toMatchObject({
      state: 'open',
      reason: 'impersonation',
      version: 2,
    });
    expect(await told()).toEqual([['impersonation-reported', null, 'a-0']]);
    expect(await followUpRecords(records).of('a-0')).toEqual([]);
  });

  it('authorised, it is evidence, and staff decide', async () => {
    const mail = await escalate('a-0');
    const deletion = evidenceWith(asking('delete-account'));
    const verdict = { ...mail.verdict, outcome: 'escalated', reason: 'needs-authorization', rule: 'P-DELETE' } as const;
    expect(await ask({ ...mail, verdict }, 10, deletion)).toBe('ask');
    expect(sent).toMatchObject([{ to: 'bob@example.com', kind: 'authorize' }]);
    expect(await answerQuestion(ports(), linkOf(0), 'confirmed', keys, 20)).toBe(true);
    expect(await reviewRecords(records).get('a-0')).toMatchObject({ state: 'open' });
    expect(enqueued).toEqual([]);
    expect(await told()).toEqual([['verification-answered', 'confirmed', 'a-0']]);
    expect(await verifications.of('a-0')).toMatchObject([{ state: 'confirmed', asked: { as: 'authorization' } }]);
  });

  it('does not undo what staff decided meanwhile', async () => {
    const mail = await escalate('a-0');
    await ask(mail, 10);
    const rejected = { ...mail.verdict, outcome: 'rejected', reason: 'refused' } as const;
    await reviewRecords(records).decide({
      messageId: 'a-0',
      version: 1,
      mail: { ...mail, verdict: rejected },
      outcome: 'rejected',
      actor: 'grace',
      at: 15,
      note: 'no',
      deny: { add: [], remove: [] },
      allow: null,
    });
    expect(await answerQuestion(ports(), linkOf(0), 'confirmed', keys, 20)).toBe(false);
    expect(await followUpRecords(records).of('a-0')).toHaveLength(1);
  });

  it('ends what nobody answers', async () => {
    await ask(await escalate('a-0'), 10);
    expect(await showQuestion(ports(), linkOf(0), keys, 510)).toBeNull();
    expect(await answerQuestion(ports(), linkOf(0), 'confirmed', keys, 510)).toBe(false);
    expect(await verifications.expire(509)).toBe(0);
    expect(await verifications.expire(510)).toBe(1);
    expect(await verifications.of('a-0')).toMatchObject([{ state: 'expired' }]);
  });

  it('takes no link that is unknown or made up', async () => {
    await ask(await escalate('a-0'), 10);
    const [id = '', time = '', mac = ''] = linkOf(0).split('.');
    const other = Buffer.alloc(16, 3).toString('hex');
    for (const token of [`${other}.${time}.${mac}`, `${id}.zzzzzzzz.${mac}`, `${id}.${time}.${'A'.repeat(43)}`, 'x']) {
      expect(await showQuestion(ports(), token, keys, 20)).toBeNull();
      expect(await answerQuestion(ports(), token, 'confirmed', keys, 20)).toBe(false);
    }
  });

  describe('nobody is asked', () => {
    it('for an unproven request that needs authorization', async () => {
      const mail = await escalate('a-0');
      const verdict = {
        ...mail.verdict,
        outcome: 'escalated',
        reason: 'needs-authorization',
        rule: 'P-DELETE',
      } as const;
      expect(await ask({ ...mail, verdict }, 10, evidenceWith(unproven, asking('delete-account')))).toBe('nobody');
      expect(sent).toEqual([]);
      expect(await verifications.of('a-0')).toEqual([]);
    });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/finding.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import { jobIdOf } from '../../src/jobs/judged-mail.ts';
import { addressHash } from '../../src/records/address-hash.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { denyProposals } from '../../src/records/deny-proposals.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { FollowUpRefused, followUpRecords } from '../../src/records/follow-ups.ts';
import type { Records } from '../../src/records/open-records.ts';
import { ReviewConflict, type ReviewRecords, reviewRecords } from '../../src/records/reviews.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { type TraceInput, traceRecords } from '../../src/records/trace.ts';
import type { ReviewDecision } from '../../src/reviews/deciding.ts';
import { entryOf } from '../../src/reviews/proposal.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { content } from '../helpers/evidence.ts';
import { onEachDatabase } from './databases.ts';
import { type MailTraits, traceInput } from './mails.ts';

const escalatedInput = (messageId: string, traits: Partial<MailTraits> = {}): TraceInput =>
  traceInput({ messageId, outcome: 'escalated', assurance: 'claimed', ...traits });

/** Abuse by a proven sender. */
function abuseInput(messageId: string, traits: Partial<MailTraits> = {}): TraceInput {
  const input = escalatedInput(messageId, { assurance: 'proven', ...traits });
  const { mail, sidecar } = input;
  if (sidecar === null) throw new Error('no sidecar');
  const evidence: Evidence = {
    ...sidecar.evidence,
    proofs: sidecar.evidence.assurance === 'proven' ? [{ kind: 'domain', cause: 'DKIM' }] : [],
    content: content({}, { abuse: { label: 'abusive', because: [{ rule: 'insult', words: ['fool'] }] } }),
  };
  const verdict = { ...mail.verdict, outcome: 'escalated', reason: 'abuse', rule: 'R-ABUSE' } as const;
  return { mail: { ...mail, verdict }, sidecar: { ...sidecar, evidence } };
}

const accepted = (mail: JudgedMail): JudgedMail => ({
  ...mail,
  verdict: { ...mail.verdict, outcome: 'accepted', reason: 'confirmed' },
});

const decisionOn = (mail: JudgedMail, changes: Partial<ReviewDecision> = {}): ReviewDecision => ({
  messageId: mail.messageId,
  version: 1,
  mail: accepted(mail),
  outcome: 'accepted',
  actor: 'grace',
  at: 5_000,
  note: 'called them',
  deny: { add: [], remove: [] },
  allow: null,
  ...changes,
});

onEachDatabase((databases) => {
  let records: Records;
  let reviews: ReviewRecords;
  const record = async (...inputs: readonly TraceInput[]) => traceRecords(records).record(inputs, 2_000);
  beforeEach(async () => {
    records = await databases.fresh();
    reviews = reviewRecords(records);
  });

  describe('review items', () => {
    it('are opened for escalated mail, once, and not for copies', async () => {
      const first = escalatedInput('a-0', { rfcMessageId: '<x@y>', contentDigest: 'same', receivedAt: 10 });
      const copy = escalatedInput('b-0', { rfcMessageId: '<x@y>', contentDigest: 'same', receivedAt: 20 });
      await record(first, traceInput({ messageId: 'c-0' }), traceInput({ messageId: 'd-0', outcome: 'rejected' }));
      await record(first, copy);
      expect(await reviews.list({ limit: 10 })).toMatchObject([
        { message_id: 'a-0', state: 'open', version: 1, reason: 'unproven-sender', rule: 'W-CLAIMED', proposal: null },
      ]);
      expect(await reviews.counts()).toEqual({ open: 1, accepted: 0, rejected: 0 });
    });

    it('are listed oldest first, page by page', async () => {
      await record(...[3, 1, 2].map((at) => escalatedInput(`m${at}-0`, { receivedAt: at })));
      const page = await reviews.list({ state: 'open', limit: 2 });
      expect(page.map(({ message_id }) => message_id)).toEqual(['m1-0', 'm2-0']);
      const last = page.at(-1);
      if (last === undefined) throw new Error('no page');
      expect(await reviews.list({ state: 'open', limit: 2, after: last })).toMatchObject([{ message_id: 'm3-0' }]);
    });

    it('are named by the subject of their mail, where it has one', async () => {
      const [mute, spoken] = [escalatedInput('a-0', { subject: '' }), escalatedInput('b-0', { subject: 'Fire' })];
      await record(mute, spoken, traceInput({ messageId: 'c-0', subject: 'Of another' }));
      expect(await reviews.subjectsOf(['a-0', 'b-0', 'gone-0'])).toEqual(
        new Map([
          ['a-0', ''],
          ['b-0', 'Fire'],
        ]),
      );
      expect(await reviews.subjectsOf([])).toEqual(new Map());
    });
  });

  describe('a decision', () => {
    it('is written once with its follow-up and audit row, and gives the ticket without a second message', async () => {
      const input = escalatedInput('a-0');
      await record(input);
      const mail = await reviews.decide(decisionOn(input.mail));
      expect(mail.followUp).toEqual({ number: 1, kind: 'staff' });
      expect(jobIdOf(mail)).toBe('a-0-f1');
      expect(await reviews.get('a-0')).toMatchObject({
        state: 'accepted',
        version: 2,
        decided_by: 'grace',
        decided_at: 5_000,
        note: 'called them',
      });
      expect(await auditRecords(records).list({ subject: 'a-0', limit: 5 })).toMatchObject([
        { actor: 'grace', action: 'review.accept', detail: { note: 'called them', job: 'a-0-f1' } },
      ]);
      const followUps = followUpRecords(records);
      expect(await followUps.pending(5_000, 10)).toEqual([mail]);
      expect(await followUps.pending(4_999, 10)).toEqual([]);

      expect(await ticketRecords(records).ofMessage('a-0')).toBeNull();
      const later: TraceInput = { mail, sidecar: input.sidecar };
      expect(await record(later)).toEqual([{ kind: 'recorded', messageId: 'a-0' }]);
      expect(await record(later, later)).toMatchObject([{ kind: 'already' }, { kind: 'already' }]);
      expect(await followUps.pending(9_000, 10)).toEqual([]);
      expect(await ticketRecords(records).list({ limit: 10 })).toHaveLength(1);
      const story = await traceRecords(records).get('a-0');
      expect(story).toMatchObject({
        row: { outcome: 'escalated' },
        ticket: { message_id: 'a-0' },
        followUps: [{ number: 1, kind: 'staff', actor: 'grace', note: 'called them', state: 'done' }],
      });
      expect((await traceRecords(records).search({ limit: 10 })).rows).toHaveLength(1);
    });

    it('is taken by one of two people', async () => {
      const input = escalatedInput('a-0');
      await record(input);
      const results = await Promise.allSettled([
        reviews.decide(decisionOn(input.mail)),
        reviews.decide(decisionOn(input.mail, { actor: 'mallory', outcome: 'rejected' })),
      ]);
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const lost = results.find((result) => result.status === 'rejected');
      expect(lost?.reason).toBeInstanceOf(ReviewConflict);
      expect(await followUpRecords(records).of('a-0')).toHaveLength(1);
      expect(await auditRecords(records).list({ subject: 'a-0', limit: 5 })).toHaveLength(1);
    });

    it.each([
      ['an item that changed', 'a-0', 7, 'version 1'],
      ['a mail without an item', 'c-0', 1, 'waits for no decision'],
    ])('about %s writes nothing', async (_name, messageId, version, cause) => {
      await record(escalatedInput('a-0'), traceInput({ messageId: 'c-0' }));
      const { mail } = escalatedInput(messageId);
      const deny = { add: [denyEntryOf('email', 'x@evil.example')], remove: [] };
      await expect(reviews.decide(decisionOn(mail, { version, deny }))).rejects.toThrow(cause);
      expect(await denylistRecords(records).list()).toEqual([]);
      expect(await auditRecords(records).list({ limit: 5 })).toEqual([]);
    });

    it('puts on and takes off the deny-list in the same transaction', async () => {
      const input = escalatedInput('a-0');
      const old = denyEntryOf('email', 'old@evil.example');
      await denylistRecords(records).apply({ add: [old], remove: [] }, { actor: 'grace', at: 1 });
      await record(input);
      const fresh = denyEntryOf('email', 'new@evil.example');
      await reviews.decide(decisionOn(input.mail, { deny: { add: [fresh], remove: [old] } }));
      expect(await denylistRecords(records).list()).toMatchObject([{ value: 'new@evil.example' }]);
      expect(await reviews.get('a-0')).toMatchObject({ denied_entry: fresh.id });
    });

    it('releases a rejected mail once', async () => {
      const input = traceInput({ messageId: 'd-0', outcome: 'rejected' });
      await record(input);
      const mail = await reviews.decide(decisionOn(input.mail, { version: 0 }));
      expect(mail.followUp?.number).toBe(1);
      await expect(reviews.decide(decisionOn(input.mail, { version: 0 }))).rejects.toThrow(ReviewConflict);
    });
  });

  describe('a follow-up', () => {
    it('is refused for a copy, an unknown mail and one that was not kept', async () => {
      const followUps = followUpRecords(records);
      const traits = { rfcMessageId: '<x@y>', contentDigest: 'same' };
      await record(escalatedInput('a-0', traits));
      await record(escalatedInput('b-0', traits));
      const open = (mail: JudgedMail) => followUps.open({ mail, kind: 'rejudged', at: 1, actor: 'system', note: '' });
      const { mail } = escalatedInput('b-0');
      await expect(open(mail)).rejects.toThrow('a-0 holds for it');
      await expect(open(escalatedInput('z-0').mail)).rejects.toThrow(FollowUpRefused);
      await expect(open({ ...escalatedInput('a-0').mail, spoolKey: null })).rejects.toThrow(FollowUpRefused);
    });

    it('that was judged again closes the item, or changes why it waits', async () => {
      const followUps = followUpRecords(records);
      const one = escalatedInput('a-0');
      const two = escalatedInput('b-0');
      await record(one, two);
      const by = { kind: 'confirmation', at: 3_000, actor: 'address on file', note: 'confirmed' } as const;
      const yes = await followUps.open({ ...by, mail: accepted(one.mail) });
      const still = await followUps.open({
        ...by,
        mail: { ...two.mail, verdict: { ...two.mail.verdict, outcome: 'escalated', reason: 'abuse', rule: 'R-ABUSE' } },
      });
      await record({ mail: yes, sidecar: one.sidecar }, { mail: still, sidecar: two.sidecar });
      expect(await reviews.get('a-0')).toMatchObject({ state: 'accepted', decided_by: 'address on file', version: 2 });
      expect(await reviews.get('b-0')).toMatchObject({ state: 'open', reason: 'abuse', rule: 'R-ABUSE', version: 2 });
    });

    it('counts as it was written, whatever comes from the queue', async () => {
      const input = escalatedInput('a-0');
      await record(input);
      const rejected = { ...input.mail.verdict, outcome: 'rejected', reason: 'refused' } as const;
      const mail = await reviews.decide(
        decisionOn(input.mail, { outcome: 'rejected', mail: { ...input.mail, verdict: rejected } }),
      );
      await record({ mail: accepted(mail), sidecar: input.sidecar });
      expect(await ticketRecords(records).ofMessage('a-0')).toBeNull();
    });
  });

  describe('abuse', () => {
    const entry = { actor: 'system', at: 9, lifeMs: null };

    it('proposes an entry for a proven sender only', async () => {
      await record(abuseInput('a-0'), abuseInput('b-0', { assurance: 'claimed' }));
      expect(await reviews.get('a-0')).toMatchObject({ proposal: { kind: 'email', value: 'ada@example.com' } });
      expect(await reviews.get('b-0')).toMatchObject({ proposal: null });
    });

    it('counts as repeated by the same proven sender, in other words, within the time', async () => {
      const day = 86_400_000;
      await record(
        abuseInput('a-0', { receivedAt: day }),
        abuseInput('b-0', { receivedAt: day, from: 'eve@example.com' }),
        abuseInput('c-0', { receivedAt: day, assurance: 'claimed' }),
        escalatedInput('d-0', { receivedAt: day, assurance: 'proven' }),
        abuseInput('e-0', { receivedAt: 2 * day }),
        abuseInput('f-0', { receivedAt: 2 * day, contentDigest: 'digest-e-0', recipient: 'sales@postern.test' }),
        abuseInput('g-0', { receivedAt: 200 * day }),
      );
      expect(await reviews.earlierAbuse('a-0')).toBe(0);
      expect(await reviews.earlierAbuse('e-0')).toBe(1);
      expect(await reviews.earlierAbuse('f-0')).toBe(1);
      expect(await reviews.earlierAbuse('g-0')).toBe(0);
      expect(await reviews.earlierAbuse('nobody-0')).toBe(0);
    });

    it('of one mail counts once, though the sender signed a version of it for each mailbox', async () => {
      const rfcMessageId = '<one@example.com>';
      await record(
        abuseInput('a-0', { receivedAt: 1_000, rfcMessageId }),
        abuseInput('b-0', { receivedAt: 2_000, rfcMessageId, recipient: 'sales@postern.test' }),
        abuseInput('c-0', { receivedAt: 3_000, rfcMessageId: null }),
        abuseInput('d-0', { receivedAt: 4_000, rfcMessageId: null }),
      );
      expect(await reviews.earlierAbuse('b-0')).toBe(0);
      expect(await reviews.earlierAbuse('d-0')).toBe(3);
    });

    it('whose proposal staff dismissed is no earlier abuse', async () => {
      await record(abuseInput('a-0', { receivedAt: 1_000 }), abuseInput('b-0', { receivedAt: 2_000 }));
      expect(await reviews.earlierAbuse('b-0')).toBe(1);
      await denyProposals(records).dismiss('a-0', 1, { actor: 'grace', at: 9, because: 'a bad day' });
      expect(await reviews.earlierAbuse('b-0')).toBe(0);
    });

    it('that proposed nobody when it came is no earlier abuse, though the address on file has owned up to it since', async () => {
      const claimed = abuseInput('a-0', { receivedAt: 1_000, assurance: 'claimed' });
      await record(claimed, abuseInput('b-0', { receivedAt: 2_000 }));
      const verdict = { ...claimed.mail.verdict, assurance: 'proven' } as const;
      const by = { kind: 'confirmation', at: 3_000, actor: 'address on file', note: 'confirmed' } as const;
      const still = await followUpRecords(records).open({ ...by, mail: { ...claimed.mail, verdict } });
      await record({ mail: still, sidecar: claimed.sidecar });
      expect(await reviews.get('a-0')).toMatchObject({ assurance: 'proven', reason: 'abuse', proposal: null });
      expect(await reviews.earlierAbuse('b-0')).toBe(0);
    });

    it('that staff accepted is no earlier abuse', async () => {
      const first = abuseInput('a-0', { receivedAt: 1_000 });
      await record(first, abuseInput('b-0', { receivedAt: 2_000 }));
      await reviews.decide(decisionOn(first.mail));
      expect(await reviews.earlierAbuse('b-0')).toBe(0);
    });

    it('is entered once, and not after a decision', async () => {
      const [one, two] = [abuseInput('a-0'), abuseInput('b-0')];
      await record(one, two);
      const proposal = (await reviews.get('a-0'))?.proposal ?? null;
      const made = proposal === null ? { fault: 'none' } : entryOf(proposal, entry);
      if ('fault' in made) throw new Error(made.fault);
      expect(await reviews.enterProposal('a-0', made, { actor: 'system', at: 9, because: 'again' })).toBe(true);
      expect(await reviews.enterProposal('a-0', made, { actor: 'system', at: 9, because: 'again' })).toBe(false);
      await reviews.decide(decisionOn(two.mail));
      expect(await reviews.enterProposal('b-0', made, { actor: 'system', at: 9, because: 'again' })).toBe(false);
      expect(await denylistRecords(records).list()).toMatchObject([{ value: 'ada@example.com', createdBy: 'system' }]);
      const audited = await auditRecords(records).list({ limit: 9 });
      expect(audited.map(({ action }) => action)).toEqual(['review.accept', 'review.deny', 'deny.add']);
    });

    it('waits for staff until it is entered or dismissed, as it was looked at', async () => {
      const proposals = denyProposals(records);
      await record(abuseInput('a-0', { receivedAt: 1 }), abuseInput('b-0', { receivedAt: 2 }), escalatedInput('c-0'));
      expect((await proposals.list(9)).map(({ messageId }) => messageId)).toEqual(['a-0', 'b-0']);
      const by = { actor: 'grace', at: 9, because: 'a bad day' };
      expect(await proposals.dismiss('a-0', 7, by)).toBe(false);
      expect(await proposals.dismiss('c-0', 1, by)).toBe(false);
      expect(await proposals.dismiss('a-0', 1, by)).toBe(true);
      expect(await proposals.dismiss('a-0', 2, by)).toBe(false);
      expect(await proposals.get('a-0')).toBeNull();
      const proposal = (await proposals.get('b-0'))?.proposal ?? null;
      const made = proposal === null ? { fault: 'none' } : entryOf(proposal, entry);
      if ('fault' in made) throw new Error(made.fault);
      // What was dismissed is not entered after all by somebody who looked at it before.
      expect(await proposals.enter('a-0', made, by)).toBe(false);
      expect(await proposals.enter('b-0', made, by)).toBe(true);
      expect(await proposals.list(9)).toEqual([]);
      expect(await reviews.get('b-0')).toMatchObject({ state: 'open', denied_entry: made.id });
      const [, , dismissed] = await auditRecords(records).list({ limit: 9 });
      expect(dismissed).toMatchObject({ action: 'review.dismiss', actor: 'grace', subject: 'a-0' });
      // By the hash that the log names people by: nothing is taken out of it when they are erased.
      expect(JSON.stringify(dismissed?.detail)).toContain(addressHash('ada@example.com'));
      expect(JSON.stringify(dismissed?.detail)).not.toContain('@');
    });
  });
});

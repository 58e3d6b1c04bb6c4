import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/finding.ts';
import { judgedMail } from '../../src/intake/judged.ts';
import { reviewBrief } from '../../src/reviews/brief.ts';
import { decided, type StaffDecision } from '../../src/reviews/decision.ts';
import { decide } from '../../src/verdict/decide.ts';
import { escalatedReasons } from '../../src/verdict/verdict.ts';
import { defaultPolicy } from '../helpers/default-policy.ts';
import { asking, content, evidenceWith, mailboxOf, receivedAt, unproven, unregistered } from '../helpers/evidence.ts';

const envelope = {
  client: { ip: '192.0.2.1', port: 1 },
  helo: 'mx.example.com',
  mailFrom: 'ada@example.com',
  recipients: ['support@postern.test'],
  tls: null,
  smtpUtf8: false,
};
const judge = (...changes: readonly Partial<Evidence>[]) => {
  const evidence = evidenceWith(...changes);
  const mailbox = mailboxOf('support');
  const verdict = decide(evidence, mailbox, defaultPolicy, receivedAt);
  if (verdict.outcome === 'deferred') throw new Error('deferred');
  const mail = judgedMail({
    mailId: 'm',
    index: 0,
    mailbox: mailbox.address,
    envelope,
    evidence,
    verdict,
    spoolKey: 'm',
  });
  return { evidence, mail };
};
const decision = (changes: Partial<StaffDecision> = {}): StaffDecision => ({
  outcome: 'accepted',
  actor: 'grace',
  note: 'known',
  at: 1,
  verifiedBy: null,
  isDenied: false,
  ...changes,
});

describe('a decision by staff', () => {
  it('accepts without claiming proof: the ticket stays without a tenant and nothing is sent', () => {
    const { evidence, mail } = judge(unproven);
    expect(decided(mail, evidence, decision())).toMatchObject({
      sender: { proof: [] },
      verdict: {
        outcome: 'accepted',
        reason: 'confirmed',
        rule: 'W-CLAIMED',
        assurance: 'claimed',
        department: 'support',
        silent: true,
        detail: ['accepted by grace: known', expect.any(String)],
      },
    });
  });

  it('accepts as proven where staff say how they verified', () => {
    const { evidence, mail } = judge(unproven);
    expect(decided(mail, evidence, decision({ verifiedBy: 'called the number on file' }))).toMatchObject({
      sender: { proof: ['confirmation'] },
      verdict: { assurance: 'proven', silent: false },
    });
  });

  it('cannot make a forged mail proven', () => {
    const { evidence, mail } = judge({ proofs: [], assurance: 'forged' });
    expect(decided(mail, evidence, decision({ verifiedBy: 'a call' }))).toMatchObject({
      sender: { proof: [] },
      verdict: { assurance: 'forged', silent: true },
    });
  });

  it.each([
    ['credentials', 'credentials'],
    ['grant-access', 'grant-access'],
    ['become-admin', 'tenant-change'],
    ['tenant-change', 'tenant-change'],
  ] as const)('attaches what staff never do to %s', (kind, prohibition) => {
    const { evidence, mail } = judge(unproven, asking(kind));
    expect(decided(mail, evidence, decision()).verdict.prohibitions).toEqual([prohibition]);
  });

  it('attaches one for each thing that is asked', () => {
    const request = { kind: 'become-admin', score: 0.9, doubt: false, because: [], also: ['credentials'] } as const;
    const { evidence, mail } = judge(unproven, { content: content({}, { request }) });
    expect(decided(mail, evidence, decision()).verdict.prohibitions).toEqual(['credentials', 'tenant-change']);
  });

  it('lets an unregistered sender be a prospect and no more', () => {
    const { evidence, mail } = judge(unregistered, asking('delete-account'));
    expect(decided(mail, evidence, decision()).verdict).toMatchObject({ department: 'prospect' });
  });

  it('keeps a recovery silent, so that nobody is tipped off', () => {
    const { evidence, mail } = judge(asking('recovery-closure'));
    expect(decided(mail, evidence, decision()).verdict).toMatchObject({ outcome: 'accepted', silent: true });
  });

  it.each([
    [true, 'deny-listed'],
    [false, 'refused'],
  ])('rejects silently (denied: %s) as %s', (isDenied, reason) => {
    const { evidence, mail } = judge(unproven);
    const { verdict } = decided(mail, evidence, decision({ outcome: 'rejected', isDenied }));
    expect(verdict).toMatchObject({ outcome: 'rejected', reason, silent: true });
  });
});

describe('what staff decide by', () => {
  it('says what is claimed, proven and asked, what policy says and the next step', () => {
    const { evidence, mail } = judge(unproven);
    expect(reviewBrief(mail, evidence)).toEqual({
      claimed: [
        'author ada@example.com, shown as "Ada"',
        'primary address of admin a1 (Ada, owner) of tenant t1 (Example, standard)',
        'envelope sender ada@example.com, client 192.0.2.1 (mx.example.com)',
      ],
      proven: ['nothing (claimed)', 'SPF pass, DKIM pass, DMARC pass, ARC none, PGP none'],
      asked: ['written to support@postern.test', 'ordinary', 'severity 3, language en'],
      policy: ['W-CLAIMED: escalated unproven-sender, for support', expect.stringContaining('without proof')],
      nextStep: expect.stringContaining('never answer the mail itself'),
    });
  });

  it('tells the words that abuse, for staff judge them', () => {
    const abuse = { label: 'abusive', because: [{ rule: 'insult-you', words: ['you fools'] }] } as const;
    const { evidence, mail } = judge({ content: content({}, { abuse }) });
    expect(reviewBrief(mail, evidence).asked).toContain('language is abusive ("you fools")');
  });

  it('denies nobody for abuse that anybody may have written', () => {
    const abuse = { label: 'abusive', because: [{ rule: 'insult-you', words: ['you fools'] }] } as const;
    const stranger = judge(unregistered, { content: content({}, { abuse }), assurance: 'unknown', proofs: [] });
    expect(stranger.mail.verdict).toMatchObject({ reason: 'abuse' });
    expect(reviewBrief(stranger.mail, stranger.evidence).nextStep).toContain('deny nobody');
    const known = judge({ content: content({}, { abuse }) });
    expect(reviewBrief(known.mail, known.evidence).nextStep).toContain('reject and deny');
  });

  it.each(escalatedReasons)('has one next step for %s', (reason) => {
    const { evidence, mail } = judge(unproven);
    const of = { ...mail, verdict: { ...mail.verdict, outcome: 'escalated', reason } as const };
    expect(reviewBrief(of, evidence).nextStep).toMatch(/\.$/);
  });

  it('asks nobody for an unproven request that needs authorization', () => {
    const { evidence, mail } = judge(unregistered, asking('delete-account'));
    expect(reviewBrief(mail, evidence).nextStep).toContain('nobody on file is asked');
  });
});

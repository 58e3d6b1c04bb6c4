import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/finding.ts';
import { denyOfNetwork, denyOfSender, entryOf, mayEnterAlone, proposalOf } from '../../src/reviews/proposal.ts';
import { decide } from '../../src/verdict/decide.ts';
import { defaultPolicy } from '../helpers/default-policy.ts';
import { content, evidenceWith, mailboxOf, receivedAt, unproven } from '../helpers/evidence.ts';

const abusive = {
  content: content({}, { abuse: { label: 'abusive', because: [{ rule: 'insult-you', words: ['fool'] }] } }),
};
const verdictOn = (...changes: readonly Partial<Evidence>[]) => {
  const evidence = evidenceWith(...changes);
  const verdict = decide(evidence, mailboxOf('sales'), defaultPolicy, receivedAt);
  if (verdict.outcome === 'deferred') throw new Error('deferred');
  return { evidence, verdict };
};

describe('what abuse proposes', () => {
  it('names the proven author, with the evidence', () => {
    const { evidence, verdict } = verdictOn(abusive);
    expect(verdict).toMatchObject({ rule: 'R-ABUSE' });
    expect(proposalOf(verdict, evidence)).toEqual({
      kind: 'email',
      value: 'ada@example.com',
      reason: 'abusive, insult-you',
      note: 'domain: DKIM\ninsult-you fool',
    });
  });

  it.each([
    ['a claimed author', unproven],
    ['an unknown author', { proofs: [], assurance: 'unknown' } as const],
    ['a forged author', { proofs: [], assurance: 'forged' } as const],
    ['no readable author', { author: null, proofs: [], assurance: 'unknown' } as const],
    ['a proof that does not count', { proofs: [{ kind: 'domain', cause: 'DKIM' }], assurance: 'claimed' } as const],
    ['proven by word alone', { proofs: [], assurance: 'proven' } as const],
    ['forged, though a signature was good', { assurance: 'forged' } as const],
  ])('names nobody for %s', (_name, change) => {
    const { evidence, verdict } = verdictOn(abusive, change);
    expect(proposalOf(verdict, evidence)).toBeNull();
    expect(denyOfSender(evidence, 'abuse')).toBeNull();
  });

  it('names a proven author who imitates somebody', () => {
    const imitator: Partial<Evidence> = {
      sender: { standing: { kind: 'unregistered' }, lookalike: { kind: 'homoglyph', of: 'example.com' } },
    };
    const { evidence, verdict } = verdictOn(imitator);
    expect(verdict).toMatchObject({ reason: 'impersonation' });
    expect(proposalOf(verdict, evidence)).toMatchObject({
      value: 'ada@example.com',
      reason: 'homoglyph of example.com',
    });
  });

  it('is nothing for a proven request for recovery or deletion, though it abuses somebody', () => {
    for (const kind of ['recovery-disgruntled-admin', 'delete-account'] as const) {
      const request = { kind, score: 0.9, doubt: false, because: [] };
      const abuse = { label: 'abusive', because: [] } as const;
      const { evidence, verdict } = verdictOn({ content: content({}, { request, abuse }) });
      expect(verdict.outcome).toBe('escalated');
      expect(proposalOf(verdict, evidence)).toBeNull();
    }
  });

  it('is nothing for mail that is escalated for something else', () => {
    const evidence = evidenceWith(unproven);
    const verdict = decide(evidence, mailboxOf('support'), defaultPolicy, receivedAt);
    if (verdict.outcome === 'deferred') throw new Error('deferred');
    expect(proposalOf(verdict, evidence)).toBeNull();
  });
});

describe('an entry', () => {
  const by = { actor: 'grace', at: 1_000, lifeMs: 500 };

  it('is in normal form and ends', () => {
    const proposed = denyOfSender(evidenceWith(abusive), 'abuse');
    expect(proposed === null ? null : entryOf(proposed, by)).toMatchObject({
      kind: 'email',
      value: 'ada@example.com',
      scope: { kind: 'global' },
      expiresAt: 1_500,
      createdBy: 'grace',
    });
  });

  it('never ends where the settings give it no life', () => {
    const proposed = denyOfSender(evidenceWith(abusive), 'abuse');
    expect(proposed === null ? null : entryOf(proposed, { ...by, lifeMs: null })).toMatchObject({ expiresAt: null });
  });

  it('has short texts, however many words the abuse has', () => {
    const because = Array.from({ length: 500 }, (_, index) => ({ rule: `insult-${index}`, words: ['fool'] }));
    const evidence = evidenceWith({ content: content({}, { abuse: { label: 'abusive', because } }) });
    const proposed = denyOfSender(evidence, 'x'.repeat(5_000));
    expect(proposed?.note.length).toBeLessThanOrEqual(900);
    expect(proposed?.reason).toHaveLength(900);
    expect(proposed === null ? null : entryOf(proposed, by)).toMatchObject({ kind: 'email' });
  });

  it('of the network names the client alone', () => {
    const proposed = denyOfNetwork(evidenceWith(unproven), 'spam');
    expect(proposed === null ? null : entryOf(proposed, by)).toMatchObject({ kind: 'network', value: '192.0.2.1/32' });
  });

  it('of the network is none where the portal called: the address is the portal itself', () => {
    const { transport } = evidenceWith(unproven);
    const portal = { tenantId: 't1', adminId: 'a1', tokenId: 'x' };
    expect(denyOfNetwork(evidenceWith({ ...unproven, transport: { ...transport, portal } }), 'spam')).toBeNull();
  });

  it('takes no line that would spoil a page', () => {
    const hostile = evidenceWith({ ...abusive, proofs: [{ kind: 'domain', cause: 'd=\u202eevil\u0007' }] });
    const proposed = denyOfSender(hostile, 'abuse\u0000');
    expect(proposed === null ? null : entryOf(proposed, by)).toMatchObject({ kind: 'email' });
  });
});

describe('an entry without a person', () => {
  const proposed = denyOfSender(evidenceWith(abusive), 'abuse');
  const byRule = { label: 'abusive', because: [{ rule: 'insult-you', words: ['fool'] }] } as const;
  it.each([
    [0, true, false],
    [1, true, true],
    [1, false, false],
  ])('with %i earlier abuses and the setting %s: %s', (earlier, isAllowed, expected) => {
    expect(mayEnterAlone(proposed, byRule, earlier, isAllowed)).toBe(expected);
  });

  it('is never made on the word of the model alone', () => {
    const byModel = { label: 'abusive', because: [{ rule: 'model', words: ['pathetic'] }] } as const;
    expect(mayEnterAlone(proposed, byModel, 5, true)).toBe(false);
    expect(mayEnterAlone(proposed, { ...byModel, because: [...byModel.because, ...byRule.because] }, 5, true)).toBe(
      true,
    );
    expect(mayEnterAlone(proposed, null, 5, true)).toBe(false);
  });

  it('never names a network, nor nobody', () => {
    expect(mayEnterAlone(denyOfNetwork(evidenceWith(), 'x'), byRule, 5, true)).toBe(false);
    expect(mayEnterAlone(null, byRule, 5, true)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import type { AdminFacts } from '../../src/directory/tenant.ts';
import type { Evidence } from '../../src/evidence/finding.ts';
import { askWhom, defaultAskingLimits, howToAsk, takesAnswer } from '../../src/reviews/verification.ts';
import {
  readVerificationToken,
  tokenHolds,
  type VerificationBinding,
  type VerificationKeys,
  verificationToken,
} from '../../src/reviews/verification-token.ts';
import { decide } from '../../src/verdict/decide.ts';
import { defaultPolicy } from '../helpers/default-policy.ts';
import {
  admin,
  asking,
  evidenceWith,
  mailboxOf,
  marks,
  primary,
  receivedAt,
  tenant,
  unproven,
  unregistered,
} from '../helpers/evidence.ts';

const ada = admin();
const bob = admin({ id: 'a2', name: 'Bob', primaryEmail: 'bob@example.com', role: 'admin' });
const carl = admin({ id: 'a3', name: 'Carl', primaryEmail: 'carl@example.com', role: 'admin' });
const pay = admin({ id: 'a0', name: 'Pay', primaryEmail: 'pay@example.com', role: 'billing' });

const secondaryOf = (who: AdminFacts): Partial<Evidence> => ({
  sender: { standing: { kind: 'secondary', tenant: tenant(), admin: who }, lookalike: null },
  author: { address: 'ada@home.example', domain: 'home.example', displayName: '' },
});
const by = (who: AdminFacts): Partial<Evidence> => ({
  sender: { standing: primary(tenant(), who), lookalike: null },
  author: { address: who.primaryEmail, domain: 'example.com', displayName: '' },
});

function whom(admins: readonly AdminFacts[], ...changes: readonly Partial<Evidence>[]) {
  const evidence = evidenceWith(...changes);
  const verdict = decide(evidence, mailboxOf('support'), defaultPolicy, receivedAt);
  if (verdict.outcome === 'deferred') throw new Error('deferred');
  const isOurs = (address: string) => address === 'support@postern.test';
  return { reason: verdict.reason, asked: askWhom({ verdict, evidence, admins, isOurs }) };
}

describe('whom to ask', () => {
  it('is the registered primary address for a claimed one', () => {
    expect(whom([ada, bob], unproven)).toEqual({
      reason: 'unproven-sender',
      asked: { as: 'sender', tenantId: 't1', adminId: 'a1', address: 'ada@example.com' },
    });
  });

  it.each([
    ['unproven', [unproven, secondaryOf(ada)]],
    ['proven', [secondaryOf(ada)]],
  ] as const)('is the primary address and not the %s secondary one that wrote', (_name, changes) => {
    expect(whom([ada, bob], ...changes)).toMatchObject({
      reason: 'not-primary',
      asked: { as: 'sender', address: 'ada@example.com' },
    });
  });

  it('is the dedicated mailbox of who wrote through a list', () => {
    const content = evidenceWith().content;
    if (content.result !== 'parsed') throw new Error('not parsed');
    const listed = {
      content: { ...content, automatic: marks({ list: { id: 'l.example.com' } }) },
    };
    expect(whom([ada], listed)).toMatchObject({ reason: 'shared-mailbox', asked: { address: 'ada@example.com' } });
  });

  it.each([
    ['the mailbox is shared', [admin({ mailbox: 'group' })], [unproven, by(admin({ mailbox: 'group' }))]],
    ['the mailbox became shared meanwhile', [admin({ mailbox: 'group' })], [unproven]],
    ['the admin is gone', [bob], [unproven]],
    ['the admin is suspended', [admin({ active: false })], [unproven]],
    ['the primary address changed since', [admin({ primaryEmail: 'new@example.com' })], [unproven]],
    ['the address became the primary one since', [admin({ primaryEmail: 'ada@home.example' })], [secondaryOf(ada)]],
    ['the address is ours', [admin({ primaryEmail: 'support@postern.test' })], [secondaryOf(ada)]],
    ['nobody is registered', [ada], [unregistered]],
    ['the mail is forged', [ada], [{ proofs: [], assurance: 'forged' } as const]],
    ['it is a recovery', [ada, bob], [asking('recovery-closure')]],
    ['it is in doubt', [ada, bob], [asking('delete-account', true)]],
  ] as const)('is nobody where %s', (_name, admins, changes) => {
    expect(whom([...admins], ...changes).asked).toBeNull();
  });

  it('is the owner for what needs authorization, or another admin when the owner asks', () => {
    const ask = asking('delete-account');
    expect(whom([ada, bob, carl], by(bob), ask)).toEqual({
      reason: 'needs-authorization',
      asked: { as: 'authorization', tenantId: 't1', adminId: 'a1', address: 'ada@example.com' },
    });
    expect(whom([ada, pay, carl, bob], ask).asked).toMatchObject({ adminId: 'a2' });
  });

  it.each([
    ['a tag of the mailbox that asked', { primaryEmail: 'bob@example.com' }, 'bob+owner@example.com'],
    ['that mailbox without its tag', { primaryEmail: 'bob+work@example.com' }, 'bob@example.com'],
    ['that mailbox with other dots', { primaryEmail: 'b.ob@gmail.com' }, 'bo.b+x@googlemail.com'],
  ])('is not an admin whose address is %s', (_name, change, primaryEmail) => {
    const asker = admin({ ...bob, ...change });
    const owner = admin({ primaryEmail });
    expect(whom([owner, asker], by(asker), asking('delete-account'))).toEqual({
      reason: 'needs-authorization',
      asked: null,
    });
    expect(whom([owner, asker, carl], by(asker), asking('delete-account')).asked).toMatchObject({ adminId: 'a3' });
  });

  it('is never whoever asked, by which address however, nor whose address asked', () => {
    const verdict = whom([ada, bob], by(ada), asking('delete-account'));
    expect(verdict.asked).toMatchObject({ adminId: 'a2' });
    const escalated = decide(
      evidenceWith(by(ada), asking('delete-account')),
      mailboxOf('support'),
      defaultPolicy,
      receivedAt,
    );
    if (escalated.outcome !== 'escalated') throw new Error('was not escalated');
    const ask = (admins: readonly AdminFacts[], ...changes: readonly Partial<Evidence>[]) =>
      askWhom({ verdict: escalated, evidence: evidenceWith(...changes), admins, isOurs: () => false });
    // From home: the office address of the same person is the same person.
    expect(ask([ada, bob], secondaryOf(ada))).toMatchObject({ adminId: 'a2' });
    expect(ask([ada], secondaryOf(ada))).toBeNull();
    // Nor the same mailbox, at home or in the office, registered for a colleague.
    expect(ask([ada, admin({ ...bob, primaryEmail: 'ada+b@example.com' })], secondaryOf(ada))).toBeNull();
    expect(ask([ada, admin({ ...bob, primaryEmail: 'ada+b@home.example' })], secondaryOf(ada))).toBeNull();
    // Nobody when the mail came, and an admin since.
    const colleague: Partial<Evidence> = {
      sender: { standing: { kind: 'tenant-domain', tenant: tenant() }, lookalike: null },
      author: { address: bob.primaryEmail, domain: 'example.com', displayName: '' },
    };
    expect(ask([bob], colleague)).toBeNull();
    expect(ask([bob, carl], colleague)).toMatchObject({ adminId: 'a3' });
  });

  it.each([
    ['there is no other admin', [ada, pay], [asking('delete-account')]],
    ['the other one has a shared mailbox', [ada, { ...bob, mailbox: 'group' }], [asking('delete-account')]],
    ['the request is unproven', [ada, bob], [unproven, asking('delete-account')]],
    ['a stranger asks', [ada, bob], [unregistered, asking('account-information')]],
  ] as const)('is nobody for what needs authorization where %s', (_name, admins, changes) => {
    expect(whom([...admins], ...changes)).toEqual({ reason: 'needs-authorization', asked: null });
  });
});

describe('how often', () => {
  it.each([
    [0, 0, 'ask'],
    [2, 0, 'ask'],
    [3, 0, 'summary'],
    [3, 1, 'hold'],
    [3, 99, 'hold'],
  ])('with %i asked and %i held: %s', (asked, held, how) => {
    expect(howToAsk({ asked, held }, defaultAskingLimits)).toBe(how);
  });

  it.each([
    ['waiting', 99, true],
    ['waiting', 100, false],
    ['confirmed', 1, false],
    ['denied', 1, false],
    ['expired', 1, false],
    ['held', 1, false],
  ] as const)('%s at %i takes an answer: %s', (state, now, expected) => {
    expect(takesAnswer({ state, expiresAt: 100 }, now)).toBe(expected);
  });
});

describe('a token', () => {
  const keys: VerificationKeys = [Buffer.alloc(32, 1)];
  const binding: VerificationBinding = {
    id: Buffer.alloc(16, 9).toString('hex'),
    expiresAt: 1_800_000_000_000,
    sha256: 'a'.repeat(64),
    askedAddress: 'ada@example.com',
  };
  const token = verificationToken(binding, keys);
  const holds = (text: string, against: VerificationBinding = binding, under: VerificationKeys = keys) => {
    const read = readVerificationToken(text);
    return read !== null && tokenHolds(read, against, under);
  };

  it('holds for its question, also under an older key', () => {
    expect(holds(token)).toBe(true);
    expect(holds(token, binding, [Buffer.alloc(32, 2), Buffer.alloc(32, 1)])).toBe(true);
    expect(token).toMatch(/^[\w.-]+$/);
  });

  it.each([
    ['another mail', { sha256: 'b'.repeat(64) }],
    ['another address', { askedAddress: 'eve@example.com' }],
    ['a longer life', { expiresAt: 1_900_000_000_000 }],
    ['another question', { id: Buffer.alloc(16, 8).toString('hex') }],
  ])('does not hold for %s', (_name, change) => {
    expect(holds(token, { ...binding, ...change })).toBe(false);
  });

  it('does not hold under another key, nor with any letter changed', () => {
    expect(holds(token, binding, [Buffer.alloc(32, 3)])).toBe(false);
    for (let index = 0; index < token.length; index += 1) {
      const letter = token[index] === '0' ? '1' : '0';
      const changed = `${token.slice(0, index)}${letter}${token.slice(index + 1)}`;
      // The last letter of base64url has bits that mean nothing.
      if (index !== token.length - 1) expect(holds(changed)).toBe(false);
    }
  });

  it.each(['', '.', 'a.b.c', `${token}x`, `${token}\n`, token.slice(1), 'x'.repeat(100_000)])('is not %#', (text) => {
    expect(readVerificationToken(text)).toBeNull();
  });
});

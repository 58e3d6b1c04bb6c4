/** What a verdict carries besides its outcome: who is answered, where it goes, what staff must not do, what they read. */
import { describe, expect, it } from 'vitest';
import type { Evidence, Proof } from '../../src/evidence/finding.ts';
import { decide, explain } from '../../src/verdict/decide.ts';
import type { Policy } from '../../src/verdict/policy.ts';
import type { Department, Verdict } from '../../src/verdict/verdict.ts';
import { defaultPolicy } from '../helpers/default-policy.ts';
import {
  admin,
  asking,
  content,
  denied,
  dmarc,
  evidenceWith,
  mailboxOf,
  pgp,
  primary,
  receivedAt,
  tenant,
  unproven,
  unregistered,
} from '../helpers/evidence.ts';

type Change = Partial<Evidence>;
type Where = { readonly to?: Department; readonly policy?: Partial<Policy> };

function judge(changes: readonly Change[], { policy, to }: Where = {}): Verdict {
  const settings = { ...defaultPolicy, ...policy };
  const verdict = decide(evidenceWith(...changes), mailboxOf(to ?? 'support'), settings, receivedAt);
  if (verdict.outcome === 'deferred') throw new Error('deferred');
  return verdict;
}

const herKey = { tenantId: 't1', adminId: 'a2', address: 'grace@example.com' };
const hisKey = { tenantId: 't1', adminId: 'a1', address: 'ada@example.com' };
const proofs = (...kinds: readonly Proof['kind'][]): Change => ({
  proofs: kinds.map((kind) => ({ kind, cause: 'made' })),
});
const from = (standing: Evidence['sender']['standing']): Change => ({ sender: { standing, lookalike: null } });
const alternate = from({ kind: 'alternate', tenant: tenant(), requests: ['credentials'] });
const secondary = from({ kind: 'secondary', tenant: tenant(), admin: admin() });

describe('who is answered', () => {
  it.each<[string, boolean, readonly Change[]]>([
    ['abuse', true, [{ content: content({}, { abuse: { label: 'threatening', because: [] } }) }]],
    ['recovery, even asked by the proven owner', true, [asking('recovery-disgruntled-admin')]],
    ['what may be recovery', true, [asking('recovery-closure', true)]],
    ['what reads like an automatic answer', true, [{ content: content({}, { automatic: true }) }]],
    ['a proven request to delete the account', false, [asking('delete-account')]],
    ['an unproven one', true, [unproven, asking('delete-account')]],
    ['a proven request for information', false, [asking('account-information')]],
    ['an unproven one of an unknown sender', true, [unregistered, asking('account-information')]],
    ['a denied network', true, [denied('client-network', { kind: 'network' })]],
    ['a denied envelope sender', false, [denied('envelope-sender')]],
    [
      'the same, of mail that nobody could read',
      true,
      [denied('envelope-sender'), { content: { result: 'unparseable', cause: 'x' } }],
    ],
    ['a bad signature', false, [pgp('bad')]],
    ['a bad signature on what asks for recovery', true, [pgp('bad'), asking('recovery-closure')]],
    ['conflicting proof', false, [pgp('pass', herKey)]],
    ['conflicting proof on what asks for recovery', true, [pgp('pass', herKey), asking('recovery-closure')]],
    ['quarantine', false, [dmarc({ policy: 'quarantine' })]],
    [
      'an imitation: silence would tell what is registered',
      false,
      [{ sender: { standing: { kind: 'unregistered' }, lookalike: { kind: 'homoglyph', of: 'example.com' } } }],
    ],
    ['who is no admin', false, [from({ kind: 'tenant-domain', tenant: tenant() })]],
  ])('%s: silent %s', (_name, silent, changes) => {
    expect(judge(changes)).toMatchObject({ silent });
  });
});

describe('a signature of somebody else', () => {
  it('conflicts with domain proof though it is good, and is a bad one without', () => {
    expect(judge([pgp('pass', herKey)])).toMatchObject({ reason: 'conflicting-proof' });
    expect(judge([pgp('pass', herKey), unproven])).toMatchObject({ reason: 'bad-signature' });
    expect(judge([pgp('pass', herKey), proofs('portal')])).toMatchObject({ reason: 'bad-signature' });
  });

  it('is nothing of the kind where it is the author’s own', () => {
    expect(judge([pgp('pass', hisKey)])).toMatchObject({ outcome: 'accepted' });
  });
});

describe('settings', () => {
  const imitation: Change = {
    sender: { standing: { kind: 'unregistered' }, lookalike: { kind: 'near-miss', of: 'example.com' } },
  };

  it('switch R-LOOKALIKE off', () => {
    expect(judge([imitation])).toMatchObject({ rule: 'R-LOOKALIKE' });
    expect(judge([imitation], { policy: { lookalikes: false } })).toMatchObject({ rule: 'D-PROSPECT' });
  });

  it('never make a front of a list without name', () => {
    const nameless: Change = { content: content({ list: { id: null } }) };
    expect(judge([nameless], { policy: { ownListIds: [''] } })).toMatchObject({ rule: 'W-SHARED' });
  });
});

describe('a secondary address', () => {
  it('counts where the address on file has confirmed this very mail', () => {
    expect(judge([secondary, proofs('confirmation')])).toMatchObject({ outcome: 'accepted', reason: 'confirmed' });
  });
});

describe('a contract', () => {
  const tls = (tls: string | null): Change => ({
    ...from(primary(tenant({ contract: { ...tenant().contract, requireTls: true } }))),
    transport: { tls, ip: '192.0.2.1', helo: 'x' },
  });

  it('that requires TLS is met by TLS', () => {
    expect(judge([tls('TLSv1.3')])).toMatchObject({ outcome: 'accepted', rule: 'W-PRIMARY' });
    expect(judge([tls(null)])).toMatchObject({ reason: 'insecure-channel' });
  });
});

describe('what staff never do stands on every accepted ticket', () => {
  it.each<[string, Change, Department]>([
    ['of an admin', {}, 'support'],
    ['of a prospect', unregistered, 'support'],
    ['of a contract address', alternate, 'support'],
    ['of a department', {}, 'finance-legal'],
  ])('%s', (_name, change, to) => {
    expect(judge([change, asking('credentials')], { to })).toMatchObject({
      outcome: 'accepted',
      prohibitions: ['credentials'],
    });
  });

  it('for each thing that a mail asks, whichever rule decided', () => {
    const request = { kind: 'ordinary', score: 0.8, doubt: false, because: [] } as const;
    const both: Change = { content: content({}, { request: { ...request, also: ['tenant-change', 'credentials'] } }) };
    expect(judge([both])).toMatchObject({ rule: 'W-PRIMARY', prohibitions: ['credentials', 'tenant-change'] });
  });

  it('and on no other', () => {
    expect(judge([asking('purchase')])).toMatchObject({ prohibitions: [] });
    expect(judge([asking('delete-account')])).toMatchObject({ prohibitions: [] });
  });
});

describe('where it goes', () => {
  it.each<[Department, Change, readonly string[]]>([
    ['sales', {}, ['an existing customer: concerns about the account belong to support']],
    ['sales', unregistered, []],
    ['account-management', unregistered, ['technical content is not theirs: support']],
    ['finance-legal', {}, []],
    ['security', {}, []],
  ])('%s reads what is not theirs', (to, change, detail) => {
    const verdict = judge([change], { to });
    expect(verdict).toMatchObject({ department: to });
    expect(verdict.detail).toEqual(detail);
  });
});

describe('data and production of a customer who is harmed (P-REMEDIATION)', () => {
  const severe = (severity: 1 | 2 | 3): Change => ({ content: content({}, { severity }) });
  const note = expect.stringMatching(
    /^P-REMEDIATION: only engineering .* after contact, with the express consent of an admin/,
  );

  it('is put right by engineering alone: whoever takes the ticket reads it', () => {
    expect(judge([severe(1)]).detail).toContainEqual(note);
    expect(judge([severe(1), alternate]).detail).toContainEqual(note);
    expect(judge([severe(1)])).toMatchObject({ outcome: 'accepted', prohibitions: [] });
  });

  it('is nobody’s matter where nothing stands still, or nothing of a tenant is told', () => {
    for (const change of [severe(2), severe(3)]) expect(judge([change]).detail).not.toContainEqual(note);
    expect(judge([severe(1), unregistered]).detail).not.toContainEqual(note);
    expect(judge([severe(1)], { to: 'sales' }).detail).not.toContainEqual(note);
  });
});

describe('language that may be meant to hurt (R-ABUSE in doubt)', () => {
  const doubted: Change = { content: content({}, { abuse: { label: 'none', because: [], doubt: true } }) };
  const note = expect.stringContaining('R-ABUSE in doubt');

  it('is told to staff, and nothing else follows', () => {
    expect(judge([doubted])).toMatchObject({ outcome: 'accepted', rule: judge([]).rule });
    for (const change of [[doubted], [doubted, unregistered]]) expect(judge(change).detail).toContainEqual(note);
    expect(judge([doubted], { to: 'sales' }).detail).toContainEqual(note);
    expect(judge([]).detail).not.toContainEqual(note);
  });
});

describe('abuse that no rule names (R-ABUSE)', () => {
  it('is told to be what the model alone sees', () => {
    const abuse = { label: 'abusive', because: [{ rule: 'model', words: ['pathetic'] }] } as const;
    expect(judge([{ content: content({}, { abuse }) }]).detail).toEqual([
      'abusive',
      'no rule names it: the words as a whole read like it',
    ]);
  });
});

describe('severity and assurance', () => {
  it('are those of the evidence; what nobody could read is the least severe', () => {
    expect(judge([{ content: content({}, { severity: 1 }) }])).toMatchObject({ severity: 1, assurance: 'proven' });
    expect(judge([unproven])).toMatchObject({ severity: 3, assurance: 'claimed' });
    expect(judge([{ content: { result: 'unparseable', cause: 'x' } }])).toMatchObject({ severity: 3 });
  });
});

describe('what reads like an automatic answer', () => {
  const said = [{ rule: 'closure', words: ['bankruptcy'] }];
  const request = (kind: 'recovery-closure' | 'delete-account' | 'ordinary', doubt = false): Change => ({
    content: content({}, { automatic: true, request: { kind, score: 0.9, doubt, because: said } }),
  });

  it.each(['recovery-closure', 'delete-account'] as const)(
    'waits for a person, who is told that it asks: %s',
    (kind) => {
      for (const doubt of [false, true]) {
        const verdict = judge([request(kind, doubt)]);
        expect(verdict).toMatchObject({ outcome: 'escalated', reason: 'doubtful', rule: 'R-AUTO', silent: true });
        expect(verdict.detail).toContain(`if a person wrote it, it asks: ${kind}`);
        expect(verdict.detail).toContain('closure: bankruptcy');
      }
    },
  );

  it('and asks nothing out of the ordinary says no more', () => {
    expect(judge([request('ordinary')]).detail).toEqual(['reads like an automatic answer, without its marks']);
  });

  it('waits for a person while support is ceased, too', () => {
    const changes = evidenceWith(request('recovery-closure'), { supportCeased: true });
    const { decision } = explain(changes, mailboxOf('support'), defaultPolicy, receivedAt);
    expect(decision).toMatchObject({ outcome: 'escalated', reason: 'doubtful' });
  });
});

describe('why a mail is in doubt', () => {
  const doubtful = (...rules: readonly string[]) =>
    judge([
      {
        content: content(
          {},
          {
            request: {
              kind: 'ordinary',
              score: 0.5,
              doubt: true,
              because: rules.map((rule) => ({ rule, words: rule === 'p-delete' ? ['delete'] : [] })),
            },
          },
        ),
      },
    ]).detail;

  it.each([
    ['unread', /was not read/],
    ['empty', /nothing is written/],
    ['said-elsewhere', /attachment/],
    ['forwarded', /passed on/],
    ['disguised', /in place of letters/],
    ['unsure', /no rule is sure/],
    ['language', /language/],
    ['model', /as a whole read like it/],
    ['model:delete-account', /may mean delete-account/],
    ['attached:delete-account', /attached .* delete-account$/],
    ['p-delete', /^p-delete: delete$/],
  ])('%s is told in words', (rule, expected) => {
    const [first, ...others] = doubtful(rule, rule);
    expect(first).toBe('ordinary (0.50), but not for sure');
    expect(others).toEqual([expect.stringMatching(expected)]);
  });
});

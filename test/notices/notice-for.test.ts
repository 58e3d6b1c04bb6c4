import { describe, expect, it } from 'vitest';
import type { Standing } from '../../src/directory/tenant.ts';
import type { DenylistFinding, Evidence, Proof } from '../../src/evidence/finding.ts';
import { evidenceAfter, noticeFor } from '../../src/notices/notice-for.ts';
import {
  acceptedReasons,
  type Department,
  departments,
  escalatedReasons,
  rejectedReasons,
  type Verdict,
} from '../../src/verdict/verdict.ts';
import {
  admin,
  asking,
  content,
  denied,
  dmarc,
  evidenceWith,
  pgp,
  primary,
  tenant,
  unproven,
  unregistered,
} from '../helpers/evidence.ts';
import { envelopeSender, judge, withVerdict } from './judged.ts';

const ada = 'ada@example.com';
const isOwn = (address: string): boolean => address.endsWith('@postern.test');
const as = (standing: Standing): Partial<Evidence> => ({ sender: { standing, lookalike: null } });
const secondary: Standing = {
  kind: 'secondary',
  tenant: tenant(),
  admin: admin({ primaryEmail: 'first@example.com' }),
};
const provenProspect: Partial<Evidence> = as({ kind: 'unregistered' });
const colleague = as({ kind: 'tenant-domain', tenant: tenant() });
const inactive = as(primary(tenant(), admin({ active: false })));
const free = as(primary(tenant({ tier: 'free' })));
const alternate = as({ kind: 'alternate', tenant: tenant(), requests: [] });
const helpdesk = as({ kind: 'helpdesk', tenant: tenant() });
const needsTls = as(
  primary(tenant({ contract: { requirePgp: 'none', requireTls: true, spfProves: false, alternateSenders: [] } })),
);
const noTls: Partial<Evidence> = { transport: { tls: null, ip: '192.0.2.1', helo: 'mx.example.com' } };
const lookalike: Partial<Evidence> = {
  sender: { standing: { kind: 'unregistered' }, lookalike: { kind: 'homoglyph', of: 'example.com' } },
};
const confirmed = (standing: Standing): Partial<Evidence> => ({
  ...as(standing),
  proofs: [{ kind: 'confirmation', cause: 'the address on file' }],
});

type Row = readonly [
  name: string,
  changes: readonly Partial<Evidence>[],
  department: Department,
  expected: { readonly kind: string; readonly to?: string; readonly because?: string } | null,
];

const proven = { to: ada, because: 'proven-sender' } as const;

const hitsOf = ({ denylist }: Partial<Evidence>): DenylistFinding['hits'] => denylist?.hits ?? [];

const table: readonly Row[] = [
  ['an admin', [], 'support', { kind: 'received', ...proven }],
  ['an admin at a contract address', [alternate], 'support', { kind: 'received', ...proven }],
  ['an admin who asks for a password', [asking('credentials')], 'support', { kind: 'never-done', ...proven }],
  ['an admin who asks to grant access', [asking('grant-access')], 'sales', { kind: 'never-done', ...proven }],
  ['an admin who asks to delete the account', [asking('delete-account')], 'support', { kind: 'needs-authorization' }],
  ['an admin who writes to sales', [], 'sales', { kind: 'receipt', ...proven }],
  ['a free tenant', [free], 'support', { kind: 'not-entitled', ...proven }],
  ['a free tenant that wants to buy', [free, asking('purchase')], 'support', { kind: 'receipt', ...proven }],
  ['a channel that the contract refuses', [needsTls, noTls], 'support', { kind: 'channel-refused', ...proven }],
  ['a prospect', [provenProspect], 'support', { kind: 'receipt', ...proven }],
  ['a prospect who asks for a password', [provenProspect, asking('credentials')], 'support', { kind: 'receipt' }],
  ['a prospect who asks to delete', [provenProspect, asking('delete-account')], 'support', { kind: 'receipt' }],
  ['somebody who is no admin', [colleague], 'support', { kind: 'receipt', ...proven }],
  [
    'somebody who is no admin and asks to delete',
    [colleague, asking('delete-account')],
    'support',
    { kind: 'receipt' },
  ],
  ['an admin who is not active', [inactive], 'support', { kind: 'receipt', ...proven }],
  ['an admin who is not active, to sales', [inactive, asking('credentials')], 'sales', { kind: 'receipt', ...proven }],
  ['a proven secondary address', [as(secondary)], 'support', { kind: 'receipt', ...proven }],
  ['a bad signature on a proven mail', [pgp('bad')], 'support', { kind: 'receipt', ...proven }],
  ['what we cannot decrypt', [pgp('undecryptable')], 'support', { kind: 'receipt', ...proven }],
  [
    'a secondary address, confirmed: the primary one that confirmed',
    [confirmed(secondary)],
    'sales',
    { kind: 'receipt', to: 'first@example.com', because: 'registered-primary' },
  ],

  ['an admin without proof', [unproven], 'support', null],
  ['an admin without proof, to sales', [unproven], 'sales', null],
  ['a secondary address without proof', [as(secondary), unproven], 'support', null],
  ['a contract address without proof', [alternate, unproven], 'support', null],
  ['an unregistered address without proof', [unregistered], 'support', null],
  ['an unregistered address without proof, to security', [unregistered], 'security', null],
  ['somebody at a tenant without proof', [colleague, { proofs: [], assurance: 'unknown' }], 'support', null],
  ['an inactive admin without proof', [inactive, unproven], 'support', null],
  ['a free tenant without proof', [free, unproven], 'support', null],
  ['an unproven request to delete', [unproven, asking('delete-account')], 'support', null],
  ['a forged mail', [dmarc({})], 'support', null],
  ['a mail that the domain would quarantine', [dmarc({ policy: 'quarantine' })], 'support', null],
  ['a look-alike, proven: silence would tell what is registered', [lookalike], 'support', { kind: 'receipt' }],
  ['a look-alike without proof', [lookalike, unproven], 'support', null],
  ['a deny-listed author', [denied('author')], 'support', null],
  ['a deny-listed network', [denied('client-network')], 'support', null],
  [
    'a prospect who names a denied envelope sender',
    [provenProspect, denied('envelope-sender')],
    'support',
    { kind: 'receipt' },
  ],
  ['a prospect who names a denied key', [provenProspect, denied('pgp-key')], 'support', { kind: 'receipt' }],
  ['the same without proof', [unregistered, denied('envelope-sender')], 'support', null],
  [
    'a denied author who names a denied envelope sender',
    [
      provenProspect,
      { denylist: { result: 'hit', hits: [...hitsOf(denied('author')), ...hitsOf(denied('envelope-sender'))] } },
    ],
    'support',
    null,
  ],
  ['a recovery request', [asking('recovery-closure')], 'support', null],
  ['what may be a recovery request', [asking('recovery-closure', true)], 'support', null],
  ['a tenant whose support is ceased', [{ supportCeased: true }], 'support', null],
  ['a help desk of the customer', [helpdesk], 'support', null],
  ['a help desk of the customer, to sales', [helpdesk], 'sales', null],
  ['abuse', [{ content: content({}, { abuse: { label: 'threatening', because: [] } }) }], 'support', null],
  [
    'abuse by somebody who is no admin',
    [colleague, { content: content({}, { abuse: { label: 'abusive', because: [] } }) }],
    'support',
    null,
  ],
  ['a mail that cannot be read', [{ content: { result: 'unparseable', cause: 'made' } }], 'support', null],
  ['a malformed mail', [{ form: [{ code: 'nul', detail: 'made' }], author: null }], 'support', null],

  ['a bounce', [{ nullSender: true }], 'support', null],
  ['Auto-Submitted', [{ content: content({ autoSubmitted: 'auto-replied' }) }], 'support', null],
  ['a delivery report', [{ content: content({ report: true }) }], 'support', null],
  ['a calendar answer', [{ content: content({ calendarMethod: 'REPLY' }) }], 'support', null],
  ['our own mark', [{ content: content({ ownMark: '01jother-0' }) }], 'support', null],
  ['a wish for no answer', [{ content: content({ suppressReply: true }) }], 'support', null],
  ['a wish for no answer, to sales', [{ content: content({ suppressReply: true }) }], 'sales', null],
  ['mail of a list', [{ content: content({ list: { id: 'announce.example.com' } }) }], 'sales', null],
  ['mail of a list without a name', [provenProspect, { content: content({ list: { id: null } }) }], 'support', null],
  ['words of an automatic answer', [{ content: content({}, { automatic: true }) }], 'support', null],
  ['Auto-Submitted: no', [{ content: content({ autoSubmitted: 'no' }) }], 'support', { kind: 'received', ...proven }],
  ['a calendar invitation', [{ content: content({ calendarMethod: 'REQUEST' }) }], 'support', { kind: 'received' }],
];

it.each(table)('%s', (_name, changes, department, expected) => {
  const { evidence, judged } = judge(changes, department);
  const notice = noticeFor(judged, evidence, isOwn);
  expect(notice && { kind: notice.kind, to: notice.to.address, because: notice.to.because }).toEqual(
    expected && { ...proven, ...expected },
  );
});

describe('an address that programs serve, or our own', () => {
  it.each([
    'mailer-daemon@example.com',
    'postmaster@example.com',
    'no-reply@example.com',
    'noreply+x@example.com',
    'donotreply@example.com',
    'owner-announce@example.com',
    'announce-request@example.com',
    'support@postern.test',
  ])('%s', (address) => {
    const author = { address, domain: 'example.com', displayName: '' };
    const { evidence, judged } = judge([provenProspect, { author }]);
    expect(noticeFor(judged, evidence, isOwn)).toBeNull();
  });

  it.each(['norman@example.com', 'requests@example.com', 'bouncer@example.com'])('but %s is a person', (address) => {
    const author = { address, domain: 'example.com', displayName: '' };
    const { evidence, judged } = judge([provenProspect, { author }]);
    expect(noticeFor(judged, evidence, isOwn)?.to.address).toBe(address);
  });
});

describe('whether an address or key that the sender only names is denied', () => {
  it.each(['envelope-sender', 'pgp-key'] as const)('shows in no notice: %s', (subject) => {
    const asks: readonly Partial<Evidence>[] = [
      {},
      asking('credentials'),
      asking('delete-account'),
      asking('recovery-closure'),
      asking('recovery-closure', true),
      pgp('bad'),
      { content: content({}, { abuse: { label: 'abusive', because: [] } }) },
      { content: { result: 'unparseable', cause: 'made' } },
    ];
    for (const ask of asks) {
      const [without, denying] = [
        [provenProspect, ask],
        [provenProspect, ask, denied(subject)],
      ].map((changes) => {
        const { evidence, judged } = judge(changes);
        return noticeFor(judged, evidence, isOwn);
      });
      expect(denying).toEqual(without);
    }
  });
});

describe('whether a PGP key is registered', () => {
  const asks: readonly Partial<Evidence>[] = [
    {},
    asking('credentials'),
    asking('delete-account'),
    asking('recovery-closure'),
    asking('recovery-closure', true),
  ];
  it('shows in no notice to a proven stranger, whatever is asked', () => {
    for (const ask of asks) {
      const [unknown, ...others] = [pgp('unknown-key'), pgp('bad'), pgp('revoked'), pgp('expired')].map((found) => {
        const { evidence, judged } = judge([provenProspect, ask, found]);
        return noticeFor(judged, evidence, isOwn);
      });
      for (const other of others) expect(other).toEqual(unknown);
    }
  });
});

describe('what may be told', () => {
  it('is the same for prospects, non-admins and inactive admins', () => {
    const secret = {
      content: content({}, { secrets: ['api-token', 'password', 'password'], language: 'fr' }),
    } as const;
    const notices = [provenProspect, colleague, inactive].map((standing) => {
      const { evidence, judged } = judge([standing, secret]);
      return noticeFor(judged, evidence, isOwn);
    });
    expect(notices[0]).toEqual({
      kind: 'receipt',
      to: { address: ada, because: 'proven-sender' },
      language: 'fr',
      rotate: ['password', 'api-token'],
    });
    expect(notices[1]).toEqual(notices[0]);
    expect(notices[2]).toEqual(notices[0]);
  });

  it('is nothing of a decrypted text that the sender has not signed', () => {
    const found = { content: content({}, { secrets: ['password'], language: 'fr' }) } as const;
    const of = (result: 'pass' | 'unknown-key' | 'none') => {
      const finding = pgp(result).pgp;
      const opened = finding === undefined ? {} : { pgp: { ...finding, encrypted: true } };
      const { evidence, judged } = judge([opened, found]);
      const notice = noticeFor(judged, evidence, isOwn);
      return [notice?.language, notice?.rotate];
    };
    expect(of('pass')).toEqual(['fr', ['password']]);
    expect(of('unknown-key')).toEqual(['en', []]);
    expect(of('none')).toEqual(['en', []]);
  });

  it('is the same whether the ciphertext opened or not', () => {
    const notices = (['none', 'unknown-key', 'undecryptable'] as const).map((result) => {
      const finding = pgp(result).pgp;
      const { evidence, judged } = judge(finding === undefined ? [] : [{ pgp: { ...finding, encrypted: true } }]);
      return noticeFor(judged, evidence, isOwn);
    });
    expect(notices[0]?.kind).toBe('receipt');
    expect(notices[1]).toEqual(notices[0]);
    expect(notices[2]).toEqual(notices[0]);
  });

  it('names what the contract asks for', () => {
    const { evidence, judged } = judge([needsTls, noTls]);
    expect(noticeFor(judged, evidence, isOwn)).toMatchObject({ demands: { pgp: 'none', tls: true } });
  });
});

describe('in every branch of verdict and assurance', () => {
  const confirmation: readonly Proof[] = [{ kind: 'confirmation', cause: 'made' }];
  const domain: readonly Proof[] = [{ kind: 'domain', cause: 'made' }];
  const group = primary(tenant(), admin({ mailbox: 'group' }));
  const standings: readonly Standing[] = [
    primary(),
    group,
    primary(tenant(), admin({ active: false })),
    secondary,
    { kind: 'alternate', tenant: tenant(), requests: [] },
    { kind: 'helpdesk', tenant: tenant() },
    { kind: 'tenant-domain', tenant: tenant() },
    { kind: 'unregistered' },
  ];
  const reasons = [
    ...acceptedReasons.map((reason) => ({ outcome: 'accepted', reason }) as const),
    ...rejectedReasons.map((reason) => ({ outcome: 'rejected', reason }) as const),
    ...escalatedReasons.map((reason) => ({ outcome: 'escalated', reason }) as const),
  ];
  const common = { rule: 'W-PRIMARY', detail: [], severity: 3, prohibitions: [] } as const;

  const all = reasons.flatMap((reason) =>
    departments.flatMap((department) =>
      standings.flatMap((standing) =>
        (['proven', 'claimed', 'unknown', 'forged'] as const).flatMap((assurance) =>
          [domain, confirmation, []].flatMap((proofs) =>
            [true, false].map((silent) => {
              const verdict: Verdict = { ...common, ...reason, department, assurance, silent };
              return {
                silent,
                assurance,
                proofs,
                standing,
                ...withVerdict(evidenceWith({ ...as(standing), assurance, proofs }), verdict),
              };
            }),
          ),
        ),
      ),
    ),
  );

  it('nobody but a proven author or a registered primary address is written to', () => {
    const sent = all.flatMap((one) => {
      const notice = noticeFor(one.judged, one.evidence, isOwn);
      return notice === null ? [] : [{ ...one, notice }];
    });
    expect(all.length).toBeGreaterThan(20_000);
    expect(sent.length).toBeGreaterThan(500);
    for (const { assurance, notice, proofs, silent, standing } of sent) {
      expect(silent).toBe(false);
      expect(assurance).toBe('proven');
      expect(proofs.length).toBeGreaterThan(0);
      expect(standing.kind).not.toBe('helpdesk');
      const isConfirmed = proofs === confirmation;
      expect(notice.to).toEqual(
        isConfirmed
          ? { address: 'admin' in standing ? standing.admin.primaryEmail : '', because: 'registered-primary' }
          : { address: ada, because: 'proven-sender' },
      );
      if (isConfirmed && 'admin' in standing)
        expect(standing.admin).toMatchObject({ active: true, mailbox: 'dedicated' });
    }
  });

  it('evidence and verdict must agree that it is proven', () => {
    const { evidence, judged } = judge([]);
    const claimed = { ...judged, verdict: { ...judged.verdict, assurance: 'claimed' } } as const;
    expect(noticeFor(claimed, evidence, isOwn)).toBeNull();
    expect(noticeFor(judged, { ...evidence, assurance: 'claimed' }, isOwn)).toBeNull();
    expect(noticeFor(judged, { ...evidence, proofs: [] }, isOwn)).toBeNull();
    const other = { ...judged, sender: { ...judged.sender, address: envelopeSender } };
    expect(noticeFor(other, evidence, isOwn)).toBeNull();
  });

  it('a mail that was refused in the session has had its answer', () => {
    const { evidence, judged } = judge([]);
    expect(noticeFor({ ...judged, spoolKey: null }, evidence, isOwn)).toBeNull();
  });
});

describe('what asks for no answer, each by itself and whatever the verdict was', () => {
  const accepted = judge([]);

  it.each<readonly [string, Partial<Evidence>]>([
    ['the null sender', { nullSender: true }],
    ['a report', { content: content({ report: true }) }],
    ['our own mark', { content: content({ ownMark: 'm1' }) }],
    ['a list', { content: content({ list: { id: 'l.example' } }) }],
    ['an answer to an invitation', { content: content({ calendarMethod: 'REPLY' }) }],
    ['Auto-Submitted', { content: content({ autoSubmitted: 'auto-replied' }) }],
  ])('%s', (_name, change) => {
    expect(noticeFor(accepted.judged, accepted.evidence, isOwn)).not.toBeNull();
    expect(noticeFor(accepted.judged, { ...accepted.evidence, ...change }, isOwn)).toBeNull();
  });
});

describe('the evidence after a later decision', () => {
  it('is proven by who vouched for it, and never where the domain itself says that it is forged', () => {
    const { judged } = judge([unproven]);
    const followUp = { number: 1, kind: 'confirmation', actor: 'ada', at: 1 } as const;
    const confirmedMail = { ...judged, followUp, sender: { ...judged.sender, proof: ['confirmation'] } } as const;
    const claimed = evidenceWith(unproven);
    expect(evidenceAfter(confirmedMail, claimed).assurance).toBe('proven');
    expect(evidenceAfter(judged, claimed)).toBe(claimed);
    const forged: Evidence = { ...claimed, assurance: 'forged' };
    expect(evidenceAfter(confirmedMail, forged)).toBe(forged);
  });
});

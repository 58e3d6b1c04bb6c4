/** POLICY's "Order of the rules": of two neighbours that both match the earlier one wins, and which rules a department lifts. */
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/finding.ts';
import { decide, rules } from '../../src/verdict/decide.ts';
import { type Department, departments } from '../../src/verdict/verdict.ts';
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
const from = (standing: Evidence['sender']['standing'], lookalike: Evidence['sender']['lookalike'] = null): Change => ({
  sender: { standing, lookalike },
});
const contract = { ...tenant().contract, requirePgp: 'signed' } as const;
const insecure = from(primary(tenant({ contract })));
const free = from(primary(tenant({ tier: 'free' })));
const freeAndInsecure = from(primary(tenant({ tier: 'free', contract })));
const helpdesk = from({ kind: 'helpdesk', tenant: tenant() });
const colleague = from({ kind: 'tenant-domain', tenant: tenant() });
const alternate = from({ kind: 'alternate', tenant: tenant(), requests: [] });
const secondary = from({ kind: 'secondary', tenant: tenant(), admin: admin() });
const former = from(primary(tenant(), admin({ active: false })));
const group = from(primary(tenant(), admin({ mailbox: 'group' })));
const formerGroup = from(primary(tenant(), admin({ active: false, mailbox: 'group' })));
const imitator = from({ kind: 'tenant-domain', tenant: tenant() }, { kind: 'homoglyph', of: 'bob@example.com' });
const network = denied('client-network', { kind: 'network', value: '192.0.2.0/24' });
const missing: Change = { missingAnswer: 'TXT of s1._domainkey.example.com' };
const unreadable: Change = { content: { result: 'unparseable', cause: 'deadline' } };
const automaticWords: Change = { content: content({}, { automatic: true }) };
const abuse = { label: 'abusive', because: [] } as const;
const abusive: Change = { content: content({}, { abuse }) };
const request = { score: 0.9, doubt: false, because: [] };
const throughList = { list: { id: 'all.example.com' } };

const judge = (to: Department, ...changes: readonly Change[]) => {
  const { outcome, reason, rule } = decide(evidenceWith(...changes), mailboxOf(to), defaultPolicy, receivedAt);
  return `${outcome} ${reason} ${rule}`;
};

describe('the order', () => {
  it('is the one of POLICY', () => {
    expect(rules.map(({ id }) => id).join(' ')).toBe(
      [
        'R-FORM R-DENY R-DEFER R-AUTO R-FORGED R-DENY W-HELPDESK R-NODECRYPT R-BADSIG P-DOUBT R-UNPARSEABLE R-AUTO',
        'X-DISGRUNTLED X-CLOSURE X-MISTAKE X-CESSATION X-PREVENT P-DOUBT X-CESSATION P-DELETE P-INFO P-TENANT',
        'R-LOOKALIKE W-INACTIVE W-SHARED W-CLAIMED W-SECONDARY W-CONTRACT W-NOTADMIN R-INSECURE R-ABUSE T-FREE',
        'P-CREDENTIALS P-ACCESS P-TENANT D-SALES D-FINLEGAL D-ACCTMGR D-SECURITY D-ESCMGR D-PROSPECT W-CONTRACT',
        'W-PORTAL W-SECONDARY W-PRIMARY',
      ].join(' '),
    );
  });

  it.each<[string, string, readonly Change[]]>([
    ['R-FORM before R-DENY', 'rejected malformed R-FORM', [{ form: [{ code: 'nul', detail: '' }] }, network]],
    ['R-DENY (network) before R-DEFER', 'rejected deny-listed R-DENY', [network, missing]],
    ['R-DEFER before R-AUTO', 'deferred dns R-DEFER', [missing, { nullSender: true }]],
    ['R-AUTO before R-FORGED', 'rejected automatic R-AUTO', [dmarc({}), { nullSender: true }]],
    [
      'R-AUTO by the null sender before what cannot be read',
      'rejected automatic R-AUTO',
      [unreadable, { nullSender: true }],
    ],
    ['R-FORGED before R-DENY (the rest)', 'rejected forged R-FORGED', [dmarc({}), denied('author')]],
    [
      'R-FORGED (quarantine) before R-DENY',
      'escalated suspicious R-FORGED',
      [dmarc({ policy: 'quarantine' }), denied('author')],
    ],
    ['R-DENY before W-HELPDESK', 'rejected deny-listed R-DENY', [helpdesk, denied('author')]],
    ['W-HELPDESK before R-NODECRYPT', 'rejected own-support-address W-HELPDESK', [helpdesk, pgp('undecryptable')]],
    ['W-HELPDESK before R-BADSIG', 'rejected own-support-address W-HELPDESK', [helpdesk, pgp('bad')]],
    ['R-BADSIG before what cannot be read', 'escalated bad-signature R-BADSIG', [unreadable, pgp('bad')]],
    ['R-BADSIG before automatic words', 'escalated bad-signature R-BADSIG', [automaticWords, pgp('bad')]],
    [
      'R-NODECRYPT before X-*',
      'escalated cannot-decrypt R-NODECRYPT',
      [asking('recovery-mistake'), pgp('no-integrity')],
    ],
    [
      'X-* before X-CESSATION in force',
      'escalated recovery X-PREVENT',
      [asking('recovery-preventative'), { supportCeased: true }],
    ],
    [
      'doubt before X-CESSATION in force',
      'escalated doubtful P-DOUBT',
      [asking('ordinary', true), { supportCeased: true }],
    ],
    [
      'X-CESSATION in force before P-INFO',
      'rejected support-ceased X-CESSATION',
      [asking('account-information'), { supportCeased: true }],
    ],
    [
      'P-INFO before R-LOOKALIKE',
      'escalated needs-authorization P-INFO',
      [imitator, unproven, asking('account-information')],
    ],
    [
      'becoming admin before R-LOOKALIKE',
      'escalated needs-authorization P-TENANT',
      [imitator, unproven, asking('become-admin')],
    ],
    ['becoming admin before W-NOTADMIN', 'escalated needs-authorization P-TENANT', [colleague, asking('become-admin')]],
    ['R-LOOKALIKE before W-NOTADMIN', 'escalated impersonation R-LOOKALIKE', [imitator, unproven]],
    ['W-INACTIVE before W-SHARED', 'rejected not-active-admin W-INACTIVE', [formerGroup]],
    ['W-INACTIVE before W-CLAIMED', 'rejected not-active-admin W-INACTIVE', [former, unproven]],
    ['W-SHARED before W-CLAIMED', 'escalated shared-mailbox W-SHARED', [group, unproven]],
    [
      'W-SHARED before W-SECONDARY',
      'escalated shared-mailbox W-SHARED',
      [secondary, { content: content(throughList) }],
    ],
    ['W-SHARED before R-INSECURE', 'escalated shared-mailbox W-SHARED', [insecure, { content: content(throughList) }]],
    ['W-CLAIMED before T-FREE', 'escalated unproven-sender W-CLAIMED', [free, unproven]],
    ['W-SECONDARY before R-ABUSE', 'escalated not-primary W-SECONDARY', [secondary, abusive]],
    ['W-NOTADMIN before R-ABUSE', 'rejected not-an-admin W-NOTADMIN', [colleague, abusive]],
    ['R-INSECURE before R-ABUSE', 'rejected insecure-channel R-INSECURE', [insecure, abusive]],
    ['R-INSECURE before T-FREE', 'rejected insecure-channel R-INSECURE', [freeAndInsecure]],
    ['R-ABUSE before T-FREE', 'escalated abuse R-ABUSE', [free, abusive]],
    [
      'R-ABUSE before prohibitions',
      'escalated abuse R-ABUSE',
      [{ content: content({}, { abuse, request: { ...request, kind: 'credentials' } }) }],
    ],
    ['T-FREE before prohibitions', 'rejected not-entitled T-FREE', [free, asking('grant-access')]],
    ['prohibitions before the prospect', 'accepted prospect P-ACCESS', [unregistered, asking('grant-access')]],
  ])('%s', (_name, expected, changes) => {
    expect(judge('support', ...changes)).toBe(expected);
  });
});

it('R-INSECURE itself, too, says nothing to who has not proven its address: no order of rules must bring that about', () => {
  const rule = rules.find(({ id }) => id === 'R-INSECURE');
  const item = { mailbox: mailboxOf('support'), policy: defaultPolicy, now: receivedAt };
  expect(rule?.judge({ ...item, evidence: evidenceWith(insecure) })).toMatchObject({ reason: 'insecure-channel' });
  expect(rule?.judge({ ...item, evidence: evidenceWith(insecure, unproven) })).toBeNull();
});

describe('the department of the recipient', () => {
  const others = departments.filter((department) => department !== 'support' && department !== 'prospect');

  it.each<[string, Change]>([
    ['W-HELPDESK', helpdesk],
    ['W-INACTIVE', former],
    ['W-SHARED', group],
    ['W-CLAIMED', unproven],
    ['W-SECONDARY', secondary],
    ['W-CONTRACT', { ...alternate, ...unproven }],
    ['W-NOTADMIN', colleague],
    ['R-INSECURE', insecure],
    ['T-FREE', free],
    ['X-CESSATION', { supportCeased: true }], // ordinary *support* requests alone are ignored
  ])('lifts %s', (rule, change) => {
    expect(judge('support', change)).toContain(rule);
    for (const department of others) expect(judge(department, change)).toContain('accepted department D-');
  });

  it.each<[string, Change]>([
    ['R-FORM', { form: [{ code: 'no-from', detail: '' }] }],
    ['R-DENY', network],
    ['R-DEFER', missing],
    ['R-AUTO', { nullSender: true }],
    ['R-AUTO', automaticWords],
    ['R-FORGED', dmarc({})],
    ['R-NODECRYPT', pgp('undecryptable')],
    ['R-BADSIG', pgp('revoked')],
    ['R-UNPARSEABLE', unreadable],
    ['X-CLOSURE', asking('recovery-closure')],
    ['P-DOUBT', asking('delete-account', true)],
    ['P-DELETE', asking('delete-account')],
    ['P-INFO', asking('account-information')],
    ['P-TENANT', asking('become-admin')],
    ['R-LOOKALIKE', imitator],
    ['R-ABUSE', abusive],
    ['P-CREDENTIALS', asking('credentials')],
  ])('leaves %s', (rule, change) => {
    const unprovenImitator = rule === 'R-LOOKALIKE' ? unproven : {};
    for (const department of departments) {
      if (department !== 'prospect') expect(judge(department, change, unprovenImitator)).toContain(` ${rule}`);
    }
  });

  it('closes security@ to no denied address or domain, for appeals must get through, but to networks and keys', () => {
    for (const kind of ['email', 'domain', 'subdomains'] as const) {
      expect(judge('security', denied('author', { kind }))).toBe('accepted department D-SECURITY');
      expect(judge('security', denied('envelope-sender', { kind }))).toBe('accepted department D-SECURITY');
      expect(judge('sales', denied('author', { kind }))).toBe('rejected deny-listed R-DENY');
    }
    expect(judge('security', denied('pgp-key', { kind: 'pgp' }))).toBe('rejected deny-listed R-DENY');
    expect(judge('security', network)).toBe('rejected deny-listed R-DENY');
  });
});

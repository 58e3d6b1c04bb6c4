/**
 * The table of the whole policy: for each rule a mail that meets it, one that nearly does, and one where an earlier rule
 * wins. Evidence is built by hand here; the checks that make it have tables of their own.
 */
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/finding.ts';
import { decide, explain, rules } from '../../src/verdict/decide.ts';
import type { Policy } from '../../src/verdict/policy.ts';
import type { Case } from '../../src/verdict/rule.ts';
import type { Department } from '../../src/verdict/verdict.ts';
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

type Row = {
  readonly why: string;
  readonly evidence: readonly Partial<Evidence>[];
  readonly to?: Department;
  readonly policy?: Partial<Policy>;
  readonly expect: `${string} ${string} ${string}`;
};

const from = (standing: Evidence['sender']['standing'], lookalike: Evidence['sender']['lookalike'] = null) => ({
  sender: { standing, lookalike },
});
const allowed = from({ kind: 'secondary', tenant: tenant(), admin: admin(), allowedUntil: receivedAt + 1 });
const secondary = from({ kind: 'secondary', tenant: tenant(), admin: admin() });
const alternate = (requests: readonly string[] = []) => from({ kind: 'alternate', tenant: tenant(), requests });
const colleague = from({ kind: 'tenant-domain', tenant: tenant() });
const helpdesk = from({ kind: 'helpdesk', tenant: tenant() });
const form: Partial<Evidence> = { form: [{ code: 'several-from-fields', detail: 'two' }] };
const missing = (sinceHours: number | null): Partial<Evidence> => ({
  missingAnswer: 'TXT of s1._domainkey.example.com',
  deferredSince: sinceHours === null ? null : receivedAt - sinceHours * 3_600_000,
});
const network = denied('client-network', { kind: 'network', value: '192.0.2.0/24' });
const abusive = content({}, { abuse: { label: 'abusive', because: [{ rule: 'insult-at-you', words: [] }] } });
const threat = content({}, { abuse: { label: 'threatening', because: [{ rule: 'threat-harm', words: [] }] } });
const imitates = from({ kind: 'unregistered' }, { kind: 'homoglyph', of: 'example.com' });
const contract = (changes: Partial<ReturnType<typeof tenant>['contract']>) =>
  from(primary(tenant({ contract: { ...tenant().contract, ...changes } })));
const freeTenant = from(primary(tenant({ tier: 'free' })));
const encrypted = (state: Evidence['pgp']['result']): Partial<Evidence> => ({
  pgp: { ...evidenceWith(pgp(state)).pgp, encrypted: true },
});
const hisKey = { tenantId: 't1', adminId: 'a1', address: 'ada@example.com' };
const herKey = { tenantId: 't1', adminId: 'a2', address: 'grace@example.com' };

const table: readonly Row[] = [
  // R-FORM
  { why: 'two From fields', evidence: [form], expect: 'rejected malformed R-FORM' },
  { why: 'form comes before a denied network', evidence: [network, form], expect: 'rejected malformed R-FORM' },
  // R-DENY, network
  { why: 'a denied network, proven sender or not', evidence: [network], expect: 'rejected deny-listed R-DENY' },
  {
    why: 'a denied network before deferral',
    evidence: [missing(null), network],
    expect: 'rejected deny-listed R-DENY',
  },
  {
    why: 'a denied network closes security@ too',
    evidence: [network],
    to: 'security',
    expect: 'rejected deny-listed R-DENY',
  },
  {
    why: "another mailbox's network entry",
    evidence: [
      denied('client-network', { kind: 'network', scope: { kind: 'mailbox', mailbox: 'sales@postern.test' } }),
    ],
    expect: 'accepted admin W-PRIMARY',
  },
  {
    why: "a tenant's own network entry waits until forgery is excluded",
    evidence: [denied('client-network', { kind: 'network', scope: { kind: 'tenant', tenantId: 't1' } }), dmarc({})],
    expect: 'rejected forged R-FORGED',
  },
  // R-DEFER
  { why: 'an aligned answer is missing', evidence: [missing(null)], expect: 'deferred dns R-DEFER' },
  { why: 'missing for less than the limit', evidence: [missing(11)], expect: 'deferred dns R-DEFER' },
  {
    why: 'missing for the limit: judged as unproven',
    evidence: [missing(12), unproven],
    expect: 'escalated unproven-sender W-CLAIMED',
  },
  {
    why: 'deferred before automatic mail',
    evidence: [missing(null), { nullSender: true }],
    expect: 'deferred dns R-DEFER',
  },
  // R-AUTO
  { why: 'null sender', evidence: [{ nullSender: true }], expect: 'rejected automatic R-AUTO' },
  { why: 'a report', evidence: [{ content: content({ report: true }) }], expect: 'rejected automatic R-AUTO' },
  {
    why: 'auto-replied',
    evidence: [{ content: content({ autoSubmitted: 'auto-replied' }) }],
    expect: 'rejected automatic R-AUTO',
  },
  {
    why: 'Auto-Submitted: no',
    evidence: [{ content: content({ autoSubmitted: 'no' }) }],
    expect: 'accepted admin W-PRIMARY',
  },
  {
    why: 'calendar reply',
    evidence: [{ content: content({ calendarMethod: 'REPLY' }) }],
    expect: 'rejected automatic R-AUTO',
  },
  {
    why: 'calendar request is ordinary',
    evidence: [{ content: content({ calendarMethod: 'REQUEST' }) }],
    expect: 'accepted admin W-PRIMARY',
  },
  { why: 'our own mark', evidence: [{ content: content({ ownMark: 'x' }) }], expect: 'rejected automatic R-AUTO' },
  {
    why: 'Precedence only suppresses notices',
    evidence: [{ content: content({ suppressReply: true }) }],
    expect: 'accepted admin W-PRIMARY',
  },
  {
    why: 'automatic comes before forged',
    evidence: [dmarc({}), { nullSender: true }],
    expect: 'rejected automatic R-AUTO',
  },
  {
    why: 'automatic by text alone',
    evidence: [{ content: content({}, { automatic: true }) }],
    expect: 'escalated doubtful R-AUTO',
  },
  {
    why: 'out-of-office words do not lift forgery',
    evidence: [dmarc({}), { content: content({}, { automatic: true }) }],
    expect: 'rejected forged R-FORGED',
  },
  // R-FORGED
  { why: 'evaluated reject', evidence: [dmarc({})], expect: 'rejected forged R-FORGED' },
  { why: 'evaluated quarantine', evidence: [dmarc({ policy: 'quarantine' })], expect: 'escalated suspicious R-FORGED' },
  {
    why: 'quarantine whatever a trusted ARC chain saw',
    evidence: [dmarc({ policy: 'quarantine' }, { result: 'pass', trusted: true, sawDmarcPass: true })],
    expect: 'escalated suspicious R-FORGED',
  },
  {
    why: 'evaluated none',
    evidence: [dmarc({ policy: 'none' }), unproven],
    expect: 'escalated unproven-sender W-CLAIMED',
  },
  {
    why: 'trusted ARC that saw a pass',
    evidence: [dmarc({}, { result: 'pass', trusted: true, sawDmarcPass: true })],
    expect: 'escalated suspicious R-FORGED',
  },
  {
    why: 'trusted ARC that saw no pass',
    evidence: [dmarc({}, { result: 'pass', trusted: true })],
    expect: 'rejected forged R-FORGED',
  },
  {
    why: 'untrusted ARC',
    evidence: [dmarc({}, { result: 'pass', sawDmarcPass: true })],
    expect: 'rejected forged R-FORGED',
  },
  {
    why: 'PGP does not rescue a forged mail',
    evidence: [dmarc({}), pgp('pass', hisKey), { proofs: [{ kind: 'pgp', cause: '' }] }],
    expect: 'rejected forged R-FORGED',
  },
  {
    why: 'forged comes before the deny-list',
    evidence: [dmarc({}), denied('author')],
    expect: 'rejected forged R-FORGED',
  },
  { why: 'forged at sales@ too', evidence: [dmarc({})], to: 'sales', expect: 'rejected forged R-FORGED' },
  // R-DENY, the rest
  { why: 'denied author', evidence: [denied('author')], expect: 'rejected deny-listed R-DENY' },
  { why: 'denied envelope sender', evidence: [denied('envelope-sender')], expect: 'rejected deny-listed R-DENY' },
  { why: 'denied at sales@', evidence: [denied('author')], to: 'sales', expect: 'rejected deny-listed R-DENY' },
  {
    why: 'an appeal to security@',
    evidence: [denied('author')],
    to: 'security',
    expect: 'accepted department D-SECURITY',
  },
  {
    why: 'a denied key stays denied at security@',
    evidence: [denied('pgp-key', { kind: 'pgp' })],
    to: 'security',
    expect: 'rejected deny-listed R-DENY',
  },
  {
    why: 'entry for another tenant',
    evidence: [denied('author', { scope: { kind: 'tenant', tenantId: 't2' } })],
    expect: 'accepted admin W-PRIMARY',
  },
  {
    why: 'entry for this tenant',
    evidence: [denied('author', { scope: { kind: 'tenant', tenantId: 't1' } })],
    expect: 'rejected deny-listed R-DENY',
  },
  {
    why: 'entry for this mailbox',
    evidence: [denied('author', { scope: { kind: 'mailbox', mailbox: 'support@postern.test' } })],
    expect: 'rejected deny-listed R-DENY',
  },
  {
    why: 'denied comes before recovery',
    evidence: [denied('author'), asking('recovery-closure')],
    expect: 'rejected deny-listed R-DENY',
  },
  // W-HELPDESK
  { why: "the customer's help desk", evidence: [helpdesk], expect: 'rejected own-support-address W-HELPDESK' },
  { why: 'the help desk at sales@', evidence: [helpdesk], to: 'sales', expect: 'accepted department D-SALES' },
  {
    why: 'the help desk before a recovery request',
    evidence: [helpdesk, asking('recovery-closure')],
    expect: 'rejected own-support-address W-HELPDESK',
  },
  // R-NODECRYPT, R-BADSIG
  { why: 'a key we do not hold', evidence: [pgp('undecryptable')], expect: 'escalated cannot-decrypt R-NODECRYPT' },
  { why: 'no integrity', evidence: [pgp('no-integrity')], expect: 'escalated cannot-decrypt R-NODECRYPT' },
  ...(['bad', 'revoked', 'expired', 'weak', 'replayed'] as const).map(
    (state): Row => ({ why: state, evidence: [pgp(state)], expect: 'escalated bad-signature R-BADSIG' }),
  ),
  { why: 'unknown key: no penalty', evidence: [pgp('unknown-key')], expect: 'accepted admin W-PRIMARY' },
  { why: 'partial: no penalty', evidence: [pgp('partial')], expect: 'accepted admin W-PRIMARY' },
  {
    why: 'partial where the contract requires PGP',
    evidence: [contract({ requirePgp: 'signed' }), pgp('partial')],
    expect: 'escalated bad-signature R-BADSIG',
  },
  { why: 'two people', evidence: [pgp('bad', herKey)], expect: 'escalated conflicting-proof R-BADSIG' },
  {
    why: "somebody else's key without domain proof",
    evidence: [pgp('bad', herKey), unproven],
    expect: 'escalated bad-signature R-BADSIG',
  },
  {
    why: 'bad signature comes before recovery',
    evidence: [pgp('bad'), asking('recovery-closure')],
    expect: 'escalated bad-signature R-BADSIG',
  },
  {
    why: 'an unknown key where the contract requires a signature and encryption',
    evidence: [pgp('unknown-key'), contract({ requirePgp: 'encrypted-signed' })],
    expect: 'escalated bad-signature R-BADSIG',
  },
  // P-DOUBT: encrypted, and not signed inside by the sender
  ...(['none', 'unknown-key', 'partial'] as const).flatMap((state): Row[] => [
    {
      why: `encrypted, inside ${state}: nobody judged what is asked`,
      evidence: [encrypted(state)],
      expect: 'escalated doubtful P-DOUBT',
    },
    {
      why: `encrypted, inside ${state}, at sales@ too`,
      evidence: [encrypted(state), unregistered],
      to: 'sales',
      expect: 'escalated doubtful P-DOUBT',
    },
  ]),
  {
    why: 'encrypted and signed inside by the sender',
    evidence: [encrypted('pass')],
    expect: 'accepted admin W-PRIMARY',
  },
  { why: 'the same, bound by nothing', evidence: [encrypted('unbound')], expect: 'accepted admin W-PRIMARY' },
  {
    why: 'a wrong signature inside comes first',
    evidence: [encrypted('revoked')],
    expect: 'escalated bad-signature R-BADSIG',
  },
  {
    why: 'the contract that requires PGP is not what stops it: ciphertext that does not open looks the same',
    evidence: [contract({ requirePgp: 'signed' }), encrypted('none')],
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    why: 'the help desk before its ciphertext',
    evidence: [helpdesk, encrypted('none')],
    expect: 'rejected own-support-address W-HELPDESK',
  },
  // R-UNPARSEABLE
  {
    why: 'unreadable',
    evidence: [{ content: { result: 'unparseable', cause: 'deadline' } }],
    expect: 'escalated unparseable R-UNPARSEABLE',
  },
  {
    why: 'unreadable at sales@',
    evidence: [{ content: { result: 'unparseable', cause: 'deadline' } }],
    to: 'sales',
    expect: 'escalated unparseable R-UNPARSEABLE',
  },
  // X-*
  ...(
    [
      ['recovery-disgruntled-admin', 'X-DISGRUNTLED'],
      ['recovery-closure', 'X-CLOSURE'],
      ['recovery-mistake', 'X-MISTAKE'],
      ['recovery-cessation', 'X-CESSATION'],
      ['recovery-preventative', 'X-PREVENT'],
    ] as const
  ).flatMap(([kind, id]): Row[] => [
    { why: `${kind} by a stranger`, evidence: [unregistered, asking(kind)], expect: `escalated recovery ${id}` },
    { why: `${kind} doubtful`, evidence: [asking(kind, true)], expect: 'escalated doubtful P-DOUBT' },
    { why: `${kind} at sales@`, evidence: [asking(kind)], to: 'sales', expect: `escalated recovery ${id}` },
    { why: `${kind} by a free tenant`, evidence: [freeTenant, asking(kind)], expect: `escalated recovery ${id}` },
  ]),
  // X-CESSATION in force
  { why: 'ceased', evidence: [{ supportCeased: true }], expect: 'rejected support-ceased X-CESSATION' },
  { why: 'ceased, to sales@', evidence: [{ supportCeased: true }], to: 'sales', expect: 'accepted department D-SALES' },
  {
    why: 'ceased, but a recovery request joins its case',
    evidence: [{ supportCeased: true }, asking('recovery-disgruntled-admin')],
    expect: 'escalated recovery X-DISGRUNTLED',
  },
  // P-DELETE, P-INFO, becoming admin
  { why: 'delete', evidence: [asking('delete-account')], expect: 'escalated needs-authorization P-DELETE' },
  {
    why: 'delete, written to sales@',
    evidence: [asking('delete-account')],
    to: 'sales',
    expect: 'escalated needs-authorization P-DELETE',
  },
  { why: 'delete, doubtful', evidence: [asking('delete-account', true)], expect: 'escalated doubtful P-DOUBT' },
  { why: 'information', evidence: [asking('account-information')], expect: 'escalated needs-authorization P-INFO' },
  { why: 'make me admin', evidence: [asking('become-admin')], expect: 'escalated needs-authorization P-TENANT' },
  {
    why: 'delete comes before look-alike',
    evidence: [imitates, unproven, asking('delete-account')],
    expect: 'escalated needs-authorization P-DELETE',
  },
  {
    why: 'ceased comes before delete',
    evidence: [{ supportCeased: true }, asking('delete-account')],
    expect: 'rejected support-ceased X-CESSATION',
  },
  // R-LOOKALIKE
  { why: 'homoglyph, even proven', evidence: [imitates], expect: 'escalated impersonation R-LOOKALIKE' },
  { why: 'homoglyph at sales@', evidence: [imitates], to: 'sales', expect: 'escalated impersonation R-LOOKALIKE' },
  {
    why: 'a registered address is nobody else',
    evidence: [from(primary(), { kind: 'near-miss', of: 'exampla.com' })],
    expect: 'accepted admin W-PRIMARY',
  },
  {
    why: 'a proven colleague is nobody else',
    evidence: [from({ kind: 'tenant-domain', tenant: tenant() }, { kind: 'near-miss', of: 'exampla.com' })],
    expect: 'rejected not-an-admin W-NOTADMIN',
  },
  {
    why: 'an unproven colleague may be',
    evidence: [from({ kind: 'tenant-domain', tenant: tenant() }, { kind: 'near-miss', of: 'exampla.com' }), unproven],
    expect: 'escalated impersonation R-LOOKALIKE',
  },
  // W-*
  { why: 'proven primary', evidence: [], expect: 'accepted admin W-PRIMARY' },
  { why: 'claimed primary', evidence: [unproven], expect: 'escalated unproven-sender W-CLAIMED' },
  { why: 'claimed primary at sales@', evidence: [unproven], to: 'sales', expect: 'accepted department D-SALES' },
  { why: 'secondary', evidence: [secondary], expect: 'escalated not-primary W-SECONDARY' },
  {
    why: 'secondary, accepted by setting',
    evidence: [secondary],
    policy: { acceptSecondary: true },
    expect: 'accepted admin W-SECONDARY',
  },
  { why: 'secondary, allowed by staff', evidence: [allowed], expect: 'accepted admin W-SECONDARY' },
  {
    why: 'secondary, allowed but unproven',
    evidence: [allowed, unproven],
    expect: 'escalated not-primary W-SECONDARY',
  },
  {
    why: 'secondary, allowed, and asks for more than the ordinary',
    evidence: [allowed, asking('grant-access')],
    expect: 'escalated not-primary W-SECONDARY',
  },
  {
    why: 'secondary, allowed until a moment ago',
    evidence: [from({ kind: 'secondary', tenant: tenant(), admin: admin(), allowedUntil: receivedAt })],
    expect: 'escalated not-primary W-SECONDARY',
  },
  {
    why: 'secondary, allowed, of an admin who left',
    evidence: [
      from({ kind: 'secondary', tenant: tenant(), admin: admin({ active: false }), allowedUntil: receivedAt + 1 }),
    ],
    expect: 'rejected not-active-admin W-INACTIVE',
  },
  {
    why: 'secondary, accepted by setting but unproven',
    evidence: [secondary, unproven],
    policy: { acceptSecondary: true },
    expect: 'escalated not-primary W-SECONDARY',
  },
  {
    why: 'former admin',
    evidence: [from(primary(tenant(), admin({ active: false })))],
    expect: 'rejected not-active-admin W-INACTIVE',
  },
  {
    why: "former admin's secondary address, unproven",
    evidence: [from({ kind: 'secondary', tenant: tenant(), admin: admin({ active: false }) }), unproven],
    expect: 'rejected not-active-admin W-INACTIVE',
  },
  { why: 'colleague', evidence: [colleague], expect: 'rejected not-an-admin W-NOTADMIN' },
  {
    why: 'colleague to finance@',
    evidence: [colleague],
    to: 'finance-legal',
    expect: 'accepted department D-FINLEGAL',
  },
  {
    why: 'group mailbox',
    evidence: [from(primary(tenant(), admin({ mailbox: 'group' })))],
    expect: 'escalated shared-mailbox W-SHARED',
  },
  {
    why: 'through a list',
    evidence: [{ content: content({ list: { id: 'all.example.com' } }) }],
    expect: 'escalated shared-mailbox W-SHARED',
  },
  {
    why: 'through our own front',
    evidence: [{ content: content({ list: { id: 'front.postern.test' } }) }],
    policy: { ownListIds: ['front.postern.test'] },
    expect: 'accepted admin W-PRIMARY',
  },
  {
    why: 'a list without id is nobody’s front',
    evidence: [{ content: content({ list: { id: null } }) }],
    policy: { ownListIds: ['front.postern.test'] },
    expect: 'escalated shared-mailbox W-SHARED',
  },
  {
    why: 'through a list, but the address on file has confirmed this very mail',
    evidence: [
      { content: content({ list: { id: 'all.example.com' } }), proofs: [{ kind: 'confirmation', cause: 'by button' }] },
    ],
    expect: 'accepted confirmed W-PRIMARY',
  },
  {
    why: 'a contract address through a list',
    evidence: [alternate(), { content: content({ list: { id: 'all.example.com' } }) }],
    expect: 'escalated shared-mailbox W-SHARED',
  },
  {
    why: 'a stranger through a list is a prospect all the same',
    evidence: [unregistered, { content: content({ list: { id: 'all.example.com' } }) }],
    expect: 'accepted prospect D-PROSPECT',
  },
  { why: 'contract address', evidence: [alternate()], expect: 'accepted contract W-CONTRACT' },
  {
    why: 'contract address, unproven',
    evidence: [alternate(), unproven],
    expect: 'escalated unproven-sender W-CONTRACT',
  },
  {
    why: 'contract address asks more than the contract lists',
    evidence: [alternate(), asking('credentials')],
    expect: 'escalated needs-authorization W-CONTRACT',
  },
  {
    why: 'contract address asks what the contract lists',
    evidence: [alternate(['credentials']), asking('credentials')],
    expect: 'accepted contract P-CREDENTIALS',
  },
  {
    why: 'from the portal',
    evidence: [{ proofs: [{ kind: 'portal', cause: 'signed in' }] }],
    expect: 'accepted admin W-PORTAL',
  },
  {
    why: 'confirmed by the address on file',
    evidence: [{ proofs: [{ kind: 'confirmation', cause: 'by button' }] }],
    expect: 'accepted confirmed W-PRIMARY',
  },
  // R-INSECURE
  {
    why: 'PGP required',
    evidence: [contract({ requirePgp: 'signed' })],
    expect: 'rejected insecure-channel R-INSECURE',
  },
  {
    why: 'PGP required and given',
    evidence: [contract({ requirePgp: 'signed' }), { proofs: [{ kind: 'pgp', cause: '' }] }],
    expect: 'accepted admin W-PRIMARY',
  },
  {
    why: 'PGP required, but asked in the portal',
    evidence: [contract({ requirePgp: 'signed' }), { proofs: [{ kind: 'portal', cause: 'signed in' }] }],
    expect: 'accepted admin W-PORTAL',
  },
  {
    why: 'signed, but encryption is required',
    evidence: [contract({ requirePgp: 'encrypted-signed' }), { proofs: [{ kind: 'pgp', cause: '' }] }],
    expect: 'rejected insecure-channel R-INSECURE',
  },
  {
    why: 'TLS required',
    evidence: [contract({ requireTls: true }), { transport: { tls: null, ip: '192.0.2.1', helo: 'x' } }],
    expect: 'rejected insecure-channel R-INSECURE',
  },
  {
    why: 'an unproven sender learns nothing of the contract',
    evidence: [contract({ requirePgp: 'signed' }), unproven],
    expect: 'escalated unproven-sender W-CLAIMED',
  },
  {
    why: 'insecure to sales@ is lifted',
    evidence: [contract({ requirePgp: 'signed' })],
    to: 'sales',
    expect: 'accepted department D-SALES',
  },
  // R-ABUSE
  { why: 'abuse', evidence: [{ content: abusive }], expect: 'escalated abuse R-ABUSE' },
  { why: 'a threat', evidence: [{ content: threat }], expect: 'escalated abuse R-ABUSE' },
  { why: 'abuse at sales@', evidence: [{ content: abusive }], to: 'sales', expect: 'escalated abuse R-ABUSE' },
  {
    why: 'swearing at the thing is not abuse',
    evidence: [{ content: content({}, { abuse: { label: 'swearing', because: [] } }) }],
    expect: 'accepted admin W-PRIMARY',
  },
  {
    why: 'claimed comes before abuse',
    evidence: [unproven, { content: abusive }],
    expect: 'escalated unproven-sender W-CLAIMED',
  },
  {
    why: 'abuse comes before entitlement',
    evidence: [freeTenant, { content: abusive }],
    expect: 'escalated abuse R-ABUSE',
  },
  // T-*
  { why: 'free tier', evidence: [freeTenant], expect: 'rejected not-entitled T-FREE' },
  { why: 'free tier wishes to buy', evidence: [freeTenant, asking('purchase')], expect: 'accepted department T-FREE' },
  { why: 'free tier to sales@', evidence: [freeTenant], to: 'sales', expect: 'accepted department D-SALES' },
  {
    why: 'a partner counts as standard',
    evidence: [from(primary(tenant({ tier: 'free', partner: true })))],
    expect: 'accepted admin W-PRIMARY',
  },
  // Step 17
  { why: 'password', evidence: [asking('credentials')], expect: 'accepted admin P-CREDENTIALS' },
  { why: 'access', evidence: [asking('grant-access')], expect: 'accepted admin P-ACCESS' },
  { why: 'lock accounts', evidence: [asking('tenant-change')], expect: 'accepted admin P-TENANT' },
  {
    why: 'free tier before prohibitions',
    evidence: [freeTenant, asking('credentials')],
    expect: 'rejected not-entitled T-FREE',
  },
  { why: 'prospect', evidence: [unregistered], expect: 'accepted prospect D-PROSPECT' },
  {
    why: 'account manager',
    evidence: [unregistered],
    to: 'account-management',
    expect: 'accepted department D-ACCTMGR',
  },
  { why: 'escalations@', evidence: [], to: 'escalation-manager', expect: 'accepted department D-ESCMGR' },
  {
    why: 'asks for the escalation manager',
    evidence: [asking('escalation-manager')],
    expect: 'accepted admin D-ESCMGR',
  },
];

function caseOf({ evidence, to, policy }: Row): Case {
  return {
    evidence: evidenceWith(...evidence),
    mailbox: mailboxOf(to ?? 'support'),
    policy: { ...defaultPolicy, ...policy },
    now: receivedAt,
  };
}

function judge(row: Row) {
  const { evidence, mailbox, policy, now } = caseOf(row);
  return decide(evidence, mailbox, policy, now);
}

function explained(row: Row) {
  const { evidence, mailbox, policy, now } = caseOf(row);
  return explain(evidence, mailbox, policy, now);
}

describe('the whole policy', () => {
  it.each(table.map((row) => [row.why, row] as const))('%s', (_why, row) => {
    const { outcome, reason, rule } = judge(row);
    expect(`${outcome} ${reason} ${rule}`).toBe(row.expect);
  });

  it('meets every rule at least once', () => {
    const met = new Set(table.map((row) => row.expect.split(' ')[2]));
    expect(rules.map((rule) => rule.id).filter((id) => !met.has(id))).toEqual([]);
  });

  // Each rule but the first is beaten by an earlier one on a mail that it would decide itself.
  const first = (row: Row): Row => ({ ...row, evidence: [...row.evidence, form] });
  const places = rules.map((rule, place) => [`${place + 1} ${rule.id}`, place] as const);
  it.each(places.slice(1))('%s gives way to an earlier rule', (_name, place) => {
    const rule = rules[place];
    const meets = table.filter((row) => explained(row).tried.length === place + 1);
    expect(meets.length).toBeGreaterThan(0);
    for (const row of meets) {
      expect(rule?.judge(caseOf(first(row)))).not.toBeNull();
      expect(judge(first(row)).rule).toBe('R-FORM');
    }
  });

  // What a rule looks for, all but: it passes the mail on.
  const nearly: Readonly<Record<string, string>> = {
    'R-DENY': "another mailbox's network entry",
    'R-DEFER': 'missing for the limit: judged as unproven',
    'R-AUTO': 'Auto-Submitted: no',
    'R-FORGED': 'evaluated none',
    'W-HELPDESK': 'the help desk at sales@',
    'R-NODECRYPT': 'encrypted and signed inside by the sender',
    'R-BADSIG': 'unknown key: no penalty',
    'P-DOUBT': 'encrypted and signed inside by the sender',
    'X-CESSATION': 'ceased, to sales@',
    'X-DISGRUNTLED': 'delete',
    'X-CLOSURE': 'delete',
    'P-DELETE': 'lock accounts',
    'P-INFO': 'password',
    'P-TENANT': 'access',
    'P-CREDENTIALS': 'access',
    'P-ACCESS': 'lock accounts',
    'R-LOOKALIKE': 'a proven colleague is nobody else',
    'W-INACTIVE': 'proven primary',
    'W-SHARED': 'through our own front',
    'W-CLAIMED': 'claimed primary at sales@',
    'W-SECONDARY': 'secondary, accepted by setting',
    'W-CONTRACT': 'contract address asks what the contract lists',
    'W-NOTADMIN': 'colleague to finance@',
    'R-INSECURE': 'PGP required and given',
    'R-ABUSE': 'swearing at the thing is not abuse',
    'T-FREE': 'a partner counts as standard',
  };
  it.each(Object.entries(nearly))('%s passes on: %s', (id, why) => {
    const row = table.find((each) => each.why === why);
    if (row === undefined) throw new Error(`no row of the table says: ${why}`);
    const place = rules.findIndex((rule) => rule.id === id);
    expect(rules[place]?.judge(caseOf(row))).toBeNull();
  });

  it('tries rules in order up to the one that decides', () => {
    const { decision, tried } = explain(evidenceWith(unproven), mailboxOf('support'), defaultPolicy, receivedAt);
    expect(tried.at(-1)?.id).toBe(decision.rule);
    expect(tried).toEqual(rules.slice(0, tried.length));
  });
});

describe('what a verdict carries', () => {
  it('routes a wish to buy to sales', () => {
    const verdict = judge({ why: '', evidence: [freeTenant, asking('purchase')], expect: 'a b c' });
    expect(verdict).toMatchObject({ department: 'sales' });
  });

  it.each([
    ['credentials', 'credentials'],
    ['grant-access', 'grant-access'],
    ['tenant-change', 'tenant-change'],
  ] as const)('forbids staff %s', (kind, prohibition) => {
    const verdict = judge({ why: '', evidence: [asking(kind)], expect: 'a b c' });
    expect(verdict).toMatchObject({ prohibitions: [prohibition] });
  });

  it('says nothing to anyone about an unproven deletion request', () => {
    const verdict = judge({ why: '', evidence: [unproven, asking('delete-account')], expect: 'a b c' });
    expect(verdict).toMatchObject({ silent: true });
  });

  it('is no more silent about ciphertext that opened than about ciphertext that did not', () => {
    for (const change of [encrypted('none'), encrypted('undecryptable')]) {
      expect(judge({ why: '', evidence: [change], expect: 'a b c' })).toMatchObject({ silent: false });
    }
  });

  it('routes a stranger who asks for the escalation manager there, as it does an admin', () => {
    for (const changes of [[unregistered], []]) {
      const verdict = judge({ why: '', evidence: [...changes, asking('escalation-manager')], expect: 'a b c' });
      expect(verdict).toMatchObject({ outcome: 'accepted', department: 'escalation-manager' });
    }
  });

  it('is silent about a denied key or envelope where the mail would have got no answer without', () => {
    const silentOf = (...evidence: readonly Partial<Evidence>[]) => judge({ why: '', evidence, expect: 'a b c' });
    for (const subject of ['envelope-sender', 'pgp-key'] as const) {
      expect(silentOf(denied(subject))).toMatchObject({ reason: 'deny-listed', silent: false });
      expect(silentOf(denied(subject), asking('ordinary', true))).toMatchObject({ silent: true });
      expect(silentOf(denied(subject), asking('recovery-closure'))).toMatchObject({ silent: true });
    }
  });

  it('is silent where the author is denied, whatever else is', () => {
    const hits = (['author', 'pgp-key'] as const).flatMap((subject) => denied(subject).denylist?.hits ?? []);
    const evidence = [{ denylist: { result: 'hit', hits } as const }];
    expect(judge({ why: '', evidence, expect: 'a b c' })).toMatchObject({ reason: 'deny-listed', silent: true });
  });

  it('names no tenant in what a prospect gets', () => {
    const verdict = judge({ why: '', evidence: [unregistered], expect: 'a b c' });
    expect(JSON.stringify(verdict)).not.toMatch(/t1|Example|ada@/);
  });

  it.each([[helpdesk], [{ nullSender: true }], [{ supportCeased: true }], [dmarc({})], [denied('author')]] as const)(
    'is silent',
    (change) => {
      expect(judge({ why: '', evidence: [change], expect: 'a b c' })).toMatchObject({ silent: true });
    },
  );
});

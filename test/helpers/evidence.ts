/** Evidence as a proven admin's ordinary mail would give it, with the differences that a test names. */
import type { Classification, RequestKind } from '../../src/classify/classification.ts';
import type { DenyEntry, DenyHit } from '../../src/denylist/entry.ts';
import type { AdminFacts, Standing, TenantFacts } from '../../src/directory/tenant.ts';
import type {
  ArcFinding,
  ContentFinding,
  DmarcFinding,
  Evidence,
  PgpFinding,
  PgpSigner,
} from '../../src/evidence/finding.ts';
import type { AutomaticMarks } from '../../src/message/message.ts';
import type { Department, Mailbox } from '../../src/verdict/verdict.ts';

export const receivedAt = Date.parse('2026-03-02T10:00:00Z');

export const tenant = (changes: Partial<TenantFacts> = {}): TenantFacts => ({
  id: 't1',
  name: 'Example',
  tier: 'standard',
  users: 120,
  partner: false,
  timezone: 'America/New_York',
  domains: ['example.com'],
  signingDomains: [],
  contract: { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] },
  ...changes,
});

export const admin = (changes: Partial<AdminFacts> = {}): AdminFacts => ({
  id: 'a1',
  name: 'Ada',
  primaryEmail: 'ada@example.com',
  role: 'owner',
  active: true,
  mailbox: 'dedicated',
  ...changes,
});

export const primary = (of: TenantFacts = tenant(), who: AdminFacts = admin()): Standing => ({
  kind: 'primary',
  tenant: of,
  admin: who,
});

export const mailboxOf = (department: Department): Mailbox => ({ address: `${department}@postern.test`, department });

export const marks = (changes: Partial<AutomaticMarks> = {}): AutomaticMarks => ({
  autoSubmitted: null,
  report: false,
  calendarMethod: null,
  ownMark: null,
  suppressReply: false,
  list: null,
  ...changes,
});

export const classified = (changes: Partial<Classification> = {}): Classification => ({
  request: { kind: 'ordinary', score: 0.9, doubt: false, because: [] },
  severity: 3,
  severityBecause: [],
  abuse: { label: 'none', because: [] },
  automatic: false,
  language: 'en',
  secrets: [],
  ...changes,
});

export const asking = (kind: RequestKind, doubt = false): Partial<Evidence> => ({
  content: content({}, { request: { kind, score: 0.9, doubt, because: [] } }),
});

export const content = (
  automatic: Partial<AutomaticMarks> = {},
  classification: Partial<Classification> = {},
): ContentFinding => ({
  result: 'parsed',
  automatic: marks(automatic),
  parts: [],
  classification: classified(classification),
  truncated: [],
});

export const unproven: Partial<Evidence> = { proofs: [], assurance: 'claimed' };
export const unregistered: Partial<Evidence> = {
  sender: { standing: { kind: 'unregistered' }, lookalike: null },
  proofs: [],
  assurance: 'unknown',
};

export const pgp = (result: PgpFinding['result'], signer: PgpSigner | null = null): Partial<Evidence> => ({
  pgp: { ...noPgp, result, cause: `made ${result}`, signer },
});

const noPgp: PgpFinding = {
  result: 'none',
  cause: 'no PGP',
  fingerprint: null,
  signer: null,
  signedAt: null,
  boundBy: null,
  encrypted: false,
  replayKey: null,
};

export const dmarc = (finding: Partial<DmarcFinding>, arc: Partial<ArcFinding> = {}): Partial<Evidence> => ({
  domain: {
    ...provenDomain,
    dmarc: { result: 'fail', cause: 'made', policy: 'reject', ...finding },
    arc: { ...provenDomain.arc, ...arc },
  },
  proofs: [],
  assurance: 'forged',
});

const provenDomain: Evidence['domain'] = {
  spf: { result: 'pass', cause: 'made', domain: 'example.com', aligned: true, exact: true },
  dkim: { result: 'pass', cause: 'made', signatures: [], ignored: 0 },
  dmarc: { result: 'pass', cause: 'made', policy: 'reject' },
  arc: { result: 'none', cause: 'made', sealer: null, trusted: false, sawDmarcPass: false },
};

export const denied = (subject: DenyHit['subject'], entry: Partial<DenyEntry> = {}): Partial<Evidence> => ({
  denylist: {
    result: 'hit',
    hits: [
      {
        subject,
        matched: 'made',
        entry: {
          id: 'd1',
          kind: 'email',
          value: 'ada@example.com',
          reason: 'made',
          note: '',
          scope: { kind: 'global' },
          expiresAt: null,
          createdBy: 'test',
          createdAt: 0,
          ...entry,
        },
      },
    ],
  },
});

/** Differences are applied left to right, each a whole top-level field of the evidence. */
export function evidenceWith(...changes: readonly Partial<Evidence>[]): Evidence {
  const base: Evidence = {
    receivedAt,
    form: [],
    author: { address: 'ada@example.com', domain: 'example.com', displayName: 'Ada' },
    nullSender: false,
    domain: provenDomain,
    pgp: noPgp,
    sender: { standing: primary(), lookalike: null },
    denylist: { result: 'none', hits: [] },
    transport: { tls: 'TLSv1.3', ip: '192.0.2.1', helo: 'mx.example.com' },
    content: content(),
    proofs: [{ kind: 'domain', cause: 'DKIM' }],
    assurance: 'proven',
    deferredSince: null,
    missingAnswer: null,
    supportCeased: false,
  };
  return changes.reduce<Evidence>((evidence, change) => ({ ...evidence, ...change }), base);
}

/** POLICY's section "Proof", condition by condition, on findings written by hand. */
import { describe, expect, it } from 'vitest';
import type { Contract, Standing, TenantFacts } from '../../src/directory/tenant.ts';
import { missingAnswer } from '../../src/evidence/defer.ts';
import type {
  ArcFinding,
  DkimSignature,
  DmarcFinding,
  DomainFinding,
  PgpFinding,
  SpfFinding,
} from '../../src/evidence/finding.ts';
import { longestAgeMs, type ProofMail, proofsOf } from '../../src/evidence/proof.ts';
import { markReplays, replayKeyOf } from '../../src/evidence/replay.ts';

const now = Date.parse('2026-03-02T10:00:00Z');

const contract: Contract = { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] };
const tenant = (changes: Partial<TenantFacts> = {}): TenantFacts => ({
  id: 't1',
  name: 'Corp',
  tier: 'standard',
  users: 10,
  partner: false,
  timezone: 'UTC',
  domains: ['corp.test'],
  signingDomains: [],
  contract,
  ...changes,
});
const admin = {
  id: 'a1',
  name: 'Ada',
  primaryEmail: 'ada@corp.test',
  role: 'owner',
  active: true,
  mailbox: 'dedicated',
} as const;
const primary = (changes: Partial<TenantFacts> = {}): Standing => ({ kind: 'primary', tenant: tenant(changes), admin });

const signature = (changes: Partial<DkimSignature> = {}): DkimSignature => ({
  result: 'pass',
  cause: '',
  domain: 'corp.test',
  selector: 's1',
  algorithm: 'rsa-sha256',
  keyBits: 2_048,
  testing: false,
  partialBody: false,
  signedFields: ['from', 'to', 'cc', 'subject', 'date'],
  signedAt: now - 60_000,
  signatureId: 'ab',
  replayed: false,
  ...changes,
});
const noSpf: SpfFinding = { result: 'none', cause: '', domain: 'relay.test', aligned: false, exact: false };
const spfPass: SpfFinding = { result: 'pass', cause: '', domain: 'corp.test', aligned: true, exact: true };
const noArc: ArcFinding = { result: 'none', cause: '', sealer: null, trusted: false, sawDmarcPass: false };
const finding = (
  signatures: readonly DkimSignature[],
  spf: SpfFinding = noSpf,
  dmarc: DmarcFinding = { result: 'none', cause: '', policy: null },
  arc: ArcFinding = noArc,
): DomainFinding => ({ spf, dkim: { result: 'pass', cause: '', signatures, ignored: 0 }, dmarc, arc });

const spfOf = (domain: string): SpfFinding => ({ ...spfPass, domain, exact: domain === 'corp.test' });

const mail = (changes: Partial<ProofMail> = {}): ProofMail => ({
  authorDomain: 'corp.test',
  header: ['from', 'to', 'subject', 'date'].map((name) => ({ name })),
  addressees: ['support@postern.test'],
  isOurs: (address) => address.endsWith('@postern.test'),
  now,
  ...changes,
});

const missing = (domain: DomainFinding, facts: Partial<ProofMail> = {}) =>
  missingAnswer(domain, mail(facts), ['relay.test']);

const noPgp: PgpFinding = {
  result: 'none',
  cause: '',
  fingerprint: null,
  signer: null,
  signedAt: null,
  boundBy: null,
  encrypted: false,
  replayKey: null,
};
const pgp = (changes: Partial<PgpFinding> = {}): PgpFinding => ({
  ...noPgp,
  result: 'pass',
  fingerprint: 'ABCD',
  signer: { tenantId: 't1', adminId: 'a1', address: 'ada@corp.test' },
  signedAt: now - 60_000,
  boundBy: 'signed-headers',
  ...changes,
});

const judge = (
  domain: DomainFinding,
  changes: {
    readonly mail?: Partial<ProofMail>;
    readonly standing?: Standing;
    readonly pgp?: PgpFinding;
    readonly overdue?: boolean;
  } = {},
) =>
  proofsOf({
    mail: mail(changes.mail),
    domain,
    pgp: changes.pgp ?? noPgp,
    standing: changes.standing ?? primary(),
    overdue: changes.overdue ?? false,
  });
const kinds = (...parameters: Parameters<typeof judge>) => judge(...parameters).proofs.map(({ kind }) => kind);

describe('domain proof', () => {
  it('takes a strong, complete, fresh signature of the From domain', () => {
    expect(judge(finding([signature()]))).toEqual({
      proofs: [{ kind: 'domain', cause: 'DKIM d=corp.test s=s1' }],
      assurance: 'proven',
      replayKeys: ['dkim:ab'],
    });
  });

  it.each<[string, Partial<DkimSignature>]>([
    ['a fail', { result: 'fail' }],
    ['a missing key', { result: 'temperror' }],
    ['l=', { partialBody: true }],
    ['a testing key', { testing: true }],
    ['rsa-sha1', { algorithm: 'rsa-sha1' }],
    ['1,023 bits', { keyBits: 1_023 }],
    ['an unknown key size', { keyBits: null }],
    ['another domain', { domain: 'evil.test' }],
    ['a subdomain as signer', { domain: 'mail.corp.test' }],
    ['a parent that is nobody’s', { domain: 'test' }],
  ])('refuses %s, whatever SPF says', (_, changes) => {
    expect(kinds(finding([signature(changes)], spfPass))).toEqual([]);
  });

  it.each<[string, Partial<DkimSignature>, Partial<ProofMail>]>([
    ['To not signed', { signedFields: ['from', 'subject', 'date'] }, {}],
    ['one of two Cc signed', {}, { header: ['to', 'cc', 'cc', 'subject', 'date'].map((name) => ({ name })) }],
    ['no t=', { signedAt: null }, {}],
    ['a second too old', { signedAt: now - longestAgeMs - 1_000 }, {}],
    ['from the future', { signedAt: now + 6 * 60_000 }, {}],
    ['replayed', { replayed: true }, {}],
    ['addressed to others', {}, { addressees: ['bob@friend.test'] }],
    ['addressed to nobody', {}, { addressees: [], header: [{ name: 'subject' }, { name: 'date' }] }],
  ])('needs an aligned SPF pass besides when it is %s', (_, changes, facts) => {
    expect(kinds(finding([signature(changes)]), { mail: facts })).toEqual([]);
    const helped = judge(finding([signature(changes)], spfPass), { mail: facts });
    expect(helped.proofs.map(({ kind }) => kind)).toEqual(['domain']);
  });

  it('spends all signatures that speak for the author: the others would prove changed content once the first is cut out', () => {
    const both = [signature(), signature({ selector: 's2', algorithm: 'ed25519-sha256', signatureId: 'cd' })];
    expect(judge(finding(both)).replayKeys).toEqual(['dkim:ab', 'dkim:cd']);
    const weak = signature({ signatureId: 'ef', partialBody: true });
    const foreign = signature({ signatureId: 'gh', domain: 'mailer.test' });
    expect(judge(finding([...both, weak, foreign])).replayKeys).toEqual(['dkim:ab', 'dkim:cd']);
  });

  it('spends a signature that SPF had to help: without its unsigned Cc it would stand alone', () => {
    const noCc = signature({ signedFields: ['from', 'to', 'subject', 'date'] });
    const copied = { header: ['to', 'cc', 'subject', 'date'].map((name) => ({ name })) };
    expect(judge(finding([noCc], spfPass), { mail: copied }).replayKeys).toEqual(['dkim:ab']);
    expect(kinds(finding([noCc]))).toEqual(['domain']);
  });

  it('spends nothing that is too old to prove or was seen before', () => {
    const [old, seen] = [signature({ signedAt: now - longestAgeMs - 1_000 }), signature({ replayed: true })];
    expect(judge(finding([old, seen], spfPass)).replayKeys).toEqual([]);
  });

  it('is at the limits inclusive', () => {
    expect(kinds(finding([signature({ signedAt: now - longestAgeMs, keyBits: 1_024 })]))).toEqual(['domain']);
    expect(kinds(finding([signature({ algorithm: 'ed25519-sha256', keyBits: 256 })]))).toEqual(['domain']);
  });

  it('never takes an older signature than POLICY allows, whatever is set', () => {
    const old = finding([signature({ signedAt: now - longestAgeMs - 1_000 })]);
    expect(kinds(old, { mail: { maxAgeMs: 10 * longestAgeMs } })).toEqual([]);
    expect(kinds(finding([signature({ signedAt: now - 90_000 })]), { mail: { maxAgeMs: 60_000 } })).toEqual([]);
  });

  it('lets SPF help only when its domain belongs to the From domain’s owner', () => {
    const weak = signature({ signedAt: null });
    expect(kinds(finding([weak], spfOf('bounce.corp.test')))).toEqual(['domain']);
    const council = {
      mail: { authorDomain: 'council.gov.test' },
      standing: primary({ domains: ['council.gov.test'] }),
    };
    const signed = { ...weak, domain: 'council.gov.test' };
    expect(kinds(finding([signed], spfOf('evil.gov.test')), council)).toEqual([]);
    expect(kinds(finding([signed], spfOf('gov.test')), council)).toEqual([]);
    const both = { mail: { authorDomain: 'a.corp.test' }, standing: primary() };
    expect(kinds(finding([{ ...weak, domain: 'a.corp.test' }], spfOf('b.corp.test')), both)).toEqual(['domain']);
  });

  it('knows the tenant’s parents and signing domains, for the tenant’s own domains', () => {
    const sub = { mail: { authorDomain: 'eu.corp.test' } };
    expect(kinds(finding([signature()]), sub)).toEqual(['domain']);
    expect(kinds(finding([signature()]), { ...sub, standing: { kind: 'unregistered' } })).toEqual([]);
    const byMailer = finding([signature({ domain: 'mailer.test' })]);
    const signingDomains = ['mailer.test'];
    expect(kinds(byMailer, { standing: primary({ signingDomains }) })).toEqual(['domain']);
    expect(kinds(byMailer)).toEqual([]);
    const agency: Standing = { kind: 'alternate', tenant: tenant({ signingDomains }), requests: [] };
    expect(kinds(byMailer, { standing: agency, mail: { authorDomain: 'agency.test' } })).toEqual([]);
  });

  it('takes SPF alone where the contract does, of exactly the From domain', () => {
    const standing = primary({ contract: { ...contract, spfProves: true } });
    expect(kinds(finding([], spfPass))).toEqual([]);
    expect(kinds(finding([], spfPass), { standing })).toEqual(['domain']);
    expect(kinds(finding([], { ...spfPass, domain: 'b.corp.test', exact: false }), { standing })).toEqual([]);
    expect(kinds(finding([], { ...spfPass, result: 'fail' }), { standing })).toEqual([]);
  });

  it('is there for a prospect too', () => {
    expect(judge(finding([signature()]), { standing: { kind: 'unregistered' } })).toMatchObject({
      assurance: 'proven',
    });
  });
});

describe('PGP proof', () => {
  const unsigned = finding([]);

  it('takes a bound signature of that very admin', () => {
    expect(judge(unsigned, { pgp: pgp() })).toMatchObject({ proofs: [{ kind: 'pgp' }], assurance: 'proven' });
  });

  it('helps a secondary address of the same admin', () => {
    const standing: Standing = { kind: 'secondary', tenant: tenant(), admin };
    expect(kinds(unsigned, { pgp: pgp(), standing })).toEqual(['pgp']);
  });

  it.each<[string, Partial<PgpFinding>, Standing]>([
    ['another admin', { signer: { tenantId: 't1', adminId: 'a2', address: 'bob@corp.test' } }, primary()],
    [
      'another tenant’s admin of the same id',
      { signer: { tenantId: 't2', adminId: 'a1', address: 'x@y.test' } },
      primary(),
    ],
    ['nobody registered', { signer: null }, primary()],
    ['a key for an address that is only contracted', {}, { kind: 'alternate', tenant: tenant(), requests: [] }],
    ['an unregistered author', {}, { kind: 'unregistered' }],
    ['a signature eight days old', { signedAt: now - longestAgeMs - 1 }, primary()],
    ['a signature without a time', { signedAt: null }, primary()],
    ['a replay', { result: 'replayed' }, primary()],
    ['a revoked key', { result: 'revoked' }, primary()],
    ['a partial signature', { result: 'partial' }, primary()],
  ])('refuses %s', (_, changes, standing) => {
    expect(kinds(unsigned, { pgp: pgp(changes), standing })).toEqual([]);
  });

  it('needs help when it is bound to nobody', () => {
    const unbound = pgp({ result: 'unbound', boundBy: null });
    expect(kinds(unsigned, { pgp: unbound })).toEqual([]);
    expect(kinds(finding([], spfPass), { pgp: unbound })).toEqual(['pgp']);
    expect(kinds(finding([signature()]), { pgp: unbound })).toEqual(['domain', 'pgp']);
  });
});

describe('assurance', () => {
  const refused: DmarcFinding = { result: 'fail', cause: '', policy: 'reject' };

  it('says forged before anything else', () => {
    expect(judge(finding([], noSpf, refused), { pgp: pgp() }).assurance).toBe('forged');
    expect(judge(finding([], noSpf, { ...refused, policy: 'quarantine' })).assurance).toBe('claimed');
    expect(judge(finding([], noSpf, { ...refused, result: 'temperror' })).assurance).toBe('claimed');
    expect(judge(finding([], noSpf, refused, { ...noArc, trusted: true })).assurance).toBe('claimed');
  });

  it('tells a known address from an unknown one', () => {
    expect(judge(finding([])).assurance).toBe('claimed');
    expect(judge(finding([]), { standing: { kind: 'helpdesk', tenant: tenant() } }).assurance).toBe('claimed');
    expect(judge(finding([]), { standing: { kind: 'tenant-domain', tenant: tenant() } }).assurance).toBe('unknown');
    expect(judge(finding([]), { standing: { kind: 'unregistered' } }).assurance).toBe('unknown');
  });
});

describe('after the whole defer limit', () => {
  it('nothing proves, and what the domain asks for stands', () => {
    const overdue = { pgp: pgp(), overdue: true };
    expect(judge(finding([signature()]), overdue)).toEqual({ proofs: [], assurance: 'claimed', replayKeys: [] });
    const reject = finding([], noSpf, { result: 'fail', cause: '', policy: 'reject' });
    expect(judge(reject, overdue).assurance).toBe('forged');
  });
});

describe('replay memory', () => {
  it('marks other content and nothing else', () => {
    const seen = finding([signature(), signature({ signatureId: 'cd' })]);
    const record = { contentDigest: 'aa', mailId: 'm1' };
    const marks = (digest: string) =>
      markReplays(seen, new Map([[replayKeyOf({ signatureId: 'ab' }), record]]), digest).dkim.signatures.map(
        ({ replayed }) => replayed,
      );
    expect(marks('aa')).toEqual([false, false]);
    expect(marks('bb')).toEqual([true, false]);
    expect(seen.dkim.signatures[0]?.replayed).toBe(false);
  });
});

describe('missing answers', () => {
  const lostKey = signature({ result: 'temperror', selector: 's9' });
  const lostSpf: SpfFinding = { ...spfPass, result: 'temperror' };
  const lostPolicy: DmarcFinding = { result: 'temperror', cause: '', policy: null };

  it('names an aligned key or record', () => {
    expect(missing(finding([lostKey]))).toBe('DKIM key s9._domainkey.corp.test');
    expect(missing(finding([{ ...lostKey, domain: 'mail.corp.test' }]))).toContain('mail.corp.test');
    expect(missing(finding([], lostSpf))).toBe('SPF record of corp.test');
  });

  it('is silent about strangers', () => {
    expect(missing(finding([{ ...lostKey, domain: 'evil.test' }]))).toBeNull();
    expect(missing(finding([], { ...lostSpf, domain: 'evil.test', aligned: false }))).toBeNull();
  });

  it('is silent when the author’s domain has proved already', () => {
    expect(missing(finding([lostKey, signature()], lostSpf))).toBeNull();
    expect(missing(finding([lostKey, signature({ signedAt: null })], spfPass))).toBeNull();
    expect(missing(finding([signature({ signedAt: null })], lostSpf))).toBe('SPF record of corp.test');
    expect(missing(finding([signature({ partialBody: true })], lostSpf))).toBe('SPF record of corp.test');
  });

  it('asks for the policy unless an exact identity passed', () => {
    expect(missing(finding([], noSpf, lostPolicy))).toBe('DMARC policy of corp.test');
    expect(missing(finding([signature()], noSpf, lostPolicy))).toBeNull();
    expect(missing(finding([], spfPass, lostPolicy))).toBeNull();
    expect(missing(finding([], { ...spfPass, domain: 'b.corp.test', exact: false }, lostPolicy))).not.toBeNull();
  });
});

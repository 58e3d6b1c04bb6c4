/**
 * What proves that a mail is from its author's address: POLICY's section "Proof", line by line. Pure.
 *
 * Terms: *strong* is what POLICY asks of a signature; *alone* is what it asks against replay; *ours* are the tenant's
 * registered domains and what lies below them.
 */

import type { Standing, TenantFacts } from '../directory/tenant.ts';
import type { HeaderField } from '../message/message.ts';
import { isWithin } from './alignment.ts';
import type { Assurance, DkimSignature, DomainFinding, PgpFinding, Proof } from './finding.ts';
import { replayKeyOf } from './replay.ts';

/** What the mail itself says, as far as proofs depend on it. Needs nothing from the directory. */
export type ProofMail = {
  readonly authorDomain: string;
  readonly header: readonly Pick<HeaderField, 'name'>[];
  /** Addresses of To and Cc in comparison form. */
  readonly addressees: readonly string[];
  /** Whether an address is one of our mailboxes or aliases. */
  readonly isOurs: (address: string) => boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Oldest signature that stands alone, milliseconds; 7 days when absent, and never more. */
  readonly maxAgeMs?: number;
};

export type ProofInput = {
  readonly mail: ProofMail;
  readonly domain: DomainFinding;
  readonly pgp: PgpFinding;
  readonly standing: Standing;
  /** DNS was asked in vain for the whole defer limit: the mail is judged as unproven (POLICY order, 3). */
  readonly overdue?: boolean;
};

export type Proven = {
  readonly proofs: readonly Proof[];
  readonly assurance: Assurance;
  /** Signatures to be remembered for at least 7 days when the mail is committed: all that could prove other content. */
  readonly replayKeys: readonly string[];
};

export const longestAgeMs = 7 * 24 * 60 * 60 * 1_000;
const clockSkewMs = 5 * 60 * 1_000;

export function proofsOf(input: ProofInput): Proven {
  const byDomain = input.overdue === true ? null : domainProof(input);
  const byPgp = input.overdue === true ? null : pgpProof(input, byDomain !== null);
  const proofs = [byDomain?.proof ?? [], byPgp ?? []].flat();
  return {
    proofs,
    assurance: assuranceOf(input, proofs),
    replayKeys: (byDomain?.spent ?? []).map(replayKeyOf),
  };
}

type DomainProof = {
  readonly proof: Proof;
  /**
   * Every signature that could prove the mail alone after somebody else has changed what it does not cover: one of
   * several, with the others taken out, or one that SPF had to help, without the Cc that it leaves unsigned.
   */
  readonly spent: readonly DkimSignature[];
};

/** DKIM alone; or DKIM with aligned SPF; or SPF where the contract says so. */
function domainProof({ mail, domain, standing }: Omit<ProofInput, 'pgp'>): DomainProof | null {
  const tenant = tenantOf(standing);
  const signatures = domain.dkim.signatures.filter(
    (signature) => isStrong(signature) && speaksFor(signature.domain, mail.authorDomain, tenant),
  );
  const spent = signatures.filter(({ replayed, signedAt }) => !replayed && isFresh(signedAt, mail));
  const alone = signatures.find((signature) => standsAlone(signature, mail));
  if (alone !== undefined) return { proof: proof(`DKIM d=${alone.domain} s=${alone.selector}`), spent };
  const [helped] = signatures;
  if (helped !== undefined && hasAlignedSpf(domain, mail.authorDomain, tenant)) {
    return { proof: proof(`DKIM d=${helped.domain} with SPF ${domain.spf.domain}`), spent };
  }
  // Exact, not aligned: subdomains are what companies delegate to bulk senders, whose other customers pass there too.
  if (tenant?.contract.spfProves === true && domain.spf.result === 'pass' && domain.spf.exact) {
    return { proof: proof(`SPF ${domain.spf.domain}, which the contract accepts`), spent };
  }
  return null;
}

/** A pass over the full body, by rsa-sha256 with 1,024 bits or Ed25519, with a key that is not in testing. */
export function isStrong(signature: DkimSignature): boolean {
  const isRsa = signature.algorithm === 'rsa-sha256' && signature.keyBits !== null && signature.keyBits >= 1_024;
  const isStrongKey = isRsa || signature.algorithm === 'ed25519-sha256';
  return signature.result === 'pass' && !signature.partialBody && isStrongKey && !signature.testing;
}

/**
 * `d=` equals the From domain, or is a parent of it that is the tenant's registered domain, or is one of the tenant's
 * signing domains. The last two are the tenant's word about its own domains only: an authorised third party or an admin
 * at a mailbox provider is not vouched for by the tenant's mail service.
 */
function speaksFor(signingDomain: string, authorDomain: string, tenant: TenantFacts | null): boolean {
  if (signingDomain === authorDomain) return true;
  if (tenant === null) return false;
  const isParent = isWithin(authorDomain, signingDomain) && tenant.domains.includes(signingDomain);
  return isParent || (isOwn(authorDomain, tenant) && tenant.signingDomains.includes(signingDomain));
}

/** Against replay: addressed to us under the signature, complete, fresh, not seen before with other content. */
export function standsAlone(signature: DkimSignature, mail: ProofMail): boolean {
  const namesUs = mail.addressees.some(mail.isOurs);
  return (
    namesUs && coversAddressing(signature, mail.header) && isFresh(signature.signedAt, mail) && !signature.replayed
  );
}

const addressing = ['to', 'cc', 'subject', 'date'] as const;

/** As often as each occurs: a second field on top of a signed one is not signed (RFC 6376 §5.4.2). */
function coversAddressing(signature: DkimSignature, header: ProofMail['header']): boolean {
  return addressing.every((name) => {
    const present = header.filter((field) => field.name === name).length;
    return signature.signedFields.filter((signed) => signed === name).length >= present;
  });
}

function isFresh(signedAt: number | null, { now, maxAgeMs = longestAgeMs }: ProofMail): boolean {
  return signedAt !== null && signedAt >= now - Math.min(maxAgeMs, longestAgeMs) && signedAt <= now + clockSkewMs;
}

/**
 * An SPF pass of a domain that its owner shares with the From domain: the same, one below it, or both the tenant's own.
 * Alignment by suffix list alone would let `evil.gov.test` speak for `council.gov.test`.
 */
function hasAlignedSpf({ spf }: DomainFinding, authorDomain: string, tenant: TenantFacts | null): boolean {
  if (spf.result !== 'pass' || !spf.aligned) return false;
  const isBelow = isWithin(spf.domain, authorDomain);
  return isBelow || (tenant !== null && sharesOwn(spf.domain, authorDomain, tenant));
}

function sharesOwn(identity: string, authorDomain: string, tenant: TenantFacts): boolean {
  return tenant.domains.some((registered) => isWithin(identity, registered) && isWithin(authorDomain, registered));
}

function isOwn(domain: string, tenant: TenantFacts): boolean {
  return tenant.domains.some((registered) => isWithin(domain, registered));
}

/** A valid signature by a key of that very admin, fresh, and bound to us or helped by domain proof or aligned SPF. */
function pgpProof({ mail, domain, pgp, standing }: ProofInput, hasDomainProof: boolean): Proof | null {
  if (standing.kind !== 'primary' && standing.kind !== 'secondary') return null;
  const { tenant, admin } = standing;
  const isTheirs = pgp.signer?.adminId === admin.id && pgp.signer.tenantId === tenant.id;
  if (!isTheirs || !isFresh(pgp.signedAt, mail)) return null;
  const key = `PGP ${pgp.fingerprint ?? 'key'}`;
  if (pgp.result === 'pass') return { kind: 'pgp', cause: `${key}, bound by ${pgp.boundBy ?? 'the content'}` };
  if (pgp.result !== 'unbound') return null;
  if (hasDomainProof) return { kind: 'pgp', cause: `${key}, with domain proof` };
  return hasAlignedSpf(domain, mail.authorDomain, tenant)
    ? { kind: 'pgp', cause: `${key}, with SPF ${domain.spf.domain}` }
    : null;
}

/** The domain's own policy comes first: no PGP signature rescues a mail that the domain asks to be refused (R-FORGED). */
function assuranceOf({ domain, standing }: ProofInput, proofs: readonly Proof[]): Assurance {
  if (isForged(domain)) return 'forged';
  if (proofs.length > 0) return 'proven';
  return standing.kind === 'unregistered' || standing.kind === 'tenant-domain' ? 'unknown' : 'claimed';
}

/** The evaluated policy is reject, the mail fails, and no trusted forwarder saw it pass. */
function isForged({ dmarc, arc }: Pick<DomainFinding, 'dmarc' | 'arc'>): boolean {
  return dmarc.result === 'fail' && dmarc.policy === 'reject' && !arc.trusted;
}

function tenantOf(standing: Standing): TenantFacts | null {
  return standing.kind === 'unregistered' ? null : standing.tenant;
}

function proof(cause: string): Proof {
  return { kind: 'domain', cause };
}

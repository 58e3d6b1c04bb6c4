/** The configuration in the terms of each stage. */
import type { Config } from '../config/config.ts';
import { type DomainLimits, defaultDomainLimits } from '../evidence/domain.ts';
import { defaultPgpLimits, type PgpLimits } from '../evidence/pgp.ts';
import type { ReadLimits } from '../message/message.ts';
import type { Policy } from '../verdict/policy.ts';
import { type OwnNames, ownNames } from './own-names.ts';
import type { InlineLimits } from './reader-pool.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What is left of the evidence deadline for everything that follows DNS. */
const afterDnsMs = 1_000;

export function policyOf({ policy }: Pick<Config, 'policy'>): Policy {
  return {
    acceptSecondary: policy.acceptSecondary,
    lookalikes: policy.lookalikes,
    deferLimitMs: policy.deferHours * hourMs,
    ownListIds: policy.fronts.map((id) => id.toLowerCase()),
  };
}

/** The age of proof where these settings change it; null where they leave it. Milliseconds. */
export function changedAgeOf(present: Pick<Config, 'policy'>, changed: Pick<Config, 'policy'>): number | null {
  const { proofAgeDays } = changed.policy;
  return proofAgeDays === present.policy.proofAgeDays ? null : proofAgeDays * dayMs;
}

export function readLimitsOf({ evidence, pgp }: Pick<Config, 'evidence' | 'pgp'>): ReadLimits {
  return {
    headerBytes: evidence.maxHeaderBytes,
    headerFields: evidence.maxHeaderFields,
    mimeDepth: evidence.maxMimeDepth,
    mimeParts: evidence.maxMimeParts,
    textBytes: evidence.maxTextBytes,
    htmlBytes: evidence.maxHtmlBytes,
    pgpBytes: pgp.maxDecompressedBytes,
  };
}

export function inlineLimitsOf({ evidence }: Pick<Config, 'evidence'>): InlineLimits {
  return { body: evidence.inlineBodyBytes, field: evidence.inlineFieldBytes };
}

export function domainLimitsOf({ evidence }: Pick<Config, 'evidence'>): DomainLimits {
  return {
    ...defaultDomainLimits,
    signatures: evidence.maxSignatures,
    elapsedMs: Math.max(evidence.deadlineMs - afterDnsMs, evidence.deadlineMs / 2),
  };
}

export function pgpLimitsOf({ evidence, pgp, policy }: Pick<Config, 'evidence' | 'pgp' | 'policy'>): PgpLimits {
  return {
    ...defaultPgpLimits,
    decompressedBytes: pgp.maxDecompressedBytes,
    clockSkewMs: pgp.clockSkewMs,
    signatureAgeMs: policy.proofAgeDays * dayMs,
    inlineBytes: evidence.inlineBodyBytes,
  };
}

export function ownNamesOf({ mailboxes }: Pick<Config, 'mailboxes'>): OwnNames {
  return ownNames(mailboxes.flatMap(({ address, aliases }) => [address, ...aliases]));
}

/**
 * Whether a missing DNS answer could change the result (POLICY "Order of the rules", 3). Pure, and blind to the directory:
 * a registered and an unregistered author defer alike.
 */
import { isAligned, isWithin } from './alignment.ts';
import type { DkimSignature, DomainFinding } from './finding.ts';
import { isStrong, type ProofMail, standsAlone } from './proof.ts';

/** Names the missing answer, one line for staff; null when nothing is missing that concerns an aligned identity. */
export function missingAnswer(
  domain: DomainFinding,
  mail: ProofMail,
  trustedSealers: readonly string[],
): string | null {
  const aligned = domain.dkim.signatures.filter((signature) => isAligned(signature.domain, mail.authorDomain));
  return (
    missingIdentity(domain, aligned, mail) ??
    missingPolicy(domain, aligned, mail.authorDomain) ??
    missingSeal(domain, trustedSealers)
  );
}

/** An aligned DKIM key or SPF record, unless the author's own domain has proved without it. */
function missingIdentity({ spf }: DomainFinding, aligned: readonly DkimSignature[], mail: ProofMail): string | null {
  const own = aligned.filter((signature) => signature.domain === mail.authorDomain && isStrong(signature));
  if (own.some((signature) => standsAlone(signature, mail))) return null;
  if (own.length > 0 && spf.result === 'pass' && isWithin(spf.domain, mail.authorDomain) && spf.aligned) return null;
  const key = aligned.find(({ result }) => result === 'temperror');
  if (key !== undefined) return `DKIM key ${key.selector}._domainkey.${key.domain}`;
  return spf.result === 'temperror' && spf.aligned ? `SPF record of ${spf.domain}` : null;
}

/** The DMARC policy, unless an exact identity passed: that one aligns in every mode, so no policy could refuse the mail. */
function missingPolicy(
  { dmarc, spf }: DomainFinding,
  aligned: readonly DkimSignature[],
  authorDomain: string,
): string | null {
  if (dmarc.result !== 'temperror') return null;
  const isExact = aligned.some(({ result, domain }) => result === 'pass' && domain === authorDomain);
  return isExact || (spf.result === 'pass' && spf.exact) ? null : `DMARC policy of ${authorDomain}`;
}

/** A seal that could soften a forged verdict. Only our own listed sealers: anybody can write a seal that never answers. */
function missingSeal({ arc, dmarc }: DomainFinding, trustedSealers: readonly string[]): string | null {
  const isRefused = dmarc.result === 'fail' && dmarc.policy === 'reject';
  const isListed = arc.sealer !== null && trustedSealers.includes(arc.sealer);
  return isRefused && arc.result === 'temperror' && isListed ? `ARC key of ${arc.sealer}` : null;
}

/** How the domain that authenticated relates to the domain of the author. */
import { registrableDomain } from '../address/public-domain.ts';

/**
 * Relaxed alignment by the public suffix list (RFC 7489 §3.1): the same domain or the same registered domain above both.
 * It says whom a domain may belong to, and is never enough for a proof: `council.gov.test` and `evil.gov.test` align.
 */
export function isAligned(identity: string, authorDomain: string): boolean {
  if (identity === '' || authorDomain === '') return false;
  if (identity === authorDomain) return true;
  const organisation = registrableDomain(authorDomain);
  return organisation !== null && registrableDomain(identity) === organisation;
}

/** Whether `domain` is `parent` or lies below it. */
export function isWithin(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

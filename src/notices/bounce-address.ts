/**
 * The envelope sender of mail that we send of our own accord: `bounce+<id><mac>@domain`. A bounce says for which of our
 * mails it is by the address that it comes to, and nobody who did not get that mail can make one up.
 *
 * All of it is lower-case letters and digits: mail programs fold case. Pure.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalDomain, parseMailbox } from '../address/mailbox.ts';

/** At least 32 octets each. The first signs; the others are older ones that still hold. */
export type BounceKeys = readonly [Uint8Array, ...Uint8Array[]];

export const bounceMailbox = 'bounce';

/** 80 bits in hexadecimal. */
const macDigits = 20;
const idForm = /^[0-9a-z]{1,32}$/;

/** Throws RangeError when the id is not 1 to 32 lower-case letters and digits, or the domain is none. */
export function bounceAddress(id: string, domain: string, keys: BounceKeys): string {
  const canonical = canonicalDomain(domain);
  if (canonical === null || !idForm.test(id)) throw new RangeError('a bounce address needs an id and a domain');
  return `${bounceMailbox}+${id}${macOf(id, canonical, keys[0])}@${canonical}`;
}

/**
 * The envelope sender of mail from `from`: a bounce address where that domain's mail comes to us, else `from` itself, since
 * a bounce goes there anyway, and there is somebody to read it. An id of null has no bounce address.
 */
export function bounceSender(
  id: string | null,
  {
    from,
    keys,
    ownDomains,
  }: { readonly from: string; readonly keys: BounceKeys; readonly ownDomains: readonly string[] },
): string {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return id !== null && ownDomains.includes(canonicalDomain(domain) ?? '') ? bounceAddress(id, domain, keys) : from;
}

/** The id that a bounce address of this domain was made for; null for every other address. */
export function readBounceAddress(address: string, domain: string, keys: BounceKeys): string | null {
  const token = tokenIn(address, domain);
  if (token === null || token.length <= macDigits) return null;
  const id = token.slice(0, -macDigits);
  if (!idForm.test(id)) return null;
  const given = Buffer.from(token.slice(-macDigits));
  const isOurs = keys.some((key) => {
    const mac = Buffer.from(macOf(id, domain, key));
    return mac.length === given.length && timingSafeEqual(given, mac);
  });
  return isOurs ? id : null;
}

function tokenIn(address: string, domain: string): string | null {
  const parsed = parseMailbox(address);
  if (!parsed.ok || parsed.mailbox.domain !== domain) return null;
  const { local } = parsed.mailbox;
  return local.startsWith(`${bounceMailbox}+`) ? local.slice(bounceMailbox.length + 1) : null;
}

function macOf(id: string, domain: string, key: Uint8Array): string {
  const mac = createHmac('sha256', key).update(`postern bounce address 1\n${id}\n${domain}`).digest('hex');
  return mac.slice(0, macDigits);
}

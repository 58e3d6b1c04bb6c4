/**
 * Mail addresses in the one form in which Postern compares them (POLICY "Proof"): local part folded for ASCII A–Z only,
 * domain as lower-case A-label. Nothing else is folded here; broad folding belongs to the deny-list.
 */
import { domainToASCII, domainToUnicode } from 'node:url';

/** A mailbox in comparison form. `address` is always `local@domain`. */
export type Mailbox = { readonly address: string; readonly local: string; readonly domain: string };

/** Why a text is not one canonical mailbox. */
export type MailboxFault = 'no-at' | 'empty-local' | 'too-long' | 'bad-local' | 'bad-domain' | 'domain-not-canonical';

export type MailboxResult =
  | { readonly ok: true; readonly mailbox: Mailbox }
  | { readonly ok: false; readonly fault: MailboxFault };

const maxLocalOctets = 64; // RFC 5321 §4.5.3.1.1
const maxDomainOctets = 255; // RFC 5321 §4.5.3.1.2

/** Lower-cases A–Z and nothing else: U+212A KELVIN SIGN must not become `k`. */
export function foldAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}

/** Labels of plain letters, digits and single hyphens, the last of which begins with a letter; none can be an A-label. */
const plainDomain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The lower-case A-label form of a domain, or null when the domain is not already canonical: foreign dots, a trailing
 * dot, compatibility characters, an A-label that does not survive the way to Unicode and back.
 */
export function canonicalDomain(domain: string): string | null {
  const folded = foldAscii(domain);
  if (folded === '' || folded.length > maxDomainOctets) return null;
  // Nearly every name: what follows would leave it as it is, at many times the cost.
  if (plainDomain.test(folded) && !folded.includes('--')) return folded;
  // Underscores, address literals and every other non-hostname character are refused by this shape.
  if (!/^(?!-)[\p{L}\p{M}\p{N}-]{1,63}(?:\.(?!-)[\p{L}\p{M}\p{N}-]{1,63})*$/u.test(folded)) return null;
  const labels = folded.split('.');
  if (labels.some((label) => label.endsWith('-'))) return null;
  // A name whose last label is a number is an IPv4 address to resolvers and URL parsers, never a mail domain.
  if (/^(?:\d+|0x[\da-f]*)$/.test(labels.at(-1) ?? '')) return null;
  const ascii = domainToASCII(folded);
  if (ascii === '' || ascii.length > maxDomainOctets) return null;
  // Either the name is ASCII already and unchanged, or it is the exact Unicode spelling of the A-label.
  const isAscii = /^[\x21-\x7e]+$/.test(folded);
  if (isAscii ? ascii !== folded : domainToUnicode(ascii) !== folded) return null;
  return /(?:^|\.)xn--/.test(ascii) && !decodesCleanly(ascii) ? null : ascii;
}

/** Every A-label stands for letters, and these stand for it again: Node itself checks neither. */
function decodesCleanly(ascii: string): boolean {
  const unicode = domainToUnicode(ascii);
  const isReadable = /^[\p{L}\p{M}\p{N}\p{So}.-]+$/u.test(unicode) && !/(?:^|\.)xn--/.test(unicode);
  return isReadable && domainToASCII(unicode) === ascii;
}

/** Splits at the last `@` and brings both halves into comparison form. `text` is a bare addr-spec, never a header value. */
export function parseMailbox(text: string): MailboxResult {
  const at = text.lastIndexOf('@');
  if (at < 0) return { ok: false, fault: 'no-at' };
  const local = text.slice(0, at);
  if (local === '') return { ok: false, fault: 'empty-local' };
  if (Buffer.byteLength(local) > maxLocalOctets) return { ok: false, fault: 'too-long' };
  const isPlain = /^[^\s\p{C}"(),:;<>@[\\\]]+$/u.test(local);
  const isQuoted = /^"(?:[^"\\\p{C}]|\\[^\p{C}])+"$/u.test(local);
  if (!isPlain && !isQuoted) return { ok: false, fault: 'bad-local' };
  const rawDomain = text.slice(at + 1);
  const domain = canonicalDomain(rawDomain);
  if (domain === null) return { ok: false, fault: rawDomain === '' ? 'bad-domain' : 'domain-not-canonical' };
  const folded = foldAscii(unquoted(local));
  return { ok: true, mailbox: { address: `${folded}@${domain}`, local: folded, domain } };
}

/** The comparison form of an address, or null when it is not one canonical mailbox. */
export function canonicalAddress(text: string): string | null {
  const result = parseMailbox(text);
  return result.ok ? result.mailbox.address : null;
}

/** `"ada"@x` and `ada@x` are one mailbox (RFC 5321 §4.1.2): quotes that protect nothing are dropped. */
function unquoted(local: string): string {
  if (!local.startsWith('"')) return local;
  const inner = local.slice(1, -1).replace(/\\(.)/gu, '$1');
  return /^[^\s\p{C}"(),:;<>@[\\\].]+(?:\.[^\s\p{C}"(),:;<>@[\\\].]+)*$/u.test(inner) ? inner : local;
}

/** `support+tag@x` without its subaddress (RFC 5233). */
export function withoutSubaddress(address: string): string {
  const at = address.lastIndexOf('@');
  const plus = address.indexOf('+');
  return plus > 0 && plus < at ? address.slice(0, plus) + address.slice(at) : address;
}

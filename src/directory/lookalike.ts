/**
 * Names that are taken for other names (R-LOOKALIKE), found by exact look-up keys.
 *
 * Terms: a *name* is an address or a domain, in comparison form; its *skeleton* is what it looks like, so that two names
 * that look alike have one skeleton (after UTS #39 §4); a *near miss* is one letter too many, too few, changed or swapped
 * with its neighbour, and counts only in labels of seven letters or more.
 *
 * A registered name is stored under `lookalikeKeysFor(name)`; an author is looked up under `lookalikeKeysOf(address)`.
 * A common key only makes a candidate: `imitation` decides.
 */
import { domainToUnicode } from 'node:url';
import unhomoglyph from 'unhomoglyph';
import { isMailboxProvider, registrableDomain } from '../address/public-domain.ts';

const minNearMissLetters = 7;

export type Imitation = 'homoglyph' | 'near-miss';

/** What a text looks like: accents and invisible characters dropped, look-alike characters made one. */
export function skeleton(text: string): string {
  // Twice: some characters look like a capital whose small letter looks like a third.
  const bare = resolved(resolved(text));
  // Confusions of plain ASCII that Unicode's table leaves out. Upper-case I is written for l, and folds to i.
  // Wide letters become the pairs that imitate them, never the reverse: that way the order of replacing is no matter.
  return bare
    .replace(/[i1|!]/gu, 'l')
    .replace(/0/gu, 'o')
    .replace(/5/gu, 's')
    .replace(/w/gu, 'vv')
    .replace(/m/gu, 'rn')
    .replace(/d/gu, 'cl');
}

/** The keys under which a registered address or domain is stored. */
export function lookalikeKeysFor(name: string): readonly string[] {
  const keys = new Set([skeletonKey(name)]);
  const { local, domain } = halves(name);
  for (const form of domainDeletions(domain, minNearMissLetters)) keys.add(nearKey(joined(local, form)));
  for (const form of localDeletions(local, minNearMissLetters)) keys.add(nearKey(joined(form, domain)));
  return [...keys];
}

/** The keys under which an author's address may find what it imitates: the address, its domain, the domain above. */
export function lookalikeKeysOf(address: string): readonly string[] {
  const { local, domain } = halves(address);
  const keys = new Set([skeletonKey(address)]);
  for (const candidate of domainsToCompare(domain)) {
    keys.add(skeletonKey(candidate));
    // One letter less than what is stored: the letter may be the missing one.
    for (const form of domainDeletions(candidate, minNearMissLetters - 1)) keys.add(nearKey(form));
  }
  for (const form of domainDeletions(domain, minNearMissLetters - 1)) keys.add(nearKey(joined(local, form)));
  for (const form of localDeletions(local, minNearMissLetters - 1)) keys.add(nearKey(joined(form, domain)));
  return [...keys];
}

/** The key under which a text that only shows an address finds the registered address that it looks like. */
export function skeletonKey(name: string): string {
  return `s:${nameSkeleton(name)}`;
}

/** How `address` imitates the registered `name`; null when it does not, or when it is that name or belongs to it. */
export function imitation(address: string, name: string): Imitation | null {
  const author = halves(address);
  const registered = halves(name);
  if (registered.local === null) return domainImitation(author.domain, registered.domain);
  if (address === name) return null;
  if (nameSkeleton(address) === nameSkeleton(name)) return 'homoglyph';
  const sameDomain = author.domain === registered.domain;
  if (sameDomain) return isNearMiss(author.local ?? '', registered.local) ? 'near-miss' : null;
  const nearDomain = author.local === registered.local && isNearDomain(author.domain, registered.domain);
  return nearDomain ? 'near-miss' : null;
}

function domainImitation(domain: string, name: string): Imitation | null {
  const candidates = domainsToCompare(domain);
  if (candidates.includes(name)) return null;
  if (candidates.some((candidate) => nameSkeleton(candidate) === nameSkeleton(name))) return 'homoglyph';
  return candidates.some((candidate) => isNearDomain(candidate, name)) ? 'near-miss' : null;
}

/** Whoever owns a domain may send from every name below it. A well-known mailbox provider imitates nobody's domain. */
function domainsToCompare(domain: string): readonly string[] {
  const above = registrableDomain(domain);
  return [...new Set(above === null ? [domain] : [domain, above])].filter((name) => !isMailboxProvider(name));
}

function isNearDomain(domain: string, name: string): boolean {
  const one = parts(domain);
  const other = parts(name);
  if (one === null || other === null) return false;
  return one.below === other.below && one.suffix === other.suffix && isNearMiss(one.label, other.label);
}

function isNearMiss(text: string, registered: string): boolean {
  return text !== registered && Array.from(registered).length >= minNearMissLetters && withinOneEdit(text, registered);
}

/** One letter inserted, deleted or replaced, or two neighbours swapped, at most. */
function withinOneEdit(one: string, other: string): boolean {
  const [a, b] = [Array.from(one), Array.from(other)];
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  let end = 0;
  const room = Math.min(a.length, b.length) - start;
  while (end < room && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

/** The domain itself and the domain with one letter of its registered label left out; nothing when that is short. */
function domainDeletions(domain: string, minLetters: number): readonly string[] {
  const split = parts(domain);
  if (split === null) return [];
  return deletions(split.label, minLetters).map((label) => `${split.below}${label}${split.suffix}`);
}

function localDeletions(local: string | null, minLetters: number): readonly string[] {
  return local === null ? [] : deletions(local, minLetters);
}

function deletions(label: string, minLetters: number): readonly string[] {
  const letters = Array.from(label);
  if (letters.length < minLetters) return [];
  return [label, ...letters.map((_, index) => letters.toSpliced(index, 1).join(''))];
}

type Parts = { readonly below: string; readonly label: string; readonly suffix: string };

/** `mail.example.co.uk` is `mail.` + `example` + `.co.uk`, the label in Unicode; null for a public suffix. */
function parts(domain: string): Parts | null {
  const registrable = registrableDomain(domain);
  if (registrable === null) return null;
  const dot = registrable.indexOf('.');
  const label = registrable.slice(0, dot);
  return {
    below: domain.slice(0, domain.length - registrable.length),
    label: domainToUnicode(label) || label,
    suffix: registrable.slice(dot),
  };
}

function halves(name: string): { readonly local: string | null; readonly domain: string } {
  const at = name.lastIndexOf('@');
  return at < 0 ? { local: null, domain: name } : { local: name.slice(0, at), domain: name.slice(at + 1) };
}

function joined(local: string | null, domain: string): string {
  return local === null ? domain : `${local}@${domain}`;
}

function nearKey(form: string): string {
  return `n:${form}`;
}

function nameSkeleton(name: string): string {
  const { local, domain } = halves(name);
  const domainSkeleton = skeleton(domainToUnicode(domain) || domain);
  return local === null ? domainSkeleton : `${skeleton(local)}@${domainSkeleton}`;
}

function resolved(text: string): string {
  return decomposed(unhomoglyph(decomposed(text)));
}

function decomposed(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}]/gu, '');
}

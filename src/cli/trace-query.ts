/**
 * What somebody who looks for a mail types: ids, addresses, rules, days, and words of the subject, in any order. What a
 * word is, its form tells; where the form allows two things, both are looked for.
 */
import { isIP } from 'node:net';
import { canonicalAddress, canonicalDomain } from '../address/mailbox.ts';
import type { TraceQuery } from '../records/trace-search.ts';
import { type RuleId, ruleIds } from '../verdict/verdict.ts';

/** A mail named by an id of ours: the whole story is wanted. */
export type NamedMail =
  | { readonly kind: 'message'; readonly messageId: string }
  | { readonly kind: 'mail'; readonly mailId: string }
  | { readonly kind: 'ticket'; readonly number: string };

export type WordsQuery = {
  readonly named: NamedMail | null;
  /** Searches whose results together are the answer; at least one. */
  readonly searches: readonly Partial<TraceQuery>[];
  /** Addresses beside the first: they must be there too. */
  readonly otherAddresses: readonly string[];
  /** What session refusals can be found by. */
  readonly address: string | null;
  readonly ip: string | null;
};

const dayMs = 86_400_000;

/** `words` as they came from the shell; one may hold several. */
export function readWords(words: readonly string[]): WordsQuery {
  const parts = words.flatMap((word) => word.trim().split(/\s+/)).filter((word) => word !== '');
  const [only] = parts;
  const named = parts.length === 1 && only !== undefined ? namedBy(only) : null;
  const read = parts.map(readWord);
  const addresses = read.flatMap((part) => (part.kind === 'address' ? [part.value] : []));
  const subject = read.flatMap((part) => (part.kind === 'word' ? [part.value] : [])).join(' ');
  const fixed: Partial<TraceQuery> = {
    ...Object.assign({}, ...read.map(fieldsOf)),
    ...(subject === '' ? {} : { subject }),
  };
  const ip = read.find((part) => part.kind === 'ip')?.value ?? null;
  return {
    named,
    searches: searchesOf(fixed, parts),
    otherAddresses: addresses.slice(1),
    address: addresses[0] ?? null,
    ip,
  };
}

type Part =
  | { readonly kind: 'address' | 'rfc-id' | 'ip' | 'domain' | 'word'; readonly value: string }
  | { readonly kind: 'day'; readonly value: string; readonly since: number }
  | { readonly kind: 'rule'; readonly value: RuleId };

function readWord(word: string): Part {
  const bare = word.replace(/^<(.*)>$/, '$1');
  if (bare.includes('@')) {
    const address = canonicalAddress(bare);
    return address === null ? { kind: 'rfc-id', value: bare } : { kind: 'address', value: address };
  }
  const rule = ruleIds.find((id) => id === word.toUpperCase());
  if (rule !== undefined) return { kind: 'rule', value: rule };
  if (isIP(word) !== 0) return { kind: 'ip', value: word };
  const since = /^\d{4}-\d{2}-\d{2}$/.test(word) ? Date.parse(word) : Number.NaN;
  if (!Number.isNaN(since)) return { kind: 'day', value: word, since };
  const domain = word.includes('.') ? canonicalDomain(word) : null;
  return domain === null ? { kind: 'word', value: word } : { kind: 'domain', value: domain };
}

function fieldsOf(part: Part): Partial<TraceQuery> {
  switch (part.kind) {
    case 'address':
      return {}; // placed by `searchesOf`
    case 'rfc-id':
      return { rfcMessageId: part.value };
    case 'ip':
      return { ip: part.value };
    case 'domain':
      return { domain: part.value };
    case 'day':
      return { since: part.since, until: part.since + dayMs };
    case 'rule':
      return { rule: part.value };
    case 'word':
      return {}; // all words together are one subject
  }
}

/** A Message-ID has the form of an address; a file name in a subject that of a domain. */
function searchesOf(fixed: Partial<TraceQuery>, parts: readonly string[]): readonly Partial<TraceQuery>[] {
  const first = parts.find((part) => readWord(part).kind === 'address');
  if (first !== undefined) {
    const asAddress = { ...fixed, address: readWord(first).value };
    return fixed.rfcMessageId === undefined ? [asAddress, { ...fixed, rfcMessageId: first }] : [asAddress];
  }
  const { domain, ...rest } = fixed;
  if (domain === undefined) return [fixed];
  return [fixed, { ...rest, subject: [domain, rest.subject ?? ''].join(' ').trim() }];
}

/** Ids of ours have 22 digits (`mail-id.ts`); a ticket begins with PT. */
function namedBy(word: string): NamedMail | null {
  const lower = word.toLowerCase();
  if (/^[0-9a-z]{22}-\d{1,4}$/.test(lower)) return { kind: 'message', messageId: lower };
  if (/^[0-9a-z]{22}$/.test(lower)) return { kind: 'mail', mailId: lower };
  if (/^pt-?[0-9a-z]{4}-?[0-9a-z]{4}$/i.test(word)) return { kind: 'ticket', number: word };
  return null;
}

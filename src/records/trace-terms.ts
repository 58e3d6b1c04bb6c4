/**
 * What a mail can be found by, as rows of one table: a term is a kind and an exact text. One portable table instead of
 * the two databases' different full-text searches, and one index that already has the order of the lists.
 */
import { foldAscii } from '../address/mailbox.ts';
import { indexKey } from './storable.ts';
import type { TraceInput } from './trace.ts';

const termsPerSubject = 32;
const longestWord = 64;

/** The terms of one mail, each once. */
export function termsOf({ mail, sidecar }: TraceInput): readonly string[] {
  const addresses = [mail.sender.address, mail.envelope.mailFrom, mail.envelope.recipient].filter(isPresent);
  const terms = new Set([ipTerm(mail.envelope.client.ip)]);
  for (const address of addresses) terms.add(addressTerm(address));
  for (const address of addresses.slice(0, -1)) terms.add(domainTerm(address.slice(address.lastIndexOf('@') + 1)));
  if (mail.sender.tenant !== null) terms.add(tenantTerm(mail.sender.tenant));
  if (sidecar !== null) {
    if (sidecar.rfcMessageId !== null) terms.add(messageIdTerm(sidecar.rfcMessageId));
    for (const word of subjectWords(sidecar.subject)) terms.add(wordTerm(word));
  }
  return [...terms];
}

export const addressTerm = (address: string): string => indexKey(`a:${foldAscii(address)}`);
export const domainTerm = (domain: string): string => indexKey(`d:${foldAscii(domain)}`);
export const ipTerm = (ip: string): string => indexKey(`i:${ip}`);
export const tenantTerm = (tenantId: string): string => indexKey(`t:${tenantId}`);
/** People paste Message-IDs with and without their angle brackets. */
export const messageIdTerm = (id: string): string => indexKey(`m:${id.trim().replace(/^<|>$/g, '')}`);
export const wordTerm = (word: string): string => indexKey(`w:${word}`);

/** The words of a subject as they are searched for: compatibility forms and case folded, runs of letters and digits. */
export function subjectWords(subject: string): readonly string[] {
  const words =
    subject
      .slice(0, 2_000)
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, longestWord)))].slice(0, termsPerSubject);
}

function isPresent(address: string | null): address is string {
  return address !== null && address !== '';
}

/**
 * What a mail can be found by, as rows of one table: a term is a kind and an exact text. One portable table instead of
 * the two databases' different full-text searches, and one index that already has the order of the lists.
 */

import type { Transaction } from 'kysely';
import { foldAscii } from '../address/mailbox.ts';
import { redact } from '../classify/secrets.ts';
import type { DenyKey } from '../denylist/entry.ts';
import { clientPlace, domainPlace, mailboxPlace, reachOf } from '../denylist/reach.ts';
import { insertAll } from './insert-all.ts';
import type { Schema } from './schema.ts';
import { indexKey, storable } from './storable.ts';
import type { TraceInput } from './trace.ts';

const termsPerSubject = 32;
const longestWord = 64;
const longestPlace = 300;

/** The terms of one mail, each once. */
export function termsOf({ mail, sidecar }: TraceInput): readonly string[] {
  const terms = new Set(
    senderTerms(mail.envelope.client.ip, [mail.sender.address, mail.envelope.mailFrom].filter(isPresent)),
  );
  if (mail.envelope.recipient !== '') terms.add(addressTerm(mail.envelope.recipient));
  if (mail.sender.tenant !== null) terms.add(tenantTerm(mail.sender.tenant));
  const told = sidecar ?? mail.refusal ?? null;
  if (told !== null) {
    if (told.rfcMessageId !== null) terms.add(messageIdTerm(told.rfcMessageId));
    for (const word of subjectWords(redact(told.subject))) terms.add(wordTerm(word));
  }
  return [...terms];
}

/** The terms of who sent a mail: author and envelope sender. */
function senderTerms(ip: string, addresses: readonly string[]): readonly string[] {
  return [
    ipTerm(ip),
    ...addresses.flatMap((address) => {
      const broad = mailboxPlace(address);
      return [
        addressTerm(address),
        domainTerm(address.slice(address.lastIndexOf('@') + 1)),
        ...(broad === null ? [] : [mailboxTerm(broad)]),
      ];
    }),
  ];
}

/** The terms of the mails that a deny entry names, whatever its scope, as an inclusive range; null when none can. */
export function termsUnder(key: DenyKey): { readonly first: string; readonly last: string } | null {
  const reach = reachOf(key);
  if (reach === null) return null;
  const termOf = { mailbox: mailboxTerm, domain: placeTerm('d'), client: placeTerm('i') }[reach.of];
  return { first: termOf(reach.first), last: termOf(reach.last) };
}

export const addressTerm = (address: string): string => indexKey(`a:${foldAscii(address)}`);
// These two are asked in ranges, and short enough as they are.
const placeTerm =
  (kind: 'd' | 'i') =>
  (place: string): string =>
    storable(`${kind}:${place}`, longestPlace);
export const domainTerm = (domain: string): string => placeTerm('d')(domainPlace(domain));
export const ipTerm = (ip: string): string => placeTerm('i')(clientPlace(ip));
const mailboxTerm = (broad: string): string => indexKey(`e:${broad}`);
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

const mailsAtOnce = 1_000;

/** Writes the terms of clients and domains again, in the form of now. */
export async function renewSenderTerms(trx: Transaction<Schema>): Promise<void> {
  await trx.deleteFrom('trace_terms').where('term', '>=', 'd:').where('term', '<', 'd;').execute();
  await trx.deleteFrom('trace_terms').where('term', '>=', 'i:').where('term', '<', 'i;').execute();
  for (let last = ''; ; ) {
    const rows = await trx
      .selectFrom('trace')
      .select(['message_id', 'received_at', 'client_ip', 'sender_address', 'mail_from'])
      .where('message_id', '>', last)
      .orderBy('message_id')
      .limit(mailsAtOnce)
      .execute();
    const terms = rows.flatMap(({ client_ip, mail_from, message_id, received_at, sender_address }) =>
      [...new Set(senderTerms(client_ip, [sender_address, mail_from].filter(isPresent)))].map((term) => ({
        term,
        received_at,
        message_id,
      })),
    );
    await insertAll(trx, 'trace_terms', terms, 'ignore known');
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end.message_id;
  }
}

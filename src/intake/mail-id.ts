/** Our ids of mails: lower-case letters and digits, sortable by time, not to be guessed. */
import { randomBytes } from 'node:crypto';

const timeDigits = 9; // base 36 of milliseconds: enough until the year 5188
const randomDigits = 12;
const maxCount = 35;

/** The id of a mail that arrives at `now` (epoch milliseconds) for `mailboxes` mailboxes; its last digit keeps that count. */
export function newMailId(now: number, mailboxes: number): string {
  const random = BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(randomDigits, '0');
  const count = Math.min(mailboxes, maxCount).toString(36);
  return `${now.toString(36).padStart(timeDigits, '0')}${random.slice(-randomDigits)}${count}`;
}

/** The id of the mail in its n-th mailbox: message id, job id and key of the trace row. */
export function messageIdOf(mailId: string, index: number): string {
  return `${mailId}-${index}`;
}

/** All message ids of a mail, known from its id alone; null for a mail to more mailboxes than an id can count. */
export function messageIdsOf(mailId: string): string[] | null {
  const count = Number.parseInt(mailId.slice(-1), 36);
  if (!(count >= 1) || count >= maxCount) return null;
  return Array.from({ length: count }, (_, index) => messageIdOf(mailId, index));
}

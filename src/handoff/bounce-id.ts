/**
 * The id that the bounce address of a hand-over by mail is made for (`notices/bounce-address.ts`): it names the mail whose
 * event was told, and by a few digits of a digest which of its deliveries. Ids of deliveries themselves are too long for
 * the local part of an address. Pure.
 */
import { createHash } from 'node:crypto';

export type BounceId = {
  readonly messageId: string;
  /** Of the delivery; another one of the same mail has others. */
  readonly digits: string;
};

const digestDigits = 6;
const mailIdForm = /^([0-9a-z]{1,24})-(\d{1,2})$/;
const form = /^([0-9a-z]{1,24})(\d{2})([0-9a-f]{6})$/;

/** Null for a mail whose id is none of those that intake gives: then a bounce cannot be told apart. */
export function handoffBounceId(delivery: { readonly id: string; readonly messageId: string }): string | null {
  const [, mailId, index] = mailIdForm.exec(delivery.messageId) ?? [];
  if (mailId === undefined || index === undefined) return null;
  return `${mailId}${index.padStart(2, '0')}${digitsOf(delivery.id)}`;
}

/** What an id may have been made for; null where it was made for something else. */
export function readHandoffBounceId(id: string): BounceId | null {
  const [, mailId, index, digits] = form.exec(id) ?? [];
  if (mailId === undefined || index === undefined || digits === undefined) return null;
  return { messageId: `${mailId}-${Number(index)}`, digits };
}

export function isBounceOf({ digits }: BounceId, deliveryId: string): boolean {
  return digitsOf(deliveryId) === digits;
}

function digitsOf(deliveryId: string): string {
  return createHash('sha256').update(deliveryId).digest('hex').slice(0, digestDigits);
}

/**
 * The signed reply token in `support+<token>@`: the letters of a ticket number and a MAC over number and mailbox. All of
 * it is lower-case letters and digits, because mail programs and our own comparison form fold case.
 *
 * A token says which ticket is meant and no more: who may join it is decided by `thread.ts`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalAddress } from '../address/mailbox.ts';

/** At least 32 octets each. The first signs; the others are older ones that still hold. */
export type TokenKeys = readonly [Uint8Array, ...Uint8Array[]];

/** Octets of the MAC that are kept: 80 bits, as many as fit a local part with room for long mailbox names. */
const macOctets = 10;
const macDigits = 16;
/** Crockford's base 32, as in ticket numbers. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const tokenForm = /^[0-9a-hjkmnp-tv-z]{24}$/;

/** `support+<token>@example.com`. Throws RangeError when the number is none of ours or the mailbox no address. */
export function replyAddress(number: string, mailbox: string, keys: TokenKeys): string {
  const address = canonicalAddress(mailbox);
  const letters = lettersOf(number);
  if (address === null || letters === null) throw new RangeError('a reply address needs a ticket number and a mailbox');
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}+${letters}${macOf(letters, address, keys[0])}${address.slice(at)}`;
}

/** The ticket number that a subaddress of `mailbox` names, or null when its token is missing, forged or for another mailbox. */
export function ticketNumberIn(address: string, mailboxes: readonly string[], keys: TokenKeys): string | null {
  const at = address.lastIndexOf('@');
  const plus = address.indexOf('+');
  if (plus < 1 || plus > at) return null;
  const token = address.slice(plus + 1, at);
  if (!tokenForm.test(token)) return null;
  const mailbox = address.slice(0, plus) + address.slice(at);
  if (!mailboxes.includes(mailbox)) return null;
  const letters = token.slice(0, -macDigits);
  const given = Buffer.from(token.slice(-macDigits));
  const holds = keys.some((key) => timingSafeEqual(given, Buffer.from(macOf(letters, mailbox, key))));
  return holds ? `PT-${letters.slice(0, 4)}-${letters.slice(4)}`.toUpperCase() : null;
}

function lettersOf(number: string): string | null {
  const match = /^PT-([0-9A-Z]{4})-([0-9A-Z]{4})$/.exec(number);
  return match === null ? null : `${match[1] ?? ''}${match[2] ?? ''}`.toLowerCase();
}

function macOf(letters: string, mailbox: string, key: Uint8Array): string {
  const mac = createHmac('sha256', key).update(`postern reply token 1\n${letters}\n${mailbox}`).digest();
  return base32(mac.subarray(0, macOctets));
}

function base32(octets: Uint8Array): string {
  let bits = BigInt(`0x${Buffer.from(octets).toString('hex')}`);
  let digits = '';
  for (let place = 0; place < (octets.length * 8) / 5; place += 1) {
    digits = alphabet.charAt(Number(bits & 31n)) + digits;
    bits >>= 5n;
  }
  return digits;
}

/** Phone numbers in E.164 form. */
import { parsePhoneNumberFromString } from 'libphonenumber-js';

export type PhoneResult =
  /** `dialable`: the numbering plan of the country knows such a number. */
  { readonly ok: true; readonly number: string; readonly dialable: boolean } | { readonly ok: false };

/** Reads one international number, spaces and punctuation allowed; numbers without a country code and extensions are refused. */
export function parsePhone(text: string): PhoneResult {
  const phone = parsePhoneNumberFromString(text, { extract: false });
  if (phone === undefined || phone.ext !== undefined) return { ok: false };
  if (!/^\+[1-9]\d{6,14}$/.test(phone.number)) return { ok: false };
  return { ok: true, number: phone.number, dialable: phone.isPossible() };
}

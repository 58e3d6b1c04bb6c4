/** A decrypted mail for staff to read: made when somebody looks, kept nowhere. */
import type { Message } from '../message/message.ts';
import { type DecryptionKey, parsedDecryptionKeys } from './pgp-keys.ts';
import type { PgpLimits } from './pgp-limits.ts';
import { plaintextOf } from './pgp-open.ts';
import { entityOf } from './pgp-verify.ts';

export type DecryptedMail =
  /** A MIME entity: header section, blank line, body. Unverified. */
  | { readonly ok: true; readonly mime: Buffer }
  /** One line for staff. */
  | { readonly ok: false; readonly cause: string };

export type DecryptOptions = {
  readonly decryptionKeys: readonly DecryptionKey[];
  readonly limits: PgpLimits;
  /** When the keys are used, epoch milliseconds. */
  readonly at: number;
};

/** Never rejects for what the mail holds. */
export async function decryptForStaff(
  { content }: Pick<Message, 'content'>,
  { at, decryptionKeys, limits }: DecryptOptions,
): Promise<DecryptedMail> {
  if (content.kind !== 'parsed') return { ok: false, cause: content.cause };
  const keys = await parsedDecryptionKeys(decryptionKeys);
  try {
    const opened = await plaintextOf(content.content.pgp, { decryptionKeys: keys, limits, at: new Date(at) });
    return opened.kind === 'ended' ? { ok: false, cause: opened.cause } : { ok: true, mime: entityOf(opened) };
  } catch {
    // What the library says may quote what was decrypted.
    return { ok: false, cause: 'its PGP structure is broken' };
  }
}

export function isEncrypted({ content }: Pick<Message, 'content'>): boolean {
  return content.kind === 'parsed' && /^(?:inline-)?encrypted$/.test(content.content.pgp.kind);
}

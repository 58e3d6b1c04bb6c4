/**
 * What ties a signed content to us, and which protected header fields it carries. Unbound, a mail that the signer made
 * for somebody else could be sent on to us (POLICY "Proof").
 */

import type { SignaturePacket } from 'openpgp';
import { withoutSubaddress } from '../address/mailbox.ts';
import { convertLfToCrlf } from '../message/line-endings.ts';
import type { PgpFinding } from './finding.ts';
import { headerSection, readEntityHeader } from './pgp-entity.ts';
import type { PgpLimits } from './pgp-limits.ts';
import type { Covered } from './pgp-open.ts';
import { intendedRecipients } from './pgp-signature.ts';

export type Binding = {
  readonly boundBy: PgpFinding['boundBy'];
  /** The protected Subject; null when none is protected. */
  readonly subject: string | null;
  /** A protected From that names anybody but the author. */
  readonly foreignAuthor: boolean;
};

export type BindingOptions = {
  readonly author: string;
  readonly mailboxes: readonly string[];
  /** Fingerprints of our own keys, upper-case hex. */
  readonly ownKeys: readonly string[];
  readonly limits: PgpLimits;
};

export async function bindingOf(covered: Covered, packet: SignaturePacket, options: BindingOptions): Promise<Binding> {
  const isIntended = intendedRecipients(packet).some((fingerprint) => options.ownKeys.includes(fingerprint));
  const unprotected: Binding = {
    boundBy: isIntended ? 'intended-recipient' : null,
    subject: null,
    foreignAuthor: false,
  };
  const section =
    covered.form === 'entity' ? headerSection(convertLfToCrlf(covered.content), options.limits.headerBytes) : null;
  if (section === null || !/;\s*(?:hp|protected-headers)[*\s]*=/i.test(section.toString('latin1'))) return unprotected;
  const { parameters, subject, from, addressees } = await readEntityHeader(section);
  if (!isProtected(parameters)) return unprotected;
  const isAddressed = addressees.some((address) => isOurs(address, options.mailboxes));
  return {
    boundBy: isAddressed ? 'signed-headers' : unprotected.boundBy,
    subject,
    foreignAuthor: from.some((address) => address !== options.author),
  };
}

/** RFC 9788 §2.1.1, and the drafts before it. */
function isProtected(parameters: Readonly<Record<string, string>>): boolean {
  const hp = parameters['hp']?.toLowerCase();
  return hp === 'clear' || hp === 'cipher' || parameters['protected-headers']?.toLowerCase() === 'v1';
}

/** A subaddress of a mailbox of ours is that mailbox (RFC 5233). */
function isOurs(address: string, mailboxes: readonly string[]): boolean {
  return mailboxes.includes(address) || mailboxes.includes(withoutSubaddress(address));
}

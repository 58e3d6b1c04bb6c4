/** What an admin asks in the vendor's portal, as the portal hands it in; and what makes two of them the same. */
import { createHash } from 'node:crypto';

export type PortalAttachment = { readonly fileName: string; readonly contentType: string; readonly content: Buffer };

export type PortalRequest = {
  /** Made by the portal, once for each thing that somebody asked. */
  readonly idempotencyKey: string;
  /** Id or object id. */
  readonly tenant: string;
  readonly adminId: string;
  /** One line without control characters. */
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly PortalAttachment[];
  /** Address of one of our mailboxes. */
  readonly mailbox: string;
};

/** SHA-256 over everything but the key, lower-case hex. */
export function requestDigest({ adminId, attachments, mailbox, subject, tenant, text }: PortalRequest): string {
  const parts = attachments.map(({ content, contentType, fileName }) => [fileName, contentType, sha256(content)]);
  return sha256(JSON.stringify([tenant, adminId, mailbox, subject, text, parts]));
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * A letter as the mail that goes out: fields of RFC 3834, our loop mark, text and HTML; signed with the gateway's PGP key
 * (RFC 3156 §5) and, when the recipient has keys, encrypted to them (§6.2).
 */
import MimeNode from 'nodemailer/lib/mime-node';
import { createMessage, encrypt, enums, type Key, type PrivateKey, readSignature, sign } from 'openpgp';
import { strict } from '../keyring/strength.ts';
import type { Letter } from './letter.ts';
import { type Rendered, render } from './render.ts';

export type NoticeMail = {
  /** Our id of the notice; also in Message-ID and loop mark. */
  readonly id: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  /** Where an answer joins the ticket; null when From is the place. */
  readonly replyTo: string | null;
  /** The mail that this one answers; null for mail of our own accord. */
  readonly answers: { readonly messageId: string | null; readonly references: readonly string[] } | null;
  readonly letter: Letter;
  /** Epoch milliseconds. */
  readonly at: number;
};

export type NoticePgp = {
  /** Unlocked; null sends without a signature. */
  readonly signingKey: PrivateKey | null;
  /** Usable keys of the recipient; none sends in clear. */
  readonly recipientKeys: readonly Key[];
};

/** Rejects when a key cannot be used. The same notice at another time is the same mail but for Date, boundaries and signature. */
export async function noticeMail(mail: NoticeMail, pgp: NoticePgp): Promise<Buffer> {
  const root = await contentOf(mail, pgp);
  const { answers, id, letter } = mail;
  const isEncrypted = pgp.recipientKeys.length > 0;
  root.setHeader([
    ...nameFields(mail, isEncrypted ? letter.outerSubject : letter.subject),
    ...(mail.replyTo === null ? [] : [{ key: 'Reply-To', value: mail.replyTo }]),
    ...threadFields(answers),
    // RFC 3834 §3.1.7 for answers, §5.2 for mail of our own accord.
    { key: 'Auto-Submitted', value: answers === null ? 'auto-generated' : 'auto-replied' },
    { key: 'X-Auto-Response-Suppress', value: 'All' },
    // R-AUTO: should it ever come back to us, it is refused as our own.
    { key: 'X-Postern-Loop', value: id },
  ]);
  return root.build();
}

type Field = { key: string; value: string };

function nameFields({ at, from, id, to }: NoticeMail, subject: string): Field[] {
  return [
    { key: 'From', value: addressField(from) },
    { key: 'To', value: to },
    { key: 'Subject', value: subject },
    { key: 'Date', value: new Date(at).toUTCString().replace('GMT', '+0000') },
    { key: 'Message-ID', value: noticeMessageId(id, from.address) },
  ];
}

/** `<notice.…@domain>`, the same for every attempt, so that a receiver can drop a second copy. */
export function noticeMessageId(id: string, from: string): string {
  return `<notice.${id}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/** Whether a Message-ID is that of a notice sent from one of our domains: its answer is not acknowledged again. */
export function isNoticeMessageId(messageId: string, ownDomains: readonly string[]): boolean {
  const domain = /^<notice\.[0-9a-z-]{1,100}@([^<>@\s]{1,255})>$/.exec(messageId)?.[1];
  return domain !== undefined && ownDomains.includes(domain);
}

/** RFC 5322 §3.6.4: the parent's references and its id; the middle of a long thread is left out. */
function threadFields(answers: NoticeMail['answers']): Field[] {
  if (answers === null || answers.messageId === null || !isMessageId(answers.messageId)) return [];
  const { messageId } = answers;
  const earlier = answers.references.filter((id) => isMessageId(id) && id !== messageId);
  const kept = earlier.length > 10 ? [...earlier.slice(0, 1), ...earlier.slice(-9)] : earlier;
  return [
    { key: 'In-Reply-To', value: messageId },
    { key: 'References', value: [...kept, messageId].join(' ') },
  ];
}

/** Only what is plainly one id is repeated: the field comes from the mail. */
function isMessageId(text: string): boolean {
  return /^<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>$/.test(text);
}

function addressField({ name, address }: NoticeMail['from']): string {
  const plain = name.replace(/[\p{Cc}"\\<>]+/gu, ' ').trim();
  return plain === '' ? address : `"${plain}" <${address}>`;
}

async function contentOf(mail: NoticeMail, { recipientKeys, signingKey }: NoticePgp): Promise<MimeNode> {
  const rendered = render(mail.letter);
  const date = new Date(mail.at);
  if (recipientKeys.length > 0) {
    const part = shell().createChild('multipart/alternative; hp="cipher"', options);
    // RFC 9788 §5: inside stands what is meant; outside a subject that says nothing.
    part.addHeader(nameFields(mail, mail.letter.subject));
    const binary = await octetsOf(alternative(part, rendered));
    const armored = await encrypt({
      message: await createMessage({ binary }),
      encryptionKeys: [...recipientKeys],
      ...(signingKey === null ? {} : { signingKeys: signingKey }),
      date,
      config: strict,
    });
    return encrypted(armored);
  }
  if (signingKey === null) return alternative(new MimeNode('multipart/alternative', options), rendered);
  const binary = await octetsOf(alternative(shell().createChild('multipart/alternative', options), rendered));
  const message = await createMessage({ binary });
  const armored = await sign({ message, signingKeys: signingKey, detached: true, date, config: strict });
  return signed(Buffer.from(binary), armored, await hashNameOf(armored));
}

const options = { disableFileAccess: true, disableUrlAccess: true } as const;

/** Fields such as Date belong to the root only; a part is built below one. */
function shell(): MimeNode {
  return new MimeNode('multipart/mixed', options);
}

/** RFC 3156 §3: quoted-printable, because a relay may change anything else and break the signature. */
function alternative(node: MimeNode, { html, text }: Rendered): MimeNode {
  const encoding = { key: 'Content-Transfer-Encoding', value: 'quoted-printable' };
  node.createChild('text/plain; charset=utf-8', options).setHeader([encoding]).setContent(crlf(text));
  node.createChild('text/html; charset=utf-8', options).setHeader([encoding]).setContent(crlf(html));
  return node;
}

/** RFC 3156 §5. */
function signed(entity: Buffer, armored: string, hash: string): MimeNode {
  const root = new MimeNode(`multipart/signed; micalg=pgp-${hash}; protocol="application/pgp-signature"`, options);
  root.createChild('text/plain', options).setRaw(entity);
  root.createChild('text/plain', options).setRaw(part('application/pgp-signature; name="signature.asc"', armored));
  return root;
}

/** RFC 3156 §4. */
function encrypted(armored: string): MimeNode {
  const root = new MimeNode('multipart/encrypted; protocol="application/pgp-encrypted"', options);
  root.createChild('text/plain', options).setRaw(part('application/pgp-encrypted', 'Version: 1\r\n'));
  root.createChild('text/plain', options).setRaw(part('application/octet-stream; name="encrypted.asc"', armored));
  return root;
}

function part(contentType: string, body: string): string {
  return `Content-Type: ${contentType}\r\n\r\n${crlf(body).replace(/\r\n$/, '')}`;
}

/** The CRLF before a boundary belongs to the boundary (RFC 2046 §5.1.1), and must not be signed. */
async function octetsOf(part: MimeNode): Promise<Uint8Array> {
  const entity = await part.build();
  const hasLineEnd = entity.subarray(-2).toString('latin1') === '\r\n';
  return new Uint8Array(hasLineEnd ? entity.subarray(0, -2) : entity);
}

function crlf(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

async function hashNameOf(armored: string): Promise<string> {
  const hash = (await readSignature({ armoredSignature: armored })).packets[0]?.hashAlgorithm;
  return hash === undefined || hash === null ? 'sha512' : enums.read(enums.hash, hash).toLowerCase();
}

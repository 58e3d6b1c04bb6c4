/** Letters signed and encrypted on the fly, as mail programs do it; for `send samples` and for tests. */
import { createHash, randomUUID } from 'node:crypto';
import {
  type Config,
  createMessage,
  encrypt,
  generateKey,
  type KeyOptions,
  type PrivateKey,
  type PublicKey,
  sign,
} from 'openpgp';
import { fingerprintOf } from '../keyring/public-key.ts';

export type SampleKey = {
  /** Upper-case hex. */
  readonly fingerprint: string;
  readonly armoredPublic: string;
  readonly armoredPrivate: string;
  readonly privateKey: PrivateKey;
  readonly publicKey: PublicKey;
};

export type SampleKeyOptions = Omit<KeyOptions, 'format' | 'userIDs'> & {
  readonly name: string;
  readonly email: string;
};

/** Ed25519 and X25519 in the encoding that GnuPG reads, unless the options say otherwise. */
export async function makePgpKey({ name, email, ...options }: SampleKeyOptions): Promise<SampleKey> {
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    ...options,
    userIDs: [{ name, email }],
    format: 'object',
  });
  return sampleKey(privateKey);
}

/** The same for a key that was changed after it was made. */
export function sampleKey(privateKey: PrivateKey): SampleKey {
  const publicKey = privateKey.toPublic();
  return {
    fingerprint: fingerprintOf(publicKey),
    armoredPublic: publicKey.armor(),
    armoredPrivate: privateKey.armor(),
    privateKey,
    publicKey,
  };
}

/** One letter before it is signed or encrypted. */
export type Letter = {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Epoch milliseconds: Date field and signature. */
  readonly at: number;
  /** Visible Subject when it is not `subject`. */
  readonly visibleSubject?: string;
  /** How header fields are signed: RFC 9788 (default), the drafts before it, or not at all. */
  readonly protect?: 'rfc9788' | 'draft' | 'none';
};

export type SigningOptions = { readonly key: SampleKey; readonly config?: Partial<Config> };
export type EncryptionOptions = {
  readonly recipients: readonly Pick<SampleKey, 'publicKey'>[];
  readonly signer?: SigningOptions;
  /** Signature as a multipart/signed inside (RFC 3156 §6.1) instead of one OpenPGP message. */
  readonly nested?: boolean;
  /** Exchange turns multipart/encrypted into multipart/mixed with an empty text in front. */
  readonly form?: 'rfc3156' | 'exchange';
};

/** First half of a multipart/signed: an entity with protected header fields, ASCII, CRLF. */
export function entityOf(letter: Letter, hp: 'clear' | 'cipher' = 'clear'): Buffer {
  const markers = { rfc9788: `; hp="${hp}"`, draft: '; protected-headers="v1"', none: '' };
  const protect = letter.protect ?? 'rfc9788';
  const lines = [
    `Content-Type: text/plain; charset=utf-8${markers[protect]}`,
    'Content-Transfer-Encoding: base64',
    ...(protect === 'none' ? [] : fieldsOf(letter, letter.subject)),
    '',
    ...(Buffer.from(letter.text.replace(/\r?\n/g, '\r\n'))
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

/** A detached, armored signature over the octets of an entity. */
export async function detachedSignature(entity: Buffer, at: number, { key, config }: SigningOptions): Promise<string> {
  const armored = await sign({
    message: await createMessage({ binary: new Uint8Array(entity) }),
    signingKeys: key.privateKey,
    detached: true,
    date: new Date(at),
    ...(config === undefined ? {} : { config }),
  });
  return crlf(armored);
}

/** RFC 3156 §5. */
export async function signedMail(letter: Letter, signer: SigningOptions): Promise<Buffer> {
  const entity = entityOf(letter);
  const header = fieldsOf(letter, letter.visibleSubject ?? letter.subject);
  return mailOf(header, multipartSigned(entity, await detachedSignature(entity, letter.at, signer)));
}

/** RFC 3156 §4 and §6, or what Exchange makes of it. */
export async function encryptedMail(letter: Letter, options: EncryptionOptions): Promise<Buffer> {
  const header = fieldsOf(letter, letter.visibleSubject ?? '...');
  return mailOf(header, multipartEncrypted(await encryptedEntity(letter, options), options.form ?? 'rfc3156'));
}

/** The armored message of an encrypted mail. */
export async function encryptedEntity(letter: Letter, options: EncryptionOptions): Promise<string> {
  const { recipients, signer, nested } = options;
  const inner = entityOf(letter, 'cipher');
  const isNested = nested === true && signer !== undefined;
  const entity = isNested ? multipartSigned(inner, await detachedSignature(inner, letter.at, signer)) : inner;
  return encryptOctets(entity, letter.at, recipients, isNested ? undefined : signer);
}

export async function encryptOctets(
  octets: Buffer,
  at: number,
  recipients: readonly Pick<SampleKey, 'publicKey'>[],
  signer?: SigningOptions,
): Promise<string> {
  const armored = await encrypt({
    message: await createMessage({ binary: new Uint8Array(octets) }),
    encryptionKeys: recipients.map((key) => key.publicKey),
    date: new Date(at),
    ...(signer === undefined ? {} : { signingKeys: signer.key.privateKey }),
    ...(signer?.config === undefined ? {} : { config: signer.config }),
  });
  return crlf(armored);
}

/** An entity, header section included, whose second half is the signature. */
export function multipartSigned(entity: Buffer, signature: string): Buffer {
  const boundary = boundaryFor(entity);
  const head =
    `Content-Type: multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature";\r\n boundary="${boundary}"\r\n\r\n` +
    `--${boundary}\r\n`;
  const tail =
    `\r\n--${boundary}\r\nContent-Type: application/pgp-signature; name="signature.asc"\r\n` +
    `Content-Disposition: attachment; filename="signature.asc"\r\n\r\n${signature}\r\n--${boundary}--\r\n`;
  return Buffer.concat([Buffer.from(head), entity, Buffer.from(tail)]);
}

export function multipartEncrypted(armored: string, form: 'rfc3156' | 'exchange'): Buffer {
  const boundary = boundaryFor(Buffer.from(armored));
  const isExchange = form === 'exchange';
  const type = isExchange ? 'multipart/mixed' : 'multipart/encrypted; protocol="application/pgp-encrypted"';
  const emptyText = `--${boundary}\r\nContent-Type: text/plain; charset="us-ascii"\r\n\r\n\r\n`;
  return Buffer.from(
    `Content-Type: ${type};\r\n boundary="${boundary}"\r\n\r\n${isExchange ? emptyText : ''}` +
      `--${boundary}\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n` +
      `--${boundary}\r\nContent-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n${armored}\r\n--${boundary}--\r\n`,
  );
}

/** A mail of these header lines and an entity that starts with its own header section (or with its blank line). */
export function mailOf(header: readonly string[], entity: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${header.join('\r\n')}\r\nMIME-Version: 1.0\r\n`), entity]);
}

export function fieldsOf({ from, to, at }: Letter, subject: string): string[] {
  return [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@${from.replace(/^.*@|>.*$/g, '')}>`,
  ];
}

function boundaryFor(content: Buffer): string {
  return `=_${createHash('sha256').update(content).digest('hex').slice(0, 24)}`;
}

function crlf(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

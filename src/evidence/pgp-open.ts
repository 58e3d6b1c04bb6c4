/**
 * From the structure of a mail to one content and the signatures over all of it, or the state that ends the check.
 *
 * signed, inline-signed -> read the signatures.
 * encrypted, inline-encrypted -> not encrypted after all? read the signatures : decrypt -> read the signatures inside,
 * or, when the decrypted entity is itself a multipart/signed (RFC 3156 §6.1), those of its second half.
 *
 * Causes are fixed texts: what the library says may quote what was decrypted.
 */
import {
  createMessage,
  enums,
  type Key,
  type KeyID,
  type Message,
  type PrivateKey,
  readCleartextMessage,
  readMessage,
  readSignature,
  type Signature,
  type SignaturePacket,
  verify,
} from 'openpgp';
import { strict } from '../keyring/strength.ts';
import { convertLfToCrlf } from '../message/line-endings.ts';
import type { PgpStructure } from '../message/message.ts';
import type { PgpResult } from './finding.ts';
import { headerSection, readEntityHeader, signedHalves } from './pgp-entity.ts';
import type { PgpLimits } from './pgp-limits.ts';

/** A signature packet and whether the library verified it under the keys it was given. */
export type Candidate = { readonly packet: SignaturePacket; readonly verified: boolean };

/** One content with the signatures that cover all of it. */
export type Covered = {
  readonly kind: 'covered';
  readonly encrypted: boolean;
  /** A MIME entity with its header section, or text without one. */
  readonly form: 'entity' | 'text';
  /** The very octets that are signed. */
  readonly content: Buffer;
  /** Every signature, tried against these keys only. To be called once: the library drains its packets. */
  candidates(keys: readonly Key[], at: Date): Promise<readonly Candidate[]>;
};

/** The check ends here. */
export type Ended = {
  readonly kind: 'ended';
  readonly encrypted: boolean;
  readonly result: PgpResult;
  readonly cause: string;
  /** It may have been the limit of octets that ended it: with more room it may end otherwise. */
  readonly isBounded?: true;
};

export type OpenOptions = {
  readonly decryptionKeys: readonly PrivateKey[];
  readonly limits: PgpLimits;
  /** When the decryption keys are used. */
  readonly at: Date;
};

export async function openPgp(structure: PgpStructure, options: OpenOptions): Promise<Covered | Ended> {
  switch (structure.kind) {
    case 'none':
      return ended('none', 'no PGP in this mail', false);
    case 'partial':
      return ended('partial', structure.cause, structure.encrypted);
    case 'signed':
      return openDetached(octetsOf(structure.signed), structure.signature, false, options);
    case 'inline-signed':
      return openCleartext(structure.armored, options);
    case 'encrypted':
      return openMessage(structure.armored, 'entity', options);
    case 'inline-encrypted':
      return openMessage(structure.armored, 'text', options);
  }
}

/** A `Buffer` that went to another thread arrives as a `Uint8Array`. */
export function octetsOf(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function ended(result: PgpResult, cause: string, encrypted: boolean): Ended {
  return { kind: 'ended', encrypted, result, cause };
}

function bounded(cause: string, encrypted: boolean): Ended {
  return { ...ended('undecryptable', cause, encrypted), isBounded: true };
}

async function openDetached(
  content: Buffer,
  armored: string,
  encrypted: boolean,
  { limits }: OpenOptions,
): Promise<Covered | Ended> {
  if (armored.length > limits.signatureLength) return ended('bad', 'the signature is oversized', encrypted);
  let signature: Signature;
  try {
    signature = await readSignature({ armoredSignature: armored, config: strict });
  } catch {
    return ended('bad', 'the signature cannot be read', encrypted);
  }
  const count = signature.packets.filterByTag(enums.packet.signature).length;
  return (
    wrongCount(count, encrypted, limits) ?? {
      kind: 'covered',
      encrypted,
      form: 'entity',
      content,
      candidates: async (keys, at) => {
        const message = await createMessage({ binary: new Uint8Array(content) });
        const options = { message, signature, verificationKeys: [...keys], date: at, config: strict };
        return settle((await verify({ ...options, format: 'binary' })).signatures);
      },
    }
  );
}

async function openCleartext(armored: string, { limits }: OpenOptions): Promise<Covered | Ended> {
  // Only the text that the library returns is signed; its armor may hold other lines that people would see.
  try {
    const message = await readCleartextMessage({ cleartextMessage: armored, config: strict });
    const content = Buffer.from(message.getText().replace(/\n/g, '\r\n'));
    return (
      wrongCount(message.getSigningKeyIDs().length, false, limits) ?? {
        kind: 'covered',
        encrypted: false,
        form: 'text',
        content,
        candidates: async (keys, at) =>
          settle((await verify({ message, verificationKeys: [...keys], date: at, config: strict })).signatures),
      }
    );
  } catch {
    return ended('bad', 'the signed text cannot be read', false);
  }
}

async function openMessage(armored: string, form: Covered['form'], options: OpenOptions): Promise<Covered | Ended> {
  const unlocked = await unlock(armored, options);
  return 'kind' in unlocked ? unlocked : openContent(unlocked.message, form, unlocked.encrypted, options);
}

type Unlocked = { readonly message: Message<string>; readonly encrypted: boolean };

/** The message inside; the very one when it was not encrypted. */
async function unlock(armored: string, options: OpenOptions): Promise<Unlocked | Ended> {
  const config = { ...strict, maxDecompressedMessageSize: options.limits.decompressedBytes };
  const bounds = `${options.limits.decompressedBytes} octets`;
  let message: Message<string>;
  try {
    message = await readMessage({ armoredMessage: armored, config });
  } catch {
    return bounded(`not a readable PGP message, or it unfolds to more than ${bounds}`, false);
  }
  const { aeadEncryptedData, symEncryptedIntegrityProtectedData, symmetricallyEncryptedData } = enums.packet;
  // RFC 9580 §5.7: without integrity protection the text may be changed at will (EFAIL).
  if (message.packets.filterByTag(symmetricallyEncryptedData).length > 0) {
    return ended('no-integrity', 'encrypted without integrity protection', true);
  }
  if (message.packets.filterByTag(symEncryptedIntegrityProtectedData, aeadEncryptedData).length === 0) {
    return { message, encrypted: false };
  }
  const refusal = refuseRecipients(message.getEncryptionKeyIDs(), options);
  if (refusal !== null) return ended('undecryptable', refusal, true);
  try {
    // The types know streams only by the reader's own input, which is none.
    const decrypted = (await message.decrypt(
      [...options.decryptionKeys],
      undefined,
      undefined,
      options.at,
      config,
    )) as Message<string>;
    return { message: decrypted, encrypted: true };
  } catch {
    return bounded(`decryption failed: damaged, made for another key, or beyond ${bounds}`, true);
  }
}

/** What a PGP message says, whoever signed it. */
export type Plaintext = { readonly kind: 'plaintext'; readonly form: Covered['form']; readonly content: Buffer };

/**
 * For staff's eyes only: nothing here was verified, so it proves nothing and must be neither judged, kept nor sent
 * (DESIGN "Identity").
 */
export async function plaintextOf(structure: PgpStructure, options: OpenOptions): Promise<Plaintext | Ended> {
  if (structure.kind !== 'encrypted' && structure.kind !== 'inline-encrypted') {
    return ended('none', 'the mail as a whole is not encrypted', false);
  }
  const unlocked = await unlock(structure.armored, options);
  if ('kind' in unlocked) return unlocked;
  const content = literalOf(unlocked.message);
  if (content === null) return ended('undecryptable', noContent, unlocked.encrypted);
  return { kind: 'plaintext', form: structure.kind === 'encrypted' ? 'entity' : 'text', content };
}

const noContent = 'the PGP message holds no content';

function literalOf(message: Message<string>): Buffer | null {
  const data: unknown = message.getLiteralData();
  return data instanceof Uint8Array ? octetsOf(data) : null;
}

/** Why not even to try; null when one of our keys is named, or may be meant. */
function refuseRecipients(recipients: readonly KeyID[], { decryptionKeys, limits }: OpenOptions): string | null {
  if (recipients.length > limits.recipients)
    return `encrypted to ${recipients.length} keys, more than ${limits.recipients}`;
  const ours = new Set(decryptionKeys.flatMap((key) => key.getKeyIDs().map((id) => id.toHex())));
  const names = recipients.map((id) => id.toHex());
  const trials = names.filter((name) => ours.has(name) || /^0*$/.test(name)).length; // zeros: a hidden recipient (RFC 9580 §5.1.8)
  if (trials > limits.trials) return `encrypted to ${trials} keys that may be ours, more than ${limits.trials}`;
  if (trials === 0 || decryptionKeys.length === 0) {
    const listed = names.slice(0, 4).map((name) => name.toUpperCase());
    return names.length === 0
      ? 'encrypted with a password'
      : `encrypted to keys that are not ours: ${listed.join(', ')}`;
  }
  return null;
}

/** Signatures inside one message; those of a multipart/signed within when it has none of its own. */
async function openContent(
  message: Message<string>,
  form: Covered['form'],
  encrypted: boolean,
  options: OpenOptions,
): Promise<Covered | Ended> {
  const content = literalOf(message);
  if (content === null) return ended('undecryptable', noContent, encrypted);
  const count = message.getSigningKeyIDs().length;
  if (count === 0) return openUnsigned(content, form, encrypted, options);
  return (
    wrongCount(count, encrypted, options.limits) ?? {
      kind: 'covered',
      encrypted,
      form,
      content,
      candidates: async (keys, at) => {
        const settings = { message, verificationKeys: [...keys], date: at, config: strict };
        return settle((await verify({ ...settings, format: 'binary' })).signatures);
      },
    }
  );
}

async function openUnsigned(
  content: Buffer,
  form: Covered['form'],
  encrypted: boolean,
  options: OpenOptions,
): Promise<Covered | Ended> {
  const unsigned = ended(
    'none',
    encrypted ? 'encrypted without a signature' : 'a PGP message without a signature',
    encrypted,
  );
  if (form === 'text') return unsigned;
  // Software that encrypts text with bare LF means the same lines (RFC 3156 §5).
  const entity = convertLfToCrlf(content);
  const section = headerSection(entity, options.limits.headerBytes);
  if (section === null) return unsigned;
  const header = await readEntityHeader(section);
  if (header.contentType !== 'multipart/signed') return unsigned;
  if (header.parameters['protocol']?.toLowerCase() !== 'application/pgp-signature') return unsigned;
  const halves = signedHalves(entity, header);
  if (halves.kind === 'fault') return ended('partial', halves.cause, encrypted);
  return openDetached(halves.signed, halves.signature, encrypted, options);
}

function wrongCount(count: number, encrypted: boolean, limits: PgpLimits): Ended | null {
  if (count === 0) return ended('bad', 'no signature of a known version', encrypted);
  if (count > limits.signatures) return ended('bad', `${count} signatures, more than ${limits.signatures}`, encrypted);
  return null;
}

type Verification = Awaited<ReturnType<typeof verify>>['signatures'][number];

async function settle(results: readonly Verification[]): Promise<Candidate[]> {
  const candidates = results.map(async ({ verified, signature }): Promise<Candidate | null> => {
    const packet = (await signature).packets[0];
    if (packet === undefined) return null;
    const isVerified = await verified.then(
      () => true,
      () => false,
    );
    return { packet, verified: isVerified };
  });
  return (await Promise.all(candidates)).filter((candidate) => candidate !== null);
}

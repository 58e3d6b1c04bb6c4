/** People with keys, a directory that knows them, and the PGP check as the gateway runs it. */
import {
  config,
  createCleartextMessage,
  createMessage,
  encryptSessionKey,
  enums,
  SignaturePacket,
  SymmetricallyEncryptedDataPacket,
  sign,
} from 'openpgp';
import type { RegisteredKey, Standing } from '../../src/directory/tenant.ts';
import {
  checkPgp,
  type DecryptionKey,
  defaultPgpLimits,
  type PgpChecked,
  type PgpInput,
} from '../../src/evidence/pgp.ts';
import type { PgpStructure } from '../../src/message/message.ts';
import {
  detachedSignature,
  type EncryptionOptions,
  encryptedEntity,
  entityOf,
  fieldsOf,
  type Letter,
  mailOf,
  makePgpKey,
  type SampleKey,
  type SampleKeyOptions,
  type SigningOptions,
} from '../../src/samples/pgp-samples.ts';
import { admin, primary, tenant } from './evidence.ts';

export const now = Date.parse('2026-03-02T10:00:00Z');
export const day = 86_400_000;
/** When keys are made unless a test says otherwise: long before the letters. */
export const keysMadeAt = new Date(now - 100 * day);

export const ada = 'ada@example.com';
export const grace = 'grace@example.com';
export const support = 'support@postern.test';

export const keyFor = (email: string, options: Partial<SampleKeyOptions> = {}): Promise<SampleKey> =>
  makePgpKey({ name: email.split('@')[0] ?? '', email, date: keysMadeAt, ...options });

export const letter = (changes: Partial<Letter> = {}): Letter => ({
  from: `Ada <${ada}>`,
  to: support,
  subject: 'Printer on fire',
  text: 'The printer is on fire.\nPlease help.\n',
  at: now - 60_000,
  ...changes,
});

export const registered = (
  { fingerprint, armoredPublic }: Pick<SampleKey, 'fingerprint' | 'armoredPublic'>,
  address: string,
  adminId = address === ada ? 'a1' : 'a2',
): RegisteredKey => ({ fingerprint, armored: armoredPublic, tenantId: 't1', adminId, address });

/** Keys by owner and by any id, as the records answer; ids are taken from the keys themselves. */
export function directoryOf(
  entries: readonly { readonly key: SampleKey; readonly entry: RegisteredKey }[],
  standing: Standing = primary(tenant(), admin()),
): PgpInput['directory'] {
  return {
    keysOf: async (address) => entries.filter(({ entry }) => entry.address === address).map(({ entry }) => entry),
    keysById: async (keyId) =>
      entries
        .filter(({ key }) => key.publicKey.getKeyIDs().some((id) => id.toHex().toUpperCase() === keyId))
        .map(({ entry }) => entry),
    standingOf: async () => standing,
  };
}

export const knows = (...people: readonly (readonly [SampleKey, string])[]): PgpInput['directory'] =>
  directoryOf(people.map(([key, address]) => ({ key, entry: registered(key, address) })));

export const ownKey = ({ fingerprint, armoredPrivate }: SampleKey): DecryptionKey => ({
  fingerprint,
  armored: armoredPrivate,
});

export const inputOf = (structure: PgpStructure, changes: Partial<PgpInput> = {}): PgpInput => ({
  structure,
  header: [],
  author: { address: ada },
  now,
  mailboxes: [support],
  directory: knows(),
  decryptionKeys: [],
  limits: defaultPgpLimits,
  ...changes,
});

export const check = (structure: PgpStructure, changes: Partial<PgpInput> = {}): Promise<PgpChecked> =>
  checkPgp(inputOf(structure, changes));

/** What reading a multipart/signed mail of this letter yields. */
export async function signed(of: Letter, signer: SigningOptions): Promise<Extract<PgpStructure, { kind: 'signed' }>> {
  const entity = entityOf(of);
  return { kind: 'signed', signed: entity, signature: await detachedSignature(entity, of.at, signer) };
}

export async function encrypted(of: Letter, options: EncryptionOptions): Promise<PgpStructure> {
  return { kind: 'encrypted', armored: await encryptedEntity(of, options), form: options.form ?? 'rfc3156' };
}

/** The library's own writer of signatures, as far as tests bend it. */
type SignatureWriter = {
  hashAlgorithm: enums.hash | null;
  signatureExpirationTime: number | null;
  signatureNeverExpires: boolean;
  rawNotations: { name: string; value: Uint8Array; humanReadable: boolean; critical: boolean }[];
  writeHashedSubPackets: (this: SignatureWriter) => Uint8Array;
  sign: (this: SignatureWriter, ...rest: unknown[]) => Promise<void>;
};
const writer = SignaturePacket.prototype as unknown as SignatureWriter;

/** Signs everything made within `make` with an intended-recipient subpacket (RFC 9580 §5.2.3.36), which the library cannot write. */
export async function withIntendedRecipient<T>(
  fingerprint: string,
  make: () => Promise<T>,
  { critical = false } = {},
): Promise<T> {
  const original = writer.writeHashedSubPackets;
  writer.writeHashedSubPackets = function write(): Uint8Array {
    const written = Buffer.from(original.call(this));
    const body = Buffer.concat([Buffer.from([critical ? 0x80 | 35 : 35, 4]), Buffer.from(fingerprint, 'hex')]);
    const subpackets = Buffer.concat([written.subarray(2), Buffer.from([body.length]), body]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(subpackets.length);
    return Buffer.concat([length, subpackets]);
  };
  try {
    return await make();
  } finally {
    writer.writeHashedSubPackets = original;
  }
}

/** Every signature made within `make` is changed before it is computed, to what the library itself would not make. */
export async function withPacket<T>(change: (packet: SignatureWriter) => void, make: () => Promise<T>): Promise<T> {
  const original = writer.sign;
  writer.sign = function sign(...rest): Promise<void> {
    change(this);
    return original.apply(this, rest);
  };
  // The library's salt has no size for weak hashes.
  config.nonDeterministicSignaturesViaNotation = false;
  try {
    return await make();
  } finally {
    config.nonDeterministicSignaturesViaNotation = true;
    writer.sign = original;
  }
}

export const withHash = <T>(hash: enums.hash, make: () => Promise<T>): Promise<T> =>
  withPacket((packet) => {
    packet.hashAlgorithm = hash;
  }, make);

/** RFC 9580 §5.7: an encrypted message without any integrity protection. */
export async function withoutIntegrity(text: string, recipient: SampleKey, at: number): Promise<string> {
  const session = { data: new Uint8Array(32).fill(7), algorithm: 'aes256' as const };
  const date = new Date(at);
  const keys = await encryptSessionKey({ ...session, encryptionKeys: recipient.publicKey, date, format: 'object' });
  const content = await createMessage({ text });
  const packet = new SymmetricallyEncryptedDataPacket();
  const encrypting = packet as unknown as {
    packets: unknown;
    encrypt(algorithm: enums.symmetric, key: Uint8Array): Promise<void>;
  };
  encrypting.packets = content.packets;
  await encrypting.encrypt(enums.symmetric.aes256, session.data);
  keys.packets.push(packet);
  return keys.armor();
}

/** One cleartext block with nothing around it (RFC 9580 §7). */
export async function inlineSignedMail(letter: Letter, signer: SigningOptions): Promise<Buffer> {
  const header = [...fieldsOf(letter, letter.subject), 'Content-Type: text/plain; charset=utf-8'];
  return mailOf(header, Buffer.from(`\r\n${await cleartextBlock(letter, signer)}`));
}

export async function cleartextBlock(letter: Letter, { key, config: given }: SigningOptions): Promise<string> {
  const armored = await sign({
    message: await createCleartextMessage({ text: letter.text }),
    signingKeys: key.privateKey,
    date: new Date(letter.at),
    ...(given === undefined ? {} : { config: given }),
  });
  return armored.replace(/\r?\n/g, '\r\n');
}

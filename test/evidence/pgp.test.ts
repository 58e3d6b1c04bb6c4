/** Every state of the PGP check, with keys and mails made on the fly. Each row says why it is what it is. */
import { createMessage, encrypt, enums, generateKey, type PrivateKey, revokeKey, sign } from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PgpResult } from '../../src/evidence/finding.ts';
import { defaultPgpLimits, markPgpReplay, type PgpInput } from '../../src/evidence/pgp.ts';
import { weakAlgorithm } from '../../src/keyring/strength.ts';
import type { PgpStructure } from '../../src/message/message.ts';
import {
  detachedSignature,
  encryptOctets,
  entityOf,
  multipartSigned,
  type SampleKey,
  sampleKey,
} from '../../src/samples/pgp-samples.ts';
import { admin, tenant } from '../helpers/evidence.ts';
import {
  ada,
  check,
  cleartextBlock,
  day,
  directoryOf,
  encrypted,
  grace,
  keyFor,
  keysMadeAt,
  knows,
  letter,
  now,
  ownKey,
  registered,
  signed,
  support,
  withHash,
  withIntendedRecipient,
  withoutIntegrity,
  withPacket,
} from '../helpers/pgp-mail.ts';

type Made = { readonly structure: PgpStructure; readonly changes?: Partial<PgpInput> };
/** Name, what is sent, the state, and why. */
type Row = readonly [string, () => Promise<Made>, PgpResult, string];

let adaKey: SampleKey;
let graceKey: SampleKey;
let strangerKey: SampleKey;
let gateway: SampleKey;
let rsaKey: SampleKey;

beforeAll(async () => {
  [adaKey, graceKey, strangerKey, gateway, rsaKey] = await Promise.all([
    keyFor(ada),
    keyFor(grace),
    keyFor('mallory@evil.test'),
    keyFor(support),
    keyFor(ada, { type: 'rsa', rsaBits: 2048 }),
  ]);
});

/** Ada and Grace are registered; the gateway holds its key. */
const usual = (changes: Partial<PgpInput> = {}): Partial<PgpInput> => ({
  directory: knows([adaKey, ada], [graceKey, grace]),
  decryptionKeys: [ownKey(gateway)],
  ...changes,
});
const withKey = (key: SampleKey): Partial<PgpInput> => usual({ directory: knows([key, ada]) });
const byAda = () => ({ key: adaKey });
const toUs = () => ({ recipients: [gateway], signer: byAda() });
const flipped = (armored: string): string => {
  const lines = armored.split('\r\n');
  const at = Math.floor(lines.length / 2);
  const line = lines[at] ?? '';
  lines[at] = `${line.slice(0, 5)}${line[5] === 'A' ? 'B' : 'A'}${line.slice(6)}`;
  return lines.join('\r\n');
};
const inlineSigned = async (changes: Parameters<typeof letter>[0] = {}): Promise<PgpStructure> => ({
  kind: 'inline-signed',
  armored: await cleartextBlock(letter(changes), byAda()),
});
const revoked = async (key: PrivateKey, at: number, flag = enums.reasonForRevocation.keyRetired): Promise<SampleKey> =>
  sampleKey((await revokeKey({ key, date: new Date(at), reasonForRevocation: { flag }, format: 'object' })).privateKey);

const good: Row[] = [
  [
    'signed, with signed headers (RFC 9788)',
    async () => ({ structure: await signed(letter(), byAda()) }),
    'pass',
    'the signed To names our mailbox',
  ],
  [
    'signed, with the headers of the older draft',
    async () => ({ structure: await signed(letter({ protect: 'draft' }), byAda()) }),
    'pass',
    'protected-headers="v1" is what most programs still write',
  ],
  [
    'signed To in another spelling, with a subaddress',
    async () => ({
      structure: await signed(letter({ to: '"Help" <Support+printer@POSTERN.test>, x@y.test' }), byAda()),
    }),
    'pass',
    'a subaddress of our mailbox is our mailbox; addresses compare folded',
  ],
  [
    'encrypted and signed in one message',
    async () => ({ structure: await encrypted(letter(), toUs()) }),
    'pass',
    'the decrypted header section is covered by the signature',
  ],
  [
    'a multipart/signed inside the encryption',
    async () => ({ structure: await encrypted(letter(), { ...toUs(), nested: true }) }),
    'pass',
    'RFC 3156 §6.1: encrypted over signed',
  ],
  [
    'Exchange-mangled',
    async () => ({ structure: await encrypted(letter(), { ...toUs(), form: 'exchange' }) }),
    'pass',
    'only the frame was changed, not the message',
  ],
  [
    'inline text for an intended recipient',
    async () => ({ structure: await withIntendedRecipient(gateway.fingerprint, () => inlineSigned()) }),
    'pass',
    'the signature names our key (RFC 9580 §5.2.3.36)',
  ],
  [
    'a critical intended-recipient subpacket',
    async () => ({
      structure: await withIntendedRecipient(gateway.fingerprint, () => inlineSigned(), { critical: true }),
    }),
    'pass',
    'critical means: must be understood, and it is',
  ],
  [
    'inline encrypted for an intended recipient',
    async () => ({
      structure: await withIntendedRecipient(gateway.fingerprint, async () => ({
        kind: 'inline-encrypted' as const,
        armored: await encryptOctets(Buffer.from('help'), now, [gateway], byAda()),
      })),
    }),
    'pass',
    'text without header section is bound by the signature alone',
  ],
  [
    'hidden recipients',
    async () => ({
      structure: {
        kind: 'encrypted',
        form: 'rfc3156',
        armored: await encrypt({
          message: await createMessage({ binary: new Uint8Array(entityOf(letter())) }),
          encryptionKeys: [graceKey.publicKey, gateway.publicKey],
          signingKeys: adaKey.privateKey,
          date: new Date(now),
          wildcard: true,
        }),
      },
    }),
    'pass',
    'a key id of zeros may mean us',
  ],
  [
    'a signing subkey',
    async () => {
      const key = await keyFor(ada, { subkeys: [{ sign: true }, {}] });
      return { structure: await signed(letter(), { key }), changes: withKey(key) };
    },
    'pass',
    'a subkey signs for its primary key',
  ],
  [
    'a version 6 key',
    async () => {
      const key = await keyFor(ada, { type: 'curve25519', config: { v6Keys: true } });
      return { structure: await signed(letter(), { key }), changes: withKey(key) };
    },
    'pass',
    'RFC 9580 keys are keys',
  ],
  [
    'RSA of 2,048 bits',
    async () => ({ structure: await signed(letter(), { key: rsaKey }), changes: withKey(rsaKey) }),
    'pass',
    'the least that counts as strong',
  ],
  [
    'signed by a stranger besides',
    async () => {
      const entity = entityOf(letter());
      const signature = await sign({
        message: await createMessage({ binary: new Uint8Array(entity) }),
        signingKeys: [strangerKey.privateKey, adaKey.privateKey],
        detached: true,
        date: new Date(now),
      });
      return { structure: { kind: 'signed', signed: entity, signature } };
    },
    'pass',
    'one good signature of the author is enough; anybody can add theirs',
  ],
  [
    'a clock four minutes ahead',
    async () => ({ structure: await signed(letter({ at: now + 240_000 }), byAda()) }),
    'pass',
    'clocks differ by minutes',
  ],
  [
    'six days old',
    async () => ({ structure: await signed(letter({ at: now - 6 * day }), byAda()) }),
    'pass',
    'queues may hold a mail for days',
  ],
];

const unbound: Row[] = [
  [
    'no signed headers',
    async () => ({ structure: await signed(letter({ protect: 'none' }), byAda()) }),
    'unbound',
    'nothing says that it was meant for us',
  ],
  [
    'forwarded: signed for somebody else, sent on to us',
    async () => ({ structure: await signed(letter({ to: 'bob@other.test' }), byAda()) }),
    'unbound',
    'Bob can send us what Ada wrote to him, under her name',
  ],
  [
    'forwarded inside an encryption of the forwarder',
    async () => {
      const entity = entityOf(letter({ to: 'bob@other.test' }));
      const whole = multipartSigned(entity, await detachedSignature(entity, now, byAda()));
      return { structure: { kind: 'encrypted', form: 'rfc3156', armored: await encryptOctets(whole, now, [gateway]) } };
    },
    'unbound',
    'anybody can encrypt to us what Ada signed for Bob',
  ],
  [
    'intended for another key',
    async () => ({ structure: await withIntendedRecipient(graceKey.fingerprint, () => inlineSigned()) }),
    'unbound',
    'the signature names somebody else as reader',
  ],
  [
    'header fields without the mark that they are protected',
    async () => {
      const entity = Buffer.from(`To: ${support}\r\nContent-Type: text/plain\r\n\r\nhelp\r\n`);
      const signature = await detachedSignature(entity, now, byAda());
      return { structure: { kind: 'signed', signed: entity, signature } };
    },
    'unbound',
    'RFC 9788 §2.1.1: only hp= makes them header fields of the mail',
  ],
  [
    'our address only in a forwarded mail within',
    async () => {
      const entity = Buffer.from(
        `Content-Type: message/rfc822; hp="clear"\r\nTo: bob@other.test\r\n\r\nTo: ${support}\r\n\r\nhelp\r\n`,
      );
      const signature = await detachedSignature(entity, now, byAda());
      return { structure: { kind: 'signed', signed: entity, signature } };
    },
    'unbound',
    'only the header section of the signed entity counts',
  ],
  [
    'our address as a display name',
    async () => ({ structure: await signed(letter({ to: `"${support}" <bob@other.test>` }), byAda()) }),
    'unbound',
    'display names name nobody',
  ],
  [
    'inline text',
    async () => ({ structure: await inlineSigned() }),
    'unbound',
    'a cleartext block has no header fields',
  ],
];

const notOurs: Row[] = [
  [
    'a key nobody registered',
    async () => ({ structure: await signed(letter(), { key: strangerKey }) }),
    'unknown-key',
    'anybody can make a key; no proof and no penalty',
  ],
  [
    'encrypted and signed by a stranger',
    async () => ({ structure: await encrypted(letter(), { recipients: [gateway], signer: { key: strangerKey } }) }),
    'unknown-key',
    'it can be decrypted, and is handed to nobody',
  ],
  [
    'a registered entry that is not the key it says',
    async () => ({
      structure: await signed(letter(), { key: strangerKey }),
      changes: usual({
        directory: directoryOf([
          { key: strangerKey, entry: { ...registered(strangerKey, ada), fingerprint: adaKey.fingerprint } },
        ]),
      }),
    }),
    'unknown-key',
    'the fingerprint is what was registered; armor that does not fit it is ignored',
  ],
  ['no PGP', async () => ({ structure: { kind: 'none' } }), 'none', 'nothing to check'],
  [
    'encrypted without signature',
    async () => ({ structure: await encrypted(letter(), { recipients: [gateway] }) }),
    'none',
    'anybody can encrypt to us; it proves nothing and is no fault',
  ],
  [
    'an armored message that is not encrypted and not signed',
    async () => ({
      structure: { kind: 'inline-encrypted', armored: (await createMessage({ text: 'help' })).armor() },
    }),
    'none',
    'only a wrapper',
  ],
];

const bad: Row[] = [
  [
    'changed content',
    async () => {
      const made = await signed(letter(), byAda());
      return { structure: { ...made, signed: Buffer.from(made.signed.toString().replace('fire', 'sale')) } };
    },
    'bad',
    'one word of the signed Subject was changed on the way',
  ],
  [
    'changed inline text',
    async () => ({
      structure: { kind: 'inline-signed', armored: (await cleartextBlock(letter(), byAda())).replace('fire', 'sale') },
    }),
    'bad',
    'the text is not the one that was signed',
  ],
  [
    'the signature of another mail',
    async () => ({
      structure: {
        ...(await signed(letter(), byAda())),
        signature: (await signed(letter({ text: 'hi' }), byAda())).signature,
      },
    }),
    'bad',
    'a signature fits one content',
  ],
  [
    'changed octets of the signature',
    async () => {
      const made = await signed(letter(), byAda());
      return { structure: { ...made, signature: flipped(made.signature) } };
    },
    'bad',
    'broken or unreadable, it is worth the same',
  ],
  [
    'no signature in the signature',
    async () => ({
      structure: { ...(await signed(letter(), byAda())), signature: '-----BEGIN PGP SIGNATURE-----\r\n\r\nnonsense' },
    }),
    'bad',
    'armor without a packet',
  ],
  [
    'dated an hour ahead',
    async () => ({ structure: await signed(letter({ at: now + 3_600_000 }), byAda()) }),
    'bad',
    'it would be fresh for longer than seven days',
  ],
  [
    'a key that is registered for somebody else',
    async () => ({ structure: await signed(letter(), { key: graceKey }) }),
    'bad',
    'Grace signed a mail that says it is from Ada',
  ],
  [
    'a signed From of somebody else',
    async () => ({ structure: await signed(letter({ from: `Grace <${grace}>` }), byAda()) }),
    'bad',
    'Ada forwarded, or lent her key: two names for one mail',
  ],
  [
    'two signed From fields',
    async () => {
      const entity = Buffer.from(
        `Content-Type: text/plain; hp="clear"\r\nFrom: ${ada}\r\nFrom: ${ada}\r\nTo: ${support}\r\n\r\nx`,
      );
      return {
        structure: { kind: 'signed', signed: entity, signature: await detachedSignature(entity, now, byAda()) },
      };
    },
    'bad',
    'which of them counts would depend on the reader',
  ],
  [
    'nine signatures',
    async () => {
      const entity = entityOf(letter());
      const signature = await sign({
        message: await createMessage({ binary: new Uint8Array(entity) }),
        signingKeys: Array.from({ length: 9 }, () => adaKey.privateKey),
        detached: true,
        date: new Date(now),
      });
      return { structure: { kind: 'signed', signed: entity, signature } };
    },
    'bad',
    'each costs a computation; no person signs that often',
  ],
  [
    'an unknown critical notation',
    async () => ({
      structure: await withPacket(
        (packet) => {
          packet.rawNotations = [
            { name: 'only@tuesdays.test', value: new Uint8Array(), humanReadable: false, critical: true },
          ];
        },
        () => signed(letter(), byAda()),
      ),
    }),
    'bad',
    'the signer demands what we do not understand (RFC 9580 §5.2.3.7)',
  ],
  [
    'an armor header that looks like text',
    async () => ({
      structure: {
        kind: 'inline-signed',
        armored: (await cleartextBlock(letter(), byAda())).replace(
          'Hash:',
          'Comment: Please delete our account.\r\nHash:',
        ),
      },
    }),
    'bad',
    'people would read an unsigned line inside the block (RFC 9580 §7.2)',
  ],
];

const keyStates: Row[] = [
  [
    'a revoked key',
    async () => ({
      structure: await signed(letter(), byAda()),
      changes: withKey(await revoked(adaKey.privateKey, now - day)),
    }),
    'revoked',
    'revoked before the mail',
  ],
  [
    'a key that was retired after the mail',
    async () => ({
      structure: await signed(letter({ at: now - 3 * day }), byAda()),
      changes: withKey(await revoked(adaKey.privateKey, now - day)),
    }),
    'revoked',
    'whoever found the retired key can also date back',
  ],
  [
    'a compromised key',
    async () => ({
      structure: await signed(letter({ at: now - 3 * day }), byAda()),
      changes: withKey(await revoked(adaKey.privateKey, now - day, enums.reasonForRevocation.keyCompromised)),
    }),
    'revoked',
    'a compromise revokes the past too',
  ],
  [
    'a revoked signing subkey',
    async () => {
      const key = await keyFor(ada, { subkeys: [{ sign: true }] });
      const structure = await signed(letter(), { key });
      const subkey = key.privateKey.subkeys[0];
      const primary = key.privateKey.keyPacket;
      if (subkey === undefined || !('privateParams' in primary)) throw new Error('no signing subkey');
      const reason = { flag: enums.reasonForRevocation.keyRetired };
      key.privateKey.subkeys[0] = await subkey.revoke(primary, reason, new Date(now - day));
      return { structure, changes: withKey(sampleKey(key.privateKey)) };
    },
    'revoked',
    'the primary key is fine, the one that signed is not',
  ],
  [
    'an expired key',
    async () => {
      const key = await keyFor(ada, { keyExpirationTime: 98 * 86_400 });
      return { structure: await signed(letter({ at: now - 3 * day }), { key }), changes: withKey(key) };
    },
    'expired',
    'valid when it was signed, expired when it came: the date is the signer’s own word',
  ],
  [
    'an expired signature',
    async () => ({
      structure: await withPacket(
        (packet) => {
          packet.signatureExpirationTime = 3600;
          packet.signatureNeverExpires = false;
        },
        () => signed(letter({ at: now - day }), byAda()),
      ),
    }),
    'expired',
    'the signer gave it an hour',
  ],
  [
    'eight days old',
    async () => ({ structure: await signed(letter({ at: now - 8 * day }), byAda()) }),
    'expired',
    'a signature proves for seven days; the replay memory need not be older',
  ],
  [
    'RSA of 1,024 bits',
    async () => {
      const weak = { minRSABits: 1024 };
      const key = await keyFor(ada, { type: 'rsa', rsaBits: 1024, config: weak });
      return { structure: await signed(letter(), { key, config: weak }), changes: withKey(key) };
    },
    'weak',
    'can be factored',
  ],
  [
    'RSA of 2,047 bits',
    async () => {
      const key = await rsaOfOddSize();
      return { structure: await signed(letter(), { key, config: { minRSABits: 2047 } }), changes: withKey(key) };
    },
    'weak',
    'the library lets it pass by default; the line is 2,048',
  ],
  [
    'a SHA-1 signature',
    async () => ({
      structure: await withHash(enums.hash.sha1, () => signed(letter(), { key: rsaKey })),
      changes: withKey(rsaKey),
    }),
    'weak',
    'collisions can be bought',
  ],
  [
    'an MD5 signature',
    async () => ({
      structure: await withHash(enums.hash.md5, () => signed(letter(), { key: rsaKey })),
      changes: withKey(rsaKey),
    }),
    'weak',
    'collisions are free',
  ],
  [
    'SHA-1 self-certifications',
    async () => {
      const key = await withHash(enums.hash.sha1, () => keyFor(ada, { type: 'rsa', rsaBits: 2048 }));
      return { structure: await signed(letter(), { key }), changes: withKey(key) };
    },
    'weak',
    'the user id could have been moved from another key; the library lets it pass by default',
  ],
];

const closed: Row[] = [
  [
    'encrypted to a foreign key',
    async () => ({ structure: await encrypted(letter(), { recipients: [graceKey], signer: byAda() }) }),
    'undecryptable',
    'not ours to read',
  ],
  [
    'we hold no key at all',
    async () => ({ structure: await encrypted(letter(), toUs()), changes: usual({ decryptionKeys: [] }) }),
    'undecryptable',
    'the gateway has lost its keyring',
  ],
  [
    'hidden recipients, none of them us',
    async () => ({
      structure: {
        kind: 'inline-encrypted',
        armored: await encrypt({
          message: await createMessage({ text: 'help' }),
          encryptionKeys: [graceKey.publicKey],
          date: new Date(now),
          wildcard: true,
        }),
      },
    }),
    'undecryptable',
    'tried and failed',
  ],
  [
    'nine hidden recipients',
    async () => ({
      structure: {
        kind: 'inline-encrypted',
        armored: await encrypt({
          message: await createMessage({ text: 'help' }),
          encryptionKeys: Array.from({ length: 9 }, () => gateway.publicKey),
          date: new Date(now),
          wildcard: true,
        }),
      },
    }),
    'undecryptable',
    'every hidden recipient costs a trial with every key of ours',
  ],
  [
    'encrypted with a password',
    async () => ({
      structure: {
        kind: 'inline-encrypted',
        armored: await encrypt({
          message: await createMessage({ text: 'help' }),
          passwords: 'secret',
          date: new Date(now),
        }),
      },
    }),
    'undecryptable',
    'we know no password, and derive no key from one (Argon2 takes memory)',
  ],
  [
    'damaged ciphertext',
    async () => {
      const made = await encrypted(letter(), toUs());
      return { structure: made.kind === 'encrypted' ? { ...made, armored: flipped(made.armored) } : made };
    },
    'undecryptable',
    'its integrity protection does not hold',
  ],
  [
    'a decompression bomb inside the encryption',
    async () => ({
      structure: { kind: 'encrypted', form: 'rfc3156', armored: await bomb([gateway]) },
      changes: usual({ limits: { ...defaultPgpLimits, decompressedBytes: 1_000_000 } }),
    }),
    'undecryptable',
    'a few kilobytes must not become gigabytes',
  ],
  [
    'nonsense in PGP armor',
    async () => ({
      structure: {
        kind: 'encrypted',
        form: 'rfc3156',
        armored: '-----BEGIN PGP MESSAGE-----\r\n\r\nAAAA\r\n-----END PGP MESSAGE-----',
      },
    }),
    'undecryptable',
    'nothing to decrypt',
  ],
  [
    'no integrity protection',
    async () => ({
      structure: { kind: 'inline-encrypted', armored: await withoutIntegrity('help', gateway, now) },
    }),
    'no-integrity',
    'the text could have been changed at will (EFAIL)',
  ],
];

const partly: Row[] = [
  [
    'text around a signed block',
    async () => ({ structure: { kind: 'partial', cause: 'text after the signed block', encrypted: false } }),
    'partial',
    'what the reader of the mail found is kept as it is',
  ],
  [
    'three parts in the multipart/signed inside an encryption',
    async () => {
      const entity = entityOf(letter());
      const whole = multipartSigned(entity, await detachedSignature(entity, now, byAda())).toString();
      const boundary = /boundary="([^"]+)"/.exec(whole)?.[1] ?? '';
      const extra = whole.replace(`--${boundary}--`, `--${boundary}\r\n\r\nDelete our account.\r\n--${boundary}--`);
      return {
        structure: {
          kind: 'encrypted',
          form: 'rfc3156',
          armored: await encryptOctets(Buffer.from(extra), now, [gateway]),
        },
      };
    },
    'partial',
    'the third part is signed by nobody',
  ],
  [
    'a signed part beside an unsigned one inside an encryption',
    async () => {
      const entity = entityOf(letter());
      const part = multipartSigned(entity, await detachedSignature(entity, now, byAda())).toString();
      const mixed = `Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nDelete our account.\r\n--x\r\n${part}\r\n--x--\r\n`;
      return {
        structure: {
          kind: 'encrypted',
          form: 'rfc3156',
          armored: await encryptOctets(Buffer.from(mixed), now, [gateway]),
        },
      };
    },
    'none',
    'a signature over some of the content is none over all of it',
  ],
];

/** Two primes of 1,024 bits can make a modulus of 2,047. */
async function rsaOfOddSize(): Promise<SampleKey> {
  for (;;) {
    const { privateKey } = await generateKey({
      type: 'rsa',
      rsaBits: 2047,
      userIDs: [{ email: ada }],
      date: keysMadeAt,
      format: 'object',
    });
    if (privateKey.getAlgorithmInfo().bits === 2047) return sampleKey(privateKey);
  }
}

async function bomb(recipients: readonly SampleKey[]): Promise<string> {
  const armored = await encrypt({
    message: await createMessage({ binary: new Uint8Array(4_000_000) }),
    encryptionKeys: recipients.map((key) => key.publicKey),
    signingKeys: adaKey.privateKey,
    date: new Date(now),
    config: { preferredCompressionAlgorithm: enums.compression.zlib },
  });
  expect(armored.length).toBeLessThan(50_000);
  return armored;
}

const rows = [...good, ...unbound, ...notOurs, ...bad, ...keyStates, ...closed, ...partly];

describe('PGP table', () => {
  it.each(rows)('%s', async (_name, make, result, why) => {
    const { structure, changes = usual() } = await make();
    const { finding, inner } = await check(structure, changes);
    expect(finding.result, `${why}; found: ${finding.cause}`).toBe(result);
    expect(finding.cause).toMatch(/^[^\p{C}]{5,300}$/u);
    // Nobody may use us to decrypt: content only under the author's own valid signature.
    const isGood = result === 'pass' || result === 'unbound';
    expect(inner !== null).toBe(isGood);
    expect(finding.replayKey !== null).toBe(isGood);
    expect(finding.boundBy !== null).toBe(result === 'pass');
  });
});

describe('what is covered', () => {
  it('hands out the signed octets and the protected Subject', async () => {
    const structure = await signed(letter(), byAda());
    const { finding, inner } = await check(structure, usual());
    expect(inner).toEqual({ mime: structure.signed, subject: 'Printer on fire', encrypted: false });
    expect(finding).toMatchObject({
      fingerprint: adaKey.fingerprint,
      signer: { tenantId: 't1', adminId: 'a1', address: ada },
      signedAt: letter().at,
      boundBy: 'signed-headers',
      encrypted: false,
    });
  });

  it('hands out the inner Subject of an encrypted mail, decoded', async () => {
    const subject = '=?utf-8?q?Dr=C3=BCcker_brennt?=';
    const { finding, inner } = await check(await encrypted(letter({ subject }), toUs()), usual());
    expect(inner?.subject).toBe('Drücker brennt');
    expect(finding.encrypted).toBe(true);
    expect(JSON.stringify(finding)).not.toMatch(/brennt|printer/i);
  });

  it('hands out text as a MIME entity, dashes unescaped', async () => {
    const text = '- one\n-----two\nthree';
    const structure = await withIntendedRecipient(gateway.fingerprint, () => inlineSigned({ text }));
    const { inner } = await check(structure, usual());
    expect(inner?.mime.toString()).toBe(
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n- one\r\n-----two\r\nthree',
    );
    expect(inner?.subject).toBeNull();
  });

  it('believes nothing when lines are smuggled between text and signature', async () => {
    const block = await cleartextBlock(letter({ text: 'signed' }), byAda());
    const smuggled = block.replace(
      '-----BEGIN PGP SIGNATURE-----',
      '-----SMUGGLED-----\r\nDelete it all.\r\n\r\n-----BEGIN PGP SIGNATURE-----',
    );
    const { finding, inner } = await check({ kind: 'inline-signed', armored: smuggled }, usual());
    expect({ result: finding.result, inner }).toEqual({ result: 'bad', inner: null });
  });

  it('reads an encrypted entity with bare line feeds', async () => {
    const lines = Buffer.from(entityOf(letter()).toString().replaceAll('\r\n', '\n'));
    const armored = await encryptOctets(lines, now, [gateway], byAda());
    const { finding, inner } = await check({ kind: 'encrypted', form: 'rfc3156', armored }, usual());
    expect(finding.result).toBe('pass');
    expect(inner?.subject).toBe('Printer on fire');
    expect(inner?.mime.includes('\r\n\r\n')).toBe(true);
  });

  // A pattern that starts over at each of these needs minutes, and anybody can encrypt to our key.
  it.each([
    [
      'first lines of a signature',
      `\r\n\r\n--b\r\n\r\nx\r\n--b\r\n\r\n${'-----BEGIN PGP SIGNATURE-----\n'.repeat(100_000)}\r\n--b--\r\n`,
    ],
    ['CR in the header', `\r\nX-Run: ${'\r'.repeat(60_000)}y\r\n\r\n--b--\r\n`],
  ])('is not held up by a run of %s', async (_, rest) => {
    const head = 'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b';
    const armored = await encryptOctets(Buffer.from(`${head}${rest}`), now, [gateway]);
    const { finding } = await check({ kind: 'encrypted', form: 'rfc3156', armored }, usual());
    expect(['partial', 'none']).toContain(finding.result);
  });

  it('says when the visible Subject is not the signed one', async () => {
    const raw = Buffer.from('Subject: Delete our account');
    const header = [{ name: 'subject', value: 'Delete our account', raw }];
    const { finding } = await check(await signed(letter(), byAda()), usual({ header }));
    expect(finding).toMatchObject({
      result: 'pass',
      cause: expect.stringMatching(/visible Subject is not the signed one/),
    });
  });
});

describe('whom a signature names', () => {
  it('names the owner when the key is registered for somebody else, so that a conflict can be told', async () => {
    const { finding } = await check(await signed(letter(), { key: graceKey }), usual());
    expect(finding.signer).toEqual({ tenantId: 't1', adminId: 'a2', address: grace });
    expect(finding.cause).toContain(grace);
    expect(finding.fingerprint).toBe(graceKey.fingerprint);
  });

  it('names nobody when a signature only claims that key', async () => {
    const made = await signed(letter(), { key: graceKey });
    const { finding } = await check({ ...made, signed: Buffer.from('changed') }, usual());
    expect(finding).toMatchObject({ result: 'bad', signer: null });
  });

  it('tells the claimed fingerprint of an unknown key, for the deny-list', async () => {
    const { finding } = await check(await signed(letter(), { key: strangerKey }), usual());
    expect(finding).toMatchObject({ fingerprint: strangerKey.fingerprint, signer: null });
  });

  it('takes an admin’s key for the secondary address of that admin', async () => {
    const standing = { kind: 'secondary', tenant: tenant(), admin: admin() } as const;
    const directory = directoryOf([{ key: adaKey, entry: registered(adaKey, ada) }], standing);
    const author = { address: 'ada@home.test' };
    const from = 'Ada <ada@home.test>';
    const { finding } = await check(await signed(letter({ from }), byAda()), usual({ directory, author }));
    expect(finding).toMatchObject({ result: 'pass', signer: { adminId: 'a1', address: 'ada@home.test' } });
  });

  it('does not take it for the secondary address of another admin', async () => {
    const standing = { kind: 'secondary', tenant: tenant(), admin: admin({ id: 'a9' }) } as const;
    const directory = directoryOf([{ key: adaKey, entry: registered(adaKey, ada) }], standing);
    const { finding } = await check(
      await signed(letter(), byAda()),
      usual({ directory, author: { address: 'eve@example.com' } }),
    );
    expect(finding.result).toBe('bad');
  });
});

const recordOf = (key: string | null, contentDigest: string) => new Map([[key ?? '', { contentDigest, mailId: 'm1' }]]);

describe('replay', () => {
  it('is a signature that came before with another mail', async () => {
    const { finding } = await check(await signed(letter(), byAda()), usual());
    expect(finding.replayKey).toMatch(new RegExp(`^pgp:${adaKey.fingerprint}:[0-9a-f]{64}:${letter().at}$`));
    expect(markPgpReplay(finding, recordOf(finding.replayKey, 'other'), 'this')).toMatchObject({
      result: 'replayed',
      cause: expect.stringContaining('m1'),
    });
  });

  it('is not the same mail again, nor another signature', async () => {
    const { finding } = await check(await signed(letter(), byAda()), usual());
    expect(markPgpReplay(finding, recordOf(finding.replayKey, 'this'), 'this')).toBe(finding);
    expect(markPgpReplay(finding, recordOf('pgp:X', 'other'), 'this')).toBe(finding);
  });

  it('knows a signed content again in another encryption', async () => {
    const entity = entityOf(letter());
    const whole = multipartSigned(entity, await detachedSignature(entity, letter().at, byAda()));
    const once = await check(
      { kind: 'encrypted', form: 'rfc3156', armored: await encryptOctets(whole, now, [gateway]) },
      usual(),
    );
    const twice = await check(
      { kind: 'encrypted', form: 'exchange', armored: await encryptOctets(whole, now, [gateway]) },
      usual(),
    );
    expect(once.finding.result).toBe('pass');
    expect(twice.finding.replayKey).toBe(once.finding.replayKey);
  });

  it('knows a text signature again under other line endings', async () => {
    const crlf = Buffer.from('Content-Type: text/plain\r\n\r\nhelp\r\n');
    const signature = await sign({
      message: await createMessage({ text: crlf.toString() }),
      signingKeys: adaKey.privateKey,
      detached: true,
      date: new Date(now),
    });
    const keys = await Promise.all(
      [crlf, Buffer.from(crlf.toString().replaceAll('\r\n', '\n'))].map(async (content) => {
        const { finding } = await check({ kind: 'signed', signed: content, signature }, usual());
        expect(finding.result).toBe('unbound');
        return finding.replayKey;
      }),
    );
    expect(keys[0]).toBe(keys[1]);
  });

  it('marks nothing that was no proof', async () => {
    const { finding } = await check(await signed(letter(), { key: strangerKey }), usual());
    expect(markPgpReplay(finding, new Map(), 'this')).toBe(finding);
  });
});

describe('strength', () => {
  it.each([
    [{ algorithm: 'dsa', bits: 3072 } as const, 'DSA key'],
    [{ algorithm: 'elgamal', bits: 3072 } as const, 'ELGAMAL key'],
    [{ algorithm: 'rsaSign', bits: 2047 } as const, 'RSA key of 2047 bits'],
    [{ algorithm: 'ecdsa', curve: 'secp256k1' } as const, 'key on the curve secp256k1'],
    [{ algorithm: 'rsaEncryptSign', bits: 2048 } as const, null],
    [{ algorithm: 'ecdsa', curve: 'nistP256' } as const, null],
  ])('of %j is %s', (info, cause) => {
    expect(weakAlgorithm(info)).toBe(cause);
  });
});

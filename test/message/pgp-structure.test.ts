import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { PgpStructure } from '../../src/message/message.ts';
import { memoryMail, type RawMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { buildMail, multipart, part } from '../helpers/mail-builder.ts';

async function structureOf(raw: Buffer | RawMail, limits = defaultReadLimits): Promise<PgpStructure> {
  const { content } = await readMessage(Buffer.isBuffer(raw) ? memoryMail(raw) : raw, limits);
  if (content.kind !== 'parsed') throw new Error(content.cause);
  return content.content.pgp;
}

const signature = '-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n';
const message = '-----BEGIN PGP MESSAGE-----\r\n\r\nhQ==\r\n-----END PGP MESSAGE-----';
const cleartext = `-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHello\r\n${signature}`;
const signaturePart = part('application/pgp-signature; name="s.asc"', signature);

function signedMail(parts: readonly Buffer[], preamble = '', epilogue = ''): Buffer {
  const type =
    'Content-Type: multipart/signed; micalg=pgp-sha256;\r\n protocol="application/pgp-signature"; boundary="b"';
  return buildMail({ fields: [type], body: multipart('b', parts, preamble, epilogue) });
}

function encryptedMail(parts: readonly Buffer[]): Buffer {
  const type = 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b';
  return buildMail({ fields: [type], body: multipart('b', parts) });
}

function mixedMail(parts: readonly Buffer[]): Buffer {
  return buildMail({ fields: ['Content-Type: multipart/mixed; boundary=b'], body: multipart('b', parts) });
}

const control = part('application/pgp-encrypted', 'Version: 1\r\n');
const ciphertext = part('application/octet-stream; name="encrypted.asc"', message);

describe('multipart/signed', () => {
  it.each([
    ['a text', part('text/plain; charset=utf-8', 'Hello\r\nWorld ')],
    ['a text with a line end of its own', part('text/plain', 'Hello\r\n')],
    ['an empty text', part('text/plain', '')],
    ['a part without header', Buffer.from('\r\nHello')],
    [
      'parts in parts',
      part('multipart/mixed; boundary=c', multipart('c', [part('text/plain', 'x'), part('image/png', 'y')])),
    ],
    [
      'parts in parts with an epilogue',
      part('multipart/mixed; boundary=c', multipart('c', [part('text/plain', 'x')], 'pre', 'post\r\n')),
    ],
    ['lines that look like delimiters', part('text/plain', '--bb\r\n-- b\r\n--b \r\n --b\r\nx--b--\r\n')],
  ])('gives the octets of %s exactly, however they arrive', async (_, signedPart) => {
    const mail = signedMail([signedPart, signaturePart], 'This is an OpenPGP/MIME signed message.\r\n');
    const expected = { kind: 'signed', signed: signedPart, signature };
    expect(await structureOf(mail)).toEqual(expected);
    for (const size of [1, 2, 3, 7, 64]) expect(await structureOf(slowly(mail, size))).toEqual(expected);
  });

  const text = part('text/plain', 'Hello');
  it.each([
    ['three parts', signedMail([text, signaturePart, text])],
    ['one part', signedMail([text])],
    ['the signature first', signedMail([signaturePart, text])],
    ['no signature', signedMail([text, text])],
    ['text after the parts', signedMail([text, signaturePart], '', 'List footer\r\n')],
    ['no closing delimiter', signedMail([text, signaturePart]).subarray(0, -7)],
    [
      'a delimiter with white space',
      Buffer.from(signedMail([text, signaturePart]).toString().replace('Hello\r\n--b', 'Hello\r\n--b ')),
    ],
    [
      'a list footer around it',
      mixedMail([
        part(
          'multipart/signed; protocol="application/pgp-signature"; boundary=c',
          multipart('c', [text, signaturePart]),
        ),
        part('text/plain', 'footer'),
      ]),
    ],
    ['a detached signature beside it', mixedMail([text, signaturePart])],
  ])('with %s is partial', async (_, mail) => {
    expect(await structureOf(mail)).toEqual({ kind: 'partial', cause: expect.stringMatching(/./), encrypted: false });
  });

  it('over the limit is partial', async () => {
    const mail = signedMail([part('text/plain', 'x'.repeat(5_000)), signaturePart]);
    expect(await structureOf(mail, { ...defaultReadLimits, pgpBytes: 4_000 })).toMatchObject({
      kind: 'partial',
      cause: expect.stringContaining('too large'),
    });
  });

  it('of S/MIME is none', async () => {
    const type = 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b';
    const body = multipart('b', [text, part('application/pkcs7-signature', 'x')]);
    expect(await structureOf(buildMail({ fields: [type], body }))).toEqual({ kind: 'none' });
  });
});

describe('encrypted mail', () => {
  it('by RFC 3156', async () => {
    expect(await structureOf(encryptedMail([control, ciphertext]))).toEqual({
      kind: 'encrypted',
      armored: message,
      form: 'rfc3156',
    });
  });

  it('as Exchange mangles it', async () => {
    const mail = mixedMail([part('text/plain', '\r\n'), control, ciphertext]);
    expect(await structureOf(mail)).toEqual({ kind: 'encrypted', armored: message, form: 'exchange' });
  });

  it('in base64', async () => {
    const encoded = part('application/octet-stream', Buffer.from(message).toString('base64'), [
      'Content-Transfer-Encoding: base64',
    ]);
    expect(await structureOf(encryptedMail([control, encoded]))).toMatchObject({ kind: 'encrypted', armored: message });
  });

  it.each([
    ['text in the first part', mixedMail([part('text/plain', 'Click here'), control, ciphertext])],
    ['HTML in the first part', mixedMail([part('text/html', ''), control, ciphertext])],
    ['a footer', mixedMail([part('text/plain', ''), control, ciphertext, part('text/plain', 'footer')])],
    [
      'a footer beside it',
      mixedMail([
        part(
          'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=c',
          multipart('c', [control, ciphertext]),
        ),
        part('text/plain', 'footer'),
      ]),
    ],
    ['three parts', encryptedMail([control, ciphertext, ciphertext])],
    ['no control part', encryptedMail([ciphertext, ciphertext])],
    ['no version', encryptedMail([part('application/pgp-encrypted', ''), ciphertext])],
    ['two messages', encryptedMail([control, part('application/octet-stream', `${message}\r\n${message}`)])],
    ['text around the message', encryptedMail([control, part('application/octet-stream', `${message}\r\nx`)])],
    ['a signature in its place', encryptedMail([control, part('application/octet-stream', signature)])],
  ])('with %s is partial, and something in it is left unopened', async (_, mail) => {
    expect(await structureOf(mail)).toMatchObject({ kind: 'partial', encrypted: true });
  });

  it('over the limit is partial', async () => {
    const long = `-----BEGIN PGP MESSAGE-----\r\n\r\n${'h'.repeat(5_000)}\r\n-----END PGP MESSAGE-----`;
    const mail = encryptedMail([control, part('application/octet-stream', long)]);
    expect(await structureOf(mail, { ...defaultReadLimits, pgpBytes: 4_000 })).toMatchObject({ kind: 'partial' });
  });
});

describe('inline PGP', () => {
  it('is one cleartext block', async () => {
    expect(await structureOf(buildMail({ body: `\r\n${cleartext}\r\n` }))).toEqual({
      kind: 'inline-signed',
      armored: cleartext.trim(),
    });
  });

  it('is one armored message, which is nothing to read', async () => {
    const { content } = await readMessage(memoryMail(buildMail({ body: message })), defaultReadLimits);
    expect(content).toMatchObject({
      kind: 'parsed',
      content: { text: '', newestText: '', pgp: { kind: 'inline-encrypted', armored: message } },
    });
  });

  it('is found behind a transfer encoding', async () => {
    const mail = buildMail({
      fields: ['Content-Transfer-Encoding: base64'],
      body: Buffer.from(cleartext).toString('base64'),
    });
    expect((await structureOf(mail)).kind).toBe('inline-signed');
  });

  it('may be longer than other texts', async () => {
    const body = cleartext.replace('Hello', 'Hello\r\n'.repeat(200));
    expect((await structureOf(buildMail({ body }), { ...defaultReadLimits, textBytes: 100 })).kind).toBe(
      'inline-signed',
    );
    expect(
      (await structureOf(buildMail({ body }), { ...defaultReadLimits, textBytes: 100, pgpBytes: 1_000 })).kind,
    ).toBe('partial');
  });

  it.each([
    ['text before it', `Hi\r\n${cleartext}`],
    ['text after it', `${cleartext}\r\nBye`],
    ['two blocks', `${cleartext}${cleartext}`],
    ['a block in a block', cleartext.replace('Hello', `-----BEGIN PGP SIGNED MESSAGE-----`)],
    ['a message after the block', `${cleartext}${message}`],
    ['an open end', cleartext.replace('-----END PGP SIGNATURE-----', '')],
    ['a detached signature', `Hello\r\n${signature}`],
    ['text around a message', `Hi\r\n${message}\r\nBye`],
  ])('with %s is partial', async (_, body) => {
    expect(await structureOf(buildMail({ body }))).toMatchObject({
      kind: 'partial',
      encrypted: body.includes('BEGIN PGP MESSAGE'),
    });
  });

  it.each([
    ['beside another part', mixedMail([part('text/plain', cleartext), part('text/plain', 'footer')])],
    [
      'in an alternative',
      mixedMail([
        part(
          'multipart/alternative; boundary=c',
          multipart('c', [part('text/plain', cleartext), part('text/html', 'x')]),
        ),
      ]),
    ],
    ['in HTML', buildMail({ fields: ['Content-Type: text/html'], body: `<pre>${cleartext}</pre>` })],
    [
      'in a multipart without parts',
      buildMail({ fields: ['Content-Type: multipart/mixed; boundary=b'], body: cleartext }),
    ],
    [
      'in an attachment that is all of the mail',
      buildMail({ fields: ['Content-Type: text/plain', 'Content-Disposition: attachment'], body: cleartext }),
    ],
  ])('%s is no proof', async (_, mail) => {
    expect(['partial', 'none']).toContain((await structureOf(mail)).kind);
  });

  it.each([
    ['a public key', '-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nx\r\n-----END PGP PUBLIC KEY BLOCK-----'],
    ['a quoted block', cleartext.replace(/^(?!\n)/gm, '> ')],
    ['words', 'Do you support BEGIN PGP MESSAGE?'],
  ])('of %s is none', async (_, body) => {
    expect(await structureOf(buildMail({ body }))).toEqual({ kind: 'none' });
  });
});

/** The same mail in tiny chunks, past the short cut for small mails. */
function slowly(mail: Buffer, size: number): RawMail {
  const chunks = Array.from({ length: Math.ceil(mail.length / size) }, (_, index) =>
    mail.subarray(index * size, (index + 1) * size),
  );
  return { ...memoryMail(mail), size: 1_000_000, open: () => Readable.from(chunks) };
}

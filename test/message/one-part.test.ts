/** One part of a mail alone: the very octets whose digest the list of parts shows. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readOnePart } from '../../src/message/one-part.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';

const big = Buffer.alloc(900_000, 'postern ');
const mail = [
  'From: ada@example.com',
  'Content-Type: multipart/mixed; boundary=a',
  '',
  'preamble',
  '--a',
  'Content-Type: multipart/alternative; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'plain',
  '--b',
  'Content-Type: text/html; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p>caf=E9</p>',
  '--b--',
  '--a',
  'Content-Type: multipart/mixed; boundary=empty',
  '',
  'nothing is parted here',
  '--a',
  'Content-Type: application/pdf; name=big.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  ...(big.toString('base64').match(/.{1,76}/g) ?? []),
  '--a',
  'Content-Type: message/rfc822',
  '',
  'From: inner@example.com',
  '',
  'inner',
  '--a--',
  '',
].join('\r\n');
const raw = memoryMail(Buffer.from(mail, 'latin1'));
const read = (index: number, most = 10_000_000) => readOnePart(raw, index, defaultReadLimits, most);

describe('one part', () => {
  it('is each of those that the mail lists, whole', async () => {
    const { content } = await readMessage(raw, defaultReadLimits);
    const parts = content.kind === 'parsed' ? content.content.parts : [];
    expect(parts.map(({ contentType }) => contentType)).toEqual([
      'text/plain',
      'text/html',
      'text/plain',
      'application/pdf',
      'message/rfc822',
    ]);
    for (const [index, summary] of parts.entries()) {
      const found = await read(index);
      if (found.kind !== 'part') throw new Error(`part ${index}: ${found.kind}`);
      expect(found.part).toMatchObject(summary);
      expect(createHash('sha256').update(found.part.octets).digest('hex')).toBe(summary.sha256);
    }
    const found = await read(3);
    expect(found.kind === 'part' && found.part.octets.equals(big)).toBe(true);
  });

  it('is missing where there is none, or where it is larger than wanted', async () => {
    expect((await read(5)).kind).toBe('missing');
    expect((await read(-1)).kind).toBe('missing');
    expect((await read(3, 1_000)).kind).toBe('missing');
  });

  it('names the limit that a mail breaks', async () => {
    const limits = { ...defaultReadLimits, mimeParts: 2 };
    expect(await readOnePart(raw, 0, limits, 100)).toMatchObject({ kind: 'unparseable' });
  });
});

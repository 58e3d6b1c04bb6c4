/** Whatever somebody types in the portal, it stays the value of its field and the content of its part. */
import { array, assert, asyncProperty, constantFrom, oneof, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineEndingScanner } from '../../src/message/line-endings.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { type PortalMail, portalMail } from '../../src/portal/portal-mail.ts';

const plain: PortalMail = {
  mailId: '0mail1',
  from: { name: 'Ada', address: 'ada@customer.example' },
  to: 'support@postern.test',
  subject: 'Backup',
  text: 'It stopped.',
  attachments: [],
  at: Date.parse('2026-03-02T10:00:00Z'),
};

async function read(mail: PortalMail) {
  const raw = await portalMail(mail);
  const scanner = createLineEndingScanner();
  scanner.push(raw);
  const message = await readMessage(memoryMail(raw), defaultReadLimits);
  return { raw: raw.toString('utf8'), lineFaults: scanner.faults(), message };
}

const fields = ['content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'];
const nasty = constantFrom(
  '\r\n',
  '\n',
  '\r',
  '\0',
  '"',
  '<',
  '>',
  ',',
  ';',
  '=?utf-8?q?=0D=0A?=',
  '@',
  '\u202e',
  '\ud800',
  '--b',
  ':',
);
const typed = (maxLength: number) =>
  array(oneof(nasty, string({ unit: 'grapheme', maxLength: 20 })), { maxLength }).map((parts) => parts.join(''));

describe('a mail of the portal', () => {
  it('has the fields that we give it and one author, whatever is typed', async () => {
    await assert(
      asyncProperty(typed(8), typed(8), typed(20), typed(4), async (name, subjectEnd, textEnd, fileName) => {
        const [subject, text] = [`S ${subjectEnd}`, `T ${textEnd}`]; // the desk takes neither empty
        const attachments = [{ fileName, contentType: 'text/plain', content: Buffer.from(text) }];
        const { lineFaults, message, raw } = await read({
          ...plain,
          from: { ...plain.from, name },
          subject,
          text,
          attachments,
        });
        expect(lineFaults).toEqual([]);
        expect(message.faults).toEqual([]);
        expect(message.header.map((field) => field.name).toSorted()).toEqual(fields);
        expect(message.author?.address).toBe('ada@customer.example');
        expect(raw.startsWith('From: ')).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['Grüße – 日本', 'Zeile eins\nZeile zwei: ✓\n.\n..\nFrom x', 'bérénice "x".txt'],
    ['x'.repeat(300), `${'long line '.repeat(500)}\n`, 'a'.repeat(200)],
    [' spaces  within ', '\n\n\n', '../../up'],
  ])('says what was typed: %s', async (subject, text, fileName) => {
    const content = Buffer.from([0, 1, 2, 10, 13, 255]);
    const { message } = await read({
      ...plain,
      subject,
      text,
      attachments: [{ fileName, contentType: 'image/png', content }],
    });
    expect(message.content.kind).toBe('parsed');
    if (message.content.kind !== 'parsed') return;
    const { content: parsed } = message.content;
    expect(parsed.subject.replace(/ +/g, ' ')).toBe(subject.trim().replace(/ +/g, ' '));
    expect(parsed.text.trimEnd()).toBe(text.trimEnd());
    expect(parsed.parts.find((part) => part.fileName === fileName)).toMatchObject({
      contentType: 'image/png',
      size: 6,
    });
  });

  it.each([
    '"ada lovelace"@customer.example',
    'ada+x@customer.example',
    "o'neil@customer.example",
    'jörg@customer.example',
  ])('is from the address on file to the letter: %s', async (address) => {
    const { message } = await read({ ...plain, from: { name: 'A, B <c@d>', address } });
    expect(message.faults).toEqual([]);
    expect(message.author?.address).toBe(address);
  });

  it.each(['message/rfc822', 'Multipart/Mixed', 'message/partial'])('holds no mail within: %s', async (contentType) => {
    const content = Buffer.from('From: eve@example.com\r\nSubject: x\r\n\r\nx');
    const { message, raw } = await read({ ...plain, attachments: [{ fileName: 'a.eml', contentType, content }] });
    expect(raw).not.toContain('eve@example.com');
    expect(message.content.kind === 'parsed' && message.content.content.parts.at(-1)?.contentType).toBe(
      'application/octet-stream',
    );
  });
});

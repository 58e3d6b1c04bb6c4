import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createContentDigest } from '../../src/message/content-digest.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { buildMail, rawMail } from '../helpers/mail-builder.ts';

async function digestOf(mail: Buffer): Promise<string> {
  return (await readMessage(memoryMail(mail), defaultReadLimits)).contentDigest;
}

describe('content digest', () => {
  const mail = buildMail({ fields: ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8'] });

  it.each([
    ['another relay adds trace fields', Buffer.concat([Buffer.from('Received: by mx\r\nX-Spam: no\r\n'), mail])],
    ['a relay refolds', Buffer.from(mail.toString().replace('text/plain; charset', 'text/plain;\r\n\tcharset'))],
    ['a relay drops the last line end', mail.subarray(0, -2)],
    ['a relay adds empty lines', Buffer.concat([mail, Buffer.from('\r\n\r\n')])],
  ])('is the same when %s', async (_, relayed) => {
    expect(await digestOf(relayed)).toBe(await digestOf(mail));
  });

  it.each([
    ['the body', Buffer.from(mail.toString().replace('export', 'delete'))],
    ['an empty line inside the body', Buffer.from(mail.toString().replace('Hello,\r\n', 'Hello,\r\n\r\n'))],
    ['the subject', Buffer.from(mail.toString().replace('Question', 'Order'))],
    ['the decoding', Buffer.from(mail.toString().replace('utf-8', 'utf-16'))],
    ['the addressee', Buffer.from(mail.toString().replace('support@', 'sales@'))],
  ])('differs when %s differs', async (_, other) => {
    expect(await digestOf(other)).not.toBe(await digestOf(mail));
  });

  it('does not take the end of a field for the start of the body', async () => {
    const a = rawMail(['From: a@b.c', 'Subject: x'], 'y\r\n');
    const b = rawMail(['From: a@b.c'], 'subject:x\r\ny\r\n');
    expect(await digestOf(a)).not.toBe(await digestOf(b));
  });

  it('does not depend on how the octets are cut', () => {
    const octets = fc.array(fc.constantFrom('\r\n', '\r', '\n', 'a'), { maxLength: 20 }).map((text) => text.join(''));
    fc.assert(
      fc.property(octets, fc.nat(20), fc.nat(20), (text, first, second) => {
        const whole = createContentDigest([]);
        whole.push(Buffer.from(text));
        const [from, to] = first < second ? [first, second] : [second, first];
        const cut = createContentDigest([]);
        for (const chunk of [text.slice(0, from), text.slice(from, to), text.slice(to)]) cut.push(Buffer.from(chunk));
        expect(cut.hex()).toBe(whole.hex());
      }),
    );
  });
});

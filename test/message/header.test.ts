import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeaderCollector, type HeaderScan, scanHeader } from '../../src/message/header.ts';
import { defaultReadLimits } from '../../src/message/read.ts';

type MailauthTools = {
  parseHeaders(block: Buffer): { readonly parsed: readonly { readonly key: string | null; readonly line: Buffer }[] };
};
const mailauthTools = createRequire(import.meta.url)('mailauth/lib/tools') as MailauthTools;

function scan(text: string | Buffer, limits = defaultReadLimits): HeaderScan {
  const collector = createHeaderCollector(limits.headerBytes);
  collector.push(Buffer.from(text));
  return scanHeader(collector.block(), limits);
}

const codesOf = (scanned: HeaderScan): readonly string[] => scanned.faults.map((fault) => fault.code);

describe('header fields', () => {
  it('keeps name, unfolded value and octets of each field', () => {
    const { fields, faults } = scan('From: a@b.c\r\nSubject: one\r\n two\r\nX-8: \xc3\xbc\r\n\r\nNot-A-Field: x\r\n');
    expect(faults).toEqual([]);
    expect(fields.map(({ name, value, raw }) => [name, value, raw.toString()])).toEqual([
      ['from', 'a@b.c', 'From: a@b.c'],
      ['subject', 'one two', 'Subject: one\r\n two'],
      ['x-8', 'Ã¼', 'X-8: Ã¼'],
    ]);
  });

  it('decodes octets that are no UTF-8 as Latin-1', () => {
    const { fields } = scan(Buffer.from('From: a@b.c\r\nSubject: M\u00fcller\r\n\r\n', 'latin1'));
    expect(fields[1]?.value).toBe('Müller');
  });

  it('takes an mbox separator for no field and no fault', () => {
    const { fields, faults } = scan('From ada@example.com Tue Jul  1 10:00:00 2025\r\nFrom: a@b.c\r\n\r\n');
    expect(fields.map((field) => field.name)).toEqual(['from']);
    expect(faults).toEqual([]);
  });

  it('ends at the first empty line, however the octets arrive', () => {
    const mail = Buffer.from('From: a@b.c\r\nTo: d@e.f\r\n\r\nbody\r\n\r\nmore');
    for (let cut = 1; cut < mail.length; cut += 1) {
      const collector = createHeaderCollector(1_000);
      collector.push(mail.subarray(0, cut));
      collector.push(mail.subarray(cut));
      expect(collector.block()).toEqual({ bytes: mail.subarray(0, 26), complete: true });
    }
  });

  it('is the whole mail when there is no empty line', () => {
    expect(scan('From: a@b.c\r\nSubject: x').fields.map((field) => field.name)).toEqual(['from', 'subject']);
  });
});

describe('From fields', () => {
  it.each([
    ['To: a@b.c\r\n\r\n', ['no-from']],
    ['\r\nFrom: a@b.c\r\n\r\n', ['no-from']],
    ['', ['no-from']],
    ['From: a@b.c\r\nFrom: d@e.f\r\n\r\n', ['several-from-fields']],
    ['From: a@b.c\r\nFrom: a@b.c\r\n\r\n', ['several-from-fields']],
    ['From: a@b.c\r\nFROM: d@e.f\r\n\r\n', ['several-from-fields']],
    ['From : a@b.c\r\n\r\n', ['field-name-space']],
    ['From\t: a@b.c\r\n\r\n', ['field-name-space']],
    ['From\r\n : a@b.c\r\n\r\n', ['field-name-space']],
    ['From\r\n: a@b.c\r\n\r\n', ['field-name-space']],
    ['From: a@b.c\r\nFrom : d@e.f\r\n\r\n', ['several-from-fields', 'field-name-space']],
    ['From: a@b.c\r\nFrom\r\n : d@e.f\r\n\r\n', ['several-from-fields', 'field-name-space']],
    ['X: y\r\nFrom : a@b.c\r\n\r\n', ['field-name-space']],
    ['From : a@b.c\r\nFrom: d@e.f\r\n\r\n', ['several-from-fields', 'field-name-space']],
  ])('%j has %j', (text, codes) => {
    expect(codesOf(scan(text))).toEqual(codes);
  });

  it.each([
    ['From: a@b.c\r\n\u000bFrom: d@e.f\r\n\r\n', 'a vertical tab in front'],
    ['From: a@b.c\r\n\u00a0From: d@e.f\r\n\r\n', 'a no-break space in front'],
    ['From: a@b.c\r\nno field at all\r\n\r\n', 'no colon'],
    ['From\r\nFrom: a@b.c\r\n\r\n', 'a name without a colon'],
    ['From \r\nFrom: a@b.c\r\n\r\n', 'a name without a colon, and a space'],
    ['garbage\r\nFrom: a@b.c\r\n\r\n', 'garbage first'],
    ['From: a@b.c\r\n: empty name\r\n\r\n', 'an empty name'],
  ])('%j is bad syntax: %s', (text) => {
    expect(codesOf(scan(text))).toEqual(['header-syntax']);
  });

  it('counts what mailauth counts, unless the syntax is refused anyway', () => {
    const piece = fc.constantFrom(
      'From',
      'from',
      'To',
      'X',
      ':',
      ' ',
      '\t',
      '\r\n',
      '\r\n ',
      'a@b.c',
      '\u00a0',
      'F',
      '\u000b',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const collector = createHeaderCollector(10_000);
        collector.push(Buffer.from(pieces.join('')));
        const { bytes } = collector.block();
        const scanned = scanHeader(collector.block(), defaultReadLimits);
        fc.pre(!codesOf(scanned).includes('header-syntax'));
        const theirs = mailauthTools.parseHeaders(bytes).parsed.filter((row) => row.key === 'from');
        const ours = scanned.fields.filter((field) => field.name === 'from');
        expect(ours.map((field) => field.raw.toString('latin1'))).toEqual(
          theirs.map((row) => row.line.toString('latin1')),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('singleton fields', () => {
  it('refuses differing duplicates', () => {
    const scanned = scan('From: a@b.c\r\nSubject: one\r\nTo: x@y.z\r\nSubject: two\r\nTo: x@y.z\r\n\r\n');
    expect(scanned.faults).toEqual([{ code: 'duplicate-singleton', detail: 'differing subject fields' }]);
  });

  it('tolerates byte-identical ones and repeated trace fields', () => {
    const scanned = scan('Received: a\r\nReceived: b\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\nMIME-Version: 1.0\r\n\r\n');
    expect(scanned.faults).toEqual([]);
  });

  it.each(['Sender', 'Reply-To', 'Cc', 'Bcc', 'Message-ID', 'In-Reply-To', 'References', 'Date', 'Content-Type'])(
    'knows %s',
    (name) => {
      expect(codesOf(scan(`From: a@b.c\r\n${name}: 1\r\n${name} : 2\r\n\r\n`))).toEqual(['duplicate-singleton']);
    },
  );
});

describe('limits', () => {
  it.each([
    [`From: a@b.c\r\nX: ${'y'.repeat(300 * 1024)}\r\n\r\n`, 'the header block is larger than 262144 octets'],
    [`From: a@b.c\r\n${'X: y\r\n'.repeat(1_100)}\r\n`, 'more than 1000 header fields'],
    [`From: a@b.c\r\nX: y\r\n${' z\r\n'.repeat(2_100)}\r\n`, 'a header field of 2101 lines'],
    [`From: a@b.c\r\n${`X: y\r\n${' z\r\n'.repeat(1_900)}`.repeat(11)}\r\n`, 'a header block of 20912 lines'],
  ])('a header that is too large says so', (text, detail) => {
    expect(scan(text).faults).toContainEqual({ code: 'header-too-large', detail });
  });

  it('stops collecting at the limit', () => {
    const collector = createHeaderCollector(100);
    expect(collector.push(Buffer.from('X: y\r\n'.repeat(10)))).toBe(false);
    expect(collector.push(Buffer.from('X: y\r\n'.repeat(10)))).toBe(true);
    expect(collector.block().complete).toBe(false);
    expect(collector.block().bytes.length).toBe(100);
  });
});

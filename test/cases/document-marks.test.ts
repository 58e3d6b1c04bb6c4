import { describe, expect, it } from 'vitest';
import { documentMarks } from '../../src/cases/document-marks.ts';

const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n');

describe('marks of documents', () => {
  it.each(['report.pdf', 'scan.tif', 'order.docx', 'a.txt', 'exe'])('an ordinary document has none: %s', (name) => {
    expect(documentMarks(name, pdf)).toEqual([]);
  });

  it.each([
    'a.exe',
    'report.pdf.EXE',
    'a.docm',
    'a.lnk',
    'a.exe. .',
    'page.html',
    'disk.iso',
    'a.js ',
    'a.xll',
    'a.svgz',
    'a.desktop',
    'a.one',
  ])('a name that runs: %s', (name) => {
    expect(documentMarks(name, pdf)).toEqual(['executable']);
  });

  it.each(['MZ\x90', '\x7fELF', '#!/bin/sh'])('octets that run, whatever the name says', (start) => {
    expect(documentMarks('report.pdf', Buffer.from(start, 'latin1'))).toEqual(['executable']);
  });

  it.each<[string, Buffer]>([
    [
      'a PDF with a password',
      Buffer.concat([pdf, Buffer.alloc(3_000_000), Buffer.from('trailer << /Encrypt 5 0 R >>')]),
    ],
    ['a ZIP with a password', Buffer.from('PK\x03\x04\x14\x00\x01\x00', 'latin1')],
    [
      'an office document with a password',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
    ],
    ['a ZIP of which the second file has a password', zipWithSealedSecond()],
    ['a PGP message', Buffer.from('-----BEGIN PGP MESSAGE-----\n')],
    ['a PGP message after empty lines', Buffer.from('\r\n\r\n-----BEGIN PGP MESSAGE-----\n')],
    ['an age file', Buffer.from('age-encryption.org/v1\n')],
  ])('is encrypted: %s', (_, content) => {
    expect(documentMarks('report', content)).toEqual(['encrypted']);
  });

  it.each(['a.pgp', 'a.p7m', 'a.pdf.gpg. '])('is encrypted by its name: %s', (name) => {
    expect(documentMarks(name, Buffer.from('x'))).toEqual(['encrypted']);
  });

  it('a ZIP without a password, and one cut short, are not', () => {
    expect(documentMarks('a.zip', Buffer.from('PK\x03\x04\x14\x00\x00\x00', 'latin1'))).toEqual([]);
    expect(documentMarks('a.zip', Buffer.from('PK\x03\x04', 'latin1'))).toEqual([]);
    expect(documentMarks('', Buffer.alloc(0))).toEqual([]);
  });

  it('is huge above 25 MiB', () => {
    expect(documentMarks('a.pdf', Buffer.alloc(25 * 1024 * 1024))).toEqual([]);
    expect(documentMarks('a.pdf', Buffer.alloc(25 * 1024 * 1024 + 1))).toEqual(['huge']);
  });
});

/** Two entries of the directory at the end; the flag of the second is set. */
function zipWithSealedSecond(): Buffer {
  const entry = (flag: number): Buffer =>
    Buffer.from(`PK\x01\x02\x14\x00\x14\x00${String.fromCharCode(flag)}\x00`, 'latin1');
  return Buffer.concat([Buffer.from('PK\x03\x04\x14\x00\x00\x00', 'latin1'), entry(0), entry(1)]);
}

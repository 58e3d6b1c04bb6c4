import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuthorResult, readAuthor } from '../../src/message/author.ts';
import { createHeaderCollector, scanHeader } from '../../src/message/header.ts';
import { defaultReadLimits } from '../../src/message/read.ts';

function authorOf(value: string | Buffer): AuthorResult {
  const collector = createHeaderCollector(defaultReadLimits.headerBytes);
  collector.push(Buffer.concat([Buffer.from('From: '), Buffer.from(value), Buffer.from('\r\nSubject: x\r\n\r\n')]));
  const block = collector.block();
  const from = scanHeader(block, defaultReadLimits).fields.filter((field) => field.name === 'from');
  return readAuthor(from, block.bytes);
}

describe('the author of ordinary and old-fashioned mail', () => {
  it.each([
    ['ada@example.com', 'ada@example.com', ''],
    ['Ada <ada@example.com>', 'ada@example.com', 'Ada'],
    ['Ada<ada@example.com>', 'ada@example.com', 'Ada'],
    ['"Lovelace, Ada" <Ada@Example.COM>', 'ada@example.com', 'Lovelace, Ada'],
    ['ada@example.com (Ada)', 'ada@example.com', 'Ada'],
    ['ada@example.com (Ada (the countess))', 'ada@example.com', 'Ada (the countess)'],
    ['(Ada) ada@example.com', 'ada@example.com', 'Ada'],
    ['Ada (work) <ada@example.com> (home)', 'ada@example.com', 'Ada'],
    ['"Ada \\"the\\" Countess" <ada@example.com>', 'ada@example.com', 'Ada "the" Countess'],
    ['Lovelace, Ada <ada@example.com>', 'ada@example.com', 'Lovelace, Ada'],
    ['Dr. A. Lovelace <ada@example.com>', 'ada@example.com', 'Dr. A. Lovelace'],
    ['ada@example.com <ada@example.com>', 'ada@example.com', ''],
    ['=?utf-8?q?Ad=C3=A4?= <ada@example.com>', 'ada@example.com', 'Adä'],
    ['=?utf-8?q?admin=40corp.com?= <eve@evil.org>', 'eve@evil.org', 'admin@corp.com'],
    ['"admin@corp.com" <eve@evil.org>', 'eve@evil.org', 'admin@corp.com'],
    ['Ada\r\n <ada@example.com>', 'ada@example.com', 'Ada'],
    ['"ada lovelace"@example.com', '"ada lovelace"@example.com', ''],
    ['<ada@bücher.example>', 'ada@xn--bcher-kva.example', ''],
    ['<ada@xn--bcher-kva.example>', 'ada@xn--bcher-kva.example', ''],
    ['Ada < ada@example.com >', 'ada@example.com', 'Ada'],
  ])('%j is %s', (value, address, displayName) => {
    const { author, faults } = authorOf(value);
    expect(faults).toEqual([]);
    expect(author).toMatchObject({ address, displayName });
  });

  it('takes a display name in Latin-1', () => {
    const { author } = authorOf(Buffer.from('M\u00fcller <ada@example.com>', 'latin1'));
    expect(author?.address).toBe('ada@example.com');
  });
});

const pieces = 'admin eve @ corp.com evil.org < > ( ) " \\ , ; : . =?utf-8?q? ?= é \u3002 [ ]'
  .split(' ')
  .concat(' ', '\t', '\r\n ');

describe('tricks in From', () => {
  it.each([
    ['admin@corp.com(x).evil.org', 'from-syntax', 'a comment inside the address'],
    ['admin(x)@corp.com', 'from-syntax', 'a comment before the @'],
    ['admin@(x)corp.com', 'from-syntax', 'a comment after the @'],
    ['<admin@corp.com(x).evil.org>', 'from-syntax', 'a comment inside the brackets'],
    ['<admin@corp.com (x)>', 'from-syntax', 'a comment before the closing bracket'],
    ['<@evil.org:admin@corp.com>', 'from-syntax', 'a route'],
    ['<@evil.org,@b.c:admin@corp.com>', 'from-syntax', 'a route of two'],
    ['=?utf-8?q?admin@corp.com?=', 'from-syntax', 'an encoded-word as address'],
    ['=?utf-8?b?YWRtaW5AY29ycC5jb20=?=', 'from-syntax', 'an encoded-word without @'],
    ['<=?utf-8?q?admin?=@corp.com>', 'from-syntax', 'an encoded-word as local part'],
    ['Team: admin@corp.com;', 'from-syntax', 'a group'],
    ['Team: admin@corp.com, eve@evil.org;', 'from-syntax', 'a group of two'],
    ['undisclosed-recipients:;', 'from-syntax', 'an empty group'],
    ['admin@corp.com, eve@evil.org', 'several-from-mailboxes', 'a list'],
    ['<admin@corp.com>, <eve@evil.org>', 'several-from-mailboxes', 'a list in brackets'],
    ['<admin@corp.com> <eve@evil.org>', 'several-from-mailboxes', 'two in brackets'],
    ['<admin@corp.com><eve@evil.org>', 'several-from-mailboxes', 'two glued together'],
    ['Eve <eve@evil.org> admin@corp.com', 'several-from-mailboxes', 'an address after the address'],
    ['admin@corp.com, Eve <eve@evil.org>', 'several-from-mailboxes', 'a list of a bare one and a named one'],
    ['admin@corp.com <eve@evil.org>', 'from-syntax', 'another address as unquoted name'],
    ['admin@corp.com eve@evil.org', 'from-syntax', 'two words'],
    ['Eve admin@corp.com', 'from-syntax', 'a name without brackets'],
    ['admin @corp.com', 'from-syntax', 'white space before the @'],
    ['admin@corp.com .evil.org', 'from-syntax', 'white space before a dot'],
    ['admin@corp.com\r\n .evil.org', 'from-syntax', 'a fold inside the address'],
    ['"Eve <eve@evil.org>', 'from-syntax', 'an open quote'],
    ['"admin@corp.com" eve@evil.org', 'from-syntax', 'a quoted name without brackets'],
    ['"admin@corp.com"@evil.org>', 'from-syntax', 'a closing bracket too many'],
    ['Eve (x <eve@evil.org>', 'from-syntax', 'an open comment'],
    ['Eve x) <eve@evil.org>', 'from-syntax', 'a closing parenthesis too many'],
    ['<admin@corp.com', 'from-syntax', 'an open bracket'],
    ['<admin@corp.com<eve@evil.org>', 'from-syntax', 'a bracket in brackets'],
    ['admin@corp.com\u0000.evil.org', 'from-syntax', 'a NUL'],
    ['admin@corp.com\u0008 <eve@evil.org>', 'from-syntax', 'a control character'],
    ['admin@corp.com\u2028<eve@evil.org>', 'from-syntax', 'a line separator'],
    ['admin@corp.com@evil.org', 'from-syntax', 'two @'],
    ['<>', 'from-syntax', 'the null address'],
    ['', 'from-syntax', 'nothing'],
    ['root', 'from-syntax', 'no @'],
    ['admin@[192.0.2.1]', 'from-domain-not-canonical', 'an address literal'],
    ['admin@xn--corp-.com', 'from-domain-not-canonical', 'an A-label that spells ASCII'],
    ['admin@xn--corp-a.com', 'from-domain-not-canonical', 'an A-label of a control character'],
    ['admin@corp\u3002com', 'from-domain-not-canonical', 'another dot'],
    ['admin@corp.com.', 'from-domain-not-canonical', 'a trailing dot'],
    ['admin@\uff43orp.com', 'from-domain-not-canonical', 'a compatibility character'],
    ['admin@corp.com\u00a0.evil.org', 'from-syntax', 'a no-break space'],
    ['admin@corp.com\\,eve@evil.org', 'from-syntax', 'a stray backslash'],
    [`${'x'.repeat(9_000)} <a@b.c>`, 'from-syntax', 'a field of 9 KB'],
  ])('%j is refused as %s: %s', (value, code) => {
    const { author, faults } = authorOf(value);
    expect(author).toBeNull();
    expect(faults.map((fault) => fault.code)).toEqual([code]);
  });

  it('never throws, and has an author exactly when it has no fault', () => {
    const piece = fc.constantFrom(...pieces);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (parts) => {
        const { author, faults } = authorOf(parts.join(''));
        expect(author === null).toBe(faults.length > 0);
        for (const fault of faults) expect(fault.detail).toMatch(/^[^\p{Cc}]+$/u);
      }),
      { numRuns: 2_000 },
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, parseMailbox } from '../../src/address/mailbox.ts';
import { foldAddress, normalDomain, normalFingerprint, normalPhone } from '../../src/denylist/normal-form.ts';

describe('the broad form of an address', () => {
  it.each([
    ['Ada@Example.com', 'ada@example.com'],
    ['ada+news@example.com', 'ada@example.com'],
    ['ada+a+b@example.com', 'ada@example.com'],
    ['+news@example.com', '+news@example.com'],
    ['a.d.a@example.com', 'a.d.a@example.com'],
    ['a.d.a+x@gmail.com', 'ada@gmail.com'],
    ['a.da@GoogleMail.com', 'ada@gmail.com'],
    ['a_d-a.@pm.me', 'ada@proton.me'],
    ['ada@mac.com', 'ada@icloud.com'],
    ['a-d.a@ya.ru', 'ada@yandex.ru'],
    ['"ada+x"@example.com', 'ada@example.com'],
    ['"a b+x"@example.com', '"a b"@example.com'],
    ['ÉVE@example.com', 'éve@example.com'],
    ['ａｄａ@example.com', 'ada@example.com'],
    ['"."@gmail.com', '.@gmail.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ])('of %s is %s', (address, folded) => {
    expect(foldAddress(address)).toBe(folded);
  });

  it.each(['ada', '@example.com', 'ada@example。com', 'Ada <ada@example.com>', 'ada@[192.0.2.1]'])(
    'is none for %s',
    (text) => {
      expect(foldAddress(text)).toBeNull();
    },
  );

  const domain = fc.constantFrom(
    'example.com',
    'gmail.com',
    'googlemail.com',
    'pm.me',
    'ya.ru',
    'xn--bcher-kva.example',
  );
  const local = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9.+_-]{1,20}$/),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`),
  );
  const address = fc
    .tuple(local, domain)
    .map((parts) => parts.join('@'))
    .filter((text) => parseMailbox(text).ok);

  it('is its own broad form', () => {
    fc.assert(
      fc.property(address, (text) => {
        const folded = foldAddress(text);
        expect(folded).not.toBeNull();
        expect(foldAddress(folded ?? '')).toBe(folded);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same with any plus tag', () => {
    const plain = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/);
    fc.assert(
      fc.property(plain, domain, fc.stringMatching(/^[a-z0-9+.]{0,10}$/), (name, host, tag) => {
        expect(foldAddress(`${name}+${tag}@${host}`)).toBe(foldAddress(`${name}@${host}`));
      }),
    );
  });

  it('is no concern of the strict form, which keeps tags and dots', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z.]{1,9}[+.][a-z]{1,9}$/), (name) => {
        expect(canonicalAddress(`${name}@gmail.com`)).toBe(`${name}@gmail.com`);
      }),
    );
    expect(canonicalAddress('ada+x@googlemail.com')).toBe('ada+x@googlemail.com');
  });
});

describe('other normal forms', () => {
  it.each([
    ['Evil.Example', 'evil.example'],
    ['@evil.example', 'evil.example'],
    ['*.evil.example', 'evil.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['evil.example.', null],
    ['evil_example', null],
  ])('of the domain %s is %s', (text, domain) => {
    expect(normalDomain(text)).toBe(domain);
  });

  it.each([
    ['ab'.repeat(20), 'AB'.repeat(20)],
    ['0x' + 'ab'.repeat(20), 'AB'.repeat(20)],
    ['ABAB '.repeat(10), 'AB'.repeat(20)],
    ['cd'.repeat(32), 'CD'.repeat(32)],
    ['ABCDEF0123456789', null],
  ])('of the fingerprint %s is %s', (text, fingerprint) => {
    expect(normalFingerprint(text)).toBe(fingerprint);
  });

  it.each([
    ['+1 (202) 555-0123', '+12025550123'],
    ['+12025550123 ext. 7', null],
    ['2025550123', null],
  ])('of the number %s is %s', (text, phone) => {
    expect(normalPhone(text)).toBe(phone);
  });
});

import { domainToASCII } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, canonicalDomain, foldAscii, parseMailbox } from '../../src/address/mailbox.ts';

describe('foldAscii', () => {
  it('leaves U+212A KELVIN SIGN and other letters outside A-Z alone', () => {
    expect(foldAscii('AZ\u212aÉ')).toBe('az\u212aÉ');
  });
});

describe('canonicalDomain', () => {
  it.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.Com', 'example.com'],
    ['localhost', 'localhost'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['a--b.example', 'a--b.example'],
  ])('%s is %s', (domain, canonical) => {
    expect(canonicalDomain(domain)).toBe(canonical);
  });

  it.each([
    ['corp\u3002com', 'a full stop that is no dot'],
    ['corp\uff0ecom', 'a full-width dot'],
    ['corp.com.', 'a trailing dot'],
    ['.corp.com', 'a leading dot'],
    ['corp..com', 'an empty label'],
    ['\uff43orp.com', 'a full-width letter'],
    ['corp.\u212aom', 'the Kelvin sign'],
    ['corp\u00ad.com', 'a soft hyphen'],
    ['corp\u200b.com', 'a zero-width space'],
    ['co\u200drp.com', 'a joiner'],
    ['xn--corp-.com', 'an A-label that spells ASCII'],
    ['xn--corp-a.com', 'an A-label of a control character'],
    ['xn--a.com', 'no Punycode'],
    ['BÜCHER.example', 'upper case outside ASCII'],
    ['bu\u0308cher.example', 'a letter that is not composed'],
    ['-corp.com', 'a hyphen in front'],
    ['corp-.com', 'a hyphen at the end'],
    ['[192.0.2.1]', 'an address literal'],
    ['192.0.2.1', 'an IPv4 address'],
    ['1.2.3.0x7f', 'a hexadecimal last label'],
    ['corp_x.com', 'an underscore'],
    ['corp.com/evil', 'a path'],
    ['corp.com:25', 'a port'],
    ['corp.com%2eevil.org', 'percent encoding'],
    ['a b.com', 'white space'],
    [`${'a'.repeat(64)}.com`, 'a label of 64 octets'],
    [`${'a.'.repeat(127)}com`, 'a name of 257 octets'],
    ['', 'nothing'],
  ])('%j is refused: %s', (domain) => {
    expect(canonicalDomain(domain)).toBeNull();
  });

  it('takes no name for plain that the URL standard spells otherwise', () => {
    const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
    const name = fc.array(label, { minLength: 1, maxLength: 8 }).map((labels) => labels.join('.'));
    fc.assert(
      fc.property(name, (text) => {
        const canonical = canonicalDomain(text);
        if (canonical !== null) expect(domainToASCII(text)).toBe(canonical);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is a fixed point of itself and lower-case ASCII', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string({ unit: 'binary' }), fc.webAuthority()), (text) => {
        const canonical = canonicalDomain(text);
        fc.pre(canonical !== null);
        expect(canonicalDomain(canonical ?? '')).toBe(canonical);
        expect(canonical).toMatch(/^[a-z0-9.-]+$/);
      }),
    );
  });

  it('maps no two different ASCII domains to one', () => {
    fc.assert(
      fc.property(fc.domain(), fc.domain(), (a, b) => {
        fc.pre(a.toLowerCase() !== b.toLowerCase());
        expect(canonicalDomain(a)).not.toBe(canonicalDomain(b));
      }),
    );
  });
});

describe('parseMailbox', () => {
  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['"ada"@example.com', 'ada@example.com'],
    ['"a.da"@example.com', 'a.da@example.com'],
    ['"ada lovelace"@example.com', '"ada lovelace"@example.com'],
    ['"a@b"@example.com', '"a@b"@example.com'],
    ['a..b@example.com', 'a..b@example.com'],
    ['ada+tag@example.com', 'ada+tag@example.com'],
    ['é@example.com', 'é@example.com'],
    ['\u212a@example.com', '\u212a@example.com'],
  ])('%s is %s', (text, address) => {
    expect(canonicalAddress(text)).toBe(address);
  });

  it.each([
    ['ada', 'no-at'],
    ['@example.com', 'empty-local'],
    [`${'a'.repeat(65)}@example.com`, 'too-long'],
    ['a b@example.com', 'bad-local'],
    ['a@b@example.com', 'bad-local'],
    ['"a@example.com', 'bad-local'],
    ['a(x)@example.com', 'bad-local'],
    ['a\u0000@example.com', 'bad-local'],
    ['a\u202e@example.com', 'bad-local'],
    ['a@', 'bad-domain'],
    ['a@[192.0.2.1]', 'domain-not-canonical'],
    ['admin@corp.com(x).evil.org', 'domain-not-canonical'],
    ['a@corp\u3002test', 'domain-not-canonical'],
  ])('%j is refused as %s', (text, fault) => {
    expect(parseMailbox(text)).toEqual({ ok: false, fault });
  });

  it('reads its own comparison form back unchanged', () => {
    const addresses = fc.oneof(
      fc.emailAddress(),
      fc.string({ unit: 'binary' }).map((local) => `${local}@example.com`),
    );
    fc.assert(
      fc.property(addresses, (text) => {
        const address = canonicalAddress(text);
        fc.pre(address !== null);
        expect(canonicalAddress(address ?? '')).toBe(address);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(typeof parseMailbox(text).ok).toBe('boolean');
      }),
    );
  });
});

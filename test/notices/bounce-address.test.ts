import { randomBytes } from 'node:crypto';
import { assert, constantFrom, nat, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BounceKeys, bounceAddress, bounceSender, readBounceAddress } from '../../src/notices/bounce-address.ts';
import { createRecipientBook } from '../../src/smtp/recipients.ts';

const keys: BounceKeys = [randomBytes(32)];
const digits = '0123456789abcdefghijklmnopqrstuvwxyz'.split('');
const domain = 'postern.test';
const ids = stringMatching(/^[0-9a-z]{1,32}$/);

describe('a bounce address', () => {
  it('says for which mail it was made, whatever a mail program does to its case', () => {
    assert(
      property(ids, (id) => {
        const address = bounceAddress(id, domain, keys);
        expect(address.indexOf('@')).toBeLessThanOrEqual(64);
        expect(readBounceAddress(address, domain, keys)).toBe(id);
        expect(readBounceAddress(address.toUpperCase(), domain, keys)).toBe(id);
      }),
    );
  });

  it('that was made up or changed says nothing', () => {
    assert(
      property(ids, nat(), constantFrom(...digits), (id, at, letter) => {
        const address = bounceAddress(id, domain, keys);
        const place = 'bounce+'.length + (at % (address.indexOf('@') - 'bounce+'.length));
        const changed = address.slice(0, place) + letter + address.slice(place + 1);
        expect(readBounceAddress(changed, domain, keys)).toBe(changed === address ? id : null);
      }),
    );
  });

  it('holds for its domain and under the older keys only', () => {
    const older: BounceKeys = [randomBytes(32), keys[0]];
    const address = bounceAddress('v1', domain, keys);
    expect(readBounceAddress(address, domain, older)).toBe('v1');
    expect(readBounceAddress(address, domain, [randomBytes(32)])).toBeNull();
    expect(readBounceAddress(address.replace(domain, 'example.com'), 'example.com', keys)).toBeNull();
    expect(readBounceAddress(address.replace(domain, 'example.com'), domain, keys)).toBeNull();
    expect(readBounceAddress(address, 'example.com', keys)).toBeNull();
  });

  it.each(['bounce@postern.test', 'bounce+@postern.test', 'bounce+x@postern.test', 'support+x@postern.test', '@', ''])(
    '%s is none',
    (address) => {
      expect(readBounceAddress(address, domain, keys)).toBeNull();
    },
  );

  it.each([
    ['V1', domain],
    ['', domain],
    ['a'.repeat(33), domain],
    ['v1', 'no domain'],
  ])('cannot be made for %s at %s', (id, at) => {
    expect(() => bounceAddress(id, at, keys)).toThrow(RangeError);
  });

  it('is no recipient of the listener by itself', () => {
    const book = createRecipientBook([{ address: 'support@postern.test', department: 'support' }]);
    const good = bounceAddress('v1', domain, keys);
    expect(book.find(good)).toBeNull();
  });
});

describe('the envelope sender', () => {
  const by = { from: 'Gate@Postern.test', keys, ownDomains: ['postern.test'] };

  it('is a bounce address where bounces come to us', () => {
    expect(readBounceAddress(bounceSender('a1', by), 'postern.test', keys)).toBe('a1');
  });

  it('is the author where they go elsewhere, or what was sent has no id', () => {
    expect(bounceSender('a1', { ...by, ownDomains: ['other.test'] })).toBe(by.from);
    expect(bounceSender(null, by)).toBe(by.from);
  });
});

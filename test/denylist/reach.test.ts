/** Ranges of sorted texts must say the same as the exact keys, which are the meaning of the entries. */
import { expect, it } from 'vitest';
import type { DenyKey } from '../../src/denylist/entry.ts';
import { keysOfTarget } from '../../src/denylist/keys.ts';
import { clientPlace, domainPlace, mailboxPlace, reachOf } from '../../src/denylist/reach.ts';

const addresses = [
  'ada@example.com',
  'Ada+tag@Mail.Example.com',
  'a.d.a@googlemail.com',
  '"odd one"@example.com',
  'ada@bücher.example',
  'ada@xn--bcher-kva.example',
  'ada@a_b.example.com',
  'ada@x.a_b.example.com',
  'ada@.example.com',
  'ada@example.com.',
  'ada@example-com',
  'ada@my-example.com',
  'ada@example.com-x.test',
  'not an address',
  'ada@[192.0.2.1]',
  `ada@${'long.'.repeat(60)}example.com`,
  'ada@exa\u0001mple.com',
];
const clients = [
  '192.0.2.1',
  '192.0.3.255',
  '::ffff:192.0.2.1',
  '2001:db8::1',
  '2001:db8:ffff::',
  '10.0.0.1',
  'unknown',
  '',
];

const isWithin = (key: DenyKey, of: string, text: string): boolean => {
  const reach = reachOf(key);
  const [first, last, place] = [reach?.first ?? '', reach?.last ?? '', text].map((one) => Buffer.from(one));
  if (reach?.of !== of || first === undefined || last === undefined || place === undefined) return false;
  return Buffer.compare(first, place) <= 0 && Buffer.compare(place, last) <= 0;
};

it('holds the same addresses in a range as under the keys of an entry', () => {
  const entries = addresses.flatMap((value) => keysOfTarget({ kind: 'address', value }));
  expect(entries.length).toBeGreaterThan(30);
  for (const address of addresses) {
    const keys = new Set(
      keysOfTarget({ kind: 'address', value: address }).map(({ kind, value }) => `${kind} ${value}`),
    );
    const broad = mailboxPlace(address);
    const place = domainPlace(address.slice(address.lastIndexOf('@') + 1));
    for (const entry of entries) {
      const isInRange = (broad !== null && isWithin(entry, 'mailbox', broad)) || isWithin(entry, 'domain', place);
      expect(isInRange, `${entry.kind} ${entry.value} and ${address}`).toBe(keys.has(`${entry.kind} ${entry.value}`));
    }
  }
});

it('holds the same clients in a range as under the networks around them', () => {
  const entries = clients.flatMap((value) => keysOfTarget({ kind: 'ip', value }));
  expect(entries.length).toBeGreaterThan(200);
  for (const client of clients) {
    const keys = new Set(keysOfTarget({ kind: 'ip', value: client }).map(({ value }) => value));
    for (const entry of entries) {
      expect(isWithin(entry, 'client', clientPlace(client)), `${entry.value} and ${client}`).toBe(
        keys.has(entry.value),
      );
    }
  }
});

it('knows no place for keys and phone numbers', () => {
  expect(reachOf({ kind: 'pgp', value: 'A'.repeat(40) })).toBeNull();
  expect(reachOf({ kind: 'phone', value: '+12025550100' })).toBeNull();
});

/** What a notice is counted against. */
import { describe, expect, it } from 'vitest';
import { limitKeysAbout, limitsOf } from '../../src/notices/limits.ts';
import type { Notice } from '../../src/notices/notice.ts';

const settings = { windowMs: 60_000, perAddressPerDay: 5, perHour: 200 };
const notice = (address: string, rotate: Notice['rotate'] = []): Notice => ({
  kind: 'receipt',
  to: { address, because: 'proven-sender' },
  language: 'en',
  rotate,
});

describe('limits', () => {
  it('are one of a kind in the window, some a day for the address, some an hour for all', () => {
    expect(limitsOf(notice('ada@example.com'), settings)).toMatchObject([
      { key: 'kind receipt ada@example.com', most: 1, spanMs: 60_000 },
      { key: 'address ada@example.com', most: 5, spanMs: 86_400_000 },
      { key: 'all', most: 200, spanMs: 3_600_000 },
    ]);
  });

  it('count one mailbox once, whatever stands behind the plus', () => {
    const keys = (address: string) => limitsOf(notice(address), settings).map(({ key }) => key);
    expect(keys('ada+1@example.com')).toEqual(keys('ada+2@example.com'));
    expect(keys('ada+1@example.com')).toEqual(keys('ada@example.com'));
  });

  it('about an address are all found again to be erased', () => {
    const about = new Set(limitKeysAbout('ada+x@example.com'));
    const named = [notice('ada@example.com'), notice('ada@example.com', ['password'])].flatMap((each) =>
      limitsOf(each, settings).filter(({ key }) => key !== 'all'),
    );
    expect(named.every(({ key }) => about.has(key))).toBe(true);
  });
});

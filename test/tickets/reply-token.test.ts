import { describe, expect, it } from 'vitest';
import { replyAddress, type TokenKeys, ticketNumberIn } from '../../src/tickets/reply-token.ts';

const key = Buffer.alloc(32, 1);
const keys: TokenKeys = [key];
const mailboxes = ['support@postern.test', 'sales@postern.test'];
const number = 'PT-7KQ4-M2XD';

describe('reply tokens', () => {
  const address = replyAddress(number, 'support@postern.test', keys);

  it('bring the number back', () => {
    expect(address).toMatch(/^support\+[0-9a-z]{24}@postern\.test$/);
    expect(ticketNumberIn(address, mailboxes, keys)).toBe(number);
  });

  it('fit the local part of RFC 5321 even with a long mailbox name', () => {
    const long = replyAddress(number, `${'s'.repeat(39)}@postern.test`, keys);
    expect(long.indexOf('@')).toBeLessThanOrEqual(64);
  });

  it('of an older key hold while that key is kept', () => {
    const newer = Buffer.alloc(32, 2);
    expect(ticketNumberIn(address, mailboxes, [newer, key])).toBe(number);
    expect(ticketNumberIn(address, mailboxes, [newer])).toBeNull();
  });

  it.each([
    ['no token', 'support@postern.test'],
    ['the bare number', 'support+pt-7kq4-m2xd@postern.test'],
    ['another number under the same MAC', address.replace('7kq4', '7kq5')],
    ['one letter of the MAC changed', address.replace(/.@/, (end) => (end === '0@' ? '1@' : '0@'))],
    ['another of our mailboxes', address.replace('support', 'sales')],
    ['a foreign mailbox', address.replace('postern.test', 'evil.test')],
    ['a token with more behind it', address.replace('@', '0@')],
    ['letters that the alphabet lacks', `support+${'u'.repeat(24)}@postern.test`],
    ['an empty token', 'support+@postern.test'],
  ])('%s names no ticket', (_name, forged) => {
    expect(ticketNumberIn(forged, mailboxes, keys)).toBeNull();
  });

  it('of a mailbox that is ours no more name no ticket', () => {
    expect(ticketNumberIn(address, ['sales@postern.test'], keys)).toBeNull();
  });

  it('are not made for what is no ticket number', () => {
    expect(() => replyAddress('42', 'support@postern.test', keys)).toThrow(RangeError);
    expect(() => replyAddress(number, 'no address', keys)).toThrow(RangeError);
  });
});

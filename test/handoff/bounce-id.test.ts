import { describe, expect, it } from 'vitest';
import { handoffBounceId, isBounceOf, readHandoffBounceId } from '../../src/handoff/bounce-id.ts';
import { messageIdOf, newMailId } from '../../src/intake/mail-id.ts';
import { bounceAddress } from '../../src/notices/bounce-address.ts';

describe('the id of a bounce address', () => {
  it.each([0, 7, 34])('leads back to the delivery of the mail in mailbox %i, and to no other', (index) => {
    const messageId = messageIdOf(newMailId(1_700_000_000_000, 35), index);
    const id = handoffBounceId({ id: `${messageId}_desk`, messageId });
    const read = readHandoffBounceId(id ?? '');
    if (id === null || read === null) throw new Error('no id');
    expect(read.messageId).toBe(messageId);
    expect(isBounceOf(read, `${messageId}_desk`)).toBe(true);
    expect(isBounceOf(read, `${messageId}_hook`)).toBe(false);
    // RFC 5321 §4.5.3.1.1: a local part has 64 octets at most.
    const address = bounceAddress(id, 'postern.test', [Buffer.alloc(32, 7)]);
    expect(address.indexOf('@')).toBeLessThanOrEqual(64);
  });

  it('is none for a mail with an id of another form, and reads nothing into others', () => {
    expect(handoffBounceId({ id: 'x_desk', messageId: 'sample-a-b' })).toBeNull();
    expect(readHandoffBounceId('')).toBeNull();
    expect(readHandoffBounceId('zzzz')).toBeNull();
  });
});

import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseWebhookSecret, webhookHeaders } from '../../src/handoff/signature.ts';

describe('Standard Webhooks signatures', () => {
  it('match the reference libraries', () => {
    // The vector that the published verifiers of the specification are tested with.
    const secret = parseWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    expect(secret).not.toBeNull();
    const headers = webhookHeaders(
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_999,
      '{"test": 2432232314}',
      secret === null ? [] : [secret],
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('are one for each secret, while a secret is being changed', () => {
    const [newer, older] = [randomBytes(32), randomBytes(32)];
    const signatures = webhookHeaders('msg_1', 1_000, 'body', [newer, older])['webhook-signature'].split(' ');
    const expected = [newer, older].map(
      (key) => `v1,${createHmac('sha256', key).update('msg_1.1.body').digest('base64')}`,
    );
    expect(signatures).toEqual(expected);
  });

  it.each(['msg.1', '', 'msg 1', 'msg_1\r\nx: y'])('are not made for the id %j', (id) => {
    expect(() => webhookHeaders(id, 1, '', [randomBytes(32)])).toThrow(RangeError);
  });
});

describe('secrets', () => {
  it('are whsec_ and base64 of 24 to 64 octets', () => {
    const octets = randomBytes(24);
    expect(parseWebhookSecret(`whsec_${octets.toString('base64')}\n`)).toEqual(octets);
  });

  it.each([
    ['without their prefix', randomBytes(32).toString('base64')],
    ['too short', `whsec_${randomBytes(23).toString('base64')}`],
    ['too long', `whsec_${randomBytes(65).toString('base64')}`],
    ['no base64', 'whsec_!!!!'],
    ['empty', ''],
  ])('%s are refused', (_name, text) => {
    expect(parseWebhookSecret(text)).toBeNull();
  });
});

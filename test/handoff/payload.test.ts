import { describe, expect, it } from 'vitest';
import { payloadOf, payloadText } from '../../src/handoff/payload.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { handoffDocument, links } from '../helpers/handoff-document.ts';

const at = Date.UTC(2026, 2, 2, 10);

describe('payload', () => {
  it('is type, time and data', () => {
    const response = startClock(at, 'business', { warnAt: at + 1_000, dueAt: at + 2_000 });
    expect(payloadOf(handoffDocument({ ticket: { response } }), links)).toMatchObject({
      type: 'ticket.opened',
      timestamp: '2026-03-02T10:00:00.000Z',
      data: {
        ticket: {
          number: 'PT-7KQ4-M2XD',
          tenant: 't1',
          response: {
            state: 'due',
            warnAt: '2026-03-02T10:00:01.000Z',
            dueAt: '2026-03-02T10:00:02.000Z',
            metAt: null,
          },
          answer: { to: 'ada@example.com', from: 'support+pt7kq4m2xd@postern.test' },
        },
        message: {
          verdict: { outcome: 'accepted', reason: 'admin', rule: 'W-PRIMARY', assurance: 'proven' },
          original: { url: 'https://console.postern.test/messages/m1-0', size: 4_096 },
        },
      },
    });
  });

  it('is the same for every attempt', () => {
    const document = handoffDocument();
    expect(payloadText(document, links, 1e6)).toBe(payloadText(document, links, 1e6));
  });

  it('that is too long is cut in its text, says so, and stays JSON', () => {
    const document = handoffDocument({ message: { text: '🔥'.repeat(20_000) } });
    const text = payloadText(document, links, 8_192);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_192);
    const { message } = JSON.parse(text).data;
    expect(message.notes).toEqual(['cut']);
    expect(message.text).toMatch(/^(?:🔥)+\ufffd?$/u);
  });

  it('with thousands of parts is bounded too', () => {
    const part = {
      contentType: 'image/png',
      fileName: 'x'.repeat(200),
      disposition: null,
      size: 1,
      sha256: 'ab'.repeat(32),
    };
    const document = handoffDocument({ message: { parts: Array.from({ length: 500 }, () => part) } });
    expect(Buffer.byteLength(payloadText(document, links, 32_768))).toBeLessThanOrEqual(32_768);
  });
});

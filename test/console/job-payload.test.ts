import { expect, it } from 'vitest';
import { payloadText } from '../../src/console/job-payload.ts';

const payload = {
  messageId: 'm-0',
  from: 'ada@example.com',
  subject: 'Printer',
  attempts: 3,
  evidence: { hits: 5, nested: { isKnown: true } },
};

it('shows ids and numbers to who looks after queues, addresses to who finds mail, words to who reads it', () => {
  const hidden = '(not shown to your role)';
  expect(JSON.parse(payloadText(payload, 'ids'))).toEqual({
    messageId: 'm-0',
    from: hidden,
    subject: hidden,
    attempts: 3,
    evidence: hidden, // numbers in it say what people wrote, too
  });
  expect(JSON.parse(payloadText(payload, 'addresses'))).toEqual({ ...payload, subject: hidden, evidence: hidden });
  expect(JSON.parse(payloadText(payload, 'all'))).toEqual(payload);
});

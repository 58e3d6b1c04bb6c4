import type { Outgoing } from '../../src/notices/outgoing.ts';

/** A receipt for a mail, as it waits in the outbox. */
export function outgoingNotice(id: string, address: string): Outgoing {
  return {
    id,
    messageId: id,
    kind: 'receipt',
    to: { address, because: 'proven-sender' },
    from: { name: 'Support', address: 'support@postern.test' },
    replyTo: null,
    answers: null,
    letter: { language: 'en', subject: 'We have it', outerSubject: '', greeting: '', blocks: [], closing: [] },
    envelopeFrom: '',
    encrypts: false,
  };
}

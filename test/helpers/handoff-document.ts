/** An event as targets are told it. */
import type { HandoffDocument, HandoffLinks } from '../../src/handoff/document.ts';

type Changes = Partial<Omit<HandoffDocument, 'ticket' | 'message'>> & {
  readonly ticket?: Partial<HandoffDocument['ticket']>;
  readonly message?: Partial<HandoffDocument['message']>;
};

export const links: HandoffLinks = {
  replyAddress: (number) => `support+${number.replaceAll('-', '').toLowerCase()}@postern.test`,
  original: (messageId) => `https://console.postern.test/messages/${messageId}`,
};

export function handoffDocument({ message, ticket, ...changes }: Changes = {}): HandoffDocument {
  return {
    event: 'm1-0',
    kind: 'ticket.opened',
    at: Date.UTC(2026, 2, 2, 10),
    ...changes,
    ticket: {
      id: 'm1-0',
      number: 'PT-7KQ4-M2XD',
      status: 'open',
      openedAt: Date.UTC(2026, 2, 2, 10),
      tenant: 't1',
      admin: 'a1',
      tier: 'standard',
      requester: 'ada@example.com',
      mailbox: 'support@postern.test',
      department: 'support',
      severity: 3,
      requestKind: 'ordinary',
      prohibitions: [],
      subject: 'The printer is on fire',
      language: 'en',
      follows: null,
      response: null,
      ...ticket,
    },
    message: {
      id: 'm1-0',
      receivedAt: Date.UTC(2026, 2, 2, 10),
      sender: 'ada@example.com',
      senderName: 'Ada',
      replyTo: null,
      assurance: 'proven',
      proof: ['domain'],
      reason: 'admin',
      rule: 'W-PRIMARY',
      subject: 'The printer is on fire',
      text: 'It burns since Monday.',
      notes: [],
      parts: [],
      size: 4_096,
      sha256: 'ab'.repeat(32),
      ...message,
    },
  };
}

/** The JSON that the targets `webhook` and `file` get: type, time and data, as Standard Webhooks recommends. */
import type { HandoffDocument, HandoffLinks } from './document.ts';

export type HandoffPayload = {
  readonly type: HandoffDocument['kind'];
  /** When the event happened, ISO 8601. */
  readonly timestamp: string;
  readonly data: unknown;
};

/**
 * The message is the same in every attempt. The ticket is told as it stands at the attempt (who receives late wants its
 * status of now), so a repetition is told by the delivery's id, never by comparing bodies.
 */
export function payloadOf(document: HandoffDocument, links: HandoffLinks): HandoffPayload {
  const { message, ticket } = document;
  return {
    type: document.kind,
    timestamp: iso(document.at),
    data: {
      ticket: {
        id: ticket.id,
        number: ticket.number,
        status: ticket.status,
        openedAt: iso(ticket.openedAt),
        department: ticket.department,
        mailbox: ticket.mailbox,
        tenant: ticket.tenant,
        admin: ticket.admin,
        tier: ticket.tier,
        requester: ticket.requester,
        severity: ticket.severity,
        requestKind: ticket.requestKind,
        language: ticket.language,
        prohibitions: ticket.prohibitions,
        subject: ticket.subject,
        follows: ticket.follows,
        response: responseOf(ticket),
        answer: { to: ticket.requester, from: links.replyAddress(ticket.number, ticket.mailbox) },
      },
      message: {
        id: message.id,
        receivedAt: iso(message.receivedAt),
        sender: { address: message.sender, displayName: message.senderName, proof: message.proof },
        verdict: {
          outcome: 'accepted',
          reason: message.reason,
          rule: message.rule,
          assurance: message.assurance,
        },
        subject: message.subject,
        text: message.text,
        notes: message.notes,
        parts: message.parts,
        original: { url: links.original(message.id), size: message.size, sha256: message.sha256 },
      },
    },
  };
}

const fewParts = 50;

/** The payload as JSON of at most `maxOctets`: a text that is too long is cut and says so. */
export function payloadText(document: HandoffDocument, links: HandoffLinks, maxOctets: number): string {
  const whole = JSON.stringify(payloadOf(document, links));
  if (Buffer.byteLength(whole) <= maxOctets) return whole;
  const { message } = document;
  const notes = message.notes.includes('cut') ? message.notes : [...message.notes, 'cut' as const];
  let text = message.text;
  for (;;) {
    const shorter = { ...message, text: text.toWellFormed(), notes, parts: message.parts.slice(0, fewParts) };
    const cut = JSON.stringify(payloadOf({ ...document, message: shorter }, links));
    if (Buffer.byteLength(cut) <= maxOctets || text === '') return cut;
    text = text.slice(0, Math.floor(text.length / 2));
  }
}

function responseOf({ response }: HandoffDocument['ticket']) {
  if (response === null) return null;
  const { breachedAt, dueAt, metAt, state, warnAt } = response;
  return { state, warnAt: iso(warnAt), dueAt: iso(dueAt), breachedAt: isoOrNull(breachedAt), metAt: isoOrNull(metAt) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}

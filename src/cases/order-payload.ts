/**
 * What the webhook to engineering carries. The order is one text, octet for octet as it was signed, so that whoever gets
 * it can verify the PGP signature; the webhook's own signature says only that it came from this gateway.
 */
import { createHash } from 'node:crypto';

export type SignedOrder = {
  readonly id: string;
  readonly caseId: string;
  readonly issuedAt: number;
  /** Octet for octet what was signed. */
  readonly document: string;
  /** Detached, armored. */
  readonly signature: string;
  readonly fingerprint: string;
};

/** What a sender gets. */
export type OrderMessage = {
  /** Names the delivery. */
  readonly delivery: string;
  readonly kind: 'issued' | 'cancelled';
  readonly order: SignedOrder;
  /** Epoch milliseconds of what it tells: the order was issued, or cancelled. */
  readonly at: number;
  /** From then on nobody carries it out any more. */
  readonly expiresAt: number;
};

/** `consoleUrl` is how engineering reaches `/api/v1`; null when it is not configured. The same for every attempt. */
export function orderPayload({ at, expiresAt, kind, order }: OrderMessage, consoleUrl: string | null): string {
  const { caseId, document, fingerprint, id, signature } = order;
  const known = { order: id, case: caseId, sha256: createHash('sha256').update(document).digest('hex') };
  const place = consoleUrl === null ? null : `${consoleUrl}/api/v1/work-orders/${id}`;
  return JSON.stringify({
    type: `work-order.${kind}`,
    timestamp: new Date(at).toISOString(),
    data:
      kind === 'cancelled'
        ? known
        : {
            ...known,
            expiresAt: new Date(expiresAt).toISOString(),
            document,
            signature,
            fingerprint,
            url: place,
            answerTo: place === null ? null : `${place}/answer`,
          },
  });
}

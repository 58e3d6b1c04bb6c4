/** How events get to one target. */
import type { Attempt } from '../../src/handoff/attempt.ts';
import type { HandoffDocument } from '../../src/handoff/document.ts';

export type Sending = {
  /** Epoch milliseconds of this attempt. */
  readonly at: number;
  /** A worker had this delivery in hand before, and it may have arrived. */
  readonly again: boolean;
  /** When it was queued, or taken up anew by staff. Epoch milliseconds. */
  readonly createdAt: number;
};

/** `Document` is what is told of: a ticket event, unless it is said otherwise. */
export type Sender<Document = HandoffDocument> = {
  /** Sending the same event twice does the receiver no harm: it can tell by the id, or one replaces the other. */
  send(document: Document, sending: Sending): Promise<Attempt>;
  /** Removes what `send` delivered, where that is in our hands; the same again changes nothing. */
  takeBack?(document: Document): Promise<void>;
  /** Deliveries at once, where it is not settings that say so: for one that writes what it gets in batches. */
  readonly atOnce?: number;
  close(): Promise<void>;
};

/** One line for staff; never what a target answered in its body. */
export function causeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  const text = error instanceof Error ? error.message : String(error);
  return `${code}${text}`.replace(/\p{Cc}+/gu, ' ').slice(0, 300) || 'unknown';
}

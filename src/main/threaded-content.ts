/**
 * What a ticket takes from a mail, read in a worker thread: taking a mail apart and looking for secrets in it costs more
 * than recording it, and the event loop has the jobs to see to. What waits while a batch is read goes together into the
 * next one. Large mails go the way of the listeners, through the pool that streams them.
 */
import { createBatcher } from '../../workers/batch.ts';
import type { ReaderPool } from '../intake/reader-pool.ts';
import { createWorkThread } from '../intake/work-thread.ts';
import type { ReadLimits } from '../message/message.ts';
import type { RawMail } from '../message/raw-mail.ts';
import { type TicketContent, ticketContent } from '../tickets/content.ts';
import type { ContentBatch } from './content-thread.ts';

export type ContentReader = {
  /** Rejects only when the raw mail itself cannot be read. */
  read(raw: RawMail): Promise<TicketContent>;
  close(): Promise<void>;
};

export type ContentReaderOptions = {
  readonly pool: Pick<ReaderPool, 'read'>;
  readonly limits: ReadLimits;
  /** For one batch, milliseconds. */
  readonly deadlineMs: number;
};

/** Larger ones are copied to no thread. */
const wholeMailOctets = 64 * 1024;
const batchSize = 16;

export function threadedContentReader({ deadlineMs, limits, pool }: ContentReaderOptions): ContentReader {
  const thread = createWorkThread<ContentBatch, readonly TicketContent[]>({
    script: new URL('./content-thread.ts', import.meta.url),
    name: 'mail reader',
    deadlineMs,
    heapMb: 128,
  });
  const batches = createBatcher<Uint8Array, TicketContent>({
    size: batchSize,
    waitMs: 0,
    write: (mails) => thread.ask({ mails, limits }),
    // Any of them may have held up the thread: each is tried by itself.
    isOutage: () => false,
  });
  const readHere = async (raw: RawMail): Promise<TicketContent> => ticketContent(await pool.read(raw));
  return {
    async read(raw) {
      if (raw.size > wholeMailOctets) return readHere(raw);
      // A copy of these octets alone: they may be a part of something larger, all of which would go to the thread.
      const octets = new Uint8Array(await raw.bytes());
      return batches.add(octets).catch(() => readHere(raw));
    },
    close: () => thread.close(),
  };
}

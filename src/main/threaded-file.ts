/**
 * The target `file` in a worker thread: rebuilding a message and making its files costs more than recording the mail, and
 * the event loop has the jobs to see to. What waits while a batch is written goes together into the next one.
 */
import { createBatcher } from '../../workers/batch.ts';
import { causeOf, type Sender } from '../../workers/targets/sender.ts';
import type { Attempt } from '../handoff/attempt.ts';
import type { HandoffLinks } from '../handoff/document.ts';
import type { FileTarget } from '../handoff/target.ts';
import { createWorkThread } from '../intake/work-thread.ts';
import type { FileBatch, FileItem } from './file-thread.ts';

const batchSize = 64;
/** Milliseconds that a first document waits for others. */
const batchWaitMs = 2;
/** A disk that takes longer for a batch is in trouble; all of it is tried again. */
const deadlineMs = 60_000;

export function threadedFileSender(target: FileTarget, links: HandoffLinks): Sender {
  const thread = createWorkThread<FileBatch, readonly Attempt[]>({
    script: new URL('./file-thread.ts', import.meta.url),
    name: 'file writer',
    deadlineMs,
    heapMb: 128,
  });
  const batches = createBatcher<FileItem, Attempt>({
    size: batchSize,
    waitMs: batchWaitMs,
    write: (items) => thread.ask({ target, items }),
    // A thread that died is no item's fault; each is tried again by its lane.
    isOutage: () => true,
  });
  return {
    // One batch is written while the next one comes together.
    atOnce: 2 * batchSize,
    send(document) {
      const { message, ticket } = document;
      const answerFrom = links.replyAddress(ticket.number, ticket.mailbox);
      const item = { document, answerFrom, original: links.original(message.id) };
      return batches.add(item).catch((error: unknown): Attempt => ({ kind: 'trouble', cause: causeOf(error) }));
    },
    close: () => thread.close(),
  };
}

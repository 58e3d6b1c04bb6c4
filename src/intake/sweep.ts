/**
 * Brings back what a crash, a timed-out enqueue or a Redis that forgot its last second left behind: every spool entry
 * older than a grace time whose trace rows are not all there is enqueued again, under the same job ids.
 */
import type { Logger } from '../observe/logger.ts';
import { messageIdOf, messageIdsOf } from './mail-id.ts';
import type { QueuePort, SpoolEntry, SpoolPort } from './ports.ts';
import { type SettleOptions, settleReplays } from './settle-replays.ts';

export type SweepOptions = Omit<SettleOptions, 'spool'> & {
  readonly spool: Pick<SpoolPort, 'begin' | 'entries' | 'read' | 'sidecar'>;
  readonly queue: QueuePort;
  /** Which of these message ids have a trace row. */
  readonly traced: (messageIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Entries younger than this are still on their ordinary way. Milliseconds. */
  readonly graceMs: number;
  readonly logger: Logger;
  readonly now: () => number;
};

export type SweepResult = {
  readonly seen: number;
  readonly enqueued: number;
  readonly corrupt: number;
  /** Everything that was committed before this is traced: where the next sweep may start. Epoch milliseconds. */
  readonly cleanUpTo: number;
};

const batchSize = 500;

/** One pass over the entries that were committed at or after `since` (epoch milliseconds). Rejects when a store is away. */
export async function sweep(options: SweepOptions, since: number): Promise<SweepResult> {
  const ripe = options.now() - options.graceMs;
  let seen = 0;
  let enqueued = 0;
  let corrupt = 0;
  let oldestPending = ripe;
  let batch: SpoolEntry[] = [];

  const onCorrupt = (spoolKey: string, cause: string) => {
    corrupt += 1;
    options.logger.error({ spoolKey, cause }, 'a spool entry is corrupt; it is left where it is');
  };
  const flush = async () => {
    for (const { spoolKey, committedAt } of await untraced(options, batch)) {
      oldestPending = Math.min(oldestPending, committedAt);
      try {
        enqueued += await bringBack(options, spoolKey);
      } catch (error) {
        if (!isCorrupt(error)) throw error;
        onCorrupt(spoolKey, error.message);
      }
    }
    batch = [];
  };

  for await (const entry of options.spool.entries(since, onCorrupt)) {
    if (entry.committedAt > ripe) continue;
    seen += 1;
    batch.push(entry);
    if (batch.length >= batchSize) await flush();
  }
  await flush();
  if (enqueued > 0) options.logger.warn({ enqueued, seen }, 'the sweep brought mails back into the queue');
  return { seen, enqueued, corrupt, cleanUpTo: oldestPending };
}

async function untraced({ traced }: SweepOptions, entries: readonly SpoolEntry[]): Promise<SpoolEntry[]> {
  if (entries.length === 0) return [];
  const wanted = entries.map((entry) => ({
    entry,
    ids: messageIdsOf(entry.spoolKey) ?? [messageIdOf(entry.spoolKey, 0)],
  }));
  const found = await traced(wanted.flatMap(({ ids }) => ids));
  return wanted.filter(({ ids }) => ids.some((id) => !found.has(id))).map(({ entry }) => entry);
}

/** A crash may have come between the commit and the claim: another copy may have been first meanwhile. */
async function bringBack(options: SweepOptions, spoolKey: string): Promise<number> {
  const { judgements } = await settleReplays(options, await options.spool.sidecar(spoolKey));
  for (const { job } of judgements) await options.queue.enqueue(job);
  return judgements.length;
}

/** Corruption is told by name: the class belongs to the spool, which this folder does not import. */
function isCorrupt(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'SpoolCorrupt' || error.name === 'SpoolMissing');
}

/**
 * Group commit: items that come while a batch is being written wait and go together into the next one.
 *
 * What a transaction costs is its sync of the disk, which the slower it is the fewer of them should be made. So a batch
 * that is not full waits for others as long as the last one took to be written, within limits.
 *
 * A batch that fails is tried item by item, so that one bad row does not take its neighbours with it; unless the store
 * itself is away, when trying again would only take longer.
 */
export type Batcher<Item, Result> = {
  add(item: Item): Promise<Result>;
  /** Resolves when everything added so far has been written or has failed. */
  drained(): Promise<void>;
};

export type BatcherOptions<Item, Result> = {
  /** Most items in one batch. */
  readonly size: number;
  /** Milliseconds that a batch which is not full waits at least for others. */
  readonly waitMs: number;
  /** Milliseconds that it waits at most, however long the last write took; `waitMs` by default. */
  readonly longestWaitMs?: number;
  /** Writes a batch; results are in the order of the items. */
  readonly write: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** The store is away: no item is to blame. */
  readonly isOutage: (error: unknown) => boolean;
};

type Pending<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { waitMs } = options;
  let waiting: Pending<Item, Result>[] = [];
  let running: Promise<void> | null = null;
  let lastWriteMs = 0;
  let becomesFull: (() => void) | null = null;

  /** Resolves when the batch is full or has waited long enough. */
  const company = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { longestWaitMs = waitMs } = options;
    const timer = setTimeout(resolve, Math.max(waitMs, Math.min(lastWriteMs, longestWaitMs)));
    becomesFull = resolve;
    await promise;
    becomesFull = null;
    clearTimeout(timer);
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      if (waiting.length < options.size) await company();
      const batch = waiting.slice(0, options.size);
      waiting = waiting.slice(options.size);
      const start = performance.now();
      await writeBatch(batch, options);
      lastWriteMs = performance.now() - start;
    }
    running = null;
  };

  return {
    add(item) {
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      waiting.push({ item, resolve, reject });
      if (waiting.length === options.size) becomesFull?.();
      running ??= run();
      return promise;
    },
    async drained() {
      await running;
    },
  };
}

async function writeBatch<Item, Result>(
  batch: readonly Pending<Item, Result>[],
  options: BatcherOptions<Item, Result>,
): Promise<void> {
  try {
    const results = await options.write(batch.map(({ item }) => item));
    for (const [index, { resolve, reject }] of batch.entries()) {
      const result = results[index];
      if (result === undefined) reject(new Error('the store gave no result for this item'));
      else resolve(result);
    }
  } catch (error) {
    if (batch.length === 1 || options.isOutage(error)) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const pending of batch) await writeBatch([pending], options);
  }
}

/**
 * Group commit: items that come while a batch is being written wait and go together into the next one.
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
  /** Milliseconds that the first item of each batch waits for others. */
  readonly waitMs: number;
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
  let waiting: Pending<Item, Result>[] = [];
  let running: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      if (waiting.length < options.size) await sleep(options.waitMs);
      const batch = waiting.slice(0, options.size);
      waiting = waiting.slice(options.size);
      await writeBatch(batch, options);
    }
    running = null;
  };

  return {
    add(item) {
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      waiting.push({ item, resolve, reject });
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

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

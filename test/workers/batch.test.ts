import { describe, expect, it } from 'vitest';
import { createBatcher } from '../../workers/batch.ts';

const isOutage = (error: unknown): boolean => error instanceof Error && error.message === 'outage';

/** A store that keeps its batches and refuses the item `bad`. */
function store() {
  const batches: (readonly string[])[] = [];
  let isOut = false;
  const write = async (items: readonly string[]): Promise<readonly string[]> => {
    batches.push(items);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (isOut) throw new Error('outage');
    if (items.includes('bad')) throw new Error('bad row');
    return items.map((item) => `${item}!`);
  };
  return {
    batches,
    write,
    out: () => {
      isOut = true;
    },
  };
}

describe('createBatcher', () => {
  it('writes what comes together in one batch, results in order', async () => {
    const { batches, write } = store();
    const batcher = createBatcher({ size: 10, waitMs: 1, write, isOutage });
    expect(await Promise.all(['a', 'b', 'c'].map((item) => batcher.add(item)))).toEqual(['a!', 'b!', 'c!']);
    expect(batches).toEqual([['a', 'b', 'c']]);
  });

  it('never writes more than its size, nor two batches at once', async () => {
    const { batches, write } = store();
    let inHand = 0;
    let most = 0;
    const batcher = createBatcher({
      size: 4,
      waitMs: 0,
      isOutage,
      write: async (items: readonly string[]) => {
        inHand += 1;
        most = Math.max(most, inHand);
        const results = await write(items);
        inHand -= 1;
        return results;
      },
    });
    const items = Array.from({ length: 30 }, (_, index) => `i${index}`);
    expect(await Promise.all(items.map((item) => batcher.add(item)))).toEqual(items.map((item) => `${item}!`));
    expect(batches.flat()).toEqual(items);
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(4);
    expect(most).toBe(1);
  });

  it('lets the first item of each batch wait for others', async () => {
    const batches: (readonly string[])[] = [];
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const write = async (items: readonly string[]): Promise<readonly string[]> => {
      batches.push(items);
      begun.resolve();
      await gate.promise;
      return items;
    };
    const batcher = createBatcher({ size: 10, waitMs: 100, write, isOutage });
    const first = batcher.add('a');
    await begun.promise;
    const second = batcher.add('b');
    gate.resolve();
    await first;
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([second, batcher.add('c')]);
    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it('waits for others as long as the last write took, up to its limit', async () => {
    const slow = { size: 10, waitMs: 0, isOutage };
    const lateCompany = async (longestWaitMs: number) => {
      const batches: (readonly string[])[] = [];
      const write = async (items: readonly string[]): Promise<readonly string[]> => {
        batches.push(items);
        await new Promise((resolve) => setTimeout(resolve, items.includes('a') ? 80 : 0));
        return items;
      };
      const batcher = createBatcher({ ...slow, longestWaitMs, write });
      await batcher.add('a');
      const first = batcher.add('b');
      // Its timer ends before that of the batch, however late both are.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await Promise.all([first, batcher.add('c')]);
      return batches;
    };
    expect(await lateCompany(1_000)).toEqual([['a'], ['b', 'c']]);
    expect(await lateCompany(0)).toEqual([['a'], ['b'], ['c']]);
  });

  it('lets nobody wait any longer once a batch is full', async () => {
    const { batches, write } = store();
    const batcher = createBatcher({ size: 2, waitMs: 3_600_000, write, isOutage });
    await Promise.all(['a', 'b'].map((item) => batcher.add(item)));
    expect(batches).toEqual([['a', 'b']]);
  });

  it('fails only the bad item of a batch', async () => {
    const { write } = store();
    const batcher = createBatcher({ size: 10, waitMs: 1, write, isOutage });
    const results = await Promise.allSettled(['a', 'bad', 'c'].map((item) => batcher.add(item)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('does not try items one by one while the store is away', async () => {
    const { batches, write, out } = store();
    out();
    const batcher = createBatcher({ size: 10, waitMs: 1, write, isOutage });
    const results = await Promise.allSettled(['a', 'b'].map((item) => batcher.add(item)));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(batches).toHaveLength(1);
  });

  it('goes on after a failure, and drains', async () => {
    const { write } = store();
    const batcher = createBatcher({ size: 1, waitMs: 0, write, isOutage });
    await expect(batcher.add('bad')).rejects.toThrow('bad row');
    const later = batcher.add('good');
    await batcher.drained();
    expect(await later).toBe('good!');
    await expect(batcher.drained()).resolves.toBeUndefined();
  });

  it('rejects when the store answers with too little', async () => {
    const batcher = createBatcher({ size: 5, waitMs: 0, write: () => Promise.resolve([]), isOutage });
    await expect(batcher.add('a')).rejects.toThrow('no result');
  });
});

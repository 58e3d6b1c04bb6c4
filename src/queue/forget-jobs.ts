/** Takes jobs out of Redis whose mail is kept no longer. */
import { outcomeQueues } from '../jobs/queues.ts';
import type { BuiltQueues } from './queues.ts';

/** Resolves with how many were there. A job that a worker has in hand stays: its retention comes with the next run. */
export async function forgetJobs(queues: BuiltQueues, jobIds: readonly string[]): Promise<number> {
  let removed = 0;
  for (const name of outcomeQueues) {
    const queue = queues.get(name);
    if (queue === undefined) continue;
    for (const id of jobIds) {
      removed += await queue.remove(id).catch((error: unknown) => {
        if (isLocked(error)) return 0;
        throw error;
      });
    }
  }
  return removed;
}

/** BullMQ says so by its text alone; everything else is an error of Redis. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && /locked|could not be removed/i.test(error.message);
}

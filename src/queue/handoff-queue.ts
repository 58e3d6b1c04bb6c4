/** The producer's side of the queue `handoff`. */
import { deliveryIdOf, type HandoffJob } from '../jobs/handoff-job.ts';
import type { BuiltQueues } from './queues.ts';

/**
 * Enqueues one job for each target. A job that is waiting already is not added again; one that is done or failed leaves
 * nothing behind, because the records know better how far the delivery is. Rejects when Redis does.
 */
export async function enqueueHandoff(queues: BuiltQueues, event: string, targets: readonly string[]): Promise<void> {
  const queue = queues.get('handoff');
  if (queue === undefined || targets.length === 0) return;
  const jobs = targets.map((target) => {
    const data: HandoffJob = { v: 1, event, target };
    return {
      name: 'handoff',
      data,
      opts: { jobId: deliveryIdOf(data), removeOnComplete: true, removeOnFail: true, attempts: 1 },
    };
  });
  await queue.addBulk(jobs);
}

/** The producer's side of the queue `notices`. */
import type { NoticeJob } from '../jobs/notice-job.ts';
import { retryRules } from '../jobs/queues.ts';
import type { BuiltQueues } from './queues.ts';

/** Enqueues under the notice's own id: one that waits is not added again. Rejects when Redis does. */
export async function enqueueNotice(queues: BuiltQueues, notice: string): Promise<void> {
  const data: NoticeJob = { v: 1, notice };
  await queues.get('notices')?.add('notices', data, {
    jobId: notice,
    ...retryRules.notices,
    // The records know what became of it; a dead letter stays for staff.
    removeOnComplete: true,
    removeOnFail: false,
    stackTraceLimit: 5,
  });
}

/** A queue held and let go by staff: its reason is noted before it stands still, and forgotten after it goes on. */
import type { QueueName } from '../jobs/queues.ts';
import type { By } from '../records/staff.ts';
import type { ConsolePorts } from './ports.ts';

export const longestPauseReason = 300;

type Ports = Pick<ConsolePorts, 'queues' | 'queuePauses'>;

export async function holdQueue(
  { queuePauses, queues }: Ports,
  queue: QueueName,
  reason: string,
  by: By,
): Promise<void> {
  await queuePauses.note(queue, reason, by);
  await queues.pause(queue);
}

export async function letQueueGo({ queuePauses, queues }: Ports, queue: QueueName, by: By): Promise<void> {
  await queues.resume(queue);
  await queuePauses.forget(queue, by);
}

/** What staff see of the queues and do with them, on the connection of this process. */
import type { QueueInspection } from '../cli/queues.ts';
import type { ConsoleQueues } from '../console/ports.ts';
import { countAlive, workersAliveKey } from '../queue/alive.ts';
import { failureGroups, queueStates, removeFailed, retryFailed } from '../queue/inspection.ts';
import { listJobs, lookAtJob, queueOf, removeJob } from '../queue/jobs.ts';
import type { BuiltQueues, Queues } from '../queue/queues.ts';

type Asking = <Value>(ask: () => Promise<Value>) => Promise<Value>;

/** `asking` turns whatever goes wrong with Redis into what the caller shows. */
export function queueInspection(
  queues: Queues,
  asking: Asking = (ask) => ask(),
): Omit<QueueInspection, 'close'> & ConsoleQueues {
  const built = <Value>(ask: (all: BuiltQueues) => Promise<Value>): Promise<Value> =>
    asking(async () => ask(await queues.built()));
  return {
    states: () => built((all) => queueStates(all, Date.now())),
    failures: () => built(failureGroups),
    workersAlive: () => asking(() => countAlive(queues.client, workersAliveKey)),
    retry: (filter, options) => built((all) => retryFailed(all, filter, options)),
    remove: (filter, options) => built((all) => removeFailed(all, filter, options)),
    jobs: (query) => built((all) => listJobs(all, query)),
    job: (queue, id) => built((all) => lookAtJob(all, queue, id)),
    removeJob: (queue, id) => built((all) => removeJob(all, queue, id)),
    pause: (queue) => built((all) => queueOf(all, queue).pause()),
    resume: (queue) => built((all) => queueOf(all, queue).resume()),
  };
}

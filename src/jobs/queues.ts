/** Queue names and retry rules. BullMQ prefix `postern`. */
export const queuePrefix = 'postern';
export const outcomeQueues = ['accepted', 'rejected', 'escalated'] as const;
export type OutcomeQueue = (typeof outcomeQueues)[number];
const workQueues = ['handoff', 'notices', 'maintenance'] as const;
export const queueNames = [...outcomeQueues, ...workQueues] as const;
export type QueueName = (typeof queueNames)[number];

/** States of a job as BullMQ names them; a failed one that stays is a dead letter. */
export const jobStates = ['waiting', 'active', 'delayed', 'completed', 'failed'] as const;
export type JobState = (typeof jobStates)[number];

/** Retries with exponential backoff from `delay` milliseconds; failed jobs are kept as dead letters. */
export type RetryRule = {
  readonly attempts: number;
  readonly backoff: { readonly type: 'exponential'; readonly delay: number; readonly jitter: number };
};
export const retryRules: Readonly<Record<QueueName, RetryRule>> = {
  accepted: { attempts: 8, backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 } },
  rejected: { attempts: 8, backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 } },
  escalated: { attempts: 8, backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 } },
  handoff: { attempts: 12, backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 } },
  notices: { attempts: 8, backoff: { type: 'exponential', delay: 5_000, jitter: 0.5 } },
  maintenance: { attempts: 3, backoff: { type: 'exponential', delay: 10_000, jitter: 0.5 } },
};

/** Lanes of a test: its own clock, no chance, default schedule and breaker. */
import { defaultRetrySchedule } from '../../src/handoff/attempt.ts';
import { defaultBreakerSettings } from '../../src/handoff/breaker.ts';
import type { HandoffDocument } from '../../src/handoff/document.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import type { Outbox } from '../../src/records/outbox.ts';
import type { LanesOptions } from '../../workers/lanes.ts';
import type { Sender } from '../../workers/targets/sender.ts';

export function lanesOptions(
  records: Outbox<HandoffDocument>,
  senders: Readonly<Record<string, Sender>>,
  now: () => number,
  changes: Partial<LanesOptions<HandoffDocument>> = {},
): LanesOptions<HandoffDocument> {
  return {
    senders: new Map(Object.entries(senders)),
    records,
    atOnce: 4,
    leaseMs: 60_000,
    schedule: defaultRetrySchedule,
    breaker: defaultBreakerSettings,
    logger: silentLogger(),
    observe: () => undefined,
    now,
    chance: () => 0.5,
    ...changes,
  };
}

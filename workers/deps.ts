/** What the workers need from outside; wired in `src/main/`. */
import type { Cluster, Redis } from 'ioredis';
import type { SpoolPort } from '../src/intake/ports.ts';
import type { Logger } from '../src/observe/logger.ts';
import type { Metrics } from '../src/observe/metrics.ts';
import type { TraceInput, TraceOutcome } from '../src/records/trace.ts';

export type { TraceInput };

/** How one mail was recorded; `linkedTo` names the message that it is a copy of. */
export type Recorded = TraceOutcome;

/** Writes trace rows, and tickets for accepted mail, in one transaction; the same mail again changes nothing. */
export type TracePort = {
  record(batch: readonly TraceInput[], now: number): Promise<readonly Recorded[]>;
};

/** What a handler works with. */
export type HandlerDeps = {
  readonly spool: Pick<SpoolPort, 'sidecar'>;
  /** Records one mail; calls of concurrent jobs share a transaction. */
  readonly record: (input: TraceInput) => Promise<Recorded>;
};

export type WorkerSettings = {
  /** Jobs at once, per queue. */
  readonly concurrency: number;
  /** Most rows in one transaction. */
  readonly batchSize: number;
  /** Milliseconds that a first row waits for others. */
  readonly batchWaitMs: number;
  /** Milliseconds that a stop waits for jobs in hand. */
  readonly stopTimeoutMs: number;
  /** Milliseconds that a job stays with a worker that shows no sign of life. */
  readonly lockMs: number;
};

export type WorkersDeps = {
  /** A client of its own for each call, with `maxRetriesPerRequest: null`; closed by the workers. */
  readonly connect: () => WorkerConnection;
  /** BullMQ's prefix. */
  readonly prefix: string;
  readonly spool: Pick<SpoolPort, 'sidecar'>;
  readonly trace: TracePort;
  /** Tells others that these workers live; called every few seconds. */
  readonly beat: () => Promise<void>;
  readonly settings: WorkerSettings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

export type WorkerConnection = Redis | Cluster;

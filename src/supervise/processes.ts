/**
 * The processes that the supervisor runs, each by role, through `node:cluster` so that listeners share a port.
 *
 * Life of a process: forked -> says `ready` -> serves; if it dies unasked it is forked again, with growing pauses -> is told
 * to stop and exits, or is killed at its deadline. A process that dies before its first `ready` stops the start. `renew`
 * puts a new process into each place, and leaves the old one there when the new one does not come to serve.
 */
import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '../observe/logger.ts';
import type { MetricsSnapshot } from '../observe/metrics.ts';
import { type FromSupervisor, isFromProcess, type ProcessRole } from './messages.ts';

export type ProcessGroup = {
  readonly role: ProcessRole;
  readonly count: number;
  /** Milliseconds that a stop waits before it kills. */
  readonly stopTimeoutMs: number;
  /** It listens where only one process can: the old one has to leave before a new one starts. */
  readonly isExclusive?: boolean;
};

export type ProcessesOptions = {
  /** Absolute path of the module that serves a role; its last argument is the role. */
  readonly entry: string;
  readonly args?: readonly string[];
  /** In the order in which they are stopped; started the other way round. */
  readonly groups: readonly ProcessGroup[];
  readonly logger: Logger;
};

export type Processes = {
  /** What the processes of a role listen on. */
  addresses(role: ProcessRole): readonly string[];
  /** Tells all to read their certificates anew. */
  reload(): void;
  /**
   * A new process in every place, one after the other; where sockets are shared the old one serves until the new one does.
   * Rejects with `ProcessDidNotStart` at the first that does not start; that place keeps or gets back its process when the
   * cause is gone. One at a time.
   */
  renew(): Promise<void>;
  /** Metrics of all processes that answer within the deadline. */
  snapshots(deadlineMs: number): Promise<readonly MetricsSnapshot[]>;
  /** Group by group; never rejects. */
  stop(): Promise<void>;
  /** Kills what still runs. */
  hurry(): void;
};

/** A process ended before it could serve. */
export class ProcessDidNotStart extends Error {
  override readonly name = 'ProcessDidNotStart';
  readonly exitCode: number | null;

  constructor(role: ProcessRole, exitCode: number | null, signal: string | null) {
    super(`the ${role} process ended before it was ready (${signal ?? `code ${exitCode}`})`);
    this.exitCode = exitCode;
  }
}

/** One place in a group; the process in it may change. */
type Slot = { readonly group: ProcessGroup; worker: Worker | null; address: string | null; pauseMs: number };
type Leaving = { readonly worker: Worker; readonly group: ProcessGroup };

const firstPauseMs = 200;
const longestPauseMs = 10_000;
const settledMs = 60_000;

export async function startProcesses(options: ProcessesOptions): Promise<Processes> {
  const { logger } = options;
  // Each listener takes its connections from the shared socket itself, and the system shares them out evenly enough
  // (200 connections over four processes: 57, 53, 49, 41). Handed over by the primary they would be even, but a
  // hand-over to a process without a free file descriptor is never answered, and Node then hands over nothing more.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const slots = options.groups.flatMap((group) =>
    Array.from({ length: group.count }, (): Slot => ({ group, worker: null, address: null, pauseMs: firstPauseMs })),
  );
  const measuring = new Map<number, (snapshot: MetricsSnapshot) => void>();
  /** Replaced, and not yet gone. */
  const leaving = new Set<Leaving>();
  let isStopping = false;
  let isHurried = false;
  let questions = 0;

  const fork = (slot: Slot): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { role } = slot.group;
    cluster.setupPrimary({ exec: options.entry, args: [...(options.args ?? []), role], serialization: 'advanced' });
    const worker = cluster.fork();
    const startedAt = performance.now();
    let isReady = false;
    slot.worker = worker;
    worker.on('error', (error) => logger.warn({ role, error }, 'process'));
    worker.on('message', (message: unknown) => {
      if (!isFromProcess(message)) return;
      if (message.postern === 'ready') {
        isReady = true;
        slot.address = message.address;
        resolve();
      } else if (message.postern === 'measured') {
        measuring.get(message.id)?.(message.snapshot);
      } else {
        void answerCollect(worker, message.id);
      }
    });
    worker.once('exit', (code: number | null, signal: string | null) => {
      const isReplaced = slot.worker !== worker;
      if (!isReplaced) slot.worker = null;
      reject(new ProcessDidNotStart(role, code, signal));
      if (isStopping || !isReady || isReplaced) return;
      if (performance.now() - startedAt > settledMs) slot.pauseMs = firstPauseMs;
      logger.error({ role, code, signal, pauseMs: slot.pauseMs }, 'process ended unasked; starting it again');
      setTimeout(() => refork(slot), slot.pauseMs);
      slot.pauseMs = Math.min(slot.pauseMs * 2, longestPauseMs);
    });
    return promise;
  };
  const refork = (slot: Slot): void => {
    if (isStopping || slot.worker !== null) return; // it was renewed meanwhile
    fork(slot).catch((error: unknown) => {
      logger.warn({ error, pauseMs: slot.pauseMs }, 'process did not start');
      setTimeout(() => refork(slot), slot.pauseMs);
      slot.pauseMs = Math.min(slot.pauseMs * 2, longestPauseMs);
    });
  };
  const snapshots = async (deadlineMs: number): Promise<readonly MetricsSnapshot[]> => {
    const workers = slots.flatMap(({ worker }) => (worker === null ? [] : [worker]));
    const answers = await Promise.all(workers.map((worker) => measure(worker, deadlineMs)));
    return answers.filter((snapshot) => snapshot !== null);
  };
  const measure = async (worker: Worker, deadlineMs: number): Promise<MetricsSnapshot | null> => {
    questions += 1;
    const id = questions;
    const { promise, resolve } = Promise.withResolvers<MetricsSnapshot | null>();
    measuring.set(id, resolve);
    const timer = setTimeout(() => resolve(null), deadlineMs);
    tell(worker, { postern: 'measure', id });
    const snapshot = await promise;
    clearTimeout(timer);
    measuring.delete(id);
    return snapshot;
  };
  const answerCollect = async (worker: Worker, id: number): Promise<void> => {
    tell(worker, { postern: 'collected', id, snapshots: await snapshots(1_000) });
  };
  const leave = async (one: Leaving): Promise<void> => {
    leaving.add(one);
    await stopWorker(one, isHurried, logger);
    leaving.delete(one);
  };
  const renewSlot = async (slot: Slot): Promise<void> => {
    const { group, worker: old } = slot;
    if (group.isExclusive && old !== null) {
      slot.worker = null;
      await leave({ worker: old, group });
    }
    try {
      await fork(slot);
    } catch (error) {
      if (old !== null && !old.isDead()) slot.worker = old;
      else refork(slot); // tried until it starts, like one that died
      throw error;
    }
    if (old !== null && !old.isDead()) await leave({ worker: old, group });
  };
  const renew = async (): Promise<void> => {
    for (const slot of slots.toReversed()) if (!isStopping) await renewSlot(slot); // in the order of the start
  };
  const hurry = (): void => {
    isHurried = true;
    for (const { worker } of [...slots, ...leaving]) worker?.process.kill('SIGKILL');
  };
  const stop = async (): Promise<void> => {
    isStopping = true;
    for (const group of options.groups) {
      const serving = slots.flatMap(({ group: own, worker }) =>
        own === group && worker !== null ? [{ worker, group }] : [],
      );
      const replaced = [...leaving].filter((one) => one.group === group);
      await Promise.all([...serving, ...replaced].map((one) => stopWorker(one, isHurried, logger)));
    }
  };

  try {
    // Workers stand ready before the listeners take mail.
    for (const group of options.groups.toReversed()) {
      await Promise.all(slots.filter((slot) => slot.group === group).map(fork));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    addresses: (role) =>
      slots.flatMap(({ group, address }) => (group.role === role && address !== null ? [address] : [])),
    reload() {
      for (const { worker } of slots) if (worker !== null) tell(worker, { postern: 'reload' });
    },
    renew,
    snapshots,
    stop,
    hurry,
  };
}

async function stopWorker({ worker, group }: Leaving, isHurried: boolean, logger: Logger): Promise<void> {
  if (worker.isDead()) return;
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  worker.once('exit', () => resolve());
  if (isHurried) worker.process.kill('SIGKILL');
  else tell(worker, { postern: 'stop' });
  const timer = setTimeout(() => {
    logger.warn({ role: group.role, pid: worker.process.pid }, 'process does not stop in time; killing it');
    worker.process.kill('SIGKILL');
  }, group.stopTimeoutMs);
  await gone;
  clearTimeout(timer);
}

/** A process that is just dying cannot be told anything; its exit tells us. */
function tell(worker: Worker, message: FromSupervisor): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}

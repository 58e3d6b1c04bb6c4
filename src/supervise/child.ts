/** A process's side of `processes.ts`: says when it serves, answers for its metrics, stops when it is told to. */
import type { Metrics, MetricsSnapshot } from '../observe/metrics.ts';
import { type FromProcess, isFromSupervisor } from './messages.ts';

export type Service = {
  /** What it listens on, for people; null when it does not listen. */
  readonly address: string | null;
  /** Ends within its own deadline. */
  stop(): Promise<void>;
  /** The certificate files have changed. */
  reload(): void;
};

export type ChildProcessFace = {
  /** Metrics of all processes, through the supervisor; of this one alone when it does not answer in time. */
  collect(): Promise<readonly MetricsSnapshot[]>;
};

export type ChildOptions = {
  readonly metrics: Metrics;
  /** Starts the service. A rejection ends the process; the supervisor tells why the start failed. */
  readonly start: (face: ChildProcessFace) => Promise<Service>;
};

const collectTimeoutMs = 2_000;

/** Resolves when the service stands; the process then ends when it is told to stop. */
export async function runAsChild(options: ChildOptions): Promise<void> {
  // Ctrl-C and service managers signal every process at once: the order in which they stop is the supervisor's.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  const collecting = new Map<number, (snapshots: readonly MetricsSnapshot[]) => void>();
  let questions = 0;
  let service: Service | null = null;
  let isTold = false;

  const end = async (): Promise<void> => {
    await service?.stop();
    process.exit(0);
  };
  process.on('message', (message: unknown) => {
    if (!isFromSupervisor(message)) return;
    switch (message.postern) {
      case 'stop':
        isTold = true;
        if (service !== null) void end();
        break;
      case 'reload':
        service?.reload();
        break;
      case 'measure':
        void options.metrics
          .snapshot()
          .then((snapshot) => tellSupervisor({ postern: 'measured', id: message.id, snapshot }));
        break;
      case 'collected':
        collecting.get(message.id)?.(message.snapshots);
        break;
    }
  });
  const collect = async (): Promise<readonly MetricsSnapshot[]> => {
    questions += 1;
    const id = questions;
    const { promise, resolve } = Promise.withResolvers<readonly MetricsSnapshot[]>();
    collecting.set(id, resolve);
    const timer = setTimeout(() => {
      void options.metrics.snapshot().then((own) => resolve([own]));
    }, collectTimeoutMs);
    tellSupervisor({ postern: 'collect', id });
    const snapshots = await promise;
    clearTimeout(timer);
    collecting.delete(id);
    return snapshots;
  };

  service = await options.start({ collect });
  tellSupervisor({ postern: 'ready', address: service.address });
  if (isTold) await end();
}

function tellSupervisor(message: FromProcess): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

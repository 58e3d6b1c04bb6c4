/**
 * How late an event loop with nothing to do is woken, in a thread of its own: what the machine does to every loop, so that
 * a delay in a busy process can be told from one of the scheduler.
 */
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

export type IdleLoop = {
  /** The longest delay since the last question, milliseconds. */
  longestMs(): Promise<number>;
  close(): Promise<void>;
};

export function startIdleLoop(): IdleLoop {
  const worker = new Worker(new URL(import.meta.url));
  return {
    async longestMs() {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
      worker.postMessage('longest');
      const [answer] = await once(worker, 'message');
      return Number(answer);
    },
    close: async () => void (await worker.terminate()),
  };
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  port.on('message', () => {
    port.postMessage(lag.max / 1e6);
    lag.reset();
  });
}

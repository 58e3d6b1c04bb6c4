/** SIGTERM and SIGINT: the first asks for an orderly stop, a second one hurries it. */
import type { Logger } from '../observe/logger.ts';

export type StopSignals = {
  /** Resolves with the first signal, or when `stop` is called. */
  readonly asked: Promise<void>;
  /** Asks without a signal. */
  stop(): void;
  /** Gives the signals back to their defaults. */
  dispose(): void;
};

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export function stopSignals(options: { readonly logger: Logger; readonly onHurry: () => void }): StopSignals {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let times = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    times += 1;
    if (times === 1) {
      options.logger.info({ signal }, 'stopping; a second signal hurries');
      resolve();
    } else {
      options.logger.warn({ signal }, 'stopping now');
      options.onHurry();
    }
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    asked,
    stop: resolve,
    dispose() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

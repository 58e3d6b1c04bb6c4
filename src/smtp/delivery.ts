/**
 * One mail between 354 and its reply: feeds the content to intake with back-pressure, keeps the size limit, and lets go
 * of the mail when the session ends before the data does.
 */
import type { Receiving } from '../intake/intake.ts';
import { listenerReplies } from '../verdict/reply.ts';
import type { Reply } from '../verdict/verdict.ts';
import type { DataSink } from './line-reader.ts';

export type Delivery = DataSink & {
  /** `receiving` until the end of data was read, then `judging`, then `over`. */
  stage(): 'receiving' | 'judging' | 'over';
  /** The session ends. Data that is not complete is forgotten; a mail that is being judged is left alone. */
  abandon(): void;
};

export type DeliveryOptions = {
  readonly receiving: Receiving;
  /** Octets. */
  readonly maxBytes: number;
  /** Called when the true end of data was read, before the mail is judged. */
  onEnd(): void;
  /** Called once, with the reply to the mail, unless it was abandoned; `isTooLarge` when the listener itself refused it. */
  answer(reply: Reply, isTooLarge: boolean): void;
};

export function createDelivery(options: DeliveryOptions): Delivery {
  const { receiving, maxBytes } = options;
  let stage: 'receiving' | 'judging' | 'over' = 'receiving';
  let size = 0;
  let aborted: Promise<void> | null = null;
  const abort = (): Promise<void> => {
    aborted ??= receiving.abort();
    return aborted;
  };
  return {
    stage: () => stage,
    async take(content) {
      size += content.length;
      if (stage !== 'receiving') return;
      // Read on to the true end of data, or the rest would become commands.
      if (size > maxBytes) await abort();
      else await receiving.write(content);
    },
    async end() {
      if (stage !== 'receiving') return;
      stage = 'judging';
      options.onEnd();
      const isTooLarge = size > maxBytes;
      const reply = isTooLarge ? listenerReplies.tooLarge : await receiving.finish();
      stage = 'over';
      options.answer(reply, isTooLarge);
    },
    abandon() {
      if (stage !== 'receiving') return;
      stage = 'over';
      void abort();
    },
  };
}

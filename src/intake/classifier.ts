/**
 * Classifies without ever holding the event loop for long: short texts, which almost all mails have, in this thread; long
 * ones in a worker thread, one after the other, each under a deadline. A thread that does not come back is ended and
 * replaced by the next long text.
 */
import { Worker } from 'node:worker_threads';
import type { Classification, ClassifierInput } from '../classify/classification.ts';
import { classify } from '../classify/classify.ts';
import type { FromClassifier, ToClassifier } from './classifier-thread.ts';

/** Rejects with `NotClassified` when a long text was not worked off. */
export type Classify = (input: ClassifierInput) => Promise<Classification>;

export type Classifier = {
  readonly classify: Classify;
  /** Ends the thread. What is in it is not classified. */
  close(): Promise<void>;
};

/** Nobody has read the text; the message is one line for staff. */
export class NotClassified extends Error {
  override readonly name = 'NotClassified';
}

/** In this thread, whatever the length: for commands, which serve nobody else meanwhile. */
export const classifyHere: Classify = async (input) => classify(input);

/** UTF-16 units that are classified in this thread: some milliseconds. */
const inlineLength = 8 * 1024;
/** The thread's own heap: weights and rules, and a text of bounded length. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

type Job = {
  readonly input: ClassifierInput;
  readonly resolve: (classification: Classification) => void;
  readonly reject: (error: NotClassified) => void;
};

/** `deadlineMs` counts from the moment a text is at work, not from when it was put in. */
export function createClassifier({ deadlineMs }: { readonly deadlineMs: number }): Classifier {
  const waiting: Job[] = [];
  let worker: Worker | null = null;
  let isAtWork = false;
  let count = 0;

  const next = (): void => {
    if (isAtWork) return;
    const job = waiting.shift();
    if (job === undefined) return;
    isAtWork = true;
    work(job);
  };

  function work({ input, reject, resolve }: Job): void {
    const thread = (worker ??= startThread());
    const id = (count += 1);
    const timer = setTimeout(() => giveUp(`not classified within ${deadlineMs} ms`), deadlineMs);
    const settle = (): void => {
      clearTimeout(timer);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      thread.unref(); // an idle thread keeps no process alive
      isAtWork = false;
    };
    const giveUp = (cause: string): void => {
      settle();
      if (worker === thread) worker = null;
      thread.on('error', () => undefined);
      void thread.terminate();
      reject(new NotClassified(cause));
      next();
    };
    const onMessage = (answer: FromClassifier): void => {
      if (answer.id !== id) return;
      settle();
      resolve(answer.classification);
      next();
    };
    const onError = (error: unknown): void =>
      giveUp(`the classifier thread failed: ${error instanceof Error ? error.message : 'unknown'}`);
    const onExit = (): void => giveUp('the classifier thread exited');
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.ref();
    const question: ToClassifier = { id, input };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
    thread.postMessage(question);
  }

  return {
    classify(input) {
      if (input.text.length <= inlineLength) return classifyHere(input);
      return new Promise((resolve, reject) => {
        waiting.push({ input, resolve, reject });
        next();
      });
    },
    async close() {
      for (const { reject } of waiting.splice(0)) reject(new NotClassified('the classifier was closed'));
      await worker?.terminate();
    },
  };
}

function startThread(): Worker {
  // Neither flags nor environment: what reads hostile text needs no secrets.
  return new Worker(new URL('./classifier-thread.ts', import.meta.url), { execArgv: [], env: {}, resourceLimits });
}

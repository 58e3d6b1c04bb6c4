/**
 * A worker thread for work that would hold the event loop, one piece after the other, each under a deadline. It is
 * started by the first piece; one that does not come back is ended and replaced by the next piece.
 */
import { parentPort, Worker } from 'node:worker_threads';

type ToThread<Question> = { readonly id: number; readonly question: Question };
type FromThread<Answer> = { readonly id: number; readonly answer: Answer };

/** The work was not done; the message is one line for staff. */
export class WorkNotDone extends Error {
  override readonly name = 'WorkNotDone';
}

export type WorkThread<Question, Answer> = {
  /** Plain data both ways. Rejects with `WorkNotDone` only. */
  ask(question: Question): Promise<Answer>;
  /** Ends the thread. What is in it, or waits for it, is not done. */
  close(): Promise<void>;
};

export type WorkThreadOptions = {
  /** The module that calls `answerInThread`. */
  readonly script: URL;
  /** For causes: `classifier`. */
  readonly name: string;
  /** Milliseconds from the moment a piece is at work, not from when it was put in. */
  readonly deadlineMs: number;
  /** Heap of the thread, megabytes; octets are outside of it. */
  readonly heapMb: number;
};

type Piece<Question, Answer> = {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: WorkNotDone) => void;
};

export function createWorkThread<Question, Answer>(options: WorkThreadOptions): WorkThread<Question, Answer> {
  const { deadlineMs, name } = options;
  const waiting: Piece<Question, Answer>[] = [];
  let worker: Worker | null = null;
  let isAtWork = false;
  let isClosed = false;
  let count = 0;

  const next = (): void => {
    if (isAtWork) return;
    const piece = waiting.shift();
    if (piece === undefined) return;
    isAtWork = true;
    work(piece);
  };

  function work({ question, reject, resolve }: Piece<Question, Answer>): void {
    const thread = (worker ??= startThread(options));
    const id = (count += 1);
    const timer = setTimeout(() => giveUp(`the ${name} thread did not answer within ${deadlineMs} ms`), deadlineMs);
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
      reject(new WorkNotDone(cause));
      next();
    };
    const onMessage = (message: FromThread<Answer>): void => {
      if (message.id !== id) return;
      settle();
      resolve(message.answer);
      next();
    };
    const onError = (error: unknown): void =>
      giveUp(`the ${name} thread failed: ${error instanceof Error ? error.message : 'unknown'}`);
    const onExit = (): void => giveUp(`the ${name} thread exited`);
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.ref();
    const message: ToThread<Question> = { id, question };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
    thread.postMessage(message);
  }

  return {
    ask(question) {
      if (isClosed) return Promise.reject(new WorkNotDone(`the ${name} was closed`));
      return new Promise((resolve, reject) => {
        waiting.push({ question, resolve, reject });
        next();
      });
    },
    async close() {
      isClosed = true;
      for (const { reject } of waiting.splice(0)) reject(new WorkNotDone(`the ${name} was closed`));
      await worker?.terminate();
    },
  };
}

function startThread({ heapMb, script }: WorkThreadOptions): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
  // Neither flags nor environment: what reads hostile octets needs no settings and no secrets but those it is sent.
  return new Worker(script, { execArgv: [], env: {}, resourceLimits });
}

/** The other side: answers each question of `createWorkThread`. Does nothing outside of a thread. */
export function answerInThread(work: (question: never) => unknown): void {
  const port = parentPort;
  if (port === null) return;
  const answer = async ({ id, question }: ToThread<never>): Promise<void> => {
    const message: FromThread<unknown> = { id, answer: await work(question) };
    port.postMessage(message);
  };
  // What the work throws ends the thread, and the other side hears of it.
  port.on('message', (message: ToThread<never>) => void answer(message));
}

/**
 * Reads mails without ever holding the event loop for long: small ones in this thread, big bodies and long header
 * fields in worker threads under a deadline. A thread that does not come back is ended and replaced; its mail is then
 * `unparseable`, with everything that the bounded scan in this thread found out about it.
 */
import { Worker } from 'node:worker_threads';
import { type ContentReader, causeOf, type Head, openContentReader } from '../message/content.ts';
import type { ContentResult, Message, ReadLimits } from '../message/message.ts';
import type { RawMail } from '../message/raw-mail.ts';
import { type MailShape, readMessage } from '../message/read.ts';
import type { Logger } from '../observe/logger.ts';
import type { FromThread, ToThread } from './reader-thread.ts';

export type ReaderPoolOptions = {
  /** Most worker threads; each is started when it is first needed. */
  readonly threads: number;
  /** Longest time a thread may work on one mail, milliseconds. */
  readonly deadlineMs: number;
  readonly limits: ReadLimits;
  /** What is read in the calling thread; octets. */
  readonly inline?: InlineLimits;
  readonly logger: Logger;
};

export type ReaderPool = {
  /** Rejects only when the raw mail itself cannot be read. */
  read(raw: RawMail): Promise<Message>;
  /** Ends the threads; a mail that is in one becomes `unparseable`, so let reads finish first. */
  close(): Promise<void>;
  stats(): ReaderPoolStats;
};

/** Mails by where they were decoded; `timedOut` are among the threaded. */
export type ReaderPoolStats = { readonly inline: number; readonly threaded: number; readonly timedOut: number };

export type InlineLimits = { readonly body: number; readonly field: number };

const defaultInline: InlineLimits = { body: 64 * 1024, field: 8 * 1024 };
const maxInlineHeader = 64 * 1024;

export function createReaderPool(options: ReaderPoolOptions): ReaderPool {
  const counts = { inline: 0, threaded: 0, timedOut: 0 };
  const idle: ReaderThread[] = [];
  const running = new Set<ReaderThread>();
  const waiting: ((thread: ReaderThread | null) => void)[] = [];
  let isClosed = false;

  function openContent(head: Head, shape: MailShape): ContentReader {
    if (!isHeavy(shape, options.inline ?? defaultInline)) {
      counts.inline += 1;
      return openContentReader(head, options.limits);
    }
    counts.threaded += 1;
    return threadedReader(head);
  }

  /** Waits for its turn at the first write, so that no mail is held in memory while it waits. */
  function threadedReader(head: Head): ContentReader {
    let job: Promise<ThreadJob | null> | null = null;
    const begin = async (): Promise<ThreadJob | null> => {
      const thread = await acquire();
      if (thread === null) return null;
      const started = thread.begin(head, options.limits, options.deadlineMs);
      void started.result.then((end) => settle(thread, end));
      return started;
    };
    return {
      write: async (chunk) => (await (job ??= begin()))?.write(chunk),
      finish: async () => {
        const started = await (job ??= begin());
        if (started === null) return { kind: 'unparseable', cause: 'the reader pool is closed' };
        started.end();
        return (await started.result).content;
      },
    };
  }

  function acquire(): Promise<ReaderThread | null> {
    if (isClosed) return Promise.resolve(null);
    const free = idleThread() ?? (running.size < options.threads ? new ReaderThread() : null);
    if (free === null) return new Promise((resolve) => waiting.push(resolve));
    running.add(free);
    return Promise.resolve(free);
  }

  function idleThread(): ReaderThread | null {
    let thread = idle.pop();
    while (thread !== undefined && !thread.isAlive) thread = idle.pop();
    return thread ?? null;
  }

  /** A thread is done with its mail: it takes the next one, or makes room for a new thread that does. */
  function settle(thread: ReaderThread, end: JobEnd): void {
    running.delete(thread);
    if (end.how === 'deadline') counts.timedOut += 1;
    if (end.how !== 'finished') options.logger.warn({ cause: causeFor(end.content) }, 'reader thread ended early');
    if (isClosed) return;
    if (end.how === 'finished' && thread.isAlive) idle.push(thread);
    const next = waiting.shift();
    if (next !== undefined) void acquire().then(next);
  }

  return {
    read: (raw) => readMessage(raw, options.limits, openContent),
    close: async () => {
      isClosed = true;
      for (const resolve of waiting.splice(0)) resolve(null);
      await Promise.all([...idle.splice(0), ...running].map((thread) => thread.stop('the reader pool was closed')));
    },
    stats: () => ({ ...counts }),
  };
}

function isHeavy(shape: MailShape, inline: InlineLimits): boolean {
  return shape.body > inline.body || shape.header > maxInlineHeader || shape.longestField > inline.field;
}

function causeFor(content: ContentResult): string {
  return content.kind === 'unparseable' ? content.cause : '';
}

type JobEnd = { readonly how: 'finished' | 'deadline' | 'died'; readonly content: ContentResult };

type ThreadJob = {
  write(chunk: Buffer): Promise<void>;
  end(): void;
  /** Never rejects. */
  readonly result: Promise<JobEnd>;
};

/** Chunks that may be on their way to the thread; more wait here, so that a slow thread holds no whole mail. */
const chunksInFlight = 8;

/** A thread's own heap; octets are outside of it and bounded by the limits of reading. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

class ReaderThread {
  // Neither flags nor environment: what takes apart hostile mail needs no secrets.
  readonly #worker = new Worker(new URL('./reader-thread.ts', import.meta.url), {
    execArgv: [],
    env: {},
    resourceLimits,
  });
  #isAlive = true;
  #inFlight = 0;
  #wakeWriter: (() => void) | null = null;
  #settle: ((end: JobEnd) => void) | null = null;

  constructor() {
    this.#worker.on('message', (message: FromThread) => this.#take(message));
    this.#worker.on('error', (error) => this.#die(`the reader thread failed: ${causeOf(error)}`));
    this.#worker.on('exit', () => {
      this.#isAlive = false;
      this.#die('the reader thread exited');
    });
    this.#worker.unref();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  begin(head: Head, limits: ReadLimits, deadlineMs: number): ThreadJob {
    this.#inFlight = 0;
    // An idle thread keeps no process alive; one at work does.
    this.#worker.ref();
    const result = new Promise<JobEnd>((resolve) => {
      const timer = setTimeout(() => {
        this.#finish({ how: 'deadline', content: unparseable(`not decoded within ${deadlineMs} ms`) });
        void this.#worker.terminate();
      }, deadlineMs);
      this.#settle = (end) => {
        clearTimeout(timer);
        resolve(end);
      };
    });
    this.#post({ kind: 'open', head, limits });
    return { write: (chunk) => this.#write(chunk), end: () => this.#post({ kind: 'end' }), result };
  }

  async stop(cause: string): Promise<void> {
    this.#die(cause);
    await this.#worker.terminate();
  }

  async #write(chunk: Buffer): Promise<void> {
    while (this.#settle !== null && this.#inFlight >= chunksInFlight) {
      await new Promise<void>((resolve) => {
        this.#wakeWriter = resolve;
      });
    }
    if (this.#settle === null) return;
    this.#inFlight += 1;
    this.#post({ kind: 'chunk', octets: chunk });
  }

  #post(message: ToThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
    this.#worker.postMessage(message);
  }

  #take(message: FromThread): void {
    if (message.kind === 'result') this.#finish({ how: 'finished', content: revived(message.content) });
    else {
      this.#inFlight -= 1;
      this.#wake();
    }
  }

  #die(cause: string): void {
    this.#finish({ how: 'died', content: unparseable(cause) });
  }

  #finish(end: JobEnd): void {
    const settle = this.#settle;
    this.#settle = null;
    this.#worker.unref();
    this.#wake();
    settle?.(end);
  }

  #wake(): void {
    this.#wakeWriter?.();
    this.#wakeWriter = null;
  }
}

function unparseable(cause: string): ContentResult {
  return { kind: 'unparseable', cause };
}

/** A Buffer comes out of a thread as a plain Uint8Array. */
function revived(result: ContentResult): ContentResult {
  if (result.kind !== 'parsed' || result.content.pgp.kind !== 'signed') return result;
  const { buffer, byteOffset, byteLength } = result.content.pgp.signed;
  const pgp = { ...result.content.pgp, signed: Buffer.from(buffer, byteOffset, byteLength) };
  return { kind: 'parsed', content: { ...result.content, pgp } };
}

/**
 * Server-sent events to open pages. Streams are counted, for each session and in all: each holds a connection and asks the
 * stores again and again. Who does not read what is sent is cut off.
 */
import { type SSEMessage, streamSSE } from 'hono/streaming';
import type { Logger } from '../observe/logger.ts';
import type { ConsoleContext } from './environment.ts';
import type { Places } from './places.ts';

export type LiveStream = {
  readonly streams: Places;
  /** Whose stream it is: the hash of the session's token. */
  readonly session: string;
  readonly pushMs: number;
  /** How long one event may lie unread. */
  readonly patienceMs: number;
  readonly logger: Logger;
};

/** @param next What to send; null ends the stream. */
export function liveStream(
  context: ConsoleContext,
  { logger, patienceMs, pushMs, session, streams }: LiveStream,
  next: () => Promise<SSEMessage | null>,
): Response {
  const release = streams.open(session);
  if (release === null) {
    context.header('retry-after', String(Math.ceil(pushMs / 1_000)));
    return context.text('too many open pages', 429);
  }
  return streamSSE(context, async (stream) => {
    stream.onAbort(release);
    try {
      while (!stream.aborted) {
        const event = await next();
        if (event === null) break;
        if (!(await isDoneWithin(patienceMs, stream.writeSSE(event)))) {
          // The answer waits for a reader who does not read: nothing but the end of the connection ends it.
          context.env.incoming?.socket.destroy();
          break;
        }
        await stream.sleep(pushMs);
      }
    } catch (error) {
      logger.warn({ error, path: context.req.path }, 'a stream ended: what it shows could not be looked up');
    } finally {
      release();
    }
  });
}

async function isDoneWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

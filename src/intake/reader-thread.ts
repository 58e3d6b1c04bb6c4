/** A worker thread that decodes the content of one mail at a time. Only octets and plain data come in and go out. */
import { parentPort } from 'node:worker_threads';
import { type ContentReader, type Head, openContentReader } from '../message/content.ts';
import type { ContentResult, ReadLimits } from '../message/message.ts';

/** What the pool tells the thread. Chunks of a mail follow its `open` in order. */
export type ToThread =
  | { readonly kind: 'open'; readonly head: Head; readonly limits: ReadLimits }
  | { readonly kind: 'chunk'; readonly octets: Uint8Array }
  | { readonly kind: 'end' };

/** What the thread answers: one `taken` per chunk, then the result. */
export type FromThread = { readonly kind: 'taken' } | { readonly kind: 'result'; readonly content: ContentResult };

const port = parentPort;
if (port !== null) {
  let reader: ContentReader | null = null;
  /** Messages are worked off in order even though taking a chunk may have to wait. */
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (message: ToThread) => {
    turn = turn.then(() => work(message));
  });

  const answer = (message: FromThread): void => port.postMessage(message);

  async function work(message: ToThread): Promise<void> {
    if (message.kind === 'open') reader = openContentReader(message.head, message.limits);
    else if (message.kind === 'chunk') {
      const { buffer, byteOffset, byteLength } = message.octets;
      await reader?.write(Buffer.from(buffer, byteOffset, byteLength));
      answer({ kind: 'taken' });
    } else if (reader !== null) answer({ kind: 'result', content: await reader.finish() });
  }
}

/** One mail on its way into a bucket. */
import type { Arrival } from '../intake/ports.ts';
import { createArrivalState } from './arrival-state.ts';
import { createBodyWriter, emptySource } from './body.ts';
import { entryEnd } from './entry.ts';
import { type OpenedBody, type RawFacts, rawMailOf } from './raw-body.ts';
import type { S3Store, Upload } from './s3-store.ts';
import { newCipher, type Sealing } from './sealing.ts';

export type S3ArrivalOptions = {
  readonly mailId: string;
  readonly sealing: Sealing;
  readonly memoryThreshold: number;
  readonly store: S3Store;
  readonly entryKey: string;
  readonly rawKey: string;
  /** Name that the raw mail's own object is sealed under. */
  readonly rawName: string;
  openRaw(): Promise<OpenedBody>;
};

// The least that the protocol allows for a part that is not the last.
const partOctets = 5 * 1024 * 1024;

/** `small` is in memory; `large` goes into an object of its own while it arrives. */
type Route = { readonly kind: 'small' } | { readonly kind: 'large'; readonly upload: Upload };

export function createS3Arrival(options: S3ArrivalOptions): Arrival {
  const { mailId, rawKey, sealing, store } = options;
  const state = createArrivalState(async (error) => error);
  let route: Route = { kind: 'small' };
  let isRawStored = false;
  let writer = createBodyWriter(newCipher(sealing, mailId));
  let part: Buffer[] = [];
  let partLength = 0;
  let facts: RawFacts = { size: 0, sha256: '' };

  const collect = (blocks: readonly Buffer[]) => {
    part.push(...blocks);
    for (const block of blocks) partLength += block.length;
  };
  const takePart = (): Buffer => {
    const content = Buffer.concat(part);
    part = [];
    partLength = 0;
    return content;
  };

  /** A mail too large for memory becomes an object of its own, sealed under a name of its own. */
  const enlarge = async (): Promise<void> => {
    const content = writer.readable()(emptySource);
    const larger = createBodyWriter(newCipher(sealing, options.rawName));
    larger.push(await content.read(0, content.size));
    writer = larger;
    route = { kind: 'large', upload: await store.upload(rawKey) };
  };

  const release = async (): Promise<void> => {
    part = [];
    if (route.kind === 'small') return;
    if (isRawStored) await store.delete(rawKey);
    else await route.upload.abort();
    route = { kind: 'small' };
  };

  return {
    write: (chunk) =>
      state.step(async () => {
        state.expect('arriving');
        state.count(chunk);
        writer.push(chunk);
        if (route.kind === 'small' && writer.pending > options.memoryThreshold) await enlarge();
        if (route.kind === 'small') return;
        collect(writer.takeBlocks());
        if (partLength >= partOctets) await route.upload.part(takePart());
      }),
    complete: () =>
      state.step(async () => {
        state.expect('arriving');
        state.become('complete');
        facts = state.facts();
        if (route.kind === 'small') {
          const body = writer.readable()(emptySource);
          return rawMailOf(facts, async () => ({ body, close: async () => undefined }));
        }
        collect(writer.finish());
        await route.upload.part(takePart());
        await route.upload.complete();
        isRawStored = true;
        return rawMailOf(facts, () => options.openRaw());
      }),
    commit: (sidecar) =>
      state.step(async () => {
        state.expect('complete');
        const isExternal = route.kind === 'large';
        // The raw mail's own object is finished; the entry is another one, and the mark of the commit.
        if (isExternal) writer = createBodyWriter(newCipher(sealing, mailId));
        writer.push(entryEnd(sidecar, isExternal ? 0 : facts.size, isExternal));
        await store.put(options.entryKey, Buffer.concat(writer.finish()));
        state.become('committed');
        return { spoolKey: mailId };
      }),
    discard: async () => {
      await state.idle();
      if (state.now === 'committed' || state.now === 'discarded') return;
      state.become('discarded');
      await release();
    },
  };
}

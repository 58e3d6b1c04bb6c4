/** An accepted mail: its trace, and a ticket in the same transaction. */
import type { Handler } from './handler.ts';
import { readPayload, recordJudged } from './judged.ts';

export const accepted: Handler<'accepted'> = {
  name: 'accepted',
  handle: async (payload, deps) => recordJudged(readPayload(payload, 'accepted'), deps),
};

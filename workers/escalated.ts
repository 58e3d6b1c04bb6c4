/** An escalated mail: its trace, from which a person decides. */
import type { Handler } from './handler.ts';
import { readPayload, recordJudged } from './judged.ts';

export const escalated: Handler<'escalated'> = {
  name: 'escalated',
  handle: async (payload, deps) => recordJudged(readPayload(payload, 'escalated'), deps),
};

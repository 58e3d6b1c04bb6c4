/** A rejected mail: its trace. A mail that was refused in the session has no spool entry. */
import type { Handler } from './handler.ts';
import { readPayload, recordJudged } from './judged.ts';

export const rejected: Handler<'rejected'> = {
  name: 'rejected',
  handle: async (payload, deps) => recordJudged(readPayload(payload, 'rejected'), deps),
};

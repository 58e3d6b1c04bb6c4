/** The replay memory as a whole: Redis knows the last moments, the records know what a lost Redis forgot. */
import type { ReplayPort } from '../evidence/ports.ts';

export function bothReplays(fresh: ReplayPort, lasting: ReplayPort): ReplayPort {
  return {
    async find(keys) {
      const [recent, recorded] = await Promise.all([fresh.find(keys), lasting.find(keys)]);
      return new Map([...recorded, ...recent]);
    },
  };
}

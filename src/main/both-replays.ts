/** The replay memory as a whole: Redis knows the last moments, the records know what a lost Redis forgot. */
import type { ReplayPort } from '../evidence/ports.ts';
import type { MemoryPort } from '../intake/ports.ts';

type ReplayMemory = ReplayPort & Pick<MemoryPort, 'rememberReplays'>;

export function bothReplays(fresh: ReplayMemory, lasting: ReplayPort): ReplayMemory {
  return {
    async find(keys) {
      const [recent, recorded] = await Promise.all([fresh.find(keys), lasting.find(keys)]);
      // What is recorded was first: a Redis that forgot it may have taken another content since.
      return new Map([...recent, ...recorded]);
    },
    async rememberReplays(keys, record) {
      const taken = await fresh.rememberReplays(keys, record);
      const standing = new Map([...taken, ...(await lasting.find(keys))]);
      return new Map([...standing].filter(([, { contentDigest }]) => contentDigest !== record.contentDigest));
    },
  };
}

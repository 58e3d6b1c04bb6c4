/** Until when keys of the directory sign, each read once: reading takes a millisecond, and thousands are looked at again and again. */
import { createHash } from 'node:crypto';
import type { EndOfKey } from '../directory/ending-keys.ts';
import { readOneKey, signsUntil } from '../keyring/public-key.ts';

/** Beyond this the oldest are read anew. */
const mostKeys = 50_000;

export function endsOfKeys(now: () => number): EndOfKey {
  const known = new Map<string, number | null>();
  return async (armored) => {
    const id = createHash('sha256').update(armored).digest('base64');
    const before = known.get(id);
    if (before !== undefined) return before;
    const key = await readOneKey(armored);
    const end = 'fault' in key ? null : await signsUntil(key, new Date(now()));
    known.set(id, end);
    const [oldest] = known.keys();
    if (known.size > mostKeys && oldest !== undefined) known.delete(oldest);
    return end;
  };
}

/** Run in a process that may not write large files: what does the spool say, and what does it leave behind? */
import { readdirSync } from 'node:fs';
import { localSpool } from '../../src/spool/local-spool.ts';
import { sidecar } from '../records/mails.ts';

const [dir = '', memoryThreshold = ''] = process.argv.slice(2);
const spool = localSpool({ dir, memoryThreshold: Number(memoryThreshold) });
const arrival = await spool.begin('full');
const said: string[] = [];
try {
  for (let count = 0; count < 40; count += 1) await arrival.write(Buffer.alloc(50_000));
  await arrival.complete();
  await arrival.commit(sidecar({ messageId: 'full-0' }));
} catch (error) {
  if (error instanceof Error) said.push(error.name);
}
const left = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
await arrival.discard();
process.stdout.write(JSON.stringify({ said, left: left.length }));

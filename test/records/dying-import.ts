/** Run as a process: imports many entries into the records at the given address, and dies in the middle of it. */
import { silentLogger } from '../../src/observe/logger.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { manyEntries } from './deny-entries.ts';

const records = await openRecords({ url: process.argv[2] ?? '', logger: silentLogger() });
await denylistRecords(records).apply(
  { add: manyEntries(3_000, { reason: 'by the one that dies' }), remove: [] },
  { actor: 'dying', at: 5_000 },
  ({ done }) => {
    if (done >= 1_500) process.kill(process.pid, 'SIGKILL');
  },
);

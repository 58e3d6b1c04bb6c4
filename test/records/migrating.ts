/** Run as a process: migrates the records at the given address and prints the version it found. */
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open-records.ts';

const records = await openRecords({ url: process.argv[2] ?? '', logger: silentLogger() });
const { from } = await migrate(records);
await records.close();
process.stdout.write(String(from));

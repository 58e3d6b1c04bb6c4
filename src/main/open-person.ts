/** What erasing and exporting need, on the configured records, spool and queues. */
import { CliError, exitCodes } from '../cli/cli-error.ts';
import type { OpenPerson } from '../cli/erase.ts';
import { keysOfTarget } from '../denylist/keys.ts';
import type { SpoolPort } from '../intake/ports.ts';
import { forgetJobs } from '../queue/forget-jobs.ts';
import type { Queues } from '../queue/queues.ts';
import { denylistRecords } from '../records/denylist.ts';
import { directoryRecords } from '../records/directory.ts';
import type { Records } from '../records/open-records.ts';
import { personRecords } from '../records/person.ts';
import { traceRecords } from '../records/trace.ts';
import type { HandedOverFiles } from './handed-over-files.ts';

export type PersonStores = {
  readonly records: Records;
  readonly spool: Pick<SpoolPort, 'read' | 'remove'>;
  readonly files: HandedOverFiles;
  /** Connected only when something is removed. */
  readonly openQueues: () => Queues;
};

const redisWaitMs = 2_000;

export function openPerson({ files, openQueues, records, spool }: PersonStores): OpenPerson {
  const directory = directoryRecords(records);
  const denylist = denylistRecords(records);
  let queues: Queues | null = null;
  return {
    person: personRecords(records),
    trace: traceRecords(records),
    standingOf: (address) => directory.standingOf(address),
    deniesOf: (address) => denylist.find(keysOfTarget({ kind: 'address', value: address })),
    files,
    raw: async (spoolKey) => (await spool.read(spoolKey)).bytes(),
    forgetOutside: async (mails, onProgress) => {
      queues ??= openQueues();
      const built = await queues.ready(redisWaitMs).then(
        () => queues?.built(),
        () => undefined,
      );
      if (built === undefined) {
        throw new CliError(
          exitCodes.unavailable,
          'Redis does not answer: its jobs name the sender, nothing was removed',
        );
      }
      for (const { jobIds, spoolKey } of mails) {
        await forgetJobs(built, jobIds);
        if (spoolKey !== null) await spool.remove(spoolKey);
        onProgress();
      }
    },
    close: async () => {
      await Promise.allSettled([queues?.close(), records.close()]);
    },
  };
}

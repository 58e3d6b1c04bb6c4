/** What recovery cases need from a process that always runs: escalated mail is taken, clocks that ran out are noted. */
import type { Config } from '../config/config.ts';
import type { Logger } from '../observe/logger.ts';
import type { Records } from '../records/open-records.ts';
import { openCases } from './case-tools.ts';
import { every, type Recurring } from './every.ts';

const lookEveryMs = 5_000;

/** Only a reminder: what is in force follows from the records and the time, whether or not this runs. */
export function keepCases(config: Config, records: Records, logger: Logger): Recurring {
  const cases = openCases(config, records);
  return every(lookEveryMs, 'recovery cases', logger, async () => {
    for (const { caseId, effects, kind } of await cases.takeEscalated(Date.now())) {
      logger.info({ caseId, kind }, 'a mail belongs to a recovery case');
      for (const effect of effects) {
        if (effect.kind === 'alarm') logger.warn({ caseId, alarm: effect.text }, 'alarm in a recovery case');
      }
    }
    const woken = await cases.wake(Date.now());
    if (woken > 0) logger.info({ cases: woken }, 'clocks of recovery cases ran out');
  });
}

/** How many files one process may hold open, against what a listener may come to need. */
import type { Config } from '../config/config.ts';

/** Databases, Redis, the threads, the log and what Node itself holds. */
const besides = 100;
/** A mail in hand has its file in the spool and, while it is made safe, the folder. */
const perMail = 2;

/** What one listener process holds when every session that is allowed is its own and every place for mail is taken. */
export function neededOpenFiles({ maxConnections, maxMailsInHand }: Config['smtp']): number {
  return maxConnections + perMail * maxMailsInHand + besides;
}

/** Of this process; Node has raised it as far as it may. Null where it is unlimited or cannot be told. */
export function openFilesLimit(): number | null {
  // Else the report asks DNS for the names of all peers. Node's types do not know the property yet.
  Object.assign(process.report, { excludeNetwork: true });
  const report: unknown = process.report.getReport();
  if (typeof report !== 'object' || report === null || !('userLimits' in report)) return null;
  const limits = report.userLimits;
  if (typeof limits !== 'object' || limits === null || !('open_files' in limits)) return null;
  const files = limits.open_files;
  return typeof files === 'object' && files !== null && 'soft' in files && typeof files.soft === 'number'
    ? files.soft
    : null;
}

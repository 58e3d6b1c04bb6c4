/**
 * The daily removal of what is kept no longer. Order within each mail: jobs, raw mail, rows;
 * within each ticket: files of targets, rows. Run twice, or cut off
 * anywhere, it ends in the same state.
 */
import type { SpoolPort } from '../src/intake/ports.ts';
import type { AuditRecords } from '../src/records/audit.ts';
import type { HandedOver } from '../src/records/handed-over.ts';
import type { MailToForget, RetentionLimits, RetentionRecords } from '../src/records/retention.ts';

/** Days that each class is kept; null for ever. */
export type RetentionDays = {
  readonly rawDays: number;
  readonly traceDays: number;
  readonly rejectedDays: number;
  readonly ticketDays: number | null;
  readonly auditDays: number | null;
};

export type MaintenanceDeps = {
  readonly retention: RetentionRecords;
  readonly spool: Pick<SpoolPort, 'entries' | 'remove'>;
  /** Takes jobs out of the queues. Rejects when Redis does not answer. */
  readonly forgetJobs: (jobIds: readonly string[]) => Promise<number>;
  readonly audit: Pick<AuditRecords, 'append' | 'prune'>;
  /** Removes refusals of the session older than this. */
  readonly pruneRefusals: (before: number) => Promise<number>;
  readonly days: RetentionDays;
  /** Removes what file targets have of these documents. Resolves with how many files there were. */
  readonly removeFiles: (documents: readonly HandedOver[]) => Promise<number>;
  readonly now: () => number;
};

export type MaintenanceResult = {
  readonly mails: number;
  readonly raw: number;
  readonly tickets: number;
  /** That targets of kind `file` had of the tickets. */
  readonly files: number;
  readonly refusals: number;
  readonly audit: number;
};

const dayMs = 86_400_000;
const actor = 'system';

/** Rejects when a store is away; what was removed stays removed. */
export async function runMaintenance(deps: MaintenanceDeps): Promise<MaintenanceResult> {
  const { audit, days, now, retention } = deps;
  const at = now();
  const limits = {
    raw: at - days.rawDays * dayMs,
    trace: at - days.traceDays * dayMs,
    rejected: at - days.rejectedDays * dayMs,
    tickets: days.ticketDays === null ? 0 : at - days.ticketDays * dayMs,
  };
  const mails = await eachBatch(retention.mailsDue(limits), async (batch) => {
    await forgetOutside(deps, batch);
    await retention.forgetMails(batch);
  });
  const raw = await eachBatch(retention.rawDue(limits), async (batch) => {
    await forgetOutside(deps, batch);
    await retention.forgetRaw(batch);
  });
  const orphans = await forgetOrphans(deps, limits.raw);
  const result = {
    mails,
    raw: raw + orphans,
    ...(days.ticketDays === null ? { tickets: 0, files: 0 } : await forgetTickets(deps, limits)),
    refusals: await deps.pruneRefusals(limits.trace),
    audit: days.auditDays === null ? 0 : await audit.prune(at - days.auditDays * dayMs, { actor, at }),
  };
  if (Object.values(result).some((count) => count > 0)) {
    await audit.append({ at, actor, action: 'retention.run', subject: 'retention', detail: result });
  }
  return result;
}

async function eachBatch(
  batches: AsyncIterable<readonly MailToForget[]>,
  forget: (batch: readonly MailToForget[]) => Promise<void>,
): Promise<number> {
  let count = 0;
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    await forget(batch);
    count += batch.length;
  }
  return count;
}

/** Files first: only the rows tell what they are called. */
async function forgetTickets(
  { removeFiles, retention }: MaintenanceDeps,
  limits: RetentionLimits,
): Promise<Pick<MaintenanceResult, 'tickets' | 'files'>> {
  let tickets = 0;
  let files = 0;
  for (;;) {
    const { handedOver, ticketIds } = await retention.ticketsDue(limits);
    if (ticketIds.length === 0) return { tickets, files };
    files += await removeFiles(handedOver);
    tickets += await retention.forgetTickets(limits, ticketIds);
  }
}

/** Raw mail that never got a trace, because its job died: it is kept as long as any other. */
async function forgetOrphans({ forgetJobs, retention, spool }: MaintenanceDeps, before: number): Promise<number> {
  let count = 0;
  // What is corrupt is left for people to look at.
  for await (const { committedAt, spoolKey } of spool.entries(0, () => undefined)) {
    if (committedAt >= before) break; // oldest first
    const jobIds = await retention.orphanJobs(spoolKey);
    if (jobIds === null) continue;
    await forgetJobs(jobIds);
    await spool.remove(spoolKey);
    count += 1;
  }
  return count;
}

/** Jobs first: their payloads name the sender, and a job without its mail would only fail. */
async function forgetOutside({ forgetJobs, spool }: MaintenanceDeps, batch: readonly MailToForget[]): Promise<void> {
  await forgetJobs(batch.flatMap(({ jobIds }) => jobIds));
  for (const { spoolKey } of batch) if (spoolKey !== null) await spool.remove(spoolKey);
}

/**
 * The daily removal of what is kept no longer. Order within each mail: jobs, raw mail, rows; within each ticket: files of
 * targets, rows. Run twice, or cut off anywhere, it ends in the same state.
 *
 * What cannot be removed (a permission, a read-only disk) is *stuck*: its rows stay, it is told, the others go, and the
 * next run tries again. A store that does not answer at all ends the run.
 */
import type { SpoolPort } from '../src/intake/ports.ts';
import type { Logger } from '../src/observe/logger.ts';
import type { AuditRecords } from '../src/records/audit.ts';
import type { HandedOver } from '../src/records/handed-over.ts';
import type { MailToForget, RetentionLimits, RetentionRecords } from '../src/records/retention.ts';

/** Days that each class is kept; null for ever. */
export type RetentionDays = {
  readonly rawDays: number;
  readonly traceDays: number;
  readonly rejectedDays: number;
  readonly ticketDays: number | null;
  /** After so many days in which nothing happened an open ticket is closed. */
  readonly idleTicketDays: number | null;
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
  readonly logger: Logger;
  readonly now: () => number;
};

export type MaintenanceResult = {
  readonly mails: number;
  readonly raw: number;
  /** Idle tickets that were closed. */
  readonly closed: number;
  readonly tickets: number;
  /** That targets of kind `file` had of the tickets. */
  readonly files: number;
  readonly refusals: number;
  readonly audit: number;
  /** Mails and tickets whose raw mail or files could not be removed. */
  readonly stuck: number;
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
  const stuck = stuckThings(deps.logger);
  const mails = await eachBatch(retention.mailsDue(limits), async (batch) => {
    const gone = await forgetOutside(deps, batch, stuck);
    await retention.forgetMails(gone);
    return gone.length;
  });
  const raw = await eachBatch(retention.rawDue(limits), async (batch) => {
    const gone = await forgetOutside(deps, batch, stuck);
    await retention.forgetRaw(gone);
    return gone.length;
  });
  const orphans = await forgetOrphans(deps, limits.raw, stuck);
  const closed = await closeIdle(deps, at);
  const result = {
    mails,
    raw: raw + orphans,
    closed,
    ...(days.ticketDays === null ? { tickets: 0, files: 0 } : await forgetTickets(deps, limits, stuck)),
    refusals: await deps.pruneRefusals(limits.trace),
    audit: days.auditDays === null ? 0 : await audit.prune(at - days.auditDays * dayMs, { actor, at }),
    stuck: stuck.count(),
  };
  if (Object.values(result).some((count) => count > 0)) {
    await audit.append({ at, actor, action: 'retention.run', subject: 'retention', detail: result });
  }
  return result;
}

async function eachBatch(
  batches: AsyncIterable<readonly MailToForget[]>,
  forget: (batch: readonly MailToForget[]) => Promise<number>,
): Promise<number> {
  let count = 0;
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    count += await forget(batch);
  }
  return count;
}

type Stuck = {
  /** Resolves with null when the removal failed, which is noted. Rejects when nothing at all can be removed. */
  attempt<T>(what: string, id: string, remove: () => Promise<T>): Promise<T | null>;
  count(): number;
};

/** So many failures in a row are no stray files: the store itself is away, and the next run finds it back. */
const mostInARow = 1_000;
const mostToldInOneRun = 20;

function stuckThings(logger: Logger): Stuck {
  const stuck = new Set<string>();
  let inARow = 0;
  return {
    async attempt(what, id, remove) {
      try {
        const result = await remove();
        inARow = 0;
        return result;
      } catch (error) {
        stuck.add(`${what} ${id}`);
        inARow += 1;
        if (inARow >= mostInARow) throw error;
        if (stuck.size <= mostToldInOneRun)
          logger.error({ what, id, error }, 'what is kept no longer cannot be removed');
        return null;
      }
    },
    count: () => stuck.size,
  };
}

/** Nobody closes a ticket that was answered past the gateway; without an end to it, it would never grow old. */
async function closeIdle({ days, retention }: MaintenanceDeps, at: number): Promise<number> {
  if (days.idleTicketDays === null) return 0;
  let count = 0;
  for (;;) {
    const closed = await retention.closeIdle(at - days.idleTicketDays * dayMs, { actor, at });
    if (closed === 0) return count;
    count += closed;
  }
}

/** Files first: only the rows tell what they are called. */
async function forgetTickets(
  { removeFiles, retention }: MaintenanceDeps,
  limits: RetentionLimits,
  stuck: Stuck,
): Promise<Pick<MaintenanceResult, 'tickets' | 'files'>> {
  let tickets = 0;
  let files = 0;
  let last = '';
  for (;;) {
    const ticketIds = await retention.ticketsDue(limits, last);
    last = ticketIds.at(-1) ?? '';
    if (last === '') return { tickets, files };
    const gone: string[] = [];
    const removed = await removeFiles(await retention.handedOver(ticketIds)).catch(() => null);
    if (removed !== null) {
      files += removed;
      gone.push(...ticketIds);
    }
    // One of them holds up the others no longer.
    for (const id of removed === null ? ticketIds : []) {
      const count = await stuck.attempt('ticket', id, async () => removeFiles(await retention.handedOver([id])));
      if (count === null) continue;
      files += count;
      gone.push(id);
    }
    tickets += await retention.forgetTickets(limits, gone);
  }
}

/** Raw mail that never got a trace, because its job died: it is kept as long as any other. */
async function forgetOrphans(
  { forgetJobs, retention, spool }: MaintenanceDeps,
  before: number,
  stuck: Stuck,
): Promise<number> {
  let count = 0;
  // What is corrupt is left for people to look at.
  for await (const { committedAt, spoolKey } of spool.entries(0, () => undefined)) {
    if (committedAt >= before) break; // oldest first
    const jobIds = await retention.orphanJobs(spoolKey);
    if (jobIds === null) continue;
    await forgetJobs(jobIds);
    if ((await removeRaw(spool, spoolKey, stuck)) !== null) count += 1;
  }
  return count;
}

/** Jobs first: their payloads name the sender, and a job without its mail would only fail. Resolves with what is gone. */
async function forgetOutside(
  { forgetJobs, spool }: MaintenanceDeps,
  batch: readonly MailToForget[],
  stuck: Stuck,
): Promise<readonly MailToForget[]> {
  await forgetJobs(batch.flatMap(({ jobIds }) => jobIds));
  const gone: MailToForget[] = [];
  for (const mail of batch) {
    const { spoolKey } = mail;
    if (spoolKey === null || (await removeRaw(spool, spoolKey, stuck)) !== null) gone.push(mail);
  }
  return gone;
}

function removeRaw(spool: MaintenanceDeps['spool'], spoolKey: string, stuck: Stuck): Promise<true | null> {
  return stuck.attempt<true>('raw mail', spoolKey, async () => {
    await spool.remove(spoolKey);
    return true;
  });
}

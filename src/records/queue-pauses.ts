/** Why queues stand still, in SQL; each pause and resumption is audited. Whether they do is Redis's to say. */
import type { QueueName } from '../jobs/queues.ts';
import { appendAudit, lockAudit } from './audit.ts';
import type { Records } from './open-records.ts';
import type { By } from './staff.ts';
import { storable } from './storable.ts';
import type { QueuePausesTable } from './tables-console.ts';

export type QueuePause = Readonly<QueuePausesTable>;

export type QueuePauses = {
  all(): Promise<readonly QueuePause[]>;
  /** Before the queue is paused, so that none stands still without a reason. */
  note(queue: QueueName, reason: string, by: By): Promise<void>;
  /** After the queue was resumed. */
  forget(queue: QueueName, by: By): Promise<void>;
};

export function queuePauses(records: Records): QueuePauses {
  const { db, dialect } = records;
  return {
    all: () => db.selectFrom('queue_pauses').selectAll().orderBy('queue').execute(),
    note: (queue, reason, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const row = { reason: storable(reason, 300), actor: storable(by.actor, 200), at: by.at };
        await trx
          .insertInto('queue_pauses')
          .values({ queue, ...row })
          .onConflict((conflict) => conflict.column('queue').doUpdateSet(row))
          .execute();
        await appendAudit(trx, dialect, [{ ...by, action: 'queue.pause', subject: queue, detail: { reason } }]);
      }),
    forget: (queue, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        await trx.deleteFrom('queue_pauses').where('queue', '=', queue).execute();
        await appendAudit(trx, dialect, [{ ...by, action: 'queue.resume', subject: queue, detail: null }]);
      }),
  };
}

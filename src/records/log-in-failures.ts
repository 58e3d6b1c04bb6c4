/**
 * Log-ins that failed, in spells: one row for each member, and one for all names that nobody has. However many there are,
 * the audit log takes the first of a spell, the tenth, the hundredth and so on; from the tenth on staff are alerted. What
 * was typed as a name that nobody has is kept nowhere: it may be a password in the wrong field.
 */
import { raiseAlerts } from './alert-events.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { countFailure, type FailedBefore, failedBefore } from './log-ins.ts';
import type { Records } from './open-records.ts';
import { storable } from './storable.ts';

export type LogInSpell = {
  /** Null: names that nobody has. */
  readonly name: string | null;
  /** Epoch milliseconds of the first one. */
  readonly since: number;
  readonly failures: number;
  readonly lastAt: number;
  /** Address of the last one. */
  readonly lastClient: string;
};

export type LogInFailures = {
  note(failure: { readonly name: string; readonly client: string; readonly at: number }): Promise<void>;
  /** What failed at a member's name before the last log-in, since the one before; null when nothing did. */
  before(name: string): Promise<FailedBefore | null>;
  /** Newest first. */
  spells(since: number): Promise<readonly LogInSpell[]>;
};

/** A spell ends when nothing failed for so long. */
const quietMs = 3_600_000;
const keptMs = 30 * 86_400_000;
const alertedFrom = 10;
const nobody = '';

export function logInFailures(records: Records): LogInFailures {
  const { db, dialect } = records;
  return {
    note: ({ name, client, at }) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const member = await trx.selectFrom('staff').select('name').where('name', '=', name).executeTakeFirst();
        const subject = member?.name ?? nobody;
        if (member !== undefined) await countFailure(trx, { name: member.name, client, at });
        const last = await trx
          .selectFrom('staff_log_in_failures')
          .selectAll()
          .where('name', '=', subject)
          .executeTakeFirst();
        const goesOn = last !== undefined && at - last.last_at < quietMs;
        const failures = goesOn ? last.failures + 1 : 1;
        const since = goesOn ? last.since : at;
        const row = { since, failures, last_at: at, last_client: storable(client, 60) };
        await trx
          .insertInto('staff_log_in_failures')
          .values({ name: subject, ...row })
          .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
          .execute();
        await trx
          .deleteFrom('staff_log_in_failures')
          .where('last_at', '<', at - keptMs)
          .execute();
        if (!isMilestone(failures)) return;
        const detail = { failures, since, client };
        await appendAudit(trx, dialect, [{ at, actor: 'system', action: 'staff.log-in-refused', subject, detail }]);
        if (failures < alertedFrom) return;
        const key = `${since} ${failures} ${subject}`;
        await raiseAlerts(trx, [{ kind: 'log-in-guessing', key, subject: '', label: null, reference: '', at }]);
      }),
    before: (name) => failedBefore(db, name),
    async spells(since) {
      const rows = await db
        .selectFrom('staff_log_in_failures')
        .selectAll()
        .where('last_at', '>=', since)
        .orderBy('last_at', 'desc')
        .orderBy('name')
        .execute();
      return rows.map((row) => ({
        name: row.name === nobody ? null : row.name,
        since: row.since,
        failures: row.failures,
        lastAt: row.last_at,
        lastClient: row.last_client,
      }));
    },
  };
}

/** 1, 10, 100, … */
function isMilestone(failures: number): boolean {
  return /^10*$/.test(String(failures));
}

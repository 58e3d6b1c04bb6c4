/** The rows of cases: the events that they are, and what they are found by. */
import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Case, RecordedEvent } from '../cases/case.ts';
import { cessationWindow, lapsedAt } from '../cases/cessation-clock.ts';
import { wakeAt } from '../cases/due.ts';
import { foldCase } from '../cases/evolve.ts';
import type { Procedure } from '../cases/procedure.ts';
import type { Querying } from './open-records.ts';
import type { Schema } from './schema.ts';

export type KeptCase = { readonly case: Case; readonly events: readonly RecordedEvent[] };

export async function keepRow(trx: Transaction<Schema>, of: Case, events: number, now: number): Promise<void> {
  const window = cessationWindow(of);
  const wake = wakeAt(of, now);
  const changes = {
    tenant_id: of.tenantId,
    procedure_name: of.procedure,
    opened_at: of.openedAt,
    updated_at: now,
    events,
    open_key: openKeyOf(of),
    ceased: window === null ? 0 : 1,
    ceased_until: window?.until ?? null,
    wake_at: wake !== null && (wake > now || lapsedAt(of, now) !== null) ? wake : null,
  };
  await trx
    .insertInto('cases')
    .values({ id: of.id, ...changes })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
    .execute();
}

export function openKey(procedure: Procedure, tenantId: string): string {
  return `${procedure}:${tenantId}`;
}

/** Doubtful mails of one address are one case until somebody names it. */
export function unnamedKey(address: string): string {
  return `?:${createHash('sha256').update(address).digest('hex')}`;
}

function openKeyOf(of: Case): string | null {
  if (of.closed !== null) return null;
  if (of.procedure !== null && of.tenantId !== null) return openKey(of.procedure, of.tenantId);
  const [first] = of.communications;
  return of.openedBy.kind === 'system' && first !== undefined
    ? unnamedKey(first.address ?? first.reference)
    : `?:${of.id}`;
}

export async function caseWithKey(trx: Transaction<Schema>, key: string): Promise<string | null> {
  const row = await trx.selectFrom('cases').select('id').where('open_key', '=', key).executeTakeFirst();
  return row?.id ?? null;
}

export async function load(db: Querying, caseId: string): Promise<KeptCase | null> {
  const rows = await db
    .selectFrom('case_events')
    .select('recorded')
    .where('case_id', '=', caseId)
    .orderBy('seq')
    .execute();
  if (rows.length === 0) return null;
  const events = rows.map((row): RecordedEvent => JSON.parse(row.recorded));
  return { case: foldCase(events), events };
}

/** In the order of the ids; what is not there is left out. */
export async function loadAll(db: Querying, caseIds: readonly string[]): Promise<readonly Case[]> {
  if (caseIds.length === 0) return [];
  const rows = await db
    .selectFrom('case_events')
    .select(['case_id', 'recorded'])
    .where('case_id', 'in', caseIds)
    .orderBy('case_id')
    .orderBy('seq')
    .execute();
  const events = Map.groupBy(rows, ({ case_id }) => case_id);
  return caseIds.flatMap((id) => {
    const found = events.get(id);
    return found === undefined ? [] : [foldCase(found.map((row): RecordedEvent => JSON.parse(row.recorded)))];
  });
}

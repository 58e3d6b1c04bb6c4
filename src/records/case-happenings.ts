/** What happens to cases from outside: imports change contacts, somebody checks in, clocks run out. */
import type { Transaction } from 'kysely';
import { type Actor, actorName, system } from '../cases/actor.ts';
import { lapsedAt } from '../cases/cessation-clock.ts';
import { stateAt } from '../cases/state.ts';
import { keepRow, load, loadAll } from './case-rows.ts';
import { presentActor } from './case-staff.ts';
import { type CaseWriting, writingOn } from './case-writing.ts';
import { type ContactChanges, onFileAt } from './directory-history.ts';
import { insertAll } from './insert-all.ts';
import type { Records } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';

/** Somebody checked in with a dead man's switch. */
export type CheckIn = {
  readonly by: Actor;
  readonly tenantId: string;
  readonly methodId: string;
  /** How: a ticket, a mail, a call. */
  readonly reference: string;
};

/** The contacts of tenants with open cases were changed by an import: the cases note it, and trust staff are told. */
export async function noteContactChanges(
  trx: Transaction<Schema>,
  dialect: Records['dialect'],
  changes: ContactChanges,
  at: number,
): Promise<void> {
  for (const [tenantId, list] of changes) {
    const rows = await trx
      .selectFrom('cases')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('open_key', 'is not', null)
      .execute();
    if (rows.length === 0) continue;
    const writing = writingOn(dialect, trx, at);
    for (const { id } of rows) {
      await writing.command(id, async () => ({
        by: system,
        seen: null,
        event: { kind: 'contacts-changed', changes: list },
      }));
    }
  }
}

export async function checkIn(
  writing: CaseWriting,
  { by: claimed, methodId, reference, tenantId }: CheckIn,
): Promise<'noted' | 'no such method' | 'no right'> {
  const { now, trx } = writing;
  const by = await presentActor(trx, claimed);
  if (by.kind === 'staff' && !by.roles.includes('trust')) return 'no right';
  const { methods } = await onFileAt(trx, tenantId, now, { from: now, until: now });
  if (!methods.some(({ id, kind }) => id === methodId && kind === 'dead-mans-switch')) return 'no such method';
  const row = {
    tenant_id: tenantId,
    method_id: methodId,
    at: now,
    actor: actorName(by),
    reference: storable(reference),
  };
  await insertAll(trx, 'switch_check_ins', [row], 'ignore known');
  await writing.audit({
    actor: actorName(by),
    action: 'case.check-in',
    subject: tenantId,
    detail: { methodId, reference },
  });
  const rows = await trx
    .selectFrom('cases')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('open_key', 'is not', null)
    .execute();
  for (const of of await loadAll(
    trx,
    rows.map(({ id }) => id),
  )) {
    if (!of.methodUses.some((use) => use.methodId === methodId && use.undoneAt === null)) continue;
    await writing.command(of.id, async () => ({ by, seen: null, event: { kind: 'method-checked-in', methodId } }));
  }
  return 'noted';
}

export async function wakeOne(writing: CaseWriting, caseId: string): Promise<void> {
  const { now, trx } = writing;
  const kept = await load(trx, caseId);
  if (kept === null) return;
  const { case: of } = kept;
  if (lapsedAt(of, now) !== null && of.cessation?.lapseNotedAt === null) {
    await writing.command(caseId, async () => ({ by: system, seen: null, event: { kind: 'cessation-lapsed' } }));
    return;
  }
  const expired = of.proposal !== null && of.workOrder === null && stateAt(of, now) === 'gathering';
  if (expired) await writing.audit({ actor: 'system', action: 'case.approval-expired', subject: caseId, detail: null });
  await keepRow(trx, of, kept.events.length, now);
}

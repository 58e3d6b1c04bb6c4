/**
 * Large changes of the deny-list, in parts: one transaction for a hundred thousand entries would hold up every other
 * writer for seconds, and a listener's answer with them.
 *
 * *begun* (the next generation is ours, alone) -> *staged* (part by part rows are put in that count from it on; the list
 * stays what it was) -> *present* (one short transaction makes it the present generation) -> *swept* (rows that count no
 * longer are removed). Whatever goes wrong before it is present is *discarded*; when the process dies, the next import
 * does that. Others change single entries meanwhile: then the import comes to nothing.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { SelectQueryBuilder, Transaction } from 'kysely';
import { z } from 'zod';
import type { DenyEntry } from '../denylist/entry.ts';
import { type DenyChange, DenyListBusy, DenyListChanged, type DenyProgress } from '../denylist/store.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { actionOf, type DenyEvent, denyEntry, denyRow, present, presentOf, storeEvents } from './deny-rows.ts';
import type { Querying, Records } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { DenyStateTable } from './tables-deny.ts';
import { unhurried } from './unhurried.ts';

export type DenyImport =
  | { readonly kind: 'running'; readonly actor: string; readonly done: number; readonly total: number }
  | { readonly kind: 'applied' }
  /** Nothing of it holds. */
  | { readonly kind: 'given up' };

type By = { readonly actor: string; readonly at: number };
type Progress = (progress: DenyProgress) => void | Promise<void>;
type Begun = { readonly generation: number; readonly changes: number };

/** SQLite holds the event loop for milliseconds with so many, and waits for the disk once. */
const rowsPerPart = 250;
/** An import that does not get on for so long has died. */
const patienceMs = 60_000;

export async function importInParts(
  records: Records,
  change: DenyChange,
  by: By,
  progress: Progress = () => undefined,
): Promise<void> {
  const add = [...new Map(change.add.map((entry) => [entry.id, entry])).values()];
  const remove = [...new Map(change.remove.map((entry) => [entry.id, entry])).values()];
  const total = add.length + remove.length;
  const begun = await begin(records, by, total);
  const { generation } = begun;
  const counts = { added: 0, replaced: 0, removed: 0 };
  try {
    await discard(records, generation); // what one that died left behind
    const takenOut = new Set(remove.map(({ id }) => id));
    let done = 0;
    for (const [entries, isAdded] of [
      [remove, false],
      [add, true],
    ] as const) {
      for await (const part of unhurried(entries, rowsPerPart)) {
        done += part.length;
        const wanted = { part, isAdded, takenOut, by, generation, done };
        for (const { action } of await records.writing((trx) => stage(trx, wanted))) counts[action] += 1;
        await progress({ generation, done, total });
      }
    }
    await records.writing((trx) => makePresent(trx, records, begun, by, counts));
  } catch (error) {
    await giveUp(records, generation).catch(() => undefined); // the next import does it, and this error says more
    throw error;
  }
  await sweep(records).catch(() => undefined); // it holds; what counts no longer goes with the next import
}

export async function importState({ db }: Pick<Records, 'db'>, generation: number): Promise<DenyImport> {
  const state = await stateOf(db);
  if (generation <= state.present) return { kind: (await wasMade(db, generation)) ? 'applied' : 'given up' };
  if (state.staged !== generation || !isAlive(state)) return { kind: 'given up' };
  const { actor, done, total } = state;
  return { kind: 'running', actor, done, total };
}

/** Numbers of imports that came to nothing are passed over, and never given again. */
async function wasMade(db: Querying, generation: number): Promise<boolean> {
  const imports = db.selectFrom('audit_log').select('detail').where('action', '=', 'deny.import');
  const likely = await imports.where('detail', 'like', `%"generation":${generation}%`).execute();
  return likely.some(({ detail }) => madeSchema.parse(JSON.parse(detail)).generation === generation);
}

const madeSchema = z.object({ generation: z.int() });

/** Seen at a time to come: by a clock that was set back meanwhile. */
function isAlive({ seen_at }: DenyStateTable): boolean {
  return Math.abs(Date.now() - seen_at) < patienceMs;
}

function stateOf(db: Querying): Promise<DenyStateTable> {
  return db.selectFrom('deny_state').selectAll().executeTakeFirstOrThrow();
}

function begin(records: Records, by: By, total: number): Promise<Begun> {
  return records.writing(async (trx) => {
    await lockAudit(trx, records.dialect);
    const state = await stateOf(trx);
    if (state.staged !== null && isAlive(state)) throw new DenyListBusy(state.actor);
    const generation = Math.max(state.present, state.staged ?? 0) + 1;
    const staged = { staged: generation, actor: storable(by.actor), done: 0, total, seen_at: Date.now() };
    await trx.updateTable('deny_state').set(staged).execute();
    const detail = { generation, entries: total };
    await appendAudit(trx, records.dialect, [{ ...by, action: 'deny.import-begin', subject: 'deny-list', detail }]);
    return { generation, changes: state.changes };
  });
}

type Wanted = {
  readonly part: readonly DenyEntry[];
  readonly isAdded: boolean;
  /** Entries that the import takes out. */
  readonly takenOut: ReadonlySet<string>;
  readonly by: By;
  readonly generation: number;
  readonly done: number;
};

async function stage(trx: Transaction<Schema>, wanted: Wanted): Promise<readonly DenyEvent[]> {
  const { by, done, generation, isAdded, part, takenOut } = wanted;
  await hold(trx, generation, done);
  const ids = part.map(({ id }) => id);
  const rows = await presentOf(trx).where('id', 'in', ids).selectAll().execute();
  const before = new Map(rows.map((row) => [row.id, denyEntry(row)]));
  await trx
    .updateTable('deny_list')
    .set({ gone: generation })
    .where('id', 'in', ids)
    .where('born', '<', generation)
    .where('gone', 'is', null)
    .execute();
  await breathe();
  const events = part.flatMap((entry): readonly DenyEvent[] => {
    const stored = before.get(entry.id);
    if (isAdded) {
      return [{ ...by, action: actionOf(entry, before, takenOut), entry }];
    }
    return stored === undefined ? [] : [{ ...by, action: 'removed', entry: stored }];
  });
  if (isAdded) {
    await trx
      .insertInto('deny_list')
      .values(part.map((entry) => denyRow(entry, generation)))
      .execute();
    await breathe();
  }
  const { last } = await trx
    .updateTable('deny_state')
    .set((set) => ({ events: set('events', '+', events.length) }))
    .returning('events as last')
    .executeTakeFirstOrThrow();
  await storeEvents(trx, events, { generation, after: last - events.length });
  return events;
}

/** The next generation is still ours to make; says so to others. */
async function hold(trx: Transaction<Schema>, generation: number, done?: number): Promise<void> {
  const held = await trx
    .updateTable('deny_state')
    .set({ seen_at: Date.now(), ...(done === undefined ? {} : { done }) })
    .where('staged', '=', generation)
    .returning('id')
    .executeTakeFirst();
  if (held === undefined) throw new DenyListChanged();
}

async function makePresent(
  trx: Transaction<Schema>,
  { dialect }: Records,
  { changes, generation }: Begun,
  by: By,
  counts: Readonly<Record<DenyEvent['action'], number>>,
): Promise<void> {
  await lockAudit(trx, dialect);
  const state = await stateOf(trx);
  if (state.staged !== generation || state.changes !== changes) throw new DenyListChanged();
  await trx
    .updateTable('deny_state')
    .set({ present: generation, staged: null, changes: changes + 1 })
    .execute();
  // Which entries they are stands in the history of the list.
  const detail = { ...counts, generation };
  await appendAudit(trx, dialect, [{ ...by, action: 'deny.import', subject: 'deny-list', detail }]);
}

async function giveUp(records: Records, generation: number): Promise<void> {
  await discard(records, generation);
  // No row is of this generation any more: the list stays what it is, and the number is not given again.
  const over = { present: generation, staged: null };
  await records.writing((trx) => trx.updateTable('deny_state').set(over).where('staged', '=', generation).execute());
}

/** Makes as if nothing had been staged. Stops by itself when the next generation is somebody else's by now. */
async function discard(records: Records, generation: number): Promise<void> {
  const staged = listed(records).where((where) => where.or([where('born', '>', present), where('gone', '>', present)]));
  for await (const ids of idsOf(staged)) {
    await records.writing(async (trx) => {
      await hold(trx, generation);
      await trx.deleteFrom('deny_list').where('id', 'in', ids).where('born', '>', present).execute();
      await trx
        .updateTable('deny_list')
        .set({ gone: null })
        .where('id', 'in', ids)
        .where('gone', '>', present)
        .execute();
    });
  }
  for (;;) {
    const rows = await records.db
      .selectFrom('deny_events')
      .select('seq')
      .where('generation', '>', present)
      .orderBy('seq', 'desc')
      .limit(rowsPerPart)
      .execute();
    if (rows.length === 0) return;
    await records.writing(async (trx) => {
      await hold(trx, generation);
      const seqs = rows.map(({ seq }) => seq);
      await trx.deleteFrom('deny_events').where('seq', 'in', seqs).execute();
    });
  }
}

/** Removes rows that were part of the list and are no longer. */
async function sweep(records: Records): Promise<void> {
  for await (const ids of idsOf(listed(records).where('gone', '<=', present))) {
    await records.writing((trx) =>
      trx.deleteFrom('deny_list').where('id', 'in', ids).where('gone', '<=', present).execute(),
    );
  }
}

type Listed = SelectQueryBuilder<Schema, 'deny_list', { id: string }>;

function listed({ db }: Records): Listed {
  return db.selectFrom('deny_list').select('id');
}

/** The ids of these rows, part by part, each once. */
async function* idsOf(rows: Listed): AsyncGenerator<readonly string[]> {
  for (let last = ''; ; ) {
    const part = await rows.where('id', '>', last).orderBy('id').limit(rowsPerPart).execute();
    const end = part.at(-1);
    if (end === undefined) return;
    last = end.id;
    await breathe();
    yield part.map(({ id }) => id);
  }
}

/**
 * Alerts: what is open, what became of it, what is silenced. A pass reads the situation, decides by `alerts/evaluate.ts`
 * and writes alerts, history and deliveries in one transaction behind one lock: however many machines look at the same
 * time, each change is made, and told, once.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { sql, type Transaction } from 'kysely';
import { type Alert, alertName, type Transition } from '../alerts/alert.ts';
import { type Evaluation, evaluate, flapMemoryMs, newAlert } from '../alerts/evaluate.ts';
import type { AlertEvent } from '../alerts/event.ts';
import { isEventKind } from '../alerts/kind.ts';
import { type AlertMessage, messageOf } from '../alerts/message.ts';
import type { Reading } from '../alerts/reading.ts';
import type { AlertTiming, Rules } from '../alerts/rule.ts';
import type { Silence, SilenceWish } from '../alerts/silence.ts';
import { type AlertTarget, targetsFor } from '../alerts/target.ts';
import { queueMessages } from './alert-deliveries.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { insertAll } from './insert-all.ts';
import type { Querying, Records } from './open-records.ts';
import { rowId } from './row-id.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { AlertSilencesTable, AlertsTable } from './tables-alerts.ts';

export type AlertPass = {
  readonly readings: readonly Reading[];
  readonly rules: Rules;
  readonly timing: AlertTiming;
  readonly targets: readonly AlertTarget[];
};

export type AlertHistoryEntry = { readonly id: string; readonly message: AlertMessage };

export type AlertRecords = {
  /** Takes events and readings in. Resolves with what changed; the same situation again changes nothing. */
  pass(input: AlertPass, now: number): Promise<readonly Transition[]>;
  /** Oldest first; pending ones left out. */
  open(): Promise<readonly Alert[]>;
  /** Newest first; at most 500. */
  history(query: { readonly limit: number; readonly after?: string }): Promise<readonly AlertHistoryEntry[]>;
  /** Those in force, soonest over first. */
  silences(now: number): Promise<readonly Silence[]>;
  /** Audited. The caller has checked the wish by `silenceFault`. */
  silence(wish: SilenceWish, now: number): Promise<Silence>;
  /** Audited. False when there is none in force of this id. */
  unsilence(id: string, by: string, now: number): Promise<boolean>;
  /** Queues a test for each target. Resolves with the ids of the deliveries by target. */
  test(targets: readonly AlertTarget[], by: string, now: number): Promise<ReadonlyMap<string, string>>;
  /** Forgets history, deliveries, events and silences from before. */
  forget(before: number): Promise<void>;
};

// Any number, the same in every Postern.
const advisoryLock = 7_678_377;
const mostEvents = 2_000;

export function alertRecords(records: Records): AlertRecords {
  const { db } = records;
  return {
    pass: (input, now) => pass(records, input, now),
    open: async () => (await currentOf(db)).filter(({ phase }) => phase === 'open'),
    history: async ({ after, limit }) => {
      const newest = db.selectFrom('alert_history').select(['id', 'message']).orderBy('id', 'desc');
      const rows = await (after === undefined ? newest : newest.where('id', '<', after))
        .limit(Math.min(limit, 500))
        .execute();
      return rows.map(({ id, message }) => ({ id, message: JSON.parse(message) }));
    },
    silences: (now) => silencesInForce(db, now),
    silence: (wish, now) =>
      records.writing(async (trx) => {
        await lockAudit(trx, records.dialect);
        const silence: Silence = { ...wish, id: rowId(now), createdAt: now, ended: null };
        await trx.insertInto('alert_silences').values(silenceRow(silence)).execute();
        const { author, id, kind, reason, subject, until } = silence;
        const detail = { kind, subject, until: new Date(until).toISOString(), reason };
        await appendAudit(trx, records.dialect, [
          { at: now, actor: author, action: 'alert.silence', subject: id, detail },
        ]);
        return silence;
      }),
    unsilence: (id, by, now) =>
      records.writing(async (trx) => {
        await lockAudit(trx, records.dialect);
        const ended = await trx
          .updateTable('alert_silences')
          .set({ ended_at: now, ended_by: storable(by, 200) })
          .where('id', '=', id)
          .where('ended_at', 'is', null)
          .where('until', '>', now)
          .returning('id')
          .execute();
        if (ended.length === 0) return false;
        await appendAudit(trx, records.dialect, [
          { at: now, actor: by, action: 'alert.unsilence', subject: id, detail: {} },
        ]);
        return true;
      }),
    test: (targets, by, now) =>
      records.writing(async (trx) => {
        await lockAudit(trx, records.dialect);
        const message = testMessage(now);
        const names = targets.map(({ name }) => name);
        await noteHistory(trx, [message]);
        await appendAudit(trx, records.dialect, [
          { at: now, actor: by, action: 'alert.test', subject: message.alert, detail: { targets: names } },
        ]);
        return queueMessages(trx, [{ message, targets: names }], now);
      }),
    forget: (before) =>
      records.writing(async (trx) => {
        await trx.deleteFrom('alert_events').where('taken_at', '<', before).execute();
        await trx.deleteFrom('alert_history').where('at', '<', before).execute();
        await trx.deleteFrom('alert_silences').where('until', '<', before).execute();
        await trx.deleteFrom('alerts').where('over_at', '<', before).execute();
        const settled = trx.deleteFrom('alert_deliveries').where('updated_at', '<', before);
        await settled.where('next_at', 'is', null).execute();
      }),
  };
}

async function pass(records: Records, input: AlertPass, now: number): Promise<readonly Transition[]> {
  // Looking costs nothing; a write transaction for nothing would wait for all others.
  const glance = await situationOf(records.db, now);
  if (isNothing(decide(glance, input, now)) && glance.events.length === 0) return [];
  return records.writing(async (trx) => {
    // SQLite's immediate transaction is the lock already.
    if (records.dialect === 'postgres') await sql`select pg_advisory_xact_lock(${advisoryLock})`.execute(trx);
    const situation = await situationOf(trx, now);
    const result = decide(situation, input, now);
    await write(trx, situation, result, now);
    const messages = result.transitions.map((transition) => ({ transition, message: messageOf(transition) }));
    await noteHistory(
      trx,
      messages.map(({ message }) => message),
    );
    await queueMessages(
      trx,
      messages
        .filter(({ transition }) => transition.isTold)
        .map(({ message }) => ({ message, targets: targetsFor(message, input.targets) })),
      now,
    );
    return result.transitions;
  });
}

type Known = {
  readonly alerts: readonly Alert[];
  readonly events: readonly (AlertEvent & { readonly eventKey: string })[];
  readonly silences: readonly Silence[];
};

async function situationOf(db: Querying, now: number): Promise<Known> {
  const events = await db
    .selectFrom('alert_events')
    .selectAll()
    .where('taken_at', 'is', null)
    .orderBy('at')
    .orderBy('event_key')
    .limit(mostEvents)
    .execute();
  const lately = await db
    .selectFrom('alerts')
    .select('document')
    .where('over_at', '>', now - flapMemoryMs)
    .execute();
  const over = lately.map(alertOf).filter(({ kind }) => !isEventKind(kind));
  return {
    alerts: [...(await currentOf(db)), ...over],
    events: events.map(({ at, event_key, kind, label, reference, subject }) => ({
      kind,
      key: event_key,
      eventKey: event_key,
      subject,
      label,
      reference,
      at,
    })),
    silences: await silencesInForce(db, now),
  };
}

function decide(known: Known, { readings, rules, timing }: AlertPass, now: number): Evaluation {
  const result = evaluate({ ...known, readings, rules, timing, now, newId: randomUUID });
  const before = new Map(known.alerts.map((alert) => [alert.id, alert]));
  return { ...result, changed: result.changed.filter((alert) => isNews(before.get(alert.id), alert)) };
}

const freshMs = 60_000;

/** A measure that goes on is written once a minute, and not with each look. */
function isNews(before: Alert | undefined, after: Alert): boolean {
  if (before === undefined || after.seenAt - before.seenAt >= freshMs) return true;
  const { references, seenAt, value } = before;
  return !isDeepStrictEqual(before, { ...after, references, seenAt, value });
}

function isNothing({ changed, dropped, transitions }: Evaluation): boolean {
  return changed.length + dropped.length + transitions.length === 0;
}

async function write(trx: Transaction<Schema>, { events }: Known, result: Evaluation, now: number): Promise<void> {
  for (let start = 0; start < events.length; start += 500) {
    const keys = events.slice(start, start + 500).map(({ eventKey }) => eventKey);
    await trx.updateTable('alert_events').set({ taken_at: now }).where('event_key', 'in', keys).execute();
  }
  for (const { id } of result.dropped) await trx.deleteFrom('alerts').where('id', '=', id).execute();
  for (const alert of result.changed) {
    const { version, ...row } = rowOf(alert);
    const { document, open_key, over_at, phase } = row;
    await trx
      .insertInto('alerts')
      .values({ ...row, version })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((set) => ({ document, open_key, over_at, phase, version: set('alerts.version', '+', 1) })),
      )
      .execute();
  }
}

function rowOf(alert: Alert): AlertsTable {
  const { beganAt, id, kind, overAt, phase, subject } = alert;
  return {
    id,
    kind,
    subject,
    open_key: phase === 'over' ? null : alertName(alert),
    phase,
    version: 1,
    began_at: beganAt,
    over_at: overAt,
    document: JSON.stringify(alert),
  };
}

/** Written by `rowOf` and by nobody else. */
function alertOf({ document }: Pick<AlertsTable, 'document'>): Alert {
  return JSON.parse(document);
}

async function currentOf(db: Querying): Promise<readonly Alert[]> {
  const rows = await db
    .selectFrom('alerts')
    .select('document')
    .where('open_key', 'is not', null)
    .orderBy('began_at')
    .orderBy('id')
    .execute();
  return rows.map(alertOf);
}

async function noteHistory(trx: Transaction<Schema>, messages: readonly AlertMessage[]): Promise<void> {
  const rows = messages.map((message) => {
    const { alert, at, change, kind, subject } = message;
    return { id: rowId(at), at, alert_id: alert, kind, subject, change, message: JSON.stringify(message) };
  });
  await insertAll(trx, 'alert_history', rows);
}

async function silencesInForce(db: Querying, now: number): Promise<readonly Silence[]> {
  const rows = await db
    .selectFrom('alert_silences')
    .selectAll()
    .where('until', '>', now)
    .where('ended_at', 'is', null)
    .orderBy('until')
    .orderBy('id')
    .execute();
  return rows.map(silenceOfRow);
}

function silenceRow({ author, createdAt, id, kind, reason, subject, until }: Silence): AlertSilencesTable {
  return {
    id,
    kind,
    subject: subject === null ? null : storable(subject, 100),
    until,
    reason: storable(reason, 500),
    author: storable(author, 200),
    created_at: createdAt,
    ended_at: null,
    ended_by: null,
  };
}

function silenceOfRow(row: AlertSilencesTable): Silence {
  const { author, created_at, ended_at, ended_by, id, kind, reason, subject, until } = row;
  const ended = ended_at === null || ended_by === null ? null : { at: ended_at, by: ended_by };
  return { id, kind, subject, until, reason, author, createdAt: created_at, ended };
}

function testMessage(now: number): AlertMessage {
  return messageOf({
    change: 'raised',
    at: now,
    told: 1,
    isTold: true,
    alert: {
      ...newAlert(randomUUID(), now),
      kind: 'test',
      subject: '',
      phase: 'over',
      severity: 'warning',
      value: null,
      count: 1,
      overAt: now,
    },
  });
}

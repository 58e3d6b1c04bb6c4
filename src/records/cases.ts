/**
 * Recovery cases: what happened to them is kept, append-only, and a case is the fold of it. Each change is judged by
 * `cases/transition.ts` within the transaction that keeps it, with the facts of that moment, and is in the audit log.
 */
import { createHash, randomInt } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { CaseAdmin } from '../cases/action.ts';
import { type Actor, actorName, system } from '../cases/actor.ts';
import type { Case, RecordedEvent } from '../cases/case.ts';
import { cessationWindow, lapsedAt } from '../cases/cessation-clock.ts';
import { contactAgeMs } from '../cases/clocks.ts';
import { wakeAt } from '../cases/due.ts';
import type { Effect } from '../cases/effects.ts';
import type { CaseEvent, Communication, Naming } from '../cases/event.ts';
import { foldCase } from '../cases/evolve.ts';
import { missingFor } from '../cases/missing.ts';
import { type Procedure, ruleOf } from '../cases/procedure.ts';
import { stateAt } from '../cases/state.ts';
import { type CaseCommand, type Refusal, transition } from '../cases/transition.ts';
import type { Tenant } from '../directory/tenant.ts';
import { type AuditEntry, appendAudit, lockAudit } from './audit.ts';
import { type ContactChanges, onFileAt } from './directory-history.ts';
import { insertAll } from './insert-all.ts';
import type { Querying, Records } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';

/** Seals documents for the records; `name` binds a document to its place. */
export type DocumentVault = {
  seal(name: string, content: Buffer): Buffer;
  /** Rejects when the content is not what was sealed under this name. */
  open(name: string, sealed: Buffer): Promise<Buffer>;
};

type Distribute<Event, Names extends PropertyKey> = Event extends unknown ? Omit<Event, Names> : never;

/** What staff do; the facts that belong to it are put in here. */
export type CaseAct =
  | Distribute<
      Extract<
        CaseEvent,
        {
          readonly kind:
            | 'request-set'
            | 'document-looked'
            | 'document-confirmed'
            | 'document-refuted'
            | 'contact-required'
            | 'contact-made'
            | 'activity-added'
            | 'order-typed'
            | 'proposed'
            | 'proposal-withdrawn'
            | 'approved'
            | 'work-order-answered'
            | 'cessation-started'
            | 'cessation-ended'
            | 'closed';
        }
      >,
      'admins'
    >
  /** `mailReference`: the mail of the authorised third party. */
  | { readonly kind: 'method-used'; readonly methodId: string; readonly mailReference: string | null };

export type CaseResult =
  | { readonly kind: 'accepted'; readonly case: Case; readonly effects: readonly Effect[] }
  | Refusal
  /** There is no such case. */
  | { readonly kind: 'missing' };

export type OpeningInput = {
  readonly by: Actor;
  /** Both or neither: a case that is not named waits for staff. */
  readonly named: { readonly tenantId: string; readonly procedure: Procedure } | null;
  readonly communication: Communication | null;
  readonly note: string;
};

/** An escalated mail that asks, or seems to ask, for recovery (`caseMailOf`). */
export type CaseMail = {
  readonly messageId: string;
  readonly receivedAt: number;
  readonly address: string | null;
  readonly tenantId: string | null;
  /** Null when it is doubtful which one is meant. */
  readonly procedure: Procedure | null;
};

export type MailTaken = {
  /** `ignored`: the tenant asks for cessation again after one that lapsed. */
  readonly kind: 'opened' | 'joined' | 'ignored' | 'known';
  readonly caseId: string;
  readonly effects: readonly Effect[];
};

export type NewDocument = Omit<
  Extract<CaseEvent, { readonly kind: 'document-added' }>['document'],
  'digest' | 'size' | 'id'
>;

export type KeptCase = { readonly case: Case; readonly events: readonly RecordedEvent[] };

export type SignedOrder = {
  readonly id: string;
  readonly caseId: string;
  readonly issuedAt: number;
  readonly document: string;
  readonly signature: string;
  readonly fingerprint: string;
};

export type CaseRecords = {
  open(input: OpeningInput, now: number): Promise<CaseResult>;
  name(
    caseId: string,
    input: { readonly by: Actor; readonly seen: number; readonly tenantId: string; readonly procedure: Procedure },
    now: number,
  ): Promise<CaseResult>;
  join(caseId: string, communication: Communication, by: Actor, now: number): Promise<CaseResult>;
  /** Opens a case for a mail, or joins it to the open one. The same mail again changes nothing. */
  takeMail(mail: CaseMail, now: number): Promise<MailTaken>;
  act(
    caseId: string,
    input: { readonly by: Actor; readonly seen: number | null; readonly act: CaseAct },
    now: number,
  ): Promise<CaseResult>;
  /** Keeps the document sealed; it is never opened here. */
  addDocument(
    caseId: string,
    input: {
      readonly by: Actor;
      readonly seen: number | null;
      readonly document: NewDocument;
      readonly content: Buffer;
    },
    now: number,
  ): Promise<CaseResult>;
  /** Null when there is none. Recording who looks is the caller's `document-looked`. */
  document(caseId: string, documentId: string): Promise<Buffer | null>;
  get(caseId: string): Promise<KeptCase | null>;
  /** What the case lacks before anything may be done, with the tenant's admins as they are now. */
  missing(of: Case, now: number): Promise<readonly string[]>;
  /** Newest first. */
  list(query: { readonly open: boolean; readonly tenantId?: string; readonly limit: number }): Promise<readonly Case[]>;
  /** Notes that somebody checked in with a dead man's switch, in every open case that used it. */
  checkIn(
    input: { readonly by: Actor; readonly tenantId: string; readonly methodId: string; readonly reference: string },
    now: number,
  ): Promise<'noted' | 'no such method' | 'no right'>;
  /** Notes what clocks have changed since; only a reminder: what is in force follows from the records alone. */
  wake(now: number): Promise<number>;
  /** The tenant as the directory has it. */
  tenant(tenantId: string): Promise<Tenant | null>;
  saveOrder(order: SignedOrder): Promise<void>;
  order(caseId: string): Promise<SignedOrder | null>;
};

export function caseRecords(records: Records, vault: DocumentVault): CaseRecords {
  const change = (now: number, work: (writing: CaseWriting) => Promise<CaseResult>): Promise<CaseResult> =>
    records.writing(async (trx) => work(await startWriting(records, trx, now)));

  return {
    open: (input, now) => change(now, (writing) => writing.open(input)),
    name: (caseId, { by, procedure, seen, tenantId }, now) =>
      change(now, (writing) =>
        writing.command(caseId, async (of) => {
          const naming = await writing.naming(procedure, tenantId, of.openedAt);
          return naming === null ? noTenant(tenantId) : { by, seen, event: { kind: 'named', naming } };
        }),
      ),
    join: (caseId, communication, by, now) =>
      change(now, (writing) =>
        writing.command(caseId, async () => ({
          by,
          seen: null,
          event: { kind: 'communication-joined', communication },
        })),
      ),
    takeMail: (mail, now) => records.writing(async (trx) => takeMail(await startWriting(records, trx, now), mail)),
    act: (caseId, { act, by, seen }, now) =>
      change(now, (writing) =>
        writing.command(caseId, async (of) => ({ by, seen, event: await writing.eventOf(of, act) })),
      ),
    addDocument: (caseId, { by, content, document, seen }, now) =>
      change(now, (writing) =>
        writing.command(
          caseId,
          async (of) => {
            const digest = createHash('sha256').update(content).digest('hex');
            const id = `d${of.documents.length + 1}`;
            return {
              by,
              seen,
              event: { kind: 'document-added', document: { ...document, id, digest, size: content.length } },
            };
          },
          async ({ documents }) => {
            const id = documents.at(-1)?.id ?? '';
            await keepBlob(trxOf(writing), caseId, id, vault.seal(blobName(caseId, id), content));
          },
        ),
      ),
    document: (caseId, documentId) => readBlob(records, vault, caseId, documentId),
    get: (caseId) => load(records.db, caseId),
    missing: async (of, now) => missingFor(of, await adminsOf(records.db, of), now),
    list: async ({ limit, open, tenantId }) => {
      let select = records.db.selectFrom('cases').select('id');
      if (open) select = select.where('open_key', 'is not', null);
      if (tenantId !== undefined) select = select.where('tenant_id', '=', tenantId);
      const rows = await select
        .orderBy('opened_at', 'desc')
        .orderBy('id', 'desc')
        .limit(Math.min(limit, 500))
        .execute();
      return loadAll(
        records.db,
        rows.map(({ id }) => id),
      );
    },
    checkIn: (input, now) => records.writing(async (trx) => checkIn(await startWriting(records, trx, now), input)),
    wake: async (now) => {
      const due = await records.db.selectFrom('cases').select('id').where('wake_at', '<=', now).limit(500).execute();
      for (const { id } of due) {
        await records.writing(async (trx) => wakeOne(await startWriting(records, trx, now), id));
      }
      return due.length;
    },
    tenant: (tenantId) => readTenant(records.db, tenantId),
    saveOrder: (order) =>
      records.writing(async (trx) => {
        const row = {
          id: order.id,
          case_id: order.caseId,
          issued_at: order.issuedAt,
          document: order.document,
          signature: order.signature,
          fingerprint: order.fingerprint,
        };
        // A work order is single: the first signature stands.
        await insertAll(trx, 'case_orders', [row], 'ignore known');
      }),
    order: async (caseId) => {
      const row = await records.db
        .selectFrom('case_orders')
        .selectAll()
        .where('case_id', '=', caseId)
        .executeTakeFirst();
      if (row === undefined) return null;
      const { document, fingerprint, id, signature } = row;
      return { id, caseId: row.case_id, issuedAt: row.issued_at, document, signature, fingerprint };
    },
  };
}

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

type Made = CaseCommand | Refusal;

/** Changes of cases within one transaction. */
type CaseWriting = {
  readonly trx: Transaction<Schema>;
  readonly now: number;
  open(input: OpeningInput): Promise<CaseResult>;
  command(
    caseId: string,
    make: (of: Case) => Promise<Made>,
    afterwards?: (after: Case) => Promise<void>,
  ): Promise<CaseResult>;
  /** Null when there is no such tenant. */
  naming(procedure: Procedure, tenantId: string, openedAt: number): Promise<Naming | null>;
  eventOf(of: Case, act: CaseAct): Promise<CaseEvent>;
  audit(entry: Omit<AuditEntry, 'at'>): Promise<void>;
};

function trxOf({ trx }: CaseWriting): Transaction<Schema> {
  return trx;
}

/** Stands in line first: of two that act at once the second sees what the first has done. */
async function startWriting(records: Records, trx: Transaction<Schema>, now: number): Promise<CaseWriting> {
  await lockAudit(trx, records.dialect);
  return writingOn(records.dialect, trx, now);
}

function writingOn(dialect: Records['dialect'], trx: Transaction<Schema>, now: number): CaseWriting {
  const audit = async (entry: Omit<AuditEntry, 'at'>): Promise<void> => {
    await appendAudit(trx, dialect, [{ ...entry, at: now }]);
  };

  const settle = async (before: KeptCase | null, caseId: string, made: Made): Promise<CaseResult> => {
    const result = 'event' in made ? transition(before?.case ?? null, made, now) : made;
    if (result.kind === 'refused') {
      await auditRefusal(caseId, made, result);
      return result;
    }
    const seq = (before?.events.length ?? 0) + 1;
    const recorded = JSON.stringify(result.recorded);
    await trx
      .insertInto('case_events')
      .values({ case_id: caseId, seq, at: now, kind: result.recorded.event.kind, recorded })
      .execute();
    await keepRow(trx, result.case, seq, now);
    await audit({
      actor: actorName(result.recorded.by),
      action: `case.${result.recorded.event.kind}`,
      subject: caseId,
      detail: {
        rule: ruleOf(result.case.procedure),
        event: seq,
        // Binds what is kept of the event to the log's chain.
        sha256: createHash('sha256').update(recorded).digest('hex'),
        state: stateAt(result.case, now),
      },
    });
    for (const effect of result.effects) {
      if (effect.kind === 'alarm') await auditAlarm(caseId, effect.text);
    }
    return { kind: 'accepted', case: result.case, effects: result.effects };
  };

  const auditAlarm = (caseId: string, text: string): Promise<void> =>
    audit({ actor: 'system', action: 'case.alarm', subject: caseId, detail: { text } });

  const auditRefusal = async (caseId: string, made: Made, refusal: Refusal): Promise<void> => {
    if (!('event' in made) || made.by.kind === 'system') return;
    await audit({
      actor: actorName(made.by),
      action: 'case.refused',
      subject: caseId,
      detail: { event: made.event.kind, rule: refusal.rule, missing: refusal.missing },
    });
    if (refusal.alarm !== null) await auditAlarm(caseId, refusal.alarm);
  };

  const naming: CaseWriting['naming'] = async (procedure, tenantId, openedAt) => {
    if ((await readTenant(trx, tenantId)) === null) return null;
    const onFile = await onFileAt(trx, tenantId, openedAt, openedAt - contactAgeMs);
    const open = await caseWithKey(trx, openKey(procedure, tenantId));
    return {
      procedure,
      tenantId,
      ...onFile,
      openCaseId: open,
      lapsedCessation: await lapsedCessation(trx, tenantId, now),
    };
  };

  return {
    trx,
    now,
    audit,
    naming,
    open: async ({ by, communication, named, note }) => {
      const caseId = drawCaseId();
      const found = named === null ? null : await naming(named.procedure, named.tenantId, now);
      if (named !== null && found === null) return noTenant(named.tenantId);
      const event: CaseEvent = { kind: 'opened', caseId, naming: found, communication, note: storable(note) };
      return settle(null, caseId, { by, seen: null, event });
    },
    command: async (caseId, make, afterwards) => {
      const before = await load(trx, caseId);
      if (before === null) return { kind: 'missing' };
      const result = await settle(before, caseId, await make(before.case));
      if (result.kind === 'accepted') await afterwards?.(result.case);
      return result;
    },
    eventOf: (of, act) => eventOf(trx, of, act, now),
  };
}

/** Puts the facts of this moment to what staff do. */
async function eventOf(trx: Transaction<Schema>, of: Case, act: CaseAct, now: number): Promise<CaseEvent> {
  switch (act.kind) {
    case 'request-set':
    case 'contact-made':
    case 'order-typed':
    case 'proposed':
    case 'approved':
      return { ...act, admins: await adminsOf(trx, of) };
    case 'method-used': {
      const { methodId } = act;
      const lastCheckInAt = of.tenantId === null ? null : await lastCheckIn(trx, of.tenantId, methodId, now);
      const mail = act.mailReference === null ? null : await mailFacts(trx, act.mailReference);
      return { kind: 'method-used', methodId, lastCheckInAt, mail, admins: await adminsOf(trx, of) };
    }
    default:
      return act;
  }
}

async function lastCheckIn(
  trx: Transaction<Schema>,
  tenantId: string,
  methodId: string,
  now: number,
): Promise<number | null> {
  const row = await trx
    .selectFrom('switch_check_ins')
    .select((select) => select.fn.max('at').as('at'))
    .where('tenant_id', '=', tenantId)
    .where('method_id', '=', methodId)
    .where('at', '<=', now)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** What the gateway found out about the author of a mail. */
async function mailFacts(
  trx: Transaction<Schema>,
  reference: string,
): Promise<{ readonly reference: string; readonly address: string; readonly proven: boolean } | null> {
  const row = await trx
    .selectFrom('trace')
    .select(['sender_address', 'assurance'])
    .where('message_id', '=', reference)
    .executeTakeFirst();
  if (row === undefined || row.sender_address === null) return null;
  return { reference, address: row.sender_address, proven: row.assurance === 'proven' };
}

/**
 * The tenant's admins. One whose deletion was ordered in another case counts as gone, before the directory says so: two
 * cases that delete one of two admins each would else delete the tenant unseen.
 */
async function adminsOf(db: Querying, of: Case): Promise<readonly CaseAdmin[]> {
  if (of.tenantId === null) return [];
  const tenant = await readTenant(db, of.tenantId);
  if (tenant === null) return [];
  const rows = await db
    .selectFrom('cases')
    .select('id')
    .where('tenant_id', '=', tenant.id)
    .where('id', '!=', of.id)
    .execute();
  const others = await loadAll(
    db,
    rows.map(({ id }) => id),
  );
  const lastImport = await db
    .selectFrom('directory_imports')
    .select((select) => select.fn.max('at').as('at'))
    .executeTakeFirst();
  const gone = new Set(others.flatMap((other) => orderedDeletions(other, lastImport?.at ?? 0)));
  return tenant.admins.map(({ active, id, name, primaryEmail, secondaryEmails }) => ({
    id,
    name,
    addresses: [primaryEmail, ...secondaryEmails],
    active: active && !gone.has(id),
  }));
}

function orderedDeletions({ workOrder }: Case, lastImportAt: number): readonly string[] {
  if (workOrder === null) return [];
  const { action, answer } = workOrder;
  const isPending = answer === null || (answer.result === 'done' && answer.at >= lastImportAt);
  if (!isPending || action.kind === 'delete-tenant') return [];
  if (action.kind === 'delete-admin') return [action.adminId];
  return action.items.filter(({ kind }) => kind === 'delete-admin').map(({ target }) => target);
}

async function readTenant(db: Querying, tenantId: string): Promise<Tenant | null> {
  const row = await db.selectFrom('tenants').select('document').where('id', '=', tenantId).executeTakeFirst();
  return row === undefined ? null : JSON.parse(row.document);
}

/** The tenant's cessation that lapsed; null when there is none. */
async function lapsedCessation(
  trx: Transaction<Schema>,
  tenantId: string,
  now: number,
): Promise<Naming['lapsedCessation']> {
  const rows = await trx
    .selectFrom('cases')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('procedure_name', '=', 'cessation')
    .where('ceased', '=', 1)
    .execute();
  for (const of of await loadAll(
    trx,
    rows.map(({ id }) => id),
  )) {
    const at = lapsedAt(of, now);
    if (at !== null) return { caseId: of.id, at };
  }
  return null;
}

async function takeMail(writing: CaseWriting, mail: CaseMail): Promise<MailTaken> {
  const { now, trx } = writing;
  const { address, messageId, procedure, receivedAt } = mail;
  const known = await trx
    .selectFrom('case_mails')
    .select('case_id')
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  if (known !== undefined) return { kind: 'known', caseId: known.case_id, effects: [] };
  const communication: Communication = { channel: 'mail', reference: messageId, receivedAt, address };
  const tenantId = mail.tenantId !== null && (await readTenant(trx, mail.tenantId)) !== null ? mail.tenantId : null;
  const named = tenantId === null || procedure === null ? null : { tenantId, procedure };

  const lapsed = named?.procedure === 'cessation' ? await lapsedCessation(trx, named.tenantId, now) : null;
  if (lapsed !== null) {
    const event: CaseEvent = { kind: 'request-ignored', communication };
    await writing.command(lapsed.caseId, async () => ({ by: system, seen: null, event }));
    await linkMail(writing, messageId, lapsed.caseId);
    return { kind: 'ignored', caseId: lapsed.caseId, effects: [] };
  }

  const key = named === null ? unnamedKey(address ?? messageId) : openKey(named.procedure, named.tenantId);
  const caseId = await caseWithKey(trx, key);
  if (caseId !== null) {
    const effects = await joinMail(writing, caseId, communication);
    await linkMail(writing, messageId, caseId);
    return { kind: 'joined', caseId, effects };
  }
  const opened = await writing.open({ by: system, named, communication, note: '' });
  if (opened.kind !== 'accepted') throw new Error(`no case was opened for ${messageId}`);
  await linkMail(writing, messageId, opened.case.id);
  return { kind: 'opened', caseId: opened.case.id, effects: opened.effects };
}

/** A flood of mail must not make the case unreadable: beyond this, mails are linked to it and no more. */
const mostCommunications = 500;

async function joinMail(
  writing: CaseWriting,
  caseId: string,
  communication: Communication,
): Promise<readonly Effect[]> {
  const kept = await load(writing.trx, caseId);
  if (kept === null || kept.case.communications.length >= mostCommunications) return [];
  const event: CaseEvent = { kind: 'communication-joined', communication };
  const result = await writing.command(caseId, async () => ({ by: system, seen: null, event }));
  return result.kind === 'accepted' ? result.effects : [];
}

async function linkMail({ now, trx }: CaseWriting, messageId: string, caseId: string): Promise<void> {
  await insertAll(trx, 'case_mails', [{ message_id: messageId, case_id: caseId, joined_at: now }], 'ignore known');
}

async function checkIn(
  writing: CaseWriting,
  { by, methodId, reference, tenantId }: Parameters<CaseRecords['checkIn']>[0],
): Promise<'noted' | 'no such method' | 'no right'> {
  const { now, trx } = writing;
  if (by.kind === 'staff' && !by.roles.includes('trust')) return 'no right';
  const { methods } = await onFileAt(trx, tenantId, now, now);
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

async function wakeOne(writing: CaseWriting, caseId: string): Promise<void> {
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

async function keepRow(trx: Transaction<Schema>, of: Case, events: number, now: number): Promise<void> {
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

function openKey(procedure: Procedure, tenantId: string): string {
  return `${procedure}:${tenantId}`;
}

/** Doubtful mails of one address are one case until somebody names it. */
function unnamedKey(address: string): string {
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

async function caseWithKey(trx: Transaction<Schema>, key: string): Promise<string | null> {
  const row = await trx.selectFrom('cases').select('id').where('open_key', '=', key).executeTakeFirst();
  return row?.id ?? null;
}

async function load(db: Querying, caseId: string): Promise<KeptCase | null> {
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

async function loadAll(db: Querying, caseIds: readonly string[]): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const id of caseIds) {
    const kept = await load(db, id);
    if (kept !== null) cases.push(kept.case);
  }
  return cases;
}

const blobPart = 512 * 1024;

function blobName(caseId: string, documentId: string): string {
  return `case ${caseId} ${documentId}`;
}

async function keepBlob(trx: Transaction<Schema>, caseId: string, documentId: string, sealed: Buffer): Promise<void> {
  for (let part = 0; part * blobPart < sealed.length; part += 1) {
    const content = sealed.subarray(part * blobPart, (part + 1) * blobPart).toString('base64');
    await trx.insertInto('case_blobs').values({ case_id: caseId, document_id: documentId, part, content }).execute();
  }
}

async function readBlob(
  { db }: Records,
  vault: DocumentVault,
  caseId: string,
  documentId: string,
): Promise<Buffer | null> {
  const rows = await db
    .selectFrom('case_blobs')
    .select('content')
    .where('case_id', '=', caseId)
    .where('document_id', '=', documentId)
    .orderBy('part')
    .execute();
  if (rows.length === 0) return null;
  const sealed = Buffer.concat(rows.map(({ content }) => Buffer.from(content, 'base64')));
  return vault.open(blobName(caseId, documentId), sealed);
}

function noTenant(tenantId: string): Refusal {
  return {
    kind: 'refused',
    rule: 'X-COMMON',
    missing: [`a tenant ${tenantId} in the directory`],
    conflict: false,
    alarm: null,
  };
}

/** Crockford's base 32: no letter that is read for another one. `case-7kq4m2xd`: an id goes into file names and job ids. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

function drawCaseId(): string {
  return `case-${Array.from({ length: 10 }, () => alphabet.charAt(randomInt(alphabet.length))).join('')}`;
}

/**
 * Recovery cases: what happened to them is kept, append-only, and a case is the fold of it. Each change is judged by
 * `cases/transition.ts` within the transaction that keeps it, with the facts of that moment, and is in the audit log.
 */
import { createHash } from 'node:crypto';
import type { CaseAdmin } from '../cases/action.ts';
import { type Actor, actorName, type Staff } from '../cases/actor.ts';
import type { Case } from '../cases/case.ts';
import type { CaseEvent, Communication } from '../cases/event.ts';
import { type ChecklistItem, checklist, missingFor } from '../cases/missing.ts';
import type { Procedure } from '../cases/procedure.ts';
import type { SeenCase, UnnamedQuery } from '../cases/unnamed.ts';
import type { Tenant } from '../directory/tenant.ts';
import { blobName, type DocumentVault, keepBlob, readBlob } from './case-blobs.ts';
import { adminsOf, readTenant } from './case-facts.ts';
import { closeSeen, type ManyClosed, unnamedCases } from './case-flood.ts';
import { type CheckIn, checkIn, wakeOne } from './case-happenings.ts';
import {
  type CaseMail,
  linkMail,
  linkOf,
  type MailTaken,
  type PortalRequest,
  takeEscalated,
  takeMail,
  takePortalRequest,
  untakenMails,
} from './case-mail.ts';
import { type KeptCase, load, loadAll } from './case-rows.ts';
import {
  type CaseAct,
  type CaseResult,
  type CaseWriting,
  noTenant,
  type OpeningInput,
  startWriting,
} from './case-writing.ts';
import type { Records } from './open-records.ts';
import { chunks } from './retention.ts';
import { type WorkOrderRecords, workOrderRecords } from './work-orders.ts';

export type { DocumentVault } from './case-blobs.ts';
export type { MailTaken, PortalRequest } from './case-mail.ts';
export type { KeptCase } from './case-rows.ts';
export type { CaseAct, CaseResult } from './case-writing.ts';

export type NewDocument = Omit<
  Extract<CaseEvent, { readonly kind: 'document-added' }>['document'],
  'digest' | 'size' | 'id'
>;

export type CaseQuery = {
  readonly open: boolean;
  readonly tenantId?: string;
  /** At most 500. */
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Pick<Case, 'openedAt' | 'id' | 'procedure'>;
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
  /** `takeMail` for the escalated mails in the trace that were not taken yet; at most 100 at once. */
  takeEscalated(now: number): Promise<readonly MailTaken[]>;
  /**
   * Opens or joins a case for an authenticated call of the admin portal. Whoever is logged in there may be the very admin
   * whom the case is about: the portal is told that the request was received, and nothing of what this resolves with.
   */
  openFromPortal(request: PortalRequest, now: number): Promise<MailTaken>;
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
  /** Null when there is none; rejects when its octets are not those that were kept. Recording who looks is the caller's `document-looked`. */
  document(caseId: string, documentId: string): Promise<Buffer | null>;
  /** Notes that somebody took the whole case with them, and which octets. */
  noteExport(caseId: string, input: { readonly by: Actor; readonly archive: Buffer }, now: number): Promise<void>;
  get(caseId: string): Promise<KeptCase | null>;
  /** What the case lacks before anything may be done, with the tenant's admins as they are now. */
  missing(of: Case, now: number): Promise<readonly string[]>;
  /** What its procedure needs, and what of it is missing. */
  checklist(of: Case, now: number): Promise<readonly ChecklistItem[]>;
  /** The case that a mail of this message id belongs to; null when it belongs to none. */
  ofMail(messageId: string): Promise<string | null>;
  /** Named ones before those that wait to be named, newest first. */
  list(query: CaseQuery): Promise<readonly Case[]>;
  /** Open cases that nobody has named, oldest first; at most `mostUnnamed`. */
  unnamed(query: UnnamedQuery): Promise<readonly Case[]>;
  /** Closes them as unfounded, but for those that have changed since they were looked at. */
  closeUnnamed(
    seen: readonly SeenCase[],
    input: { readonly by: Staff; readonly note: string },
    now: number,
  ): Promise<ManyClosed>;
  /** Notes that somebody checked in with a dead man's switch, in every open case that used it. */
  checkIn(input: CheckIn, now: number): Promise<'noted' | 'no such method' | 'no right'>;
  /** Notes what clocks have changed since; only a reminder: what is in force follows from the records alone. */
  wake(now: number): Promise<number>;
  /** The tenant as the directory has it. */
  tenant(tenantId: string): Promise<Tenant | null>;
  /** The tenant's admins as they are now. */
  admins(of: Case): Promise<readonly CaseAdmin[]>;
  /**
   * Open cases with an approval or a cessation: in no other one can anything come due. All of them, and asked often: neither
   * a flood of doubtful mail nor one of cases that nobody has worked on may hide what is due, or be read each time.
   */
  withClocks(): Promise<readonly Case[]>;
  readonly orders: WorkOrderRecords;
};

const closedAtOnce = 50;

export function caseRecords(records: Records, vault: DocumentVault): CaseRecords {
  const change = (now: number, work: (writing: CaseWriting) => Promise<CaseResult>): Promise<CaseResult> =>
    records.writing(async (trx) => work(await startWriting(records, trx, now)));

  return {
    open: (input, now) =>
      change(now, async (writing) => {
        const result = await writing.open(input);
        const { communication } = input;
        if (result.kind === 'accepted' && communication !== null) {
          await linkMail(writing, linkOf(communication), result.case.id);
        }
        return result;
      }),
    name: (caseId, { by, procedure, seen, tenantId }, now) =>
      change(now, (writing) =>
        writing.command(caseId, async (of) => {
          const naming = await writing.naming(procedure, tenantId, of.openedAt);
          return naming === null ? noTenant(tenantId) : { by, seen, event: { kind: 'named', naming } };
        }),
      ),
    join: (caseId, communication, by, now) =>
      change(now, (writing) =>
        writing.command(
          caseId,
          async () => ({ by, seen: null, event: { kind: 'communication-joined', communication } }),
          () => linkMail(writing, linkOf(communication), caseId),
        ),
      ),
    takeEscalated: async (now) => {
      // Asked often and mostly in vain: a read stands in nobody's way.
      if ((await untakenMails(records.db, now)).length === 0) return [];
      return records.writing(async (trx) => takeEscalated(await startWriting(records, trx, now)));
    },
    takeMail: (mail, now) => records.writing(async (trx) => takeMail(await startWriting(records, trx, now), mail)),
    openFromPortal: (request, now) =>
      records.writing(async (trx) => takePortalRequest(await startWriting(records, trx, now), request)),
    act: (caseId, { act, by, seen }, now) =>
      change(now, (writing) =>
        writing.command(caseId, async (of) => ({ by, seen, event: await writing.eventOf(of, act, by) })),
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
            await keepBlob(writing.trx, caseId, id, vault.seal(blobName(caseId, id), content));
          },
        ),
      ),
    document: async (caseId, documentId) => {
      const content = await readBlob(records, vault, caseId, documentId);
      const known = (await load(records.db, caseId))?.case.documents.find(({ id }) => id === documentId);
      if (content === null || known === undefined) return null;
      // What people looked at, confirmed and approved on is this digest, and no other octets.
      if (createHash('sha256').update(content).digest('hex') !== known.digest) {
        throw new Error(`document ${documentId} of ${caseId} is not what was kept`);
      }
      return content;
    },
    noteExport: (caseId, { archive, by }, now) =>
      records.writing(async (trx) => {
        const writing = await startWriting(records, trx, now);
        const sha256 = createHash('sha256').update(archive).digest('hex');
        await writing.audit({ actor: actorName(by), action: 'case.exported', subject: caseId, detail: { sha256 } });
      }),
    get: (caseId) => load(records.db, caseId),
    missing: async (of, now) => missingFor(of, await adminsOf(records.db, of), now),
    checklist: async (of, now) => checklist(of, await adminsOf(records.db, of), now),
    ofMail: async (messageId) => {
      const row = await records.db
        .selectFrom('case_mails')
        .select('case_id')
        .where('message_id', '=', messageId)
        .where('case_id', '!=', '')
        .executeTakeFirst();
      return row?.case_id ?? null;
    },
    list: async ({ after, limit, open, tenantId }) => {
      let select = records.db.selectFrom('cases').select('id');
      if (open) select = select.where('open_key', 'is not', null);
      if (tenantId !== undefined) select = select.where('tenant_id', '=', tenantId);
      if (after !== undefined) {
        select = select.where((where) => {
          const later = where(where.refTuple('opened_at', 'id'), '<', where.tuple(after.openedAt, after.id));
          if (after.procedure === null) return where.and([where('procedure_name', 'is', null), later]);
          return where.or([where('procedure_name', 'is', null), later]);
        });
      }
      const rows = await select
        .orderBy((order) => order.case().when('procedure_name', 'is', null).then(1).else(0).end())
        .orderBy('opened_at', 'desc')
        .orderBy('id', 'desc')
        .limit(Math.min(limit, 500))
        .execute();
      return loadAll(
        records.db,
        rows.map(({ id }) => id),
      );
    },
    unnamed: (query) => unnamedCases(records.db, query),
    closeUnnamed: async (seen, input, now) => {
      let closed = 0;
      // A few at a time: whoever else writes waits for the whole of one transaction.
      for (let at = 0; at < seen.length; at += closedAtOnce) {
        const some = seen.slice(at, at + closedAtOnce);
        const result = await records.writing(async (trx) =>
          closeSeen(await startWriting(records, trx, now), some, input),
        );
        if (result.kind === 'refused') return result;
        closed += result.closed;
      }
      return { kind: 'closed', closed, left: seen.length - closed };
    },
    checkIn: (input, now) => records.writing(async (trx) => checkIn(await startWriting(records, trx, now), input)),
    wake: async (now) => {
      const due = await records.db.selectFrom('cases').select('id').where('wake_at', '<=', now).limit(500).execute();
      const faults: unknown[] = [];
      for (const { id } of due) {
        // One case that cannot be read must not keep the others asleep.
        await records
          .writing(async (trx) => wakeOne(await startWriting(records, trx, now), id))
          .catch((error: unknown) => faults.push(error));
      }
      if (faults.length > 0) throw new AggregateError(faults, `${faults.length} cases could not be woken`);
      return due.length;
    },
    tenant: (tenantId) => readTenant(records.db, tenantId),
    admins: (of) => adminsOf(records.db, of),
    withClocks: async () => {
      const rows = await records.db
        .selectFrom('cases')
        .select('id')
        .where('open_key', 'is not', null)
        .where('id', 'in', (select) =>
          select.selectFrom('case_events').select('case_id').where('kind', 'in', ['approved', 'cessation-started']),
        )
        .orderBy('opened_at')
        .orderBy('id')
        .execute();
      const cases: Case[] = [];
      for (const ids of chunks(rows.map(({ id }) => id))) cases.push(...(await loadAll(records.db, ids)));
      return cases;
    },
    orders: workOrderRecords(records),
  };
}

/** Mails that open or join recovery cases. */
import { system } from '../cases/actor.ts';
import type { Effect } from '../cases/effects.ts';
import type { CaseEvent, Communication } from '../cases/event.ts';
import { type Procedure, procedureOfRequest } from '../cases/procedure.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import { lapsedCessation, readTenant } from './case-facts.ts';
import { caseWithKey, load, openKey, unnamedKey } from './case-rows.ts';
import type { CaseWriting } from './case-writing.ts';
import { insertAll } from './insert-all.ts';
import type { Querying } from './open-records.ts';
import { storable } from './storable.ts';

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

/** A request that came in by an authenticated call of the admin portal. */
export type PortalRequest = {
  /** The portal's own reference: the same one again changes nothing. At most 200 characters. */
  readonly reference: string;
  readonly receivedAt: number;
  readonly tenantId: string;
  /** The admin who is logged in there, in comparison form; the portal vouches for it. */
  readonly address: string | null;
  /** Null when it is doubtful which one is meant. */
  readonly procedure: Procedure | null;
};

export async function takeMail(writing: CaseWriting, mail: CaseMail): Promise<MailTaken> {
  const { address, messageId, procedure, receivedAt, tenantId } = mail;
  const communication: Communication = { channel: 'mail', reference: messageId, receivedAt, address };
  return take(writing, communication, { tenantId, procedure });
}

export async function takePortalRequest(writing: CaseWriting, request: PortalRequest): Promise<MailTaken> {
  const { address, procedure, receivedAt, tenantId } = request;
  const reference = storable(request.reference, longestReference);
  const communication: Communication = { channel: 'portal', reference, receivedAt, address };
  return take(writing, communication, { tenantId, procedure });
}

const longestReference = 200;

/** What a communication is known by: a message id, none of which holds a space, or the portal's reference. */
export function linkOf({ channel, reference }: Communication): string {
  return channel === 'mail' ? reference : `portal ${reference}`;
}

/** The same communication again changes nothing. */
async function take(
  writing: CaseWriting,
  communication: Communication,
  claimed: Pick<CaseMail, 'tenantId' | 'procedure'>,
): Promise<MailTaken> {
  const { now, trx } = writing;
  const { address } = communication;
  const { procedure } = claimed;
  const link = linkOf(communication);
  const known = await trx.selectFrom('case_mails').select('case_id').where('message_id', '=', link).executeTakeFirst();
  if (known !== undefined) return { kind: 'known', caseId: known.case_id, effects: [] };
  const isThere = claimed.tenantId !== null && (await readTenant(trx, claimed.tenantId)) !== null;
  const tenantId = isThere ? claimed.tenantId : null;
  const named = tenantId === null || procedure === null ? null : { tenantId, procedure };

  const lapsed = named?.procedure === 'cessation' ? await lapsedCessation(trx, named.tenantId, now) : null;
  if (lapsed !== null) {
    await ignoreMail(writing, lapsed.caseId, communication);
    await linkMail(writing, link, lapsed.caseId);
    return { kind: 'ignored', caseId: lapsed.caseId, effects: [] };
  }

  const key =
    named === null ? unnamedKey(address ?? communication.reference) : openKey(named.procedure, named.tenantId);
  const caseId = await caseWithKey(trx, key);
  if (caseId !== null) {
    const effects = await joinMail(writing, caseId, communication);
    await linkMail(writing, link, caseId);
    return { kind: 'joined', caseId, effects };
  }
  const opened = await writing.open({ by: system, named, communication, note: '' });
  if (opened.kind !== 'accepted') throw new Error(`no case was opened for ${link}`);
  await linkMail(writing, link, opened.case.id);
  return { kind: 'opened', caseId: opened.case.id, effects: opened.effects };
}

/** A flood of mail must not make the case unreadable: beyond this, mails are linked to it, and staff join those that matter. */
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
  if (result.kind !== 'accepted') return [];
  if (result.case.communications.length === mostCommunications) {
    await writing.alarm(
      result.case,
      'flooded with mail: what comes now is linked to the case, and joins it only by hand',
    );
  }
  return result.effects;
}

/** Anybody can write such mail: the case that lapsed does not grow without end by it. */
async function ignoreMail(writing: CaseWriting, caseId: string, communication: Communication): Promise<void> {
  const kept = await load(writing.trx, caseId);
  if (kept === null || kept.case.ignored.length >= mostCommunications) return;
  const event: CaseEvent = { kind: 'request-ignored', communication };
  await writing.command(caseId, async () => ({ by: system, seen: null, event }));
}

export async function linkMail({ now, trx }: CaseWriting, messageId: string, caseId: string): Promise<void> {
  await insertAll(trx, 'case_mails', [{ message_id: messageId, case_id: caseId, joined_at: now }], 'ignore known');
}

/** Null for mail that has nothing to do with recovery. A doubtful one waits in an unnamed case for staff. */
export function caseMailOf(mail: JudgedMail): CaseMail | null {
  const { classification, messageId, receivedAt, sender, verdict } = mail;
  const procedure = procedureOfRequest(classification?.request.kind ?? '');
  const isRecovery = verdict.reason === 'recovery' || verdict.reason === 'doubtful';
  if (procedure === null || verdict.outcome !== 'escalated' || !isRecovery) return null;
  return {
    messageId,
    receivedAt,
    address: sender.address,
    tenantId: sender.tenant,
    procedure: verdict.reason === 'recovery' ? procedure : null,
  };
}

/** How far back escalated mail is looked for: a queue that stood still for days loses nothing. */
const lookBackMs = 14 * 86_400_000;
const mailsAtOnce = 100;
/** Stands for "no case" where a mail was looked at and has nothing to do with recovery. */
const noCase = '';

/** Escalated mails that nobody has looked at yet, oldest first. */
export async function untakenMails(
  db: Querying,
  now: number,
): Promise<readonly { readonly message_id: string; readonly judged: string }[]> {
  return db
    .selectFrom('trace')
    .innerJoin('trace_documents', 'trace_documents.message_id', 'trace.message_id')
    .leftJoin('case_mails', 'case_mails.message_id', 'trace.message_id')
    .select(['trace.message_id', 'judged'])
    .where('reason', 'in', ['recovery', 'doubtful'])
    .where('received_at', '>=', now - lookBackMs)
    .where('duplicate_of', 'is', null)
    .where('case_mails.message_id', 'is', null)
    .orderBy('received_at')
    .orderBy('trace.message_id')
    .limit(mailsAtOnce)
    .execute();
}

/**
 * Opens or joins cases for them. The trace is the truth: a worker that died between recording a mail and this loses no
 * case.
 */
export async function takeEscalated(writing: CaseWriting): Promise<readonly MailTaken[]> {
  const taken: MailTaken[] = [];
  for (const row of await untakenMails(writing.trx, writing.now)) {
    const mail = caseMailOf(JSON.parse(row.judged));
    if (mail === null) await linkMail(writing, row.message_id, noCase);
    else taken.push(await takeMail(writing, mail));
  }
  return taken;
}

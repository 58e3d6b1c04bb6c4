/** Changes of cases within one transaction: facts, judgement, event, audit row. */
import { createHash, randomInt, randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { type Actor, actorName } from '../cases/actor.ts';
import type { Case } from '../cases/case.ts';
import { contactAgeMs } from '../cases/clocks.ts';
import type { Effect } from '../cases/effects.ts';
import type { CaseEvent, Communication, Naming } from '../cases/event.ts';
import { type Procedure, ruleOf } from '../cases/procedure.ts';
import { stateAt } from '../cases/state.ts';
import { type CaseCommand, type Refusal, transition } from '../cases/transition.ts';
import { raiseAlerts } from './alert-events.ts';
import { type AuditEntry, appendAudit, lockAudit } from './audit.ts';
import { adminsOf, lapsedCessation, lastCheckIn, mailFacts, objectIdOf, readTenant } from './case-facts.ts';
import { caseWithKey, type KeptCase, keepRow, load, openKey } from './case-rows.ts';
import { letInAt, presentActor, staffSince } from './case-staff.ts';
import { onFileAt } from './directory-history.ts';
import type { Records } from './open-records.ts';
import { settleDeliveries } from './order-outbox.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';

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
            | 'work-order-answered'
            | 'cessation-started'
            | 'cessation-ended'
            | 'closed';
        }
      >,
      'admins' | 'objectId'
    >
  /** `account`: of the machine that the command line runs under; null in the console. */
  | { readonly kind: 'approved'; readonly account: string | null }
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

export type Made = CaseCommand | Refusal;

type Named = Pick<Case, 'id' | 'procedure'>;

/** Changes of cases within one transaction. */
export type CaseWriting = {
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
  eventOf(of: Case, act: CaseAct, by: Actor): Promise<CaseEvent>;
  /** Trust staff are told at once, by the rule of the case. */
  alarm(of: Named, text: string): Promise<void>;
  audit(entry: Omit<AuditEntry, 'at'>): Promise<void>;
};

/** Stands in line first: of two that act at once the second sees what the first has done. */
export async function startWriting(records: Records, trx: Transaction<Schema>, now: number): Promise<CaseWriting> {
  await lockAudit(trx, records.dialect);
  return writingOn(records.dialect, trx, now);
}

export function writingOn(dialect: Records['dialect'], trx: Transaction<Schema>, now: number): CaseWriting {
  const audit = async (entry: Omit<AuditEntry, 'at'>): Promise<void> => {
    await appendAudit(trx, dialect, [{ ...entry, at: now }]);
  };

  const settle = async (before: KeptCase | null, caseId: string, wanted: Made): Promise<CaseResult> => {
    const made = 'event' in wanted ? { ...wanted, by: await presentActor(trx, wanted.by) } : wanted;
    const result = 'event' in made ? transition(before?.case ?? null, made, now) : made;
    if (result.kind === 'refused') {
      await auditRefusal(before?.case ?? { id: caseId, procedure: null }, made, result);
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
    if (result.recorded.event.kind === 'work-order-answered') await settleDeliveries(trx, result.case, now);
    for (const effect of result.effects) {
      if (effect.kind === 'alarm') await alarm(result.case, effect.text);
    }
    return { kind: 'accepted', case: result.case, effects: result.effects };
  };

  const alarm: CaseWriting['alarm'] = async ({ id, procedure }, text) => {
    const rule = ruleOf(procedure);
    await audit({ actor: 'system', action: 'case.alarm', subject: id, detail: { rule, text } });
    // The text names contacts on file: it stays here, and staff are told where to read it.
    const alert = { kind: 'case-alarm', key: randomUUID(), subject: id, label: rule } as const;
    await raiseAlerts(trx, [{ ...alert, reference: id, at: now }]);
  };

  const auditRefusal = async (of: Named, made: Made, refusal: Refusal): Promise<void> => {
    if (!('event' in made) || made.by.kind === 'system') return;
    await audit({
      actor: actorName(made.by),
      action: 'case.refused',
      subject: of.id,
      detail: { event: made.event.kind, rule: refusal.rule, missing: refusal.missing },
    });
    if (refusal.alarm !== null) await alarm(of, refusal.alarm);
  };

  const naming: CaseWriting['naming'] = async (procedure, tenantId, openedAt) => {
    if ((await readTenant(trx, tenantId)) === null) return null;
    const onFile = await onFileAt(trx, tenantId, openedAt, { from: openedAt - contactAgeMs, until: now });
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
    alarm,
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
    eventOf: (of, act, by) => eventOf(trx, of, act, by, now),
  };
}

/** Puts the facts of this moment to what staff do. */
async function eventOf(trx: Transaction<Schema>, of: Case, act: CaseAct, by: Actor, now: number): Promise<CaseEvent> {
  switch (act.kind) {
    case 'request-set':
    case 'contact-made':
    case 'order-typed':
      return { ...act, admins: await adminsOf(trx, of) };
    case 'proposed':
      return { ...act, admins: await adminsOf(trx, of), objectId: await objectIdOf(trx, of) };
    case 'approved':
      return {
        ...act,
        admins: await adminsOf(trx, of),
        objectId: await objectIdOf(trx, of),
        letInAt: await letInAt(trx, by),
        staffSince: await staffSince(trx),
      };
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

export function noTenant(tenantId: string): Refusal {
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

/** What asking, proposing, approving and closing need. */
import { actionKey, type CaseAdmin, resolveAction } from './action.ts';
import type { Actor } from './actor.ts';
import type { Approval, Case } from './case.ts';
import { freshAccessMs } from './clocks.ts';
import { hasLooked } from './document-faults.ts';
import { type EventOf, type Fault, lacks, noteFault } from './fault.ts';
import { missingFor } from './missing.ts';
import { specs } from './specs.ts';

export function requestFault(of: Case, { admins, request }: EventOf<'request-set'>): Fault {
  const { requests } = specs[of.procedure ?? 'closure'];
  if (of.procedure === null || !requests.includes(request.kind)) {
    return lacks(`one of: ${requests.join(', ')}`);
  }
  const resolved = resolveAction(request, admins, of.order);
  return resolved.ok ? null : lacks(resolved.missing);
}

export function proposalFault(of: Case, admins: readonly CaseAdmin[], now: number): Fault {
  const missing = missingFor(of, admins, now);
  if (missing.length > 0) return { missing };
  const resolved = resolveAction(of.request, admins, of.order);
  if (!resolved.ok) return lacks(resolved.missing);
  const actions = of.procedure === null ? [] : specs[of.procedure].actions;
  return actions.includes(resolved.action.kind) ? null : lacks('an act that this procedure knows');
}

export function approvalFault(of: Case, event: EventOf<'approved'>, by: Actor, now: number): Fault {
  const { proposal } = of;
  const { admins } = event;
  if (proposal === null || by.kind !== 'staff') return lacks('a proposal');
  const own = [of.openedBy, of.namedBy].some((actor) => actor?.kind === 'staff' && actor.id === by.id);
  if (own || proposal.by === by.id) return lacks('somebody else: nobody approves what they opened or proposed');
  if (proposal.approvals.some((approval) => approval.by === by.id)) return lacks('a second person');
  const accessFault = approverFault(of, proposal.approvals, event, now);
  if (accessFault !== null) return accessFault;
  const unseen = of.documents.filter((document) => document.standing !== 'refuted' && !hasLooked(document, by));
  if (unseen.length > 0) return lacks(...unseen.map(({ id, kind }) => `a look at the ${kind} ${id}`));
  const missing = proposalFault(of, admins, now);
  if (missing !== null) return missing;
  const resolved = resolveAction(of.request, admins, of.order);
  if (!resolved.ok || actionKey(resolved.action) !== actionKey(proposal.action)) {
    return lacks('a new proposal: the act would not be the one that was proposed');
  }
  // Whoever may import the directory must not turn the act against another tenant after somebody has seen it.
  return event.objectId === proposal.objectId
    ? null
    : lacks('a new proposal: the tenant has another object id than when the act was proposed');
}

/** Two names are two people only if neither was made, nor both were used, for the purpose. */
function approverFault(
  { openedAt }: Case,
  approvals: readonly Approval[],
  { account, letInAt, staffSince }: EventOf<'approved'>,
  now: number,
): Fault {
  if (account !== null && approvals.some((approval) => approval.account === account)) {
    return lacks(`another way in: the first approval came from ${account} too`);
  }
  if (letInAt === null || now - letInAt >= freshAccessMs) return null;
  // Nobody has had access for long where staff themselves are new.
  const isNewHere = staffSince !== null && now - staffSince < freshAccessMs;
  if (isNewHere && letInAt < openedAt) return null;
  const text = 'somebody who was let in, or given a new password or role, within 7 days tried to approve';
  return { missing: ['somebody who has had access for 7 days'], alarm: text };
}

export function closingFault(of: Case, { note, outcome }: EventOf<'closed'>): Fault {
  const isDone = of.workOrder?.answer?.result === 'done';
  if (isDone !== (outcome === 'executed')) {
    return lacks(isDone ? 'the outcome executed: engineering has done it' : 'a work order that was carried out');
  }
  return noteFault(note);
}

const longestReference = 200;

export function answerFault({ note, reference }: EventOf<'work-order-answered'>): Fault {
  if (reference.trim() === '') return lacks("engineering's reference");
  if (reference.length > longestReference) return lacks(`a reference of at most ${longestReference} characters`);
  return note === '' ? null : noteFault(note);
}

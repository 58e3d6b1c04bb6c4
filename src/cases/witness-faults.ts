/** What contacts on file, contract methods and readings of logins must be before they count. */
import { type CaseAdmin, resolveAction } from './action.ts';
import type { Case } from './case.ts';
import { contactStanding } from './contacts.ts';
import { switchState } from './contract-method.ts';
import type { ContactPoint } from './evidence.ts';
import { type EventOf, type Fault, lacks } from './fault.ts';
import { subjectKeyOf } from './missing.ts';

export function contactFault(of: Case, event: EventOf<'contact-made'>, now: number): Fault {
  const contact = of.contacts.find(({ id }) => id === event.contactId);
  if (contact === undefined) return lacks('a contact on file: no other can be entered');
  const { madeAt } = event;
  const first = Math.min(...of.communications.map(({ receivedAt }) => receivedAt));
  if (!(first < madeAt)) return lacks('prior communication: nobody is called out of the blue');
  if (!(madeAt >= of.openedAt && madeAt <= now)) return lacks('a time between the opening of the case and now');
  // The contact must know what it confirms.
  if (subjectKeyOf(of, event.admins) === null) return lacks(undoable(of, event.admins));
  return contactOnFileFault(of, contact, event);
}

function contactOnFileFault(
  of: Case,
  contact: ContactPoint,
  { admins, outcome }: Pick<EventOf<'contact-made'>, 'admins' | 'outcome'>,
): Fault {
  const { channel, name, value } = contact;
  const standing = contactStanding(of, contact);
  if (standing === 'too-young') {
    return {
      missing: ['a contact on file that stood unchanged for 30 days before the case'],
      alarm: `${name}: the ${channel} contact was changed within 30 days before the case and was picked`,
    };
  }
  // Strict to allow, broad to deny: a "no" of whoever pays the bills is heard.
  const isHeard = standing === 'executive' || (standing === 'billing-alone' && outcome !== 'confirmed');
  if (!isHeard) return lacks('an executive, or the billing contact of somebody who is on file as an executive');
  if (channel === 'email' && of.communications.some(({ address }) => address === value)) {
    return lacks('a way out of band: this address wrote to us in this case');
  }
  return isTarget(of, contact, admins) ? lacks('somebody other than the admin in question') : null;
}

/** Somebody of the admin's name, or with the admin's address on file, is the admin, by phone as well. */
function isTarget({ contacts, order, request }: Case, { name }: ContactPoint, admins: readonly CaseAdmin[]): boolean {
  const ordered = order?.items.filter(({ kind }) => kind === 'delete-admin').map(({ target }) => target) ?? [];
  const targets = request?.kind === 'delete-admin' ? [request.adminId] : ordered;
  const ways = contacts.filter((way) => way.name === name).map((way) => way.value);
  return admins
    .filter(({ id }) => targets.includes(id))
    .some((admin) => isSameName(admin.name, name) || admin.addresses.some((address) => ways.includes(address)));
}

/** Two records write one name in two ways easily. */
function isSameName(one: string, other: string): boolean {
  const [first, second] = [one, other].map((name) => name.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase());
  return first === second;
}

/** Why what is asked for cannot be done now. */
function undoable({ order, request }: Case, admins: readonly CaseAdmin[]): string {
  const resolved = resolveAction(request, admins, order);
  return resolved.ok ? 'what is asked for' : resolved.missing;
}

/** When the first of what asked for it reached us: a case may be opened days later. */
function requestedAt({ communications, openedAt }: Pick<Case, 'communications' | 'openedAt'>): number {
  return Math.min(openedAt, ...communications.map(({ receivedAt }) => receivedAt));
}

export function methodFault(of: Case, event: EventOf<'method-used'>, now: number): Fault {
  const method = of.methods.find(({ id }) => id === event.methodId);
  const isHeld =
    method !== undefined &&
    of.procedure !== null &&
    method.procedures.includes(of.procedure) &&
    method.since <= requestedAt(of);
  if (!isHeld) return lacks('a method that the contract held when the request came');
  if (subjectKeyOf(of, event.admins) === null) return lacks(undoable(of, event.admins));
  if (method.kind === 'dead-mans-switch') {
    const { firesAt, state } = switchState(method, event.lastCheckInAt, now);
    return state === 'fired' ? null : lacks(`the switch to fire: it does at ${new Date(firesAt).toISOString()}`);
  }
  const { mail } = event;
  const isPart = mail !== null && of.communications.some(({ reference }) => reference === mail.reference);
  if (!isPart) return lacks('a mail of the authorised third party that is part of the case');
  return mail.proven && mail.address === method.address
    ? null
    : lacks("proof that the mail is from the authorised third party's exact address");
}

export function readingsFault({ readings }: EventOf<'activity-added'>, now: number): Fault {
  if (readings.length === 0) return lacks('a reading');
  for (const { asOf, from, last } of readings) {
    if (from.trim() === '') return lacks('the source of the reading');
    const until = last.kind === 'at' ? last.at : last.since;
    if (!(asOf <= now && until <= asOf)) return lacks('times in order: the login, the reading, now');
  }
  return null;
}

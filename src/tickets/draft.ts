/**
 * From an accepted mail to what its ticket will hold: redacted text, all parts by name, where it belongs, when an answer
 * is due. Pure.
 *
 * The text of an encrypted mail is left out, with a note and the console's link in its place. It was encrypted so that
 * only we read it; in a ticket it would lie in clear in records, backups and every help desk behind a target, and the
 * process that writes tickets would have to hold the private keys. In the console staff read it under their own name.
 */

import type { SecretKind } from '../classify/classification.ts';
import { redact } from '../classify/secrets.ts';
import type { Standing, TenantFacts, Tier } from '../directory/tenant.ts';
import type { Sidecar } from '../intake/sidecar.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { Message, PartSummary } from '../message/message.ts';
import type { BusinessCalendar } from '../sla/calendar.ts';
import { dueAt } from '../sla/response-time.ts';
import type { Department } from '../verdict/verdict.ts';
import { type ResponseClock, startClock } from './clock.ts';
import { promisedBy, promisedCalendar } from './promised.ts';
import { type TokenKeys, ticketNumberIn } from './reply-token.ts';
import type { Participant, ThreadMarks } from './thread.ts';

/** Why the text is not all that the sender wrote. */
const textNotes = ['encrypted', 'unreadable', 'cut', 'secrets-removed'] as const;
export type TextNote = (typeof textNotes)[number];

export type TicketDraft = {
  readonly sender: Participant;
  readonly marks: ThreadMarks;
  /** Null for prospects and wherever no tenant is proven. */
  readonly tier: Tier | null;
  /** The clock if this mail starts one; null where no response time is promised. */
  readonly clock: ResponseClock | null;
  /** By which a clock that this mail ends the pause of runs on. */
  readonly calendar: BusinessCalendar;
  readonly subject: string;
  readonly text: string;
  readonly notes: readonly TextNote[];
  readonly secrets: readonly SecretKind[];
  readonly parts: readonly PartSummary[];
  /** Display name in From; never identifies anybody. */
  readonly senderName: string;
  /** The original's own Reply-To, for staff to see; nobody is answered there. */
  readonly replyTo: string | null;
  /** Names of the targets that this department is sent to. */
  readonly targets: readonly string[];
};

export type DraftSettings = {
  readonly tokenKeys: TokenKeys;
  /** Our mailboxes and aliases in comparison form. */
  readonly mailboxes: readonly string[];
  readonly calendar: BusinessCalendar;
  /** Targets of a department, by name. */
  readonly targetsOf: (department: Department) => readonly string[];
};

export type DraftInput = { readonly mail: JudgedMail; readonly sidecar: Sidecar; readonly message: Message };

const maxText = 64 * 1024;
/** Read beyond the cap and dropped after redaction, so that no secret is cut in two and missed. */
const slack = 2 * 1024;
const maxName = 200;
const maxParts = 500;

export function ticketDraft({ mail, sidecar, message }: DraftInput, settings: DraftSettings): TicketDraft {
  const { department, assurance, severity } = mail.verdict;
  const { standing } = sidecar.evidence.sender;
  const isProven = assurance === 'proven' && mail.sender.proof.length > 0;
  // D-PROSPECT: nothing about any tenant. A tenant that is only claimed is none either.
  const hasTenant = department !== 'prospect' && isProven;
  const tenant = hasTenant && standing.kind !== 'unregistered' ? standing.tenant : null;
  const clock = tenant === null || !hasResponseTime(department) ? null : clockOf(tenant, severity, mail, settings);
  const content = message.content.kind === 'parsed' ? message.content.content : null;
  return {
    sender: {
      address: mail.sender.address,
      isProven,
      tenantId: hasTenant ? mail.sender.tenant : null,
      isAdmin: hasTenant && isActiveAdmin(standing),
    },
    marks: {
      inReplyTo: content?.inReplyTo ?? null,
      references: content?.references ?? [],
      numbers: numbersIn([...sidecar.envelope.recipients, ...(content?.addressees ?? [])], settings),
    },
    tier: tenant === null ? null : tierOf(tenant),
    clock,
    calendar: tenant === null ? settings.calendar : promisedCalendar(tenant.contract, settings.calendar),
    ...textOf(message),
    subject: redact(content?.subject ?? sidecar.subject),
    secrets: mail.classification?.secrets ?? [],
    parts: (content?.parts ?? []).slice(0, maxParts).map(redactedPart),
    senderName: redact((sidecar.evidence.author?.displayName ?? '').slice(0, maxName)),
    replyTo: replyToOf(message),
    targets: settings.targetsOf(department),
  };
}

/** 002 promises response times for support; an escalation manager belongs to it. */
function hasResponseTime(department: Department): boolean {
  return department === 'support' || department === 'escalation-manager';
}

function tierOf({ partner, tier }: TenantFacts): Tier {
  return partner && tier === 'free' ? 'standard' : tier; // T-PARTNER
}

function isActiveAdmin(standing: Standing): boolean {
  return (standing.kind === 'primary' || standing.kind === 'secondary') && standing.admin.active;
}

function clockOf(
  tenant: TenantFacts,
  severity: 1 | 2 | 3,
  { receivedAt }: Pick<JudgedMail, 'receivedAt'>,
  { calendar }: Pick<DraftSettings, 'calendar'>,
): ResponseClock | null {
  const contract = promisedBy(tenant.contract, calendar);
  const times = dueAt({ tier: tierOf(tenant), severity, openedAt: receivedAt, calendar, contract });
  return times === null ? null : startClock(receivedAt, times.basis, times);
}

function numbersIn(addresses: readonly string[], { mailboxes, tokenKeys }: DraftSettings): readonly string[] {
  const numbers = addresses.slice(0, 200).map((address) => ticketNumberIn(address, mailboxes, tokenKeys));
  return [...new Set(numbers.filter((number) => number !== null))];
}

function textOf({ content }: Message): Pick<TicketDraft, 'text' | 'notes'> {
  if (content.kind === 'unparseable') return { text: '', notes: ['unreadable'] };
  const { pgp, text, truncated } = content.content;
  if (pgp.kind === 'encrypted' || pgp.kind === 'inline-encrypted') return { text: '', notes: ['encrypted'] };
  const isLong = text.length > maxText;
  const read = text.slice(0, maxText + slack);
  const redacted = redact(read);
  const kept = isLong ? redacted.slice(0, Math.max(0, Math.min(maxText, redacted.length - slack))) : redacted;
  const notes: TextNote[] = [];
  if (isLong || truncated.length > 0) notes.push('cut');
  if (redacted !== read) notes.push('secrets-removed');
  return { text: kept.toWellFormed(), notes };
}

function redactedPart(part: PartSummary): PartSummary {
  return { ...part, fileName: part.fileName === null ? null : redact(part.fileName.slice(0, maxName)) };
}

function replyToOf({ header }: Message): string | null {
  const field = header.find(({ name }) => name === 'reply-to');
  return field === undefined ? null : redact(field.value.slice(0, maxName));
}

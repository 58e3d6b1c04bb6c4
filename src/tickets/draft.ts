/**
 * From an accepted mail to what its ticket will hold: redacted text, all parts by name, where it belongs, when an answer
 * is due. Pure.
 */

import type { SecretKind } from '../classify/classification.ts';
import { redact } from '../classify/secrets.ts';
import type { Standing, TenantFacts, Tier } from '../directory/tenant.ts';
import type { Sidecar } from '../intake/sidecar.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { PartSummary } from '../message/message.ts';
import type { BusinessCalendar } from '../sla/calendar.ts';
import { dueAt } from '../sla/response-time.ts';
import type { Department } from '../verdict/verdict.ts';
import { type ResponseClock, startClock } from './clock.ts';
import { maxName, type TextNote, type TicketContent } from './content.ts';
import { promisedBy, promisedCalendar } from './promised.ts';
import { type TokenKeys, ticketNumberIn } from './reply-token.ts';
import type { Participant, ThreadMarks } from './thread.ts';

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

export type DraftInput = { readonly mail: JudgedMail; readonly sidecar: Sidecar; readonly content: TicketContent };

export function ticketDraft({ mail, sidecar, content }: DraftInput, settings: DraftSettings): TicketDraft {
  const { department, assurance, severity } = mail.verdict;
  const { standing } = sidecar.evidence.sender;
  const isProven = assurance === 'proven' && mail.sender.proof.length > 0;
  // D-PROSPECT: nothing about any tenant. A tenant that is only claimed is none either.
  const hasTenant = department !== 'prospect' && isProven;
  const tenant = hasTenant && standing.kind !== 'unregistered' ? standing.tenant : null;
  const clock = tenant === null || !hasResponseTime(department) ? null : clockOf(tenant, severity, mail, settings);
  const { addressees, inReplyTo, notes, parts, references, replyTo, subject, text } = content;
  return {
    sender: {
      address: mail.sender.address,
      isProven,
      tenantId: hasTenant ? mail.sender.tenant : null,
      isAdmin: hasTenant && isActiveAdmin(standing),
    },
    marks: {
      inReplyTo,
      references,
      numbers: numbersIn([...sidecar.envelope.recipients, ...addressees], settings),
    },
    tier: tenant === null ? null : tierOf(tenant),
    clock,
    calendar: tenant === null ? settings.calendar : promisedCalendar(tenant.contract, settings.calendar),
    text,
    notes,
    subject: subject ?? redact(sidecar.subject),
    secrets: mail.classification?.secrets ?? [],
    parts,
    senderName: redact((sidecar.evidence.author?.displayName ?? '').slice(0, maxName)),
    replyTo,
    targets: settings.targetsOf(department),
  };
}

/** T-SLA promises response times for support; an escalation manager belongs to it. */
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

/**
 * Everything staff need to decide about one escalated mail, in the order in which they ask: what is claimed, what is
 * proven, what is asked, what policy says, and the one next step. Pure; every line is for staff only.
 */
import type { Because } from '../classify/classification.ts';
import type { Standing } from '../directory/tenant.ts';
import type { Evidence } from '../evidence/finding.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { EscalatedReason } from '../verdict/verdict.ts';

export type ReviewBrief = {
  readonly claimed: readonly string[];
  readonly proven: readonly string[];
  readonly asked: readonly string[];
  readonly policy: readonly string[];
  readonly nextStep: string;
};

export function reviewBrief(mail: JudgedMail, evidence: Evidence): ReviewBrief {
  return {
    claimed: claims(mail, evidence),
    proven: proofs(evidence),
    asked: requests(mail, evidence),
    policy: policyLines(mail),
    nextStep: nextStep(mail, evidence),
  };
}

function claims({ envelope }: JudgedMail, { author, sender, transport }: Evidence): readonly string[] {
  const from = author === null ? 'no readable author' : `author ${author.address}${named(author.displayName)}`;
  return [
    from,
    standingText(sender.standing),
    transport.portal === undefined
      ? `envelope sender ${envelope.mailFrom === '' ? '<>' : envelope.mailFrom}, client ${transport.ip} (${transport.helo})`
      : `handed in by the admin portal at ${transport.ip}`,
  ];
}

function named(displayName: string): string {
  return displayName === '' ? '' : `, shown as "${displayName}"`;
}

function standingText(standing: Standing): string {
  if (standing.kind === 'unregistered') return 'not registered anywhere';
  const of = `tenant ${standing.tenant.id} (${standing.tenant.name}, ${standing.tenant.tier})`;
  switch (standing.kind) {
    case 'primary':
    case 'secondary': {
      const { admin } = standing;
      const state = admin.active ? admin.role : `${admin.role}, not active`;
      return `${standing.kind} address of admin ${admin.id} (${admin.name}, ${state}) of ${of}`;
    }
    case 'alternate':
      return `further address in the contract of ${of}`;
    case 'helpdesk':
      return `help desk of ${of}`;
    case 'tenant-domain':
      return `unknown address at a domain of ${of}`;
  }
}

function proofs({ assurance, domain, pgp, proofs: found, sender }: Evidence): readonly string[] {
  const { arc, dkim, dmarc, spf } = domain;
  const lines = found.map(({ kind, cause }) => `${kind}: ${cause}`);
  return [
    ...(lines.length === 0 ? [`nothing (${assurance})`] : lines),
    `SPF ${spf.result}, DKIM ${dkim.result}, DMARC ${dmarc.result}, ARC ${arc.result}, PGP ${pgp.result}`,
    ...(pgp.result === 'none' ? [] : [`PGP: ${pgp.cause}`]),
    ...(sender.lookalike === null ? [] : [`looks like ${sender.lookalike.of} (${sender.lookalike.kind})`]),
  ];
}

function requests({ classification, envelope, verdict }: JudgedMail, { content }: Evidence): readonly string[] {
  const where = `written to ${envelope.recipient}`;
  if (classification === null || content.result !== 'parsed') return [where, 'the text could not be read'];
  const { abuse, request, secrets } = classification;
  return [
    where,
    `${request.doubt ? 'perhaps ' : ''}${request.kind}${quoted(request.because)}`,
    `severity ${verdict.severity}, language ${classification.language}`,
    ...(abuse.label === 'none' ? [] : [`language is ${abuse.label}${quoted(abuse.because)}`]),
    ...(abuse.doubt === true ? ['language may be abusive'] : []),
    ...(secrets.length === 0 ? [] : [`holds secrets: ${secrets.join(', ')}`]),
    ...content.parts.flatMap(({ fileName }) => (fileName === null ? [] : [`attachment ${fileName}`])),
  ];
}

/** The words that made a label; none of decrypted text. */
function quoted(because: readonly Because[]): string {
  const words = because.flatMap(({ words: some }) => some);
  return words.length === 0 ? '' : ` ("${words.join('", "')}")`;
}

function policyLines({ verdict }: JudgedMail): readonly string[] {
  const { department, detail, outcome, reason, rule } = verdict;
  return [`${rule}: ${outcome} ${reason}, for ${department}`, ...detail];
}

/** One step each. None of them answers the mail: whoever sent it may not be who it says. */
const steps: Readonly<Record<EscalatedReason, string>> = {
  'unproven-sender': 'Ask the address on file whether it wrote exactly this mail; never answer the mail itself.',
  'not-primary': "Ask the admin's primary address whether this mail is theirs; never answer the secondary address.",
  'shared-mailbox': 'Ask an admin with a mailbox of their own; whoever reads a shared one cannot be told apart.',
  impersonation:
    'Compare the address letter by letter with the one it imitates, and reject if it is not a known partner.',
  suspicious: "Reach the sender over a way on file: the domain's own policy doubts this mail.",
  'bad-signature':
    'Ask the admin over a way on file for a new mail; trust nothing that the signature was meant to cover.',
  'cannot-decrypt': 'Ask the admin over a way on file to encrypt to the present key of this gateway.',
  'conflicting-proof': 'Find out over ways on file which of the two proven people wrote this.',
  unparseable: 'Look at the raw mail in the console, without opening its attachments.',
  abuse: 'Read the words in their place; if they are aimed at people, reject and deny, else accept.',
  'needs-authorization': 'Wait for another admin, the owner or the portal to agree; the mailbox that asked cannot.',
  recovery: 'Open a recovery case; confirm over a contact on file that is older than this mail.',
  doubtful: 'Read what is asked and decide which request it is.',
};

const unprovenAbuseStep =
  'Read the words in their place; if they are aimed at people, reject, but deny nobody: anybody may have written them.';

const unregisteredSteps: Partial<Record<EscalatedReason, string>> = {
  'needs-authorization': 'Reject, or point the sender to the portal: nobody on file asked, so nobody on file is asked.',
};

function nextStep({ verdict }: JudgedMail, { assurance, sender }: Evidence): string {
  if (verdict.outcome !== 'escalated') return 'Nothing: this mail is decided.';
  if (verdict.reason === 'abuse' && assurance !== 'proven') return unprovenAbuseStep;
  const isUnproven = assurance !== 'proven' || sender.standing.kind === 'unregistered';
  return (isUnproven ? unregisteredSteps[verdict.reason] : undefined) ?? steps[verdict.reason];
}

/**
 * Everything Postern ever says over SMTP, in one table: reason -> reply (RFC 5321 §4.2, RFC 3463).
 *
 * What the world is told and what staff read are two things: a reply speaks about the mail alone, never about our data
 * (POLICY "No oracle"). Whatever depends on the directory, the deny-list or a ticket answers the one constant 250.
 */
import type { DenylistFinding } from '../evidence/finding.ts';
import type { FormFault, FormFaultCode } from '../message/message.ts';
import type { Defer, DeferredReason, Reply, Verdict } from './verdict.ts';

/** What of the evidence a reply may depend on; an `Evidence` fits. */
export type ReplyContext = {
  readonly form: readonly FormFault[];
  /** Hits in force only. */
  readonly denylist: DenylistFinding;
};

/** Byte-identical for every mail that is taken: it holds no id, for an id would tell two outcomes apart. */
export const takenReply: Reply = reply(250, '2.0.0', 'Received');

export const deferredReplies: Readonly<Record<DeferredReason, Reply>> = {
  dns: reply(451, '4.4.3', 'A DNS answer is missing, try again later'),
  storage: reply(451, '4.3.0', 'Temporary trouble on our side, try again later'),
  queue: reply(451, '4.3.0', 'Temporary trouble on our side, try again later'),
  busy: reply(451, '4.3.2', 'Too busy at the moment, try again later'),
};

export const malformedReplies: Readonly<Record<FormFaultCode, Reply>> = {
  'no-from': malformed('the header has no From field'),
  'several-from-fields': malformed('the header has more than one From field'),
  'several-from-mailboxes': malformed('the From field names more than one mailbox'),
  'from-syntax': malformed('the From field does not hold one plain address'),
  'from-domain-not-canonical': malformed('the domain in the From field is not in canonical form'),
  'parsers-disagree': malformed('the From field can be read in more than one way'),
  'duplicate-singleton': malformed('a header field that may appear once appears with differing values'),
  'field-name-space': malformed('white space stands before the colon of a header field'),
  'bare-cr': malformed('it contains a CR without LF'),
  'bare-lf': malformed('it contains a LF without CR'),
  nul: malformed('it contains a NUL octet'),
  'header-syntax': malformed('the header contains a line that is not a header field'),
  'header-too-large': malformed('the header is too large'),
};

const ambiguousEnds: ReadonlySet<Reply> = new Set(
  (['bare-cr', 'bare-lf', 'nul'] as const).map((code) => malformedReplies[code]),
);

/** Sender and relays may disagree on where such a mail ended, so what follows it is not read (SMTP smuggling). */
export function endsSession(reply: Reply): boolean {
  return ambiguousEnds.has(reply);
}

/** R-FORGED: only the From domain's own published policy is spoken of (RFC 7372 §3.3 for the code's neighbour). */
export const forgedReply: Reply = reply(550, '5.7.26', 'The DMARC policy of the From domain rejects this mail');
export const deniedNetworkReply: Reply = reply(550, '5.7.1', 'Mail from your network is not accepted here');
export const deniedSenderReply: Reply = reply(550, '5.7.1', 'Mail from your address is not accepted here');

/** All that the listener says by itself. An empty `enhanced` stands where RFC 2034 §3 has no enhanced code. */
export const listenerReplies = {
  startTls: reply(220, '2.0.0', 'Go ahead with TLS'),
  bye: reply(221, '2.0.0', 'Bye'),
  help: reply(214, '2.0.0', 'Commands: EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP STARTTLS QUIT'),
  ok: reply(250, '2.0.0', 'OK'),
  senderOk: reply(250, '2.1.0', 'Sender OK'),
  recipientOk: reply(250, '2.1.5', 'Recipient OK'),
  noVerify: reply(252, '2.5.0', 'Addresses are not verified here, send the mail'),
  data: reply(354, '', 'End the data with <CR><LF>.<CR><LF>'),

  earlyTalker: reply(421, '4.5.1', 'Wait for the greeting before you talk'),
  http: reply(421, '4.5.1', 'This is not a web server'),
  tooManyConnections: reply(421, '4.3.2', 'Too many connections at the moment, try again later'),
  tooManyConnectionsFromYou: reply(421, '4.7.0', 'Too many connections from your address, try again later'),
  tooManyCommands: reply(421, '4.7.0', 'Too many commands in one session'),
  tooManyBadCommands: reply(421, '4.7.0', 'Too many bad commands'),
  idle: reply(421, '4.4.2', 'Idle for too long'),
  dataTooSlow: reply(421, '4.4.2', 'The data took too long'),
  sessionTooLong: reply(421, '4.4.2', 'The session took too long'),
  leaving: reply(421, '4.3.2', 'The service is stopping, try again later'),
  trouble: reply(421, '4.3.0', 'Temporary trouble on our side, try again later'),

  notTaken: reply(451, '4.3.0', 'Temporary trouble on our side, try again later'),
  tooManyMails: reply(451, '4.7.28', 'Too many mails from your address, try again later'),
  tooManyRecipients: reply(452, '4.5.3', 'Too many recipients'),

  lineFault: reply(500, '5.5.2', 'Command lines end in CR LF and hold no other CR, LF or NUL'),
  lineTooLong: reply(500, '5.5.2', 'Command line too long'),
  lineEncoding: reply(500, '5.5.2', 'Command line is not UTF-8'),
  unknownCommand: reply(500, '5.5.1', 'Command not recognised'),
  syntax: reply(501, '5.5.4', 'Syntax error in the arguments'),
  senderSyntax: reply(501, '5.1.7', 'Syntax error in the sender address'),
  recipientSyntax: reply(501, '5.1.3', 'Syntax error in the recipient address'),
  notOffered: reply(502, '5.5.1', 'Command not offered here'),
  helloFirst: reply(503, '5.5.1', 'Say EHLO or HELO first'),
  nestedMail: reply(503, '5.5.1', 'A mail is already under way'),
  mailFirst: reply(503, '5.5.1', 'MAIL comes first'),
  recipientFirst: reply(503, '5.5.1', 'No valid recipient yet'),
  wrongMoment: reply(503, '5.5.1', 'Not at this moment'),
  noSuchMailbox: reply(550, '5.1.1', 'No such mailbox here'),
  notAllowed: reply(550, '5.7.1', 'Not allowed'),
  tooLarge: reply(552, '5.3.4', 'The mail is larger than what is accepted here'),
  needsSmtpUtf8: reply(553, '5.6.7', 'An address outside ASCII needs the SMTPUTF8 parameter'),
  unknownParameter: reply(555, '5.5.4', 'A parameter is not recognised'),
} as const satisfies Readonly<Record<string, Reply>>;

/** The greeting and the first line of the answer to EHLO; no software name or version. */
export function greeting(hostName: string): Reply {
  return reply(220, '', `${hostName} ESMTP`);
}
export function hello(hostName: string): Reply {
  return reply(250, '', hostName);
}

/**
 * The one reply for one mail to one or several mailboxes: 451 when any decision is deferred (nothing is committed then),
 * 5xx only when all are 5xx, else the constant 250. `context` is null where no evidence was gathered.
 */
export function replyFor(decisions: readonly (Verdict | Defer)[], context: ReplyContext | null): Reply {
  const deferred = decisions.find((decision) => decision.outcome === 'deferred');
  if (deferred !== undefined) return deferredReplies[deferred.reason];
  const refusals = decisions.map((decision) => (decision.outcome === 'rejected' ? refusalOf(decision, context) : null));
  const first = refusals[0];
  return first === undefined || first === null || refusals.includes(null) ? takenReply : first;
}

type Rejected = Extract<Verdict, { outcome: 'rejected' }>;

/** The 5xx of a rejection, or null where it must look like any other mail. */
function refusalOf(verdict: Rejected, context: ReplyContext | null): Reply | null {
  switch (verdict.reason) {
    case 'malformed': {
      const fault = context?.form[0];
      return fault === undefined ? malformed('its form is wrong') : malformedReplies[fault.code];
    }
    case 'forged':
      return forgedReply;
    case 'deny-listed':
      return context === null ? null : denialOf(verdict, context.denylist);
    case 'automatic': // R-AUTO is silent
    case 'not-active-admin':
    case 'not-an-admin':
    case 'own-support-address':
    case 'insecure-channel':
    case 'support-ceased':
    case 'not-entitled':
    case 'refused': // decided after the mail was taken
      return null;
  }
}

/**
 * R-DENY. Entries for one mailbox or tenant always answer 250, so that a mail to two mailboxes cannot tell them apart.
 * A proven sender learns about its own address only: an envelope sender or a PGP key of its choice would be a probe.
 */
function denialOf(verdict: Rejected, denylist: DenylistFinding): Reply | null {
  const global = denylist.hits.filter((hit) => hit.entry.scope.kind === 'global');
  if (global.some((hit) => hit.subject === 'client-network')) return deniedNetworkReply;
  if (verdict.assurance === 'proven' && global.some((hit) => hit.subject === 'author')) return deniedSenderReply;
  return null;
}

function malformed(because: string): Reply {
  return reply(554, '5.6.0', `The mail is malformed: ${because}`);
}

function reply(code: number, enhanced: string, text: string): Reply {
  return { code, enhanced, text };
}

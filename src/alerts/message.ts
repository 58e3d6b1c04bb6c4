/**
 * What staff are told. Every word is ours: kinds, counts, closed words and ids, and where to look. Nothing that a
 * customer or a stranger wrote stands in it, no address and no name: it goes to telephones and other companies' programs.
 */
import { ageText } from '../sla/age-text.ts';
import type { Alert, AlertChange, Labels, Severity, Transition } from './alert.ts';
import type { AlertKind } from './kind.ts';

export type AlertMessage = {
  readonly alert: string;
  readonly change: AlertChange;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly severity: Severity;
  /** Epoch milliseconds of the change, and of the first sign. */
  readonly at: number;
  readonly beganAt: number;
  /** One line. */
  readonly title: string;
  /** What to do, one or two sentences. */
  readonly advice: string;
  /** Page of the console. */
  readonly path: string;
  /** In the unit of the kind (`rule.ts`); null for events. */
  readonly value: number | null;
  /** Events that this tells of, and in all. */
  readonly events: { readonly told: number; readonly all: number };
  readonly labels: Labels;
  readonly references: readonly string[];
};

export function messageOf({ alert, at, change, told }: Transition): AlertMessage {
  const { beganAt, count, id, kind, labels, references, severity, subject, value } = alert;
  const wording = wordings[kind];
  return {
    alert: id,
    change,
    kind,
    subject,
    severity,
    at,
    beganAt,
    title: titleOf(wording, alert, change, at, told),
    advice: change === 'resolved' ? 'Nothing is left to do.' : wording.advice,
    path: typeof wording.path === 'string' ? wording.path : wording.path(subject),
    value,
    events: { told, all: count },
    labels,
    references,
  };
}

/** The same for staff who look at an open alert. */
export function titleNow(alert: Alert): string {
  return `${wordings[alert.kind].what(alert.subject)}: ${saying(wordings[alert.kind], alert, alert.count)}`;
}

export function adviceOf(kind: AlertKind): string {
  return wordings[kind].advice;
}

function titleOf(wording: Wording, alert: Alert, change: AlertChange, at: number, told: number): string {
  const what = wording.what(alert.subject);
  if (change === 'resolved' && alert.value !== null) return `${what}: over after ${ageText(at - alert.beganAt)}`;
  if (change === 'resolved') return `${what}: no more came`;
  const said = `${what}: ${saying(wording, alert, told === 0 ? alert.count : told)}`;
  return change === 'reminded' && alert.value !== null ? `${said}, for ${ageText(at - alert.beganAt)} now` : said;
}

function saying({ says }: Wording, { labels, value }: Alert, events: number): string {
  const by = Object.entries(labels).toSorted(([, one], [, other]) => other - one);
  const inAll = by.reduce((sum, [, count]) => sum + count, 0);
  const split = by.map(([label, count]) => `${count} ${label}`).join(', ');
  const said = says(value ?? events);
  if (by.length === 0) return said;
  return inAll === events ? `${said} (${split})` : `${said} (in all: ${split})`;
}

type Wording = {
  readonly what: (subject: string) => string;
  /** Of the value, or of the number of events. */
  readonly says: (number: number) => string;
  readonly advice: string;
  readonly path: string | ((subject: string) => string);
};

const wordings: Readonly<Record<AlertKind, Wording>> = {
  'queue-age': {
    what: (queue) => `Queue ${queue}`,
    says: (ms) => `its oldest job has waited for ${ageText(ms)}`,
    advice: 'See whether workers run, and what their log says of this queue. Nothing is lost: jobs wait in Redis.',
    path: '/queues',
  },
  'no-mail': {
    what: () => 'Incoming mail',
    says: (ms) => `none for ${ageText(ms)} of business hours`,
    advice: 'Send a mail to a mailbox from outside. If it does not come: MX records, firewall, the listener’s log.',
    path: '/',
  },
  'job-failures': {
    what: (queue) => `Queue ${queue}`,
    says: (percent) => `${Math.round(percent)} % of its jobs died lately`,
    advice: 'The page groups dead letters by cause. Mend the cause, then put them back to work.',
    path: '/queues',
  },
  'escalation-waiting': {
    what: () => 'Escalated mail',
    says: (ms) => `one has waited for ${ageText(ms)} for a decision`,
    advice: 'Somebody with the role trust decides, oldest first.',
    path: '/reviews',
  },
  'response-due': {
    what: () => 'Response times',
    says: (n) => `${plural(n, 'answer is', 'answers are')} due soon`,
    advice: 'Answer the tickets that are named first, at the help desk.',
    path: '/alerts',
  },
  'response-breached': {
    what: () => 'Response times',
    says: (n) => `${plural(n, 'answer is', 'answers are')} overdue`,
    advice: 'Answer the tickets that are named, at the help desk: the promise of their tier is broken.',
    path: '/alerts',
  },
  'case-due': {
    what: (id) => `Recovery case ${id}`,
    says: (ms) => (ms <= 0 ? `something is overdue since ${ageText(-ms)}` : `something is due within ${ageText(ms)}`),
    advice: 'The case says what is due and who may do it.',
    path: (id) => `/cases/${id}`,
  },
  'mail-deferred': {
    what: (cause) => `Deferred mail (${cause})`,
    says: (n) => `${plural(n, 'mail was', 'mails were')} answered 451 lately`,
    advice:
      'Senders try again for days, so nothing is lost yet. dns: the resolvers; storage: the spool; queue: Redis; busy: load.',
    path: '/',
  },
  disk: {
    what: (machine) => `Disk of ${machine}`,
    says: (percent) => `${percent.toFixed(1)} % is free`,
    advice: 'Free space under the data directory, or shorten retention. A full disk defers all mail.',
    path: '/',
  },
  certificate: {
    what: (machine) => `TLS certificate of ${machine}`,
    says: (ms) => (ms <= 0 ? `expired ${ageText(-ms)} ago` : `ends in ${ageText(ms)}`),
    advice: 'Renew it; it is read anew when the file changes.',
    path: '/',
  },
  'pgp-key': {
    what: () => 'PGP key of the gateway',
    says: (ms) => (ms <= 0 ? `expired ${ageText(-ms)} ago` : `the last one ends in ${ageText(ms)}`),
    advice: 'Make another with `postern keys generate`, hand it to customers, keep the old one to decrypt.',
    path: '/',
  },
  'admin-key': {
    what: () => 'PGP keys of admins',
    says: (n) => `the last one of ${plural(n, 'active admin')} ends soon or has ended`,
    advice: 'The page names them. Ask each over a way on file for a new key, and register it before the old one ends.',
    path: '/directory/ending-keys',
  },
  parked: {
    what: (target) => `Deliveries to ${target}`,
    says: (n) => `${plural(n, 'was', 'were')} given up`,
    advice:
      'See why (`postern notices`, `postern alerts list`, for engineering `postern case list`, the log), mend the target, and try them anew.',
    path: '/alerts',
  },
  'target-stalled': {
    what: (target) => `Deliveries to ${target}`,
    says: (ms) => `none was taken for ${ageText(ms)} while some wait`,
    advice:
      'Nothing is lost yet: they are tried until they are parked. The log of the workers and `postern parked list` say why; mend the target, or what lies between.',
    path: '/alerts',
  },
  'workers-silent': {
    what: () => 'Workers',
    says: () => 'none gives a sign of life',
    advice: 'Start them, or see why they do not reach Redis. Mail is taken and waits in the queues.',
    path: '/queues',
  },
  'spool-backlog': {
    what: (machine) => `Spool (${machine})`,
    says: (ms) => `mail from ${ageText(ms)} ago has no trace`,
    advice: 'Dead letters of the outcome queues say why. The sweep brings the mail back each minute.',
    path: '/queues',
  },
  'retention-stuck': {
    what: (machine) => `Retention (${machine})`,
    says: (n) => `${plural(n, 'thing', 'things')} that should be gone could not be removed`,
    advice:
      'The log of the workers names them and why: a permission or a read-only disk, mostly. They are tried again each day.',
    path: '/alerts',
  },
  'retention-held': {
    what: (machine) => `Retention (${machine})`,
    says: () => 'nothing is removed by its age, because the clock is in doubt',
    advice:
      'The log of the workers says why. Set the clock if it is wrong. Where nothing ran for days it goes on by itself three days later.',
    path: '/alerts',
  },
  'redis-away': {
    what: (machine) => `Redis (${machine})`,
    says: () => 'does not answer',
    advice: 'Mail is deferred with 451 until it does; what was taken is on disk.',
    path: '/',
  },
  escalated: {
    what: () => 'Escalated mail',
    says: (n) => `${plural(n, 'mail waits', 'mails wait')} for a decision`,
    advice: 'Somebody with the role trust decides. Ask nobody by answering the mail: use what is on file.',
    path: '/reviews',
  },
  'impersonation-reported': {
    what: () => 'Impersonation',
    says: (n) => `the owner of an address says of ${plural(n, 'mail')}: this was not me`,
    advice: 'The mail is forged or the mailbox was broken into: call a contact on file before anything else is done.',
    path: '/reviews',
  },
  'verification-answered': {
    what: () => 'Questions to addresses on file',
    says: (n) => `${plural(n, 'was', 'were')} answered or withdrawn, and a person goes on`,
    advice:
      'An answer is evidence; staff decide. Withdrawn: who was asked is no longer on file, and nobody else is asked.',
    path: '/reviews',
  },
  'case-alarm': {
    what: (id) => `Recovery case ${id}`,
    says: (n) => plural(n, 'alarm'),
    advice: 'Look before anything else is done in the case: the case says what happened.',
    path: (id) => `/cases/${id}`,
  },
  'deny-proposal': {
    what: () => 'Deny-list',
    says: (n) => `${plural(n, 'entry was', 'entries were')} proposed`,
    advice: 'Enter or dismiss them with the decision about their mail.',
    path: '/reviews',
  },
  'log-in-guessing': {
    what: () => 'Log-ins to the console',
    says: () => 'ten and more failed, one after the other',
    advice: 'The page says whose and from where. Guessing is slowed by itself; a passkey cannot be guessed.',
    path: '/staff',
  },
  test: {
    what: () => 'Test',
    says: () => 'somebody tries whether alerts arrive',
    advice: 'Nothing is wrong.',
    path: '/alerts',
  },
};

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

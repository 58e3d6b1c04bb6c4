/** From a notice to its letter. Pure. What may be told about a ticket is told to active customers only. */
import { english } from './english.ts';
import { french } from './french.ts';
import { type Block, facts, type Letter, link, list, text } from './letter.ts';
import type { Language, Notice } from './notice.ts';
import type { Wording } from './wording.ts';

export type LetterSettings = {
  /** Last line of every letter: the company or its support team. */
  readonly signature: string;
  readonly adminPortal: string;
  readonly knowledgeBase: string;
};

/** What a letter may speak of besides the notice itself. */
export type LetterFacts = {
  /** When the mail reached us, epoch milliseconds. */
  readonly receivedAt: number;
  /** Our id of the mail: staff find it by this. */
  readonly reference: string;
  /** The ticket of an active customer; ignored by every other notice. */
  readonly ticket: {
    readonly number: string;
    /** The mail joined a ticket that was open. */
    readonly joined: boolean;
    /** When the answer is due, epoch milliseconds; null where none is promised. */
    readonly dueAt: number | null;
    /** IANA name. */
    readonly timezone: string;
  } | null;
};

const wordings: Readonly<Record<Language, Wording>> = { en: english, fr: french };

export function writeLetter(notice: Notice, given: LetterFacts, settings: LetterSettings): Letter {
  const wording = wordings[notice.language];
  const ticket = speaksOfTicket(notice) ? given.ticket : null;
  const about: LetterFacts = { ...given, ticket };
  const body = [...bodyOf(notice, about, wording, settings), ...rotateBlocks(notice, wording)];
  return letterOf(notice.language, subjectOf(notice, about, wording), body, settings);
}

/** Instead of a letter that may not go in clear: it was to be encrypted, and there is no key that can be used. */
export function bareLetter({ closing, greeting, language, outerSubject }: Letter, reference: string | null): Letter {
  const wording = wordings[language === 'fr' ? 'fr' : 'en'];
  const named = reference === null ? [] : [facts([[wording.labels.reference, reference]])];
  const blocks = [
    ...wording.noKey.map((words) => text(words)),
    ...named,
    text(`${wording.automatic} ${wording.never}`),
  ];
  return { language, subject: outerSubject, outerSubject, greeting, blocks, closing };
}

function letterOf(language: Language, subject: string, body: readonly Block[], { signature }: LetterSettings): Letter {
  const { automatic, closing, greeting, never, outerSubject } = wordings[language];
  const blocks = [...body, text(`${automatic} ${never}`)];
  return { language, subject, outerSubject, greeting, blocks, closing: [closing, signature] };
}

function speaksOfTicket({ kind }: Notice): boolean {
  return kind === 'received' || kind === 'never-done';
}

function subjectOf(notice: Notice, { ticket }: LetterFacts, { subjects }: Wording): string {
  if (notice.rotate.length > 0) return subjects.rotate;
  return notice.kind === 'received' && ticket?.joined === true ? subjects.joined : subjects[notice.kind];
}

function bodyOf(notice: Notice, about: LetterFacts, wording: Wording, settings: LetterSettings): readonly Block[] {
  const reached = text(wording.reached(moment(about.receivedAt, 'UTC', wording)));
  switch (notice.kind) {
    case 'received':
      return [reached, ...ticketBlocks(about, wording), ...(about.ticket === null ? [] : [text(wording.answerToAdd)])];
    case 'receipt':
      return [reached, referenceBlock(about, wording), ...wording.receipt.map((words) => text(words))];
    case 'not-entitled':
      return [
        reached,
        text(wording.notEntitled.why),
        link(wording.notEntitled.where, settings.knowledgeBase),
        text(wording.notEntitled.buy),
      ];
    case 'channel-refused':
      return [
        text(wording.channel.why(moment(about.receivedAt, 'UTC', wording))),
        list(demandsOf(notice.demands, wording)),
        link(wording.channel.again, settings.adminPortal),
      ];
    case 'never-done':
      return [
        reached,
        ...ticketBlocks(about, wording),
        text(wording.neverDone.why),
        list(notice.prohibitions.map((prohibition) => wording.neverDone.deeds[prohibition])),
        link(wording.neverDone.alone, settings.adminPortal),
        text(wording.neverDone.otherwise),
      ];
    case 'needs-authorization':
      return [reached, referenceBlock(about, wording), ...wording.authorization.map((words) => text(words))];
  }
}

function referenceBlock({ reference }: LetterFacts, { labels }: Wording): Block {
  return facts([[labels.reference, reference]]);
}

function ticketBlocks(about: LetterFacts, wording: Wording): readonly Block[] {
  const { labels } = wording;
  const { ticket } = about;
  if (ticket === null) return [referenceBlock(about, wording)];
  const due = ticket.dueAt === null ? [] : [[labels.answerBy, moment(ticket.dueAt, ticket.timezone, wording)] as const];
  const rows = facts([[labels.ticket, ticket.number], ...due]);
  return ticket.joined ? [rows, text(wording.joined)] : [rows];
}

function demandsOf(
  { pgp, tls }: Extract<Notice, { kind: 'channel-refused' }>['demands'],
  { channel }: Wording,
): readonly string[] {
  const byPgp = { none: [], signed: [channel.sign], 'encrypted-signed': [channel.encryptSign] }[pgp];
  return tls ? [...byPgp, channel.tls] : byPgp;
}

function rotateBlocks({ language, rotate }: Notice, wording: Wording): readonly Block[] {
  if (rotate.length === 0) return [];
  const names = rotate.map((kind) => wording.rotate.names[kind]);
  const spoken = new Intl.ListFormat(language, { type: 'conjunction' }).format(names);
  return [text(wording.rotate.found(spoken))];
}

/** Day, time and zone in full: no reader has to guess which of the numbers is the month. */
function moment(at: number, timeZone: string, { locale }: Wording): string {
  const format = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  });
  return format.format(at);
}

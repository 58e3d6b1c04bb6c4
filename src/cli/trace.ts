/** `postern trace`: where a mail went, and why. */

import { isIP } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { canonicalAddress } from '../address/mailbox.ts';
import type { Config } from '../config/config.ts';
import type { Refusal } from '../records/refusals.ts';
import type { TraceQuery } from '../records/trace-search.ts';
import {
  acceptedReasons,
  escalatedReasons,
  type Reason,
  type RuleId,
  rejectedReasons,
  ruleIds,
  type Verdict,
} from '../verdict/verdict.ts';
import { CliError, exitCodes } from './cli-error.ts';
import type { CliContext } from './context.ts';
import type { OpenTrace } from './open-trace.ts';
import { newCommand } from './run-command.ts';
import { timeOption } from './time-option.ts';
import { mailLine, mailTable, refusalLine, refusalTable, type TraceRow } from './trace-list.ts';
import { type NamedMail, readWords, type WordsQuery } from './trace-query.ts';
import { judgeAgain, storyLine, storyText } from './trace-story.ts';

export type TraceContext = CliContext & {
  /** Throws `ConfigError`. */
  config(): Config;
  /** Rejects with a `CliError` of exit code 69 when there are no records. */
  openTrace(): Promise<OpenTrace>;
};

type TraceOptions = {
  readonly from?: string;
  readonly to?: string;
  readonly ip?: string;
  readonly tenant?: string;
  readonly since?: number;
  readonly until?: number;
  readonly outcome?: Verdict['outcome'];
  readonly reason?: Reason;
  readonly rule?: RuleId;
  readonly limit: number;
  readonly refusals?: true;
  readonly json?: true;
};

const outcomes = ['accepted', 'rejected', 'escalated'] as const;
const reasons = [...acceptedReasons, ...rejectedReasons, ...escalatedReasons];
const mostRows = 500;

export function traceCommand(context: TraceContext): Command {
  const time = timeOption(() => context.now());
  return newCommand(context, 'trace')
    .description('where a mail went, and why: the newest mails, those that match, or the whole story of one')
    .argument(
      '[query...]',
      'id, Message-ID, ticket, mail address, domain, client address, rule, day, words of the subject',
    )
    .option('--from <address>', 'author or envelope sender', readAddress)
    .option('--to <address>', 'mailbox', readAddress)
    .option('--ip <address>', 'client address', readIp)
    .option('--tenant <id>', 'tenant of the author, proven or claimed')
    .option('--since <time>', 'received at or after this ISO 8601 time, or 90m, 12h, 7d, 2w ago', time)
    .option('--until <time>', 'received before it', time)
    .addOption(new Option('--outcome <outcome>', 'only these').choices([...outcomes]))
    .addOption(new Option('--reason <reason>', 'only these').choices(reasons))
    .addOption(new Option('--rule <id>', 'decided by this rule').choices([...ruleIds]))
    .option('--limit <number>', 'most rows', readLimit, 20)
    .option('--refusals', 'what was refused in the session, before there was a mail')
    .option('--json', 'one JSON object a line: a story for an id, else a row for each mail')
    .action((words: string[], options: TraceOptions) => trace(context, words, options));
}

async function trace(context: TraceContext, words: readonly string[], options: TraceOptions): Promise<void> {
  const query = readWords(words);
  const records = await context.openTrace();
  try {
    if (query.named !== null) {
      const stories = await storiesOf(records, query.named);
      if (stories.length > 0) return await tell(context, records, stories, options.json ?? false);
    }
    const isEmpty = await list(context, records, query, options);
    if (isEmpty && query.named !== null) throw new CliError(exitCodes.notFound, 'trace: no mail has this id');
  } finally {
    await records.close();
  }
}

/** The messages that an id names; a word that only looks like one names none. */
async function storiesOf({ trace: mails, tickets }: OpenTrace, named: NamedMail): Promise<readonly string[]> {
  switch (named.kind) {
    case 'message':
      return (await mails.get(named.messageId)) === null ? [] : [named.messageId];
    case 'mail': {
      const { rows } = await mails.search({ mailId: named.mailId, limit: mostRows });
      return rows.map(({ message_id }) => message_id).toReversed();
    }
    case 'ticket': {
      const ticket = await tickets.byNumber(named.number);
      return ticket === null ? [] : [ticket.message_id];
    }
  }
}

async function tell(
  context: TraceContext,
  { trace: mails }: OpenTrace,
  messageIds: readonly string[],
  json: boolean,
): Promise<void> {
  const config = context.config();
  for (const messageId of messageIds) {
    const record = await mails.get(messageId);
    if (record === null) continue;
    const again = judgeAgain(record, config);
    context.stdout.write(json ? storyLine(record, again) : storyText(record, again));
  }
}

/** Resolves with whether there was nothing to list. */
async function list(
  context: TraceContext,
  records: OpenTrace,
  words: WordsQuery,
  options: TraceOptions,
): Promise<boolean> {
  const json = options.json ?? false;
  const found = options.refusals ? { rows: [], isMore: false } : await mailsOf(records, words, options);
  const refusals = await refusalsOf(records, words, options);
  const [only] = found.rows;
  if (!json && only !== undefined && found.rows.length === 1 && refusals.length === 0) {
    await tell(context, records, [only.message_id], false);
    return false;
  }
  if (json) {
    context.stdout.write([...found.rows.map(mailLine), ...refusals.map(refusalLine)].join(''));
  } else {
    const tables = [
      ...(found.rows.length === 0 ? [] : [mailTable(found.rows)]),
      ...(refusals.length === 0 ? [] : [refusalTable(refusals)]),
    ];
    context.stdout.write(tables.join('\n'));
  }
  const isEmpty = found.rows.length === 0 && refusals.length === 0;
  if (isEmpty) context.stderr.write(nothingText(words, options));
  else if (found.isMore) context.stderr.write('there are more: --limit, or a narrower --since and --until\n');
  return isEmpty;
}

type Found = { readonly rows: readonly TraceRow[]; readonly isMore: boolean };

async function mailsOf(records: OpenTrace, words: WordsQuery, options: TraceOptions): Promise<Found> {
  const founds = await Promise.all(
    words.searches.map((search) => searchAll(records, search, words.otherAddresses, options)),
  );
  const byId = new Map(founds.flatMap(({ rows }) => rows.map((row) => [row.message_id, row])));
  const rows = [...byId.values()].toSorted(newestFirst);
  return {
    rows: rows.slice(0, options.limit),
    isMore: rows.length > options.limit || founds.some(({ isMore }) => isMore),
  };
}

/** Who wrote and who was written to are one kind of address to the index: which of them is looked at here. */
async function searchAll(
  { trace: mails }: OpenTrace,
  words: Partial<TraceQuery>,
  otherAddresses: readonly string[],
  options: TraceOptions,
): Promise<Found> {
  const query = { ...words, ...queryOf(words, options) };
  const isSifted = otherAddresses.length > 0 || options.from !== undefined || options.to !== undefined;
  const limit = isSifted ? mostRows : options.limit + 1;
  const rows: TraceRow[] = [];
  let after: string | null = null;
  do {
    const page = await mails.search({ ...query, limit, ...(after === null ? {} : { after }) });
    rows.push(...page.rows.filter((row) => matches(row, otherAddresses, options)));
    after = page.next;
  } while (after !== null && rows.length <= options.limit);
  return { rows: rows.slice(0, options.limit), isMore: rows.length > options.limit };
}

function queryOf(words: Partial<TraceQuery>, options: TraceOptions): Partial<TraceQuery> {
  const { from, to, ip, tenant, since, until, outcome, reason, rule } = options;
  const address = words.address ?? from ?? to;
  return {
    ...(address === undefined ? {} : { address }),
    ...(ip === undefined ? {} : { ip }),
    ...(tenant === undefined ? {} : { tenantId: tenant }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(reason === undefined ? {} : { reason }),
    ...(rule === undefined ? {} : { rule }),
  };
}

function matches(row: TraceRow, otherAddresses: readonly string[], { from, to }: TraceOptions): boolean {
  const senders = [row.sender_address, row.mail_from];
  if (from !== undefined && !senders.includes(from)) return false;
  if (to !== undefined && row.recipient !== to) return false;
  return otherAddresses.every((address) => [...senders, row.recipient].includes(address));
}

function newestFirst(one: TraceRow, other: TraceRow): number {
  return other.received_at - one.received_at || (other.message_id < one.message_id ? -1 : 1);
}

/** On demand, and where an address or client address is asked for: a mail that was never taken shows only here. */
async function refusalsOf(
  { refusals }: OpenTrace,
  words: WordsQuery,
  options: TraceOptions,
): Promise<readonly Refusal[]> {
  const ip = words.ip ?? options.ip;
  const address = words.address ?? options.from ?? options.to;
  const isVerdictAsked = [options.outcome, options.reason, options.rule, options.tenant].some(
    (one) => one !== undefined,
  );
  if (!options.refusals && (isVerdictAsked || (ip === undefined && address === undefined))) return [];
  const [day] = words.searches;
  const since = options.since ?? day?.since;
  const until = options.until ?? day?.until;
  return refusals.search({
    limit: options.limit,
    ...(ip === undefined ? {} : { ip }),
    ...(address === undefined ? {} : { address }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  });
}

function nothingText(words: WordsQuery, options: TraceOptions): string {
  const isAnything = words.searches.every((search) => Object.keys(search).length === 0) && words.named === null;
  const isNarrowed = Object.keys(options).some((name) => !['limit', 'json', 'refusals'].includes(name));
  if (options.refusals) return 'nothing was refused in a session that matches\n';
  if (isAnything && !isNarrowed) {
    return 'no mail yet; send some: npm run -s postern -- send samples/\n';
  }
  return [
    'nothing found; try',
    '  fewer words, the domain alone, or the address of the client',
    '  a longer time: --since 7d',
    '  what was refused before there was a mail: --refusals',
    '  what still waits for a worker: npm run -s postern -- queues',
    '',
  ].join('\n');
}

function readAddress(value: string): string {
  const address = canonicalAddress(value.trim().replace(/^<(.*)>$/, '$1'));
  if (address === null) throw new InvalidArgumentError('not a mail address.');
  return address;
}

function readIp(value: string): string {
  if (isIP(value) === 0) throw new InvalidArgumentError('not an IP address.');
  return value;
}

function readLimit(value: string): number {
  const limit = Number(value);
  if (!/^\d{1,3}$/.test(value) || limit < 1 || limit > mostRows) {
    throw new InvalidArgumentError(`A number from 1 to ${mostRows}.`);
  }
  return limit;
}

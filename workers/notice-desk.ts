/**
 * The desk of notices: decides what a recorded mail gives, and has a lane that sends what waits in the outbox.
 *
 *   decide: trace -> noticeFor -> the mail itself (does it answer one of ours?) -> limits -> *waiting* in the outbox
 *
 * Each step may be the last one of this worker. Without a relay all stays in the outbox, where staff see it.
 */
import type { Standing } from '../src/directory/tenant.ts';
import type { RetrySchedule } from '../src/handoff/attempt.ts';
import type { BreakerSettings } from '../src/handoff/breaker.ts';
import { jobIdOf } from '../src/jobs/judged-mail.ts';
import type { Message } from '../src/message/message.ts';
import { type LimitSettings, limitsOf } from '../src/notices/limits.ts';
import { evidenceAfter, noticeFor, type OwnAddresses } from '../src/notices/notice-for.ts';
import { isNoticeMessageId, noticeMessageId } from '../src/notices/notice-mail.ts';
import type { NoticeTarget, Outgoing } from '../src/notices/outgoing.ts';
import { type LetterFacts, type LetterSettings, writeLetter } from '../src/notices/write-letter.ts';
import type { Logger } from '../src/observe/logger.ts';
import type { NoticeRecords, Opened, Opening } from '../src/records/notices.ts';
import type { Outbox } from '../src/records/outbox.ts';
import type { TraceRecord } from '../src/records/trace.ts';
import type { ResponseClock } from '../src/tickets/clock.ts';
import { createBatcher } from './batch.ts';
import { ofSpool } from './judged.ts';
import { type Lanes, startLanes } from './lanes.ts';
import type { Sender } from './targets/sender.ts';

export type NoticeDeskOptions = {
  readonly records: Pick<NoticeRecords, 'open' | 'usedUp' | 'get'> & Outbox<Outgoing>;
  readonly trace: { get(messageId: string): Promise<TraceRecord | null> };
  readonly tickets: {
    clock(ticketId: string): Promise<ResponseClock | null>;
    /** Answers to this Message-ID join the ticket. */
    rememberSent(ticketId: string, messageId: string): Promise<void>;
  };
  /** Reads a mail of the spool. Rejects with `SpoolMissing` or `SpoolCorrupt`. */
  readonly read: (spoolKey: string) => Promise<Message>;
  /** By relay; null when none is configured. */
  readonly sender: Sender<Outgoing> | null;
  readonly isOwn: OwnAddresses;
  /** Domains of our mailboxes. */
  readonly ownDomains: readonly string[];
  /** Where answers to a ticket are sent so that they join it. */
  readonly replyAddress: (number: string, mailbox: string) => string;
  readonly letters: LetterSettings;
  readonly limits: LimitSettings;
  readonly schedule: RetrySchedule;
  readonly breaker: BreakerSettings;
  /** Notices sent at once. */
  readonly atOnce: number;
  /** A worker that has held a notice for longer is taken as dead; longer than the relay's time-outs. Milliseconds. */
  readonly leaseMs: number;
  readonly logger: Logger;
  /** Counts what was not let out. */
  readonly suppressed: (kind: string) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly chance: () => number;
};

export type Decided = 'none' | 'waiting' | 'suppressed';

export type NoticeDesk = {
  /** Decides once for each job of a mail, named by its id. Rejects when records or spool do; then nothing was decided. */
  decide(id: string): Promise<Decided>;
  /** Says that something may be due. Never rejects. */
  wake(): void;
  /** Begins to send all that is due. Rejects when the records do. */
  poll(): Promise<void>;
  /** Resolves when nothing is in hand. */
  idle(): Promise<void>;
  /** Takes nothing more and waits for what is in hand. */
  stop(): Promise<void>;
};

const openBatch = 100;
const openWaitMs = 10;
const relayTarget: NoticeTarget = 'relay';

export function openNoticeDesk(options: NoticeDeskOptions): NoticeDesk {
  const { now, records, sender } = options;
  // Without a relay there is no lane: what waits is no stray.
  const lanes: Lanes | null =
    sender === null
      ? null
      : startLanes<Outgoing>({
          ...options,
          senders: new Map([[relayTarget, sender]]),
          observe: () => undefined,
        });
  // A flood of mail must not become a flood of transactions.
  const openings = createBatcher<Opening, Opened>({
    size: openBatch,
    waitMs: openWaitMs,
    write: (batch) => records.open(batch, now()),
    isOutage: (error) => error instanceof Error && error.name === 'RecordsUnavailable',
  });
  const open = async (opening: Opening): Promise<Decided> => {
    if ((await openings.add(opening)) !== 'suppressed') return 'waiting';
    options.suppressed('suppressed' in opening ? opening.suppressed.kind : opening.outgoing.kind);
    return 'suppressed';
  };
  return {
    decide: (id) => decide(options, open, id),
    wake: () => lanes?.wake(relayTarget),
    poll: async () => lanes?.poll(),
    idle: async () => lanes?.idle(),
    async stop() {
      await lanes?.stop();
      await openings.drained();
    },
  };
}

async function decide(
  options: NoticeDeskOptions,
  open: (opening: Opening) => Promise<Decided>,
  id: string,
): Promise<Decided> {
  const { letters, limits, now, records, tickets, trace } = options;
  const known = await records.get(id);
  if (known !== null) return known.state === 'suppressed' ? 'suppressed' : 'waiting';
  const messageId = id.replace(/-f\d+$/, '');
  const record = await trace.get(messageId);
  if (record === null || record.evidence === null || record.row.duplicate_of !== null) return 'none';
  // What counts is the decision as it was written, not what stands in Redis.
  const judged = [record.judged, ...record.followUps.map(({ mail }) => mail)].find((mail) => jobIdOf(mail) === id);
  if (judged === undefined) return 'none';
  const notice = noticeFor(judged, evidenceAfter(judged, record.evidence), options.isOwn);
  const { spoolKey } = judged;
  if (notice === null || spoolKey === null) return 'none';
  const summary = { id, messageId, kind: notice.kind, to: notice.to, language: notice.language };
  const limitsOfIt = limitsOf(notice, limits);
  const spent = await records.usedUp(limitsOfIt, now());
  if (spent !== null) return open({ suppressed: summary, cause: spent });
  const message = await ofSpool(() => options.read(spoolKey));
  // What cannot be read may be the answer to an answer.
  if (message.content.kind === 'unparseable') return 'none';
  const { inReplyTo, references } = message.content.content;
  const about = await factsOf(options, record);
  const mailbox = judged.envelope.recipient;
  const saysTicket = notice.kind === 'received' || notice.kind === 'never-done';
  const outgoing: Outgoing = {
    id,
    messageId,
    kind: notice.kind,
    to: notice.to,
    from: { name: letters.signature, address: mailbox },
    // A receipt is the same for everybody, whether or not there is a ticket.
    replyTo: saysTicket && about.ticket !== null ? options.replyAddress(about.ticket.number, mailbox) : null,
    answers: { messageId: record.row.rfc_message_id, references },
    letter: writeLetter(notice, about, letters),
    envelopeFrom: '', // RFC 3834 §3.3
    encrypts: notice.kind !== 'receipt',
  };
  if ([...references, inReplyTo ?? ''].some((other) => isNoticeMessageId(other, options.ownDomains))) {
    return open({ suppressed: summary, cause: 'it answers a notice' });
  }
  // Before it is in the outbox: a worker that dies in between decides again, and one that died after it would not. An id
  // under which nothing was sent after all names the ticket to nobody.
  if (record.ticket !== null) await tickets.rememberSent(record.ticket.message_id, noticeMessageId(id, mailbox));
  return open({ outgoing, limits: limitsOfIt });
}

async function factsOf({ tickets }: NoticeDeskOptions, record: TraceRecord): Promise<LetterFacts> {
  const { evidence, judged, ticket } = record;
  const reference = judged.messageId;
  if (ticket === null || evidence === null) return { receivedAt: judged.receivedAt, reference, ticket: null };
  const clock = await tickets.clock(ticket.message_id);
  const isRunning = clock !== null && (clock.state === 'due' || clock.state === 'warned');
  return {
    receivedAt: judged.receivedAt,
    reference,
    ticket: {
      number: ticket.number,
      joined: ticket.message_id !== judged.messageId,
      dueAt: isRunning ? clock.dueAt : null,
      timezone: timezoneOf(evidence.sender.standing),
    },
  };
}

function timezoneOf(standing: Standing): string {
  return standing.kind === 'unregistered' ? 'UTC' : standing.tenant.timezone;
}

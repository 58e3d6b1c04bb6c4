/**
 * The desk of notices: decides what a recorded mail gives, and sends what waits in the outbox.
 *
 *   decide: trace -> noticeFor -> the mail itself (does it answer one of ours?) -> limits -> *waiting* in the outbox
 *   deliver: take in hand (lease) -> build, sign, encrypt -> relay -> *sent*, *retrying* or *parked*
 *
 * Each step may be the last one of this worker. A mail that was handed to the relay before the worker died is sent again
 * under the same Message-ID. Without a relay all stays in the outbox, where staff see it.
 */
import type { PrivateKey } from 'openpgp';
import type { RegisteredKey, Standing } from '../src/directory/tenant.ts';
import { afterAttempt, type RetrySchedule } from '../src/handoff/attempt.ts';
import { admit, afterTry, type Breaker, type BreakerSettings, closedBreaker } from '../src/handoff/breaker.ts';
import { jobIdOf } from '../src/jobs/judged-mail.ts';
import type { Message } from '../src/message/message.ts';
import { type BounceKeys, bounceAddress } from '../src/notices/bounce-address.ts';
import { type LimitSettings, limitsOf } from '../src/notices/limits.ts';
import { encryptionKeysOf } from '../src/notices/mail-keys.ts';
import type { CaseNotice } from '../src/notices/notice.ts';
import { evidenceAfter, noticeFor, type OwnAddresses } from '../src/notices/notice-for.ts';
import { isNoticeMessageId, noticeMail, noticeMessageId } from '../src/notices/notice-mail.ts';
import type { Outgoing } from '../src/notices/outgoing.ts';
import { type LetterFacts, type LetterSettings, writeCaseLetter, writeLetter } from '../src/notices/write-letter.ts';
import type { Logger } from '../src/observe/logger.ts';
import type { ClaimedNotice, NoticeRecords, NoticeSettlement, Opened, Opening } from '../src/records/notices.ts';
import type { TraceRecord } from '../src/records/trace.ts';
import type { Relay, RelayAnswer } from '../src/relay/relay.ts';
import type { ResponseClock } from '../src/tickets/clock.ts';
import { createBatcher } from './batch.ts';
import { ofSpool } from './judged.ts';

export type NoticeDeskOptions = {
  readonly records: Pick<NoticeRecords, 'open' | 'usedUp' | 'claim' | 'settle' | 'get'>;
  readonly trace: { get(messageId: string): Promise<TraceRecord | null> };
  readonly tickets: {
    clock(ticketId: string): Promise<ResponseClock | null>;
    /** Answers to this Message-ID join the ticket. */
    rememberSent(ticketId: string, messageId: string): Promise<void>;
  };
  /** Reads a mail of the spool. Rejects with `SpoolMissing` or `SpoolCorrupt`. */
  readonly read: (spoolKey: string) => Promise<Message>;
  readonly keysOf: (address: string) => Promise<readonly RegisteredKey[]>;
  /** Null when the gateway has no key that may sign. */
  readonly signingKey: (now: number) => Promise<PrivateKey | null>;
  /** Null when none is configured. */
  readonly relay: Relay | null;
  readonly isOwn: OwnAddresses;
  /** Domains of our mailboxes. */
  readonly ownDomains: readonly string[];
  /** Where answers to a ticket are sent so that they join it. */
  readonly replyAddress: (number: string, mailbox: string) => string;
  readonly bounceKeys: BounceKeys;
  readonly letters: LetterSettings;
  readonly limits: LimitSettings;
  readonly schedule: RetrySchedule;
  readonly breaker: BreakerSettings;
  /** Notices sent at once. */
  readonly atOnce: number;
  /** A worker that has held a notice for longer is taken as dead; longer than the relay's time-outs. Milliseconds. */
  readonly leaseMs: number;
  readonly logger: Logger;
  /** Counts what became of notices. */
  readonly observe: (kind: string, result: 'suppressed' | NoticeSettlement['kind']) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly chance: () => number;
};

export type Decided = 'none' | 'waiting' | 'suppressed';

export type NoticeDesk = {
  /** Decides once for each job of a mail, named by its id. Rejects when records or spool do; then nothing was decided. */
  decide(id: string): Promise<Decided>;
  /** Puts a step of a case into the outbox, for a contact on file. `id` is 1 to 32 lower-case letters and digits. */
  post(id: string, notice: CaseNotice, mailbox: string): Promise<Decided>;
  /** Tries to send one notice, if it is due. */
  deliver(id: string): Promise<void>;
  /** Tries to send all that is due. Rejects when the records do. */
  poll(): Promise<void>;
  /** Takes nothing more and waits for what is in hand. */
  stop(): Promise<void>;
};

const openBatch = 100;
const openWaitMs = 10;

export function openNoticeDesk(options: NoticeDeskOptions): NoticeDesk {
  const { atOnce, leaseMs, now, records, relay } = options;
  const inHand = new Set<Promise<void>>();
  // A flood of mail must not become a flood of transactions.
  const openings = createBatcher<Opening, Opened>({
    size: openBatch,
    waitMs: openWaitMs,
    write: (batch) => records.open(batch, now()),
    isOutage: (error) => error instanceof Error && error.name === 'RecordsUnavailable',
  });
  const open = async (opening: Opening): Promise<Decided> => {
    if ((await openings.add(opening)) !== 'suppressed') return 'waiting';
    options.observe('suppressed' in opening ? opening.suppressed.kind : opening.outgoing.kind, 'suppressed');
    return 'suppressed';
  };
  let breaker: Breaker = closedBreaker;
  let isStopped = false;

  const places = (): number => {
    const admitted = admit(breaker, inHand.size, atOnce, now());
    breaker = admitted.breaker;
    return isStopped ? 0 : admitted.places;
  };
  const send = (by: Relay, claimed: ClaimedNotice): Promise<void> => {
    const work = attempt(options, by, claimed)
      .then((answer) => {
        breaker = afterTry(breaker, answer, now(), options.breaker);
      })
      .finally(() => inHand.delete(work));
    inHand.add(work);
    return work;
  };

  return {
    decide: (id) => decide(options, open, id),
    post: (id, notice, mailbox) => open(posted(options, id, notice, mailbox)),
    async deliver(id) {
      if (relay === null || places() === 0) return;
      const [claimed] = await records.claim(now(), leaseMs, 1, id);
      if (claimed !== undefined) await send(relay, claimed);
    },
    async poll() {
      if (relay === null) return;
      for (;;) {
        const free = places();
        const claimed = free === 0 ? [] : await records.claim(now(), leaseMs, free);
        if (claimed.length === 0) return;
        await Promise.all(claimed.map((one) => send(relay, one)));
      }
    },
    async stop() {
      isStopped = true;
      await Promise.all(inHand);
      await openings.drained();
      relay?.close();
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
  const decided = await open({ outgoing, limits: limitsOfIt });
  if (decided === 'waiting' && record.ticket !== null) {
    await tickets.rememberSent(record.ticket.message_id, noticeMessageId(id, mailbox));
  }
  return decided;
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

function posted(options: NoticeDeskOptions, id: string, notice: CaseNotice, mailbox: string): Opening {
  const { bounceKeys, letters, limits } = options;
  const outgoing: Outgoing = {
    id,
    messageId: null,
    kind: notice.kind,
    to: notice.to,
    from: { name: letters.signature, address: mailbox },
    replyTo: null,
    answers: null,
    letter: writeCaseLetter(notice, letters),
    envelopeFrom: bounceAddress(id, mailbox.slice(mailbox.lastIndexOf('@') + 1), bounceKeys),
    encrypts: true,
  };
  return { outgoing, limits: limitsOf(notice, limits) };
}

async function attempt(
  options: NoticeDeskOptions,
  relay: Relay,
  { attempts, claims, createdAt, outgoing }: ClaimedNotice,
): Promise<RelayAnswer['kind']> {
  const { chance, logger, now, records, schedule } = options;
  const notice = outgoing.id;
  const answer = isTooOld(createdAt, options)
    ? ({ kind: 'refused', cause: 'it waited for too long to be of use' } as const)
    : await sendNow(options, relay, outgoing);
  const at = now();
  const ended = afterAttempt(answer, { failures: attempts, createdAt }, at, schedule, chance());
  const settlement: NoticeSettlement = ended.kind === 'delivered' ? { kind: 'sent' } : ended;
  options.observe(outgoing.kind, settlement.kind);
  if (settlement.kind === 'parked') logger.error({ notice, cause: settlement.cause }, 'a notice is parked');
  else if (settlement.kind === 'retrying') logger.warn({ notice, cause: settlement.cause }, 'a notice was not taken');
  else logger.info({ notice, kind: outgoing.kind }, 'a notice was sent');
  try {
    await records.settle(notice, claims, settlement, at);
  } catch (error) {
    // It will be sent once more when its lease is over, under the same Message-ID.
    logger.warn({ notice, error }, 'the end of a notice could not be written');
  }
  return answer.kind;
}

function isTooOld(createdAt: number, { now, schedule }: NoticeDeskOptions): boolean {
  return now() - createdAt >= schedule.parkAfterMs;
}

async function sendNow(options: NoticeDeskOptions, relay: Relay, outgoing: Outgoing): Promise<RelayAnswer> {
  const { keysOf, now, signingKey } = options;
  const at = now();
  let raw: Buffer;
  try {
    const registered = outgoing.encrypts ? await keysOf(outgoing.to.address) : [];
    const pgp = { signingKey: await signingKey(at), recipientKeys: await encryptionKeysOf(registered, at) };
    raw = await noticeMail({ ...outgoing, to: outgoing.to.address, at }, pgp);
  } catch (error) {
    return { kind: 'trouble', cause: error instanceof Error ? error.message : String(error) };
  }
  return relay.send({ from: outgoing.envelopeFrom, to: outgoing.to.address, raw });
}

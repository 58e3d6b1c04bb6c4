/**
 * One mail on its way: arriving -> judged -> committed -> enqueued -> answered.
 *
 * Nothing is answered 250 before raw mail and sidecar are durable and every job is in the queue. Before the commit any
 * trouble is a 451 and leaves nothing behind; after it the listener deletes nothing, and the sweep finishes what was begun.
 */

import { hash } from 'node:crypto';
import { redact } from '../classify/secrets.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { Envelope } from '../message/envelope.ts';
import { createLineEndingScanner } from '../message/line-endings.ts';
import type { RawMail } from '../message/raw-mail.ts';
import type { Logger } from '../observe/logger.ts';
import { decide } from '../verdict/decide.ts';
import type { Policy } from '../verdict/policy.ts';
import { replyFor } from '../verdict/reply.ts';
import type { Defer, DeferredReason, Mailbox, Reply, Verdict } from '../verdict/verdict.ts';
import { EvidenceUnavailable, type Gathered, type Gatherer } from './gather.ts';
import type { Intake, Receiving, SessionRefusal } from './intake.ts';
import { judgedMail, replyOf } from './judged.ts';
import { newMailId } from './mail-id.ts';
import type { Places } from './places.ts';
import type { Arrival, MemoryPort, QueuePort, SpoolPort } from './ports.ts';
import { settleReplays } from './settle-replays.ts';
import type { Judgement, Sidecar } from './sidecar.ts';
import { type Stopwatch, startStopwatch } from './stopwatch.ts';

export type IntakeOptions = {
  readonly spool: SpoolPort;
  readonly queue: QueuePort;
  readonly memory: MemoryPort;
  readonly gather: Gatherer;
  readonly policy: () => Policy;
  readonly logger: Logger;
  readonly observe: IntakeObserver;
  /** Mails in hand in this process; further ones are answered 451. */
  readonly places: Places;
  /** Whose share of the places a mail takes; null for whom no limit per address holds. */
  readonly clientOf: (envelope: Envelope) => string | null;
  readonly now: () => number;
};

/** What operations staff count. */
export type IntakeObserver = {
  judged(verdict: Verdict, timings: Readonly<Record<string, number>>): void;
  deferred(reason: DeferredReason): void;
  refused(refusal: SessionRefusal): void;
};

export function createIntake(options: IntakeOptions): Intake {
  return {
    async begin(envelope, mailboxes, mailId) {
      const leave = options.places.take(options.clientOf(envelope));
      if (leave === null) return busy(options, envelope);
      const begun = { mailId: mailId ?? newMailId(options.now(), mailboxes.length), envelope, mailboxes };
      return receiveMail(options, begun, leave);
    },
    refused: (refusal) => options.observe.refused(refusal),
  };
}

/** Takes the data to its end and nothing more: the listener must read it, or the rest becomes commands. */
function busy(options: IntakeOptions, envelope: Envelope): Receiving {
  return {
    write: async () => undefined,
    finish: async () => deferWith(options, envelope, deferral('busy', 'too many mails in flight')),
    abort: async () => undefined,
  };
}

async function receiveMail(
  options: IntakeOptions,
  { envelope, mailboxes, mailId }: Pick<Mail, 'mailId' | 'envelope' | 'mailboxes'>,
  leave: () => void,
): Promise<Receiving> {
  const receivedAt = options.now();
  const log = options.logger.child({ mailId });
  const watch = startStopwatch();
  const lineEndings = createLineEndingScanner();
  let arrival: Arrival | null = null;

  const storageFailed = async (error: unknown, step: string) => {
    log.error({ err: error, step }, 'storage failed while a mail arrived');
    const failed = arrival;
    arrival = null;
    await failed?.discard().catch((cause: unknown) => log.warn({ err: cause }, 'a temporary file was left behind'));
  };

  try {
    arrival = await options.spool.begin(mailId);
  } catch (error) {
    await storageFailed(error, 'begin');
  }

  const finish = async (): Promise<Reply> => {
    if (arrival === null) return deferWith(options, envelope, deferral('storage', 'the spool took no data'));
    watch.lap('arrive');
    let raw: RawMail;
    try {
      raw = await arrival.complete();
    } catch (error) {
      await storageFailed(error, 'complete');
      return deferWith(options, envelope, deferral('storage', 'the spool took no data'));
    }
    const mail: Mail = { mailId, receivedAt, envelope, mailboxes, raw, arrival, watch };
    return judgeAndCommit({ ...options, logger: log }, mail, lineEndings.faults());
  };

  return {
    async write(chunk) {
      lineEndings.push(chunk);
      try {
        await arrival?.write(chunk);
      } catch (error) {
        await storageFailed(error, 'write');
      }
    },
    async finish() {
      try {
        return await finish();
      } catch (error) {
        log.error({ err: error }, 'a mail could not be judged');
        await storageFailed(error, 'judge');
        return deferWith(options, envelope, deferral('storage', 'internal error'));
      } finally {
        leave();
      }
    },
    async abort() {
      await arrival?.discard().catch((cause: unknown) => log.warn({ err: cause }, 'a temporary file was left behind'));
      arrival = null;
      leave();
    },
  };
}

type Mail = {
  readonly mailId: string;
  readonly receivedAt: number;
  readonly envelope: Envelope;
  readonly mailboxes: readonly Mailbox[];
  readonly raw: RawMail;
  readonly arrival: Arrival;
  readonly watch: Stopwatch;
};

async function judgeAndCommit(
  options: IntakeOptions,
  mail: Mail,
  lineFaults: Gathered['evidence']['form'],
): Promise<Reply> {
  const { mailId, envelope, mailboxes, raw, arrival, watch, receivedAt } = mail;
  const mailKey = deferralKey(envelope, raw);
  let gathered: Gathered;
  try {
    gathered = await options.gather({ raw, envelope, lineFaults, now: receivedAt, mailKey, watch });
  } catch (error) {
    if (!(error instanceof EvidenceUnavailable)) throw error;
    options.logger.warn({ err: error.cause, source: error.source }, 'evidence was not available');
    await arrival.discard();
    return deferWith(options, envelope, deferral(error.source === 'memory' ? 'queue' : 'storage', error.message));
  }
  const { evidence } = gathered;
  const decisions = mailboxes.map((mailbox) => ({
    mailbox,
    decision: decide(evidence, mailbox, options.policy(), receivedAt),
  }));
  watch.lap('decide');

  // One missing answer defers the whole mail: 451 stands before anything is committed (POLICY "Order of the rules").
  const deferred = decisions.find(({ decision }) => decision.outcome === 'deferred')?.decision;
  if (deferred?.outcome === 'deferred') {
    await arrival.discard();
    await rememberDeferral(options, mailKey, receivedAt);
    return deferWith(options, envelope, deferred);
  }
  const verdicts = decisions.flatMap(({ mailbox, decision }) =>
    decision.outcome === 'deferred' ? [] : [{ mailbox, verdict: decision }],
  );
  const reply = replyOf(
    verdicts.map(({ verdict }) => verdict),
    evidence,
  );
  const kept = reply.code < 500;
  const judgements: Judgement[] = verdicts.map(({ mailbox, verdict }, index) => ({
    mailbox: mailbox.address,
    verdict,
    job: judgedMail({
      mailId,
      index,
      mailbox: mailbox.address,
      envelope,
      evidence,
      verdict,
      spoolKey: kept ? mailId : null,
    }),
  }));

  if (!kept) {
    await arrival.discard();
    const refusal = refusalOf(gathered, raw, reply, watch);
    enqueueAtBestEffort(
      options,
      judgements.map(({ job }) => ({ job: { ...job, refusal } })),
    );
    report(options, judgements, reply, watch);
    return reply;
  }

  const sidecar: Sidecar = {
    v: 1,
    mailId,
    receivedAt,
    size: raw.size,
    sha256: raw.sha256,
    contentDigest: gathered.contentDigest,
    rfcMessageId: gathered.rfcMessageId,
    subject: gathered.subject,
    envelope,
    evidence,
    judgements,
    reply,
    replayKeys: gathered.replayKeys,
    timings: watch.laps(),
  };
  try {
    await arrival.commit(sidecar);
  } catch (error) {
    options.logger.error({ err: error }, 'a mail could not be committed');
    await arrival.discard().catch((cause: unknown) => options.logger.warn({ err: cause }, 'discard failed'));
    return deferWith(options, envelope, deferral('storage', 'the commit failed'));
  }
  watch.lap('commit');

  let settled: Sidecar;
  try {
    settled = await settleReplays({ ...options, mailboxes }, sidecar);
    await Promise.all(settled.judgements.map(({ job }) => options.queue.enqueue(job)));
  } catch (error) {
    // Committed all the same: the sweep enqueues it, and the client's retry will be linked as a duplicate.
    options.logger.warn({ err: error }, 'a committed mail could not be enqueued');
    return deferWith(options, envelope, deferral('queue', 'the queue did not answer'));
  }
  watch.lap('enqueue');
  if (settled !== sidecar) options.logger.warn('another copy of this mail, with other content, was committed first');
  report(options, settled.judgements, settled.reply, watch);
  return settled.reply;
}

/** A subject may be as long as a header; what explains a refusal is at its beginning. */
const longestSubject = 1_000;

function refusalOf({ evidence, rfcMessageId, subject }: Gathered, raw: RawMail, reply: Reply, watch: Stopwatch) {
  return {
    reply,
    size: raw.size,
    rfcMessageId: rfcMessageId?.slice(0, longestSubject) ?? null,
    subject: redact(subject).slice(0, longestSubject),
    evidence: { ...evidence },
    timings: watch.laps(),
  } satisfies JudgedMail['refusal'];
}

function report(options: IntakeOptions, judgements: readonly Judgement[], reply: Reply, watch: Stopwatch): void {
  for (const { mailbox, verdict, job } of judgements) {
    options.observe.judged(verdict, watch.laps());
    const { outcome, reason, rule, assurance } = verdict;
    options.logger.info(
      { messageId: job.messageId, mailbox, outcome, reason, rule, assurance, code: reply.code },
      'judged',
    );
  }
}

/** A refusal in the session stands whether or not Redis hears of it. */
function enqueueAtBestEffort(options: IntakeOptions, judgements: readonly { readonly job: JudgedMail }[]): void {
  for (const { job } of judgements) {
    options.queue
      .enqueue(job)
      .catch((error: unknown) => options.logger.warn({ err: error }, 'a refusal could not be recorded'));
  }
}

async function rememberDeferral(options: IntakeOptions, mailKey: string, now: number): Promise<void> {
  await options.memory
    .firstDeferred(mailKey, now)
    .catch((error: unknown) => options.logger.warn({ err: error }, 'a deferral could not be remembered'));
}

function deferral(reason: DeferredReason, detail: string): Defer {
  return { outcome: 'deferred', reason, rule: 'R-DEFER', detail: [detail] };
}

/** 451, counted, and left where operations staff find it: a deferred mail has no trace row. */
function deferWith(options: IntakeOptions, envelope: Envelope, defer: Defer): Reply {
  const reply = replyFor([defer], null);
  const { client, helo, mailFrom, recipients } = envelope;
  options.observe.deferred(defer.reason);
  options.observe.refused({
    at: options.now(),
    ip: client.ip,
    helo,
    mailFrom,
    recipient: recipients[0] ?? null,
    stage: 'data',
    reply,
    cause: `${defer.reason}: ${defer.detail.join('; ')}`,
  });
  return reply;
}

/** The same mail on its next try: same octets, same envelope, whichever of the client's addresses it comes from. */
function deferralKey(envelope: Envelope, raw: RawMail): string {
  return hash('sha256', JSON.stringify([raw.sha256, envelope.mailFrom, [...envelope.recipients].sort()]));
}

/**
 * One lane for each target. A lane takes what is due for its target out of the records, a few ahead, sends as many at
 * once as the target is allowed, and writes how it went. Lanes share nothing but the records, so a target that is slow
 * or away holds up no other.
 *
 * Who writes a delivery in the process of its lane may hand it on as well, if the lane has room and nothing older waits:
 * it is written as taken, and neither claimed nor read again.
 *
 * A wake says that there may be something due. Losing one is harmless: the poll wakes every lane that has something due,
 * which also brings back what failed, what a breaker held up and what a dead worker had in hand.
 */
import { type Attempt, afterAttempt, type RetrySchedule } from '../src/handoff/attempt.ts';
import { admit, afterTry, type Breaker, type BreakerSettings, closedBreaker } from '../src/handoff/breaker.ts';
import { countRefusals } from '../src/handoff/refusals.ts';
import type { Logger } from '../src/observe/logger.ts';
import type { Claimed, Outbox, Settled, Settlement } from '../src/records/outbox.ts';
import { createBatcher } from './batch.ts';
import { causeOf, type Sender } from './targets/sender.ts';

export type LanesOptions<Document> = {
  /** By target name. */
  readonly senders: ReadonlyMap<string, Sender<Document>>;
  readonly records: Outbox<Document>;
  /** Deliveries at once, for each target whose sender does not know better. */
  readonly atOnce: number;
  /**
   * A worker that has held a delivery for longer without renewing it is taken as dead: half of it is for waiting until the
   * attempt begins, and a poll renews it after a third. Several times what lies between two polls. Milliseconds.
   */
  readonly leaseMs: number;
  readonly schedule: RetrySchedule;
  readonly breaker: BreakerSettings;
  readonly logger: Logger;
  /** Counts how attempts ended. */
  readonly observe: (target: string, outcome: Attempt['kind'], durationMs: number) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly chance: () => number;
};

export type Lanes<Document = never> = {
  /** Never rejects. */
  wake(target: string): void;
  /** Room for what is about to be written, in those of the lanes of these targets that have nothing older to send. */
  reserve(targets: readonly string[]): Places<Document>;
  /** Wakes every lane that has something due, and renews the lease of what is in hand. Rejects when the records do. */
  poll(): Promise<void>;
  /** Whether a target is being tried at the moment. */
  breakers(): ReadonlyMap<string, Breaker['state']>;
  /** Resolves when nothing is in hand. */
  idle(): Promise<void>;
  /** Takes nothing more, gives back what was not begun, waits for what is in hand. */
  stop(): Promise<void>;
};

/** Room in the lanes of some targets, to be filled or given back by one call of `use`. */
export type Places<Document> = {
  readonly targets: readonly string[];
  /** For how long what is put there has to be taken. */
  readonly leaseMs: number;
  /** What was written as taken: at most one delivery for each of the targets. Never throws. */
  use(taken: readonly { readonly target: string; readonly delivery: Claimed<Document> }[]): void;
};

const settleBatch = 500;
/** Nobody waits for it, and each transaction costs a sync of the disk. */
const settleWaitMs = 50;

export function startLanes<Document>(options: LanesOptions<Document>): Lanes<Document> {
  const settled = createBatcher<Settled, boolean>({
    size: settleBatch,
    waitMs: settleWaitMs,
    write: (batch) => options.records.settle(batch, options.now()),
    isOutage: (error) => error instanceof Error && error.name === 'RecordsUnavailable',
  });
  const lanes = new Map([...options.senders].map(([name, sender]) => [name, openLane(name, sender, options, settled)]));
  const idle = async (): Promise<void> => {
    for (const lane of lanes.values()) await lane.idle();
    await settled.drained();
  };
  return {
    wake: (target) => lanes.get(target)?.wake(),
    reserve(wanted) {
      const targets = wanted.filter((target) => lanes.get(target)?.reserve() === true);
      return {
        targets,
        leaseMs: options.leaseMs,
        use(taken) {
          for (const target of targets) lanes.get(target)?.unreserve();
          for (const { delivery, target } of taken) lanes.get(target)?.take(delivery);
        },
      };
    },
    async poll() {
      for (const lane of lanes.values()) await lane.renew();
      for (const target of await options.records.dueTargets(options.now())) {
        const lane = lanes.get(target);
        if (lane === undefined) await parkStray(target, options);
        else lane.wake();
      }
    },
    breakers: () => new Map([...lanes].map(([name, lane]) => [name, lane.breaker()])),
    idle,
    async stop() {
      await Promise.all([...lanes.values()].map((lane) => lane.stop()));
      await settled.drained();
      await Promise.allSettled([...options.senders.values()].map((sender) => sender.close()));
    },
  };
}

/** Deliveries for a target that configuration no longer names: staff see them, and may name it again. */
async function parkStray<Document>(
  target: string,
  { leaseMs, logger, now, records }: LanesOptions<Document>,
): Promise<void> {
  const stray = await records.claim(target, now(), leaseMs, settleBatch);
  const cause = 'the target is not configured';
  await records.settle(
    stray.map(({ claims, id }) => ({ id, claims, settlement: { kind: 'parked', cause } })),
    now(),
  );
  logger.error({ target, deliveries: stray.length }, 'deliveries are parked: their target is not configured');
}

type Lane<Document> = {
  wake(): void;
  /** Whether there was room, which is now kept until `unreserve`. */
  reserve(): boolean;
  unreserve(): void;
  take(delivery: Claimed<Document>): void;
  /** Rejects when the records do. */
  renew(): Promise<void>;
  idle(): Promise<void>;
  stop(): Promise<void>;
  breaker(): Breaker['state'];
};

/** `leasedAt`: when its lease began, or was last renewed. */
type Held<Document> = { readonly delivery: Claimed<Document>; leasedAt: number };

function openLane<Document>(
  target: string,
  sender: Sender<Document>,
  options: LanesOptions<Document>,
  settled: { add(item: Settled): Promise<boolean> },
): Lane<Document> {
  const { leaseMs, logger, now, records } = options;
  const atOnce = sender.atOnce ?? options.atOnce;
  const inHand = new Map<Promise<void>, Held<Document>>();
  /** Attempts that have ended, on their way into the records. */
  const settling = new Set<Promise<void>>();
  let ahead: Held<Document>[] = [];
  const refusals = countRefusals(options.schedule.refusalsOfAll);
  let breaker: Breaker = closedBreaker;
  let refilling: Promise<void> | null = null;
  let isWoken = false;
  let mayHaveMore = false;
  let isStopped = false;
  let reserved = 0;

  const places = (): number => {
    const admitted = admit(breaker, inHand.size, atOnce, now());
    breaker = admitted.breaker;
    return isStopped ? 0 : admitted.places;
  };

  const begin = (held: Held<Document>): void => {
    const work = attempt(held.delivery).finally(() => {
      inHand.delete(work);
      advance();
    });
    inHand.set(work, held);
  };

  /** Starts what there is room for, and fetches more when little is left. */
  const advance = (): void => {
    while (ahead.length > 0 && places() > 0) {
      const next = ahead.shift();
      // Too late to be sure that nobody else has it by now: it will be due again by itself.
      if (next !== undefined && now() < next.leasedAt + leaseMs / 2) begin(next);
    }
    const isLow = ahead.length < atOnce / 2;
    if ((isWoken || mayHaveMore) && isLow && refilling === null && places() > 0) {
      refilling = refill().finally(() => {
        refilling = null;
        if (ahead.length > 0 || isWoken) advance();
      });
    }
  };

  const refill = async (): Promise<void> => {
    isWoken = false;
    // A half-open breaker lets one through; taking more would only hold them up.
    const wanted = breaker.state === 'closed' ? atOnce * 2 - ahead.length : 1;
    try {
      const leasedAt = now();
      const claimed = await records.claim(target, leasedAt, leaseMs, wanted);
      mayHaveMore = claimed.length === wanted;
      ahead.push(...claimed.map((delivery) => ({ delivery, leasedAt })));
    } catch (error) {
      mayHaveMore = false;
      logger.warn({ target, error }, 'deliveries could not be taken; the poll tries again');
    }
  };

  const attempt = async (delivery: Claimed<Document>): Promise<void> => {
    const { attempts, claims, createdAt, document, id } = delivery;
    const startedAt = now();
    const answered = await sender
      .send(document, { at: startedAt, again: claims > 1, createdAt })
      .catch((error: unknown): Attempt => ({ kind: 'trouble', cause: causeOf(error) }));
    const at = now();
    const { attempt: ended, before: refused } = refusals.note(id, answered);
    options.observe(target, ended.kind, at - startedAt);
    const before = breaker.state;
    // As it was answered: whoever has many mails refused, by a filter behind the target say, is not to hold up the others.
    breaker = afterTry(breaker, answered.kind, at, options.breaker);
    if (breaker.state === 'open' && before !== 'open') await holdBack(answered);
    const known = { failures: attempts, refusals: refused, createdAt };
    const settlement = afterAttempt(ended, known, at, options.schedule, options.chance());
    if (settlement.kind !== 'retrying') refusals.forget(id);
    if (settlement.kind === 'parked')
      logger.error({ target, delivery: id, cause: settlement.cause }, 'delivery is parked');
    else if (settlement.kind === 'retrying')
      logger.info({ target, delivery: id, cause: settlement.cause }, 'delivery failed');
    // The target is free for the next one meanwhile.
    const work = settle(delivery, settlement).finally(() => settling.delete(work));
    settling.add(work);
  };

  const settle = async (delivery: Claimed<Document>, settlement: Settlement): Promise<void> => {
    const { claims, id } = delivery;
    try {
      const isWritten = await settled.add({ id, claims, settlement });
      if (!isWritten && settlement.kind === 'delivered') await takeBackErased(delivery);
    } catch (error) {
      // It will be sent once more when its lease is over; the receiver can tell.
      logger.warn({ target, delivery: id, error }, 'the end of a delivery could not be written');
    }
  };

  /** Somebody was erased while this was on its way: it must not stay there, or staff must know that it does. */
  const takeBackErased = async ({ document, id }: Claimed<Document>): Promise<void> => {
    if (!(await records.isGone(id))) return;
    const line = { target, delivery: id };
    if (sender.takeBack === undefined) {
      logger.error(line, 'what was erased meanwhile was handed over: erase it there');
      return;
    }
    await sender.takeBack(document).then(
      () => logger.info(line, 'what was erased while it was handed over was taken back'),
      (error: unknown) =>
        logger.error({ ...line, error }, 'what was erased meanwhile was handed over: remove it there'),
    );
  };

  /** The target is away: what waits here goes back, so that it is not held up by a lease when the target returns. */
  const holdBack = async (ended: Attempt): Promise<void> => {
    const cause = ended.kind === 'delivered' ? '' : ended.cause;
    logger.warn({ target, cause }, 'the target is in trouble; it is left alone for a while');
    await giveBack();
  };

  const giveBack = async (): Promise<void> => {
    const held = ahead.map(({ delivery }) => delivery);
    ahead = [];
    if (held.length === 0) return;
    await records
      .release(held, now())
      .catch((error: unknown) => logger.warn({ target, error }, 'deliveries keep their lease'));
  };

  /** Nobody is to take this worker for dead while it has a poll. */
  const renew = async (): Promise<void> => {
    const at = now();
    const old = [...ahead, ...inHand.values()].filter(({ leasedAt }) => at - leasedAt >= leaseMs / 3);
    if (old.length === 0) return;
    const ids = await records.renew(
      old.map(({ delivery }) => delivery),
      at,
      leaseMs,
    );
    for (const held of old) if (ids.has(held.delivery.id)) held.leasedAt = at;
  };

  /** What waits in the records is older, and goes first. */
  const isCaughtUp = (): boolean => !isWoken && !mayHaveMore && refilling === null && breaker.state === 'closed';

  const idle = async (): Promise<void> => {
    for (;;) {
      if (refilling === null && inHand.size === 0 && settling.size === 0) return;
      await refilling;
      await Promise.all(inHand.keys());
      await Promise.all(settling);
    }
  };

  return {
    wake() {
      isWoken = true;
      advance();
    },
    reserve() {
      const hasRoom = !isStopped && isCaughtUp() && ahead.length + reserved < atOnce * 2;
      if (hasRoom) reserved += 1;
      return hasRoom;
    },
    unreserve() {
      reserved -= 1;
    },
    take(delivery) {
      ahead.push({ delivery, leasedAt: delivery.createdAt });
      if (isStopped || breaker.state !== 'closed') void giveBack();
      else advance();
    },
    renew,
    idle,
    breaker: () => breaker.state,
    async stop() {
      isStopped = true;
      await giveBack();
      await idle();
      await giveBack();
    },
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../../src/handoff/attempt.ts';
import { defaultBreakerSettings } from '../../src/handoff/breaker.ts';
import type { HandoffDocument } from '../../src/handoff/document.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { type HandoffRecords, handoffRecords } from '../../src/records/handoff.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { parkedRecords } from '../../src/records/parked.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { HopelessJob } from '../../workers/handler.ts';
import { createHandoff } from '../../workers/handoff.ts';
import { type Lanes, type LanesOptions, startLanes } from '../../workers/lanes.ts';
import type { Sender } from '../../workers/targets/sender.ts';
import { lanesOptions } from '../helpers/lanes-options.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { traceInput } from '../records/mails.ts';

let folder: string;
let records: Records;
let now: number;
const running: Lanes[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-lanes-'));
  records = await openRecords({ url: `sqlite:${join(folder, 'p.db')}`, logger: silentLogger() });
  await migrate(records);
  now = 10_000;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((lanes) => lanes.stop()));
  await records.close();
  rmSync(folder, { recursive: true, force: true });
});

type Receiver = Sender & {
  readonly events: string[];
  answer: (event: string) => Attempt | Promise<Attempt>;
};

function receiver(answer: Receiver['answer'] = () => ({ kind: 'delivered' })): Receiver {
  const events: string[] = [];
  const made: Receiver = {
    events,
    answer,
    send: async ({ event }) => {
      const attempt = await made.answer(event);
      if (attempt.kind === 'delivered') events.push(event);
      return attempt;
    },
    close: () => Promise.resolve(),
  };
  return made;
}

function start(
  senders: Readonly<Record<string, Sender>>,
  changes: Partial<LanesOptions<HandoffDocument>> = {},
): Lanes<HandoffDocument> {
  const lanes = startLanes(lanesOptions(handoffRecords(records), senders, () => now, changes));
  running.push(lanes);
  return lanes;
}

async function open(count: number, targets: readonly string[], prefix = 'm'): Promise<void> {
  const batch = Array.from({ length: count }, (_, index) => ({
    ...traceInput({ messageId: `${prefix}${String(index).padStart(3, '0')}-0`, receivedAt: 1_000 + index }),
    ticket: ticketDraft({ targets }),
  }));
  await traceRecords(records).record(batch, now);
}

async function states(target: string): Promise<Readonly<Record<string, number>>> {
  const counts = await handoffRecords(records).counts();
  return Object.fromEntries(counts.filter((row) => row.target === target).map(({ count, state }) => [state, count]));
}

/** Lets time pass in steps, with a poll after each, as the timer would. */
async function pass(lanes: Lanes, durationMs: number, stepMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += stepMs) {
    now += stepMs;
    await lanes.poll();
    await lanes.idle();
  }
}

describe('a lane', () => {
  it('delivers everything that is due after one wake, each event once', async () => {
    await open(50, ['desk']);
    const desk = receiver();
    const lanes = start({ desk });
    lanes.wake('desk');
    await lanes.idle();
    expect(await states('desk')).toEqual({ delivered: 50 });
    expect(new Set(desk.events).size).toBe(50);
    expect(desk.events).toHaveLength(50);
  });

  it('woken again finds nothing to do', async () => {
    await open(3, ['desk']);
    const desk = receiver();
    const lanes = start({ desk });
    const handler = createHandoff(lanes);
    const job = { v: 1, event: 'm000-0', target: 'desk' };
    const deps = {
      spool: { sidecar: () => Promise.reject(new Error('not asked')) },
      record: () => Promise.reject(new Error('no')),
    };
    await handler.handle(job, deps);
    await lanes.idle();
    const before = await handoffRecords(records).ofMessage('m000-0');
    await handler.handle(job, deps);
    await handler.handle(job, deps);
    await lanes.idle();
    expect(desk.events).toHaveLength(3);
    expect(await handoffRecords(records).ofMessage('m000-0')).toEqual(before);
    await expect(handler.handle({ v: 1, target: '../x' }, deps)).rejects.toThrow(HopelessJob);
  });

  it('sends no more at once than it may', async () => {
    await open(20, ['desk']);
    let inHand = 0;
    let most = 0;
    const desk = receiver(async () => {
      inHand += 1;
      most = Math.max(most, inHand);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inHand -= 1;
      return { kind: 'delivered' };
    });
    const lanes = start({ desk });
    lanes.wake('desk');
    await lanes.idle();
    expect(await states('desk')).toEqual({ delivered: 20 });
    expect(most).toBe(4);
  });

  it('that hangs holds up no other', async () => {
    await open(40, ['slow', 'fast']);
    const gate = Promise.withResolvers<void>();
    const slow = receiver(async () => {
      await gate.promise;
      return { kind: 'delivered' };
    });
    const allFast = Promise.withResolvers<void>();
    let sent = 0;
    const fast = receiver(() => {
      sent += 1;
      if (sent === 40) allFast.resolve();
      return { kind: 'delivered' };
    });
    const lanes = start({ slow, fast });
    await lanes.poll();
    await allFast.promise;
    expect(slow.events).toEqual([]);
    gate.resolve();
    await lanes.idle();
    expect(await states('fast')).toEqual({ delivered: 40 });
    expect(await states('slow')).toEqual({ delivered: 40 });
  });

  it('whose target is away for hours loses nothing and tries little', async () => {
    await open(200, ['hook']);
    let tries = 0;
    const hook = receiver(() => {
      tries += 1;
      return { kind: 'trouble', cause: 'HTTP 503' };
    });
    const lanes = start({ hook });
    lanes.wake('hook');
    await lanes.idle();
    await pass(lanes, 6 * 3_600_000, 60_000);
    expect(hook.events).toEqual([]);
    expect(await states('hook')).not.toHaveProperty('parked');
    expect(tries).toBeLessThan(100);
    expect(lanes.breakers().get('hook')).toBe('open');
    hook.answer = () => ({ kind: 'delivered' });
    await pass(lanes, 2 * 3_600_000, 60_000);
    expect(await states('hook')).toEqual({ delivered: 200 });
    expect(new Set(hook.events).size).toBe(200);
  });

  it('parks what its target refuses, and goes on with the rest', async () => {
    await open(3, ['desk']);
    const desk = receiver((event) =>
      event === 'm001-0' ? { kind: 'refused', cause: 'HTTP 404' } : { kind: 'delivered' },
    );
    const lanes = start({ desk });
    await pass(lanes, 3_600_000, 60_000);
    expect(await states('desk')).toEqual({ delivered: 2, parked: 1 });
    expect(await handoffRecords(records).ofMessage('m001-0')).toMatchObject([{ state: 'parked', cause: 'HTTP 404' }]);
    desk.answer = () => ({ kind: 'delivered' });
    await parkedRecords(records).decide({ to: 'desk' }, 'retry', { actor: 'test', at: now });
    await pass(lanes, 60_000, 60_000);
    expect(await states('desk')).toEqual({ delivered: 3 });
  });

  it('parks nothing while its target refuses every delivery, and goes on when it takes them again', async () => {
    await open(20, ['desk']);
    const desk = receiver(() => ({ kind: 'refused', cause: 'HTTP 400' }));
    const lanes = start({ desk });
    await pass(lanes, 6 * 3_600_000, 60_000);
    expect(await states('desk')).not.toHaveProperty('parked');
    // It answers: each delivery waits by itself, and a new one is tried at once.
    expect(lanes.breakers().get('desk')).toBe('closed');
    desk.answer = () => ({ kind: 'delivered' });
    await pass(lanes, 2 * 3_600_000, 60_000);
    expect(await states('desk')).toEqual({ delivered: 20 });
    expect(new Set(desk.events).size).toBe(20);
  });

  it('holds up nobody else for many deliveries of one sender that its target refuses', async () => {
    await open(60, ['desk'], 'poison');
    const desk = receiver((event) =>
      event.startsWith('poison') ? { kind: 'refused', cause: '554 looks like junk' } : { kind: 'delivered' },
    );
    const lanes = start({ desk });
    await pass(lanes, 4 * 3_600_000, 60_000);
    await open(1, ['desk'], 'm');
    lanes.wake('desk');
    await lanes.idle();
    expect(desk.events).toEqual(['m000-0']);
  });

  it('takes a sender that throws as trouble', async () => {
    await open(1, ['desk']);
    const desk: Sender = { send: () => Promise.reject(new Error('a bug')), close: () => Promise.resolve() };
    const lanes = start({ desk });
    lanes.wake('desk');
    await lanes.idle();
    expect(await handoffRecords(records).ofMessage('m000-0')).toMatchObject([{ state: 'retrying', cause: 'a bug' }]);
  });

  it('parks deliveries whose target is configured no more', async () => {
    await open(2, ['gone']);
    await start({}).poll();
    expect(await states('gone')).toEqual({ parked: 2 });
  });

  it('sends the next ones while the ends of others are being written', async () => {
    await open(20, ['desk']);
    const gate = Promise.withResolvers<void>();
    const real = handoffRecords(records);
    const slowly: typeof real = {
      ...real,
      settle: async (...args) => {
        await gate.promise;
        return real.settle(...args);
      },
    };
    const allSent = Promise.withResolvers<void>();
    let sent = 0;
    const desk = receiver(() => {
      sent += 1;
      if (sent === 20) allSent.resolve();
      return { kind: 'delivered' };
    });
    const lanes = start({ desk }, { records: slowly });
    lanes.wake('desk');
    await allSent.promise;
    expect(await states('desk')).toEqual({ queued: 20 });
    gate.resolve();
    await lanes.idle();
    expect(await states('desk')).toEqual({ delivered: 20 });
  });

  it('keeps what it has in hand and ahead for as long as it lives', async () => {
    await open(10, ['slow']);
    const gate = Promise.withResolvers<void>();
    const slow = receiver(async () => {
      await gate.promise;
      return { kind: 'delivered' };
    });
    const lanes = start({ slow });
    await lanes.poll();
    const other = receiver();
    const others = start({ slow: other });
    for (let passed = 0; passed < 600_000; passed += 15_000) {
      now += 15_000;
      await lanes.poll();
      await others.poll();
      await others.idle();
    }

    gate.resolve();
    await lanes.idle();
    expect(await states('slow')).toEqual({ delivered: 10 });
    expect([slow.events.length, other.events.length]).toEqual([8, 2]);
    expect(await handoffRecords(records).ofMessage('m000-0')).toMatchObject([{ claims: 1 }]);
  });

  it('whose target gets into trouble gives back at once what it has not begun', async () => {
    await open(10, ['desk']);
    const desk = receiver(() => ({ kind: 'trouble', cause: 'away' }));
    const lanes = start({ desk }, { breaker: { ...defaultBreakerSettings, trips: 4 } });
    lanes.wake('desk');
    await lanes.idle();
    const untried = records.db.selectFrom('handoff_deliveries').select('next_at').where('attempts', '=', 0);
    expect((await untried.execute()).map(({ next_at }) => next_at)).toEqual(Array(6).fill(now));
  });

  it('that was held up does not begin what another may have taken since', async () => {
    await open(10, ['slow']);
    const gate = Promise.withResolvers<void>();
    const slow = receiver(async () => {
      await gate.promise;
      return { kind: 'delivered' };
    });
    const lanes = start({ slow });
    await lanes.poll();
    await expect.poll(async () => (await handoffRecords(records).ofMessage('m000-0'))[0]?.claims).toBe(1);
    // No poll for longer than its lease: it counts as dead.
    now += 61_000;
    const other = receiver();
    const others = start({ slow: other });
    await others.poll();
    await others.idle();
    expect(other.events).toHaveLength(10);
    gate.resolve();
    await lanes.idle();
    // What it had begun arrives twice, and the receiver can tell; what waited behind that does not.
    expect(slow.events).toHaveLength(4);
  });

  it('that is stopped gives back what it has not begun, and ends what it has', async () => {
    await open(20, ['desk']);
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const desk = receiver(async () => {
      begun.resolve();
      await gate.promise;
      return { kind: 'delivered' };
    });
    const lanes = start({ desk });
    lanes.wake('desk');
    await begun.promise;
    const stopped = lanes.stop();
    gate.resolve();
    await stopped;
    const { delivered = 0, queued = 0 } = await states('desk');
    expect(delivered).toBeGreaterThan(0);
    expect(delivered + queued).toBe(20);
    const next = receiver();
    const others = start({ desk: next });
    others.wake('desk');
    await others.idle();
    expect(await states('desk')).toEqual({ delivered: 20 });
    expect(new Set([...desk.events, ...next.events]).size).toBe(20);
    expect(desk.events.length + next.events.length).toBe(20);
  });
});

describe('a delivery that is written for a lane with room', () => {
  /** As the worker of accepted mail does it. */
  async function write(lanes: Lanes<HandoffDocument>, id: string, targets: readonly string[]) {
    const places = lanes.reserve(targets);
    const input = { ...traceInput({ messageId: id, receivedAt: 1_000 }), ticket: ticketDraft({ targets }) };
    const [outcome] = await traceRecords(records).record([{ ...input, taking: places }], now);
    const taken = outcome?.kind === 'recorded' ? (outcome.taken ?? []) : [];
    places.use(taken);
    return taken;
  }

  it('is sent with neither a wake nor a claim, the same document as a claim would give', async () => {
    const sent: HandoffDocument[] = [];
    const sender: Sender = {
      send: async (document) => {
        sent.push(document);
        return { kind: 'trouble', cause: 'not yet' };
      },
      close: () => Promise.resolve(),
    };
    const noClaim = { ...handoffRecords(records), claim: () => Promise.reject(new Error('claimed')) };
    const lanes = start({ desk: sender }, { records: noClaim });
    expect(await write(lanes, 'm1-0', ['desk'])).toMatchObject([{ target: 'desk', delivery: { claims: 1 } }]);
    await lanes.idle();
    expect(await handoffRecords(records).ofMessage('m1-0')).toMatchObject([
      { state: 'retrying', attempts: 1, claims: 1 },
    ]);
    now += 3_600_000;
    const [claimed] = await handoffRecords(records).claim('desk', now, 60_000, 1);
    expect(sent).toEqual([claimed?.document]);
  });

  it('is left to the records while older ones wait there', async () => {
    await open(20, ['desk']);
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const desk = receiver(async () => {
      begun.resolve();
      await gate.promise;
      return { kind: 'delivered' };
    });
    const lanes = start({ desk });
    lanes.wake('desk');
    await begun.promise;
    expect(await write(lanes, 'n1-0', ['desk'])).toEqual([]);
    gate.resolve();
    await lanes.idle();
    await lanes.poll();
    await lanes.idle();
    expect(await states('desk')).toEqual({ delivered: 21 });
    expect(desk.events.at(-1)).toBe('n1-0');
    expect(await write(lanes, 'n2-0', ['desk'])).toHaveLength(1);
  });

  it('finds no more room than is kept for what is in hand', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = receiver(async () => {
      await gate.promise;
      return { kind: 'delivered' };
    });
    const lanes = start({ slow });
    const roomy = Array.from({ length: 20 }, () => lanes.reserve(['slow'])).filter(({ targets }) => targets.length > 0);
    expect(roomy).toHaveLength(8);
    for (const places of roomy) places.use([]);
    expect(lanes.reserve(['slow', 'unknown']).targets).toEqual(['slow']);
    gate.resolve();
  });

  it('goes back at once when the lane was stopped, or its target got into trouble, meanwhile', async () => {
    const desk = receiver(() => ({ kind: 'trouble', cause: 'HTTP 503' }));
    const lanes = start({ desk });
    const places = lanes.reserve(['desk']);
    const input = { ...traceInput({ messageId: 'm1-0' }), ticket: ticketDraft({ targets: ['desk'] }), taking: places };
    const [outcome] = await traceRecords(records).record([input], now);
    await lanes.stop();
    places.use(outcome?.kind === 'recorded' ? (outcome.taken ?? []) : []);
    await expect.poll(() => handoffRecords(records).dueTargets(now)).toEqual(['desk']);
    expect(await handoffRecords(records).ofMessage('m1-0')).toMatchObject([{ state: 'queued', attempts: 0 }]);
  });

  it('is not lost with its worker: another one sends it when the lease is over', async () => {
    const dead = start({ desk: receiver() });
    const input = { ...traceInput({ messageId: 'm1-0' }), ticket: ticketDraft({ targets: ['desk'] }) };
    await traceRecords(records).record([{ ...input, taking: dead.reserve(['desk']) }], now);
    const desk = receiver();
    const next = start({ desk });
    await pass(next, 59_000, 59_000);
    expect(desk.events).toEqual([]);
    await pass(next, 2_000, 2_000);
    expect(desk.events).toEqual(['m1-0']);
  });

  it('is written once when the mail is recorded again', async () => {
    const desk = receiver();
    const lanes = start({ desk });
    await write(lanes, 'm1-0', ['desk']);
    await lanes.idle();
    const before = await handoffRecords(records).ofMessage('m1-0');
    expect(await write(lanes, 'm1-0', ['desk'])).toEqual([]);
    await lanes.idle();
    expect(desk.events).toEqual(['m1-0']);
    expect(await handoffRecords(records).ofMessage('m1-0')).toEqual(before);
  });
});

describe('a worker that dies', () => {
  type Port = LanesOptions<HandoffDocument>['records'];
  class Killed extends Error {}

  /** Calls of one method fail from the n-th on, before or after they did their work: the process is gone. */
  function dying(method: keyof HandoffRecords & keyof Port, when: 'before' | 'after'): Port {
    const real = handoffRecords(records);
    let isDead = false;
    const step = async <T>(name: keyof Port, work: () => Promise<T>): Promise<T> => {
      if (isDead) throw new Killed();
      if (name !== method) return work();
      isDead = true;
      if (when === 'after') await work();
      throw new Killed();
    };
    return {
      claim: (...args) => step('claim', () => real.claim(...args)),
      isGone: (id) => real.isGone(id),
      settle: (...args) => step('settle', () => real.settle(...args)),
      renew: (...args) => step('renew', () => real.renew(...args)),
      release: (...args) => step('release', () => real.release(...args)),
      dueTargets: (...args) => step('dueTargets', () => real.dueTargets(...args)),
    };
  }

  it.each<[keyof Port, 'before' | 'after']>([
    ['dueTargets', 'before'],
    ['claim', 'before'],
    ['claim', 'after'],
    ['settle', 'before'],
    ['settle', 'after'],
  ])('%s it has %s done its work loses nothing', async (method, when) => {
    await open(10, ['desk']);
    const desk = receiver();
    const first = start({ desk }, { records: dying(method, when) });
    await first.poll().catch(() => undefined);
    first.wake('desk');
    await first.idle();
    const second = start({ desk });
    await pass(second, 120_000, 30_000);
    expect(await states('desk')).toEqual({ delivered: 10 });
    // What arrived twice is told by its id: the receiver has each event.
    expect(new Set(desk.events).size).toBe(10);
  });

  it('while it sends loses nothing', async () => {
    await open(8, ['desk']);
    const begun = Promise.withResolvers<void>();
    const never = receiver(() => {
      begun.resolve();
      return new Promise(() => undefined);
    });
    const first = startLanes(lanesOptions(handoffRecords(records), { desk: never }, () => now));
    first.wake('desk');
    await begun.promise;
    expect(await handoffRecords(records).dueTargets(now)).toEqual([]);
    const desk = receiver();
    const second = start({ desk });
    await pass(second, 59_000, 59_000);
    now += 2_000;
    await pass(second, 1_000, 1_000);
    expect(await states('desk')).toEqual({ delivered: 8 });
    expect(desk.events).toHaveLength(8);
  });

  it('two workers share a target without sending anything twice', async () => {
    await open(60, ['desk']);
    const desk = receiver(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return { kind: 'delivered' };
    });
    const both = [start({ desk }), start({ desk })];
    for (const lanes of both) lanes.wake('desk');
    for (const lanes of both) await lanes.idle();
    expect(await states('desk')).toEqual({ delivered: 60 });
    expect(desk.events).toHaveLength(60);
  });
});

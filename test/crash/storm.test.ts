/**
 * A client that never stops sending while processes are killed at random times. What was answered 250 is traced once and
 * lies in the spool as it came; what was not may be there once at most.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { localSpool } from '../../src/spool/local-spool.ts';
import { type CustomerWorld, customerWorld, mailOf, newMessageId, support } from '../helpers/customer-world.ts';
import { openSender, type Sender } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const victims = ['smtp', 'redis', 'workers', 'smtp', 'supervisor', 'redis', 'smtp'] as const;
const seed = 20_261_122;
/** Clients that send at once. */
const clients = 3;
const mailsPerRound = 25;

let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  postern = await startPostern({
    dns: dns.address,
    directory: world.directory,
    roles: ['smtp', 'workers'],
    settings: { smtp: { processes: 2 } },
  });
});
afterAll(async () => {
  await postern?.remove();
  await dns?.close();
});

type Log = { readonly sent: Map<string, Buffer>; readonly answered: Set<string> };

it('loses nothing and doubles nothing', async () => {
  const log: Log = { sent: new Map(), answered: new Set() };
  const random = mulberry32(seed);
  const storm = { over: false };
  const sending = Array.from({ length: clients }, () => sendUntil(storm, log));
  for (const victim of victims) {
    const before = log.answered.size;
    await eventually(`${mailsPerRound} answers`, () => log.answered.size >= before + mailsPerRound, 120_000);
    await new Promise((resolve) => setTimeout(resolve, random() * 200));
    await kill(victim);
  }
  const before = log.answered.size;
  await eventually('mail that flows again', () => log.answered.size >= before + mailsPerRound, 120_000);
  storm.over = true;
  await Promise.all(sending);

  const rows = await eventually(
    'the trace of every answered mail',
    () => {
      const all = postern.trace();
      const ids = new Set(all.map((row) => row.rfc_message_id));
      return [...log.answered].every((messageId) => ids.has(messageId)) && all;
    },
    120_000, // a job that a worker died with waits for its lock to run out
  );
  const times = Map.groupBy(rows, (row) => row.rfc_message_id ?? '');
  expect([...times].filter(([, group]) => group.length !== 1)).toEqual([]);
  expect(rows.filter((row) => !log.sent.has(row.rfc_message_id ?? ''))).toEqual([]);
  expect(rows.filter((row) => row.outcome !== 'accepted')).toEqual([]);
  expect(log.answered.size).toBeGreaterThanOrEqual(mailsPerRound * victims.length);

  const spool = localSpool({ dir: join(postern.dataDir, 'spool'), memoryThreshold: 1_024 });
  for (const row of rows) {
    const kept = await (await spool.read(row.spool_key ?? '')).bytes();
    expect(kept.equals(log.sent.get(row.rfc_message_id ?? '') ?? Buffer.alloc(0))).toBe(true);
  }
  console.info(`${log.sent.size} sent, ${log.answered.size} answered, ${rows.length} traced`);
}, 600_000);

/** Each mail is sent once and never again, whatever becomes of it. */
async function sendUntil(storm: { readonly over: boolean }, { sent, answered }: Log): Promise<void> {
  let sender: Sender | null = null;
  while (!storm.over) {
    const messageId = newMessageId();
    try {
      sender ??= await inTime(openSender(postern.smtpPort()));
      const plain = mailOf({ from: 'nina@newcomer.example', messageId });
      const raw = sent.size % 2 === 0 ? await world.newcomer.sign(plain) : plain;
      sent.set(messageId, raw);
      const mail = { raw, mailFrom: 'nina@newcomer.example', recipients: [support] };
      const { reply } = await inTime(sender.deliver(mail));
      if (reply.code === 250) answered.add(messageId);
    } catch {
      sender?.close();
      sender = null;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  sender?.close();
}

/** A connection that was handed to a dying process is never answered. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer')), 8_000);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function kill(victim: (typeof victims)[number]): Promise<void> {
  if (victim === 'supervisor') {
    await postern.kill();
    await postern.start();
    return;
  }
  const pid = victim === 'redis' ? postern.redisPid() : postern.pidsOf(victim)[0];
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

/** Numbers from 0 to 1, the same for the same seed. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sidecar } from '../../src/intake/sidecar.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { defaultCalendar } from '../../src/sla/calendar.ts';
import { type LocalSpool, localSpool } from '../../src/spool/local-spool.ts';
import { ticketContent } from '../../src/tickets/content.ts';
import { type AcceptedDeps, createAccepted } from '../../workers/accepted.ts';
import type { HandlerDeps, TraceInput } from '../../workers/deps.ts';
import { HopelessJob } from '../../workers/handler.ts';
import { buildMail } from '../helpers/mail-builder.ts';
import { judgedMail, sidecar } from '../records/mails.ts';

let folder: string;
let records: Records;
let spool: LocalSpool;
let handedOver: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-accepted-'));
  records = await openRecords({ url: `sqlite:${join(folder, 'p.db')}`, logger: silentLogger() });
  await migrate(records);
  spool = localSpool({ dir: join(folder, 'spool'), memoryThreshold: 65_536 });
  handedOver = [];
});
afterEach(async () => {
  await records.close();
  rmSync(folder, { recursive: true, force: true });
});

async function keep(mailId: string, raw: Buffer): Promise<Sidecar> {
  const arrival = await spool.begin(mailId);
  await arrival.write(raw);
  const { sha256, size } = await arrival.complete();
  const beside = { ...sidecar({ messageId: `${mailId}-0` }), sha256, size };
  const judgements = beside.judgements.map((each) => ({ ...each, job: jobOf(mailId) }));
  const whole = { ...beside, judgements };
  await arrival.commit(whole);
  return whole;
}

function jobOf(mailId: string) {
  return { ...judgedMail({ messageId: `${mailId}-0` }), spoolKey: mailId };
}

const deps = (): HandlerDeps => ({
  spool,
  record: async (input: TraceInput) => {
    const [outcome] = await traceRecords(records).record([input], 2_000);
    if (outcome === undefined) throw new Error('nothing was recorded');
    return outcome;
  },
});

function handler(changes: Partial<AcceptedDeps> = {}) {
  return createAccepted({
    spool,
    read: async (raw) => ticketContent(await readMessage(raw, defaultReadLimits)),
    settings: {
      tokenKeys: [Buffer.alloc(32, 1)],
      mailboxes: ['support@postern.test'],
      calendar: defaultCalendar,
      targetsOf: () => ['desk', 'copy'],
    },
    handOver: async (event, targets) => {
      handedOver.push(...targets.map((target) => `${event} ${target}`));
    },
    reserve: () => ({ targets: [], leaseMs: 60_000, use: () => undefined }),
    ...changes,
  });
}

describe('an accepted mail', () => {
  const raw = buildMail({ subject: 'Printer', body: 'my password is Tulip77! and it burns\r\n' });

  it('becomes a ticket from the raw mail, and its targets are told', async () => {
    await keep('m1', raw);
    expect(await handler().handle(jobOf('m1'), deps())).toEqual({
      kind: 'recorded',
      messageId: 'm1-0',
      linkedTo: null,
    });
    expect(await ticketRecords(records).messages('m1-0')).toMatchObject([
      { subject: 'Printer', text: expect.stringContaining('[password removed]'), notes: ['secrets-removed'] },
    ]);
    expect(handedOver).toEqual(['m1-0 desk', 'm1-0 copy']);
    expect(await handoffRecords(records).ofMessage('m1-0')).toHaveLength(2);
  });

  it('handled twice changes nothing the second time', async () => {
    await keep('m1', raw);
    await handler().handle(jobOf('m1'), deps());
    const before = await snapshot();
    expect(await handler().handle(jobOf('m1'), deps())).toMatchObject({ kind: 'already' });
    expect(await snapshot()).toEqual(before);
  });

  it.each(['spool', 'read', 'record', 'recorded', 'handOver'])(
    'whose worker dies at %s is whole after the next try',
    async (step) => {
      await keep('m1', raw);
      const died = new Error('killed');
      const dead = () => Promise.reject(died);
      const own = step === 'spool' ? { spool: { entry: dead } } : step === 'read' ? { read: dead } : {};
      const over = step === 'handOver' ? { handOver: dead } : {};
      const given = deps();
      const record = async (input: TraceInput) => {
        if (step === 'record') throw died;
        const outcome = await given.record(input);
        if (step === 'recorded') throw died;
        return outcome;
      };
      await expect(handler({ ...own, ...over }).handle(jobOf('m1'), { ...given, record })).rejects.toBe(died);
      await handler().handle(jobOf('m1'), deps());
      expect(handedOver).toEqual(['m1-0 desk', 'm1-0 copy']);
      expect(await ticketRecords(records).list({ limit: 10 })).toHaveLength(1);
      expect(await handoffRecords(records).counts()).toMatchObject([{ count: 1 }, { count: 1 }]);
    },
  );

  it('is given to the lanes that have room, and wakes the others', async () => {
    await keep('m1', raw);
    const filled: string[] = [];
    const reserve: AcceptedDeps['reserve'] = () => ({
      targets: ['copy'],
      leaseMs: 60_000,
      use: (taken) => {
        filled.push(...taken.map(({ delivery, target }) => `${delivery.document.event} ${target}`));
      },
    });
    await handler({ reserve }).handle(jobOf('m1'), deps());
    expect(filled).toEqual(['m1-0 copy']);
    expect(handedOver).toEqual(['m1-0 desk']);
    expect(await handoffRecords(records).dueTargets(2_000)).toEqual(['desk']);
    expect(await handoffRecords(records).dueTargets(62_000)).toEqual(['copy', 'desk']);
  });

  it('that cannot be recorded gives the room back', async () => {
    await keep('m1', raw);
    const filled: number[] = [];
    const reserve: AcceptedDeps['reserve'] = (targets) => ({
      targets,
      leaseMs: 60_000,
      use: (taken) => void filled.push(taken.length),
    });
    const record = () => Promise.reject(new Error('records are away'));
    await expect(handler({ reserve }).handle(jobOf('m1'), { ...deps(), record })).rejects.toThrow('records are away');
    expect(filled).toEqual([0]);
  });

  it('that is a copy is handed over once', async () => {
    await keep('m1', raw);
    await keep('m2', raw);
    const same = (input: TraceInput): TraceInput =>
      input.sidecar === null
        ? input
        : { ...input, sidecar: { ...input.sidecar, rfcMessageId: '<s@x>', contentDigest: 's' } };
    const given = deps();
    const record = (input: TraceInput) => given.record(same(input));
    await handler().handle(jobOf('m1'), { ...given, record });
    expect(await handler().handle(jobOf('m2'), { ...given, record })).toMatchObject({ linkedTo: 'm1-0' });
    expect(await handler().handle(jobOf('m2'), { ...given, record })).toMatchObject({ linkedTo: 'm1-0' });
    expect(handedOver).toEqual(['m1-0 desk', 'm1-0 copy']);
  });

  it('that is gone from the spool, or was never kept, is hopeless', async () => {
    await expect(handler().handle(jobOf('m9'), deps())).rejects.toThrow(HopelessJob);
    await expect(handler().handle({ ...jobOf('m9'), spoolKey: null }, deps())).rejects.toThrow(HopelessJob);
  });

  it('that cannot be decoded still becomes a ticket', async () => {
    await keep(
      'm1',
      Buffer.from('From: Ada <ada@example.com>\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n\xff\xfe'),
    );
    expect(await handler().handle(jobOf('m1'), deps())).toMatchObject({ kind: 'recorded' });
  });

  async function snapshot() {
    return {
      tickets: await ticketRecords(records).list({ limit: 10 }),
      messages: await ticketRecords(records).messages('m1-0'),
      deliveries: await handoffRecords(records).ofMessage('m1-0'),
    };
  }
});

/**
 * The alert rules of operations through the parts that run in production: real records and queues are brought into the
 * bad state, the alarm desk looks at them, and a real webhook receiver and a real mail server are told. Nothing is mocked;
 * what would take hours is written with the time of hours ago.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { AlertKind } from '../../src/alerts/kind.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type Alerting, startAlerting } from '../../src/main/alerts.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { alertDeliveryRecords } from '../../src/records/alert-deliveries.ts';
import { alertRecords } from '../../src/records/alerts.ts';
import { clockRecords } from '../../src/records/clocks.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { type ConsoleWorld, startConsole } from '../console/console-world.ts';
import { eventually } from '../helpers/eventually.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/relay-sink.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { startWebhookServer, type WebhookServer } from '../helpers/webhook-server.ts';
import { traceInput } from '../records/mails.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const hourMs = 3_600_000;
const staff = 'desk@staff.example';

let world: ConsoleWorld;
let sink: SmtpSink;
let hook: WebhookServer;
let folder: string;
let metrics: Metrics;
let alerting: Alerting;
/** Workers that live see to alerts; the console does while there are none. */
let areOthersThere = false;
/** How often a look or a delivery asked for them. */
let asked = 0;

beforeAll(async () => {
  [world, sink, hook] = await Promise.all([startConsole(), startSmtpSink(), startWebhookServer()]);
  folder = mkdtempSync(join(tmpdir(), 'postern-alerting-'));
  writeFileSync(join(folder, 'ca.pem'), sink.ca);
  writeFileSync(join(folder, 'secret'), `whsec_${Buffer.alloc(32, 7).toString('base64')}\n`);
  const settings = {
    relay: { host: '127.0.0.1', port: sink.port, caFile: join(folder, 'ca.pem') },
    businessHours: { opensAt: '00:00', closesAt: '24:00', weekdays: [1, 2, 3, 4, 5, 6, 7], holidayCountry: null },
    alerts: {
      targets: [
        { name: 'desk', kind: 'mail', to: staff },
        {
          name: 'pager',
          kind: 'webhook',
          url: hook.url,
          secretFiles: [join(folder, 'secret')],
          allowedNetworks: ['127.0.0.0/8'],
        },
      ],
    },
  };
  writeFileSync(join(folder, 'postern.yaml'), JSON.stringify(settings));
  metrics = createMetrics();
  const { queues, records } = world;
  alerting = startAlerting({
    config: loadConfig({ env: { POSTERN_DATA_DIR: folder }, cwd: folder }),
    records,
    queues,
    backlogMs: () => null,
    retentionStuck: () => null,
    retentionHeld: () => null,
    othersDo: async () => {
      asked += 1;
      return areOthersThere;
    },
    logger: silentLogger(),
    metrics,
  });
});
afterAll(async () => {
  await Promise.all(alerting?.recurring.map((each) => each.stop()) ?? []);
  await alerting?.stop();
  metrics?.close();
  await Promise.all([hook?.stop(), sink?.stop()]);
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Told = { readonly type: string; readonly data: { readonly kind: string; readonly subject?: string } };
const told = (kind: AlertKind, type = 'alert.raised') =>
  hook.received.map(({ body }): Told => JSON.parse(body)).filter((one) => one.type === type && one.data.kind === kind);
const mailed = (words: RegExp) => sink.mails.filter(({ raw, to }) => to[0] === staff && words.test(unfolded(raw)));
const unfolded = (raw: Buffer): string => raw.toString().replace(/\r\n[ \t]/g, ' ');
const look = () => alerting.recurring.slice(0, 2).forEach((each) => each.now());

/** Both targets are told of it, and the history says so. */
async function reaches(kind: AlertKind, subject: RegExp): Promise<void> {
  look();
  await eventually(`${kind} at the webhook`, () => told(kind).length > 0);
  await eventually(`${kind} in the mail`, () => mailed(subject).length > 0);
  const history = await alertRecords(world.records).history({ limit: 100 });
  expect(history.map(({ message }) => message.kind)).toContain(kind);
}

/** A look and a delivery that began after this have asked for the others; those before have ended. */
async function nextLook(): Promise<void> {
  const before = asked;
  look();
  await eventually('four more questions', () => {
    look();
    return asked >= before + 4;
  });
}

const record = (...inputs: Parameters<ReturnType<typeof traceRecords>['record']>[0][number][]) =>
  traceRecords(world.records).record(inputs, Date.now());

it('the oldest job has waited too long', async () => {
  const queue = (await world.queues.built()).get('handoff');
  await queue?.add('waits', {}, { jobId: 'waits-0', timestamp: Date.now() - 20 * 60_000 });
  await reaches('queue-age', /^Subject: \[Postern\] warning: Queue handoff/m);
  expect(told('queue-age')).toHaveLength(1);
});

it('no mail came in for hours of business', async () => {
  await record(traceInput({ messageId: 'old-0', receivedAt: Date.now() - 30 * hourMs }));
  await reaches('no-mail', /^Subject: \[Postern\] warning: Incoming mail: none for/m);
});

it('an escalated mail waits too long', async () => {
  const receivedAt = Date.now() - 5 * hourMs;
  await record(traceInput({ messageId: 'waits-0', receivedAt, outcome: 'escalated', subject: 'Hunter2' }));
  await reaches('escalation-waiting', /^Subject: \[Postern\] warning: Escalated mail: one has waited/m);
});

it('the clock of an answer runs out', async () => {
  const startedAt = Date.now() - 3.5 * hourMs;
  const clock = startClock(startedAt, 'elapsed', { warnAt: startedAt + 3 * hourMs, dueAt: startedAt + 4 * hourMs });
  await record({ ...traceInput({ messageId: 'clock-0', receivedAt: startedAt }), ticket: ticketDraft({ clock }) });
  await clockRecords(world.records).pass(Date.now());
  await reaches('response-due', /^Subject: \[Postern\] warning: .*due/im);
});

it('a target has taken nothing for long while a hand-over waits', async () => {
  const receivedAt = Date.now() - 20 * 60_000;
  const ticket = ticketDraft({ targets: ['far-desk'] });
  await traceRecords(world.records).record([{ ...traceInput({ messageId: 'far-0', receivedAt }), ticket }], receivedAt);
  await reaches('target-stalled', /^Subject: \[Postern\] warning: Deliveries to far-desk: none was taken for 2\d min/m);
  await world.records.db.deleteFrom('handoff_deliveries').where('target', '=', 'far-desk').execute();
});

it('too many jobs of a queue die', async () => {
  const queue = (await world.queues.built()).get('accepted');
  const ids = Array.from({ length: 30 }, (_, index) => `dies${index}-0`);
  await queue?.addBulk(
    ids.map((messageId) => ({ name: 'x', data: judgedMail({ messageId }), opts: { jobId: messageId, attempts: 1 } })),
  );
  let failed = 0;
  const connection = { path: world.redis.target.socketPath, maxRetriesPerRequest: null };
  const worker = new Worker('accepted', () => Promise.reject(new Error('Hunter2 said no')), {
    connection,
    prefix: 'postern',
    concurrency: 10,
  });
  worker.on('failed', () => {
    failed += 1;
  });
  await eventually('every job dead', () => failed === ids.length);
  await worker.close();
  await reaches('job-failures', /^Subject: \[Postern\] critical: .*accepted/im);
});

it('tells nobody of what is silenced, and tells when the silence has ended', async () => {
  const alerts = alertRecords(world.records);
  const now = Date.now();
  const wish = {
    kind: 'queue-age',
    subject: 'notices',
    until: now + hourMs,
    reason: 'a drill',
    author: 'grace',
  } as const;
  const silence = await alerts.silence(wish, now);
  const queue = (await world.queues.built()).get('notices');
  await queue?.add('waits', {}, { jobId: 'waits-1', timestamp: now - 20 * 60_000 });
  const aboutIt = () => told('queue-age').filter(({ data }) => data.subject === 'notices');
  look();
  await eventually('an open alert', async () => (await alerts.open()).some(({ subject }) => subject === 'notices'));
  look();
  expect(aboutIt()).toEqual([]);
  expect((await alerts.open()).find(({ subject }) => subject === 'notices')?.told).toBeNull();
  expect(await alerts.unsilence(silence.id, 'grace', Date.now())).toBe(true);
  await eventually('told after all', () => {
    look();
    return aboutIt().length > 0;
  });
});

it('does nothing while others see to it, and stands in at once when they are gone', async () => {
  areOthersThere = true;
  await nextLook(); // what was under way before has ended
  const queue = (await world.queues.built()).get('escalated');
  await queue?.add('waits', {}, { jobId: 'waits-2', timestamp: Date.now() - 20 * 60_000 });
  const alerts = alertRecords(world.records);
  const isOpen = async () => (await alerts.open()).some(({ subject }) => subject === 'escalated');
  await nextLook();
  expect(await isOpen()).toBe(false);
  areOthersThere = false;
  look();
  await eventually('an open alert', isOpen);
});

it('shows with the alerts why a mail to staff does not get through, and sends it once it does', async () => {
  const deliveries = alertDeliveryRecords(world.records);
  sink.refuse({ at: 'rcpt', code: 550, text: 'no such desk' });
  const queue = (await world.queues.built()).get('rejected');
  await queue?.add('waits', {}, { jobId: 'waits-3', timestamp: Date.now() - 20 * 60_000 });
  look();
  const why = await eventually('why it was refused', async () =>
    (await deliveries.undelivered(10)).find(
      ({ cause, target }) => target === 'desk' && cause?.includes('550 no such desk'),
    ),
  );
  expect(why.state).toBe('retrying');
  sink.refuse(null);
  await eventually('nothing undelivered', async () => {
    look();
    return (await deliveries.undelivered(10)).length === 0;
  });
  expect(mailed(/^Subject: \[Postern\] warning: Queue rejected/m)).toHaveLength(1);
});

it('quotes nobody', () => {
  const everything = [...hook.received.map(({ body }) => body), ...sink.mails.map(({ raw }) => raw.toString())].join();
  expect(everything).not.toMatch(/hunter2|ada@|example\.com/i);
});

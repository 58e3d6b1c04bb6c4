/** The whole system: staff are told by webhook and mail, once, whatever dies or is away, and nobody is quoted. */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { type AlertDeliveryRecords, alertDeliveryRecords } from '../../src/records/alert-deliveries.ts';
import { type AlertRecords, alertRecords } from '../../src/records/alerts.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { type CustomerWorld, customerWorld, mailOf, newMessageId, support } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { isRunning, type Postern, startPostern } from '../helpers/postern.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/relay-sink.ts';
import { startWebhookServer, type WebhookServer } from '../helpers/webhook-server.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 });

/** The window of events, a lease of a worker that died, and a machine that is busy. */
const patienceMs = 400_000;
const staffAddress = 'trust-desk@staff.example';
const secret = randomBytes(32);
/** An admin whose domain publishes no policy. */
const pam = 'pam@plain.example';
const planted = 'hunter2-Sw0rdfish';

let world: CustomerWorld;
let dns: ZoneServer;
let sink: SmtpSink;
let hook: WebhookServer;
let folder: string;
let postern: Postern;
/** What the commands show, without the start of a process for each look. */
let records: Records;
let alerts: AlertRecords;
let deliveries: AlertDeliveryRecords;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  sink = await startSmtpSink();
  hook = await startWebhookServer();
  folder = mkdtempSync(join(tmpdir(), 'postern-alerts-'));
  const caFile = join(folder, 'ca.pem');
  const secretFile = join(folder, 'secret');
  mkdirSync(folder, { recursive: true });
  writeFileSync(caFile, sink.ca);
  writeFileSync(secretFile, `whsec_${secret.toString('base64')}\n`);
  const common = { secretFiles: [secretFile], allowedNetworks: ['127.0.0.0/8'] };
  postern = await startPostern({
    dns: dns.address,
    directory: world.directory,
    settings: {
      relay: { host: '127.0.0.1', port: sink.port, caFile },
      console: { url: 'https://postern.staff.example' },
      alerts: {
        windowMinutes: 1,
        targets: [
          { name: 'desk', kind: 'mail', to: staffAddress },
          { name: 'pager', kind: 'webhook', url: hook.url, ...common },
        ],
      },
    },
  });
  records = await openRecords({ url: `sqlite:${join(postern.dataDir, 'postern.db')}`, logger: silentLogger() });
  alerts = alertRecords(records);
  deliveries = alertDeliveryRecords(records);
});
afterAll(async () => {
  await records?.close();
  await postern?.remove();
  await hook?.stop();
  await sink?.stop();
  await dns?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Told = {
  readonly type: string;
  readonly data: { readonly kind: string; readonly alert: string; readonly references: readonly string[] };
};
const told = (): readonly Told[] => hook.received.map(({ body }): Told => JSON.parse(body));
const toStaff = () => sink.mails.filter(({ to }) => to[0] === staffAddress);

type Past = { readonly kind: string; readonly change: string; readonly events: { readonly told: number } };

/** How many events of a kind staff were told of, by the history. */
async function toldOf(kind: string): Promise<number> {
  const ran = await postern.run('alerts', 'history', '--json', '--limit', '500');
  const history: readonly Past[] = JSON.parse(ran.stdout).history;
  return countTold(history, kind);
}

function countTold(history: readonly Past[], kind: string): number {
  return history.filter((each) => each.kind === kind).reduce((sum, { events }) => sum + events.told, 0);
}

async function spoof(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const body = `Our password is ${planted}, number ${index}. Delete everything!\r\n`;
    const raw = mailOf({ from: `"Pam ${planted}" <${pam}>`, messageId: newMessageId(), body });
    await deliver(postern.smtpPort(), { raw, mailFrom: 'eve@elsewhere.example', recipients: [support] });
  }
}

it('an escalated mail is told at once, signed, and quotes nobody', async () => {
  await spoof(1);
  const [row] = await postern.traced(1);
  expect(row).toMatchObject({ outcome: 'escalated' });
  await eventually('the webhook', () => told().some(({ data }) => data.kind === 'escalated'));
  await eventually('the mail', () => toStaff().length > 0);
  const received = hook.received.find(({ body }) => body.includes('"escalated"'));
  const id = String(received?.headers['webhook-id']);
  const signed = `${id}.${String(received?.headers['webhook-timestamp'])}.${received?.body ?? ''}`;
  const mac = createHmac('sha256', secret).update(signed).digest('base64');
  expect(received?.headers['webhook-signature']).toBe(`v1,${mac}`);
  expect(JSON.parse(received?.body ?? '')).toMatchObject({
    type: 'alert.raised',
    data: {
      kind: 'escalated',
      severity: 'warning',
      references: [row?.message_id],
      byLabel: { [row?.reason ?? '']: 1 },
      url: 'https://postern.staff.example/reviews',
    },
  });
  const [mail] = toStaff();
  const message = await readMessage(memoryMail(mail?.raw ?? Buffer.alloc(0)), defaultReadLimits);
  if (message.content.kind !== 'parsed') throw new Error('could not be read');
  const { automatic, subject, text } = message.content.content;
  expect(subject).toBe(`[Postern] warning: Escalated mail: 1 mail waits for a decision (1 ${row?.reason})`);
  expect(text).toContain('https://postern.staff.example/reviews');
  expect(automatic).toMatchObject({ autoSubmitted: 'auto-generated' });
  expect(mail?.from).toMatch(/^bounce\+[0-9a-z]+@/);
});

it('a test goes to each target, and says whether it arrived', async () => {
  const ran = await postern.run('alerts', 'test', '--json');
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    results: [
      { target: 'desk', state: 'delivered' },
      { target: 'pager', state: 'delivered' },
    ],
  });
  expect(told().at(-1)).toMatchObject({ type: 'alert.raised', data: { kind: 'test' } });
});

it('our own alert that comes back is refused as a loop', async () => {
  const before = postern.trace().length;
  await deliver(postern.smtpPort(), { raw: toStaff()[0]?.raw ?? Buffer.alloc(0), mailFrom: '', recipients: [support] });
  const rows = await postern.traced(before + 1);
  expect(rows.at(-1)).toMatchObject({ outcome: 'rejected', reason: 'automatic' });
});

/** What they had in hand is due when its lease is over, after a minute: it passes here. */
async function killWorkers(): Promise<void> {
  const workers = postern.pidsOf('workers');
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  await eventually('the end of the workers', () => !workers.some(isRunning));
  await records.db.updateTable('alert_deliveries').set({ next_at: 1 }).where('next_at', 'is not', null).execute();
}

it('a flood is few messages that tell of each mail once, though workers die and a target is away', async () => {
  const mailsBefore = toStaff().length;
  hook.answer = (response) => response.writeHead(503).end();
  await spoof(20);
  await killWorkers();
  await spoof(10);
  await eventually('a message', () => toStaff().length > mailsBefore, patienceMs);
  await killWorkers();
  hook.answer = (response) => response.writeHead(204).end();
  // The first mail and the flood. What is told counts each of them in one message.
  const history = async () => (await alerts.history({ limit: 500 })).map(({ message }) => message);
  const isAllTold = async () => countTold(await history(), 'escalated') === 31;
  await eventually('every mail in the history', isAllTold, patienceMs);
  await eventually('no message left', async () => (await deliveries.undelivered(1)).length === 0, patienceMs);
  expect(await toldOf('escalated')).toBe(31);
  expect(JSON.parse((await postern.run('alerts', 'list', '--json')).stdout)).toMatchObject({ undelivered: [] });
  // One at once, where the first alert was over by then; one when the window has passed, sent again if its worker died.
  expect(toStaff().length - mailsBefore).toBeLessThanOrEqual(4);
});

it('nothing of what was written, no address and no secret stands in any alert', () => {
  const everything = [...hook.received.map(({ body }) => body), ...toStaff().map(({ raw }) => raw.toString('utf8'))];
  expect(everything.length).toBeGreaterThan(4);
  for (const text of everything) {
    expect(text).not.toMatch(
      /hunter2|Sw0rdfish|Delete everything|elsewhere\.example|customer\.example|plain\.example/i,
    );
    expect(text).not.toContain(pam);
  }
});

it('history tells what became of it, and a silence holds what comes', async () => {
  const silenced = await postern.run(
    'alerts',
    'silence',
    '--kind',
    'case-alarm',
    '--for',
    '2h',
    '--reason',
    'a drill',
    '--json',
  );
  expect(silenced.code).toBe(0);
  const { id } = JSON.parse(silenced.stdout);
  const { silences } = JSON.parse((await postern.run('alerts', 'list', '--json')).stdout);
  expect(silences).toMatchObject([{ id, kind: 'case-alarm', subject: null, reason: 'a drill' }]);
  expect((await postern.run('alerts', 'unsilence', id)).code).toBe(0);
  expect((await postern.run('alerts', 'unsilence', id)).code).toBe(67);
  expect((await postern.run('alerts', 'silence', '--for', '90d', '--reason', 'x')).code).toBe(64);
  const { history } = JSON.parse((await postern.run('alerts', 'history', '--json')).stdout);
  expect(history.map(({ kind }: { readonly kind: string }) => kind)).toContain('escalated');
  const metrics = await fetch(new URL('/metrics', postern.consoleUrl()));
  const lines = await metrics.text();
  expect(lines).toContain('# TYPE postern_alerts_open gauge');
  expect(lines).toMatch(/postern_alert_deliveries_total\{target="(?:desk|pager)",outcome="delivered"\} \d/);
  const doctor = JSON.parse((await postern.run('doctor', '--json')).stdout);
  expect(doctor.checks.filter(({ name }: { readonly name: string }) => name === 'alerts')).toMatchObject([
    { level: 'ok', found: `desk (mail): ${staffAddress}` },
    { level: 'ok' },
  ]);
});

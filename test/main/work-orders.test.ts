/** Work orders from the approval to engineering's webhook, with real keys and a real receiver. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessage, readKey, readSignature, verify } from 'openpgp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sign } from '../../src/case-file/issue-order.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type Keyring, openKeyring } from '../../src/keyring/keyring.ts';
import { signDetached } from '../../src/keyring/sign.ts';
import { startWorkOrders, type WorkOrders } from '../../src/main/work-orders.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { workOrderRecords } from '../../src/records/work-orders.ts';
import { dayMs } from '../cases/story.ts';
import { accepted, type CaseDesk, caseDesk } from '../helpers/case-desk.ts';
import { eventually } from '../helpers/eventually.ts';
import { startWebhookServer, type WebhookServer } from '../helpers/webhook-server.ts';

const secret = randomBytes(32);
const cancel = { kind: 'work-order-answered', result: 'cancelled', reference: 'x', note: '' } as const;

let folder: string;
let server: WebhookServer;
let records: Records;
let desk: CaseDesk;
let keyring: Keyring;
const running: WorkOrders[] = [];
const metrics = createMetrics();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-orders-'));
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets/engineering'), `whsec_${secret.toString('base64')}\n`);
  server = await startWebhookServer();
  records = await openRecords({ url: `sqlite:${join(folder, 'postern.db')}`, logger: silentLogger() });
  await migrate(records);
  desk = await caseDesk(records);
  // The lanes go by the real clock: the case is a fresh one.
  desk.now = Date.now() - 3_600_000;
  keyring = await openKeyring(join(folder, 'keys'));
});
afterEach(async () => {
  for (const each of running.splice(0)) {
    await Promise.all(each.recurring.map((work) => work.stop()));
    await each.stop();
  }
  await records.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sign: Sign = (content, at) => signDetached(keyring, content, at);
const makeKey = () =>
  keyring.generate({ name: 'Support', email: 'support@postern.test', now: Date.now() - dayMs, lifetimeMs: null });

function run(changes: string, signing = sign): WorkOrders {
  const file = join(folder, 'postern.yaml');
  writeFileSync(file, changes);
  const config = loadConfig({ env: { POSTERN_DATA_DIR: folder, POSTERN_CONFIG: file }, cwd: folder });
  const made = startWorkOrders({ config, records, sign: signing, logger: silentLogger(), metrics });
  running.push(made);
  for (const work of made.recurring) work.now();
  return made;
}

const webhook = (url: string, networks = '["127.0.0.1"]'): string => `
console: { url: "https://postern.example.com/" }
engineering:
  webhook: { url: "${url}", secretFiles: [secrets/engineering], allowedNetworks: ${networks}, timeoutMs: 2000 }
`;

async function approved(): Promise<string> {
  const { id } = await desk.opened('disgruntled-admin');
  await desk.complete(id, 'a1');
  await desk.approve(id);
  return id;
}

const deliveries = (id: string) => workOrderRecords(records).deliveriesOf(id);
const settled = (id: string, state: string) =>
  eventually(`a delivery that is ${state}`, async () => (await deliveries(id)).find((one) => one.state === state));

describe('a work order', () => {
  it('that could not be signed is signed by the workers and sent once, under both signatures', async () => {
    const id = await approved();
    const made = run(webhook(server.url));
    const alarm = await eventually('an alarm', async () => {
      const rows = await records.db.selectFrom('alert_events').selectAll().execute();
      return rows.find(({ event_key }) => event_key === `case-alarm unsigned ${id}`);
    });
    expect(alarm).toMatchObject({ subject: id, label: 'X-DISGRUNTLED' });
    expect(server.received).toEqual([]);

    await makeKey();
    for (const work of made.recurring) work.now();
    await eventually('the signature', async () => (await workOrderRecords(records).order(id)) ?? false);
    for (const work of made.recurring) work.now();
    await settled(id, 'delivered');
    const [request, ...more] = server.received;
    expect(more).toEqual([]);
    const { body = '', headers } = request ?? {};
    const stamp = headers?.['webhook-timestamp'];
    const mac = createHmac('sha256', secret)
      .update(`${id}-order.${String(stamp)}.${body}`)
      .digest('base64');
    expect(headers).toMatchObject({ 'webhook-id': `${id}-order`, 'webhook-signature': `v1,${mac}` });

    const { data, type } = JSON.parse(body);
    expect(type).toBe('work-order.issued');
    expect(data).toMatchObject({
      order: `${id}-order`,
      case: id,
      sha256: createHash('sha256').update(data.document).digest('hex'),
      answerTo: `https://postern.example.com/api/v1/work-orders/${id}-order/answer`,
    });
    expect(JSON.parse(data.document)).toMatchObject({
      action: { kind: 'delete-admin', adminId: 'a1' },
      singleUse: true,
    });
    const checked = await verify({
      message: await createMessage({ binary: Buffer.from(data.document) }),
      signature: await readSignature({ armoredSignature: data.signature }),
      verificationKeys: await readKey({ armoredKey: keyring.exportPublic(data.fingerprint) }),
    });
    expect(await checked.signatures[0]?.verified).toBe(true);
  });

  it('that cannot arrive is tried again under the same id, parked when it is refused for good, and sent when staff say so', async () => {
    await makeKey();
    const id = await approved();
    server.answer = (response) => response.writeHead(410).end();
    run(webhook(server.url));
    const parked = await settled(id, 'parked');
    expect(parked).toMatchObject({ attempts: 1, cause: expect.stringContaining('410') });
    server.answer = (response) => response.writeHead(200).end();
    expect(await workOrderRecords(records).retryParked(id, { kind: 'staff', id: 'alice', roles: [] }, Date.now())).toBe(
      1,
    );
    await settled(id, 'delivered');
    expect(server.received.map(({ headers }) => headers['webhook-id'])).toEqual([`${id}-order`, `${id}-order`]);
  });

  it('is tried again after trouble and after a time-out', async () => {
    await makeKey();
    const id = await approved();
    server.answer = (response) => response.writeHead(503).end();
    run(webhook(server.url));
    expect(await settled(id, 'retrying')).toMatchObject({ attempts: 1, cause: 'HTTP 503' });
  });

  it('is never sent to an address that may not be reached, whatever its name', async () => {
    await makeKey();
    const id = await approved();
    run(webhook(`http://localhost:${server.port}/hook`, '[]'));
    const { cause } = await settled(id, 'retrying');
    expect(cause).toMatch(/127\.0\.0\.1|::1/);
    expect(server.received).toEqual([]);
  });

  it('that was cancelled after it was sent is followed by its cancellation, and one that was not is never sent', async () => {
    await makeKey();
    const id = await approved();
    run(webhook(server.url));
    await settled(id, 'delivered');
    accepted(await desk.act(id, cancel));
    await eventually('the cancellation', async () => server.received.length === 2);
    const { data, type } = JSON.parse(server.received[1]?.body ?? '{}');
    expect([type, data.order]).toEqual(['work-order.cancelled', `${id}-order`]);
    expect(Object.keys(data)).toEqual(['order', 'case', 'sha256']);
  });

  it('that has expired is not sent any more', async () => {
    await makeKey();
    desk.now = Date.now() - 8 * dayMs;
    const id = await approved();
    run(webhook(server.url));
    expect(await settled(id, 'parked')).toMatchObject({ cause: 'the work order has expired' });
    expect(server.received).toEqual([]);
  });

  it('waits signed for staff to hand it over where no webhook is configured', async () => {
    await makeKey();
    const id = await approved();
    run('');
    await settled(id, 'queued');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.received).toEqual([]);
    expect(await deliveries(id)).toMatchObject([{ state: 'queued', attempts: 0 }]);
  });

  it('needs a secret that can be read: the start says which setting is wrong', () => {
    expect(() => run(webhook(server.url).replace('secrets/engineering', 'secrets/none'))).toThrow(
      /^engineering\.webhook\.secretFiles/,
    );
    expect(() => run('engineering: { webhook: { url: "ftp://x.test/" } }')).toThrow(/^engineering\.webhook/);
  });
});

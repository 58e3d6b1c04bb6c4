/** A work order through the running gateway: approved by two, signed by its key, posted to engineering, answered by token. */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMessage, readKey, readSignature, verify } from 'openpgp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { type CaseDesk, caseDesk } from '../helpers/case-desk.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { startWebhookServer, type WebhookServer } from '../helpers/webhook-server.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const secret = randomBytes(32);
const hourMs = 3_600_000;

let engineering: WebhookServer;
let dns: ZoneServer;
let postern: Postern;
let records: Records;
let desk: CaseDesk;

beforeAll(async () => {
  engineering = await startWebhookServer();
  dns = await startZoneServer({});
  const webhook = {
    url: engineering.url,
    secretFiles: ['secrets/engineering'],
    allowedNetworks: ['127.0.0.1'],
    timeoutMs: 2_000,
  };
  postern = await startPostern({
    dns: dns.address,
    settings: { engineering: { webhook } },
    prepare(dataDir) {
      mkdirSync(join(dataDir, 'secrets'), { mode: 0o700 });
      writeFileSync(join(dataDir, 'secrets', 'engineering'), `whsec_${secret.toString('base64')}\n`, { mode: 0o600 });
    },
  });
  records = await openRecords({ url: `sqlite:${join(postern.dataDir, 'postern.db')}`, logger: silentLogger() });
  desk = await caseDesk(records);
  desk.now = Date.now() - hourMs; // workers go by the real clock
});
afterAll(async () => {
  await records?.close();
  await postern?.remove();
  await dns?.close();
  await engineering?.stop();
});

const orderOf = async (id: string) => (await desk.cases.get(id))?.case.workOrder ?? null;

it('reaches engineering once, verifies by the key that the gateway gives out, and is answered once', async () => {
  const { id } = await desk.opened('disgruntled-admin');
  await desk.complete(id, 'a1');
  await desk.approve(id);

  const request = await eventually('the work order', () => engineering.received[0], 60_000);
  const stamp = String(request.headers['webhook-timestamp']);
  const mac = createHmac('sha256', secret).update(`${id}-order.${stamp}.${request.body}`).digest('base64');
  expect(request.headers).toMatchObject({ 'webhook-id': `${id}-order`, 'webhook-signature': `v1,${mac}` });
  const { data } = JSON.parse(request.body);
  expect(JSON.parse(data.document)).toMatchObject({ action: { kind: 'delete-admin', adminId: 'a1' }, singleUse: true });

  const { stdout: armored } = await postern.run('keys', 'export', data.fingerprint);
  const checked = await verify({
    message: await createMessage({ binary: Buffer.from(data.document) }),
    signature: await readSignature({ armoredSignature: data.signature }),
    verificationKeys: await readKey({ armoredKey: armored }),
  });
  expect(await checked.signatures[0]?.verified).toBe(true);

  const { stdout: made } = await postern.run('token', 'add', 'engineering', '--engineering', '--json');
  const token = String(JSON.parse(made).token);
  const answer = async (result: string, authorization = `Bearer ${token}`) => {
    const response = await fetch(new URL(`/api/v1/work-orders/${id}-order/answer`, postern.consoleUrl()), {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ sha256: data.sha256, result, reference: 'CHANGE-1' }),
    });
    return response.status;
  };
  expect(await answer('done', 'Bearer nobody')).toBe(401);
  expect((await orderOf(id))?.answer).toBeNull();
  expect([await answer('done'), await answer('done'), await answer('failed')]).toEqual([200, 200, 409]);
  expect((await orderOf(id))?.answer).toMatchObject({ result: 'done', reference: 'CHANGE-1' });
  expect(engineering.received).toHaveLength(1);
  const { stdout: audit } = await postern.run('audit', 'verify', '--json');
  expect(JSON.parse(audit)).toMatchObject({ ok: true });
});

/** The HTTP API of a running system: a token from the command line, a request of the portal, its ticket. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ada, type CustomerWorld, customerWorld, support } from '../helpers/customer-world.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

describe('the HTTP API of a running system', () => {
  let world: CustomerWorld;
  let dns: ZoneServer;
  let postern: Postern;
  let portal = '';
  let board = '';
  beforeAll(async () => {
    world = await customerWorld();
    dns = await startZoneServer(world.zone);
    postern = await startPostern({ dns: dns.address, directory: world.directory });
    portal = (await postern.run('token', 'add', 'portal', '--portal')).stdout.trim();
    board = (await postern.run('token', 'add', 'board', '--role', 'operator', '--days', '1')).stdout.trim();
  });
  afterAll(async () => {
    await postern?.remove();
    await dns?.close();
  });

  const ask = async (token: string, path: string, body?: unknown) => {
    const response = await fetch(`${postern.consoleUrl().replace(/\/$/, '')}/api/v1${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, json: JSON.parse(await response.text()) };
  };

  it('takes a request of the portal to its ticket, though no mail of this author would pass DMARC', async () => {
    const request = {
      idempotencyKey: randomUUID(),
      tenant: 't1',
      adminId: 'a1',
      mailbox: support,
      subject: 'Der Drucker brennt – schnell!',
      text: 'It burns since two in the morning.',
      attachments: [
        { fileName: 'photo.txt', contentType: 'text/plain', content: Buffer.from('fire').toString('base64') },
      ],
    };
    const first = await ask(portal, '/portal/requests', request);
    expect(first.status).toBe(202);
    expect(await ask(portal, '/portal/requests', request)).toEqual(first);
    const [messageId] = first.json.messageIds;
    await postern.traced(1);
    const { json } = await ask(board, `/messages/${messageId}`);
    expect(json).toMatchObject({
      sender: ada,
      subject: request.subject,
      outcome: 'accepted',
      rule: 'W-PORTAL',
      proof: ['portal'],
      rawIsKept: true,
    });
    const ticket = await eventually('a ticket', async () => {
      const { json: found } = await ask(board, `/messages/${messageId}`);
      return found.ticket;
    });
    const shown = await ask(board, `/tickets/${ticket.number}`);
    expect(shown.json).toMatchObject({ requester: ada, tenantId: 't1', adminId: 'a1', clock: { state: 'due' } });
    expect(postern.trace()).toHaveLength(1);
  });

  it('keeps what comes while a token is made, used and revoked over restarts', async () => {
    const { json } = await ask(board, '/health');
    expect(json).toMatchObject({ redisAnswers: true, workersAlive: 1 });
    await postern.stop();
    await postern.start();
    expect((await ask(board, '/queues')).status).toBe(200);
    const listed = (await postern.run('token', 'list', '--json')).stdout.trim().split('\n');
    const token = listed.map((line) => JSON.parse(line)).find(({ name }) => name === 'board');
    expect(token).toMatchObject({ state: 'active', lastUsedFrom: '127.0.0.1' });
    expect((await postern.run('token', 'revoke', token.id)).code).toBe(0);
    expect((await ask(board, '/queues')).status).toBe(401);
    const metrics = await (await fetch(`${postern.consoleUrl().replace(/\/$/, '')}/metrics`)).text();
    expect(metrics).toContain('postern_api_requests_total{route="GET /queues",status="401"} 1');
  });
});

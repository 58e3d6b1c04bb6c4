import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebhookTarget } from '../../../src/handoff/target.ts';
import type { Sender } from '../../../workers/targets/sender.ts';
import { type WebhookSenderOptions, webhookSender } from '../../../workers/targets/webhook.ts';
import { handoffDocument, links } from '../../helpers/handoff-document.ts';
import { startRawServer, startWebhookServer, type WebhookServer } from '../../helpers/webhook-server.ts';

const secret = randomBytes(32);
const at = Date.UTC(2026, 2, 2, 12);
let server: WebhookServer;
const ends: (() => Promise<void>)[] = [];
beforeEach(async () => {
  server = await startWebhookServer();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await server.stop();
});

function sender(changes: Partial<WebhookTarget> = {}, resolve?: WebhookSenderOptions['resolve']): Sender {
  const target: WebhookTarget = {
    kind: 'webhook',
    name: 'hook',
    url: server.url,
    secrets: [secret],
    allowedNetworks: ['127.0.0.1'],
    timeoutMs: 2_000,
    maxBodyOctets: 256 * 1024,
    ...changes,
  };
  const made = webhookSender(resolve === undefined ? { target, links } : { target, links, resolve });
  ends.push(() => made.close());
  return made;
}

const send = (made: Sender) => made.send(handoffDocument(), { at, again: false, createdAt: at });

describe('a webhook', () => {
  it('is one signed POST', async () => {
    expect(await send(sender())).toEqual({ kind: 'delivered' });
    const [request] = server.received;
    expect(request).toMatchObject({
      path: '/hook',
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'msg_m1-0',
        'idempotency-key': 'msg_m1-0',
        'webhook-timestamp': String(at / 1_000),
      },
    });
    const mac = createHmac('sha256', secret)
      .update(`msg_m1-0.${at / 1_000}.${request?.body ?? ''}`)
      .digest('base64');
    expect(request?.headers['webhook-signature']).toBe(`v1,${mac}`);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'ticket.opened' });
  });

  it('sent again has the same id and body', async () => {
    const made = sender();
    await made.send(handoffDocument(), { at, again: false, createdAt: at });
    await made.send(handoffDocument(), { at: at + 60_000, again: true, createdAt: at });
    const [one, two] = server.received;
    expect(two?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
    expect(two?.body).toBe(one?.body);
    expect(two?.headers['webhook-signature']).not.toBe(one?.headers['webhook-signature']);
  });

  it('has a body of bounded size', async () => {
    const made = sender({ maxBodyOctets: 4_096 });
    await made.send(handoffDocument({ message: { text: 'x'.repeat(60_000) } }), { at, again: false, createdAt: at });
    expect(Buffer.byteLength(server.received[0]?.body ?? '')).toBeLessThanOrEqual(4_096);
  });
});

describe('an answer', () => {
  it.each<[number, string]>([
    [200, 'delivered'],
    [299, 'delivered'],
    [400, 'refused'],
    [401, 'trouble'],
    [402, 'trouble'],
    [403, 'trouble'],
    [404, 'trouble'],
    [405, 'trouble'],
    [407, 'trouble'],
    [408, 'trouble'],
    [409, 'refused'],
    [410, 'hopeless'],
    [413, 'refused'],
    [415, 'refused'],
    [421, 'trouble'],
    [422, 'refused'],
    [425, 'trouble'],
    [429, 'trouble'],
    [500, 'trouble'],
    [502, 'trouble'],
    [504, 'trouble'],
  ])('%i is %s', async (status, kind) => {
    server.answer = (response) => response.writeHead(status).end('and a text that nobody reads');
    const attempt = await send(sender());
    expect(attempt.kind).toBe(kind);
    expect(JSON.stringify(attempt)).not.toContain('nobody reads');
  });

  it.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    server.answer = (response) => response.writeHead(status, { location: `${server.url}/elsewhere` }).end();
    expect(await send(sender())).toEqual({ kind: 'trouble', cause: `HTTP ${status}: redirects are not followed` });
    expect(server.received).toHaveLength(1);
  });

  it('may say when to come back', async () => {
    server.answer = (response) => response.writeHead(503, { 'retry-after': '120' }).end();
    expect(await send(sender())).toEqual({ kind: 'trouble', cause: 'HTTP 503', retryAfterMs: 120_000 });
    server.answer = (response) => response.writeHead(503, { 'retry-after': 'soon' }).end();
    expect(await send(sender())).toEqual({ kind: 'trouble', cause: 'HTTP 503' });
  });

  it('that never comes is given up', async () => {
    server.answer = () => undefined;
    expect(await send(sender({ timeoutMs: 100 }))).toEqual({ kind: 'trouble', cause: 'no answer within 100 ms' });
  });

  it('that never ends does not matter once its status is known, and is not read on', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    server.answer = (response) => {
      response.writeHead(200);
      const flood = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(flood));
      closed = once(response, 'close');
    };
    // The deadline would close it too, though not within this test.
    expect(await send(sender({ timeoutMs: 3_600_000 }))).toEqual({ kind: 'delivered' });
    await closed;
  });

  it.each([
    ['that is no HTTP', (socket: { end(text: string): unknown }) => socket.end('220 mail.example.com ESMTP\r\n')],
    ['that is empty', (socket: { end(text: string): unknown }) => socket.end('')],
    [
      'with an endless header',
      (socket: { end(text: string): unknown }) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(200_000)}\r\n\r\n`),
    ],
  ])('%s is trouble', async (_name, speak) => {
    const raw = await startRawServer((socket) => speak(socket));
    ends.push(() => raw.stop());
    expect((await send(sender({ url: `http://127.0.0.1:${raw.port}/` }))).kind).toBe('trouble');
  });

  it('drip-fed byte by byte is given up', async () => {
    const raw = await startRawServer((socket) => {
      socket.write('HTTP/1.1 ');
      const drip = setInterval(() => socket.write('0'), 10);
      socket.on('close', () => clearInterval(drip));
    });
    ends.push(() => raw.stop());
    const made = sender({ url: `http://127.0.0.1:${raw.port}/`, timeoutMs: 200 });
    expect((await send(made)).kind).toBe('trouble');
  });

  it('nobody is there to give is trouble', async () => {
    const gone = await startRawServer(() => undefined);
    await gone.stop();
    expect((await send(sender({ url: `http://127.0.0.1:${gone.port}/` }))).kind).toBe('trouble');
  });

  it('after the receiver closed an idle connection does not count against it', async () => {
    const made = sender();
    server.answer = (response) => {
      response.writeHead(204).end();
      setTimeout(() => response.socket?.resetAndDestroy(), 0);
    };
    for (let count = 0; count < 5; count += 1) expect(await send(made)).toEqual({ kind: 'delivered' });
  });
});

describe('a target inside', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0:PORT/',
    'https://169.254.169.254/latest/meta-data/',
  ])('%s is not reached unless its network is allowed', async (url) => {
    const made = sender({ url: url.replace('PORT', String(server.port)), allowedNetworks: [] });
    expect((await send(made)).kind).toBe('trouble');
    expect(server.received).toEqual([]);
  });

  it('is not reached when one of several addresses is inside', async () => {
    const made = sender({ url: `https://hook.test:${server.port}/`, allowedNetworks: [] }, async () => [
      '8.8.8.8',
      '10.0.0.1',
    ]);
    expect(await send(made)).toMatchObject({ kind: 'trouble', cause: expect.stringContaining('10.0.0.1') });
  });

  it('is reached under the address that was checked, whatever the name says later', async () => {
    let asked = 0;
    const made = sender({ url: `http://rebind.invalid:${server.port}/` }, async () => {
      asked += 1;
      return ['127.0.0.1'];
    });
    // The system's resolver knows no such name: only the checked address can lead here.
    expect(await send(made)).toEqual({ kind: 'delivered' });
    expect(asked).toBe(1);
    expect(server.received[0]?.headers.host).toBe(`rebind.invalid:${server.port}`);
  });

  it('plain http is not spoken to the world', async () => {
    const made = sender({ url: 'http://hook.test/' }, async () => ['8.8.8.8']);
    expect(await send(made)).toEqual({ kind: 'trouble', cause: 'plain http is spoken into allowed networks only' });
    const mixed = sender({ url: server.url.replace('127.0.0.1', 'hook.test') }, async () => ['127.0.0.1', '8.8.8.8']);
    expect(await send(mixed)).toMatchObject({ kind: 'trouble' });
    expect(server.received).toEqual([]);
  });

  it('a name that does not resolve is trouble', async () => {
    const failing = () => Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }));
    expect((await send(sender({ url: 'https://hook.test/' }, failing))).kind).toBe('trouble');
    expect((await send(sender({ url: 'https://hook.test/' }, async () => []))).kind).toBe('trouble');
    const hanging = () => new Promise<readonly string[]>(() => undefined);
    expect((await send(sender({ url: 'https://hook.test/', timeoutMs: 50 }, hanging))).kind).toBe('trouble');
  });
});

describe('over TLS', () => {
  it('the certificate must be right', async () => {
    const names = { name: 'subjectAltName' as const, altNames: [{ type: 2 as const, value: 'hook.test' }] };
    const made = await generate([{ name: 'commonName', value: 'hook.test' }], { extensions: [names] });
    const secure = createServer({ cert: made.cert, key: made.private }, (request, response) => {
      request.resume();
      response.end();
    });
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    ends.push(async () => {
      secure.closeAllConnections();
      secure.close();
      await once(secure, 'close');
    });
    const address = secure.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const local = async () => ['127.0.0.1'];
    const trusting = { ca: made.cert };
    expect(await send(sender({ url: `https://hook.test:${port}/`, ...trusting }, local))).toEqual({
      kind: 'delivered',
    });
    expect((await send(sender({ url: `https://hook.test:${port}/` }, local))).kind).toBe('trouble');
    expect((await send(sender({ url: `https://other.test:${port}/`, ...trusting }, local))).kind).toBe('trouble');
  });
});

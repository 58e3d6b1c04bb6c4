/** What a stranger's connection may cost: over real sockets. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { listenConsole, type ServerLimits, serverLimits } from '../../src/main/console-server.ts';

describe('the server of the console', () => {
  let server: Server | null = null;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });

  async function start(limits: Partial<ServerLimits>): Promise<number> {
    const app = new Hono();
    app.post('/', async (context) => context.text(`got ${(await context.req.text()).length}`));
    server = await listenConsole({
      fetch: app.fetch,
      host: '127.0.0.1',
      port: 0,
      isProxy: (address) => address === '127.0.0.1',
      limits: { ...serverLimits, ...limits },
    });
    const bound = server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  }

  async function open(port: number, from = '127.0.0.1'): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  /** All that comes until the server closes. */
  function rest(socket: Socket): Promise<string> {
    return new Promise((resolve) => {
      let text = '';
      socket.on('data', (octets) => {
        text += octets.toString('latin1');
      });
      socket.once('close', () => resolve(text));
    });
  }

  it('ends headers that come drop by drop', async () => {
    const socket = await open(await start({ headersMs: 200 }));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Drop: ');
    const dripping = setInterval(() => socket.write('x'), 20);
    expect(await rest(socket)).toMatch(/^(?:HTTP\/1\.1 408|$)/); // the answer may be lost with what was under way
    clearInterval(dripping);
  });

  it('ends bodies that come drop by drop, also of unknown length, and takes those that come', async () => {
    const port = await start({ bodyMs: 1_000 });
    const slow = await open(port);
    const endless = await open(port);
    slow.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
    endless.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    const dripping = setInterval(() => {
      slow.write('x');
      endless.write('1\r\nx\r\n');
    }, 20);
    expect(await Promise.all([rest(slow), rest(endless)])).toEqual(['', '']);
    clearInterval(dripping);
    const prompt = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect(await prompt.text()).toBe('got 100000');
  });

  it('holds few connections of one address, but for its proxies', async () => {
    const port = await start({ connectionsOfAddress: 3 });
    const held = [await open(port, '127.0.0.2'), await open(port, '127.0.0.2'), await open(port, '127.0.0.2')];
    expect(await rest(await open(port, '127.0.0.2'))).toBe('');
    for (let index = 0; index < 5; index += 1) await open(port, '127.0.0.1');
    expect(held.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
    const [first] = held;
    first?.destroy();
    await expect
      .poll(async () => {
        const socket = await open(port, '127.0.0.2');
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx');
        return rest(socket);
      })
      .toContain('got 1');
  });

  it('holds so many connections in all', async () => {
    const port = await start({ connections: 2 });
    await open(port);
    await open(port);
    expect(await rest(await open(port))).toBe('');
  });
});

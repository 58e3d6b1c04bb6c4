/** Open pages: how many, and what becomes of one that nobody reads. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleEnvironment } from '../../src/console/environment.ts';
import { liveStream } from '../../src/console/live-stream.ts';
import { createPlaces } from '../../src/console/places.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

describe('places of streams', () => {
  it('are few for a session and few in all, and come back once', () => {
    const streams = createPlaces({ ofSession: 2, inAll: 3 });
    const first = streams.open('a');
    expect(streams.open('a')).not.toBeNull();
    expect(streams.open('a')).toBeNull();
    expect(streams.open('b')).not.toBeNull();
    expect(streams.open('c')).toBeNull();
    first?.();
    first?.();
    expect(streams.open('c')).not.toBeNull();
    expect(streams.open('a')).toBeNull();
  });
});

describe('a stream', () => {
  const logger = silentLogger();
  async function serve(next: () => Promise<{ data: string } | null>, patienceMs: number) {
    const streams = createPlaces({ ofSession: 1, inAll: 1 });
    const app = new Hono<ConsoleEnvironment>();
    app.get('/live', (context) => liveStream(context, { streams, session: 'a', pushMs: 1, patienceMs, logger }, next));
    const server = createAdaptorServer({ fetch: app.fetch });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const close = async () => {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    };
    return { streams, port, close };
  }

  it('is cut off when nobody reads it', async () => {
    const { close, port, streams } = await serve(async () => ({ data: 'x'.repeat(1_000_000) }), 1_000);
    const socket = connect(port, '127.0.0.1');
    const ended = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.pause();
    socket.write('GET /live HTTP/1.1\r\nHost: x\r\n\r\n');
    const hasRoom = () => {
      const release = streams.open('b');
      release?.();
      return release !== null;
    };
    await expect.poll(hasRoom).toBe(false);
    await expect.poll(hasRoom, { timeout: 10_000 }).toBe(true);
    socket.resume();
    await ended;
    await close();
  });

  it('ends, and gives its place back, when what it shows cannot be looked up', async () => {
    const { close, port, streams } = await serve(() => Promise.reject(new Error('away')), 200);
    expect(await (await fetch(`http://127.0.0.1:${port}/live`)).text()).toBe('');
    expect(streams.open('b')).not.toBeNull();
    await close();
  });
});

describe('open pages of the console', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
  });
  afterAll(() => world.close());

  it('are eight of a session at most; those that are closed make room', async () => {
    const who = await world.session('viewer');
    const streams: Response[] = [];
    for (let index = 0; index < 8; index += 1) streams.push(await world.get('/live/overview', who));
    expect(streams.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    const refused = await world.get('/live/overview', who);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await world.get('/', who)).status).toBe(200);
    const other = await world.get('/live/overview', await world.session('viewer'));
    expect(other.status).toBe(200);
    await streams[0]?.body?.cancel();
    await expect
      .poll(async () => {
        const again = await world.get('/live/overview', who);
        streams.push(again);
        return again.status;
      })
      .toBe(200);
    for (const { body } of [...streams, other]) await body?.cancel();
  });
});

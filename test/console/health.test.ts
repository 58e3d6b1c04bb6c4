/** What machines are told, and which machines. */
import { once } from 'node:events';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { afterEach, describe, expect, it } from 'vitest';
import { healthRoutes } from '../../src/console/health.ts';
import { createNetworks } from '../../src/network/networks.ts';

const here = createNetworks(['127.0.0.0/8']).contains;
const outside = { 'x-forwarded-for': '203.0.113.5' };

describe('health', () => {
  let server: ServerType | null = null;
  afterEach(async () => {
    const closed = server === null ? null : once(server, 'close');
    server?.close();
    await closed;
  });

  async function start(services: Readonly<Record<string, () => Promise<unknown>>>): Promise<string> {
    const app = healthRoutes({
      services,
      metrics: async () => 'postern_verdicts_total{reason="deny-listed"} 1\n',
      isProxy: here,
      isMonitor: here,
    });
    server = createAdaptorServer({ fetch: app.fetch });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    return `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
  }

  it('tells monitoring what is missing, and the world that something is', async () => {
    const origin = await start({ records: async () => 1, queues: () => Promise.reject(new Error('away')) });
    const ours = await fetch(`${origin}/readyz`);
    expect(ours.status).toBe(503);
    expect(await ours.json()).toEqual({ status: 'unavailable', services: { records: 'ok', queues: 'no answer' } });
    const theirs = await fetch(`${origin}/readyz`, { headers: outside });
    expect(theirs.status).toBe(503);
    expect(await theirs.json()).toEqual({ status: 'unavailable' });
    expect((await fetch(`${origin}/healthz`, { headers: outside })).status).toBe(200);
  });

  it('counts for monitoring alone: what became of a mail is nothing for its sender', async () => {
    const origin = await start({});
    const ours = await fetch(`${origin}/metrics`);
    expect([ours.status, await ours.text()]).toEqual([200, expect.stringContaining('deny-listed')]);
    expect(ours.headers.get('cache-control')).toBe('no-store');
    const theirs = await fetch(`${origin}/metrics`, { headers: outside });
    expect(theirs.status).toBe(403);
    expect(await theirs.text()).not.toContain('deny-listed');
  });

  it('looks once for all who ask at the same time', async () => {
    let looks = 0;
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const origin = await start({
      records: () => {
        looks += 1;
        return gate;
      },
    });
    const asked = Array.from({ length: 20 }, () => fetch(`${origin}/readyz`));
    await fetch(`${origin}/healthz`);
    open();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(looks).toBeLessThanOrEqual(2);
    await fetch(`${origin}/readyz`);
    expect(looks).toBeGreaterThanOrEqual(2);
  });
});

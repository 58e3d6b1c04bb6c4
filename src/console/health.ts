/** For machines: is the process alive, can the system take mail, what does it count. */
import { Hono } from 'hono';
import { clientAddress, type IsProxy, knowClient } from './client-address.ts';
import type { ConsoleContext, ConsoleEnvironment } from './environment.ts';

export type HealthPorts = {
  /** Each service that mail depends on; rejects with why it does not answer. */
  readonly services: Readonly<Record<string, () => Promise<unknown>>>;
  /** Prometheus text of all processes. */
  readonly metrics: () => Promise<string>;
  readonly isProxy: IsProxy;
  /** Whether an address is one of the operator's own monitoring. */
  readonly isMonitor: (address: string) => boolean;
};

/**
 * `/healthz` (this process), `/readyz` (everything it needs, by name), `/metrics`. No personal data, no secrets; and yet
 * counts by reason would tell somebody who sends one mail whether its sender is known here (POLICY.md, "No oracle"), so
 * the world sees a bare status only.
 */
export function healthRoutes(ports: HealthPorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const look = shared(() => readinessOf(ports.services));
  const maySee = (context: ConsoleContext) => ports.isMonitor(clientAddress(context));
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    routes.use(path, knowClient(ports.isProxy));
    routes.use(path, async (context, next) => {
      await next();
      context.res.headers.set('cache-control', 'no-store');
      context.res.headers.set('x-content-type-options', 'nosniff');
    });
  }
  routes.get('/healthz', (context) => context.json({ status: 'ok' }));
  routes.get('/readyz', async (context) => {
    const { status, services } = await look();
    return context.json(maySee(context) ? { status, services } : { status }, status === 'ok' ? 200 : 503);
  });
  routes.get('/metrics', async (context) => {
    if (!maySee(context)) return context.text('Not for this address: see console.monitorNetworks.\n', 403);
    return context.text(await ports.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  return routes;
}

type Readiness = { readonly status: 'ok' | 'unavailable'; readonly services: Readonly<Record<string, string>> };

async function readinessOf(services: HealthPorts['services']): Promise<Readiness> {
  const states = await Promise.all(
    Object.entries(services).map(async ([name, service]) => [name, await stateOf(service)] as const),
  );
  const isReady = states.every(([, state]) => state === 'ok');
  return { status: isReady ? 'ok' : 'unavailable', services: Object.fromEntries(states) };
}

async function stateOf(service: () => Promise<unknown>): Promise<string> {
  try {
    await service();
    return 'ok';
  } catch {
    return 'no answer'; // why is in the log, not on an open port
  }
}

/** One look for all who ask while it is under way: a flood of questions is no flood at the stores. */
function shared<Value>(look: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<Value> | null = null;
  return () => {
    underWay ??= look().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

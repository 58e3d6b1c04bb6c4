/** For machines: is the process alive, can the system take mail, what does it count. */
import { Hono } from 'hono';

export type HealthPorts = {
  /** Each service that mail depends on; rejects with why it does not answer. */
  readonly services: Readonly<Record<string, () => Promise<unknown>>>;
  /** Prometheus text of all processes. */
  readonly metrics: () => Promise<string>;
};

/** `/healthz` (this process), `/readyz` (everything it needs, by name), `/metrics`. No personal data, no secrets. */
export function healthRoutes(ports: HealthPorts): Hono {
  const routes = new Hono();
  routes.get('/healthz', (context) => context.json({ status: 'ok' }));
  routes.get('/readyz', async (context) => {
    const names = Object.keys(ports.services);
    const states = await Promise.all(names.map((name) => stateOf(ports.services[name])));
    const services = Object.fromEntries(names.map((name, index) => [name, states[index]]));
    const missing = names.filter((name) => services[name] !== 'ok');
    return context.json(
      { status: missing.length === 0 ? 'ok' : 'unavailable', services },
      missing.length === 0 ? 200 : 503,
    );
  });
  routes.get('/metrics', async (context) =>
    context.text(await ports.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
  return routes;
}

async function stateOf(service: (() => Promise<unknown>) | undefined): Promise<string> {
  try {
    await service?.();
    return 'ok';
  } catch {
    return 'no answer'; // why is in the log, not on an open port
  }
}

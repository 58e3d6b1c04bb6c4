/** How many alerts are open, for the navigation of every page. */
import type { MiddlewareHandler } from 'hono';
import { type ConsoleEnvironment, mayI } from './environment.ts';
import { cached } from './overview-state.ts';
import type { ConsolePorts } from './ports.ts';

const freshMs = 2_000;

export function knowAlerts(ports: Pick<ConsolePorts, 'alerts' | 'now'>): MiddlewareHandler<ConsoleEnvironment> {
  const count = cached(freshMs, ports.now, async () => {
    const open = await ports.alerts.open();
    return open.filter(({ silencedBy }) => silencedBy === null).length;
  });
  return async (context, next) => {
    if (mayI(context, 'alerts.see')) context.set('openAlerts', await count());
    await next();
  };
}

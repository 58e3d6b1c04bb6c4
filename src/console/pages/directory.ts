/** The directory: tenants, admins, contacts, keys. */
import { Hono } from 'hono';
import type { ConsoleEnvironment } from '../environment.ts';
import { need } from '../guard.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';
import type { StepUp } from '../step-up.ts';
import { endingPage } from './directory/ending-page.ts';
import { historyPage } from './directory/history-page.ts';
import { directoryImportRoutes } from './directory/import.ts';
import { directoryKeyRoutes } from './directory/keys.ts';
import { listPage } from './directory/list-page.ts';
import { tenantPage } from './directory/tenant-page.ts';

export function directoryRoutes(ports: ConsolePorts, stepUp: StepUp): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.route('/', directoryImportRoutes(ports, stepUp));
  routes.route('/', directoryKeyRoutes(ports, stepUp));

  routes.get('/directory', need('directory.see'), async (context) => context.html(await listPage(ports, context)));

  routes.get('/directory/history', need('directory.see'), async (context) =>
    context.html(await historyPage(ports, context)),
  );

  routes.get('/directory/ending-keys', need('directory.see'), async (context) =>
    context.html(await endingPage(ports, context)),
  );

  routes.get('/directory/:id', need('directory.see'), async (context) => {
    const tenant = (await ports.directory.all()).find(({ id }) => id === context.req.param('id'));
    if (tenant === undefined) {
      const text = 'The directory has no tenant with this id; it may have been removed by an import.';
      return context.html(messagePage(context, { title: 'No such tenant', text }), 404);
    }
    return context.html(await tenantPage(ports, context, tenant));
  });
  return routes;
}

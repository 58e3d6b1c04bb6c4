/** All calls of the API. */
import { alertRoutes } from './alerts.ts';
import { auditRoutes } from './audit.ts';
import { caseRoutes } from './cases.ts';
import { denyRoutes } from './deny.ts';
import { directoryRoutes } from './directory.ts';
import { healthRoutes } from './health.ts';
import { messageRoutes } from './messages.ts';
import { phoneRoutes } from './phone.ts';
import { portalRoutes } from './portal.ts';
import { queueRoutes } from './queues.ts';
import { reviewRoutes } from './reviews.ts';
import type { ApiRoute } from './route.ts';
import { ticketRoutes } from './tickets.ts';
import { workOrderRoutes } from './work-orders.ts';

export const apiRoutes: readonly ApiRoute[] = [
  ...healthRoutes,
  ...messageRoutes,
  ...reviewRoutes,
  ...ticketRoutes,
  ...queueRoutes,
  ...alertRoutes,
  ...denyRoutes,
  ...directoryRoutes,
  ...phoneRoutes,
  ...caseRoutes,
  ...auditRoutes,
  ...portalRoutes,
  ...workOrderRoutes,
];

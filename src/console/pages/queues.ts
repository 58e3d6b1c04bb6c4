/** Queues: what waits, what failed and why, single jobs; dead letters by the many; pausing. */
import { Hono } from 'hono';
import { type QueueName, queueNames } from '../../jobs/queues.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI, whoOf } from '../environment.ts';
import { formTexts } from '../form.ts';
import { need } from '../guard.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';
import { holdQueue, letQueueGo, longestPauseReason } from '../queue-hold.ts';
import { deadLetterRoutes } from './queues/dead-letters.ts';
import { jobPage } from './queues/job-page.ts';
import { queueOverview } from './queues/overview.ts';
import { jobQueryOf, queuePage } from './queues/queue-page.ts';

export function queueRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const by = (context: ConsoleContext) => ({ actor: whoOf(context).member.name, at: ports.now() });

  routes.get('/queues', need('queues.see'), async (context) => {
    const [states, workers, pauses] = await Promise.all([
      ports.queues.states(),
      ports.queues.workersAlive(),
      ports.queuePauses.all(),
    ]);
    const failures = mayI(context, 'queues.causes') ? await ports.queues.failures() : null;
    return context.html(queueOverview(context, { states, workers, pauses, failures }));
  });

  routes.route('/', deadLetterRoutes(ports));

  routes.get('/queues/:queue', need('queues.see'), async (context) => {
    const queue = queueOf(context);
    if (queue === null) return context.html(noQueue(context), 404);
    return context.html(await queuePage(ports, context, jobQueryOf(context, queue, ports.now()), {}));
  });

  routes.post('/queues/:queue/pause', need('queues.pause'), async (context) => {
    const queue = queueOf(context);
    if (queue === null) return context.html(noQueue(context), 404);
    const typed = (await formTexts(context))('reason');
    const reason = typed.replace(/\s+/g, ' ').trim();
    if (reason === '' || reason.length > longestPauseReason) {
      const fault = reason === '' ? 'Say why, for whoever wonders.' : `Use at most ${longestPauseReason} characters.`;
      const query = jobQueryOf(context, queue, ports.now());
      return context.html(await queuePage(ports, context, query, { reason: typed, fault }), 422);
    }
    await holdQueue(ports, queue, reason, by(context));
    return context.redirect(`/queues/${queue}?done=paused`, 303);
  });

  routes.post('/queues/:queue/resume', need('queues.pause'), async (context) => {
    const queue = queueOf(context);
    if (queue === null) return context.html(noQueue(context), 404);
    await letQueueGo(ports, queue, by(context));
    return context.redirect(`/queues/${queue}?done=resumed`, 303);
  });

  routes.get('/queues/:queue/jobs/:id', need('queues.see'), async (context) => {
    const queue = queueOf(context);
    const job = queue === null ? null : await ports.queues.job(queue, context.req.param('id'));
    if (queue === null || job === null) return context.html(noJob(context), 404);
    return context.html(jobPage(context, queue, job));
  });

  routes.post('/queues/:queue/jobs/:id/retry', need('queues.retry'), async (context) => {
    const queue = queueOf(context);
    const id = context.req.param('id');
    if (queue === null) return context.html(noQueue(context), 404);
    const result = await ports.queues.retry({ queue, jobIds: [id] }, { dryRun: false });
    if (result.retried === 0) return context.redirect(`/queues/${queue}/jobs/${encodeURIComponent(id)}?done=busy`, 303);
    await ports.audit.append({ ...by(context), action: 'queue.retry', subject: queue, detail: { job: id } });
    return context.redirect(`/queues/${queue}?state=failed&done=retried`, 303);
  });

  routes.post('/queues/:queue/jobs/:id/remove', need('queues.remove'), async (context) => {
    const queue = queueOf(context);
    const id = context.req.param('id');
    if (queue === null) return context.html(noQueue(context), 404);
    if (!(await ports.queues.removeJob(queue, id))) {
      return context.redirect(`/queues/${queue}/jobs/${encodeURIComponent(id)}?done=busy`, 303);
    }
    await ports.audit.append({ ...by(context), action: 'queue.remove', subject: queue, detail: { job: id } });
    return context.redirect(`/queues/${queue}?done=removed`, 303);
  });
  return routes;
}

function queueOf(context: ConsoleContext): QueueName | null {
  const asked = context.req.param('queue');
  return queueNames.find((name) => name === asked) ?? null;
}

function noQueue(context: ConsoleContext) {
  return messagePage(context, { title: 'No such queue', text: 'The list of queues says which there are.' });
}

function noJob(context: ConsoleContext) {
  const text = 'It was removed, or its time was over. If it was a mail’s, the mail itself is found by the same id.';
  return messagePage(context, { title: 'No such job', text });
}

/**
 * Dead letters by the many, by a filter: counted first and shown, then worked on batch by batch. Each batch is one form,
 * sent by the page itself, so that it ends with the page and nothing goes on unseen.
 */
import { Hono } from 'hono';
import { type QueueName, queueNames } from '../../../jobs/queues.ts';
import type { RetryFilter } from '../../../queue/inspection.ts';
import { may } from '../../../staff/role.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../../environment.ts';
import { formTexts, postForm } from '../../form.ts';
import { need } from '../../guard.ts';
import { count, type Html, html, note, nothing, plural, shown } from '../../html.ts';
import { page } from '../../layout.ts';
import { messagePage } from '../../message-page.ts';
import type { ConsolePorts } from '../../ports.ts';

const batchSize = 500;

/** A run so far, as its form carries it. */
type Run = {
  readonly queue: QueueName;
  readonly act: 'retry' | 'remove';
  readonly text: string;
  /** Minutes; empty for any age. */
  readonly older: string;
  /** Only jobs that died before this: one that dies anew is another matter. */
  readonly begunAt: number;
  readonly done: number;
  readonly gone: number;
};

export function deadLetterRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();

  routes.post('/queues/:queue/dead', need('queues.retry'), async (context) => {
    const form = await formTexts(context);
    const run = runOf(context, form, ports.now());
    if (run === null || !may(whoOf(context).member.role, rightOf[run.act])) {
      return context.html(messagePage(context, { title: 'No such queue', text: 'Nothing was changed.' }), 404);
    }
    const filter = filterOf(run);
    if (form('step') !== 'run') {
      const { matched } = await ports.queues.retry(filter, { dryRun: true });
      return context.html(confirmPage(context, run, matched));
    }
    const result = await batch(ports, run, filter);
    const detail = { text: run.text, older: run.older, ...result };
    await ports.audit.append({
      at: ports.now(),
      actor: whoOf(context).member.name,
      action: `queue.${run.act}`,
      subject: run.queue,
      detail,
    });
    const after = { ...run, done: run.done + result.done, gone: run.gone + result.gone };
    const left = Math.max(0, result.matched - result.done - result.gone);
    // Nothing was done and nothing gone: going on would never end.
    const isOver = left === 0 || result.done + result.gone === 0;
    return context.html(progressPage(context, after, left, isOver));
  });
  return routes;
}

const rightOf = { retry: 'queues.retry', remove: 'queues.remove' } as const;

function runOf(context: ConsoleContext, form: (name: string) => string, now: number): Run | null {
  const queue = queueNames.find((name) => name === context.req.param('queue'));
  const act = form('act') === 'retry' ? 'retry' : form('act') === 'remove' ? 'remove' : null;
  if (queue === undefined || act === null) return null;
  const number = (name: string) => (/^\d{1,15}$/.test(form(name)) ? Number(form(name)) : 0);
  return {
    queue,
    act,
    text: form('text').slice(0, 200),
    older: /^\d{1,6}$/.test(form('older')) ? form('older') : '',
    begunAt: Math.min(now, number('begunAt') || now),
    done: number('done'),
    gone: number('gone'),
  };
}

function filterOf({ queue, text, older, begunAt }: Run): RetryFilter {
  return {
    queue,
    failedBefore: begunAt,
    ...(text === '' ? {} : { text }),
    ...(older === '' ? {} : { addedBefore: begunAt - Number(older) * 60_000 }),
  };
}

async function batch(ports: ConsolePorts, { act }: Run, filter: RetryFilter) {
  const options = { dryRun: false, limit: batchSize };
  if (act === 'retry') {
    const { retried, ...rest } = await ports.queues.retry(filter, options);
    return { ...rest, done: retried };
  }
  const { removed, ...rest } = await ports.queues.remove(filter, options);
  return { ...rest, done: removed };
}

function hiddenFields({ act, text, older, begunAt, done, gone }: Run): Html {
  const fields = { act, text, older, begunAt: String(begunAt), done: String(done), gone: String(gone), step: 'run' };
  return html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
}

function confirmPage(context: ConsoleContext, run: Run, matched: number): Html {
  const { act, queue, text, older } = run;
  return page(context, {
    title: act === 'retry' ? 'Put back to work?' : 'Remove for good?',
    about: 'A dry run: this is what would happen. Nothing was changed yet.',
    body: html`<section class="card"><p><strong>${plural(matched, 'dead letter')}</strong> of <strong>${queue}</strong> would ${act === 'retry' ? 'run again, with all attempts anew' : 'be removed for good'}${text === '' ? '.' : ', those whose id or cause holds:'}</p>
${text === '' ? nothing : html`<p><code>${shown(text, 200)}</code></p>`}${older === '' ? nothing : html`<p>Only those older than ${count(Number(older))} minutes.</p>`}
<p class="quiet-text">${act === 'retry' ? 'Jobs that fail of the same again come back here.' : 'The mails themselves stay in the spool; a mail that was never recorded is brought back by the sweep.'} It goes in batches of ${batchSize}.</p>
${
  matched === 0
    ? html`<p><a class="button" href="/queues/${queue}?state=failed">Back</a></p>`
    : postForm(
        context,
        `/queues/${queue}/dead`,
        html`${hiddenFields(run)}<div class="row"><button class="button ${act === 'retry' ? 'plain' : 'danger'}">${act === 'retry' ? 'Retry' : 'Remove'} ${count(matched)}</button><a class="button" href="/queues/${queue}?state=failed">Cancel</a></div>`,
      )
}</section>`,
  });
}

function progressPage(context: ConsoleContext, run: Run, left: number, isOver: boolean): Html {
  const { act, done, gone, queue } = run;
  const word = act === 'retry' ? 'put back to work' : 'removed';
  const goneText = gone === 0 ? '' : `; ${count(gone)} were gone meanwhile, or in the hands of a worker`;
  const total = done + gone + left;
  return page(context, {
    title: isOver ? 'Done' : 'Working…',
    about: isOver ? null : 'It goes on by itself while this page is open.',
    modules: isOver ? [] : ['go-on'],
    body: html`${isOver ? note(left === 0 ? 'good' : 'warn', `${plural(done, 'job')} ${word}${goneText}${left === 0 ? '.' : `; ${count(left)} could not be.`}`) : nothing}
${
  isOver
    ? html`<p><a class="button" href="/queues/${queue}?state=failed">Back to the queue</a></p>`
    : html`<section class="card"><p role="status"><strong>${count(done)}</strong> of ${count(total)} ${word}${goneText}.</p>
<progress max="${total}" value="${done + gone}" aria-label="Progress"></progress>
${postForm(context, `/queues/${queue}/dead`, html`${hiddenFields(run)}<div class="row"><button class="button plain">Next batch</button><a class="button" href="/queues/${queue}?state=failed">Stop here</a></div>`, { attributes: { 'data-go-on': '' } })}</section>`
}`,
  });
}

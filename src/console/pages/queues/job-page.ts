/** One job: where it stands, what it carries as far as the role may see it, what went wrong. */
import type { QueueName } from '../../../jobs/queues.ts';
import type { JobDetail } from '../../../queue/jobs.ts';
import { type ConsoleContext, mayI } from '../../environment.ts';
import { actionButton } from '../../form.ts';
import { badge, facts, type Html, html, note, nothing, shown, shownLines, type Tone, timeTag } from '../../html.ts';
import { type PayloadSight, payloadText } from '../../job-payload.ts';
import { page } from '../../layout.ts';

const tones: Readonly<Record<string, Tone>> = { failed: 'bad', completed: 'good', active: 'warn' };

export function jobPage(context: ConsoleContext, queue: QueueName, job: JobDetail): Html {
  const path = `/queues/${queue}/jobs/${encodeURIComponent(job.id)}`;
  const seesCauses = mayI(context, 'queues.causes');
  const mail = mailOf(job);
  const sight: PayloadSight = mayI(context, 'mail.read') ? 'all' : seesCauses ? 'addresses' : 'ids';
  return page(context, {
    title: `Job ${job.id}`,
    about: 'One piece of work for a worker: where it stands, and what went wrong.',
    actions: html`${mail !== null && mayI(context, 'mail.find') ? html`<a class="button" href="/mail/${mail}" data-hotkey="h">Its mail</a>` : nothing}
${job.state === 'failed' && mayI(context, 'queues.retry') ? actionButton(context, `${path}/retry`, 'Retry', { tone: 'plain' }) : nothing}
${job.state !== 'active' && mayI(context, 'queues.remove') ? actionButton(context, `${path}/remove`, 'Remove', { tone: 'danger' }) : nothing}`,
    body: html`${context.req.query('done') === 'busy' ? note('warn', 'Nothing was changed: a worker has it in hand, or it is no longer dead.') : nothing}
<section class="card">${facts([
      ['Queue', html`<a href="/queues/${queue}?state=${job.state}">${queue}</a>`],
      ['State', badge(tones[job.state] ?? 'calm', job.state === 'failed' ? 'dead' : job.state)],
      ['Added', html`${timeTag(job.addedAt)} UTC`],
      ['Attempts', `${job.attempts} of ${job.mostAttempts}`],
      job.begunAt === null ? null : ['Last begun', html`${timeTag(job.begunAt)} UTC`],
      job.finishedAt === null ? null : ['Ended', html`${timeTag(job.finishedAt)} UTC`],
      job.dueAt === null ? null : ['Due', html`${timeTag(job.dueAt)} UTC`],
      seesCauses && job.cause !== null
        ? ['Last error', html`<span class="wrap">${shown(job.cause, 500)}</span>`]
        : null,
    ])}${mail !== null && job.state === 'failed' ? html`<p class="quiet-text">The mail itself is safe: removing the job of a mail that was never recorded only makes the sweep bring it back.</p>` : nothing}</section>
<section class="card"><h2>What it carries</h2>${sight === 'all' ? nothing : html`<p class="quiet-text">Without ${sight === 'ids' ? 'addresses and ' : ''}words of mails: your role does not see them.</p>`}
<pre class="payload" tabindex="0" role="region" aria-label="What it carries">${shownLines(payloadText(job.payload, sight))}</pre></section>
${seesCauses && job.stacks.length > 0 ? html`<section class="card"><h2>Where it failed</h2>${job.stacks.toReversed().map((stack) => html`<pre class="payload" tabindex="0" role="region" aria-label="Stack">${shownLines(stack.slice(0, 8_000))}</pre>`)}</section>` : nothing}`,
  });
}

/** The mail that the job is about, where its id says so. */
function mailOf({ id }: JobDetail): string | null {
  return /^([0-9a-z]{1,40}-\d{1,4})(?:-f\d+|_.*)?$/.exec(id)?.[1] ?? null;
}

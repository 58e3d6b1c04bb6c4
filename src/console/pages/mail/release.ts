/** A rejected mail let through after all, by a person who says why. */
import { Hono } from 'hono';
import type { TraceRecord } from '../../../records/trace.ts';
import { decideReview } from '../../../reviews/deciding.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../../environment.ts';
import { formTexts, postForm } from '../../form.ts';
import { need } from '../../guard.ts';
import { field, type Html, html, note, nothing, plainLine, shown } from '../../html.ts';
import { recordOf } from '../../kept-mail.ts';
import { page } from '../../layout.ts';
import { messagePage } from '../../message-page.ts';
import type { ConsolePorts } from '../../ports.ts';
import { longestRemark, remarkFault } from '../../remark.ts';
import { allowBox } from '../reviews/review-texts.ts';
import { noMail } from './content.ts';

export function releaseRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.use('/mail/:id/release', need('reviews.decide'));

  routes.get('/mail/:id/release', async (context) => {
    const record = await recordOf(ports, context.req.param('id'));
    if (record === null) return context.html(noMail(context), 404);
    if (!canBeReleased(record)) return context.html(notReleasable(context), 409);
    return context.html(releasePage(context, record, { note: '', verified: '', allow: false, fault: null }));
  });

  routes.post('/mail/:id/release', async (context) => {
    const record = await recordOf(ports, context.req.param('id'));
    if (record === null) return context.html(noMail(context), 404);
    if (!canBeReleased(record)) return context.html(notReleasable(context), 409);
    const form = await formTexts(context);
    const remark = form('note').replace(/\s+/g, ' ').trim();
    const verified = plainLine(form('verified')).trim();
    const refuse = (fault: string, status: 409 | 422) =>
      context.html(
        releasePage(context, record, { note: form('note'), verified, allow: form('allow') === 'yes', fault }),
        status,
      );
    const fault = remarkFault(remark);
    if (fault !== null) return refuse(fault, 422);
    try {
      await decideReview(ports.deciding, {
        messageId: record.row.message_id,
        outcome: 'accepted',
        actor: whoOf(context).member.name,
        at: ports.now(),
        note: remark,
        version: null,
        verifiedBy: verified === '' ? null : verified,
        isAllowing: form('allow') === 'yes',
        deny: null,
        denyLifeMs: null,
      });
    } catch (error) {
      if (!(error instanceof Error) || !refusals.has(error.name)) throw error;
      return refuse(`Not released: ${error.message}.`, 409);
    }
    return context.redirect(`/mail/${record.row.message_id}?done=released`, 303);
  });
  return routes;
}

const refusals: ReadonlySet<string> = new Set(['ReviewConflict', 'DecisionRefused', 'FollowUpRefused']);

/** Escalated mail has its review instead. */
export function canBeReleased({ followUps, row }: TraceRecord): boolean {
  return row.outcome === 'rejected' && row.spool_key !== null && row.duplicate_of === null && followUps.length === 0;
}

function notReleasable(context: ConsoleContext): Html {
  const text = 'Only a rejected mail that is kept and that nobody decided about can be released.';
  return messagePage(context, { title: 'Nothing to release', text });
}

type Typed = {
  readonly note: string;
  readonly verified: string;
  readonly allow: boolean;
  readonly fault: string | null;
};

function releasePage(context: ConsoleContext, { row, judged }: TraceRecord, typed: Typed): Html {
  return page(context, {
    title: 'Release a rejected mail',
    about: 'A mail that was refused goes on after all, once, with your reason.',
    actions: html`<a class="button" href="/mail/${row.message_id}">Its story</a>`,
    body: html`${typed.fault === null ? nothing : note('bad', typed.fault)}
<section class="card"><p><strong>${row.reason}</strong> by <code>${row.rule}</code>: from ${shown(row.sender_address ?? row.mail_from, 160)} to ${shown(row.recipient, 160)}, ${shown(row.subject ?? 'subject not kept', 200)}</p>
<ul class="details">${judged.verdict.detail.map((line) => html`<li>${shown(line, 600)}</li>`)}</ul></section>
<section class="card">${postForm(
      context,
      `/mail/${row.message_id}/release`,
      html`<div class="field"><label for="note">Why, for staff</label><textarea id="note" name="note" required maxlength="${longestRemark}">${typed.note}</textarea></div>
${field({ name: 'verified', label: 'If you verified the sender over a way on file: how', value: typed.verified, placeholder: 'called the number on file' })}
${allowBox(typed.allow)}
<div class="row"><button class="button plain">Release it</button><span class="quiet-text">It goes on as accepted and gets its ticket.</span></div>`,
    )}</section>`,
  });
}

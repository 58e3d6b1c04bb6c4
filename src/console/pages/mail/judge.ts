/** A mail judged again, now: with evidence gathered anew, held against what stands; and let to stand where the item is open. */
import { Hono } from 'hono';
import type { Evidence } from '../../../evidence/finding.ts';
import type { JudgedMail } from '../../../jobs/judged-mail.ts';
import type { Review } from '../../../records/reviews.ts';
import type { TraceRecord } from '../../../records/trace.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI, whoOf } from '../../environment.ts';
import { actionButton, formTexts, postForm } from '../../form.ts';
import { need } from '../../guard.ts';
import { badge, type Html, html, note, nothing, outcomeBadge, shown, table } from '../../html.ts';
import { auditLook, recordOf } from '../../kept-mail.ts';
import { page } from '../../layout.ts';
import { messagePage } from '../../message-page.ts';
import type { ConsolePorts } from '../../ports.ts';
import { longestRemark, remarkFault } from '../../remark.ts';
import { noMail } from './content.ts';

export function judgeRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const judge = judging(ports);

  // A form: judging asks DNS, which no link that is fetched ahead should do.
  routes.post('/mail/:id/judge', need('mail.judge'), async (context) => {
    const record = await recordOf(ports, context.req.param('id'));
    if (record === null) return context.html(noMail(context), 404);
    const again = await judge(record);
    if (again.kind !== 'judged')
      return context.html(notJudged(context, again.cause), again.kind === 'later' ? 503 : 422);
    const { outcome, reason, rule } = again.mail.verdict;
    await auditLook(ports, whoOf(context).member.name, 'mail.judge', record, { outcome, reason, rule });
    return context.html(await judgedPage(ports, context, record, again, { note: '', fault: null }));
  });

  routes.post('/mail/:id/judge/apply', need('reviews.decide'), async (context) => {
    const record = await recordOf(ports, context.req.param('id'));
    if (record === null) return context.html(noMail(context), 404);
    const form = await formTexts(context);
    const remark = form('note').replace(/\s+/g, ' ').trim();
    const again = await judge(record);
    if (again.kind !== 'judged')
      return context.html(notJudged(context, again.cause), again.kind === 'later' ? 503 : 422);
    const refuse = async (fault: string, status: 409 | 422) =>
      context.html(await judgedPage(ports, context, record, again, { note: form('note'), fault }), status);
    if (form('shown') !== decisionOf(again.mail)) return refuse('DNS answers otherwise by now: look again.', 409);
    const fault = remarkFault(remark);
    if (fault !== null) return refuse(fault, 422);
    try {
      const followUp = await ports.rejudging.apply({
        mail: again.mail,
        version: Number(form('version')) || 0,
        actor: whoOf(context).member.name,
        at: ports.now(),
        note: remark,
      });
      // What the queue does not take now, the workers' sweep brings.
      await ports.deciding.enqueue(followUp).catch(() => undefined);
    } catch (error) {
      if (!(error instanceof Error) || !refusals.has(error.name)) throw error;
      return refuse(`Not done: ${error.message}.`, 409);
    }
    return context.redirect(`/mail/${record.row.message_id}?done=judged`, 303);
  });
  return routes;
}

const refusals: ReadonlySet<string> = new Set(['ReviewConflict', 'FollowUpRefused']);

type JudgedNow =
  | { readonly kind: 'judged'; readonly mail: JudgedMail; readonly evidence: Evidence }
  /** One line for staff. */
  | { readonly kind: 'later' | 'never'; readonly cause: string };

/** Each asks DNS, and reads the mail in this process, which answers others too. */
const mostAtOnce = 4;

function judging(ports: ConsolePorts): (record: TraceRecord) => Promise<JudgedNow> {
  let underWay = 0;
  return async (record) => {
    if (underWay >= mostAtOnce) return { kind: 'later', cause: 'others are judged at this moment' };
    underWay += 1;
    try {
      return await judgeNow(ports, record);
    } finally {
      underWay -= 1;
    }
  };
}

async function judgeNow(ports: ConsolePorts, { row }: TraceRecord): Promise<JudgedNow> {
  try {
    const judged = await ports.rejudge({ messageId: row.message_id, evidence: 'fresh' });
    return judged.kind === 'deferred' ? { kind: 'later', cause: judged.cause } : judged;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'RejudgeRefused') return { kind: 'never', cause: error.message };
    if (error.name === 'SpoolMissing') return { kind: 'never', cause: 'the raw mail is kept no longer' };
    if (error.name === 'EvidenceUnavailable') return { kind: 'later', cause: error.message };
    throw error;
  }
}

function notJudged(context: ConsoleContext, cause: string): Html {
  return messagePage(context, {
    title: 'It cannot be judged now',
    text: html`Why: ${shown(cause, 600)}. Nothing was changed.`,
  });
}

/** The line that staff were shown, so that nothing else comes to stand. */
function decisionOf({ verdict }: JudgedMail): string {
  return `${verdict.rule} ${verdict.outcome} ${verdict.reason}`;
}

type Judged = Extract<JudgedNow, { kind: 'judged' }>;
type Typed = { readonly note: string; readonly fault: string | null };

async function judgedPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  record: TraceRecord,
  { evidence, mail }: Judged,
  typed: Typed,
): Promise<Html> {
  const { row } = record;
  const stands = record.followUps.at(-1)?.mail ?? record.judged;
  const isSame = decisionOf(stands) === decisionOf(mail);
  const review = await ports.reviews.get(row.message_id);
  const changes = record.evidence === null ? [] : changesBetween(record.evidence, evidence);
  return page(context, {
    title: 'Judged again, now',
    about: 'What the gateway would decide if this mail came now. Nothing was changed yet.',
    actions: html`<a class="button" href="/mail/${row.message_id}">Its story</a>
${actionButton(context, `/mail/${row.message_id}/judge`, 'Once more')}`,
    body: html`${typed.fault === null ? nothing : note('bad', typed.fault)}
<section class="card"><div class="story-head">${outcomeBadge(mail.verdict.outcome)} <strong>${mail.verdict.reason}</strong> by <code>${mail.verdict.rule}</code>${isSame ? ', as it stands' : html`; so far ${outcomeBadge(stands.verdict.outcome)} ${stands.verdict.reason} by <code>${stands.verdict.rule}</code>`}</div>
${mail.verdict.detail.length === 0 ? nothing : html`<ul class="details">${mail.verdict.detail.map((line) => html`<li>${shown(line, 600)}</li>`)}</ul>`}
<p class="quiet-text">DNS, directory, deny-list and settings are those of now; ages and ends are judged as when the mail came. A key that the sender has withdrawn since looks like a failure, and whoever holds the domain now answers for it.</p></section>
<section class="card"><h2>What was found otherwise</h2>${
      record.evidence === null
        ? html`<p class="quiet-text">The evidence of then is not kept.</p>`
        : changes.length === 0
          ? html`<p class="quiet-text">Nothing.</p>`
          : table(
              'Differences',
              ['What', 'Then', 'Now'],
              changes.map(({ name, before, after }) => [
                name,
                html`<span class="wrap">${shown(before, 400)}</span>`,
                html`<span class="wrap">${shown(after, 400)}</span>`,
              ]),
            )
    }</section>
${isSame ? nothing : applyCard(context, mail, review, typed)}`,
  });
}

function applyCard(context: ConsoleContext, mail: JudgedMail, review: Review | null, typed: Typed): Html {
  if (review === null || review.state !== 'open') {
    return note(
      'calm',
      'The mail waits for no decision: nothing follows from this. A rejected mail can be released by its review or at the command line.',
    );
  }
  if (!mayI(context, 'reviews.decide')) return note('calm', 'Trust staff can let this judgement stand.');
  return html`<section class="card"><h2>Let it stand</h2><p>The mail goes on as ${badge('calm', mail.verdict.outcome)} ${mail.verdict.reason}, under the rules as written; the review follows.</p>${postForm(
    context,
    `/mail/${mail.messageId}/judge/apply`,
    html`<input type="hidden" name="version" value="${review.version}"><input type="hidden" name="shown" value="${decisionOf(mail)}">
<div class="field"><label for="note">Why, for staff</label><textarea id="note" name="note" required maxlength="${longestRemark}">${typed.note}</textarea></div>
<div class="row"><button class="button plain">Let it stand</button></div>`,
  )}</section>`;
}

type Change = { readonly name: string; readonly before: string; readonly after: string };

function changesBetween(then: Evidence, now: Evidence): readonly Change[] {
  const known = new Map(factsOf(then));
  return factsOf(now).flatMap(([name, text]) => {
    const before = known.get(name) ?? '';
    return before === text ? [] : [{ name, before, after: text }];
  });
}

function factsOf({ assurance, content, denylist, domain, pgp, proofs, sender, supportCeased }: Evidence) {
  const finding = ({ cause, result }: { readonly result: string; readonly cause: string }): string =>
    cause === '' ? result : `${result}: ${cause}`;
  const facts: readonly (readonly [name: string, text: string])[] = [
    ['Assurance', [assurance, ...proofs.map(({ kind }) => kind)].join(', ')],
    ['SPF', finding(domain.spf)],
    ['DKIM', finding(domain.dkim)],
    ['DMARC', `${finding(domain.dmarc)}, policy ${domain.dmarc.policy ?? 'none'}`],
    ['ARC', finding(domain.arc)],
    ['PGP', finding(pgp)],
    ['Known as', sender.standing.kind],
    ['Imitates', sender.lookalike === null ? 'nobody' : `${sender.lookalike.kind} of ${sender.lookalike.of}`],
    ['Deny-list', denylist.hits.map(({ entry }) => `${entry.kind} ${entry.value}`).join(', ') || 'no entry'],
    ['It asks', content.result === 'parsed' ? content.classification.request.kind : content.cause],
    ['Support', supportCeased ? 'ceased for the tenant' : 'given'],
  ];
  return facts;
}

/** Entries that abuse and impersonation proposed: looked at with what they would hit, then entered or dismissed. */
import { Hono } from 'hono';
import type { DenyEntry } from '../../../denylist/entry.ts';
import type { OpenProposal } from '../../../records/deny-proposals.ts';
import { entryOf } from '../../../reviews/proposal.ts';
import { type DenyPreview, previewOf } from '../../deny-preview.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../../environment.ts';
import { formTexts, postForm } from '../../form.ts';
import { need } from '../../guard.ts';
import { ageText, count, empty, facts, type Html, html, note, nothing, shown, shownLines, table } from '../../html.ts';
import { page } from '../../layout.ts';
import { messagePage } from '../../message-page.ts';
import type { ConsolePorts } from '../../ports.ts';
import { longestRemark, remarkFault } from '../../remark.ts';
import { previewCards } from './preview-page.ts';

const mostShown = 200;

export function proposalRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.use('/deny/proposals', need('deny.change'));
  routes.use('/deny/proposals/*', need('deny.change'));

  routes.get('/deny/proposals', async (context) => context.html(await listPage(ports, context)));

  routes.get('/deny/proposals/:id', async (context) => {
    const proposal = await proposalOf(ports, context.req.param('id'));
    if (proposal === null) return context.html(gone(context), 404);
    return context.html(await proposalPage(ports, context, proposal, { note: '', fault: null }));
  });

  routes.post('/deny/proposals/:id', async (context) => {
    const proposal = await proposalOf(ports, context.req.param('id'));
    if (proposal === null) return context.html(gone(context), 409);
    const form = await formTexts(context);
    const remark = form('note').replace(/\s+/g, ' ').trim();
    const refuse = async (fault: string, status: 409 | 422) =>
      context.html(await proposalPage(ports, context, proposal, { note: form('note'), fault }), status);
    const fault = remarkFault(remark);
    if (fault !== null) return refuse(fault, 422);
    const by = { actor: whoOf(context).member.name, at: ports.now(), because: remark };
    if (form('act') === 'dismiss') {
      const isDone = await ports.denyProposals.dismiss(proposal.messageId, Number(form('version')) || 0, by);
      return isDone ? onwards(context, proposal, 'dismissed') : refuse('The item has changed: look again.', 409);
    }
    if (form('act') !== 'enter') return refuse('Choose to enter or to dismiss it.', 422);
    const entry = entryFor(ports, context, proposal);
    if ('fault' in entry) return refuse(`No entry can be made: ${entry.fault}`, 422);
    const preview = await previewOf(ports, entry);
    if (isGrave(preview) && form('sure') !== 'yes') return refuse('Not entered yet: tick the box first.', 422);
    const isDone = await ports.denyProposals.enter(proposal.messageId, entry, by);
    return isDone ? onwards(context, proposal, 'entered') : refuse('The item has changed: look again.', 409);
  });
  return routes;
}

function onwards(context: ConsoleContext, { messageId }: OpenProposal, done: 'entered' | 'dismissed'): Response {
  return context.redirect(`/reviews/${messageId}?done=${done}`, 303);
}

async function proposalOf({ denyProposals }: ConsolePorts, id: string): Promise<OpenProposal | null> {
  return /^[0-9a-z]{1,40}-\d{1,4}$/.test(id) ? denyProposals.get(id) : null;
}

function entryFor(ports: ConsolePorts, context: ConsoleContext, { proposal }: OpenProposal) {
  const { name } = whoOf(context).member;
  return entryOf(proposal, { actor: name, at: ports.now(), lifeMs: ports.denyTtlMs() });
}

function isGrave({ struck }: DenyPreview): boolean {
  return struck.some((one) => one.isGrave);
}

function gone(context: ConsoleContext): Html {
  const text = 'It was entered, dismissed or decided meanwhile.';
  return messagePage(context, { title: 'This proposal waits no longer', text });
}

async function listPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const proposals = await ports.denyProposals.list(mostShown);
  return page(context, {
    title: 'Proposed entries',
    about:
      'Abusive and imitating mails of proven senders propose an entry; nothing is denied until somebody enters it. No proposal names an address that was not proven.',
    actions: html`<a class="button" href="/deny">The deny-list</a>`,
    body: html`<section class="card">${
      proposals.length === 0
        ? empty('Nothing is proposed', 'Proposals appear here when such a mail is escalated.')
        : table(
            'Proposals',
            ['Waits', 'Entry', 'Reason', 'Why'],
            proposals.map(({ messageId, openedAt, proposal, reason }) => [
              html`<a href="/deny/proposals/${messageId}">${ageText(Math.max(0, ports.now() - openedAt))}</a>`,
              html`<span class="wrap">${proposal.kind} <strong>${shown(proposal.value, 120)}</strong></span>`,
              reason,
              html`<span class="wrap">${shown(proposal.reason, 200)}</span>`,
            ]),
          )
    }</section>
${proposals.length < mostShown ? nothing : html`<p class="quiet-text">The first ${count(mostShown)} are shown.</p>`}`,
  });
}

type Typed = { readonly note: string; readonly fault: string | null };

async function proposalPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  proposed: OpenProposal,
  typed: Typed,
): Promise<Html> {
  const { messageId, proposal, version } = proposed;
  const entry = entryFor(ports, context, proposed);
  const preview = 'fault' in entry ? null : await previewOf(ports, entry);
  return page(context, {
    title: 'A proposed entry',
    about:
      'An escalated mail proposes it. Nothing is denied until somebody enters it; the mail waits for its review either way.',
    actions: html`<a class="button" href="/reviews/${messageId}">Its review</a>
<a class="button" href="/mail/${messageId}">Its story</a>`,
    body: html`${typed.fault === null ? nothing : note('bad', typed.fault)}
<section class="card">${facts([
      ['Entry', html`${proposal.kind} <strong>${shown(proposal.value)}</strong>, everywhere`],
      ['Because', shown(proposal.reason, 900)],
      proposal.note === ''
        ? null
        : ['Proof and words', html`<span class="mail-text">${shownLines(proposal.note.slice(0, 900))}</span>`],
    ])}${'fault' in entry ? note('warn', `No entry can be made: ${entry.fault}`) : nothing}</section>
${'fault' in entry || preview === null ? nothing : previewCards(entry satisfies DenyEntry, preview)}
<section class="card"><h2>Enter or dismiss it</h2>${postForm(
      context,
      `/deny/proposals/${messageId}`,
      html`<input type="hidden" name="version" value="${version}">
<div class="field"><label for="note">Why, for staff <kbd>n</kbd></label><textarea id="note" name="note" required maxlength="${longestRemark}" data-hotkey="n">${typed.note}</textarea></div>
${preview !== null && isGrave(preview) ? html`<label class="check"><input type="checkbox" name="sure" value="yes"> <span>I know that this cuts off a customer, and mean it.</span></label>` : nothing}
<div class="row"><button class="button danger" name="act" value="enter">Enter it</button><button class="button" name="act" value="dismiss">Dismiss it</button><span class="quiet-text">The mail itself waits for its review either way.</span></div>`,
    )}</section>`,
  });
}

/**
 * Changing an entry: why, where and until when. What it names stays: another value is another entry. A change that makes
 * it hit other mail, or a customer for longer, is shown with what it would hit before it is made.
 */
import { Hono } from 'hono';
import type { DenyEntry } from '../../../denylist/entry.ts';
import type { DenyFault } from '../../../denylist/entry-rules.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../../environment.ts';
import { formTexts, postForm } from '../../form.ts';
import { need } from '../../guard.ts';
import { facts, type Html, html, note, nothing, shown } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { kindTexts } from './entry-texts.ts';
import { previewPage } from './preview-page.ts';
import { reachAsked } from './reach-asked.ts';
import { endText, proposalOf, type Typed, typedEntry, typedOf, wordFields } from './typed-entry.ts';

export function denyEditRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const path = '/deny/:id/edit';

  routes.get(path, need('deny.change'), async (context) => {
    const entry = await ports.denySearch.get(context.req.param('id'));
    if (entry === null) return context.redirect('/deny?done=gone', 303);
    const edit = { entry, typed: typedOf(entry), seen: await lastChange(ports, entry.id), faults: [], isStale: false };
    return context.html(editPage(ports, context, edit));
  });

  routes.post(path, need('deny.change'), async (context) => {
    const entry = await ports.denySearch.get(context.req.param('id'));
    if (entry === null) return context.redirect('/deny?done=gone', 303);
    const typed = { ...(await typedEntry(context)), kind: entry.kind, value: entry.value };
    const [seen, form] = [await lastChange(ports, entry.id), await formTexts(context)];
    const isStale = form('seen') !== seen;
    const changed = changedEntry(ports, context, entry, typed);
    if (isStale || !changed.ok) {
      const faults = changed.ok ? [] : changed.faults;
      return context.html(editPage(ports, context, { entry, typed, seen, faults, isStale }), isStale ? 409 : 422);
    }
    const asked = await reachAsked(ports, entry, changed.entry, typed);
    if (asked !== null) {
      const action = `/deny/${entry.id}/edit`;
      const place = { action, back: action, button: 'Change the entry', fields: { seen } };
      return context.html(previewPage(context, typed, changed.entry, { ...asked, place }));
    }
    const remove = changed.entry.id === entry.id ? [] : [entry];
    await ports.deny.apply({ add: [changed.entry], remove }, { actor: whoOf(context).member.name, at: ports.now() });
    return context.redirect(`/deny/${changed.entry.id}?done=changed`, 303);
  });
  return routes;
}

/** Names the entry as it was looked at: two people do not overwrite each other's words. */
async function lastChange({ deny }: ConsolePorts, entryId: string): Promise<string> {
  const [last] = await deny.history({ entryId, limit: 1 });
  return last === undefined ? '' : `${last.at} ${last.actor}`;
}

/** Who added it and when stays; the history tells who changed it. */
function changedEntry(ports: ConsolePorts, context: ConsoleContext, entry: DenyEntry, typed: Typed) {
  const keepsEnd = typed.expires === endText(entry); // an end that has passed may stay as it is
  const proposed = proposalOf(ports, context, keepsEnd ? { ...typed, expires: 'never' } : typed);
  if (!proposed.ok) return proposed;
  const { createdAt, createdBy, expiresAt } = entry;
  const changed = { ...proposed.entry, createdAt, createdBy };
  return { ok: true, entry: keepsEnd ? { ...changed, expiresAt } : changed } as const;
}

type Edit = {
  readonly entry: DenyEntry;
  readonly typed: Typed;
  readonly seen: string;
  readonly faults: readonly DenyFault[];
  readonly isStale: boolean;
};

function editPage(ports: ConsolePorts, context: ConsoleContext, { entry, faults, isStale, seen, typed }: Edit): Html {
  return page(context, {
    title: 'Change a deny entry',
    about: 'Why, where and until when. Another value is another entry: add that, and remove this one.',
    actions: html`<a class="button" href="/deny/${entry.id}">The entry</a>`,
    body: html`${faults.length === 0 ? nothing : note('bad', 'Nothing was changed: see the marked fields.')}
${isStale ? note('warn', html`Somebody changed it meanwhile, and nothing was overwritten. It now says: ${shown(entry.reason, 300)}, ${endText(entry)}. Save again to have it as it stands below.`) : nothing}
<section class="card">${facts([
      ['Kind', `${entry.kind}: ${kindTexts[entry.kind]}`],
      ['Value', html`<strong>${shown(entry.value)}</strong>`],
    ])}</section>
<section class="card">${postForm(
      context,
      `/deny/${entry.id}/edit`,
      html`<input type="hidden" name="seen" value="${seen}">${wordFields(ports, typed, faults, false)}
<div class="row"><button class="button plain">Save</button><a class="button" href="/deny/${entry.id}">Cancel</a></div>`,
    )}</section>`,
  });
}

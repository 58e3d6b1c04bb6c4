/** One deny entry: what it is, its end, its history. */
import type { DenyEntry } from '../../../denylist/entry.ts';
import { expiryText } from '../../../denylist/expiry.ts';
import { isExpired } from '../../../denylist/match.ts';
import { scopeText } from '../../../denylist/scope.ts';
import type { DenyCounter } from '../../../records/denylist.ts';
import { type ConsoleContext, mayI } from '../../environment.ts';
import { actionButton, postForm } from '../../form.ts';
import { field, type Html, html, note, nothing, shown, table, timeTag } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { doneNote } from './done-note.ts';
import { entryFacts } from './entry-texts.ts';

export type EntryPage = {
  readonly entry: DenyEntry;
  readonly isThere: boolean;
  readonly history: Awaited<ReturnType<ConsolePorts['deny']['history']>>;
  readonly counter: DenyCounter | undefined;
};

/** What stands in the form of its end, and what is wrong with it. */
export type TypedEnd = { readonly expires: string; readonly fault: string | null };

export function entryPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  { entry, isThere, history, counter }: EntryPage,
  typed: TypedEnd = { expires: '', fault: null },
): Html {
  const mayChange = mayI(context, 'deny.change');
  return page(context, {
    title: entry.value,
    about: 'One entry of the deny-list: what it refuses, why, until when, and who did what to it.',
    actions: mayChange
      ? isThere
        ? html`<a class="button" href="/deny/${entry.id}/edit" data-hotkey="e">Edit</a> ${actionButton(context, `/deny/${entry.id}/remove`, 'Remove', { tone: 'danger' })}`
        : actionButton(context, `/deny/${entry.id}/restore`, 'Put it back')
      : nothing,
    body: html`${doneNote(context)}
${isThere ? (isExpired(entry, ports.now()) ? note('warn', 'It has expired and no longer holds.') : nothing) : note('warn', 'It was removed and no longer holds.')}
<section class="card">${entryFacts(entry, counter)}</section>
${
  mayChange && isThere
    ? html`<section class="card"><h2>Change its end</h2>${postForm(
        context,
        `/deny/${entry.id}/expire`,
        html`<div class="filters"><div class="grow">${field({ name: 'expires', label: 'Until', value: typed.expires, fault: typed.fault, hint: '30d, 12h, a date, or never', required: true })}</div></div><div class="row"><button class="button">Change</button></div>`,
      )}</section>`
    : nothing
}
<section class="card"><h2>History</h2>${table(
      'History',
      ['At (UTC)', 'Who', 'Did', 'Reason', 'Scope', 'Until'],
      history.map((event) => [
        timeTag(event.at),
        shown(event.actor, 80),
        event.action,
        html`<span class="wrap">${shown(event.entry.reason, 200)}</span>`,
        shown(scopeText(event.entry.scope), 80),
        event.entry.expiresAt === null ? 'for good' : expiryText(event.entry.expiresAt),
      ]),
    )}</section>`,
  });
}

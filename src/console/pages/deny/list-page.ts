/** The deny-list: looked through by words and kind. */
import { denyKinds, parseDenyKind } from '../../../denylist/entry-rules.ts';
import { type ConsoleContext, mayI } from '../../environment.ts';
import { choice, count, empty, field, type Html, html, nothing, pathWith, plural } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { doneNote } from './done-note.ts';
import { entryTable } from './entry-texts.ts';

const rowsPerPage = 100;

export async function listPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const text = (context.req.query('q') ?? '').slice(0, 200);
  const kind = parseDenyKind(context.req.query('kind') ?? '');
  const withExpired = context.req.query('expired') === 'yes';
  const offset = Math.min(1_000_000, Math.max(0, Math.trunc(Number(context.req.query('from') ?? 0)) || 0));
  const activeAt = withExpired ? null : ports.now();
  const { entries, total } = await ports.denySearch.search({ text, kind, activeAt, limit: rowsPerPage, offset });
  const counters = await ports.deny.counters(entries.map(({ id }) => id));
  const pathAt = (from: number) =>
    pathWith('/deny', { q: text, kind: kind ?? '', expired: withExpired ? 'yes' : '', from: String(from) });
  return page(context, {
    title: 'Deny-list',
    about:
      'Whose mail is refused, whatever they prove. An entry holds on every listener from the next mail on, and ends by itself.',
    actions: html`${mayI(context, 'deny.change') ? html`<a class="button plain" href="/deny/new">Add an entry</a><a class="button" href="/deny/import">Import</a><a class="button" href="/deny/proposals">Proposals</a>` : nothing}
<a class="button" href="/deny/export.csv">Export</a><a class="button" href="/deny/test">Test</a>`,
    body: html`${doneNote(context)}
<form class="filters" action="/deny"><div class="grow">${field({ name: 'q', label: 'Value, reason, note or author', value: text, type: 'search' })}</div>
${choice({ name: 'kind', label: 'Kind', value: kind ?? '', options: [['', 'any'], ...denyKinds.map((one) => [one, one] as const)] })}
${choice({
  name: 'expired',
  label: 'Expired ones',
  value: withExpired ? 'yes' : '',
  options: [
    ['', 'hide'],
    ['yes', 'show'],
  ],
})}
<button class="button plain">Show</button></form>
<p class="quiet-text">${plural(total, 'entry', 'entries')}${text === '' && kind === null ? '' : ' found'}${withExpired ? ', expired ones included' : ''}.</p>
<section class="card">${
      entries.length === 0
        ? empty(
            'No entry',
            text === '' && kind === null
              ? 'Nobody is refused by the list.'
              : 'Fewer words find more; expired entries are hidden.',
          )
        : entryTable(entries, counters, ports.now())
    }</section>
${
  total <= rowsPerPage
    ? nothing
    : html`<div class="pager">${offset === 0 ? html`<span></span>` : html`<a class="button" href="${pathAt(Math.max(0, offset - rowsPerPage))}">Newer</a>`}
<span class="quiet-text">${count(offset + 1)} to ${count(offset + entries.length)} of ${count(total)}</span>
${offset + entries.length >= total ? html`<span></span>` : html`<a class="button" rel="next" href="${pathAt(offset + rowsPerPage)}">Older</a>`}</div>`
}`,
  });
}

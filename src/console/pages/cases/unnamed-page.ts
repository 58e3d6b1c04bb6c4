/** After a flood of bogus mail: cases that nobody has named, to be looked at and closed many at once. */
import type { Case } from '../../../cases/case.ts';
import { mostUnnamed, type SeenCase, type UnnamedQuery } from '../../../cases/unnamed.ts';
import type { ConsoleContext } from '../../environment.ts';
import { postForm } from '../../form.ts';
import { empty, field, type Html, html, note, nothing, shown, table, timeTag } from '../../html.ts';
import { page } from '../../layout.ts';

export type UnnamedView = {
  readonly query: UnnamedQuery;
  readonly cases: readonly Case[];
  /** Why they are unfounded, as far as somebody typed it. */
  readonly reason: string;
  readonly message: { readonly tone: 'good' | 'bad'; readonly text: string } | null;
};

export function unnamedPage(context: ConsoleContext, { cases, message, query, reason }: UnnamedView): Html {
  const { author, from, until } = query;
  const window = html`<div class="two">${field({ name: 'from', label: 'Opened from (UTC)', value: isoOf(from) })}${field({ name: 'until', label: 'Opened before (UTC)', value: isoOf(until) })}</div>
${field({ name: 'author', label: 'Claimed author: an address or a domain; empty for all', value: author ?? '' })}`;
  return page(context, {
    title: 'Unnamed cases',
    about:
      'Doubtful mail waits in cases until somebody names them. After a flood, close the bogus ones here together. The mails stay, and new mail of the same author opens a new case.',
    body: html`${message === null ? nothing : note(message.tone, message.text)}
<section class="card"><form method="get" action="/cases/unnamed" class="form">${window}<button class="button plain">Show</button></form></section>
<section class="card">${
      cases.length === 0
        ? empty('No unnamed case', 'None was opened in this time.')
        : html`${table(
            'Unnamed cases',
            ['Case', 'Claimed author', 'Mails', 'Opened (UTC)'],
            cases.map((of) => [
              html`<a href="/cases/${of.id}">${of.id}</a>`,
              shown(of.communications[0]?.address ?? '–', 80),
              String(of.communications.length),
              timeTag(of.openedAt),
            ]),
          )}
${postForm(
  context,
  '/cases/unnamed',
  html`<input type="hidden" name="seen" value="${seenText(cases)}"><input type="hidden" name="from" value="${isoOf(from)}"><input type="hidden" name="until" value="${isoOf(until)}"><input type="hidden" name="author" value="${author ?? ''}">
${field({ name: 'note', label: 'Why they are unfounded', value: reason, required: true })}
<button class="button danger">Close ${cases.length === mostUnnamed ? `these first ${mostUnnamed}` : `all ${cases.length}`}</button>`,
)}`
    }</section>`,
  });
}

/** What the page shows is what is closed, and nothing that came since. */
function seenText(cases: readonly Case[]): string {
  return cases.map(({ communications, id }) => `${id}:${communications.length}`).join(' ');
}

/** What is not of this form is left out. */
export function readSeen(text: string): readonly SeenCase[] {
  return text
    .split(' ')
    .slice(0, mostUnnamed)
    .flatMap((part) => {
      const [, id, count] = /^(case-[0-9a-z]{10}):(\d{1,4})$/.exec(part) ?? [];
      return id === undefined ? [] : [{ id, communications: Number(count) }];
    });
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}

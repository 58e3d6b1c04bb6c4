/** Words and small pieces about deny entries that several of their pages show. */
import type { DenyEntry } from '../../../denylist/entry.ts';
import { isExpired } from '../../../denylist/match.ts';
import { scopeText } from '../../../denylist/scope.ts';
import type { DenyCounter } from '../../../records/denylist.ts';
import { badge, count, facts, type Html, html, shown, shownLines, table, timeTag } from '../../html.ts';

export const kindTexts = {
  email: 'address, whatever its tag or dots',
  domain: 'domain and everything below it',
  subdomains: 'everything below a domain',
  network: 'client network (CIDR)',
  phone: 'phone number',
  pgp: 'PGP fingerprint',
} as const;

export function entryFacts(entry: DenyEntry, counter?: DenyCounter): Html {
  return facts([
    ['Kind', `${entry.kind}: ${kindTexts[entry.kind]}`],
    ['Value', html`<strong>${shown(entry.value)}</strong>`],
    ['Reason', shown(entry.reason, 1_000)],
    entry.note === '' ? null : ['Note', html`<span class="mail-text">${shownLines(entry.note)}</span>`],
    ['Scope', shown(scopeText(entry.scope))],
    ['Until', entry.expiresAt === null ? 'for good' : html`${timeTag(entry.expiresAt)} UTC`],
    ['Added', html`${timeTag(entry.createdAt)} by ${shown(entry.createdBy)}`],
    [
      'Hits',
      counter === undefined ? 'none yet' : html`${count(counter.hits)}, the last at ${timeTag(counter.lastHitAt)}`,
    ],
  ]);
}

export function entryTable(
  entries: readonly DenyEntry[],
  counters: ReadonlyMap<string, DenyCounter>,
  now: number,
): Html {
  return table(
    'Entries',
    ['Kind', 'Value', 'Reason', 'Scope', 'Until', 'Hits', 'Added'],
    entries.map((entry) => {
      const counter = counters.get(entry.id);
      return [
        entry.kind,
        html`<a class="wrap" href="/deny/${entry.id}">${shown(entry.value, 120)}</a>`,
        html`<span class="wrap">${shown(entry.reason, 140)}</span>`,
        shown(scopeText(entry.scope), 80),
        untilText(entry, now),
        counter === undefined
          ? '0'
          : html`${count(counter.hits)}<br><span class="quiet-text small">last ${timeTag(counter.lastHitAt)}</span>`,
        html`${timeTag(entry.createdAt)}<br><span class="quiet-text small">${shown(entry.createdBy, 60)}</span>`,
      ];
    }),
  );
}

function untilText(entry: DenyEntry, now: number): Html | string {
  if (entry.expiresAt === null) return 'for good';
  return isExpired(entry, now)
    ? badge('calm', 'expired')
    : html`<time datetime="${new Date(entry.expiresAt).toISOString()}">${new Date(entry.expiresAt).toISOString().slice(0, 10)}</time>`;
}

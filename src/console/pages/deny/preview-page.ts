/** What a new deny entry would hit, before it is made. */
import type { DenyEntry } from '../../../denylist/entry.ts';
import { type DenyPreview, previewDays } from '../../deny-preview.ts';
import type { ConsoleContext } from '../../environment.ts';
import { postForm } from '../../form.ts';
import {
  badge,
  count,
  type Html,
  html,
  note,
  nothing,
  outcomeBadge,
  plural,
  shown,
  table,
  timeTag,
} from '../../html.ts';
import { page } from '../../layout.ts';
import { entryFacts } from './entry-texts.ts';
import type { Typed } from './typed-entry.ts';

export type Previewed = {
  readonly preview: DenyPreview;
  /** The entry that it replaces. */
  readonly before: DenyEntry | null;
  /** Where the form goes, and where it came from. */
  readonly place: {
    readonly action: string;
    readonly back: string;
    readonly button: string;
    readonly fields?: Readonly<Record<string, string>>;
  };
};

export function previewPage(
  context: ConsoleContext,
  typed: Typed,
  entry: DenyEntry,
  { before, place, preview }: Previewed,
): Html {
  const isGrave = preview.struck.some((one) => one.isGrave);
  return page(context, {
    title: 'What it would hit',
    about:
      'The mails of the last 30 days under this entry, and whom of the directory it names. Nothing was changed yet.',
    body: html`${typed.step === 'add' && isGrave ? note('bad', 'Nothing was changed yet: tick the box first.') : nothing}
<section class="card">${entryFacts(entry)}</section>
${before === null ? nothing : note('warn', html`It replaces the entry that ${shown(before.createdBy)} made: ${shown(before.reason)}`)}
${previewCards(entry, preview)}
<section class="card">${postForm(
      context,
      place.action,
      html`${Object.entries(place.fields ?? {}).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}${(['kind', 'value', 'reason', 'note', 'scope', 'expires'] as const).map((name) => html`<input type="hidden" name="${name}" value="${typed[name]}">`)}
${isGrave ? html`<label class="check"><input type="checkbox" name="sure" value="yes"> <span>I know that this cuts off a customer, and mean it.</span></label>` : nothing}
<div class="row"><button class="button ${isGrave ? 'danger' : 'plain'}" name="step" value="add">${place.button}</button><a class="button" href="${place.back}">Back</a></div>`,
    )}</section>`,
  });
}

/** Whom of the directory it names, and the mails of late that it would have hit. */
export function previewCards(entry: DenyEntry, preview: DenyPreview): Html {
  const isGrave = preview.struck.some((one) => one.isGrave);
  return html`${
    preview.struck.length === 0
      ? nothing
      : html`<section class="card"><h2>It names people of the directory</h2>${isGrave ? note('bad', 'It would cut off a customer: an active admin, a sender of the contract, or a tenant’s whole domain.') : nothing}
${table(
  'People of the directory',
  ['What', 'Who', 'Tenant'],
  preview.struck
    .slice(0, 50)
    .map((one) => [
      one.isGrave ? badge('bad', one.kind) : one.kind,
      shown(one.who, 160),
      html`<a href="/directory/${encodeURIComponent(one.tenantId)}">${shown(one.tenantName, 120)}</a>`,
    ]),
)}</section>`
  }
<section class="card"><h2>${previewHeading(entry, preview)}</h2>
${
  preview.mails.length === 0
    ? html`<p class="quiet-text">${entry.kind === 'phone' ? 'Phone numbers are asked at the phone desk, not by mail.' : entry.kind === 'pgp' ? 'Mails are not searched by key.' : 'It would have changed nothing.'}</p>`
    : table(
        'Mails it would have hit',
        ['Received (UTC)', 'Outcome then', 'From', 'Client', 'Subject'],
        preview.mails.map((row) => [
          html`<a href="/mail/${row.message_id}">${timeTag(row.received_at)}</a>`,
          html`${outcomeBadge(row.outcome)} ${row.reason}`,
          html`<span class="wrap">${shown(row.sender_address ?? row.mail_from, 100)}</span>`,
          row.client_ip,
          html`<span class="wrap">${shown(row.subject ?? '–', 100)}</span>`,
        ]),
      )
}</section>`;
}

function previewHeading(entry: DenyEntry, { hits, isAtLeast, looked }: DenyPreview): string {
  if (entry.kind === 'phone' || entry.kind === 'pgp') return 'Mails of late';
  return `${isAtLeast ? 'At least ' : ''}${count(hits)} of ${plural(looked, 'mail')} of the last ${previewDays} days would have been hit`;
}

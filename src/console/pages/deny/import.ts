/** The deny-list as a CSV file: in by a difference, out as a download. */
import { Hono } from 'hono';
import { denyCsvFaultLine, formatDenyCsv } from '../../../denylist/csv.ts';
import { changeOf, type DenyDiff, denyDiff, denyDiffDigest } from '../../../denylist/diff.ts';
import type { DenyEntry } from '../../../denylist/entry.ts';
import { expiryText } from '../../../denylist/expiry.ts';
import { isExpired } from '../../../denylist/match.ts';
import { scopeText } from '../../../denylist/scope.ts';
import { DenyListConflict } from '../../../denylist/store.ts';
import { auditExport } from '../../audit-export.ts';
import { type GraveEntry, graveEntries, newlyHeld } from '../../deny-preview.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../../environment.ts';
import { formTexts } from '../../form.ts';
import { need } from '../../guard.ts';
import { badge, choice, count, type Html, html, note, nothing, plural, shown } from '../../html.ts';
import { differencePage, download, uploadedText, uploadPage } from '../../import-pages.ts';
import type { ConsolePorts } from '../../ports.ts';
import { applied, importProgressRoutes } from './import-progress.ts';

const place = { path: '/deny/import', back: '/deny' } as const;

export function denyImportRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();

  routes.get('/deny/export.csv', need('deny.see'), async (context) => {
    const entries = await ports.deny.list();
    await auditExport(ports, whoOf(context).member.name, 'deny.export', { entries: entries.length });
    return download(context, { type: 'text/csv', name: 'deny-list.csv', body: formatDenyCsv(entries) });
  });

  routes.get(place.path, need('deny.change'), (context) => context.html(importPage(context, 'merge', [])));

  routes.post(place.path, need('deny.change'), async (context) => {
    const form = await formTexts(context);
    const mode = form('mode') === 'replace' ? 'replace' : 'merge';
    const uploaded = await uploadedText(context);
    if (!uploaded.ok) return context.html(importPage(context, mode, [uploaded.fault]), 422);
    const { text } = uploaded;
    const parsed = await ports.readDenyCsv(text, ports.now());
    if (!parsed.ok) return context.html(importPage(context, mode, parsed.faults.map(denyCsvFaultLine)), 422);
    const diff = denyDiff(await ports.deny.list(), parsed.entries, mode);
    const digest = denyDiffDigest(diff);
    const grave = await graveEntries(ports, newlyHeld(diff, ports.now()));
    const isShown = form('digest') === digest;
    const isMeant = grave.length === 0 || form('sure') === 'yes';
    if (!isShown || !isMeant) {
      const isStale = form('digest') !== '' && !isShown;
      const fault = isShown ? 'Tick the box first.' : null;
      const difference: DiffPage = { text, mode, diff, digest, isStale, grave, fault };
      return context.html(diffPage(ports, context, difference), fault === null ? 200 : 422);
    }
    try {
      const by = { actor: whoOf(context).member.name, at: ports.now() };
      const generation = await applied(ports, changeOf(diff), by);
      return context.redirect(generation === null ? '/deny?done=imported' : `/deny/import/${generation}`, 303);
    } catch (error) {
      if (!(error instanceof DenyListConflict)) throw error;
      const difference: DiffPage = { text, mode, diff, digest, isStale: false, grave, fault: error.message };
      return context.html(diffPage(ports, context, difference), 409);
    }
  });
  importProgressRoutes(routes, ports);
  return routes;
}

function importPage(context: ConsoleContext, mode: 'merge' | 'replace', faults: readonly string[]): Html {
  return uploadPage(context, {
    ...place,
    title: 'Import deny entries',
    about: html`A CSV file with the columns <code>kind,value,reason,note,scope,expires_at,created_by</code>, as <a href="/deny/export.csv">the export</a> writes it. You see row by row what would change before anything does.`,
    accept: '.csv,text/csv',
    fields: choice({
      name: 'mode',
      label: 'Entries that the file does not hold',
      value: mode,
      options: [
        ['merge', 'stay'],
        ['replace', 'are removed'],
      ],
    }),
    faults,
  });
}

type DiffPage = {
  readonly text: string;
  readonly mode: 'merge' | 'replace';
  readonly diff: DenyDiff;
  readonly digest: string;
  readonly isStale: boolean;
  readonly grave: readonly GraveEntry[];
  readonly fault: string | null;
};

function diffPage(ports: ConsolePorts, context: ConsoleContext, difference: DiffPage): Html {
  const { text, mode, diff, digest, isStale, grave, fault } = difference;
  const expired = [...diff.added, ...diff.changed.map(({ after }) => after)].filter((entry) =>
    isExpired(entry, ports.now()),
  );
  return differencePage(context, {
    ...place,
    title: 'What the import would change',
    text,
    digest,
    isStale,
    fault,
    diff,
    notes: html`${grave.length === 0 ? nothing : graveNote(grave)}${
      expired.length === 0
        ? nothing
        : note('warn', `${plural(expired.length, 'entry has', 'entries have')} expired already and would not hold.`)
    }`,
    head: ['', 'Kind', 'Value', 'Scope', 'Reason', 'Until'],
    rows: [
      ...diff.added.map((entry) => changeRow(badge('good', 'add'), entry, null)),
      ...diff.changed.map(({ before, after }) => changeRow(badge('warn', 'change'), after, before)),
      ...diff.removed.map((entry) => changeRow(badge('bad', 'remove'), entry, null)),
    ],
    fields: html`<input type="hidden" name="mode" value="${mode}">${grave.length === 0 ? nothing : html`<label class="check"><input type="checkbox" name="sure" value="yes"> <span>I know that this cuts off customers, and mean it.</span></label>`}`,
  });
}

/** Customers whose mail would be refused by what the file holds. */
function graveNote(grave: readonly GraveEntry[]): Html {
  const lines = grave.map(({ entry, struck }) => {
    const [first] = struck;
    const more = struck.length > 1 ? ` and ${count(struck.length - 1)} more` : '';
    return html`<li>${entry.kind} ${shown(entry.value, 160)}: ${first === undefined ? nothing : html`${first.kind} ${shown(first.who, 160)} of ${shown(first.tenantName, 120)}`}${more}</li>`;
  });
  return note('bad', html`It would cut off customers, whose mail is refused from then on:<ul>${lines}</ul>`);
}

function changeRow(what: Html, after: DenyEntry, before: DenyEntry | null): readonly (Html | string)[] {
  const changed = (old: string | null, now: string): Html =>
    old === null || old === now
      ? html`${shown(now, 200)}`
      : html`<del>${shown(old, 200)}</del> <ins>${shown(now, 200)}</ins>`;
  const until = (entry: DenyEntry) => (entry.expiresAt === null ? 'for good' : expiryText(entry.expiresAt));
  return [
    what,
    after.kind,
    html`<span class="wrap">${shown(after.value, 160)}</span>`,
    shown(scopeText(after.scope), 80),
    changed(before?.reason ?? null, after.reason),
    changed(before === null ? null : until(before), until(after)),
  ];
}

/** The deny-list as a CSV file: in by a difference, out as a download. */
import { Hono } from 'hono';
import { denyCsvFaultLine, formatDenyCsv } from '../../../denylist/csv.ts';
import { changeOf, type DenyDiff, denyDiff, denyDiffDigest } from '../../../denylist/diff.ts';
import type { DenyEntry } from '../../../denylist/entry.ts';
import { expiryText } from '../../../denylist/expiry.ts';
import { isExpired } from '../../../denylist/match.ts';
import { scopeText } from '../../../denylist/scope.ts';
import { auditExport } from '../../audit-export.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../../environment.ts';
import { formTexts } from '../../form.ts';
import { need } from '../../guard.ts';
import { badge, choice, type Html, html, note, nothing, plural, shown } from '../../html.ts';
import { differencePage, download, uploadedText, uploadPage } from '../../import-pages.ts';
import type { ConsolePorts } from '../../ports.ts';

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
    if (form('digest') !== digest) {
      const isStale = form('digest') !== '';
      return context.html(diffPage(ports, context, { text, mode, diff, digest, isStale }));
    }
    await ports.deny.apply(changeOf(diff), { actor: whoOf(context).member.name, at: ports.now() });
    return context.redirect('/deny?done=imported', 303);
  });
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
};

function diffPage(ports: ConsolePorts, context: ConsoleContext, { text, mode, diff, digest, isStale }: DiffPage): Html {
  const expired = [...diff.added, ...diff.changed.map(({ after }) => after)].filter((entry) =>
    isExpired(entry, ports.now()),
  );
  return differencePage(context, {
    ...place,
    title: 'What the import would change',
    text,
    digest,
    isStale,
    counts: {
      added: diff.added.length,
      changed: diff.changed.length,
      removed: diff.removed.length,
      unchanged: diff.unchanged,
    },
    notes:
      expired.length === 0
        ? nothing
        : note('warn', `${plural(expired.length, 'entry has', 'entries have')} expired already and would not hold.`),
    head: ['', 'Kind', 'Value', 'Scope', 'Reason', 'Until'],
    rows: [
      ...diff.added.map((entry) => changeRow(badge('good', 'add'), entry, null)),
      ...diff.changed.map(({ before, after }) => changeRow(badge('warn', 'change'), after, before)),
      ...diff.removed.map((entry) => changeRow(badge('bad', 'remove'), entry, null)),
    ],
    fields: html`<input type="hidden" name="mode" value="${mode}">`,
  });
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

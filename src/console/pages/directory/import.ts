/** The directory as a JSON file: in as a whole by a difference, out as a download. */
import { Hono } from 'hono';
import { type DirectoryDiff, directoryChangeDigest, directoryDiff } from '../../../directory/diff.ts';
import { formatDirectory } from '../../../directory/directory-file.ts';
import { type DirectoryFault, faultLine } from '../../../directory/fault.ts';
import type { Tenant } from '../../../directory/tenant.ts';
import { auditExport } from '../../audit-export.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../../environment.ts';
import { formTexts } from '../../form.ts';
import { need } from '../../guard.ts';
import { badge, count, type Html, html, note, nothing, plural, shown } from '../../html.ts';
import { differencePage, download, uploadedText, uploadPage } from '../../import-pages.ts';
import type { ConsolePorts } from '../../ports.ts';
import { type StepUp, stepUpAttributes, stepUpFields } from '../../step-up.ts';

const place = { path: '/directory/import', back: '/directory' } as const;
const shownWarnings = 50;

export function directoryImportRoutes(ports: ConsolePorts, stepUp: StepUp): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();

  routes.get('/directory/export.json', need('directory.import'), async (context) => {
    const tenants = await ports.directory.all();
    await auditExport(ports, whoOf(context).member.name, 'directory.export', { tenants: tenants.length });
    return download(context, { type: 'application/json', name: 'directory.json', body: formatDirectory(tenants) });
  });

  routes.get(place.path, need('directory.import'), (context) => context.html(importPage(context, [])));

  routes.post(place.path, need('directory.import'), async (context) => {
    const form = await formTexts(context);
    const uploaded = await uploadedText(context);
    if (!uploaded.ok) return context.html(importPage(context, [uploaded.fault]), 422);
    const { text } = uploaded;
    const read = await ports.readDirectory(text);
    if (!read.ok) return context.html(importPage(context, read.faults.map(faultLine)), 422);
    const current = await ports.directory.all();
    const diff = directoryDiff(current, read.directory.tenants);
    const digest = directoryChangeDigest(current, read.directory.tenants);
    const isStale = form('digest') !== '' && form('digest') !== digest;
    // A directory names who may ask and the keys that prove them: a stolen session must not write one.
    const fault = form('digest') === digest ? await stepUp(context, form) : null;
    if (form('digest') !== digest || fault !== null) {
      const tenants = new Map([...current, ...read.directory.tenants].map((tenant) => [tenant.id, tenant]));
      const shownDiff = { text, diff, tenants, digest, isStale, warnings: read.warnings, fault };
      return context.html(diffPage(ports, context, shownDiff), fault === null ? 200 : 422);
    }
    await ports.directory.replaceAll(read.directory, { actor: whoOf(context).member.name, at: ports.now() });
    return context.redirect('/directory?done=imported', 303);
  });
  return routes;
}

function importPage(context: ConsoleContext, faults: readonly string[]): Html {
  return uploadPage(context, {
    ...place,
    title: 'Import the directory',
    about: html`A JSON file as <a href="/directory/export.json">the export</a> writes it. It replaces the directory as a whole; you see tenant by tenant what would change before anything does.`,
    accept: '.json,application/json',
    faults,
  });
}

type DiffPage = {
  readonly text: string;
  readonly diff: DirectoryDiff;
  /** The wanted tenant where there is one, else the present one. */
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly digest: string;
  readonly isStale: boolean;
  readonly warnings: readonly DirectoryFault[];
  readonly fault: string | null;
};

function diffPage(ports: ConsolePorts, context: ConsoleContext, shownDiff: DiffPage): Html {
  const { text, diff, tenants, digest, isStale, warnings, fault } = shownDiff;
  const row = (what: Html, id: string): readonly (Html | string)[] => {
    const tenant = tenants.get(id);
    return [
      what,
      html`<code>${id}</code>`,
      shown(tenant?.name ?? '', 120),
      count(tenant?.admins.length ?? 0),
      html`<span class="wrap">${shown(tenant?.domains.join(', ') ?? '', 200)}</span>`,
    ];
  };
  return differencePage(context, {
    ...place,
    title: 'What the import would change',
    text,
    digest,
    isStale,
    diff,
    notes: warnings.length === 0 ? nothing : warningsNote(warnings),
    head: ['', 'Tenant', 'Name', 'Admins', 'Domains'],
    rows: [
      ...diff.added.map((id) => row(badge('good', 'add'), id)),
      ...diff.changed.map((id) => row(badge('warn', 'change'), id)),
      ...diff.removed.map((id) => row(badge('bad', 'remove'), id)),
    ],
    fields: stepUpFields(ports, context),
    attributes: stepUpAttributes,
    fault,
  });
}

function warningsNote(warnings: readonly DirectoryFault[]): Html {
  const lines = warnings.slice(0, shownWarnings).map((warning) => html`<li>${shown(faultLine(warning), 300)}</li>`);
  const more = warnings.length - shownWarnings;
  return note(
    'warn',
    html`${plural(warnings.length, 'warning')}:<ul>${lines}</ul>${more > 0 ? html`<p>and ${count(more)} more.</p>` : nothing}`,
  );
}

/** The directory: tenants, admins, contacts; import with a diff before anything changes. */
import { Hono } from 'hono';
import { type DirectoryDiff, directoryChangeDigest, directoryDiff } from '../../directory/diff.ts';
import { formatDirectory } from '../../directory/directory-file.ts';
import { type DirectoryFault, faultLine } from '../../directory/fault.ts';
import type { Tenant } from '../../directory/tenant.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI, whoOf } from '../environment.ts';
import { formFile, formTexts, postForm } from '../form.ts';
import { need } from '../guard.ts';
import {
  badge,
  count,
  empty,
  facts,
  field,
  type Html,
  html,
  note,
  nothing,
  pathWith,
  plural,
  shown,
  table,
  timeTag,
} from '../html.ts';
import { page } from '../layout.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';

const rowsPerPage = 200;
const shownChanges = 500;

export function directoryRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();

  routes.get('/directory', need('directory.see'), async (context) => context.html(await listPage(ports, context)));

  routes.get('/directory/export.json', need('directory.import'), async (context) => {
    context.header('content-type', 'application/json; charset=utf-8');
    context.header('content-disposition', 'attachment; filename="directory.json"');
    return context.body(formatDirectory(await ports.directory.all()));
  });

  routes.get('/directory/import', need('directory.import'), (context) => context.html(importPage(context, null)));

  routes.post('/directory/import', need('directory.import'), async (context) => {
    const form = await formTexts(context);
    const text = await formFile(context, 'file');
    if (text === null || text.trim() === '') {
      return context.html(importPage(context, [text === null ? 'The file is not UTF-8.' : 'Choose a file.']), 422);
    }
    const read = await ports.readDirectory(text);
    if (!read.ok) return context.html(importPage(context, read.faults.map(faultLine)), 422);
    const current = await ports.directory.all();
    const diff = directoryDiff(current, read.directory.tenants);
    const digest = directoryChangeDigest(current, read.directory.tenants);
    if (form('digest') !== digest) {
      const isStale = form('digest') !== '';
      const tenants = new Map([...current, ...read.directory.tenants].map((tenant) => [tenant.id, tenant]));
      return context.html(diffPage(context, { text, diff, tenants, digest, isStale, warnings: read.warnings }));
    }
    await ports.directory.replaceAll(read.directory, { actor: whoOf(context).member.name, at: ports.now() });
    return context.redirect('/directory?done=imported', 303);
  });

  routes.get('/directory/:id', need('directory.see'), async (context) => {
    const tenant = (await ports.directory.all()).find(({ id }) => id === context.req.param('id'));
    if (tenant === undefined) {
      const text = 'The directory has no tenant with this id; it may have been removed by an import.';
      return context.html(messagePage(context, { title: 'No such tenant', text }), 404);
    }
    return context.html(tenantPage(context, tenant));
  });
  return routes;
}

async function listPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const text = (context.req.query('q') ?? '').trim().toLowerCase().slice(0, 200);
  const all = await ports.directory.all();
  const found = text === '' ? all : all.filter((tenant) => searchText(tenant).includes(text));
  const [last] = await ports.directory.imports(1);
  const mayImport = mayI(context, 'directory.import');
  return page(context, {
    title: 'Directory',
    actions: mayImport
      ? html`<a class="button plain" href="/directory/import">Import</a><a class="button" href="/directory/export.json">Export</a>`
      : nothing,
    body: html`${context.req.query('done') === 'imported' ? note('good', 'Imported. It holds from the next mail on.') : nothing}
<form class="filters" action="/directory"><div class="grow">${field({ name: 'q', label: 'Id, name, domain, address or person', value: text, type: 'search' })}</div><button class="button plain">Show</button></form>
<p class="quiet-text">${plural(found.length, 'tenant')}${text === '' ? '' : ' found'}${last === undefined ? '' : html`; last import ${timeTag(last.at)} UTC by ${shown(last.actor, 80)}`}.</p>
<section class="card">${
      found.length === 0
        ? empty('No tenant', text === '' ? 'An import fills the directory.' : 'Fewer letters find more.')
        : table(
            'Tenants',
            ['Tenant', 'Tier', 'Users', 'Domains', 'Admins', 'Contract'],
            found
              .slice(0, rowsPerPage)
              .map((tenant) => [
                html`<a class="wrap" href="/directory/${encodeURIComponent(tenant.id)}">${shown(tenant.name, 120)}</a><br><code class="quiet-text small">${tenant.id}</code>`,
                tenant.tier,
                count(tenant.users),
                html`<span class="wrap">${shown(tenant.domains.join(', '), 200)}</span>`,
                html`${count(tenant.admins.filter(({ active }) => active).length)} active`,
                contractText(tenant),
              ]),
          )
    }</section>
${found.length > rowsPerPage ? html`<p class="quiet-text">The first ${count(rowsPerPage)} are shown; look for the rest by name.</p>` : nothing}`,
  });
}

function searchText({ id, name, domains, admins, contactsOnFile }: Tenant): string {
  const people = admins.flatMap((admin) => [admin.name, admin.primaryEmail, ...admin.secondaryEmails]);
  const contacts = contactsOnFile.flatMap((contact) => [contact.name, contact.email ?? '', contact.phone ?? '']);
  return [id, name, ...domains, ...people, ...contacts].join('\n').toLowerCase();
}

function contractText({ contract }: Tenant): string {
  const parts = [
    ...(contract.requirePgp === 'none' ? [] : [`PGP ${contract.requirePgp}`]),
    ...(contract.requireTls ? ['TLS required'] : []),
    ...(contract.spfProves ? ['SPF proves'] : []),
    ...(contract.alternateSenders.length === 0 ? [] : [plural(contract.alternateSenders.length, 'further sender')]),
  ];
  return parts.length === 0 ? 'nothing special' : parts.join(', ');
}

function tenantPage(context: ConsoleContext, tenant: Tenant): Html {
  return page(context, {
    title: tenant.name,
    actions: html`<a class="button" href="${pathWith('/mail', { q: tenant.domains[0] ?? '' })}">Its mail</a>`,
    body: html`<section class="card">${facts([
      ['Tenant', html`<code>${tenant.id}</code>`],
      tenant.objectId === null ? null : ['Object id', html`<code>${shown(tenant.objectId)}</code>`],
      ['Domains', shown(tenant.domains.join(', ') || 'none', 1_000)],
      tenant.signingDomains.length === 0 ? null : ['Signing domains', shown(tenant.signingDomains.join(', '))],
      ['Tier', `${tenant.tier}, ${plural(tenant.users, 'user')}${tenant.partner ? ', partner' : ''}`],
      ['Time zone', tenant.timezone],
      ['Contract', contractText(tenant)],
      ...tenant.contract.alternateSenders.map(
        ({ address, requests }) =>
          ['May write too', html`${shown(address)} (${['ordinary', ...requests].join(', ')})`] as const,
      ),
      tenant.helpdeskAddresses.length === 0 ? null : ['Own help desk', shown(tenant.helpdeskAddresses.join(', '))],
    ])}</section>
<section class="card"><h2>Admins</h2>${
      tenant.admins.length === 0
        ? html`<p class="quiet-text">None.</p>`
        : table(
            'Admins',
            ['Name', 'Role', 'State', 'Mailbox', 'Addresses', 'PGP keys'],
            tenant.admins.map((admin) => [
              html`${shown(admin.name, 120)}<br><code class="quiet-text small">${admin.id}</code>`,
              admin.role,
              admin.active ? badge('good', 'active') : badge('calm', 'inactive'),
              admin.mailbox === 'group' ? badge('warn', 'group') : 'dedicated',
              html`<a class="wrap" href="/mail?q=${encodeURIComponent(admin.primaryEmail)}">${shown(admin.primaryEmail, 160)}</a>${admin.secondaryEmails.map((address) => html`<br><span class="quiet-text small">${shown(address, 160)}</span>`)}`,
              count(admin.pgpKeys.length),
            ]),
          )
    }</section>
<section class="card"><h2>Contacts on file</h2>${
      tenant.contactsOnFile.length === 0
        ? html`<p class="quiet-text">None: nobody can be asked out of band.</p>`
        : table(
            'Contacts on file',
            ['Name', 'Role', 'Phone', 'Mail'],
            tenant.contactsOnFile.map((contact) => [
              shown(contact.name, 120),
              contact.role,
              shown(contact.phone ?? '–'),
              shown(contact.email ?? '–', 160),
            ]),
          )
    }</section>`,
  });
}

function importPage(context: ConsoleContext, faults: readonly string[] | null): Html {
  return page(context, {
    title: 'Import the directory',
    body: html`${
      faults === null
        ? nothing
        : note(
            'bad',
            html`Nothing was imported.<ul>${faults.slice(0, 100).map((line) => html`<li>${shown(line, 300)}</li>`)}</ul>${faults.length > 100 ? html`<p>and ${count(faults.length - 100)} more.</p>` : nothing}`,
          )
    }
<section class="card"><p>A JSON file as <a href="/directory/export.json">the export</a> writes it. It replaces the directory as a whole; you see tenant by tenant what would change before anything does.</p>
${postForm(
  context,
  '/directory/import',
  html`<div class="field"><label for="file">File</label><input id="file" name="file" type="file" accept=".json,application/json" required></div>
<div class="row"><button class="button plain">Show what would change</button><a class="button" href="/directory">Cancel</a></div>`,
  { upload: true },
)}</section>`,
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
};

function diffPage(context: ConsoleContext, { text, diff, tenants, digest, isStale, warnings }: DiffPage): Html {
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
  const rows = [
    ...diff.added.map((id) => row(badge('good', 'add'), id)),
    ...diff.changed.map((id) => row(badge('warn', 'change'), id)),
    ...diff.removed.map((id) => row(badge('bad', 'remove'), id)),
  ];
  return page(context, {
    title: 'What the import would change',
    body: html`${isStale ? note('warn', 'The directory was changed by somebody else meanwhile: this is the difference now.') : nothing}
${warnings.length === 0 ? nothing : note('warn', html`${plural(warnings.length, 'warning')}:<ul>${warnings.slice(0, 50).map((warning) => html`<li>${shown(faultLine(warning), 300)}</li>`)}</ul>`)}
<p><strong>${count(diff.added.length)}</strong> added, <strong>${count(diff.changed.length)}</strong> changed, <strong>${count(diff.removed.length)}</strong> removed, ${count(diff.unchanged)} unchanged.</p>
<section class="card">${rows.length === 0 ? empty('Nothing would change', 'The directory holds all of this already.') : table('Changes', ['', 'Tenant', 'Name', 'Admins', 'Domains'], rows.slice(0, shownChanges))}</section>
${
  rows.length === 0
    ? html`<p><a class="button" href="/directory">Back to the directory</a></p>`
    : postForm(
        context,
        '/directory/import',
        html`<textarea class="hidden" name="file" aria-hidden="true" tabindex="-1" readonly>
${text}</textarea><input type="hidden" name="digest" value="${digest}">
<div class="row"><button class="button ${diff.removed.length > 0 ? 'danger' : 'plain'}">Apply it</button><a class="button" href="/directory/import">Cancel</a></div>`,
        { upload: true },
      )
}`,
  });
}

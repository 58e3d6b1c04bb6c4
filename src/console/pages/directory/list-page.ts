/** The tenants, looked through by what stands in them. */
import type { Tenant } from '../../../directory/tenant.ts';
import { type ConsoleContext, mayI } from '../../environment.ts';
import { count, empty, field, type Html, html, note, nothing, plural, shown, table, timeTag } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { contractText } from './contract-text.ts';

const rowsPerPage = 200;

export async function listPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const text = (context.req.query('q') ?? '').trim().toLowerCase().slice(0, 200);
  const all = await ports.directory.all();
  const found = text === '' ? all : all.filter((tenant) => searchText(tenant).includes(text));
  const [last] = await ports.directory.imports(1);
  const mayImport = mayI(context, 'directory.import');
  return page(context, {
    title: 'Directory',
    about:
      'The customers, their admins, contacts, contracts and keys: whom the gateway knows. An import replaces it as a whole.',
    actions: html`${mayImport ? html`<a class="button plain" href="/directory/import">Import</a><a class="button" href="/directory/export.json">Export</a>` : nothing}<a class="button" href="/directory/history">History</a><a class="button" href="/directory/ending-keys">Ending keys</a>`,
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

/** One tenant: what it is, its admins and their keys, its contacts on file and since when they are. */
import type { Admin, Tenant } from '../../../directory/tenant.ts';
import type { FiledItem } from '../../../records/directory-history.ts';
import { type ConsoleContext, mayI } from '../../environment.ts';
import { actionButton } from '../../form.ts';
import {
  badge,
  count,
  facts,
  type Html,
  html,
  note,
  nothing,
  pathWith,
  plural,
  shown,
  table,
  timeTag,
} from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts, RegisteredKeyFacts } from '../../ports.ts';
import { contractText } from './contract-text.ts';
import { endsSoonMs, expiryText, fingerprintText } from './key-texts.ts';

type KeyRow = { readonly admin: Admin; readonly key: RegisteredKeyFacts | { readonly fault: string } };

export async function tenantPage(ports: ConsolePorts, context: ConsoleContext, tenant: Tenant): Promise<Html> {
  const [history, keys] = await Promise.all([ports.directory.historyOf(tenant.id), keysOf(ports, tenant)]);
  return page(context, {
    title: tenant.name,
    about:
      'A customer as the directory has it: whose mail counts as theirs, and who may be asked. An import changes it.',
    actions: html`<a class="button" href="${pathWith('/mail', { q: tenant.domains[0] ?? '' })}">Its mail</a>`,
    body: html`${doneNote(context)}${keyWarnings(keys, ports.now())}
<section class="card">${facts([
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
<section class="card"><h2>Admins</h2>${adminTable(context, tenant)}</section>
<section class="card"><h2>PGP keys</h2>${keyTable(ports, context, tenant, keys)}</section>
<section class="card"><h2>Contacts on file</h2>${contactTable(tenant)}</section>
<section class="card"><h2>What came on file, and went</h2>${historyTable(history)}</section>`,
  });
}

const done: Readonly<Record<string, string>> = {
  'key-added': 'The key counts from the next mail on.',
  'key-removed': 'The key is taken away: what it signs proves nothing from the next mail on.',
};

function doneNote(context: ConsoleContext): Html {
  const text = done[context.req.query('done') ?? ''];
  return text === undefined ? nothing : note('good', text);
}

async function keysOf({ readKey }: ConsolePorts, { admins }: Tenant): Promise<readonly KeyRow[]> {
  return Promise.all(
    admins.flatMap((admin) => admin.pgpKeys.map(async (armored) => ({ admin, key: await readKey(armored) }))),
  );
}

function keyWarnings(keys: readonly KeyRow[], now: number): Html {
  const ending = keys.filter(
    ({ admin, key }) => admin.active && !('fault' in key) && key.expiresAt !== null && key.expiresAt - now < endsSoonMs,
  );
  if (ending.length === 0) return nothing;
  const names = [...new Set(ending.map(({ admin }) => admin.name))].join(', ');
  return note('warn', html`${plural(ending.length, 'PGP key')} ended or ends within 30 days: ${shown(names, 300)}.`);
}

function adminTable(context: ConsoleContext, tenant: Tenant): Html {
  if (tenant.admins.length === 0) return html`<p class="quiet-text">None.</p>`;
  const mayFind = mayI(context, 'mail.find');
  return table(
    'Admins',
    ['Name', 'Role', 'State', 'Mailbox', 'Addresses', 'PGP keys'],
    tenant.admins.map((admin) => [
      html`${shown(admin.name, 120)}<br><code class="quiet-text small">${admin.id}</code>`,
      admin.role,
      admin.active ? badge('good', 'active') : badge('calm', 'inactive'),
      admin.mailbox === 'group' ? badge('warn', 'group') : 'dedicated',
      html`${mayFind ? html`<a class="wrap" href="/mail?q=${encodeURIComponent(admin.primaryEmail)}">${shown(admin.primaryEmail, 160)}</a>` : shown(admin.primaryEmail, 160)}${admin.secondaryEmails.map((address) => html`<br><span class="quiet-text small">${shown(address, 160)}</span>`)}`,
      html`${count(admin.pgpKeys.length)}${mayI(context, 'directory.import') ? html` <a class="button quiet" href="${adminKeysPath(tenant, admin)}" aria-label="Add a PGP key for ${admin.name}">Add…</a>` : nothing}`,
    ]),
  );
}

function adminKeysPath(tenant: Tenant, admin: Admin): string {
  return `/directory/${encodeURIComponent(tenant.id)}/admins/${encodeURIComponent(admin.id)}/keys`;
}

function keyTable(ports: ConsolePorts, context: ConsoleContext, tenant: Tenant, keys: readonly KeyRow[]): Html {
  if (keys.length === 0) return html`<p class="quiet-text">None: signatures prove nothing here.</p>`;
  const mayRemove = mayI(context, 'directory.import');
  return table(
    'PGP keys',
    ['Of', 'Fingerprint', 'Kind', 'Ends (UTC)', 'State', ...(mayRemove ? [''] : [])],
    keys.map(({ admin, key }) => {
      if ('fault' in key)
        return [shown(admin.name, 120), '–', '–', '–', badge('bad', key.fault), ...(mayRemove ? [''] : [])];
      const remove = actionButton(context, `${adminKeysPath(tenant, admin)}/remove`, 'Take away', {
        tone: 'quiet',
        label: `Take away the key of ${admin.name}`,
        fields: { fingerprint: key.fingerprint },
      });
      return [
        shown(admin.name, 120),
        fingerprintText(key.fingerprint),
        key.algorithm,
        expiryText(key.expiresAt, ports.now()),
        key.problem === null
          ? badge('good', 'counts')
          : html`${badge('warn', 'proves nothing')} ${shown(key.problem, 200)}`,
        ...(mayRemove ? [remove] : []),
      ];
    }),
  );
}

function contactTable({ contactsOnFile }: Tenant): Html {
  if (contactsOnFile.length === 0) return html`<p class="quiet-text">None: nobody can be asked out of band.</p>`;
  return table(
    'Contacts on file',
    ['Name', 'Role', 'Phone', 'Mail'],
    contactsOnFile.map((contact) => [
      shown(contact.name, 120),
      contact.role,
      shown(contact.phone ?? '–'),
      shown(contact.email ?? '–', 160),
    ]),
  );
}

function historyTable(history: readonly FiledItem[]): Html {
  if (history.length === 0) return html`<p class="quiet-text">No contact and no contract method was ever on file.</p>`;
  return table(
    'History of contacts and contract methods',
    ['What', '', 'Since (UTC)', 'Until (UTC)'],
    history.map(({ kind, since, text, until }) => [
      kind,
      html`<span class="wrap">${shown(text, 300)}</span>`,
      timeTag(since),
      until === null ? badge('good', 'stands') : timeTag(until),
    ]),
  );
}

/** One tenant: what it is, its admins, its contacts on file. */
import type { Tenant } from '../../../directory/tenant.ts';
import type { ConsoleContext } from '../../environment.ts';
import { badge, count, facts, type Html, html, pathWith, plural, shown, table } from '../../html.ts';
import { page } from '../../layout.ts';
import { contractText } from './contract-text.ts';

export function tenantPage(context: ConsoleContext, tenant: Tenant): Html {
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

/** Admins whose last PGP key ends, so that they can be asked for another one in time. */
import type { ConsoleContext } from '../../environment.ts';
import { empty, type Html, html, shown, table } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { endsSoonMs, expiryText } from './key-texts.ts';

const mostShown = 500;

export async function endingPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const ending = await ports.endingKeys(endsSoonMs);
  return page(context, {
    title: 'PGP keys that end',
    about:
      'Active admins whose last key ends within 30 days, or ended within them. Without another one no signature proves their mail: ask each over a way on file, never by mail alone.',
    actions: html`<a class="button" href="/directory">Directory</a>`,
    body: html`<section class="card">${
      ending.length === 0
        ? empty('No key ends soon', 'A key that ends is listed here, and staff are told (alert admin-key).')
        : table(
            'PGP keys that end',
            ['Admin', 'Tenant', 'Last key ends (UTC)'],
            ending
              .slice(0, mostShown)
              .map(({ admin, endsAt, tenant }) => [
                html`${shown(admin.name, 120)}<br><span class="quiet-text small wrap">${shown(admin.primaryEmail, 160)}</span>`,
                html`<a class="wrap" href="/directory/${encodeURIComponent(tenant.id)}">${shown(tenant.name, 120)}</a>`,
                expiryText(endsAt, ports.now()),
              ]),
          )
    }</section>
${ending.length > mostShown ? html`<p class="quiet-text">and ${ending.length - mostShown} more.</p>` : ''}`,
  });
}

/** Who changed the directory, and when. */
import type { ConsoleContext } from '../../environment.ts';
import { count, empty, type Html, html, shown, table, timeTag } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';

const shownImports = 200;

export async function historyPage({ directory }: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const imports = await directory.imports(shownImports);
  return page(context, {
    title: 'History of the directory',
    about:
      'Each import and each change of a key, newest first. The digest names the content: two alike are the same directory. What of a tenant came and went stands on its page.',
    actions: html`<a class="button" href="/directory">The directory</a>`,
    body: html`<section class="card">${
      imports.length === 0
        ? empty('No import yet', 'An import fills the directory.')
        : table(
            'Imports',
            ['At (UTC)', 'By', 'Tenants', 'Admins', 'PGP keys', 'Digest'],
            imports.map((one) => [
              timeTag(one.at),
              shown(one.actor, 80),
              count(one.tenants),
              count(one.admins),
              count(one.keys),
              html`<code class="small">${one.digest.slice(0, 12)}</code>`,
            ]),
          )
    }</section>`,
  });
}

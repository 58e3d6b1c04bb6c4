/** A large import is applied part by part after the answer; this page says how far it is, and what became of it. */
import type { Hono } from 'hono';
import type { DenyChange } from '../../../denylist/store.ts';
import type { DenyImport } from '../../../records/deny-import.ts';
import type { ConsoleContext, ConsoleEnvironment } from '../../environment.ts';
import { need } from '../../guard.ts';
import { count, type Html, html, note, shown } from '../../html.ts';
import { page } from '../../layout.ts';
import { liveMark, liveSections, mostStreams } from '../../live-sections.ts';
import { createPlaces } from '../../places.ts';
import type { ConsolePorts } from '../../ports.ts';

/** Resolves when the change is made, or with its generation when it is large and under way. */
export function applied(
  { deny, logger }: Pick<ConsolePorts, 'deny' | 'logger'>,
  change: DenyChange,
  by: { readonly actor: string; readonly at: number },
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let isUnderWay = false;
    const applying = deny.apply(change, by, ({ generation }) => {
      isUnderWay = true;
      resolve(generation);
    });
    applying.then(
      () => resolve(null),
      (error: unknown) => {
        if (isUnderWay) logger.error({ error }, 'an import of deny entries came to nothing');
        reject(error);
      },
    );
  });
}

export function importProgressRoutes(routes: Hono<ConsoleEnvironment>, ports: ConsolePorts): void {
  const streams = createPlaces(mostStreams);
  const stateOf = (context: ConsoleContext) => {
    const generation = context.req.param('generation') ?? '';
    return ports.deny.importing(/^\d{1,15}$/.test(generation) ? Number(generation) : Number.MAX_SAFE_INTEGER);
  };

  routes.get('/deny/import/:generation', need('deny.see'), async (context) =>
    context.html(progressPage(context, await stateOf(context), ports.now())),
  );

  routes.get('/live/deny/import/:generation', need('deny.see'), (context) =>
    liveSections(ports, context, streams, async () => ({ progress: progress(await stateOf(context)) })),
  );
}

function progressPage(context: ConsoleContext, state: DenyImport, now: number): Html {
  const isRunning = state.kind === 'running';
  return page(context, {
    title: 'Import of deny entries',
    about: 'The list stays what it was until all of the import is in; then all of it holds at once.',
    ...(isRunning ? { modules: ['live'], actions: liveMark(`/live${context.req.path}`, now) } : {}),
    body: html`<section class="card" id="progress">${progress(state)}</section>
<p><a class="button" href="/deny">To the deny-list</a></p>
${isRunning ? html`<noscript><p><a class="button" href="${context.req.path}">Look again</a></p></noscript>` : ''}`,
  });
}

function progress(state: DenyImport): Html {
  switch (state.kind) {
    case 'running':
      return html`<p>${shown(state.actor)} imports: <strong>${count(state.done)}</strong> of ${count(state.total)} entries are ready.</p>
<progress max="${state.total}" value="${state.done}" aria-label="Entries that are ready"></progress>
<p class="quiet-text">You may leave this page; it goes on.</p>`;
    case 'applied':
      return note('good', 'Imported. It holds on every listener from the next mail on.');
    case 'given up':
      return note(
        'bad',
        html`Nothing was imported: somebody else changed the list meanwhile, or Postern was stopped. <a href="/deny/import">Import it again</a>`,
      );
  }
}

/** What is configured and where it came from. To look at only; secrets never. */
import { Hono } from 'hono';
import type { ConsoleContext, ConsoleEnvironment } from '../environment.ts';
import { need } from '../guard.ts';
import { badge, type Html, html, nothing, shown, type Tone, table } from '../html.ts';
import { page } from '../layout.ts';
import type { ConsolePorts, SettingRow } from '../ports.ts';

const sourceTones: Readonly<Record<SettingRow['source'], Tone>> = {
  default: 'calm',
  file: 'good',
  environment: 'warn',
};

export function settingsRoutes(ports: Pick<ConsolePorts, 'settings'>): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.get('/settings', need('settings.see'), (context) => context.html(settingsPage(context, ports.settings())));
  return routes;
}

function settingsPage(context: ConsoleContext, rows: readonly SettingRow[]): Html {
  const sections = Map.groupBy(rows, ({ name }) => (name.includes('.') ? name.slice(0, name.indexOf('.')) : 'General'));
  return page(context, {
    title: 'Settings',
    about:
      'What is configured, where each value came from and what it does. Secrets are never shown. Values are read at the start, the environment before postern.yaml: to change one, change it there and start again.',
    body: html`${[...sections].map(
      ([section, settings]) =>
        html`<section class="card"><h2>${section}</h2>${table(
          `Settings: ${section}`,
          ['Setting', 'Value', 'From', 'What it does'],
          settings.map((row) => [
            html`<code>${row.name}</code>${row.env === null ? nothing : html`<br><code class="quiet-text small">${row.env}</code>`}`,
            html`<span class="wrap">${row.lines.map((line, index) => html`${index === 0 ? nothing : html`<br>`}${shown(line, 400)}`)}${row.unit === null ? nothing : html` <span class="quiet-text">${row.unit}</span>`}</span>`,
            badge(sourceTones[row.source], row.source),
            html`<span class="wrap">${row.text}</span>`,
          ]),
        )}</section>`,
    )}`,
  });
}

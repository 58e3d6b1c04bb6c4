/** The frame of every page: navigation by rights, the search box, who is logged in. */
import { may, type Right } from '../staff/role.ts';
import { assetPath } from './assets.ts';
import type { ConsoleContext, Who } from './environment.ts';
import { failuresNote } from './failed-log-ins.ts';
import { postForm } from './form.ts';
import { type Html, html, nothing, raw } from './html.ts';

export type PageOptions = {
  readonly title: string;
  /** What the page is for, in a line for whoever sees it for the first time; null where the title says it all. */
  readonly about: Html | string | null;
  readonly body: Html;
  /** Beside the heading. */
  readonly actions?: Html;
  /** Client modules of `client/`, without extension. */
  readonly modules?: readonly string[];
  /** Loads the chart library. */
  readonly charts?: true;
  /** What stands in the search box. */
  readonly query?: string;
};

type Entry = { readonly path: string; readonly text: string; readonly right: Right; readonly key: string };

const entries: readonly Entry[] = [
  { path: '/', text: 'Overview', right: 'overview.see', key: 'o' },
  { path: '/reviews', text: 'Reviews', right: 'reviews.decide', key: 'r' },
  { path: '/cases', text: 'Cases', right: 'cases.work', key: 'c' },
  { path: '/mail', text: 'Mail', right: 'mail.find', key: 'm' },
  { path: '/queues', text: 'Queues', right: 'queues.see', key: 'q' },
  { path: '/alerts', text: 'Alerts', right: 'alerts.see', key: 'l' },
  { path: '/deny', text: 'Deny-list', right: 'deny.see', key: 'd' },
  { path: '/directory', text: 'Directory', right: 'directory.see', key: 't' },
  { path: '/phone', text: 'Phone desk', right: 'phone.look-up', key: 'p' },
  { path: '/audit', text: 'Audit', right: 'audit.see', key: 'a' },
  { path: '/staff', text: 'Staff', right: 'staff.manage', key: 's' },
  { path: '/tokens', text: 'Tokens', right: 'tokens.manage', key: 'i' },
  { path: '/settings', text: 'Settings', right: 'settings.see', key: 'e' },
];

const mark = raw(
  '<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M3 22V11a9 9 0 0 1 18 0v11h-4V11a5 5 0 0 0-10 0v11z" fill="currentColor"/><path d="M9.5 22V12.5a2.5 2.5 0 0 1 5 0V22z" fill="currentColor" opacity=".45"/></svg>',
);

export function page(context: ConsoleContext, options: PageOptions): Html {
  const who = context.get('who');
  const failed = context.get('failedLogIns');
  const modules = ['frame', 'away', ...(options.modules ?? [])];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${options.title} · Postern</title>
<link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetPath('console.css')}">
${options.charts === undefined ? nothing : html`<link rel="stylesheet" href="${assetPath('uplot.css')}"><script src="${assetPath('uplot.js')}" defer></script>`}
${modules.map((name) => html`<script type="module" src="${assetPath(`${name}.ts`)}"></script>`)}
</head>
<body class="${who === null ? 'outside' : 'inside'}">
<a class="skip" href="#main">Skip to content</a>
${who === null ? nothing : header(context, who, options.query ?? '')}
<main id="main" tabindex="-1">
${who === null ? html`<p class="brand">${mark}<span>Postern</span></p>` : nothing}
<div class="heading"><h1>${options.title}</h1>${options.actions === undefined ? nothing : html`<div class="actions">${options.actions}</div>`}</div>
${options.about === null ? nothing : html`<p class="page-about">${options.about}</p>`}
${failed === undefined ? nothing : failuresNote(failed)}
${options.body}
</main>
${who === null ? nothing : keysHelp(who)}
</body>
</html>`;
}

function header(context: ConsoleContext, who: Who, query: string): Html {
  const { role, name } = who.member;
  return html`<header>
<div class="bar">
<a class="brand" href="/">${mark}<span>Postern</span></a>
<button class="menu-button" type="button" aria-expanded="false" aria-controls="navigation" hidden>Menu</button>
${
  may(role, 'mail.find')
    ? html`<form class="search" role="search" action="/mail"><label class="hidden" for="search">Find a mail</label>
<input id="search" name="q" type="search" value="${query}" placeholder="Find a mail: id, address, subject, ticket…" autocomplete="off" spellcheck="false" autocapitalize="none"><kbd aria-hidden="true">/</kbd></form>`
    : nothing
}
</div>
<nav id="navigation" aria-label="Main">
<ul>${entriesOf(who).map((entry) => html`<li><a href="${entry.path}"${isCurrent(context, entry.path) ? raw(' aria-current="page"') : nothing}>${entry.text}${entry.path === '/alerts' ? openCount(context) : nothing}</a></li>`)}</ul>
<div class="me"><a href="/account"${isCurrent(context, '/account') ? raw(' aria-current="page"') : nothing}><span class="me-name">${name}</span><span class="me-role">${role}</span></a>
${postForm(context, '/log-out', html`<button class="button quiet">Log out</button>`, { className: 'inline-form' })}</div>
</nav>
</header>`;
}

function openCount(context: ConsoleContext): Html {
  const open = context.get('openAlerts') ?? 0;
  return open === 0 ? nothing : html` <span class="badge warn">${open}<span class="hidden"> open</span></span>`;
}

function entriesOf(who: Who): readonly Entry[] {
  return entries.filter((entry) => may(who.member.role, entry.right));
}

function isCurrent(context: ConsoleContext, path: string): boolean {
  const here = context.req.path;
  return path === '/' ? here === '/' : here === path || here.startsWith(`${path}/`);
}

function keysHelp(who: Who): Html {
  return html`<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
<dl class="keys">
${may(who.member.role, 'mail.find') ? html`<div><dt><kbd>/</kbd></dt><dd>Find a mail</dd></div>` : nothing}
${entriesOf(who).map((entry) => html`<div><dt><kbd>g</kbd> <kbd>${entry.key}</kbd></dt><dd><a href="${entry.path}" data-key="${entry.key}">${entry.text}</a></dd></div>`)}
<div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>Next and previous row of a list</dd></div>
<div><dt><kbd>?</kbd></dt><dd>This help</dd></div>
</dl><form method="dialog"><button class="button">Close</button></form></dialog>`;
}

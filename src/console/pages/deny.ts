/** The deny-list: look for, add with a preview, remove with undo, expire, test, import with a diff, export. */
import { Hono } from 'hono';
import { denyCsvFaultLine, formatDenyCsv, parseDenyCsv } from '../../denylist/csv.ts';
import { changeOf, type DenyDiff, denyDiff, denyDiffDigest } from '../../denylist/diff.ts';
import type { DenyEntry } from '../../denylist/entry.ts';
import {
  type DenyFault,
  type DenyProposal,
  denyKinds,
  parseDenyKind,
  proposeEntry,
} from '../../denylist/entry-rules.ts';
import { expiryText, parseExpiry } from '../../denylist/expiry.ts';
import { keysOfTarget } from '../../denylist/keys.ts';
import { isExpired, matchTarget } from '../../denylist/match.ts';
import { parseScope, scopeText } from '../../denylist/scope.ts';
import { denyTargetOf } from '../../denylist/target.ts';
import type { DenyCounter } from '../../records/denylist.ts';
import { type DenyPreview, previewDays, previewOf } from '../deny-preview.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI, whoOf } from '../environment.ts';
import { actionButton, formFile, formTexts, postForm } from '../form.ts';
import { need } from '../guard.ts';
import {
  badge,
  choice,
  count,
  empty,
  facts,
  field,
  type Html,
  html,
  note,
  nothing,
  outcomeBadge,
  pathWith,
  plural,
  shown,
  shownLines,
  table,
  timeTag,
} from '../html.ts';
import { page } from '../layout.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';

const rowsPerPage = 100;
/** Rows of a diff that are shown; the rest is counted. */
const shownChanges = 500;

const kindTexts = {
  email: 'address, whatever its tag or dots',
  domain: 'domain and everything below it',
  subdomains: 'everything below a domain',
  network: 'client network (CIDR)',
  phone: 'phone number',
  pgp: 'PGP fingerprint',
} as const;

export function denyRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const by = (context: ConsoleContext) => ({ actor: whoOf(context).member.name, at: ports.now() });

  routes.get('/deny', need('deny.see'), async (context) => context.html(await listPage(ports, context)));

  routes.get('/deny/new', need('deny.change'), (context) => {
    const typed = (name: string) => context.req.query(name) ?? '';
    return context.html(
      newPage(ports, context, {
        ...blank,
        kind: typed('kind') || 'email',
        value: typed('value'),
        reason: typed('reason'),
        note: typed('note'),
        scope: typed('scope'),
        expires: typed('expires'),
      }),
    );
  });

  routes.post('/deny/new', need('deny.change'), async (context) => {
    const typed = await typedEntry(context);
    const proposal = proposalOf(ports, context, typed);
    if (!proposal.ok) return context.html(newPage(ports, context, typed, proposal.faults), 422);
    const preview = await previewOf(ports, proposal.entry);
    const [before] = (await ports.deny.find([proposal.entry])).filter(({ id }) => id === proposal.entry.id);
    const isGrave = preview.struck.some((one) => one.isGrave);
    const isSure = typed.step === 'add' && (!isGrave || typed.sure === 'yes');
    if (!isSure) return context.html(previewPage(context, typed, proposal.entry, preview, before ?? null));
    await ports.deny.apply({ add: [proposal.entry], remove: [] }, by(context));
    return context.redirect(`/deny/${proposal.entry.id}?done=${before === undefined ? 'added' : 'replaced'}`, 303);
  });

  routes.get('/deny/test', need('deny.see'), async (context) => context.html(await testPage(ports, context)));

  routes.get('/deny/export.csv', need('deny.see'), async (context) => {
    context.header('content-type', 'text/csv; charset=utf-8');
    context.header('content-disposition', 'attachment; filename="deny-list.csv"');
    return context.body(formatDenyCsv(await ports.deny.list()));
  });

  routes.get('/deny/import', need('deny.change'), (context) => context.html(importPage(context, null)));

  routes.post('/deny/import', need('deny.change'), async (context) => {
    const form = await formTexts(context);
    const text = await formFile(context, 'file');
    const mode = form('mode') === 'replace' ? 'replace' : 'merge';
    if (text === null || text.trim() === '') {
      const fault = text === null ? 'The file is not UTF-8.' : 'Choose a file.';
      return context.html(importPage(context, [fault]), 422);
    }
    const parsed = parseDenyCsv(text, ports.now());
    if (!parsed.ok) return context.html(importPage(context, parsed.faults.map(denyCsvFaultLine)), 422);
    const diff = denyDiff(await ports.deny.list(), parsed.entries, mode);
    const digest = denyDiffDigest(diff);
    if (form('digest') !== digest) {
      const isStale = form('digest') !== '';
      return context.html(diffPage(ports, context, { text, mode, diff, digest, isStale }));
    }
    await ports.deny.apply(changeOf(diff), by(context));
    return context.redirect('/deny?done=imported', 303);
  });

  routes.get('/deny/:id', need('deny.see'), async (context) => {
    const id = context.req.param('id');
    const entry = await ports.denySearch.get(id);
    const history = await ports.deny.history({ entryId: id, limit: 50 });
    const last = entry ?? history[0]?.entry ?? null;
    if (last === null) {
      return context.html(
        messagePage(context, { title: 'No such entry', text: 'There never was one with this id.' }),
        404,
      );
    }
    const counter = (await ports.deny.counters([id])).get(id);
    return context.html(entryPage(ports, context, { entry: last, isThere: entry !== null, history, counter }));
  });

  routes.post('/deny/:id/remove', need('deny.change'), async (context) => {
    const entry = await ports.denySearch.get(context.req.param('id'));
    if (entry === null) return context.redirect('/deny?done=gone', 303);
    await ports.deny.apply({ add: [], remove: [entry] }, by(context));
    return context.redirect(`/deny?done=removed&id=${entry.id}`, 303);
  });

  routes.post('/deny/:id/restore', need('deny.change'), async (context) => {
    const id = context.req.param('id');
    const [last] = await ports.deny.history({ entryId: id, limit: 1 });
    if (last === undefined || last.action !== 'removed') return context.redirect(`/deny/${id}`, 303);
    await ports.deny.apply({ add: [last.entry], remove: [] }, by(context));
    return context.redirect(`/deny/${id}?done=restored`, 303);
  });

  routes.post('/deny/:id/expire', need('deny.change'), async (context) => {
    const entry = await ports.denySearch.get(context.req.param('id'));
    if (entry === null) return context.redirect('/deny?done=gone', 303);
    const expiry = expiryOf(ports, (await formTexts(context))('expires'));
    if (!expiry.ok) return context.redirect(`/deny/${entry.id}?done=bad-time`, 303);
    await ports.deny.apply({ add: [{ ...entry, expiresAt: expiry.at }], remove: [] }, by(context));
    return context.redirect(`/deny/${entry.id}?done=expiry`, 303);
  });
  return routes;
}

type Typed = {
  readonly kind: string;
  readonly value: string;
  readonly reason: string;
  readonly note: string;
  readonly scope: string;
  readonly expires: string;
  readonly step: string;
  readonly sure: string;
};
const blank: Typed = { kind: 'email', value: '', reason: '', note: '', scope: '', expires: '', step: '', sure: '' };

async function typedEntry(context: ConsoleContext): Promise<Typed> {
  const form = await formTexts(context);
  return {
    kind: form('kind'),
    value: form('value'),
    reason: form('reason'),
    note: form('note').replace(/\r\n/g, '\n'),
    scope: form('scope').trim(),
    expires: form('expires').trim(),
    step: form('step'),
    sure: form('sure'),
  };
}

function proposalOf(ports: ConsolePorts, context: ConsoleContext, typed: Typed) {
  const scope = parseScope(typed.scope);
  const expiry = expiryOf(ports, typed.expires);
  const proposal: DenyProposal = {
    ...typed,
    scope: scope ?? { kind: 'global' },
    expiresAt: expiry.ok ? expiry.at : null,
    createdBy: whoOf(context).member.name,
    createdAt: ports.now(),
  };
  const proposed = proposeEntry(proposal);
  const faults: readonly DenyFault[] = [
    ...(proposed.ok ? [] : proposed.faults),
    ...(scope === null
      ? [{ field: 'scope', message: 'is none of global, mailbox:<address>, tenant:<id>' } as const]
      : []),
    ...(expiry.ok ? [] : [{ field: 'expires_at', message: expiry.message } as const]),
  ];
  return proposed.ok && faults.length === 0
    ? { ok: true as const, entry: proposed.entry }
    : { ok: false as const, faults };
}

type Expiry = { readonly ok: true; readonly at: number | null } | { readonly ok: false; readonly message: string };

const unitMs = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `30d`, `12h`, a date, `never`; nothing means the life that the settings give. */
function expiryOf(ports: Pick<ConsolePorts, 'denyTtlMs' | 'now'>, text: string): Expiry {
  if (text === '') {
    const ttlMs = ports.denyTtlMs();
    return { ok: true, at: ttlMs === null ? null : ports.now() + ttlMs };
  }
  if (text === 'never') return { ok: true, at: null };
  const [, number, unit] = /^(\d{1,5}) ?([hdw])$/.exec(text) ?? [];
  if (unit === 'h' || unit === 'd' || unit === 'w')
    return { ok: true, at: ports.now() + Number(number) * unitMs[unit] };
  const parsed = parseExpiry(text);
  if (!parsed.ok) return { ok: false, message: 'is neither 30d, 12h, a date such as 2027-01-31, nor never' };
  return parsed.at > ports.now() ? parsed : { ok: false, message: 'lies in the past' };
}

const done: Readonly<Record<string, string>> = {
  added: 'Added. It holds on every listener from the next mail on.',
  replaced: 'Replaced. It holds from the next mail on.',
  restored: 'It is back, as it was.',
  expiry: 'The end of its life is changed.',
  imported: 'Imported.',
  gone: 'It was gone already.',
};

function doneNote(context: ConsoleContext): Html {
  const what = context.req.query('done') ?? '';
  const id = context.req.query('id') ?? '';
  if (what === 'bad-time') return note('bad', 'Nothing was changed: give 30d, 12h, a date to come, or never.');
  if (what === 'removed' && /^[0-9a-f]{20}$/.test(id)) {
    return note(
      'good',
      html`Removed; mail gets through from the next one on. ${actionButton(context, `/deny/${id}/restore`, 'Undo')}`,
    );
  }
  const text = done[what];
  return text === undefined ? nothing : note('good', text);
}

async function listPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const text = (context.req.query('q') ?? '').slice(0, 200);
  const kind = parseDenyKind(context.req.query('kind') ?? '');
  const withExpired = context.req.query('expired') === 'yes';
  const offset = Math.min(1_000_000, Math.max(0, Math.trunc(Number(context.req.query('from') ?? 0)) || 0));
  const activeAt = withExpired ? null : ports.now();
  const { entries, total } = await ports.denySearch.search({ text, kind, activeAt, limit: rowsPerPage, offset });
  const counters = await ports.deny.counters(entries.map(({ id }) => id));
  const pathAt = (from: number) =>
    pathWith('/deny', { q: text, kind: kind ?? '', expired: withExpired ? 'yes' : '', from: String(from) });
  return page(context, {
    title: 'Deny-list',
    actions: html`${mayI(context, 'deny.change') ? html`<a class="button plain" href="/deny/new">Add an entry</a><a class="button" href="/deny/import">Import</a>` : nothing}
<a class="button" href="/deny/export.csv">Export</a><a class="button" href="/deny/test">Test</a>`,
    body: html`${doneNote(context)}
<form class="filters" action="/deny"><div class="grow">${field({ name: 'q', label: 'Value, reason, note or author', value: text, type: 'search' })}</div>
${choice({ name: 'kind', label: 'Kind', value: kind ?? '', options: [['', 'any'], ...denyKinds.map((one) => [one, one] as const)] })}
${choice({
  name: 'expired',
  label: 'Expired ones',
  value: withExpired ? 'yes' : '',
  options: [
    ['', 'hide'],
    ['yes', 'show'],
  ],
})}
<button class="button plain">Show</button></form>
<p class="quiet-text">${plural(total, 'entry', 'entries')}${text === '' && kind === null ? '' : ' found'}${withExpired ? ', expired ones included' : ''}.</p>
<section class="card">${
      entries.length === 0
        ? empty(
            'No entry',
            text === '' && kind === null
              ? 'Nobody is refused by the list.'
              : 'Fewer words find more; expired entries are hidden.',
          )
        : entryTable(entries, counters, ports.now())
    }</section>
${
  total <= rowsPerPage
    ? nothing
    : html`<div class="pager">${offset === 0 ? html`<span></span>` : html`<a class="button" href="${pathAt(Math.max(0, offset - rowsPerPage))}">Newer</a>`}
<span class="quiet-text">${count(offset + 1)} to ${count(offset + entries.length)} of ${count(total)}</span>
${offset + entries.length >= total ? html`<span></span>` : html`<a class="button" rel="next" href="${pathAt(offset + rowsPerPage)}">Older</a>`}</div>`
}`,
  });
}

function entryTable(entries: readonly DenyEntry[], counters: ReadonlyMap<string, DenyCounter>, now: number): Html {
  return table(
    'Entries',
    ['Kind', 'Value', 'Reason', 'Scope', 'Until', 'Hits', 'Added'],
    entries.map((entry) => {
      const counter = counters.get(entry.id);
      return [
        entry.kind,
        html`<a class="wrap" href="/deny/${entry.id}">${shown(entry.value, 120)}</a>`,
        html`<span class="wrap">${shown(entry.reason, 140)}</span>`,
        shown(scopeText(entry.scope), 80),
        untilText(entry, now),
        counter === undefined
          ? '0'
          : html`${count(counter.hits)}<br><span class="quiet-text small">last ${timeTag(counter.lastHitAt)}</span>`,
        html`${timeTag(entry.createdAt)}<br><span class="quiet-text small">${shown(entry.createdBy, 60)}</span>`,
      ];
    }),
  );
}

function untilText(entry: DenyEntry, now: number): Html | string {
  if (entry.expiresAt === null) return 'for good';
  return isExpired(entry, now)
    ? badge('calm', 'expired')
    : html`<time datetime="${new Date(entry.expiresAt).toISOString()}">${new Date(entry.expiresAt).toISOString().slice(0, 10)}</time>`;
}

function newPage(ports: ConsolePorts, context: ConsoleContext, typed: Typed, faults: readonly DenyFault[] = []): Html {
  const faultOf = (name: DenyFault['field']) => {
    const found = faults.find((fault) => fault.field === name);
    return found === undefined ? null : `It ${found.message}.`;
  };
  const ttlMs = ports.denyTtlMs();
  return page(context, {
    title: 'Add a deny entry',
    body: html`${faults.length === 0 ? nothing : note('bad', 'Nothing was added: see the marked fields.')}
<section class="card">${postForm(
      context,
      '/deny/new',
      html`<div class="two">${choice({ name: 'kind', label: 'Kind', value: typed.kind, options: denyKinds.map((kind) => [kind, `${kind}: ${kindTexts[kind]}`]), fault: faultOf('kind') })}
${field({ name: 'value', label: 'Value', value: typed.value, required: true, fault: faultOf('value'), autofocus: typed.value === '' })}</div>
${field({ name: 'reason', label: 'Reason', value: typed.reason, required: true, fault: faultOf('reason'), hint: 'For staff; mandatory. It never goes to the sender.', autofocus: typed.value !== '' })}
<div class="field"><label for="field-note">Note</label><textarea id="field-note" name="note">${typed.note}</textarea>${faultOf('note') === null ? nothing : html`<p class="fault">${faultOf('note')}</p>`}</div>
<div class="two">${field({ name: 'scope', label: 'Scope', value: typed.scope, fault: faultOf('scope'), placeholder: 'global', hint: 'global, mailbox:<address> or tenant:<id>' })}
${field({ name: 'expires', label: 'Until', value: typed.expires, fault: faultOf('expires_at'), placeholder: ttlMs === null ? 'never' : `${Math.round(ttlMs / 86_400_000)}d`, hint: '30d, 12h, a date, or never' })}</div>
<div class="row"><button class="button plain" name="step" value="preview">See what it would hit</button><a class="button" href="/deny">Cancel</a></div>`,
    )}</section>`,
  });
}

function previewPage(
  context: ConsoleContext,
  typed: Typed,
  entry: DenyEntry,
  preview: DenyPreview,
  before: DenyEntry | null,
): Html {
  const isGrave = preview.struck.some((one) => one.isGrave);
  return page(context, {
    title: 'What it would hit',
    body: html`${typed.step === 'add' && isGrave ? note('bad', 'Not added yet: tick the box first.') : nothing}
<section class="card">${entryFacts(entry)}</section>
${before === null ? nothing : note('warn', html`It replaces the entry that ${shown(before.createdBy)} made: ${shown(before.reason)}`)}
${
  preview.struck.length === 0
    ? nothing
    : html`<section class="card"><h2>It names people of the directory</h2>${isGrave ? note('bad', 'It would cut off a customer: an active admin, a sender of the contract, or a tenant’s whole domain.') : nothing}
${table(
  'People of the directory',
  ['What', 'Who', 'Tenant'],
  preview.struck
    .slice(0, 50)
    .map((one) => [
      one.isGrave ? badge('bad', one.kind) : one.kind,
      shown(one.who, 160),
      html`<a href="/directory/${encodeURIComponent(one.tenantId)}">${shown(one.tenantName, 120)}</a>`,
    ]),
)}</section>`
}
<section class="card"><h2>${previewHeading(entry, preview)}</h2>
${
  preview.mails.length === 0
    ? html`<p class="quiet-text">${entry.kind === 'phone' ? 'Phone numbers are asked at the phone desk, not by mail.' : entry.kind === 'pgp' ? 'Mails are not searched by key.' : 'It would have changed nothing.'}</p>`
    : table(
        'Mails it would have hit',
        ['Received (UTC)', 'Outcome then', 'From', 'Client', 'Subject'],
        preview.mails.map((row) => [
          html`<a href="/mail/${row.message_id}">${timeTag(row.received_at)}</a>`,
          html`${outcomeBadge(row.outcome)} ${row.reason}`,
          html`<span class="wrap">${shown(row.sender_address ?? row.mail_from, 100)}</span>`,
          row.client_ip,
          html`<span class="wrap">${shown(row.subject ?? '–', 100)}</span>`,
        ]),
      )
}</section>
<section class="card">${postForm(
      context,
      '/deny/new',
      html`${(['kind', 'value', 'reason', 'note', 'scope', 'expires'] as const).map((name) => html`<input type="hidden" name="${name}" value="${typed[name]}">`)}
${isGrave ? html`<label class="check"><input type="checkbox" name="sure" value="yes"> <span>I know that this cuts off a customer, and mean it.</span></label>` : nothing}
<div class="row"><button class="button ${isGrave ? 'danger' : 'plain'}" name="step" value="add">Add the entry</button><a class="button" href="${pathWith('/deny/new', { ...typed, step: '', sure: '' })}">Change it</a></div>`,
    )}</section>`,
  });
}

function previewHeading(entry: DenyEntry, { hits, looked, isCut }: DenyPreview): string {
  if (entry.kind === 'phone' || entry.kind === 'pgp') return 'Mails of late';
  const range = isCut
    ? `the newest ${count(looked)} mails`
    : `${plural(looked, 'mail')} of the last ${previewDays} days`;
  return `${count(hits)} of ${range} would have been hit`;
}

function entryFacts(entry: DenyEntry, counter?: DenyCounter): Html {
  return facts([
    ['Kind', `${entry.kind}: ${kindTexts[entry.kind]}`],
    ['Value', html`<strong>${shown(entry.value)}</strong>`],
    ['Reason', shown(entry.reason, 1_000)],
    entry.note === '' ? null : ['Note', html`<span class="mail-text">${shownLines(entry.note)}</span>`],
    ['Scope', shown(scopeText(entry.scope))],
    ['Until', entry.expiresAt === null ? 'for good' : html`${timeTag(entry.expiresAt)} UTC`],
    ['Added', html`${timeTag(entry.createdAt)} by ${shown(entry.createdBy)}`],
    [
      'Hits',
      counter === undefined ? 'none yet' : html`${count(counter.hits)}, the last at ${timeTag(counter.lastHitAt)}`,
    ],
  ]);
}

type EntryPage = {
  readonly entry: DenyEntry;
  readonly isThere: boolean;
  readonly history: Awaited<ReturnType<ConsolePorts['deny']['history']>>;
  readonly counter: DenyCounter | undefined;
};

function entryPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  { entry, isThere, history, counter }: EntryPage,
): Html {
  const mayChange = mayI(context, 'deny.change');
  return page(context, {
    title: entry.value,
    actions: mayChange
      ? isThere
        ? actionButton(context, `/deny/${entry.id}/remove`, 'Remove', { tone: 'danger' })
        : actionButton(context, `/deny/${entry.id}/restore`, 'Put it back')
      : nothing,
    body: html`${doneNote(context)}
${isThere ? (isExpired(entry, ports.now()) ? note('warn', 'It has expired and no longer holds.') : nothing) : note('warn', 'It was removed and no longer holds.')}
<section class="card">${entryFacts(entry, counter)}</section>
${
  mayChange && isThere
    ? html`<section class="card"><h2>Change its end</h2>${postForm(
        context,
        `/deny/${entry.id}/expire`,
        html`<div class="filters"><div class="grow">${field({ name: 'expires', label: 'Until', hint: '30d, 12h, a date, or never', required: true })}</div></div><div class="row"><button class="button">Change</button></div>`,
      )}</section>`
    : nothing
}
<section class="card"><h2>History</h2>${table(
      'History',
      ['At (UTC)', 'Who', 'Did', 'Reason', 'Until'],
      history.map((event) => [
        timeTag(event.at),
        shown(event.actor, 80),
        event.action,
        shown(event.entry.reason, 200),
        event.entry.expiresAt === null ? 'for good' : expiryText(event.entry.expiresAt),
      ]),
    )}</section>`,
  });
}

async function testPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const text = (context.req.query('what') ?? '').trim().slice(0, 320);
  const target = text === '' ? null : denyTargetOf(text);
  const found = target === null ? [] : await ports.deny.find(keysOfTarget(target));
  const hits = target === null ? [] : matchTarget(found, target, ports.now());
  const over = found.filter((entry) => isExpired(entry, ports.now()));
  const counters = await ports.deny.counters(found.map(({ id }) => id));
  return page(context, {
    title: 'Would it be refused?',
    body: html`<form class="filters" action="/deny/test"><div class="grow">${field({ name: 'what', label: 'Address, domain, client address, fingerprint or phone number', value: text, type: 'search', autofocus: text === '', fault: text !== '' && target === null ? 'It is none of these.' : null })}</div><button class="button plain">Test</button></form>
${
  target === null
    ? nothing
    : html`<div aria-live="polite">${hits.length === 0 ? note('good', html`${shown(text)} (${target.kind}) is not denied.`) : note('bad', html`${shown(text)} (${target.kind}) is denied by ${plural(hits.length, 'entry', 'entries')}.`)}</div>
${hits.length === 0 ? nothing : html`<section class="card">${entryTable(hits, counters, ports.now())}</section>`}
${over.length === 0 ? nothing : html`<section class="card"><h2>No longer, since they expired</h2>${entryTable(over, counters, ports.now())}</section>`}`
}`,
  });
}

function importPage(context: ConsoleContext, faults: readonly string[] | null): Html {
  return page(context, {
    title: 'Import deny entries',
    body: html`${
      faults === null
        ? nothing
        : note(
            'bad',
            html`Nothing was imported.<ul>${faults.slice(0, 100).map((line) => html`<li>${shown(line, 300)}</li>`)}</ul>${faults.length > 100 ? html`<p>and ${count(faults.length - 100)} more.</p>` : nothing}`,
          )
    }
<section class="card"><p>A CSV file with the columns <code>kind,value,reason,note,scope,expires_at,created_by</code>, as <a href="/deny/export.csv">the export</a> writes it. You see row by row what would change before anything does.</p>
${postForm(
  context,
  '/deny/import',
  html`<div class="field"><label for="file">File</label><input id="file" name="file" type="file" accept=".csv,text/csv" required></div>
${choice({
  name: 'mode',
  label: 'Entries that the file does not hold',
  value: 'merge',
  options: [
    ['merge', 'stay'],
    ['replace', 'are removed'],
  ],
})}
<div class="row"><button class="button plain">Show what would change</button><a class="button" href="/deny">Cancel</a></div>`,
  { upload: true },
)}</section>`,
  });
}

type DiffPage = {
  readonly text: string;
  readonly mode: 'merge' | 'replace';
  readonly diff: DenyDiff;
  readonly digest: string;
  readonly isStale: boolean;
};

function diffPage(ports: ConsolePorts, context: ConsoleContext, { text, mode, diff, digest, isStale }: DiffPage): Html {
  const rows = [
    ...diff.added.map((entry) => changeRow(badge('good', 'add'), entry, null)),
    ...diff.changed.map(({ before, after }) => changeRow(badge('warn', 'change'), after, before)),
    ...diff.removed.map((entry) => changeRow(badge('bad', 'remove'), entry, null)),
  ];
  const expired = [...diff.added, ...diff.changed.map(({ after }) => after)].filter((entry) =>
    isExpired(entry, ports.now()),
  );
  return page(context, {
    title: 'What the import would change',
    body: html`${isStale ? note('warn', 'The list was changed by somebody else meanwhile: this is the difference now.') : nothing}
${expired.length === 0 ? nothing : note('warn', `${plural(expired.length, 'entry has', 'entries have')} expired already and would not hold.`)}
<p><strong>${count(diff.added.length)}</strong> added, <strong>${count(diff.changed.length)}</strong> changed, <strong>${count(diff.removed.length)}</strong> removed, ${count(diff.unchanged)} unchanged.</p>
<section class="card">${rows.length === 0 ? empty('Nothing would change', 'The list holds all of this already.') : table('Changes', ['', 'Kind', 'Value', 'Scope', 'Reason', 'Until'], rows.slice(0, shownChanges))}</section>
${rows.length > shownChanges ? html`<p class="quiet-text">and ${count(rows.length - shownChanges)} more rows.</p>` : nothing}
${
  rows.length === 0
    ? html`<p><a class="button" href="/deny">Back to the list</a></p>`
    : postForm(
        context,
        '/deny/import',
        html`<textarea class="hidden" name="file" aria-hidden="true" tabindex="-1" readonly>
${text}</textarea><input type="hidden" name="mode" value="${mode}"><input type="hidden" name="digest" value="${digest}">
<div class="row"><button class="button plain">Apply it</button><a class="button" href="/deny/import">Cancel</a></div>`,
        { upload: true },
      )
}`,
  });
}

function changeRow(what: Html, after: DenyEntry, before: DenyEntry | null): readonly (Html | string)[] {
  const changed = (old: string | null, now: string): Html =>
    old === null || old === now
      ? html`${shown(now, 200)}`
      : html`<del>${shown(old, 200)}</del> <ins>${shown(now, 200)}</ins>`;
  const until = (entry: DenyEntry) => (entry.expiresAt === null ? 'for good' : expiryText(entry.expiresAt));
  return [
    what,
    after.kind,
    html`<span class="wrap">${shown(after.value, 160)}</span>`,
    shown(scopeText(after.scope), 80),
    changed(before?.reason ?? null, after.reason),
    changed(before === null ? null : until(before), until(after)),
  ];
}

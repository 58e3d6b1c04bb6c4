/** Alerts: what is open, what is silenced, who could not be told, and what became of earlier ones. */
import { Hono } from 'hono';
import type { Alert } from '../../alerts/alert.ts';
import { alertKinds, parseAlertKind } from '../../alerts/kind.ts';
import { adviceOf, titleNow } from '../../alerts/message.ts';
import { type Silence, silenceFault, silenceOf } from '../../alerts/silence.ts';
import type { AlertTarget } from '../../alerts/target.ts';
import type { AlertDelivery } from '../../records/alert-deliveries.ts';
import type { AlertHistoryEntry } from '../../records/alerts.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI, whoOf } from '../environment.ts';
import { actionButton, formTexts, postForm } from '../form.ts';
import { need } from '../guard.ts';
import {
  ageText,
  badge,
  choice,
  count,
  empty,
  field,
  type Html,
  html,
  note,
  nothing,
  shown,
  table,
  timeTag,
} from '../html.ts';
import { page } from '../layout.ts';
import type { ConsolePorts } from '../ports.ts';

const historyPerPage = 50;
const hourMs = 3_600_000;

const durations = [
  ['1', '1 hour'],
  ['4', '4 hours'],
  ['12', '12 hours'],
  ['24', '1 day'],
  ['72', '3 days'],
  ['168', '7 days'],
] as const;

type Wish = { readonly kind: string; readonly subject: string; readonly hours: string; readonly reason: string };
type Faulty = { readonly wish: Wish; readonly field: string; readonly text: string };

const noWish: Wish = { kind: '', subject: '', hours: '4', reason: '' };

export function alertRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const { alerts } = ports;
  const routes = new Hono<ConsoleEnvironment>();

  routes.get('/alerts', need('alerts.see'), async (context) => context.html(await alertsPage(ports, context, null)));

  routes.post('/alerts/silence', need('alerts.silence'), async (context) => {
    const form = await formTexts(context);
    const wish: Wish = {
      kind: form('kind'),
      subject: form('subject').trim(),
      hours: form('hours'),
      reason: form('reason').trim(),
    };
    const kind = parseAlertKind(wish.kind);
    const now = ports.now();
    const asked = {
      kind,
      // Of a kind that is one thing the subject is empty, and a silence of all its subjects is the same.
      subject: wish.subject === '' ? null : wish.subject,
      until: now + (durations.some(([hours]) => hours === wish.hours) ? Number(wish.hours) * hourMs : Number.NaN),
      reason: wish.reason,
      author: whoOf(context).member.name,
    };
    const unknownKind = kind === null && wish.kind !== '' ? { field: 'kind', text: 'is none of the kinds' } : null;
    const fault = unknownKind ?? silenceFault(asked, now);
    if (fault !== null) return context.html(await alertsPage(ports, context, { wish, ...fault }), 422);
    await alerts.silence(asked, now);
    return context.redirect('/alerts?silenced=1', 303);
  });

  routes.post('/alerts/unsilence', need('alerts.silence'), async (context) => {
    const form = await formTexts(context);
    const ended = await alerts.unsilence(form('id'), whoOf(context).member.name, ports.now());
    return context.redirect(`/alerts?ended=${ended ? 1 : 0}`, 303);
  });

  routes.post('/alerts/parked', need('alerts.retry'), async (context) => {
    const form = await formTexts(context);
    const decision = (['retry', 'give-up'] as const).find((one) => one === form('act'));
    if (decision === undefined) return context.redirect('/alerts', 303);
    // Only messages of alerts: notices and hand-overs are other people's mail.
    const filter = { outbox: 'alerts', ids: [form('id')] } as const;
    const decided = await ports.parked.decide(filter, decision, {
      actor: whoOf(context).member.name,
      at: ports.now(),
    });
    return context.redirect(`/alerts?parked=${decided === 0 ? 'gone' : decision}`, 303);
  });
  return routes;
}

async function alertsPage(ports: ConsolePorts, context: ConsoleContext, faulty: Faulty | null): Promise<Html> {
  const now = ports.now();
  const after = (context.req.query('after') ?? '').slice(0, 60);
  const [open, silences, undelivered, history] = await Promise.all([
    ports.alerts.open(),
    ports.alerts.silences(now),
    ports.alertDeliveries.undelivered(historyPerPage),
    ports.alerts.history({ limit: historyPerPage + 1, ...(after === '' ? {} : { after }) }),
  ]);
  const maySilence = mayI(context, 'alerts.silence');
  return page(context, {
    title: 'Alerts',
    about:
      'What needs somebody, who was told of it and when. A silence keeps quiet for a while; what still lasts when it ends is told.',
    body: html`${said(context)}
${ports.alertTargets.length === 0 ? note('warn', html`Nobody is told of alerts: <code>alerts.targets</code> is empty. They stand here only.`) : nothing}
<section class="card"><h2>Open</h2>${openTable(context, open, silences, now)}</section>
${undelivered.length === 0 ? nothing : html`<section class="card"><h2>Not delivered</h2>${undeliveredTable(context, undelivered, ports.alertTargets)}</section>`}
<section class="card"><h2>Silences</h2>${silenceTable(context, silences)}
${maySilence ? silenceForm(context, open, faulty) : nothing}</section>
<section class="card"><h2>History</h2>${historyTable(history.slice(0, historyPerPage))}</section>
${pager(history)}`,
  });
}

function said(context: ConsoleContext): Html {
  if (context.req.query('silenced') === '1') return note('good', 'Silenced. What still lasts when it ends is told.');
  const parked = context.req.query('parked');
  if (parked === 'retry') return note('good', 'It is tried anew, with all its attempts and its whole time.');
  if (parked === 'give-up')
    return note('good', 'It was let go, and is never sent. What it told of stands on this page.');
  if (parked === 'gone') return note('warn', 'That message is not parked any more: somebody was faster.');
  const ended = context.req.query('ended');
  if (ended === '1') return note('good', 'The silence is ended.');
  return ended === '0' ? note('warn', 'That silence was over already.') : nothing;
}

function openTable(context: ConsoleContext, open: readonly Alert[], silences: readonly Silence[], now: number): Html {
  if (open.length === 0) return empty('Nothing is wrong', 'Alerts that are over stand in the history below.');
  return table(
    'Open alerts',
    ['Severity', 'What', 'For', 'Told', ''],
    open.map((alert) => [
      badge(alert.severity === 'critical' ? 'bad' : 'warn', alert.severity),
      html`<strong>${titleNow(alert)}</strong><br><span class="quiet-text">${adviceOf(alert.kind)}</span>${references(context, alert)}`,
      html`<span class="nowrap">${ageText(Math.max(0, now - alert.beganAt))}</span>`,
      silenceOf(alert, silences, now) !== null
        ? badge('calm', 'silenced')
        : alert.told === null
          ? 'not yet'
          : timeTag(alert.told.at),
      mayI(context, 'alerts.silence')
        ? actionButton(context, '/alerts/silence', 'Silence 4 h', {
            label: `Silence 4 h: ${titleNow(alert)}`,
            fields: { kind: alert.kind, subject: alert.subject, hours: '4', reason: 'seen on the page of alerts' },
          })
        : nothing,
    ]),
  );
}

function references(context: ConsoleContext, { references: ids }: Alert): Html {
  if (ids.length === 0) return nothing;
  const linked = mayI(context, 'mail.find');
  return html`<span class="links small">${ids.map((id) => (linked ? html`<a href="/mail?q=${encodeURIComponent(id)}"><code>${shown(id, 60)}</code></a> ` : html`<code>${shown(id, 60)}</code> `))}</span>`;
}

function undeliveredTable(
  context: ConsoleContext,
  undelivered: readonly AlertDelivery[],
  targets: readonly AlertTarget[],
): Html {
  return table(
    'Messages that were not delivered',
    ['Of (UTC)', 'To', 'State', 'Failed', 'Why', ''],
    undelivered.map((delivery) => {
      const { attempts, cause, created_at, state, target } = delivery;
      const isConfigured = targets.some(({ name }) => name === target);
      return [
        timeTag(created_at),
        isConfigured ? target : html`${target}<br><span class="small">configured no longer</span>`,
        badge(state === 'parked' ? 'bad' : 'warn', state),
        count(attempts),
        cause === null ? 'waits for a worker, or for a relay' : html`<span class="wrap">${shown(cause, 200)}</span>`,
        state === 'parked' && mayI(context, 'alerts.retry') ? parkedButtons(context, delivery, isConfigured) : nothing,
      ];
    }),
  );
}

/** What goes to nobody can only be let go. */
function parkedButtons(context: ConsoleContext, { id, target }: AlertDelivery, isConfigured: boolean): Html {
  const button = (act: 'retry' | 'give-up', text: string) =>
    actionButton(context, '/alerts/parked', text, { label: `${text}: the message to ${target}`, fields: { id, act } });
  return html`${isConfigured ? button('retry', 'Retry') : nothing} ${button('give-up', 'Let go')}`;
}

function silenceTable(context: ConsoleContext, silences: readonly Silence[]): Html {
  if (silences.length === 0) return empty('No silence is in force', 'Every alert is told.');
  return table(
    'Silences in force',
    ['Alerts', 'Until (UTC)', 'By', 'Why', ''],
    silences.map(({ author, id, kind, reason, subject, until }) => [
      html`${kind ?? 'every kind'}${subject === null ? nothing : html` about ${shown(subject, 100)}`}`,
      timeTag(until),
      shown(author, 80),
      html`<span class="wrap">${shown(reason)}</span>`,
      mayI(context, 'alerts.silence')
        ? actionButton(context, '/alerts/unsilence', 'End', {
            label: `End the silence of ${kind ?? 'every kind'}`,
            fields: { id },
          })
        : nothing,
    ]),
  );
}

function silenceForm(context: ConsoleContext, open: readonly Alert[], faulty: Faulty | null): Html {
  const { wish } = faulty ?? { wish: noWish };
  const faultOf = (name: string) => (faulty?.field === name ? faulty.text : null);
  const subjects = [...new Set(open.map(({ subject }) => subject).filter((subject) => subject !== ''))];
  const known = subjects.length === 0 ? '' : ` Now open: ${subjects.slice(0, 5).join(', ')}.`;
  return html`<h3>Silence alerts</h3>${postForm(
    context,
    '/alerts/silence',
    html`${choice({ name: 'kind', label: 'Kind', value: wish.kind, options: [['', 'every kind'], ...alertKinds.map((kind) => [kind, kind] as const)], fault: faultOf('kind') })}
${field({ name: 'subject', label: 'About', value: wish.subject, hint: `A queue, machine, target or case; empty for all.${known}`, fault: faultOf('subject') })}
${choice({ name: 'hours', label: 'For', value: wish.hours, options: durations, fault: faultOf('until') })}
${field({ name: 'reason', label: 'Why', value: wish.reason, required: true, hint: 'For who comes next.', fault: faultOf('reason') })}
<button class="button plain">Silence</button>`,
  )}`;
}

function historyTable(history: readonly AlertHistoryEntry[]): Html {
  if (history.length === 0) return empty('Nothing yet', html`Try the way to staff: <code>postern alerts test</code>.`);
  return table(
    'History of alerts',
    ['At (UTC)', 'Change', 'Severity', 'What'],
    history.map(({ message: { at, change, severity, title } }) => [
      timeTag(at),
      badge(change === 'resolved' ? 'good' : change === 'suppressed' ? 'calm' : 'warn', change),
      severity,
      title,
    ]),
  );
}

function pager(history: readonly AlertHistoryEntry[]): Html {
  const last = history.slice(0, historyPerPage).at(-1);
  if (history.length <= historyPerPage || last === undefined) return nothing;
  return html`<div class="pager"><span></span><a class="button" rel="next" href="/alerts?after=${encodeURIComponent(last.id)}">Older</a></div>`;
}

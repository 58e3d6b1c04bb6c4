/** Alerts: what is open and what became of it, silences, and messages to staff that did not get through. */
import { z } from 'zod';
import { type Alert, alertChanges, severities } from '../../alerts/alert.ts';
import { alertKinds } from '../../alerts/kind.ts';
import { adviceOf, titleNow } from '../../alerts/message.ts';
import { type Silence, silenceFault } from '../../alerts/silence.ts';
import { invalid, notFound } from './problem.ts';
import { route } from './route.ts';
import { line, page, pageOf, paging, placeOf, time, timeOrNull, timeText } from './shapes.ts';

const look = { scope: 'read', right: 'alerts.see' } as const;
const count = z.int().nonnegative();
const kind = z.enum(alertKinds);
const severity = z.enum(severities);
const subject = z.string().describe('The queue, machine, target or case; empty where a kind is one thing');
const references = z.array(z.string()).describe('Ids of the first few mails, tickets or cases that it is about');

const alert = z.strictObject({
  id: z.string(),
  kind,
  subject,
  severity,
  title: z.string(),
  advice: z.string(),
  beganAt: time,
  toldAt: time.nullable().describe('Null while nobody was told'),
  silencedBy: z.string().nullable().describe('Id of the silence that holds it'),
  value: z.number().nullable().describe('As last measured, in the unit of the kind; null for events'),
  events: count,
  references,
});

function alertOf(open: Alert): z.input<typeof alert> {
  const { beganAt, id, silencedBy, told, value } = open;
  return {
    id,
    kind: open.kind,
    subject: open.subject,
    severity: open.severity,
    title: titleNow(open),
    advice: adviceOf(open.kind),
    beganAt: timeText(beganAt),
    toldAt: timeOrNull(told?.at ?? null),
    silencedBy,
    value,
    events: open.count,
    references: [...open.references],
  };
}

const silence = z.strictObject({
  id: z.string(),
  kind: kind.nullable().describe('Null: every kind'),
  subject: z.string().nullable().describe('Null: about anything'),
  until: time,
  reason: z.string(),
  author: z.string(),
  createdAt: time,
});

function silenceOf({ author, createdAt, id, kind: of, reason, subject: about, until }: Silence) {
  return { id, kind: of, subject: about, until: timeText(until), reason, author, createdAt: timeText(createdAt) };
}

export const alertRoutes = [
  route({
    method: 'GET',
    path: '/alerts',
    summary: 'Open alerts, oldest first',
    access: look,
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        targets: z.array(z.string()).describe('Who is told of alerts, as configured'),
        items: z.array(alert),
      }),
    },
    handle: async ({ ports }) => ({
      targets: ports.alertTargets.map(({ name }) => name),
      items: (await ports.alerts.open()).map(alertOf),
    }),
  }),
  route({
    method: 'GET',
    path: '/alerts/history',
    summary: 'What became of alerts, newest first',
    access: look,
    query: z.strictObject(paging),
    answer: {
      status: 200,
      media: 'application/json',
      schema: pageOf(
        z.strictObject({
          alert: z.string().describe('Id of the alert'),
          at: time,
          change: z.enum(alertChanges),
          kind,
          subject,
          severity,
          title: z.string(),
          events: z.strictObject({ told: count.describe('That this tells of'), all: count }),
          references,
        }),
      ),
    },
    handle: async ({ ports, query: { after, limit } }) => {
      const place = placeOf(after, z.tuple([z.string().max(60)]));
      const rows = await ports.alerts.history({ limit: limit + 1, ...(place === null ? {} : { after: place[0] }) });
      return page(
        rows,
        limit,
        ({ message }) => ({
          alert: message.alert,
          at: timeText(message.at),
          change: message.change,
          kind: message.kind,
          subject: message.subject,
          severity: message.severity,
          title: message.title,
          events: { ...message.events },
          references: [...message.references],
        }),
        ({ id }) => [id],
      );
    },
  }),
  route({
    method: 'GET',
    path: '/alerts/silences',
    summary: 'Silences in force, the one that is over soonest first',
    access: look,
    answer: { status: 200, media: 'application/json', schema: z.strictObject({ items: z.array(silence) }) },
    handle: async ({ ports }) => ({ items: (await ports.alerts.silences(ports.now())).map(silenceOf) }),
  }),
  route({
    method: 'POST',
    path: '/alerts/silences',
    summary: 'Hold alerts until a time',
    text: 'What still lasts when it ends is told. At most 30 days ahead.',
    access: { scope: 'alerts', right: 'alerts.silence' },
    body: {
      media: 'application/json',
      maxOctets: 16 * 1024,
      schema: z.strictObject({
        kind: kind.exactOptional().describe('Every kind when left out'),
        subject: z.string().min(1).max(100).exactOptional().describe('About anything when left out'),
        until: time,
        reason: line(500).describe('For who comes next'),
      }),
    },
    answer: { status: 201, media: 'application/json', schema: silence },
    handle: async ({ body, caller, ports }) => {
      const now = ports.now();
      const wish = {
        kind: body.kind ?? null,
        subject: body.subject ?? null,
        until: Date.parse(body.until),
        reason: body.reason,
        author: caller.actor,
      };
      const fault = silenceFault(wish, now);
      if (fault !== null) throw invalid([{ field: fault.field, message: fault.text }]);
      return silenceOf(await ports.alerts.silence(wish, now));
    },
  }),
  route({
    method: 'DELETE',
    path: '/alerts/silences/{id}',
    summary: 'End a silence now',
    access: { scope: 'alerts', right: 'alerts.silence' },
    params: z.strictObject({ id: z.string().max(100) }),
    answer: { status: 204, media: null, schema: null },
    handle: async ({ caller, params, ports }) => {
      if (!(await ports.alerts.unsilence(params.id, caller.actor, ports.now()))) {
        throw notFound('silence in force');
      }
      return undefined;
    },
  }),
  route({
    method: 'GET',
    path: '/alerts/undelivered',
    summary: 'Messages to staff that were not delivered, newest first',
    access: look,
    query: z.strictObject({ limit: paging.limit }),
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        items: z.array(
          z.strictObject({
            id: z.string(),
            alert: z.string().describe('Id of the alert'),
            target: z.string(),
            state: z.enum(['queued', 'retrying', 'parked']),
            attempts: count,
            createdAt: time,
            cause: z.string().nullable(),
          }),
        ),
      }),
    },
    handle: async ({ ports, query: { limit } }) => ({
      items: (await ports.alertDeliveries.undelivered(limit)).map((delivery) => ({
        id: delivery.id,
        alert: delivery.alert_id,
        target: delivery.target,
        state: z.enum(['queued', 'retrying', 'parked']).parse(delivery.state),
        attempts: delivery.attempts,
        createdAt: timeText(delivery.created_at),
        cause: delivery.cause,
      })),
    }),
  }),
  route({
    method: 'POST',
    path: '/alerts/undelivered/retry',
    summary: 'Try parked messages anew, with all their attempts and their whole time',
    access: { scope: 'alerts', right: 'alerts.retry' },
    body: {
      media: 'application/json',
      maxOctets: 64 * 1024,
      schema: z.strictObject({ ids: z.array(z.string().max(100)).min(1).max(500) }),
    },
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({ retried: count.describe('Those of the ids that were parked') }),
    },
    handle: async ({ body: { ids }, caller, ports }) => ({
      // Only messages of alerts: notices and hand-overs are other people's mail.
      retried: await ports.parked.decide({ outbox: 'alerts', ids }, 'retry', { actor: caller.actor, at: ports.now() }),
    }),
  }),
];

/** A message as it is sent: JSON for webhooks (type, time, data, as Standard Webhooks recommends) and text for mail. */
import type { AlertMessage } from './message.ts';

export type AlertLinks = {
  /** Address of the console as staff reach it, without a slash at its end; null when it is not configured. */
  readonly console: string | null;
};

/** The same for every attempt. */
export function alertPayload(message: AlertMessage, links: AlertLinks): string {
  const { advice, alert, at, beganAt, change, events, kind, labels, references, severity, subject, title, value } =
    message;
  return JSON.stringify({
    type: `alert.${change}`,
    timestamp: iso(at),
    data: {
      alert,
      kind,
      subject,
      severity,
      since: iso(beganAt),
      title,
      advice,
      value,
      events: events.told,
      eventsInAll: events.all,
      byLabel: labels,
      references,
      url: urlOf(message, links),
    },
  });
}

export function alertSubject({ change, severity, title }: AlertMessage): string {
  return `[Postern] ${change === 'resolved' ? 'over' : severity}: ${title}`;
}

export function alertText(message: AlertMessage, links: AlertLinks): string {
  const { advice, alert, at, beganAt, change, kind, references, subject, title } = message;
  const url = urlOf(message, links);
  const facts = [
    `What:   ${kind}${subject === '' ? '' : ` (${subject})`}, ${change}`,
    `Since:  ${minute(beganAt)}`,
    `At:     ${minute(at)}`,
    ...(references.length === 0 ? [] : [`See:    ${references.join(', ')}`]),
    `Alert:  ${alert}`,
  ];
  return [
    title,
    advice,
    facts.join('\n'),
    url ?? `Console: page ${message.path}`,
    'To hear no more of it for a while: page /alerts, or `postern alerts silence`.',
  ]
    .join('\n\n')
    .concat('\n');
}

function urlOf({ path }: AlertMessage, { console }: AlertLinks): string | null {
  return console === null ? null : `${console}${path}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function minute(at: number): string {
  return `${iso(at).slice(0, 16).replace('T', ' ')} UTC`;
}

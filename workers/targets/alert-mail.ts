/**
 * Alerts by mail, through the relay. Plain text; marked as our own and as automatic, so that nothing answers it and that
 * a copy that comes back to us is refused (R-AUTO). The envelope sender is a bounce address: who cannot be told, shows.
 */
import MimeNode from 'nodemailer/lib/mime-node';
import { type AlertLinks, alertSubject, alertText } from '../../src/alerts/payload.ts';
import { type BounceKeys, bounceSender } from '../../src/notices/bounce-address.ts';
import type { AlertDocument } from '../../src/records/alert-deliveries.ts';
import type { Relay } from '../../src/relay/relay.ts';
import type { Sender } from './sender.ts';

export type AlertMailOptions = {
  readonly relay: Pick<Relay, 'send'>;
  readonly from: string;
  readonly to: string;
  readonly links: AlertLinks;
  readonly bounceKeys: BounceKeys;
  /** Domains of our mailboxes: their bounces come to us. */
  readonly ownDomains: readonly string[];
};

export function alertMailSender({
  bounceKeys,
  from,
  links,
  ownDomains,
  relay,
  to,
}: AlertMailOptions): Sender<AlertDocument> {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    send: async (document, { at }) => {
      const raw = await mailOf(document, { at, domain, from, links, to });
      return relay.send({ from: bounceSender(document.delivery, { from, keys: bounceKeys, ownDomains }), to, raw });
    },
    close: () => Promise.resolve(),
  };
}

type Addressing = Pick<AlertMailOptions, 'from' | 'to' | 'links'> & { readonly at: number; readonly domain: string };

async function mailOf({ delivery, message }: AlertDocument, by: Addressing): Promise<Buffer> {
  const { at, domain, from, links, to } = by;
  const node = new MimeNode('text/plain; charset=utf-8', { disableFileAccess: true, disableUrlAccess: true });
  const thread = `<alert.${message.alert}@${domain}>`;
  node.setHeader([
    { key: 'From', value: `"Postern alerts" <${from}>` },
    { key: 'To', value: to },
    { key: 'Subject', value: alertSubject(message) },
    { key: 'Date', value: new Date(at).toUTCString().replace('GMT', '+0000') },
    // The same for every attempt, so that a receiver can drop a second copy.
    { key: 'Message-ID', value: `<alert.${delivery}@${domain}>` },
    // All that is told of one alert stands together.
    { key: 'References', value: thread },
    // RFC 3834 §5.2: of our own accord.
    { key: 'Auto-Submitted', value: 'auto-generated' },
    { key: 'X-Auto-Response-Suppress', value: 'All' },
    // R-AUTO: should it ever come back to us, it is refused as our own.
    { key: 'X-Postern-Loop', value: delivery },
    ...(message.severity === 'critical' && message.change !== 'resolved' ? [{ key: 'Importance', value: 'high' }] : []),
  ]);
  node.setContent(alertText(message, links).replace(/\n/g, '\r\n'));
  return node.build();
}

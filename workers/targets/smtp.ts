/** A help desk that is reached by mail: the rebuilt message goes through a relay. */
import type { HandoffDocument, HandoffLinks } from '../../src/handoff/document.ts';
import { rebuiltMessage } from '../../src/handoff/rebuilt-message.ts';
import type { SmtpTarget } from '../../src/handoff/target.ts';
import type { Relay, RelayOptions } from '../../src/relay/relay.ts';
import type { Sender } from './sender.ts';

export type OpenRelay = (options: RelayOptions) => Relay;

export type SmtpSenderOptions = {
  readonly target: SmtpTarget;
  readonly links: HandoffLinks;
  readonly openRelay: OpenRelay;
  readonly envelopeFrom: EnvelopeFrom;
};

/** The envelope sender of one hand-over: what bounces comes there. */
export type EnvelopeFrom = (target: Pick<SmtpTarget, 'from' | 'name'>, document: HandoffDocument) => string;

const maxConnections = 4;

export function smtpSender({ envelopeFrom, links, openRelay, target }: SmtpSenderOptions): Sender {
  const { ca, from, host, login, port, timeoutMs, tls, to } = target;
  const trust = ca === undefined ? {} : { ca };
  const relay = openRelay({ host, port, tls, login, dkim: null, name: null, maxConnections, timeoutMs, ...trust });
  return {
    send: (document) =>
      relay.send({ from: envelopeFrom(target, document), to, raw: rebuiltMessage(document, { from, to, links }) }),
    close: async () => relay.close(),
  };
}

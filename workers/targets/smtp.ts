/** A help desk that is reached by mail: the rebuilt message goes through a relay. */
import type { HandoffLinks } from '../../src/handoff/document.ts';
import { rebuiltMessage } from '../../src/handoff/rebuilt-message.ts';
import type { SmtpTarget } from '../../src/handoff/target.ts';
import type { Relay, RelayOptions } from '../../src/relay/relay.ts';
import type { Sender } from './sender.ts';

export type OpenRelay = (options: RelayOptions) => Relay;

export type SmtpSenderOptions = {
  readonly target: SmtpTarget;
  readonly links: HandoffLinks;
  readonly openRelay: OpenRelay;
};

const maxConnections = 4;

export function smtpSender({ links, openRelay, target }: SmtpSenderOptions): Sender {
  const { ca, from, host, login, port, timeoutMs, tls, to } = target;
  const trust = ca === undefined ? {} : { ca };
  const relay = openRelay({ host, port, tls, login, dkim: null, name: null, maxConnections, timeoutMs, ...trust });
  return {
    send: (document) => relay.send({ from, to, raw: rebuiltMessage(document, { from, to, links }) }),
    close: async () => relay.close(),
  };
}

/** Ticket events to a webhook. */
import type { HandoffLinks } from '../../src/handoff/document.ts';
import { payloadText } from '../../src/handoff/payload.ts';
import type { WebhookTarget } from '../../src/handoff/target.ts';
import type { Sender } from './sender.ts';
import { openWebhook, type Resolve } from './webhook-post.ts';

export type WebhookSenderOptions = {
  readonly target: WebhookTarget;
  readonly links: HandoffLinks;
  readonly resolve?: Resolve;
};

export function webhookSender({ links, resolve, target }: WebhookSenderOptions): Sender {
  const webhook = openWebhook(target, resolve);
  return {
    send: (document, { at }) =>
      webhook.post({ id: `msg_${document.event}`, at, body: payloadText(document, links, target.maxBodyOctets) }),
    close: () => webhook.close(),
  };
}

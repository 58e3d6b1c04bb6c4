/** Alerts to a webhook, signed as Standard Webhooks says. */
import { type AlertLinks, alertPayload } from '../../src/alerts/payload.ts';
import type { WebhookTarget } from '../../src/handoff/target.ts';
import type { AlertDocument } from '../../src/records/alert-deliveries.ts';
import type { Sender } from './sender.ts';
import { openWebhook } from './webhook-post.ts';

export function alertWebhookSender(
  target: Omit<WebhookTarget, 'kind' | 'maxBodyOctets'>,
  links: AlertLinks,
): Sender<AlertDocument> {
  const webhook = openWebhook(target);
  return {
    send: ({ delivery, message }, { at }) =>
      webhook.post({ id: `alert_${delivery}`, at, body: alertPayload(message, links) }),
    close: () => webhook.close(),
  };
}

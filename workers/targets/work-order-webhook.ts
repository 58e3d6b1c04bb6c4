/** Work orders to engineering, signed as Standard Webhooks says. */
import { type OrderMessage, orderPayload } from '../../src/cases/order-payload.ts';
import type { WebhookTarget } from '../../src/handoff/target.ts';
import type { Sender } from './sender.ts';
import { openWebhook, type Resolve } from './webhook-post.ts';

export function workOrderWebhook(
  target: Omit<WebhookTarget, 'kind' | 'maxBodyOctets'>,
  consoleUrl: string | null,
  resolve?: Resolve,
): Sender<OrderMessage> {
  const webhook = openWebhook(target, resolve);
  return {
    async send(message, { at }) {
      if (message.kind === 'issued' && at >= message.expiresAt) {
        return { kind: 'hopeless', cause: 'the work order has expired' };
      }
      return webhook.post({ id: message.delivery, at, body: orderPayload(message, consoleUrl) });
    },
    close: () => webhook.close(),
  };
}

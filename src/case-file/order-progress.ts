/** How far a work order is on its way to engineering, in words for staff and for the case file. */
import type { WorkOrder } from '../cases/case.ts';
import type { SignedOrder } from '../cases/order-payload.ts';
import type { OrderDelivery } from '../records/work-orders.ts';

/** How engineering gets its orders. */
export type EngineeringWay = 'webhook' | 'by hand';

export type OrderProgress = {
  readonly state: 'unsigned' | OrderDelivery['state'];
  /** Epoch milliseconds of the last change; null where nothing was queued. */
  readonly at: number | null;
  readonly text: string;
};

/** One for what engineering is told: of the order, and of its cancellation. */
export function orderProgress(
  workOrder: WorkOrder,
  order: SignedOrder | null,
  deliveries: readonly OrderDelivery[],
  way: EngineeringWay,
): readonly OrderProgress[] {
  if (order !== null) return deliveries.map((delivery) => progressOf(delivery, way));
  if (workOrder.answer !== null) return [];
  return [{ state: 'unsigned', at: null, text: 'waits to be signed: the key of the gateway could not be used yet' }];
}

function progressOf(delivery: OrderDelivery, way: EngineeringWay): OrderProgress {
  const { kind, state, updated_at } = delivery;
  const what = kind === 'issued' ? 'the order' : 'its cancellation';
  return { state, at: updated_at, text: `${what} ${textOf(delivery, way)}` };
}

function textOf({ attempts, cause, state }: OrderDelivery, way: EngineeringWay): string {
  switch (state) {
    case 'queued':
      return way === 'webhook'
        ? 'waits to be sent'
        : 'waits: no webhook to engineering is configured, hand it over by hand';
    case 'retrying':
      return `did not arrive in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} and is tried again: ${cause ?? 'unknown'}`;
    case 'delivered':
      return 'arrived';
    case 'parked':
      return `was given up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${cause ?? 'unknown'}`;
    case 'cancelled':
      return `was not sent: ${cause ?? 'unknown'}`;
  }
}

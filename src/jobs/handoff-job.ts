/**
 * Payload of the queue `handoff`: one job for each target and ticket event. The job only wakes the target's lane; what
 * is to be sent, and how far it is, stands in the records.
 */
import { z } from 'zod';

const targetName = /^[a-z][a-z0-9-]{0,30}$/;
const eventId = /^[0-9a-z]+-\d+(?:-[wb][0-9a-z]+)?$/;

export const handoffJobSchema = z.object({
  v: z.literal(1),
  target: z.string().regex(targetName),
  /** The message id for `ticket.opened` and `ticket.message`; ticket id and due time for the clock's events. */
  event: z.string().regex(eventId),
});

export type HandoffJob = z.infer<typeof handoffJobSchema>;

/** Also the key of the delivery in the records. */
export function deliveryIdOf({ event, target }: Pick<HandoffJob, 'event' | 'target'>): string {
  return `${event}_${target}`;
}

/**
 * Work orders as engineering has them: read again before anything is done, and answered once. The token says who speaks;
 * the digest says about which text, so that no answer counts for an order that its sender has not seen.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { WorkOrder } from '../../cases/case.ts';
import { invalid, notFound, Problem } from './problem.ts';
import { route } from './route.ts';
import { line, time, timeText } from './shapes.ts';

const access = { scope: 'engineering', right: null } as const;
const params = z.strictObject({ id: z.string().max(100) });
const results = ['done', 'refused', 'failed'] as const;
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'is 64 hexadecimal digits in lower case');

function stateOf({ answer, expiresAt }: WorkOrder, now: number): 'open' | 'expired' | 'cancelled' | 'answered' {
  if (answer !== null) return answer.result === 'cancelled' ? 'cancelled' : 'answered';
  return now < expiresAt ? 'open' : 'expired';
}

export const workOrderRoutes = [
  route({
    method: 'GET',
    path: '/work-orders/{id}',
    summary: 'One work order, and whether it may still be carried out',
    text: 'Ask right before carrying it out: only an open one may be. Verify the PGP signature over `document`, octet for octet, with the key of the gateway.',
    access,
    params,
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        id: z.string(),
        case: z.string(),
        state: z.enum(['open', 'expired', 'cancelled', 'answered']),
        expiresAt: time,
        sha256: digest,
        document: z.string(),
        signature: z.string(),
        fingerprint: z.string(),
      }),
    },
    handle: async ({ params: { id }, ports }) => {
      const found = await ports.caseTools.cases.orders.find(id);
      if (found === null) throw notFound('work order');
      const { order, workOrder } = found;
      const { caseId, document, fingerprint, signature } = order;
      return {
        id: order.id,
        case: caseId,
        state: stateOf(workOrder, ports.now()),
        expiresAt: timeText(workOrder.expiresAt),
        sha256: createHash('sha256').update(document).digest('hex'),
        document,
        signature,
        fingerprint,
      };
    },
  }),
  route({
    method: 'POST',
    path: '/work-orders/{id}/answer',
    summary: 'Say what became of a work order, once',
    text: 'The same answer again changes nothing and is answered alike: after 503 or a lost answer, send it again. Another answer to the same order is refused with 409, and staff are told.',
    access,
    params,
    body: {
      media: 'application/json',
      maxOctets: 32 * 1024,
      schema: z.strictObject({
        sha256: digest.describe('Of the text of the order that is answered'),
        result: z.enum(results),
        reference: line(200).describe("Engineering's own: a ticket, a change"),
        note: z.string().max(4_000).default(''),
      }),
    },
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({ id: z.string(), result: z.enum(results), recorded: z.enum(['now', 'before']) }),
    },
    handle: async ({ body, caller, params: { id }, ports }) => {
      const by = { kind: 'engineering', id: caller.actor } as const;
      const taken = await ports.caseTools.cases.orders.answer(id, { by, ...body }, ports.now());
      switch (taken.kind) {
        case 'missing':
          throw notFound('work order');
        case 'other-text':
          throw invalid([{ field: 'sha256', message: 'is not that of the order which was signed' }]);
        case 'refused':
          throw new Problem('conflict', `${taken.rule} needs ${taken.missing.join('; ')}`);
        case 'recorded':
        case 'known':
          ports.logger.info({ order: id, result: body.result, taken: taken.kind }, 'engineering answered a work order');
          return { id, result: body.result, recorded: taken.kind === 'known' ? ('before' as const) : ('now' as const) };
      }
    },
  }),
];

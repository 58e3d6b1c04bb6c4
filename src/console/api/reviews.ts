/** Escalated mail that waits for a person: the list, one item as staff see it, the decision. */
import { z } from 'zod';
import type { Review } from '../../records/reviews.ts';
import { reviewBrief } from '../../reviews/brief.ts';
import { decideReview } from '../../reviews/deciding.ts';
import { askedOf } from '../asked.ts';
import { recordOf } from '../kept-mail.ts';
import { notFound, Problem } from './problem.ts';
import { route } from './route.ts';
import { line, messageId, page, pageOf, paging, placeOf, time, timeOrNull, timeText } from './shapes.ts';

const access = { scope: 'read', right: 'reviews.decide' } as const;
const byId = z.strictObject({ id: messageId });
const states = ['open', 'accepted', 'rejected'] as const;

const item = z.strictObject({
  messageId,
  openedAt: time,
  state: z.enum(states),
  version: z.int(),
  reason: z.string(),
  rule: z.string(),
  department: z.string(),
  severity: z.int(),
  assurance: z.string(),
  sender: z.string().nullable(),
  tenantId: z.string().nullable(),
  proposal: z
    .strictObject({ kind: z.string(), value: z.string(), reason: z.string() })
    .nullable()
    .describe('What could be put on the deny-list'),
  decidedAt: time.nullable(),
  decidedBy: z.string().nullable(),
  note: z.string(),
});

function itemOf(row: Review): z.input<typeof item> {
  const { proposal } = row;
  return {
    messageId: row.message_id,
    openedAt: timeText(row.opened_at),
    state: row.state,
    version: row.version,
    reason: row.reason,
    rule: row.rule,
    department: row.department,
    severity: row.severity,
    assurance: row.assurance,
    sender: row.sender_address,
    tenantId: row.tenant_id,
    proposal: proposal === null ? null : { kind: proposal.kind, value: proposal.value, reason: proposal.reason },
    decidedAt: timeOrNull(row.decided_at),
    decidedBy: row.decided_by,
    note: row.note,
  };
}

const lines = z.array(z.string()).readonly();
const brief = z.strictObject({ claimed: lines, proven: lines, asked: lines, policy: lines, nextStep: z.string() });

/** What staff can mend themselves: somebody was faster, or it cannot be decided so. */
const refusals: ReadonlySet<string> = new Set(['ReviewConflict', 'DecisionRefused', 'FollowUpRefused']);

export const reviewRoutes = [
  route({
    method: 'GET',
    path: '/reviews',
    summary: 'Escalated mail, the one that waits longest first',
    access,
    query: z.strictObject({ state: z.enum(states).default('open'), ...paging }),
    answer: { status: 200, media: 'application/json', schema: pageOf(item) },
    handle: async ({ ports, query: { after, limit, state } }) => {
      const place = placeOf(after, z.tuple([z.int(), messageId]));
      const rows = await ports.reviews.list({
        state,
        limit: limit + 1,
        ...(place === null ? {} : { after: { opened_at: place[0], message_id: place[1] } }),
      });
      return page(rows, limit, itemOf, (row) => [row.opened_at, row.message_id]);
    },
  }),
  route({
    method: 'GET',
    path: '/reviews/{id}',
    summary: 'One item: what is claimed, proven and asked, what policy says, the one next step',
    access,
    params: byId,
    answer: {
      status: 200,
      media: 'application/json',
      schema: item.extend({
        brief: brief.nullable().describe('Null when the evidence is not kept'),
        asked: lines.describe(
          'Who was asked over the address on file or the portal, how far that is, and whether mail reaches them',
        ),
      }),
    },
    handle: async ({ params, ports }) => {
      const [row, record, asked] = await Promise.all([
        ports.reviews.get(params.id),
        recordOf(ports, params.id),
        askedOf(ports, params.id),
      ]);
      if (row === null || record === null) throw notFound('item');
      const { evidence, followUps, judged } = record;
      const judgedLast = followUps.at(-1)?.mail ?? judged;
      return {
        ...itemOf(row),
        brief: evidence === null ? null : reviewBrief(judgedLast, evidence),
        asked,
      };
    },
  }),
  route({
    method: 'POST',
    path: '/reviews/{id}/decision',
    summary: 'Accept or reject an escalated mail, once',
    text: 'Needs the `version` that was looked at; 409 when somebody else was faster. Nobody is told of a rejection.',
    access: { scope: 'reviews', right: 'reviews.decide' },
    params: byId,
    body: {
      media: 'application/json',
      maxOctets: 16 * 1024,
      schema: z.strictObject({
        outcome: z.enum(['accepted', 'rejected']),
        note: line(500).describe('Why, for staff'),
        version: z.int().min(1),
        verifiedBy: line(160).exactOptional().describe('How the sender was verified over a way on file'),
        allow: z
          .boolean()
          .exactOptional()
          .describe(
            'With an acceptance: take what hit the mail off the deny-list, or let a proven secondary address of an admin send ordinary requests (needs verifiedBy)',
          ),
        deny: z.enum(['sender', 'network']).exactOptional().describe('With a rejection: put this on the deny-list'),
      }),
    },
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        messageId,
        outcome: z.enum(['accepted', 'rejected']),
        denied: z.string().nullable().describe('Id of the deny entry that was made'),
        allowed: z.array(z.string()).readonly().describe('Ids of deny entries that were taken off the list'),
        allowedUntil: time.nullable().describe('The secondary address may send ordinary requests until then'),
        isEnqueued: z.boolean().describe('False when the queue was away: the workers bring it later'),
      }),
    },
    handle: async ({ body, caller, params, ports }) => {
      if (body.outcome === 'accepted' && body.deny !== undefined) {
        throw new Problem('invalid-request', 'deny goes with a rejection only');
      }
      if (body.outcome === 'rejected' && body.allow === true) {
        throw new Problem('invalid-request', 'allow goes with an acceptance only');
      }
      if (body.outcome === 'rejected' && body.verifiedBy !== undefined) {
        throw new Problem('invalid-request', 'verifiedBy goes with an acceptance only');
      }
      if ((await ports.reviews.get(params.id)) === null) throw notFound('item');
      try {
        const { allowance, allowed, denied, isEnqueued } = await decideReview(ports.deciding, {
          messageId: params.id,
          outcome: body.outcome,
          actor: caller.actor,
          at: ports.now(),
          note: body.note,
          version: body.version,
          verifiedBy: body.verifiedBy ?? null,
          isAllowing: body.allow ?? false,
          deny: body.deny ?? null,
          denyLifeMs: ports.denyTtlMs(),
        });
        return {
          messageId: params.id,
          outcome: body.outcome,
          denied: denied?.id ?? null,
          allowed: allowed.map(({ id }) => id),
          allowedUntil: timeOrNull(allowance?.until ?? null),
          isEnqueued,
        };
      } catch (error) {
        if (error instanceof Error && refusals.has(error.name)) throw new Problem('conflict', error.message);
        throw error;
      }
    },
  }),
];

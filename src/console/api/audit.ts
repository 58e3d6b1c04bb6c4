/** The audit log: who did what, and whether its chain is whole. */
import { z } from 'zod';
import type { AuditRow } from '../../records/audit.ts';
import { invalid } from './problem.ts';
import { route } from './route.ts';
import { page, pageOf, paging, placeOf, time, timeText } from './shapes.ts';

const access = { scope: 'read', right: 'audit.see' } as const;

const row = z.strictObject({
  seq: z.int(),
  at: time,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.unknown(),
  hash: z.string(),
});

function rowOf({ action, actor, at, detail, hash, seq, subject }: AuditRow): z.input<typeof row> {
  return { seq, at: timeText(at), actor, action, subject, detail, hash };
}

const head = z.strictObject({ seq: z.int(), hash: z.string() });

export const auditRoutes = [
  route({
    method: 'GET',
    path: '/audit',
    summary: 'What was done, newest first',
    access,
    query: z.strictObject({
      actor: z.string().max(200).exactOptional(),
      action: z.string().max(200).exactOptional(),
      subject: z.string().max(200).exactOptional(),
      ...paging,
    }),
    answer: { status: 200, media: 'application/json', schema: pageOf(row) },
    handle: async ({ ports, query: { after, limit, ...filter } }) => {
      const place = placeOf(after, z.tuple([z.int()]));
      const rows = await ports.audit.list({
        ...filter,
        limit: limit + 1,
        ...(place === null ? {} : { before: place[0] }),
      });
      return page(rows, limit, rowOf, ({ seq }) => [seq]);
    },
  }),
  route({
    method: 'GET',
    path: '/audit/verification',
    summary: 'Reads the whole log and says whether its chain is whole',
    text: 'With `seq` and `hash` of an end that was kept elsewhere, that row must still be there, unchanged.',
    access,
    query: z.strictObject({
      seq: z.coerce.number().int().min(1).exactOptional(),
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'is no hash of a row')
        .exactOptional(),
    }),
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.discriminatedUnion('ok', [
        z.strictObject({ ok: z.literal(true), entries: z.int(), head: head.describe('To be kept elsewhere') }),
        z.strictObject({
          ok: z.literal(false),
          seq: z.int().describe('The first row that does not fit'),
          cause: z.string(),
        }),
      ]),
    },
    handle: async ({ ports, query: { hash, seq } }) => {
      if ((seq === undefined) !== (hash === undefined)) {
        throw invalid([{ field: seq === undefined ? 'seq' : 'hash', message: 'is missing: they go together' }]);
      }
      return ports.audit.verify(...(seq === undefined || hash === undefined ? [] : [{ seq, hash }]));
    },
  }),
];

/** Recovery cases, to look at. What is done to a case is done by people in the console, with four eyes. */
import { z } from 'zod';
import { actorName } from '../../cases/actor.ts';
import type { Case } from '../../cases/case.ts';
import { cessationWindow } from '../../cases/cessation-clock.ts';
import { procedures } from '../../cases/procedure.ts';
import { stateAt } from '../../cases/state.ts';
import { notFound } from './problem.ts';
import { route } from './route.ts';
import { page, pageOf, paging, placeOf, time, timeOrNull, timeText } from './shapes.ts';

const access = { scope: 'read', right: 'cases.see' } as const;

const summary = z.strictObject({
  id: z.string(),
  procedure: z.string().nullable().describe('Null while nobody has named it'),
  tenantId: z.string().nullable(),
  state: z.string(),
  openedAt: time,
  version: z.int(),
  communications: z.int(),
  documents: z.int(),
  ceased: z
    .strictObject({ from: time, until: time.nullable().describe('Null while evidence that came in time extends it') })
    .nullable()
    .describe('When ordinary support of the tenant is ignored; it may be over'),
  closed: z.strictObject({ outcome: z.string(), at: time, by: z.string() }).nullable(),
});

function summaryOf(of: Case, now: number): z.input<typeof summary> {
  const { closed } = of;
  const window = cessationWindow(of);
  return {
    id: of.id,
    procedure: of.procedure,
    tenantId: of.tenantId,
    state: stateAt(of, now),
    openedAt: timeText(of.openedAt),
    version: of.version,
    communications: of.communications.length,
    documents: of.documents.length,
    ceased: window === null ? null : { from: timeText(window.from), until: timeOrNull(window.until) },
    closed: closed === null ? null : { outcome: closed.outcome, at: timeText(closed.at), by: closed.by },
  };
}

export const caseRoutes = [
  route({
    method: 'GET',
    path: '/cases',
    summary: 'Recovery cases, newest first',
    access,
    query: z.strictObject({
      open: z.enum(['yes', 'no']).default('yes').describe('`no` shows closed ones too'),
      tenant: z.string().max(64).exactOptional(),
      ...paging,
    }),
    answer: { status: 200, media: 'application/json', schema: pageOf(summary) },
    handle: async ({ ports, query: { after, limit, open, tenant } }) => {
      const place = placeOf(after, z.tuple([z.int(), z.string().max(64), z.enum(procedures).nullable()]));
      const cases = await ports.cases.list({
        open: open === 'yes',
        limit: limit + 1,
        ...(tenant === undefined ? {} : { tenantId: tenant }),
        ...(place === null ? {} : { after: { openedAt: place[0], id: place[1], procedure: place[2] } }),
      });
      const now = ports.now();
      return page(
        cases,
        limit,
        (of) => summaryOf(of, now),
        ({ id, openedAt, procedure }) => [openedAt, id, procedure],
      );
    },
  }),
  route({
    method: 'GET',
    path: '/cases/{id}',
    summary: 'One case and what it lacks',
    access,
    params: z.strictObject({ id: z.string().max(100) }),
    answer: {
      status: 200,
      media: 'application/json',
      schema: summary.extend({
        missing: z.array(z.string()).readonly().describe('What it lacks before anything may be done'),
        events: z.array(z.strictObject({ at: time, by: z.string(), kind: z.string() })),
      }),
    },
    handle: async ({ params, ports }) => {
      const kept = await ports.cases.get(params.id);
      if (kept === null) throw notFound('case');
      return {
        ...summaryOf(kept.case, ports.now()),
        missing: await ports.cases.missing(kept.case, ports.now()),
        events: kept.events.map(({ at, by, event }) => ({
          at: timeText(at),
          by: actorName(by),
          kind: event.kind,
        })),
      };
    },
  }),
];

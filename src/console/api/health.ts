/** How the system is, as the overview shows it. `/healthz` and `/readyz` are for machines without a token. */
import { z } from 'zod';
import { type OverviewState, overviewOf } from '../overview-state.ts';
import type { ConsolePorts } from '../ports.ts';
import { route } from './route.ts';
import { time, timeText } from './shapes.ts';

const counts = z.array(z.strictObject({ outcome: z.string(), reason: z.string(), count: z.int() }));
const labels = z.array(z.strictObject({ label: z.string(), count: z.int() }));

const overviews = new WeakMap<ConsolePorts, () => Promise<OverviewState>>();

/** Gathered at most every two seconds, however many ask. */
function overview(ports: ConsolePorts): Promise<OverviewState> {
  const look = overviews.get(ports) ?? overviewOf(ports);
  overviews.set(ports, look);
  return look();
}

export const healthRoutes = [
  route({
    method: 'GET',
    path: '/health',
    summary: 'What comes in, what waits, what needs somebody',
    access: { scope: 'read', right: 'overview.see' },
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        at: time,
        lastHour: counts,
        lastDay: counts,
        redisAnswers: z.boolean(),
        workersAlive: z.int().nullable(),
        undecided: z.int().describe('Escalated mails that wait for a decision'),
        deferred: labels.describe('Mails answered 451 since the listeners started, by cause'),
        refused: labels.describe('Sessions and recipients refused, by stage'),
        disk: z.strictObject({ freeBytes: z.number(), totalBytes: z.number() }).nullable(),
        certificateExpiresAt: time.nullable(),
        needs: z.array(z.strictObject({ level: z.enum(['bad', 'warn']), text: z.string() })),
      }),
    },
    handle: async ({ ports }) => {
      const state = await overview(ports);
      return {
        at: timeText(state.at),
        lastHour: [...state.lastHour],
        lastDay: [...state.lastDay],
        redisAnswers: state.queues !== null,
        workersAlive: state.workers,
        undecided: state.undecided,
        deferred: [...state.deferred],
        refused: [...state.refused],
        disk: state.disk === null ? null : { freeBytes: state.disk.freeBytes, totalBytes: state.disk.totalBytes },
        certificateExpiresAt: state.certificate === null ? null : timeText(state.certificate.expiresAt),
        needs: state.alerts.map(({ text, tone }) => ({ level: tone, text })),
      };
    },
  }),
];

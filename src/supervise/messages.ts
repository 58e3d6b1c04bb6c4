/** What the supervisor and its processes say to each other. Both are this program: the tag only tells other senders apart. */
import type { MetricsSnapshot } from '../observe/metrics.ts';

export const processRoles = ['smtp', 'workers', 'console'] as const;
export type ProcessRole = (typeof processRoles)[number];

export type FromSupervisor =
  | { readonly postern: 'stop' }
  | { readonly postern: 'reload' }
  /** Send your metrics. */
  | { readonly postern: 'measure'; readonly id: number }
  /** The answer to `collect`. */
  | { readonly postern: 'collected'; readonly id: number; readonly snapshots: readonly MetricsSnapshot[] };

export type FromProcess =
  /** `address` is what it listens on, for people. */
  | { readonly postern: 'ready'; readonly address: string | null }
  | { readonly postern: 'measured'; readonly id: number; readonly snapshot: MetricsSnapshot }
  /** Asks for the metrics of all processes. */
  | { readonly postern: 'collect'; readonly id: number };

export function isFromSupervisor(message: unknown): message is FromSupervisor {
  return isTagged(message);
}

export function isFromProcess(message: unknown): message is FromProcess {
  return isTagged(message);
}

function isTagged(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'postern' in message;
}

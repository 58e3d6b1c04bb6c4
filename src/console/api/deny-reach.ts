/** Whom deny entries cut off, and what programs are told instead of doing it unasked. */
import { z } from 'zod';
import { type DenyChange, DenyListConflict } from '../../denylist/store.ts';
import type { Struck } from '../deny-preview.ts';
import type { ConsolePorts } from '../ports.ts';
import { Problem } from './problem.ts';

export const struckOne = z.strictObject({
  kind: z.string(),
  who: z.string(),
  tenantId: z.string(),
  isGrave: z.boolean().describe('Cuts a customer off'),
});

export function struckJson({ isGrave, kind, tenantId, who }: Struck): z.input<typeof struckOne> {
  return { kind, who, tenantId, isGrave };
}

/** Ends the call when any of them would be cut off. */
export function refuseGrave(struck: readonly Pick<Struck, 'isGrave' | 'who'>[]): void {
  const grave = struck.filter(({ isGrave }) => isGrave);
  if (grave.length === 0) return;
  const names = grave.slice(0, 3).map(({ who }) => who);
  const more = grave.length > names.length ? ` and ${grave.length - names.length} more` : '';
  throw new Problem('conflict', `It would cut off ${names.join(', ')}${more}; send sure: true if that is meant.`);
}

/** Ends the call when a large import is in the way, or came to nothing. */
export async function applied(
  { deny, now }: Pick<ConsolePorts, 'deny' | 'now'>,
  change: DenyChange,
  actor: string,
): Promise<void> {
  try {
    await deny.apply(change, { actor, at: now() });
  } catch (error) {
    if (error instanceof DenyListConflict) throw new Problem('conflict', error.message);
    throw error;
  }
}

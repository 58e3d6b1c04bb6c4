/** Whether a change of an entry is shown with what it would hit before it is made, and what is shown. */
import type { DenyEntry } from '../../../denylist/entry.ts';
import { isExpired } from '../../../denylist/match.ts';
import { type DenyPreview, lastsNoLonger, previewOf } from '../../deny-preview.ts';
import type { ConsolePorts } from '../../ports.ts';
import type { Typed } from './typed-entry.ts';

export type ReachAsked = {
  readonly preview: DenyPreview;
  /** The entry that it replaces. */
  readonly before: DenyEntry | null;
};

/**
 * What `after` would hit, as long as nobody said that it is meant; null when there is nothing to ask. An entry that hits
 * other mail than `before` did, by another scope or by coming back to life, is always shown; one that is put back as it was
 * (`before` is null), or is only to hold for longer, where it cuts off a customer.
 */
export async function reachAsked(
  ports: ConsolePorts,
  before: DenyEntry | null,
  after: DenyEntry,
  { step, sure }: Pick<Typed, 'step' | 'sure'>,
): Promise<ReachAsked | null> {
  const now = ports.now();
  const isSame = before === null || before.id === after.id;
  if (isSame && (isExpired(after, now) || (before !== null && lastsNoLonger(before, after, now)))) return null;
  const preview = await previewOf(ports, after);
  const isGrave = preview.struck.some((one) => one.isGrave);
  const isOther = !isSame || (before !== null && isExpired(before, now));
  if (!isGrave && (!isOther || step === 'add')) return null;
  if (isGrave && step === 'add' && sure === 'yes') return null;
  const replaced = isSame ? null : await ports.denySearch.get(after.id);
  return { preview, before: replaced };
}

/** Addresses that do not take our mail, a line each. */
import type { UnreachableAddresses } from '../reviews/asked-lines.ts';
import { printable } from './columns.ts';

export function unreachableText(unreachable: UnreachableAddresses): string {
  const lines = [...unreachable].map(
    ([address, { cause, since }]) => `unreachable: ${address} since ${new Date(since).toISOString()}: ${cause}`,
  );
  return lines.map((line) => `${printable(line)}\n`).join('');
}

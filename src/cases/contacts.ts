/** Mail addresses among the contacts of a case. */
import type { Case } from './case.ts';

export function contactAddresses({ contacts }: Pick<Case, 'contacts'>): readonly string[] {
  return contacts.flatMap(({ channel, value }) => (channel === 'email' ? [value] : []));
}

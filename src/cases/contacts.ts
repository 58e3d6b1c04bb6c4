/** The contacts on file of a case: which may confirm, and their mail addresses. */
import type { Case } from './case.ts';
import { contactAgeMs } from './clocks.ts';
import type { ContactPoint } from './evidence.ts';

/**
 * `executive`: may confirm, as far as who it is goes. What stands in billing information counts when it is an executive's
 * (POLICY "Words", contact on file): somebody of that name is on file as an executive, and has been for as long.
 */
export type ContactStanding = 'executive' | 'too-young' | 'technical' | 'billing-alone';

export function contactStanding(of: Pick<Case, 'contacts' | 'openedAt'>, contact: ContactPoint): ContactStanding {
  const isOld = ({ since }: ContactPoint): boolean => of.openedAt - since >= contactAgeMs;
  if (!isOld(contact)) return 'too-young';
  if (contact.role === 'technical') return 'technical';
  const isExecutive = of.contacts.some((way) => way.role === 'executive' && isOld(way) && way.name === contact.name);
  return isExecutive ? 'executive' : 'billing-alone';
}

export function contactAddresses({ contacts }: Pick<Case, 'contacts'>): readonly string[] {
  return contacts.flatMap(({ channel, value }) => (channel === 'email' ? [value] : []));
}

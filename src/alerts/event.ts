/**
 * Something that happened and that staff are to be told of. An event carries ids and words of ours and nothing else: it
 * ends in mails and in other companies' programs, where no customer's word, name or address belongs.
 */
import type { EventAlertKind } from './kind.ts';

export type AlertEvent = {
  readonly kind: EventAlertKind;
  /** Tells this event from all others of its kind: the same key again changes nothing. At most 200 characters. */
  readonly key: string;
  /** Events of one subject are told together; empty where the kind is one group. */
  readonly subject: string;
  /** One of few words that events are counted by, such as the reason of a verdict; null for none. */
  readonly label: string | null;
  /** Id of the mail or case to look at. */
  readonly reference: string;
  /** Epoch milliseconds. */
  readonly at: number;
};

/** What a subject, label or reference may be: no place for an address, a name or a sentence. */
const token = /^[A-Za-z0-9._/:-]{0,100}$/;

/** Throws RangeError for an event that could carry what others wrote. */
export function checkEvent({ key, label, reference, subject }: AlertEvent): void {
  if (key.length === 0 || key.length > 200) throw new RangeError('the key of an alert is 1 to 200 characters');
  for (const text of [subject, label ?? '', reference]) {
    if (!token.test(text)) throw new RangeError('an alert carries ids and closed words only');
  }
}

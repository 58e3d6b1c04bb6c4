/** Weekdays and times of day as settings and contracts write them. */
import { z } from 'zod';

/** ISO 8601: Monday is 1. */
export const weekday = z.literal([1, 2, 3, 4, 5, 6, 7]);
export type Weekday = z.infer<typeof weekday>;

/** All of one form, so that their order as text is their order in time; 24:00 is the end of the day. */
export const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time such as 09:00');

/** Minutes after midnight. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

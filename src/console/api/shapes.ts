/** Shapes that several nouns share. */
import { z } from 'zod';
import { Problem } from './problem.ts';

export const time = z.iso.datetime().describe('UTC');

export function timeText(at: number): string {
  return new Date(at).toISOString();
}

export function timeOrNull(at: number | null): string | null {
  return at === null ? null : timeText(at);
}

export const messageId = z
  .string()
  .regex(/^[0-9a-z]{1,40}-\d{1,4}$/, 'is no message id')
  .describe('Id of a mail in one of its mailboxes');

/** Text for people: no control characters, nothing that turns the direction of what follows. */
export function line(longest: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(
      /^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/u,
      'must be one line without control characters',
    );
}

const mostPerPage = 200;

/** Query of a list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(mostPerPage).default(50),
  after: z.string().max(400).exactOptional().describe('`next` of the page before'),
};

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable().describe('Null on the last page') });
}

/** A place in a list that only this program reads. */
export function cursorOf(place: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Throws a `Problem` when the text is not a cursor that was given out for such a list. */
export function placeOf<Place>(cursor: string | undefined, schema: z.ZodType<Place>): Place | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw badCursor();
  }
}

export function badCursor(): Problem {
  const fault = { field: 'after', message: 'did not come from a page of this list' };
  return new Problem('invalid-request', `${fault.field} ${fault.message}`, { faults: [fault] });
}

/** A page of what a store gave for one more than was asked for. */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  place: (row: Row) => readonly (string | number | null)[],
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    next: rows.length > limit && last !== undefined ? cursorOf(place(last)) : null,
  };
}

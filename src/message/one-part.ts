/** One leaf of a mail with all its octets: for staff who want that part alone. Bounded by the caller, not by the limits of reading. */

import { decodeCharset } from './charset.ts';
import { causeOf } from './content.ts';
import type { PartSummary, ReadLimits } from './message.ts';
import { leavesOf, openMimeReader, summaryOf } from './mime-tree.ts';
import type { RawMail } from './raw-mail.ts';

export type OnePart = PartSummary & {
  /** Transfer-decoded. */
  readonly octets: Buffer;
  readonly charset: string | null;
};

export type OnePartResult =
  | { readonly kind: 'part'; readonly part: OnePart }
  /** The mail has no leaf of this number, or it is longer than `mostOctets`. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'unparseable'; readonly cause: string };

/**
 * @param index Place among the `parts` of the mail's content, from 0.
 * Rejects only when the raw mail itself cannot be read.
 */
export async function readOnePart(
  raw: RawMail,
  index: number,
  limits: ReadLimits,
  mostOctets: number,
): Promise<OnePartResult> {
  const mime = openMimeReader(limits, { index, octets: mostOctets });
  for await (const chunk of raw.open()) await mime.write(chunk);
  try {
    const { root } = await mime.finish();
    const leaf = leavesOf(root)[index];
    if (leaf === undefined || leaf.octets.length < leaf.size) return { kind: 'missing' };
    return { kind: 'part', part: { ...summaryOf(leaf), octets: leaf.octets, charset: leaf.charset } };
  } catch (error) {
    return { kind: 'unparseable', cause: causeOf(error) };
  }
}

/** The text of a part in the charset that it names. */
export function textOfPart({ charset, octets }: Pick<OnePart, 'charset' | 'octets'>): string {
  return decodeCharset(octets, charset);
}

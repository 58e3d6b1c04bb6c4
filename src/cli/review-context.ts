/** What the commands of `postern review` share. */
import { InvalidArgumentError } from 'commander';
import { printable } from './columns.ts';
import type { CliContext } from './context.ts';
import type { OpenReviews } from './open-reviews.ts';

export type ReviewContext = CliContext & {
  /** Rejects with a `CliError` of exit code 69 when there are no records. */
  openReviews(): Promise<OpenReviews>;
};

export function readNote(value: string): string {
  const note = printable(value).trim();
  if (note === '' || note.length > 500) throw new InvalidArgumentError('not a line of 1 to 500 characters.');
  return note;
}

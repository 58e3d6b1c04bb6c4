/**
 * Each act leaves a row in the audit log. Every test that acts on the console's pages is a proof of it: a form that was
 * taken, or a file that was handed out, while the log did not grow is a breach, named when the test closes its console.
 * Pages that answer a form by a page of their own (a link for somebody, a token) may also be a question put back: what
 * those leave is said in their own tests, as it is of the API, where dry runs and repetitions answer 200 too.
 */
import { apiBase } from '../../src/console/api/app.ts';

/** What rightly leaves no row, and why. */
const noActs: readonly (readonly [path: RegExp, why: string])[] = [
  [/^\/verify\//, 'nobody of staff; what became of it stands with the mail'],
];
/** Where one is led when nothing was done. */
const undone: readonly RegExp[] = [
  /^\/log-in\b/, // the session is over
  /^\/account$/, // a second factor is to be set up first
  /[?&]refused=/,
  /[?&]done=(?:gone|no-passkey|ticket-unchanged)\b/,
  /^\/alerts(?:\?ended=0|\?parked=gone)?$/,
];

export type Acted = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly location: string | null;
  /** Something to be saved. */
  readonly isFile: boolean;
};

export function isAct({ isFile, location, method, path, status }: Acted): boolean {
  if (method !== 'POST' || path.startsWith(`${apiBase}/`)) return false;
  if (noActs.some(([noPath]) => noPath.test(path))) return false;
  if (status === 200) return isFile;
  return status === 303 && location !== null && !undone.some((place) => place.test(location));
}

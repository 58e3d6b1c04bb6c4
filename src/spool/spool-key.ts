/**
 * Where an entry lies. The spool key is the mail id itself, because jobs name it before anything is stored; the id
 * begins with the time of arrival, which gives a folder for each hour of each day (UTC).
 */
import { SpoolMissing } from './errors.ts';

// Nine digits in base 36: milliseconds. An id that begins otherwise lies in some folder as well, always the same one.
const timeDigits = 9;
const latest = Date.UTC(9999, 11, 31);

/** `2026-11-22/09`. */
export function folderOf(mailId: string): string {
  return folderAt(Number.parseInt(mailId.slice(0, timeDigits), 36));
}

/** Folders sort by time as text. */
function folderAt(time: number): string {
  const date = new Date(Math.min(Math.max(time, 0), latest)).toISOString();
  return `${date.slice(0, 10)}/${date.slice(11, 13)}`;
}

export function isMailId(text: string): boolean {
  return /^[0-9a-z]{1,64}$/.test(text);
}

/** A key from a job is not trusted to be a name: it must not lead out of the spool. Throws `SpoolMissing`. */
export function checkedMailId(spoolKey: string): string {
  if (!isMailId(spoolKey)) throw new SpoolMissing('this is no spool key');
  return spoolKey;
}

/** How long a mail may take from its first octet to its commit: its folder is that of the first. */
const longestArrivalMs = 3 * 3_600_000;

/** No entry that was committed at or after `since` lies in an earlier folder. */
export function firstFolder(since: number): string {
  return folderAt(since - longestArrivalMs);
}

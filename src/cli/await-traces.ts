/**
 * Finds the trace of mails that were just submitted. The reply tells no id, so a mail is known by the client port it came
 * from and by the time: one session sends its mails one after the other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageIdsOf } from '../intake/mail-id.ts';
import type { TraceTable } from '../records/schema.ts';
import type { OpenTrace } from './open-trace.ts';
import type { Submission } from './smtp-submitter.ts';

export type TraceRow = Readonly<TraceTable>;

export type AwaitOptions = {
  /** Milliseconds after which mails without a trace are given up. */
  readonly patienceMs: number;
  /** Called with the number of mails whose trace was found since the last call. */
  readonly onFound: (count: number) => void;
};

const lookEveryMs = 100;
const pageSize = 500;

/** Resolves with the rows by submission; one row for each mailbox, in their order. Mails that leave no trace have none. */
export async function awaitTraces(
  { trace }: Pick<OpenTrace, 'trace'>,
  submissions: readonly Submission[],
  { patienceMs, onFound }: AwaitOptions,
): Promise<ReadonlyMap<Submission, readonly TraceRow[]>> {
  const found = new Map<Submission, readonly TraceRow[]>();
  const ports = new Map<string, number>();
  const portOf = async (row: TraceRow): Promise<number> => {
    const known = ports.get(row.mail_id);
    if (known !== undefined) return known;
    const port = (await trace.get(row.message_id))?.judged.envelope.client.port ?? 0;
    ports.set(row.mail_id, port);
    return port;
  };

  const deadline = performance.now() + patienceMs;
  let missing = submissions.filter(leavesTrace);
  while (missing.length > 0) {
    const mails = Map.groupBy(await rowsWithin(trace, missing), (row) => row.mail_id);
    for (const submission of missing) {
      const rows = await rowsOf(submission, [...mails.values()], portOf);
      if (rows !== null) found.set(submission, rows);
    }
    const left = missing.filter((submission) => !found.has(submission));
    onFound(missing.length - left.length);
    missing = left;
    if (performance.now() > deadline) break;
    if (missing.length > 0) await sleep(lookEveryMs);
  }
  return found;
}

/** A mail that was taken, or refused for what it is. One that was too large or deferred was never judged. */
function leavesTrace({ reply, wasRead }: Submission): boolean {
  if (reply === null || !wasRead) return false;
  return reply.code < 300 || (reply.code >= 500 && reply.code !== 552);
}

async function rowsWithin(trace: OpenTrace['trace'], missing: readonly Submission[]): Promise<readonly TraceRow[]> {
  const since = Math.min(...missing.map(({ startedAt }) => startedAt));
  const until = Math.max(...missing.map(({ repliedAt }) => repliedAt)) + 1;
  const rows: TraceRow[] = [];
  let after: string | null = null;
  do {
    const page = await trace.search({ since, until, limit: pageSize, ...(after === null ? {} : { after }) });
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
}

async function rowsOf(
  submission: Submission,
  mails: readonly (readonly TraceRow[])[],
  portOf: (row: TraceRow) => Promise<number>,
): Promise<readonly TraceRow[] | null> {
  for (const rows of mails) {
    const [row] = rows;
    if (row === undefined || row.received_at < submission.startedAt || row.received_at > submission.repliedAt) continue;
    if ((await portOf(row)) !== submission.localPort) continue;
    const mailboxes = messageIdsOf(row.mail_id)?.length ?? 1;
    return rows.length < mailboxes ? null : rows.toSorted(byMailbox);
  }
  return null;
}

function byMailbox(one: TraceRow, other: TraceRow): number {
  return indexOf(one) - indexOf(other);
}

function indexOf({ message_id }: TraceRow): number {
  return Number(message_id.slice(message_id.lastIndexOf('-') + 1));
}

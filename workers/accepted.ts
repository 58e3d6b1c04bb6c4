/**
 * An accepted mail: its trace, and a ticket in the same transaction.
 *
 * Steps: read sidecar and raw mail -> what the ticket will hold -> one transaction (trace, ticket, deliveries) -> give the
 * deliveries to the lanes that have room, wake the others. Each step may be the last one of this worker: nothing is
 * outside of the transaction but the last one, and the poll of the lanes makes up for a lost wake at once and for a lost
 * delivery when its lease is over.
 */
import type { HandoffDocument } from '../src/handoff/document.ts';
import type { Sidecar } from '../src/intake/sidecar.ts';
import type { JudgedMail } from '../src/jobs/judged-mail.ts';
import type { RawMail } from '../src/message/raw-mail.ts';
import type { Taken } from '../src/records/handoff.ts';
import type { TicketContent } from '../src/tickets/content.ts';
import { type DraftSettings, ticketDraft } from '../src/tickets/draft.ts';
import type { HandlerDeps, Recorded, TraceInput } from './deps.ts';
import { type Handler, HopelessJob } from './handler.ts';
import { ofSpool, readPayload, recordJudged, resultOf } from './judged.ts';
import type { Places } from './lanes.ts';

export type AcceptedDeps = {
  readonly spool: { entry(spoolKey: string): Promise<{ readonly sidecar: Sidecar; readonly raw: RawMail }> };
  /** Reads a mail without holding the event loop. Never rejects for what the mail holds. */
  readonly read: (raw: RawMail) => Promise<TicketContent>;
  readonly settings: DraftSettings;
  /**
   * Wakes the lanes of these targets: by jobs of the queue `handoff`, or directly where the lanes run in this process,
   * which saves a job for each target.
   */
  readonly handOver: (event: string, targets: readonly string[]) => Promise<void>;
  /** Where the lanes run in this process: room in them, so that what is written is sent without being read again. */
  readonly reserve: (targets: readonly string[]) => Places<HandoffDocument>;
};

/** Records the mail only: for a gateway without targets, and for tests. */
export const accepted: Handler<'accepted'> = {
  name: 'accepted',
  handle: async (payload, deps) => recordJudged(readPayload(payload, 'accepted'), deps),
};

export function createAccepted(own: AcceptedDeps): Handler<'accepted'> {
  return {
    name: 'accepted',
    handle: async (payload, deps) => {
      const mail = readPayload(payload, 'accepted');
      const spoolKey = spoolKeyOf(mail);
      const { content, sidecar } = await ofSpool(async () => {
        const entry = await own.spool.entry(spoolKey);
        return { sidecar: entry.sidecar, content: await own.read(entry.raw) };
      });
      const ticket = ticketDraft({ mail, sidecar, content }, own.settings);
      const places = own.reserve(ticket.targets);
      const recorded = await recordTaking({ mail, sidecar, ticket }, places, deps);
      // A copy has no ticket of its own. One that was recorded before is handed over again: the worker may have died here.
      const waking = ticket.targets.filter((target) => !takenOf(recorded).some((taken) => taken.target === target));
      if (resultOf(recorded).linkedTo === null && waking.length > 0) await own.handOver(mail.messageId, waking);
      return resultOf(recorded);
    },
  };
}

/** The places are filled or given back, whatever happens. */
async function recordTaking(input: TraceInput, places: Places<HandoffDocument>, deps: HandlerDeps): Promise<Recorded> {
  let taken: readonly Taken[] = [];
  try {
    const { leaseMs, targets } = places;
    const recorded = await deps.record(targets.length === 0 ? input : { ...input, taking: { targets, leaseMs } });
    taken = takenOf(recorded);
    return recorded;
  } finally {
    places.use(taken);
  }
}

function takenOf(recorded: Recorded): readonly Taken[] {
  return recorded.kind === 'recorded' ? (recorded.taken ?? []) : [];
}

function spoolKeyOf({ spoolKey }: JudgedMail): string {
  if (spoolKey === null) throw new HopelessJob('an accepted mail that was not kept');
  return spoolKey;
}

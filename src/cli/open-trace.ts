/** Message trace, session refusals and tickets of the configured records, opened for reading. */
import type { RefusalRecords } from '../records/refusals.ts';
import type { TicketRecords } from '../records/tickets.ts';
import type { TraceRecords } from '../records/trace.ts';

export type OpenTrace = {
  readonly trace: Pick<TraceRecords, 'get' | 'search'>;
  readonly refusals: Pick<RefusalRecords, 'search'>;
  readonly tickets: Pick<TicketRecords, 'byNumber'>;
  close(): Promise<void>;
};

/** What `postern case` works with; `main/` makes the real one. */

import type { Sign } from '../case-file/issue-order.ts';
import type { Staff } from '../cases/actor.ts';
import type { Communication } from '../cases/event.ts';
import type { AuditExtract } from '../records/case-audit.ts';
import type { CaseRecords } from '../records/cases.ts';
import type { CliContext } from './context.ts';

export type CaseTools = {
  readonly cases: CaseRecords;
  readonly sign: Sign;
  /** Armored. */
  publicKey(fingerprint: string): string;
  /** A mail that the gateway has recorded, as part of a case; null when there is none. */
  communicationOf(messageId: string): Promise<Communication | null>;
  /** Its raw octets; null when they are gone. */
  rawMail(messageId: string): Promise<Buffer | null>;
  audit(caseId: string): Promise<AuditExtract>;
  close(): Promise<void>;
};

export type CaseContext = Pick<CliContext, 'stdout' | 'stderr' | 'cwd' | 'now'> & {
  /** Who acts: one person is the same on every way in, or four eyes are two. */
  staff(): Promise<Staff>;
  /** Rejects with a `CliError` of exit code 69 when the records cannot be opened. */
  openCases(): Promise<CaseTools>;
};

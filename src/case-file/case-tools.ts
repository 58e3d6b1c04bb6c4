/** The stores and keys that cases are worked on with, on every way in; `main/` makes the real ones. */
import type { Communication } from '../cases/event.ts';
import type { AuditExtract } from '../records/case-audit.ts';
import type { CaseRecords } from '../records/cases.ts';
import type { NoticeRecords } from '../records/notices.ts';
import type { Sign } from './issue-order.ts';
import type { EngineeringWay } from './order-progress.ts';

export type CaseTools = {
  readonly cases: CaseRecords;
  readonly engineering: EngineeringWay;
  readonly sign: Sign;
  /** Armored. */
  publicKey(fingerprint: string): Promise<string>;
  /** A mail that the gateway has recorded, as part of a case; null when there is none. */
  communicationOf(messageId: string): Promise<Communication | null>;
  /** Its raw octets; null when they are gone. */
  rawMail(messageId: string): Promise<Buffer | null>;
  audit(caseId: string): Promise<AuditExtract>;
  /** Which addresses do not take our mail. */
  readonly unreachable: NoticeRecords['unreachable'];
};

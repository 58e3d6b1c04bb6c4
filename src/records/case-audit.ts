/** What the audit log says about one case, with what proves that it stands in the log's chain. */
import { type AuditHead, type AuditVerification, auditRecords } from './audit.ts';
import type { Records } from './open-records.ts';
import type { AuditLogTable } from './schema.ts';

export type AuditExtract = {
  /** Oldest first; `detail` is the text that was hashed. */
  readonly rows: readonly AuditLogTable[];
  readonly head: AuditHead;
  /** Of the whole log, at the time of the extract. */
  readonly verification: AuditVerification;
};

export async function auditExtract(records: Records, caseId: string): Promise<AuditExtract> {
  const audit = auditRecords(records);
  const verification = await audit.verify();
  const rows = await records.db
    .selectFrom('audit_log')
    .selectAll()
    .where('subject', '=', caseId)
    .orderBy('seq')
    .execute();
  return { rows, head: await audit.head(), verification };
}

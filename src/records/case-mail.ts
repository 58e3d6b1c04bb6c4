/** Which judged mails open or join recovery cases. */
import { procedureOfRequest } from '../cases/procedure.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { CaseMail } from './cases.ts';

/** Null for mail that has nothing to do with recovery. A doubtful one waits in an unnamed case for staff. */
export function caseMailOf(mail: JudgedMail): CaseMail | null {
  const { classification, messageId, receivedAt, sender, verdict } = mail;
  const procedure = procedureOfRequest(classification?.request.kind ?? '');
  const isRecovery = verdict.reason === 'recovery' || verdict.reason === 'doubtful';
  if (procedure === null || verdict.outcome !== 'escalated' || !isRecovery) return null;
  return {
    messageId,
    receivedAt,
    address: sender.address,
    tenantId: sender.tenant,
    procedure: verdict.reason === 'recovery' ? procedure : null,
  };
}

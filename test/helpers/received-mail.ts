/** A mail as it stands after intake: in the spool with its sidecar, judged by the rules, and in the trace. */
import type { Evidence } from '../../src/evidence/finding.ts';
import { judgedMail } from '../../src/intake/judged.ts';
import { newMailId } from '../../src/intake/mail-id.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import type { Records } from '../../src/records/open-records.ts';
import { traceRecords } from '../../src/records/trace.ts';
import type { LocalSpool } from '../../src/spool/local-spool.ts';
import { decide } from '../../src/verdict/decide.ts';
import { sidecar } from '../records/mails.ts';
import { defaultPolicy } from './default-policy.ts';
import { evidenceWith } from './evidence.ts';
import { buildMail } from './mail-builder.ts';

const support = { address: 'support@postern.test', department: 'support' } as const;

/** A mail that was judged, committed and recorded. */
export async function receivedMail(
  { records, spool }: { readonly records: Records; readonly spool: LocalSpool },
  body: string,
  ...changes: readonly Partial<Evidence>[]
): Promise<JudgedMail> {
  const receivedAt = Date.now();
  const mailId = newMailId(receivedAt, 1);
  const evidence: Evidence = { ...evidenceWith(...changes), receivedAt };
  const verdict = decide(evidence, support, defaultPolicy, receivedAt);
  if (verdict.outcome === 'deferred') throw new Error('deferred');
  const beside = sidecar({ messageId: `${mailId}-0`, receivedAt });
  const mail = judgedMail({
    mailId,
    index: 0,
    mailbox: support.address,
    envelope: { ...beside.envelope, mailFrom: 'bounce@evil.example' },
    evidence,
    verdict,
    spoolKey: mailId,
  });
  const arrival = await spool.begin(mailId);
  await arrival.write(buildMail({ body, fields: ['Reply-To: thief@evil.example'], subject: '<b>Question</b>' }));
  const raw = await arrival.complete();
  const whole = {
    ...beside,
    evidence,
    size: raw.size,
    sha256: raw.sha256,
    judgements: [{ mailbox: support.address, verdict, job: mail }],
  };
  await arrival.commit(whole);
  await traceRecords(records).record([{ mail, sidecar: whole }], receivedAt);
  return mail;
}

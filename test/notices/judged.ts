/** Mail judged by the real rules, as the workers get it. */
import type { Evidence } from '../../src/evidence/finding.ts';
import { judgedMail } from '../../src/intake/judged.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import type { Envelope } from '../../src/message/envelope.ts';
import { decide } from '../../src/verdict/decide.ts';
import type { Department, Verdict } from '../../src/verdict/verdict.ts';
import { defaultPolicy } from '../helpers/default-policy.ts';
import { evidenceWith, mailboxOf, receivedAt } from '../helpers/evidence.ts';

export type Judged = { readonly judged: JudgedMail; readonly evidence: Evidence };

/** Addresses that an unproven mail carries and that nobody may ever write to because of it. */
export const envelopeSender = 'envelope@elsewhere.example';

export const envelope: Envelope = {
  client: { ip: '192.0.2.1', port: 40_000 },
  helo: 'mx.example.com',
  mailFrom: envelopeSender,
  recipients: ['support@postern.test'],
  tls: null,
  smtpUtf8: false,
};

/** The differences of the evidence, judged in a mailbox of this department. */
export function judge(changes: readonly Partial<Evidence>[], department: Department = 'support'): Judged {
  const evidence = evidenceWith(...changes);
  const mailbox = mailboxOf(department);
  const decision = decide(evidence, mailbox, defaultPolicy, receivedAt);
  if (decision.outcome === 'deferred') throw new Error('was deferred');
  return withVerdict(evidence, decision, mailbox.address);
}

export function withVerdict(evidence: Evidence, verdict: Verdict, mailbox = 'support@postern.test'): Judged {
  const input = { mailId: '01jtest', index: 0, mailbox, envelope, evidence, verdict, spoolKey: '01jtest' };
  return { evidence, judged: judgedMail(input) };
}

/** Payloads as the listener would enqueue them. */
import { type JudgedMail, judgedMailSchema } from '../../src/jobs/judged-mail.ts';

type Changes = {
  readonly messageId?: string;
  readonly outcome?: JudgedMail['verdict']['outcome'];
  readonly spoolKey?: string | null;
  readonly receivedAt?: number;
};

const reasons = { accepted: 'admin', rejected: 'malformed', escalated: 'unproven-sender' } as const;
const rules = { accepted: 'W-PRIMARY', rejected: 'R-FORM', escalated: 'W-CLAIMED' } as const;

export function judgedMail(changes: Changes = {}): JudgedMail {
  const outcome = changes.outcome ?? 'accepted';
  return judgedMailSchema.parse({
    v: 1,
    messageId: changes.messageId ?? '01jtest-0',
    receivedAt: changes.receivedAt ?? 1_700_000_000_000,
    spoolKey: changes.spoolKey === undefined ? '01jtest' : changes.spoolKey,
    envelope: {
      client: { ip: '192.0.2.7', port: 40_000 },
      helo: 'mail.example.com',
      mailFrom: 'ada@example.com',
      recipient: 'support@postern.test',
      tls: null,
    },
    sender: { address: 'ada@example.com', tenant: 't1', admin: 'a1', proof: ['domain'] },
    verdict: {
      outcome,
      reason: reasons[outcome],
      rule: rules[outcome],
      detail: ['why'],
      department: 'support',
      assurance: 'proven',
      severity: 3,
      prohibitions: [],
      silent: false,
    },
    classification: null,
  });
}

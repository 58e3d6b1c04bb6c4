/** Judged mails and sidecars for the tests of the stores. */
import type { Assurance, Evidence } from '../../src/evidence/finding.ts';
import type { Sidecar } from '../../src/intake/sidecar.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import type { TraceInput } from '../../src/records/trace.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';

export type MailTraits = {
  readonly messageId: string;
  readonly receivedAt?: number;
  readonly outcome?: Verdict['outcome'];
  readonly assurance?: Assurance;
  readonly from?: string;
  readonly mailFrom?: string;
  readonly recipient?: string;
  readonly ip?: string;
  readonly subject?: string;
  readonly rfcMessageId?: string | null;
  readonly contentDigest?: string;
  readonly sha256?: string;
  readonly replayKeys?: readonly string[];
  readonly denyHits?: readonly string[];
};

const reasons = { accepted: 'admin', rejected: 'deny-listed', escalated: 'unproven-sender' } as const;
const rules = { accepted: 'W-PRIMARY', rejected: 'R-DENY', escalated: 'W-CLAIMED' } as const;

export function judgedMail(traits: MailTraits): JudgedMail {
  const outcome = traits.outcome ?? 'accepted';
  const common = {
    rule: rules[outcome],
    detail: ['why it is so'],
    department: 'support' as const,
    assurance: traits.assurance ?? 'proven',
    severity: 3 as const,
    prohibitions: [],
    silent: false,
  };
  return {
    v: 1,
    messageId: traits.messageId,
    receivedAt: traits.receivedAt ?? 1_000,
    spoolKey: `2026-11-22/09/${mailIdOf(traits)}`,
    envelope: {
      client: { ip: traits.ip ?? '192.0.2.1', port: 4321 },
      helo: 'mx.example.com',
      mailFrom: traits.mailFrom ?? traits.from ?? 'ada@example.com',
      recipient: traits.recipient ?? 'support@postern.test',
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    },
    sender: { address: traits.from ?? 'ada@example.com', tenant: 't1', admin: 'a1', proof: ['domain'] },
    verdict: verdictOf(outcome, common),
    classification: null,
  };
}

function verdictOf(
  outcome: Verdict['outcome'],
  common: Omit<JudgedMail['verdict'], 'outcome' | 'reason'>,
): JudgedMail['verdict'] {
  if (outcome === 'accepted') return { ...common, outcome, reason: reasons[outcome] };
  if (outcome === 'rejected') return { ...common, outcome, reason: reasons[outcome] };
  return { ...common, outcome, reason: reasons[outcome] };
}

export function sidecar(traits: MailTraits): Sidecar {
  const job = judgedMail(traits);
  return {
    v: 1,
    mailId: mailIdOf(traits),
    receivedAt: job.receivedAt,
    size: 4_096,
    sha256: traits.sha256 ?? `sha-${traits.messageId}`,
    contentDigest: traits.contentDigest ?? `digest-${traits.messageId}`,
    rfcMessageId: traits.rfcMessageId === undefined ? `<${traits.messageId}@example.com>` : traits.rfcMessageId,
    subject: traits.subject ?? 'The printer is on fire',
    envelope: {
      client: job.envelope.client,
      helo: job.envelope.helo,
      mailFrom: job.envelope.mailFrom,
      recipients: [job.envelope.recipient],
      tls: job.envelope.tls,
      smtpUtf8: false,
    },
    evidence: evidence(traits),
    judgements: [{ mailbox: job.envelope.recipient, verdict: job.verdict, job }],
    reply: { code: 250, enhanced: '2.0.0', text: 'Accepted' },
    replayKeys: traits.replayKeys ?? [],
    timings: { parse: 1.5, total: 9.25 },
  };
}

export function traceInput(traits: MailTraits): TraceInput {
  return { mail: judgedMail(traits), sidecar: sidecar(traits) };
}

function mailIdOf(traits: MailTraits): string {
  return traits.messageId.slice(0, traits.messageId.lastIndexOf('-'));
}

function evidence(traits: MailTraits): Evidence {
  const none = { result: 'none', cause: '' } as const;
  const address = traits.from ?? 'ada@example.com';
  return {
    receivedAt: traits.receivedAt ?? 1_000,
    form: [],
    author: { address, domain: address.slice(address.lastIndexOf('@') + 1), displayName: 'Ada' },
    nullSender: false,
    domain: {
      spf: { ...none, domain: 'example.com', aligned: true, exact: true },
      dkim: { ...none, signatures: [], ignored: 0 },
      dmarc: { ...none, policy: null },
      arc: { ...none, sealer: null, trusted: false, sawDmarcPass: false },
    },
    pgp: {
      ...none,
      fingerprint: null,
      signer: null,
      signedAt: null,
      boundBy: null,
      encrypted: false,
      replayKey: null,
    },
    sender: { standing: { kind: 'unregistered' }, lookalike: null },
    denylist: {
      result: traits.denyHits === undefined ? 'none' : 'hit',
      hits: (traits.denyHits ?? []).map((id) => ({
        entry: {
          id,
          kind: 'email',
          value: address,
          reason: 'spam',
          note: '',
          scope: { kind: 'global' },
          expiresAt: null,
          createdBy: 'grace',
          createdAt: 1,
        },
        subject: 'author',
        matched: address,
      })),
    },
    transport: { tls: 'TLSv1.3', ip: traits.ip ?? '192.0.2.1', helo: 'mx.example.com' },
    content: { result: 'unparseable', cause: 'made up for a test' },
    proofs: [],
    assurance: traits.assurance ?? 'proven',
    missingAnswer: null,
    deferredSince: null,
    supportCeased: false,
  };
}

/** Records, an SMTP sink and a desk of notices on them, with a clock that a test moves. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegisteredKey } from '../../src/directory/tenant.ts';
import type { Evidence } from '../../src/evidence/finding.ts';
import { judgedMail } from '../../src/intake/judged.ts';
import type { Sidecar } from '../../src/intake/sidecar.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { signingKeyOf } from '../../src/notices/mail-keys.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { type NoticeRecords, noticeRecords } from '../../src/records/notices.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { type TicketRecords, ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { openRelay, type Relay } from '../../src/relay/relay.ts';
import { defaultCalendar } from '../../src/sla/calendar.ts';
import { dueAt } from '../../src/sla/response-time.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { replyAddress } from '../../src/tickets/reply-token.ts';
import { decide } from '../../src/verdict/decide.ts';
import type { Department } from '../../src/verdict/verdict.ts';
import type { TraceInput } from '../../workers/deps.ts';
import { type NoticeDesk, type NoticeDeskOptions, openNoticeDesk } from '../../workers/notice-desk.ts';
import { type NoticeSenderOptions, noticeSender } from '../../workers/targets/notice.ts';
import { defaultPolicy } from './default-policy.ts';
import { content, evidenceWith, mailboxOf, receivedAt } from './evidence.ts';
import { type SmtpSink, startSmtpSink } from './relay-sink.ts';
import { ticketDraft } from './ticket-draft.ts';

export const envelopeSender = 'envelope@elsewhere.example';

/** One mail as the gateway would have judged it. */
export type Coming = {
  readonly mailId: string;
  readonly raw: Buffer;
  readonly changes?: readonly Partial<Evidence>[];
  readonly department?: Department;
  /** The id in its Message-ID field; without it the mail has none. */
  readonly rfcMessageId?: string;
};

export type NoticeWorld = {
  readonly records: Records;
  readonly notices: NoticeRecords;
  readonly tickets: TicketRecords;
  readonly sink: SmtpSink;
  readonly keys: RegisteredKey[];
  /** What contracts ask for. */
  requiresPgp: boolean;
  now: number;
  /** What a worker would be handed for this mail. */
  judged(mail: Coming): Promise<TraceInput>;
  /** Writes the trace, and a ticket for accepted mail. */
  record(input: TraceInput): Promise<void>;
  /** `judged`, `record`, then the desk's decision and its try to send. Resolves with the decision. */
  receive(desk: NoticeDesk, mail: Coming): Promise<string>;
  /** A desk; stopped at the end. `relay: null` has none. */
  desk(
    changes?: Partial<NoticeDeskOptions> & {
      readonly relay?: Relay | null;
      readonly signingKey?: NoticeSenderOptions['signingKey'];
    },
  ): NoticeDesk;
  relay(): Relay;
  stop(): Promise<void>;
};

export async function openNoticeWorld(): Promise<NoticeWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-notices-'));
  const records = await openRecords({ url: `sqlite:${join(folder, 'p.db')}`, logger: silentLogger() });
  await migrate(records);
  const sink = await startSmtpSink();
  const mails = new Map<string, Buffer>();
  const desks: NoticeDesk[] = [];
  const [notices, tickets, trace] = [noticeRecords(records), ticketRecords(records), traceRecords(records)];
  const tokenKeys = [randomBytes(32)] as const;

  const relay = (): Relay =>
    openRelay({
      host: '127.0.0.1',
      port: sink.port,
      tls: 'required',
      login: null,
      dkim: null,
      name: 'postern.test',
      maxConnections: 2,
      timeoutMs: 5_000,
      ca: sink.ca,
    });

  const world: NoticeWorld = {
    records,
    notices,
    tickets,
    sink,
    keys: [],
    requiresPgp: false,
    now: receivedAt,
    relay,
    async judged({ changes = [], department = 'support', mailId, raw, rfcMessageId }) {
      mails.set(mailId, raw);
      const message = await readMessage(memoryMail(raw), defaultReadLimits);
      const marks = message.content.kind === 'parsed' ? message.content.content.automatic : {};
      const evidence = evidenceWith({ receivedAt: world.now, content: content(marks) }, ...changes);
      const mailbox = mailboxOf(department);
      const verdict = decide(evidence, mailbox, defaultPolicy, world.now);
      if (verdict.outcome === 'deferred') throw new Error('was deferred');
      const envelope = {
        client: { ip: '192.0.2.1', port: 40_000 },
        helo: 'mx.example.com',
        mailFrom: envelopeSender,
        recipients: [mailbox.address],
        tls: null,
        smtpUtf8: false,
      };
      const job = judgedMail({
        mailId,
        index: 0,
        mailbox: mailbox.address,
        envelope,
        evidence,
        verdict,
        spoolKey: mailId,
      });
      return {
        mail: job,
        sidecar: sidecarOf(job, { mailId, raw, rfcMessageId: rfcMessageId ?? null, evidence, envelope }),
        ticket: draftOf(job),
      };
    },
    async record(input) {
      await trace.record([input], world.now);
    },
    async receive(desk, mail) {
      const input = await world.judged(mail);
      await world.record(input);
      const decided = await desk.decide(input.mail.messageId);
      desk.wake();
      await desk.idle();
      return decided;
    },
    desk({ relay: given, signingKey, ...changes } = {}) {
      const by = given === undefined ? relay() : given;
      const desk = openNoticeDesk({
        records: notices,
        suppressed: () => undefined,
        trace,
        tickets,
        read: async (spoolKey) => {
          const raw = mails.get(spoolKey);
          if (raw === undefined) throw Object.assign(new Error('is not there'), { name: 'SpoolMissing' });
          return readMessage(memoryMail(raw), defaultReadLimits);
        },
        sender:
          by === null
            ? null
            : noticeSender({
                relay: by,
                keysOf: async (address) => world.keys.filter((key) => key.address === address),
                requiresPgp: async () => world.requiresPgp,
                signingKey: signingKey ?? ((now) => signingKeyOf([], now)),
                maxAgeMs: 86_400_000,
                observe: () => undefined,
              }),
        isOwn: (address) => address.endsWith('@postern.test'),
        ownDomains: ['postern.test'],
        replyAddress: (number, mailbox) => replyAddress(number, mailbox, tokenKeys),
        letters: {
          signature: 'Postern support',
          adminPortal: 'https://portal.example/',
          knowledgeBase: 'https://help.example/',
        },
        limits: { windowMs: 3_600_000, perAddressPerDay: 10, perHour: 1_000 },
        schedule: { firstMs: 10_000, longestMs: 600_000, parkAfterMs: 86_400_000, maxRefusals: 3, refusalsOfAll: null },
        breaker: { trips: 3, firstWaitMs: 5_000, longestWaitMs: 60_000 },
        atOnce: 4,
        leaseMs: 60_000,
        logger: silentLogger(),
        now: () => world.now,
        chance: () => 0.5,
        ...changes,
      });
      desks.push(desk);
      return desk;
    },
    async stop() {
      for (const desk of desks) await desk.stop();
      await sink.stop();
      await records.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

type Beside = Pick<Sidecar, 'mailId' | 'evidence' | 'envelope' | 'rfcMessageId'> & Pick<Coming, 'raw'>;

function sidecarOf(job: JudgedMail, { envelope, evidence, mailId, raw, rfcMessageId }: Beside): Sidecar {
  return {
    v: 1,
    mailId,
    receivedAt: job.receivedAt,
    size: raw.length,
    sha256: mailId,
    contentDigest: raw.toString('base64').slice(0, 64),
    rfcMessageId,
    subject: 'Question',
    envelope,
    evidence,
    judgements: [{ mailbox: job.envelope.recipient, verdict: job.verdict, job }],
    reply: { code: 250, enhanced: '2.0.0', text: 'Received' },
    replayKeys: [],
    timings: {},
  };
}

/** As a standard tenant's request of severity 1 would have it. */
function draftOf({ receivedAt: openedAt, sender, verdict }: JudgedMail) {
  const isTenant = verdict.outcome === 'accepted' && verdict.reason === 'admin';
  const times = dueAt({ tier: 'standard', severity: 1, openedAt, calendar: defaultCalendar });
  return ticketDraft({
    sender: { address: sender.address, isProven: true, tenantId: isTenant ? sender.tenant : null, isAdmin: isTenant },
    clock: isTenant && times !== null ? startClock(openedAt, 'business', times) : null,
    tier: isTenant ? 'standard' : null,
  });
}

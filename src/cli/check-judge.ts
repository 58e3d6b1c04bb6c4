/** One mail judged by itself: all stores are files or read-only, and nothing is remembered. */
import { randomUUID } from 'node:crypto';
import { canonicalAddress } from '../address/mailbox.ts';
import type { Config } from '../config/config.ts';
import type { Evidence } from '../evidence/finding.ts';
import type { DecryptionKey } from '../evidence/pgp.ts';
import type { DenylistPort, DirectoryPort, Resolver } from '../evidence/ports.ts';
import { classifyHere } from '../intake/classifier.ts';
import {
  domainLimitsOf,
  inlineLimitsOf,
  ownNamesOf,
  pgpLimitsOf,
  policyOf,
  readLimitsOf,
} from '../intake/configured.ts';
import { createGatherer } from '../intake/gather.ts';
import { senderOf } from '../intake/judged.ts';
import type { OwnNames } from '../intake/own-names.ts';
import { createReaderPool } from '../intake/reader-pool.ts';
import { startStopwatch } from '../intake/stopwatch.ts';
import { readAuthor } from '../message/author.ts';
import type { Envelope } from '../message/envelope.ts';
import { createHeaderCollector, scanHeader } from '../message/header.ts';
import { lineEndingFaults } from '../message/line-endings.ts';
import type { ReadLimits } from '../message/message.ts';
import { memoryMail } from '../message/raw-mail.ts';
import type { Notice } from '../notices/notice.ts';
import { noticeFor } from '../notices/notice-for.ts';
import type { Logger } from '../observe/logger.ts';
import { type Explained, explain } from '../verdict/decide.ts';
import { replyFor } from '../verdict/reply.ts';
import type { Defer, Mailbox, Reply, Verdict } from '../verdict/verdict.ts';

export type JudgeSetup = {
  readonly config: Config;
  readonly directory: DirectoryPort;
  readonly denylist: DenylistPort;
  readonly resolver: () => Resolver;
  readonly decryptionKeys: readonly DecryptionKey[];
  readonly logger: Logger;
};

export type JudgeInput = {
  readonly bytes: Buffer;
  readonly ip: string;
  readonly helo: string | null;
  /** Null takes the Return-Path, or else From. */
  readonly mailFrom: string | null;
  readonly mailboxes: readonly Mailbox[];
  readonly tls: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
};

export type Judged = {
  readonly mailbox: Mailbox;
  readonly evidence: Evidence;
  readonly explained: Explained;
  /** The reply this mail would get if it were for this mailbox alone. */
  readonly reply: Reply;
  /** What the sender would be told by mail besides; null for nothing. */
  readonly notice: Notice | null;
};

export type Judge = {
  judge(input: JudgeInput): Promise<readonly Judged[]>;
  close(): Promise<void>;
};

export function createJudge(setup: JudgeSetup): Judge {
  const { config } = setup;
  const pool = createReaderPool({
    threads: 1,
    deadlineMs: config.evidence.parseTimeoutMs,
    limits: readLimitsOf(config),
    inline: inlineLimitsOf(config),
    logger: setup.logger,
  });
  const policy = policyOf(config);
  const own = ownNamesOf(config);
  const gather = createGatherer({
    ports: {
      directory: setup.directory,
      denylist: setup.denylist,
      replays: { find: async () => new Map() },
      cases: { supportCeased: async () => false },
    },
    resolverFor: setup.resolver,
    read: (raw) => pool.read(raw),
    classify: classifyHere,
    pgpPool: null,
    decryptionKeys: () => setup.decryptionKeys,
    own,
    trustedSealers: config.evidence.trustedSealers,
    domainLimits: domainLimitsOf(config),
    pgpLimits: pgpLimitsOf(config),
    deadlineMs: config.evidence.deadlineMs,
    deferredSince: async () => null,
    deferLimitMs: policy.deferLimitMs,
  });
  return {
    async judge({ bytes, ip, helo, mailFrom, mailboxes, tls, now }) {
      const raw = memoryMail(bytes);
      const sender = mailFrom ?? envelopeSenderOf(bytes, readLimitsOf(config));
      const envelope: Envelope = {
        client: { ip, port: 0 },
        helo: helo ?? heloOf(sender),
        mailFrom: sender,
        recipients: mailboxes.map(({ address }) => address),
        tls: tls ? { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' } : null,
        smtpUtf8: true,
      };
      const { evidence } = await gather({
        raw,
        envelope,
        lineFaults: lineEndingFaults(bytes),
        now,
        mailKey: randomUUID(),
        watch: startStopwatch(),
      });
      return mailboxes.map((mailbox) => {
        const explained = explain(evidence, mailbox, policy, now);
        const { decision } = explained;
        const reply = replyFor([decision], evidence);
        return { mailbox, evidence, explained, reply, notice: noticeOf(decision, evidence, reply, own) };
      });
    },
    close: () => pool.close(),
  };
}

/** A mail that is refused in the session is not kept, and gets no other answer. */
function noticeOf(decision: Verdict | Defer, evidence: Evidence, reply: Reply, own: OwnNames): Notice | null {
  if (decision.outcome === 'deferred' || reply.code !== 250) return null;
  return noticeFor({ verdict: decision, spoolKey: 'kept', sender: senderOf(evidence) }, evidence, (address) =>
    own.isOurs(address),
  );
}

/** A file has no envelope: its Return-Path tells what the envelope said, and From is the next best guess. */
export function envelopeSenderOf(bytes: Buffer, limits: ReadLimits): string {
  // The header alone: a hostile body would hold up this thread.
  const collector = createHeaderCollector(limits.headerBytes);
  collector.push(bytes.subarray(0, limits.headerBytes + 1));
  const block = collector.block();
  const { fields } = scanHeader(block, limits);
  const path = fields.find(({ name }) => name === 'return-path')?.value;
  if (path !== undefined) {
    const bare = path.replace(/^<|>$/g, '').trim();
    return canonicalAddress(bare) ?? bare;
  }
  const from = fields.filter(({ name }) => name === 'from');
  return readAuthor(from, block.bytes).author?.address ?? '';
}

function heloOf(sender: string): string {
  return sender.includes('@') ? sender.slice(sender.lastIndexOf('@') + 1) : 'localhost';
}

/**
 * Every setting there is, with its bounds, default and text. Durations and sizes carry their unit in their name.
 * Names are those of `postern.yaml`; `load.ts` reads it and the environment into one `Config`.
 */
import { z } from 'zod';
import { logLevels } from '../observe/logger.ts';
import { alerts } from './alert-settings.ts';
import { apiSection, consoleSection } from './console-settings.ts';
import { engineering } from './engineering-settings.ts';
import { dns, evidence, pgp } from './evidence-settings.ts';
import { businessHours, handoff } from './handoff-settings.ts';
import { notices, relay } from './notice-settings.ts';
import { policy } from './policy-settings.ts';
import { section, setting } from './setting.ts';
import { smtp } from './smtp-settings.ts';
import { database, redis, retention, secrets, spool } from './store-settings.ts';
import { address, count, durationMs, path } from './values.ts';

/** Held equal to the departments of a verdict by a test; configuration imports nothing of the judging folders. */
export const mailboxDepartments = [
  'support',
  'sales',
  'finance-legal',
  'account-management',
  'security',
  'escalation-manager',
] as const;

const mailbox = z.strictObject({
  address,
  department: z.enum(mailboxDepartments),
  /** Further addresses that are the same mailbox. */
  aliases: z.array(address).readonly().default([]),
});

/** `legal@` and `finance@` are one department (D-FINLEGAL). */
export const defaultMailboxes = [
  { address: 'support@postern.test', department: 'support' },
  { address: 'sales@postern.test', department: 'sales' },
  { address: 'finance@postern.test', department: 'finance-legal' },
  { address: 'legal@postern.test', department: 'finance-legal' },
  { address: 'accounts@postern.test', department: 'account-management' },
  { address: 'security@postern.test', department: 'security' },
  { address: 'escalations@postern.test', department: 'escalation-manager' },
] as const;

const workers = section(
  {
    concurrency: setting(count(1, 500, 128), {
      text: 'Jobs handled at once, per queue.',
      tradeoff: 'Twice a batch and more lets one be read while another is written; each mail in hand takes memory.',
    }),
    batchSize: setting(count(1, 1_000, 64), {
      text: 'Most trace rows written in one transaction.',
      unit: 'rows',
      tradeoff: 'More is faster under load; one bad row makes the whole batch be tried one by one.',
    }),
    batchWaitMs: setting(durationMs(0, 1_000, 5), {
      text: 'How long a first row waits for company; longer while the disk is slow, as long as the last batch took, up to 100 ms.',
      unit: 'milliseconds',
      tradeoff: 'More makes larger batches, and each trace a little later.',
    }),
    stopTimeoutMs: setting(durationMs(0, 600_000, 10_000), {
      text: 'How long a stop waits for jobs in hand.',
      unit: 'milliseconds',
      tradeoff: 'Jobs that are cut off are tried again.',
    }),
    lockMs: setting(durationMs(1_000, 600_000, 30_000), {
      text: 'How long a job stays with a worker that shows no sign of life; another takes it up after this time, or twice it.',
      unit: 'milliseconds',
      tradeoff:
        'Less records sooner the mail that a worker died with; a worker that gets no processor, or no Redis, for so long has its jobs done by another as well, and after five times they are dead letters.',
    }),
  },
  'Workers.',
);

export const configSchema = z.strictObject({
  dataDir: setting(path.default('data'), {
    text: 'Everything that Postern keeps on this machine; relative to the working directory.',
    env: 'POSTERN_DATA_DIR',
    envOnly: true,
    tradeoff: 'One running gateway per data directory.',
  }),
  logLevel: setting(z.enum(logLevels).default('info'), {
    text: 'Least severe log line that is written: fatal, error, warn, info, debug, trace or silent.',
    env: 'POSTERN_LOG_LEVEL',
    tradeoff: 'debug tells each step of each mail, at some cost.',
  }),
  mailboxes: setting(
    z
      .array(mailbox)
      .min(1)
      .readonly()
      .default(() => defaultMailboxes.map((entry) => ({ ...entry, aliases: [] }))),
    {
      text: `Valid recipients and whose they are. Departments: ${mailboxDepartments.join(', ')}. Aliases are the same mailbox under other addresses.`,
      tradeoff: 'Everything else is refused with 550; subaddresses (support+x@) are taken.',
    },
  ),
  smtp,
  console: consoleSection,
  api: apiSection,
  dns,
  evidence,
  pgp,
  redis,
  database,
  secrets,
  spool,
  retention,
  workers,
  policy,
  handoff,
  businessHours,
  relay,
  notices,
  alerts,
  engineering,
});

/** The settings as validated, before paths are resolved and secrets wrapped. */
export type Settings = z.output<typeof configSchema>;

/** Settings of where things are kept, how they are sealed, and how long they stay. */
import { z } from 'zod';
import { section, setting } from './setting.ts';
import { count, durationMs, path } from './values.ts';

const spoolKinds = ['local', 's3'] as const;

/** 32 octets by which something is sealed or signed, kept in base64. A schema of its own for each setting: its text hangs on it. */
const octets32 = () =>
  z
    .string()
    .refine((text) => keyBytes(text) !== null, 'must be 32 octets, in base64 or hexadecimal')
    .transform((text) => (keyBytes(text) ?? Buffer.alloc(0)).toString('base64'))
    .nullable()
    .default(null);

export const redis = section(
  {
    url: setting(
      urlText(/^(?:rediss?(?:-sentinel|-cluster)?:\/\/|unix:\/\/\/)\S+$/, 'redis://…')
        .nullable()
        .default(null),
      {
        text: 'Redis or Valkey for the queues: redis://, rediss://, unix:///path, redis-sentinel://host,host/name, redis-cluster://host,host.',
        env: 'REDIS_URL',
        secret: true,
        defaultText: 'a private redis-server under the data directory',
        tradeoff:
          'The private one needs no care and ends with one machine; your own must have an append-only file and noeviction.',
      },
    ),
    timeoutMs: setting(durationMs(100, 10_000, 1_500), {
      text: 'Wait for an answer of Redis; then the mail is deferred with 451. Limits per address wait 250 ms and count locally then.',
      unit: 'milliseconds',
      tradeoff: 'More rides out pauses; senders wait that long while Redis is frozen.',
    }),
    executable: setting(path.default('redis-server'), {
      text: 'Program of the private Redis.',
      tradeoff: 'valkey-server does as well.',
    }),
  },
  'Queues.',
);

export const database = section(
  {
    url: setting(
      urlText(/^postgres(?:ql)?:\/\/\S+$/, 'postgres://…')
        .nullable()
        .default(null),
      {
        text: 'PostgreSQL 14 or newer for the records: postgres://user:password@host/name.',
        env: 'DATABASE_URL',
        secret: true,
        defaultText: 'SQLite file postern.db in the data directory',
        tradeoff: 'SQLite needs no care and serves one machine; PostgreSQL serves several.',
      },
    ),
    poolSize: setting(count(1, 200, 10), {
      text: 'Connections to PostgreSQL, per process.',
      tradeoff: 'More serve more look-ups at once; the server has its own limit.',
    }),
  },
  'Records: directory, deny-list, message trace, tickets.',
);

export const secrets = section(
  {
    gateway: setting(octets32(), {
      text: 'Signs reply addresses, bounce addresses and the links of verifications: 32 octets in base64 or hexadecimal.',
      env: 'POSTERN_GATEWAY_SECRET',
      secret: true,
      defaultText: 'gateway.secret in the data directory, made on first use',
      tradeoff: 'Several machines need the same one; with another one open links and reply addresses lose their force.',
    }),
    evidence: setting(octets32(), {
      text: 'Encrypts the documents of recovery cases: 32 octets in base64 or hexadecimal.',
      env: 'POSTERN_EVIDENCE_KEY',
      secret: true,
      defaultText: 'POSTERN_SPOOL_KEY, or else evidence.key in the data directory, made on first use',
      tradeoff: 'Several machines need the same one; documents are lost with the key.',
    }),
  },
  'What processes on several machines must agree on.',
);

export const spool = section(
  {
    kind: setting(z.enum(spoolKinds).default('local'), {
      text: 'Where raw mail is kept: on local disk, or in an S3-compatible bucket.',
      tradeoff: 'Local disk is fastest; a bucket outlives the machine and serves several.',
    }),
    directory: setting(path.default('spool'), {
      text: 'Folder of the local spool, and of mail that is still arriving; relative to the data directory.',
      tradeoff: 'Must be on a filesystem that keeps what it has synced.',
    }),
    key: setting(octets32(), {
      text: 'Encrypts raw mail at rest: 32 octets in base64 or hexadecimal, as made by `openssl rand -base64 32`.',
      env: 'POSTERN_SPOOL_KEY',
      secret: true,
      defaultText: 'not encrypted',
      tradeoff: 'Protects stolen disks and backups; mail is lost with the key.',
    }),
    s3: section(
      {
        bucket: setting(z.string().min(3).max(63).nullable().default(null), {
          text: 'Bucket for raw mail; it must exist.',
          example: 'postern-spool',
          tradeoff: 'Versioning on the bucket keeps what retention removes.',
        }),
        prefix: setting(z.string().max(256).default(''), {
          text: 'Prefix of all object keys.',
          example: 'mail/',
          tradeoff: 'Lets several programs share a bucket.',
        }),
        region: setting(z.string().min(1).max(64).default('us-east-1'), {
          text: 'Region of the bucket.',
          tradeoff: 'None.',
        }),
        endpoint: setting(
          z
            .url({ protocol: /^https?$/ })
            .nullable()
            .default(null),
          {
            text: 'Address of an S3-compatible store other than AWS.',
            example: 'https://s3.example.com',
            tradeoff: 'Use https unless the store is on this machine or a private network.',
          },
        ),
        pathStyle: setting(z.boolean().default(false), {
          text: 'The bucket stands in the path, not in the host name; most stores other than AWS need it.',
          tradeoff: 'None.',
        }),
        accessKeyId: setting(z.string().min(1).nullable().default(null), {
          text: 'Access key.',
          env: 'POSTERN_S3_ACCESS_KEY_ID',
          secret: true,
          defaultText: "the AWS SDK's own chain",
          tradeoff: 'Give it read, write, list and delete on this bucket, nothing else.',
        }),
        secretAccessKey: setting(z.string().min(1).nullable().default(null), {
          text: 'Secret of the access key.',
          env: 'POSTERN_S3_SECRET_ACCESS_KEY',
          secret: true,
          defaultText: "the AWS SDK's own chain",
          tradeoff: 'As with accessKeyId.',
        }),
      },
      'The bucket, when kind is s3.',
    ),
    graceMs: setting(durationMs(1_000, 3_600_000, 60_000), {
      text: 'Age at which the sweep enqueues a mail again that no worker has recorded.',
      unit: 'milliseconds',
      tradeoff: 'Less brings mail back sooner after a crash; a busy queue is asked more often.',
    }),
    sweepIntervalMs: setting(durationMs(1_000, 3_600_000, 60_000), {
      text: 'Time between two sweeps.',
      unit: 'milliseconds',
      tradeoff: 'As with graceMs.',
    }),
  },
  'Raw mail at rest.',
);

export const retention = section(
  {
    rawDays: setting(count(1, 3_650, 90), {
      text: 'How long raw mail is kept.',
      unit: 'days',
      tradeoff: 'Longer lets more be judged anew and shown as evidence; shorter keeps less personal data.',
    }),
    traceDays: setting(count(1, 3_650, 400), {
      text: 'How long the message trace is kept.',
      unit: 'days',
      tradeoff: 'As with rawDays.',
    }),
    rejectedDays: setting(count(1, 3_650, 180), {
      text: 'How long rejected mail and its trace are kept, unless another mailbox took it.',
      unit: 'days',
      tradeoff: 'Longer lets more wrong rejections be found and released.',
    }),
    ticketDays: setting(count(1, 36_500, 1_100).nullable(), {
      text: 'How long closed tickets are kept; null is for ever.',
      unit: 'days',
      tradeoff: 'Shorter keeps less personal data; answers to older tickets open new ones.',
    }),
    idleTicketDays: setting(count(30, 36_500, 400).nullable(), {
      text: 'After how long a ticket in which nobody wrote, and that nobody moved, is closed by the gateway, so that ticketDays begins; null is never.',
      unit: 'days',
      tradeoff:
        'Shorter ends sooner what a help desk answered without saying so here; null keeps the tickets that nobody closes for ever.',
    }),
    auditDays: setting(count(365, 36_500, 3_650).nullable(), {
      text: 'How long the audit log is kept; null is for ever.',
      unit: 'days',
      tradeoff: 'What is removed can be held against nobody, and its part of the chain is verified no longer.',
    }),
    longestGapDays: setting(count(1, 365, 7).nullable(), {
      text: 'When the last removal seems longer ago than this, or our clock is an hour ahead of that of Redis or PostgreSQL, nothing is removed: the clock may have jumped. After a gap it goes on by itself after three days in which the gateway ran; staff are told (alert retention-held). null is off.',
      unit: 'days',
      tradeoff: 'Shorter catches smaller jumps, and holds back for three days after each stop that was longer.',
    }),
    completedJobHours: setting(count(1, 8_760, 24), {
      text: 'How long completed jobs stay in Redis.',
      unit: 'hours',
      tradeoff: 'Longer shows more in the queues; each takes about 3 KB of memory.',
    }),
    failedJobDays: setting(count(1, 365, 30), {
      text: 'How long dead letters stay in Redis.',
      unit: 'days',
      tradeoff: 'What is gone can only be brought back from the spool.',
    }),
  },
  'How long things are kept.',
);

function keyBytes(text: string): Buffer | null {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/]{43}=?$/.test(text)) return null;
  const octets = Buffer.from(text, 'base64');
  return octets.length === 32 ? octets : null;
}

/** An address whose kind is known; the message shows an example and never the value, which may hold a password. */
function urlText(form: RegExp, example: string) {
  return z.string().regex(form, `must be an address such as ${example}`);
}

/**
 * Every setting there is, with its bounds, default and text. Durations and sizes carry their unit in their name.
 * Names are those of `postern.yaml`; `load.ts` reads it and the environment into one `Config`.
 */
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { canonicalAddress, canonicalDomain } from '../address/mailbox.ts';
import { logLevels } from '../observe/logger.ts';
import { alerts } from './alert-settings.ts';
import { engineering } from './engineering-settings.ts';
import { businessHours, handoff } from './handoff-settings.ts';
import { notices, relay } from './notice-settings.ts';
import { section, setting } from './setting.ts';

/** Held equal to the departments of a verdict by a test; configuration imports nothing of the judging folders. */
export const mailboxDepartments = [
  'support',
  'sales',
  'finance-legal',
  'account-management',
  'security',
  'escalation-manager',
] as const;

const spoolKinds = ['local', 's3'] as const;
const tlsVersions = ['TLSv1.2', 'TLSv1.3'] as const;

const kilobyte = 1_024;
const megabyte = 1_024 * kilobyte;

const durationMs = (least: number, most: number, byDefault: number) => z.int().min(least).max(most).default(byDefault);
const count = (least: number, most: number, byDefault: number) => z.int().min(least).max(most).default(byDefault);
const port = (byDefault: number) => z.int().min(0).max(65_535).default(byDefault);
const host = z.string().regex(/^[0-9A-Za-z.:_-]{1,255}$/, 'must be a host name or an IP address');

const network = z.string().refine(isNetwork, 'must be an IP address or a network such as 192.0.2.0/24');
const domain = z
  .string()
  .transform((text) => text.trim())
  .refine((text) => canonicalDomain(text) !== null, 'must be a domain name')
  .transform((text) => canonicalDomain(text) ?? text);
const address = z
  .string()
  .refine((text) => canonicalAddress(text) !== null, 'must be a mail address')
  .transform((text) => canonicalAddress(text) ?? text);

/** A DNS server as `127.0.0.1`, `127.0.0.1:5353` or `[::1]:5353`. */
const dnsServer = z.string().refine(isDnsServer, 'must be an IP address, with :port if it is not 53');

const path = z.string().min(1).max(4_096);

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

const smtp = section(
  {
    host: setting(host.default('127.0.0.1'), {
      text: 'Address that the SMTP listener binds.',
      env: 'POSTERN_SMTP_HOST',
      tradeoff: 'Loopback is safe to try things on; 0.0.0.0 or :: is needed to receive mail from elsewhere.',
    }),
    port: setting(port(2_525), {
      text: 'TCP port of the SMTP listener; 0 takes a free one.',
      env: 'POSTERN_SMTP_PORT',
      tradeoff: 'Port 25 is what the world delivers to, and needs the right to bind low ports.',
    }),
    processes: setting(count(1, 64, 1), {
      text: 'Listener processes that share the port.',
      env: 'POSTERN_SMTP_PROCESSES',
      tradeoff: 'More use more cores for signature checks; each takes about 150 MB of memory.',
    }),
    name: setting(host.nullable().default(null), {
      text: 'Name in the greeting and in trace fields; should resolve to this machine.',
      defaultText: "the machine's name",
      example: 'mx.example.com',
      tradeoff: 'A name that does not resolve makes some senders give up.',
    }),
    maxMessageBytes: setting(count(64 * kilobyte, 512 * megabyte, 25 * megabyte), {
      text: 'Largest mail taken; larger ones are refused at MAIL FROM when announced, else with 552.',
      unit: 'bytes',
      tradeoff: 'Larger mails cost disk and bandwidth; most providers stop at 25 MB.',
    }),
    maxRecipients: setting(count(1, 1_000, 100), {
      text: 'Recipients of one mail.',
      tradeoff: 'RFC 5321 asks for at least 100; fewer breaks senders that write to many mailboxes at once.',
    }),
    maxCommands: setting(count(10, 1_000_000, 5_000), {
      text: 'Commands in one session.',
      tradeoff: 'Fewer ends chatty attackers sooner, and honest sessions that carry many mails too.',
    }),
    maxBadCommands: setting(count(1, 10_000, 10), {
      text: 'Commands that are unknown, wrong or out of order, in one session.',
      tradeoff: 'Fewer ends guessing sooner; people who type SMTP by hand need a few.',
    }),
    greetingDelayMs: setting(durationMs(0, 30_000, 100), {
      text: 'Wait before the greeting; who speaks before it is refused.',
      unit: 'milliseconds',
      tradeoff: 'Longer catches more spam engines and holds up every session.',
    }),
    maxConnections: setting(count(1, 100_000, 500), {
      text: 'Open sessions in all, over all listener processes.',
      tradeoff: 'More needs more memory and file descriptors; beyond it clients are told to come back.',
    }),
    maxConnectionsPerAddress: setting(count(1, 100_000, 20), {
      text: 'Open sessions from one client address. Those of a listener that was killed count for 30 s more.',
      tradeoff: 'Fewer keeps one host from taking all sessions, but slows a large sender down.',
    }),
    mailsPerMinutePerAddress: setting(count(1, 1_000_000, 120), {
      text: 'Mails that one client address may send, averaged over a minute.',
      unit: 'mails per minute',
      tradeoff: 'Lower ends floods sooner; beyond it mail is deferred with 451, not lost.',
    }),
    maxMailsInHand: setting(count(1, 100_000, 200), {
      text: 'Mails that one listener process takes in and judges at once; further ones are deferred with 451.',
      tradeoff: 'More rides out bursts and needs memory and file descriptors; each may hold 256 KB in memory.',
    }),
    maxMailsInHandPerAddress: setting(count(1, 100_000, 5), {
      text: 'Of these, mails of one client address once half of the places are taken.',
      tradeoff: 'Fewer keeps slow senders from filling the places, but defers mail of a large sender in a rush.',
    }),
    unlimitedNetworks: setting(z.array(network).readonly().default(['127.0.0.0/8', '::1/128']), {
      text: 'Networks that the limits per address do not apply to.',
      defaultText: 'this machine: 127.0.0.0/8, ::1/128',
      example: ['127.0.0.0/8', '::1/128', '192.0.2.0/24'],
      tradeoff: 'For this machine and your own relays only: whoever is listed may fill the spool.',
    }),
    idleTimeoutMs: setting(durationMs(1_000, 3_600_000, 300_000), {
      text: 'Longest silence of a client.',
      unit: 'milliseconds',
      tradeoff: 'RFC 5321 asks for five minutes; less frees sessions that hang sooner.',
    }),
    dataTimeoutMs: setting(durationMs(1_000, 3_600_000, 600_000), {
      text: 'Longest time for the whole content of one mail.',
      unit: 'milliseconds',
      tradeoff: 'Less stops drip-fed mail sooner, and large mail over thin lines too.',
    }),
    sessionTimeoutMs: setting(durationMs(1_000, 86_400_000, 3_600_000), {
      text: 'Longest session; it ends with 421 after the mail in hand.',
      unit: 'milliseconds',
      tradeoff: 'Longer serves senders that keep sessions open; less frees sessions sooner.',
    }),
    stopTimeoutMs: setting(durationMs(0, 600_000, 15_000), {
      text: 'How long a stop waits for mails in hand.',
      unit: 'milliseconds',
      tradeoff: 'Longer lets large mails finish; senders of cut-off mails simply try again.',
    }),
    proxyNetworks: setting(z.array(network).readonly().default([]), {
      text: 'Load balancers whose PROXY protocol header is believed.',
      example: ['192.0.2.10'],
      tradeoff: 'Whoever is listed can claim any client address, and with it pass SPF: list your balancers only.',
    }),
    xclientNetworks: setting(z.array(network).readonly().default([]), {
      text: 'Relays whose XCLIENT command is believed.',
      example: ['192.0.2.11'],
      tradeoff: 'As with proxyNetworks: list your own relays only.',
    }),
    tls: section(
      {
        certificateFile: setting(path.default('tls/certificate.pem'), {
          text: 'Certificate chain in PEM; relative to the data directory. Read anew when it changes.',
          tradeoff: 'The self-signed one of the first start encrypts, but proves nothing to senders that check.',
        }),
        keyFile: setting(path.default('tls/key.pem'), {
          text: 'Private key of the certificate in PEM; relative to the data directory.',
          tradeoff: 'Keep it readable by this user only.',
        }),
        minVersion: setting(z.enum(tlsVersions).default('TLSv1.2'), {
          text: 'Oldest TLS version spoken.',
          tradeoff: 'TLSv1.3 alone turns older mail servers to plaintext, which is worse.',
        }),
      },
      'STARTTLS.',
    ),
  },
  'The SMTP listener.',
);

const consoleSection = section(
  {
    host: setting(host.default('127.0.0.1'), {
      text: 'Address that the staff console binds.',
      env: 'POSTERN_CONSOLE_HOST',
      tradeoff: 'Beyond loopback put a TLS proxy in front of it.',
    }),
    url: setting(
      z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
      {
        text: 'Address of the staff console as staff reach it. Links in tickets and invitations lead there, and passkeys are bound to its host name.',
        defaultText: 'none: tickets name the message; passkeys work at http://localhost on this machine only',
        example: 'https://postern.example.com',
        tradeoff: 'Passkeys need HTTPS and a name that stays: under another host name they have to be added anew.',
      },
    ),
    verifyUrl: setting(
      z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
      {
        text: 'Address under which customers reach /verify/ of this server, to confirm mail in their name.',
        defaultText:
          'the console itself while it and the relay are on this machine alone; else none: nobody is asked, staff verify',
        example: 'https://gate.example.com',
        tradeoff:
          'Those pages must be reachable from outside; let the proxy pass /verify/ and /assets/ and nothing else.',
      },
    ),
    port: setting(port(8_025), {
      text: 'TCP port of the staff console and HTTP API; 0 takes a free one.',
      env: 'POSTERN_CONSOLE_PORT',
      tradeoff: 'None.',
    }),
    proxyNetworks: setting(z.array(network).readonly().default(['127.0.0.0/8', '::1/128']), {
      text: 'TLS proxies in front of the console: who is behind them is read from their X-Forwarded-For, from its end to the first address that is none of these.',
      defaultText: 'this machine: 127.0.0.0/8, ::1/128',
      example: ['127.0.0.0/8', '::1/128', '192.0.2.10'],
      tradeoff:
        'Behind a proxy that is not listed all staff are one client, and one of them who mistypes slows all down. Whoever is listed can claim any address: list your proxies only, and only where they write the field themselves.',
    }),
    monitorNetworks: setting(z.array(network).readonly().default(['127.0.0.0/8', '::1/128']), {
      text: 'Who may read /metrics, and in /readyz what is missing; others get 403, and of /readyz the status alone.',
      defaultText: 'this machine: 127.0.0.0/8, ::1/128',
      example: ['127.0.0.0/8', '::1/128', '192.0.2.20'],
      tradeoff:
        'Counts by reason tell whoever sends a mail what became of it, so whether an address is known here: list your monitoring only.',
    }),
  },
  'The staff console.',
);

const apiSection = section(
  {
    callsAtOnce: setting(z.int().min(1).max(10_000).default(120), {
      text: 'Calls of one token at once, after a rest.',
      unit: 'calls',
      tradeoff: 'More lets a program catch up sooner; a program gone wild takes the console longer from people.',
    }),
    callsPerSecond: setting(z.int().min(1).max(1_000).default(10), {
      text: 'Calls of one token a second from then on; more are answered 429 with Retry-After.',
      unit: 'calls a second',
      tradeoff: 'More for a busy portal; each call is work for the process that serves staff.',
    }),
    badTokensAtOnce: setting(z.int().min(1).max(1_000).default(20), {
      text: 'Calls without a working token from one address at once, after a rest.',
      unit: 'calls',
      tradeoff:
        'More forgives many programs behind one address whose token has ended; fewer slow down who tries tokens.',
    }),
    badTokensPerMinute: setting(z.int().min(1).max(600).default(4), {
      text: 'Such calls a minute from then on.',
      unit: 'calls a minute',
      tradeoff: 'As above. Who has a working token gets through all the same.',
    }),
  },
  'The HTTP API. Limits count for each process that serves it.',
);

const dns = section(
  {
    servers: setting(z.array(dnsServer).readonly().default([]), {
      text: 'Resolvers to ask, in order; with none, those of the system.',
      env: 'POSTERN_DNS',
      example: ['127.0.0.1:53'],
      tradeoff: 'A validating resolver on this machine is fastest, and nobody can lie between it and Postern.',
    }),
    timeoutMs: setting(durationMs(50, 30_000, 2_000), {
      text: 'Wait for one answer.',
      unit: 'milliseconds',
      tradeoff: 'Less defers more mail on slow days; more uses up the evidence deadline.',
    }),
    attempts: setting(count(1, 5, 2), {
      text: 'Tries for each question.',
      tradeoff: 'More survives lost packets, and multiplies the wait for dead servers.',
    }),
    lookupsPerMail: setting(count(10, 1_000, 100), {
      text: 'Questions that judging one mail may ask.',
      tradeoff: 'Fewer bounds what a hostile mail can make us ask; below about 40 honest SPF records may not fit.',
    }),
    cacheEntries: setting(count(0, 1_000_000, 10_000), {
      text: 'Answers kept in memory, per process.',
      tradeoff: 'More saves questions; an entry takes about 1 KB.',
    }),
    cacheTtlMs: setting(durationMs(0, 86_400_000, 300_000), {
      text: 'Longest time an answer is reused, whatever its own time to live says.',
      unit: 'milliseconds',
      tradeoff: 'Longer saves questions, but a withdrawn key stays valid longer.',
    }),
    negativeTtlMs: setting(durationMs(0, 3_600_000, 60_000), {
      text: 'How long "no such name" is reused. Temporary failures never are.',
      unit: 'milliseconds',
      tradeoff: 'Longer saves questions; a record just added is seen later.',
    }),
  },
  'Name look-ups.',
);

const evidence = section(
  {
    deadlineMs: setting(durationMs(500, 60_000, 10_000), {
      text: 'All checks of one mail must end within this; what is missing then counts as a temporary fault. Reading and classifying have deadlines of their own.',
      unit: 'milliseconds',
      tradeoff: 'Less answers senders sooner and defers more mail.',
    }),
    maxSignatures: setting(count(1, 100, 10), {
      text: 'DKIM signatures looked at; those of the author domain come first.',
      tradeoff: 'Each costs a look-up and an RSA check; honest mail has one to three.',
    }),
    trustedSealers: setting(z.array(domain).readonly().default([]), {
      text: 'ARC sealers (their d=) whose word softens a forged verdict to suspicious.',
      example: ['example.net'],
      tradeoff: 'Forwarded mail gets through to a person; a sealer that lies lets spoofs through to one.',
    }),
    inlineBodyBytes: setting(count(0, 10 * megabyte, 64 * kilobyte), {
      text: 'Larger bodies are parsed in a worker thread, and PGP contents that unfold to more are checked in one.',
      unit: 'bytes',
      tradeoff: 'More saves the hand-over, but one mail may then hold up all sessions of a process.',
    }),
    inlineFieldBytes: setting(count(0, megabyte, 8 * kilobyte), {
      text: 'Mails with a longer header field are parsed in a worker thread.',
      unit: 'bytes',
      tradeoff: 'As with inlineBodyBytes.',
    }),
    parseTimeoutMs: setting(durationMs(100, 60_000, 5_000), {
      text: 'Deadline for the work of a thread on one mail. What is not parsed by then is escalated as unparseable, what is not checked for PGP proves nothing.',
      unit: 'milliseconds',
      tradeoff: 'More lets huge honest mails through, and hostile ones cost more.',
    }),
    parseThreads: setting(count(1, 16, 1), {
      text: 'Parsing threads of each listener process.',
      tradeoff: 'More parse more large mails at once; each takes about 60 MB.',
    }),
    maxHeaderBytes: setting(count(16 * kilobyte, 4 * megabyte, 512 * kilobyte), {
      text: 'Largest header block; larger ones are malformed.',
      unit: 'bytes',
      tradeoff: 'Honest mail stays below 100 KB.',
    }),
    maxHeaderFields: setting(count(100, 100_000, 2_000), {
      text: 'Most header fields; more are malformed.',
      tradeoff: 'Honest mail has fewer than 200.',
    }),
    maxMimeDepth: setting(count(2, 100, 20), {
      text: 'Deepest nesting of MIME parts that is read.',
      tradeoff: 'Honest mail nests below 10 deep.',
    }),
    maxMimeParts: setting(count(10, 10_000, 500), {
      text: 'Most MIME parts that are read.',
      tradeoff: 'More costs time for mails made of many parts.',
    }),
    maxTextBytes: setting(count(16 * kilobyte, 16 * megabyte, 256 * kilobyte), {
      text: 'Text of a mail that is read for classification.',
      unit: 'bytes',
      tradeoff: 'More costs time; what matters stands at the top.',
    }),
    maxHtmlBytes: setting(count(16 * kilobyte, 16 * megabyte, 512 * kilobyte), {
      text: 'HTML of a mail that is turned into text.',
      unit: 'bytes',
      tradeoff: 'As with maxTextBytes.',
    }),
  },
  'What is found out about a mail, and how much it may cost.',
);

const pgp = section(
  {
    keysDirectory: setting(path.default('keys'), {
      text: "The gateway's own PGP keys, armored; relative to the data directory.",
      tradeoff: 'Without the key that customers encrypt to, their mail is escalated.',
    }),
    passphrase: setting(z.string().min(1).nullable().default(null), {
      text: "Passphrase of the gateway's PGP keys.",
      env: 'POSTERN_PGP_PASSPHRASE',
      secret: true,
      tradeoff: 'Protects stolen backups; the program cannot start without it.',
    }),
    maxDecompressedBytes: setting(count(megabyte, 512 * megabyte, 50 * megabyte), {
      text: 'Largest content that an encrypted or signed mail may unfold to.',
      unit: 'bytes',
      tradeoff: 'A few hundred bytes can unfold to gigabytes; this bounds the memory of one mail.',
    }),
    clockSkewMs: setting(durationMs(0, 3_600_000, 300_000), {
      text: 'How far ahead of ours the clock of a signer may be.',
      unit: 'milliseconds',
      tradeoff: 'More forgives wrong clocks, and lengthens the life of a signature.',
    }),
  },
  'OpenPGP.',
);

/** An address whose kind is known; the message shows an example and never the value, which may hold a password. */
function urlText(form: RegExp, example: string) {
  return z.string().regex(form, `must be an address such as ${example}`);
}

const redis = section(
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

const database = section(
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

/** 32 octets by which something is sealed or signed, kept in base64. A schema of its own for each setting: its text hangs on it. */
const octets32 = () =>
  z
    .string()
    .refine((text) => keyBytes(text) !== null, 'must be 32 octets, in base64 or hexadecimal')
    .transform((text) => (keyBytes(text) ?? Buffer.alloc(0)).toString('base64'))
    .nullable()
    .default(null);

const secrets = section(
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

const spool = section(
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

const retention = section(
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
    auditDays: setting(count(365, 36_500, 3_650).nullable(), {
      text: 'How long the audit log is kept; null is for ever.',
      unit: 'days',
      tradeoff: 'What is removed can be held against nobody, and its part of the chain is verified no longer.',
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

const workers = section(
  {
    concurrency: setting(count(1, 500, 32), {
      text: 'Jobs handled at once, per queue.',
      tradeoff: 'More makes larger batches; each waits for the same database.',
    }),
    batchSize: setting(count(1, 1_000, 50), {
      text: 'Most trace rows written in one transaction.',
      unit: 'rows',
      tradeoff: 'More is faster under load; one bad row makes the whole batch be tried one by one.',
    }),
    batchWaitMs: setting(durationMs(0, 1_000, 5), {
      text: 'How long a first row waits for company.',
      unit: 'milliseconds',
      tradeoff: 'More makes larger batches, and each trace a little later.',
    }),
    stopTimeoutMs: setting(durationMs(0, 600_000, 10_000), {
      text: 'How long a stop waits for jobs in hand.',
      unit: 'milliseconds',
      tradeoff: 'Jobs that are cut off are tried again.',
    }),
  },
  'Workers.',
);

const policy = section(
  {
    acceptSecondary: setting(z.boolean().default(false), {
      text: 'Take a proven secondary address of an admin like the primary one (W-SECONDARY).',
      tradeoff: 'Fewer escalations; one more mailbox per admin that can be broken into.',
    }),
    deferHours: setting(count(1, 120, 12), {
      text: 'How long a mail is deferred for a temporary fault before it is judged as unproven.',
      unit: 'hours',
      tradeoff: 'Longer rides out longer DNS outages; senders give up after one to five days.',
    }),
    proofAgeDays: setting(count(1, 7, 7), {
      text: 'Oldest signature, DKIM or PGP, that proves alone.',
      unit: 'days',
      tradeoff: 'Longer forgives slow delivery; a stolen mail can be sent again for longer.',
    }),
    replayMemoryDays: setting(count(1, 60, 8), {
      text: 'How long used signatures are remembered; must not be shorter than proofAgeDays.',
      unit: 'days',
      tradeoff: 'Longer takes memory in Redis, about 200 bytes a mail.',
    }),
    lookalikes: setting(z.boolean().default(true), {
      text: 'Escalate authors that imitate a registered or own name (R-LOOKALIKE).',
      tradeoff: 'Off, only exact rules protect against imitation.',
    }),
    denyDefaultDays: setting(count(1, 36_500, 365).nullable(), {
      text: 'Life of a deny entry that names no expiry; null never expires.',
      unit: 'days',
      tradeoff: 'Addresses and networks change hands: old entries hit the wrong people.',
    }),
    denyAbuseAlone: setting(z.boolean().default(false), {
      text: 'Put a proven sender who was abusive before on the deny-list without a person (R-ABUSE).',
      tradeoff: 'On, a misread complaint can cut a customer off until staff look; off, staff enter each proposal.',
    }),
    fronts: setting(z.array(z.string().min(1).max(255)).readonly().default([]), {
      text: 'List-Ids of your own group addresses in front of Postern, which do not count as mailing lists (W-SHARED).',
      example: ['support.example.com'],
      tradeoff: 'Anybody can write a List-Id; this only spares the escalation, never proves.',
    }),
    knowledgeBase: setting(z.url({ protocol: /^https?$/ }).default('https://postern.test/help'), {
      text: 'Where free tenants are pointed to (T-FREE).',
      tradeoff: 'None.',
    }),
  },
  'What the company allows.',
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

function isNetwork(text: string): boolean {
  const [base = '', prefix, ...rest] = text.split('/');
  const family = isIP(base);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  if (!/^\d{1,3}$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(base, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false; // a prefix longer than the address
  }
}

function isDnsServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const [, six, four, portText] = match ?? [];
  return isIP(six ?? four ?? '') !== 0 && Number(portText) > 0 && Number(portText) <= 65_535;
}

function keyBytes(text: string): Buffer | null {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/]{43}=?$/.test(text)) return null;
  const octets = Buffer.from(text, 'base64');
  return octets.length === 32 ? octets : null;
}

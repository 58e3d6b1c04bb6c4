/** Settings of finding out who really wrote: DNS, checks of signatures, keys. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { section, setting } from './setting.ts';
import { count, domain, durationMs, kilobyte, megabyte, path } from './values.ts';

/** A DNS server as `127.0.0.1`, `127.0.0.1:5353` or `[::1]:5353`. */
const dnsServer = z.string().refine(isDnsServer, 'must be an IP address, with :port if it is not 53');

export const dns = section(
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

export const evidence = section(
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

export const pgp = section(
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

function isDnsServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const [, six, four, portText] = match ?? [];
  return isIP(six ?? four ?? '') !== 0 && Number(portText) > 0 && Number(portText) <= 65_535;
}

/**
 * Evidence about one mail: all checks side by side under one deadline. Reading a large mail and classifying a long text
 * have threads and deadlines of their own, and stand in line for them: that is no delay of a check.
 *
 * The walk: read the mail -> {domain, PGP then deny-list, sender} side by side -> replay memory -> proof -> content.
 * A check that fails for reasons of ours (records or Redis away) stops the mail with `EvidenceUnavailable`; a DNS fault
 * becomes a `temperror` finding. Neither is ever taken for an answer.
 */
import { canonicalAddress } from '../address/mailbox.ts';
import { missingAnswer } from '../evidence/defer.ts';
import { checkDenylist } from '../evidence/denylist.ts';
import { checkDomain, type DomainCheck, type DomainLimits } from '../evidence/domain.ts';
import type { DomainFinding, Evidence, PgpFinding } from '../evidence/finding.ts';
import {
  checkPgp,
  type DecryptionKey,
  type InnerContent,
  markPgpReplay,
  type PgpChecked,
  type PgpLimits,
} from '../evidence/pgp.ts';
import { withPortal } from '../evidence/portal.ts';
import type { EvidencePorts, Resolver } from '../evidence/ports.ts';
import { type ProofMail, proofsOf } from '../evidence/proof.ts';
import { markReplays, replayKeysOf } from '../evidence/replay.ts';
import { checkSender } from '../evidence/sender.ts';
import type { Envelope } from '../message/envelope.ts';
import type { Author, FormFault, Message } from '../message/message.ts';
import type { RawMail } from '../message/raw-mail.ts';
import type { Classify } from './classifier.ts';
import { readContent } from './content-finding.ts';
import { contentNotChecked, domainNotChecked, pgpNotChecked, senderNotChecked } from './neutral.ts';
import type { OwnNames } from './own-names.ts';
import type { Stopwatch } from './stopwatch.ts';
import { withoutSecrets } from './told-fields.ts';

export type GatherOptions = {
  readonly ports: Omit<EvidencePorts, 'resolve'>;
  /** DNS for one mail; the client's address picks the zone and every mail gets a budget of its own. */
  readonly resolverFor: (clientIp: string) => Resolver;
  /** Reads a mail inline or in a worker thread; never rejects for what the mail holds. */
  readonly read: (raw: RawMail) => Promise<Message>;
  readonly classify: Classify;
  /** Checks large PGP mails elsewhere; null for commands, which serve nobody else meanwhile. */
  readonly pgpPool: NonNullable<Parameters<typeof checkPgp>[0]['pool']> | null;
  readonly decryptionKeys: () => readonly DecryptionKey[];
  readonly own: OwnNames;
  /** `d=` of trusted ARC sealers. */
  readonly trustedSealers: readonly string[];
  readonly domainLimits: DomainLimits;
  readonly pgpLimits: PgpLimits;
  /** Milliseconds for all checks of one mail. */
  readonly deadlineMs: number;
  /** When this mail was first deferred, epoch milliseconds; null when it never was. */
  readonly deferredSince: (mailKey: string) => Promise<number | null>;
  /** A mail deferred for this long is judged as unproven. Milliseconds. */
  readonly deferLimitMs: number;
};

export type GatherInput = {
  readonly raw: RawMail;
  readonly envelope: Envelope;
  /** Faults seen while the octets arrived. */
  readonly lineFaults: readonly FormFault[];
  /** Epoch milliseconds: the time at which signatures and expiry are judged. */
  readonly now: number;
  /** Names this mail over all its tries. */
  readonly mailKey: string;
  readonly watch: Stopwatch;
};

export type Gathered = {
  readonly evidence: Evidence;
  readonly contentDigest: string;
  readonly rfcMessageId: string | null;
  /** The visible Subject; a protected one that was encrypted is never here. */
  readonly subject: string;
  /** To be remembered when the mail is committed. */
  readonly replayKeys: readonly string[];
};

export type Gatherer = (input: GatherInput) => Promise<Gathered>;

/** A store did not answer: the mail is deferred, whoever sent it. */
export class EvidenceUnavailable extends Error {
  override readonly name = 'EvidenceUnavailable';
  readonly source: 'records' | 'memory' | 'deadline';
  constructor(source: EvidenceUnavailable['source'], cause: unknown) {
    super(`evidence unavailable: ${source}`, { cause });
    this.source = source;
  }
}

export function createGatherer(options: GatherOptions): Gatherer {
  return (input) => gather(options, input);
}

/**
 * Milliseconds that a mail may wait for its turn with a thread, reading included. A client waits for ten minutes
 * (RFC 5321 §4.5.3.2.6), and a mail that waits is on disk, so that it costs little.
 */
const turnMs = 120_000;

async function gather(options: GatherOptions, input: GatherInput): Promise<Gathered> {
  const { watch } = input;
  const message = await withDeadline(options.read(input.raw), turnMs);
  watch.lap('read');
  const faults = [...input.lineFaults, ...message.faults];
  const { author } = message;
  if (faults.length > 0 || author === null) return malformed(input, message, faults);
  const checked = await withDeadline(check(options, input, message, author), options.deadlineMs);
  if ('code' in checked) return malformed(input, message, [checked]);
  const { evidence, inner, replayKeys } = checked;
  const { finding, secretText } = await withDeadline(readContent(message, inner, options), turnMs);
  watch.lap('classify');
  return told({ ...identityOf(message), evidence: { ...evidence, content: finding }, replayKeys }, secretText);
}

/** P-SECRETS: evidence and subject go into records, jobs and pages. */
function told(gathered: Gathered, secretText: string): Gathered {
  const { evidence, subject } = gathered;
  const { author, content } = evidence;
  const parts = content.result === 'parsed' ? content.parts : [];
  const fields = withoutSecrets({ subject, displayName: author?.displayName ?? '', parts }, secretText);
  return {
    ...gathered,
    subject: fields.subject,
    evidence: {
      ...evidence,
      author: author === null ? null : { ...author, displayName: fields.displayName },
      content: content.result === 'parsed' ? { ...content, parts: fields.parts } : content,
    },
  };
}

type Checked = {
  readonly evidence: Omit<Evidence, 'content'>;
  /** What is read in place of the visible mail; null when that is what counts. */
  readonly inner: InnerContent | null;
  readonly replayKeys: readonly string[];
};

/** Everything but what is asked; a fault when two readers see two authors. */
async function check(
  options: GatherOptions,
  input: GatherInput,
  message: Message,
  author: Author,
): Promise<Checked | FormFault> {
  const { envelope, watch, now } = input;
  const [domain, { sender, supportCeased }, { pgp, denylist }] = await Promise.all([
    timed(watch, 'domain', checkDomainOf(options, input, message, author)),
    checkSenderAndCases(options, author, now),
    checkPgpAndDenylist(options, input, message, author),
  ]);
  watch.lap('checks');
  const disagreement = readersDisagree(domain, author.address);
  if (disagreement !== null) return disagreement;

  const replayed = await markedByMemory(options, domain, pgp.finding, message.contentDigest);
  const proofMail: ProofMail = {
    authorDomain: author.domain,
    header: message.header,
    addressees: message.content.kind === 'parsed' ? message.content.content.addressees : [],
    isOurs: (address) => options.own.isOurs(address),
    now,
    maxAgeMs: options.pgpLimits.signatureAgeMs,
  };
  const missing = missingAnswer(replayed.domain, proofMail, options.trustedSealers);
  const deferredSince = missing === null ? null : await ofMemory(options.deferredSince(input.mailKey));
  const proven = proofsOf({
    mail: proofMail,
    domain: replayed.domain,
    pgp: replayed.pgp,
    standing: sender.standing,
    overdue: deferredSince !== null && now - deferredSince >= options.deferLimitMs,
  });
  const vouched = withPortal(proven, sender, envelope.portal);
  watch.lap('prove');

  const evidence: Checked['evidence'] = {
    receivedAt: now,
    form: [],
    author: { address: author.address, domain: author.domain, displayName: author.displayName },
    nullSender: envelope.mailFrom === '',
    domain: replayed.domain,
    pgp: replayed.pgp,
    sender,
    denylist,
    transport: transportOf(envelope),
    proofs: vouched.proofs,
    assurance: vouched.assurance,
    deferredSince,
    missingAnswer: missing,
    supportCeased,
  };
  const pgpKey = evidence.pgp.replayKey;
  return {
    evidence,
    // The inner content of a replayed mail is nobody's word.
    inner: replayed.pgp.result === 'replayed' ? null : pgp.inner,
    replayKeys: [...proven.replayKeys, ...(pgpKey === null ? [] : [pgpKey])],
  };
}

/** What the portal hands in never went through DNS: its author's domain has no say in it, for or against. */
async function checkDomainOf(
  options: GatherOptions,
  { envelope, now, raw }: GatherInput,
  { header }: Message,
  author: Author,
): Promise<DomainCheck> {
  if (envelope.portal !== undefined) {
    return { ...domainNotChecked(author.domain, 'not checked: by the admin portal'), headerFrom: [author.address] };
  }
  const resolve = options.resolverFor(envelope.client.ip);
  const { domainLimits: limits, trustedSealers } = options;
  return checkDomain({ raw, header, author, envelope, now, resolve, trustedSealers, limits });
}

/** Cases are asked for every mail, tenant or not: a registered author must not take longer than any other. */
async function checkSenderAndCases(
  { ports, own }: GatherOptions,
  author: Author,
  now: number,
): Promise<{ sender: Evidence['sender']; supportCeased: boolean }> {
  const sender = await ofRecords(
    checkSender({
      author,
      displayName: author.displayName,
      ports,
      ownAddresses: own.addresses,
      ownDomains: own.domains,
    }),
  );
  const tenantId = sender.standing.kind === 'unregistered' ? '' : sender.standing.tenant.id;
  return { sender, supportCeased: await ofRecords(ports.cases.supportCeased(tenantId, now)) };
}

/** PGP names keys, and keys may be on the deny-list. */
async function checkPgpAndDenylist(
  options: GatherOptions,
  { envelope, now, watch }: GatherInput,
  message: Message,
  author: { readonly address: string },
): Promise<{ pgp: PgpChecked; denylist: Evidence['denylist'] }> {
  const { directory, denylist } = options.ports;
  const structure = message.content.kind === 'parsed' ? message.content.content.pgp : ({ kind: 'none' } as const);
  const pgp = await ofRecords(
    checkPgp({
      structure,
      header: message.header,
      author,
      now,
      mailboxes: options.own.addresses,
      directory,
      decryptionKeys: options.decryptionKeys(),
      limits: options.pgpLimits,
      ...(options.pgpPool === null ? {} : { pool: options.pgpPool }),
    }),
  );
  watch.lap('pgp');
  const { fingerprint } = pgp.finding;
  const found = await ofRecords(
    checkDenylist({
      author: author.address,
      envelopeSender: envelope.mailFrom,
      ip: envelope.client.ip,
      fingerprints: fingerprint === null ? [] : [fingerprint],
      now,
      ports: { denylist },
    }),
  );
  return { pgp, denylist: found };
}

/** One look-up in the replay memory for all signatures of the mail. */
async function markedByMemory(
  options: GatherOptions,
  domain: DomainFinding,
  pgp: PgpFinding,
  contentDigest: string,
): Promise<{ domain: DomainFinding; pgp: PgpFinding }> {
  const keys = [...replayKeysOf(domain), ...pgpKeysOf(pgp)];
  const { spf, dkim, dmarc, arc } = domain;
  const plain: DomainFinding = { spf, dkim, dmarc, arc };
  if (keys.length === 0) return { domain: plain, pgp };
  const records = await ofMemory(options.ports.replays.find(keys));
  return {
    domain: markReplays(plain, records, contentDigest),
    pgp: markPgpReplay(pgp, records, contentDigest),
  };
}

/**
 * The memory is asked about every PGP mail, whoever signed it: while Redis is away that is a 451, and one for registered
 * keys alone would tell which are (POLICY "No oracle").
 */
function pgpKeysOf({ replayKey, result }: PgpFinding): readonly string[] {
  return result === 'none' || result === 'partial' ? [] : [replayKey ?? 'pgp:of nobody we know'];
}

/** R-FORM: identity is one answer. mailauth's reading must be the author that our scan found. */
function readersDisagree({ headerFrom }: DomainCheck, author: string): FormFault | null {
  const [only] = headerFrom;
  if (headerFrom.length === 1 && only !== undefined && canonicalAddress(only) === author) return null;
  return { code: 'parsers-disagree', detail: `the authentication library reads ${headerFrom.length} other author(s)` };
}

function malformed({ envelope, now }: GatherInput, message: Message, form: readonly FormFault[]): Gathered {
  const evidence: Evidence = {
    receivedAt: now,
    form,
    author: null,
    nullSender: envelope.mailFrom === '',
    domain: domainNotChecked(''),
    pgp: pgpNotChecked,
    sender: senderNotChecked,
    denylist: { result: 'none', hits: [] },
    transport: transportOf(envelope),
    content: contentNotChecked,
    proofs: [],
    assurance: 'unknown',
    deferredSince: null,
    missingAnswer: null,
    supportCeased: false,
  };
  return { ...identityOf(message), evidence, replayKeys: [] };
}

function identityOf({ content, contentDigest }: Message): Pick<Gathered, 'contentDigest' | 'rfcMessageId' | 'subject'> {
  return content.kind === 'parsed'
    ? { contentDigest, rfcMessageId: content.content.messageId, subject: content.content.subject }
    : { contentDigest, rfcMessageId: null, subject: '' };
}

function transportOf({ tls, client, helo, portal }: Envelope): Evidence['transport'] {
  return { tls: tls?.version ?? null, ip: client.ip, helo, ...(portal === undefined ? {} : { portal }) };
}

async function timed<T>(watch: Stopwatch, stage: string, work: Promise<T>): Promise<T> {
  const value = await work;
  watch.lap(stage);
  return value;
}

function ofRecords<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => Promise.reject(new EvidenceUnavailable('records', error)));
}

function ofMemory<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => Promise.reject(new EvidenceUnavailable('memory', error)));
}

async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new EvidenceUnavailable('deadline', null)), deadlineMs);
  work.catch(() => undefined); // a check that fails after the deadline has nobody to tell
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

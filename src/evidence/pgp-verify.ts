/** The part of the PGP check that computes: plain data in, plain data out, so that it can run in a worker thread. */
import { createHash } from 'node:crypto';
import { enums, type SignaturePacket } from 'openpgp';
import type { RegisteredKey } from '../directory/tenant.ts';
import { convertLfToCrlf } from '../message/line-endings.ts';
import type { PgpStructure } from '../message/message.ts';
import type { PgpFinding, PgpSigner } from './finding.ts';
import { bindingOf } from './pgp-binding.ts';
import { type DecryptionKey, parsedDecryptionKeys, verificationKeys } from './pgp-keys.ts';
import type { PgpLimits } from './pgp-limits.ts';
import { type Covered, type Ended, octetsOf, openPgp } from './pgp-open.ts';
import { judgeSignature, type SignatureJudgement } from './pgp-signature.ts';

export type PgpJob = {
  readonly structure: PgpStructure;
  /** The author's address in comparison form. */
  readonly author: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Our mailboxes and aliases in comparison form. */
  readonly mailboxes: readonly string[];
  /** The only keys that signatures are held against. */
  readonly keys: readonly RegisteredKey[];
  readonly decryptionKeys: readonly DecryptionKey[];
  readonly limits: PgpLimits;
};

/** What a valid signature of the author covers. */
export type InnerContent = {
  /** A whole MIME entity, CRLF line endings: header section, blank line, body. Text that came without one gets one. */
  readonly mime: Buffer;
  /** The protected Subject, which counts instead of the visible one; null when none is protected. */
  readonly subject: string | null;
  /** It was encrypted: it must not go into queue, log or spool in clear. */
  readonly encrypted: boolean;
};

export type PgpJobResult = {
  readonly finding: PgpFinding;
  readonly inner: InnerContent | null;
  /** Key ids (upper-case hex) of signatures that none of the job's keys made. */
  readonly strangers: readonly string[];
  /** See `Ended`. */
  readonly isBounded?: true;
};

/** Never rejects: whatever the library throws is a state with a cause. */
export async function verifyPgp(job: PgpJob): Promise<PgpJobResult> {
  try {
    return await verifyOrThrow(job);
  } catch {
    return failedJob(job.structure, 'cannot be checked: its PGP structure is broken');
  }
}

/** The state of a mail whose check broke off. */
export function failedJob(structure: PgpStructure, cause: string): PgpJobResult {
  const isEncrypted = structure.kind === 'encrypted' || structure.kind === 'inline-encrypted';
  return without({ kind: 'ended', encrypted: isEncrypted, result: isEncrypted ? 'undecryptable' : 'permerror', cause });
}

async function verifyOrThrow(job: PgpJob): Promise<PgpJobResult> {
  const at = new Date(job.now + job.limits.clockSkewMs);
  const [keys, decryptionKeys] = await Promise.all([
    verificationKeys(job.keys),
    parsedDecryptionKeys(job.decryptionKeys),
  ]);
  const opened = await openPgp(job.structure, { decryptionKeys, limits: job.limits, at });
  if (opened.kind === 'ended') return without(opened);
  const candidates = await opened.candidates(
    keys.map(({ key }) => key),
    at,
  );
  if (candidates.length === 0) {
    return without({
      kind: 'ended',
      encrypted: opened.encrypted,
      result: 'bad',
      cause: 'no signature over the content',
    });
  }
  const options = { content: opened.content, now: job.now, limits: job.limits };
  const judgements = await Promise.all(candidates.map((candidate) => judgeSignature(candidate, keys, options)));
  return summarise(opened, judgements, job);
}

/** One good signature is enough; else a wrong one of a registered key tells more than one of a stranger. */
async function summarise(
  covered: Covered,
  judgements: readonly SignatureJudgement[],
  job: PgpJob,
): Promise<PgpJobResult> {
  const good = judgements.find((judgement) => judgement.kind === 'good');
  if (good !== undefined) return believed(covered, good, job);
  const fault = judgements.find((judgement) => judgement.kind === 'fault');
  if (fault !== undefined) {
    const { result, cause, owner, holds, signedAt } = fault;
    const signer = holds ? signerOf(owner) : null;
    const finding = { ...neutral(covered), result, cause, fingerprint: owner.fingerprint, signer, signedAt };
    return { finding, inner: null, strangers: [] };
  }
  const strangers = judgements.filter((judgement) => judgement.kind === 'unknown');
  const [first] = strangers;
  const fingerprint = first?.claimed ?? null;
  const cause = `signed by ${fingerprint ?? 'an unnamed key'}, which is not registered for the author`;
  return {
    finding: { ...neutral(covered), result: 'unknown-key', cause, fingerprint, signedAt: first?.signedAt ?? null },
    inner: null,
    strangers: [...new Set(strangers.map(({ keyId }) => keyId))],
  };
}

async function believed(
  covered: Covered,
  { packet, owner, signedAt }: Extract<SignatureJudgement, { kind: 'good' }>,
  job: PgpJob,
): Promise<PgpJobResult> {
  const common = { ...neutral(covered), fingerprint: owner.fingerprint, signer: signerOf(owner), signedAt };
  const refused = (cause: string): PgpJobResult => ({
    finding: { ...common, result: 'bad', cause },
    inner: null,
    strangers: [],
  });
  if (owner.address !== job.author)
    return refused(`signed with a key that is registered for somebody else: ${owner.address}`);
  const ownKeys = job.decryptionKeys.map((key) => key.fingerprint);
  const binding = await bindingOf(covered, packet, { ...job, ownKeys });
  if (binding.foreignAuthor) return refused('the signed From field names somebody else than the author');
  const { boundBy, subject } = binding;
  const replayKey = replayKeyOf(covered, packet, owner, signedAt);
  const result = boundBy === null ? 'unbound' : 'pass';
  return {
    finding: { ...common, result, cause: goodCause(owner, boundBy), boundBy, replayKey },
    inner: { mime: entityOf(covered), subject, encrypted: covered.encrypted },
    strangers: [],
  };
}

function goodCause(owner: RegisteredKey, boundBy: PgpFinding['boundBy']): string {
  const valid = `valid signature of ${owner.address} by ${owner.fingerprint}`;
  switch (boundBy) {
    case 'signed-headers':
      return `${valid}; its signed To or Cc names one of our mailboxes`;
    case 'intended-recipient':
      return `${valid}; it names one of our keys as intended recipient`;
    case null:
      return `${valid}, but nothing in it says that it was meant for us`;
  }
}

/** POLICY "Proof": fingerprint, digest of the signed content, creation time. */
function replayKeyOf(covered: Covered, packet: SignaturePacket, owner: RegisteredKey, signedAt: number): string {
  // A text signature holds for either line ending: one content must not get two keys.
  const isText = packet.signatureType === enums.signature.text;
  const content = isText
    ? Buffer.from(covered.content.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
    : covered.content;
  return `pgp:${owner.fingerprint}:${createHash('sha256').update(content).digest('hex')}:${signedAt}`;
}

/** A MIME entity, CRLF line endings: text that came without a header section gets one. */
export function entityOf({ form, content }: Pick<Covered, 'form' | 'content'>): Buffer {
  if (form === 'entity') return convertLfToCrlf(content);
  const header = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n';
  return Buffer.concat([Buffer.from(header), convertLfToCrlf(content)]);
}

function signerOf({ tenantId, adminId, address }: RegisteredKey): PgpSigner {
  return { tenantId, adminId, address };
}

function neutral({ encrypted }: { readonly encrypted: boolean }): Omit<PgpFinding, 'result' | 'cause'> {
  return { fingerprint: null, signer: null, signedAt: null, boundBy: null, encrypted, replayKey: null };
}

function without(end: Ended): PgpJobResult {
  const finding: PgpFinding = { ...neutral(end), result: end.result, cause: end.cause };
  return { finding, inner: null, strangers: [], ...(end.isBounded === true ? { isBounded: true } : {}) };
}

/** What a pool hands back: buffers that went through another thread are plain octets. */
export function revived(result: PgpJobResult): PgpJobResult {
  return result.inner === null ? result : { ...result, inner: { ...result.inner, mime: octetsOf(result.inner.mime) } };
}

/**
 * DKIM signatures of one mail (RFC 6376), verified by mailauth in its strict mode while the body streams by once.
 *
 * What a hostile mail could make dear is bounded before anything is verified: the number of signatures, their size, the
 * number of names in `h=`, the number of body hashes, the length of a line. Fields that are left out as *signatures* stay
 * in the header block, because other signatures may cover them.
 */
import { hash } from 'node:crypto';
import {
  type ArcChain,
  DkimVerifier,
  type HeaderRow,
  type KeyCache,
  type SignatureField,
  type SignatureResult,
} from 'mailauth/lib/dkim/dkim-verifier.js';
import type { DkimIdentity } from 'mailauth/lib/dmarc/verify.js';
import { toALabel } from 'mailauth/lib/tools.js';
import { foldAscii } from '../address/mailbox.ts';
import type { HeaderField } from '../message/message.ts';
import type { RawMail } from '../message/raw-mail.ts';
import { isAligned, isWithin } from './alignment.ts';
import { type BodyLimits, feedBody } from './body.ts';
import { minKeyBits } from './dkim-keys.ts';
import type { CheckResult, DkimFinding, DkimSignature } from './finding.ts';
import { oneLine } from './one-line.ts';

export type DkimCheck = {
  readonly finding: DkimFinding;
  /** What DMARC counts: domains of passing signatures, partial and testing ones included. */
  readonly passed: readonly DkimIdentity[];
  /** From addresses as mailauth reads them. */
  readonly headerFrom: readonly string[];
  readonly fromFields: number;
  /** The ARC chain with the newest message signature verified; for `arc.ts`. */
  readonly arc: ArcChain;
  /** ARC fields were too many or too large to be looked at. */
  readonly arcIgnored: boolean;
};

export type DkimLimits = BodyLimits & {
  /** Signatures that are verified; those aligned with the author come first. */
  readonly signatures: number;
  /** ARC sets; a longer chain is not looked at. */
  readonly arcSets: number;
};

export type DkimInput = {
  readonly raw: RawMail;
  readonly header: readonly HeaderField[];
  readonly authorDomain: string;
  readonly now: number;
  readonly keys: KeyCache;
  readonly limits: DkimLimits;
};

const signatureBytes = 4_096;
const signatureNames = 150;
/** Each distinct `l=` is another hash over the whole body. */
const partialSignatures = 1;
const arcFields: ReadonlySet<string> = new Set(['arc-seal', 'arc-message-signature', 'arc-authentication-results']);

export async function checkDkim(input: DkimInput): Promise<DkimCheck> {
  const { header, keys, limits } = input;
  const verifier = new DkimVerifier({
    resolver: keys.resolver,
    minBitLength: minKeyBits,
    strict: true,
    curTime: new Date(input.now),
  });
  verifier.keyCache = keys;
  const chosen = chooseSignatures(header, input.authorDomain, limits.signatures);
  const arcIgnored = !isReadableChain(header, limits.arcSets);
  const looked = header.filter(
    (field) => field.name === 'from' || chosen.fields.has(field) || (!arcIgnored && arcFields.has(field.name)),
  );
  await verifier.messageHeaders({ parsed: looked.map(rowOf), original: Buffer.alloc(0) });
  verifier.headers = { parsed: header.map(rowOf), original: Buffer.alloc(0) };
  const signatures = verifier.signatureHeaders.filter(({ type }) => type === 'DKIM');
  for (const signature of verifier.signatureHeaders) {
    if (signature.hashAlgo === 'sha1') refuseSha1(signature, verifier);
    else fetchKey(signature, keys);
  }

  const fault = verifier.signatureHeaders.length === 0 ? null : await feedBody(input.raw, header, verifier, limits);
  if (fault === null) await verifier.finalChunk();
  const common = {
    headerFrom: verifier.headerFrom,
    fromFields: verifier.fromFields,
    arc: verifier.arc,
    arcIgnored,
  };
  const findings = signatures.map((field, at) => signatureOf(field, fault ?? verifier.results[at] ?? 'not verified'));
  return {
    ...common,
    finding: { ...bestOf(findings), signatures: findings, ignored: chosen.ignored },
    passed: findings.flatMap(({ result, domain, partialBody }, at) =>
      result === 'pass'
        ? [{ domain, underSized: partialBody ? (verifier.results[at]?.status.underSized ?? 1) : 0 }]
        : [],
    ),
  };
}

function rowOf(field: HeaderField): HeaderRow {
  return { key: field.name, casedKey: field.name, line: field.raw };
}

type Chosen = { readonly fields: ReadonlySet<HeaderField>; readonly ignored: number };

function chooseSignatures(header: readonly HeaderField[], authorDomain: string, limit: number): Chosen {
  const all = header.filter(({ name }) => name === 'dkim-signature');
  const ranked = all
    .filter(isReadable)
    .map((field) => ({ field, rank: rankOf(signingDomainOf(field), authorDomain) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ field }) => field);
  const surplus = new Set(ranked.filter(hasLength).slice(partialSignatures));
  const fields = new Set(ranked.filter((field) => !surplus.has(field)).slice(0, limit));
  return { fields, ignored: all.length - fields.size };
}

/** Bounds what mailauth's tag and `h=` readers cost; real signatures have a tenth of this. */
function isReadable({ raw }: HeaderField): boolean {
  if (raw.length > signatureBytes) return false;
  const text = raw.toString('latin1');
  return !/[ \t\r\n]{200}/.test(text) && text.split(':').length <= signatureNames;
}

function isReadableChain(header: readonly HeaderField[], sets: number): boolean {
  const fields = header.filter(({ name }) => arcFields.has(name));
  return (
    fields.length <= sets * arcFields.size &&
    fields.every((field) => field.name === 'arc-authentication-results' || isReadable(field))
  );
}

/** Only for ranking: mailauth reads the tag anew. */
function signingDomainOf({ value }: HeaderField): string {
  return foldAscii(/(?:^|;)\s*d\s*=\s*([^;\s]+)/.exec(value)?.[1] ?? '');
}

function hasLength({ value }: HeaderField): boolean {
  return /(?:^|;)\s*l\s*=/i.test(value);
}

function rankOf(signingDomain: string, authorDomain: string): number {
  if (signingDomain === authorDomain) return 0;
  if (isWithin(authorDomain, signingDomain)) return 1;
  return isAligned(signingDomain, authorDomain) ? 2 : 3;
}

/** RFC 8301 §3.1. Refused before the body is hashed for it. */
function refuseSha1(signature: SignatureField, verifier: DkimVerifier): void {
  signature.invalid = 'rsa-sha1 must not be used';
  if (signature.bodyHashKey !== undefined) verifier.bodyHashes.delete(signature.bodyHashKey);
}

/** Keys are asked for side by side while the body is hashed; the verifier then finds the answers there. */
function fetchKey(signature: SignatureField, keys: KeyCache): void {
  if (signature.skip !== undefined || signature.invalid !== undefined) return;
  keys.resolver(`${signature.selector}._domainkey.${toALabel(signature.signingDomain)}`, 'TXT').catch(() => undefined);
}

function signatureOf(field: SignatureField, outcome: SignatureResult | string): DkimSignature {
  const algorithm = oneLine(foldAscii(tag(field, 'a')));
  const status = typeof outcome === 'string' ? { result: 'neutral' as const, comment: outcome } : outcome.status;
  const bits = typeof outcome === 'string' ? undefined : outcome.modulusLength;
  const result = resultOf(status.result);
  const domain = oneLine(foldAscii(toALabel(field.signingDomain)));
  const selector = oneLine(field.selector);
  const seconds = field.parsed['t']?.value;
  return {
    result,
    cause: oneLine(`${result} for d=${domain} s=${selector}${causeOf(status)}`),
    domain,
    selector,
    algorithm,
    keyBits: bits ?? (result === 'pass' && algorithm === 'ed25519-sha256' ? 256 : null),
    testing: status.testing === true,
    partialBody: field.parsed['l'] !== undefined,
    signedFields: tag(field, 'h')
      .split(':')
      .map((name) => foldAscii(name.trim()))
      .filter((name) => name !== ''),
    signedAt: typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : null,
    // The decoded octets: base64 has several spellings of one value, and a replay must not get a new name by another.
    signatureId: hash('sha256', Buffer.from(tag(field, 'b'), 'base64')),
    replayed: false,
  };
}

function tag(field: SignatureField, name: string): string {
  const value = field.parsed[name]?.value;
  return typeof value === 'string' ? value : '';
}

/** RFC 8601 §2.7.1: `neutral` is a signature that could not be processed, `policy` one whose key or algorithm is too weak. */
function resultOf(result: SignatureResult['status']['result']): CheckResult {
  return result === 'neutral' || result === 'policy' ? 'permerror' : result;
}

function causeOf(status: SignatureResult['status']): string {
  const words = [status.comment, ...Object.values(status.policy ?? {})].filter((word) => word !== undefined);
  return words.length === 0 ? '' : `: ${words.join(', ')}`;
}

const bestFirst: readonly CheckResult[] = ['pass', 'temperror', 'fail', 'permerror'];

function bestOf(signatures: readonly DkimSignature[]): Pick<DkimFinding, 'result' | 'cause'> {
  const best = bestFirst.flatMap((result) => signatures.find((signature) => signature.result === result) ?? [])[0];
  return best === undefined ? { result: 'none', cause: 'not signed' } : { result: best.result, cause: best.cause };
}

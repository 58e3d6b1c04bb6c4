/**
 * The PGP check (POLICY "Proof", R-NODECRYPT, R-BADSIG): is all of the content signed by a key that is registered for
 * the author, now, for us?
 *
 * keys of the author -> compute (`pgp-verify.ts`) -> a stranger's signature? -> whose key is that -> compute again.
 */

import type { RegisteredKey } from '../directory/tenant.ts';
import type { HeaderField, PgpStructure } from '../message/message.ts';
import type { PgpFinding } from './finding.ts';
import { readEntityHeader } from './pgp-entity.ts';
import type { DecryptionKey } from './pgp-keys.ts';
import type { PgpLimits } from './pgp-limits.ts';
import { failedJob, type InnerContent, type PgpJob, type PgpJobResult, revived, verifyPgp } from './pgp-verify.ts';
import type { DirectoryPort, ReplayRecord } from './ports.ts';

export type { DecryptionKey } from './pgp-keys.ts';
export { defaultPgpLimits, type PgpLimits } from './pgp-limits.ts';
export type { InnerContent } from './pgp-verify.ts';

export type PgpInput = {
  readonly structure: PgpStructure;
  /** The visible header fields. */
  readonly header: readonly HeaderField[];
  /** The single mailbox of the single From field. */
  readonly author: { readonly address: string };
  /** Epoch milliseconds. */
  readonly now: number;
  /** Our mailboxes and aliases in comparison form. */
  readonly mailboxes: readonly string[];
  readonly directory: Pick<DirectoryPort, 'keysOf' | 'keysById' | 'standingOf'>;
  readonly decryptionKeys: readonly DecryptionKey[];
  readonly limits: PgpLimits;
  /**
   * Runs `verifyPgp` elsewhere, under a deadline; takes what is above `limits.inlineBytes`, or unfolds to more. Without
   * it all run here.
   */
  readonly pool?: (job: PgpJob) => Promise<PgpJobResult>;
};

export type PgpChecked = {
  readonly finding: PgpFinding;
  /** Only under a valid signature of the author (`pass`, `unbound`): nobody may use us to decrypt. */
  readonly inner: InnerContent | null;
};

export type PgpCheck = (input: PgpInput) => Promise<PgpChecked>;

/** Rejects only when the directory does. */
export const checkPgp: PgpCheck = async (input) => {
  const { structure, author, directory } = input;
  if (structure.kind === 'none' || structure.kind === 'partial') return strip(await verifyPgp(jobOf(input, [])));
  const first = await run(input, await directory.keysOf(author.address));
  if (first.finding.result !== 'unknown-key') return strip(await withVisibleSubject(input, first));
  const others = await ownersOf(first.strangers, input);
  return strip(others.length === 0 ? first : await run(input, others));
};

/**
 * The finding in the light of the replay memory: `replayed` when the same signature was seen with another mail. The
 * mail's own entry (same content digest) is a retry or a second recipient. The caller drops the inner content of a
 * replayed mail.
 */
export function markPgpReplay(
  finding: PgpFinding,
  records: ReadonlyMap<string, ReplayRecord>,
  contentDigest: string,
): PgpFinding {
  if (finding.replayKey === null) return finding;
  const record = records.get(finding.replayKey);
  if (record === undefined || record.contentDigest === contentDigest) return finding;
  return { ...finding, result: 'replayed', cause: `this signature came before, with another mail: ${record.mailId}` };
}

function strip({ finding, inner }: PgpJobResult): PgpChecked {
  return { finding, inner };
}

function jobOf(input: PgpInput, keys: readonly RegisteredKey[]): PgpJob {
  const { structure, author, now, mailboxes, decryptionKeys, limits } = input;
  return { structure, author: author.address, now, mailboxes, keys, decryptionKeys, limits };
}

async function run(input: PgpInput, keys: readonly RegisteredKey[]): Promise<PgpJobResult> {
  const job = jobOf(input, keys);
  if (input.pool === undefined) return verifyPgp(job);
  const inline = await runInline(job);
  if (inline !== null) return inline;
  try {
    return revived(await input.pool(job));
  } catch {
    // Deadline or memory: a mail that cannot be checked within bounds proves nothing, and asking again will not help.
    return failedJob(input.structure, 'cannot be checked within its limits of time and memory');
  }
}

/** Null for what is too large for this thread, or turns out to be: 55 KB of a message can unfold to 40 MB of text. */
async function runInline(job: PgpJob): Promise<PgpJobResult | null> {
  const { inlineBytes, decompressedBytes } = job.limits;
  if (sizeOf(job.structure) > inlineBytes) return null;
  const limits = { ...job.limits, decompressedBytes: Math.min(inlineBytes, decompressedBytes) };
  const result = await verifyPgp({ ...job, limits });
  return result.isBounded === true ? null : result;
}

function sizeOf(structure: PgpStructure): number {
  switch (structure.kind) {
    case 'none':
    case 'partial':
      return 0;
    case 'signed':
      return structure.signed.length + structure.signature.length;
    default:
      return structure.armored.length;
  }
}

/**
 * Keys that strangers' signatures name. A key of the admin whose secondary address this is counts as the author's: the
 * signature names the same person.
 */
async function ownersOf(keyIds: readonly string[], { directory, author }: PgpInput): Promise<RegisteredKey[]> {
  // All is asked at once and always: how long it takes must not tell whether a key is registered.
  const [standing, ...owners] = await Promise.all([
    directory.standingOf(author.address),
    ...keyIds.map((keyId) => directory.keysById(keyId)),
  ]);
  const found = owners.flat();
  if (standing.kind !== 'secondary') return found;
  return found.map((key) =>
    key.tenantId === standing.tenant.id && key.adminId === standing.admin.id
      ? { ...key, address: author.address }
      : key,
  );
}

/** Staff see the visible Subject in their mail program; say so when it is not the signed one. */
async function withVisibleSubject({ header }: PgpInput, result: PgpJobResult): Promise<PgpJobResult> {
  const { finding, inner } = result;
  const visible = header.find(({ name }) => name === 'subject');
  if (inner === null || inner.subject === null || inner.encrypted || visible === undefined) return result;
  const { subject } = await readEntityHeader(Buffer.concat([visible.raw, Buffer.from('\r\n')]));
  if (subject === inner.subject) return result;
  return { ...result, finding: { ...finding, cause: `${finding.cause}; the visible Subject is not the signed one` } };
}

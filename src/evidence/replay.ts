/** DKIM signatures against the replay memory (POLICY "Against replay"). Pure. */
import type { DkimSignature, DomainFinding } from './finding.ts';
import type { ReplayRecord } from './ports.ts';

export function replayKeyOf(signature: Pick<DkimSignature, 'signatureId'>): string {
  return `dkim:${signature.signatureId}`;
}

/** The keys to ask the memory for: those of signatures that could prove something. */
export function replayKeysOf({ dkim }: Pick<DomainFinding, 'dkim'>): string[] {
  return dkim.signatures.filter(({ result }) => result === 'pass').map(replayKeyOf);
}

/** Marks signatures that were seen with other content. The same content again is a retry or a second recipient. */
export function markReplays<Finding extends Pick<DomainFinding, 'dkim'>>(
  finding: Finding,
  records: ReadonlyMap<string, ReplayRecord>,
  contentDigest: string,
): Finding {
  const isReplay = (signature: DkimSignature): boolean => {
    const record = records.get(replayKeyOf(signature));
    return record !== undefined && record.contentDigest !== contentDigest;
  };
  const signatures = finding.dkim.signatures.map((signature) => ({ ...signature, replayed: isReplay(signature) }));
  return { ...finding, dkim: { ...finding.dkim, signatures } };
}

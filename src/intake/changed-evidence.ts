/**
 * Stored evidence as another directory or deny-list would have made it. What DNS said then stays: only what depends on
 * our own data is found out anew.
 */
import { parseMailbox } from '../address/mailbox.ts';
import { checkDenylist } from '../evidence/denylist.ts';
import type { Evidence, PgpFinding, Proof } from '../evidence/finding.ts';
import { withPortal } from '../evidence/portal.ts';
import type { DenylistPort, DirectoryPort } from '../evidence/ports.ts';
import { proofsOf } from '../evidence/proof.ts';
import { checkSender } from '../evidence/sender.ts';
import type { Envelope } from '../message/envelope.ts';
import type { Message } from '../message/message.ts';
import type { OwnNames } from './own-names.ts';

/** The evidence under another deny-list, with entries that end judged at the time of arrival. */
export async function underDenylist(evidence: Evidence, envelope: Envelope, denylist: DenylistPort): Promise<Evidence> {
  if (evidence.author === null) return evidence; // R-FORM decided before anything was looked up
  const { fingerprint } = evidence.pgp;
  const found = await checkDenylist({
    author: evidence.author.address,
    envelopeSender: envelope.mailFrom,
    ip: envelope.client.ip,
    fingerprints: fingerprint === null ? [] : [fingerprint],
    now: evidence.receivedAt,
    ports: { denylist },
  });
  return { ...evidence, denylist: found };
}

export type ProvingChange = {
  /** Null leaves who the senders were when the mails came. */
  readonly directory: DirectoryPort | null;
  /** Oldest signature that proves, milliseconds; null leaves what was too old then. */
  readonly signatureAgeMs: number | null;
  /** A mail that was deferred for this long is judged as unproven. Milliseconds. */
  readonly deferLimitMs: number;
  readonly own: OwnNames;
  /** The mail itself, for what of it was signed; null when it is kept no longer. */
  readonly message: () => Promise<Message | null>;
};

export type ProvenAgain = {
  readonly evidence: Evidence;
  /** The mail is gone, or a key is new: its proof was taken as it stood. */
  readonly isGuessed: boolean;
};

/** The evidence with another directory or age of proof: who the author is, whom it imitates, and what that proves. */
export async function provenAgain(evidence: Evidence, change: ProvingChange): Promise<ProvenAgain> {
  const { directory, signatureAgeMs } = change;
  const parsed = evidence.author === null ? null : parseMailbox(evidence.author.address);
  if (evidence.author === null || parsed === null || !parsed.ok) return { evidence, isGuessed: false };
  const sender =
    directory === null
      ? evidence.sender
      : await checkSender({
          author: parsed.mailbox,
          displayName: evidence.author.displayName,
          ports: { directory },
          ownAddresses: change.own.addresses,
          ownDomains: change.own.domains,
        });
  const held = directory === null ? evidence.pgp : await stillRegistered(evidence.pgp, directory);
  const pgp = signatureAgeMs === null ? held : stillFresh(held, evidence.receivedAt, signatureAgeMs);
  const isNewKey = directory !== null && (await isRegisteredNow(evidence.pgp, directory));
  const isSame = JSON.stringify([sender, pgp]) === JSON.stringify([evidence.sender, evidence.pgp]);
  if (isSame && (signatureAgeMs === null || !hangsOnAge(evidence))) return { evidence, isGuessed: isNewKey };
  const message = await change.message();
  const { portal } = evidence.transport;
  // Given by people about this very mail, not computed from it.
  const given = evidence.proofs.filter(({ kind }) => kind === 'confirmation');
  if (message === null) {
    const isPgp = pgp.signer !== null && pgp.result !== 'expired';
    const computed = evidence.proofs.filter(({ kind }) => kind !== 'portal' && (kind !== 'pgp' || isPgp));
    const { assurance } = evidence;
    const kept = withPortal({ proofs: computed, assurance }, sender, portal).proofs;
    const { standing } = sender;
    const isKnown = standing.kind !== 'unregistered' && standing.kind !== 'tenant-domain';
    const changed = { ...evidence, sender, pgp, ...assured(evidence, kept, isKnown ? 'claimed' : 'unknown') };
    return { evidence: changed, isGuessed: true };
  }
  const proven = proofsOf({
    mail: {
      authorDomain: evidence.author.domain,
      header: message.header,
      addressees: message.content.kind === 'parsed' ? message.content.content.addressees : [],
      isOurs: (address) => change.own.isOurs(address),
      now: evidence.receivedAt,
      ...(signatureAgeMs === null ? {} : { maxAgeMs: signatureAgeMs }),
    },
    domain: evidence.domain,
    pgp,
    standing: sender.standing,
    overdue: evidence.deferredSince !== null && evidence.receivedAt - evidence.deferredSince >= change.deferLimitMs,
  });
  const vouched = withPortal(proven, sender, portal);
  const proofs = [...vouched.proofs, ...given];
  return {
    evidence: { ...evidence, sender, pgp, ...assured(vouched, proofs, vouched.assurance) },
    isGuessed: isNewKey,
  };
}

/** Something was signed, so that its age may matter. */
function hangsOnAge({ domain, pgp }: Evidence): boolean {
  return pgp.signedAt !== null || domain.dkim.signatures.some(({ result }) => result === 'pass');
}

/** A signature that was too old then stays so: whether its key was good has not been kept. */
function stillFresh(pgp: PgpFinding, receivedAt: number, signatureAgeMs: number): PgpFinding {
  const { result, signedAt } = pgp;
  const proves = result === 'pass' || result === 'unbound';
  if (!proves || signedAt === null || receivedAt - signedAt <= signatureAgeMs) return pgp;
  return { ...pgp, result: 'expired', cause: 'the signature is older than the settings take for proof' };
}

function assured(
  { assurance }: Pick<Evidence, 'assurance'>,
  proofs: readonly Proof[],
  otherwise: Evidence['assurance'],
): Pick<Evidence, 'assurance' | 'proofs'> {
  if (assurance === 'forged') return { proofs, assurance };
  return { proofs, assurance: proofs.length > 0 ? 'proven' : otherwise };
}

/** A key that was unknown then: whether it signed this mail has not been looked at. */
async function isRegisteredNow({ fingerprint, result }: PgpFinding, directory: DirectoryPort): Promise<boolean> {
  return result === 'unknown-key' && fingerprint !== null && (await directory.keysById(fingerprint)).length > 0;
}

/** A key that nobody holds any more proves nothing; one that is new to the directory needs the mail's own check. */
async function stillRegistered(pgp: PgpFinding, directory: DirectoryPort): Promise<PgpFinding> {
  const { fingerprint, signer } = pgp;
  if (signer === null || fingerprint === null) return pgp;
  const holders = await directory.keysById(fingerprint);
  const isHeld = holders.some(({ adminId, tenantId }) => adminId === signer.adminId && tenantId === signer.tenantId);
  if (isHeld) return pgp;
  return { ...pgp, result: 'unknown-key', cause: 'the key is no longer registered', signer: null };
}

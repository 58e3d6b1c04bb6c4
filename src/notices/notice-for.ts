/**
 * Which notice a judged mail gives, if any. Pure.
 *
 * Two things are decided here and nowhere else: whether anybody is written to at all (POLICY "No oracle", "No
 * backscatter"), and to which address. What cannot be told for sure gives no notice.
 */
import type { SecretKind } from '../classify/classification.ts';
import type { AdminFacts, Standing } from '../directory/tenant.ts';
import type { Evidence, Proof } from '../evidence/finding.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { Addressee, Language, Notice } from './notice.ts';

/** Whether an address is one of our own mailboxes, aliases or subaddresses. */
export type OwnAddresses = (address: string) => boolean;

/** The evidence as a later decision sees it: somebody of ours, or the address on file, vouched for the sender. */
export function evidenceAfter({ followUp, sender }: JudgedMail, evidence: Evidence): Evidence {
  const isConfirmed = followUp !== undefined && sender.proof.includes('confirmation');
  if (!isConfirmed || evidence.assurance === 'forged') return evidence;
  const proof: Proof = { kind: 'confirmation', cause: `follow-up ${followUp.number}` };
  return { ...evidence, proofs: [...evidence.proofs, proof], assurance: 'proven' };
}

/** What of a judged mail a notice depends on. */
type Answered = Pick<JudgedMail, 'verdict' | 'spoolKey' | 'sender'>;

export function noticeFor(judged: Answered, evidence: Evidence, isOwn: OwnAddresses): Notice | null {
  // A reply in the session is all that a refused mail gets.
  if (judged.verdict.silent || judged.spoolKey === null || isAutomatic(evidence)) return null;
  const to = addresseeOf(judged, evidence);
  if (to === null || isOwn(to.address) || isRobot(to.address)) return null;
  const about = { to, language: languageOf(evidence), rotate: secretsIn(evidence) };
  return noticeOf(judged, evidence, about);
}

type About = Pick<Notice, 'to' | 'language' | 'rotate'>;

function noticeOf({ verdict }: Answered, evidence: Evidence, about: About): Notice | null {
  const { standing } = evidence.sender;
  const isCustomer = activeAdminOf(standing) !== null || standing.kind === 'alternate';
  switch (verdict.reason) {
    case 'admin':
    case 'contract':
    case 'confirmed':
    case 'department':
      if (isCustomer && verdict.prohibitions.length > 0)
        return { ...about, kind: 'never-done', prohibitions: verdict.prohibitions };
      return { ...about, kind: verdict.reason === 'department' || !isCustomer ? 'receipt' : 'received' };
    case 'needs-authorization':
      return { ...about, kind: isCustomer ? 'needs-authorization' : 'receipt' };
    case 'not-entitled':
      return { ...about, kind: 'not-entitled' };
    case 'insecure-channel': {
      if (standing.kind === 'unregistered') return null;
      const { requirePgp, requireTls } = standing.tenant.contract;
      return { ...about, kind: 'channel-refused', demands: { pgp: requirePgp, tls: requireTls } };
    }
    // One receipt for all of them, or it would tell who is registered (POLICY "No oracle").
    case 'prospect':
    case 'not-an-admin':
    case 'not-active-admin':
    // What staff look into first looks the same from outside: what made it doubtful may be somebody else's name or key.
    case 'unproven-sender':
    case 'not-primary':
    case 'shared-mailbox':
    case 'impersonation':
    case 'suspicious':
    case 'bad-signature':
    case 'cannot-decrypt':
    case 'conflicting-proof':
    case 'doubtful': // unless the verdict is silent
    case 'deny-listed': // likewise: only for an envelope sender or key that may be another's
      return { ...about, kind: 'receipt' };
    case 'malformed':
    case 'automatic':
    case 'forged':
    case 'own-support-address':
    case 'support-ceased':
    case 'refused':
    case 'unparseable':
    case 'abuse':
    case 'recovery':
      return null;
  }
}

/**
 * The author's address when it is proven, and nothing else of the mail. A mail that counts only because the registered
 * primary address confirmed it is answered there: its author is still nobody.
 */
function addresseeOf({ sender, verdict }: Answered, evidence: Evidence): Addressee | null {
  const { assurance, author, proofs } = evidence;
  const { standing } = evidence.sender;
  if (assurance !== 'proven' || verdict.assurance !== 'proven' || author === null) return null;
  // W-HELPDESK: whatever department it writes to, it would answer us.
  if (sender.address !== author.address || standing.kind === 'helpdesk') return null;
  if (proofs.some(({ kind }) => kind !== 'confirmation')) {
    return { address: author.address, because: 'proven-sender' };
  }
  const admin = proofs.length === 0 ? null : activeAdminOf(standing);
  // Never to a shared mailbox: who confirmed there is not known.
  if (admin === null || admin.mailbox === 'group') return null;
  return { address: admin.primaryEmail, because: 'registered-primary' };
}

function activeAdminOf(standing: Standing): AdminFacts | null {
  const isAdmin = standing.kind === 'primary' || standing.kind === 'secondary';
  return isAdmin && standing.admin.active ? standing.admin : null;
}

/** RFC 3834 §2, and every mark that asks for no answer; what could not be read may be any of them. */
function isAutomatic({ content, nullSender }: Evidence): boolean {
  if (nullSender || content.result !== 'parsed') return true;
  const { autoSubmitted, calendarMethod, list, ownMark, report, suppressReply } = content.automatic;
  const isMarked = report || suppressReply || list !== null || ownMark !== null || calendarMethod === 'REPLY';
  const { abuse, automatic } = content.classification;
  // R-ABUSE is silent for those whom earlier rules let through; it must be for everybody, or it tells who they are.
  const isAbuse = abuse.label === 'abusive' || abuse.label === 'threatening';
  return isMarked || automatic || isAbuse || (autoSubmitted !== null && autoSubmitted !== 'no');
}

/** RFC 3834 §2: addresses that are known to be served by programs. */
function isRobot(address: string): boolean {
  const local = address.slice(0, address.lastIndexOf('@')).replace(/\+.*$/, '');
  return /^(?:mailer-daemon|postmaster|listserv|majordomo|bounces?|(?:do[-_.]?)?no[-_.]?(?:t[-_.]?)?reply|owner-.*|.*-(?:request|owner|bounces))$/.test(
    local,
  );
}

/**
 * Decrypted text steers nothing unless the judged sender signed it: whoever passes on another's ciphertext would learn
 * from our words what is in it.
 */
function mayBeUsed({ pgp }: Evidence): boolean {
  return !pgp.encrypted || pgp.result === 'pass' || pgp.result === 'unbound';
}

function languageOf(evidence: Evidence): Language {
  const { content } = evidence;
  return content.result === 'parsed' && mayBeUsed(evidence) && content.classification.language === 'fr' ? 'fr' : 'en';
}

/** In the order in which they are named. */
const secretKinds: readonly SecretKind[] = ['password', 'private-key', 'api-token', 'card-number'];

function secretsIn(evidence: Evidence): readonly SecretKind[] {
  const { content } = evidence;
  if (content.result !== 'parsed' || !mayBeUsed(evidence)) return [];
  const found = new Set<SecretKind>(content.classification.secrets);
  return secretKinds.filter((kind) => found.has(kind));
}

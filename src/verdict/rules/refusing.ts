/** R-*: mail that is refused or stopped for what it is, whoever is asked. */
import type { DenyHit } from '../../denylist/entry.ts';
import { type Case, type Decision, isSupport, type Rule } from '../rule.ts';
import { tenantOf } from '../standing.ts';
import { named, reasons } from './requests.ts';

export const form: Rule = {
  id: 'R-FORM',
  title: 'tricks in the header or in line endings: rejected `malformed`',
  judge: ({ evidence }) =>
    evidence.form.length === 0
      ? null
      : {
          outcome: 'rejected',
          reason: 'malformed',
          detail: evidence.form.map((fault) => `${fault.code}: ${fault.detail}`),
          silent: true,
        },
};

export const denyNetwork: Rule = {
  id: 'R-DENY',
  title: 'client network on the deny-list: rejected `deny-listed`',
  judge: (item) => denied(item, (hit) => hit.subject === 'client-network' && hit.entry.scope.kind !== 'tenant'),
};

export const defer: Rule = {
  id: 'R-DEFER',
  title: 'a DNS answer is missing that could change the result: deferred `dns`, for at most the defer limit',
  judge: ({ evidence, policy, now }) => {
    if (evidence.missingAnswer === null) return null;
    const waitedMs = evidence.deferredSince === null ? 0 : now - evidence.deferredSince;
    if (waitedMs >= policy.deferLimitMs) return null; // POLICY order, 3: from here on judged as unproven
    return { outcome: 'deferred', reason: 'dns', rule: 'R-DEFER', detail: [evidence.missingAnswer] };
  },
};

export const automatic: Rule = {
  id: 'R-AUTO',
  title: 'bounce, report, Auto-Submitted, calendar reply or our own mark: rejected `automatic`, silently',
  judge: ({ evidence }) => {
    const marks = automaticMarks(evidence);
    return marks.length === 0 ? null : { outcome: 'rejected', reason: 'automatic', detail: marks, silent: true };
  },
};

function automaticMarks({ nullSender, content }: Case['evidence']): string[] {
  const marks: string[] = [];
  if (nullSender) marks.push('null envelope sender');
  if (content.result !== 'parsed') return marks;
  const { autoSubmitted, report, calendarMethod, ownMark } = content.automatic;
  if (report) marks.push('multipart/report');
  if (autoSubmitted !== null && autoSubmitted !== 'no') marks.push(`Auto-Submitted: ${autoSubmitted}`); // RFC 3834 §5
  if (calendarMethod === 'REPLY') marks.push('calendar METHOD:REPLY');
  if (ownMark !== null) marks.push('our own mark: a loop');
  return marks;
}

export const forged: Rule = {
  id: 'R-FORGED',
  title:
    'DMARC fails under an evaluated policy of reject: rejected `forged`; under quarantine, or where a trusted ARC chain saw it pass: escalated `suspicious`',
  judge: ({ evidence }) => {
    const { dmarc, arc } = evidence.domain;
    if (dmarc.result !== 'fail') return null;
    if (dmarc.policy === 'quarantine') {
      return { outcome: 'escalated', reason: 'suspicious', detail: [dmarc.cause] };
    }
    if (dmarc.policy !== 'reject') return null;
    if (arc.trusted && arc.sawDmarcPass) {
      return { outcome: 'escalated', reason: 'suspicious', detail: [dmarc.cause, `ARC: ${arc.cause}`] };
    }
    return { outcome: 'rejected', reason: 'forged', detail: [dmarc.cause], silent: true };
  },
};

export const denyRest: Rule = {
  id: 'R-DENY',
  title: 'sender, domain or PGP key on the deny-list: rejected `deny-listed`',
  judge: (item) => denied(item, () => true),
};

/** Hits whose scope covers this mailbox and this sender's tenant. */
function denied(item: Case, counts: (hit: DenyHit) => boolean): Decision | null {
  const hits = item.evidence.denylist.hits.filter((hit) => counts(hit) && inScope(hit, item) && !isAppeal(hit, item));
  if (hits.length === 0) return null;
  return {
    outcome: 'rejected',
    reason: 'deny-listed',
    detail: hits.map(
      (hit) => `${hit.subject} ${hit.matched}: entry ${hit.entry.id} (${hit.entry.kind} ${hit.entry.value})`,
    ),
    silent: hits.some(isAboutSender) || staysSilent(item),
  };
}

/**
 * An envelope sender or a PGP key is whatever a proven sender chooses to name. Silence about a denied one, and a receipt
 * for any other, would tell who is denied (POLICY "No oracle"): the mail gets what it would get without.
 */
function isAboutSender({ subject }: DenyHit): boolean {
  return subject === 'author' || subject === 'client-network';
}

/** X-* and P-DOUBT answer nobody. */
function staysSilent({ evidence: { content } }: Case): boolean {
  if (content.result !== 'parsed') return true;
  const { doubt, kind } = content.classification.request;
  return doubt || kind.startsWith('recovery-');
}

function inScope({ entry: { scope } }: DenyHit, { mailbox, evidence }: Case): boolean {
  switch (scope.kind) {
    case 'global':
      return true;
    case 'mailbox':
      return scope.mailbox === mailbox.address;
    case 'tenant':
      return scope.tenantId === tenantOf(evidence.sender.standing)?.id;
  }
}

/** D-SECURITY: appeals must get through, so address and domain entries do not apply there. */
function isAppeal({ entry }: DenyHit, { mailbox }: Case): boolean {
  return mailbox.department === 'security' && ['email', 'domain', 'subdomains'].includes(entry.kind);
}

export const noDecrypt: Rule = {
  id: 'R-NODECRYPT',
  title: 'encrypted to a key we do not hold, or without integrity protection: escalated `cannot-decrypt`',
  judge: ({ evidence: { pgp } }) =>
    pgp.result === 'undecryptable' || pgp.result === 'no-integrity'
      ? { outcome: 'escalated', reason: 'cannot-decrypt', detail: [`${pgp.result}: ${pgp.cause}`] }
      : null,
};

const wrong = new Set(['bad', 'revoked', 'expired', 'weak', 'replayed', 'permerror']);
const noPenalty = new Set(['unknown-key', 'partial']);

export const badSignature: Rule = {
  id: 'R-BADSIG',
  title:
    'a PGP signature that is wrong: escalated `bad-signature`; one that names somebody else than the domain proof does: escalated `conflicting-proof`',
  judge: (item) => {
    const { pgp, author, proofs, sender } = item.evidence;
    const detail = [`${pgp.result}: ${pgp.cause}`];
    // As with an unknown key, or the answer would tell that this one is registered.
    const silent = staysSilent(item);
    const namesAnother = pgp.signer !== null && author !== null && pgp.signer.address !== author.address;
    if (namesAnother && proofs.some((proof) => proof.kind === 'domain')) {
      return {
        outcome: 'escalated',
        reason: 'conflicting-proof',
        detail: [...detail, 'the domain proof names the author'],
        silent,
      };
    }
    if (wrong.has(pgp.result) || namesAnother) return { outcome: 'escalated', reason: 'bad-signature', detail, silent };
    const requirePgp = tenantOf(sender.standing)?.contract.requirePgp ?? 'none';
    if (noPenalty.has(pgp.result) && requirePgp !== 'none') {
      return { outcome: 'escalated', reason: 'bad-signature', detail: [...detail, 'the contract requires PGP'] };
    }
    return null;
  },
};

export const unjudged: Rule = {
  id: 'P-DOUBT',
  title:
    'encrypted without a valid inner signature of the sender, so that nobody has judged what is asked: escalated `doubtful`',
  judge: ({ evidence: { pgp } }) => {
    if (!pgp.encrypted || pgp.result === 'pass' || pgp.result === 'unbound') return null;
    const detail = [`${pgp.result}: ${pgp.cause}`, 'what the sender has not signed inside is judged by a person only'];
    // Not silent, as R-NODECRYPT is not: whoever sends on another's ciphertext must not learn whether it opened.
    return { outcome: 'escalated', reason: 'doubtful', detail };
  },
};

export const unparseable: Rule = {
  id: 'R-UNPARSEABLE',
  title: 'content that cannot be read within the limits: escalated `unparseable`, the raw mail is kept',
  judge: ({ evidence: { content } }) =>
    content.result === 'unparseable' ? { outcome: 'escalated', reason: 'unparseable', detail: [content.cause] } : null,
};

export const automaticByText: Rule = {
  id: 'R-AUTO',
  title: 'automatic by its text alone: escalated `doubtful`',
  /**
   * Behind forgery and deny-list: out-of-office words must not lift a refusal. Before X-* and P-*, as R-AUTO is: an absence
   * note that speaks of a closure is not to open a named case. It swallows none of them: a person decides, who is told
   * what it asks, and the doubtful mail of X-* kind waits in an unnamed case besides.
   */
  judge: ({ evidence: { content } }) => {
    if (content.result !== 'parsed' || !content.classification.automatic) return null;
    const { kind } = content.classification.request;
    const asked =
      kind === 'ordinary' ? [] : [`if a person wrote it, it asks: ${kind}`, ...reasons(content.classification)];
    return {
      outcome: 'escalated',
      reason: 'doubtful',
      detail: ['reads like an automatic answer, without its marks', ...asked],
      silent: true,
    };
  },
};

export const lookalike: Rule = {
  id: 'R-LOOKALIKE',
  title: 'imitates a registered address or domain, or ours: escalated `impersonation`',
  judge: ({ evidence: { sender, assurance }, policy }) => {
    if (!policy.lookalikes || sender.lookalike === null) return null;
    const isRegistered = sender.standing.kind !== 'unregistered' && sender.standing.kind !== 'tenant-domain';
    const isProvenColleague = sender.standing.kind === 'tenant-domain' && assurance === 'proven';
    if (isRegistered || isProvenColleague) return null;
    return {
      outcome: 'escalated',
      reason: 'impersonation',
      // Not silent: a proven imitator gets the receipt that every stranger gets, or silence would tell what is registered.
      detail: [`${sender.lookalike.kind} of ${sender.lookalike.of}`],
    };
  },
};

export const insecure: Rule = {
  id: 'R-INSECURE',
  title: 'a proven sender whose contract requires PGP or TLS that the mail lacks: rejected `insecure-channel`',
  judge: (item) => {
    const { evidence } = item;
    const contract = tenantOf(evidence.sender.standing)?.contract;
    if (!isSupport(item) || contract === undefined || evidence.assurance !== 'proven') return null;
    // The contract speaks of mail. Who lacks PGP or TLS is told to use the portal.
    if (evidence.proofs.some((proof) => proof.kind === 'portal')) return null;
    const lacks: string[] = [];
    const hasPgp = evidence.proofs.some((proof) => proof.kind === 'pgp');
    if (contract.requirePgp !== 'none' && !hasPgp) lacks.push('the contract requires a PGP signature');
    if (contract.requirePgp === 'encrypted-signed' && !evidence.pgp.encrypted)
      lacks.push('the contract requires encryption');
    if (contract.requireTls && evidence.transport.tls === null) lacks.push('the contract requires TLS');
    return lacks.length === 0 ? null : { outcome: 'rejected', reason: 'insecure-channel', detail: lacks };
  },
};

export const abuse: Rule = {
  id: 'R-ABUSE',
  title: 'abusive or threatening language: escalated `abuse`',
  judge: ({ evidence: { content } }) => {
    if (content.result !== 'parsed') return null;
    const { label, because } = content.classification.abuse;
    if (label !== 'abusive' && label !== 'threatening') return null;
    return {
      outcome: 'escalated',
      reason: 'abuse',
      detail: [label, ...because.map(({ rule }) => named(rule))],
      silent: true,
    };
  },
};

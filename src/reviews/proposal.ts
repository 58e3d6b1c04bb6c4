/**
 * What an abusive or imitating mail may put on the deny-list (R-ABUSE, R-LOOKALIKE). Pure.
 *
 * Only what was proven is ever named: who forges abuse in an admin's name would otherwise get the admin denied.
 */

import type { Classification } from '../classify/classification.ts';
import type { DenyEntry } from '../denylist/entry.ts';
import { type DenyProposal, proposeEntry } from '../denylist/entry-rules.ts';
import type { Evidence } from '../evidence/finding.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** A deny entry that staff may make; who makes it and until when is known only then. */
export type ProposedDeny = Pick<DenyProposal, 'value' | 'reason' | 'note'> & { readonly kind: 'email' | 'network' };

const proposing: ReadonlySet<Verdict['reason']> = new Set(['abuse', 'impersonation']);

/** What abuse and impersonation propose by themselves; null where nothing proven can be named. */
export function proposalOf(verdict: Verdict, evidence: Evidence): ProposedDeny | null {
  return verdict.outcome === 'escalated' && proposing.has(verdict.reason)
    ? denyOfSender(evidence, verdict.detail.join(', '))
    : null;
}

/** The author's address, if it was proven. */
export function denyOfSender({ assurance, author, content, proofs }: Evidence, reason: string): ProposedDeny | null {
  if (assurance !== 'proven' || proofs.length === 0 || author === null) return null;
  const because = content.result === 'parsed' ? content.classification.abuse.because : [];
  const words = because.map((cause) => [cause.rule, ...cause.words].join(' '));
  const proof = proofs.map(({ kind, cause }) => `${kind}: ${cause}`);
  return { kind: 'email', value: author.address, reason: cut(reason), note: cut([...proof, ...words].join('\n')) };
}

/**
 * The client's network address: a connection proves it, but many people may share it, so staff must ask for it. Null for
 * what the portal handed in: that is the portal's own address.
 */
export function denyOfNetwork({ transport, author }: Evidence, reason: string): ProposedDeny | null {
  if (transport.portal !== undefined) return null;
  const note = `client ${transport.helo}, author ${author?.address ?? 'unreadable'}`;
  return { kind: 'network', value: transport.ip, reason: cut(reason), note: cut(note) };
}

export type Entering = { readonly actor: string; readonly at: number; readonly lifeMs: number | null };

/** The entry as it would stand on the list, or why it may not. */
export function entryOf(
  proposed: ProposedDeny,
  { actor, at, lifeMs }: Entering,
): DenyEntry | { readonly fault: string } {
  const result = proposeEntry({
    ...proposed,
    scope: { kind: 'global' },
    expiresAt: lifeMs === null ? null : at + lifeMs,
    createdBy: actor,
    createdAt: at,
  });
  if (result.ok) return result.entry;
  return { fault: result.faults.map(({ field, message }) => `${field} ${message}`).join('; ') };
}

/** Time within which a second abusive mail of the same proven sender counts as a repeat. */
export const repeatWithinMs = 90 * 24 * 3_600_000;

/**
 * Whether an entry may be made without a person: a rule found abuse, the same proven sender did it before, and the
 * setting allows it. The word of the model is no rule (R-ABUSE).
 */
export function mayEnterAlone(
  proposed: ProposedDeny | null,
  abuse: Classification['abuse'] | null,
  earlierAbuse: number,
  isAllowed: boolean,
): boolean {
  const isByRule = abuse?.because.some(({ rule }) => rule !== 'model') === true;
  return isAllowed && isByRule && proposed?.kind === 'email' && earlierAbuse >= 1;
}

const longest = 900;

/** Texts of an entry are short lines without control characters. */
function cut(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (char) =>
    char === '\n' ? '\n' : ' ',
  );
  return clean.slice(0, longest).trim();
}

/** What may stand on the deny-list: proposals become entries in normal form, or are refused with the field at fault. */
import { createHash } from 'node:crypto';
import { isMailboxProvider, isPublicSuffix } from '../address/public-domain.ts';
import type { DenyEntry, DenyKind, DenyScope } from './entry.ts';
import { normalNetwork } from './network.ts';
import { foldAddress, normalDomain, normalFingerprint, normalPhone } from './normal-form.ts';
import { scopeText } from './scope.ts';

export const denyKinds = ['email', 'domain', 'subdomains', 'network', 'phone', 'pgp'] as const satisfies DenyKind[];

/** An entry as somebody wrote it. */
export type DenyProposal = {
  readonly kind: string;
  readonly value: string;
  readonly reason: string;
  readonly note: string;
  readonly scope: DenyScope;
  /** Epoch milliseconds; null never expires. */
  readonly expiresAt: number | null;
  readonly createdBy: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

export type DenyField = 'kind' | 'value' | 'reason' | 'note' | 'scope' | 'expires_at' | 'created_by';
export type DenyFault = { readonly field: DenyField; readonly message: string };
export type ProposalResult =
  | { readonly ok: true; readonly entry: DenyEntry }
  | { readonly ok: false; readonly faults: readonly DenyFault[] };

type Value = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string };

const maxTextLength = 1_000;

/** Checks a proposal as a whole; an expiry in the past is no fault (an exported list holds such entries). */
export function proposeEntry(proposal: DenyProposal): ProposalResult {
  const kind = parseDenyKind(proposal.kind);
  const value: Value = kind === null ? { ok: true, value: '' } : normalValue(kind, proposal.value.trim());
  const reason = proposal.reason.trim();
  const note = proposal.note.trim();
  const createdBy = proposal.createdBy.trim();
  const faults: DenyFault[] = [
    ...(kind === null ? [{ field: 'kind', message: `is none of ${denyKinds.join(', ')}` } as const] : []),
    ...(value.ok ? [] : [{ field: 'value', message: value.message } as const]),
    ...textFaults('reason', reason, true),
    ...textFaults('note', note, false),
    ...textFaults('created_by', createdBy, true),
  ];
  if (faults.length > 0 || kind === null || !value.ok) return { ok: false, faults };
  const { scope, expiresAt, createdAt } = proposal;
  const identity = { kind, value: value.value, scope };
  return {
    ok: true,
    entry: { id: entryId(identity), ...identity, reason, note, expiresAt, createdBy, createdAt },
  };
}

/** The id of an entry: 20 digits of a digest over kind, value and scope, which are its identity. */
function entryId({ kind, value, scope }: Pick<DenyEntry, 'kind' | 'value' | 'scope'>): string {
  return createHash('sha256')
    .update(`${kind}\n${value}\n${scopeText(scope)}`)
    .digest('hex')
    .slice(0, 20);
}

export function parseDenyKind(text: string): DenyKind | null {
  return denyKinds.find((kind) => kind === text.trim()) ?? null;
}

/** Normal form of a value of this kind, or why it may not be entered. */
export function normalValue(kind: DenyKind, text: string): Value {
  switch (kind) {
    case 'email':
      return orFault(foldAddress(text), 'is not a mail address in canonical form');
    case 'domain':
    case 'subdomains':
      return domainValue(text);
    case 'network':
      return networkValue(text);
    case 'phone':
      return orFault(normalPhone(text), 'is not an international phone number (E.164)');
    case 'pgp':
      return orFault(normalFingerprint(text), 'is not a PGP fingerprint of 40 or 64 hexadecimal digits');
  }
}

/** R-DENY: an entry for a public suffix or a mailbox provider would refuse unrelated people. */
function domainValue(text: string): Value {
  const domain = normalDomain(text);
  if (domain === null) return { ok: false, message: 'is not a domain in canonical form' };
  if (isPublicSuffix(domain)) return { ok: false, message: 'is a public suffix' };
  if (isMailboxProvider(domain)) return { ok: false, message: 'belongs to a mailbox provider; deny single addresses' };
  return { ok: true, value: domain };
}

function networkValue(text: string): Value {
  const network = normalNetwork(text);
  return network.ok ? { ok: true, value: network.cidr } : { ok: false, message: network.message };
}

function orFault(value: string | null, message: string): Value {
  return value === null ? { ok: false, message } : { ok: true, value };
}

function textFaults(field: 'reason' | 'note' | 'created_by', text: string, isMandatory: boolean): DenyFault[] {
  if (text === '') return isMandatory ? [{ field, message: 'must not be empty' }] : [];
  if (text.length > maxTextLength) return [{ field, message: `must have at most ${maxTextLength} characters` }];
  // These texts are shown on terminals and pages. A note may have lines.
  const isClean = /^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/u.test(text.replace(/[\n\t]/g, ' '));
  const isOneLine = field === 'note' || !/[\n\t]/.test(text);
  return isClean && isOneLine ? [] : [{ field, message: 'must not hold control characters' }];
}

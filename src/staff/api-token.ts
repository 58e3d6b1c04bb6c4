/**
 * API tokens: what a program shows instead of a password, and what it may do with it. Pure.
 *
 * A *staff* token acts with a role and within scopes. It never reaches beyond whoever made it, as they are now: a maker
 * who is demoted takes it down with them, and one who is shut out ends it. Tokens made at the command line belong to the
 * machine and to no person. A *portal* token has no role: it hands in what admins ask in the vendor's portal. An
 * *engineering* token has none either: it reads work orders and answers them.
 */
import type { StaffMember } from './member.ts';
import { may, type Right, type Role, roles } from './role.ts';
import { newToken, tokenHash } from './session.ts';

export const staffScopes = ['read', 'content', 'queues', 'alerts', 'deny', 'reviews', 'tickets', 'directory'] as const;
/** Kinds of tokens without a role; each has one scope of its own name. */
export const programKinds = ['portal', 'engineering'] as const;
export type ProgramKind = (typeof programKinds)[number];
export const apiScopes = [...staffScopes, ...programKinds] as const;
export type ApiScope = (typeof apiScopes)[number];
export type ApiTokenKind = 'staff' | ProgramKind;

export const scopeTexts: Readonly<Record<ApiScope, string>> = {
  read: 'look: mails, queues, alerts, deny-list, directory, reviews, tickets, cases, audit log',
  content: 'the raw text of mails; each download is audited',
  queues: 'put dead letters back to work',
  alerts: 'silence alerts, and try parked messages about them anew',
  deny: 'change the deny-list',
  reviews: 'decide about escalated mail',
  tickets: 'say that tickets were answered, wait or are closed',
  directory: 'replace the directory by an import',
  portal: 'hand in requests of admins; everything it hands in counts as proven',
  engineering: 'read work orders of recovery cases by their ids, and answer them',
};

export type ApiToken = {
  /** Names the token to people; tells nothing about its secret. */
  readonly id: string;
  readonly kind: ApiTokenKind;
  /** What it is for. */
  readonly name: string;
  /** Null for programs: the portal, engineering. */
  readonly role: Role | null;
  readonly scopes: readonly ApiScope[];
  readonly createdAt: number;
  /** Staff name, or `cli:<user>`. */
  readonly createdBy: string;
  /** Epoch milliseconds; null never. */
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly lastUsedFrom: string | null;
  readonly revokedAt: number | null;
  readonly revokedBy: string | null;
};

export type ApiTokenState = 'active' | 'expired' | 'revoked' | 'orphaned';

/** Who made the token, as they are now; null when nobody of staff did, or they are gone. */
export type TokenMaker = Pick<StaffMember, 'role' | 'state'> | null;

/** `orphaned`: its maker is shut out, or may not make such a token any more. */
export function apiTokenState(token: ApiToken, maker: TokenMaker, now: number): ApiTokenState {
  if (token.revokedAt !== null) return 'revoked';
  if (token.expiresAt !== null && token.expiresAt <= now) return 'expired';
  if (isMadeByMachine(token)) return 'active';
  if (maker === null || maker.state !== 'active') return 'orphaned';
  // Only who may make tokens may hand in proven requests, or answers of engineering, through one.
  return token.kind !== 'staff' && !may(maker.role, 'tokens.manage') ? 'orphaned' : 'active';
}

/** The role that a staff token acts with: its own or its maker's, whichever is less. Null for programs. */
export function roleOfToken(token: ApiToken, maker: TokenMaker): Role | null {
  if (token.role === null || isMadeByMachine(token) || maker === null) return token.role;
  return lesser(token.role, maker.role);
}

/** Whether a token with this role and these scopes may use a route that asks for them. */
export function tokenMay(
  { role, scopes }: { readonly role: Role | null; readonly scopes: readonly ApiScope[] },
  needed: { readonly scope: ApiScope; readonly right: Right | null },
): 'yes' | 'no-scope' | 'no-right' {
  if (!scopes.includes(needed.scope)) return 'no-scope';
  if (needed.right === null) return 'yes';
  return role !== null && may(role, needed.right) ? 'yes' : 'no-right';
}

export function parseScopes(texts: readonly string[]): readonly ApiScope[] | null {
  const wanted = new Set(texts);
  const found = apiScopes.filter((scope) => wanted.has(scope));
  return found.length === wanted.size ? found : null;
}

/** Why a token cannot be made so, as a sentence; null when it can. */
export function tokenFault(token: Pick<ApiToken, 'kind' | 'name' | 'role' | 'scopes'>): string | null {
  if (token.name === '') return 'Say what it is for.';
  if (token.name.length > 80 || /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(token.name)) {
    return 'The name is one line of at most 80 characters.';
  }
  const { kind } = token;
  if (kind !== 'staff') {
    return token.role === null && token.scopes.join() === kind
      ? null
      : `A token of the kind ${kind} has no role and one scope.`;
  }
  if (token.role === null) return 'Choose a role.';
  if (token.scopes.length === 0) return 'Choose at least one scope.';
  const foreign = programKinds.find((program) => token.scopes.includes(program));
  return foreign === undefined ? null : `The scope ${foreign} has tokens of its own kind.`;
}

/** A new secret, and what is kept of it. The prefix lets scanners of source code and logs find it. */
export function newApiToken(kind: ApiTokenKind): { readonly secret: string; readonly hash: string } {
  const secret = `ptn_${kind}_${newToken()}`;
  return { secret, hash: tokenHash(secret) };
}

/** What a secret is looked up by; null for a text that cannot be one, which then costs no look-up. */
export function apiTokenHash(secret: string): string | null {
  return /^ptn_(?:staff|portal|engineering)_[\w-]{43}$/.test(secret) ? tokenHash(secret) : null;
}

/** Whom the audit log names for what a token did. */
export function tokenActor({ id, name }: Pick<ApiToken, 'id' | 'name'>): string {
  return `token:${id} ${name}`;
}

function isMadeByMachine({ createdBy }: ApiToken): boolean {
  return createdBy.startsWith('cli:'); // no name of staff holds a colon
}

function lesser(one: Role, other: Role): Role {
  return roles.indexOf(one) <= roles.indexOf(other) ? one : other;
}

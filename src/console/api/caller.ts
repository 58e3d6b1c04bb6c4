/**
 * Who calls: the token of the request and nothing else. The session cookie of the console is never looked at here, so that
 * no page of anybody can make a browser call in the name of its user (CSRF), and no CORS header lets one read an answer.
 */
import { limitKey } from '../../network/limit-key.ts';
import {
  type ApiScope,
  type ApiToken,
  apiTokenHash,
  apiTokenState,
  roleOfToken,
  tokenActor,
  tokenMay,
} from '../../staff/api-token.ts';
import { type Right, type Role, rights } from '../../staff/role.ts';
import type { ConsolePorts } from '../ports.ts';
import { Problem } from './problem.ts';
import { createRate } from './rate.ts';

export type Caller = {
  readonly token: ApiToken;
  /** Null for the portal. */
  readonly role: Role | null;
  /** For the audit log. */
  readonly actor: string;
  /** Address that the call came from. */
  readonly from: string;
};

/** What a route asks of its caller. */
export type Access = { readonly scope: ApiScope; readonly right: Right | null };

export type KnowCaller = (
  request: { readonly authorization: string | undefined; readonly from: string },
  access: Access,
) => Promise<Caller>;

/** How often the time of the last call is written down. */
const touchMs = 60_000;

/** Rejects with a `Problem` when the call must not go on. */
export function callers({ apiRates, now, tokens }: Pick<ConsolePorts, 'apiRates' | 'tokens' | 'now'>): KnowCaller {
  const calls = createRate(apiRates.calls);
  // A good token gets through whatever others send from its address: many may stand behind one proxy.
  const failures = createRate(apiRates.failures);

  const refuse = (from: string, challenge: string, detail: string): Problem => {
    const waitMs = failures.take(limitKey(from), now());
    return waitMs > 0
      ? tooMany(waitMs, 'Too many calls with tokens that do not work.')
      : new Problem('unauthenticated', detail, { headers: { 'www-authenticate': challenge } });
  };

  return async ({ authorization, from }, access) => {
    if (authorization === undefined) {
      throw refuse(from, challenge(), 'Send a token: Authorization: Bearer ptn_…');
    }
    const [, secret = ''] = /^Bearer +([\w-]{1,200})$/i.exec(authorization) ?? [];
    const hash = apiTokenHash(secret);
    const known = hash === null ? null : await tokens.find(hash);
    // One answer, whether it never was a token, or is one no longer.
    if (known === null || apiTokenState(known.token, known.maker, now()) !== 'active') {
      throw refuse(from, challenge('invalid_token'), 'This token does not work, or does not work any more.');
    }
    const { maker, token } = known;
    const waitMs = calls.take(token.id, now());
    if (waitMs > 0) throw tooMany(waitMs, 'More calls than a token may make; spread them over time.');
    if (now() - (token.lastUsedAt ?? 0) >= touchMs) await tokens.used(token.id, from, now());
    const role = roleOfToken(token, maker);
    const verdict = tokenMay({ role, scopes: token.scopes }, access);
    if (verdict !== 'yes') throw forbidden(verdict, access);
    return { token, role, actor: tokenActor(token), from };
  };
}

function tooMany(waitMs: number, detail: string): Problem {
  const headers = { 'retry-after': String(Math.ceil(waitMs / 1_000)) };
  return new Problem('too-many-requests', detail, { headers });
}

/** RFC 6750 §3. */
function challenge(error?: 'invalid_token' | 'insufficient_scope', scope?: ApiScope): string {
  const parts = [
    'realm="postern"',
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
  ];
  return `Bearer ${parts.join(', ')}`;
}

function forbidden(verdict: 'no-scope' | 'no-right', { right, scope }: Access): Problem {
  if (verdict === 'no-scope') {
    const headers = { 'www-authenticate': challenge('insufficient_scope', scope) };
    return new Problem('forbidden', `This needs the scope ${scope}.`, { headers });
  }
  return new Problem('forbidden', `This needs the role ${right === null ? 'of the portal' : rights[right]} or above.`);
}

/** What a token may do follows from itself, its maker as they are now, and the clock. */
import { describe, expect, it } from 'vitest';
import {
  type ApiToken,
  apiTokenHash,
  apiTokenState,
  newApiToken,
  roleOfToken,
  tokenFault,
  tokenMay,
} from '../../src/staff/api-token.ts';

const token: ApiToken = {
  id: 't1',
  kind: 'staff',
  name: 'board',
  role: 'trust',
  scopes: ['read', 'deny'],
  createdAt: 0,
  createdBy: 'grace',
  expiresAt: 1_000,
  lastUsedAt: null,
  lastUsedFrom: null,
  revokedAt: null,
  revokedBy: null,
};
const admin = { role: 'admin', state: 'active' } as const;

describe('an API token', () => {
  it('ends by itself, by revocation, and with its maker', () => {
    expect(apiTokenState(token, admin, 999)).toBe('active');
    expect(apiTokenState(token, admin, 1_000)).toBe('expired');
    expect(apiTokenState({ ...token, revokedAt: 5 }, admin, 10)).toBe('revoked');
    expect(apiTokenState(token, null, 10)).toBe('orphaned');
    expect(apiTokenState(token, { role: 'admin', state: 'disabled' }, 10)).toBe('orphaned');
    expect(apiTokenState({ ...token, createdBy: 'cli:root' }, null, 10)).toBe('active');
  });

  it.each(['portal', 'engineering'] as const)(
    'of the kind %s ends when its maker may make tokens no longer',
    (kind) => {
      const portal = { ...token, kind, role: null, scopes: [kind] } as const;
      expect(apiTokenState(portal, admin, 10)).toBe('active');
      expect(apiTokenState(portal, { role: 'trust', state: 'active' }, 10)).toBe('orphaned');
      expect(apiTokenState({ ...portal, createdBy: 'cli:root' }, null, 10)).toBe('active');
    },
  );

  it('never reaches beyond its maker', () => {
    expect(roleOfToken(token, admin)).toBe('trust');
    expect(roleOfToken(token, { role: 'viewer', state: 'active' })).toBe('viewer');
    expect(roleOfToken({ ...token, createdBy: 'cli:root' }, null)).toBe('trust');
  });

  it('needs scope and right alike', () => {
    const needed = { scope: 'deny', right: 'deny.change' } as const;
    expect(tokenMay(token, needed)).toBe('yes');
    expect(tokenMay({ ...token, role: 'operator' }, needed)).toBe('no-right');
    expect(tokenMay({ ...token, scopes: ['read'] }, needed)).toBe('no-scope');
    expect(tokenMay({ role: null, scopes: ['portal'] }, { scope: 'portal', right: null })).toBe('yes');
    expect(tokenMay({ role: null, scopes: ['deny'] }, needed)).toBe('no-right');
  });

  it.each([
    [{ name: '' }, 'Say what it is for.'],
    [{ name: 'a\nb' }, 'The name is one line of at most 80 characters.'],
    [{ role: null }, 'Choose a role.'],
    [{ scopes: [] }, 'Choose at least one scope.'],
    [{ scopes: ['read', 'portal'] }, 'The scope portal has tokens of its own kind.'],
    [{ scopes: ['engineering'] }, 'The scope engineering has tokens of its own kind.'],
    [{ kind: 'portal' }, 'A token of the kind portal has no role and one scope.'],
    [
      { kind: 'engineering', role: null, scopes: ['portal'] },
      'A token of the kind engineering has no role and one scope.',
    ],
    [{ kind: 'engineering', role: null, scopes: ['engineering'] }, null],
    [{}, null],
  ] as const)('made with %j: %s', (change, fault) => {
    expect(tokenFault({ ...token, ...change })).toBe(fault);
  });

  it('is known by its hash; what cannot be one is not looked up', () => {
    expect(apiTokenHash(newApiToken('engineering').secret)).not.toBeNull();
    const { hash, secret } = newApiToken('portal');
    expect(secret).toMatch(/^ptn_portal_[\w-]{43}$/);
    expect(apiTokenHash(secret)).toBe(hash);
    for (const text of ['', 'ptn_portal_', `${secret}x`, secret.slice(4), `ptn_admin_${'a'.repeat(43)}`]) {
      expect(apiTokenHash(text)).toBeNull();
    }
  });
});

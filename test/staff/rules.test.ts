/** Roles, names, passwords, codes, sessions and the throttle. */
import { describe, expect, it } from 'vitest';
import { parseStaffName } from '../../src/staff/name.ts';
import { hashPassword, passwordFault, verifyPassword } from '../../src/staff/password.ts';
import { may, type Right, rights, roles } from '../../src/staff/role.ts';
import { newTotpSecret, totpStep, totpUri } from '../../src/staff/second-factor.ts';
import { absoluteMs, formToken, idleMs, isOver, newToken, tokenHash } from '../../src/staff/session.ts';
import { createThrottle } from '../../src/staff/throttle.ts';
import { totpCode } from '../helpers/totp-code.ts';

const now = Date.parse('2026-03-02T10:00:00Z');

describe('roles', () => {
  it('gives each role the rights of those below it, and no others', () => {
    const counts = roles.map((role) => Object.keys(rights).filter((right) => may(role, right as Right)).length);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(Object.keys(rights).length);
    expect(may('viewer', 'mail.find')).toBe(false);
    expect(may('operator', 'mail.read')).toBe(false);
    expect(may('operator', 'deny.change')).toBe(false);
    expect(may('trust', 'staff.manage')).toBe(false);
    expect(may('trust', 'mail.download')).toBe(true);
  });
});

describe('names', () => {
  it.each([
    ['Grace', 'grace'],
    [' ada.l@example.com ', 'ada.l@example.com'],
    ['a', null],
    ['grace hopper', null],
    ['../etc', null],
    ['<b>', null],
    ['gr\u0430ce', null],
  ])('reads %j as %j', (text, name) => {
    expect(parseStaffName(text)).toBe(name);
  });
});

describe('passwords', () => {
  it.each(['short', 'aaaaaaaaaaaaaaaa', 'gracegracegrace', 'qwertyuiopasdf', '123456789012', 'x'.repeat(257)])(
    'refuses %j',
    (password) => {
      expect(passwordFault(password, 'grace')).toEqual(expect.any(String));
    },
  );

  it('takes a few words', () => {
    expect(passwordFault('seven slow green herons', 'grace')).toBeNull();
  });

  it('keeps the parameters with the hash and knows the password in either Unicode form', async () => {
    const cost = { N: 1_024, r: 8, p: 1 };
    const stored = await hashPassword('caf\u00e9 noir au lait', cost);
    expect(stored).toMatch(/^scrypt\$1024\$8\$1\$/);
    expect(await verifyPassword('cafe\u0301 noir au lait', stored)).toBe(true);
    expect(await verifyPassword('cafe noir au lait', stored)).toBe(false);
    expect(await hashPassword('caf\u00e9 noir au lait', cost)).not.toBe(stored);
    expect(await verifyPassword('anything', null)).toBe(false);
    expect(await verifyPassword('anything', 'md5$no')).toBe(false);
  });
});

describe('codes', () => {
  const secret = newTotpSecret();

  it('takes a code once, one step early or late', () => {
    const step = totpStep(secret, totpCode(secret, now), 0, now);
    expect(step).toBe(Math.floor(now / 30_000));
    expect(totpStep(secret, totpCode(secret, now), step ?? 0, now)).toBeNull();
    expect(totpStep(secret, totpCode(secret, now - 30_000), 0, now)).not.toBeNull();
    expect(totpStep(secret, totpCode(secret, now + 30_000), 0, now)).not.toBeNull();
    expect(totpStep(secret, totpCode(secret, now - 90_000), 0, now)).toBeNull();
    expect(totpStep(secret, '12345', 0, now)).toBeNull();
  });

  it('is what RFC 6238 says', () => {
    // Appendix B, SHA-1, the last six digits; the secret is the ASCII text 12345678901234567890.
    expect(totpCode('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59_000)).toBe('287082');
    expect(totpUri(secret, 'grace')).toContain(`secret=${secret}`);
  });
});

describe('sessions', () => {
  it('end when idle, and in any case', () => {
    expect(isOver({ createdAt: now, lastSeenAt: now }, now + idleMs - 1)).toBe(false);
    expect(isOver({ createdAt: now, lastSeenAt: now }, now + idleMs)).toBe(true);
    expect(isOver({ createdAt: now, lastSeenAt: now + absoluteMs - 1 }, now + absoluteMs)).toBe(true);
  });

  it('have tokens that cannot be told from what is kept of them', () => {
    const token = newToken();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(new Set([token, tokenHash(token), formToken(token)]).size).toBe(3);
  });
});

describe('the throttle', () => {
  it('locks the guesser out, not the owner of the name', () => {
    const throttle = createThrottle();
    for (let tries = 0; tries < 5; tries += 1) throttle.tried('grace', '198.51.100.7', now);
    expect(throttle.waitMs('grace', '198.51.100.7', now)).toBeGreaterThan(0);
    expect(throttle.waitMs('grace', '192.0.2.1', now)).toBe(0);
    expect(throttle.waitMs('grace', '198.51.100.7', now + 15 * 60_000)).toBe(0);
  });

  it('stops a client that goes through names, and many clients at one name', () => {
    const throttle = createThrottle();
    for (let tries = 0; tries < 30; tries += 1) throttle.tried(`name-${tries}`, '198.51.100.7', now);
    expect(throttle.waitMs('another', '198.51.100.7', now)).toBeGreaterThan(0);
    for (let tries = 0; tries < 60; tries += 1) throttle.tried('grace', `192.0.2.${tries}`, now);
    expect(throttle.waitMs('grace', '203.0.113.9', now)).toBeGreaterThan(0);
  });

  it('takes all of an IPv6 network for one client', () => {
    const throttle = createThrottle();
    for (let tries = 0; tries < 30; tries += 1)
      throttle.tried(`name-${tries}`, `2001:db8:1:2::${tries.toString(16)}`, now);
    expect(throttle.waitMs('another', '2001:db8:1:2:ffff::1', now)).toBeGreaterThan(0);
    expect(throttle.waitMs('another', '2001:db8:1:3::1', now)).toBe(0);
  });

  it('forgets what was mistyped before a good log-in', () => {
    const throttle = createThrottle();
    for (let tries = 0; tries < 4; tries += 1) throttle.tried('grace', '192.0.2.1', now);
    throttle.tried('grace', '192.0.2.1', now);
    throttle.succeeded('grace', '192.0.2.1');
    for (let tries = 0; tries < 4; tries += 1) throttle.tried('grace', '192.0.2.1', now);
    expect(throttle.waitMs('grace', '192.0.2.1', now)).toBe(0);
  });

  it('takes back the try that was right, and no other: who shares an address shuts nobody out by logging in', () => {
    const throttle = createThrottle({ pair: 9, client: 2, name: 9 });
    for (let person = 0; person < 5; person += 1) {
      throttle.tried(`person-${person}`, '192.0.2.1', now);
      throttle.succeeded(`person-${person}`, '192.0.2.1');
    }
    expect(throttle.waitMs('another', '192.0.2.1', now)).toBe(0);
    throttle.tried('guessed', '192.0.2.1', now);
    throttle.tried('grace', '192.0.2.1', now);
    throttle.succeeded('grace', '192.0.2.1');
    throttle.tried('guessed', '192.0.2.1', now);
    expect(throttle.waitMs('another', '192.0.2.1', now)).toBeGreaterThan(0);
  });

  it('forgets the oldest before it remembers without end', () => {
    const throttle = createThrottle();
    for (let tries = 0; tries < 5; tries += 1) throttle.tried('grace', '192.0.2.1', now);
    // Three counts each, and fifty thousand are kept.
    const flood = (from: number, to: number) => {
      for (let index = from; index < to; index += 1)
        throttle.tried(`n${index}`, `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, now);
    };
    flood(0, 16_000);
    expect(throttle.waitMs('grace', '192.0.2.1', now)).toBeGreaterThan(0);
    flood(16_000, 17_000);
    expect(throttle.waitMs('grace', '192.0.2.1', now)).toBe(0);
  });
});

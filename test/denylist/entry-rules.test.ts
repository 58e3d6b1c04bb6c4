import { describe, expect, it } from 'vitest';
import type { DenyKind } from '../../src/denylist/entry.ts';
import { proposeEntry } from '../../src/denylist/entry-rules.ts';
import { parseExpiry } from '../../src/denylist/expiry.ts';
import { parseScope, scopeText } from '../../src/denylist/scope.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';

const proposal = {
  kind: 'email',
  value: 'ada@example.com',
  reason: 'abuse',
  note: '',
  scope: { kind: 'global' },
  expiresAt: null,
  createdBy: 'trust',
  createdAt: 0,
} as const;

describe('a proposed entry', () => {
  it.each<[DenyKind, string, string]>([
    ['email', 'Ada+x@GoogleMail.com', 'ada@gmail.com'],
    ['domain', ' Evil.Example ', 'evil.example'],
    ['subdomains', '*.evil.example', 'evil.example'],
    ['network', '192.0.2.1', '192.0.2.1/32'],
    ['phone', '+1 202 555 0123', '+12025550123'],
    ['pgp', 'ab'.repeat(20), 'AB'.repeat(20)],
  ])('%s %s is entered as %s', (kind, value, normal) => {
    expect(denyEntryOf(kind, value).value).toBe(normal);
  });

  it.each([
    ['domain', 'com', 'is a public suffix'],
    ['subdomains', 'co.uk', 'is a public suffix'],
    ['domain', 'github.io', 'is a public suffix'],
    ['domain', 'gmail.com', 'belongs to a mailbox provider; deny single addresses'],
    ['subdomains', 'Yahoo.co.uk', 'belongs to a mailbox provider; deny single addresses'],
    ['domain', 'ada@evil.example', 'is not a domain in canonical form'],
    ['email', 'evil.example', 'is not a mail address in canonical form'],
    ['network', '10.0.0.0/7', 'is wider than /8'],
    ['network', '2000::/18', 'is wider than /19'],
    ['phone', '0123', 'is not an international phone number (E.164)'],
    ['pgp', 'ABCDEF0123456789', 'is not a PGP fingerprint of 40 or 64 hexadecimal digits'],
  ])('%s %s is refused: %s', (kind, value, message) => {
    expect(proposeEntry({ ...proposal, kind, value })).toEqual({ ok: false, faults: [{ field: 'value', message }] });
  });

  it.each([
    ['kind', { kind: 'sender' }],
    ['reason', { reason: '  ' }],
    ['created_by', { createdBy: '' }],
    ['reason', { reason: 'two\nlines' }],
    ['reason', { reason: '\u001b[2J' }],
    ['note', { note: '\u202e' }],
    ['note', { note: 'x'.repeat(1_001) }],
  ])('is refused for its %s: %o', (field, changes) => {
    expect(proposeEntry({ ...proposal, ...changes })).toMatchObject({ ok: false, faults: [{ field }] });
  });

  it('names every fault at once', () => {
    const result = proposeEntry({ ...proposal, value: 'x', reason: '', createdBy: '' });
    expect(result.ok ? [] : result.faults.map(({ field }) => field)).toEqual(['value', 'reason', 'created_by']);
  });

  it('has the id of its kind, value and scope', () => {
    const id = denyEntryOf('email', 'ada@example.com').id;
    expect(denyEntryOf('email', 'ADA+x@example.com', { reason: 'other', createdAt: 5 }).id).toBe(id);
    expect(denyEntryOf('email', 'ada@example.com', { scope: { kind: 'tenant', tenantId: 't1' } }).id).not.toBe(id);
  });
});

describe('an expiry', () => {
  it.each([
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2027-01-31T12:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31t12:00:05.5+02:00', '2027-01-31T10:00:05.500Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseExpiry(text)).toEqual({ ok: true, at: Date.parse(instant) });
  });

  it.each([
    '2027-02-30',
    '2027-02-29T00:00Z',
    '2027-01-31T12:00',
    '2027-13-01',
    '31.01.2027',
    'tomorrow',
    '1798761600',
    '2027-01-31T25:00Z',
  ])('%s is refused', (text) => {
    expect(parseExpiry(text)).toEqual({ ok: false });
  });
});

describe('a scope as text', () => {
  it.each([
    ['', 'global'],
    ['global', 'global'],
    ['mailbox:Support@Postern.test', 'mailbox:support@postern.test'],
    ['tenant:t1', 'tenant:t1'],
  ])('"%s" is %s', (text, normal) => {
    const scope = parseScope(text);
    expect(scope === null ? null : scopeText(scope)).toBe(normal);
  });

  it.each(['Global', 'mailbox:', 'mailbox:support', 'tenant:', 'tenant:a b', 't1'])('%s is refused', (text) => {
    expect(parseScope(text)).toBeNull();
  });
});

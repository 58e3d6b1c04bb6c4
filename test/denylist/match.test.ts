import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DenyKind } from '../../src/denylist/entry.ts';
import { indexDenylist } from '../../src/denylist/index-denylist.ts';
import { type DenyTarget, denyKeysOf, keysOfTarget } from '../../src/denylist/keys.ts';
import { inScope, matchDeny, matchTarget } from '../../src/denylist/match.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const isDenied = (kind: DenyKind, value: string, target: DenyTarget) =>
  matchTarget([denyEntryOf(kind, value)], target, now).length > 0;
const address = (value: string): DenyTarget => ({ kind: 'address', value });

describe('an entry', () => {
  it.each<[DenyKind, string, DenyTarget, boolean]>([
    ['email', 'ada@example.com', address('ada@example.com'), true],
    ['email', 'ada@example.com', address('ADA+news@example.com'), true],
    ['email', 'ada+news@example.com', address('ada@example.com'), true],
    ['email', 'ada@example.com', address('a.da@example.com'), false],
    ['email', 'ada@gmail.com', address('a.d.a+x@googlemail.com'), true],
    ['email', 'ada@example.com', address('ada@sub.example.com'), false],
    ['domain', 'evil.example', address('x@evil.example'), true],
    ['domain', 'evil.example', address('x@a.b.evil.example'), true],
    ['domain', 'evil.example', address('x@notevil.example'), false],
    ['domain', 'sub.evil.example', address('x@evil.example'), false],
    ['domain', 'bücher.example', address('x@xn--bcher-kva.example'), true],
    ['subdomains', 'evil.example', address('x@evil.example'), false],
    ['subdomains', 'evil.example', address('x@a.evil.example'), true],
    ['domain', 'evil.example', address('x@a_b.evil.example'), true],
    ['domain', 'evil.example', address('x@evil.example.'), true],
    ['domain', 'evil.example', address('x y@EVIL.example'), true],
    ['subdomains', 'evil.example', address('x@a_b.evil.example'), true],
    ['subdomains', 'evil.example', address('x@evil.example.'), false],
    ['domain', 'evil.example', address('x@a_evil.example'), false],
    ['domain', 'evil.example', { kind: 'domain', value: 'mail.evil.example' }, true],
    ['network', '192.0.2.0/24', { kind: 'ip', value: '192.0.2.200' }, true],
    ['network', '192.0.2.0/24', { kind: 'ip', value: '192.0.3.1' }, false],
    ['network', '192.0.2.0/24', { kind: 'ip', value: '::ffff:192.0.2.200' }, true],
    ['network', '2001:db8::/32', { kind: 'ip', value: '2001:db8:ffff::1' }, true],
    ['network', '2001:db8::/32', { kind: 'ip', value: '2001:db9::1' }, false],
    ['pgp', 'ab'.repeat(20), { kind: 'fingerprint', value: 'AB'.repeat(20) }, true],
    ['pgp', 'ab'.repeat(20), { kind: 'fingerprint', value: 'CD'.repeat(20) }, false],
    ['phone', '+1 202 555 0123', { kind: 'phone', value: '+12025550123' }, true],
  ])('%s %s and %o: %s', (kind, value, target, denied) => {
    expect(isDenied(kind, value, target)).toBe(denied);
  });

  it('holds until it expires', () => {
    const entry = denyEntryOf('email', 'ada@example.com', { expiresAt: now });
    expect(matchTarget([entry], address('ada@example.com'), now - 1)).toEqual([entry]);
    expect(matchTarget([entry], address('ada@example.com'), now)).toEqual([]);
  });

  it('holds with any plus tag when it holds without', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,15}$/);
    const domain = fc.constantFrom('example.com', 'gmail.com', 'googlemail.com', 'proton.me');
    fc.assert(
      fc.property(name, domain, fc.stringMatching(/^[a-z0-9.]{0,8}$/), (local, host, tag) => {
        expect(isDenied('email', `${local}@${host}`, address(`${local}+${tag}@${host}`))).toBe(true);
      }),
    );
  });

  it('never holds for a name above it', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
        const parent = 'evil.example';
        const below = `${labels.join('.')}.${parent}`;
        for (const kind of ['domain', 'subdomains'] as const) {
          expect(isDenied(kind, below, address(`x@${parent}`))).toBe(false);
          expect(isDenied(kind, parent, address(`x@${below}`))).toBe(true);
        }
      }),
    );
  });
});

describe('a mail', () => {
  const subject = {
    author: 'ada@example.com',
    envelopeSender: 'bounce+1@mailer.example',
    ip: '192.0.2.7',
    fingerprints: ['AB'.repeat(20)],
  };

  it('is held against the list by author, envelope sender, client and key', async () => {
    const entries = [
      denyEntryOf('email', 'ada@example.com'),
      denyEntryOf('domain', 'mailer.example', { scope: { kind: 'mailbox', mailbox: 'sales@postern.test' } }),
      denyEntryOf('network', '192.0.0.0/16', { scope: { kind: 'tenant', tenantId: 't1' } }),
      denyEntryOf('pgp', 'AB'.repeat(20)),
      denyEntryOf('email', 'bob@example.com'),
    ];
    const found = await indexDenylist(entries).find(denyKeysOf(subject));
    expect(
      matchDeny(found, subject, now).map(({ subject: part, matched, entry }) => [part, matched, entry.value]),
    ).toEqual([
      ['author', 'ada@example.com', 'ada@example.com'],
      ['envelope-sender', 'bounce+1@mailer.example', 'mailer.example'],
      ['client-network', '192.0.2.7', '192.0.0.0/16'],
      ['pgp-key', 'AB'.repeat(20), 'AB'.repeat(20)],
    ]);
  });

  it('without author, envelope sender and key is held against the list by its client alone', () => {
    const bare = { author: null, envelopeSender: '', ip: '192.0.2.7', fingerprints: [] };
    expect(denyKeysOf(bare)).toEqual(keysOfTarget({ kind: 'ip', value: '192.0.2.7' }));
  });

  it('asks for each key once', () => {
    const keys = denyKeysOf({ ...subject, envelopeSender: subject.author });
    expect(new Set(keys.map(({ kind, value }) => `${kind} ${value}`)).size).toBe(keys.length);
  });
});

describe('a scope', () => {
  const place = { mailbox: 'support@postern.test', tenantId: 't1' };
  it.each([
    [{ kind: 'global' } as const, true],
    [{ kind: 'mailbox', mailbox: 'support@postern.test' } as const, true],
    [{ kind: 'mailbox', mailbox: 'sales@postern.test' } as const, false],
    [{ kind: 'tenant', tenantId: 't1' } as const, true],
    [{ kind: 'tenant', tenantId: 't2' } as const, false],
  ])('%o covers the mail: %s', (scope, covers) => {
    expect(inScope(scope, place)).toBe(covers);
  });

  it('of a tenant covers no mail of strangers', () => {
    expect(inScope({ kind: 'tenant', tenantId: 't1' }, { ...place, tenantId: null })).toBe(false);
  });
});

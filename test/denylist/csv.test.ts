import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denyCsvFaultLine, formatDenyCsv, parseDenyCsv } from '../../src/denylist/csv.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';

const now = Date.parse('2026-03-01T00:00:00Z');
const header = 'kind,value,reason,note,scope,expires_at,created_by';
const faultsOf = (...lines: readonly string[]) => {
  const result = parseDenyCsv([header, ...lines].join('\n'), now);
  return result.ok ? [] : result.faults.map(denyCsvFaultLine);
};

describe('a deny file', () => {
  it('is read with its scopes, expiries and normal forms', () => {
    const text = [
      `\uFEFF${header}`,
      'email,Ada+x@example.com,abuse,"a ""note"", with comma",,,trust',
      '',
      'domain,evil.example,abuse,,mailbox:support@postern.test,2027-01-31,trust',
      'network,192.0.2.0/24,abuse,,tenant:t1,2027-01-31T12:00:00+01:00,trust',
    ].join('\r\n');
    const result = parseDenyCsv(text, now);
    expect(result.ok ? result.entries : result.faults).toEqual([
      denyEntryOf('email', 'ada@example.com', { note: 'a "note", with comma', createdAt: now }),
      denyEntryOf('domain', 'evil.example', {
        scope: { kind: 'mailbox', mailbox: 'support@postern.test' },
        expiresAt: Date.parse('2027-01-31T00:00:00Z'),
      }),
      denyEntryOf('network', '192.0.2.0/24', {
        scope: { kind: 'tenant', tenantId: 't1' },
        expiresAt: Date.parse('2027-01-31T11:00:00Z'),
      }),
    ]);
  });

  it('may hold nothing but its header', () => {
    expect(parseDenyCsv(`${header}\n`, now)).toEqual({ ok: true, entries: [] });
  });

  it.each([
    [
      'an unknown kind',
      'sender,a@b.test,r,,,,me',
      'line 2, kind: is none of email, domain, subdomains, network, phone, pgp',
    ],
    ['a provider', 'domain,gmail.com,r,,,,me', 'line 2, value: belongs to a mailbox provider; deny single addresses'],
    ['no reason', 'email,a@b.test,,,,,me', 'line 2, reason: must not be empty'],
    ['no author', 'email,a@b.test,r,,,,', 'line 2, created_by: must not be empty'],
    [
      'a bad scope',
      'email,a@b.test,r,,everywhere,,me',
      'line 2, scope: is none of global, mailbox:<address>, tenant:<id>',
    ],
    [
      'a time without zone',
      'email,a@b.test,r,,,2027-01-31T12:00,me',
      'line 2, expires_at: is no ISO 8601 date, nor date and time with zone',
    ],
    ['too few fields', 'email,a@b.test,r', 'line 2: has 3 fields, not 7'],
    ['an open quote', 'email,"a@b.test,r,,,,me', 'line 2: has a quote that is never closed'],
    ['a stray quote', 'email,a"@b.test,r,,,,me', 'line 2: is not CSV: a quote stands in the wrong place'],
  ])('with %s is refused as a whole, and the line named', (_, row, line) => {
    expect(faultsOf(row, 'email,good@b.test,r,,,,me')).toEqual([line]);
  });

  it('names the lines of the file, whatever its cells span', () => {
    const rows = [
      'email,a@b.test,r,"two\r\nlines",,,me',
      '',
      'email,x,r,"two\nlines",,,me',
      'email,a+x@b.test,r,,,,me',
    ];
    expect(faultsOf(...rows)).toEqual([
      'line 5, value: is not a mail address in canonical form',
      'line 7, value: stands already in line 2, for the same scope',
    ]);
  });

  it.each(['', 'email,a@b.test,r,,,,me', header.replace('note,', ''), `${header},more`])(
    'without its header is refused',
    (text) => {
      expect(parseDenyCsv(text, now)).toMatchObject({ ok: false, faults: [{ line: 1, field: null }] });
    },
  );

  it('is read without an exception, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseDenyCsv(`${header}\n${text}`, now)).toHaveProperty('ok');
      }),
    );
  });
});

describe('an exported deny file', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }),
    fc.stringMatching(/^['"=+@|%\- ]{1,4}[a-z,]{1,5}$/),
  );
  const text = word.filter((value) => value.trim() === value && value !== '');

  it('gives the same entries again', () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.option(fc.integer({ min: 0, max: 4e12 })),
        (reason, note, createdBy, expiresAt) => {
          const entries = [
            denyEntryOf('phone', '+12025550123', { reason, note: `${note}\n${note}`, createdBy, expiresAt }),
            denyEntryOf('email', '=cmd@evil.example', {
              reason,
              note,
              createdBy,
              scope: { kind: 'tenant', tenantId: 't1' },
            }),
          ].map((entry) => ({ ...entry, createdAt: now }));
          expect(parseDenyCsv(formatDenyCsv(entries), now)).toEqual({ ok: true, entries });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('holds no cell that a spreadsheet would run', () => {
    fc.assert(
      fc.property(text, text, (reason, note) => {
        const rows = parse(formatDenyCsv([denyEntryOf('phone', '+12025550123', { reason, note })]));
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^\s*[=+\-@|%]/);
      }),
    );
  });
});

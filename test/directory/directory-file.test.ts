import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDirectory, parseDirectory, parseDirectoryText } from '../../src/directory/directory-file.ts';
import { faultLine } from '../../src/directory/fault.ts';
import { adminJson, directoryOf, type Json, namedKeyOptions, tenantJson } from '../helpers/directory-json.ts';

const key = (digit: string) => `KEY ${digit.repeat(40)}`;

async function faultsOf(...tenants: readonly unknown[]): Promise<readonly string[]> {
  const result = await parseDirectory({ tenants }, namedKeyOptions);
  return result.ok ? [] : result.faults.map(faultLine);
}

async function warningsOf(...tenants: readonly Json[]): Promise<readonly string[]> {
  const result = await parseDirectory({ tenants }, namedKeyOptions);
  return result.ok ? result.warnings.map(faultLine) : ['refused'];
}

const withAdmin = (changes: Json) => tenantJson({ admins: [adminJson(changes)] });

describe('a directory file', () => {
  it('may leave out fields with an obvious empty value', async () => {
    const { tenants } = await directoryOf({
      id: 't1',
      name: 'Example',
      tier: 'free',
      admins: [
        { id: 'a1', name: 'Ada', primaryEmail: 'ada@example.com', role: 'owner', active: true, mailbox: 'group' },
      ],
    });
    expect(tenants).toEqual([
      {
        id: 't1',
        name: 'Example',
        objectId: null,
        domains: [],
        signingDomains: [],
        tier: 'free',
        users: 0,
        partner: false,
        timezone: 'UTC',
        contract: { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] },
        helpdeskAddresses: [],
        contactsOnFile: [],
        admins: [
          {
            id: 'a1',
            name: 'Ada',
            primaryEmail: 'ada@example.com',
            secondaryEmails: [],
            role: 'owner',
            active: true,
            mailbox: 'group',
            pgpKeys: [],
          },
        ],
      },
    ]);
  });

  it('keeps everything in normal form', async () => {
    const { tenants } = await directoryOf(
      tenantJson({
        domains: ['Bücher.example'.normalize('NFC').toLowerCase()],
        contactsOnFile: [{ name: 'Grace', role: 'executive', phone: '+1 (202) 555-0123' }],
        contract: { alternateSenders: ['Partner@Other.example', { address: 'x@y.example', requests: ['purchase'] }] },
        admins: [adminJson({ primaryEmail: 'Ada@EXAMPLE.com' })],
      }),
    );
    expect(tenants[0]?.domains).toEqual(['xn--bcher-kva.example']);
    expect(tenants[0]?.contactsOnFile[0]).toMatchObject({ phone: '+12025550123', email: null });
    expect(tenants[0]?.contract.alternateSenders).toEqual([
      { address: 'partner@other.example', requests: [] },
      { address: 'x@y.example', requests: ['purchase'] },
    ]);
    expect(tenants[0]?.admins[0]?.primaryEmail).toBe('ada@example.com');
  });

  it('gives the same directory when it was exported and imported again', async () => {
    const before = await directoryOf(
      tenantJson({
        objectId: '5f0c',
        signingDomains: ['mail.example.com'],
        helpdeskAddresses: ['help@example.com'],
        contactsOnFile: [{ name: 'Grace', role: 'billing', phone: '+15550100', email: 'grace@example.com' }],
        admins: [adminJson({ pgpKeys: [key('A')], secondaryEmails: ['ada@home.example'] })],
      }),
      tenantJson({ id: 't2', domains: [], partner: true, admins: [] }),
    );
    const after = await parseDirectoryText(formatDirectory(before.tenants), namedKeyOptions);
    expect(after).toMatchObject({ ok: true, directory: before });
  });

  it('may start with a byte order mark', async () => {
    const text = `\uFEFF${JSON.stringify({ tenants: [tenantJson()] })}`;
    expect(await parseDirectoryText(text, namedKeyOptions)).toMatchObject({ ok: true });
  });
});

describe('a bad directory file', () => {
  it.each<[string, unknown, string]>([
    ['not an object', 7, 'tenants[0]: Invalid input: expected object, received number'],
    ['an unknown field', tenantJson({ tear: 'free' }), 'tenants[0].tear (tenant t1): is an unknown field'],
    [
      'a promise without its hours',
      tenantJson({ contract: { responseTimes: { '1': { clock: 'business' } } } }),
      'tenants[0].contract.responseTimes.1.hours (tenant t1)',
    ],
    [
      'a promise for a severity that there is not',
      tenantJson({ contract: { responseTimes: { '4': { clock: 'next-business-day' } } } }),
      'tenants[0].contract.responseTimes.4 (tenant t1): is an unknown field',
    ],
    [
      'hours that end before they begin',
      tenantJson({ contract: { businessHours: { timeZone: 'UTC', opensAt: '17:00', closesAt: '09:00' } } }),
      'tenants[0].contract.businessHours.closesAt (tenant t1): must be after opensAt',
    ],
    [
      'an unknown field in the contract',
      tenantJson({ contract: { requireTLS: true } }),
      'tenants[0].contract.requireTLS (tenant t1): is an unknown field',
    ],
    ['a missing tier', tenantJson({ tier: undefined }), 'tenants[0].tier (tenant t1): is missing'],
    [
      'a tier of its own',
      tenantJson({ tier: 'gold' }),
      'tenants[0].tier (tenant t1): Invalid option: expected one of "free"|"standard"|"premium"',
    ],
    ['a public suffix', tenantJson({ domains: ['co.uk'] }), 'tenants[0].domains[0] (tenant t1): is a public suffix'],
    [
      'a private public suffix',
      tenantJson({ domains: ['github.io'] }),
      'tenants[0].domains[0] (tenant t1): is a public suffix',
    ],
    [
      'a mailbox provider',
      tenantJson({ domains: ['example.com', 'GMAIL.com'] }),
      'tenants[0].domains[1] (tenant t1): belongs to a mailbox provider',
    ],
    [
      'a provider that may sign for the tenant',
      tenantJson({ signingDomains: ['gmail.com'] }),
      'tenants[0].signingDomains[0] (tenant t1): belongs to a mailbox provider',
    ],
    [
      'a wildcard domain',
      tenantJson({ domains: ['*.example.com'] }),
      'tenants[0].domains[0] (tenant t1): is not a domain in canonical form',
    ],
    [
      'a domain with a foreign dot',
      tenantJson({ domains: ['example。com'] }),
      'tenants[0].domains[0] (tenant t1): is not a domain in canonical form',
    ],
    [
      'an offset for a time zone',
      tenantJson({ timezone: '+01:00' }),
      'tenants[0].timezone (tenant t1): is not an IANA time zone',
    ],
    [
      'a time zone that is none',
      tenantJson({ timezone: 'Europe/Atlantis' }),
      'tenants[0].timezone (tenant t1): is not an IANA time zone',
    ],
    [
      'a phone without country code',
      tenantJson({ contactsOnFile: [{ name: 'G', role: 'executive', phone: '030 123456' }] }),
      'tenants[0].contactsOnFile[0].phone (tenant t1): is not an international phone number (E.164)',
    ],
    [
      'a contact that nobody can reach',
      tenantJson({ contactsOnFile: [{ name: 'G', role: 'executive' }] }),
      'tenants[0].contactsOnFile[0] (tenant t1): has neither phone nor email',
    ],
    [
      'an admin address with a display name',
      withAdmin({ primaryEmail: 'Ada <ada@example.com>' }),
      'tenants[0].admins[0].primaryEmail (tenant t1, admin a1): is not a mail address in canonical form',
    ],
    [
      'a name that turns the text around',
      withAdmin({ name: 'Ada\u202eecila' }),
      'tenants[0].admins[0].name (tenant t1, admin a1): must not hold control characters',
    ],
    [
      'an id that would break a scope',
      tenantJson({ id: 't 1' }),
      'tenants[0].id: must be 1 to 64 of A-Z a-z 0-9 . _ -, first a letter or digit',
    ],
    [
      'a text that is no key',
      withAdmin({ pgpKeys: [key('A'), 'hello'] }),
      'tenants[0].admins[0].pgpKeys[1] (tenant t1, admin a1): is not a usable public key: is not an armored PGP public key',
    ],
    [
      'a request kind that is none',
      tenantJson({ contract: { alternateSenders: [{ address: 'x@y.example', requests: ['everything'] }] } }),
      'tenants[0].contract.alternateSenders[0].requests[0] (tenant t1): is none of ordinary, credentials,',
    ],
  ])('with %s names the place', async (_, tenant, line) => {
    const faults = await faultsOf(tenant);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.slice(0, line.length)).toBe(line);
  });

  it('names every fault at once', async () => {
    expect(
      await faultsOf(tenantJson({ tier: 'x', users: -1 }), withAdmin({ role: 'root', active: 'yes' })),
    ).toHaveLength(4);
  });

  it.each<[string, Json, Json, string]>([
    ['tenant id', tenantJson(), tenantJson({ domains: [], admins: [] }), 'tenants[1].id (tenant t1)'],
    ['domain', tenantJson(), tenantJson({ id: 't2', admins: [] }), 'tenants[1].domains[0] (tenant t2)'],
    [
      'object id',
      tenantJson({ objectId: 'o' }),
      tenantJson({ id: 't2', objectId: 'o', domains: [], admins: [] }),
      'tenants[1].objectId (tenant t2)',
    ],
    [
      'primary address of two admins',
      tenantJson(),
      tenantJson({ id: 't2', domains: [] }),
      'tenants[1].admins[0].primaryEmail (tenant t2, admin a1)',
    ],
    [
      'primary and helpdesk address',
      tenantJson(),
      tenantJson({ id: 't2', domains: [], admins: [], helpdeskAddresses: ['ADA@example.com'] }),
      'tenants[1].helpdeskAddresses[0] (tenant t2)',
    ],
    [
      'primary and alternate address',
      tenantJson(),
      tenantJson({ id: 't2', domains: [], admins: [], contract: { alternateSenders: ['ada@example.com'] } }),
      'tenants[1].contract.alternateSenders[0].address (tenant t2)',
    ],
  ])('may not hold one %s twice', async (_, one, other, place) => {
    const faults = await faultsOf(one, other);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/: stands already at tenants\.0\./);
    expect(faults[0]?.startsWith(place)).toBe(true);
  });

  it('may not hold one address twice with one admin, nor one admin id twice in a tenant', async () => {
    expect(await faultsOf(withAdmin({ secondaryEmails: ['ada@example.com'] }))).toHaveLength(1);
    const twins = [adminJson(), adminJson({ primaryEmail: 'bob@example.com' })];
    expect(await faultsOf(tenantJson({ admins: twins }))).toEqual([
      'tenants[0].admins[1].id (tenant t1, admin a1): stands already at tenants.0.admins.0.id',
    ]);
  });

  it('may use an admin id again in another tenant', async () => {
    const other = tenantJson({ id: 't2', domains: [], admins: [adminJson({ primaryEmail: 'b@two.example' })] });
    expect(await faultsOf(tenantJson(), other)).toEqual([]);
  });

  it.each([
    ['', 'file: is not JSON'],
    ['{"tenants":[{"id":"x" "email":"ada@example.com"}]}', 'file: is not JSON at position 22'],
  ])('that is not JSON shows nothing of its content', async (text, line) => {
    const result = await parseDirectoryText(text, namedKeyOptions);
    expect(result.ok ? [] : result.faults.map(faultLine)).toEqual([line]);
  });

  it('is refused without an exception, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (json) => {
        const result = await parseDirectoryText(JSON.stringify(json), namedKeyOptions);
        expect(result.ok).toBe(false);
      }),
    );
  });
});

describe('a directory file that staff should look at', () => {
  it.each<[string, Json, string]>([
    ['no owner', withAdmin({ role: 'admin' }), 'tenants[0].admins (tenant t1): has 0 active owners, not one'],
    [
      'a role-like primary address',
      withAdmin({ primaryEmail: 'it-support@example.com' }),
      'tenants[0].admins[0].primaryEmail (tenant t1, admin a1): reads like a role: is it one person and a dedicated mailbox?',
    ],
    [
      'an admin that does not say whether he is active',
      withAdmin({ active: undefined }),
      'tenants[0].admins[0].active (tenant t1, admin a1): is left out: taken for true',
    ],
    [
      'a number that cannot exist',
      tenantJson({ contactsOnFile: [{ name: 'Grace', role: 'executive', phone: '+15550100' }] }),
      'tenants[0].contactsOnFile[0].phone (tenant t1): is no number that its country could assign',
    ],
    [
      'a foreign signing domain',
      tenantJson({ signingDomains: ['mailer.example'] }),
      "tenants[0].signingDomains[0] (tenant t1): is outside the tenant's domains: whoever may sign with it proves as this tenant",
    ],
  ])('warns of %s', async (_, tenant, line) => {
    expect(await warningsOf(tenant)).toEqual([line]);
  });

  it('warns of one key with two people, and refuses it twice with one', async () => {
    const second = tenantJson({
      id: 't2',
      domains: [],
      admins: [adminJson({ primaryEmail: 'b@two.example', pgpKeys: [key('A')] })],
    });
    expect(await warningsOf(withAdmin({ pgpKeys: [key('A')] }), second)).toEqual([
      "tenants[1].admins[0].pgpKeys[0] (tenant t2, admin a1): is the same key as tenants.0.admins.0.pgpKeys.0, which is another person's",
    ]);
    expect(await faultsOf(withAdmin({ pgpKeys: [key('A'), key('A')] }))).toHaveLength(1);
  });
});

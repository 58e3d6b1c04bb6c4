import { describe, expect, it } from 'vitest';
import { directoryRows, indexDirectory } from '../../src/directory/lookup.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';

const fingerprint = 'AB'.repeat(20);
const directory = await directoryOf(
  tenantJson({
    helpdeskAddresses: ['help@example.com'],
    contract: { alternateSenders: [{ address: 'partner@other.example', requests: ['purchase'] }] },
    admins: [
      adminJson({ secondaryEmails: ['ada@home.example'], pgpKeys: [`KEY ${fingerprint}`] }),
      adminJson({ id: 'a2', name: 'Bob', primaryEmail: 'bob@example.com', role: 'admin', active: false }),
    ],
  }),
  tenantJson({
    id: 't2',
    domains: ['two.example'],
    // At the other tenant's domain: the exact address goes before the domain.
    admins: [adminJson({ primaryEmail: 'consultant@example.com' })],
  }),
);
const index = indexDirectory(directory);

describe('the directory', () => {
  it.each([
    ['ada@example.com', { kind: 'primary', tenant: { id: 't1' }, admin: { id: 'a1', active: true } }],
    ['bob@example.com', { kind: 'primary', tenant: { id: 't1' }, admin: { id: 'a2', active: false } }],
    ['ada@home.example', { kind: 'secondary', tenant: { id: 't1' }, admin: { id: 'a1' } }],
    ['partner@other.example', { kind: 'alternate', tenant: { id: 't1' }, requests: ['purchase'] }],
    ['help@example.com', { kind: 'helpdesk', tenant: { id: 't1' } }],
    ['consultant@example.com', { kind: 'primary', tenant: { id: 't2' }, admin: { id: 'a1' } }],
    ['carol@example.com', { kind: 'tenant-domain', tenant: { id: 't1' } }],
    ['ada+x@example.com', { kind: 'tenant-domain', tenant: { id: 't1' } }],
    ['carol@sub.example.com', { kind: 'unregistered' }],
    ['carol@home.example', { kind: 'unregistered' }],
    ['partner+x@other.example', { kind: 'unregistered' }],
  ])('knows what %s is', async (address, standing) => {
    expect(await index.standingOf(address)).toMatchObject(standing);
  });

  it('shows judging no contacts, no keys and no other admins', async () => {
    const standing = await index.standingOf('ada@example.com');
    expect(JSON.stringify(standing)).not.toMatch(/KEY|contactsOnFile|admins|bob@|home\.example/);
  });

  it('finds keys by address, fingerprint and key id', async () => {
    const key = {
      fingerprint,
      armored: `KEY ${fingerprint}`,
      tenantId: 't1',
      adminId: 'a1',
      address: 'ada@example.com',
    };
    expect(await index.keysOf('ada@example.com')).toEqual([key]);
    expect(await index.keysOf('ada@home.example')).toEqual([]);
    expect(await index.keysById(fingerprint)).toEqual([key]);
    expect(await index.keysById(fingerprint.slice(-16))).toEqual([key]);
    expect(await index.keysById('0'.repeat(16))).toEqual([]);
  });

  it('stores each address once', () => {
    const addresses = directoryRows(directory).addresses.map((row) => row.address);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses).toHaveLength(6);
  });
});

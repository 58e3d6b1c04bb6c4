import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lookalikeKeysFor, lookalikeKeysOf } from '../../src/directory/lookalike.ts';
import { indexDirectory } from '../../src/directory/lookup.ts';
import type { Directory } from '../../src/directory/store.ts';
import type { Admin, Tenant } from '../../src/directory/tenant.ts';
import { allowanceRecords, keepAllowance } from '../../src/records/allowances.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { type DirectoryRecords, directoryRecords } from '../../src/records/directory.ts';
import type { Records } from '../../src/records/open-records.ts';
import { onEachDatabase } from './databases.ts';

function admin(id: string, primaryEmail: string, more: Partial<Admin> = {}): Admin {
  return {
    id,
    name: `Admin ${id}`,
    primaryEmail,
    secondaryEmails: [],
    role: 'owner',
    active: true,
    mailbox: 'dedicated',
    pgpKeys: [],
    ...more,
  };
}

function tenant(id: string, domain: string, more: Partial<Tenant> = {}): Tenant {
  return {
    id,
    name: `Tenant ${id}`,
    objectId: null,
    domains: [domain],
    signingDomains: [],
    tier: 'standard',
    users: 12,
    partner: false,
    timezone: 'UTC',
    contract: { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] },
    helpdeskAddresses: [],
    contactsOnFile: [],
    admins: [],
    ...more,
  };
}

const directory: Directory = {
  tenants: [
    tenant('t2', 'bluebird.example', {
      contract: {
        requirePgp: 'signed',
        requireTls: true,
        spfProves: true,
        alternateSenders: [{ address: 'partner@else.example', requests: ['purchase'] }],
      },
      helpdeskAddresses: ['help@bluebird.example'],
      // Ids are unique within a tenant only.
      admins: [admin('a1', 'grace@bluebird.example', { active: false })],
    }),
    tenant('t1', 'example.com', {
      admins: [
        admin('a1', 'ada@example.com', { secondaryEmails: ['ada@home.example'], pgpKeys: ['KEY ONE', 'KEY TWO'] }),
        admin('a2', 'bob@example.com', { pgpKeys: ['KEY TWO', 'KEY TWO'] }),
      ],
    }),
  ],
  keys: new Map([
    ['KEY ONE', { fingerprint: 'F1', ids: ['F1', 'SUB1'] }],
    ['KEY TWO', { fingerprint: 'F2', ids: ['F2', 'SUB2'] }],
  ]),
};

onEachDatabase((databases) => {
  describe('look-ups', () => {
    let stored: DirectoryRecords;
    beforeAll(async () => {
      stored = directoryRecords(await databases.lasting());
      await stored.replaceAll(directory, { actor: 'grace', at: 1_000 });
    });
    const inMemory = indexDirectory(directory);

    it.each([
      ['primary', 'ada@example.com'],
      ['primary', 'grace@bluebird.example'],
      ['secondary', 'ada@home.example'],
      ['alternate', 'partner@else.example'],
      ['helpdesk', 'help@bluebird.example'],
      ['tenant-domain', 'nobody@example.com'],
      ['unregistered', 'ada@sub.example.com'],
      ['unregistered', 'Ada@example.org'],
      ['unregistered', 'no address'],
    ])('gives the standing %s to %s, as the index in memory does', async (kind, address) => {
      const standing = await stored.standingOf(address);
      expect(standing.kind).toBe(kind);
      expect(standing).toEqual(await inMemory.standingOf(address));
    });

    it('finds the keys of an address, each once', async () => {
      expect(await stored.keysOf('ada@example.com')).toEqual(await inMemory.keysOf('ada@example.com'));
      expect((await stored.keysOf('bob@example.com')).map(({ fingerprint }) => fingerprint)).toEqual(['F2']);
      expect(await stored.keysOf('ada@home.example')).toEqual([]);
    });

    it('finds keys by the id of a subkey, whoever owns them', async () => {
      const owners = (await stored.keysById('SUB2')).map(({ address, fingerprint }) => [fingerprint, address]);
      expect(owners).toEqual([
        ['F2', 'ada@example.com'],
        ['F2', 'bob@example.com'],
      ]);
      expect(await stored.keysById('NONE')).toEqual([]);
    });

    it('finds names under look-alike keys', async () => {
      for (const address of ['ada@exarnple.com', 'x@bluebirb.example', 'x@else.example', 'ada@example.com']) {
        const keys = lookalikeKeysOf(address);
        const expected = await inMemory.namesUnder(keys);
        expect(new Set(await stored.namesUnder(keys))).toEqual(new Set(expected));
      }
      const many = Array.from({ length: 1_500 }, (_, index) => `s:${index}`);
      const [key = ''] = lookalikeKeysFor('example.com');
      expect(await stored.namesUnder([...many, key])).toEqual([{ key, name: 'example.com' }]);
      expect(await stored.namesUnder([])).toEqual([]);
    });
  });

  describe('import', () => {
    let records: Records;
    let stored: DirectoryRecords;
    beforeEach(async () => {
      records = await databases.fresh();
      stored = directoryRecords(records);
      await stored.replaceAll(directory, { actor: 'grace', at: 1_000 });
    });

    it('gives the tenants back in their order', async () => {
      expect(await stored.all()).toEqual(directory.tenants);
    });

    it('replaces everything', async () => {
      const next: Directory = { tenants: [tenant('t3', 'third.example')], keys: new Map() };
      await stored.replaceAll(next, { actor: 'ada', at: 2_000 });
      expect(await stored.all()).toEqual(next.tenants);
      expect(await stored.standingOf('ada@example.com')).toEqual({ kind: 'unregistered' });
      expect(await stored.keysById('F1')).toEqual([]);
      expect(await stored.namesUnder(lookalikeKeysOf('x@example.com'))).toEqual([]);
    });

    it('works out a large import before it holds others up, and leaves the event loop to them', async () => {
      const state = { turns: 0, before: 0, isDone: false };
      const counting = (async () => {
        while (!state.isDone) {
          await turn();
          state.turns += 1;
        }
      })();
      const watched = directoryRecords({
        ...records,
        writing: (work) => {
          state.before = state.turns;
          return records.writing(work);
        },
      });
      const tenants = Array.from({ length: 2_000 }, (_, index) => tenant(`t${index}`, `customer${index}.example`));
      await watched.replaceAll({ tenants, keys: new Map() }, { actor: 'ada', at: 2_000 });
      state.isDone = true;
      await counting;
      // Twenty parts; at one stretch it would be none.
      expect(state.before).toBeGreaterThan(15);
      expect(await stored.all()).toEqual(tenants);
      const digest = createHash('sha256').update(JSON.stringify(tenants)).digest('hex');
      expect(await stored.imports(1)).toMatchObject([{ tenants: 2_000, admins: 0, keys: 0, digest }]);
    });

    it('changes nothing when it fails', async () => {
      const broken: Directory = {
        tenants: [tenant('t3', 'third.example'), tenant('t3', 'other.example')],
        keys: new Map(),
      };
      await expect(stored.replaceAll(broken, { actor: 'ada', at: 2_000 })).rejects.toThrow();
      expect(await stored.all()).toEqual(directory.tenants);
      expect(await stored.imports(10)).toHaveLength(1);
    });

    it('tells who imported what and when', async () => {
      await stored.replaceAll({ tenants: [], keys: new Map() }, { actor: 'ada', at: 2_000 });
      expect(await stored.imports(10)).toMatchObject([
        { at: 2_000, actor: 'ada', tenants: 0, admins: 0, keys: 0 },
        { at: 1_000, actor: 'grace', tenants: 2, admins: 3, keys: 4, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ]);
      const audit = auditRecords(records);
      expect(await audit.list({ limit: 10, action: 'directory.import' })).toMatchObject([
        { actor: 'ada', detail: { tenants: 0 } },
        { actor: 'grace', detail: { tenants: 2 } },
      ]);
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 2 });
    });

    it('takes imports that come at once one after the other', async () => {
      const imports = Array.from(
        { length: 4 },
        (_, index): Directory => ({
          tenants: [tenant(`t${index}`, 'same.example'), tenant(`u${index}`, `${index}.example`)],
          keys: new Map(),
        }),
      );
      await Promise.all(imports.map((next, at) => stored.replaceAll(next, { actor: 'ada', at })));
      expect(imports.map(({ tenants }) => tenants)).toContainEqual(await stored.all());
    });
  });

  describe('a secondary address that staff allow', () => {
    it('is told with its standing, and counts no more when the directory gives it to nobody or somebody else', async () => {
      const records = await databases.fresh();
      const stored = directoryRecords(records);
      const by = { actor: 'grace', at: 1_000 };
      await stored.replaceAll(directory, by);
      const allowance = {
        address: 'ada@home.example',
        tenantId: 't1',
        adminId: 'a1',
        messageId: 'm-0',
        verifiedBy: 'by phone',
        createdAt: 1_000,
        createdBy: 'grace',
        until: 9_000,
      };
      await records.writing((trx) => keepAllowance(trx, records.dialect, allowance));
      await records.writing((trx) => keepAllowance(trx, records.dialect, { ...allowance, until: 9_500 }));
      expect(await stored.standingOf('ada@home.example')).toMatchObject({ kind: 'secondary', allowedUntil: 9_500 });
      const [t2, t1] = directory.tenants;
      if (t1 === undefined || t2 === undefined) throw new Error('no tenants');
      const given = t1.admins.map((each) => ({
        ...each,
        secondaryEmails: each.id === 'a2' ? ['ada@home.example'] : [],
      }));
      await stored.replaceAll({ ...directory, tenants: [t2, { ...t1, admins: given }] }, by);
      expect(await stored.standingOf('ada@home.example')).not.toHaveProperty('allowedUntil');
      const primary = t1.admins.map((each) => ({
        ...each,
        ...(each.id === 'a1' ? { primaryEmail: 'ada@home.example', secondaryEmails: [] } : {}),
      }));
      await stored.replaceAll({ ...directory, tenants: [t2, { ...t1, admins: primary }] }, by);
      expect(await stored.standingOf('ada@home.example')).not.toHaveProperty('allowedUntil');
      const allowances = allowanceRecords(records);
      expect(await allowances.withdraw('ada@home.example', { ...by, note: 'left' })).toBe(true);
      expect(await allowances.withdraw('ada@home.example', { ...by, note: 'left' })).toBe(false);
      expect(await allowances.list()).toEqual([]);
    });
  });
});

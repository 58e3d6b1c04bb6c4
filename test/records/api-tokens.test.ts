/** Tokens in the records, on both databases. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type ApiTokenRecords, apiTokenRecords } from '../../src/records/api-tokens.ts';
import { auditRecords } from '../../src/records/audit.ts';
import type { Records } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { newApiToken } from '../../src/staff/api-token.ts';
import { onEachDatabase } from './databases.ts';

const by = { actor: 'grace', at: 1_000 };
const board = { kind: 'staff', name: 'board', role: 'operator', scopes: ['read', 'queues'], expiresAt: null } as const;

onEachDatabase((databases) => {
  let records: Records;
  let tokens: ApiTokenRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    tokens = apiTokenRecords(records);
  });

  describe('API tokens', () => {
    it('are found by the hash of their secret alone, with their maker as they are now', async () => {
      const { hash, secret } = newApiToken('staff');
      const token = await tokens.add({ ...board, tokenHash: hash }, by);
      expect(await tokens.find(hash)).toEqual({ token, maker: null });
      expect(await tokens.find(secret)).toBeNull();
      expect(await tokens.find(newApiToken('staff').hash)).toBeNull();
      await staffRecords(records).add({ name: 'grace', role: 'admin' }, { tokenHash: 'x', expiresAt: 9 }, by);
      expect(await tokens.find(hash)).toMatchObject({ maker: { role: 'admin', state: 'invited' } });
      expect(JSON.stringify(await records.db.selectFrom('api_tokens').selectAll().execute())).not.toContain(secret);
    });

    it('are revoked once, and both acts are audited without the secret', async () => {
      const { hash, secret } = newApiToken('staff');
      const { id } = await tokens.add({ ...board, tokenHash: hash }, by);
      expect(await tokens.revoke(id, { actor: 'ada', at: 2_000 })).toBe(true);
      expect(await tokens.revoke(id, { actor: 'ada', at: 3_000 })).toBe(false);
      expect(await tokens.revoke('nothing', by)).toBe(false);
      expect(await tokens.find(hash)).toMatchObject({ token: { revokedAt: 2_000, revokedBy: 'ada' } });
      const rows = await auditRecords(records).list({ limit: 10 });
      expect(rows.map(({ action, actor, subject }) => [action, actor, subject])).toEqual([
        ['token.revoke', 'ada', id],
        ['token.add', 'grace', id],
      ]);
      expect(JSON.stringify(rows)).not.toContain(hash);
      expect(JSON.stringify(rows)).not.toContain(secret);
    });

    it('remember their last use, and are listed newest first', async () => {
      const { id } = await tokens.add({ ...board, tokenHash: 'one' }, by);
      await tokens.add({ ...board, name: 'later', tokenHash: 'two' }, { ...by, at: 2_000 });
      await tokens.used(id, '192.0.2.1', 5_000);
      const listed = await tokens.list();
      expect(listed.map(({ token }) => [token.name, token.lastUsedAt, token.lastUsedFrom])).toEqual([
        ['later', null, null],
        ['board', 5_000, '192.0.2.1'],
      ]);
    });
  });
});

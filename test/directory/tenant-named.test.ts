import { expect, it } from 'vitest';
import { tenantsByName } from '../../src/directory/tenant-named.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';

const other = (id: string, objectId: string) =>
  tenantJson({
    id,
    objectId,
    domains: [`${id}.example`],
    admins: [adminJson({ primaryEmail: `ada@${id}.example` })],
  });

it('finds a tenant by id or object id, and nobody where two could be meant', async () => {
  const { tenants } = await directoryOf(other('t1', 'o1'), other('t2', 't3'), other('t3', 'o3'));
  const named = tenantsByName(tenants);
  expect(['t1', 'o1', 't2', 'o3', 't3', 'nobody', ''].map((name) => named(name)?.id)).toEqual([
    't1',
    't1',
    't2',
    't3',
    undefined,
    undefined,
    undefined,
  ]);
  const { tenants: same } = await directoryOf(other('t4', 't4'));
  expect(tenantsByName(same)('t4')?.id).toBe('t4');
});

/** Whose last PGP key ends. */
import { expect, it } from 'vitest';
import { endingKeys } from '../../src/directory/ending-keys.ts';
import { readOneKey, signsUntil } from '../../src/keyring/public-key.ts';
import { makePgpKey } from '../../src/samples/pgp-samples.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';

const dayMs = 86_400_000;
const now = 1_000 * dayMs;

/** Ends by the day that a key's text names; `never` does not end. */
const endOf = async (armored: string) => (armored === 'never' ? null : now + Number(armored) * dayMs);

async function ending(admins: readonly { readonly active?: boolean; readonly pgpKeys: readonly string[] }[]) {
  const people = admins.map((_, index) => adminJson({ id: `a${index}`, primaryEmail: `a${index}@example.com` }));
  const { tenants } = await directoryOf(tenantJson({ admins: people }));
  const held = tenants.map((tenant) => ({
    ...tenant,
    admins: tenant.admins.map((admin, index) => ({ ...admin, ...admins[index] })),
  }));
  const found = await endingKeys(held, { endOf, now, withinMs: 30 * dayMs });
  return found.map(({ admin, endsAt }) => [admin.id, (endsAt - now) / dayMs]);
}

it('names who has no other key that lasts, the soonest first, and whose key ended lately', async () => {
  const found = await ending([
    { pgpKeys: ['29'] },
    { pgpKeys: ['3', '400'] },
    { pgpKeys: ['3', '12'] },
    { pgpKeys: ['-5'] },
    { pgpKeys: ['-31'] },
    { pgpKeys: ['31'] },
    { pgpKeys: ['2', 'never'] },
    { pgpKeys: [] },
    { pgpKeys: ['1'], active: false },
  ]);
  expect(found).toEqual([
    ['a3', -5],
    ['a2', 12],
    ['a0', 29],
  ]);
});

it('reads the end of a key, and that of one without an end', async () => {
  const endless = await makePgpKey({ name: 'Ada', email: 'ada@example.com' });
  const short = await makePgpKey({ name: 'Ada', email: 'ada@example.com', keyExpirationTime: 10 * 86_400 });
  const until = async (armored: string) => {
    const key = await readOneKey(armored);
    return 'fault' in key ? key.fault : signsUntil(key, new Date());
  };
  expect(await until(endless.armoredPublic)).toBeNull();
  const key = await readOneKey(short.armoredPublic);
  if ('fault' in key) throw new Error(key.fault);
  expect(await until(short.armoredPublic)).toBe(key.getCreationTime().getTime() + 10 * dayMs);
});

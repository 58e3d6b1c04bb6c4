/** Contract methods of recovery in the directory file. */
import { describe, expect, it } from 'vitest';
import { parseDirectory } from '../../src/directory/directory-file.ts';
import { faultLine } from '../../src/directory/fault.ts';
import { directoryOf, type Json, namedKeyOptions, tenantJson } from '../helpers/directory-json.ts';

const deadMan: Json = {
  id: 'switch',
  kind: 'dead-mans-switch',
  intervalDays: 30,
  procedures: ['preventative'],
  replaces: ['contact'],
};
const notary: Json = {
  id: 'notary',
  kind: 'authorised-third-party',
  name: 'A. Notary',
  address: 'Office@NOTARY.test',
  procedures: ['closure'],
  replaces: ['certificate-of-dissolution'],
};

function withMethods(...methods: readonly Json[]): Json {
  return tenantJson({ contract: { recoveryMethods: methods } });
}

async function faults(...methods: readonly Json[]): Promise<string> {
  const result = await parseDirectory({ tenants: [withMethods(...methods)] }, namedKeyOptions);
  return result.ok ? '' : result.faults.map(faultLine).join('\n');
}

describe('recovery methods of a contract', () => {
  it('are read, with their addresses in comparison form', async () => {
    const { tenants } = await directoryOf(withMethods(deadMan, notary));
    expect(tenants[0]?.contract.recoveryMethods).toEqual([
      { ...deadMan, graceDays: 7 },
      { ...notary, address: 'office@notary.test' },
    ]);
  });

  it.each<[string, Json[], string]>([
    ['a substitute for a court order', [{ ...deadMan, replaces: ['court-order'] }], 'replaces'],
    ['a method for no procedure', [{ ...deadMan, procedures: [] }], 'procedures'],
    ['a switch that never fires', [{ ...deadMan, intervalDays: 0 }], 'intervalDays'],
    ['an unknown kind', [{ ...deadMan, kind: 'fax' }], 'kind'],
    ['a third party without an address', [{ ...notary, address: 'notary' }], 'address'],
    ['two of one name', [deadMan, { ...notary, id: 'switch' }], 'stands already'],
  ])('refuses %s', async (_, methods, field) => {
    expect(await faults(...methods)).toContain(field);
  });
});

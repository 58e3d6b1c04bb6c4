/** Large files to import are read beside the event loop, to the same result as small ones. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseDenyCsv } from '../../src/denylist/csv.ts';
import { readDenyFile, readDirectoryFile } from '../../src/main/threaded-import.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';

const header = 'kind,value,reason,note,scope,expires_at,created_by';
const csvOf = (count: number, row = (index: number) => `email,a${index}@x${index}.example,spam,,global,,me`) =>
  `${header}\n${Array.from({ length: count }, (_, index) => row(index)).join('\n')}\n`;
const directoryOf = (count: number) =>
  JSON.stringify({
    tenants: Array.from({ length: count }, (_, index) =>
      tenantJson({
        id: `t${index}`,
        domains: [`c${index}.example`],
        admins: [adminJson({ primaryEmail: `ada@c${index}.example` })],
      }),
    ),
  });

/** Turns of the event loop while the work lasts. */
async function turnsDuring<Result>(work: () => Promise<Result>): Promise<{ result: Result; turns: number }> {
  const state = { isDone: false, turns: 0 };
  const counting = (async () => {
    while (!state.isDone) {
      await turn();
      state.turns += 1;
    }
  })();
  const result = await work();
  state.isDone = true;
  await counting;
  return { result, turns: state.turns };
}

describe('a file to import', () => {
  it('gives the same entries, large or small, and leaves the event loop to others', async () => {
    expect(await readDenyFile(csvOf(2), 1_000)).toEqual(parseDenyCsv(csvOf(2), 1_000));
    const text = csvOf(20_001);
    const { result, turns } = await turnsDuring(() => readDenyFile(text, 1_000));
    expect(turns).toBeGreaterThan(1_000); // read in this thread it would be a handful
    expect(result).toEqual(parseDenyCsv(text, 1_000));
  });

  it('gives the same directory', async () => {
    const { result, turns } = await turnsDuring(() => readDirectoryFile(directoryOf(2_500), 1_000));
    expect(turns).toBeGreaterThan(1_000);
    if (!result.ok) throw new Error(JSON.stringify(result.faults[0]));
    expect(result.directory.tenants.map(({ id }) => id)).toEqual(
      Array.from({ length: 2_500 }, (_, index) => `t${index}`),
    );
    expect(result.directory.tenants.at(-1)?.admins[0]?.primaryEmail).toBe('ada@c2499.example');
    const small = await readDirectoryFile(directoryOf(2), 1_000);
    expect(small).toMatchObject({ ok: true, directory: { tenants: result.directory.tenants.slice(0, 2) } });
  });

  it('says what is wrong with each row', async () => {
    const bad = csvOf(10_000, (index) => `email,nonsense ${index},spam,,global,,me`);
    const read = await readDenyFile(bad, 1_000);
    expect(read).toEqual(parseDenyCsv(bad, 1_000));
    expect(read).toMatchObject({ ok: false });
    const directory = await readDirectoryFile(directoryOf(2_500).replaceAll('ada@', 'ada at '), 1_000);
    expect(directory.ok ? [] : directory.faults).toHaveLength(2_500);
    const cut = await readDirectoryFile(directoryOf(2_500).slice(0, -5), 1_000);
    expect(cut.ok ? [] : cut.faults).toHaveLength(1);
  });
});

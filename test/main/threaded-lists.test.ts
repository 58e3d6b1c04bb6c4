/** Lists out of uploaded files, read and looked up beside the event loop. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openLists, type ThreadedLists } from '../../src/main/threaded-lists.ts';
import { tenantJson } from '../helpers/directory-json.ts';

const header = 'kind,value,reason,note,scope,expires_at,created_by';
let lists: ThreadedLists | null = null;
afterEach(() => lists?.close());
const open = async (texts: { readonly denylist?: string; readonly directory?: string }) => {
  lists = await openLists({ denylist: null, directory: null, at: 1_000, ...texts });
  return lists;
};

describe('lists of files', () => {
  it('answer as the records do', async () => {
    const { denylist, directory, faults } = await open({
      denylist: `${header}\nemail,pest@denied.example,spam,,global,,me\n`,
      directory: JSON.stringify({ tenants: [tenantJson()] }),
    });
    expect(faults).toEqual([]);
    const key = { kind: 'email', value: 'pest@denied.example' } as const;
    expect(await denylist.find([key, { kind: 'email', value: 'nobody@denied.example' }])).toMatchObject([
      { reason: 'spam' },
    ]);
    expect(await directory.standingOf('ada@example.com')).toMatchObject({ kind: 'primary', tenant: { id: 't1' } });
    expect(await directory.standingOf('eve@elsewhere.example')).toEqual({ kind: 'unregistered' });
    expect(await directory.keysOf('ada@example.com')).toEqual([]);
    expect(await directory.keysById('ABCD')).toEqual([]);
    expect(await directory.namesUnder(['nothing'])).toEqual([]);
  });

  it('name what is wrong with either', async () => {
    const { faults } = await open({
      denylist: `${header}\nemail,nonsense,x,,global,,me\n`,
      directory: '{"tenants":[{}]}',
    });
    expect(faults[0]).toMatch(/^Deny-list: line 2/);
    expect(faults.some((fault) => fault.startsWith('Directory: '))).toBe(true);
    expect((await open({ directory: '{' })).faults).toHaveLength(1);
  });

  it('of which there is none are not answered for', async () => {
    const { denylist } = await open({ directory: JSON.stringify({ tenants: [] }) });
    await expect(denylist.find([])).rejects.toThrow('no entries');
  });

  it('leave the event loop to others, however many rows there are', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `email,a${index}@x${index}.example,spam,,global,,me`);
    let turns = 0;
    const state = { isRead: false };
    const counting = (async () => {
      while (!state.isRead) {
        await turn();
        turns += 1;
      }
    })();
    await open({ denylist: `${header}\n${rows.join('\n')}\n` });
    state.isRead = true;
    await counting;
    // Read in this thread it would be a handful.
    expect(turns).toBeGreaterThan(1_000);
  });
});

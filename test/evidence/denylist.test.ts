import { describe, expect, it } from 'vitest';
import type { DenyKey } from '../../src/denylist/entry.ts';
import { indexDenylist } from '../../src/denylist/index-denylist.ts';
import { checkDenylist } from '../../src/evidence/denylist.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const mail = { author: 'x@evil.example', envelopeSender: '', ip: '192.0.2.7', fingerprints: [], now };

describe('the deny-list check', () => {
  it('says which entry holds, for what of the mail', async () => {
    const entry = denyEntryOf('domain', 'evil.example');
    expect(await checkDenylist({ ...mail, ports: { denylist: indexDenylist([entry]) } })).toEqual({
      result: 'hit',
      hits: [{ entry, subject: 'author', matched: 'x@evil.example' }],
    });
  });

  it('passes over entries that have expired', async () => {
    const denylist = indexDenylist([denyEntryOf('domain', 'evil.example', { expiresAt: now })]);
    expect(await checkDenylist({ ...mail, ports: { denylist } })).toEqual({ result: 'none', hits: [] });
  });

  it('believes no entry that the store gave without being asked for it', async () => {
    const denylist = { find: async () => [denyEntryOf('domain', 'other.example')] };
    expect(await checkDenylist({ ...mail, ports: { denylist } })).toMatchObject({ result: 'none' });
  });

  it('asks once, and for the same number of keys, whether or not the sender is denied', async () => {
    const asked: number[] = [];
    const index = indexDenylist([denyEntryOf('email', 'x@evil.example')]);
    const find = async (keys: readonly DenyKey[]) => {
      asked.push(keys.length);
      return index.find(keys);
    };
    await checkDenylist({ ...mail, ports: { denylist: { find } } });
    await checkDenylist({ ...mail, author: 'y@good.example', ports: { denylist: { find } } });
    expect(asked).toHaveLength(2);
    expect(asked[0]).toBe(asked[1]);
  });

  it('fails when the deny-list fails', async () => {
    const denylist = { find: () => Promise.reject(new Error('gone')) };
    await expect(checkDenylist({ ...mail, ports: { denylist } })).rejects.toThrow('gone');
  });
});

/** What the console alone keeps, on both databases: passkeys and their questions, pauses, claims. */
import { expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { mostPasskeys, passkeyRecords } from '../../src/records/passkeys.ts';
import { queuePauses } from '../../src/records/queue-pauses.ts';
import { claimMs, reviewClaims } from '../../src/records/review-claims.ts';
import { staffRecords } from '../../src/records/staff.ts';
import type { Passkey } from '../../src/staff/passkey.ts';
import { onEachDatabase } from './databases.ts';

const at = 1_700_000_000_000;
const by = { actor: 'ada', at };

function passkeyOf(id: string, name = 'ada'): Passkey {
  return {
    id,
    name,
    label: `key ${id}`,
    publicKey: 'cHVibGlj',
    counter: 3,
    transports: ['usb'],
    isSynced: false,
    createdAt: at,
    lastUsedAt: null,
  };
}

onEachDatabase((databases) => {
  it('puts a question once, to its holder, for its purpose, for a while', async () => {
    const passkeys = passkeyRecords(await databases.fresh());
    const ask = (holder: string, challenge: string) =>
      passkeys.ask({ holder, purpose: 'log-in', challenge, expiresAt: at + 100 }, at);
    await ask('h1', 'first');
    await ask('h1', 'second');
    await ask('h2', 'other');
    expect(await passkeys.take('h3', 'log-in', at)).toBeNull();
    expect(await passkeys.take('h1', 'log-in', at)).toBe('second');
    expect(await passkeys.take('h1', 'log-in', at)).toBeNull();
    expect(await passkeys.take('h2', 'add', at)).toBeNull();
    expect(await passkeys.take('h2', 'log-in', at)).toBeNull();
    await ask('h1', 'late');
    expect(await passkeys.take('h1', 'log-in', at + 100)).toBeNull();
  });

  it('keeps passkeys of members, audited, and uses each counter once', async () => {
    const records = await databases.fresh();
    const [passkeys, staff] = [passkeyRecords(records), staffRecords(records)];
    await staff.add({ name: 'ada', role: 'admin' }, { tokenHash: 'x', expiresAt: at + 1 }, by);
    expect(await passkeys.add(passkeyOf('one'), by)).toBe(true);
    expect(await passkeys.add(passkeyOf('one', 'bob'), by)).toBe(false);
    expect(await passkeys.of('ada')).toEqual([passkeyOf('one')]);
    expect((await staff.credentials('ada'))?.member).toMatchObject({
      passkeys: 1,
      hasCode: false,
      hasSecondFactor: true,
    });
    expect(await passkeys.rename('bob', 'one', 'mine', by)).toBe(false);
    expect(await passkeys.rename('ada', 'one', 'blue', by)).toBe(true);
    expect(await passkeys.use({ id: 'one', counter: 3 }, 4, at + 5)).toBe(true);
    expect(await passkeys.use({ id: 'one', counter: 3 }, 4, at + 5)).toBe(false);
    expect(await passkeys.get('one')).toEqual({ ...passkeyOf('one'), label: 'blue', counter: 4, lastUsedAt: at + 5 });
    expect(await passkeys.remove('bob', 'one', by)).toBe(false);
    expect(await passkeys.remove('ada', 'one', by)).toBe(true);
    for (let index = 0; index < mostPasskeys; index += 1) await passkeys.add(passkeyOf(`k${index}`), by);
    expect(await passkeys.add(passkeyOf('too many'), by)).toBe(false);
    await staff.reset('ada', { tokenHash: 'y', expiresAt: at + 1 }, by);
    expect(await passkeys.of('ada')).toEqual([]);
    const acts = (await auditRecords(records).list({ subject: 'ada', limit: 100 })).map(({ action }) => action);
    expect(acts.filter((action) => action === 'staff.passkey-add')).toHaveLength(mostPasskeys + 1);
    expect(acts).toEqual(expect.arrayContaining(['staff.passkey-rename', 'staff.passkey-remove', 'staff.reset']));
  });

  it('keeps why a queue stands still', async () => {
    const records = await databases.fresh();
    const pauses = queuePauses(records);
    await pauses.note('handoff', 'help desk is down', by);
    await pauses.note('handoff', 'help desk is\0 moving', { actor: 'bob', at: at + 1 });
    expect(await pauses.all()).toEqual([
      { queue: 'handoff', reason: 'help desk is\uFFFD moving', actor: 'bob', at: at + 1 },
    ]);
    await pauses.forget('handoff', by);
    expect(await pauses.all()).toEqual([]);
    const acts = await auditRecords(records).list({ subject: 'handoff', limit: 10 });
    expect(acts.map(({ action }) => action)).toEqual(['queue.resume', 'queue.pause', 'queue.pause']);
  });

  it('lets one person have an item in hand, for a while', async () => {
    const claims = reviewClaims(await databases.fresh());
    expect(await claims.take('m1-0', by)).toMatchObject({ actor: 'ada' });
    expect(await claims.take('m1-0', { actor: 'bob', at: at + 1 })).toMatchObject({ actor: 'ada', at });
    expect(await claims.take('m1-0', { actor: 'ada', at: at + 2 })).toMatchObject({ at: at + 2 });
    expect([...(await claims.standing(at + 3)).keys()]).toEqual(['m1-0']);
    expect((await claims.standing(at + 2 + claimMs)).size).toBe(0);
    await claims.takeOver('m1-0', { actor: 'bob', at: at + 4 });
    await claims.release('m1-0', 'ada');
    expect((await claims.standing(at + 5)).get('m1-0')?.actor).toBe('bob');
    await claims.release('m1-0', 'bob');
    expect((await claims.standing(at + 5)).size).toBe(0);
    await claims.take('m2-0', by);
    expect(await claims.take('m2-0', { actor: 'bob', at: at + claimMs })).toMatchObject({ actor: 'bob' });
  });
});

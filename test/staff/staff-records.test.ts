/** Staff, invitations and sessions on both databases. */
import { expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { staffRecords } from '../../src/records/staff.ts';
import type { Role } from '../../src/staff/role.ts';
import { absoluteMs, idleMs } from '../../src/staff/session.ts';
import { onEachDatabase } from '../records/databases.ts';

const at = Date.parse('2026-03-02T10:00:00Z');
const by = { actor: 'cli:root', at };
const secrets = { passwordHash: 'scrypt$…', totpSecret: 'ABC', totpLastStep: 5 };
const session = { tokenHash: 's1', name: 'grace', ip: '192.0.2.1', agent: 'Test', now: at };

onEachDatabase((databases) => {
  async function withMember(role: Role = 'admin') {
    const records = await databases.fresh();
    const staff = staffRecords(records);
    await staff.add({ name: 'grace', role }, { tokenHash: 't1', expiresAt: at + 1_000 }, by);
    return { records, staff };
  }

  it('invites once, and lets nobody in before', async () => {
    const { staff } = await withMember();
    expect(await staff.isEmpty()).toBe(false);
    expect(await staff.add({ name: 'grace', role: 'viewer' }, { tokenHash: 't2', expiresAt: at }, by)).toEqual({
      ok: false,
      cause: 'exists',
    });
    await staff.openSession({ ...session, tokenHash: 'early' });
    expect(await staff.session('early', at)).toBeNull();
    expect((await staff.invited('t1', at))?.state).toBe('invited');
    expect(await staff.invited('t1', at + 1_000)).toBeNull();
    expect(await staff.join('t1', secrets, at + 1_000)).toBeNull();
    expect(await staff.join('t1', secrets, at)).toBe('grace');
    expect(await staff.join('t1', secrets, at)).toBeNull();
    expect(await staff.credentials('grace')).toMatchObject({ member: { state: 'active' }, totpLastStep: 5 });
  });

  it('takes a code once, even from two log-ins at a time', async () => {
    const { staff } = await withMember();
    await staff.join('t1', secrets, at);
    expect(await Promise.all([staff.useCode('grace', 6), staff.useCode('grace', 6)])).toEqual(
      expect.arrayContaining([true, false]),
    );
    expect(await staff.useCode('grace', 5)).toBe(false);
  });

  it('keeps at least one admin', async () => {
    const { staff } = await withMember();
    await staff.join('t1', secrets, at);
    const refused = { ok: false, cause: 'last-admin' };
    expect(await staff.disable('grace', by)).toEqual(refused);
    expect(await staff.setRole('grace', 'viewer', by)).toEqual(refused);
    await staff.add({ name: 'ada', role: 'admin' }, { tokenHash: 't2', expiresAt: at + 1_000 }, by);
    // Invited is not yet there.
    expect(await staff.disable('grace', by)).toEqual(refused);
    await staff.join('t2', secrets, at);
    expect(await staff.disable('grace', by)).toEqual({ ok: true });
    expect(await staff.setRole('nobody', 'viewer', by)).toEqual({ ok: false, cause: 'unknown' });
  });

  it('ends sessions by time, by hand, and with the member', async () => {
    const { staff, records } = await withMember('viewer');
    await staff.join('t1', secrets, at);
    await staff.openSession(session);
    await staff.openSession({ ...session, tokenHash: 's2', now: at + 10 });
    expect((await staff.session('s1', at))?.member.name).toBe('grace');
    expect(await staff.session('s1', at + idleMs)).toBeNull();
    await staff.touch('s1', at + idleMs - 1);
    expect(await staff.session('s1', at + idleMs)).not.toBeNull();
    expect(await staff.session('s1', at + absoluteMs)).toBeNull();
    const [, older] = await staff.sessionsOf('grace', at);
    expect(await staff.endSession('somebody', older?.id ?? '', by)).toBe(false);
    expect(await staff.endSession('grace', older?.id ?? '', by)).toBe(true);
    await staff.disable('grace', by);
    expect(await staff.session('s1', at)).toBeNull();
    expect(await staff.session('s2', at)).toBeNull();
    const actions = (await auditRecords(records).list({ limit: 20 })).map(({ action }) => action);
    expect(actions.toReversed()).toEqual([
      'staff.add',
      'staff.join',
      'staff.log-in',
      'staff.log-in',
      'staff.end-session',
      'staff.disable',
    ]);
  });

  it('resets to a new invitation', async () => {
    const { staff } = await withMember();
    await staff.join('t1', secrets, at);
    await staff.openSession(session);
    expect(await staff.reset('grace', { tokenHash: 't3', expiresAt: at + 1_000 }, by)).toEqual({ ok: true });
    expect(await staff.credentials('grace')).toMatchObject({
      member: { state: 'invited' },
      passwordHash: null,
      totpSecret: null,
    });
    expect(await staff.session('s1', at)).toBeNull();
    expect((await staff.invited('t3', at))?.name).toBe('grace');
  });
});

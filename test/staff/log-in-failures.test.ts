/** Failed log-ins on both databases: counted all, written down few. */
import { expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { logInFailures } from '../../src/records/log-in-failures.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { addMember } from '../helpers/members.ts';
import { onEachDatabase } from '../records/databases.ts';

const at = Date.parse('2026-03-02T10:00:00Z');
const hourMs = 3_600_000;

onEachDatabase((databases) => {
  async function begin() {
    const records = await databases.fresh();
    await addMember(staffRecords(records), 'grace', 'admin', at);
    const failures = logInFailures(records);
    const audited = async () =>
      (await auditRecords(records).list({ action: 'staff.log-in-refused', limit: 100 })).toReversed();
    const alerts = () => records.db.selectFrom('alert_events').select(['kind', 'subject', 'reference']).execute();
    return { failures, audited, alerts };
  }

  it('of a spell: the first, the tenth and the hundredth are audited, and the latter are alerts', async () => {
    const { alerts, audited, failures } = await begin();
    for (let index = 0; index < 120; index += 1) {
      await failures.note({ name: 'grace', client: `192.0.2.${index}`, at: at + index });
    }
    const rows = await audited();
    expect(rows.map(({ detail }) => detail)).toEqual([
      { failures: 1, since: at, client: '192.0.2.0' },
      { failures: 10, since: at, client: '192.0.2.9' },
      { failures: 100, since: at, client: '192.0.2.99' },
    ]);
    expect(rows[0]).toMatchObject({ actor: 'system', subject: 'grace' });
    expect(await alerts()).toEqual([
      { kind: 'log-in-guessing', subject: '', reference: '' },
      { kind: 'log-in-guessing', subject: '', reference: '' },
    ]);
    expect(await failures.spells(at)).toEqual([
      { name: 'grace', since: at, failures: 120, lastAt: at + 119, lastClient: '192.0.2.119' },
    ]);
  });

  it('begin a new spell after a quiet hour', async () => {
    const { audited, failures } = await begin();
    await failures.note({ name: 'grace', client: '192.0.2.1', at });
    await failures.note({ name: 'grace', client: '192.0.2.1', at: at + hourMs - 1 });
    await failures.note({ name: 'grace', client: '192.0.2.2', at: at + 2 * hourMs - 1 });
    expect(await failures.spells(at)).toMatchObject([{ failures: 1, since: at + 2 * hourMs - 1 }]);
    expect(await audited()).toHaveLength(2);
    expect(await failures.spells(at + 3 * hourMs)).toEqual([]);
  });

  it('keep nothing of a name that nobody has: it may be a password', async () => {
    const { audited, failures } = await begin();
    for (const name of ['hunter22', 'correct-horse', '']) await failures.note({ name, client: '192.0.2.1', at });
    expect(await failures.spells(at)).toMatchObject([{ name: null, failures: 3 }]);
    expect(await audited()).toMatchObject([{ subject: '', detail: { failures: 1 } }]);
  });

  it('are forgotten after a month', async () => {
    const { failures } = await begin();
    await failures.note({ name: 'grace', client: '192.0.2.1', at });
    await failures.note({ name: 'nobody', client: '192.0.2.1', at: at + 31 * 24 * hourMs });
    expect(await failures.spells(0)).toMatchObject([{ name: null }]);
  });

  it('are counted between two log-ins, however long the pauses', async () => {
    const records = await databases.fresh();
    const staff = staffRecords(records);
    const failures = logInFailures(records);
    await addMember(staff, 'grace', 'admin', at);
    const logIn = (ip: string, now: number) =>
      staff.openSession({ tokenHash: `${now}`, name: 'grace', ip, agent: 'Test', now });
    expect(await failures.before('grace')).toBeNull();
    await failures.note({ name: 'grace', client: '192.0.2.1', at: at + 1 });
    await failures.note({ name: 'nobody', client: '192.0.2.9', at: at + 1 });
    expect(await failures.before('grace')).toBeNull();
    await logIn('192.0.2.2', at + 2);
    const first = { failures: 1, lastAt: at + 1, lastFrom: '192.0.2.1', since: null };
    expect(await failures.before('grace')).toEqual(first);
    for (const pause of [1, 5, 50]) {
      await failures.note({ name: 'grace', client: `192.0.2.${pause}`, at: at + 2 + pause * hourMs });
    }
    expect(await failures.before('grace')).toEqual(first);
    await logIn('192.0.2.3', at + 60 * hourMs);
    expect(await failures.before('grace')).toEqual({
      failures: 3,
      lastAt: at + 2 + 50 * hourMs,
      lastFrom: '192.0.2.50',
      since: { at: at + 2, from: '192.0.2.2' },
    });
    await logIn('192.0.2.4', at + 61 * hourMs);
    expect(await failures.before('grace')).toBeNull();
    expect(await failures.before('nobody')).toBeNull();
  });
});

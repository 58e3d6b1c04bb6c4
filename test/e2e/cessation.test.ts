/** X-CESSATION over SMTP: mail is taken up, then ignored and kept, then taken up again when the clock has run out. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Staff } from '../../src/cases/actor.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { type CaseRecords, type CaseResult, caseRecords } from '../../src/records/cases.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { documentVault } from '../../src/spool/document-vault.ts';
import { ada, type CustomerWorld, customerWorld, mailOf, support } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { addMember } from '../helpers/members.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const alice: Staff = { kind: 'staff', id: 'alice', roles: ['trust'] };

let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;
let records: Records;
let cases: CaseRecords;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  postern = await startPostern({ dns: dns.address, directory: world.directory });
  records = await openRecords({ url: `sqlite:${join(postern.dataDir, 'postern.db')}`, logger: silentLogger() });
  cases = caseRecords(records, documentVault(randomBytes(32)));
  await addMember(staffRecords(records), 'alice', 'trust', Date.now() - 10 * dayMs);
  // As if the contact had been on file for a long time.
  const directory = directoryRecords(records);
  const tenants = (await directory.all()).map((tenant) => ({
    ...tenant,
    contactsOnFile: [{ name: 'Grace', role: 'executive', phone: '+12025550100', email: null } as const],
  }));
  const keys = new Map(
    (await directory.keysOf(ada)).map(({ armored, fingerprint }) => [armored, { fingerprint, ids: [fingerprint] }]),
  );
  await directory.replaceAll({ tenants, keys }, { actor: 'test', at: Date.now() - 60 * dayMs });
});
afterAll(async () => {
  await records?.close();
  await postern?.remove();
  await dns?.close();
});

async function send(subject: string, body?: string) {
  const before = new Set(postern.trace().map((row) => row.message_id));
  const raw = await world.customer.sign(
    mailOf({ from: `Ada <${ada}>`, subject, ...(body === undefined ? {} : { body }) }),
  );
  const { reply } = await deliver(postern.smtpPort(), { raw, mailFrom: ada, recipients: [support] });
  const row = await eventually('the trace of the mail', () =>
    postern.trace().find(({ message_id }) => !before.has(message_id)),
  );
  return { reply, row };
}

function accepted(result: CaseResult) {
  if (result.kind !== 'accepted') throw new Error(JSON.stringify(result));
  return result.case;
}

/** Support of the tenant is ceased by staff at `startedAt`, which may lie in the past. */
async function cease(startedAt: number): Promise<string> {
  const openedAt = startedAt - hourMs;
  const communication = { channel: 'portal', reference: 'P-1', receivedAt: openedAt - hourMs, address: null } as const;
  const named = { tenantId: 't1', procedure: 'cessation' } as const;
  const { contacts, id, version } = accepted(await cases.open({ by: alice, named, communication, note: '' }, openedAt));
  const made = {
    kind: 'contact-made',
    contactId: contacts[0]?.id ?? '',
    madeAt: openedAt + 1,
    outcome: 'confirmed',
    note: 'cease it',
  } as const;
  const after = accepted(await cases.act(id, { by: alice, seen: version, act: made }, openedAt + 2));
  accepted(await cases.act(id, { by: alice, seen: after.version, act: { kind: 'cessation-started' } }, startedAt));
  return id;
}

/** An hour passes for this case: all that happened in it lies so much farther back. */
async function passHour(id: string): Promise<void> {
  const earlier = (column: 'ceased_until' | 'wake_at') => sql<number>`${sql.ref(column)} - ${hourMs}`;
  const recorded = sql<string>`json_set(recorded, '$.at', json_extract(recorded, '$.at') - ${hourMs})`;
  await records.writing(async (trx) => {
    await trx.updateTable('case_events').set({ recorded }).where('case_id', '=', id).execute();
    const clock = { ceased_until: earlier('ceased_until'), wake_at: earlier('wake_at') };
    await trx.updateTable('cases').set(clock).where('id', '=', id).execute();
  });
}

const taken = ['250 2.0.0 Received'];

describe('cessation of support', () => {
  it('ignores ordinary support mail from the next one on, keeps it, and ends by itself', async () => {
    const first = await send('Backup fails');
    expect(first.row).toMatchObject({ outcome: 'accepted', reason: 'admin' });

    const endsAt = Date.now() + hourMs;
    const id = await cease(endsAt - dayMs);
    const ignored = await send('Backup fails still');
    expect(ignored.row).toMatchObject({ outcome: 'rejected', reason: 'support-ceased', rule: 'X-CESSATION' });
    // Silently: the sender sees what every sender sees; and the mail is kept.
    expect(ignored.reply.lines).toEqual(taken);
    expect(ignored.row.spool_key).not.toBeNull();

    const recovery = await send(
      'Recovery',
      'We fired our administrator and he locked us out. Delete his admin account.\r\n',
    );
    expect(recovery.row).toMatchObject({ outcome: 'escalated', reason: 'recovery', rule: 'X-DISGRUNTLED' });
    expect(recovery.reply.lines).toEqual(taken);
    const opened = await eventually('the case of the recovery mail', async () =>
      (await cases.list({ open: true, limit: 10 })).find(({ procedure }) => procedure === 'disgruntled-admin'),
    );
    expect(opened).toMatchObject({ tenantId: 't1' });
    expect(opened.communications.map(({ reference }) => reference)).toEqual([recovery.row.message_id]);

    expect((await cases.get(id))?.case.cessation?.lapseNotedAt).toBeNull();
    await passHour(id);
    const noted = await eventually('the end of the clock', async () => {
      const kept = await cases.get(id);
      return kept?.case.cessation?.lapseNotedAt ?? false;
    });
    expect(noted).toBeGreaterThanOrEqual(endsAt - hourMs);
    const last = await send('Backup fails once more');
    expect(last.row).toMatchObject({ outcome: 'accepted', reason: 'admin' });
    expect(last.reply.lines).toEqual(taken);
  });

  it('lasts though Redis loses everything and the gateway is killed and started again in the middle', async () => {
    const { message_id } = (await send('Before')).row;
    expect(message_id).not.toBe('');
    // The first cessation has lapsed: the tenant's clock is that of another case, as if the first had never been.
    await records.db.deleteFrom('cases').where('procedure_name', '=', 'cessation').execute();
    const id = await cease(Date.now() + hourMs - dayMs);
    expect((await send('Ignored')).row).toMatchObject({ reason: 'support-ceased' });

    const redis = new Redis(join(postern.dataDir, 'redis', 'redis.sock'));
    await redis.flushall();
    redis.disconnect();
    await postern.kill();
    await postern.start();
    const after = await send('Ignored after the restart');
    expect(after.row).toMatchObject({ outcome: 'rejected', reason: 'support-ceased', rule: 'X-CESSATION' });

    await passHour(id);
    await eventually('the end of the clock', async () => (await cases.get(id))?.case.cessation?.lapseNotedAt ?? false);
    expect((await send('Taken up again')).row).toMatchObject({ outcome: 'accepted', reason: 'admin' });
    // Through all of it nobody was written to because of a case.
    const notices = await records.db.selectFrom('notices').select(['kind', 'message_id']).execute();
    const recoveries = postern.trace().filter(({ reason }) => reason === 'recovery' || reason === 'support-ceased');
    expect(recoveries.length).toBeGreaterThan(3);
    const silent = new Set(recoveries.map((row) => row.message_id));
    expect(notices.filter((notice) => notice.kind === 'case-step' || silent.has(notice.message_id ?? ''))).toEqual([]);
  });
});

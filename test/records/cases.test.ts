import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Communication } from '../../src/cases/event.ts';
import { stateAt } from '../../src/cases/state.ts';
import type { Tenant } from '../../src/directory/tenant.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { caseMailOf } from '../../src/records/case-mail.ts';
import { type CaseAct, type CaseRecords, type CaseResult, caseRecords } from '../../src/records/cases.ts';
import { ceasedSupport } from '../../src/records/ceased-support.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import type { Records } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { documentVault } from '../../src/spool/document-vault.ts';
import { alice, bob, carol, dayMs, hourMs, jurisdiction, source, start } from '../cases/story.ts';
import { judgedMail as anyJudged } from '../helpers/judged-mail.ts';
import { addMember } from '../helpers/members.ts';
import { onEachDatabase } from './databases.ts';
import { judgedMail, traceInput } from './mails.ts';

const vault = documentVault(randomBytes(32));

function tenant(changes: Partial<Tenant> = {}): Tenant {
  const admin = { secondaryEmails: [], role: 'owner', active: true, mailbox: 'dedicated', pgpKeys: [] } as const;
  return {
    id: 't1',
    name: 'Example',
    objectId: 'object-1',
    domains: ['example.com'],
    signingDomains: [],
    tier: 'standard',
    users: 12,
    partner: false,
    timezone: 'UTC',
    contract: { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] },
    helpdeskAddresses: [],
    contactsOnFile: [{ name: 'Grace', role: 'executive', phone: '+15550100', email: 'grace@example.com' }],
    admins: [
      { ...admin, id: 'a1', name: 'Ada', primaryEmail: 'ada@example.com' },
      { ...admin, id: 'a2', name: 'Ben', primaryEmail: 'ben@example.com', role: 'admin' },
    ],
    ...changes,
  };
}

const unremarkable = {
  severity: 3,
  severityBecause: [],
  abuse: { label: 'none', because: [] },
  automatic: false,
  language: 'en',
  secrets: [],
} as const;

const mail: Communication = { channel: 'mail', reference: 'm1-0', receivedAt: start - hourMs, address: 'x@y.test' };

onEachDatabase((databases) => {
  let records: Records;
  let cases: CaseRecords;
  let now = start;
  beforeEach(async () => {
    records = await databases.fresh();
    cases = caseRecords(records, vault);
    now = start;
    for (const { id } of [alice, bob, carol]) {
      await addMember(staffRecords(records), id, id === 'carol' ? 'admin' : 'trust', start - dayMs);
    }
    await importTenants([tenant()], start - 40 * dayMs);
  });

  function importTenants(tenants: readonly Tenant[], at: number): Promise<void> {
    return directoryRecords(records).replaceAll({ tenants, keys: new Map() }, { actor: 'ops', at });
  }

  function accepted(result: CaseResult) {
    if (result.kind !== 'accepted') throw new Error(JSON.stringify(result));
    return result.case;
  }

  async function opened(procedure: 'disgruntled-admin' | 'cessation' | 'preventative' | 'mistake', tenantId = 't1') {
    const input = { by: alice, named: { tenantId, procedure }, communication: mail, note: 'asked by mail' };
    return accepted(await cases.open(input, now));
  }

  async function act(caseId: string, input: CaseAct, by = alice) {
    now += 60_000;
    const kept = await cases.get(caseId);
    return cases.act(caseId, { by, seen: kept?.case.version ?? null, act: input }, now);
  }

  async function callGrace(caseId: string) {
    const contact = (await cases.get(caseId))?.case.contacts.find(({ channel }) => channel === 'phone');
    const made = {
      kind: 'contact-made',
      contactId: contact?.id ?? '',
      madeAt: now,
      outcome: 'confirmed',
      note: '',
    } as const;
    return accepted(await act(caseId, made));
  }

  async function addReport(caseId: string, content = 'report') {
    const seen = (await cases.get(caseId))?.case.version ?? null;
    const document = {
      kind: 'police-report',
      fileName: 'report.pdf',
      mediaType: 'application/pdf',
      marks: [],
      origin: { kind: 'upload' },
    } as const;
    return cases.addDocument(caseId, { by: alice, seen, document, content: Buffer.from(content) }, (now += 1_000));
  }

  async function complete(caseId: string, adminId: string) {
    accepted(await act(caseId, { kind: 'request-set', request: { kind: 'delete-admin', adminId } }));
    accepted(await addReport(caseId, `report ${caseId}`));
    for (const by of [alice, bob, carol])
      accepted(await act(caseId, { kind: 'document-looked', documentId: 'd1' }, by));
    const confirmation = { kind: 'document-confirmed', documentId: 'd1', source, note: 'fits', jurisdiction } as const;
    accepted(await act(caseId, confirmation));
    await callGrace(caseId);
  }

  async function approve(caseId: string) {
    accepted(await act(caseId, { kind: 'proposed' }));
    accepted(await act(caseId, { kind: 'approved', account: null }, bob));
    return accepted(await act(caseId, { kind: 'approved', account: null }, carol));
  }

  it('keeps a case by its events, and every step in the audit log', async () => {
    const { id } = await opened('disgruntled-admin');
    await complete(id, 'a1');
    const done = await approve(id);
    expect(done.workOrder?.action).toEqual({ kind: 'delete-admin', adminId: 'a1', name: 'Ada' });
    const kept = await cases.get(id);
    expect(kept?.case).toEqual(done);
    const rows = await auditRecords(records).list({ subject: id, limit: 100 });
    expect(rows.map(({ action }) => action).toReversed()).toEqual(
      kept?.events.map(({ event }) => `case.${event.kind}`),
    );
    expect(await auditRecords(records).verify()).toMatchObject({ ok: true });
  });

  it('keeps documents sealed, and gives them back as they were', async () => {
    const { id } = await opened('disgruntled-admin');
    const content = 'x'.repeat(2_000_000);
    expect(accepted(await addReport(id, content)).documents[0]).toMatchObject({ id: 'd1', size: 2_000_000 });
    expect((await cases.document(id, 'd1'))?.toString()).toBe(content);
    expect(await cases.document(id, 'd2')).toBeNull();
    const { content: stored } = await records.db
      .selectFrom('case_blobs')
      .select('content')
      .where('part', '=', 0)
      .executeTakeFirstOrThrow();
    expect(Buffer.from(stored, 'base64').includes('xxxxxxxx')).toBe(false);
    const other = caseRecords(records, documentVault(randomBytes(32)));
    await expect(other.document(id, 'd1')).rejects.toThrow('another key');
  });

  it('refuses without changing anything, and logs the attempt', async () => {
    const { id } = await opened('disgruntled-admin');
    const before = await cases.get(id);
    expect(await act(id, { kind: 'proposed' })).toMatchObject({ kind: 'refused', rule: 'X-DISGRUNTLED' });
    expect(await cases.get(id)).toEqual(before);
    const [last] = await auditRecords(records).list({ limit: 1 });
    expect(last).toMatchObject({ action: 'case.refused', subject: id, actor: 'alice', detail: { event: 'proposed' } });
    expect(await act('case-none', { kind: 'proposed' })).toEqual({ kind: 'missing' });
    const nowhere = {
      by: alice,
      named: { tenantId: 't9', procedure: 'mistake' },
      communication: null,
      note: '',
    } as const;
    expect(await cases.open(nowhere, now)).toMatchObject({ missing: ['a tenant t9 in the directory'] });
  });

  it('believes the records of staff, not what a caller says of somebody', async () => {
    const { id } = await opened('disgruntled-admin');
    const olga = { ...bob, id: 'olga' };
    expect(await act(id, { kind: 'proposed' }, olga)).toMatchObject({ missing: ['the role trust'] });
    await addMember(staffRecords(records), 'olga', 'operator', start);
    expect(await act(id, { kind: 'proposed' }, olga)).toMatchObject({ missing: ['the role trust'] });
    await staffRecords(records).disable('bob', { actor: 'carol', at: now });
    expect(await act(id, { kind: 'proposed' }, bob)).toMatchObject({ missing: ['the role trust'] });
    const kept = await cases.get(id);
    expect(kept?.events.map(({ by }) => by)).toEqual([{ ...alice, roles: ['viewer', 'operator', 'trust'] }]);
  });

  it('of two that act at once one wins and the other is told', async () => {
    const { id, version } = await opened('disgruntled-admin');
    const set = (adminId: string) => ({ kind: 'request-set', request: { kind: 'delete-admin', adminId } }) as const;
    const results = await Promise.all([
      cases.act(id, { by: alice, seen: version, act: set('a1') }, now),
      cases.act(id, { by: bob, seen: version, act: set('a2') }, now),
    ]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['accepted', 'refused']);
    expect(results.find((result) => result.kind === 'refused')).toMatchObject({ conflict: true });
  });

  it('has one open case of each tenant and procedure', async () => {
    const first = await opened('disgruntled-admin');
    const again = {
      by: bob,
      named: { tenantId: 't1', procedure: 'disgruntled-admin' },
      communication: null,
      note: '',
    } as const;
    expect(await cases.open(again, now)).toMatchObject({
      kind: 'refused',
      missing: [`a tenant without an open case of this kind: join ${first.id}`],
    });
    accepted(await act(first.id, { kind: 'closed', outcome: 'withdrawn', note: 'a misunderstanding' }));
    expect((await cases.open(again, now)).kind).toBe('accepted');
    expect((await cases.list({ open: true, limit: 10 })).length).toBe(1);
    expect((await cases.list({ open: false, tenantId: 't1', limit: 10 })).length).toBe(2);
  });

  it('two cases that delete one of two admins each cannot delete the tenant unseen', async () => {
    const one = await opened('disgruntled-admin');
    const other = await opened('preventative');
    await complete(one.id, 'a1');
    await complete(other.id, 'a2');
    await approve(one.id);
    // The executive confirmed deleting an admin; now it would be the tenant.
    expect(await act(other.id, { kind: 'proposed' })).toMatchObject({
      missing: ['out-of-band confirmation by an executive on file'],
    });
    await callGrace(other.id);
    expect((await approve(other.id)).workOrder?.action).toMatchObject({ kind: 'delete-tenant', because: 'sole-admin' });
  });

  describe('contacts on file', () => {
    it('are as old as the first import that had them unchanged', async () => {
      const changed = { name: 'Grace', role: 'executive', phone: '+15550177', email: 'grace@example.com' } as const;
      await importTenants([tenant({ contactsOnFile: [changed] })], start - 10 * dayMs);
      const of = await opened('disgruntled-admin');
      expect(of.contacts.map(({ channel, since, value }) => [channel, value, since])).toEqual([
        ['email', 'grace@example.com', start - 40 * dayMs],
        ['phone', '+15550177', start - 10 * dayMs],
      ]);
      expect(of.contactChanges.map(({ change, channel }) => [change, channel])).toEqual([
        ['removed', 'phone'],
        ['added', 'phone'],
      ]);
      const alarms = await auditRecords(records).list({ action: 'case.alarm', limit: 10 });
      expect(alarms).toHaveLength(2);
      const told = await records.db.selectFrom('alert_events').selectAll().execute();
      expect(told.map(({ kind, subject }) => [kind, subject])).toEqual(
        alarms.map(({ subject }) => ['case-alarm', subject]),
      );
    });

    it('raise an alarm when an import changes them while a case is open, and the case keeps the old ones', async () => {
      const of = await opened('disgruntled-admin');
      await importTenants([tenant({ contactsOnFile: [] })], start + hourMs);
      const kept = await cases.get(of.id);
      expect(kept?.case.contacts).toEqual(of.contacts);
      expect(kept?.case.contactChanges).toHaveLength(2);
      expect(await auditRecords(records).list({ action: 'case.alarm', limit: 10 })).toHaveLength(2);
      expect(await auditRecords(records).verify()).toMatchObject({ ok: true });
    });

    it('that left and came back are young again', async () => {
      await importTenants([tenant({ contactsOnFile: [] })], start - 20 * dayMs);
      await importTenants([tenant()], start - 19 * dayMs);
      const of = await opened('disgruntled-admin');
      expect(new Set(of.contacts.map(({ since }) => since))).toEqual(new Set([start - 19 * dayMs]));
    });
  });

  describe('mail', () => {
    const asked = { messageId: 'm5-0', receivedAt: start, address: 'grace@example.com', tenantId: 't1' };

    it('opens a case, and more of it joins, once each', async () => {
      const input = { ...asked, procedure: 'disgruntled-admin' } as const;
      const first = await cases.takeMail(input, now);
      expect(first.kind).toBe('opened');
      expect(await cases.takeMail(input, now)).toMatchObject({ kind: 'known', caseId: first.caseId });
      expect(await cases.takeMail({ ...input, messageId: 'm6-0', address: 'z@y.test' }, now)).toMatchObject({
        kind: 'joined',
        caseId: first.caseId,
      });
      const kept = await cases.get(first.caseId);
      expect(kept?.case.communications.map(({ reference }) => reference)).toEqual(['m5-0', 'm6-0']);
      expect(kept?.case.tenantId).toBe('t1');
    });

    it('that is doubtful, or of an unknown tenant, waits for staff to name it', async () => {
      const doubtful = await cases.takeMail({ ...asked, procedure: null }, now);
      const foreign = await cases.takeMail({ ...asked, messageId: 'm7-0', tenantId: null, procedure: 'closure' }, now);
      expect(foreign).toMatchObject({ kind: 'joined', caseId: doubtful.caseId });
      const kept = await cases.get(doubtful.caseId);
      expect(kept === null ? null : stateAt(kept.case, now)).toBe('unnamed');
      const input = { by: bob, seen: 1, tenantId: 't1', procedure: 'closure' } as const;
      expect(accepted(await cases.name(doubtful.caseId, input, now)).contacts).toHaveLength(2);
      expect(await cases.name(doubtful.caseId, { ...input, tenantId: 't9' }, now)).toMatchObject({ kind: 'refused' });
    });

    it('is found in the trace, once, copies left out', async () => {
      const recovering = (
        messageId: string,
        kind: 'recovery-closure' | 'ordinary',
        reason: 'recovery' | 'doubtful',
      ) => {
        const input = traceInput({ messageId, receivedAt: start });
        const request = { kind, score: 0.9, doubt: reason === 'doubtful', because: [] };
        const classification = { ...unremarkable, request };
        const verdict = { ...input.mail.verdict, outcome: 'escalated' as const, reason };
        const sender = { ...input.mail.sender, tenant: 't1', address: `${messageId}@y.test` };
        return { ...input, mail: { ...input.mail, classification, verdict, sender } };
      };
      const inputs = [
        recovering('m5-0', 'recovery-closure', 'recovery'),
        recovering('m6-0', 'ordinary', 'doubtful'),
        recovering('m7-0', 'recovery-closure', 'doubtful'),
        traceInput({ messageId: 'm8-0', receivedAt: start }),
      ];
      await traceRecords(records).record(inputs, start);
      expect((await cases.takeEscalated(now)).map(({ kind }) => kind)).toEqual(['opened', 'opened']);
      expect(await cases.takeEscalated(now)).toEqual([]);
      const open = await cases.list({ open: true, limit: 10 });
      expect(new Set(open.map(({ procedure }) => procedure))).toEqual(new Set(['closure', null]));
    });

    it('that staff took by hand opens no second case', async () => {
      const of = await opened('mistake');
      expect(await cases.takeMail({ ...asked, messageId: mail.reference, procedure: null }, now)).toMatchObject({
        kind: 'known',
        caseId: of.id,
      });
      accepted(await cases.join(of.id, { ...mail, reference: 'm8-0' }, bob, now));
      expect(await cases.takeMail({ ...asked, messageId: 'm8-0', procedure: null }, now)).toMatchObject({
        kind: 'known',
      });
    });

    it('and the portal open one case together, and the same request of the portal is one', async () => {
      const request = {
        reference: 'P-17',
        receivedAt: now,
        tenantId: 't1',
        address: 'ada@example.com',
        procedure: 'disgruntled-admin',
      } as const;
      const first = await cases.openFromPortal(request, now);
      expect(first).toMatchObject({ kind: 'opened' });
      expect(await cases.openFromPortal(request, now)).toMatchObject({ kind: 'known', caseId: first.caseId });
      expect(await cases.takeMail({ ...asked, messageId: 'm12-0', procedure: 'disgruntled-admin' }, now)).toMatchObject(
        {
          kind: 'joined',
          caseId: first.caseId,
        },
      );
      const kept = await cases.get(first.caseId);
      expect(kept?.case).toMatchObject({ tenantId: 't1', openedBy: { kind: 'system' } });
      expect(kept?.case.communications.map(({ channel, reference }) => [channel, reference])).toEqual([
        ['portal', 'P-17'],
        ['mail', 'm12-0'],
      ]);
    });

    it('is known by its verdict', () => {
      const judged = anyJudged();
      const recovery = (kind: 'recovery-closure' | 'ordinary', reason: 'recovery' | 'doubtful' | 'abuse') =>
        caseMailOf({
          ...judged,
          classification: {
            ...unremarkable,
            request: { kind, score: 0.9, doubt: reason === 'doubtful', because: [] },
          },
          verdict: { ...judged.verdict, outcome: 'escalated', reason },
        });
      expect(recovery('recovery-closure', 'recovery')?.procedure).toBe('closure');
      expect(recovery('recovery-closure', 'doubtful')).toMatchObject({ procedure: null });
      expect(recovery('recovery-closure', 'abuse')).toBeNull();
      expect(recovery('ordinary', 'doubtful')).toBeNull();
    });
  });

  describe('cessation', () => {
    async function ceased() {
      const { id } = await opened('cessation');
      await callGrace(id);
      accepted(await act(id, { kind: 'cessation-started' }));
      return { id, endsAt: now + dayMs };
    }

    it('is in force for other processes at once, through a restart, and ends by itself', async () => {
      const support = ceasedSupport(records);
      expect(await support.supportCeased('t1', now)).toBe(false);
      const { endsAt, id } = await ceased();
      expect(await support.hasOpenCase('t1')).toBe(true);
      expect(await support.supportCeased('t1', now)).toBe(true);
      expect(await support.supportCeased('t2', now)).toBe(false);
      expect(await support.supportCeased('t1', endsAt - 1)).toBe(true);
      expect(await support.supportCeased('t1', endsAt)).toBe(false);
      expect(await cases.wake(endsAt - 1)).toBe(0);
      expect(await cases.wake(endsAt)).toBe(1);
      expect(await cases.wake(endsAt + 1)).toBe(0);
      expect((await cases.get(id))?.case.cessation?.lapseNotedAt).toBe(endsAt);
    });

    it('is extended by a report in time, and ends when it is refuted', async () => {
      const { endsAt, id } = await ceased();
      const support = ceasedSupport(records);
      now = endsAt - 60_000;
      accepted(await addReport(id));
      expect(await support.supportCeased('t1', endsAt + 9 * dayMs)).toBe(true);
      now = endsAt + hourMs;
      accepted(await act(id, { kind: 'document-looked', documentId: 'd1' }));
      accepted(await act(id, { kind: 'document-refuted', documentId: 'd1', note: 'unknown to the police' }));
      expect(await support.supportCeased('t1', now)).toBe(false);
    });

    it('after it has lapsed the tenant asks in vain', async () => {
      const { endsAt, id } = await ceased();
      now = endsAt + 1;
      const again = {
        messageId: 'm9-0',
        receivedAt: now,
        address: null,
        tenantId: 't1',
        procedure: 'cessation',
      } as const;
      expect(await cases.takeMail(again, now)).toMatchObject({ kind: 'ignored', caseId: id });
      accepted(await act(id, { kind: 'closed', outcome: 'expired', note: 'no evidence' }));
      expect(await cases.takeMail({ ...again, messageId: 'm10-0' }, now)).toMatchObject({
        kind: 'ignored',
        caseId: id,
      });
      expect((await cases.get(id))?.case.ignored).toHaveLength(2);
      const input = {
        by: bob,
        named: { tenantId: 't1', procedure: 'cessation' },
        communication: null,
        note: '',
      } as const;
      expect(await cases.open(input, now)).toMatchObject({ kind: 'refused', rule: 'X-CESSATION' });
    });
  });

  describe('contract methods', () => {
    const methods = [
      {
        id: 'switch',
        kind: 'dead-mans-switch',
        intervalDays: 10,
        graceDays: 5,
        procedures: ['preventative'],
        replaces: ['contact'],
      },
      {
        id: 'notary',
        kind: 'authorised-third-party',
        name: 'A. Notary',
        address: 'office@notary.test',
        procedures: ['preventative'],
        replaces: ['contact'],
      },
    ] as const;
    const withMethods = () => tenant({ contract: { ...tenant().contract, recoveryMethods: methods } });

    it('a switch runs from the import that brought it, and check-ins set it back', async () => {
      await importTenants([withMethods()], start - 20 * dayMs);
      const { id } = await opened('preventative');
      accepted(await act(id, { kind: 'request-set', request: { kind: 'delete-tenant' } }));
      accepted(await act(id, { kind: 'method-used', methodId: 'switch', mailReference: null }));
      const input = { by: bob, tenantId: 't1', methodId: 'switch', reference: 'call back' };
      expect(await cases.checkIn(input, (now += 1_000))).toBe('noted');
      expect((await cases.get(id))?.case.methodUses[0]?.undoneAt).toBe(now);
      expect(await act(id, { kind: 'method-used', methodId: 'switch', mailReference: null })).toMatchObject({
        kind: 'refused',
      });
      expect(await cases.checkIn({ ...input, methodId: 'notary' }, now)).toBe('no such method');
      expect(await cases.checkIn({ ...input, by: { ...bob, id: 'olga' } }, now)).toBe('no right');
    });

    it('what the contract got after the request does not count', async () => {
      const { id } = await opened('preventative');
      await importTenants([withMethods()], start + 1);
      accepted(await act(id, { kind: 'request-set', request: { kind: 'delete-tenant' } }));
      expect(await act(id, { kind: 'method-used', methodId: 'switch', mailReference: null })).toMatchObject({
        missing: ['a method that the contract held when the request came'],
      });
    });

    it('a third party answers by a mail that the gateway found proven', async () => {
      await importTenants([withMethods()], start - 20 * dayMs);
      const { id } = await opened('preventative');
      accepted(await act(id, { kind: 'request-set', request: { kind: 'delete-tenant' } }));
      const answer = async (messageId: string, assurance: 'proven' | 'claimed') => {
        const judged = judgedMail({ messageId });
        const from = { ...judged.sender, address: 'office@notary.test' };
        const input = traceInput({ messageId });
        await traceRecords(records).record(
          [{ ...input, mail: { ...input.mail, sender: from, verdict: { ...input.mail.verdict, assurance } } }],
          now,
        );
        accepted(
          await cases.join(
            id,
            { channel: 'mail', reference: messageId, receivedAt: now, address: from.address },
            bob,
            now,
          ),
        );
        return act(id, { kind: 'method-used', methodId: 'notary', mailReference: messageId });
      };
      expect((await answer('m7-0', 'claimed')).kind).toBe('refused');
      expect((await answer('m8-0', 'proven')).kind).toBe('accepted');
    });
  });

  it('keeps the first signature of a work order', async () => {
    const order = { id: 'o', caseId: 'c', issuedAt: 1, document: '{}', signature: 'first', fingerprint: 'F' };
    await cases.saveOrder(order);
    await cases.saveOrder({ ...order, signature: 'second' });
    expect(await cases.order('c')).toEqual(order);
    expect(await cases.order('d')).toBeNull();
  });
});

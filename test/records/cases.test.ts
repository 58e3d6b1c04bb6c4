import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { stateAt } from '../../src/cases/state.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { caseMailOf } from '../../src/records/case-mail.ts';
import { type CaseRecords, caseRecords } from '../../src/records/cases.ts';
import { ceasedSupport } from '../../src/records/ceased-support.ts';
import type { Records } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { documentVault } from '../../src/spool/document-vault.ts';
import { alice, bob, dayMs, hourMs, start } from '../cases/story.ts';
import { accepted, type CaseDesk, caseDesk, caseMail, caseTenant } from '../helpers/case-desk.ts';
import { judgedMail as anyJudged } from '../helpers/judged-mail.ts';
import { addMember } from '../helpers/members.ts';
import { onEachDatabase } from './databases.ts';
import { judgedMail, traceInput } from './mails.ts';

const vault = documentVault(randomBytes(32));

const unremarkable = {
  severity: 3,
  severityBecause: [],
  abuse: { label: 'none', because: [] },
  automatic: false,
  language: 'en',
  secrets: [],
} as const;

onEachDatabase((databases) => {
  let records: Records;
  let desk: CaseDesk;
  let cases: CaseRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    desk = await caseDesk(records, vault);
    cases = desk.cases;
  });

  it('keeps a case by its events, and every step in the audit log', async () => {
    const { id } = await desk.opened('disgruntled-admin');
    await desk.complete(id, 'a1');
    const done = await desk.approve(id);
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
    const { id } = await desk.opened('disgruntled-admin');
    const content = 'x'.repeat(2_000_000);
    expect(accepted(await desk.addReport(id, content)).documents[0]).toMatchObject({ id: 'd1', size: 2_000_000 });
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
    const { id } = await desk.opened('disgruntled-admin');
    const before = await cases.get(id);
    expect(await desk.act(id, { kind: 'proposed' })).toMatchObject({ kind: 'refused', rule: 'X-DISGRUNTLED' });
    expect(await cases.get(id)).toEqual(before);
    const [last] = await auditRecords(records).list({ limit: 1 });
    expect(last).toMatchObject({ action: 'case.refused', subject: id, actor: 'alice', detail: { event: 'proposed' } });
    expect(await desk.act('case-none', { kind: 'proposed' })).toEqual({ kind: 'missing' });
    const nowhere = {
      by: alice,
      named: { tenantId: 't9', procedure: 'mistake' },
      communication: null,
      note: '',
    } as const;
    expect(await cases.open(nowhere, desk.now)).toMatchObject({ missing: ['a tenant t9 in the directory'] });
  });

  it('believes the records of staff, not what a caller says of somebody', async () => {
    const { id } = await desk.opened('disgruntled-admin');
    const olga = { ...bob, id: 'olga' };
    expect(await desk.act(id, { kind: 'proposed' }, olga)).toMatchObject({ missing: ['the role trust'] });
    await addMember(staffRecords(records), 'olga', 'operator', start);
    expect(await desk.act(id, { kind: 'proposed' }, olga)).toMatchObject({ missing: ['the role trust'] });
    await staffRecords(records).disable('bob', { actor: 'carol', at: desk.now });
    expect(await desk.act(id, { kind: 'proposed' }, bob)).toMatchObject({ missing: ['the role trust'] });
    const kept = await cases.get(id);
    expect(kept?.events.map(({ by }) => by)).toEqual([{ ...alice, roles: ['viewer', 'operator', 'trust'] }]);
  });

  it('of two that act at once one wins and the other is told', async () => {
    const { id, version } = await desk.opened('disgruntled-admin');
    const set = (adminId: string) => ({ kind: 'request-set', request: { kind: 'delete-admin', adminId } }) as const;
    const results = await Promise.all([
      cases.act(id, { by: alice, seen: version, act: set('a1') }, desk.now),
      cases.act(id, { by: bob, seen: version, act: set('a2') }, desk.now),
    ]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['accepted', 'refused']);
    expect(results.find((result) => result.kind === 'refused')).toMatchObject({ conflict: true });
  });

  it('has one open case of each tenant and procedure', async () => {
    const first = await desk.opened('disgruntled-admin');
    const again = {
      by: bob,
      named: { tenantId: 't1', procedure: 'disgruntled-admin' },
      communication: null,
      note: '',
    } as const;
    expect(await cases.open(again, desk.now)).toMatchObject({
      kind: 'refused',
      missing: [`a tenant without an open case of this kind: join ${first.id}`],
    });
    accepted(await desk.act(first.id, { kind: 'closed', outcome: 'withdrawn', note: 'a misunderstanding' }));
    expect((await cases.open(again, desk.now)).kind).toBe('accepted');
    expect((await cases.list({ open: true, limit: 10 })).length).toBe(1);
    const all = await cases.list({ open: false, tenantId: 't1', limit: 10 });
    expect(all.length).toBe(2);
    const [newest, oldest] = all;
    if (newest === undefined || oldest === undefined) throw new Error('no two cases');
    expect(await cases.list({ open: false, limit: 10, after: newest })).toEqual([oldest]);
    expect(await cases.list({ open: false, limit: 10, after: oldest })).toEqual([]);
  });

  it('two cases that delete one of two admins each cannot delete the tenant unseen', async () => {
    const one = await desk.opened('disgruntled-admin');
    const other = await desk.opened('preventative');
    await desk.complete(one.id, 'a1');
    await desk.complete(other.id, 'a2');
    await desk.approve(one.id);
    // Whether the other admin is the last one is known when engineering has answered: until then nothing is done.
    const unanswered = 'the answer to the work order of another case: it decides whether another admin is left';
    expect(await desk.act(other.id, { kind: 'proposed' })).toMatchObject({
      missing: [unanswered, 'out-of-band confirmation by an executive on file'],
    });
    accepted(await desk.act(one.id, { kind: 'work-order-answered', result: 'done', reference: 'E-1', note: '' }));
    // The executive confirmed deleting an admin; desk.now it would be the tenant.
    expect(await desk.act(other.id, { kind: 'proposed' })).toMatchObject({
      missing: ['out-of-band confirmation by an executive on file'],
    });
    await desk.callGrace(other.id);
    expect((await desk.approve(other.id)).workOrder?.action).toMatchObject({
      kind: 'delete-tenant',
      because: 'sole-admin',
    });
  });

  describe('contacts on file', () => {
    it('are as old as the first import that had them unchanged', async () => {
      const changed = { name: 'Grace', role: 'executive', phone: '+15550177', email: 'grace@example.com' } as const;
      await desk.importTenants([caseTenant({ contactsOnFile: [changed] })], start - 10 * dayMs);
      const of = await desk.opened('disgruntled-admin');
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
      // By the rule of the case, and without the contact's name.
      expect(told.map(({ kind, label, subject }) => [kind, label, subject])).toEqual(
        alarms.map(({ subject }) => ['case-alarm', 'X-DISGRUNTLED', subject]),
      );
    });

    it('raise an alarm when an import changes them while a case is open, and the case keeps the old ones', async () => {
      const of = await desk.opened('disgruntled-admin');
      await desk.importTenants([caseTenant({ contactsOnFile: [] })], start + hourMs);
      const kept = await cases.get(of.id);
      expect(kept?.case.contacts).toEqual(of.contacts);
      expect(kept?.case.contactChanges).toHaveLength(2);
      expect(await auditRecords(records).list({ action: 'case.alarm', limit: 10 })).toHaveLength(2);
      expect(await auditRecords(records).verify()).toMatchObject({ ok: true });
    });

    it('that left and came back are young again', async () => {
      await desk.importTenants([caseTenant({ contactsOnFile: [] })], start - 20 * dayMs);
      await desk.importTenants([caseTenant()], start - 19 * dayMs);
      const of = await desk.opened('disgruntled-admin');
      expect(new Set(of.contacts.map(({ since }) => since))).toEqual(new Set([start - 19 * dayMs]));
    });
  });

  describe('mail', () => {
    const asked = { messageId: 'm5-0', receivedAt: start, address: 'grace@example.com', tenantId: 't1' };

    it('opens a case, and more of it joins, once each', async () => {
      const input = { ...asked, procedure: 'disgruntled-admin' } as const;
      const first = await cases.takeMail(input, desk.now);
      expect(first.kind).toBe('opened');
      expect(await cases.takeMail(input, desk.now)).toMatchObject({ kind: 'known', caseId: first.caseId });
      expect(await cases.takeMail({ ...input, messageId: 'm6-0', address: 'z@y.test' }, desk.now)).toMatchObject({
        kind: 'joined',
        caseId: first.caseId,
      });
      const kept = await cases.get(first.caseId);
      expect(kept?.case.communications.map(({ reference }) => reference)).toEqual(['m5-0', 'm6-0']);
      expect(kept?.case.tenantId).toBe('t1');
    });

    it('that is doubtful, or of an unknown tenant, waits for staff to name it', async () => {
      const doubtful = await cases.takeMail({ ...asked, procedure: null }, desk.now);
      const foreign = await cases.takeMail(
        { ...asked, messageId: 'm7-0', tenantId: null, procedure: 'closure' },
        desk.now,
      );
      expect(foreign).toMatchObject({ kind: 'joined', caseId: doubtful.caseId });
      const kept = await cases.get(doubtful.caseId);
      expect(kept === null ? null : stateAt(kept.case, desk.now)).toBe('unnamed');
      const input = { by: bob, seen: 1, tenantId: 't1', procedure: 'closure' } as const;
      expect(accepted(await cases.name(doubtful.caseId, input, desk.now)).contacts).toHaveLength(2);
      expect(await cases.name(doubtful.caseId, { ...input, tenantId: 't9' }, desk.now)).toMatchObject({
        kind: 'refused',
      });
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
      expect((await cases.takeEscalated(desk.now)).map(({ kind }) => kind)).toEqual(['opened', 'opened']);
      expect(await cases.takeEscalated(desk.now)).toEqual([]);
      const open = await cases.list({ open: true, limit: 10 });
      expect(new Set(open.map(({ procedure }) => procedure))).toEqual(new Set(['closure', null]));
    });

    it('that staff took by hand opens no second case', async () => {
      const of = await desk.opened('mistake');
      expect(
        await cases.takeMail({ ...asked, messageId: caseMail.reference, procedure: null }, desk.now),
      ).toMatchObject({
        kind: 'known',
        caseId: of.id,
      });
      accepted(await cases.join(of.id, { ...caseMail, reference: 'm8-0' }, bob, desk.now));
      expect(await cases.takeMail({ ...asked, messageId: 'm8-0', procedure: null }, desk.now)).toMatchObject({
        kind: 'known',
      });
    });

    it('and the portal open one case together, and the same request of the portal is one', async () => {
      const request = {
        reference: 'P-17',
        receivedAt: desk.now,
        tenantId: 't1',
        address: 'ada@example.com',
        procedure: 'disgruntled-admin',
      } as const;
      const first = await cases.openFromPortal(request, desk.now);
      expect(first).toMatchObject({ kind: 'opened' });
      expect(await cases.openFromPortal(request, desk.now)).toMatchObject({ kind: 'known', caseId: first.caseId });
      expect(
        await cases.takeMail({ ...asked, messageId: 'm12-0', procedure: 'disgruntled-admin' }, desk.now),
      ).toMatchObject({
        kind: 'joined',
        caseId: first.caseId,
      });
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
      const { id } = await desk.opened('cessation');
      await desk.callGrace(id);
      accepted(await desk.act(id, { kind: 'cessation-started' }));
      return { id, endsAt: desk.now + dayMs };
    }

    it('is in force for other processes at once, through a restart, and ends by itself', async () => {
      const support = ceasedSupport(records);
      expect(await support.supportCeased('t1', desk.now)).toBe(false);
      const { endsAt, id } = await ceased();
      expect(await support.supportCeased('t1', desk.now)).toBe(true);
      expect(await support.supportCeased('t2', desk.now)).toBe(false);
      expect(await support.supportCeased('t1', endsAt - 1)).toBe(true);
      expect(await support.supportCeased('t1', endsAt)).toBe(false);
      expect(await cases.wake(endsAt - 1)).toBe(0);
      expect(await cases.wake(endsAt)).toBe(1);
      expect(await cases.wake(endsAt + 1)).toBe(0);
      expect((await cases.get(id))?.case.cessation?.lapseNotedAt).toBe(endsAt);
    });

    it('ends when it ends though the clock of the machine jumps ahead and is set right', async () => {
      const { endsAt, id } = await ceased();
      const support = ceasedSupport(records);
      // A day ahead: for as long as the clock says so, it is over, and that is noted.
      expect(await support.supportCeased('t1', endsAt + hourMs)).toBe(false);
      expect(await cases.wake(endsAt + hourMs)).toBe(1);
      // Set right: what was noted ends nothing before its time, and nothing after it.
      desk.now = endsAt - 20 * hourMs;
      expect(await support.supportCeased('t1', desk.now)).toBe(true);
      expect(stateAt((await cases.get(id))?.case ?? expect.fail(), desk.now)).toBe('ceased');
      accepted(await desk.addReport(id));
      expect(await support.supportCeased('t1', endsAt + hourMs)).toBe(true);
      accepted(await desk.act(id, { kind: 'document-looked', documentId: 'd1' }));
      accepted(await desk.act(id, { kind: 'document-refuted', documentId: 'd1', note: 'unknown to the police' }));
      expect(await support.supportCeased('t1', endsAt - 1)).toBe(true);
      expect(await support.supportCeased('t1', endsAt)).toBe(false);
    });

    it('ends when it ends though the clock of the machine is turned back', async () => {
      const { endsAt, id } = await ceased();
      const support = ceasedSupport(records);
      for (const back of [1, hourMs, hourMs + 1, 30 * hourMs]) {
        // More than an hour: the clock may have been ahead at the start, and support is given.
        expect(await support.supportCeased('t1', endsAt - dayMs - back)).toBe(back <= hourMs);
        expect(await cases.wake(endsAt - dayMs - back)).toBe(0);
      }
      // Evidence that comes while it stands wrong is in time, as what comes before the end is.
      expect(await support.supportCeased('t1', endsAt - 1)).toBe(true);
      expect(await cases.wake(endsAt)).toBe(1);
      expect((await cases.get(id))?.case.cessation).toMatchObject({ endsAt, lapseNotedAt: endsAt });
    });

    it('is extended by a report in time, and ends when it is refuted', async () => {
      const { endsAt, id } = await ceased();
      const support = ceasedSupport(records);
      desk.now = endsAt - 60_000;
      accepted(await desk.addReport(id));
      expect(await support.supportCeased('t1', endsAt + 9 * dayMs)).toBe(true);
      desk.now = endsAt + hourMs;
      accepted(await desk.act(id, { kind: 'document-looked', documentId: 'd1' }));
      accepted(await desk.act(id, { kind: 'document-refuted', documentId: 'd1', note: 'unknown to the police' }));
      expect(await support.supportCeased('t1', desk.now)).toBe(false);
    });

    it('after it has lapsed the tenant asks in vain', async () => {
      const { endsAt, id } = await ceased();
      desk.now = endsAt + 1;
      const again = {
        messageId: 'm9-0',
        receivedAt: desk.now,
        address: null,
        tenantId: 't1',
        procedure: 'cessation',
      } as const;
      expect(await cases.takeMail(again, desk.now)).toMatchObject({ kind: 'ignored', caseId: id });
      accepted(await desk.act(id, { kind: 'closed', outcome: 'expired', note: 'no evidence' }));
      expect(await cases.takeMail({ ...again, messageId: 'm10-0' }, desk.now)).toMatchObject({
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
      expect(await cases.open(input, desk.now)).toMatchObject({ kind: 'refused', rule: 'X-CESSATION' });
    });
  });

  it('a flood of requests after a lapse does not make the case unreadable, and each of them is linked to it', async () => {
    const { id } = await desk.opened('cessation');
    await desk.callGrace(id);
    accepted(await desk.act(id, { kind: 'cessation-started' }));
    desk.now += 25 * hourMs;
    const about = { receivedAt: desk.now, address: null, tenantId: 't1', procedure: 'cessation' } as const;
    for (let number = 0; number < 502; number += 1) {
      const messageId = `f${number}-0`;
      expect(await cases.takeMail({ ...about, messageId }, desk.now)).toMatchObject({ kind: 'ignored', caseId: id });
    }
    expect((await cases.get(id))?.case.ignored).toHaveLength(500);
    expect(await cases.ofMail('f501-0')).toBe(id);
  });

  describe('who was let in a short while ago', () => {
    const dave = { ...bob, id: 'dave' };
    const halfApproved = async () => {
      await addMember(staffRecords(records), 'dave', 'trust', start - dayMs);
      const { id } = await desk.opened('disgruntled-admin');
      await desk.complete(id, 'a1');
      accepted(await desk.act(id, { kind: 'document-looked', documentId: 'd1' }, dave));
      accepted(await desk.act(id, { kind: 'proposed' }));
      return id;
    };

    it('approves nothing', async () => {
      const id = await halfApproved();
      expect(await desk.act(id, { kind: 'approved', account: null }, dave)).toMatchObject({
        kind: 'refused',
        missing: ['somebody who has had access for 7 days'],
      });
    });

    it('approves nothing when the log has lost who came first either', async () => {
      const id = await halfApproved();
      await auditRecords(records).prune(start - 2 * dayMs, { actor: 'retention', at: desk.now });
      expect(await desk.act(id, { kind: 'approved', account: null }, dave)).toMatchObject({
        kind: 'refused',
        missing: ['somebody who has had access for 7 days'],
      });
      accepted(await desk.act(id, { kind: 'approved', account: null }, bob));
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
    const withMethods = () => caseTenant({ contract: { ...caseTenant().contract, recoveryMethods: methods } });

    it('a switch runs from the import that brought it, and check-ins set it back', async () => {
      await desk.importTenants([withMethods()], start - 20 * dayMs);
      const { id } = await desk.opened('preventative');
      accepted(await desk.act(id, { kind: 'request-set', request: { kind: 'delete-tenant' } }));
      accepted(await desk.act(id, { kind: 'method-used', methodId: 'switch', mailReference: null }));
      const input = { by: bob, tenantId: 't1', methodId: 'switch', reference: 'call back' };
      expect(await cases.checkIn(input, (desk.now += 1_000))).toBe('noted');
      expect((await cases.get(id))?.case.methodUses[0]?.undoneAt).toBe(desk.now);
      expect(await desk.act(id, { kind: 'method-used', methodId: 'switch', mailReference: null })).toMatchObject({
        kind: 'refused',
      });
      expect(await cases.checkIn({ ...input, methodId: 'notary' }, desk.now)).toBe('no such method');
      expect(await cases.checkIn({ ...input, by: { ...bob, id: 'olga' } }, desk.now)).toBe('no right');
    });

    it('what the contract got after the request does not count', async () => {
      const { id } = await desk.opened('preventative');
      await desk.importTenants([withMethods()], start + 1);
      accepted(await desk.act(id, { kind: 'request-set', request: { kind: 'delete-tenant' } }));
      expect(await desk.act(id, { kind: 'method-used', methodId: 'switch', mailReference: null })).toMatchObject({
        missing: ['a method that the contract held when the request came'],
      });
    });

    it('a third party answers by a caseMail that the gateway found proven', async () => {
      await desk.importTenants([withMethods()], start - 20 * dayMs);
      const { id } = await desk.opened('preventative');
      accepted(await desk.act(id, { kind: 'request-set', request: { kind: 'delete-tenant' } }));
      const answer = async (messageId: string, assurance: 'proven' | 'claimed') => {
        const judged = judgedMail({ messageId });
        const from = { ...judged.sender, address: 'office@notary.test' };
        const input = traceInput({ messageId });
        await traceRecords(records).record(
          [{ ...input, mail: { ...input.mail, sender: from, verdict: { ...input.mail.verdict, assurance } } }],
          desk.now,
        );
        accepted(
          await cases.join(
            id,
            { channel: 'mail', reference: messageId, receivedAt: desk.now, address: from.address },
            bob,
            desk.now,
          ),
        );
        return desk.act(id, { kind: 'method-used', methodId: 'notary', mailReference: messageId });
      };
      expect((await answer('m7-0', 'claimed')).kind).toBe('refused');
      expect((await answer('m8-0', 'proven')).kind).toBe('accepted');
    });
  });
});

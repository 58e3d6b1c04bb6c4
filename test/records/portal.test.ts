/** What the records keep of the portal, on both databases: keys of requests, and answers of admins. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { PortalRequestStore } from '../../src/portal/desk.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import type { Records } from '../../src/records/open-records.ts';
import { type PortalAuthorization, portalAuthorizations } from '../../src/records/portal-authorizations.ts';
import { keyLifeMs, portalRequests } from '../../src/records/portal-requests.ts';
import { retentionRecords } from '../../src/records/retention.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

onEachDatabase((databases) => {
  let records: Records;
  beforeEach(async () => {
    records = await databases.fresh();
  });

  describe('keys of requests', () => {
    let requests: PortalRequestStore;
    const request = { key: 'key-1', digest: 'd1', mailId: 'mail1' };
    beforeEach(() => {
      requests = portalRequests(records);
    });

    it('belong to one mail, whoever comes again', async () => {
      expect(await requests.begin(request, 1_000)).toEqual({ kind: 'begun', mailId: 'mail1', isFirst: true });
      expect(await requests.begin({ ...request, mailId: 'mail2' }, 2_000)).toEqual({ kind: 'busy' });
      expect(await requests.begin({ ...request, digest: 'd2' }, 2_000)).toEqual({ kind: 'other' });
      await requests.release('key-1');
      const again = await requests.begin({ ...request, mailId: 'mail2' }, 3_000);
      expect(again).toEqual({ kind: 'begun', mailId: 'mail1', isFirst: false });
      await requests.taken('key-1');
      expect(await requests.begin({ ...request, mailId: 'mail3' }, 4_000)).toEqual({ kind: 'taken', mailId: 'mail1' });
    });

    it('are taken up by one of several that come at once, after whoever had it is gone', async () => {
      await requests.begin(request, 1_000);
      const many = await Promise.all(Array.from({ length: 6 }, () => requests.begin(request, 40_000)));
      expect(many.map(({ kind }) => kind).toSorted()).toEqual(['begun', 'busy', 'busy', 'busy', 'busy', 'busy']);
      const fresh = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          requests.begin({ ...request, key: 'key-2', mailId: `m${index}` }, 1_000),
        ),
      );
      expect(fresh.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    });

    it('are forgotten after their time', async () => {
      await requests.begin(request, 1_000);
      await requests.taken('key-1');
      const later = await requests.begin({ ...request, digest: 'd2', mailId: 'mail2' }, 1_001 + keyLifeMs);
      expect(later).toEqual({ kind: 'begun', mailId: 'mail2', isFirst: true });
    });
  });

  describe('answers of admins', () => {
    const answer: PortalAuthorization = {
      messageId: 'm1-0',
      tenantId: 't1',
      adminId: 'a2',
      adminRole: 'owner',
      answer: 'authorized',
      statement: 'yes',
      tokenId: 'token',
      at: 5_000,
    };
    const escalated = async (changes = {}) => {
      const input = traceInput({ messageId: 'm1-0', outcome: 'escalated', assurance: 'proven', ...changes });
      const { mail } = input;
      const verdict = {
        ...mail.verdict,
        outcome: 'escalated',
        reason: 'needs-authorization',
        rule: 'P-DELETE',
      } as const;
      await traceRecords(records).record([{ ...input, mail: { ...mail, verdict } }], 500);
    };
    beforeEach(async () => {
      const admins = [
        adminJson(),
        adminJson({ id: 'a2', primaryEmail: 'eve@example.com', role: 'admin' }),
        adminJson({ id: 'a3', primaryEmail: 'old@example.com', active: false }),
      ];
      await directoryRecords(records).replaceAll(await directoryOf(tenantJson({ admins })), { actor: 'x', at: 1 });
    });

    it('are noted once each, with the role that the directory gives', async () => {
      await escalated();
      const answers = portalAuthorizations(records);
      expect(await answers.awaiting('t1')).toMatchObject([
        { messageId: 'm1-0', rule: 'P-DELETE', isFromPortal: false },
      ]);
      expect(await answers.awaiting('t2')).toEqual([]);
      const both = await Promise.all([answers.note(answer), answers.note(answer)]);
      expect(both.map(({ kind }) => kind).toSorted()).toEqual(['noted', 'same']);
      expect(await answers.note({ ...answer, answer: 'denied' })).toEqual({ kind: 'refused', cause: 'answered' });
      expect(await answers.note({ ...answer, adminId: 'a3' })).toEqual({ kind: 'refused', cause: 'not-active' });
      expect(await answers.note({ ...answer, adminId: 'nobody' })).toEqual({ kind: 'refused', cause: 'not-active' });
      expect(await answers.note({ ...answer, tenantId: 't2' })).toEqual({ kind: 'refused', cause: 'none' });
      expect(await answers.of('m1-0')).toEqual([{ ...answer, adminRole: 'admin' }]);
      const [item] = await records.db.selectFrom('reviews').select('version').execute();
      expect(item?.version).toBe(2);
    });

    it('are taken for nothing that was not proven, and go with their mail', async () => {
      await escalated();
      const answers = portalAuthorizations(records);
      await records.db.updateTable('reviews').set({ assurance: 'claimed' }).execute();
      expect(await answers.awaiting('t1')).toEqual([]);
      expect(await answers.note(answer)).toEqual({ kind: 'refused', cause: 'none' });
      await records.db.updateTable('reviews').set({ assurance: 'proven' }).execute();
      expect(await answers.note(answer)).toEqual({ kind: 'noted' });
      const mail = { mailId: 'm1', messageIds: ['m1-0'], jobIds: [], spoolKey: null };
      await retentionRecords(records).forgetMails([mail]);
      expect(await answers.of('m1-0')).toEqual([]);
    });
  });
});

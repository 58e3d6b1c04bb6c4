/** A person is erased while the gateway works on: tickets are written in, workers have deliveries in hand. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HandoffDocument } from '../../src/handoff/document.ts';
import { handedOverFiles } from '../../src/main/handed-over-files.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import type { Records } from '../../src/records/open-records.ts';
import { personRecords } from '../../src/records/person.ts';
import { retentionRecords } from '../../src/records/retention.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { verificationRecords } from '../../src/records/verifications.ts';
import { createFolderSync } from '../../src/spool/folder-sync.ts';
import { startLanes } from '../../workers/lanes.ts';
import { fileWriter } from '../../workers/targets/file.ts';
import type { Sender } from '../../workers/targets/sender.ts';
import { links } from '../helpers/handoff-document.ts';
import { lanesOptions } from '../helpers/lanes-options.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

const eve = 'eve@example.com';
const ofEve = { address: eve, isProven: true, tenantId: 't1', isAdmin: true };
const now = 10_000;
const by = { actor: 'ada', at: now };

onEachDatabase((databases) => {
  describe('erasing a person', () => {
    let records: Records;
    beforeEach(async () => {
      records = await databases.fresh();
    });

    const opened = (messageId: string, targets: readonly string[] = []) =>
      traceRecords(records).record(
        [
          {
            ...traceInput({ messageId, from: eve, receivedAt: 1_000 }),
            ticket: ticketDraft({ sender: ofEve, targets }),
          },
        ],
        now,
      );
    const answered = (messageId: string, to: string, targets: readonly string[] = []) =>
      traceRecords(records).record(
        [
          {
            ...traceInput({ messageId, receivedAt: 2_000 }),
            ticket: ticketDraft({ marks: { inReplyTo: `<${to}@example.com>`, references: [], numbers: [] }, targets }),
          },
        ],
        now,
      );
    const close = (ticketId: string) => ticketRecords(records).act(ticketId, 'closed', by);
    const references = async () =>
      (await records.db.selectFrom('ticket_references').select('reference').orderBy('reference').execute()).map(
        ({ reference }) => reference,
      );

    it('takes its Message-IDs out of a ticket that others wrote in, and leaves theirs', async () => {
      await opened('a-0');
      await answered('b-0', 'a-0');
      await close('a-0');
      expect(await references()).toEqual(['<a-0@example.com>', '<b-0@example.com>']);
      const person = personRecords(records);
      await person.erase(await person.planErasure(eve), 0, by);
      expect(await references()).toEqual(['<b-0@example.com>']);
    });

    it('takes them out although their mails have no trace any more', async () => {
      await opened('a-0');
      await answered('b-0', 'a-0');
      await close('a-0');
      await records.db.deleteFrom('trace').where('message_id', '=', 'a-0').execute();
      const person = personRecords(records);
      await person.erase(await person.planErasure(eve), 0, by);
      expect(await references()).toEqual(['<b-0@example.com>']);
    });

    it('leaves the whole mail while one of its mailboxes has to decide about it', async () => {
      const from = eve;
      await traceRecords(records).record(
        [
          traceInput({ messageId: 'm1-0', from, outcome: 'rejected' }),
          traceInput({ messageId: 'm1-1', from, outcome: 'escalated' }),
          traceInput({ messageId: 'm2-0', from, outcome: 'rejected' }),
        ],
        now,
      );
      const plan = await personRecords(records).planErasure(eve);
      expect(plan.mails.map(({ mailId }) => mailId)).toEqual(['m2']);
      expect(plan.held).toEqual([{ messageId: 'm1-1', by: 'open-review' }]);
    });

    it('takes the questions that its address was asked, but for those that wait for its answer', async () => {
      const verifications = verificationRecords(records);
      const limits = { perAddress: 1, windowMs: 1_000, lifeMs: 500 };
      const asked = { as: 'sender', tenantId: 't1', adminId: 'a9', address: eve } as const;
      for (const [id, messageId] of [
        ['a'.repeat(32), 'm1-0'],
        ['b'.repeat(32), 'm2-0'],
      ] as const) {
        await traceRecords(records).record([traceInput({ messageId, outcome: 'escalated' })], now);
        await verifications.open(
          { id, messageId, asked, sha256: 'c', createdAt: now, expiresAt: now + 500 },
          limits,
          true,
        );
      }
      const person = personRecords(records);
      await person.erase(await person.planErasure(eve), 0, by);
      expect(await verifications.of('m1-0')).toMatchObject([{ state: 'waiting' }]);
      expect(await verifications.of('m2-0')).toEqual([]);
      // With the mail that it is about, each of them goes.
      const mail = { mailId: 'm1', messageIds: ['m1-0'], jobIds: [], spoolKey: null };
      await retentionRecords(records).forgetMails([mail]);
      expect(await verifications.of('m1-0')).toEqual([]);
    });

    it('is refused when somebody wrote in its ticket since the plan was made, and changes nothing', async () => {
      await opened('a-0', ['desk']);
      await close('a-0');
      const person = personRecords(records);
      const plan = await person.planErasure(eve);
      // On its way when the ticket was closed.
      await ticketRecords(records).act('a-0', 'open', by);
      await answered('b-0', 'a-0');
      for (const status of ['open', 'closed'] as const) {
        await ticketRecords(records).act('a-0', status, by);
        await expect(person.withdraw(plan)).rejects.toThrow(status === 'open' ? 'is open again' : 'somebody wrote');
        await expect(person.erase(plan, 0, by)).rejects.toMatchObject({ name: 'PlanOutdated' });
      }
      expect(await ticketRecords(records).messages('a-0')).toHaveLength(2);
      expect(await handoffRecords(records).dueTargets(now)).toEqual(['desk']);
      expect((await person.planErasure(eve)).ticketMessageIds).toEqual(['a-0']);
    });

    it('hands nothing over that waits, and tells what a worker took since the plan was made', async () => {
      await opened('a-0', ['desk', 'help']);
      await close('a-0');
      const person = personRecords(records);
      const plan = await person.planErasure(eve);
      expect(plan.handedOver).toEqual([]);
      const deliveries = handoffRecords(records);
      expect(await deliveries.claim('help', now, 60_000, 9)).toHaveLength(1);
      expect(await person.withdraw(plan)).toEqual({
        handedOver: [{ target: 'help', event: 'a-0', at: 1_000 }],
        namedIn: [],
      });
      expect(await deliveries.claim('desk', now, 60_000, 9)).toEqual([]);
      expect(await deliveries.claim('help', now + 60_001, 60_000, 9)).toEqual([]);
    });
  });

  describe('what a worker has in hand when its person is erased', () => {
    let folder: string;
    let records: Records;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'postern-erase-'));
      records = await databases.fresh();
      const ticket = ticketDraft({ sender: ofEve, targets: ['file'] });
      await traceRecords(records).record([{ ...traceInput({ messageId: 'a-0', from: eve }), ticket }], now);
      await ticketRecords(records).act('a-0', 'closed', by);
    });
    afterEach(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    const filesLeft = () =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

    /** A real file target whose writing begins when it is let go. */
    function slowFile(withTakeBack: boolean) {
      const target = {
        kind: 'file' as const,
        name: 'file',
        path: folder,
        from: 'p@postern.test',
        to: 'd@postern.test',
      };
      const begun = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const writer = fileWriter(target, createFolderSync());
      const sender: Sender = {
        async send(document: HandoffDocument) {
          begun.resolve();
          await go.promise;
          const [attempt] = await writer.writeAll([{ document, links }]);
          return attempt ?? { kind: 'trouble', cause: 'no attempt' };
        },
        ...(withTakeBack
          ? {
              takeBack: async ({ at, event }: HandoffDocument) => {
                await handedOverFiles([target]).remove([{ target: 'file', event, at }]);
              },
            }
          : {}),
        close: () => Promise.resolve(),
      };
      return { sender, begun: begun.promise, go: go.resolve };
    }

    it.each([true, false])('is removed again where that is possible: %s', async (isPossible) => {
      const { begun, go, sender } = slowFile(isPossible);
      const lanes = startLanes(lanesOptions(handoffRecords(records), { file: sender }, () => now, { atOnce: 1 }));
      lanes.wake('file');
      await begun;
      const person = personRecords(records);
      const plan = await person.planErasure(eve);
      await person.withdraw(plan);
      await person.erase(plan, 0, by);
      go();
      await lanes.idle();
      await lanes.stop();
      expect(filesLeft()).toHaveLength(isPossible ? 0 : 2);
    });

    it('stays where it was delivered by two workers and nobody was erased', async () => {
      const { begun, go, sender } = slowFile(true);
      const deliveries = handoffRecords(records);
      const lanes = startLanes(lanesOptions(deliveries, { file: sender }, () => now, { atOnce: 1, leaseMs: 1 }));
      lanes.wake('file');
      await begun;
      const [other] = await deliveries.claim('file', now + 10, 60_000, 1);
      if (other === undefined) throw new Error('the lease did not end');
      await deliveries.settle([{ id: other.id, claims: other.claims, settlement: { kind: 'delivered' } }], now + 11);
      go();
      await lanes.idle();
      await lanes.stop();
      expect(filesLeft()).toHaveLength(2);
    });
  });
});

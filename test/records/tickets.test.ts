import { beforeEach, describe, expect, it } from 'vitest';
import { clockRecords } from '../../src/records/clocks.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import type { Records } from '../../src/records/open-records.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { type TraceInput, traceRecords } from '../../src/records/trace.ts';
import { startClock } from '../../src/tickets/clock.ts';
import type { TicketDraft } from '../../src/tickets/draft.ts';
import { directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { onEachDatabase } from './databases.ts';
import { type MailTraits, traceInput } from './mails.ts';

const hour = 3_600_000;

onEachDatabase((databases) => {
  let records: Records;
  beforeEach(async () => {
    records = await databases.fresh();
  });

  const input = (traits: MailTraits, draft: Partial<TicketDraft> = {}): TraceInput => ({
    ...traceInput(traits),
    ticket: ticketDraft(draft),
  });
  const record = (...batch: readonly TraceInput[]) => traceRecords(records).record(batch, 5_000);
  const tickets = () => ticketRecords(records);
  const ticketOf = async (messageId: string) => {
    const ticket = await tickets().ofMessage(messageId);
    if (ticket === null) throw new Error(`${messageId} has no ticket`);
    return ticket;
  };
  const answering = (id: string): Partial<TicketDraft> => ({ marks: { inReplyTo: id, references: [], numbers: [] } });

  describe('a mail in the name of a prospect that is not proven', () => {
    const from = 'pat@prospect.test';
    const pat = (isProven: boolean) => ({ address: from, isProven, tenantId: null, isAdmin: false });
    const mail = (messageId: string, isProven: boolean, inReplyTo: string | null): TraceInput => {
      const traits = { messageId, from, assurance: isProven ? 'proven' : 'unknown' } as const;
      const marks = { inReplyTo, references: [], numbers: [] };
      const made = input(traits, { sender: pat(isProven), tier: null, marks });
      const { mail: judged } = made;
      const sender = { ...judged.sender, tenant: null, admin: null, proof: isProven ? judged.sender.proof : [] };
      return { ...made, mail: { ...judged, sender, verdict: { ...judged.verdict, department: 'prospect' } } };
    };

    it('founds no ticket that the prospect itself would join by a shared reference', async () => {
      await record(mail('m1-0', false, '<shared@list.test>'));
      await record(mail('m2-0', true, '<shared@list.test>'));
      expect((await ticketOf('m2-0')).message_id).toBe('m2-0');
      await record(mail('m3-0', true, '<shared@list.test>'));
      expect((await ticketOf('m3-0')).message_id).toBe('m2-0');
    });

    it('founds none in the same batch either', async () => {
      await record(mail('m1-0', false, '<shared@list.test>'), mail('m2-0', true, '<shared@list.test>'));
      expect((await ticketOf('m2-0')).message_id).toBe('m2-0');
    });
  });

  describe('a first mail', () => {
    it('opens a ticket with all that it holds', async () => {
      const parts = [
        { contentType: 'image/png', fileName: 'a.png', disposition: 'attachment' as const, size: 9, sha256: 'cd' },
      ];
      await record(
        input({ messageId: 'm1-0', receivedAt: 1_000 }, { notes: ['cut'], parts, replyTo: 'x@elsewhere.test' }),
      );
      expect(await ticketOf('m1-0')).toMatchObject({
        opened_at: 1_000,
        updated_at: 5_000,
        status: 'open',
        tenant_id: 't1',
        admin_id: 'a1',
        tier: 'standard',
        requester: 'ada@example.com',
        department: 'support',
        severity: 3,
        follows: null,
      });
      expect(await tickets().messages('m1-0')).toMatchObject([
        {
          message_id: 'm1-0',
          sender: 'ada@example.com',
          assurance: 'proven',
          proof: ['domain'],
          rule: 'W-PRIMARY',
          text: 'It burns since Monday.',
          notes: ['cut'],
          parts,
          reply_to: 'x@elsewhere.test',
          size: 4_096,
          sha256: 'sha-m1-0',
        },
      ]);
    });

    it('of a prospect carries nothing about any tenant', async () => {
      const sender = { address: 'ada@example.com', isProven: false, tenantId: null, isAdmin: false };
      const made = input({ messageId: 'm1-0' }, { sender, tier: null });
      const verdict = { ...made.mail.verdict, department: 'prospect' as const };
      await record({ ...made, mail: { ...made.mail, verdict } });
      expect(await ticketOf('m1-0')).toMatchObject({ tenant_id: null, admin_id: null, tier: null });
      // Nor where only the mail itself says whose it is.
      const bare = traceInput({ messageId: 'm2-0' });
      expect(bare.mail.sender).toMatchObject({ tenant: 't1', admin: 'a1' });
      await record({ ...bare, mail: { ...bare.mail, verdict: { ...bare.mail.verdict, department: 'prospect' } } });
      expect(await ticketOf('m2-0')).toMatchObject({ tenant_id: null, admin_id: null, tier: null });
    });

    it('with hostile characters is kept', async () => {
      await record(input({ messageId: 'm1-0' }, { text: 'a\0b\ud800', subject: '\0', senderName: '\udfff' }));
      expect((await tickets().messages('m1-0'))[0]?.text).toBe('a\ufffdb\ufffd');
    });

    it('recorded twice is one ticket', async () => {
      const once = input({ messageId: 'm1-0' }, { targets: ['desk'] });
      await record(once);
      const before = await ticketOf('m1-0');
      await record(once, once);
      expect(await ticketOf('m1-0')).toEqual(before);
      expect(await tickets().messages('m1-0')).toHaveLength(1);
      expect(await handoffRecords(records).ofTicket('m1-0')).toHaveLength(1);
    });
  });

  describe('an answer', () => {
    const question = () => record(input({ messageId: 'm1-0', receivedAt: 1_000, rfcMessageId: '<q@example.com>' }));

    it.each<[string, Partial<TicketDraft>]>([
      ['In-Reply-To', answering('<q@example.com>')],
      ['any reference', { marks: { inReplyTo: '<lost@x>', references: ['<q@example.com>', '<gone@x>'], numbers: [] } }],
    ])('joins by %s', async (_name, draft) => {
      await question();
      await record(input({ messageId: 'm2-0', receivedAt: 2_000 }, { ...draft, targets: ['desk'] }));
      expect((await ticketOf('m2-0')).message_id).toBe('m1-0');
      expect((await tickets().messages('m1-0')).map(({ message_id }) => message_id)).toEqual(['m1-0', 'm2-0']);
      expect(await handoffRecords(records).ofMessage('m2-0')).toMatchObject([
        { id: 'm2-0_desk', kind: 'ticket.message', ticket_id: 'm1-0', state: 'queued' },
      ]);
      expect(await tickets().list({ limit: 10 })).toHaveLength(1);
    });

    it('joins by its token', async () => {
      await question();
      const { number } = await ticketOf('m1-0');
      await record(input({ messageId: 'm2-0' }, { marks: { inReplyTo: null, references: [], numbers: [number] } }));
      expect((await ticketOf('m2-0')).message_id).toBe('m1-0');
    });

    it('joins the question that stands in the same batch, whatever their order', async () => {
      await record(
        input({ messageId: 'm2-0', receivedAt: 2_000 }, answering('<q@example.com>')),
        input({ messageId: 'm1-0', receivedAt: 1_000, rfcMessageId: '<q@example.com>' }),
      );
      expect((await ticketOf('m2-0')).message_id).toBe('m1-0');
    });

    it('joins one that names the same mail from elsewhere, and one to a mail that was sent', async () => {
      await record(input({ messageId: 'm1-0' }, answering('<agent@help.test>')));
      await record(input({ messageId: 'm2-0' }, answering('<agent@help.test>')));
      expect((await ticketOf('m2-0')).message_id).toBe('m1-0');
      await tickets().rememberSent('m1-0', '<ack@postern.test>');
      await tickets().rememberSent('m1-0', '<ack@postern.test>');
      await record(input({ messageId: 'm3-0' }, answering('<ack@postern.test>')));
      expect((await ticketOf('m3-0')).message_id).toBe('m1-0');
    });

    it('makes severity and prohibitions those of the gravest mail and reopens', async () => {
      await question();
      await tickets().act('m1-0', 'pending', { actor: 'desk', at: 1_500 });
      const made = input({ messageId: 'm2-0', receivedAt: 2_000 }, answering('<q@example.com>'));
      const verdict = { ...made.mail.verdict, severity: 1 as const, prohibitions: ['credentials' as const] };
      await record({ ...made, mail: { ...made.mail, verdict } });
      expect(await ticketOf('m1-0')).toMatchObject({ status: 'open', severity: 1, prohibitions: '["credentials"]' });
      const later = input({ messageId: 'm3-0' }, answering('<q@example.com>'));
      const milder = { ...later.mail.verdict, severity: 3 as const, prohibitions: ['grant-access' as const] };
      await record({ ...later, mail: { ...later.mail, verdict: milder } });
      expect(await ticketOf('m1-0')).toMatchObject({ severity: 1, prohibitions: '["credentials","grant-access"]' });
    });

    it('of somebody else opens a ticket of its own, which names nothing of the other', async () => {
      await question();
      const { number } = await ticketOf('m1-0');
      const marks = { inReplyTo: '<q@example.com>', references: ['<q@example.com>'], numbers: [number] };
      const strangers: readonly Partial<TicketDraft>[] = [
        { sender: { address: 'eve@evil.test', isProven: true, tenantId: 't2', isAdmin: true } },
        { sender: { address: 'ada@example.com', isProven: false, tenantId: null, isAdmin: false } },
        { sender: { address: 'bob@example.com', isProven: true, tenantId: 't1', isAdmin: false } },
        { sender: { address: 'pat@prospect.test', isProven: true, tenantId: null, isAdmin: false } },
      ];
      for (const [index, stranger] of strangers.entries()) {
        const messageId = `s${index}-0`;
        await record(input({ messageId, receivedAt: 3_000 + index }, { ...stranger, marks }));
        expect(await ticketOf(messageId)).toMatchObject({ message_id: messageId, follows: null });
      }
      expect(await tickets().messages('m1-0')).toHaveLength(1);
    });

    it('to a closed ticket opens one that follows it, and later answers join that one', async () => {
      await question();
      const { number } = await ticketOf('m1-0');
      await tickets().act('m1-0', 'closed', { actor: 'desk', at: 1_500 });
      await record(input({ messageId: 'm2-0', receivedAt: 2_000 }, answering('<q@example.com>')));
      expect(await ticketOf('m2-0')).toMatchObject({ message_id: 'm2-0', follows: number });
      await record(input({ messageId: 'm3-0', receivedAt: 3_000 }, answering('<q@example.com>')));
      expect((await ticketOf('m3-0')).message_id).toBe('m2-0');
    });
  });

  it('a thousand mails in one batch are recorded', async () => {
    const references = Array.from({ length: 20 }, (_, index) => `<r${index}@example.com>`);
    const batch = Array.from({ length: 1_000 }, (_, index) =>
      input(
        { messageId: `m${index}-0`, from: `u${index}@example.com`, receivedAt: index },
        {
          sender: { address: `u${index}@example.com`, isProven: true, tenantId: `t${index}`, isAdmin: true },
          marks: { inReplyTo: null, references: references.map((id) => `${id}${index}`), numbers: [] },
          targets: ['desk', 'hook', 'copy'],
        },
      ),
    );
    await record(...batch);
    expect(await handoffRecords(records).counts()).toMatchObject([
      { target: 'copy', state: 'queued', count: 1_000 },
      { target: 'desk', state: 'queued', count: 1_000 },
      { target: 'hook', state: 'queued', count: 1_000 },
    ]);
  });

  describe('the response clock', () => {
    const clock = startClock(1_000, 'elapsed', { warnAt: 1_000 + 3 * hour, dueAt: 1_000 + 4 * hour });
    const clocks = () => clockRecords(records);
    const opened = () => record(input({ messageId: 'm1-0', receivedAt: 1_000 }, { clock, targets: ['desk', 'hook'] }));
    const events = async () =>
      (await handoffRecords(records).ofTicket('m1-0'))
        .filter(({ kind }) => kind !== 'ticket.opened')
        .map(({ id }) => id);

    it('warns and breaches once each, and tells every target', async () => {
      await opened();
      expect(await clocks().pass(clock.warnAt - 1)).toEqual({ warned: 0, breached: 0, more: false });
      expect(await clocks().pass(clock.warnAt)).toEqual({ warned: 1, breached: 0, more: false });
      expect(await clocks().pass(clock.warnAt)).toEqual({ warned: 0, breached: 0, more: false });
      const due = clock.dueAt.toString(36);
      expect(await events()).toEqual([`m1-0-w${due}_desk`, `m1-0-w${due}_hook`]);
      expect(await clocks().pass(clock.dueAt + hour)).toEqual({ warned: 0, breached: 1, more: false });
      expect(await clocks().pass(clock.dueAt + 2 * hour)).toEqual({ warned: 0, breached: 0, more: false });
      expect(await events()).toHaveLength(4);
      expect(await tickets().clock('m1-0')).toMatchObject({ state: 'breached', breachedAt: clock.dueAt });
    });

    it('two processes that look at once mark it once', async () => {
      await opened();
      const rounds = await Promise.all([clocks().pass(clock.warnAt), clocks().pass(clock.warnAt)]);
      expect(rounds.map(({ warned }) => warned).toSorted((one, other) => one - other)).toEqual([0, 1]);
    });

    it('follows the ticket', async () => {
      await opened();
      expect(await tickets().act('m1-0', 'pending', { actor: 'desk', at: 1_000 + hour })).toBe('changed');
      expect(await clocks().pass(99 * hour)).toMatchObject({ warned: 0, breached: 0 });
      await tickets().act('m1-0', 'open', { actor: 'desk', at: 100 * hour });
      expect(await tickets().clock('m1-0')).toMatchObject({ state: 'due', dueAt: 103 * hour });
      await tickets().act('m1-0', 'answered', { actor: 'desk', at: 101 * hour });
      await tickets().act('m1-0', 'answered', { actor: 'desk', at: 102 * hour });
      expect(await tickets().clock('m1-0')).toMatchObject({ state: 'met', metAt: 101 * hour, breachedAt: null });
      expect(await clocks().running(10)).toEqual([]);
      expect(await tickets().act('none', 'open', { actor: 'desk', at: 1 })).toBe('missing');
    });

    it('goes on after a pause in the hours that the contract sets', async () => {
      const businessHours = { timeZone: 'Europe/Paris', opensAt: '08:00', closesAt: '12:00' };
      const directory = await directoryOf(tenantJson({ contract: { businessHours } }));
      await directoryRecords(records).replaceAll(directory, { actor: 'grace', at: 1 });
      const at = (time: string) => Date.parse(`2026-03-0${time}+01:00`);
      const times = { warnAt: at('3T11:00'), dueAt: at('3T12:00') };
      await record(input({ messageId: 'm1-0' }, { clock: startClock(at('3T08:00'), 'business', times) }));
      await tickets().act('m1-0', 'pending', { actor: 'desk', at: at('3T09:00') });
      // Three hours are left: two of this day, one of the next.
      await tickets().act('m1-0', 'open', { actor: 'desk', at: at('4T10:00') });
      expect(await tickets().clock('m1-0')).toMatchObject({ state: 'due', dueAt: at('5T09:00') });
    });

    it('starts anew with the next question', async () => {
      await record(
        input({ messageId: 'm1-0', receivedAt: 1_000, rfcMessageId: '<q@example.com>' }, { clock, targets: ['desk'] }),
      );
      await tickets().act('m1-0', 'answered', { actor: 'desk', at: 2_000 });
      const fresh = startClock(9 * hour, 'elapsed', { warnAt: 12 * hour, dueAt: 13 * hour });
      const draft = { ...answering('<q@example.com>'), clock: fresh };
      await record(input({ messageId: 'm2-0', receivedAt: 9 * hour }, draft));
      expect(await clocks().running(10)).toEqual([{ ticketId: 'm1-0', clock: fresh }]);
    });

    it('looks at many in rounds', async () => {
      const many = Array.from({ length: 250 }, (_, index) => input({ messageId: `c${index}-0` }, { clock }));
      await record(...many);
      expect(await clocks().pass(clock.warnAt)).toEqual({ warned: 200, breached: 0, more: true });
      expect(await clocks().pass(clock.warnAt)).toEqual({ warned: 50, breached: 0, more: false });
    });
  });
});

import { describe, expect, it } from 'vitest';
import { chooseThread, type Participant, type ThreadTicket, takesPart, threadIds } from '../../src/tickets/thread.ts';

const ticket: ThreadTicket = {
  ticketId: 'm1-0',
  number: 'PT-0000-0001',
  openedAt: 1,
  status: 'open',
  department: 'support',
  tenantId: 't1',
  requester: 'ada@example.com',
  isFounderProven: true,
};
const ada: Participant = { address: 'ada@example.com', isProven: true, tenantId: 't1', isAdmin: true };

function choose(
  sender: Participant,
  tickets: readonly ThreadTicket[],
  department: ThreadTicket['department'] = 'support',
) {
  const mail = { marks: { inReplyTo: '<a@x>', references: [], numbers: [] }, sender, department };
  return chooseThread(
    mail,
    () => tickets,
    () => undefined,
  );
}

describe('who takes part', () => {
  it.each<[string, Partial<Participant>, boolean]>([
    ['the admin who asked', {}, true],
    ['another active admin of the tenant', { address: 'grace@example.com' }, true],
    ['the same admin without proof', { isProven: false }, false],
    ['somebody else of the tenant', { address: 'bob@example.com', isAdmin: false }, false],
    ['the requester, who is no admin any more', { isAdmin: false }, true],
    ['an admin of another tenant', { address: 'eve@evil.test', tenantId: 't2' }, false],
    ['the same address under another tenant', { tenantId: 't2' }, false],
    ['a mail without an author', { address: null }, false],
  ])('%s', (_name, changes, expected) => {
    expect(takesPart({ ...ada, ...changes }, ticket)).toBe(expected);
  });

  it('in a prospect’s ticket only the very same proven address', () => {
    const prospect = { tenantId: null, requester: 'pat@prospect.test' };
    const pat: Participant = { address: 'pat@prospect.test', isProven: true, tenantId: null, isAdmin: false };
    expect(takesPart(pat, prospect)).toBe(true);
    expect(takesPart({ ...pat, isProven: false }, prospect)).toBe(false);
    expect(takesPart({ ...pat, address: 'eve@prospect.test' }, prospect)).toBe(false);
    expect(takesPart(ada, prospect)).toBe(false);
  });
});

describe('the ticket of a mail', () => {
  it('is looked up by In-Reply-To, then by every reference from the newest', () => {
    const marks = { inReplyTo: '<c@x>', references: ['<a@x>', '<b@x>', '<c@x>'], numbers: [] };
    expect(threadIds(marks)).toEqual(['<c@x>', '<b@x>', '<a@x>']);
  });

  it('that an unproven mail founded is joined by the token that went to the requester, and by no reference', () => {
    const pat: Participant = { address: 'pat@prospect.test', isProven: true, tenantId: null, isAdmin: false };
    const planted = { ...ticket, tenantId: null, requester: 'pat@prospect.test', isFounderProven: false };
    expect(choose(pat, [planted])).toEqual({ kind: 'open', follows: null });
    expect(choose(pat, [{ ...planted, status: 'closed' }])).toEqual({ kind: 'open', follows: null });
    expect(choose(pat, [planted, { ...planted, ticketId: 'm2-0', openedAt: 0, isFounderProven: true }])).toEqual({
      kind: 'join',
      ticketId: 'm2-0',
    });
    const marks = { inReplyTo: null, references: [], numbers: ['PT-0000-0001'] };
    const byToken = chooseThread(
      { marks, sender: pat, department: 'support' },
      () => [],
      () => planted,
    );
    expect(byToken).toEqual({ kind: 'join', ticketId: 'm1-0' });
  });

  it('is joined by who takes part in it', () => {
    expect(choose(ada, [ticket])).toEqual({ kind: 'join', ticketId: 'm1-0' });
    expect(choose(ada, [{ ...ticket, status: 'pending' }])).toEqual({ kind: 'join', ticketId: 'm1-0' });
  });

  it('that is foreign is as if it were not there', () => {
    expect(choose({ ...ada, tenantId: 't2' }, [ticket])).toEqual({ kind: 'open', follows: null });
    expect(choose({ ...ada, tenantId: 't2' }, [{ ...ticket, status: 'closed' }])).toEqual({
      kind: 'open',
      follows: null,
    });
  });

  it('that is closed stays closed: a new one follows it', () => {
    expect(choose(ada, [{ ...ticket, status: 'closed' }])).toEqual({ kind: 'open', follows: 'PT-0000-0001' });
  });

  it('of another department is not joined, since other rules let that mail in', () => {
    expect(choose(ada, [ticket], 'sales')).toEqual({ kind: 'open', follows: null });
  });

  it('is the newest open one under a reference', () => {
    const older = { ...ticket, ticketId: 'm0-0', openedAt: 0 };
    const closed = { ...ticket, ticketId: 'm2-0', openedAt: 2, status: 'closed' as const };
    expect(choose(ada, [older, closed, ticket])).toEqual({ kind: 'join', ticketId: 'm1-0' });
  });

  it('may be named by a token when no reference leads anywhere', () => {
    const mail = {
      marks: { inReplyTo: null, references: [], numbers: ['PT-0000-0001'] },
      sender: ada,
      department: 'support' as const,
    };
    const byNumber = (number: string) => (number === ticket.number ? ticket : undefined);
    expect(chooseThread(mail, () => [], byNumber)).toEqual({ kind: 'join', ticketId: 'm1-0' });
    const eve = { ...mail, sender: { ...ada, address: 'eve@evil.test', tenantId: 't2' } };
    expect(chooseThread(eve, () => [], byNumber)).toEqual({ kind: 'open', follows: null });
  });
});

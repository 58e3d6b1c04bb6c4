import { describe, expect, it } from 'vitest';
import type { DenyHit } from '../../src/denylist/entry.ts';
import type { Assurance } from '../../src/evidence/finding.ts';
import {
  deferredReplies,
  deniedNetworkReply,
  deniedSenderReply,
  forgedReply,
  greeting,
  hello,
  listenerReplies,
  malformedReplies,
  type ReplyContext,
  replyFor,
  takenReply,
} from '../../src/verdict/reply.ts';
import {
  acceptedReasons,
  type Defer,
  type DeferredReason,
  deferredReasons,
  escalatedReasons,
  type RejectedReason,
  type Reply,
  rejectedReasons,
  type Verdict,
} from '../../src/verdict/verdict.ts';

const common = {
  rule: 'R-FORM',
  detail: ['for staff only'],
  department: 'support',
  severity: 3,
  prohibitions: [],
  silent: false,
} as const;

function rejected(reason: RejectedReason, assurance: Assurance = 'unknown'): Verdict {
  return { ...common, outcome: 'rejected', reason, assurance };
}

function deferred(reason: DeferredReason): Defer {
  return { outcome: 'deferred', reason, rule: 'R-DEFER', detail: [] };
}

const accepted: Verdict = { ...common, outcome: 'accepted', reason: 'prospect', assurance: 'unknown' };

function hit(subject: DenyHit['subject'], scope: DenyHit['entry']['scope'] = { kind: 'global' }): DenyHit {
  const entry: DenyHit['entry'] = {
    id: 'd1',
    kind: subject === 'client-network' ? 'network' : 'email',
    value: 'x',
    reason: 'abuse',
    note: '',
    scope,
    expiresAt: null,
    createdBy: 'staff',
    createdAt: 0,
  };
  return { entry, subject, matched: 'x' };
}

function denied(...hits: DenyHit[]): ReplyContext {
  return { form: [], denylist: { result: 'hit', hits } };
}

const clean: ReplyContext = { form: [], denylist: { result: 'none', hits: [] } };

const every: readonly Reply[] = [
  takenReply,
  forgedReply,
  deniedNetworkReply,
  deniedSenderReply,
  ...Object.values(deferredReplies),
  ...Object.values(malformedReplies),
  ...Object.values(listenerReplies),
];

describe('the table of replies', () => {
  it.each(every)('$code $enhanced $text', ({ code, enhanced, text }) => {
    expect(text).toMatch(/^[\x20-\x7e]{2,400}$/);
    expect(text).not.toMatch(/^\d/); // neither a code nor an enhanced code of its own
    // RFC 3463 §2: the class is the reply's own; RFC 2034 §3: none with 3xx.
    if (code >= 300 && code < 400) expect(enhanced).toBe('');
    else expect(enhanced).toMatch(new RegExp(`^${Math.floor(code / 100)}\\.\\d{1,3}\\.\\d{1,3}$`));
  });

  it('tells nothing of the host but its name', () => {
    expect(greeting('mx.postern.test')).toEqual({ code: 220, enhanced: '', text: 'mx.postern.test ESMTP' });
    expect(hello('mx.postern.test')).toEqual({ code: 250, enhanced: '', text: 'mx.postern.test' });
  });
});

describe('the reply to a mail', () => {
  it.each([...acceptedReasons])('accepted %s is the constant 250', (reason) => {
    expect(replyFor([{ ...accepted, reason }], clean)).toBe(takenReply);
  });

  it.each([...escalatedReasons])('escalated %s is the constant 250', (reason) => {
    const verdict: Verdict = { ...common, outcome: 'escalated', reason, assurance: 'claimed' };
    expect(replyFor([verdict], denied(hit('author')))).toBe(takenReply);
  });

  it.each(rejectedReasons.filter((reason) => !['malformed', 'forged', 'deny-listed'].includes(reason)))(
    'rejected %s depends on our data, and is the constant 250 even for proven senders',
    (reason) => {
      expect(replyFor([rejected(reason, 'proven')], denied(hit('author'), hit('client-network')))).toBe(takenReply);
    },
  );

  it('is one object for every mail that is taken: 250 2.0.0 Received', () => {
    expect(takenReply).toEqual({ code: 250, enhanced: '2.0.0', text: 'Received' });
  });

  it.each([...deferredReasons])('deferred %s is 451', (reason) => {
    expect(replyFor([deferred(reason)], null)).toBe(deferredReplies[reason]);
    expect(deferredReplies[reason].code).toBe(451);
  });

  it('has its right code for each deferral', () => {
    expect(Object.entries(deferredReplies).map(([reason, { enhanced }]) => [reason, enhanced])).toEqual([
      ['dns', '4.4.3'],
      ['storage', '4.3.0'],
      ['queue', '4.3.0'],
      ['busy', '4.3.2'],
    ]);
  });

  it('says what is wrong with the form, from the first fault', () => {
    const context: ReplyContext = {
      ...clean,
      form: [
        { code: 'bare-lf', detail: 'at octet 12' },
        { code: 'no-from', detail: '' },
      ],
    };
    expect(replyFor([rejected('malformed')], context)).toEqual({
      code: 554,
      enhanced: '5.6.0',
      text: 'The mail is malformed: it contains a LF without CR',
    });
    expect(replyFor([rejected('malformed')], clean).code).toBe(554);
    expect(replyFor([rejected('malformed')], null).code).toBe(554);
  });

  it('says that a forgery fails its own domain’s policy', () => {
    expect(replyFor([rejected('forged', 'forged')], clean)).toMatchObject({ code: 550, enhanced: '5.7.26' });
  });
});

describe('the reply to a denied mail', () => {
  const mailbox = { kind: 'mailbox', mailbox: 'support@postern.test' } as const;
  const tenant = { kind: 'tenant', tenantId: 't1' } as const;

  it('is 550 for a network, whoever writes', () => {
    expect(replyFor([rejected('deny-listed')], denied(hit('author'), hit('client-network')))).toBe(deniedNetworkReply);
  });

  it('is 550 for a proven author under a global entry', () => {
    expect(replyFor([rejected('deny-listed', 'proven')], denied(hit('author')))).toBe(deniedSenderReply);
  });

  it.each([
    ['an unproven author', 'unknown', hit('author')],
    ['a claimed author', 'claimed', hit('author')],
    ['an envelope sender of the writer’s choice', 'proven', hit('envelope-sender')],
    ['a PGP key of the writer’s choice', 'proven', hit('pgp-key')],
    ['a proven author under an entry for one mailbox', 'proven', hit('author', mailbox)],
    ['a proven author under an entry for one tenant', 'proven', hit('author', tenant)],
    ['a network under an entry for one mailbox', 'proven', hit('client-network', mailbox)],
  ] as const)('is 250 for %s', (_name, assurance, found) => {
    expect(replyFor([rejected('deny-listed', assurance)], denied(found))).toBe(takenReply);
  });

  it('is 250 without evidence', () => {
    expect(replyFor([rejected('deny-listed', 'proven')], null)).toBe(takenReply);
  });
});

describe('the reply to a mail for several mailboxes', () => {
  it('is 451 if any is deferred, whatever the others are', () => {
    expect(replyFor([accepted, deferred('dns'), rejected('forged')], clean)).toBe(deferredReplies.dns);
  });

  it('is 5xx only if all are', () => {
    expect(replyFor([rejected('forged'), rejected('forged')], clean)).toBe(forgedReply);
    expect(replyFor([rejected('forged'), accepted], clean)).toBe(takenReply);
    expect(replyFor([accepted, rejected('forged')], clean)).toBe(takenReply);
    expect(replyFor([rejected('forged'), rejected('automatic')], clean)).toBe(takenReply);
  });

  it('is 250 for none at all', () => {
    expect(replyFor([], clean)).toBe(takenReply);
  });
});

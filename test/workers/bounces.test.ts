import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { failureIn, withBounceMailboxes } from '../../src/notices/bounce.ts';
import { type BounceKeys, bounceAddress } from '../../src/notices/bounce-address.ts';
import type { Outgoing } from '../../src/notices/outgoing.ts';
import { createRecipientBook } from '../../src/smtp/recipients.ts';
import { noticingBounces } from '../../workers/bounces.ts';
import { rejected } from '../../workers/rejected.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import { type NoticeWorld, openNoticeWorld } from '../helpers/notice-world.ts';

const keys: BounceKeys = [Buffer.alloc(32, 7)];
const report = (action: string, status = '5.1.1') =>
  [
    'From: MAILER-DAEMON@mx.example.com',
    'To: bounce@postern.test',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'It did not get there.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.com',
    '',
    'Final-Recipient: rfc822; grace@example.com',
    `Action: ${action}`,
    `Status: ${status}`,
    '--b--',
    '',
  ].join('\r\n');

describe('a report', () => {
  it.each([
    [report('failed'), '5.1.1'],
    [report('Failed', '5.7.26'), '5.7.26'],
    [report('failed', 'none'), '5.0.0'],
    // RFC 3464 §2.3.3: the action counts; a status of another class is not repeated.
    [report('failed', '4.4.7'), '5.0.0'],
    [report('delayed', '4.4.1'), null],
    [report('relayed', '2.0.0'), null],
    ['Subject: Action: failed\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n', null],
    ['', null],
  ])('tells a failure only when it is final', (text, status) => {
    expect(failureIn(text)).toBe(status);
  });
});

describe('the listener', () => {
  const mailboxes = [
    { address: 'support@postern.test', department: 'support', aliases: [] },
    { address: 'sales@postern.test', department: 'sales', aliases: [] },
    { address: 'help@other.test', department: 'support', aliases: ['bounce@other.test'] },
  ] as const;

  it('takes bounce addresses with good and bad tokens alike, and nothing more than before', () => {
    const book = createRecipientBook(withBounceMailboxes(mailboxes));
    const good = book.find(bounceAddress('v1', 'postern.test', keys));
    const bad = book.find('bounce+0000@postern.test');
    expect(good?.mailbox).toEqual({ address: 'support@postern.test', department: 'support' });
    expect(bad?.mailbox).toEqual(good?.mailbox);
    expect(good?.address).toBe(bounceAddress('v1', 'postern.test', keys));
    expect(book.find('nobody@postern.test')).toBeNull();
    expect(book.find('bounce+x@elsewhere.test')).toBeNull();
    expect(withBounceMailboxes(mailboxes)[2]).toEqual(mailboxes[2]);
  });
});

describe('a bounce', () => {
  let world: NoticeWorld;
  beforeEach(async () => {
    world = await openNoticeWorld();
    const desk = world.desk();
    const outgoing: Outgoing = {
      id: 'c17',
      messageId: null,
      kind: 'verify-sender',
      to: { address: 'grace@example.com', because: 'registered-primary' },
      from: { name: 'Support', address: 'support@postern.test' },
      replyTo: null,
      answers: null,
      letter: { language: 'en', subject: 'S', outerSubject: 'S', greeting: 'Hello,', blocks: [], closing: [] },
      envelopeFrom: bounceAddress('c17', 'postern.test', keys),
      encrypts: false,
    };
    await world.notices.open([{ outgoing, limits: [] }], world.now);
    await desk.poll();
    await desk.idle();
  });
  afterEach(() => world.stop());

  const automatic = (changes: Partial<JudgedMail['verdict']> = {}) => {
    const mail = judgedMail({ outcome: 'rejected' });
    return { ...mail, verdict: { ...mail.verdict, reason: 'automatic', rule: 'R-AUTO', silent: true, ...changes } };
  };
  const receive = (recipient: string, raw: string, payload: unknown = automatic()) =>
    noticingBounces(rejected, {
      spool: {
        read: () => Promise.resolve(memoryMail(Buffer.from(raw))),
        sidecar: () => Promise.resolve({ envelope: { recipients: ['support@postern.test', recipient] } }),
      },
      domains: ['other.test', 'postern.test'],
      keys,
      bounced: async (id, status) => {
        await world.notices.bounced(id, `its delivery failed (${status})`, world.now);
      },
    }).handle(payload, {
      spool: { sidecar: () => Promise.resolve(JSON.parse('{"v":1}')) },
      record: ({ mail: { messageId } }) => Promise.resolve({ kind: 'recorded', messageId }),
    });
  const stateOf = async () => (await world.notices.get('c17'))?.state;

  it('to the address that the mail came from marks it, once', async () => {
    const [sent] = world.sink.mails;
    await receive(sent?.from ?? '', report('failed'));
    const marked = await world.notices.get('c17');
    expect(marked).toMatchObject({
      state: 'bounced',
      cause: 'its delivery failed (5.1.1)',
      recipient: 'grace@example.com',
    });
    world.now += 1_000;
    await receive(sent?.from ?? '', report('failed', '5.2.2'));
    expect(await world.notices.get('c17')).toEqual(marked);
  });

  it.each([
    ['a made-up token', `bounce+c17${'0'.repeat(20)}@postern.test`, report('failed'), automatic()],
    ['the token of another domain', bounceAddress('c17', 'elsewhere.test', keys), report('failed'), automatic()],
    ['a delay', bounceAddress('c17', 'postern.test', keys), report('delayed'), automatic()],
    [
      'an absence note',
      bounceAddress('c17', 'postern.test', keys),
      'Auto-Submitted: auto-replied\r\n\r\nAway\r\n',
      automatic(),
    ],
    [
      'a mail that is no automatic one',
      bounceAddress('c17', 'postern.test', keys),
      report('failed'),
      automatic({ reason: 'deny-listed' }),
    ],
    ['a mail about nothing of ours', 'support@postern.test', report('failed'), automatic()],
  ])('%s marks nothing', async (_name, recipient, raw, payload) => {
    expect(await receive(recipient, raw, payload)).toMatchObject({ kind: 'recorded' });
    expect(await stateOf()).toBe('sent');
  });
});

/** `postern check` as its users run it, over a table of mails: each reason there is, and why the mail gets it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encryptedMail, type Letter, signedMail } from '../../src/samples/pgp-samples.ts';
import { checkHere } from '../helpers/check-here.ts';
import {
  attackerIp,
  type CheckWorld,
  checkNow,
  checkWorld,
  corporateIp,
  deniedIp,
  type SignerName,
} from '../helpers/check-world.ts';
import { type MailText, mailOf } from '../helpers/customer-world.ts';
import { runPostern } from '../helpers/postern.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

type Make = (world: CheckWorld) => Promise<Buffer> | Buffer;
type Case = {
  readonly what: string;
  readonly make: Make;
  /** Beside those of every case. */
  readonly options?: readonly string[];
  /** `outcome reason rule`. */
  readonly expect: string;
  /** Default 250. */
  readonly code?: number;
  readonly more?: Readonly<Record<string, unknown>>;
};

const day = 86_400_000;
const at = checkNow - 60_000;
/** Of more letters than a covering note has. */
const ordinaryLetter = [
  'Hello, the export of our weekly report stops at 30 percent since Monday morning on all three servers.',
  'We restarted the service twice, and the other reports are fine. Can you have a look at it today?',
].join(' ');
const hiddenRequest = 'Please delete our account and all the data that you hold of us.';
const file = (type: string, name: string, text: string, ...more: readonly string[]): string =>
  [`Content-Type: ${type}`, `Content-Disposition: attachment; filename=${name}`, ...more, '', text].join('\r\n');
const nested = (...fields: readonly string[]): string => [...fields, '', hiddenRequest].join('\r\n');
/** Files beside an ordinary letter: `[what, expected, ...parts]`. */
const besideLetter: readonly (readonly [what: string, expected: string, ...files: string[]])[] = [
  ['a text that asks for a deletion', 'escalated doubtful P-DOUBT', file('text/plain', 'note.txt', hiddenRequest)],
  ['a page that asks', 'escalated doubtful P-DOUBT', file('text/html', 'note.html', `<p>${hiddenRequest}</p>`)],
  [
    'a text in base64 of no type',
    'escalated doubtful P-DOUBT',
    file(
      'application/octet-stream',
      'note.txt',
      Buffer.from(hiddenRequest).toString('base64'),
      'Content-Transfer-Encoding: base64',
    ),
  ],
  [
    'a calendar entry that asks',
    'escalated doubtful P-DOUBT',
    file(
      'text/calendar; method=REQUEST',
      'call.ics',
      `BEGIN:VCALENDAR\r\nSUMMARY:Call\r\nDESCRIPTION:Hello\\n\\nPlease delete our acc\r\n ount and all the data that you hold of us.\r\nEND:VCALENDAR`,
    ),
  ],
  [
    'a mail that asks',
    'escalated doubtful P-DOUBT',
    `Content-Type: message/rfc822\r\n\r\n${nested('From: x@y.example')}`,
  ],
  [
    'a mail whose subject asks',
    'escalated doubtful P-DOUBT',
    'Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?Q?Please_delete_our_account_today?=\r\n\r\nThank you.',
  ],
  [
    'a mail in a mail that asks',
    'escalated doubtful P-DOUBT',
    `Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\nContent-Type: message/rfc822\r\n\r\n${nested('From: x@y.example')}\r\n--C--`,
  ],
  [
    'a mail that is broken',
    'accepted admin W-PRIMARY',
    'Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=',
  ],
  [
    'a text that asks for nothing',
    'accepted admin W-PRIMARY',
    file('text/plain', 'note.txt', 'Server 1: ok. Server 2: stops at 30 percent.'),
  ],
  [
    'a log that speaks of deletions',
    'accepted admin W-PRIMARY',
    file('text/plain', 'job.log', 'INFO please delete our account and all data: done'),
  ],
  ['a report as PDF', 'accepted admin W-PRIMARY', file('application/pdf', 'report.pdf', 'x')],
];

const ada = 'ada@plain.example';

const mail = (changes: Partial<MailText> = {}) => mailOf({ from: ada, at, messageId: '<1@plain.example>', ...changes });
const plain =
  (changes: Partial<MailText> = {}): Make =>
  () =>
    mail(changes);
const signedBy =
  (name: SignerName, changes: Partial<MailText> = {}, options: object = {}): Make =>
  (world) =>
    world.signer(name).sign(mail(changes), { signedAt: at, ...options });
const asks = (body: string): Make => signedBy('plain', { body: `${body}\r\n` });
const parts = (...each: readonly string[]) => `${each.map((part) => `--B\r\n${part}\r\n`).join('')}--B--\r\n`;
/** Changed after it was signed. */
const tampered =
  (make: Make, from: string, to: string): Make =>
  async (world) =>
    Buffer.from((await make(world)).toString('latin1').replace(from, to), 'latin1');
const letter = (changes: Partial<Letter> = {}): Letter => ({
  from: `Ada <${ada}>`,
  to: 'support@postern.test',
  subject: 'Printer on fire',
  text: 'The printer is on fire.\nPlease help.\n',
  at,
  ...changes,
});
const pgp =
  (key: keyof CheckWorld['keys'], changes: Partial<Letter> = {}): Make =>
  (world) =>
    signedMail(letter(changes), { key: world.keys[key] });
const rawOf =
  (...headLines: readonly string[]): Make =>
  () =>
    Buffer.from(
      `${headLines.join('\r\n')}\r\nTo: support@postern.test\r\nSubject: x\r\n\r\nThe backup fails since Monday.\r\n`,
      'utf8',
    );

const admin = 'accepted admin W-PRIMARY';
const claimed = 'escalated unproven-sender W-CLAIMED';
const malformed = 'rejected malformed R-FORM';
const denied = 'rejected deny-listed R-DENY';
const automatic = 'rejected automatic R-AUTO';
const prospect = 'accepted prospect D-PROSPECT';
const to = (mailbox: string): readonly string[] => ['--rcpt', `${mailbox}@postern.test`];
const stranger = 'nina@new.example';

const cases: readonly Case[] = [
  // Proof
  { what: 'an admin, signed', make: signedBy('plain'), expect: admin, more: { assurance: 'proven' } },
  {
    what: 'an admin under a policy of reject, signed',
    make: signedBy('corp', { from: 'ada@corp.example' }),
    expect: admin,
  },
  { what: 'signed with Ed25519', make: signedBy('edwards'), expect: admin },
  { what: 'not signed', make: plain(), expect: claimed, more: { assurance: 'claimed' } },
  { what: 'SPF alone', make: plain(), options: ['--ip', corporateIp, '--mail-from', ada], expect: claimed },
  { what: 'signed with rsa-sha1', make: signedBy('old'), expect: claimed },
  { what: 'signed with 768 bits', make: signedBy('short'), expect: claimed },
  { what: 'signed with a key in testing', make: signedBy('trial'), expect: claimed },
  { what: 'signed with l=', make: signedBy('plain', {}, { bodyLength: 10 }), expect: claimed },
  { what: 'signed eight days ago', make: signedBy('plain', {}, { signedAt: checkNow - 8 * day }), expect: claimed },
  { what: 'signed tomorrow', make: signedBy('plain', {}, { signedAt: checkNow + day }), expect: claimed },
  { what: 'signed without To', make: signedBy('plain', {}, { fields: ['From', 'Subject', 'Date'] }), expect: claimed },
  {
    what: 'signed without To, with aligned SPF',
    make: signedBy('plain', {}, { fields: ['From', 'Subject', 'Date'] }),
    options: ['--ip', corporateIp, '--mail-from', ada],
    expect: admin,
  },
  { what: 'signed for somebody else', make: signedBy('plain', { to: 'friend@else.example' }), expect: claimed },
  {
    what: 'a body changed on its way',
    make: tampered(signedBy('plain'), 'since Monday', 'since Sunday'),
    expect: claimed,
  },
  { what: 'signed by a stranger', make: signedBy('evil'), expect: claimed },
  {
    what: 'the contract takes SPF',
    make: plain({ from: 'sue@spf.example' }),
    options: ['--ip', corporateIp, '--mail-from', 'sue@spf.example'],
    expect: admin,
  },
  {
    what: 'the tenant’s own mail service signs',
    make: signedBy('mailer', { from: 'olga@outsourced.example' }),
    expect: admin,
  },
  // Forgery
  {
    what: 'unsigned under a policy of reject',
    make: plain({ from: 'ada@corp.example' }),
    expect: 'rejected forged R-FORGED',
    code: 550,
    more: { assurance: 'forged' },
  },
  {
    what: 'signed by a stranger under a policy of reject',
    make: signedBy('evil', { from: 'ada@corp.example' }),
    expect: 'rejected forged R-FORGED',
    code: 550,
  },
  {
    what: 'tampered under a policy of reject',
    make: tampered(signedBy('corp', { from: 'ada@corp.example' }), 'Monday', 'Sunday'),
    expect: 'rejected forged R-FORGED',
    code: 550,
  },
  {
    what: 'a subdomain of a policy of reject',
    make: plain({ from: 'ada@login.corp.example' }),
    expect: 'rejected forged R-FORGED',
    code: 550,
  },
  {
    what: 'unsigned under quarantine',
    make: plain({ from: 'quin@quarantine.example' }),
    expect: 'escalated suspicious R-FORGED',
  },
  {
    what: 'a policy that does not answer',
    make: plain({ from: 'sam@storm.example' }),
    expect: 'deferred dns R-DEFER',
    code: 451,
  },
  // Who
  {
    what: 'a secondary address',
    make: signedBy('plain', { from: 'ada.home@plain.example' }),
    expect: 'escalated not-primary W-SECONDARY',
  },
  {
    what: 'an inactive admin',
    make: signedBy('plain', { from: 'old@plain.example' }),
    expect: 'rejected not-active-admin W-INACTIVE',
  },
  {
    what: 'somebody at the tenant',
    make: signedBy('plain', { from: 'joe@plain.example' }),
    expect: 'rejected not-an-admin W-NOTADMIN',
  },
  {
    what: 'a plus tag of an admin is no admin',
    make: signedBy('plain', { from: 'ada+x@plain.example' }),
    expect: 'rejected not-an-admin W-NOTADMIN',
  },
  {
    what: 'the help desk',
    make: signedBy('plain', { from: 'help@plain.example' }),
    expect: 'rejected own-support-address W-HELPDESK',
  },
  {
    what: 'a group mailbox',
    make: signedBy('plain', { from: 'team@plain.example' }),
    expect: 'escalated shared-mailbox W-SHARED',
  },
  {
    what: 'through a list',
    make: signedBy('plain', { fields: ['List-Id: <l.list.example>'] }),
    expect: 'escalated shared-mailbox W-SHARED',
  },
  {
    what: 'a contract’s further address',
    make: signedBy('agency', { from: 'temp@agency.example' }),
    expect: 'accepted contract W-CONTRACT',
  },
  {
    what: 'the same, unproven',
    make: plain({ from: 'temp@agency.example' }),
    expect: 'escalated unproven-sender W-CONTRACT',
  },
  {
    what: 'a free tenant',
    make: signedBy('free', { from: 'fay@free.example' }),
    expect: 'rejected not-entitled T-FREE',
  },
  {
    what: 'the contract requires PGP',
    make: signedBy('pgpOnly', { from: 'pia@pgp.example' }),
    expect: 'rejected insecure-channel R-INSECURE',
  },
  {
    what: 'the contract requires TLS',
    make: signedBy('tlsOnly', { from: 'tim@tls.example' }),
    expect: 'rejected insecure-channel R-INSECURE',
  },
  {
    what: 'the same, over TLS',
    make: signedBy('tlsOnly', { from: 'tim@tls.example' }),
    options: ['--tls'],
    expect: admin,
  },
  {
    what: 'a prospect',
    make: plain({ from: stranger }),
    expect: prospect,
    more: { department: 'prospect', assurance: 'unknown' },
  },
  // Departments
  {
    what: 'sales',
    make: plain({ from: stranger }),
    options: to('sales'),
    expect: 'accepted department D-SALES',
    more: { department: 'sales' },
  },
  {
    what: 'finance',
    make: plain({ from: stranger }),
    options: to('finance'),
    expect: 'accepted department D-FINLEGAL',
    more: { department: 'finance-legal' },
  },
  {
    what: 'legal, with a tag',
    make: plain({ from: stranger }),
    options: to('legal+case7'),
    expect: 'accepted department D-FINLEGAL',
  },
  {
    what: 'accounts',
    make: plain({ from: stranger }),
    options: to('accounts'),
    expect: 'accepted department D-ACCTMGR',
  },
  {
    what: 'security',
    make: plain({ from: stranger }),
    options: to('security'),
    expect: 'accepted department D-SECURITY',
  },
  {
    what: 'escalations',
    make: plain({ from: stranger }),
    options: to('escalations'),
    expect: 'accepted department D-ESCMGR',
  },
  {
    what: 'a deletion asked of sales',
    make: asks('Please delete our account and all of our data.'),
    options: to('sales'),
    expect: 'escalated needs-authorization P-DELETE',
  },
  // Deny-list
  { what: 'a denied address', make: plain({ from: 'pest@denied.example' }), expect: denied },
  { what: 'its plus tag', make: plain({ from: 'pest+1@denied.example' }), expect: denied },
  { what: 'a denied domain', make: plain({ from: 'a@bad.example' }), expect: denied },
  { what: 'below a denied domain', make: plain({ from: 'a@deep.sub.bad.example' }), expect: denied },
  { what: 'above a denied domain', make: plain({ from: 'a@example.example' }), expect: prospect },
  { what: 'beside a denied domain', make: plain({ from: 'a@notbad.example' }), expect: prospect },
  { what: 'below denied subdomains', make: plain({ from: 'a@x.host.example' }), expect: denied },
  { what: 'at the top of denied subdomains', make: plain({ from: 'a@host.example' }), expect: prospect },
  {
    what: 'a denied envelope sender',
    make: plain({ from: stranger }),
    options: ['--mail-from', 'pest@denied.example'],
    expect: denied,
  },
  { what: 'a denied network', make: signedBy('plain'), options: ['--ip', deniedIp], expect: denied, code: 550 },
  {
    what: 'a denied network, mapped into IPv6',
    make: signedBy('plain'),
    options: ['--ip', `::ffff:${deniedIp}`],
    expect: denied,
    code: 550,
  },
  { what: 'a denied PGP key', make: pgp('denied', { from: stranger }), expect: denied },
  { what: 'denied elsewhere', make: plain({ from: 'scoped@denied.example' }), expect: prospect },
  {
    what: 'denied for this mailbox',
    make: plain({ from: 'scoped@denied.example' }),
    options: to('sales'),
    expect: denied,
  },
  { what: 'an entry that has expired', make: plain({ from: 'forgiven@denied.example' }), expect: prospect },
  {
    what: 'an appeal',
    make: plain({ from: 'pest@denied.example' }),
    options: to('security'),
    expect: 'accepted department D-SECURITY',
  },
  // Automatic
  { what: 'Auto-Submitted', make: signedBy('plain', { fields: ['Auto-Submitted: auto-replied'] }), expect: automatic },
  { what: 'Auto-Submitted: no', make: signedBy('plain', { fields: ['Auto-Submitted: no'] }), expect: admin },
  { what: 'the null sender', make: signedBy('plain'), options: ['--mail-from', '<>'], expect: automatic },
  {
    what: 'a report',
    make: plain({
      from: stranger,
      fields: ['MIME-Version: 1.0', 'Content-Type: multipart/report; boundary=b'],
      body: '--b\r\n\r\nx\r\n--b--\r\n',
    }),
    expect: automatic,
  },
  // Form
  { what: 'no From', make: rawOf('Date: Mon, 2 Mar 2026 09:59:00 +0000'), expect: malformed, code: 554 },
  { what: 'two From fields', make: rawOf(`From: ${ada}`, `From: ${ada}`), expect: malformed, code: 554 },
  { what: 'two authors', make: rawOf(`From: ${ada}, b@evil.example`), expect: malformed, code: 554 },
  { what: 'a group', make: rawOf(`From: all: ${ada};`), expect: malformed, code: 554 },
  {
    what: 'an address as encoded word',
    make: rawOf('From: =?utf-8?q?ada=40plain.example?= <x@evil.example>'),
    expect: 'escalated impersonation R-LOOKALIKE',
  },
  {
    what: 'an encoded word as address',
    make: rawOf('From: <=?utf-8?q?ada=40plain.example?=>'),
    expect: malformed,
    code: 554,
  },
  {
    what: 'a comment inside the address',
    make: rawOf('From: ada@plain.example(x).evil.example'),
    expect: malformed,
    code: 554,
  },
  { what: 'a comment behind it', make: rawOf(`From: ${ada} (Ada)`), expect: claimed },
  { what: 'a route', make: rawOf(`From: <@evil.example:${ada}>`), expect: malformed, code: 554 },
  { what: 'a space before the colon', make: rawOf(`From : ${ada}`), expect: malformed, code: 554 },
  { what: 'an ideographic full stop', make: rawOf('From: ada@plain\u3002example'), expect: malformed, code: 554 },
  { what: 'a trailing dot', make: rawOf(`From: <${ada}.>`), expect: malformed, code: 554 },
  { what: 'differing Subjects', make: rawOf(`From: ${ada}`, 'Subject: other'), expect: malformed, code: 554 },
  { what: 'NUL', make: rawOf(`From: ${ada}`, 'X-A: a\0b'), expect: malformed, code: 554 },
  { what: 'mixed line endings', make: rawOf(`From: ${ada}\nX-A: b`), expect: malformed, code: 554 },
  { what: 'a bare CR', make: rawOf(`From: ${ada}`, 'X-A: b\rX-B: c'), expect: malformed, code: 554 },
  // Imitation
  {
    what: 'a homoglyph',
    make: plain({ from: 'lee@xn--hrbour-lights-w1k.example' }),
    expect: 'escalated impersonation R-LOOKALIKE',
  },
  {
    what: 'a near miss',
    make: plain({ from: 'lee@harbour-light.example' }),
    expect: 'escalated impersonation R-LOOKALIKE',
  },
  {
    what: 'an admin’s address in the display name',
    make: plain({ from: `"${ada}" <x@evil.example>` }),
    expect: 'escalated impersonation R-LOOKALIKE',
  },
  // Requests
  {
    what: 'a deletion',
    make: asks('Please delete our account and all of our data.'),
    expect: 'escalated needs-authorization P-DELETE',
  },
  {
    what: 'account information',
    make: asks('Please send me a list of all users and admins of our account.'),
    expect: 'escalated needs-authorization P-INFO',
  },
  {
    what: 'becoming an admin',
    make: asks('Please make me an administrator of our tenant.'),
    expect: 'escalated needs-authorization P-TENANT',
  },
  {
    what: 'a password',
    make: asks('I forgot my password. Please reset my password.'),
    expect: 'accepted admin P-CREDENTIALS',
    more: { prohibitions: ['credentials'] },
  },
  {
    what: 'access',
    make: asks('Please give John access to the folder of finance.'),
    expect: 'accepted admin P-ACCESS',
    more: { prohibitions: ['grant-access'] },
  },
  {
    what: 'the escalation manager',
    make: asks('I would like to speak with an escalation manager.'),
    expect: 'accepted admin D-ESCMGR',
    more: { department: 'escalation-manager' },
  },
  { what: 'abuse', make: asks('You are all stupid idiots and I will kill you.'), expect: 'escalated abuse R-ABUSE' },
  // PGP
  { what: 'signed by PGP', make: pgp('ada'), expect: admin, more: { assurance: 'proven' } },
  { what: 'signed by PGP, as drafts before RFC 9788 protect', make: pgp('ada', { protect: 'draft' }), expect: admin },
  { what: 'signed by PGP for nobody in particular', make: pgp('ada', { protect: 'none' }), expect: claimed },
  {
    what: 'the same with domain proof',
    make: async (world) => world.signer('plain').sign(await pgp('ada', { protect: 'none' })(world), { signedAt: at }),
    expect: admin,
  },
  { what: 'signed by PGP for somebody else', make: pgp('ada', { to: 'friend@else.example' }), expect: claimed },
  {
    what: 'signed by PGP eight days ago',
    make: pgp('ada', { at: checkNow - 8 * day }),
    expect: 'escalated bad-signature R-BADSIG',
  },
  {
    what: 'PGP, tampered',
    make: tampered(pgp('ada'), 'VGhlIHByaW50ZXIgaXMgb24gZmlyZS4', 'VGhlIHByaW50ZXIgaXMgb24gRmlyZS4'),
    expect: 'escalated bad-signature R-BADSIG',
  },
  { what: 'PGP of a colleague', make: pgp('bob'), expect: 'escalated bad-signature R-BADSIG' },
  {
    what: 'PGP of a colleague under domain proof',
    make: async (world) => world.signer('plain').sign(await pgp('bob')(world), { signedAt: at }),
    expect: 'escalated conflicting-proof R-BADSIG',
  },
  { what: 'PGP of a stranger', make: pgp('stranger'), expect: claimed },
  {
    what: 'PGP does not rescue a forgery',
    make: pgp('ada', { from: 'ada@corp.example' }),
    expect: 'rejected forged R-FORGED',
    code: 550,
  },
  // What nobody has read
  {
    what: 'a request in the middle of more than is read',
    make: asks(
      `${'All is well here.\r\n'.repeat(2_500)}Please delete our account.\r\n${'All is well here.\r\n'.repeat(2_500)}`,
    ),
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    what: 'an answer above a history that is longer than what is read',
    make: asks(
      `It prints again, thank you.\r\n\r\nOn 1 Jul 2025, Support wrote:\r\n${'> All is well here.\r\n'.repeat(1_900)}`,
    ),
    expect: admin,
  },
  {
    what: 'nothing but a picture in HTML',
    make: signedBy('plain', {
      fields: ['MIME-Version: 1.0', 'Content-Type: text/html'],
      body: '<html><body><img src="https://plain.example/letter.png"></body></html>\r\n',
    }),
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    what: 'a subject in a charset that is not read',
    make: signedBy('plain', {
      subject: '=?utf-7?Q?Please_+AGQAZQBsAGUAdABl_our_account?=',
      body: 'The printer in room four prints again.\r\n',
    }),
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    what: 'nothing but an attached text without a name',
    make: signedBy('plain', {
      fields: ['MIME-Version: 1.0', 'Content-Type: text/plain', 'Content-Disposition: attachment'],
      body: 'Please delete our account.\r\n',
    }),
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    what: 'a pointer to a document without a name',
    make: signedBy('plain', {
      fields: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=B'],
      body: parts(
        'Content-Type: text/plain\r\n\r\nPlease see the attached letter.',
        'Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\nx',
      ),
    }),
    expect: 'escalated doubtful P-DOUBT',
  },
  ...besideLetter.map(([what, expected, ...files]) => ({
    what: `an ordinary letter with ${what}`,
    make: signedBy('plain', {
      fields: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=B'],
      body: parts(`Content-Type: text/plain\r\n\r\n${ordinaryLetter}`, ...files),
    }),
    expect: expected,
  })),
  ...[
    'the signed request of our board is in the attached document',
    'vous trouverez notre demande en pièce jointe',
  ].map((pointer) => ({
    what: `a long letter: ${pointer}`,
    make: signedBy('plain', {
      fields: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=B'],
      body: parts(
        `Content-Type: text/plain; charset=utf-8\r\n\r\n${ordinaryLetter} Besides, ${pointer}.`,
        'Content-Type: application/pdf; name=board.pdf\r\nContent-Disposition: attachment\r\n\r\nx',
      ),
    }),
    expect: 'escalated doubtful P-DOUBT',
  })),
  {
    what: 'a mail passed on as an attachment with next to no words',
    make: signedBy('plain', {
      fields: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=B'],
      body: parts(
        'Content-Type: text/plain\r\n\r\nPlease take care of this one for us.',
        'Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nPlease delete our account.',
      ),
    }),
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    what: 'a shown text of a type that is not read',
    make: signedBy('plain', {
      fields: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=B'],
      body: parts(
        'Content-Type: text/plain\r\n\r\nThe printer in room four prints again.',
        'Content-Type: text/enriched\r\n\r\nPlease delete our account.',
      ),
    }),
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    what: 'an alternative of a type that is not read',
    make: signedBy('plain', {
      fields: ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=B'],
      body: parts(
        'Content-Type: text/plain\r\n\r\nThe printer in room four prints again.',
        'Content-Type: text/x-amp-html\r\n\r\n<p>Please delete our account.</p>',
      ),
    }),
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    what: 'a text with a signature file and a calendar',
    make: signedBy('plain', {
      fields: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=B'],
      body: parts(
        'Content-Type: text/plain\r\n\r\nThe printer in room four prints again.',
        'Content-Type: text/x-vcard\r\n\r\nBEGIN:VCARD',
        'Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR',
        'Content-Type: text/markdown; name=notes.md\r\nContent-Disposition: attachment; filename=notes.md\r\n\r\nx',
      ),
    }),
    expect: admin,
  },
  {
    what: 'sealed by S/MIME',
    make: signedBy('plain', {
      fields: [
        'MIME-Version: 1.0',
        'Content-Type: application/pkcs7-mime; name=smime.p7m',
        'Content-Transfer-Encoding: base64',
      ],
      body: 'MIAGCSqGSIb3DQEHA6CAMIACAQAx\r\n',
    }),
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    what: 'encrypted to us and signed',
    make: (world) => encryptedMail(letter(), { recipients: [world.keys.gateway], signer: { key: world.keys.ada } }),
    expect: admin,
  },
  {
    what: 'the same, as Exchange mangles it',
    make: (world) =>
      encryptedMail(letter(), { recipients: [world.keys.gateway], signer: { key: world.keys.ada }, form: 'exchange' }),
    expect: admin,
  },
  {
    what: 'encrypted to us, not signed',
    make: (world) => encryptedMail(letter(), { recipients: [world.keys.gateway] }),
    expect: 'escalated doubtful P-DOUBT',
  },
  {
    what: 'encrypted to us, not signed inside, with domain proof',
    make: async (world) =>
      world.signer('plain').sign(await encryptedMail(letter(), { recipients: [world.keys.gateway] }), { signedAt: at }),
    expect: 'escalated doubtful P-DOUBT',
    more: { assurance: 'proven', classification: { request: { kind: 'ordinary', doubt: true } } },
  },
  {
    what: 'encrypted to another key',
    make: (world) => encryptedMail(letter(), { recipients: [world.keys.stranger], signer: { key: world.keys.ada } }),
    expect: 'escalated cannot-decrypt R-NODECRYPT',
  },
];

type Line = {
  readonly file: string;
  readonly outcome: string;
  readonly reason: string;
  readonly rule: string;
  readonly smtp: { readonly code: number };
};
let folder: string;
const lines = new Map<string, Line>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-check-'));
  const world = await checkWorld(folder);
  // One run for each set of options: a folder of mails.
  const groups = Map.groupBy(cases, ({ options }) => JSON.stringify(options ?? []));
  let count = 0;
  for (const [key, group] of groups) {
    count += 1;
    const mails = join(folder, `mails-${count}`);
    mkdirSync(mails);
    for (const { what, make } of group) writeFileSync(join(mails, fileOf(what)), await make(world));
    const options: string[] = JSON.parse(key);
    const fixed = ['--json', '--now', new Date(checkNow).toISOString(), ...world.options];
    const ip = options.includes('--ip') ? [] : ['--ip', attackerIp];
    const args = [mails, ...fixed, ...ip, ...options];
    const dataDir = join(folder, 'absent');
    // The largest group as a user runs it, the others without a process of their own.
    const ran =
      options.length === 0
        ? await runPostern(['check', ...args], { env: { POSTERN_DATA_DIR: dataDir } })
        : await checkHere(args, { cwd: folder, dataDir });
    if (ran.code !== 0) throw new Error(`${key}: ${ran.code}\n${ran.stderr}`);
    for (const text of ran.stdout.trim().split('\n')) {
      const line: Line = JSON.parse(text);
      lines.set(line.file.slice(mails.length + 1), line);
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('postern check', () => {
  it.each(cases)('$what: $expect', ({ what, expect: wanted, code = 250, more = {} }) => {
    const line = lines.get(fileOf(what));
    expect(`${line?.outcome} ${line?.reason} ${line?.rule}`, JSON.stringify(line, null, 1)).toBe(wanted);
    expect(line?.smtp.code).toBe(code);
    expect(line).toMatchObject(more);
  });
});

function fileOf(what: string): string {
  const index = cases.findIndex((one) => one.what === what);
  return `${String(index).padStart(3, '0')}-${what.replace(/[^a-z0-9]+/gi, '-')}.eml`;
}

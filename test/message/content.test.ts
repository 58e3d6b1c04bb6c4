import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/message/message.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { buildMail, multipart, part, rawMail } from '../helpers/mail-builder.ts';

async function contentOf(mail: Buffer, limits = defaultReadLimits): Promise<Content> {
  const { content } = await readMessage(memoryMail(mail), limits);
  if (content.kind !== 'parsed') throw new Error(content.cause);
  return content.content;
}

function plain(type: string, body: string | Buffer, ...fields: readonly string[]): Buffer {
  return buildMail({ fields: [`Content-Type: ${type}`, ...fields], body });
}

function mixed(type: string, parts: readonly Buffer[]): Buffer {
  return buildMail({ fields: [`Content-Type: multipart/${type}; boundary="b"`], body: multipart('b', parts) });
}

const html = (body: string): Buffer => plain('text/html; charset=utf-8', body);

describe('fields', () => {
  it('are decoded', async () => {
    const content = await contentOf(
      rawMail(
        [
          'From: Ada <ada@example.com>',
          'To: "Support" <Support@Postern.test>, Team: x@y.test, z@y.test;',
          'Cc: broken, ada@example.com (me), support@postern.test',
          'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?IPCfmYI=?=',
          'Date: Tue, 1 Jul 2025 12:00:00 +0200 (CEST)',
          'Message-ID: (x) <m1@example.com>',
          'In-Reply-To: <m0@example.com>',
          'References: <a@example.com>\r\n <b@example.com>',
        ],
        'Hi\r\n',
      ),
    );
    expect(content).toMatchObject({
      subject: 'Grüße 🙂',
      messageId: '<m1@example.com>',
      inReplyTo: '<m0@example.com>',
      references: ['<a@example.com>', '<b@example.com>'],
      date: Date.UTC(2025, 6, 1, 10),
      addressees: ['support@postern.test', 'x@y.test', 'z@y.test', 'ada@example.com'],
      parserFrom: ['ada@example.com'],
      text: 'Hi',
      newestText: 'Hi',
      truncated: [],
    });
  });

  it('may all be absent', async () => {
    expect(await contentOf(rawMail(['From: a@b.c'], ''))).toMatchObject({
      subject: '',
      messageId: null,
      inReplyTo: null,
      references: [],
      date: null,
      addressees: [],
      text: '',
      newestText: '',
      pgp: { kind: 'none' },
    });
  });

  it.each([
    ['Message-ID: <a@b> <c@d>', null],
    ['Message-ID: a@b', null],
    ['Message-ID: <a@b c>', null],
  ])('%s is not one id', async (field, id) => {
    expect((await contentOf(rawMail(['From: a@b.c', field], ''))).messageId).toBe(id);
  });

  it.each([
    ['1 Jul 25 10:00 GMT', Date.UTC(2025, 6, 1, 10)],
    ['Tue, 01 Jul 2025 03:00:00 PDT', Date.UTC(2025, 6, 1, 10)],
    ['Fri, 31 Dec 99 23:59:59 -0000', Date.UTC(1999, 11, 31, 23, 59, 59)],
    ['yesterday', null],
    ['1 Foo 2025 10:00', null],
  ])('Date %j', async (date, at) => {
    expect((await contentOf(rawMail(['From: a@b.c', `Date: ${date}`], ''))).date).toBe(at);
  });

  it('a subject is one line without control characters', async () => {
    const { subject } = await contentOf(rawMail(['From: a@b.c', 'Subject: =?utf-8?q?a=0D=0ABcc:_x=00y?='], ''));
    expect(subject).toBe('a Bcc: x y');
  });
});

describe('texts', () => {
  it.each([
    ['text/plain; charset=iso-8859-1', Buffer.from('M\u00fcller', 'latin1'), 'Müller'],
    ['text/plain; charset=windows-1252', Buffer.from([0x80]), '€'],
    ['text/plain; charset=utf-8', Buffer.from('Müller'), 'Müller'],
    ['text/plain; charset=us-ascii', Buffer.from('Müller'), 'Müller'],
    ['text/plain; charset=nonsense', Buffer.from('M\u00fcller', 'latin1'), 'Müller'],
    ['text/plain; charset=iso-2022-jp', Buffer.from('\u001b$B$3\u001b(B', 'latin1'), 'こ'],
    ['text/plain; charset=utf-7', Buffer.from('+ADw-b+AD4-'), '+ADw-b+AD4-'],
    ['text/plain charset=us-ascii', Buffer.from('no semicolon'), 'no semicolon'],
    ['nonsense', Buffer.from('no type at all'), ''],
  ])('%s', async (type, body, text) => {
    expect((await contentOf(plain(type, body))).text).toBe(text);
  });

  it.each([
    ['UTF-7', 'utf-7', Buffer.from('Please +AGQAZQBsAGUAdABl- it'), true],
    ['UTF-7 without a shift', 'unicode-1-1-utf-7', Buffer.from('1 + 1 is +- two'), false],
    ['HZ', 'hz-gb-2312', Buffer.from('~{VPND~}'), true],
    ['ISO-2022-KR', 'iso-2022-kr', Buffer.from('\u001b$)C\u000e', 'latin1'), true],
    ['EBCDIC', 'cp037', Buffer.from('c4859385a38540a38885408183839684', 'hex'), true],
    ['an unknown superset of ASCII', 'nonsense', Buffer.from('M\u00fcller', 'latin1'), false],
    ['a known one', 'iso-2022-jp', Buffer.from('\u001b$B$3\u001b(B', 'latin1'), false],
    ['plain text with a telephone number', 'us-ascii', Buffer.from('+49123456'), false],
  ])('a part in %s that is not read is named', async (_name, charset, body, expected) => {
    const content = await contentOf(plain(`text/plain; charset=${charset}`, body));
    expect(content.newestTextCut).toBe(expected);
    expect(content.truncated).toEqual(expected ? ['a text/plain part in a charset that is not read'] : []);
  });

  it.each([
    ['UTF-7', '=?utf-7?Q?Please_+AGQAZQBsAGUAdABl_it?='],
    ['ISO-2022-KR', `=?iso-2022-kr?B?${Buffer.from('\u001b$)C\u000e').toString('base64')}?=`],
    ['more than is kept', 'All is well with the printers. '.repeat(40)],
    ['more encoded words than are decoded', `=?utf-8?Q?${'=41'.repeat(6_000)}?=`],
  ])('a subject in %s is named', async (_name, subject) => {
    const content = await contentOf(Buffer.from(`From: a@b.example\r\nSubject: ${subject}\r\n\r\nAll is well.\r\n`));
    expect(content.newestTextCut).toBe(true);
    expect(content.truncated).toHaveLength(1);
  });

  it.each([
    [
      'a name',
      { from: '=?utf-7?Q?ada+AEA-plain.example?= <x@evil.example>' },
      ['a name in a charset that is not read'],
    ],
    [
      'a name in EBCDIC',
      { from: '=?cp037?B?gYSBfJeTgYmV?= <x@evil.example>' },
      ['a name in a charset that is not read'],
    ],
    ['a plain name', { from: '=?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <x@evil.example>' }, []],
  ])('%s in From that is not read is named', async (_name, mail, truncated) => {
    const content = await contentOf(buildMail(mail));
    expect(content).toMatchObject({ newestTextCut: truncated.length > 0, truncated });
  });

  it.each([
    ['UTF-7, which the MIME parser reads', 'filename="=?utf-7?Q?+AGQAZQBsAGUAdABl- it.pdf?="', 'delete it.pdf', false],
    ['UTF-7 by RFC 2231', "filename*=utf-7''%2BAGQAZQBsAGUAdABl-%20it.pdf", 'delete it.pdf', false],
    [
      'ISO-2022-KR',
      `filename="=?iso-2022-kr?B?${Buffer.from('\u001b$)C\u000e!!').toString('base64')}?="`,
      ' $)C !!',
      true,
    ],
    ['EBCDIC', "filename*=cp037''%84%85%93%85%A3%85.pdf", '\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd.pdf', true],
    ['Latin-1', "filename*=iso-8859-1''M%FCller.pdf", 'Müller.pdf', false],
  ])('the name of a file in %s', async (_name, parameter, fileName, isUnread) => {
    const content = await contentOf(
      mixed('mixed', [
        part('text/plain', 'All is well.'),
        part('application/pdf', 'x', [`Content-Disposition: attachment; ${parameter}`]),
      ]),
    );
    expect(content.parts[1]?.fileName).toBe(fileName);
    expect(content.newestTextCut).toBe(isUnread);
  });

  it('a subject that is read is not', async () => {
    const content = await contentOf(
      Buffer.from('From: a@b.example\r\nSubject: =?iso-8859-1?Q?Tom=FC?= 1 + 1 +- 2\r\n\r\nAll is well.\r\n'),
    );
    expect(content).toMatchObject({ newestTextCut: false, truncated: [] });
  });

  it.each([
    ['quoted-printable', 'M=C3=BCller=\r\n!'],
    ['base64', 'TcO8bGxlciE='],
    ['BASE64 (comment)', 'TcO8bGxlciE='],
  ])('decodes %s', async (encoding, body) => {
    const content = await contentOf(plain('text/plain; charset=utf-8', body, `Content-Transfer-Encoding: ${encoding}`));
    expect(content.text).toBe('Müller!');
    expect(content.parts).toEqual([
      {
        contentType: 'text/plain',
        fileName: null,
        disposition: null,
        size: 8,
        sha256: createHash('sha256').update('Müller!').digest('hex'),
      },
    ]);
  });

  it('joins flowed lines', async () => {
    const body = '> quoted \r\n> on\r\nA long \r\nline.\r\n-- \r\nAda\r\n';
    expect((await contentOf(plain('text/plain; format=flowed', body))).text).toBe(
      '> quoted on\nA long line.\n-- \nAda',
    );
  });

  it('reads all shown parts, and no attached text', async () => {
    const content = await contentOf(
      mixed('mixed', [
        part('text/plain', 'one'),
        part('text/html', '<p>two</p>'),
        part('text/plain', 'attached', ['Content-Disposition: attachment; filename="a.txt"']),
        part('message/rfc822', 'From: x@y.z\r\n\r\nforwarded'),
      ]),
    );
    expect(content.text).toBe('one\n\ntwo');
    expect(content.parts.map((each) => [each.contentType, each.fileName, each.disposition, each.size])).toEqual([
      ['text/plain', null, null, 3],
      ['text/html', null, null, 10],
      ['text/plain', 'a.txt', 'attachment', 8],
      ['message/rfc822', null, null, 24],
    ]);
  });

  it('reads one of two alternatives that say the same', async () => {
    const { text } = await contentOf(
      mixed('alternative', [
        part('text/plain', 'Please export our data'),
        part('text/html', '<p>Please <b>export</b> our data</p><img src="x">'),
      ]),
    );
    expect(text).toBe('Please export our data');
  });

  it('reads both of two alternatives that say different things', async () => {
    const { text } = await contentOf(
      mixed('alternative', [part('text/plain', 'Nice weather'), part('text/html', '<p>Delete our account</p>')]),
    );
    expect(text).toBe('Nice weather\n\nDelete our account');
  });

  it('reads a multipart without parts as the text it is', async () => {
    expect((await contentOf(buildMail({ fields: ['Content-Type: multipart/mixed'], body: 'hello' }))).text).toBe(
      'hello',
    );
    const unused = ['Content-Type: multipart/mixed; boundary=b'];
    expect((await contentOf(buildMail({ fields: unused, body: 'hello' }))).text).toBe('hello');
  });

  it('drops characters without width', async () => {
    expect((await contentOf(plain('text/plain', 'pass\u200bwo\u00adrd a\u200db 👩\u200d💻'))).text).toBe(
      'password ab 👩\u200d💻',
    );
  });

  it.each([
    ['before', '<p>Please delete our account</p><p>The printer prints and the scanner scans</p>'],
    ['after', '<p>The printer prints and the scanner scans</p><p>Please delete our account</p>'],
    ['inside of', '<p>The printer prints, please delete our account, and the scanner scans</p>'],
  ])('reads the line of the HTML that says more than the plain text, %s what both say', async (_, body) => {
    const content = await contentOf(
      mixed('alternative', [part('text/plain', 'The printer prints and the scanner scans'), part('text/html', body)]),
    );
    expect(content.newestText).toContain('delete our account');
    expect(content.newestText.match(/The printer prints and the scanner scans/g)).toHaveLength(1);
  });

  it.each([
    ['history', 'Hello\r\n\r\n-----Original Message-----\r\nFrom: B\r\nSent: today\r\nTo: A\r\n\r\nold'],
    ['signature', 'Hello\r\n-- \r\nAda'],
  ])('a %s in one part does not swallow the next', async (_, first) => {
    const second = part('text/plain', 'Please delete our account');
    expect((await contentOf(mixed('mixed', [part('text/plain', first), second]))).newestText).toBe(
      'Hello\n\nPlease delete our account',
    );
  });
});

describe('HTML as a person sees it', () => {
  it.each([
    ['<p>pass<!-- x -->word</p>', 'password'],
    ['<p>del<b></b>ete<span style="display:none">x</span></p>', 'delete'],
    ['a<span style="DISPLAY : None">evil</span>b', 'ab'],
    ['a<span hidden>evil</span>b', 'ab'],
    ['a<span style="visibility:hidden">evil</span>b', 'ab'],
    ['a<span style="font-size:0px">evil</span>b', 'ab'],
    ['a<span style="font-size:1px">evil</span>b', 'ab'],
    ['a<span style="opacity:0">evil</span>b', 'ab'],
    ['<div style="max-height:0px;overflow:hidden">evil</div>ab', 'ab'],
    ['<div style="text-indent:-9999px">evil</div>ab', 'ab'],
    [`a<span style="font-family:'A;B';display:none!important">evil</span>b`, 'ab'],
    ['a<span style="display:none;display:bogus!">evil</span>b', 'aevilb'],
    ['a<span style="position:absolute;left:-5000px">evil</span>b', 'ab'],
    ['a<font color="white">evil</font>b', 'ab'],
    ['a<span style="color:#FFF">evil</span>b', 'ab'],
    ['a<span style="color:rgb(255, 255, 255)">evil</span>b', 'ab'],
    ['<div style="background:#123456">a<span style="color:#123456">evil</span>b</div>', 'ab'],
    ['<style>.x{display:none}</style>a<span class="y x">evil</span>b', 'ab'],
    ['<style>#x{font-size:0}</style>a<span id="x">evil</span>b', 'ab'],
    ['a<script>evil()</script><style>evil{}</style><title>evil</title>b', 'ab'],
  ])('%s', async (body, text) => {
    expect((await contentOf(html(body))).text).toBe(text);
  });

  it.each([
    ['<div style="background-color:black;color:white">seen</div>'],
    ['<table bgcolor="#000000"><tr><td><font color="white">seen</font></td></tr></table>'],
    ['<div style="background:url(x.png)"><span style="color:white">seen</span></div>'],
    ['<div style="font-size:0"><span style="font-size:14px">seen</span></div>'],
    ['<div style="visibility:hidden"><span style="visibility:visible">seen</span></div>'],
    ['<style>@media (max-width:600px){.x{display:none}}</style><p class="x">seen</p>'],
    ['<style>.x .y{display:none}</style><p class="y">seen</p>'],
    ['<style>.x{background:#000}</style><p class="x"><span style="color:#fff">seen</span></p>'],
    ['<div style="overflow:hidden;height:100px">seen</div>'],
    ['<span style="overflow:hidden;height:0">seen</span>'],
    ['<span style="left:-9999px">seen</span>'],
    ['<span style="display:block!important;display:none">seen</span>'],
    ['<span style="/*;display:none;*/">seen</span>'],
    [`<span style="background:url(';display:none;')">seen</span>`],
    ['<span style="opacity:0 bogus">seen</span>'],
    ['<span style="font-size:0;font:14px serif">seen</span>'],
    ['<span style="font-size:0;font-size:1e2px">seen</span>'],
    ['<span hidden style="display:inline">seen</span>'],
    ['<span style="color:#fff;background-color:#fff;background:#000">seen</span>'],
    ['<style>.x{display:none} p.x{display:block}</style><p class="x">seen</p>'],
    ['<style>*{display:block!important}</style><p style="display:none">seen</p>'],
    ['<style>.x{display:block!important}</style><p class="x" style="display:none">seen</p>'],
    ['<style>a[title="}.x{display:none}"]{color:red}</style><p class="x">seen</p>'],
    ['<style>/*.x{display:none}*/</style><p class="x">seen</p>'],
    ['<textarea>seen</textarea>'],
    ['<svg><text>seen</text></svg>'],
    ['<!-->seen<!-- x -->'],
    ['<!--->seen<!-- x -->'],
    ['<!-- x --!>seen<!-- y -->'],
    ['<![CDATA[x>seen'],
    ['<p title="<!--">seen</p>'],
    ['<p title=">" class=\'<!--\'>seen</p><!-- x -->'],
    ['<style><!-- .x{} --></style>seen'],
    ['<script>"<!--"</script>seen'],
    ['<body></body>seen'],
    ['<body><body>seen'],
    ['<p style="display:block">seen</p>'],
  ])('is not fooled into hiding: %s', async (body) => {
    expect((await contentOf(html(body))).text).toBe('seen');
  });

  it('keeps lines, cells and quotes apart', async () => {
    const body =
      '<p>Hello<br>you</p><table><tr><td>1</td><td>2</td></tr></table><ul><li>a<li>b</ul><blockquote>old</blockquote>';
    expect((await contentOf(html(body))).text).toBe('Hello\nyou\n\n1 2\na\nb\n\n> old');
  });

  it('keeps text nested too deep to be laid out', async () => {
    const content = await contentOf(html(`${'<div>'.repeat(5_000)}deep &amp; <style>x{}</style>seen`));
    expect(content.text).toContain('deep & seen');
    expect(content.truncated).toEqual(['HTML nested deeper than 256: its tags were dropped']);
  });
});

async function marksOf(...fields: readonly string[]): Promise<Content['automatic']> {
  return (await contentOf(buildMail({ fields }))).automatic;
}

describe('marks', () => {
  it('are absent in a mail by a person', async () => {
    expect(await marksOf()).toEqual({
      autoSubmitted: null,
      report: false,
      calendarMethod: null,
      ownMark: null,
      suppressReply: false,
      list: null,
    });
  });

  it.each([
    ['Auto-Submitted: auto-replied', { autoSubmitted: 'auto-replied' }],
    ['Auto-Submitted: (x) Auto-Generated; y=z', { autoSubmitted: 'auto-generated' }],
    ['Auto-Submitted: no', { autoSubmitted: 'no' }],
    ['Auto-Submitted: no\r\nAuto-Submitted: auto-replied', { autoSubmitted: 'auto-replied' }],
    ['Content-Type: multipart/report; report-type=delivery-status; boundary=b', { report: true }],
    ['X-Postern-Loop: gw1', { ownMark: 'gw1' }],
    ['Precedence: bulk', { suppressReply: true }],
    ['Precedence: first-class', { suppressReply: false }],
    ['X-Auto-Response-Suppress: All', { suppressReply: true }],
    ['List-Id: The List <the.list.Example>', { list: { id: 'the.list.example' } }],
    ['List-Unsubscribe: <https://example.com>', { list: { id: null } }],
  ])('%s', async (field, marks) => {
    expect(await marksOf(field)).toMatchObject(marks);
  });

  it.each([
    ['text/calendar; method=REPLY', 'BEGIN:VCALENDAR', 'REPLY'],
    ['text/calendar; charset=utf-8; method="request"', 'BEGIN:VCALENDAR', 'REQUEST'],
    ['text/calendar', 'BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n', 'REPLY'],
    ['text/calendar', 'BEGIN:VCALENDAR\r\n', null],
  ])('%s with %j', async (type, body, method) => {
    const content = await contentOf(mixed('mixed', [part('text/plain', 'see'), part(type, body)]));
    expect(content.automatic.calendarMethod).toBe(method);
  });
});

describe('limits', () => {
  const limits = { ...defaultReadLimits, textBytes: 100, htmlBytes: 100, mimeDepth: 3, mimeParts: 10 };

  it('cut texts say so', async () => {
    const content = await contentOf(plain('text/plain', 'word '.repeat(100)), limits);
    expect(content.text.length).toBeLessThanOrEqual(100);
    expect(content.truncated).toEqual(['a text/plain part longer than 100 octets']);
    expect(content.parts[0]?.size).toBe(500);
  });

  it('cuts in the middle of a character harm nothing', async () => {
    const content = await contentOf(plain('text/plain; charset=utf-8', `x${'é'.repeat(100)}`), limits);
    expect(content.text.isWellFormed()).toBe(true);
  });

  it.each([
    [
      'too many parts',
      mixed(
        'mixed',
        Array.from({ length: 20 }, () => part('text/plain', 'x')),
      ),
      /^(?:more than 10 parts|Max allowed child nodes exceeded)$/,
    ],
    [
      'too deep',
      mixed('mixed', [
        part(
          'multipart/mixed; boundary=c',
          multipart('c', [
            part(
              'multipart/mixed; boundary=d',
              multipart('d', [part('multipart/mixed; boundary=e', multipart('e', [part('text/plain', 'x')]))]),
            ),
          ]),
        ),
      ]),
      /^parts nested deeper than 3$/,
    ],
  ])('%s is unparseable with its cause', async (_, mail, cause) => {
    const message = await readMessage(memoryMail(mail), limits);
    expect(message.content).toEqual({ kind: 'unparseable', cause: expect.stringMatching(cause) });
    expect(message.author?.address).toBe('ada@example.com');
  });
});

describe('a CR without LF', () => {
  // A pattern that is retried at each CR needs minutes for these, and one mail would hold the listener for as long.
  const run = '\r'.repeat(200_000);

  it.each([
    ['in a field', buildMail({ fields: [`X-Run: ${run}y`] })],
    ['in the From field', buildMail({ from: `Ada${run} <ada@example.com>` })],
    ['at the end of the header', rawMail(['From: ada@example.com', `X-Run: ${run}`], 'x')],
    ['in the header of a part', mixed('mixed', [part('text/plain', 'x', [`X-Run: ${run.slice(0, 60_000)}y`])])],
    ['in the text', buildMail({ body: `Hello${run}there\r\n` })],
  ])('%s is a fault, and nothing is decoded', async (_, mail) => {
    const { content, faults } = await readMessage(memoryMail(mail), defaultReadLimits);
    expect(faults.map(({ code }) => code)).toContain('bare-cr');
    expect(content).toEqual({ kind: 'unparseable', cause: 'not decoded: it contains a CR without LF' });
  });
});

/** What an attacker may put on the wire so that two readers disagree on where a mail or a command ends. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { malformedReplies } from '../../src/verdict/reply.ts';
import { connectRaw, openSession, type RawSmtpClient } from '../helpers/raw-smtp-client.ts';
import { type Fixture, startListener } from './fixture.ts';

let fixture: Fixture;
let client: RawSmtpClient;
beforeEach(async () => {
  fixture = await startListener();
  client = await openSession({ port: fixture.port });
});
afterEach(async () => {
  client.destroy();
  await fixture.listener.close(0);
});

const smuggled = [
  'MAIL FROM:<ceo@corp.example>',
  'RCPT TO:<sales@postern.test>',
  'DATA',
  'From: ceo@corp.example',
  '',
  'pay',
].join('\r\n');

const falseEnds: readonly (readonly [string, string])[] = [
  ['LF . LF', '\n.\n'],
  ['LF . CR LF', '\n.\r\n'],
  ['CR . CR', '\r.\r'],
  ['CR . CR LF', '\r.\r\n'],
  ['CR LF . LF', '\r\n.\n'],
  ['CR LF . CR', '\r\n.\r'],
  ['CR LF . CR CR LF', '\r\n.\r\r\n'],
  ['CR CR LF . CR', '\r\r\n.\r'],
  ['LF CR . LF CR', '\n\r.\n\r'],
  ['CR LF NUL . CR LF', '\r\n\0.\r\n'],
  ['CR LF . NUL CR LF', '\r\n.\0\r\n'],
  ['CR NUL LF . CR NUL LF', '\r\0\n.\r\0\n'],
  ['CR LF . . CR LF', '\r\n..\r\n'],
  ['CR LF . space CR LF', '\r\n. \r\n'],
  ['an 8-bit dot', '\r\n\xae\r\n'],
  ['a full-width dot', '\r\n\xef\xbc\x8e\r\n'],
  ['next line (U+0085)', '\xc2\x85.\xc2\x85'],
  ['line separator (U+2028)', '\xe2\x80\xa8.\xe2\x80\xa8'],
  ['vertical tab', '\v.\v'],
];

/** How many CR, LF and NUL there are outside CR LF. */
function bareOctets(text: string): number {
  return (text.replaceAll('\r\n', '').match(/[\r\n\0]/g) ?? []).length;
}

async function toData(): Promise<void> {
  await client.command('MAIL FROM:<ada@example.com>');
  await client.command('RCPT TO:<support@postern.test>');
  expect((await client.command('DATA')).code).toBe(354);
}

describe('a false end of data', () => {
  it.each(falseEnds)('%s leaves one mail, read to its true end', async (_name, end) => {
    await toData();
    await client.send(Buffer.from(`Subject: x\r\n\r\nhello${end}${smuggled}`, 'latin1'));
    await client.send('\r\n.\r\nNOOP\r\n');
    expect((await client.reply()).code).toBe(250); // the mail
    expect((await client.reply()).lines).toEqual(['250 2.0.0 OK']); // NOOP, and nothing between
    expect(fixture.intake.mails).toHaveLength(1);
    const [mail] = fixture.intake.mails;
    expect(mail?.end).toBe('finished');
    expect(mail?.envelope.mailFrom).toBe('ada@example.com');
    expect(mail?.content.toString('latin1')).toContain(smuggled);
    // The octets that make the mail malformed reach intake, which refuses it for them.
    expect(bareOctets(mail?.content.toString('latin1') ?? '')).toBe(bareOctets(end.replace('\r\n.', '\r\n')));
  });

  it('takes two mails for two true ends, sent in one go', async () => {
    const mail =
      'MAIL FROM:<ada@example.com>\r\nRCPT TO:<support@postern.test>\r\nDATA\r\nSubject: x\r\n\r\nhello\r\n.\r\n';
    await client.send(mail + mail);
    const codes: number[] = [];
    for (let count = 0; count < 8; count += 1) codes.push((await client.reply()).code);
    expect(codes).toEqual([250, 250, 354, 250, 250, 250, 354, 250]);
    expect(fixture.intake.mails.map((mail) => mail.content.toString())).toEqual([
      'Subject: x\r\n\r\nhello\r\n',
      'Subject: x\r\n\r\nhello\r\n',
    ]);
  });
});

describe('a mail that is refused for its line endings', () => {
  it.each(['bare-cr', 'bare-lf', 'nul'] as const)('%s ends the session: nothing behind it is read', async (fault) => {
    fixture.intake.onFinish = () => Promise.resolve(malformedReplies[fault]);
    await toData();
    // A true end of data for us; whoever reads CR CR LF as one line end passes it on as content.
    await client.send(`Subject: x\r\n\r\nhello\r\r\n.\r\n${smuggled}\r\n.\r\n`);
    expect((await client.untilClosed()).map((reply) => reply.code)).toEqual([554]);
    expect(fixture.intake.mails).toHaveLength(1);
  });

  it('any other refusal leaves the session open', async () => {
    fixture.intake.onFinish = () => Promise.resolve(malformedReplies['no-from']);
    await toData();
    await client.send('Subject: x\r\n\r\nhello\r\n.\r\nNOOP\r\n');
    expect([(await client.reply()).code, (await client.reply()).code]).toEqual([554, 250]);
  });
});

describe('a command line', () => {
  it.each([
    ['a bare LF', 'MAIL FROM:<ada@example.com>\nRCPT TO:<support@postern.test>\r\n'],
    ['a bare LF at its end', 'NOOP\n'],
    ['a bare CR', 'MAIL FROM:<ada@example.com>\rRCPT TO:<support@postern.test>\r\n'],
    ['CR CR LF', 'NOOP\r\r\n'],
    ['a NUL', 'NOOP\0\r\n'],
    ['more octets than allowed', `NOOP ${'x'.repeat(4_000)}\r\n`],
  ])('with %s is refused, and nothing after it is read', async (_name, line) => {
    await client.send(`${line}MAIL FROM:<ada@example.com>\r\nRCPT TO:<support@postern.test>\r\nDATA\r\nx\r\n.\r\n`);
    const replies = await client.untilClosed();
    expect(replies).toHaveLength(1);
    expect(replies[0]?.lines[0]).toMatch(/^500 5\.5\.2 /);
    expect(fixture.intake.mails).toEqual([]);
    expect(fixture.intake.refusals).toMatchObject([{ stage: 'command', reply: { code: 500 } }]);
  });

  it('that is not UTF-8 is refused', async () => {
    await client.send(Buffer.from('MAIL FROM:<\xff@example.com>\r\n', 'latin1'));
    expect((await client.reply()).lines[0]).toMatch(/^500 5\.5\.2 /);
  });

  it.each(['GET / HTTP/1.1', 'POST /x HTTP/1.1', 'CONNECT mx.postern.test:25 HTTP/1.0'])(
    'of a browser ends the session: %s',
    async (line) => {
      await client.send(`${line}\r\nHost: mx\r\n\r\nMAIL FROM:<ada@example.com>\r\n`);
      expect((await client.untilClosed()).map((reply) => reply.code)).toEqual([421]);
    },
  );

  it('BDAT is not offered, and its content is not read as commands', async () => {
    await client.send('BDAT 30 LAST\r\nMAIL FROM:<ada@example.com>\r\n');
    expect((await client.untilClosed()).map((reply) => reply.code)).toEqual([502]);
  });

  it('behind a refused DATA is content that did not wait, and is not read', async () => {
    await client.send('DATA\r\nMAIL FROM:<ada@example.com>\r\n');
    expect((await client.untilClosed()).map((reply) => reply.code)).toEqual([503]);
  });
});

it('a client that talks before the greeting is sent away', async () => {
  const early = await connectRaw({ port: fixture.port });
  await early.send('EHLO client.example\r\nMAIL FROM:<ada@example.com>\r\n');
  const replies = await early.untilClosed();
  expect(replies.map((reply) => reply.lines[0])).toEqual(['421 4.5.1 Wait for the greeting before you talk']);
});

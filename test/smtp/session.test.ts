import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takenReply } from '../../src/verdict/reply.ts';
import type { Reply } from '../../src/verdict/verdict.ts';
import { connectRaw, openSession, type RawSmtpClient } from '../helpers/raw-smtp-client.ts';
import { eventually, type Fixture, startListener } from './fixture.ts';

let fixture: Fixture;
const sent: Reply[] = [];
let sessions = 0;
const clients: RawSmtpClient[] = [];
beforeEach(async () => {
  sent.length = 0;
  sessions = 0;
  fixture = await startListener({
    onReply: (reply) => sent.push(reply),
    onSessions: (change) => {
      sessions += change;
    },
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await fixture.listener.close(0);
});

async function open(): Promise<RawSmtpClient> {
  const client = await openSession({ port: fixture.port });
  clients.push(client);
  return client;
}

async function toData(client: RawSmtpClient, ...recipients: string[]): Promise<void> {
  await client.command('MAIL FROM:<ada@example.com>');
  for (const recipient of recipients) await client.command(`RCPT TO:<${recipient}>`);
  expect((await client.command('DATA')).code).toBe(354);
}

const mail = 'Subject: x\r\n\r\nhello\r\n.';

describe('a session', () => {
  it('greets with its name alone and offers its extensions', async () => {
    const client = await connectRaw({ port: fixture.port });
    expect(await client.reply()).toEqual({ code: 220, lines: ['220 mx.postern.test ESMTP'] });
    expect((await client.command('EHLO client.example')).lines).toEqual([
      '250-mx.postern.test',
      '250-PIPELINING',
      '250-8BITMIME',
      '250-SMTPUTF8',
      '250-ENHANCEDSTATUSCODES',
      `250 SIZE ${25 * 1024 * 1024}`,
    ]);
    expect((await client.command('HELO client.example')).lines).toEqual(['250 mx.postern.test']);
    client.destroy();
  });

  it('answers each command with one line and one enhanced code', async () => {
    const client = await open();
    const dialogue: readonly (readonly [string, string])[] = [
      ['NOOP', '250 2.0.0 OK'],
      ['noop whatever', '250 2.0.0 OK'],
      ['VRFY support', '252 2.5.0 Addresses are not verified here, send the mail'],
      ['HELP', '214 2.0.0 Commands: EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP STARTTLS QUIT'],
      ['EXPN support', '500 5.5.1 Command not recognised'],
      ['AUTH PLAIN AGFkYQBzZWNyZXQ=', '500 5.5.1 Command not recognised'],
      ['EHLO', '501 5.5.4 Syntax error in the arguments'],
      ['EHLO two names', '501 5.5.4 Syntax error in the arguments'],
      ['RCPT TO:<support@postern.test>', '503 5.5.1 MAIL comes first'],
      ['DATA', '503 5.5.1 MAIL comes first'],
      ['MAIL FROM:<ada@example.com>', '250 2.1.0 Sender OK'],
      ['MAIL FROM:<ada@example.com>', '503 5.5.1 A mail is already under way'],
      ['DATA', '503 5.5.1 No valid recipient yet'],
      ['RCPT TO:<nobody@postern.test>', '550 5.1.1 No such mailbox here'],
      ['RCPT TO:<support@postern.test>', '250 2.1.5 Recipient OK'],
      ['DATA now', '501 5.5.4 Syntax error in the arguments'],
      ['RSET', '250 2.0.0 OK'],
      ['DATA', '503 5.5.1 MAIL comes first'],
      ['QUIT', '221 2.0.0 Bye'],
    ];
    for (const [command, line] of dialogue) expect((await client.command(command)).lines).toEqual([line]);
    expect(await client.untilClosed()).toEqual([]);
  });

  it('asks for a hello before MAIL', async () => {
    const client = await connectRaw({ port: fixture.port });
    await client.reply();
    expect((await client.command('MAIL FROM:<ada@example.com>')).lines).toEqual(['503 5.5.1 Say EHLO or HELO first']);
    client.destroy();
  });

  it('hands a mail over as it was sent, dots unstuffed, and gives the reply of intake', async () => {
    const client = await open();
    await toData(client, 'support@postern.test');
    const reply = await client.command('Subject: x\r\n\r\n..one\r\n.two\r\n\xe4\r\n.');
    expect(reply.lines).toEqual(['250 2.0.0 Received']);
    const [first] = fixture.intake.mails;
    expect(first?.content.toString()).toBe('Subject: x\r\n\r\n.one\r\ntwo\r\n\xe4\r\n');
    expect(first?.end).toBe('finished');
    expect(first?.envelope).toMatchObject({
      client: { ip: '127.0.0.1' },
      helo: 'client.example',
      mailFrom: 'ada@example.com',
      recipients: ['support@postern.test'],
      tls: null,
      smtpUtf8: false,
    });
  });

  it('gives each mailbox once, in order', async () => {
    const client = await open();
    await toData(client, 'sales@postern.test', 'support+a@postern.test', 'help@postern.test', 'sales@postern.test');
    await client.command(mail);
    expect(fixture.intake.mails[0]?.mailboxes).toEqual([
      { address: 'sales@postern.test', department: 'sales' },
      { address: 'support@postern.test', department: 'support' },
    ]);
    expect(fixture.intake.mails[0]?.envelope.recipients).toEqual([
      'sales@postern.test',
      'support+a@postern.test',
      'help@postern.test',
    ]);
  });

  it('takes the null sender, HELO and UTF-8 addresses', async () => {
    const client = await open();
    await client.command('HELO old.example');
    await client.command('MAIL FROM:<> SMTPUTF8');
    await client.command('RCPT TO:<hilfe@bücher.test>');
    await client.command('DATA');
    expect((await client.command(mail)).code).toBe(250);
    expect(fixture.intake.mails[0]?.envelope).toMatchObject({
      helo: 'old.example',
      mailFrom: '',
      recipients: ['hilfe@xn--bcher-kva.test'],
      smtpUtf8: true,
    });
  });

  it('keeps nothing of one mail for the next, nor over RSET and EHLO', async () => {
    const client = await open();
    await toData(client, 'support@postern.test');
    await client.command(mail);
    expect((await client.command('RCPT TO:<support@postern.test>')).code).toBe(503);
    for (const reset of ['RSET', 'EHLO client.example', 'HELO client.example']) {
      await client.command('MAIL FROM:<ada@example.com>');
      await client.command('RCPT TO:<sales@postern.test>');
      expect((await client.command(reset)).code).toBe(250);
      expect((await client.command('DATA')).code).toBe(503);
    }
    await toData(client, 'support@postern.test');
    await client.command(mail);
    expect(fixture.intake.mails.map(({ envelope }) => envelope.recipients)).toEqual([
      ['support@postern.test'],
      ['support@postern.test'],
    ]);
  });

  it('passes on whatever intake answers, and goes on', async () => {
    fixture.intake.onFinish = () => Promise.resolve({ code: 554, enhanced: '5.6.0', text: 'The mail is malformed' });
    const client = await open();
    await toData(client, 'support@postern.test');
    expect((await client.command(mail)).lines).toEqual(['554 5.6.0 The mail is malformed']);
    expect((await client.command('NOOP')).code).toBe(250);
  });

  it('lets go of a mail whose client goes away or half-closes', async () => {
    for (const leave of ['destroy', 'end'] as const) {
      const client = await open();
      await toData(client, 'support@postern.test');
      await client.send('Subject: x\r\n\r\nhello\r\n.\r');
      client[leave]();
      await eventually(() => fixture.intake.mails.at(-1)?.end === 'aborted');
    }
    expect(fixture.intake.mails.map(({ end }) => end)).toEqual(['aborted', 'aborted']);
    await eventually(() => sessions === 0);
    expect(sessions).toBe(0);
  });

  it('answers a client that has said all and half-closed', async () => {
    const client = await open();
    await toData(client, 'support@postern.test');
    await client.send(`${mail}\r\nQUIT\r\n`);
    client.end();
    expect((await client.untilClosed()).map((reply) => reply.code)).toEqual([250, 221]);
    expect(fixture.intake.mails[0]?.end).toBe('finished');
  });

  it('does not abort a mail that is being judged when its client goes away', async () => {
    const judged = Promise.withResolvers<Reply>();
    fixture.intake.onFinish = () => judged.promise;
    const client = await open();
    await toData(client, 'support@postern.test');
    await client.send(`${mail}\r\n`);
    await eventually(() => fixture.intake.mails[0]?.end === 'finished');
    client.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    judged.resolve(takenReply);
    await eventually(() => sessions === 0);
    expect(fixture.intake.mails[0]?.end).toBe('finished');
  });

  it('reads no further than intake takes', async () => {
    const gate = Promise.withResolvers<void>();
    fixture.intake.onWrite = () => gate.promise;
    const client = await open();
    await toData(client, 'support@postern.test');
    const size = 8 * 1024 * 1024;
    const sending = client.send(`${`${'x'.repeat(62)}\r\n`.repeat(size / 64)}.\r\n`);
    await eventually(() => (fixture.intake.mails[0]?.content.length ?? 0) > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // One chunk was handed over and is not taken yet: nothing else came through.
    expect(fixture.intake.mails[0]?.content.length).toBeLessThanOrEqual(64 * 1024);
    gate.resolve();
    await sending;
    expect((await client.reply()).code).toBe(250);
    expect(fixture.intake.mails[0]?.content.length).toBe(size);
  });

  it('ends with a temporary refusal when intake fails against its contract', async () => {
    fixture.intake.onFinish = () => Promise.reject(new Error('secret detail'));
    const client = await open();
    await toData(client, 'support@postern.test');
    await client.send(`${mail}\r\n`);
    expect((await client.untilClosed()).map((reply) => reply.lines)).toEqual([
      ['421 4.3.0 Temporary trouble on our side, try again later'],
    ]);
  });

  it('counts exactly the replies that are sent', async () => {
    const client = await open();
    await client.command('NOOP');
    await client.command('BOGUS');
    await client.command('QUIT');
    expect(sent.map((reply) => reply.code)).toEqual([220, 250, 250, 500, 221]);
  });
});

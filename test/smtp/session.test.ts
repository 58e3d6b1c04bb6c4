import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectRaw, openSession, type RawSmtpClient } from '../helpers/raw-smtp-client.ts';
import { eventually, type Fixture, startListener } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startListener();
});
afterEach(() => fixture.listener.close(0));

async function toData(client: RawSmtpClient, ...recipients: string[]): Promise<void> {
  await client.command('MAIL FROM:<ada@example.com>');
  for (const recipient of recipients) await client.command(`RCPT TO:<${recipient}>`);
  expect((await client.command('DATA')).code).toBe(354);
}

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

  it('hands a mail over as it was sent, dots unstuffed, and gives the reply of intake', async () => {
    const client = await openSession({ port: fixture.port });
    await toData(client, 'support@postern.test');
    const reply = await client.command('Subject: x\r\n\r\n..one\r\n.two\r\n.');
    expect(reply.lines).toEqual(['250 2.0.0 Received']);
    const [mail] = fixture.intake.mails;
    expect(mail?.content.toString()).toBe('Subject: x\r\n\r\n.one\r\ntwo\r\n');
    expect(mail?.end).toBe('finished');
    expect(mail?.envelope).toMatchObject({
      client: { ip: '127.0.0.1' },
      helo: 'client.example',
      mailFrom: 'ada@example.com',
      recipients: ['support@postern.test'],
      tls: null,
      smtpUtf8: false,
    });
    client.destroy();
  });

  it('lets go of a mail whose client goes away', async () => {
    const client = await openSession({ port: fixture.port });
    await toData(client, 'support@postern.test');
    await client.send('Subject: x\r\n');
    client.destroy();
    await eventually(() => fixture.intake.mails[0]?.end === 'aborted');
    expect(fixture.intake.mails[0]?.end).toBe('aborted');
  });
});

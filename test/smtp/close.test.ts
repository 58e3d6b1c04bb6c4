import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takenReply } from '../../src/verdict/reply.ts';
import type { Reply } from '../../src/verdict/verdict.ts';
import { connectRaw, openSession, type RawSmtpClient } from '../helpers/raw-smtp-client.ts';
import { eventually, type Fixture, startListener } from './fixture.ts';

let fixture: Fixture;
const clients: RawSmtpClient[] = [];
beforeEach(async () => {
  fixture = await startListener();
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

async function toData(client: RawSmtpClient): Promise<void> {
  await client.command('MAIL FROM:<ada@example.com>');
  await client.command('RCPT TO:<support@postern.test>');
  expect((await client.command('DATA')).code).toBe(354);
}

const leaving = '421 4.3.2 The service is stopping, try again later';
/** Longer than any test runs: what resolves did not wait for it. */
const farAway = 600_000;

describe('a stop', () => {
  it('takes no further connection and tells idle clients', async () => {
    const client = await open();
    const closed = fixture.listener.close(farAway);
    expect((await client.untilClosed()).map((reply) => reply.lines[0])).toEqual([leaving]);
    client.end();
    await closed;
    await expect(connectRaw({ port: fixture.port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(fixture.listener.address()).toBeNull();
  });

  it('finishes a mail that is arriving, then says so', async () => {
    const client = await open();
    await toData(client);
    await client.send('Subject: x\r\n\r\n');
    const closed = fixture.listener.close(farAway);
    await client.send('hello\r\n.\r\n');
    expect((await client.reply()).lines).toEqual(['250 2.0.0 Received']);
    expect((await client.untilClosed()).map((reply) => reply.lines[0])).toEqual([leaving]);
    client.end();
    await closed;
    expect(fixture.intake.mails[0]?.end).toBe('finished');
  });

  it('lets a mail that is being announced come in, but no second one', async () => {
    const client = await open();
    await client.command('MAIL FROM:<ada@example.com>');
    const closed = fixture.listener.close(farAway);
    expect((await client.command('RCPT TO:<support@postern.test>')).code).toBe(250);
    expect((await client.command('DATA')).code).toBe(354);
    await client.send('Subject: x\r\n\r\nhello\r\n.\r\nMAIL FROM:<ada@example.com>\r\n');
    const replies = await client.untilClosed();
    expect(replies.map((reply) => reply.code)).toEqual([250, 421]);
    client.end();
    await closed;
    expect(fixture.intake.mails).toHaveLength(1);
  });

  it('waits for a mail that is being judged', async () => {
    const judged = Promise.withResolvers<Reply>();
    fixture.intake.onFinish = () => judged.promise;
    const client = await open();
    await toData(client);
    await client.send('Subject: x\r\n\r\nhello\r\n.\r\n');
    await eventually(() => fixture.intake.mails[0]?.end === 'finished');
    const closed = fixture.listener.close(farAway);
    judged.resolve(takenReply);
    expect((await client.untilClosed()).map((reply) => reply.code)).toEqual([250, 421]);
    client.end();
    await closed;
  });

  it('cuts what is left at the deadline and lets go of its mail', async () => {
    const client = await open();
    await toData(client);
    await client.send('Subject: x\r\n\r\n');
    await eventually(() => (fixture.intake.mails[0]?.content.length ?? 0) > 0);
    await fixture.listener.close(20);
    expect((await client.untilClosed()).map((reply) => reply.lines[0])).toEqual([leaving]);
    expect(fixture.intake.mails[0]?.end).toBe('aborted');
  });

  it('does not wait for a balancer that owes its header', async () => {
    const balanced = await startListener({ proxyNetworks: ['127.0.0.1'] });
    const silent = await connectRaw({ port: balanced.port });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await balanced.listener.close(farAway);
    expect(await silent.untilClosed()).toEqual([]);
  });
});

it('listening on a port that is taken rejects', async () => {
  const second = startListener({ listen: { host: '127.0.0.1', port: fixture.port } });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

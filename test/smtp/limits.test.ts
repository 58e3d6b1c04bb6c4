import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryLimits, type LimitsPort, withLocalLimits } from '../../src/smtp/limits.ts';
import { connectRaw, openSession, type RawSmtpClient } from '../helpers/raw-smtp-client.ts';
import { eventually, type Fixture, sendUntilClosed, startListener } from './fixture.ts';

let fixture: Fixture;
const clients: RawSmtpClient[] = [];
async function open(localAddress = '127.0.0.1'): Promise<RawSmtpClient> {
  const client = await openSession({ port: fixture.port, localAddress });
  clients.push(client);
  return client;
}
async function refused(localAddress = '127.0.0.1'): Promise<string | undefined> {
  const client = await connectRaw({ port: fixture.port, localAddress });
  const [reply, ...more] = await client.untilClosed();
  expect(more).toEqual([]);
  return reply?.lines[0];
}
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await fixture.listener.close(0);
});

async function toData(client: RawSmtpClient): Promise<void> {
  await client.command('MAIL FROM:<ada@example.com>');
  await client.command('RCPT TO:<support@postern.test>');
  expect((await client.command('DATA')).code).toBe(354);
}

const mail = 'Subject: x\r\n\r\nhello\r\n.';

describe('connections', () => {
  it('from one address are bounded, and given back', async () => {
    fixture = await startListener({ bounds: { connectionsPerAddress: 2 } });
    const first = await open();
    await open();
    expect(await refused()).toBe('421 4.7.0 Too many connections from your address, try again later');
    expect(fixture.intake.refusals).toMatchObject([{ stage: 'connect', ip: '127.0.0.1', reply: { code: 421 } }]);
    await open('127.0.0.2');
    expect((await first.command('QUIT')).lines).toEqual(['221 2.0.0 Bye']);
    first.end();
    await first.untilClosed();
    await expect(open()).resolves.toBeDefined();
  });

  it('in all are bounded', async () => {
    fixture = await startListener({ bounds: { connections: 2 } });
    await open('127.0.0.1');
    await open('127.0.0.2');
    expect(await refused('127.0.0.3')).toBe('421 4.3.2 Too many connections at the moment, try again later');
  });

  it('from unlimited networks are not bounded per address', async () => {
    fixture = await startListener({
      bounds: { connectionsPerAddress: 1, mailsPerMinutePerAddress: 1 },
      unlimitedNetworks: ['127.0.0.2'],
    });
    await open('127.0.0.2');
    const second = await open('127.0.0.2');
    for (let count = 0; count < 3; count += 1) {
      await toData(second);
      expect((await second.command(mail)).code).toBe(250);
    }
    await open('127.0.0.1');
    expect(await refused('127.0.0.1')).toMatch(/^421 4\.7\.0 /);
  });

  it('that go away while they are being admitted are given back', async () => {
    const memory = createMemoryLimits();
    const gate = Promise.withResolvers<void>();
    let asked = 0;
    const slow: LimitsPort = {
      ...memory,
      async admitConnection(client, atMost) {
        asked += 1;
        await gate.promise;
        return memory.admitConnection(client, atMost);
      },
    };
    fixture = await startListener({ bounds: { connections: 1 } }, slow);
    const gone = await connectRaw({ port: fixture.port });
    await eventually(() => asked === 1);
    gone.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    gate.resolve();
    await expect(open()).resolves.toBeDefined();
  });
});

describe('mails a minute', () => {
  it('are bounded per address', async () => {
    fixture = await startListener({ bounds: { mailsPerMinutePerAddress: 2 } });
    const client = await open();
    for (let count = 0; count < 2; count += 1) {
      await toData(client);
      expect((await client.command(mail)).code).toBe(250);
    }
    const reply = await client.command('MAIL FROM:<ada@example.com>');
    expect(reply.lines).toEqual(['451 4.7.28 Too many mails from your address, try again later']);
    expect((await (await open('127.0.0.2')).command('MAIL FROM:<ada@example.com>')).code).toBe(250);
  });

  it('slide with the clock', async () => {
    let now = 0;
    const limits = createMemoryLimits(() => now);
    fixture = await startListener({}, limits);
    expect(await limits.admitMail('192.0.2.1', 1)).toBe(true);
    now = 59_999;
    expect(await limits.admitMail('192.0.2.1', 1)).toBe(false);
    now = 60_000;
    expect(await limits.admitMail('192.0.2.1', 1)).toBe(true);
    expect(await limits.admitMail('192.0.2.2', 1)).toBe(true);
  });
});

it('shared counters that cannot be reached are replaced by local ones', async () => {
  const broken: LimitsPort = {
    admitConnection: () => Promise.reject(new Error('down')),
    admitMail: () => Promise.reject(new Error('down')),
  };
  const limits = withLocalLimits(broken, createMemoryLimits(), pino({ level: 'silent' }));
  fixture = await startListener({ bounds: { connectionsPerAddress: 1 } }, limits);
  await open();
  expect(await refused()).toMatch(/^421 4\.7\.0 /);
  expect(await limits.admitMail('192.0.2.1', 1)).toBe(true);
  expect(await limits.admitMail('192.0.2.1', 1)).toBe(false);
});

it('shared counters that did not answer are not waited for again at once', async () => {
  let asked = 0;
  let now = 0;
  const broken: LimitsPort = {
    ...createMemoryLimits(),
    admitMail: () => {
      asked += 1;
      return Promise.reject(new Error('down'));
    },
  };
  const limits = withLocalLimits(broken, createMemoryLimits(), pino({ level: 'silent' }), () => now);
  for (let mail = 0; mail < 3; mail += 1) expect(await limits.admitMail('192.0.2.1', 10)).toBe(true);
  expect(asked).toBe(1);
  now = 5_000;
  await limits.admitMail('192.0.2.1', 10);
  expect(asked).toBe(2);
});

it('counters that cannot be reached, with nothing in their place, refuse for the time being', async () => {
  const memory = createMemoryLimits();
  fixture = await startListener({}, { ...memory, admitMail: () => Promise.reject(new Error('secret detail')) });
  const client = await open();
  await client.send('MAIL FROM:<ada@example.com>\r\n');
  expect((await client.untilClosed()).map((reply) => reply.lines[0])).toEqual([
    '421 4.3.0 Temporary trouble on our side, try again later',
  ]);
});

describe('commands', () => {
  it('are bounded in one session', async () => {
    fixture = await startListener({ bounds: { commands: 4 } });
    const client = await open();
    await client.send('NOOP\r\n'.repeat(10));
    const replies = await client.untilClosed();
    expect(replies.map((reply) => reply.lines[0])).toEqual([
      '250 2.0.0 OK',
      '250 2.0.0 OK',
      '250 2.0.0 OK',
      '421 4.7.0 Too many commands in one session',
    ]);
  });

  it('that are bad are bounded sooner', async () => {
    fixture = await startListener({ bounds: { badCommands: 2 } });
    const client = await open();
    expect((await client.command('BOGUS')).lines[0]).toMatch(/^500 5\.5\.1 /);
    expect((await client.command('RCPT TO:<support@postern.test>')).lines[0]).toMatch(/^503 5\.5\.1 /);
    await client.send('MAIL FROM:nobody\r\nNOOP\r\n');
    const replies = await client.untilClosed();
    expect(replies.map((reply) => reply.lines[0])).toEqual(['421 4.7.0 Too many bad commands']);
  });

  it('for unknown mailboxes are no bad commands: the mail may have a good one too', async () => {
    fixture = await startListener({ bounds: { badCommands: 1 } });
    const client = await open();
    await client.command('MAIL FROM:<ada@example.com>');
    for (let count = 0; count < 5; count += 1) {
      expect((await client.command(`RCPT TO:<nobody${count}@postern.test>`)).lines).toEqual([
        '550 5.1.1 No such mailbox here',
      ]);
    }
    expect((await client.command('RCPT TO:<support@postern.test>')).lines).toEqual(['250 2.1.5 Recipient OK']);
    expect(fixture.intake.refusals[0]).toMatchObject({
      stage: 'rcpt',
      mailFrom: 'ada@example.com',
      recipient: 'nobody0@postern.test',
      reply: { code: 550, enhanced: '5.1.1' },
    });
  });

  it('are answered in order though thousands are sent at once', async () => {
    fixture = await startListener();
    const client = await open();
    await client.send(`${'NOOP\r\nVRFY x\r\n'.repeat(1_000)}QUIT\r\n`);
    const codes = (await client.untilClosed()).map((reply) => reply.code);
    expect(codes).toEqual([...Array.from({ length: 2_000 }, (_, index) => (index % 2 === 0 ? 250 : 252)), 221]);
  });
});

describe('recipients', () => {
  it('are bounded', async () => {
    fixture = await startListener({ bounds: { recipients: 1 } });
    const client = await open();
    await client.command('MAIL FROM:<ada@example.com>');
    expect((await client.command('RCPT TO:<support@postern.test>')).code).toBe(250);
    expect((await client.command('RCPT TO:<sales@postern.test>')).lines).toEqual(['452 4.5.3 Too many recipients']);
    expect((await client.command('DATA')).code).toBe(354);
    expect((await client.command(mail)).code).toBe(250);
    expect(fixture.intake.mails[0]?.mailboxes).toEqual([{ address: 'support@postern.test', department: 'support' }]);
  });
});

describe('the size of a mail', () => {
  it('is refused at MAIL FROM when announced', async () => {
    fixture = await startListener({ bounds: { mailBytes: 1_000 } });
    const client = await open();
    expect((await client.command('EHLO x')).lines).toContain('250 SIZE 1000');
    const reply = await client.command('MAIL FROM:<ada@example.com> SIZE=1001');
    expect(reply.lines).toEqual(['552 5.3.4 The mail is larger than what is accepted here']);
    expect((await client.command('MAIL FROM:<ada@example.com> SIZE=1000')).code).toBe(250);
  });

  it('is kept to while the mail arrives, which is read to its true end', async () => {
    fixture = await startListener({ bounds: { mailBytes: 1_000 } });
    const client = await open();
    await toData(client);
    const chunk = `${'x'.repeat(78)}\r\n`;
    for (let count = 0; count < 50; count += 1) await client.send(`${chunk}MAIL FROM:<evil@example.com>\r\n`);
    await client.send('.\r\nNOOP\r\n');
    expect((await client.reply()).lines[0]).toMatch(/^552 5\.3\.4 /);
    expect((await client.reply()).lines).toEqual(['250 2.0.0 OK']);
    expect(fixture.intake.mails[0]?.end).toBe('aborted');
    expect(fixture.intake.mails[0]?.content.length).toBeLessThanOrEqual(1_000);
    expect(fixture.intake.refusals).toMatchObject([{ stage: 'data', reply: { code: 552 } }]);
    await toData(client);
    expect((await client.command(mail)).code).toBe(250);
  });

  it('counts what arrives, not the dots that were stuffed', async () => {
    fixture = await startListener({ bounds: { mailBytes: 30 } });
    const client = await open();
    await toData(client);
    expect((await client.command(`${'..\r\n'.repeat(10)}.`)).code).toBe(250);
    expect(fixture.intake.mails[0]?.content.length).toBe(30);
    await toData(client);
    expect((await client.command(`${'..\r\n'.repeat(11)}.`)).code).toBe(552);
  });
});

describe('time', () => {
  it('without an octet is bounded', async () => {
    fixture = await startListener({ bounds: { idleMs: 1_000 } });
    const client = await open();
    const [reply] = await client.untilClosed();
    expect(reply?.lines).toEqual(['421 4.4.2 Idle for too long']);
  });

  it('for the data is bounded, however busy the client is: a flood of stuffed dots ends there', async () => {
    fixture = await startListener({ bounds: { dataMs: 150, idleMs: 60_000 } });
    const client = await open();
    await toData(client);
    const replies = await sendUntilClosed(client, '..\r\n'.repeat(1_000));
    expect(replies.map((reply) => reply.lines[0])).toEqual(['421 4.4.2 The data took too long']);
    expect(fixture.intake.mails[0]?.end).toBe('aborted');
  });

  it('of the whole session is bounded', async () => {
    fixture = await startListener({ bounds: { sessionMs: 1_000 } });
    const client = await open();
    const replies = await sendUntilClosed(client, 'NOOP\r\n');
    expect(replies.at(-1)?.lines).toEqual(['421 4.4.2 The session took too long']);
  });

  it('of the session lets a mail in hand finish', async () => {
    fixture = await startListener({ bounds: { sessionMs: 1_000 } });
    const client = await open();
    await toData(client);
    await client.send('Subject: x\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await client.send('hello\r\n.\r\n');
    const replies = await client.untilClosed();
    expect(replies.map((reply) => reply.lines[0])).toEqual([
      '250 2.0.0 Received',
      '421 4.4.2 The session took too long',
    ]);
  });

  it('that we take to judge is not the client’s idleness', async () => {
    fixture = await startListener({ bounds: { idleMs: 1_000 } });
    fixture.intake.onFinish = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return { code: 250, enhanced: '2.0.0', text: 'Received' };
    };
    const client = await open();
    await toData(client);
    expect((await client.command(mail)).code).toBe(250);
  });
});

/** Who may say that a client is somebody else. */
import { afterEach, describe, expect, it } from 'vitest';
import { connectRaw, openSession, type RawSmtpClient } from '../helpers/raw-smtp-client.ts';
import { eventually, type Fixture, startListener } from './fixture.ts';

let fixture: Fixture;
afterEach(() => fixture.listener.close(0));

async function deliver(client: RawSmtpClient): Promise<void> {
  await client.command('MAIL FROM:<ada@example.com>');
  await client.command('RCPT TO:<support@postern.test>');
  await client.command('DATA');
  expect((await client.command('Subject: x\r\n\r\nhello\r\n.')).code).toBe(250);
}

describe('XCLIENT', () => {
  it('is unknown to clients outside the listed networks', async () => {
    fixture = await startListener({ xclientNetworks: ['192.0.2.0/24'] });
    const client = await openSession({ port: fixture.port });
    expect((await client.command('EHLO x')).lines.join()).not.toContain('XCLIENT');
    expect((await client.command('XCLIENT ADDR=198.51.100.7')).lines[0]).toMatch(/^500 5\.5\.1 /);
    await deliver(client);
    expect(fixture.intake.mails[0]?.envelope.client.ip).toBe('127.0.0.1');
    client.destroy();
  });

  it('names the client, once, for a listed relay', async () => {
    fixture = await startListener({ xclientNetworks: ['127.0.0.0/8'] });
    const client = await openSession({ port: fixture.port });
    expect((await client.command('EHLO relay.example')).lines).toContain('250-XCLIENT NAME ADDR PORT');
    const reply = await client.command('XCLIENT ADDR=198.51.100.7 PORT=4711 NAME=mail.example.com');
    expect(reply.lines).toEqual(['220 mx.postern.test ESMTP']);
    expect((await client.command('MAIL FROM:<ada@example.com>')).code).toBe(503);
    expect((await client.command('EHLO mail.example.com')).lines.join()).not.toContain('XCLIENT');
    expect((await client.command('XCLIENT ADDR=203.0.113.1')).lines[0]).toMatch(/^550 5\.7\.1 /);
    await deliver(client);
    expect(fixture.intake.mails[0]?.envelope).toMatchObject({
      client: { ip: '198.51.100.7', port: 4711 },
      helo: 'mail.example.com',
    });
    client.destroy();
  });

  it.each(['XCLIENT', 'XCLIENT ADDR=corp.example', 'XCLIENT WHAT=1', 'XCLIENT ADDR=192.0.2.1+0D+0A'])(
    'refuses %s',
    async (line) => {
      fixture = await startListener({ xclientNetworks: ['127.0.0.1'] });
      const client = await openSession({ port: fixture.port });
      expect((await client.command(line)).lines[0]).toMatch(/^501 5\.5\.4 /);
      await deliver(client);
      expect(fixture.intake.mails[0]?.envelope.client.ip).toBe('127.0.0.1');
      client.destroy();
    },
  );

  it('names an IPv4 client as such, however it is written', async () => {
    fixture = await startListener({ xclientNetworks: ['127.0.0.1'] });
    const client = await openSession({ port: fixture.port });
    await client.command('XCLIENT ADDR=IPV6:::ffff:c633:6407');
    await client.command('EHLO mail.example.com');
    await deliver(client);
    expect(fixture.intake.mails[0]?.envelope.client.ip).toBe('198.51.100.7');
    client.destroy();
  });

  it('leaves the port out when there is none', async () => {
    fixture = await startListener({ xclientNetworks: ['127.0.0.1'] });
    const client = await openSession({ port: fixture.port });
    await client.command('XCLIENT ADDR=IPV6:2001:db8::7 PORT=[UNAVAILABLE]');
    await client.command('EHLO mail.example.com');
    await deliver(client);
    expect(fixture.intake.mails[0]?.envelope.client).toEqual({ ip: '2001:db8::7', port: 0 });
    client.destroy();
  });

  it('holds the named client to the bounds per address', async () => {
    fixture = await startListener({
      xclientNetworks: ['127.0.0.1'],
      unlimitedNetworks: ['127.0.0.1'],
      bounds: { connectionsPerAddress: 1 },
    });
    const first = await openSession({ port: fixture.port });
    const second = await openSession({ port: fixture.port });
    expect((await first.command('XCLIENT ADDR=198.51.100.7')).code).toBe(220);
    await second.send('XCLIENT ADDR=198.51.100.7\r\n');
    expect((await second.untilClosed()).map((reply) => reply.lines[0])).toEqual([
      '421 4.7.0 Too many connections from your address, try again later',
    ]);
    first.destroy();
  });
});

describe('the PROXY protocol', () => {
  const version1 = 'PROXY TCP4 198.51.100.7 192.0.2.25 4711 25\r\n';
  const version2 = Buffer.concat([
    Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'),
    Buffer.from([0x21, 0x11, 0, 12, 198, 51, 100, 7, 192, 0, 2, 25, 4711 >> 8, 4711 & 255, 0, 25]),
  ]);

  const zeros = Array.from({ length: 10 }, () => 0);
  /** What a balancer says whose own socket takes IPv4 and IPv6. */
  const mapped = Buffer.concat([
    version2.subarray(0, 12),
    Buffer.from([0x21, 0x21, 0, 36, ...zeros, 255, 255, 198, 51, 100, 7]),
    Buffer.from([...zeros, 255, 255, 192, 0, 2, 25, 4711 >> 8, 4711 & 255, 0, 25]),
  ]);

  it.each([
    ['1', version1],
    ['2', version2],
    ['1, mapped', 'PROXY TCP6 ::ffff:198.51.100.7 ::ffff:192.0.2.25 4711 25\r\n'],
    ['2, mapped', mapped],
  ])('names the client for a listed balancer, version %s', async (_version, header) => {
    fixture = await startListener({ proxyNetworks: ['127.0.0.0/8'] });
    const client = await connectRaw({ port: fixture.port });
    await client.send(header);
    expect((await client.reply()).code).toBe(220);
    await client.command('EHLO mail.example.com');
    await deliver(client);
    expect(fixture.intake.mails[0]?.envelope.client).toEqual({ ip: '198.51.100.7', port: 4711 });
    client.destroy();
  });

  it('is demanded of a listed balancer', async () => {
    fixture = await startListener({ proxyNetworks: ['127.0.0.1'] });
    const client = await connectRaw({ port: fixture.port });
    await client.send('EHLO mail.example.com\r\n');
    expect(await client.untilClosed()).toEqual([]);
  });

  it('is early talk from anybody else', async () => {
    fixture = await startListener({ proxyNetworks: ['192.0.2.0/24'] });
    const client = await connectRaw({ port: fixture.port });
    await client.send(version1);
    expect((await client.untilClosed()).map((reply) => reply.code)).toEqual([421]);
    await eventually(() => fixture.intake.refusals.length === 1);
    expect(fixture.intake.refusals[0]).toMatchObject({ ip: '127.0.0.1', stage: 'connect' });
  });
});

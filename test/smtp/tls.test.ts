import { generate } from 'selfsigned';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CertificatePem } from '../../src/smtp/listener.ts';
import { openSession, type RawSmtpClient } from '../helpers/raw-smtp-client.ts';
import { eventually, type Fixture, startListener } from './fixture.ts';

async function certificateFor(name: string): Promise<CertificatePem> {
  const made = await generate([{ name: 'commonName', value: name }]);
  return { certificate: made.cert, key: made.private };
}

let first: CertificatePem;
let second: CertificatePem;
beforeAll(async () => {
  first = await certificateFor('first.postern.test');
  second = await certificateFor('second.postern.test');
});

let fixture: Fixture;
const clients: RawSmtpClient[] = [];
async function open(): Promise<RawSmtpClient> {
  const client = await openSession({ port: fixture.port });
  clients.push(client);
  return client;
}
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await fixture.listener.close(0);
});

describe('STARTTLS', () => {
  it('is not offered and not taken without a certificate', async () => {
    fixture = await startListener();
    const client = await open();
    expect((await client.command('EHLO x')).lines.join()).not.toContain('STARTTLS');
    expect((await client.command('STARTTLS')).lines[0]).toMatch(/^500 5\.5\.1 /);
  });

  it.each([
    ['right after the handshake', async (client: RawSmtpClient) => void (await client.startTls())],
    ['before the handshake', async (client: RawSmtpClient) => void (await client.command('STARTTLS'))],
    [
      'in the middle of the handshake',
      async (client: RawSmtpClient) => {
        await client.command('STARTTLS');
        await client.send(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
      },
    ],
  ])('a client that leaves %s leaves no session behind', async (_when, begin) => {
    let open = 0;
    fixture = await startListener({
      certificate: first,
      onSessions: (change) => {
        open += change;
      },
    });
    for (let count = 0; count < 5; count += 1) {
      const client = await openSession({ port: fixture.port });
      await begin(client);
      client.destroy();
    }
    await eventually(() => open === 0);
    expect(open).toBe(0);
  });

  it('a client that stalls in the handshake is idle like any other', async () => {
    let open = 0;
    fixture = await startListener({
      certificate: first,
      bounds: { idleMs: 1_000 },
      onSessions: (change) => {
        open += change;
      },
    });
    const client = await openSession({ port: fixture.port });
    clients.push(client);
    await client.command('STARTTLS');
    await eventually(() => open === 0);
    expect(open).toBe(0);
  });

  it('secures the session, forgets what was said before it, and tells intake', async () => {
    fixture = await startListener({ certificate: first });
    const client = await open();
    expect((await client.command('EHLO before.example')).lines).toContain('250-STARTTLS');
    await client.command('MAIL FROM:<before@example.com>');
    expect(await client.startTls()).toBe('first.postern.test');
    expect((await client.command('MAIL FROM:<ada@example.com>')).lines[0]).toMatch(/^503 5\.5\.1 /);
    expect((await client.command('EHLO after.example')).lines.join()).not.toContain('STARTTLS');
    expect((await client.command('STARTTLS')).code).toBe(503);
    await client.command('MAIL FROM:<ada@example.com>');
    await client.command('RCPT TO:<support@postern.test>');
    await client.command('DATA');
    expect((await client.command('Subject: x\r\n\r\nhello\r\n.')).lines).toEqual(['250 2.0.0 Received']);
    const [mail] = fixture.intake.mails;
    expect(mail?.envelope).toMatchObject({ helo: 'after.example', mailFrom: 'ada@example.com' });
    expect(mail?.envelope.tls).toEqual({ version: 'TLSv1.3', cipher: expect.stringContaining('TLS_') });
  });

  it('drops plaintext that was pipelined behind it (CVE-2011-0411)', async () => {
    fixture = await startListener({ certificate: first });
    const client = await open();
    const injected = 'EHLO evil.example\r\nMAIL FROM:<evil@example.com>\r\n'.repeat(200);
    await client.send(`STARTTLS\r\n${injected}RCPT TO:<supp`);
    // The handshake cannot succeed behind such octets unless they were dropped unread.
    expect((await client.reply()).code).toBe(220);
    await client.secure();
    expect((await client.command('ort@postern.test>')).code).toBe(500);
    expect((await client.command('RCPT TO:<support@postern.test>')).code).toBe(503);
    expect((await client.command('MAIL FROM:<ada@example.com>')).lines[0]).toMatch(/^503 5\.5\.1 Say EHLO/);
    expect(fixture.intake.mails).toEqual([]);
  });

  it('takes no argument', async () => {
    fixture = await startListener({ certificate: first });
    const client = await open();
    expect((await client.command('STARTTLS now')).lines[0]).toMatch(/^501 5\.5\.4 /);
  });

  it('shows a reloaded certificate to new sessions and keeps running ones', async () => {
    fixture = await startListener({ certificate: first });
    const before = await open();
    expect(await before.startTls()).toBe('first.postern.test');
    fixture.listener.reloadCertificate(second);
    const after = await open();
    expect(await after.startTls()).toBe('second.postern.test');
    expect((await before.command('EHLO x')).code).toBe(250);
  });

  it('can be offered later, when the first certificate comes', async () => {
    fixture = await startListener();
    fixture.listener.reloadCertificate(first);
    const client = await open();
    expect(await client.startTls()).toBe('first.postern.test');
  });

  it('keeps the old certificate when the new one does not fit its key', async () => {
    fixture = await startListener({ certificate: first });
    expect(() => fixture.listener.reloadCertificate({ certificate: second.certificate, key: first.key })).toThrow();
    expect(() => fixture.listener.reloadCertificate({ certificate: 'no certificate', key: first.key })).toThrow();
    const client = await open();
    expect(await client.startTls()).toBe('first.postern.test');
  });

  it('survives a client that breaks the handshake', async () => {
    fixture = await startListener({ certificate: first });
    const broken = await open();
    expect((await broken.command('STARTTLS')).code).toBe(220);
    await broken.send('this is no ClientHello\r\n');
    await broken.untilClosed();
    const client = await open();
    expect(await client.startTls()).toBe('first.postern.test');
  });
});

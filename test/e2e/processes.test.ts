/** Several listener processes on one port: shared limits, shared replay memory, certificates renewed while they run. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureCertificate } from '../../src/supervise/certificate.ts';
import { ada, type CustomerWorld, customerWorld, mailOf, newMessageId, support } from '../helpers/customer-world.ts';
import { deliver, isServing, openSender } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { openSession } from '../helpers/raw-smtp-client.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  postern = await startPostern({
    dns: dns.address,
    directory: world.directory,
    roles: ['smtp', 'workers'],
    env: { POSTERN_SMTP_PROCESSES: '2' },
    settings: { smtp: { unlimitedNetworks: [], maxConnectionsPerAddress: 6, mailsPerMinutePerAddress: 600 } },
  });
});
afterAll(async () => {
  await postern?.remove();
  await dns?.close();
});

/** The system shares connections out, evenly in the long run. Resolves with how many mails it took. */
async function untilBothJudged(): Promise<number> {
  const logged = postern.log().length;
  for (let count = 1; count <= 64; count += 1) {
    const { reply } = await deliver(postern.smtpPort(), {
      raw: mailOf({ from: 'nina@newcomer.example' }),
      mailFrom: 'nina@newcomer.example',
      recipients: [support],
    });
    expect(reply.code).toBe(250);
    const lines = postern.log().slice(logged);
    const pids = [...lines.matchAll(/"pid":(\d+),"role":"smtp".*"msg":"judged"/g)].map(([, pid]) => pid);
    if (count >= 8 && new Set(pids).size === 2) return count;
  }
  throw new Error('one of two listeners took 64 mails, the other none');
}

describe('two listener processes', () => {
  it('both take mail, and every mail is traced once', async () => {
    expect(postern.pidsOf('smtp')).toHaveLength(2);
    const before = postern.trace().length;
    const sent = await untilBothJudged();
    expect(await postern.traced(before + sent)).toHaveLength(before + sent);
  });

  it('send clients away when they have no file descriptors left, and both are there again afterwards', async () => {
    const pids = postern.pidsOf('smtp');
    const limitOf = (pid: number): string =>
      /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? '';
    const setLimit = (pid: number, files: string): Buffer =>
      execFileSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`], { stdio: 'pipe' });
    const limits = pids.map(limitOf);
    for (const pid of pids) setLimit(pid, String(readdirSync(`/proc/${pid}/fd`).length + 1));
    const clients = Array.from({ length: 12 }, () => connect(postern.smtpPort(), '127.0.0.1'));
    const ends = clients.map(
      (client) =>
        new Promise<string>((resolve) => {
          client.once('data', () => resolve('greeted'));
          client.on('error', () => undefined).once('close', () => resolve('sent away'));
        }),
    );
    expect(new Set(await Promise.all(ends))).toContain('sent away');
    for (const client of clients) client.destroy();
    for (const [index, pid] of pids.entries()) setLimit(pid, limits[index] ?? '');
    await eventually('room again', () => isServing(postern.smtpPort()));
    await untilBothJudged();
    expect(postern.pidsOf('smtp')).toEqual(pids);
  }, 60_000);

  it('share the limit of connections for an address', async () => {
    const senders = await Promise.all(Array.from({ length: 6 }, () => openSender(postern.smtpPort())));
    await expect(openSender(postern.smtpPort()).then((sender) => sender.client.command('NOOP'))).rejects.toThrow(
      'closed',
    );
    for (const sender of senders) sender.close();
    await eventually('room again', () => isServing(postern.smtpPort()));
  });

  it('know what the other has seen: a signature that comes again with other content proves nothing', async () => {
    const from = `Ada <${ada}>`;
    const messageId = newMessageId();
    // Content-Type is not signed: it may be changed under a signature that stays good.
    const signed = await world.customer.sign(mailOf({ from, messageId, body: 'The <b>backup</b> fails.\r\n' }), {
      fields: ['From', 'To', 'Cc', 'Subject', 'Date', 'Message-ID'],
    });
    const replayed = Buffer.concat([Buffer.from('MIME-Version: 1.0\r\nContent-Type: text/html\r\n'), signed]);
    const rowsFor = async (raw: Buffer, count: number) => {
      const { reply } = await deliver(postern.smtpPort(), { raw, mailFrom: ada, recipients: [support] });
      expect(reply.lines).toEqual(['250 2.0.0 Received']);
      return eventually('rows', () => {
        const rows = postern.trace().filter((row) => row.rfc_message_id === messageId);
        return rows.length === count && rows;
      });
    };
    expect((await rowsFor(signed, 1))[0]).toMatchObject({ assurance: 'proven', outcome: 'accepted' });
    expect((await rowsFor(signed, 2))[1]).toMatchObject({ assurance: 'proven', outcome: 'accepted' });
    for (const count of [3, 4]) {
      const last = (await rowsFor(replayed, count)).at(-1);
      expect(last).toMatchObject({ assurance: 'claimed', outcome: 'escalated', reason: 'unproven-sender' });
    }
  });

  it('let one of two altered copies prove that arrive at the same moment', async () => {
    const pairs = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const messageId = newMessageId();
        const signed = await world.customer.sign(mailOf({ from: `Ada <${ada}>`, messageId }), {
          fields: ['From', 'To', 'Cc', 'Subject', 'Date', 'Message-ID'],
        });
        const copies = ['html', 'plain'].map((type) =>
          Buffer.concat([Buffer.from(`MIME-Version: 1.0\r\nContent-Type: text/${type}\r\n`), signed]),
        );
        return { messageId, copies };
      }),
    );
    const send = async (raw: Buffer) => {
      const { reply } = await deliver(postern.smtpPort(), { raw, mailFrom: ada, recipients: [support] });
      expect(reply.lines).toEqual(['250 2.0.0 Received']);
    };
    await Promise.all(pairs.flatMap(({ copies }) => copies.map(send)));
    for (const { messageId } of pairs) {
      const rows = await eventually('rows', () => {
        const found = postern.trace().filter((row) => row.rfc_message_id === messageId);
        return found.length === 2 && found;
      });
      expect(rows.map(({ assurance }) => assurance).sort()).toEqual(['claimed', 'proven']);
    }
  });

  it('show a renewed certificate without a restart', async () => {
    const names = async (): Promise<readonly string[]> => {
      const seen: string[] = [];
      for (let count = 0; count < 12; count += 1) {
        const client = await openSession({ port: postern.smtpPort() });
        seen.push(await client.startTls());
        client.destroy();
      }
      return [...new Set(seen)];
    };
    const pids = postern.pidsOf('smtp');
    expect(await names()).toEqual(['mx.postern.example']);
    const made = mkdtempSync(join(tmpdir(), 'postern-certificate-'));
    const files = { certificateFile: join(made, 'certificate.pem'), keyFile: join(made, 'key.pem') };
    await ensureCertificate(files, 'renewed.postern.example');
    renameSync(files.keyFile, join(postern.dataDir, 'tls', 'key.pem'));
    renameSync(files.certificateFile, join(postern.dataDir, 'tls', 'certificate.pem'));
    rmSync(made, { recursive: true });
    await eventually('the renewed certificate', async () => (await names()).join() === 'renewed.postern.example');
    expect(postern.pidsOf('smtp')).toEqual(pids);
  });

  it('finish the mail in hand when they are told to stop', async () => {
    const messageId = newMessageId();
    const { client } = await openSender(postern.smtpPort());
    await client.command(`MAIL FROM:<${ada}>`);
    await client.command(`RCPT TO:<${support}>`);
    await client.command('DATA');
    const raw = await world.customer.sign(mailOf({ from: ada, messageId }));
    await client.send(raw.subarray(0, 300));
    const port = postern.smtpPort();
    const stopped = postern.stop();
    await eventually('a closed door', async () => !(await isServing(port)));
    await client.send(Buffer.concat([raw.subarray(300), Buffer.from('\r\n.\r\n')]));
    expect((await client.reply()).lines).toEqual(['250 2.0.0 Received']);
    expect(await stopped).toBe(0);
    expect(postern.trace().filter((row) => row.rfc_message_id === messageId).length).toBeLessThanOrEqual(1);
    await postern.start();
    await eventually('its row', () => postern.trace().some((row) => row.rfc_message_id === messageId));
    expect(postern.trace().filter((row) => row.rfc_message_id === messageId)).toHaveLength(1);
  });
});

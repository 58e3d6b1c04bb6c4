/** The whole system over real sockets: what a sender sees, what is on disk, and what the trace tells. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { encryptedMail, signedMail } from '../../src/samples/pgp-samples.ts';
import { localSpool } from '../../src/spool/local-spool.ts';
import { ada, type CustomerWorld, customerWorld, mailOf, newMessageId, support } from '../helpers/customer-world.ts';
import { deliver, openSender } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { multipart, part } from '../helpers/mail-builder.ts';
import { isRunning, type Postern, processesOf, startPostern } from '../helpers/postern.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  postern = await startPostern({ dns: dns.address, directory: world.directory });
});
afterAll(async () => {
  await postern?.remove();
  await dns?.close();
});

afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return;
  console.table(postern.trace(), ['message_id', 'recorded_at', 'mail_from', 'recipient', 'reason', 'duplicate_of']);
});

const taken = ['250 2.0.0 Received'];

/** Delivers one mail and waits for its row in each of the mailboxes. */
async function send(raw: Buffer | string, mailFrom: string, recipients: readonly string[] = [support]) {
  const before = new Set(postern.trace().map((row) => row.message_id));
  const { reply } = await deliver(postern.smtpPort(), { raw, mailFrom, recipients });
  const rows = await eventually('the trace of the mail', () => {
    const fresh = postern.trace().filter((row) => !before.has(row.message_id));
    return fresh.length >= recipients.length && fresh;
  });
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return { reply, row, rows };
}

const signed = (changes: Partial<Parameters<typeof mailOf>[0]> = {}) =>
  world.customer.sign(mailOf({ from: `Ada <${ada}>`, ...changes }));

describe('a proven admin', () => {
  it('is accepted, with the mail on disk as it came and the whole story in the trace', async () => {
    const messageId = newMessageId();
    const raw = await signed({ messageId, body: '..dots\r\n.\ttab\r\nümläut, kept as it is\r\n' });
    const { reply, row } = await send(raw, ada);
    expect(reply.lines).toEqual(taken);
    expect(row).toMatchObject({
      outcome: 'accepted',
      reason: 'admin',
      rule: 'W-PRIMARY',
      assurance: 'proven',
      department: 'support',
      tenant_id: 't1',
      admin_id: 'a1',
      sender_address: ada,
      recipient: support,
      rfc_message_id: messageId,
      size: raw.length,
      reply_code: 250,
      duplicate_of: null,
    });
    const spool = localSpool({ dir: join(postern.dataDir, 'spool'), memoryThreshold: 1_024 });
    const kept = await spool.read(row.spool_key ?? '');
    expect(Buffer.compare(await kept.bytes(), raw)).toBe(0);

    const story = await postern.run('trace', row.message_id, '--json');
    expect(story.code).toBe(0);
    for (const word of [row.message_id, 'W-PRIMARY', 'DKIM d=customer.example', ada]) {
      expect(story.stdout).toContain(word);
    }
  });

  it('leaves a completed job in BullMQ under the id of the message, without the body', async () => {
    const { row } = await send(await signed({ body: 'a phrase that stays on disk\r\n' }), ada);
    const connection = new Redis(join(postern.dataDir, 'redis', 'redis.sock'), { maxRetriesPerRequest: null });
    const queue = new Queue('accepted', { connection, prefix: 'postern' });
    try {
      const job = await eventually('the completed job', async () => {
        const found = await queue.getJob(row.message_id);
        return (await found?.isCompleted()) === true && found;
      });
      expect(job.data).toMatchObject({
        v: 1,
        messageId: row.message_id,
        spoolKey: row.spool_key,
        sender: { address: ada, tenant: 't1', admin: 'a1', proof: ['domain'] },
        verdict: { outcome: 'accepted', reason: 'admin', rule: 'W-PRIMARY' },
      });
      expect(JSON.stringify(job.data)).not.toContain('a phrase that stays on disk');
    } finally {
      await queue.close();
      connection.disconnect();
    }
  });

  it('who is signed by PGP alone is proven as well, header fields bound', async () => {
    const letter = {
      from: 'Ada <ada@customer.example>',
      to: support,
      subject: 'Printer on fire',
      text: 'The printer is on fire.\n',
      at: Date.now() - 5_000,
    };
    const raw = await world.customer.sign(await signedMail(letter, { key: world.adaKey }));
    const { row } = await send(raw, ada);
    expect(row).toMatchObject({ outcome: 'accepted', reason: 'admin', assurance: 'proven' });
    const story = await postern.run('trace', row.message_id, '--json');
    expect(story.stdout).toContain(world.adaKey.fingerprint);
  });

  it('whose text is encrypted to a key that is not ours is escalated', async () => {
    const letter = {
      from: 'Ada <ada@customer.example>',
      to: support,
      subject: 'secret matter',
      text: 'for other eyes\n',
      at: Date.now() - 5_000,
    };
    const raw = await world.customer.sign(
      await encryptedMail(letter, { recipients: [world.adaKey], signer: { key: world.adaKey } }),
    );
    const { reply, row } = await send(raw, ada);
    expect(reply.lines).toEqual(taken);
    expect(row).toMatchObject({ outcome: 'escalated', reason: 'cannot-decrypt', rule: 'R-NODECRYPT' });
  });
});

describe('others', () => {
  it('a spoof of a domain whose policy is reject gets 550, leaves no raw mail and is traced', async () => {
    const { reply, row } = await send(mailOf({ from: ada }), 'mallory@newcomer.example');
    expect(reply.lines).toEqual(['550 5.7.26 The DMARC policy of the From domain rejects this mail']);
    expect(row).toMatchObject({ outcome: 'rejected', reason: 'forged', rule: 'R-FORGED', spool_key: null });
  });

  it('a claim without proof is escalated behind the common reply', async () => {
    const { reply, row } = await send(mailOf({ from: 'pam@plain.example' }), 'pam@plain.example');
    expect(reply.lines).toEqual(taken);
    expect(row).toMatchObject({ outcome: 'escalated', reason: 'unproven-sender', rule: 'W-CLAIMED' });
  });

  it('a prospect is accepted and the row names no tenant', async () => {
    const { reply, row } = await send(mailOf({ from: 'nina@newcomer.example' }), 'nina@newcomer.example');
    expect(reply.lines).toEqual(taken);
    expect(row).toMatchObject({ outcome: 'accepted', reason: 'prospect', tenant_id: null, admin_id: null });
  });

  it('an automatic answer is rejected in silence', async () => {
    const raw = mailOf({ from: 'nina@newcomer.example', fields: ['Auto-Submitted: auto-replied'] });
    const { reply, row } = await send(raw, 'nina@newcomer.example');
    expect(reply.lines).toEqual(taken);
    expect(row).toMatchObject({ outcome: 'rejected', reason: 'automatic', rule: 'R-AUTO' });
  });

  it('the null sender is rejected in silence', async () => {
    const { reply, row } = await send(mailOf({ from: 'mailer-daemon@newcomer.example' }), '');
    expect(reply.lines).toEqual(taken);
    expect(row).toMatchObject({ outcome: 'rejected', reason: 'automatic' });
  });

  it('a malformed mail is told what is wrong with it', async () => {
    const { reply, row } = await send(mailOf({ from: `${ada}\r\nFrom: eve@newcomer.example` }), 'eve@newcomer.example');
    expect(reply.lines).toEqual(['554 5.6.0 The mail is malformed: the header has more than one From field']);
    expect(row).toMatchObject({ outcome: 'rejected', reason: 'malformed', rule: 'R-FORM', spool_key: null });
    expect(row).toMatchObject({ reply_code: 554, reply_text: expect.stringContaining('more than one From field') });
    const { stdout } = await postern.run('trace', row.message_id, '--json');
    expect(JSON.parse(stdout).evidence.form).not.toEqual([]);
  });

  it('a mailbox that does not exist is refused in the session, and the refusal is recorded', async () => {
    const { reply } = await deliver(postern.smtpPort(), {
      raw: mailOf({ from: ada }),
      mailFrom: ada,
      recipients: ['nobody@postern.test'],
    });
    expect(reply.lines).toEqual(['550 5.1.1 No such mailbox here']);
    await eventually('the refusal', async () => {
      const { stdout } = await postern.run('trace', '--refusals', '--json');
      return stdout.includes('nobody@postern.test');
    });
  });
});

describe('one mail', () => {
  it('to several mailboxes is judged once for each', async () => {
    const { reply, rows } = await send(mailOf({ from: 'pam@plain.example' }), 'pam@plain.example', [
      support,
      'sales@postern.test',
      'Security+pgp@Postern.TEST',
    ]);
    expect(reply.lines).toEqual(taken);
    const byMailbox = new Map(rows.map((row) => [row.recipient, row]));
    expect(byMailbox.get(support)).toMatchObject({ outcome: 'escalated', reason: 'unproven-sender' });
    expect(byMailbox.get('sales@postern.test')).toMatchObject({ outcome: 'accepted', department: 'sales' });
    expect(byMailbox.get('security@postern.test')).toMatchObject({ outcome: 'accepted', department: 'security' });
    expect(new Set(rows.map((row) => row.mail_id)).size).toBe(1);
  });

  it('named several times among the recipients is judged once', async () => {
    const recipients = [support, 'support+again@postern.test', 'SUPPORT@POSTERN.TEST'];
    const mail = { raw: mailOf({ from: 'pam@plain.example' }), mailFrom: 'pam@plain.example', recipients };
    const before = postern.trace().length;
    expect((await deliver(postern.smtpPort(), mail)).reply.lines).toEqual(taken);
    await postern.traced(before + 1);
    await send(mailOf({ from: 'pam@plain.example' }), 'pam@plain.example');
    expect(postern.trace()).toHaveLength(before + 2);
  });

  it('sent twice is linked: two rows, one ticket', async () => {
    const raw = await signed();
    const first = await send(raw, ada);
    const second = await send(raw, ada);
    expect(first.row.duplicate_of).toBeNull();
    expect(second.row).toMatchObject({ outcome: 'accepted', assurance: 'proven', duplicate_of: first.row.message_id });
  });

  it('forged first does not swallow the real one', async () => {
    const messageId = newMessageId();
    const body = 'Same words, same Message-ID.\r\n';
    const mail = { from: 'pam@newcomer.example', messageId, body, at: Date.now() };
    const forged = await send(mailOf(mail), 'x@plain.example');
    const real = await send(await world.newcomer.sign(mailOf(mail)), 'pam@newcomer.example');
    expect(forged.row.assurance).toBe('unknown');
    expect(real.row).toMatchObject({ assurance: 'proven', duplicate_of: null });
  });

  it('of 24 MB passes through and is kept as it came', async () => {
    const attachment = `${'QUJD'.repeat(19)}\r\n`.repeat(320_000);
    const body = multipart('sep', [
      part('text/plain', 'The log is attached.'),
      part('application/octet-stream', attachment, ['Content-Transfer-Encoding: base64']),
    ]).toString();
    const raw = await signed({ fields: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=sep'], body });
    expect(raw.length).toBeGreaterThan(24_000_000);
    const { reply, row } = await send(raw, ada);
    expect(reply.lines).toEqual(taken);
    expect(row).toMatchObject({
      outcome: 'accepted',
      reason: 'admin',
      rule: 'W-PRIMARY',
      assurance: 'proven',
      size: raw.length,
    });
  });

  it('above the limit is refused: announced at MAIL FROM, else at its end', async () => {
    const sender = await openSender(postern.smtpPort());
    try {
      const announced = await sender.client.command(`MAIL FROM:<${ada}> SIZE=27000000`);
      expect(announced.lines).toEqual(['552 5.3.4 The mail is larger than what is accepted here']);
      const body = `${'y'.repeat(998)}\r\n`.repeat(27_000);
      const late = await sender.deliver({ raw: mailOf({ from: ada, body }), mailFrom: ada, recipients: [support] });
      expect(late.reply.lines).toEqual(['552 5.3.4 The mail is larger than what is accepted here']);
      const messageId = newMessageId();
      const next = await sender.deliver({ raw: await signed({ messageId }), mailFrom: ada, recipients: [support] });
      expect(next.reply.lines).toEqual(taken);
      await eventually('its row', () => postern.trace().find((row) => row.rfc_message_id === messageId));
    } finally {
      sender.close();
    }
  });

  it('over TLS says so in its evidence', async () => {
    const messageId = newMessageId();
    const raw = await signed({ messageId });
    await deliver(postern.smtpPort(), { raw, mailFrom: ada, recipients: [support] }, { tls: true });
    const row = await eventually('its row', () => postern.trace().find((one) => one.rfc_message_id === messageId));
    const { stdout } = await postern.run('trace', row.message_id, '--json');
    expect(stdout).toContain('"tls":"TLSv1.3"');
  });
});

describe('the deny-list', () => {
  it('works from the next mail on, and stops with its removal', async () => {
    const from = 'pest@newcomer.example';
    expect((await send(mailOf({ from }), from)).row.reason).toBe('prospect');
    const added = await postern.run('deny', 'add', 'email', from, '--reason', 'offers');
    expect(added).toMatchObject({ code: 0 });
    const denied = await send(mailOf({ from }), from);
    expect(denied.reply.lines).toEqual(taken);
    expect(denied.row).toMatchObject({ outcome: 'rejected', reason: 'deny-listed', rule: 'R-DENY' });
    const proven = await send(await world.newcomer.sign(mailOf({ from })), from);
    expect(proven.reply.lines).toEqual(['550 5.7.1 Mail from your address is not accepted here']);
    expect(proven.row).toMatchObject({ reason: 'deny-listed', assurance: 'proven', spool_key: null });
    expect((await postern.run('deny', 'remove', 'email', from)).code).toBe(0);
    expect((await send(mailOf({ from }), from)).row.reason).toBe('prospect');
  });
});

describe('DNS that fails', () => {
  it('defers with 451 4.4.3, and the mail is accepted when DNS has healed', async () => {
    const broken = { ...world.zone, '_dmarc.storm.example': { TXT: 'SERVFAIL' }, 'storm.example': { TXT: 'SERVFAIL' } };
    dns.setZone(broken);
    const mail = { raw: mailOf({ from: 'sam@storm.example' }), mailFrom: 'sam@storm.example', recipients: [support] };
    const before = postern.trace().length;
    const first = await deliver(postern.smtpPort(), mail);
    expect(first.reply.lines).toEqual(['451 4.4.3 A DNS answer is missing, try again later']);
    dns.setZone({ ...world.zone, 'storm.example': { TXT: ['v=spf1 -all'] } });
    const second = await deliver(postern.smtpPort(), mail);
    expect(second.reply.lines).toEqual(taken);
    expect(await postern.traced(before + 1)).toHaveLength(before + 1);
  });
});

describe('operations', () => {
  it('health, readiness and metrics answer over HTTP', async () => {
    for (const path of ['healthz', 'readyz']) {
      expect((await fetch(new URL(path, postern.consoleUrl()))).status).toBe(200);
    }
    const metrics = await (await fetch(new URL('metrics', postern.consoleUrl()))).text();
    expect(metrics).toMatch(/postern_\w+.*reason="admin".* \d+/);
  });

  it('a second supervisor on the same data directory is refused with one line', async () => {
    const second = await postern.run('serve');
    expect(second.code).toBe(73);
    expect(second.stdout).toBe('');
    expect(second.stderr.trim().split('\n')).toEqual([
      expect.stringContaining(`${postern.dataDir} is in use by process ${postern.supervisorPid()}`),
    ]);
  });

  it('logs hold no octet of a mail’s text', () => {
    expect(postern.log()).not.toContain('a phrase that stays on disk');
  });

  it('SIGTERM ends everything with code 0', async () => {
    const { dataDir } = postern;
    const redis = postern.redisPid();
    expect(isRunning(redis)).toBe(true);
    expect(await postern.stop()).toBe(0);
    expect(isRunning(redis)).toBe(false);
    expect(processesOf(dataDir)).toEqual([]);
  });

  it('what was recorded is there after a restart, and mail flows', async () => {
    const before = postern.trace().length;
    await postern.start();
    await send(await signed(), ada);
    expect(postern.trace()).toHaveLength(before + 1);
    expect(readFileSync(join(postern.dataDir, 'redis', 'redis.pid'), 'utf8')).toMatch(/^\d+\n$/);
  });
});

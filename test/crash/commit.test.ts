/**
 * Nothing lost (POLICY "Four properties", 4): processes are killed between the steps of the commit, and the system is
 * started again. The kill points are made from outside: by stopping Redis or the workers, and by watching the spool.
 *
 * Steps: data -> evidence -> spool entry -> job in Redis -> 250 -> worker -> trace.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CustomerWorld, customerWorld, mailOf, newMessageId, support } from '../helpers/customer-world.ts';
import { deliver, dotStuffed, isServing, openSender } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { arrivingFiles, isRunning, type Postern, processesOf, spoolEntries, startPostern } from '../helpers/postern.ts';
import type { RawSmtpClient } from '../helpers/raw-smtp-client.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  postern = await startPostern({ dns: dns.address, directory: world.directory, roles: ['smtp', 'workers'] });
});
afterAll(async () => {
  await postern?.remove();
  await dns?.close();
});

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(postern.log());
});

const author = 'nina@newcomer.example';
const taken = '250 2.0.0 Received';
const trouble = '451 4.3.0 Temporary trouble on our side, try again later';

type Mail = { readonly messageId: string; readonly raw: Buffer };
let mail: Mail;
beforeEach(() => {
  const messageId = newMessageId();
  mail = { messageId, raw: mailOf({ from: author, messageId }) };
});

const sending = ({ raw }: Mail) => ({ raw, mailFrom: author, recipients: [support] });
const rowsOf = ({ messageId }: Mail) => postern.trace().filter((row) => row.rfc_message_id === messageId);
/** A job that a worker died with is given to another when its lock has run out. */
const oneRow = (of: Mail) => eventually('the row of the mail', () => rowsOf(of)[0], 120_000);

/** To where the next octets are the data. */
async function untilData(): Promise<RawSmtpClient> {
  const { client } = await openSender(postern.smtpPort());
  await client.command(`MAIL FROM:<${author}>`);
  await client.command(`RCPT TO:<${support}>`);
  expect((await client.command('DATA')).code).toBe(354);
  return client;
}

async function spooledOneMore(before: number): Promise<void> {
  await eventually('an entry in the spool', () => spoolEntries(postern.dataDir).length === before + 1);
}

const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) process.kill(pid, name);
};

/** Kills the process and waits until another serves in its place. */
async function killListener(): Promise<void> {
  const [pid = 0] = postern.pidsOf('smtp');
  process.kill(pid, 'SIGKILL');
  await eventually('the end of the listener', () => !isRunning(pid));
  await untilServing();
}

async function untilServing(): Promise<void> {
  await eventually('a listener that serves', () => isServing(postern.smtpPort()));
}

/** A mail of its own goes through, and what was swept in has had its chance: nothing appears late. */
async function settled(): Promise<void> {
  const probe: Mail = { messageId: newMessageId(), raw: mailOf({ from: author }) };
  const raw = mailOf({ from: author, messageId: probe.messageId });
  await eventually('a mail that is taken', async () => {
    const { reply } = await deliver(postern.smtpPort(), { raw, mailFrom: author, recipients: [support] });
    return reply.code === 250;
  });
  await oneRow(probe);
}

describe('the listener is killed', () => {
  it('while the data arrives: nothing is kept, and the next try is taken', async () => {
    const before = spoolEntries(postern.dataDir).length;
    const client = await untilData();
    await client.send(`${mail.raw.toString()}${'x'.repeat(900)}\r\n`.padEnd(600_000, 'more of it\r\n'));
    await eventually('a temporary file', () => arrivingFiles(postern.dataDir).length > 0);
    await killListener();
    await expect(client.reply()).rejects.toThrow('closed before a reply');
    expect(spoolEntries(postern.dataDir)).toHaveLength(before);
    expect((await deliver(postern.smtpPort(), sending(mail))).reply.lines).toEqual([taken]);
    await oneRow(mail);
    expect(rowsOf(mail)).toHaveLength(1);
  });

  it('while evidence is awaited: nothing is kept, and the next try is taken', async () => {
    const slow = { ...world.zone, 'slow.example': { TXT: 'TIMEOUT' }, '_dmarc.slow.example': { TXT: 'TIMEOUT' } };
    dns.setZone(slow);
    const raw = mailOf({ from: 'sam@slow.example', messageId: mail.messageId });
    const before = spoolEntries(postern.dataDir).length;
    const client = await untilData();
    const asked = dns.questions.length;
    await client.send(dotStuffed(raw));
    await eventually('a question', () => dns.questions.length > asked);
    await killListener();
    await expect(client.reply()).rejects.toThrow('closed before a reply');
    expect(spoolEntries(postern.dataDir)).toHaveLength(before);
    dns.setZone({ ...world.zone, 'slow.example': { TXT: ['v=spf1 -all'] } });
    const again = await deliver(postern.smtpPort(), { raw, mailFrom: author, recipients: [support] });
    expect(again.reply.lines).toEqual([taken]);
    await oneRow(mail);
    expect(rowsOf(mail)).toHaveLength(1);
    dns.setZone(world.zone);
  });

  it('between spool and queue: the sweep brings the mail back once, and the retry is linked to it', async () => {
    const client = await untilData();
    const before = spoolEntries(postern.dataDir).length;
    signal([postern.redisPid()], 'SIGSTOP');
    await client.send(dotStuffed(mail.raw));
    await spooledOneMore(before);
    const [pid = 0] = postern.pidsOf('smtp');
    process.kill(pid, 'SIGKILL');
    await expect(client.reply()).rejects.toThrow('closed before a reply');
    signal([postern.redisPid()], 'SIGCONT');
    const first = await oneRow(mail);
    await untilServing();
    expect((await deliver(postern.smtpPort(), sending(mail))).reply.lines).toEqual([taken]);
    const [, copy] = await eventually('both rows', () => rowsOf(mail).length === 2 && rowsOf(mail));
    expect(copy?.duplicate_of).toBe(first.message_id);
  });

  it('right after 250: one row', async () => {
    const { reply } = await deliver(postern.smtpPort(), sending(mail));
    expect(reply.lines).toEqual([taken]);
    await killListener();
    await oneRow(mail);
    await settled();
    expect(rowsOf(mail)).toHaveLength(1);
  });
});

describe('Redis', () => {
  it('is frozen: 451, and what was committed is traced once when it thaws', async () => {
    const client = await untilData();
    signal([postern.redisPid()], 'SIGSTOP');
    await client.send(dotStuffed(mail.raw));
    expect((await client.reply()).lines).toEqual([trouble]);
    // A session that begins while it is frozen gets an answer too.
    const { reply } = await deliver(postern.smtpPort(), {
      ...sending(mail),
      raw: await world.newcomer.sign(mailOf({ from: author })),
    });
    expect(reply.lines).toEqual([trouble]);
    signal([postern.redisPid()], 'SIGCONT');
    await oneRow(mail);
    await settled();
    expect(rowsOf(mail)).toHaveLength(1);
    client.destroy();
  });

  it('is killed between spool and answer: one row, whatever the answer was', async () => {
    const client = await untilData();
    const before = spoolEntries(postern.dataDir).length;
    const pid = postern.redisPid();
    signal([pid], 'SIGSTOP');
    await client.send(dotStuffed(mail.raw));
    await spooledOneMore(before);
    signal([pid], 'SIGKILL');
    expect((await client.reply()).lines).toEqual([trouble]);
    client.destroy();
    await oneRow(mail);
    await settled();
    expect(rowsOf(mail)).toHaveLength(1);
  });

  it('forgets everything after 250: the sweep brings the mail back', async () => {
    const workers = postern.pidsOf('workers');
    signal(workers, 'SIGSTOP');
    try {
      expect((await deliver(postern.smtpPort(), sending(mail))).reply.lines).toEqual([taken]);
      const pid = postern.redisPid();
      rmSync(join(postern.dataDir, 'redis', 'appendonlydir'), { recursive: true, force: true });
      signal([pid], 'SIGKILL');
      await eventually('another Redis', () => postern.redisPid() !== pid && isRunning(postern.redisPid()));
    } finally {
      signal(workers, 'SIGCONT');
    }
    await oneRow(mail);
    await settled();
    expect(rowsOf(mail)).toHaveLength(1);
  });
});

describe('the workers are killed', () => {
  it('with the job in their hands: one row', async () => {
    const workers = postern.pidsOf('workers');
    signal(workers, 'SIGSTOP');
    expect((await deliver(postern.smtpPort(), sending(mail))).reply.lines).toEqual([taken]);
    signal(workers, 'SIGKILL');
    await oneRow(mail);
    await settled();
    expect(rowsOf(mail)).toHaveLength(1);
  });
});

describe('the disk', () => {
  it('takes no entry: 451 and nothing is kept; then mail flows again', async () => {
    const spool = join(postern.dataDir, 'spool');
    renameSync(spool, `${spool}.away`);
    writeFileSync(spool, 'a file stands where the folder was');
    const { reply } = await deliver(postern.smtpPort(), sending(mail));
    expect(reply.lines).toEqual([trouble]);
    rmSync(spool);
    renameSync(`${spool}.away`, spool);
    expect((await deliver(postern.smtpPort(), sending(mail))).reply.lines).toEqual([taken]);
    await oneRow(mail);
    expect(rowsOf(mail)).toHaveLength(1);
  });

  it('loses the folder of arriving mail: it is made again', async () => {
    rmSync(join(postern.dataDir, 'spool', 'arriving'), { recursive: true });
    expect((await deliver(postern.smtpPort(), sending(mail))).reply.lines).toEqual([taken]);
    await oneRow(mail);
  });
});

describe('the supervisor is killed', () => {
  it('with Redis frozen between spool and queue: the orphan is ended and the mail is traced once', async () => {
    const client = await untilData();
    const before = spoolEntries(postern.dataDir).length;
    const orphan = postern.redisPid();
    signal([orphan], 'SIGSTOP');
    await client.send(dotStuffed(mail.raw));
    await spooledOneMore(before);
    await postern.kill();
    expect(isRunning(orphan)).toBe(true);
    await postern.start();
    expect(isRunning(orphan)).toBe(false);
    client.destroy();
    await oneRow(mail);
    await settled();
    expect(rowsOf(mail)).toHaveLength(1);
  });

  it('right after 250, before a worker saw the job: one row; and SIGTERM then ends all', async () => {
    const workers = postern.pidsOf('workers');
    signal(workers, 'SIGSTOP');
    expect((await deliver(postern.smtpPort(), sending(mail))).reply.lines).toEqual([taken]);
    await postern.kill();
    signal(workers, 'SIGCONT');
    await eventually('the end of what it left', () => processesOf(postern.dataDir).length === 0);
    await postern.start();
    await oneRow(mail);
    await settled();
    expect(rowsOf(mail)).toHaveLength(1);
    expect(await postern.stop()).toBe(0);
    expect(processesOf(postern.dataDir)).toEqual([]);
  });
});

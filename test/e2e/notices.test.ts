/** The whole system: what a sender gets in the mail, and who gets nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decrypt, type Key, readKey, readMessage as readPgpMessage } from 'openpgp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { ada, type CustomerWorld, customerWorld, mailOf, support } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/relay-sink.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

let world: CustomerWorld;
let dns: ZoneServer;
let sink: SmtpSink;
let folder: string;
let postern: Postern;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  sink = await startSmtpSink();
  folder = mkdtempSync(join(tmpdir(), 'postern-relay-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, sink.ca);
  const relay = { host: '127.0.0.1', port: sink.port, caFile };
  postern = await startPostern({ dns: dns.address, directory: world.directory, settings: { relay } });
});
afterAll(async () => {
  await postern?.remove();
  await sink?.stop();
  await dns?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** By which customers verify what the gateway signs. */
async function gatewayKey(): Promise<Key> {
  const listed = await postern.run('keys', 'list', '--json');
  const fingerprint = /"fingerprint":\s*"([0-9A-F]+)"/.exec(listed.stdout)?.[1] ?? '';
  const exported = await postern.run('keys', 'export', fingerprint);
  return readKey({ armoredKey: exported.stdout });
}

type Row = { readonly id: string; readonly state: string; readonly recipient: string; readonly kind: string };

function outbox(): readonly Row[] {
  const database = new DatabaseSync(join(postern.dataDir, 'postern.db'), { readOnly: true });
  try {
    const rows = database.prepare('select id, state, recipient, kind from notices order by created_at').all();
    return rows.map(({ id, kind, recipient, state }) => ({
      id: String(id),
      state: String(state),
      recipient: String(recipient),
      kind: String(kind),
    }));
  } finally {
    database.close();
  }
}

it('a proven admin gets an acknowledgement, signed by the gateway; a spoof gets nothing', async () => {
  const spoof = mailOf({ from: `Ada <${ada}>`, body: 'Let me in.\r\n' });
  await deliver(postern.smtpPort(), { raw: spoof, mailFrom: 'eve@elsewhere.example', recipients: [support] });
  await postern.traced(1);
  const raw = await world.customer.sign(mailOf({ from: `Ada <${ada}>` }));
  await deliver(postern.smtpPort(), { raw, mailFrom: ada, recipients: [support] });
  const [, accepted] = await postern.traced(2);
  await eventually('the acknowledgement', () => sink.mails.length > 0);
  await eventually('its end in the outbox', () => outbox()[0]?.state === 'sent');
  expect(outbox()).toEqual([{ id: accepted?.message_id, state: 'sent', recipient: ada, kind: 'received' }]);
  expect(sink.mails).toMatchObject([{ from: '', to: [ada], secure: true }]);

  const message = await readMessage(memoryMail(sink.mails[0]?.raw ?? Buffer.alloc(0)), defaultReadLimits);
  if (message.content.kind !== 'parsed') throw new Error('could not be read');
  const { automatic, pgp } = message.content.content;
  expect(message.author?.address).toBe(support);
  expect(automatic).toMatchObject({ autoSubmitted: 'auto-replied', ownMark: accepted?.message_id });
  if (pgp.kind !== 'encrypted') throw new Error(`is ${pgp.kind}`);
  const opened = await decrypt({
    message: await readPgpMessage({ armoredMessage: pgp.armored }),
    decryptionKeys: world.adaKey.privateKey,
    verificationKeys: await gatewayKey(),
    expectSigned: true,
    date: new Date(Date.now() + 60_000),
  });
  expect(opened.data).toMatch(/Ticket: PT-/);
});

it('a prospect gets the receipt, in clear and signed', async () => {
  const raw = await world.newcomer.sign(
    mailOf({ from: 'Nina <nina@newcomer.example>', body: 'What does it cost?\r\n' }),
  );
  await deliver(postern.smtpPort(), { raw, mailFrom: 'nina@newcomer.example', recipients: [support] });
  const sent = await eventually('the receipt', () => sink.mails.find(({ to }) => to[0] === 'nina@newcomer.example'));
  const { content } = await readMessage(memoryMail(sent.raw), defaultReadLimits);
  expect(content.kind === 'parsed' && content.content.pgp.kind).toBe('signed');
  expect(content.kind === 'parsed' && content.content.text).not.toMatch(/PT-|Ticket|customer\.example/);
});

it('our own notice that comes back is refused as a loop and answered by nothing', async () => {
  const [notice] = sink.mails;
  if (notice === undefined) throw new Error('there was no notice');
  await deliver(postern.smtpPort(), { raw: notice.raw, mailFrom: '', recipients: [support] });
  const rows = await postern.traced(4);
  expect(rows.at(-1)).toMatchObject({ outcome: 'rejected', reason: 'automatic' });
  expect(outbox()).toHaveLength(2);
});

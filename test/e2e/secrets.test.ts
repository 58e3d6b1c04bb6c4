/**
 * P-SECRETS over the whole system: one secret of each kind goes in by SMTP, as clear text, in an encrypted mail, from an
 * unproven sender and with a request for recovery, and by the portal with a deletion. Afterwards everything that left the gateway or that somebody can read of it is searched for them; the
 * spool alone may hold them, and of the encrypted mail not even that.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';
import { readKey } from 'openpgp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { encryptedMail } from '../../src/samples/pgp-samples.ts';
import { newTotpSecret } from '../../src/staff/second-factor.ts';
import { ada, type CustomerWorld, customerWorld, mailOf, newMessageId, support } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, spoolEntries, startPostern } from '../helpers/postern.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/relay-sink.ts';
import { totpCode } from '../helpers/totp-code.ts';
import { startWebhookServer, type WebhookServer } from '../helpers/webhook-server.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 240_000 });

const pam = 'pam@plain.example';
/** Made up, and put together so that no file looks as if it gave one away. */
const secretsOf = (mark: string) => ({
  named: `Tulip${mark}77x!`,
  /** Named in the text; bare in subject, display name and the name of a file. */
  bare: `Heron${mark}-4711`,
  file: `Marten${mark}88y`,
  phrase: `copper${mark} kettle window harbour`,
  passing: `Dande${mark}55lion`,
  code: `77${mark.charCodeAt(0)}41`,
  token: ['gh', 'p_', mark.repeat(6), 'a1B2c3D4e5F6g7H8i9J0', mark.repeat(10)].join(''),
  card: '4111 1111 1111 1111',
  key: `MIIE${mark.repeat(40)}Vx0`,
});
type Secrets = ReturnType<typeof secretsOf>;
const clear = secretsOf('q');
const sealed = secretsOf('z');
const unproven = secretsOf('w');
const gated = secretsOf('g');
const grave = secretsOf('v');
const planted = [clear, sealed, unproven, gated, grave].flatMap((each) => Object.values(each));

const told = (secrets: Secrets): string =>
  [
    `The export fails. My password is ${secrets.named}. Please look.`,
    `The password of the second account is ${secrets.bare}.`,
    `Passphrase: ${secrets.phrase}.`,
    `To get in one types demo, then ${secrets.passing} and waits.`,
    `The keypad takes ${secrets.code} and nothing else.`,
    `Bot token ${secrets.token} if you need it.`,
    `Charge ${secrets.card} please.`,
    ['-----BEGIN', 'PRIVATE KEY-----'].join(' '),
    secrets.key,
    ['-----END', 'PRIVATE KEY-----'].join(' '),
    '',
  ].join('\r\n');

let folder: string;
let world: CustomerWorld;
let dns: ZoneServer;
let sink: SmtpSink;
let hook: WebhookServer;
let postern: Postern;
let portal: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-secrets-'));
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  sink = await startSmtpSink();
  hook = await startWebhookServer();
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, sink.ca);
  writeFileSync(join(folder, 'secret'), `whsec_${randomBytes(32).toString('base64')}`);
  const signed = { url: hook.url, secretFiles: [join(folder, 'secret')], allowedNetworks: ['127.0.0.0/8'] };
  const relay = { host: '127.0.0.1', port: sink.port, caFile };
  postern = await startPostern({
    dns: dns.address,
    directory: world.directory,
    env: { POSTERN_LOG_LEVEL: 'debug' },
    settings: {
      relay,
      console: { verifyUrl: 'https://gate.test' },
      alerts: {
        targets: [
          { name: 'pager', kind: 'webhook', ...signed },
          { name: 'desk', kind: 'mail', to: 'trust-desk@staff.example' },
        ],
      },
      handoff: {
        targets: [
          { name: 'hook', kind: 'webhook', ...signed },
          { name: 'copy', kind: 'file', path: join(folder, 'copy') },
          { name: 'box', kind: 'maildir', path: join(folder, 'box') },
          { name: 'help', kind: 'smtp', to: 'help@desk.example', ...relay },
        ],
      },
    },
  });
  await sendAll();
});
afterAll(async () => {
  await postern?.remove();
  await hook?.stop();
  await sink?.stop();
  await dns?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The text, and a file whose name gives away two secrets. */
const withFile = (secrets: Secrets) => ({
  fields: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'],
  body: [
    '--b',
    '',
    told(secrets),
    '--b',
    'Content-Type: text/plain',
    `Content-Disposition: attachment; filename="${secrets.bare}, password is ${secrets.file}.txt"`,
    '',
    'x',
    '--b--',
    '',
  ].join('\r\n'),
});

async function sendAll(): Promise<void> {
  const from = `"Ada ${clear.bare}" <${ada}>`;
  const subject = `My password is ${clear.named}, and ${clear.bare} fails`;
  const raw = await world.customer.sign(mailOf({ from, subject, messageId: newMessageId(), ...withFile(clear) }));
  await deliver(postern.smtpPort(), { raw, mailFrom: ada, recipients: [support] });

  const listed = await postern.run('keys', 'list', '--json');
  const fingerprint = /"fingerprint":\s*"([0-9A-F]+)"/.exec(listed.stdout)?.[1] ?? '';
  const publicKey = await readKey({ armoredKey: (await postern.run('keys', 'export', fingerprint)).stdout });
  const hidden = await encryptedMail(
    {
      from: `Ada <${ada}>`,
      to: support,
      subject: `PIN ${sealed.code}`,
      text: told(sealed),
      at: Date.now() - 1_000,
      visibleSubject: '...',
    },
    { recipients: [{ publicKey }], signer: { key: world.adaKey } },
  );
  await deliver(postern.smtpPort(), { raw: await world.customer.sign(hidden), mailFrom: ada, recipients: [support] });

  const claimed = mailOf({
    from: `"Pam ${unproven.bare}" <${pam}>`,
    subject: `${unproven.bare} mdp : ${unproven.named}`,
    messageId: newMessageId(),
    ...withFile(unproven),
  });
  await deliver(postern.smtpPort(), { raw: claimed, mailFrom: 'relay@elsewhere.example', recipients: [support] });
  await postern.traced(3);

  const body = `We dismissed an admin who is angry and still has access. We have a police report and want him deleted.\r\n${told(grave)}`;
  const recovery = mailOf({ from: ada, subject: `PIN ${grave.code}, ${grave.named}`, messageId: newMessageId(), body });
  await deliver(postern.smtpPort(), { raw: await world.customer.sign(recovery), mailFrom: ada, recipients: [support] });
  await postern.traced(4);

  portal = (await postern.run('token', 'add', 'portal', '--portal')).stdout.trim();
  const asked = await api(portal, '/portal/requests', {
    idempotencyKey: randomUUID(),
    tenant: 't1',
    adminId: 'a1',
    mailbox: support,
    subject: `Delete our account, PIN ${gated.code}; my password is ${gated.named}`,
    text: `Please delete our account and all our data. ${told(gated)}`,
    attachments: [
      { fileName: `${gated.bare}, password is ${gated.file}.txt`, contentType: 'text/plain', content: 'eA==' },
    ],
  });
  expect(asked).toContain('messageIds');
  expectNone('the answer to the portal', asked);
  await postern.traced(5);
}

/** What the API answers to a token. */
async function api(token: string, path: string, body?: unknown): Promise<string> {
  const url = `${postern.consoleUrl().replace(/\/$/u, '')}/api/v1${path}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return response.text();
}

const filesBelow = (path: string): readonly string[] =>
  existsSync(path)
    ? readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

async function readText(raw: Buffer): Promise<string> {
  const { content } = await readMessage(memoryMail(raw), defaultReadLimits);
  return content.kind === 'parsed' ? `${content.content.subject}\n${content.content.text}` : '';
}

/** Undone from base64 and quoted-printable, so that no encoding hides a secret. */
async function mailText(raw: Buffer): Promise<string> {
  const own = await readText(raw);
  const pieces = raw.toString('latin1').match(/^[A-Za-z0-9+/]{40,76}={0,2}$/gmu) ?? [];
  return [raw.toString('utf8'), own, Buffer.from(pieces.join(''), 'base64').toString('utf8')].join('\n');
}

function expectNone(what: string, text: string): void {
  const flat = text.replace(/\s+/gu, ' ');
  for (const secret of planted) {
    if (flat.includes(secret))
      expect.fail(
        `${what} holds ${secret}: …${flat.slice(Math.max(0, flat.indexOf(secret) - 120), flat.indexOf(secret) + 40)}`,
      );
  }
}

it('the mails are what they should be: proven ones, one asked about, a recovery and a deletion', () => {
  expect(postern.trace().map(({ outcome, assurance, reason }) => ({ outcome, assurance, reason }))).toMatchObject([
    { outcome: 'accepted', assurance: 'proven' },
    { outcome: 'accepted', assurance: 'proven' },
    { outcome: 'escalated', assurance: 'claimed' },
    { outcome: 'escalated', assurance: 'proven', reason: 'recovery' },
    { outcome: 'escalated', assurance: 'proven', reason: 'needs-authorization' },
  ]);
});

it('no target of the hand-off is told a secret', async () => {
  const tickets = () => hook.received.filter(({ body }) => body.includes('"ticket.opened"'));
  const helped = () => sink.mails.filter(({ to }) => to[0] === 'help@desk.example');
  await eventually(
    'all four targets',
    () =>
      tickets().length >= 2 &&
      helped().length >= 2 &&
      filesBelow(join(folder, 'box')).length >= 2 &&
      filesBelow(join(folder, 'copy')).length >= 2,
  );
  expect(tickets().some(({ body }) => body.includes('password removed') && body.includes('card number removed'))).toBe(
    true,
  );
  for (const { body } of hook.received) expectNone('a webhook', `${body}\n${JSON.stringify(JSON.parse(body))}`);
  for (const path of filesBelow(join(folder, 'copy'))) expectNone(path, readFileSync(path, 'utf8'));
  for (const path of filesBelow(join(folder, 'box'))) expectNone(path, await mailText(readFileSync(path)));
});

it('no notice, no question to the address on file and no alert holds one', async () => {
  await eventually('an acknowledgement', () => sink.mails.some(({ to }) => to[0] === ada));
  await eventually('the question', () => sink.mails.some(({ to }) => to[0] === pam));
  await eventually('an alert', () => sink.mails.some(({ to }) => to[0] === 'trust-desk@staff.example'));
  for (const { raw } of sink.mails) expectNone('a mail that went out', await mailText(raw));
  const letters = rows('select letter as value from notices');
  expect(letters.length).toBeGreaterThan(1);
  for (const letter of letters) expectNone('a notice in the outbox', letter);
  const question = sink.mails.find(({ to }) => to[0] === pam)?.raw ?? Buffer.alloc(0);
  const path = /https:\/\/gate\.test(\/verify\/[\w.-]+)/u.exec(await readText(question))?.[1];
  const page = await (await fetch(new URL(path ?? '/none', postern.consoleUrl()))).text();
  expect(page).toContain('The export fails');
  expectNone('the page that asks', page);
});

it('neither the records, nor Redis, nor any command, nor the API, nor the console shows one', async () => {
  const commands = [
    ['trace', '--json'],
    ['review', 'list', '--json'],
    ['queues', '--json'],
    ['notices', '--json'],
    ['audit', 'list', '--json'],
    ['alerts', 'history', '--json'],
    ['export', '--address', ada],
    ['export', '--address', pam],
    ['ticket', 'list', '--json'],
    ['simulate', '--since', '1d', '--json'],
    ['simulate', '--since', '1d', '--directory', emptyDirectory(), '--examples', '100'],
    ['simulate', '--since', '1d', '--directory', emptyDirectory(), '--examples', '100', '--json'],
    ['deny', 'export'],
    ['directory', 'export'],
    ['backup', join(folder, 'backup.tar.gz'), '--json'],
    ...postern.trace().flatMap(({ message_id: id }) => [
      ['trace', id],
      ['trace', id, '--json'],
      ['review', 'show', id],
    ]),
  ];
  for (const args of commands) {
    const { code, stdout, stderr } = await postern.run(...args);
    // An accepted mail waits for no decision.
    if (args[1] !== 'show') expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
    expectNone(`postern ${args.join(' ')}`, `${stdout}\n${stderr}`);
  }
  for (const { name, text } of recordsText()) expectNone(`table ${name}`, text);
  expectNone('Redis', await redisText());
  const token = (
    await postern.run('token', 'add', 'board', '--role', 'trust', '--scope', 'read,content', '--days', '1')
  ).stdout.trim();
  const ask = (path: string) => api(token, path);
  const ids = postern.trace().map(({ message_id: id }) => id);
  expect(await ask('/messages')).toContain(ids[0]);
  for (const path of [
    '/messages',
    '/tickets',
    '/reviews',
    '/queues',
    '/audit',
    '/alerts/history',
    '/clocks',
    '/deny',
    '/cases',
    '/work-orders',
    '/health',
    ...ids.flatMap((id) => [`/messages/${id}`, `/messages/${id}/simulation`, `/messages/${id}/text`, `/reviews/${id}`]),
  ]) {
    expectNone(`API ${path}`, await ask(path));
  }
  expect(await ask(`/messages/${ids[0]}/text`)).toContain('The export fails');
  const waiting = await api(portal, '/portal/authorizations?tenant=t1');
  expect(waiting).toContain(ids[4]);
  expectNone('what the portal is told to show other admins', waiting);
  expectNone('the metrics', await (await fetch(new URL('/metrics', postern.consoleUrl()))).text());
  const cases = await eventually('the case of the recovery', () => {
    const ids = rows('select id as value from cases');
    return ids.length > 0 && ids;
  });
  const look = await logIn();
  expect(await look('/mail')).toContain(ids[0]);
  const pages = [
    '/',
    '/mail',
    '/reviews',
    '/queues',
    '/queues/accepted',
    '/queues/escalated',
    '/alerts',
    '/audit',
    '/deny/proposals',
    '/deny/export.csv',
    '/cases',
    '/phone',
    '/settings',
    ...ids.map((id) => `/mail/${id}`),
    ...ids.slice(2).map((id) => `/reviews/${id}`),
    ...cases.map((id) => `/cases/${id}`),
  ];
  for (const path of pages) expectNone(`console ${path}`, await look(path));
});

it('neither form of the answer of check shows one', async () => {
  const kept = join(folder, 'mails');
  mkdirSync(kept);
  for (const [index, { secrets, from }] of [
    { secrets: clear, from: ada },
    { secrets: unproven, from: pam },
  ].entries()) {
    const subject = `My password is ${secrets.named}, and ${secrets.bare} fails`;
    const mail = mailOf({ from: `"Ada ${secrets.bare}" <${from}>`, subject, ...withFile(secrets) });
    writeFileSync(join(kept, `${index}.eml`), from === ada ? await world.customer.sign(mail) : mail);
  }
  const zone = join(folder, 'zone.json');
  writeFileSync(zone, JSON.stringify(world.zone));
  for (const form of [[], ['--json']]) {
    const { code, stdout, stderr } = await postern.run('check', kept, '--zone', zone, ...form);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('0.eml');
    expectNone(`postern check ${form.join('')}`, `${stdout}\n${stderr}`);
  }
});

it('no process has logged one', () => {
  expect(postern.log()).toContain('"msg":"judged"');
  expectNone('the log', postern.log());
});

it('the spool holds the mails as they came: clear text stays to be seen by who may, sealed text stays sealed', () => {
  const kept = spoolEntries(postern.dataDir)
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
  for (const secret of [...Object.values(clear), ...Object.values(unproven)]) expect(kept).toContain(secret);
  expect(kept).toContain(grave.named);
  // The sealed mail has no file, and the card number is the same in all three.
  for (const secret of Object.values(sealed).filter((each) => each !== sealed.card)) expect(kept).not.toContain(secret);
});

function rows(sql: string): readonly string[] {
  const database = new DatabaseSync(join(postern.dataDir, 'postern.db'), { readOnly: true, timeout: 5_000 });
  try {
    return database
      .prepare(sql)
      .all()
      .map(({ value }) => String(value));
  } finally {
    database.close();
  }
}

/** Every table of the records as text. */
function recordsText(): readonly { readonly name: string; readonly text: string }[] {
  const names = rows(`select name as value from sqlite_master where type = 'table'`);
  const database = new DatabaseSync(join(postern.dataDir, 'postern.db'), { readOnly: true, timeout: 5_000 });
  try {
    return names.map((name) => ({
      name,
      text: JSON.stringify(database.prepare(`select * from "${name}"`).all(), (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    }));
  } finally {
    database.close();
  }
}

/** Every key of Redis as text, whatever its type: what is dumped may be compressed. */
async function redisText(): Promise<string> {
  const redis = new Redis({ path: join(postern.dataDir, 'redis', 'redis.sock'), lazyConnect: true });
  try {
    await redis.connect();
    const keys = await redis.keys('*');
    expect(keys.length).toBeGreaterThan(3);
    const values = await Promise.all(keys.map(async (key) => JSON.stringify(await valueOf(redis, key))));
    return [...keys, ...values].join('\n');
  } finally {
    redis.disconnect();
  }
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'hash':
      return redis.hgetall(key);
    case 'string':
      return redis.get(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null; // it ended meanwhile
    default:
      throw new Error(`a key of type ${type}, which is not looked into`);
  }
}

/** A directory without anybody, under which every verdict differs that can. */
function emptyDirectory(): string {
  const file = join(folder, 'empty.json');
  writeFileSync(file, JSON.stringify({ tenants: [] }));
  return file;
}

/** A member of staff who may see all, by password and code; returns how they look at a page. */
async function logIn(): Promise<(path: string) => Promise<string>> {
  const origin = postern.consoleUrl().replace(/\/$/u, '');
  const added = await postern.run('staff', 'add', 'grace', '--role', 'admin');
  const path = /\/join\/[\w-]{43}/u.exec(`${added.stdout}${added.stderr}`)?.[0] ?? '';
  const secret = newTotpSecret();
  const password = `${randomBytes(12).toString('hex')}-Long`;
  const body = new URLSearchParams({ password, again: password, secret, code: totpCode(secret, Date.now()) });
  const joined = await fetch(`${origin}${path}`, { method: 'POST', body, headers: { origin }, redirect: 'manual' });
  const cookie = joined.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return async (page) => (await fetch(`${origin}${page}`, { headers: { cookie } })).text();
}

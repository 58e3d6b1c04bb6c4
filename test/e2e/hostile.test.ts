/** Mail made to hurt: each gets an answer, nothing dies, and the next mail is served. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createMessage, encrypt, enums, readKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CustomerWorld, customerWorld, mailOf, newMessageId, support } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;
let listener: number;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  postern = await startPostern({ dns: dns.address, directory: world.directory, roles: ['smtp', 'workers'] });
  listener = postern.pidsOf('smtp')[0] ?? 0;
});
afterAll(async () => {
  await postern?.remove();
  await dns?.close();
});

const author = 'nina@newcomer.example';
const mime = (type: string): readonly string[] => ['MIME-Version: 1.0', `Content-Type: ${type}`];
const html = (body: string): Hostile => ({ fields: mime('text/html; charset=utf-8'), body: lines(body) });
const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('');
/** SMTP lines hold at most 998 octets; hostile clients care less, but most text comes so. */
const lines = (text: string): string => `${text.replace(/[^\n]{900}/g, '$&\r\n')}\r\n`;

type Hostile = { readonly from?: string; readonly fields?: readonly string[]; readonly body?: string };
type Answer = 'taken' | 'malformed';
const cases: readonly (readonly [string, Answer, () => Hostile])[] = [
  ['multiparts nested 3,000 deep', 'taken', () => nested(3_000)],
  [
    'messages nested 2,000 deep',
    'taken',
    () => ({
      fields: mime('message/rfc822'),
      body: many(2_000, () => 'Content-Type: message/rfc822\r\n\r\n'),
    }),
  ],
  [
    '20,000 parts',
    'taken',
    () => ({
      fields: mime('multipart/mixed; boundary=b'),
      body: `${many(20_000, () => '--b\r\n\r\nx\r\n')}--b--\r\n`,
    }),
  ],
  [
    '200,000 boundary lines',
    'taken',
    () => ({
      fields: mime('multipart/mixed; boundary=b'),
      body: '--b\r\n'.repeat(200_000),
    }),
  ],
  [
    '120,000 addressees',
    'malformed',
    () => ({ fields: [`Cc: ${many(120_000, (index) => `a${index}@x.example,\r\n `)}z@x.example`] }),
  ],
  [
    '15,000 addressees',
    'taken',
    () => ({ fields: [`Cc: ${many(15_000, (index) => `a${index}@x.example,`)}z@x.example`] }),
  ],
  ['a field folded into 15,000 lines', 'malformed', () => ({ fields: [`X-Folded: ${'x\r\n '.repeat(15_000)}y`] })],
  ['30,000 authors', 'malformed', () => ({ from: many(30_000, (index) => `a${index}@x.ex,\r\n `) + author })],
  ['From full of open comments', 'malformed', () => ({ from: `${'('.repeat(200_000)} <${author}>` })],
  ['From full of quotes and brackets', 'malformed', () => ({ from: `${'"<'.repeat(100_000)}<${author}>` })],
  ['From full of encoded words', 'malformed', () => ({ from: `${'=?utf-8?q?=41?= '.repeat(5_000)}<${author}>` })],
  ['20,000 encoded words', 'taken', () => ({ fields: [`Comments: ${'=?utf-8?b?QUJD?= '.repeat(20_000)}`] })],
  ['a header of 2 MB in one field', 'malformed', () => ({ fields: [`X-Large: ${'x '.repeat(1_000_000)}`] })],
  ['200,000 CR in a field', 'malformed', () => ({ fields: [`X-Run: ${'\r'.repeat(200_000)}y`] })],
  [
    '60,000 CR in the header of a part',
    'malformed',
    () => ({
      fields: mime('multipart/mixed; boundary=b'),
      body: `--b\r\nX-Run: ${'\r'.repeat(60_000)}y\r\n\r\nx\r\n--b--\r\n`,
    }),
  ],
  ['50,000 fields', 'malformed', () => ({ fields: Array.from({ length: 50_000 }, (_, index) => `X-${index}: y`) })],
  [
    'a Content-Type of 20,000 parameters',
    'taken',
    () => ({ fields: mime(`text/plain${many(20_000, (index) => `; a*${index}=b`)}`) }),
  ],
  [
    '20,000 references',
    'taken',
    () => ({ fields: [`References: ${many(20_000, (index) => `<r${index}@x.example>`)}`] }),
  ],
  [
    '1,000 DKIM signatures',
    'taken',
    () => ({ fields: Array.from({ length: 1_000 }, (_, index) => signature(`s${index}`, 'newcomer.example')) }),
  ],
  [
    'a DKIM signature that names 50,000 fields',
    'taken',
    () => ({ fields: [signature('s1', 'newcomer.example', 'from:'.repeat(50_000))] }),
  ],
  ['60 ARC sets', 'taken', () => ({ fields: Array.from({ length: 60 }, (_, index) => arcSet(index + 1)).flat() })],
  [
    '5 MB of HTML',
    'taken',
    () => html(`<html>${'<p>The <b>backup</b> fails since Monday.</p>'.repeat(115_000)}</html>`),
  ],
  ['100,000 nested tags', 'taken', () => html('<div>'.repeat(100_000))],
  ['500,000 open brackets', 'taken', () => html('<'.repeat(500_000))],
  ['100,000 open comments', 'taken', () => html('<!--'.repeat(100_000))],
  ['100,000 open quotes in tags', 'taken', () => html('<a href="'.repeat(100_000))],
  ['300,000 entities', 'taken', () => html('&amp;&#x41;&nosuch'.repeat(100_000))],
  ['nested tables and lists', 'taken', () => html('<table><tr><td><ul><li>'.repeat(20_000))],
  [
    '20 MB of quoted-printable',
    'taken',
    () => ({
      fields: [...mime('text/plain'), 'Content-Transfer-Encoding: quoted-printable'],
      body: `${'=41=42'.repeat(12)}=\r\n`.repeat(250_000),
    }),
  ],
  [
    'base64 that is none',
    'taken',
    () => ({ fields: [...mime('text/plain'), 'Content-Transfer-Encoding: base64'], body: '!=!=\r\n'.repeat(200_000) }),
  ],
  ['300,000 empty lines', 'taken', () => ({ body: '\r\n'.repeat(300_000) })],
  ['a text of 5 MB in one line', 'taken', () => ({ body: `${'word '.repeat(1_000_000)}\r\n` })],
  ['quotes 100,000 deep', 'taken', () => ({ body: lines('>'.repeat(100_000)) })],
  ['50,000 lines that introduce a quote', 'taken', () => ({ body: 'On Monday, Ada wrote:\r\n'.repeat(50_000) })],
  ['50,000 links', 'taken', () => ({ body: 'http://a.example/?q=password=secret1234 \r\n'.repeat(50_000) })],
  ['30,000 PGP headings', 'taken', () => ({ body: '-----BEGIN PGP SIGNED MESSAGE-----\r\n'.repeat(30_000) })],
  [
    'PGP armor without an end',
    'taken',
    () => ({ body: `-----BEGIN PGP MESSAGE-----\r\n\r\n${lines('QUJD'.repeat(300_000))}` }),
  ],
  [
    'text in UTF-7',
    'taken',
    () => ({ fields: mime('text/plain; charset=utf-7'), body: '+ADw-script+AD4-\r\n'.repeat(10_000) }),
  ],
  ['a charset nobody knows', 'taken', () => ({ fields: mime(`text/plain; charset=${'x'.repeat(5_000)}`) })],
  [
    'a calendar of 100,000 lines',
    'taken',
    () => ({ fields: mime('text/calendar; method=REQUEST'), body: 'BEGIN:VEVENT\r\n'.repeat(100_000) }),
  ],
];

/** Replies that end the matter: the client does not come back for ever. */
const replies: Readonly<Record<Answer, RegExp>> = { taken: /^250 2\.0\.0 Received$/, malformed: /^554 5\.6\.0 / };

async function expectAnswer(what: string, answer: Answer, raw: Buffer): Promise<void> {
  const probe = newMessageId();
  const [hostile, honest] = await Promise.all([
    deliver(postern.smtpPort(), { raw, mailFrom: author, recipients: [support] }),
    // Another session meanwhile.
    deliver(postern.smtpPort(), {
      raw: mailOf({ from: author, messageId: probe }),
      mailFrom: author,
      recipients: [support],
    }),
  ]);
  expect(hostile.reply.lines, what).toEqual([expect.stringMatching(replies[answer])]);
  expect(honest.reply.lines).toEqual(['250 2.0.0 Received']);
  expect(postern.pidsOf('smtp')).toEqual([listener]);
}

describe('hostile mail', () => {
  it.each(cases)(
    '%s: %s',
    async (what, answer, make) => {
      await expectAnswer(what, answer, mailOf({ from: author, ...make() }));
    },
    60_000,
  );

  it('with a thousand signatures asks no more of DNS than one mail may', async () => {
    const before = dns.questions.length;
    const fields = Array.from({ length: 1_000 }, (_, index) => signature(`t${index}`, `d${index}.newcomer.example`));
    await expectAnswer('signatures', 'taken', mailOf({ from: author, fields }));
    expect(dns.questions.length - before).toBeLessThan(40);
  });

  it('that unfolds to 40 MB of line ends is checked, and holds up nobody', async () => {
    const fields = await encryptedToUs(Buffer.alloc(40 * 1_048_576, '\n'));
    await expectAnswer('line ends', 'taken', mailOf({ from: author, ...fields }));
  }, 60_000);

  it('that unfolds to 200 MB when it is decrypted is not unfolded', async () => {
    const messageId = newMessageId();
    const fields = await encryptedToUs(Buffer.alloc(200 * 1_048_576));
    await expectAnswer('bomb', 'taken', mailOf({ from: author, ...fields, messageId }));
    const row = await eventually('its row', () => postern.trace().find((one) => one.rfc_message_id === messageId));
    expect(row.outcome).toBe('escalated');
    const peakKilobytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${listener}/status`, 'utf8'))?.[1]);
    expect(peakKilobytes).toBeLessThan(900_000);
  }, 60_000);

  it('is traced to the last one, and a proven admin is served as ever', async () => {
    const messageId = newMessageId();
    const raw = await world.customer.sign(mailOf({ from: 'ada@customer.example', messageId }));
    await deliver(postern.smtpPort(), { raw, mailFrom: 'ada@customer.example', recipients: [support] });
    const row = await eventually('its row', () => postern.trace().find((one) => one.rfc_message_id === messageId));
    expect(row).toMatchObject({ outcome: 'accepted', reason: 'admin', assurance: 'proven' });
    // Each hostile mail came with an honest one, those of the three tests before as well.
    await postern.traced(cases.length * 2 + 7);
    expect(postern.trace()).toHaveLength(cases.length * 2 + 7);
    const counts = Map.groupBy(postern.trace(), ({ outcome, reason }) => `${outcome} ${reason}`);
    console.info([...counts].map(([key, rows]) => `${String(rows.length).padStart(4)}  ${key}`).join('\n'));
  });
});

describe('clients that take every file descriptor', () => {
  const setLimit = (files: string): Buffer =>
    execFileSync('prlimit', ['--pid', String(listener), `--nofile=${files}:`], { stdio: 'pipe' });

  it('are sent away, and the listener is there again when they are gone', async () => {
    const [, limit = ''] = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${listener}/limits`, 'utf8')) ?? [];
    setLimit(String(readdirSync(`/proc/${listener}/fd`).length + 4));
    const clients = Array.from({ length: 12 }, () => connect(postern.smtpPort(), '127.0.0.1'));
    const ends = clients.map(
      (client) =>
        new Promise<string>((resolve) => {
          client.once('data', () => resolve('greeted'));
          client.on('error', () => undefined).once('close', () => resolve('sent away'));
        }),
    );
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['greeted', 'sent away']));
    for (const client of clients) client.destroy();
    setLimit(limit);
    const { reply } = await deliver(postern.smtpPort(), {
      raw: mailOf({ from: author }),
      mailFrom: author,
      recipients: [support],
    });
    expect(reply.lines).toEqual(['250 2.0.0 Received']);
    expect(postern.pidsOf('smtp')).toEqual([listener]);
  }, 60_000);
});

/** A small mail, encrypted to the gateway, that unfolds to these octets. */
async function encryptedToUs(octets: Buffer): Promise<Hostile> {
  const { stdout } = await postern.run('keys', 'export');
  const armored = await encrypt({
    message: await createMessage({ binary: new Uint8Array(octets) }),
    encryptionKeys: await readKey({ armoredKey: stdout }),
    config: { preferredCompressionAlgorithm: enums.compression.zlib },
  });
  expect(armored.length).toBeLessThan(1_000_000);
  const body = [
    '--b',
    'Content-Type: application/pgp-encrypted',
    '',
    'Version: 1',
    '',
    '--b',
    'Content-Type: application/octet-stream',
    '',
    armored.replace(/\r?\n/g, '\r\n'),
    '--b--',
    '',
  ].join('\r\n');
  return { fields: mime('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b'), body };
}

function nested(depth: number): Hostile {
  const opened = many(depth, (index) => `--b${index}\r\nContent-Type: multipart/mixed; boundary=b${index + 1}\r\n\r\n`);
  return { fields: mime('multipart/mixed; boundary=b0'), body: `${opened}--b${depth}\r\n\r\nthe bottom\r\n` };
}

function signature(selector: string, domain: string, names = 'from:to:subject:date'): string {
  const body = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
  return `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=${selector}; h=${names}; bh=${body}; b=QUJD`;
}

function arcSet(index: number): readonly string[] {
  return [
    `ARC-Seal: i=${index}; a=rsa-sha256; cv=${index === 1 ? 'none' : 'pass'}; d=newcomer.example; s=a${index}; b=QUJD`,
    `ARC-Message-Signature: i=${index}; a=rsa-sha256; c=relaxed/relaxed; d=newcomer.example; s=a${index}; h=from; bh=QUJD; b=QUJD`,
    `ARC-Authentication-Results: i=${index}; mx.newcomer.example; dmarc=pass`,
  ];
}

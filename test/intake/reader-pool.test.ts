import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { newMailId } from '../../src/intake/mail-id.ts';
import { createReaderPool, type ReaderPool, type ReaderPoolOptions } from '../../src/intake/reader-pool.ts';
import { memoryMail, type RawMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { localSpool } from '../../src/spool/local-spool.ts';
import { buildMail, multipart, part } from '../helpers/mail-builder.ts';

const pools: ReaderPool[] = [];

function poolOf(options: Partial<ReaderPoolOptions> = {}): ReaderPool {
  const logger = pino({ level: 'silent' });
  const pool = createReaderPool({ threads: 1, deadlineMs: 60_000, limits: defaultReadLimits, logger, ...options });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

const bigBody = 'Please help us with this.\r\n'.repeat(4_000);

/** `levels` multiparts, each in the one before. */
function nested(levels: number): Buffer {
  const open = Array.from(
    { length: levels },
    (_, level) => `--b${level}\r\nContent-Type: multipart/mixed; boundary=b${level + 1}\r\n\r\n`,
  );
  const close = Array.from({ length: levels }, (_, level) => `\r\n--b${levels - level - 1}--\r\n`);
  const body = `${open.join('')}--b${levels}\r\n\r\ninnermost\r\n--b${levels}--${close.join('')}`;
  return buildMail({ fields: ['Content-Type: multipart/mixed; boundary=b0'], body });
}

describe('where a mail is read', () => {
  it.each([
    ['a small mail', buildMail(), 'inline'],
    ['a body of more than 64 KB', buildMail({ body: bigBody }), 'threaded'],
    ['a field of more than 8 KB', buildMail({ fields: [`X-Long: ${'y'.repeat(9_000)}`] }), 'threaded'],
    [
      'a header of more than 64 KB',
      buildMail({ fields: Array.from({ length: 20 }, () => `X: ${'y'.repeat(4_000)}`) }),
      'threaded',
    ],
  ] as const)('%s', async (_, mail, where) => {
    const pool = poolOf();
    const message = await pool.read(memoryMail(mail));
    expect(pool.stats()).toEqual({ inline: 0, threaded: 0, timedOut: 0, [where]: 1 });
    expect(message).toEqual(await readMessage(memoryMail(mail), defaultReadLimits));
  });

  it('gives a signed part back as a Buffer', async () => {
    const signed = part('text/plain', bigBody);
    const signature = part('application/pgp-signature', '-----BEGIN PGP SIGNATURE-----');
    const type = 'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b';
    const mail = buildMail({ fields: [type], body: multipart('b', [signed, signature]) });
    const pool = poolOf();
    const { content } = await pool.read(memoryMail(mail));
    expect(pool.stats().threaded).toBe(1);
    expect(content).toMatchObject({ kind: 'parsed', content: { pgp: { kind: 'signed', signed } } });
    expect(
      content.kind === 'parsed' && content.content.pgp.kind === 'signed' && Buffer.isBuffer(content.content.pgp.signed),
    ).toBe(true);
  });

  it('reads more mails at once than there are threads, small ones past the big', async () => {
    const pool = poolOf({ threads: 2 });
    const mails = Array.from({ length: 12 }, (_, index) =>
      buildMail({ subject: `mail ${index}`, body: index % 3 === 0 ? 'small' : bigBody }),
    );
    const messages = await Promise.all(mails.map((mail) => pool.read(memoryMail(mail))));
    expect(messages.map(({ content }) => content.kind === 'parsed' && content.content.subject)).toEqual(
      mails.map((_, index) => `mail ${index}`),
    );
    expect(pool.stats()).toEqual({ inline: 4, threaded: 8, timedOut: 0 });
  });

  it('reads a mail on disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reader-'));
    try {
      const mail = buildMail({ body: bigBody });
      const arrival = await localSpool({ dir: folder, memoryThreshold: 1 }).begin(newMailId(Date.now(), 1));
      await arrival.write(mail);
      expect(await poolOf().read(await arrival.complete())).toEqual(
        await readMessage(memoryMail(mail), defaultReadLimits),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('hostile mail goes to a thread and is read within limits', () => {
  const manyAddresses = Array.from({ length: 120_000 }, (_, index) => `a${index}@b.c`).join(',\r\n ');
  const quotedPrintable = Buffer.from(`${'=41'.repeat(25)}=\r\n`.repeat(25 * 13_600));
  const cases: readonly [string, () => Buffer, Partial<typeof defaultReadLimits>, RegExp | string][] = [
    [
      '5 MB of HTML',
      () => buildMail({ fields: ['Content-Type: text/html'], body: '<p>word <b>word</b></p>'.repeat(230_000) }),
      {},
      'parsed',
    ],
    [
      '500 KB of nested div',
      () => buildMail({ fields: ['Content-Type: text/html'], body: `${'<div>'.repeat(100_000)}deep` }),
      {},
      'parsed',
    ],
    [
      '25 MB of quoted-printable',
      () => buildMail({ fields: ['Content-Transfer-Encoding: quoted-printable'], body: quotedPrintable }),
      {},
      'parsed',
    ],
    [
      '25 MB in one base64 attachment',
      () =>
        buildMail({
          fields: ['Content-Type: application/zip', 'Content-Transfer-Encoding: base64'],
          body: randomBytes(18_000_000).toString('base64').replace(/.{76}/g, '$&\r\n'),
        }),
      {},
      'parsed',
    ],
    ['25 MB without a line end', () => buildMail({ body: 'x'.repeat(25_000_000) }), {}, 'parsed'],
    ['12 million empty lines', () => buildMail({ body: Buffer.alloc(24_000_000, '\r\n') }), {}, 'parsed'],
    ['a field of 200 KB', () => buildMail({ fields: [`X: ${'y'.repeat(200_000)}`] }), {}, 'parsed'],
    [
      '8,000 addresses in To',
      () =>
        buildMail({
          to: manyAddresses
            .slice(0, 100_000)
            .replace(/,[^,]*$/, '')
            .replaceAll('\r\n ', ''),
        }),
      {},
      'parsed',
    ],
    ['2,000 References', () => buildMail({ fields: [`References: ${'<x@y.z> '.repeat(2_000)}`] }), {}, 'parsed'],
    [
      '1,000 multiparts, one in the other',
      () => Buffer.concat([nested(1_000), Buffer.from(bigBody)]),
      {},
      /nested deeper than 32/,
    ],
    [
      '2,000 parts',
      () =>
        buildMail({
          fields: ['Content-Type: multipart/mixed; boundary=b'],
          body: multipart(
            'b',
            Array.from({ length: 2_000 }, () => part('text/plain', 'x'.repeat(40))),
          ),
        }),
      {},
      /more than 500 parts|Max allowed child nodes/,
    ],
    [
      '100,000 delimiters',
      () => buildMail({ fields: ['Content-Type: multipart/mixed; boundary=b'], body: '--b\r\n'.repeat(100_000) }),
      {},
      /parts|nodes/,
    ],
    [
      'a header of 1 MB in a part',
      () =>
        buildMail({
          fields: ['Content-Type: multipart/mixed; boundary=b'],
          body: multipart('b', [part('text/plain', 'x', [`X: ${'y'.repeat(1_000_000)}`])]),
        }),
      {},
      /header/,
    ],
  ];

  it.each(cases)('%s', async (_, make, limits, expected) => {
    const pool = poolOf({ limits: { ...defaultReadLimits, ...limits } });
    const message = await pool.read(memoryMail(make()));
    expect(pool.stats()).toEqual({ inline: 0, threaded: 1, timedOut: 0 });
    expect(message.author?.address).toBe('ada@example.com');
    expect(message.contentDigest).toMatch(/^[0-9a-f]{64}$/);
    if (expected === 'parsed') expect(message.content.kind).toBe('parsed');
    else expect(message.content).toEqual({ kind: 'unparseable', cause: expect.stringMatching(expected) });
  });

  it('120,000 addresses in To are a header that is too large', async () => {
    const message = await poolOf().read(memoryMail(buildMail({ to: manyAddresses })));
    expect(message.faults.map((fault) => fault.code)).toContain('header-too-large');
    expect(message.author).toBeNull();
    expect(message.content).toEqual({ kind: 'unparseable', cause: 'the header is too large' });
  });

  it('120,000 addresses under wider limits are read in a thread', async () => {
    const pool = poolOf({ limits: { ...defaultReadLimits, headerBytes: 4 * 1024 * 1024 } });
    const { content } = await pool.read(memoryMail(buildMail({ to: manyAddresses.replaceAll('\r\n ', '') })));
    expect(pool.stats().threaded).toBe(1);
    expect(content).toMatchObject({ kind: 'parsed', content: { truncated: ['120000 addressees'] } });
  });
});

describe('a thread that does not come back', () => {
  it('is replaced, and its mail is unparseable with all that was learned without it', async () => {
    const pool = poolOf({ deadlineMs: 1 });
    const mail = buildMail({ body: `bare\n${bigBody.repeat(20)}` });
    const message = await pool.read(memoryMail(mail));
    expect(message.content).toEqual({ kind: 'unparseable', cause: 'not decoded within 1 ms' });
    expect(message.author?.address).toBe('ada@example.com');
    expect(message.faults.map((fault) => fault.code)).toEqual(['bare-lf']);
    expect(message.contentDigest).toBe((await readMessage(memoryMail(mail), defaultReadLimits)).contentDigest);
    const again = await pool.read(memoryMail(buildMail({ body: bigBody })));
    expect(again.content.kind).toBe('unparseable');
    expect(pool.stats()).toEqual({ inline: 0, threaded: 2, timedOut: 2 });
  });

  it('makes room for the next mail', async () => {
    const pool = poolOf({ deadlineMs: 3_000 });
    const stalled = stalledMail(buildMail({ body: bigBody }));
    const stuck = pool.read(stalled.raw);
    await stalled.isWaiting;
    const next = pool.read(memoryMail(buildMail({ body: bigBody })));
    expect((await next).content.kind).toBe('parsed');
    stalled.release();
    expect((await stuck).content).toEqual({ kind: 'unparseable', cause: 'not decoded within 3000 ms' });
    expect(pool.stats()).toEqual({ inline: 0, threaded: 2, timedOut: 1 });
  });
});

describe('a raw mail that cannot be read', () => {
  it('rejects, and leaves the thread to the next', async () => {
    const pool = poolOf();
    const mail = buildMail({ body: bigBody });
    const broken: RawMail = {
      ...memoryMail(mail),
      open: () =>
        Readable.from(
          (function* () {
            yield mail.subarray(0, 50_000);
            throw new Error('the disk is gone');
          })(),
        ),
    };
    await expect(pool.read(broken)).rejects.toThrow('the disk is gone');
    expect((await pool.read(memoryMail(mail))).content.kind).toBe('parsed');
  });
});

describe('a closed pool', () => {
  it('says so in the mails that it can no longer read', async () => {
    const pool = poolOf();
    await pool.read(memoryMail(buildMail({ body: bigBody })));
    await pool.close();
    const { content } = await pool.read(memoryMail(buildMail({ body: bigBody })));
    expect(content).toEqual({ kind: 'unparseable', cause: 'the reader pool is closed' });
  });

  it('lets go of the mails that wait', async () => {
    const pool = poolOf();
    const stalled = [1, 2, 3].map(() => stalledMail(buildMail({ body: bigBody })));
    const reads = stalled.map(({ raw }) => pool.read(raw));
    await pool.close();
    for (const { release } of stalled) release();
    const kinds = (await Promise.all(reads)).map(({ content }) => content.kind);
    expect(kinds).toEqual(['unparseable', 'unparseable', 'unparseable']);
  });
});

type StalledMail = { readonly raw: RawMail; readonly isWaiting: Promise<void>; readonly release: () => void };

/** Its first octets come at once and are taken before `isWaiting`; the rest comes when it is released. */
function stalledMail(mail: Buffer): StalledMail {
  const taken = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  async function* chunks(): AsyncGenerator<Buffer> {
    yield mail.subarray(0, 1_000);
    taken.resolve();
    await released.promise;
    yield mail.subarray(1_000);
  }
  const open = (): Readable => Readable.from(chunks(), { highWaterMark: 1 });
  return { raw: { ...memoryMail(mail), open }, isWaiting: taken.promise, release: () => released.resolve() };
}

import { afterEach, describe, expect, it } from 'vitest';
import { createReaderPool } from '../../src/intake/reader-pool.ts';
import { type ContentReader, threadedContentReader } from '../../src/main/threaded-content.ts';
import { memoryMail, type RawMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { ticketContent } from '../../src/tickets/content.ts';
import { buildMail, multipart, part } from '../helpers/mail-builder.ts';

const limits = defaultReadLimits;
const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});

/** `pooled`: what was not left to the thread. */
function start(deadlineMs = 20_000): { readonly reader: ContentReader; readonly pooled: RawMail[] } {
  const pool = createReaderPool({ threads: 1, deadlineMs, limits, logger: silentLogger() });
  const pooled: RawMail[] = [];
  const noting = {
    read: (raw: RawMail) => {
      pooled.push(raw);
      return pool.read(raw);
    },
  };
  const reader = threadedContentReader({ pool: noting, limits, deadlineMs });
  running.push(reader, pool);
  return { reader, pooled };
}

async function here(raw: RawMail) {
  return ticketContent(await readMessage(raw, limits));
}

describe('what a ticket takes from a mail', () => {
  const mails = [
    buildMail({ subject: 'Printer', body: 'my password is Tulip77! and it burns\r\n' }),
    buildMail({
      fields: ['Content-Type: multipart/mixed; boundary=b'],
      body: multipart('b', [part('text/plain', 'see the picture'), part('image/png', 'x')]),
    }),
    Buffer.from('no mail at all'),
    Buffer.from('From: Ada <ada@example.com>\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n\xff\xfe'),
    ...Array.from({ length: 40 }, (_, index) => buildMail({ subject: `Number ${index}`, body: `text ${index}\r\n` })),
  ];

  it('is the same from the thread as here, each mail with its own', async () => {
    const { pooled, reader } = start();
    const raws = mails.map((mail) => memoryMail(mail));
    const read = await Promise.all(raws.map((raw) => reader.read(raw)));
    expect(read).toEqual(await Promise.all(raws.map(here)));
    expect(read[0]).toMatchObject({ subject: 'Printer', text: expect.stringContaining('[password removed]') });
    expect(pooled).toEqual([]);
  });

  it('is the same when the octets are a part of something larger', async () => {
    const whole = Buffer.concat([Buffer.from('Subject: not this\r\n\r\n'), buildMail({ subject: 'this' })]);
    const raw = memoryMail(whole.subarray('Subject: not this\r\n\r\n'.length));
    expect(await start().reader.read(raw)).toEqual(await here(raw));
  });

  it('of a large mail goes through the pool', async () => {
    const { pooled, reader } = start();
    const raw = memoryMail(buildMail({ body: 'many words\r\n'.repeat(10_000) }));
    expect(await reader.read(raw)).toEqual(await here(raw));
    expect(pooled).toEqual([raw]);
  });

  it('comes from the pool when the thread does not answer in time, or was closed', async () => {
    const { pooled, reader } = start(1);
    const raws = mails.slice(0, 5).map((mail) => memoryMail(mail));
    const read = await Promise.all(raws.map((raw) => reader.read(raw)));
    expect(read).toEqual(await Promise.all(raws.map(here)));
    expect(pooled).not.toEqual([]);
    await reader.close();
    const [raw = memoryMail(Buffer.from(''))] = raws;
    expect(await reader.read(raw)).toEqual(await here(raw));
  });
});

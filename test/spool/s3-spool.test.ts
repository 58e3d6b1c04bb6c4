/** What only the spool in a bucket promises: deadlines, parts, and what it says when the store is not there. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Spool } from '../../src/spool/s3-spool.ts';
import { startS3, type TestS3 } from '../helpers/s3.ts';
import { sidecar } from '../records/mails.ts';

const settings = { region: 'us-east-1', pathStyle: true, prefix: '', memoryThreshold: 100_000 };

describe('a store that does not answer', () => {
  const sockets = new Set<Socket>();
  let server: Server;
  let endpoint = '';
  beforeAll(async () => {
    server = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    endpoint = `http://127.0.0.1:${address.port}`;
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('fails every step at its deadline', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const spool = s3Spool({ ...settings, bucket: 'none', endpoint, credentials, timeoutMs: 200 });
    const arrival = await spool.begin('m1');
    await arrival.write(randomBytes(1_000));
    await arrival.complete();
    await expect(arrival.commit(sidecar({ messageId: 'm1-0' }))).rejects.toThrow();
    await arrival.discard();
    const large = await spool.begin('m2');
    await expect(large.write(randomBytes(200_000))).rejects.toThrow();
    await large.discard();
    await expect(spool.read('m1')).rejects.toThrow();
    const entries = spool.entries(0, () => undefined);
    await expect(entries[Symbol.asyncIterator]().next()).rejects.toThrow();
    spool.close();
  });
});

describe('a bucket', () => {
  let store: TestS3;
  beforeAll(async () => {
    store = await startS3();
  });
  afterAll(() => store.stop());

  it('that is missing is no missing mail', async () => {
    const { credentials, endpoint } = store;
    const spool = s3Spool({ ...settings, bucket: 'absent', credentials, endpoint, timeoutMs: 10_000 });
    await expect(spool.read('m1')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    spool.close();
  });

  it.each([undefined, randomBytes(32)])('takes a mail in several parts', async (encryptionKey) => {
    const { bucket, credentials, endpoint } = store;
    const key = encryptionKey === undefined ? {} : { encryptionKey };
    const spool = s3Spool({ ...settings, ...key, bucket, credentials, endpoint, timeoutMs: 20_000 });
    const raw = randomBytes(12_000_000);
    const arrival = await spool.begin('m3');
    for (let at = 0; at < raw.length; at += 64_000) await arrival.write(raw.subarray(at, at + 64_000));
    const { sha256, size } = await arrival.complete();
    await arrival.commit({ ...sidecar({ messageId: 'm3-0' }), sha256, size });
    expect((await (await spool.read('m3')).bytes()).equals(raw)).toBe(true);
    await spool.remove('m3');
    spool.close();
  });
});

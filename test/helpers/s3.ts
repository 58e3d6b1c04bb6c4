/** A real S3 server for tests, on a free port of 127.0.0.1, with one empty bucket. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import S3rver, { type S3rverContext, type S3rverObject, type S3rverStore } from 's3rver';

export type TestS3 = {
  readonly endpoint: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
};

export async function startS3(): Promise<TestS3> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-s3-'));
  const bucket = 'postern';
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  server.middleware.unshift(answerAbort);
  server.store.putObject = (object) => putWhole(server.store, object);
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    stop: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** s3rver takes uploads in parts, but does not know AbortMultipartUpload; an upload that ends is invisible either way. */
async function answerAbort(context: S3rverContext, next: () => Promise<void>): Promise<void> {
  if (context.method === 'DELETE' && context.query.uploadId !== undefined) context.status = 204;
  else await next();
}

/** s3rver answers a PUT before the file is written, which no S3 does: what was put can be read at once (since 2020). */
async function putWhole(store: S3rverStore, object: S3rverObject): Promise<{ size: number; md5: string }> {
  const content = Buffer.isBuffer(object.content) ? object.content : await buffer(object.content);
  const path = store.getResourcePath(object.bucket, object.key, 'object');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  const md5 = createHash('md5').update(content).digest('hex');
  await store.putMetadata(object.bucket, object.key, object.metadata, md5);
  return { size: content.length, md5 };
}

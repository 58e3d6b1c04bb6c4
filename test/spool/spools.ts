/** The spools that the contract is held against, each with a way to damage what it stored. */
import { randomBytes } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe } from 'vitest';
import type { SpoolPort } from '../../src/intake/ports.ts';
import { localSpool } from '../../src/spool/local-spool.ts';
import { s3Spool } from '../../src/spool/s3-spool.ts';
import { startS3, type TestS3 } from '../helpers/s3.ts';

export type SpoolUnderTest = SpoolPort & { cleanTemporary(olderThanMs: number, now?: number): Promise<number> };

/** The storage behind a spool, as whoever can reach it sees it. Names are relative to the spool. */
export type Storage = {
  list(): Promise<readonly string[]>;
  read(name: string): Promise<Buffer>;
  write(name: string, content: Buffer): Promise<void>;
  rename(from: string, to: string): Promise<void>;
};

export type SpoolSettings = { readonly encryptionKey?: Buffer; readonly readPlain?: boolean };

export type SpoolSetup = {
  readonly kind: 'local' | 's3';
  readonly isSealed: boolean;
  /** An empty spool and its storage; settings that are given go before the ones of this set-up. */
  fresh(): Promise<{
    spool: SpoolUnderTest;
    storage: Storage;
    reopen: (settings: SpoolSettings) => SpoolUnderTest;
  }>;
};

export const memoryThreshold = 100_000;
export const spoolKey = randomBytes(32);

export function onEachSpool(contract: (setup: SpoolSetup) => void): void {
  describe('local, plain', () => onLocal({}, contract));
  describe('local, encrypted', () => onLocal({ encryptionKey: spoolKey }, contract));
  describe('S3, plain', () => onS3({}, contract));
  describe('S3, encrypted', () => onS3({ encryptionKey: spoolKey }, contract));
}

function onLocal(settings: SpoolSettings, contract: (setup: SpoolSetup) => void): void {
  let folder = '';
  let count = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-spool-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  contract({
    kind: 'local',
    isSealed: settings.encryptionKey !== undefined,
    fresh: async () => {
      count += 1;
      const dir = join(folder, String(count));
      const reopen = (other: SpoolSettings) => localSpool({ dir, memoryThreshold, ...other });
      return { spool: reopen(settings), storage: folderStorage(dir), reopen };
    },
  });
}

export function folderStorage(dir: string): Storage {
  return {
    list: async () =>
      readdirSync(dir, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(dir, name)).isFile())
        .sort(),
    read: async (name) => readFileSync(join(dir, name)),
    write: async (name, content) => {
      writeFileSync(join(dir, name), content);
      utimesSync(join(dir, name), new Date(), new Date());
    },
    rename: async (from, to) => renameSync(join(dir, from), join(dir, to)),
  };
}

function onS3(settings: SpoolSettings, contract: (setup: SpoolSetup) => void): void {
  let server: TestS3 | undefined;
  const open: { close(): void }[] = [];
  let count = 0;
  beforeAll(async () => {
    server = await startS3();
  });
  afterAll(async () => {
    for (const spool of open) spool.close();
    await server?.stop();
  });
  contract({
    kind: 's3',
    isSealed: settings.encryptionKey !== undefined,
    fresh: async () => {
      if (server === undefined) throw new Error('the S3 server is not running');
      const { bucket, credentials, endpoint } = server;
      count += 1;
      const prefix = `spool-${count}/`;
      const reopen = (other: SpoolSettings) => {
        const spool = s3Spool({
          bucket,
          credentials,
          endpoint,
          region: 'us-east-1',
          pathStyle: true,
          prefix,
          memoryThreshold,
          timeoutMs: 10_000,
          ...other,
        });
        open.push(spool);
        return spool;
      };
      return { spool: reopen(settings), storage: bucketStorage(server, prefix), reopen };
    },
  });
}

function bucketStorage({ bucket: Bucket, credentials, endpoint }: TestS3, prefix: string): Storage {
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });
  return {
    list: async () => {
      const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
      return (Contents ?? []).map(({ Key }) => (Key ?? '').slice(prefix.length));
    },
    read: async (name) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: prefix + name }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    write: async (name, Body) => {
      await client.send(new PutObjectCommand({ Bucket, Key: prefix + name, Body }));
    },
    rename: async (from, to) => {
      await client.send(new CopyObjectCommand({ Bucket, Key: prefix + to, CopySource: `${Bucket}/${prefix}${from}` }));
      await client.send(new DeleteObjectCommand({ Bucket, Key: prefix + from }));
    },
  };
}

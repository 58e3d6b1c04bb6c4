/** The few calls to an S3-compatible store that the spool makes, each under a deadline and with our errors. */
import { addAbortSignal, Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SpoolMissing } from './errors.ts';
import { codeOf, storageFault } from './storage-fault.ts';

export type S3StoreOptions = {
  readonly bucket: string;
  readonly region: string;
  /** Null for AWS itself. */
  readonly endpoint: string | null;
  /** The bucket stands in the path and not in the host name. */
  readonly pathStyle: boolean;
  /** Null leaves it to the SDK's own chain (environment, instance role, …). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  /** For each request, its retries included. */
  readonly timeoutMs: number;
};

export type StoredObject = { readonly key: string; readonly size: number; readonly modifiedAt: number };

export type Upload = {
  /** All parts but the last have at least 5 MiB. */
  part(content: Buffer): Promise<void>;
  complete(): Promise<void>;
  abort(): Promise<void>;
};

export type S3Store = {
  put(key: string, content: Buffer): Promise<void>;
  /** Rejects with `SpoolMissing`. */
  get(key: string): Promise<Buffer>;
  getRange(key: string, start: number, end: number): Promise<Buffer>;
  /** Octets. Rejects with `SpoolMissing`. */
  sizeOf(key: string): Promise<number>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** In the order of the keys, which begin with `prefix` and come after `after`. */
  list(prefix: string, after: string): AsyncIterable<StoredObject>;
  upload(key: string): Promise<Upload>;
  close(): void;
};

export function s3Store(options: S3StoreOptions): S3Store {
  const { bucket: Bucket, timeoutMs } = options;
  const client = createClient(options);

  /** Runs one call; `work` gets the signal that ends it. */
  const call = async <T>(work: (request: { readonly abortSignal: AbortSignal }) => Promise<T>): Promise<T> => {
    try {
      return await work({ abortSignal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      if (codeOf(error) === 'NoSuchKey' || codeOf(error) === 'NotFound') {
        throw new SpoolMissing('there is no such spool entry', { cause: error });
      }
      throw storageFault(error);
    }
  };
  const get = (Key: string, Range?: string): Promise<Buffer> =>
    call(async (request) => {
      const command = new GetObjectCommand({ Bucket, Key, ...(Range === undefined ? {} : { Range }) });
      const { Body } = await client.send(command, request);
      if (!(Body instanceof Readable)) throw new Error('the store answered without content');
      // The signal given to `send` ends with the header of the answer.
      const chunks: Buffer[] = await addAbortSignal(request.abortSignal, Body).toArray();
      return Buffer.concat(chunks);
    });

  return {
    put: (Key, Body) =>
      call(async (request) => {
        await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: Body.length }), request);
      }),
    get: (key) => get(key),
    getRange: (key, start, end) => get(key, `bytes=${start}-${end - 1}`),
    sizeOf: (Key) =>
      call(async (request) => {
        const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key }), request);
        return ContentLength ?? 0;
      }),
    delete: (Key) =>
      call(async (request) => {
        await client.send(new DeleteObjectCommand({ Bucket, Key }), request);
      }),
    list: (prefix, after) => listAll(prefix, after),
    upload: (key) => startUpload(key),
    close: () => client.destroy(),
  };

  async function* listAll(Prefix: string, StartAfter: string): AsyncGenerator<StoredObject> {
    let token: string | undefined;
    do {
      const place = token === undefined ? { StartAfter } : { ContinuationToken: token };
      const page = await call((request) =>
        client.send(new ListObjectsV2Command({ Bucket, Prefix, ...place }), request),
      );
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        if (Key !== undefined) yield { key: Key, size: Size ?? 0, modifiedAt: LastModified?.getTime() ?? 0 };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async function startUpload(Key: string): Promise<Upload> {
    const { UploadId } = await call((request) =>
      client.send(new CreateMultipartUploadCommand({ Bucket, Key }), request),
    );
    const parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
    return {
      part: (Body) =>
        call(async (request) => {
          const PartNumber = parts.length + 1;
          const command = new UploadPartCommand({
            Bucket,
            Key,
            UploadId,
            PartNumber,
            Body,
            ContentLength: Body.length,
          });
          const { ETag } = await client.send(command, request);
          parts.push({ PartNumber, ETag });
        }),
      complete: () =>
        call(async (request) => {
          const MultipartUpload = { Parts: parts };
          await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }), request);
        }),
      abort: () =>
        call(async (request) => {
          await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), request);
        }),
    };
  }
}

function createClient(options: S3StoreOptions): S3Client {
  const { credentials, endpoint, pathStyle, region, timeoutMs } = options;
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: Math.min(timeoutMs, 3_000), requestTimeout: timeoutMs },
    // Entries carry digests of their own, and not every compatible store knows the SDK's newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === null ? {} : { credentials }),
  });
}

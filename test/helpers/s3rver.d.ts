/** s3rver brings no types; these are the parts that `s3.ts` uses. */
declare module 's3rver' {
  import type { Readable } from 'node:stream';

  /** The context of a request in Koa, which s3rver is made of. */
  export type S3rverContext = {
    readonly method: string;
    readonly query: Readonly<Record<string, string | string[] | undefined>>;
    status: number;
  };
  export type S3rverObject = {
    readonly bucket: string;
    readonly key: string;
    readonly content: Buffer | Readable;
    readonly metadata: unknown;
  };
  export type S3rverStore = {
    putObject: (object: S3rverObject) => Promise<{ size: number; md5: string }>;
    readonly getResourcePath: (bucket: string, key: string, resource: 'object') => string;
    readonly putMetadata: (bucket: string, key: string, metadata: unknown, md5: string) => Promise<void>;
  };
  export default class S3rver {
    constructor(options: {
      readonly address: string;
      readonly port: number;
      readonly silent: boolean;
      readonly directory: string;
      readonly configureBuckets: readonly { readonly name: string; readonly configs: readonly string[] }[];
    });
    readonly middleware: ((context: S3rverContext, next: () => Promise<void>) => Promise<void>)[];
    readonly store: S3rverStore;
    run(): Promise<{ readonly address: string; readonly port: number }>;
    close(): Promise<void>;
  }
}

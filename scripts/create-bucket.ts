/** Makes the spool's bucket when it is not there: `node scripts/create-bucket.ts`, with the gateway's own settings. */
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ConfigError } from '../src/config/config-error.ts';
import { loadConfig } from '../src/config/load.ts';

const { s3 } = loadConfig({ env: process.env, cwd: process.cwd() }).spool;
if (s3 === null) throw new ConfigError('spool.kind', 'must be s3');
const client = new S3Client({
  region: s3.region,
  forcePathStyle: s3.pathStyle,
  ...(s3.endpoint === null ? {} : { endpoint: s3.endpoint }),
  ...(s3.credentials === null
    ? {}
    : {
        credentials: {
          accessKeyId: s3.credentials.accessKeyId.reveal(),
          secretAccessKey: s3.credentials.secretAccessKey.reveal(),
        },
      }),
});
const bucket = { Bucket: s3.bucket };
const isThere = await client.send(new HeadBucketCommand(bucket)).then(
  () => true,
  () => false,
);
if (!isThere) await client.send(new CreateBucketCommand(bucket));
console.error(`bucket ${s3.bucket} is ready`);

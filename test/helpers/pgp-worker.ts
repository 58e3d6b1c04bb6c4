/** A worker thread that answers each PGP job with its result, as the reader pool does. */
import { parentPort } from 'node:worker_threads';
import { type PgpJob, verifyPgp } from '../../src/evidence/pgp-verify.ts';

parentPort?.on('message', (job: PgpJob) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  void verifyPgp(job).then((result) => parentPort?.postMessage(result));
});

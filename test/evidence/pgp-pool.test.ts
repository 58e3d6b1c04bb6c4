/** The computing part of the PGP check in a worker thread: what goes there, and what comes back. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultPgpLimits } from '../../src/evidence/pgp.ts';
import type { PgpJob, PgpJobResult } from '../../src/evidence/pgp-verify.ts';
import type { SampleKey } from '../../src/samples/pgp-samples.ts';
import { ada, check, encrypted, keyFor, knows, letter, ownKey, signed, support } from '../helpers/pgp-mail.ts';

let adaKey: SampleKey;
let gateway: SampleKey;
let worker: Worker;
let jobs = 0;

beforeAll(async () => {
  [adaKey, gateway] = await Promise.all([keyFor(ada), keyFor(support)]);
  worker = new Worker(new URL('../helpers/pgp-worker.ts', import.meta.url));
});
afterAll(() => worker.terminate());

const pool = async (job: PgpJob): Promise<PgpJobResult> => {
  jobs += 1;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  worker.postMessage(job);
  const [result] = (await once(worker, 'message')) as [PgpJobResult];
  return result;
};
const options = () => ({ directory: knows([adaKey, ada]), decryptionKeys: [ownKey(gateway)], pool });
const everything = { ...defaultPgpLimits, inlineBytes: 0 };
const longText = 'The printer is on fire. '.repeat(10_000);

const failing = () => Promise.reject(new Error('deadline'));

describe('worker thread', () => {
  it('finds the same as this thread, for signed and encrypted mails', async () => {
    const made = [
      await signed(letter(), { key: adaKey }),
      await encrypted(letter(), { recipients: [gateway], signer: { key: adaKey } }),
    ];
    for (const structure of made) {
      const there = await check(structure, { ...options(), limits: everything });
      expect(there).toEqual(await check(structure, options()));
      expect(there.finding.result).toBe('pass');
      expect(Buffer.isBuffer(there.inner?.mime)).toBe(true);
    }
  });

  it('gets the large mails only', async () => {
    jobs = 0;
    await check(await signed(letter(), { key: adaKey }), options());
    expect(jobs).toBe(0);
    const { finding } = await check(await signed(letter({ text: longText }), { key: adaKey }), options());
    expect({ jobs, result: finding.result }).toEqual({ jobs: 1, result: 'pass' });
  });

  it.each([
    ['signed', 'permerror'],
    ['encrypted', 'undecryptable'],
  ] as const)('that gives up on a %s mail leaves a state, not an error', async (kind, result) => {
    const make = kind === 'signed' ? signed(letter(), { key: adaKey }) : encrypted(letter(), { recipients: [gateway] });
    const { finding, inner } = await check(await make, { ...options(), pool: failing, limits: everything });
    expect({ result: finding.result, inner }).toEqual({ result, inner: null });
    expect(finding.cause).not.toContain('deadline');
  });

  it('is no place for a failing directory: that is our fault, not the mail’s', async () => {
    const directory = { ...knows(), keysOf: () => Promise.reject(new Error('records are away')) };
    await expect(check(await signed(letter(), { key: adaKey }), { directory })).rejects.toThrow('records are away');
  });
});

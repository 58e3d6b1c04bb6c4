/** The computing part of the PGP check in a worker thread: what goes there, and what comes back. */
import { createMessage, encrypt, enums } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultPgpLimits } from '../../src/evidence/pgp.ts';
import type { PgpJob, PgpJobResult } from '../../src/evidence/pgp-verify.ts';
import { createPgpPool, type PgpPool } from '../../src/intake/pgp-pool.ts';
import type { SampleKey } from '../../src/samples/pgp-samples.ts';
import { ada, check, encrypted, keyFor, knows, letter, now, ownKey, signed, support } from '../helpers/pgp-mail.ts';

let adaKey: SampleKey;
let gateway: SampleKey;
let threads: PgpPool;
let jobs = 0;

beforeAll(async () => {
  [adaKey, gateway] = await Promise.all([keyFor(ada), keyFor(support)]);
  threads = createPgpPool({ deadlineMs: 60_000 });
});
afterAll(() => threads.close());

const pool = (job: PgpJob): Promise<PgpJobResult> => {
  jobs += 1;
  return threads.check(job);
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

  it('gets what is small and unfolds to much, too', async () => {
    jobs = 0;
    const octets = Buffer.alloc(1024 * 1024, '\n');
    const message = await createMessage({ binary: new Uint8Array(octets) });
    const armored = await encrypt({
      message,
      encryptionKeys: gateway.publicKey,
      date: new Date(now),
      config: { preferredCompressionAlgorithm: enums.compression.zlib },
    });
    expect(armored.length).toBeLessThan(8 * 1024);
    const { finding } = await check({ kind: 'encrypted', armored, form: 'rfc3156' }, options());
    expect({ jobs, cause: finding.cause }).toEqual({ jobs: 1, cause: 'encrypted without a signature' });
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

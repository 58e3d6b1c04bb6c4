/** Every state of the PGP check, with keys and mails made on the fly. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { SampleKey } from '../../src/samples/pgp-samples.ts';
import { ada, check, encrypted, keyFor, knows, letter, ownKey, signed, support } from '../helpers/pgp-mail.ts';

let adaKey: SampleKey;
let gateway: SampleKey;

beforeAll(async () => {
  [adaKey, gateway] = await Promise.all([keyFor(ada), keyFor(support)]);
});

describe('good signatures', () => {
  it('passes a signed mail', async () => {
    const { finding, inner } = await check(await signed(letter(), { key: adaKey }), {
      directory: knows([adaKey, ada]),
    });
    expect(finding).toMatchObject({ result: 'pass', boundBy: 'signed-headers' });
    expect(inner?.subject).toBe('Printer on fire');
  });
  it('passes an encrypted mail', async () => {
    const { finding, inner } = await check(
      await encrypted(letter(), { recipients: [gateway], signer: { key: adaKey } }),
      {
        directory: knows([adaKey, ada]),
        decryptionKeys: [ownKey(gateway)],
      },
    );
    expect(finding).toMatchObject({ result: 'pass', boundBy: 'signed-headers', encrypted: true });
    expect(inner?.subject).toBe('Printer on fire');
  });
});

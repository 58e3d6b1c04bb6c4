/** DKIM signatures for the sample mails, by a key that is made for them and forgotten. */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { dkimSign } from 'mailauth';

export type SampleSigner = {
  readonly selector: string;
  /** The TXT record of `<selector>._domainkey.<domain>`, the same for every domain. */
  readonly record: string;
  /** The mail with a signature of `domain` on top, made at `at` (epoch milliseconds). */
  sign(raw: Buffer, domain: string, at: number): Promise<Buffer>;
};

/** The fields that POLICY "Against replay" wants signed, and those that say what the content is. */
const signedFields = 'From:To:Cc:Subject:Date:Message-ID:MIME-Version:Content-Type:Auto-Submitted';

export async function createSampleSigner(): Promise<SampleSigner> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2_048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const selector = 'sample';
  return {
    selector,
    record: `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
    async sign(raw, domain, at) {
      const identity = { signingDomain: domain, selector, privateKey: pem, algorithm: 'rsa-sha256' } as const;
      const { signatures, errors } = await dkimSign(raw, {
        ...identity,
        canonicalization: 'relaxed/relaxed',
        headerList: signedFields,
        signTime: new Date(at),
        signatureData: [identity],
      });
      if (errors.length > 0 || signatures === '') throw new Error(`a sample mail could not be signed for ${domain}`);
      return Buffer.concat([Buffer.from(signatures), raw]);
    },
  };
}

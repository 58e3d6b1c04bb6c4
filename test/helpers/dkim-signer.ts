/** DKIM and ARC signers with keys made on the fly, and the DNS record that goes with each. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type DKIMSignOptions, dkimSign, sealMessage } from 'mailauth';

export type SignerOptions = {
  readonly domain: string;
  readonly selector: string;
  /** Default rsa-sha256. */
  readonly algorithm?: 'rsa-sha256' | 'rsa-sha1' | 'ed25519-sha256';
  /** Of an RSA key; default 1024, which is quick to make. */
  readonly bits?: number;
  /** `t=y` in the key record. */
  readonly testing?: boolean;
};

export type SignOptions = {
  /** Epoch milliseconds for `t=`; default now. */
  readonly signedAt?: number;
  /** Epoch milliseconds for `x=`. */
  readonly expiresAt?: number;
  /** Names in `h=`; default mailauth's long list. */
  readonly fields?: readonly string[];
  /** `l=`. */
  readonly bodyLength?: number;
  readonly canonicalization?: 'relaxed/relaxed' | 'simple/simple' | 'relaxed/simple' | 'simple/relaxed';
};

export type SealOptions = {
  /** What the forwarder saw: `dmarc=pass header.from=example.com`. */
  readonly results: string;
  /** What its own check of the chain said; default `none`, the first set. */
  readonly chain?: 'none' | 'pass' | 'fail';
  readonly signedAt?: number;
};

export type Signer = {
  readonly domain: string;
  readonly dnsName: string;
  readonly dnsRecord: string;
  /** The mail with a DKIM-Signature on top. */
  sign(raw: Buffer | string, options?: SignOptions): Promise<Buffer>;
  /** The mail with an ARC set on top. */
  seal(raw: Buffer | string, options: SealOptions): Promise<Buffer>;
};

export function createSigner(options: SignerOptions): Signer {
  const { domain, selector, algorithm = 'rsa-sha256', bits = 1_024, testing = false } = options;
  const { privateKey, record } = algorithm === 'ed25519-sha256' ? ed25519Key() : rsaKey(bits);
  const identity = { signingDomain: domain, selector, privateKey, algorithm };
  return {
    domain,
    dnsName: `${selector}._domainkey.${domain}`,
    dnsRecord: `v=DKIM1; ${testing ? 't=y; ' : ''}${record}`,
    async sign(raw, signing = {}) {
      const { signatures, errors } = await dkimSign(raw, { ...identity, ...mailauthOptions(signing, identity) });
      if (errors.length > 0 || signatures === '') throw new Error(`not signed: ${JSON.stringify(errors)}`);
      return Buffer.concat([Buffer.from(signatures), Buffer.from(raw)]);
    },
    async seal(raw, { results, chain = 'none', signedAt = Date.now() }) {
      const seal = { ...identity, authResults: `mx.${domain}; ${results}`, cv: chain, signTime: new Date(signedAt) };
      const set = await sealMessage(Buffer.from(raw), seal);
      if (set.length === 0) throw new Error('not sealed');
      return Buffer.concat([set, Buffer.from(raw)]);
    },
  };
}

type Identity = Pick<DKIMSignOptions, 'signingDomain' | 'selector' | 'privateKey'>;

function mailauthOptions(signing: SignOptions, identity: Identity): Partial<DKIMSignOptions> {
  const { signedAt, expiresAt, fields, bodyLength, canonicalization = 'relaxed/relaxed' } = signing;
  return {
    canonicalization,
    ...(signedAt === undefined ? {} : { signTime: new Date(signedAt) }),
    ...(expiresAt === undefined ? {} : { expires: new Date(expiresAt) }),
    ...(fields === undefined ? {} : { headerList: fields.join(':') }),
    signatureData: [{ ...identity, ...(bodyLength === undefined ? {} : { maxBodyLength: bodyLength }) }],
  };
}

function rsaKey(modulusLength: number): { privateKey: string; record: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { privateKey: pem(privateKey), record: `k=rsa; p=${spki.toString('base64')}` };
}

function ed25519Key(): { privateKey: string; record: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  // RFC 8463 §4: the bare key, which is the end of the DER form.
  const bare = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return { privateKey: pem(privateKey), record: `k=ed25519; p=${bare.toString('base64')}` };
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * The parts of mailauth 7.1 that Postern composes itself. Its package has types for `authenticate` only in the whole;
 * `authenticate` takes no clock for DKIM, so the parts are used, and these are the members that we rely on.
 */
declare module 'mailauth/lib/tools.js' {
  import type { KeyObject } from 'node:crypto';

  /** The record types that the library asks for. */
  export type DnsAnswers = (name: string, type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'PTR' | 'TXT') => Promise<unknown>;

  export type PublicKeyRecord = {
    /** PEM as the library reads it; a parsed key serves as well and is read once. */
    readonly publicKey: string | KeyObject;
    readonly rr: string;
    readonly modulusLength: number | undefined;
    readonly keyType: string;
    readonly flags: readonly string[];
    readonly testing: boolean;
    readonly warnings: readonly string[];
  };

  export type KeyQuestion = { readonly strict?: boolean; readonly hashAlgo?: string };

  /** Rejects with `code` EINVALID…, ESHORTKEY, or whatever the resolver rejected with. */
  export function getPublicKey(
    type: string,
    name: string,
    minBitLength: number,
    resolver: DnsAnswers,
    options: KeyQuestion,
  ): Promise<PublicKeyRecord>;

  export function toALabel(domain: string): string;
}

declare module 'mailauth/lib/dkim/dkim-verifier.js' {
  import type { DnsAnswers, KeyQuestion, PublicKeyRecord } from 'mailauth/lib/tools.js';

  export type HeaderRow = { readonly key: string; readonly casedKey: string; readonly line: Buffer };
  export type HeaderRows = { readonly parsed: readonly HeaderRow[]; readonly original: Buffer };

  export type TagValue = { readonly value: unknown };
  export type SignatureField = {
    readonly type?: 'DKIM' | 'ARC';
    readonly parsed: Readonly<Record<string, TagValue | undefined>>;
    readonly signingDomain: string;
    readonly selector: string;
    readonly hashAlgo: string;
    readonly skip?: string;
    /** Why the signature is not even tried; set before the body is fed. */
    invalid?: string;
    readonly bodyHashKey?: string;
  };

  export type SignatureResult = {
    readonly modulusLength?: number;
    readonly status: {
      readonly result: 'pass' | 'fail' | 'neutral' | 'policy' | 'temperror' | 'none';
      readonly comment?: string;
      readonly testing?: boolean;
      readonly underSized?: number;
      readonly policy?: Readonly<Record<string, string>>;
    };
  };

  export type ArcSet = {
    readonly i: number;
    readonly 'arc-seal': SignatureField;
    readonly 'arc-message-signature': SignatureField;
    /** Parsed by RFC 8601: one member per method. */
    readonly 'arc-authentication-results': { readonly parsed: Readonly<Record<string, unknown>> };
    readonly messageSignature?: SignatureResult;
  };
  export type ArcChain = {
    readonly chain: readonly ArcSet[] | false;
    readonly lastEntry?: ArcSet;
    readonly error?: Error;
  };

  export type KeyCache = {
    readonly resolver: DnsAnswers;
    get(type: string, name: string, minBitLength: number, options: KeyQuestion): Promise<PublicKeyRecord>;
  };

  export class DkimVerifier {
    constructor(options: {
      readonly resolver: DnsAnswers;
      readonly minBitLength: number;
      readonly strict: boolean;
      readonly curTime: Date;
    });
    headers: HeaderRows;
    keyCache: KeyCache;
    readonly headerFrom: readonly string[];
    readonly fromFields: number;
    readonly signatureHeaders: readonly SignatureField[];
    readonly results: readonly SignatureResult[];
    readonly arc: ArcChain;
    /** One running hash for each canonicalization, algorithm and `l=`. */
    readonly bodyHashes: Map<string, unknown>;
    messageHeaders(headers: HeaderRows): Promise<void>;
    nextChunk(chunk: Buffer): Promise<void>;
    finalChunk(): Promise<void>;
  }
}

declare module 'mailauth/lib/arc/index.js' {
  import type { ArcChain, KeyCache } from 'mailauth/lib/dkim/dkim-verifier.js';

  /** False without a chain, true when every seal verifies; rejects with `code` else. */
  export function verifyASChain(
    data: ArcChain,
    options: { readonly minBitLength: number; readonly strict: boolean; readonly keyCache: KeyCache },
  ): Promise<boolean>;
}

declare module 'mailauth/lib/spf/index.js' {
  import type { DnsAnswers } from 'mailauth/lib/tools.js';

  export function spf(options: {
    readonly sender: string;
    readonly ip: string;
    readonly helo: string;
    readonly mta: string;
    readonly maxResolveCount: number;
    readonly maxVoidCount: number;
    readonly resolver: DnsAnswers;
  }): Promise<{
    readonly domain: string;
    readonly status: {
      readonly result: 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror' | 'temperror';
      readonly comment?: string;
    };
  }>;
}

declare module 'mailauth/lib/dmarc/verify.js' {
  import type { DnsAnswers } from 'mailauth/lib/tools.js';

  export type DkimIdentity = { readonly domain: string; readonly underSized?: number | undefined };
  export function evaluateDmarc(options: {
    readonly headerFrom: readonly string[];
    readonly fromFields: number;
    readonly spfDomains: readonly string[];
    readonly dkimDomains: readonly DkimIdentity[];
    readonly resolver: DnsAnswers;
  }): Promise<{
    readonly response:
      | false
      | {
          readonly status: { readonly result: 'pass' | 'fail' | 'none' | 'temperror' | 'neutral' };
          /** The evaluated policy: sp, np and t included. */
          readonly policy?: 'none' | 'quarantine' | 'reject';
          readonly policyDomain?: string;
          readonly alignment?: {
            readonly spf: { readonly result?: string; readonly strict: boolean };
            readonly dkim: { readonly result?: string; readonly strict: boolean };
          };
        };
    readonly reason?: string;
  }>;
}

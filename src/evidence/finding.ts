/**
 * What each check found. A finding is a tagged variant (`result`) that carries its cause; `cause` is one line for staff
 * and never goes to the world. A temporary fault is `temperror`, never `fail`.
 */

import type { Classification } from '../classify/classification.ts';
import type { DenyHit } from '../denylist/entry.ts';
import type { Standing } from '../directory/tenant.ts';
import type { PortalOrigin } from '../message/envelope.ts';
import type { AutomaticMarks, FormFault, PartSummary } from '../message/message.ts';

export type CheckResult = 'pass' | 'fail' | 'none' | 'temperror' | 'permerror';

/** SPF (RFC 7208). softfail is `fail`, neutral is `none`; the qualifier stands in the cause. */
export type SpfFinding = {
  readonly result: CheckResult;
  readonly cause: string;
  /** The identity that was checked: MAIL FROM's domain, or HELO for the null sender. */
  readonly domain: string;
  /** The checked domain equals the From domain or shares its organisational domain. */
  readonly aligned: boolean;
  /** The checked domain equals the From domain exactly. */
  readonly exact: boolean;
};

/** One DKIM signature (RFC 6376), weak ones included. */
export type DkimSignature = {
  readonly result: CheckResult;
  readonly cause: string;
  /** `d=` as A-label. */
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: string;
  /** Key size in bits; null when unknown. */
  readonly keyBits: number | null;
  /** `t=y` in the key record. */
  readonly testing: boolean;
  /** Has `l=`, whatever its value. */
  readonly partialBody: boolean;
  /** Lower-case names of `h=`, with repetitions. */
  readonly signedFields: readonly string[];
  /** `t=`, epoch milliseconds; null when absent. */
  readonly signedAt: number | null;
  /** SHA-256 of the `b=` value, lower-case hex: the signature's identity for the replay memory. */
  readonly signatureId: string;
  /** Seen before with other content; filled from the replay memory. */
  readonly replayed: boolean;
};

export type DkimFinding = {
  /** The best of the signatures. */
  readonly result: CheckResult;
  readonly cause: string;
  readonly signatures: readonly DkimSignature[];
  /** Signatures beyond the cap that were not looked at. */
  readonly ignored: number;
};

/** DMARC (RFC 7489 / RFC 9989). `policy` is the evaluated one: sp, np and t included. */
export type DmarcFinding = {
  readonly result: CheckResult;
  readonly cause: string;
  readonly policy: 'none' | 'quarantine' | 'reject' | null;
};

/** ARC (RFC 8617). `trusted` only when the newest sealer is on the own list and its seal saw dmarc=pass. */
export type ArcFinding = {
  readonly result: CheckResult;
  readonly cause: string;
  readonly sealer: string | null;
  readonly trusted: boolean;
  readonly sawDmarcPass: boolean;
};

export type DomainFinding = {
  readonly spf: SpfFinding;
  readonly dkim: DkimFinding;
  readonly dmarc: DmarcFinding;
  readonly arc: ArcFinding;
};

export type PgpResult =
  | 'none'
  | 'pass'
  | 'temperror'
  | 'permerror'
  | 'unknown-key'
  | 'bad'
  | 'revoked'
  | 'expired'
  | 'weak'
  | 'partial'
  | 'replayed'
  | 'unbound'
  | 'undecryptable'
  | 'no-integrity';

/** Whom the verifying key is registered for. */
export type PgpSigner = { readonly tenantId: string; readonly adminId: string; readonly address: string };

export type PgpFinding = {
  readonly result: PgpResult;
  readonly cause: string;
  /** Upper-case hex of the signing primary key where known. */
  readonly fingerprint: string | null;
  /** Null when no registered key verified. */
  readonly signer: PgpSigner | null;
  /** Epoch milliseconds. */
  readonly signedAt: number | null;
  /** What ties the content to us: nothing (`null`) makes the result `unbound`. */
  readonly boundBy: 'signed-headers' | 'intended-recipient' | null;
  readonly encrypted: boolean;
  /** Key for the replay memory: fingerprint + digest of the signed content + creation time; null without a good signature. */
  readonly replayKey: string | null;
};

/** A registered or own name that the author's address imitates (R-LOOKALIKE). */
export type Lookalike = {
  readonly kind: 'homoglyph' | 'near-miss' | 'display-name';
  /** The address or domain that is imitated. */
  readonly of: string;
};

export type SenderFinding = {
  readonly standing: Standing;
  readonly lookalike: Lookalike | null;
};

export type DenylistFinding = {
  readonly result: 'hit' | 'none';
  readonly hits: readonly DenyHit[];
};

export type TransportFinding = {
  readonly tls: string | null;
  readonly ip: string;
  readonly helo: string;
  /** The request came by an authenticated call of the admin portal, and no mail server had a hand in it (W-PORTAL). */
  readonly portal?: PortalOrigin;
};

export type ContentFinding =
  | {
      readonly result: 'parsed';
      readonly automatic: AutomaticMarks;
      readonly parts: readonly PartSummary[];
      readonly classification: Classification;
      readonly truncated: readonly string[];
    }
  | { readonly result: 'unparseable'; readonly cause: string };

export type ProofKind = 'domain' | 'pgp' | 'portal' | 'confirmation';
export type Proof = { readonly kind: ProofKind; readonly cause: string };

/** proven · claimed (known address, no proof) · unknown · forged (the domain's own policy says so). */
export type Assurance = 'proven' | 'claimed' | 'unknown' | 'forged';

/** Everything that was found out about one mail. Stored with the verdict; holds no decrypted text. */
export type Evidence = {
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly form: readonly FormFault[];
  /** The author's address in comparison form; null when the form is faulty. */
  readonly author: { readonly address: string; readonly domain: string; readonly displayName: string } | null;
  readonly nullSender: boolean;
  readonly domain: DomainFinding;
  readonly pgp: PgpFinding;
  readonly sender: SenderFinding;
  readonly denylist: DenylistFinding;
  readonly transport: TransportFinding;
  readonly content: ContentFinding;
  readonly proofs: readonly Proof[];
  readonly assurance: Assurance;
  /** When this very mail was first deferred, epoch milliseconds; null when it never was. */
  readonly deferredSince: number | null;
  /** The DNS answer that is missing and could change the result (`defer.ts`); null when nothing is. */
  readonly missingAnswer: string | null;
  /** X-CESSATION is in force for the author's tenant. */
  readonly supportCeased: boolean;
};

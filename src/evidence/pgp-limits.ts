/** Bounds of the PGP check. */
export type PgpLimits = {
  /** Octets that one mail may unfold to. */
  readonly decompressedBytes: number;
  /** Signature packets over one content; more are not a signed mail but an attack. */
  readonly signatures: number;
  /** Recipients of one encrypted message. */
  readonly recipients: number;
  /** Recipients that need our private key: those that name it, and the hidden ones. */
  readonly trials: number;
  /** Characters of a detached signature. */
  readonly signatureLength: number;
  /** Octets of the protected header section. */
  readonly headerBytes: number;
  /** Oldest signature that proves anything, milliseconds (POLICY "Proof": 7 days). */
  readonly signatureAgeMs: number;
  /** How far ahead of ours the signer's clock may be, milliseconds. */
  readonly clockSkewMs: number;
  /** Octets above which the work goes to the pool. */
  readonly inlineBytes: number;
};

export const defaultPgpLimits: PgpLimits = {
  decompressedBytes: 50 * 1024 * 1024,
  signatures: 8,
  recipients: 64,
  trials: 8,
  signatureLength: 64 * 1024,
  headerBytes: 64 * 1024,
  signatureAgeMs: 7 * 24 * 3600 * 1000,
  clockSkewMs: 5 * 60 * 1000,
  inlineBytes: 64 * 1024,
};

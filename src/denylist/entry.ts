/** One entry of the deny-list (R-DENY). */
export type DenyKind = 'email' | 'domain' | 'subdomains' | 'network' | 'phone' | 'pgp';

export type DenyScope =
  | { readonly kind: 'global' }
  | { readonly kind: 'mailbox'; readonly mailbox: string }
  | { readonly kind: 'tenant'; readonly tenantId: string };

export type DenyEntry = {
  readonly id: string;
  readonly kind: DenyKind;
  /** Normal form: folded address, A-label domain, CIDR, upper-case fingerprint, E.164 number. */
  readonly value: string;
  /** Mandatory: why, for staff. */
  readonly reason: string;
  readonly note: string;
  readonly scope: DenyScope;
  /** Epoch milliseconds; null never expires. */
  readonly expiresAt: number | null;
  readonly createdBy: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

/** An exact key under which entries are found: `kind` with the stored `value`. */
export type DenyKey = { readonly kind: DenyKind; readonly value: string };

/** A matched entry and what of the mail matched it. */
export type DenyHit = {
  readonly entry: DenyEntry;
  readonly subject: 'author' | 'envelope-sender' | 'client-network' | 'pgp-key';
  /** The address, network address or fingerprint of the mail that matched. */
  readonly matched: string;
};

/** What the SMTP session said about one mail (RFC 5321 §3.3), before anything in the mail itself is believed. */
export type Envelope = {
  readonly client: { readonly ip: string; readonly port: number };
  /** The EHLO/HELO argument as given. */
  readonly helo: string;
  /** Reverse path in comparison form where it parses, else as given; `''` for the null sender. */
  readonly mailFrom: string;
  /** Accepted forward paths, in comparison form. */
  readonly recipients: readonly string[];
  /** Null on a plaintext session. */
  readonly tls: { readonly version: string; readonly cipher: string } | null;
  readonly smtpUtf8: boolean;
  /** Given by our own desk for the portal and by nothing else: no session of SMTP ever has it (W-PORTAL). */
  readonly portal?: PortalOrigin;
};

/** Who was logged in to the vendor's portal, as the portal vouches for it with its token. */
export type PortalOrigin = {
  readonly tenantId: string;
  readonly adminId: string;
  /** Id of the token that the portal showed. */
  readonly tokenId: string;
};

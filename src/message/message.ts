/**
 * What a mail is, once its bytes are understood.
 *
 * Terms: a *header field* is one field of the raw header block (RFC 5322 §2.2); the *author* is the single mailbox of
 * the single From field; a *form fault* is a trick or breach that R-FORM refuses; *content* is what MIME decoding
 * yields; *newest text* is what the writer wrote now, without quoted history and signature.
 */
import type { Mailbox } from '../address/mailbox.ts';

/** One field of the header block, in the order of the mail. */
export type HeaderField = {
  /** Lower-case name without trailing white space. */
  readonly name: string;
  /** Unfolded value, decoded as UTF-8 where valid, else Latin-1; surrounding white space removed. */
  readonly value: string;
  /** The octets of the whole field without its final CRLF. */
  readonly raw: Buffer;
};

export type FormFaultCode =
  | 'no-from'
  | 'several-from-fields'
  | 'several-from-mailboxes'
  | 'from-syntax'
  | 'from-domain-not-canonical'
  | 'parsers-disagree'
  | 'duplicate-singleton'
  | 'field-name-space'
  | 'bare-cr'
  | 'bare-lf'
  | 'nul'
  | 'header-syntax'
  | 'header-too-large';

/** One reason for R-FORM. `detail` is for staff, one line, without control characters. */
export type FormFault = { readonly code: FormFaultCode; readonly detail: string };

/** The single mailbox of the single From field. */
export type Author = Mailbox & { readonly displayName: string };

/** Header marks that say that no person wrote or awaits an answer (R-AUTO, R-NOREPLY). */
export type AutomaticMarks = {
  /** `Auto-Submitted` keyword in lower case (RFC 3834 §5), null when absent. */
  readonly autoSubmitted: string | null;
  /** Top level is `multipart/report` (RFC 6522). */
  readonly report: boolean;
  /** `method` of a text/calendar part in upper case, null when there is none. */
  readonly calendarMethod: string | null;
  /** Our own loop mark was found: the value of `X-Postern-Loop`. */
  readonly ownMark: string | null;
  /** `Precedence` bulk/list/junk or `X-Auto-Response-Suppress`: only suppresses notices. */
  readonly suppressReply: boolean;
  /** Any `List-*` field (RFC 2369, RFC 2919); the List-Id when there is one. */
  readonly list: { readonly id: string | null } | null;
};

/** One leaf of the MIME tree. */
export type PartSummary = {
  readonly contentType: string;
  readonly fileName: string | null;
  readonly disposition: 'inline' | 'attachment' | null;
  /** Octets after transfer decoding. */
  readonly size: number;
  /** SHA-256 of the decoded octets, lower-case hex. */
  readonly sha256: string;
};

/** How PGP is used in the mail, by structure alone (DESIGN "Identity"). Octets are as transmitted. */
export type PgpStructure =
  | { readonly kind: 'none' }
  /** RFC 3156 §5: one top-level multipart/signed. `signed` is the first part, CRLF line endings, without the CRLF before the boundary. */
  | { readonly kind: 'signed'; readonly signed: Buffer; readonly signature: string }
  /** RFC 3156 §4, or Exchange's mangled form of it. */
  | { readonly kind: 'encrypted'; readonly armored: string; readonly form: 'rfc3156' | 'exchange' }
  /** One cleartext block with nothing around it. */
  | { readonly kind: 'inline-signed'; readonly armored: string }
  /** One armored message with nothing around it. */
  | { readonly kind: 'inline-encrypted'; readonly armored: string }
  /** PGP is there, but does not cover all content. `encrypted`: some of the content is a message that nobody has opened. */
  | { readonly kind: 'partial'; readonly cause: string; readonly encrypted: boolean };

/** What MIME decoding yields. Every text is capped by the limits it was read under. */
export type Content = {
  readonly subject: string;
  /** Message-ID with its angle brackets, null when absent or not one id. */
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly date: number | null;
  /** Addresses of To and Cc in comparison form; unparseable ones are left out. */
  readonly addressees: readonly string[];
  /** From addresses as the MIME parser reads them; held against the author. */
  readonly parserFrom: readonly string[];
  /** All readable text: text/plain, or text/html turned into text. */
  readonly text: string;
  readonly newestText: string;
  /** A limit kept something out of it that the writer may have written. */
  readonly newestTextCut: boolean;
  /** What attached texts, calendars and mails say; only so much of each as the limits allow. */
  readonly attachedTexts: readonly string[];
  readonly parts: readonly PartSummary[];
  readonly automatic: AutomaticMarks;
  readonly pgp: PgpStructure;
  /** What was cut by a limit, one line each; empty when nothing was. */
  readonly truncated: readonly string[];
};

export type ContentResult =
  | { readonly kind: 'parsed'; readonly content: Content }
  | { readonly kind: 'unparseable'; readonly cause: string };

export type Message = {
  readonly header: readonly HeaderField[];
  readonly faults: readonly FormFault[];
  /** Null exactly when `faults` names a From fault, or a header too large for its From to be known. */
  readonly author: Author | null;
  readonly content: ContentResult;
  /**
   * SHA-256 over the body and the fields a reader sees or that steer decoding (not trace fields), lower-case hex:
   * the same for the same mail on its way through another relay.
   */
  readonly contentDigest: string;
};

/** Bounds under which a mail is read; octets unless named otherwise. */
export type ReadLimits = {
  readonly headerBytes: number;
  readonly headerFields: number;
  readonly mimeDepth: number;
  readonly mimeParts: number;
  readonly textBytes: number;
  readonly htmlBytes: number;
  /** Most octets of a PGP part that are held in memory; PGP over more than that is `partial`. */
  readonly pgpBytes: number;
};

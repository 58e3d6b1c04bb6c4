/** What a case rests on: documents, calls to contacts on file, readings of logins. */

export const documentKinds = ['police-report', 'court-order', 'certificate-of-dissolution', 'other'] as const;
export type DocumentKind = (typeof documentKinds)[number];

export type DocumentOrigin =
  | { readonly kind: 'upload' }
  /** An attachment of a mail that is part of the case. */
  | { readonly kind: 'mail'; readonly reference: string };

/** What staff are warned of before they open it; Postern itself never opens it. */
const documentMarks = ['executable', 'encrypted', 'huge'] as const;
export type DocumentMark = (typeof documentMarks)[number];

/** Where staff found whom they asked. That the claimant named them is not in the list, and never will be. */
export const sourcePlaces = ['official-website', 'public-directory', 'own-records'] as const;
export type SourcePlace = (typeof sourcePlaces)[number];

export type Source = {
  /** Whom staff asked: the authority, its number or address. */
  readonly asked: string;
  readonly foundIn: SourcePlace;
};

export type Jurisdiction = { readonly court: string; readonly why: string };

export type Confirmation = {
  readonly by: string;
  readonly at: number;
  readonly source: Source;
  readonly note: string;
  /** For which request it was confirmed (`requestKey`). */
  readonly requestKey: string;
  /** Of a court order. */
  readonly jurisdiction: Jurisdiction | null;
};

export type CaseDocument = {
  readonly id: string;
  readonly kind: DocumentKind;
  /** SHA-256, lower-case hex. */
  readonly digest: string;
  /** Octets. */
  readonly size: number;
  readonly fileName: string;
  readonly mediaType: string;
  readonly marks: readonly DocumentMark[];
  readonly origin: DocumentOrigin;
  /** When it reached us: of the mail, or of the upload. Epoch milliseconds. */
  readonly receivedAt: number;
  readonly addedBy: string;
  readonly addedAt: number;
  readonly looks: readonly { readonly by: string; readonly at: number }[];
  readonly standing: 'unconfirmed' | 'confirmed' | 'refuted';
  readonly confirmation: Confirmation | null;
  readonly refutation: { readonly by: string; readonly at: number; readonly note: string } | null;
};

export type ContactChannel = 'phone' | 'email';

/** One way to reach one person, as the directory has it. */
export type ContactPoint = {
  readonly id: string;
  readonly name: string;
  readonly role: 'executive' | 'billing' | 'technical';
  readonly channel: ContactChannel;
  readonly value: string;
  /** Since when it stands unchanged, epoch milliseconds. */
  readonly since: number;
};

/** A contact on file that was added or removed. */
export type ContactChange = {
  readonly change: 'added' | 'removed';
  readonly name: string;
  readonly channel: ContactChannel;
  readonly at: number;
};

export const contactOutcomes = ['confirmed', 'denied', 'not-reached'] as const;
export type ContactOutcome = (typeof contactOutcomes)[number];

/** One try to reach a contact on file. Name and channel come from the file, never from the keyboard. */
export type ContactAttempt = {
  readonly contactId: string;
  readonly name: string;
  readonly channel: ContactChannel;
  /** When the contact was asked. */
  readonly madeAt: number;
  readonly by: string;
  readonly outcome: ContactOutcome;
  readonly note: string;
  /** What the contact was asked about. */
  readonly subjectKey: string;
};

export const loginSources = ['devices', 'users', 'user-portal', 'admin-portal'] as const;
export type LoginSource = (typeof loginSources)[number];

/** What a log of successful logins says. */
export type LoginReading = {
  readonly source: LoginSource;
  readonly last:
    | { readonly kind: 'at'; readonly at: number }
    /** None on record, and the records go back to `since`. */
    | { readonly kind: 'none'; readonly since: number };
  /** When the log was read. */
  readonly asOf: number;
  /** Which system or export it was read from. */
  readonly from: string;
};

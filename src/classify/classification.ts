/** What a mail asks and how it says it. Every label carries its reasons. */
export const requestKinds = [
  'ordinary',
  'credentials',
  'grant-access',
  'become-admin',
  'tenant-change',
  'delete-account',
  'account-information',
  'recovery-disgruntled-admin',
  'recovery-closure',
  'recovery-mistake',
  'recovery-cessation',
  'recovery-preventative',
  'escalation-manager',
  'purchase',
  'deny-appeal',
] as const;
export type RequestKind = (typeof requestKinds)[number];

export type AbuseLabel = 'none' | 'swearing' | 'abusive' | 'threatening';
export type Severity = 1 | 2 | 3;

/** A rule that fired and the words that made it fire. Words are empty where they came from decrypted text. */
export type Because = { readonly rule: string; readonly words: readonly string[] };

export type SecretKind = 'password' | 'private-key' | 'api-token' | 'card-number';
/** Where a secret stands in the text it was found in, in UTF-16 units; the secret itself is never kept. */
export type SecretSpan = { readonly kind: SecretKind; readonly start: number; readonly end: number };

export type Classification = {
  readonly request: {
    readonly kind: RequestKind;
    /** 0 to 1. */
    readonly score: number;
    /** A kind that policy hangs on may be meant, but it is not sure: a person decides. */
    readonly doubt: boolean;
    readonly because: readonly Because[];
    /** What is asked beside it, of the kinds that staff never do; absent where that is nothing. */
    readonly also?: readonly RequestKind[];
  };
  readonly severity: Severity;
  readonly severityBecause: readonly Because[];
  readonly abuse: {
    readonly label: AbuseLabel;
    readonly because: readonly Because[];
    /** Somebody may be abused, but it is not sure: staff are told, and nothing else follows from it. */
    readonly doubt?: true;
  };
  /** Automatic by its text alone; header marks are evidence of their own. */
  readonly automatic: boolean;
  /** ISO 639-1, `und` when it cannot be told. */
  readonly language: string;
  readonly secrets: readonly SecretKind[];
};

/** What a classifier reads. Text is normalised and capped by the classifier. */
export type ClassifierInput = {
  readonly subject: string;
  readonly text: string;
  readonly attachmentNames: readonly string[];
  /** What stands in attached files, somebody else's words or not: a costly request in it is a doubt about the mail. */
  readonly attachedTexts?: readonly string[];
  /** Some of the mail could not be read, so the label speaks for the rest only; a person decides. */
  readonly unread?: boolean;
};

/** The words of all notices in one language. A wording has no access to the mail: it can quote nothing. */
import type { SecretKind } from '../classify/classification.ts';
import type { Prohibition } from '../verdict/verdict.ts';
import type { Notice } from './notice.ts';

export type Wording = {
  /** For `Intl.DateTimeFormat`. */
  readonly locale: string;
  readonly greeting: string;
  readonly closing: string;
  /** Under every notice. */
  readonly automatic: string;
  readonly never: string;
  /** Of an encrypted notice. */
  readonly outerSubject: string;
  readonly subjects: Readonly<Record<Notice['kind'], string>> & {
    readonly rotate: string;
    readonly joined: string;
  };

  readonly reached: (when: string) => string;
  /** With the colon, which French sets apart. */
  readonly labels: { readonly ticket: string; readonly answerBy: string; readonly reference: string };
  readonly joined: string;
  readonly answerToAdd: string;

  readonly receipt: readonly string[];
  /** Instead of what is sent encrypted only. */
  readonly noKey: readonly string[];

  readonly notEntitled: { readonly why: string; readonly where: string; readonly buy: string };

  readonly channel: {
    readonly why: (when: string) => string;
    readonly sign: string;
    readonly encryptSign: string;
    readonly tls: string;
    readonly again: string;
  };

  readonly neverDone: {
    readonly why: string;
    readonly deeds: Readonly<Record<Prohibition, string>>;
    readonly alone: string;
    readonly otherwise: string;
  };

  readonly authorization: readonly string[];

  readonly rotate: { readonly found: (kinds: string) => string; readonly names: Readonly<Record<SecretKind, string>> };
};

/** A sample mail: what it shows, how it is submitted, and what a gateway that knows the samples says to it. */
import type { DenyEntry } from '../denylist/entry.ts';
import type { Reason, Verdict } from '../verdict/verdict.ts';

export type SampleMail = {
  /** File name without `.eml`; also the order. */
  readonly name: string;
  /** One line: what is to be seen. */
  readonly shows: string;
  readonly envelope: { readonly mailFrom: string; readonly recipient: string };
  readonly raw: Buffer;
  readonly expected: SampleVerdict;
};

export type SampleVerdict =
  | { readonly outcome: Verdict['outcome']; readonly reason: Reason }
  | { readonly outcome: 'deferred'; readonly reason: 'dns' };

/** Everything that the sample mails rest upon. Nothing in it is secret: private halves of keys are gone once made. */
export type Samples = {
  readonly mails: readonly SampleMail[];
  /** DNS of the sample domains, in the form of `check --zone`. */
  readonly zone: SampleZone;
  /** Tenants in the form of the directory file. */
  readonly directory: { readonly tenants: readonly SampleTenant[] };
  readonly deny: readonly DenyEntry[];
};

export type SampleZone = Readonly<Record<string, Readonly<Record<string, readonly string[] | 'SERVFAIL'>>>>;

/** A tenant as the directory file writes it; what is left out has its empty value. */
export type SampleTenant = {
  readonly id: string;
  readonly domains: readonly string[];
  readonly [field: string]: unknown;
};

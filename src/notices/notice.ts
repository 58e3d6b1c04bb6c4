/**
 * A notice: one short automatic mail about a mail that came in, or about a step of a case.
 *
 * Terms: the *addressee* is the one address that a notice goes to, with the reason why it may (POLICY "No backscatter");
 * the *kind* is what it says and what it is counted by.
 */
import type { SecretKind } from '../classify/classification.ts';
import type { PgpRequirement } from '../directory/tenant.ts';
import type { Prohibition } from '../verdict/verdict.ts';

export const noticeKinds = [
  /** An active customer's request: ticket and response time. */
  'received',
  /** A receipt that tells nothing: the same for prospects, non-admins, inactive admins and all other departments. */
  'receipt',
  'not-entitled',
  'channel-refused',
  'never-done',
  'needs-authorization',
  'case-step',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

/** Nobody else is ever written to. */
export type Addressee = {
  /** Comparison form. */
  readonly address: string;
  readonly because: 'proven-sender' | 'registered-primary' | 'contact-on-file';
};

type About = { readonly to: Addressee; readonly language: Language };

/** What a safer channel lacks, by the sender's own contract. */
export type ChannelDemand = { readonly pgp: PgpRequirement; readonly tls: boolean };

export const caseSteps = ['confirmation-asked', 'closed'] as const;
export type CaseStep = (typeof caseSteps)[number];

export type MailNotice = About & {
  /** Kinds of secrets to be changed, in the order of the union, without repetition; they are never repeated. */
  readonly rotate: readonly SecretKind[];
} & (
    | { readonly kind: 'received' | 'receipt' | 'not-entitled' | 'needs-authorization' }
    | { readonly kind: 'channel-refused'; readonly demands: ChannelDemand }
    | { readonly kind: 'never-done'; readonly prohibitions: readonly Prohibition[] }
  );

export type CaseNotice = About & {
  readonly kind: 'case-step';
  readonly step: CaseStep;
  /** Our reference; it says nothing about the tenant. */
  readonly reference: string;
};

export type Notice = MailNotice | CaseNotice;

/** Only over a contact on file: while a case is open nothing about it goes to the tenant's admins (X-*). */
export function caseNotice(
  contact: string,
  step: CaseStep,
  { language, reference }: { readonly language: Language; readonly reference: string },
): CaseNotice {
  return { kind: 'case-step', to: { address: contact, because: 'contact-on-file' }, step, reference, language };
}

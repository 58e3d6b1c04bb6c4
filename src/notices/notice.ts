/**
 * A notice: one short automatic mail about a mail that came in. No step of a case sends one: not to the tenant's admins
 * (X-*: no tip-off), and not to contacts on file, whose mailboxes the very admin may read.
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
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

/** Nobody else is ever written to. */
export type Addressee = {
  /** Comparison form. */
  readonly address: string;
  readonly because: 'proven-sender' | 'registered-primary';
};

type About = { readonly to: Addressee; readonly language: Language };

/** What a safer channel lacks, by the sender's own contract. */
export type ChannelDemand = { readonly pgp: PgpRequirement; readonly tls: boolean };

export type Notice = About & {
  /** Kinds of secrets to be changed, in the order of the union, without repetition; they are never repeated. */
  readonly rotate: readonly SecretKind[];
} & (
    | { readonly kind: 'received' | 'receipt' | 'not-entitled' | 'needs-authorization' }
    | { readonly kind: 'channel-refused'; readonly demands: ChannelDemand }
    | { readonly kind: 'never-done'; readonly prohibitions: readonly Prohibition[] }
  );

/** The decision about one mail in one mailbox, and its closed vocabulary (POLICY, DESIGN "Public surface"). */
import type { Severity } from '../classify/classification.ts';
import type { Assurance } from '../evidence/finding.ts';

export const acceptedReasons = ['admin', 'prospect', 'department', 'contract', 'confirmed'] as const;
export const rejectedReasons = [
  'malformed',
  'deny-listed',
  'automatic',
  'forged',
  'not-active-admin',
  'not-an-admin',
  'own-support-address',
  'insecure-channel',
  'support-ceased',
  'not-entitled',
  'refused',
] as const;
export const escalatedReasons = [
  'unproven-sender',
  'not-primary',
  'shared-mailbox',
  'impersonation',
  'suspicious',
  'bad-signature',
  'cannot-decrypt',
  'conflicting-proof',
  'unparseable',
  'abuse',
  'needs-authorization',
  'recovery',
  'doubtful',
] as const;
export const deferredReasons = ['dns', 'storage', 'queue', 'busy'] as const;

export type AcceptedReason = (typeof acceptedReasons)[number];
export type RejectedReason = (typeof rejectedReasons)[number];
export type EscalatedReason = (typeof escalatedReasons)[number];
export type DeferredReason = (typeof deferredReasons)[number];
export type Reason = AcceptedReason | RejectedReason | EscalatedReason;

export const departments = [
  'sales',
  'finance-legal',
  'account-management',
  'security',
  'support',
  'prospect',
  'escalation-manager',
] as const;
export type Department = (typeof departments)[number];

export type Prohibition = 'credentials' | 'grant-access' | 'tenant-change';

/** Ids of POLICY. */
export const ruleIds = [
  'R-FORM',
  'R-DENY',
  'R-DEFER',
  'R-AUTO',
  'R-FORGED',
  'W-HELPDESK',
  'R-NODECRYPT',
  'R-BADSIG',
  'R-UNPARSEABLE',
  'X-DISGRUNTLED',
  'X-CLOSURE',
  'X-MISTAKE',
  'X-CESSATION',
  'X-PREVENT',
  'P-DELETE',
  'P-INFO',
  'P-TENANT',
  'P-CREDENTIALS',
  'P-ACCESS',
  'P-DOUBT',
  'R-LOOKALIKE',
  'W-PRIMARY',
  'W-CLAIMED',
  'W-SECONDARY',
  'W-INACTIVE',
  'W-NOTADMIN',
  'W-SHARED',
  'W-CONTRACT',
  'W-PORTAL',
  'R-INSECURE',
  'R-ABUSE',
  'T-FREE',
  'D-SALES',
  'D-FINLEGAL',
  'D-ACCTMGR',
  'D-SECURITY',
  'D-PROSPECT',
  'D-SUPPORT',
  'D-ESCMGR',
] as const;
export type RuleId = (typeof ruleIds)[number];

type Common = {
  readonly rule: RuleId;
  /** For staff, one line each. */
  readonly detail: readonly string[];
  readonly department: Department;
  readonly assurance: Assurance;
  readonly severity: Severity;
  readonly prohibitions: readonly Prohibition[];
  /** Nothing may be sent to anybody because of this mail. */
  readonly silent: boolean;
};

export type Verdict =
  | (Common & { readonly outcome: 'accepted'; readonly reason: AcceptedReason })
  | (Common & { readonly outcome: 'rejected'; readonly reason: RejectedReason })
  | (Common & { readonly outcome: 'escalated'; readonly reason: EscalatedReason });

/** Evidence is missing: ask again (SMTP 451). Not an outcome. */
export type Defer = {
  readonly outcome: 'deferred';
  readonly reason: DeferredReason;
  readonly rule: 'R-DEFER';
  readonly detail: readonly string[];
};

/** The mailbox a mail was written to. */
export type Mailbox = { readonly address: string; readonly department: Department };

/** One SMTP reply, one line (RFC 5321 §4.2, RFC 3463). `text` has no control characters and no code. */
export type Reply = { readonly code: number; readonly enhanced: string; readonly text: string };

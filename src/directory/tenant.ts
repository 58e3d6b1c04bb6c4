/**
 * Customers as the vendor knows them (POLICY "Words"). All addresses are in comparison form (`address/mailbox.ts`),
 * all domains are lower-case A-labels.
 */
import type { Weekday } from '../sla/written-hours.ts';

export type Tier = 'free' | 'standard' | 'premium';
export type AdminRole = 'owner' | 'admin' | 'billing';
export type MailboxKind = 'dedicated' | 'group';
export type PgpRequirement = 'none' | 'signed' | 'encrypted-signed';
export type ContactRole = 'executive' | 'billing' | 'technical';

/** A further address that the contract lets write (W-CONTRACT). */
export type AlternateSender = {
  readonly address: string;
  /** Request kinds the contract lists besides `ordinary`. */
  readonly requests: readonly string[];
};

/** A further way of extraordinary account recovery that the contract holds (POLICY X-*). */
export type RecoveryMethod = {
  /** Its name within the tenant. */
  readonly id: string;
  readonly procedures: readonly ('disgruntled-admin' | 'closure' | 'mistake' | 'cessation' | 'preventative')[];
  /** What it stands in for; nothing stands in for a court order. */
  readonly replaces: readonly ('contact' | 'police-report' | 'certificate-of-dissolution')[];
} & (
  | { readonly kind: 'dead-mans-switch'; readonly intervalDays: number; readonly graceDays: number }
  | { readonly kind: 'authorised-third-party'; readonly name: string; readonly address: string }
);

/** An answer that the contract promises (T-SLA): so many hours, or by the end of the next business day. */
export type PromisedAnswer =
  | { readonly clock: 'elapsed' | 'business'; readonly hours: number }
  | { readonly clock: 'next-business-day' };

/** Hours of work that the contract sets in place of the vendor's; the vendor's holidays stay off. Times are `HH:MM`. */
export type PromisedHours = {
  /** IANA name. */
  readonly timeZone: string;
  readonly opensAt: string;
  readonly closesAt: string;
  /** ISO 8601: Monday is 1. */
  readonly weekdays: readonly Weekday[];
};

export type Contract = {
  readonly requirePgp: PgpRequirement;
  readonly requireTls: boolean;
  /** An aligned SPF pass proves for this tenant. */
  readonly spfProves: boolean;
  readonly alternateSenders: readonly AlternateSender[];
  readonly recoveryMethods?: readonly RecoveryMethod[] | undefined;
  /** By severity; what is left out stays as the tier has it. */
  readonly responseTimes?: { readonly [Severity in '1' | '2' | '3']?: PromisedAnswer | undefined } | undefined;
  readonly businessHours?: PromisedHours | undefined;
};

export type Contact = {
  readonly name: string;
  readonly role: ContactRole;
  readonly phone: string | null;
  readonly email: string | null;
};

export type Admin = {
  readonly id: string;
  readonly name: string;
  readonly primaryEmail: string;
  readonly secondaryEmails: readonly string[];
  readonly role: AdminRole;
  readonly active: boolean;
  readonly mailbox: MailboxKind;
  /** ASCII-armored public keys. */
  readonly pgpKeys: readonly string[];
};

export type Tenant = {
  readonly id: string;
  readonly name: string;
  readonly objectId: string | null;
  readonly domains: readonly string[];
  readonly signingDomains: readonly string[];
  readonly tier: Tier;
  readonly users: number;
  /** T-PARTNER: a partner whose customers are over ten users on a paid plan. */
  readonly partner: boolean;
  /** IANA name. */
  readonly timezone: string;
  readonly contract: Contract;
  readonly helpdeskAddresses: readonly string[];
  readonly contactsOnFile: readonly Contact[];
  readonly admins: readonly Admin[];
};

/** The part of a tenant that judging needs; stored with the evidence so that a verdict can be replayed. */
export type TenantFacts = Pick<
  Tenant,
  'id' | 'name' | 'tier' | 'users' | 'partner' | 'timezone' | 'domains' | 'signingDomains' | 'contract'
>;

/** The part of an admin that judging needs. */
export type AdminFacts = Pick<Admin, 'id' | 'name' | 'primaryEmail' | 'role' | 'active' | 'mailbox'>;

/** What an exact address is to the directory. An address has at most one standing (import enforces it). */
export type Standing =
  | { readonly kind: 'primary'; readonly tenant: TenantFacts; readonly admin: AdminFacts }
  | {
      readonly kind: 'secondary';
      readonly tenant: TenantFacts;
      readonly admin: AdminFacts;
      /** Staff allow it until then, epoch milliseconds (`reviews/allowance.ts`). */
      readonly allowedUntil?: number;
    }
  | { readonly kind: 'alternate'; readonly tenant: TenantFacts; readonly requests: readonly string[] }
  | { readonly kind: 'helpdesk'; readonly tenant: TenantFacts }
  /** The address itself is unknown, its exact domain belongs to a tenant. */
  | { readonly kind: 'tenant-domain'; readonly tenant: TenantFacts }
  | { readonly kind: 'unregistered' };

/** A public key registered for an admin. */
export type RegisteredKey = {
  /** Upper-case hex of the primary key. */
  readonly fingerprint: string;
  readonly armored: string;
  readonly tenantId: string;
  readonly adminId: string;
  /** The admin's primary address. */
  readonly address: string;
};

/**
 * Everything that can happen to a case. Facts from outside (contacts on file, admins, contract, when a mail came) are put
 * in by the records, never typed by anybody; they stay in the event, so that a case can be read again as it was.
 */
import type { CaseAdmin, CaseRequest, OrderItem } from './action.ts';
import type { ContractMethod } from './contract-method.ts';
import type {
  ContactChange,
  ContactOutcome,
  ContactPoint,
  DocumentKind,
  DocumentMark,
  DocumentOrigin,
  Jurisdiction,
  LoginReading,
  Source,
} from './evidence.ts';
import type { Procedure } from './procedure.ts';

/** Which tenant and procedure, with what stood on file when the case was opened. */
export type Naming = {
  readonly procedure: Procedure;
  readonly tenantId: string;
  readonly contacts: readonly ContactPoint[];
  /** In the 30 days before the case was opened, and since. */
  readonly contactChanges: readonly ContactChange[];
  readonly methods: readonly ContractMethod[];
  /** Another open case of this tenant and procedure. */
  readonly openCaseId: string | null;
  /** The tenant's earlier cessation that nobody backed by evidence in time. */
  readonly lapsedCessation: { readonly caseId: string; readonly at: number } | null;
};

export type Communication = {
  readonly channel: 'mail' | 'portal';
  /** Message id, or the portal's reference. */
  readonly reference: string;
  /** When it reached us. */
  readonly receivedAt: number;
  /** The claimed author of a mail, in comparison form. */
  readonly address: string | null;
};

export const closeOutcomes = ['executed', 'withdrawn', 'unfounded', 'expired', 'joined'] as const;
export type CloseOutcome = (typeof closeOutcomes)[number];

export const answerResults = ['done', 'refused', 'failed', 'cancelled'] as const;
export type AnswerResult = (typeof answerResults)[number];

export type CaseEvent =
  | {
      readonly kind: 'opened';
      readonly caseId: string;
      /** Null: staff have to name tenant and procedure first. */
      readonly naming: Naming | null;
      readonly communication: Communication | null;
      readonly note: string;
    }
  | { readonly kind: 'communication-joined'; readonly communication: Communication }
  | { readonly kind: 'named'; readonly naming: Naming }
  | { readonly kind: 'contacts-changed'; readonly changes: readonly ContactChange[] }
  | { readonly kind: 'request-set'; readonly request: CaseRequest; readonly admins: readonly CaseAdmin[] }
  | {
      readonly kind: 'document-added';
      readonly document: {
        readonly id: string;
        readonly kind: DocumentKind;
        readonly digest: string;
        readonly size: number;
        readonly fileName: string;
        readonly mediaType: string;
        readonly marks: readonly DocumentMark[];
        readonly origin: DocumentOrigin;
      };
    }
  | { readonly kind: 'document-looked'; readonly documentId: string }
  | {
      readonly kind: 'document-confirmed';
      readonly documentId: string;
      readonly source: Source;
      readonly note: string;
      readonly jurisdiction: Jurisdiction | null;
    }
  | { readonly kind: 'document-refuted'; readonly documentId: string; readonly note: string }
  | { readonly kind: 'contact-required' }
  | {
      readonly kind: 'contact-made';
      readonly contactId: string;
      readonly madeAt: number;
      readonly outcome: ContactOutcome;
      readonly note: string;
      readonly admins: readonly CaseAdmin[];
    }
  | { readonly kind: 'activity-added'; readonly readings: readonly LoginReading[] }
  | {
      readonly kind: 'order-typed';
      readonly documentId: string;
      readonly items: readonly OrderItem[];
      readonly admins: readonly CaseAdmin[];
    }
  | {
      readonly kind: 'method-used';
      readonly methodId: string;
      /** Of a dead man's switch. */
      readonly lastCheckInAt: number | null;
      /** Of an authorised third party: a mail of the case and what the gateway found out about its author. */
      readonly mail: { readonly reference: string; readonly address: string; readonly proven: boolean } | null;
      readonly admins: readonly CaseAdmin[];
    }
  | { readonly kind: 'method-checked-in'; readonly methodId: string }
  | { readonly kind: 'proposed'; readonly admins: readonly CaseAdmin[]; readonly objectId: string | null }
  | { readonly kind: 'proposal-withdrawn'; readonly note: string }
  | {
      readonly kind: 'approved';
      readonly admins: readonly CaseAdmin[];
      readonly objectId: string | null;
      /** When this person was last let in: added, reset, or given a role. Null when no record goes back that far. */
      readonly letInAt: number | null;
      /** When the first member of staff ever was added. Null when no record goes back that far. */
      readonly staffSince: number | null;
      /** The account of the machine that the command line ran under; null in the console. */
      readonly account: string | null;
    }
  | {
      readonly kind: 'work-order-answered';
      readonly result: AnswerResult;
      readonly reference: string;
      readonly note: string;
    }
  | { readonly kind: 'cessation-started' }
  | { readonly kind: 'cessation-lapsed' }
  | { readonly kind: 'cessation-ended'; readonly note: string }
  | { readonly kind: 'request-ignored'; readonly communication: Communication | null }
  | { readonly kind: 'closed'; readonly outcome: CloseOutcome; readonly note: string };

export type EventKind = CaseEvent['kind'];

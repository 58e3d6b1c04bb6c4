/** Review items of the configured records, and the queue that decided mail goes on to. */
import type { AllowanceRecords } from '../records/allowances.ts';
import type { FollowUpRecords } from '../records/follow-ups.ts';
import type { NoticeRecords } from '../records/notices.ts';
import type { PortalAuthorizationRecords } from '../records/portal-authorizations.ts';
import type { Review, ReviewRecords } from '../records/reviews.ts';
import type { TraceRecord } from '../records/trace.ts';
import type { VerificationRecords } from '../records/verifications.ts';
import type { DecidingPorts } from '../reviews/deciding.ts';

export type OpenReviews = {
  readonly reviews: Pick<ReviewRecords, 'get' | 'list' | 'counts'>;
  readonly followUps: Pick<FollowUpRecords, 'of'>;
  readonly verifications: Pick<VerificationRecords, 'of'>;
  readonly notices: Pick<NoticeRecords, 'unreachable'>;
  readonly authorizations: Pick<PortalAuthorizationRecords, 'of'>;
  readonly trace: { get(messageId: string): Promise<TraceRecord | null> };
  readonly allowances: AllowanceRecords;
  readonly deciding: DecidingPorts;
  close(): Promise<void>;
};

export type { Review };

/** What the console needs from outside; `main/` makes the real ones, tests make theirs. */

import type { AlertTarget } from '../alerts/target.ts';
import type { CaseTools } from '../case-file/case-tools.ts';
import type { QueueInspection } from '../cli/queues.ts';
import type { WordsQuery } from '../cli/trace-query.ts';
import type { Again } from '../cli/trace-story.ts';
import type { DenyCsvResult } from '../denylist/csv.ts';
import type { DirectoryResult } from '../directory/directory-file.ts';
import type { EndingKey } from '../directory/ending-keys.ts';
import type { DecryptedMail } from '../evidence/pgp-plaintext.ts';
import type { Rejudge } from '../intake/rejudge.ts';
import type { Simulation } from '../intake/simulation.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { QueueName } from '../jobs/queues.ts';
import type { PublicKeyFacts } from '../keyring/public-key.ts';
import type { Message } from '../message/message.ts';
import type { OnePartResult } from '../message/one-part.ts';
import type { RawMail } from '../message/raw-mail.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics, MetricsSnapshot } from '../observe/metrics.ts';
import type { PortalDesk } from '../portal/desk.ts';
import type { DeadLetterOptions, RemoveResult, RetryFilter } from '../queue/inspection.ts';
import type { JobDetail, JobPage, JobQuery } from '../queue/jobs.ts';
import type { AlertDeliveryRecords } from '../records/alert-deliveries.ts';
import type { AlertRecords } from '../records/alerts.ts';
import type { ApiTokenRecords } from '../records/api-tokens.ts';
import type { AuditRecords } from '../records/audit.ts';
import type { CaseRecords } from '../records/cases.ts';
import type { ClockRecords } from '../records/clocks.ts';
import type { DenyHits, DenyHitsQuery } from '../records/deny-hits.ts';
import type { DenyProposals } from '../records/deny-proposals.ts';
import type { DenySearch } from '../records/deny-search.ts';
import type { DenylistRecords } from '../records/denylist.ts';
import type { DirectoryRecords } from '../records/directory.ts';
import type { LogInFailures } from '../records/log-in-failures.ts';
import type { NoticeRecords } from '../records/notices.ts';
import type { ParkedRecords } from '../records/parked.ts';
import type { PasskeyRecords } from '../records/passkeys.ts';
import type { PortalAuthorizationRecords } from '../records/portal-authorizations.ts';
import type { QueuePauses } from '../records/queue-pauses.ts';
import type { RefusalRecords } from '../records/refusals.ts';
import type { Rejudging } from '../records/rejudging.ts';
import type { ReviewClaims } from '../records/review-claims.ts';
import type { ReviewRecords } from '../records/reviews.ts';
import type { StaffRecords } from '../records/staff.ts';
import type { TicketRecords } from '../records/tickets.ts';
import type { TraceRecord, TraceRecords } from '../records/trace.ts';
import type { FlowPoint, FlowQuery } from '../records/trace-flow.ts';
import type { VerificationRecords } from '../records/verifications.ts';
import type { HowAsked } from '../reviews/asking.ts';
import type { DecidingPorts } from '../reviews/deciding.ts';
import type { KnownBrowsers } from '../staff/known-browser.ts';
import type { RateOptions } from './api/rate.ts';
import type { IsProxy } from './client-address.ts';

export type Disk = { readonly freeBytes: number; readonly totalBytes: number };
export type CertificateFacts = { readonly expiresAt: number; readonly isSelfSigned: boolean };

/** One setting as it is, and where it came from. A secret has no value here, only whether it is set. */
export type SettingRow = {
  /** `smtp.port` */
  readonly name: string;
  readonly value: string;
  /** The same for people, on one line or more. */
  readonly lines: readonly string[];
  readonly source: 'default' | 'file' | 'environment';
  readonly text: string;
  readonly unit: string | null;
  readonly env: string | null;
};

/** A key as the directory may hold it; `problem` says why it proves nothing, null when it does. */
export type RegisteredKeyFacts = PublicKeyFacts & { readonly problem: string | null };

/** The queues: as the command line has them, and single jobs. */
export type ConsoleQueues = Omit<QueueInspection, 'close'> & {
  remove(filter: RetryFilter, options: DeadLetterOptions): Promise<RemoveResult>;
  jobs(query: JobQuery): Promise<JobPage>;
  job(queue: QueueName, id: string): Promise<JobDetail | null>;
  /** False when it is gone, or a worker has it in hand. */
  removeJob(queue: QueueName, id: string): Promise<boolean>;
};

/** Taken as it was when each mail came, as it is now, or from a file. */
export type SimulatedList =
  | { readonly kind: 'then' }
  | { readonly kind: 'present' }
  | { readonly kind: 'file'; readonly text: string };

export type SimulationWish = {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly denylist: SimulatedList;
  readonly directory: SimulatedList;
  /** A settings file whose policy section counts; null takes the present settings. */
  readonly policy: string | null;
};

export type SimulationResult =
  /** `since` is later than asked for when there are more mails than the console judges. */
  | (Simulation & { readonly ok: true; readonly since: number })
  | { readonly ok: false; readonly faults: readonly string[] };

export type ConsolePorts = {
  readonly staff: StaffRecords;
  readonly tokens: ApiTokenRecords;
  readonly logInFailures: LogInFailures;
  readonly knownBrowsers: KnownBrowsers;
  readonly passkeys: PasskeyRecords;
  /** The id of a passkey that does not exist, always the same for a name. */
  readonly passkeyDecoy: (name: string) => string;
  readonly audit: Pick<AuditRecords, 'append' | 'list' | 'verify'>;
  readonly trace: Pick<TraceRecords, 'get' | 'search' | 'countsSince'>;
  readonly flow: (query: FlowQuery) => Promise<readonly FlowPoint[]>;
  readonly refusals: Pick<RefusalRecords, 'search'>;
  readonly tickets: Pick<TicketRecords, 'act' | 'byNumber' | 'clock' | 'list'>;
  readonly clocks: Pick<ClockRecords, 'running'>;
  readonly cases: Pick<CaseRecords, 'list' | 'get' | 'missing' | 'openFromPortal'>;
  /** What recovery cases are worked on with. */
  readonly caseTools: CaseTools;
  /** Takes what the vendor's admin portal hands in. */
  readonly portal: PortalDesk;
  readonly authorizations: PortalAuthorizationRecords;
  readonly verifications: Pick<VerificationRecords, 'of'>;
  /** Which addresses do not take our mail. */
  readonly unreachable: NoticeRecords['unreachable'];
  readonly deny: DenylistRecords;
  readonly denySearch: DenySearch;
  readonly denyProposals: DenyProposals;
  readonly denyHits: (query: DenyHitsQuery) => Promise<DenyHits>;
  readonly directory: DirectoryRecords;
  readonly reviews: Pick<ReviewRecords, 'get' | 'list' | 'counts' | 'subjectsOf'>;
  readonly deciding: DecidingPorts;
  readonly queues: ConsoleQueues;
  readonly queuePauses: QueuePauses;
  readonly reviewClaims: ReviewClaims;
  /** Asks the address on file about an escalated mail, once; rejects when the mail is kept no longer. */
  readonly askOnFile: (mail: JudgedMail) => Promise<'nobody' | HowAsked>;
  readonly alerts: Omit<AlertRecords, 'pass' | 'forget'>;
  readonly alertDeliveries: Pick<AlertDeliveryRecords, 'undelivered'>;
  readonly parked: Pick<ParkedRecords, 'decide'>;
  /** Whom alerts go to, as configured. */
  readonly alertTargets: readonly AlertTarget[];
  readonly metrics: () => Promise<readonly MetricsSnapshot[]>;
  readonly counting: Pick<Metrics, 'apiAnswered' | 'loggedIn'>;
  readonly disk: () => Promise<Disk>;
  readonly certificate: () => Promise<CertificateFacts>;
  /** Rejects when the spool has no such mail. */
  readonly rawMail: (spoolKey: string) => Promise<RawMail>;
  readonly readMail: (raw: RawMail) => Promise<Message>;
  /** One part of it with all its octets. */
  readonly readPart: (raw: RawMail, index: number) => Promise<OnePartResult>;
  /** What an encrypted mail says, with the gateway's own keys; for whoever may see it, and for nothing else. */
  readonly decrypt: (mail: Message) => Promise<DecryptedMail>;
  /** With evidence gathered anew, or as it stands; see `intake/rejudge.ts` for what it rejects with. */
  readonly rejudge: Rejudge;
  readonly rejudging: Rejudging;
  /** Rejects when a store does. */
  readonly simulate: (wish: SimulationWish) => Promise<SimulationResult>;
  /** What today's rules say to the evidence of then. */
  readonly judgeAgain: (record: TraceRecord) => Again;
  readonly readWords: (words: readonly string[]) => WordsQuery;
  readonly readDirectory: (text: string) => Promise<DirectoryResult>;
  /** `at` becomes the time of creation. */
  readonly readDenyCsv: (text: string, at: number) => Promise<DenyCsvResult>;
  /** One armored public key, whatever its standing now. */
  readonly readKey: (armored: string) => Promise<RegisteredKeyFacts | { readonly fault: string }>;
  /** Admins whose last PGP key ends within this time, or ended within it. */
  readonly endingKeys: (withinMs: number) => Promise<readonly EndingKey[]>;
  /** How often programs may call: one token, and one address without a working token. */
  readonly apiRates: { readonly calls: RateOptions; readonly failures: RateOptions };
  readonly settings: () => readonly SettingRow[];
  /** Life of a deny entry that names no expiry, milliseconds; null never ends. */
  readonly denyTtlMs: () => number | null;
  /** Addresses of our mailboxes. */
  readonly mailboxes: readonly string[];
  /** As staff reach the console; null when it is not configured. */
  readonly consoleUrl: string | null;
  /** Whether an address is a proxy whose `X-Forwarded-For` is believed. */
  readonly isProxy: IsProxy;
  /** Whether everybody needs a second factor. */
  readonly secondFactor: 'required' | 'optional';
  readonly logger: Logger;
  readonly now: () => number;
};

/** A console in which every page has something to show: what waits, what failed, what is proposed, what lasts. */
import { Worker } from 'bullmq';
import { alertRaising } from '../../src/records/alert-events.ts';
import { alertRecords } from '../../src/records/alerts.ts';
import { type TraceInput, traceRecords } from '../../src/records/trace.ts';
import { makePgpKey } from '../../src/samples/pgp-samples.ts';
import { happening, minuteMs, reading, rules, timing } from '../alerts/desk.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import { type MailTraits, traceInput } from '../records/mails.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';
import { storeHostileMail } from './hostile-mail.ts';

const targets = [{ name: 'desk', kinds: null, leastSeverity: 'warning' } as const];

/** What of a full world has an address of its own. */
export type FullWorld = {
  readonly world: ConsoleWorld;
  /** A mail that was kept whole, and waits for a decision. */
  readonly mail: string;
  /** A mail that was rejected. */
  readonly rejected: string;
  readonly deniedId: string;
  readonly proposal: string;
  readonly caseId: string;
  /** A case that nobody has named. */
  readonly unnamedId: string;
  readonly deadJob: string;
};

export async function startFullWorld(): Promise<FullWorld> {
  const world = await startConsole({ alertTargets: targets });
  const now = world.now();
  const by = { actor: 'test', at: now };
  const key = await makePgpKey({ name: 'Ada', email: 'ada@example.com', keyExpirationTime: 10 * 86_400 });
  const contactsOnFile = [{ name: 'Grace', role: 'executive', phone: '+12025550100', email: 'grace@example.com' }];
  const admins = [adminJson({ pgpKeys: [key.armoredPublic] })];
  const read = await world.ports.readDirectory(JSON.stringify({ tenants: [tenantJson({ contactsOnFile, admins })] }));
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  await world.ports.directory.replaceAll(read.directory, by);
  const mails = Array.from({ length: 60 }, (_, index) => mailOf(index, now));
  const proposal = `0proposed${'0'.repeat(13)}-0`;
  await traceRecords(world.records).record([...mails, abusive({ messageId: proposal, receivedAt: now - 1_000 })], now);
  const entry = denyEntryOf('domain', 'a-rather-long-name-that-does-not-break.nuisance.example', { createdAt: now });
  const others = [
    denyEntryOf('network', '198.51.100.0/24', { createdAt: now, expiresAt: now + 30 * 86_400_000 }),
    denyEntryOf('phone', '+12025550199', { createdAt: now }),
    denyEntryOf('email', 'old@nuisance.example', { createdAt: now - 9_000, expiresAt: now - 1_000 }),
  ];
  await world.ports.deny.apply({ add: [entry, ...others], remove: [] }, by);
  const mail = await storeHostileMail(world, now);
  const rejected = `${'2'.padStart(22, '0')}-0`;
  const deadJob = await failJobs(world, [
    'no answer from 10.0.0.1 after 2000 ms',
    'no answer from 10.0.0.2 after 3000 ms',
    'the help desk said 500',
  ]);
  await alertRaising(world.records)([happening('case-alarm', { subject: 'case-1', reference: 'case-1' })]);
  const readings = [reading('queue-age', 12 * minuteMs, 'accepted')];
  await alertRecords(world.records).pass({ readings, rules, timing, targets }, now);
  await world.session('trust', 'alice');
  const caseId = await openCase(world, { tenantId: 't1', procedure: 'disgruntled-admin' });
  const unnamedId = await openCase(world, null);
  return { world, mail, rejected, deniedId: entry.id, proposal, caseId, unnamedId, deadJob };
}

/** Every page that may hold a form. */
export function pagesWithForms(full: FullWorld, member: string): readonly string[] {
  const { caseId, deniedId, mail, proposal, rejected, unnamedId } = full;
  return [
    ['/', '/reviews', `/reviews/${mail}`],
    ['/cases', `/cases/${caseId}`, `/cases/${unnamedId}`, '/cases/new', '/cases/unnamed'],
    ['/mail', `/mail/${mail}`, `/mail/${rejected}/release`, '/simulate'],
    ['/queues', '/queues/handoff', '/queues/accepted?state=failed', '/alerts'],
    ['/deny', `/deny/${deniedId}`, `/deny/${deniedId}/edit`, '/deny/new', '/deny/import'],
    ['/deny/proposals', `/deny/proposals/${proposal}`],
    ['/directory', '/directory/t1', '/directory/t1/admins/a1/keys', '/directory/import'],
    ['/staff', `/staff/${member}`, '/tokens', '/account', '/audit'],
  ].flat();
}

function mailOf(index: number, now: number): TraceInput {
  return traceInput({
    messageId: `${index.toString(36).padStart(22, '0')}-0`,
    receivedAt: now - index * 3_600_000,
    subject: `Printer ${index} on fire in a building with a rather long name`,
    outcome: (['accepted', 'escalated', 'rejected'] as const)[index % 3] ?? 'accepted',
  });
}

/** A proven admin who forgets himself. */
function abusive(traits: MailTraits): TraceInput {
  const { mail, sidecar } = traceInput({ ...traits, outcome: 'escalated', assurance: 'proven' });
  if (sidecar === null || mail.verdict.outcome !== 'escalated') throw new Error('no escalated mail with a sidecar');
  const proofs = [{ kind: 'domain', cause: 'DKIM example.com' }] as const;
  const verdict = { ...mail.verdict, reason: 'abuse', rule: 'R-ABUSE' } as const;
  return {
    mail: { ...mail, verdict },
    sidecar: { ...sidecar, evidence: { ...sidecar.evidence, assurance: 'proven', proofs } },
  };
}

async function failJobs({ queues, redis }: ConsoleWorld, causes: readonly string[]): Promise<string> {
  const queue = (await queues.built()).get('accepted');
  const jobs = causes.map((cause, index) => ({
    name: 'accepted',
    data: { ...judgedMail({ messageId: `job${index}-0` }), cause },
    opts: { jobId: `job${index}-0`, attempts: 1 },
  }));
  await queue?.addBulk(jobs);
  const done = Promise.withResolvers<void>();
  let failed = 0;
  const connection = { path: redis.target.socketPath, maxRetriesPerRequest: null };
  const worker = new Worker('accepted', (job) => Promise.reject(new Error(String(job.data.cause))), {
    connection,
    prefix: 'postern',
  });
  worker.on('failed', () => {
    failed += 1;
    if (failed === causes.length) done.resolve();
  });
  await done.promise;
  await worker.close();
  return 'job0-0';
}

type Named = { readonly tenantId: string; readonly procedure: 'disgruntled-admin' };

async function openCase(world: ConsoleWorld, named: Named | null): Promise<string> {
  const reference = named === null ? 'P-78' : 'P-77';
  const communication = { channel: 'portal', reference, receivedAt: world.now() - 1_000, address: null } as const;
  const by = { kind: 'staff', id: 'alice', roles: [] } as const;
  const result = await world.ports.caseTools.cases.open({ by, named, communication, note: '' }, world.now());
  if (result.kind !== 'accepted') throw new Error(JSON.stringify(result));
  return result.case.id;
}

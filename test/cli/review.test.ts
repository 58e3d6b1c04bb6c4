import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { type ReviewContext, reviewCommand } from '../../src/cli/review.ts';
import type { Evidence } from '../../src/evidence/finding.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import { decidingPorts } from '../../src/main/open-reviews.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { allowanceRecords } from '../../src/records/allowances.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { followUpRecords } from '../../src/records/follow-ups.ts';
import { migrate } from '../../src/records/migrate.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { portalAuthorizations } from '../../src/records/portal-authorizations.ts';
import { reviewRecords } from '../../src/records/reviews.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { verificationRecords } from '../../src/records/verifications.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { admin, tenant } from '../helpers/evidence.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';
import { type MailTraits, traceInput } from '../records/mails.ts';

let cli: TestCli;
let records: Records;
let enqueued: JudgedMail[];
let isRedisAway: boolean;
beforeEach(async () => {
  cli = testCli();
  enqueued = [];
  isRedisAway = false;
  records = await openRecords({ url: `sqlite:${join(cli.folder, 'postern.db')}`, logger: silentLogger() });
  await migrate(records);
});
afterEach(async () => {
  await records.close();
  cli.remove();
});

const queue = {
  enqueue: async (mail: JudgedMail) => {
    if (isRedisAway) throw new Error('away');
    enqueued.push(mail);
  },
};

const run = (...argv: readonly string[]) =>
  cli.run(
    (context) => {
      const withReviews: ReviewContext = {
        ...context,
        openReviews: async () => ({
          reviews: reviewRecords(records),
          followUps: followUpRecords(records),
          verifications: verificationRecords(records),
          notices: noticeRecords(records),
          authorizations: portalAuthorizations(records),
          trace: traceRecords(records),
          allowances: allowanceRecords(records),
          deciding: decidingPorts(records, queue, () => cliNow),
          close: async () => undefined,
        }),
      };
      return reviewCommand(withReviews, { denyLifeMs: () => 86_400_000 });
    },
    ...argv,
  );

const receive = (traits: MailTraits) =>
  traceRecords(records).record(
    [traceInput({ outcome: 'escalated', assurance: 'claimed', receivedAt: cliNow - 3_600_000, ...traits })],
    cliNow,
  );

describe('postern review list and show', () => {
  it('lists what waits, longest first', async () => {
    await receive({ messageId: 'b-0' });
    await receive({ messageId: 'a-0', receivedAt: cliNow - 7_200_000 });
    const { code, stderr, stdout } = await run('list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [header, first, second] = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(header).toContain('REASON');
    expect(first).toEqual(expect.arrayContaining(['a-0', '2 h 0 min', 'open', 'unproven-sender', 'ada@example.com']));
    expect(second?.[0]).toBe('b-0');
  });

  it('says that nothing waits', async () => {
    expect(await run('list')).toEqual({ code: 0, stdout: '', stderr: 'no open items\n' });
    expect(await run('list', '--json')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('shows everything to decide by', async () => {
    await receive({ messageId: 'a-0' });
    const { code, stdout } = await run('show', 'a-0');
    expect(code).toBe(0);
    for (const part of ['claimed', 'proven', 'asked', 'policy', 'next step', 'version 1', 'W-CLAIMED']) {
      expect(stdout).toContain(part);
    }
    const json = JSON.parse((await run('show', 'a-0', '--json')).stdout);
    expect(json).toMatchObject({
      messageId: 'a-0',
      version: 1,
      nextStep: expect.any(String),
      claimed: expect.any(Array),
    });
  });

  it('shows who was asked and what was answered', async () => {
    await receive({ messageId: 'a-0' });
    const asked = { as: 'authorization', tenantId: 't1', adminId: 'a2', address: 'bob@example.com' } as const;
    const question = { id: 'v1', messageId: 'a-0', asked, sha256: 'x', createdAt: cliNow, expiresAt: cliNow + 1_000 };
    const limits = { perAddress: 1, windowMs: 1_000, lifeMs: 1_000 };
    const { verification } = await verificationRecords(records).open(question, limits, true);
    await verificationRecords(records).answer(verification, 'confirmed', null, cliNow);
    const admin = { message_id: 'a-0', admin_id: 'a3', tenant_id: 't1', admin_role: 'owner', token_id: 'x' };
    const said = { answer: 'denied', statement: 'never', at: cliNow } as const;
    await records.db
      .insertInto('portal_authorizations')
      .values({ ...admin, ...said })
      .execute();
    const notices = noticeRecords(records);
    await notices.open([{ outgoing: outgoingNotice('v1', 'bob@example.com'), limits: [] }], 1_000);
    await notices.claim('relay', 1_000, 500, 1);
    await notices.settle([{ id: 'v1', claims: 1, settlement: { kind: 'delivered' } }], 1_000);
    await notices.bounced('v1', 'its delivery failed (5.1.1)', cliNow);
    const { stdout } = await run('show', 'a-0');
    expect(stdout).toContain('authorization by bob@example.com: confirmed');
    expect(stdout).toContain('cannot be reached since 2026-03-02 10:00 UTC: its delivery failed (5.1.1)');
    expect(stdout).toContain('admin a3 (owner) denied it in the portal on 2026-03-02T10:00:00.000Z: "never"');
  });

  it('says that there is no such item', async () => {
    const { code, stderr, stdout } = await run('show', 'x-0');
    expect({ code, stdout }).toEqual({ code: exitCodes.notFound, stdout: '' });
    expect(stderr).toContain('waits for no decision');
  });
});

describe('postern review accept and reject', () => {
  it('accepts, with one job and one audit row in the name of who did it', async () => {
    await receive({ messageId: 'a-0' });
    expect(await run('accept', 'a-0', '--note', 'known')).toEqual({
      code: 0,
      stdout: 'a-0 accepted (confirmed)\n',
      stderr: '',
    });
    expect(enqueued).toMatchObject([{ messageId: 'a-0', followUp: { number: 1 }, verdict: { outcome: 'accepted' } }]);
    expect(await auditRecords(records).list({ limit: 9 })).toMatchObject([
      { actor: 'tester', action: 'review.accept', subject: 'a-0' },
    ]);
    const again = await run('reject', 'a-0', '--note', 'no');
    expect(again.code).toBe(exitCodes.temporary);
    expect(again.stderr).toContain('was accepted by tester');
    expect(enqueued).toHaveLength(1);
  });

  it('decides only about what was shown', async () => {
    await receive({ messageId: 'a-0' });
    const { code, stderr } = await run('accept', 'a-0', '--note', 'known', '--version', '9');
    expect(code).toBe(exitCodes.temporary);
    expect(stderr).toContain('at version 1 now');
  });

  it('keeps a decision that the queue could not take', async () => {
    isRedisAway = true;
    await receive({ messageId: 'a-0' });
    const { code, stderr } = await run('accept', 'a-0', '--note', 'known');
    expect(code).toBe(0);
    expect(stderr).toContain('goes on as soon as workers and Redis run');
    expect(await followUpRecords(records).pending(cliNow, 9)).toHaveLength(1);
  });

  it('denies a proven sender in the same step', async () => {
    const { mail, sidecar } = traceInput({ messageId: 'a-0', outcome: 'escalated' });
    if (sidecar === null) throw new Error('no sidecar');
    const evidence = { ...sidecar.evidence, proofs: [{ kind: 'domain', cause: 'DKIM' }] } as const;
    await traceRecords(records).record([{ mail, sidecar: { ...sidecar, evidence } }], cliNow);
    const { code, stdout } = await run('reject', 'a-0', '--note', 'threats', '--and-deny');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^a-0 rejected \(deny-listed\)\ndenied email ada@example\.com; id \w+\n$/);
    expect(await denylistRecords(records).list()).toMatchObject([
      { kind: 'email', value: 'ada@example.com', createdBy: 'tester', expiresAt: cliNow + 86_400_000 },
    ]);
  });

  it('never denies an address that was not proven', async () => {
    await receive({ messageId: 'a-0' });
    const { code, stderr, stdout } = await run('reject', 'a-0', '--note', 'threats', '--and-deny');
    expect({ code, stdout }).toEqual({ code: exitCodes.dataError, stdout: '' });
    expect(stderr).toContain('not proven');
    expect(await denylistRecords(records).list()).toEqual([]);
    expect((await reviewRecords(records).get('a-0'))?.state).toBe('open');
  });

  it('releases a rejected mail and takes its entries off the list', async () => {
    const entry = denyEntryOf('domain', 'example.com');
    await denylistRecords(records).apply({ add: [entry], remove: [] }, { actor: 'grace', at: 1 });
    const { mail, sidecar } = traceInput({ messageId: 'a-0', outcome: 'rejected' });
    if (sidecar === null) throw new Error('no sidecar');
    const judged = { mail, sidecar: { ...sidecar, evidence: { ...sidecar.evidence, assurance: 'proven' } } } as const;
    await traceRecords(records).record([judged], cliNow);
    const { code, stdout } = await run('accept', 'a-0', '--note', 'a mistake', '--and-allow');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `a-0 accepted (confirmed)\nno longer denied: domain example.com; id ${entry.id}\n`,
    });
    expect(await denylistRecords(records).list()).toEqual([]);
    expect((await run('accept', 'a-0', '--note', 'again')).code).toBe(exitCodes.dataError);
  });

  it.each([
    ['is not proven', [], /not proven, so whoever wrote it may be the very one who is denied/],
    ['is forged, whatever was asked', ['--verified', 'by phone'], /forged/],
  ])('takes nothing off the list for a mail that %s', async (name, more, words) => {
    const entry = denyEntryOf('network', '192.0.2.0/24');
    await denylistRecords(records).apply({ add: [entry], remove: [] }, { actor: 'grace', at: 1 });
    const { mail, sidecar } = traceInput({ messageId: 'a-0', outcome: 'rejected', assurance: 'claimed' });
    if (sidecar === null) throw new Error('no sidecar');
    const assurance = name.startsWith('is forged') ? 'forged' : 'claimed';
    const judged = { mail, sidecar: { ...sidecar, evidence: { ...sidecar.evidence, assurance } } } as const;
    await traceRecords(records).record([judged], cliNow);
    const { code, stderr } = await run('accept', 'a-0', '--note', 'a mistake', '--and-allow', ...more);
    expect(code).toBe(exitCodes.dataError);
    expect(stderr).toMatch(words);
    expect(await denylistRecords(records).list()).toHaveLength(1);
    expect(enqueued).toEqual([]);
  });

  it('takes them off for an unproven mail whose sender was verified over a way on file', async () => {
    const entry = denyEntryOf('domain', 'example.com');
    await denylistRecords(records).apply({ add: [entry], remove: [] }, { actor: 'grace', at: 1 });
    const { mail, sidecar } = traceInput({ messageId: 'a-0', outcome: 'rejected', assurance: 'claimed' });
    if (sidecar === null) throw new Error('no sidecar');
    const judged = { mail, sidecar: { ...sidecar, evidence: { ...sidecar.evidence, assurance: 'claimed' } } } as const;
    await traceRecords(records).record([judged], cliNow);
    const { code } = await run('accept', 'a-0', '--note', 'a mistake', '--and-allow', '--verified', 'called her');
    expect(code).toBe(0);
    expect(await denylistRecords(records).list()).toEqual([]);
  });

  const fromSecondary = async (changes: Partial<Evidence> = {}, of = admin({ primaryEmail: 'ada@work.example' })) => {
    const { mail, sidecar } = traceInput({ messageId: 'a-0', outcome: 'escalated', assurance: 'proven' });
    if (sidecar === null) throw new Error('no sidecar');
    const standing = { kind: 'secondary', tenant: tenant(), admin: of } as const;
    const proofs = [{ kind: 'domain', cause: 'DKIM' }] as const;
    const evidence: Evidence = {
      ...sidecar.evidence,
      proofs,
      assurance: 'proven',
      sender: { standing, lookalike: null },
      ...changes,
    };
    const verdict = { ...mail.verdict, reason: 'not-primary', rule: 'W-SECONDARY' } as JudgedMail['verdict'];
    await traceRecords(records).record([{ mail: { ...mail, verdict }, sidecar: { ...sidecar, evidence } }], cliNow);
  };
  const allow = ['accept', 'a-0', '--note', 'hers', '--and-allow'] as const;

  it('releases and allows a secondary address in one step, until it is withdrawn', async () => {
    await fromSecondary();
    const { code, stdout } = await run(...allow, '--verified', 'called the number on file');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^a-0 accepted \(confirmed\)\nallowed ada@example\.com for admin a1 until \S+ \S+ UTC\n$/);
    expect((await run('allowed')).stdout).toContain('called the number on file');
    expect(await run('disallow', 'bob@example.com', '--note', 'x')).toMatchObject({ code: exitCodes.notFound });
    expect((await run('disallow', 'ada@example.com', '--note', 'left')).stdout).toBe(
      'ada@example.com is no longer allowed\n',
    );
    expect(await run('allowed')).toMatchObject({ stdout: '', stderr: 'no address is allowed\n' });
    const rows = await records.db.selectFrom('audit_log').select('action').orderBy('seq').execute();
    expect(rows.map(({ action }) => action)).toEqual(['address.allow', 'review.accept', 'address.disallow']);
  });

  it.each<[string, Partial<Evidence>, readonly string[], RegExp]>([
    ['nobody was asked over a way on file', {}, [], /way on file/],
    ['the mail is not proven', { proofs: [], assurance: 'claimed' }, ['--verified', 'by phone'], /not proven/],
    [
      'it is no secondary address',
      { sender: { standing: { kind: 'tenant-domain', tenant: tenant() }, lookalike: null } },
      ['--verified', 'by phone'],
      /counts by proof/,
    ],
  ])('allows nothing where %s', async (_name, changes, more, words) => {
    await fromSecondary(changes);
    const { code, stderr } = await run(...allow, ...more);
    expect(code).toBe(exitCodes.dataError);
    expect(stderr).toMatch(words);
    expect(await allowanceRecords(records).list()).toEqual([]);
    expect((await reviewRecords(records).get('a-0'))?.state).toBe('open');
  });

  it.each([
    ['a group mailbox', admin({ mailbox: 'group' })],
    ['a former admin', admin({ active: false })],
  ])('never allows an address of %s', async (_name, of) => {
    await fromSecondary({}, of);
    expect((await run(...allow, '--verified', 'by phone')).code).toBe(exitCodes.dataError);
    expect(await allowanceRecords(records).list()).toEqual([]);
  });

  it('has no list that allows', async () => {
    await receive({ messageId: 'a-0' });
    const { code, stderr } = await run('accept', 'a-0', '--note', 'known', '--and-allow');
    expect(code).toBe(exitCodes.dataError);
    expect(stderr).toContain('an address counts by proof');
  });

  it.each([
    ['an unknown mail', ['accept', 'x-0', '--note', 'y'], exitCodes.notFound],
    ['an accepted mail', ['reject', 'ok-0', '--note', 'y'], exitCodes.dataError],
    ['no reason', ['accept', 'a-0'], exitCodes.usage],
    ['an empty reason', ['accept', 'a-0', '--note', ' '], exitCodes.usage],
    ['an unknown thing to deny', ['reject', 'a-0', '--note', 'y', '--and-deny', 'everybody'], exitCodes.usage],
  ])('refuses %s', async (_name, argv, code) => {
    await receive({ messageId: 'ok-0', outcome: 'accepted' });
    expect(await run(...argv)).toMatchObject({ code, stdout: '' });
  });
});

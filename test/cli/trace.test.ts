import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliError, exitCodes } from '../../src/cli/cli-error.ts';
import type { CliContext } from '../../src/cli/context.ts';
import { traceCommand } from '../../src/cli/trace.ts';
import { loadConfig } from '../../src/config/load.ts';
import { policyOf } from '../../src/intake/configured.ts';
import type { SessionRefusal } from '../../src/intake/intake.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import { migrate } from '../../src/records/migrate.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { refusalRecords } from '../../src/records/refusals.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { type TraceInput, traceRecords } from '../../src/records/trace.ts';
import { decide } from '../../src/verdict/decide.ts';
import { listenerReplies } from '../../src/verdict/reply.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { type MailTraits, traceInput } from '../records/mails.ts';

const minuteMs = 60_000;
/** A mail id of ours, as long as they are. */
const mailId = (n: number) => `0mwrob1bnvn56fkn05g${String(n).padStart(2, '0')}1`;

let cli: TestCli;
beforeEach(() => {
  cli = testCli();
});
afterEach(() => cli.remove());

const address = () => `sqlite:${cli.folder}/postern.db`;

async function recorded(inputs: readonly TraceInput[], refusals: readonly SessionRefusal[] = []): Promise<void> {
  const records = await openRecords({ url: address(), logger: silentLogger() });
  await migrate(records);
  for (const input of inputs) await traceRecords(records).record([input], input.mail.receivedAt + 40);
  await refusalRecords(records).recordRefusals(refusals);
  await records.close();
}

/** The n-th mail, a minute after the one before. */
function mail(n: number, traits: Partial<MailTraits> = {}): TraceInput {
  return traceInput({ messageId: `${mailId(n)}-0`, receivedAt: cliNow - 3_600_000 + n * minuteMs, ...traits });
}

function refusal(changes: Partial<SessionRefusal> = {}): SessionRefusal {
  return {
    at: cliNow - minuteMs,
    ip: '198.51.100.7',
    helo: 'bad.example',
    mailFrom: 'mallory@example.net',
    recipient: 'nobody@postern.test',
    stage: 'rcpt',
    reply: listenerReplies.noSuchMailbox,
    cause: 'no such mailbox',
    ...changes,
  };
}

function tracing(env: Readonly<Record<string, string>> = {}) {
  return (context: CliContext) =>
    traceCommand({
      ...context,
      config: () => loadConfig({ env: { POSTERN_DATA_DIR: cli.folder, ...env }, cwd: cli.folder }),
      openTrace: async () => {
        const records = await openRecords({ url: address(), logger: silentLogger(), readOnly: true });
        return {
          trace: traceRecords(records),
          refusals: refusalRecords(records),
          tickets: ticketRecords(records),
          close: () => records.close(),
        };
      },
    });
}

const run = (...argv: readonly string[]) => cli.run(tracing(), ...argv);

/** Ids of the mails in a table or in JSON lines, in order, without the common part. */
function idsIn(stdout: string): readonly number[] {
  return [...stdout.matchAll(/0mwrob1bnvn56fkn05g(\d\d)1-0(?!@)/g)].map((match) => Number(match[1]));
}

describe('the story of a mail', () => {
  it('tells how far hand-over and notice are, and why they failed', async () => {
    const input = { ...mail(1), ticket: ticketDraft({ targets: ['desk', 'hook'] }) };
    await recorded([input]);
    const id = input.mail.messageId;
    const records = await openRecords({ url: address(), logger: silentLogger() });
    const [handoff, notices] = [handoffRecords(records), noticeRecords(records)];
    const [first, second] = [cliNow, cliNow + 60_000];
    await handoff.claim('desk', first, 1, 9);
    await handoff.settle([{ id: `${id}_desk`, claims: 1, settlement: { kind: 'delivered' } }], first);
    await handoff.claim('hook', first, 1, 9);
    const retrying = { kind: 'retrying', nextAt: second, cause: 'HTTP 503' } as const;
    await handoff.settle([{ id: `${id}_hook`, claims: 1, settlement: retrying }], first);
    await notices.open([{ outgoing: outgoingNotice(id, 'ada@example.com'), limits: [] }], first);
    await notices.claim('relay', first, 1, 9);
    await notices.settle([{ id, claims: 1, settlement: { kind: 'parked', cause: '550 no\u001b[2J' } }], first);
    await records.close();
    const { stdout } = await run(id);
    expect(stdout).toMatch(/hand-over +desk: ticket\.opened delivered 2026-03-02 10:00:00 UTC\n/);
    expect(stdout).toMatch(
      /hand-over +hook: ticket\.opened retrying \S+ \S+ UTC, 1 failed: HTTP 503, again at 2026-03-02 10:01:00 UTC\n/,
    );
    expect(stdout).toMatch(/notice +receipt to ada@example\.com: parked \S+ \S+ UTC, 1 failed: 550 no/);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('trace as a list', () => {
  it('shows the newest mails first when nothing is asked for', async () => {
    await recorded([mail(1), mail(2, { outcome: 'rejected' }), mail(3)]);
    const ran = await run();
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^RECEIVED \(UTC\) +ID +OUTCOME +REASON +RULE +FROM +TO +SUBJECT\n/);
    expect(idsIn(ran.stdout)).toEqual([3, 2, 1]);
    expect(ran.stdout).toMatch(/^2026-03-02 09:02:00 .* rejected +deny-listed +R-DENY +ada@example\.com +support@/m);
    const limited = await run('--limit', '2');
    expect(idsIn(limited.stdout)).toEqual([3, 2]);
    expect(limited.stderr).toContain('there are more');
  });

  it('finds a mail by whatever is known of it', async () => {
    await recorded([
      mail(1, { from: 'ada@example.com', subject: 'Printer on fire', ip: '192.0.2.1' }),
      mail(2, { from: 'bob@other.example', subject: 'fire drill', ip: '192.0.2.2', outcome: 'escalated' }),
      mail(3, {
        from: 'ada@example.com',
        subject: 'Invoice',
        rfcMessageId: '<x.1@mua.example>',
        receivedAt: cliNow - 30 * 3_600_000,
      }),
      mail(4, {
        from: 'ada@example.com',
        mailFrom: 'bounce@list.example',
        recipient: 'sales@postern.test',
        subject: 'Fire sale',
      }),
    ]);
    const json = async (...argv: readonly string[]) => idsIn((await run(...argv, '--json')).stdout);
    expect(await json('Ada@EXAMPLE.com')).toEqual([4, 1, 3]);
    expect(await json('ada@example.com')).toEqual([4, 1, 3]);
    expect(await json('ada@example.com', 'fire')).toEqual([4, 1]);
    expect(await json('fire', 'PRINTER')).toEqual([1]);
    expect(await json('other.example')).toEqual([2]);
    expect(await json('192.0.2.2')).toEqual([2]);
    expect(await json('<x.1@mua.example>')).toEqual([3]);
    expect(await json('x.1@mua.example')).toEqual([3]);
    expect(await json('W-CLAIMED')).toEqual([2]);
    expect(await json('2026-03-01')).toEqual([3]);
    expect(await json('ada@example.com', 'sales@postern.test')).toEqual([4]);
    expect(await json('--from', 'bounce@list.example')).toEqual([4]);
    expect(await json('--from', 'sales@postern.test')).toEqual([]);
    expect(await json('--to', 'sales@postern.test', '--from', 'ada@example.com')).toEqual([4]);
    expect(await json('--outcome', 'escalated')).toEqual([2]);
    expect(await json('--reason', 'admin', '--since', '2h')).toEqual([4, 1]);
    expect(await json('--until', '2026-03-02T00:00:00Z')).toEqual([3]);
    expect(await json('--tenant', 't1', '--ip', '192.0.2.2')).toEqual([2]);
  });

  it('takes a subject that reads like a domain or a mail id for what it is', async () => {
    await recorded([mail(1, { subject: 'crash of setup.exe' }), mail(2, { subject: 'abcdefghij0123456789kl' })]);
    expect(idsIn((await run('setup.exe', '--json')).stdout)).toEqual([1]);
    expect(idsIn((await run('abcdefghij0123456789kl', '--json')).stdout)).toEqual([2]);
  });

  it('finds what was refused in the session, where it can be meant', async () => {
    await recorded(
      [mail(1, { ip: '198.51.100.7' }), mail(2)],
      [refusal(), refusal({ ip: '203.0.113.9', mailFrom: null, stage: 'connect' })],
    );
    const byIp = await run('198.51.100.7');
    expect(idsIn(byIp.stdout)).toEqual([1]);
    expect(byIp.stdout).toMatch(
      /^2026-03-02 09:59:00 +198\.51\.100\.7 +rcpt +550 5\.1\.1 +mallory@example\.net +nobody@postern\.test +no such mailbox$/m,
    );
    expect((await run('nobody@postern.test')).stdout).toContain('no such mailbox');
    expect((await run('fire')).stdout).not.toContain('no such mailbox');
    const all = await run('--refusals', '--json');
    expect(
      all.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).kind),
    ).toEqual(['refusal', 'refusal']);
    expect((await run('--refusals', '--ip', '192.0.2.99')).stderr).toContain('nothing was refused');
  });

  it('says what to try when there is nothing', async () => {
    await recorded([]);
    expect(await run()).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('send samples/') });
    const none = await run('fire');
    expect(none).toMatchObject({ code: 0, stdout: '' });
    expect(none.stderr).toContain('--refusals');
    expect(await run(`${mailId(9)}-0`)).toMatchObject({ code: exitCodes.notFound, stdout: '' });
  });

  it('shows nothing of a mail that could move the cursor or turn text around', async () => {
    await recorded([mail(1, { subject: 'evil \u001b[2J\u202e subject' }), mail(2)]);
    const { stdout } = await run();
    expect(stdout).toContain('evil ?[2J? subject');
  });

  it('ends with 69 without records, 64 on wrong options', async () => {
    const without = (context: CliContext) =>
      traceCommand({
        ...context,
        config: () => loadConfig({ env: { POSTERN_DATA_DIR: cli.folder }, cwd: cli.folder }),
        openTrace: () => Promise.reject(new CliError(exitCodes.unavailable, 'there are no records yet')),
      });
    expect(await cli.run(without)).toMatchObject({
      code: 69,
      stdout: '',
      stderr: 'postern: there are no records yet\n',
    });
    for (const argv of [
      ['--since', 'soon'],
      ['--limit', '0'],
      ['--outcome', 'lost'],
      ['--rule', 'X'],
      ['--ip', 'here'],
      ['--from', 'ada'],
    ]) {
      expect((await cli.run(without, ...argv)).code).toBe(64);
    }
  });
});

describe('trace of one mail', () => {
  it('tells the whole story of an id, of a ticket, and of the only hit', async () => {
    const input = mail(1, { subject: 'Printer on fire' });
    await recorded([input, mail(2, { subject: 'Other' })]);
    const story = await run(`${mailId(1)}-0`);
    expect(story).toMatchObject({ code: 0, stderr: '' });
    for (const part of [
      `${mailId(1)}-0 -> support@postern.test\n  ACCEPTED admin by W-PRIMARY, for support`,
      'received     2026-03-02 09:01:00.000 UTC',
      'connection   192.0.2.1 port 4321, EHLO mx.example.com, TLSv1.3',
      'envelope     from ada@example.com to support@postern.test',
      `mail         4096 octets, <${mailId(1)}-0@example.com>, subject "Printer on fire"`,
      'judged       parse 1.5 ms, total 9.3 ms',
      'reply        250 2.0.0 Accepted',
      'recorded 40 ms after receipt',
      `raw mail     spool 2026-11-22/09/${mailId(1)}`,
      'author       ada@example.com',
      'staff told   It came, provably, from the primary address of an active admin.',
      'why it is so',
    ]) {
      expect(story.stdout).toContain(part);
    }
    const ticket = /ticket +(PT-\S+), open, severity 3/.exec(story.stdout)?.[1] ?? '';
    expect((await run(ticket.toLowerCase())).stdout).toBe(story.stdout);
    expect((await run(mailId(1))).stdout).toBe(story.stdout);
    expect((await run('printer')).stdout).toBe(story.stdout);
    expect((await run('printer', '--json')).stdout).toContain('"kind":"mail"');
  });

  it('shows the rules up to the one that decided, and says when today they decide otherwise', async () => {
    const input = mail(1);
    const { evidence } = input.sidecar ?? {};
    if (evidence === undefined) throw new Error('fixture');
    const config = loadConfig({ env: { POSTERN_DATA_DIR: cli.folder }, cwd: cli.folder });
    const verdict = decide(
      evidence,
      { address: 'support@postern.test', department: 'support' },
      policyOf(config),
      input.mail.receivedAt,
    );
    if (verdict.outcome === 'deferred') throw new Error('fixture');
    await recorded([{ ...input, mail: { ...input.mail, verdict } }, mail(2)]);
    const same = await run(`${mailId(1)}-0`);
    expect(same.stdout).toMatch(/^ {4}no R-FORM [^]*^ {4}=> R-UNPARSEABLE /m);
    expect(same.stdout).not.toContain('would decide');
    const other = await run(`${mailId(2)}-0`);
    expect(other.stdout).toContain(
      "accepted admin by W-PRIMARY was decided then; today's rules and settings would decide escalated unparseable by R-UNPARSEABLE",
    );
    const json = JSON.parse((await run(`${mailId(2)}-0`, '--json')).stdout);
    expect(json).toMatchObject({ kind: 'story', today: { kind: 'different', decision: { rule: 'R-UNPARSEABLE' } } });
    expect(json.today.tried.at(-1).id).toBe('R-UNPARSEABLE');
  });

  it('tells of copies and of what they are copies of', async () => {
    const same = { rfcMessageId: '<same@example.com>', contentDigest: 'same' };
    await recorded([mail(1, same), mail(2, same)]);
    expect((await run(`${mailId(1)}-0`)).stdout).toContain(`copies       ${mailId(2)}-0`);
    expect((await run(`${mailId(2)}-0`)).stdout).toContain(`copy of      ${mailId(1)}-0`);
    expect((await run()).stdout).toMatch(/ accepted \(copy\) /);
  });

  it('tells what is left of a mail that was refused in the session', async () => {
    const refused = mail(1, { outcome: 'rejected' });
    await recorded([{ mail: { ...refused.mail, spoolKey: null }, sidecar: null }]);
    const { stdout } = await run(`${mailId(1)}-0`);
    expect(stdout).toContain('raw mail     not kept: refused in the session');
    expect(stdout).toContain('R-DENY       decided; refused in the session');
  });

  it('tells each mailbox of a mail', async () => {
    await recorded([mail(1), mail(1, { messageId: `${mailId(1)}-1`, recipient: 'sales@postern.test' })]);
    const { stdout } = await run(mailId(1));
    expect(stdout.match(/^0mwrob\S+ -> \S+$/gm)).toEqual([
      `${mailId(1)}-0 -> support@postern.test`,
      `${mailId(1)}-1 -> sales@postern.test`,
    ]);
  });
});

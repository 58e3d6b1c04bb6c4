import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { ticketCommand } from '../../src/cli/ticket.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { defaultCalendar } from '../../src/sla/calendar.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { traceInput } from '../records/mails.ts';

const hourMs = 3_600_000;
const utc = { ...defaultCalendar, timeZone: 'UTC', opensAt: 0, closesAt: 24 * 60, holidays: null };

let cli: TestCli;
beforeEach(() => {
  cli = testCli();
});
afterEach(() => cli.remove());

async function opened() {
  const records = await openRecords({ url: `sqlite:${cli.folder}/postern.db`, logger: silentLogger() });
  await migrate(records);
  return { records, tickets: ticketRecords(records, utc), close: () => records.close() };
}

/** Resolves with the numbers of tickets that are due in two hours. */
async function filled(...ids: readonly string[]): Promise<readonly string[]> {
  const { close, records, tickets } = await opened();
  const clock = startClock(cliNow, 'elapsed', { warnAt: cliNow + hourMs, dueAt: cliNow + 2 * hourMs });
  const subject = 'Fire \u001b[2J';
  const inputs = ids.map((messageId) => ({ ...traceInput({ messageId }), ticket: ticketDraft({ clock, subject }) }));
  await traceRecords(records).record(inputs, cliNow);
  const numbers: string[] = [];
  for (const id of ids) numbers.push((await tickets.ofMessage(id))?.number ?? '');
  await close();
  return numbers;
}

const run = (...argv: readonly string[]) =>
  cli.run((context) => ticketCommand({ ...context, openTickets: opened }), ...argv);

async function after(id: string) {
  const { close, records, tickets } = await opened();
  const state = {
    status: (await tickets.ofMessage(id))?.status,
    clock: (await tickets.clock(id))?.state,
    audit: await auditRecords(records).list({ limit: 9 }),
  };
  await close();
  return state;
}

describe('postern ticket', () => {
  it('lists tickets with their response time, and says so when there are none', async () => {
    expect(await run('list')).toMatchObject({ code: 0, stdout: '', stderr: 'no tickets\n' });
    const [number = ''] = await filled('m1-0');
    const { stdout } = await run('list', '--status', 'open');
    expect(stdout).toMatch(new RegExp(`${number} .* open +due +2026-03-02 12:00:00 +support +ada@example\\.com +Fire`));
    expect(stdout).not.toContain('\u001b');
    expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject({
      ticket: { number },
      clock: { state: 'due' },
    });
    expect((await run('list', '--requester', 'eve@example.com')).stderr).toBe('no tickets\n');
  });

  it.each([
    ['answered', 'open', 'met'],
    ['pending', 'pending', 'paused'],
    ['open', 'open', 'due', 'pending'],
    ['closed', 'closed', 'met'],
  ])(
    '%s makes the ticket %s and its clock %s, and the log says who said it',
    async (act, status, clock, before = 'open') => {
      const [number = ''] = await filled('m1-0');
      if (before !== 'open') await run(before, number);
      const { code, stdout } = await run(act, number.toLowerCase());
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${number}: ${act}\n` });
      const entry = { actor: 'tester', action: `ticket.${act}`, subject: 'm1-0', detail: { number, before } };
      const left = await after('m1-0');
      expect(left).toMatchObject({ status, clock });
      expect(left.audit[0]).toMatchObject(entry);
    },
  );

  it('says so and writes nothing when it was so before', async () => {
    const [number = ''] = await filled('m1-0');
    await run('answered', number);
    const before = await after('m1-0');
    expect((await run('answered', number)).stdout).toBe(`${number}: answered (nothing changed)\n`);
    expect(JSON.parse((await run('open', number, '--json')).stdout)).toEqual({
      act: 'open',
      tickets: [number],
      changed: [],
    });
    expect(await after('m1-0')).toEqual(before);
  });

  it('touches none when one of them is unknown', async () => {
    const [number = ''] = await filled('m1-0');
    const { code, stderr } = await run('closed', number, 'PT-0000-0000');
    expect(code).toBe(exitCodes.notFound);
    expect(stderr).toContain('no such ticket: PT-0000-0000');
    expect(await after('m1-0')).toMatchObject({ status: 'open', audit: [] });
  });
});

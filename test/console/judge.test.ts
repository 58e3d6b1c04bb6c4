/** Judging a mail again, now; letting that stand; and simulating a change over recorded mails. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { followUpRecords } from '../../src/records/follow-ups.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { tenantJson } from '../helpers/directory-json.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';
import { storeRawMail } from './hostile-mail.ts';

const id = (number: number): string => `0judged${String(number).padStart(15, '0')}-0`;

describe('judging again', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  let zone: ZoneServer;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'postern-judge-'));
    zone = await startZoneServer({
      'example.com': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
      'broken.example': { TXT: 'SERVFAIL' },
      '_dmarc.broken.example': { TXT: 'SERVFAIL' },
    });
    [world, browser] = await Promise.all([startConsole({}, undefined, { POSTERN_DNS: zone.address }), startBrowser()]);
    const store = (number: number, from: string, outcome: 'escalated' | 'rejected') =>
      storeRawMail(
        world,
        { messageId: id(number), receivedAt: world.now() - number * 1_000, from, outcome, subject: `Mail ${number}` },
        Buffer.from(
          `From: Ada <${from}>\r\nTo: support@postern.test\r\nSubject: Mail ${number}\r\n\r\nThe printer does not print.\r\n`,
        ),
      );
    for (const number of [1, 2, 3]) await store(number, 'ada@example.com', 'escalated');
    await store(4, 'ada@example.com', 'rejected');
    await store(5, 'ada@broken.example', 'escalated');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await browser.close();
    await world.close();
    await zone.close();
  });

  const followUps = (number: number) => followUpRecords(world.records).of(id(number));

  it('shows what differs, and lets it stand', async () => {
    const person = await browser.person();
    const { name } = await world.logIn(person, 'trust');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/mail/${id(1)}`);
    await page.click('text=Judge again');
    // Nobody of the directory wrote it, as things are now.
    expect(await page.textContent('.story-head')).toMatch(/accepted prospect by D-PROSPECT; so far escalated/);
    expect(await page.locator('tr', { hasText: 'SPF' }).textContent()).toContain('pass');
    expect(zone.questions).toContain('TXT example.com');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'mail-judged');
    expect(await followUps(1)).toEqual([]);
    await page.fill('[name=note]', 'the directory was wrong');
    await page.click('button:has-text("Let it stand")');
    await page.waitForURL(/done=judged/);
    expect(await page.textContent('main')).toContain('Judged again: accepted prospect');
    expect(complaints).toEqual([]);
    expect(await followUps(1)).toMatchObject([{ kind: 'rejudged', actor: name, note: 'the directory was wrong' }]);
    expect(await world.queues.client.exists(`postern:accepted:${id(1)}-f1`)).toBe(1);
    const audited = await auditRecords(world.records).list({ subject: id(1), limit: 10 });
    expect(audited.map(({ action }) => action)).toEqual(['review.rejudge', 'mail.judge']);
  });

  it('lets nothing stand that was not looked at, or twice', async () => {
    const trust = await world.session('trust');
    const fields = { version: '1', shown: 'D-PROSPECT accepted prospect', note: 'why' };
    const refused = [
      await world.post(`/mail/${id(2)}/judge/apply`, { ...fields, shown: 'W-PRIMARY accepted admin' }, trust),
      await world.post(`/mail/${id(2)}/judge/apply`, { ...fields, version: '7' }, trust),
      await world.post(`/mail/${id(2)}/judge/apply`, { ...fields, note: ' ' }, trust),
      await world.post(`/mail/${id(4)}/judge/apply`, fields, trust),
    ];
    expect(refused.map(({ status }) => status)).toEqual([409, 409, 422, 409]);
    expect(await followUps(2)).toEqual([]);
    expect(await followUps(4)).toEqual([]);
    const both = await Promise.all([1, 2].map(() => world.post(`/mail/${id(2)}/judge/apply`, fields, trust)));
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([303, 409]);
    expect(await followUps(2)).toHaveLength(1);
  });

  it('releases a rejected mail once, with a reason', async () => {
    const person = await browser.person();
    const { name } = await world.logIn(person, 'trust');
    const page = await person.newPage();
    await page.goto(`${world.origin}/mail/${id(4)}`);
    await page.click('text=Release…');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'mail-release');
    await page.fill('#note', 'denied by mistake');
    await page.check('[name=allow]');
    await page.click('text=Release it');
    // No entry hits it, and nobody was verified: there is nothing to allow.
    expect(await page.textContent('.note.bad')).toContain('Not released');
    expect(await page.inputValue('#note')).toBe('denied by mistake');
    expect(await page.isChecked('[name=allow]')).toBe(true);
    await page.uncheck('[name=allow]');
    await page.click('text=Release it');
    await page.waitForURL(/done=released/);
    expect(await followUps(4)).toMatchObject([{ kind: 'staff', actor: name, note: 'denied by mistake' }]);
    expect(await page.locator('text=Release…').count()).toBe(0);
    const [operator, trust] = [await world.session('operator'), await world.session('trust')];
    expect((await world.get(`/mail/${id(4)}/release`, operator)).status).toBe(403);
    expect((await world.post(`/mail/${id(4)}/release`, { note: 'x' }, operator)).status).toBe(403);
    expect((await world.post(`/mail/${id(4)}/release`, { note: 'x' }, trust)).status).toBe(409);
    expect((await world.post(`/mail/${id(3)}/release`, { note: 'x' }, trust)).status).toBe(409);
    expect(await followUps(4)).toHaveLength(1);
  });

  it('says why it cannot judge, and changes nothing', async () => {
    const trust = await world.session('trust');
    const later = await world.post(`/mail/${id(5)}/judge`, {}, trust);
    expect(later.status).toBe(503);
    expect(await later.text()).toContain('cannot be judged now');
    expect((await world.post('/mail/0missing0000000000000-0/judge', {}, trust)).status).toBe(404);
  });

  it('is shown to operators, and stands by trust staff only', async () => {
    const [viewer, operator] = [await world.session('viewer'), await world.session('operator')];
    expect((await world.post(`/mail/${id(3)}/judge`, {}, viewer)).status).toBe(403);
    const shown = await world.post(`/mail/${id(3)}/judge`, {}, operator);
    expect(shown.status).toBe(200);
    expect(await shown.text()).not.toContain('judge/apply');
    const fields = { version: '1', shown: 'D-PROSPECT accepted prospect', note: 'why' };
    expect((await world.post(`/mail/${id(3)}/judge/apply`, fields, operator)).status).toBe(403);
    expect((await world.get('/simulate', operator)).status).toBe(403);
    expect((await world.post('/simulate', { days: '7' }, operator)).status).toBe(403);
  });

  it('simulates other lists over the mails of late', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/mail`);
    await page.click('text=Simulate a change');
    const file = join(folder, 'deny.csv');
    writeFileSync(file, 'kind,value,reason,note,scope,expires_at,created_by\nemail,ada@example.com,spam,,global,,me\n');
    await page.selectOption('[name=denylist]', 'file');
    await page.setInputFiles('[name=denylist_file]', file);
    await page.click('text=Judge them again');
    expect(await page.textContent('h2')).toMatch(/^\d of 5 mails would have been decided otherwise/);
    expect(await page.locator('tr', { hasText: 'R-DENY rejected deny-listed' }).count()).toBeGreaterThan(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'simulate');
    writeFileSync(file, 'kind,value\nemail,nonsense\n');
    await page.selectOption('[name=denylist]', 'file');
    await page.setInputFiles('[name=denylist_file]', file);
    await page.click('text=Judge them again');
    expect(await page.textContent('.note.bad')).toContain('Deny-list:');
    expect(complaints.filter((line) => !line.includes('422'))).toEqual([]);
    expect(await world.ports.deny.counters([])).toEqual(new Map());
  });

  it('simulates the lists of now, a directory and settings, and names what is wrong with them', async () => {
    const trust = await world.session('trust');
    const simulate = async (fields: Readonly<Record<string, string>>) => {
      const answer = await world.post(
        '/simulate',
        { days: '7', denylist: 'then', directory: 'then', ...fields },
        trust,
      );
      return { status: answer.status, text: await answer.text() };
    };
    await world.ports.deny.apply(
      { add: [denyEntryOf('email', 'ada@example.com', { createdAt: 1, expiresAt: null })], remove: [] },
      { actor: 'test', at: world.now() },
    );
    expect((await simulate({ denylist: 'present' })).text).toContain('R-DENY rejected deny-listed');
    const directory = JSON.stringify({ tenants: [tenantJson()] });
    expect((await simulate({ directory: 'file', directory_file: directory })).text).toContain('W-CLAIMED escalated');
    expect(await simulate({ policy_file: 'policy:\n  acceptSecondary: true\n' })).toMatchObject({ status: 200 });
    const wrong = await simulate({ policy_file: 'policy:\n  acceptSecondary: perhaps\n', days: '9' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('policy.acceptSecondary');
    expect(wrong.text).not.toMatch(/perhaps|postern-simulate-/);
    expect(wrong.text).toContain('value="9"');
    const long = `policy:\n${Array.from({ length: 12_000 }, (_, index) => `  k${index}: 1\n`).join('')}`;
    expect(await simulate({ policy_file: long })).toMatchObject({
      status: 422,
      text: expect.stringContaining('larger than 64 KB'),
    });
    // Each line is nine times the one before.
    const bomb = Array.from(
      'bcdefg',
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(index === 0 ? 'x' : `*${'bcdefg'[index - 1]}`)
          .join()}]`,
    ).join('\n');
    expect((await simulate({ policy_file: bomb })).text).toContain('too many or unknown aliases');
    expect((await simulate({ policy_file: '['.repeat(60_000) })).status).toBe(422);
    for (const days of ['0', '-1', '401', 'x', '']) expect((await simulate({ days })).status).toBe(422);
    expect((await simulate({ directory: 'file', directory_file: '{"tenants":[{}]}' })).text).toContain('Directory:');
    expect((await simulate({ directory: 'file' })).text).toContain('Choose a directory file');
    for (const [file, fault] of [
      ['policy:\n  neverRefuse: true\n', 'policy.neverRefuse'],
      ['policy:\n  proofAgeDays: 7\n  replayMemoryDays: 6\n', 'policy.replayMemoryDays'],
    ] as const) {
      const refused = await simulate({ policy_file: file });
      expect(refused.status, fault).toBe(422);
      expect(refused.text).toContain(fault);
    }
  });

  it('simulates one change at a time, and the next when it is done', async () => {
    const trust = await world.session('trust');
    const directory = JSON.stringify({ tenants: [tenantJson()] });
    const fields = { days: '7', denylist: 'then', directory: 'file', directory_file: directory };
    const answers = await Promise.all([1, 2].map(() => world.post('/simulate', fields, trust)));
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 429]);
    expect((await world.post('/simulate', fields, trust)).status).toBe(200);
  });
});

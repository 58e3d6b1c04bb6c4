/**
 * "Ask the address on file", pressed by staff: the console and the workers as they run, a relay that takes the letter, and
 * the owner of the address who opens its link in a browser of their own.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type ConsoleRole, startConsoleRole } from '../../src/main/console-role.ts';
import { startWorkersRole, type WorkersRole } from '../../src/main/workers-role.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { reviewRecords } from '../../src/records/reviews.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { localSpool } from '../../src/spool/local-spool.ts';
import { ensureCertificate } from '../../src/supervise/certificate.ts';
import { startBrowser, type TestBrowser } from '../helpers/browser.ts';
import { directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { unproven } from '../helpers/evidence.ts';
import { freePort } from '../helpers/free-port.ts';
import { addMember, openMemberSession } from '../helpers/members.ts';
import { receivedMail } from '../helpers/received-mail.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';

let dataDir = '';
let origin = '';
let sink: SmtpSink;
let redis: TestRedis;
let records: Records;
let console_: ConsoleRole;
let workers: WorkersRole;
let browser: TestBrowser;
const metrics = createMetrics();
const logger = silentLogger();

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'postern-ask-'));
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  [sink, redis, browser] = await Promise.all([startSmtpSink(), startRedis(), startBrowser()]);
  const settings = {
    console: { port, verifyUrl: origin },
    relay: { host: '127.0.0.1', port: sink.port, tls: 'none' },
  };
  writeFileSync(join(dataDir, 'postern.yaml'), JSON.stringify(settings));
  const config = loadConfig({ env: { POSTERN_DATA_DIR: dataDir }, cwd: dataDir });
  await ensureCertificate(config.smtp.tls, 'mx.example.com');
  records = await openRecords({ url: `sqlite:${join(dataDir, 'postern.db')}`, logger });
  await migrate(records);
  await directoryRecords(records).replaceAll(await directoryOf(tenantJson()), { actor: 'test', at: Date.now() });
  const role = { config, target: redis.target, logger, metrics };
  workers = await startWorkersRole(role);
  console_ = await startConsoleRole({ ...role, collect: async () => [await metrics.snapshot()], env: {} });
});
afterAll(async () => {
  await console_?.stop();
  await workers?.stop();
  await Promise.allSettled([browser.close(), sink.stop(), records.close()]);
  await redis.stop();
  metrics.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it('reaches the owner by the relay, and what the owner confirms is accepted as proven', async () => {
  const staff = staffRecords(records);
  await addMember(staff, 'grace', 'trust', Date.now());
  const value = await openMemberSession(staff, 'grace', Date.now());
  const spool = localSpool({ dir: join(dataDir, 'spool'), memoryThreshold: 65_536 });
  const { messageId } = await receivedMail({ records, spool }, 'My secret plan\r\n', unproven);
  expect(sink.mails).toEqual([]);

  const person = await browser.person();
  await person.addCookies([{ name: 'postern_session', value, url: origin, httpOnly: true, sameSite: 'Lax' }]);
  const page = await person.newPage();
  await page.goto(`${origin}/reviews/${messageId}`);
  await page.click('button:has-text("Ask the address on file")');
  expect(await page.textContent('.note.good')).toContain('The address on file is asked.');

  await expect.poll(() => sink.mails.length, { timeout: 30_000 }).toBe(1);
  const [letter] = sink.mails;
  expect(letter?.to).toEqual(['ada@example.com']);
  const read = await simpleParser(letter?.raw ?? Buffer.alloc(0));
  expect(read.text).not.toContain('secret plan');
  const link = /http:\/\/127\.0\.0\.1:\d+\/verify\/[\w.-]+/.exec(read.text ?? '')?.[0] ?? '';
  const owner = await (await browser.person()).newPage();
  await owner.goto(link);
  expect(await owner.textContent('body')).toContain('My secret plan');
  expect((await reviewRecords(records).get(messageId))?.state).toBe('open');
  await owner.click('button[value=confirmed]');
  expect(await owner.textContent('body')).toContain('Thank you');
  await owner.goto(link);
  expect(await owner.locator('button').count()).toBe(0); // once

  await expect
    .poll(async () => (await reviewRecords(records).get(messageId))?.state, { timeout: 30_000 })
    .toBe('accepted');
  const tenantOfTicket = async () =>
    (await records.db.selectFrom('tickets').select('tenant_id').where('message_id', '=', messageId).executeTakeFirst())
      ?.tenant_id;
  await expect.poll(tenantOfTicket, { timeout: 30_000 }).toBe('t1');
  await page.goto(`${origin}/reviews/${messageId}`);
  expect(await page.textContent('main')).toContain('ada@example.com');
  expect(sink.mails.filter(({ to }) => !to.includes('ada@example.com'))).toEqual([]);
});

/**
 * What trust staff do to the deny-list in the browser holds on every listener from the next mail on: two real listener
 * processes that share a port, real SMTP, a real browser.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startBrowser, type TestBrowser } from '../helpers/browser.ts';
import { type CustomerWorld, customerWorld, mailOf, support } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const nuisance = 'nina@newcomer.example';
const password = 'a-long-password-for-tests';

let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;
let browser: TestBrowser;
let page: Page;
let origin: string;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  [postern, browser] = await Promise.all([
    startPostern({
      dns: dns.address,
      directory: world.directory,
      env: { POSTERN_SMTP_PROCESSES: '2' },
      settings: { smtp: { mailsPerMinutePerAddress: 6_000 } },
    }),
    startBrowser(),
  ]);
  origin = new URL(postern.consoleUrl()).origin;
  const added = await postern.run('staff', 'add', 'grace', '--role', 'trust');
  const link = /\/join\/\S+/.exec(`${added.stdout}${added.stderr}`)?.[0] ?? '';
  page = await (await browser.person()).newPage();
  await page.goto(`${origin}${link}`);
  await page.fill('[name=password]', password);
  await page.fill('[name=again]', password);
  await page.click('main form button');
  await page.waitForURL((url) => !url.pathname.startsWith('/join'));
});
afterAll(async () => {
  await browser?.close();
  await postern?.remove();
  await dns?.close();
});

/** Mails until both listeners judged some; resolves with the reasons that these mails were judged by. */
async function judgedByBoth(from = nuisance, code = 250): Promise<readonly string[]> {
  const before = postern.trace().length;
  const logged = postern.log().length;
  for (let sent = 1; sent <= 64; sent += 1) {
    const mail = { raw: mailOf({ from }), mailFrom: from, recipients: [support] };
    const { reply } = await deliver(postern.smtpPort(), mail);
    expect(reply.code).toBe(code);
    const lines = postern.log().slice(logged);
    const pids = [...lines.matchAll(/"pid":(\d+),"role":"smtp".*"msg":"judged"/g)].map(([, pid]) => pid);
    if (sent < 4 || new Set(pids).size < 2) continue;
    const rows = await postern.traced(before + sent);
    return rows.slice(before).map(({ reason }) => reason);
  }
  throw new Error('one of two listeners took 64 mails, the other none');
}

it('refuses from the next mail on, on both, and counts the hits', async () => {
  expect(await judgedByBoth()).not.toContain('deny-listed');
  await page.goto(`${origin}/deny/new`);
  await page.fill('[name=value]', nuisance);
  await page.fill('[name=reason]', 'offers nobody asked for');
  await page.click('text=See what it would hit');
  expect(await page.textContent('main')).toMatch(/\d+ of \d+ mails of the last 30 days would have been hit/);
  await page.click('text=Add the entry');
  await page.waitForURL(/done=added/);
  const entryUrl = page.url();
  const reasons = await judgedByBoth();
  expect(new Set(reasons)).toEqual(new Set(['deny-listed']));
  await eventually('all hits counted', async () => {
    await page.goto(entryUrl);
    return (await page.textContent('.facts'))?.includes(`${reasons.length}, the last at`) === true;
  });
});

it('lets through from the next mail on what was removed, and refuses again after the undo', async () => {
  await page.click('text=Remove');
  await page.waitForURL(/done=removed/);
  expect(await judgedByBoth()).not.toContain('deny-listed');
  await page.click('text=Undo');
  await page.waitForURL(/done=restored/);
  expect(new Set(await judgedByBoth())).toEqual(new Set(['deny-listed']));
});

it('keeps to the scope and the end that staff give it', async () => {
  await page.click('text=Edit');
  await page.fill('[name=scope]', 'mailbox:sales@postern.test');
  await page.click('button:text-is("Save")');
  await page.click('text=Change the entry');
  await page.waitForURL(/done=changed/);
  expect(await judgedByBoth()).not.toContain('deny-listed');
  await page.click('text=Edit');
  await page.fill('[name=scope]', `mailbox:${support}`);
  await page.click('button:text-is("Save")');
  await page.click('text=Change the entry');
  await page.waitForURL(/done=changed/);
  expect(new Set(await judgedByBoth())).toEqual(new Set(['deny-listed']));
});

it('imports an entry for a network by its difference, and holds it on both', async () => {
  await page.click('text=Remove');
  await page.waitForURL(/done=removed/);
  const csv = 'kind,value,reason,note,scope,expires_at,created_by\nnetwork,127.0.0.0/8,a flood from there,,,,grace\n';
  await page.goto(`${origin}/deny/import`);
  await page.setInputFiles('[name=file]', { name: 'deny.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.click('text=Show what would change');
  expect(await page.textContent('main')).toContain('1 added, 0 changed, 0 removed');
  await page.click('text=Apply it');
  await page.waitForURL(/done=imported/);
  expect(new Set(await judgedByBoth('somebody@elsewhere.example', 550))).toEqual(new Set(['deny-listed']));
  await page.goto(`${origin}/deny/test?what=127.0.0.1`);
  expect(await page.textContent('main')).toContain('is denied by 1 entry');
});

/** Every page in the dark on a phone, and in the light on a desk: nothing unreadable, nothing wider than the screen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceRecords } from '../../src/records/trace.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { traceInput } from '../records/mails.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';
import { storeHostileMail } from './hostile-mail.ts';

const looks = [
  { name: 'phone-dark', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
  { name: 'phone-light', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { name: 'desk-dark', colorScheme: 'dark', viewport: { width: 1_280, height: 900 } },
] as const;

describe('every page', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  let pages: readonly (readonly [name: string, path: string])[] = [];
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    const now = world.now();
    const by = { actor: 'test', at: now };
    const contactsOnFile = [{ name: 'Grace', role: 'executive', phone: '+12025550100', email: 'grace@example.com' }];
    await world.ports.directory.replaceAll(await directoryOf(tenantJson({ contactsOnFile })), by);
    const inputs = Array.from({ length: 60 }, (_, index) =>
      traceInput({
        messageId: `${index.toString(36).padStart(22, '0')}-0`,
        receivedAt: now - index * 3_600_000,
        subject: `Printer ${index} on fire in a building with a rather long name`,
        outcome: (['accepted', 'escalated', 'rejected'] as const)[index % 3] ?? 'accepted',
      }),
    );
    await traceRecords(world.records).record(inputs, now);
    const entry = denyEntryOf('domain', 'a-rather-long-name-that-does-not-break.nuisance.example', { createdAt: now });
    await world.ports.deny.apply({ add: [entry], remove: [] }, by);
    const mail = await storeHostileMail(world, now);
    const [escalated] = await world.ports.reviews.list({ state: 'open', limit: 1 });
    pages = [
      ['overview', '/'],
      ['reviews', '/reviews'],
      ['review', `/reviews/${escalated?.message_id}`],
      ['cases', '/cases'],
      ['case-new', '/cases/new'],
      ['mails', '/mail'],
      ['mail-story', `/mail/${mail}`],
      ['mail-text', `/mail/${mail}/text`],
      ['mail-html', `/mail/${mail}/text?html=2`],
      ['simulate', '/simulate'],
      ['queues', '/queues'],
      ['queue', '/queues/accepted'],
      ['queue-dead', '/queues/rejected?state=failed'],
      ['alerts', '/alerts'],
      ['deny', '/deny'],
      ['deny-entry', `/deny/${entry.id}`],
      ['deny-new', '/deny/new'],
      ['deny-test', '/deny/test?what=x.nuisance.example'],
      ['deny-import', '/deny/import'],
      ['deny-proposals', '/deny/proposals'],
      ['directory', '/directory'],
      ['tenant', '/directory/t1'],
      ['key', '/directory/t1/admins/a1/keys'],
      ['directory-import', '/directory/import'],
      ['directory-history', '/directory/history'],
      ['directory-ending-keys', '/directory/ending-keys'],
      ['phone', '/phone?number=%2B12025550100'],
      ['audit', '/audit'],
      ['staff', '/staff'],
      ['tokens', '/tokens'],
      ['settings', '/settings'],
      ['account', '/account'],
      ['missing', '/no-such-page'],
    ];
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  it.each(looks)('is readable and fits: $name', async ({ name, ...look }) => {
    const person = await browser.person(look);
    const outside = await person.newPage();
    await outside.goto(`${world.origin}/log-in`);
    expect(await accessibilityFaults(outside)).toEqual([]);
    await takeScreenshot(outside, `every/${name}-log-in`);
    await world.logIn(person, 'admin');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    const faults: string[] = [];
    for (const [title, path] of pages) {
      const answer = await page.goto(`${world.origin}${path}`);
      if ((answer?.status() ?? 500) >= 400 && title !== 'missing') faults.push(`${title}: ${answer?.status()}`);
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${title}: ${fault}`));
      const beyond = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
      if (beyond > 0) faults.push(`${title}: ${beyond} pixels wider than the screen`);
      await takeScreenshot(page, `every/${name}-${title}`);
    }
    expect(faults).toEqual([]);
    expect(complaints.filter((line) => !line.includes('404'))).toEqual([]);
  });
});

/**
 * Every page in the light and in the dark, on a desk and on a phone: it says what it is for, nothing is unreadable, wider
 * than the screen or too small for a finger; and the keyboard gets everywhere and out again.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import type { ConsoleWorld } from './console-world.ts';
import { startFullWorld } from './full-world.ts';

const phone = { width: 360, height: 740 };
const desk = { width: 1_280, height: 900 };
const looks = [
  { name: 'phone-dark', colorScheme: 'dark', viewport: phone },
  { name: 'phone-light', colorScheme: 'light', viewport: phone },
  { name: 'desk-dark', colorScheme: 'dark', viewport: desk },
  { name: 'desk-light', colorScheme: 'light', viewport: desk },
] as const;

/** Pages that need no line about themselves. */
const plain = new Set(['log-in']);

describe('every page', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  let pages: readonly (readonly [name: string, path: string])[] = [];
  beforeAll(async () => {
    const [full, started] = await Promise.all([startFullWorld(), startBrowser()]);
    browser = started;
    world = full.world;
    const { caseId, deadJob, deniedId, mail, proposal, rejected } = full;
    const member = await world.session('trust', 'somebody');
    pages = [
      ['overview', '/'],
      ['reviews', '/reviews'],
      ['review', `/reviews/${mail}`],
      ['cases', '/cases'],
      ['case', `/cases/${caseId}`],
      ['case-new', '/cases/new'],
      ['cases-unnamed', '/cases/unnamed'],
      ['mails', '/mail'],
      ['mail-story', `/mail/${mail}`],
      ['mail-text', `/mail/${mail}/text`],
      ['mail-html', `/mail/${mail}/text?html=2`],
      ['mail-release', `/mail/${rejected}/release`],
      ['mail-nothing', '/mail?q=nothing-of-this-name'],
      ['simulate', '/simulate'],
      ['queues', '/queues'],
      ['queue', '/queues/handoff'],
      ['queue-dead', '/queues/accepted?state=failed'],
      ['job', `/queues/accepted/jobs/${deadJob}`],
      ['alerts', '/alerts'],
      ['deny', '/deny?expired=yes'],
      ['deny-entry', `/deny/${deniedId}`],
      ['deny-edit', `/deny/${deniedId}/edit`],
      ['deny-new', '/deny/new'],
      ['deny-test', '/deny/test?what=198.51.100.9'],
      ['deny-import', '/deny/import'],
      ['deny-proposals', '/deny/proposals'],
      ['deny-proposal', `/deny/proposals/${proposal}`],
      ['directory', '/directory'],
      ['tenant', '/directory/t1'],
      ['key', '/directory/t1/admins/a1/keys'],
      ['directory-import', '/directory/import'],
      ['directory-history', '/directory/history'],
      ['directory-ending-keys', '/directory/ending-keys'],
      ['phone', '/phone?number=%2B12025550100'],
      ['audit', '/audit'],
      ['staff', '/staff'],
      ['member', `/staff/${member.name}`],
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

  it.each(looks)('explains itself, is readable and fits: $name', { timeout: 240_000 }, async ({ name, ...look }) => {
    const person = await browser.person({ ...look, reducedMotion: 'reduce' });
    const outside = await person.newPage();
    await outside.goto(`${world.origin}/log-in`);
    expect(await accessibilityFaults(outside)).toEqual([]);
    await takeScreenshot(outside, `every/${name}-log-in`);
    world.elapse(11 * 60_000); // what the one before had in hand is free again
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
      if (!plain.has(title) && (await page.locator('.page-about').count()) === 0)
        faults.push(`${title}: does not say what it is`);
      if (look.viewport.width < 400) {
        faults.push(...(await smallTargets(page)).map((small) => `${title}: too small for a finger: ${small}`));
        faults.push(...(await hiddenTables(page)).map((label) => `${title}: scrolls sideways: ${label}`));
      }
      await takeScreenshot(page, `every/${name}-${title}`);
    }
    expect(faults).toEqual([]);
    expect(complaints.filter((line) => !line.includes('404'))).toEqual([]);
  });

  it('is walked through by the keyboard alone, and lets it out again', { timeout: 240_000 }, async () => {
    const person = await browser.person();
    await world.logIn(person, 'admin');
    const page = await person.newPage();
    // What is live would be written anew in the middle of the walk.
    await page.route('**/live/**', (route) => route.abort());
    const faults: string[] = [];
    for (const [title, path] of pages) {
      await page.goto(`${world.origin}${path}`);
      faults.push(...(await keyboardFaults(page)).map((fault) => `${title}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });
});

/** Buttons and fields that a finger misses; links within a text are as high as their line (WCAG 2.5.8). */
async function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate(`[...document.querySelectorAll('button, .button, select, textarea, input:not([type=hidden]), .tabs a, nav a')]
    .filter((one) => one.checkVisibility() && one.closest('.hidden') === null && !one.classList.contains('hidden') && one.type !== 'checkbox')
    .filter((one) => one.getBoundingClientRect().height < 40)
    .map((one) => one.outerHTML.slice(0, 120))`);
}

/** Tables that hide a part of theirs at the side. */
async function hiddenTables(page: Page): Promise<readonly string[]> {
  return page.evaluate(`[...document.querySelectorAll('.scroll')]
    .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.getAttribute('aria-label') + ' ' + one.scrollWidth + ' > ' + one.clientWidth)`);
}

/** Tab goes through everything once and leaves the page: nothing holds it, nothing is skipped, each shows that it has it. */
async function keyboardFaults(page: Page): Promise<readonly string[]> {
  const wanted = Number(
    await page.evaluate(`(() => {
      const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0);
      all.forEach((one, index) => { one.dataset.stop = index; });
      document.activeElement?.blur();
      return all.length;
    })()`),
  );
  const seen = new Set<string>();
  const faults: string[] = [];
  for (let step = 0; step < wanted + 3; step += 1) {
    await page.keyboard.press('Tab');
    const at: { readonly stop: string | null; readonly isShown: boolean; readonly markup: string } =
      await page.evaluate(`(() => {
      const one = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return { stop: one.dataset.stop ?? null, isShown: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1, markup: one.outerHTML.slice(0, 100) };
    })()`);
    if (at.stop === null) continue;
    if (!at.isShown && !seen.has(at.stop)) faults.push(`no visible focus: ${at.markup}`);
    seen.add(at.stop);
  }
  if (seen.size < wanted) faults.push(`the keyboard gets to ${seen.size} of ${wanted}`);
  return faults;
}

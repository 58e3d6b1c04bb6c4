/**
 * "Server away: the page says so and recovers", on every page: what is live says that it is stale, what is typed stays and
 * is not sent to nobody. Pages are found by what they hold, so that none is added without it.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeScreenshot } from '../helpers/browser.ts';
import type { ConsoleWorld } from './console-world.ts';
import { type FormWalk, startFormWalk } from './form-walk.ts';

describe('while the server is away', () => {
  let walk: FormWalk;
  let world: ConsoleWorld;
  let page: Page;
  let paths: readonly string[] = [];
  beforeAll(async () => {
    walk = await startFormWalk();
    ({ world, page } = walk);
    paths = [...walk.paths, '/deny/import/700', '/deny/test', '/phone', '/settings'];
  });
  afterAll(() => walk.close());

  /** An import goes on as long as this test looks at it. */
  const visit = async (path: string) => {
    const importing = { staged: 700, actor: 'grace', done: 5, total: 50, seen_at: Date.now() };
    await world.records.db.updateTable('deny_state').set(importing).execute();
    await page.goto(`${world.origin}${path}`);
  };
  const holds = async (selector: string) => (await page.locator(selector).count()) > 0;

  it('live pages say that they are stale, and are live again when it is back', { timeout: 240_000 }, async () => {
    const live: string[] = [];
    for (const path of paths) {
      await visit(path);
      if (!(await holds('[data-live]'))) continue;
      live.push(path);
      await page.waitForSelector('.live[data-state=live]');
      await world.vanish();
      await page.waitForSelector('.live[data-state=stale]');
      expect(await page.textContent('.live-text')).toContain('trying again');
      await world.reappear();
      await page.waitForSelector('.live[data-state=live]');
      expect(await page.locator('body.is-stale').count()).toBe(0);
    }
    expect(live).toEqual(['/', '/deny/import/700']);
  });

  it('forms keep what is typed, send nothing, and go when it is back', { timeout: 240_000 }, async () => {
    const typedInto: string[] = [];
    for (const path of paths) {
      await visit(path);
      const here = page.url();
      if (!(await page.evaluate(`${helpers}; textFields().length > 0`))) continue;
      typedInto.push(path);
      await world.vanish();
      const before: unknown = await page.evaluate(`${helpers}; type()`);
      await page.waitForSelector('.connection.bad');
      // Each form is sent as a person does, without the browser's own checks of its fields.
      await page.evaluate(`${helpers}; sendAll()`);
      expect(await page.textContent('.connection')).toContain('does not answer');
      expect([page.url(), await page.evaluate(`${helpers}; values()`)]).toEqual([here, before]);
      if (path === '/deny/new') await takeScreenshot(page, 'server-away');
      await world.reappear();
      await page.waitForSelector('.connection.good');
      expect(await page.evaluate(`${helpers}; values()`)).toEqual(before);
    }
    expect(typedInto.length).toBeGreaterThan(15);
    // And is sent then.
    await page.goto(`${world.origin}/deny/new`);
    await world.vanish();
    await page.fill('main [name=value]', 'away@nuisance.example');
    await page.waitForSelector('.connection.bad');
    await page.click('text=See what it would hit');
    await world.reappear();
    await page.waitForSelector('.connection.good');
    await page.fill('main [name=reason]', 'spam');
    await page.click('text=See what it would hit');
    await page.waitForSelector('h1:text("What it would hit")');
    expect(await page.textContent('main')).toContain('away@nuisance.example');
  });
});

const helpers = `
  const fields = () => [...document.querySelectorAll('main form[method=post]')].flatMap((form) => [...form.elements])
    .filter((one) => one.checkVisibility() && !one.readOnly && one.tagName !== 'BUTTON' && !['hidden', 'file', 'submit'].includes(one.type));
  const textFields = () => fields().filter((one) => one.tagName === 'TEXTAREA' || ['text', 'search', 'email', 'password'].includes(one.type));
  const values = () => fields().map((one) => one.name + '=' + (one.type === 'checkbox' || one.type === 'radio' ? one.checked : one.value));
  const type = () => {
    for (const one of textFields()) {
      one.value = 'typed while it was away';
      one.dispatchEvent(new Event('input', { bubbles: true }));
    }
    return values();
  };
  const sendAll = () => {
    for (const form of document.querySelectorAll('main form[method=post]')) {
      form.noValidate = true;
      form.requestSubmit(form.querySelector('button'));
    }
  };
`;

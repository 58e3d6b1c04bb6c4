/** A browser in which an admin goes through every page that has forms. */
import type { Page } from 'playwright-core';
import { startBrowser } from '../helpers/browser.ts';
import type { ConsoleWorld } from './console-world.ts';
import { pagesWithForms, startFullWorld } from './full-world.ts';

export type FormWalk = {
  readonly world: ConsoleWorld;
  readonly page: Page;
  /** Pages with forms. */
  readonly paths: readonly string[];
  close(): Promise<void>;
};

export async function startFormWalk(): Promise<FormWalk> {
  const [full, browser] = await Promise.all([startFullWorld(), startBrowser()]);
  const { world } = full;
  const member = await world.session('trust', 'somebody');
  const person = await browser.person();
  await world.logIn(person, 'admin');
  return {
    world,
    page: await person.newPage(),
    paths: pagesWithForms(full, member.name),
    async close() {
      await browser.close();
      await world.close();
    },
  };
}

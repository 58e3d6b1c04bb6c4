/**
 * "Wrong form: what was typed is kept", on every form of every page. The forms are taken from the pages themselves, filled
 * in and sent with one thing wrong; a form that this file does not know fails the test, so that none is added without
 * somebody saying what is wrong in it.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleWorld } from './console-world.ts';
import { type FormWalk, startFormWalk } from './form-walk.ts';

const words = 'kept as typed';
const tooLong = 'x'.repeat(5_000);

/** What makes the form wrong, by its action; null for a form in which nothing can be typed wrong, with the reason. */
const wrong: readonly (readonly [action: RegExp, fields: Readonly<Record<string, string>> | null])[] = [
  [/^\/reviews\/[^/]+$/, { note: '' }],
  [/^\/cases$/, {}],
  [/^\/cases\/check-in$/, {}],
  [/^\/cases\/unnamed$/, { note: '' }],
  [/^\/cases\/[^/]+\/join$/, {}],
  [/^\/cases\/[^/]+\/documents$/, {}],
  [/^\/cases\/[^/]+\/name$/, { procedure: '' }],
  [/^\/cases\/[^/]+\/act\/request-set$/, { request: '' }],
  [/^\/cases\/[^/]+\/act\/contact-made$/, { contactId: '' }],
  [/^\/cases\/[^/]+\/act\/closed$/, { note: '' }],
  [/^\/mail\/[^/]+\/release$/, { note: '' }],
  [/^\/queues\/[^/]+\/pause$/, { reason: tooLong }],
  [/^\/alerts\/silence$/, { reason: '' }],
  [/^\/deny\/new$/, {}],
  [/^\/deny\/[^/]+\/edit$/, {}],
  [/^\/deny\/[^/]+\/expire$/, {}],
  [/^\/deny\/import$/, {}],
  [/^\/deny\/proposals\/[^/]+$/, { note: tooLong }],
  [/^\/directory\/[^/]+\/admins\/[^/]+\/keys$/, {}],
  [/^\/simulate$/, {}],
  [/^\/staff$/, { name: 'no / name' }],
  [/^\/staff\/[^/]+\/role$/, null], // a choice of roles, each of them right
  [/^\/tokens$/, { name: '' }],
];

type Field = { readonly name: string; readonly value: string };

describe('every form', () => {
  let walk: FormWalk;
  let world: ConsoleWorld;
  let page: Page;
  let paths: readonly string[] = [];
  beforeAll(async () => {
    walk = await startFormWalk();
    ({ world, page } = walk);
    paths = walk.paths;
  });
  afterAll(() => walk.close());

  /** Actions of forms on this page in which something can be typed or chosen. */
  async function formsOf(path: string): Promise<readonly string[]> {
    await page.goto(`${world.origin}${path}`);
    return page.evaluate(`${helpers}; actions()`);
  }

  it('keeps what was typed when something else is wrong', async () => {
    const faults: string[] = [];
    const known = new Set<RegExp>();
    for (const path of paths) {
      for (const action of await formsOf(path)) {
        const found = wrong.find(([pattern]) => pattern.test(action));
        if (found === undefined) faults.push(`${path}: nobody says what is wrong in the form ${action}`);
        if (found === undefined || known.has(found[0])) continue;
        const [pattern, fields] = found;
        known.add(pattern);
        if (fields === null) continue;
        await page.goto(`${world.origin}${path}`);
        const answered = page.waitForResponse((response) => response.request().method() === 'POST');
        const loaded = page.waitForEvent('load');
        const sent: readonly Field[] = await page.evaluate(
          `${helpers}; sendWrong(${JSON.stringify({ action, words, fields })})`,
        );
        const status = (await answered).status();
        await loaded;
        if (status < 400 || status >= 500) faults.push(`${action}: answered ${status}`);
        const kept: readonly Field[] = await page.evaluate(`${helpers}; valuesOf(${JSON.stringify(action)})`);
        for (const { name, value } of sent) {
          const now = kept.find((one) => one.name === name)?.value;
          if (now !== value) faults.push(`${action}: ${name} was ${value.slice(0, 40)}, is ${now?.slice(0, 40)}`);
        }
      }
    }
    expect(faults).toEqual([]);
    expect(wrong.filter(([pattern]) => !known.has(pattern)).map(String)).toEqual([]);
  });
});

// Passwords, codes, files and the box that says "I know what this does" are given anew each time.
const helpers = `
  const isTyped = (one) => one.name !== '' && one.name !== 'sure' && !one.closest('[hidden]') && !one.readOnly
    && !['hidden', 'password', 'file', 'submit'].includes(one.type) && one.autocomplete !== 'one-time-code' && one.tagName !== 'BUTTON';
  const forms = () => [...document.querySelectorAll('main form[method=post]')];
  const pathOf = (form) => new URL(form.action).pathname;
  const typedIn = (form) => [...form.elements].filter(isTyped);
  const stateOf = (one) => ({ name: one.name, value: one.type === 'checkbox' ? String(one.checked) : one.value.trim() });
  const actions = () => [...new Set(forms().filter((form) => typedIn(form).length > 0).map(pathOf))];
  const formOf = (action) => forms().find((form) => pathOf(form) === action && typedIn(form).length > 0);
  const valuesOf = (action) => { const form = formOf(action); return form === undefined ? [] : typedIn(form).map(stateOf); };
  const sendWrong = ({ action, words, fields }) => {
    const form = formOf(action);
    form.noValidate = true;
    for (const one of typedIn(form)) {
      if (one.type === 'checkbox') one.checked = !one.checked;
      else if (one.tagName === 'SELECT') one.selectedIndex = one.options.length - 1;
      else one.value = words;
      if (one.name in fields) one.value = fields[one.name];
    }
    const sent = typedIn(form).map(stateOf);
    // After the answer of this evaluation, or its page would be gone.
    setTimeout(() => form.requestSubmit(form.querySelector('button')), 50);
    return sent;
  };
`;

/** Browsers that a member logged in with before. */
import { describe, expect, it } from 'vitest';
import { knownBrowserMs, knownBrowsers } from '../../src/staff/known-browser.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

describe('a known browser', () => {
  const browsers = knownBrowsers([key]);
  const cookie = browsers.mark('grace', now);

  it('is known for its member, again and again, until it was away for long', () => {
    const id = browsers.read(cookie, 'grace', now);
    expect(id).toMatch(/^[\w-]{22}$/);
    expect(browsers.read(cookie, 'grace', now + knownBrowserMs - 1)).toBe(id);
    expect(browsers.read(cookie, 'grace', now + knownBrowserMs)).toBeNull();
    expect(browsers.read(browsers.mark('grace', now), 'grace', now)).not.toBe(id);
  });

  it('is a stranger for every other name, and with a cookie that was not made here', () => {
    expect(browsers.read(cookie, 'linus', now)).toBeNull();
    expect(browsers.read(cookie.replace(`.${now}.`, `.${now + 1}.`), 'grace', now)).toBeNull();
    expect(browsers.read(`${'A'.repeat(22)}${cookie.slice(22)}`, 'grace', now)).toBeNull();
    expect(knownBrowsers([other]).read(cookie, 'grace', now)).toBeNull();
    for (const bad of ['', 'x', cookie.slice(1), `${cookie}x`]) expect(browsers.read(bad, 'grace', now)).toBeNull();
  });

  it('stays known when the secret came to be shared', () => {
    expect(knownBrowsers([other, key]).read(cookie, 'grace', now)).not.toBeNull();
  });
});

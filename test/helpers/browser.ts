/** A real browser for tests of pages: Chromium without a screen, in a profile of its own. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { vi } from 'vitest';

// A browser beside other tests on a small machine takes its time; nothing is asserted about it.
vi.setConfig({ testTimeout: 120_000 });

export type TestBrowser = {
  /** A person's own browser: cookies are theirs alone. Closed with the browser. */
  person(options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
};

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = places.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error('no Chromium: node scripts/setup.mjs --tests installs it');
  const profile = mkdtempSync(join(tmpdir(), 'postern-browser-'));
  const browser = await chromium.launch({ executablePath, headless: true, args: flags, env: { HOME: profile } });
  return {
    person: (options) => browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options }),
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Violation = { readonly id: string; readonly impact: string; readonly nodes: readonly { readonly html: string }[] };

/** What axe-core finds against WCAG 2 A and AA, one line each; only what it calls serious or worse. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const violations: readonly Violation[] = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => ({ html })) })))`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

const screenshots = fileURLToPath(new URL('../../.screenshots/', import.meta.url));

/** For people to look at, who say so by `SCREENSHOTS=1`: it takes a while. The folder is ignored by git. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  if (process.env['SCREENSHOTS'] !== '1') return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

/** Collects what a page complains about: script errors, refused resources, requests to anywhere else. */
export function watchPage(page: Page, origin: string): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) complaints.push(`request to ${request.url()}`);
  });
  return complaints;
}

/** Reading a mail: its HTML in the frame, its parts, what was encrypted; who may, and what of it is kept. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { encryptedMail } from '../../src/samples/pgp-samples.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { keyFor, letter, support } from '../helpers/pgp-mail.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';
import { hostile, storeHostileMail, storeRawMail } from './hostile-mail.ts';

const secret = 'The vault opens at nine.';

describe('the content of a mail', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  let hostileId = '';
  const encryptedId = '0encrypted000000000001-0';
  const foreignId = '0encrypted000000000002-0';
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    hostileId = await storeHostileMail(world, world.now());
    const [own, other] = await Promise.all([keyFor(support), keyFor('other@example.net')]);
    const { keysDirectory } = world.config.pgp;
    mkdirSync(keysDirectory, { recursive: true, mode: 0o700 });
    writeFileSync(join(keysDirectory, 'support.asc'), own.armoredPrivate);
    chmodSync(join(keysDirectory, 'support.asc'), 0o600);
    const text = `${secret}\n<script>window.owned=1</script>\n`;
    const store = async (messageId: string, key: typeof own) =>
      storeRawMail(
        world,
        { messageId, receivedAt: world.now(), subject: '...', from: 'ada@example.com', outcome: 'escalated' },
        await encryptedMail(letter({ text }), { recipients: [key] }),
      );
    await store(encryptedId, own);
    await store(foreignId, other);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const actions = async (subject: string) =>
    (await auditRecords(world.records).list({ subject, limit: 20 })).map(({ action }) => action);

  it('shows HTML in a frame that runs nothing and asks nobody', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/mail/${hostileId}/text`);
    expect(page.frames()).toHaveLength(1);
    await page.click('text=Show the HTML of part 2');
    const frame = page.frameLocator('iframe.mail-frame');
    await frame.locator('text=Seen text').waitFor();
    expect(await frame.locator('body').textContent()).toContain('our portal ⟨http://evil.example/k⟩');
    expect(await page.evaluate('window.owned')).toBeUndefined();
    await frame.locator('text=our portal').click();
    expect(await frame.locator('a, img, form, link, meta[http-equiv], base, iframe, script').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'mail-html');
    expect(complaints).toEqual([]);
    expect(page.url()).toBe(`${world.origin}/mail/${hostileId}/text?html=2`);
  });

  it('serves the frame so that it is harmless by itself too', async () => {
    const trust = await world.session('trust');
    const { headers } = await world.get(`/mail/${hostileId}/text/html/2`, trust);
    const [look] = await auditRecords(world.records).list({ subject: hostileId, actor: trust.name, limit: 1 });
    expect(look).toMatchObject({ action: 'mail.read', detail: { html: 2 } });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(['sandbox', "default-src 'none'", "frame-ancestors 'self'", "form-action 'none'"]),
    );
    expect(policy).not.toMatch(/allow-|script-src|img-src|frame-src|connect-src/);
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    const holder = await world.get(`/mail/${hostileId}/text?html=2`, trust);
    const plain = await world.get(`/mail/${hostileId}/text?html=1`, trust);
    expect(plain.headers.get('content-security-policy')).not.toContain('frame-src');
    expect(holder.headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'; frame-src 'self'$/);
    expect((await world.get('/mail', trust)).headers.get('content-security-policy')).not.toContain('frame-src');
    // What is no HTML is never served as HTML.
    for (const part of ['1', '3', '4', '0', '-1', '2x', '9999', '..%2f2']) {
      expect([part, (await world.get(`/mail/${hostileId}/text/html/${part}`, trust)).status]).toEqual([part, 404]);
    }
  });

  it('opened as a page of its own it stays locked in', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const answer = await page.goto(`${world.origin}/mail/${hostileId}/text/html/2`);
    expect(answer?.status()).toBe(200);
    expect(await page.textContent('body')).toContain('Seen text');
    expect(requests.filter((url) => !url.startsWith(`${world.origin}/`))).toEqual([]);
  });

  it('saves one part as octets, whatever it calls itself', async () => {
    const trust = await world.session('trust');
    const answer = await world.post(`/mail/${hostileId}/text/parts/3`, {}, trust);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    const disposition = answer.headers.get('content-disposition') ?? '';
    expect(disposition).toMatch(/^attachment; filename="_svg onload=window.owned=1_.pdf"$/);
    expect(disposition).not.toMatch(/[<>]/);
    expect(await answer.text()).toBe('x');
    const html = await world.post(`/mail/${hostileId}/text/parts/2`, {}, trust);
    expect(html.headers.get('content-type')).toBe('application/octet-stream');
    expect((await world.post(`/mail/${hostileId}/text/parts/4`, {}, trust)).status).toBe(404);
    expect((await world.post(`/mail/${hostileId}/text/parts/1`, { form_token: 'x' }, trust)).status).toBe(403);
    const [row] = await auditRecords(world.records).list({ subject: hostileId, action: 'mail.download', limit: 1 });
    expect(row?.actor).toBe(trust.name);
    expect(JSON.stringify(row?.detail)).toContain('sha256');
  });

  it('decrypts for the eyes of who may, and keeps nothing', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/mail/${encryptedId}/text`);
    expect(await page.textContent('main')).not.toContain(secret);
    await page.click('text=Decrypt it');
    expect(await page.textContent('.mail-text')).toContain(secret);
    expect(await page.textContent('.note.warn')).toContain('kept nowhere');
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'mail-decrypted');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Download')]);
    expect(download.suggestedFilename()).toBe('part-1.bin');
    expect(complaints).toEqual([]);
    expect(await actions(encryptedId)).toEqual(['mail.download', 'mail.decrypt', 'mail.read']);
    // Neither the records nor the spool nor a temporary file hold a word of it.
    for (const name of readdirSync(world.config.dataDir, { recursive: true, encoding: 'utf8', withFileTypes: true })) {
      if (name.isFile()) expect(readFileSync(join(name.parentPath, name.name)).includes('vault opens')).toBe(false);
    }
  });

  it('says why a mail cannot be decrypted', async () => {
    const trust = await world.session('trust');
    const foreign = await world.get(`/mail/${foreignId}/decrypted`, trust);
    expect(foreign.status).toBe(422);
    expect(await foreign.text()).toContain('encrypted to keys that are not ours');
    const plain = await world.get(`/mail/${hostileId}/decrypted`, trust);
    expect(plain.status).toBe(422);
    expect(await plain.text()).toContain('is not encrypted');
    expect(await actions(foreignId)).toEqual([]);
  });

  it('is kept from those without the right', async () => {
    const operator = await world.session('operator');
    for (const path of [
      `/mail/${hostileId}/text/html/2`,
      `/mail/${encryptedId}/decrypted`,
      `/mail/${encryptedId}/decrypted/html/1`,
    ]) {
      expect((await world.get(path, operator)).status).toBe(403);
      expect((await world.get(path)).headers.get('location')).toMatch(/^\/log-in/);
    }
    for (const path of [`/mail/${hostileId}/text/parts/1`, `/mail/${encryptedId}/decrypted/parts/1`]) {
      const answer = await world.post(path, {}, operator);
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toContain(hostile.text);
    }
  });
});

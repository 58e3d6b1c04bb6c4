/** Directory, phone desk, audit and settings in the browser; who may see and do what. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { makePgpKey } from '../../src/samples/pgp-samples.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot } from '../helpers/browser.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { memberPassword } from '../helpers/members.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const contactsOnFile = [
  { name: 'Grace <b>Hopper</b>', role: 'executive', phone: '+12025550100', email: 'grace@example.com' },
];

describe('the other pages', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'postern-pages-'));
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    const by = { actor: 'test', at: world.now() };
    await world.ports.directory.replaceAll(await directoryOf(tenantJson({ contactsOnFile })), by);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await browser.close();
    await world.close();
  });

  it('imports the directory by a diff, whole or not at all', async () => {
    const person = await browser.person();
    await world.logIn(person, 'admin');
    const page = await person.newPage();
    const file = join(folder, 'directory.json');
    await page.goto(`${world.origin}/directory`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.click('text=Example');
    expect(await page.textContent('main')).toContain('Grace <b>Hopper</b>');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'tenant');
    await page.goto(`${world.origin}/directory/import`);
    writeFileSync(file, '{"tenants":[{"id":"t1"}]}');
    await page.setInputFiles('[name=file]', file);
    await page.click('text=Show what would change');
    expect(await page.textContent('.note.bad')).toContain('Nothing was imported');
    const second = tenantJson({
      id: 't2',
      name: 'Second',
      domains: ['second.example'],
      admins: [adminJson({ primaryEmail: 'b@second.example' })],
    });
    writeFileSync(file, JSON.stringify({ tenants: [tenantJson({ users: 7, contactsOnFile }), second] }));
    await page.setInputFiles('[name=file]', file);
    await page.click('text=Show what would change');
    expect(await page.textContent('main')).toContain('1 added, 1 changed, 0 removed');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'directory-diff');
    expect(await world.ports.directory.all()).toHaveLength(1);
    await page.fill('[name=password]', memberPassword);
    await page.click('text=Apply it');
    await page.waitForURL(/done=imported/);
    expect((await world.ports.directory.all()).map(({ id }) => id)).toEqual(['t1', 't2']);
    await takeScreenshot(page, 'directory');
  });

  it('registers a PGP key after it was looked at, warns of its end, and takes it away', async () => {
    const person = await browser.person();
    const { name } = await world.logIn(person, 'admin');
    const page = await person.newPage();
    const key = await makePgpKey({ name: 'Ada', email: 'ada@example.com', keyExpirationTime: 10 * 86_400 });
    await page.goto(`${world.origin}/directory/t1`);
    await page.click('text=Add…');
    await page.waitForURL(/\/keys$/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.fill('[name=armored]', key.armoredPrivate);
    await page.click('text=Show the key');
    expect(await page.textContent('.note.bad')).toContain('private key');
    await page.fill('[name=armored]', key.armoredPublic);
    await page.click('text=Show the key');
    expect((await page.textContent('main'))?.replaceAll(' ', '')).toContain(key.fingerprint);
    expect(await page.textContent('main')).toContain('ends soon');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'key-confirm');
    expect(await world.ports.directory.keysById(key.fingerprint)).toEqual([]);
    await page.fill('[name=password]', 'not the password');
    await page.click('text=Let it count');
    expect(await page.textContent('.note.bad')).toContain('Password or second factor is wrong');
    expect(await world.ports.directory.keysById(key.fingerprint)).toEqual([]);
    await page.fill('[name=password]', memberPassword);
    await page.click('text=Let it count');
    await page.waitForURL(/done=key-added/);
    expect(await world.ports.directory.keysOf('ada@example.com')).toMatchObject([{ fingerprint: key.fingerprint }]);
    expect(await page.textContent('.note.warn')).toContain('1 PGP key ended or ends within 30 days');
    expect(await page.textContent('main')).toContain('Grace <b>Hopper</b> (executive), phone +12025550100');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'tenant-keys');
    await page.goto(`${world.origin}/directory`);
    await page.click('text=Ending keys');
    expect(await page.textContent('tbody')).toMatch(/Ada[^]*ada@example.com[^]*Example[^]*ends soon/);
    await page.click('tbody a');
    const [added] = await auditRecords(world.records).list({ action: 'directory.key-add', limit: 1 });
    expect(added).toMatchObject({ actor: name, subject: 't1', detail: { fingerprint: key.fingerprint } });
    await page.click('text=Take away');
    await page.waitForURL(/done=key-removed/);
    expect(await world.ports.directory.keysById(key.fingerprint)).toEqual([]);
    await page.goto(`${world.origin}/directory`);
    await page.click('text=History');
    await page.waitForURL(/history/);
    expect(await page.locator('tbody tr').count()).toBeGreaterThanOrEqual(3);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'directory-history');
  });

  it('registers no key over a change that somebody else made meanwhile, nor for whoever may not', async () => {
    const [last] = await world.ports.directory.imports(1);
    const [admin, trust] = [await world.session('admin'), await world.session('trust')];
    const key = await makePgpKey({ name: 'Eve', email: 'eve@evil.example' });
    const path = '/directory/t1/admins/a1/keys';
    const fields = { armored: key.armoredPublic, fingerprint: key.fingerprint, password: memberPassword };
    expect((await world.get(path, trust)).status).toBe(403);
    expect((await world.post(path, fields, trust)).status).toBe(403);
    expect((await world.post(`${path}/remove`, fields, trust)).status).toBe(403);
    const looked = await world.post(path, { armored: key.armoredPublic }, admin);
    expect(await looked.text()).toContain('None of its names is');
    expect((await world.post(path, { ...fields, armored: 'nonsense' }, admin)).status).toBe(422);
    expect((await world.post('/directory/t1/admins/nobody/keys', fields, admin)).status).toBe(404);
    const directory = await directoryOf(tenantJson({ contactsOnFile }));
    const by = { actor: 'slow', at: world.now(), audit: { action: 'directory.key-add', subject: 't1', detail: null } };
    await world.ports.directory.replaceAll(directory, { actor: 'fast', at: world.now() + 5 });
    expect(await world.ports.directory.replaceIfLast(directory, last?.id ?? null, by)).toBe(false);
    expect((await world.ports.directory.imports(1))[0]?.actor).toBe('fast');
    expect(await world.ports.directory.keysById(key.fingerprint)).toEqual([]);
  });

  it('takes no key and no directory from a session that does not know the password', async () => {
    const admin = await world.session('admin');
    const key = await makePgpKey({ name: 'Eve', email: 'eve@evil.example' });
    const path = '/directory/t1/admins/a1/keys';
    const fields = { armored: key.armoredPublic, fingerprint: key.fingerprint };
    const file = JSON.stringify({ tenants: [tenantJson({ admins: [adminJson({ pgpKeys: [key.armoredPublic] })] })] });
    const seen = await (await world.post('/directory/import', { file }, admin)).text();
    const digest = / name="digest" value="([^"]+)"/.exec(seen)?.[1] ?? '';
    expect(digest).not.toBe('');
    const before = await world.ports.directory.all();
    for (const proof of [{}, { password: '' }, { password: 'guess' }, { passkey: '{}' }]) {
      expect((await world.post(path, { ...fields, ...proof }, admin)).status).toBe(422);
      expect((await world.post('/directory/import', { file, digest, ...proof }, admin)).status).toBe(422);
    }
    expect(await world.ports.directory.all()).toEqual(before);
    // What was refused on one page counts on the other: guessing is slowed.
    const late = await world.post(path, { ...fields, password: memberPassword }, admin);
    expect(await late.text()).toContain('Too many tries');
    world.elapse(16 * 60_000);
    const now = await world.post('/directory/import', { file, digest, password: memberPassword }, admin);
    expect(now.headers.get('location')).toBe('/directory?done=imported');
    expect(await world.ports.directory.keysById(key.fingerprint)).toHaveLength(1);
    await world.ports.directory.replaceAll(await directoryOf(tenantJson({ contactsOnFile })), {
      actor: 'test',
      at: world.now(),
    });
  });

  it('helps at the phone', async () => {
    const person = await browser.person();
    await world.logIn(person, 'operator');
    const page = await person.newPage();
    await page.goto(`${world.origin}/phone`);
    await page.fill('[name=number]', '+1 202 555-0100');
    await page.fill('[name=ticket]', 'PT-0000-0000');
    await page.click('main button');
    expect(await page.textContent('main')).toMatch(/not denied[^]*Grace <b>Hopper<\/b>[^]*no ticket of this number/);
    expect(await page.textContent('main')).toContain('premium tier');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'phone');
    await world.ports.deny.apply({ add: [denyEntryOf('phone', '+12025550100')], remove: [] }, { actor: 't', at: 1 });
    await page.click('main button');
    expect(await page.textContent('.note.bad')).toContain('end the call');
    await page.fill('[name=number]', '555');
    await page.click('main button');
    expect(await page.textContent('.fault')).toContain('no international phone number');
  });

  it('shows the audit log and whether it is whole', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    await page.goto(`${world.origin}/audit?action=directory.import`);
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
    // Details are for people to read, and a link leads to what is there.
    expect(await page.locator('tbody tr').first().locator('.pairs').textContent()).toMatch(/tenants 1.*admins 1/s);
    expect(await page.locator('tbody tr').first().textContent()).not.toMatch(/[{}]/);
    expect(await page.locator('tbody a').count()).toBe(0);
    const entry = denyEntryOf('email', 'audited@nuisance.example');
    await world.ports.deny.apply({ add: [entry], remove: [] }, { actor: 'test', at: world.now() });
    const imported = { at: world.now(), actor: 'test', action: 'deny.import', subject: 'deny-list', detail: null };
    await world.ports.audit.append(imported);
    await page.goto(`${world.origin}/audit?actor=test`);
    const links = await page.locator('tbody a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    expect(links).toContain(`/deny/${entry.id}`);
    expect(links.filter((link) => link?.includes('deny-list'))).toEqual([]);
    await page.click('text=Verify the chain');
    expect(await page.textContent('.note.good')).toContain('The chain is whole');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'audit');
  });

  it('shows settings with their source, and no secret', async () => {
    const person = await browser.person();
    await world.logIn(person, 'admin');
    const page = await person.newPage();
    await page.goto(`${world.origin}/settings`);
    expect(await page.textContent('main')).toContain('smtp.port');
    expect(await page.locator('tr', { hasText: 'REDIS_URL' }).textContent()).toContain('not set');
    // Lists of settings are for people to read: no braces.
    const mailboxes = page.locator('tr', { has: page.locator('code', { hasText: /^mailboxes$/ }) });
    expect(await mailboxes.textContent()).toContain('address: support@postern.test, ');
    expect(await page.textContent('main')).not.toMatch(/\{"|\[\{/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'settings');
  });

  it('keeps each page for its roles', async () => {
    const [viewer, operator, trust] = [
      await world.session('viewer'),
      await world.session('operator'),
      await world.session('trust'),
    ];
    const status = async (path: string, who: typeof viewer) => (await world.get(path, who)).status;
    for (const path of ['/directory', '/phone', '/audit', '/settings', '/deny', '/mail']) {
      expect([path, await status(path, viewer)]).toEqual([path, 403]);
    }
    for (const path of ['/audit', '/settings', '/directory/import', '/directory/export.json']) {
      expect([path, await status(path, operator)]).toEqual([path, 403]);
    }
    for (const path of ['/settings', '/staff', '/directory/import']) {
      expect([path, await status(path, trust)]).toEqual([path, 403]);
    }
  });

  it('says so when Redis is away, and shows the overview all the same', async () => {
    const operator = await world.session('operator');
    await world.redis.kill();
    const away = await world.get('/queues', operator);
    expect(away.status).toBe(503);
    expect(away.headers.get('refresh')).toBe('10');
    world.elapse(5_000);
    expect(await (await world.get('/', operator)).text()).toContain('Redis does not answer');
    await world.redis.start();
  });
});

/** The deny-list in the browser: preview and warning, undo, tester, import by a diff, export without formulas. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceRecords } from '../../src/records/trace.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { traceInput } from '../records/mails.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const header = 'kind,value,reason,note,scope,expires_at,created_by';

describe('the deny-list', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'postern-deny-'));
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    const by = { actor: 'test', at: world.now() };
    await world.ports.directory.replaceAll(await directoryOf(tenantJson()), by);
    const inputs = Array.from({ length: 12 }, (_, index) =>
      traceInput({
        messageId: `${index.toString(36).padStart(22, '0')}-0`,
        receivedAt: world.now() - index * 60_000 - 1,
        from: index < 4 ? `spam+${index}@nuisance.example` : 'ada@example.com',
        ip: index < 4 ? '198.51.100.77' : '192.0.2.1',
        subject: index < 4 ? 'Cheap <b>watches</b>' : 'Printer',
      }),
    );
    await traceRecords(world.records).record(inputs, world.now());
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await browser.close();
    await world.close();
  });

  it('adds after a preview, removes, undoes, and keeps the history', async () => {
    const person = await browser.person();
    const { name } = await world.logIn(person, 'trust');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/deny/new`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.fill('[name=value]', 'gmail.com');
    await page.selectOption('[name=kind]', 'domain');
    await page.fill('[name=reason]', 'Floods us');
    await page.click('text=See what it would hit');
    expect(await page.textContent('.fault')).toContain('mailbox provider');
    expect(await page.inputValue('[name=reason]')).toBe('Floods us');
    await page.selectOption('[name=kind]', 'email');
    await page.fill('[name=value]', 'Spam@nuisance.example');
    await page.click('text=See what it would hit');
    expect(await page.textContent('main')).toContain('4 of 12 mails');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'deny-preview');
    await page.click('text=Add the entry');
    await page.waitForURL(/\/deny\/[0-9a-f]{20}\?done=added/);
    const id = new URL(page.url()).pathname.slice('/deny/'.length);
    expect(await page.textContent('main')).toContain(name);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'deny-entry');
    await page.click('text=Remove');
    await page.waitForURL(/done=removed/);
    expect(await world.ports.denySearch.get(id)).toBeNull();
    await page.click('text=Undo');
    await page.waitForURL(/done=restored/);
    expect((await world.ports.denySearch.get(id))?.reason).toBe('Floods us');
    expect(await page.locator('main section:last-child tbody tr').count()).toBe(3);
    await page.fill('[name=expires]', 'some day');
    await page.click('button:text-is("Change")');
    expect(await page.textContent('.fault')).toContain('Nothing was changed');
    expect(await page.inputValue('[name=expires]')).toBe('some day');
    await page.fill('[name=expires]', '30d');
    await page.click('button:text-is("Change")');
    await page.waitForURL(/done=expiry/);
    const end = (await world.ports.denySearch.get(id))?.expiresAt ?? 0;
    expect(Math.round((end - world.now()) / 86_400_000)).toBe(30);
    expect(complaints.filter((one) => !one.includes('422'))).toEqual([]);
  });

  it('changes why, where and until when; shows first what it would hit then, and overwrites nobody', async () => {
    const person = await browser.person();
    const { name } = await world.logIn(person, 'trust');
    const page = await person.newPage();
    const now = world.now();
    const scope = { kind: 'mailbox', mailbox: 'elsewhere@postern.test' } as const;
    const entry = denyEntryOf('domain', 'example.com', {
      createdAt: now,
      expiresAt: now - 1,
      scope,
      note: 'two\nlines',
    });
    await world.ports.deny.apply({ add: [entry], remove: [] }, { actor: 'before', at: now - 5_000 });
    await page.goto(`${world.origin}/deny/${entry.id}`);
    await page.keyboard.press('e');
    await page.waitForURL(/edit$/);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.inputValue('[name=note]')).toBe('two\nlines');
    // Words alone: what it hits stays, and so does an end that has passed.
    await page.fill('[name=reason]', '');
    await page.fill('[name=scope]', 'everywhere');
    await page.evaluate("document.querySelector('main form').noValidate = true");
    await page.click('button:text-is("Save")');
    expect(await page.locator('.fault').count()).toBe(2);
    expect(await page.inputValue('[name=scope]')).toBe('everywhere');
    await page.fill('[name=reason]', 'Known for worse');
    await page.fill('[name=scope]', 'mailbox:elsewhere@postern.test');
    await page.click('button:text-is("Save")');
    await page.waitForURL(/done=changed/);
    const changed = { ...entry, reason: 'Known for worse' };
    expect(await world.ports.denySearch.get(entry.id)).toEqual(changed);
    expect(await page.locator('main section:last-child tbody tr').first().textContent()).toContain(name);
    // Everywhere and alive again: it would cut off a customer.
    await page.click('text=Edit');
    await page.fill('[name=scope]', 'global');
    await page.fill('[name=expires]', '12h');
    await world.ports.deny.apply(
      { add: [{ ...changed, note: 'meanwhile' }], remove: [] },
      { actor: 'fast', at: world.now() },
    );
    await page.click('button:text-is("Save")');
    expect(await page.textContent('.note.warn')).toContain('Somebody changed it meanwhile');
    expect(await page.inputValue('[name=expires]')).toBe('12h');
    expect((await world.ports.denySearch.get(entry.id))?.note).toBe('meanwhile');
    await page.click('button:text-is("Save")');
    expect(await page.textContent('main')).toContain('8 of 12 mails');
    expect(await page.textContent('.note.bad')).toContain('cut off a customer');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'deny-edit-warning');
    await page.click('text=Change the entry');
    expect(await page.textContent('main')).toContain('tick the box first');
    expect((await world.ports.denySearch.get(entry.id))?.expiresAt).toBe(now - 1);
    await page.check('[name=sure]');
    await page.click('text=Change the entry');
    await page.waitForURL(/done=changed/);
    const id = new URL(page.url()).pathname.slice('/deny/'.length);
    expect(await world.ports.denySearch.get(entry.id)).toBeNull();
    expect(await world.ports.denySearch.get(id)).toMatchObject({
      scope: { kind: 'global' },
      createdBy: entry.createdBy,
    });
    await world.ports.deny.apply({ add: [], remove: [denyEntryOf('domain', 'example.com')] }, { actor: 't', at: now });
    await page.goto(`${world.origin}/deny/${entry.id}/edit`);
    expect(page.url()).toContain('done=gone');
  });

  it('warns of a customer also where an entry is put back, lives again or is to hold for longer', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const now = world.now();
    const entry = denyEntryOf('email', 'ada@example.com', { createdAt: now, expiresAt: now + 86_400_000 });
    const addAndRemove = async (one: typeof entry) => {
      await world.ports.deny.apply({ add: [one], remove: [] }, { actor: 'before', at: world.now() - 2 });
      await world.ports.deny.apply({ add: [], remove: [one] }, { actor: 'before', at: world.now() - 1 });
    };
    await addAndRemove(entry);
    const get = () => world.ports.denySearch.get(entry.id);
    await page.goto(`${world.origin}/deny/${entry.id}`);
    await page.click('text=Put it back');
    expect(await page.textContent('.note.bad')).toContain('cut off a customer');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.click('button:text-is("Put it back")');
    expect(await page.textContent('main')).toContain('tick the box first');
    expect(await get()).toBeNull();
    await page.check('[name=sure]');
    await page.click('button:text-is("Put it back")');
    await page.waitForURL(/done=restored/);
    expect(await get()).toEqual(entry);
    const end = async (expires: string, isAsked: boolean) => {
      const before = await get();
      await page.fill('[name=expires]', expires);
      await page.click('button:text-is("Change")');
      if (isAsked) {
        expect(await page.textContent('.note.bad')).toContain('cut off a customer');
        expect(await get()).toEqual(before);
        await page.check('[name=sure]');
        await page.click('text=Change its end');
      }
      await page.waitForURL(/done=expiry/);
    };
    await end('30d', true);
    await end('12h', false); // shorter
    await world.ports.deny.apply({ add: [{ ...entry, expiresAt: now }], remove: [] }, { actor: 'time', at: now });
    await page.goto(`${world.origin}/deny/${entry.id}`);
    await end('12h', true); // alive again
    // An expired one that is put back holds nothing, and one that names no customer needs no more than the click.
    const [dead, other] = [
      { ...entry, expiresAt: now },
      denyEntryOf('email', 'x@nuisance.example', { createdAt: now }),
    ];
    for (const one of [dead, other]) {
      await addAndRemove(one);
      await page.goto(`${world.origin}/deny/${one.id}`);
      await page.click('text=Put it back');
      await page.waitForURL(/done=restored/);
    }
    await world.ports.deny.apply({ add: [], remove: [dead, other] }, { actor: 'after', at: world.now() });
  });

  it('warns before it cuts off a customer', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    await page.goto(`${world.origin}/deny/new?kind=email&value=ada%2Bnews@example.com`);
    await page.fill('[name=reason]', 'A slip of the pen');
    await page.click('text=See what it would hit');
    expect(await page.textContent('.note.bad')).toContain('cut off a customer');
    expect(await page.textContent('main')).toContain('8 of 12 mails');
    await takeScreenshot(page, 'deny-warning');
    await page.click('text=Add the entry');
    expect(await page.textContent('main')).toContain('tick the box first');
    expect(
      (await world.ports.denySearch.search({ text: 'ada', kind: null, activeAt: null, limit: 5, offset: 0 })).total,
    ).toBe(0);
  });

  it('tells whether something would be refused', async () => {
    await world.ports.deny.apply(
      { add: [denyEntryOf('network', '198.51.100.0/24')], remove: [] },
      { actor: 't', at: 1 },
    );
    const person = await browser.person({ colorScheme: 'dark', viewport: { width: 390, height: 844 } });
    await world.logIn(person, 'operator');
    const page = await person.newPage();
    await page.goto(`${world.origin}/deny/test`);
    await page.fill('[name=what]', '198.51.100.9');
    await page.click('main button');
    expect(await page.textContent('main')).toContain('is denied by 1 entry');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(`${world.origin}/deny`);
    expect(await page.locator('text=Add an entry').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await takeScreenshot(page, 'deny-phone-dark');
  });

  it('imports by a diff, whole or not at all', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const file = join(folder, 'deny.csv');
    writeFileSync(file, [header, 'email,not an address,x,,,,me', 'domain,com,,,,,me', ''].join('\n'));
    await page.goto(`${world.origin}/deny/import`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.setInputFiles('[name=file]', file);
    await page.click('text=Show what would change');
    expect(await page.locator('.note.bad li').count()).toBeGreaterThanOrEqual(3);
    writeFileSync(
      file,
      [
        header,
        'network,198.51.100.0/24,new reason,,,,me',
        'domain,bad.example,spam,"two\nlines",,2031-01-01,me',
        '',
      ].join('\r\n'),
    );
    await page.setInputFiles('[name=file]', file);
    await page.click('text=Show what would change');
    expect(await page.textContent('main')).toContain('1 added, 1 changed, 0 removed');
    expect(await page.textContent('ins')).toContain('new reason');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'deny-diff');
    // Somebody else changes the list between look and click.
    await world.ports.deny.apply({ add: [denyEntryOf('domain', 'bad.example')], remove: [] }, { actor: 't', at: 1 });
    await page.click('text=Apply it');
    expect(await page.textContent('.note.warn')).toContain('meanwhile');
    await page.click('text=Apply it');
    await page.waitForURL(/done=imported/);
    const { entries } = await world.ports.denySearch.search({
      text: 'bad.example',
      kind: null,
      activeAt: null,
      limit: 5,
      offset: 0,
    });
    expect(entries).toMatchObject([{ reason: 'spam', note: 'two\nlines' }]);
    await takeScreenshot(page, 'deny-list');
  });

  it('imports nothing that cuts off a customer before somebody says that it is meant', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const upload = async (rows: readonly string[]) => {
      await page.goto(`${world.origin}/deny/import`);
      const file = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from([header, ...rows, ''].join('\n')) };
      await page.setInputFiles('[name=file]', file);
      await page.click('text=Show what would change');
      await page.waitForSelector('text=What the import would change');
    };
    const slip = 'email,ada@example.com,a slip,,,,me';
    const stranger = 'email,stranger@nuisance.example,spam,,,,me';
    // Elsewhere, or over already: nobody is cut off.
    await upload([stranger, 'email,ada@example.com,old,,tenant:t9,,me', 'domain,example.com,old,,,2020-01-01,me']);
    expect(await page.locator('.note.bad').count()).toBe(0);
    await upload([stranger, slip]);
    expect(await page.textContent('.note.bad')).toMatch(/cut off customers.*email ada@example.com: admin Ada/s);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'deny-import-warning');
    await page.click('text=Apply it');
    await page.waitForSelector('text=Tick the box first.');
    const there = () => world.ports.deny.find([{ kind: 'email', value: 'ada@example.com' }]);
    expect(await there()).toEqual([]);
    await page.check('[name=sure]');
    await page.click('text=Apply it');
    await page.waitForURL(/done=imported/);
    expect(await there()).toHaveLength(1);
    // Other words for what holds already cut off nobody anew.
    await upload([slip.replace('a slip', 'meant')]);
    expect(await page.locator('.note.bad').count()).toBe(0);
    await world.ports.deny.apply({ add: [], remove: await there() }, { actor: 't', at: world.now() });
  });

  it('shows how far a large import is, and what became of it', async () => {
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    const rows = Array.from({ length: 1_200 }, (_, index) => `email,m${index}@large.example,x,,,,me`);
    const upload = async () => {
      await page.goto(`${world.origin}/deny/import`);
      const file = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from([header, ...rows, ''].join('\n')) };
      await page.setInputFiles('[name=file]', file);
      await page.click('text=Show what would change');
      await page.waitForSelector('text=What the import would change');
      await page.click('text=Apply it');
    };
    const { db } = world.records;
    const found = async () => (await world.ports.deny.find([{ kind: 'email', value: 'm7@large.example' }])).length;
    // Somebody else's is on its way, which ends while it is looked at.
    await db
      .updateTable('deny_state')
      .set({ staged: 500, actor: 'ada <b>', done: 250, total: 5_000, seen_at: Date.now() })
      .execute();
    await upload();
    expect(await page.textContent('.note.bad')).toContain('An import of ada <b> is being applied');
    expect(await found()).toBe(0);
    await page.goto(`${world.origin}/deny/import/500`);
    expect(await page.textContent('#progress')).toContain('ada <b> imports: 250 of 5,000 entries are ready');
    expect(await page.getAttribute('progress', 'value')).toBe('250');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'deny-import-running');
    await db.updateTable('deny_state').set({ done: 500 }).execute();
    await page.waitForSelector('#progress :text("500")');
    await db.updateTable('deny_state').set({ staged: null }).execute();
    await page.waitForSelector('#progress :text("Nothing was imported")');
    await upload();
    await page.waitForURL(/\/deny\/import\/\d+$/);
    await page.waitForSelector('#progress :text("Imported.")');
    expect(await found()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints.filter((line) => !line.includes('409'))).toEqual([]);
    await page.goto(`${world.origin}/deny/import/none`);
    expect(await page.textContent('#progress')).toContain('Nothing was imported');
  });

  it('exports nothing that a spreadsheet would run', async () => {
    const trust = await world.session('trust');
    const reason = '=HYPERLINK("https://evil.example")';
    await world.ports.deny.apply(
      { add: [denyEntryOf('email', 'x@y.example', { reason })], remove: [] },
      { actor: 't', at: 1 },
    );
    const answer = await world.get('/deny/export.csv', trust);
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    expect(await answer.text()).toContain("'=HYPERLINK");
  });

  it('is changed by trust staff only', async () => {
    const operator = await world.session('operator');
    const [entry] = (await world.ports.denySearch.search({ text: '', kind: null, activeAt: null, limit: 1, offset: 0 }))
      .entries;
    const answers = await Promise.all([
      world.get('/deny/new', operator),
      world.post('/deny/new', { kind: 'email', value: 'a@b.example', reason: 'x', step: 'add' }, operator),
      world.post(`/deny/${entry?.id ?? ''}/remove`, {}, operator),
      world.post('/deny/import', { file: header }, operator),
      world.get('/deny', await world.session('viewer')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(await world.ports.denySearch.get(entry?.id ?? '')).not.toBeNull();
  });
});

/** Recovery cases in the console: two browsers approve, and nobody but trust staff sees that there are cases. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Communication } from '../../src/cases/event.ts';
import { openKeyring } from '../../src/keyring/keyring.ts';
import type { CaseResult } from '../../src/records/cases.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import { formToken } from '../../src/staff/session.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { addMember, memberPassword, openMemberSession } from '../helpers/members.ts';
import { type ConsoleWorld, type Session, startConsole } from './console-world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const people = ['alice', 'bob', 'carol'] as const;

let world: ConsoleWorld;
let sessions: Readonly<Record<(typeof people)[number], Session>>;
let portalRequests = 0;

beforeAll(async () => {
  world = await startConsole();
  const keyring = await openKeyring(world.config.pgp.keysDirectory);
  await keyring.generate({ name: 'Support', email: 'support@postern.test', now: world.now(), lifetimeMs: null });
  const grace = { name: 'Grace', role: 'executive', phone: '+12025550100' };
  const admins = [adminJson(), adminJson({ id: 'a2', name: 'Ben', primaryEmail: 'ben@example.com', role: 'admin' })];
  const directory = await directoryOf(tenantJson({ contactsOnFile: [grace], admins }));
  await directoryRecords(world.records).replaceAll(directory, { actor: 'ops', at: world.now() - 40 * dayMs });
  const session = async (name: string): Promise<Session> => {
    await addMember(world.ports.staff, name, 'trust', world.now() - 8 * dayMs);
    const token = await openMemberSession(world.ports.staff, name, world.now());
    return { name, cookie: `postern_session=${token}`, formToken: formToken(token) };
  };
  const [alice, bob, carol] = [await session('alice'), await session('bob'), await session('carol')];
  sessions = { alice, bob, carol };
});
afterAll(() => world.close());

const cases = () => world.ports.caseTools.cases;

function accepted(result: CaseResult) {
  if (result.kind !== 'accepted') throw new Error(JSON.stringify(result));
  return result.case;
}

async function opened(): Promise<string> {
  portalRequests += 1;
  const communication: Communication = {
    channel: 'portal',
    reference: `P-${portalRequests}`,
    receivedAt: world.now() - hourMs,
    address: null,
  };
  const by = { kind: 'staff', id: 'alice', roles: [] } as const;
  const named = { tenantId: 't1', procedure: 'preventative' } as const;
  const { id } = accepted(await cases().open({ by, named, communication, note: '' }, world.now() - 1_000));
  return id;
}

async function close(id: string): Promise<void> {
  const of = (await cases().get(id))?.case;
  if (of === undefined || of.closed !== null) return;
  const act = { kind: 'closed', outcome: 'withdrawn', note: 'over' } as const;
  await cases().act(id, { by: { kind: 'staff', id: 'alice', roles: [] }, seen: of.version, act }, world.now());
}

async function versionOf(id: string): Promise<string> {
  return String((await cases().get(id))?.case.version ?? '');
}

async function post(
  id: string,
  path: string,
  fields: Readonly<Record<string, string>>,
  who: Session,
): Promise<Response> {
  return world.post(`/cases/${id}/${path}`, { seen: await versionOf(id), ...fields }, who);
}

function upload(
  id: string,
  name: string,
  content: string,
  who: Session,
  fields: Readonly<Record<string, string>> = {},
) {
  const body = new FormData();
  for (const [field, value] of Object.entries({
    form_token: who.formToken,
    seen: '2',
    kind: 'police-report',
    ...fields,
  })) {
    body.set(field, value);
  }
  body.set('file', new File([content], name));
  const headers = { origin: world.origin, cookie: who.cookie };
  return fetch(`${world.origin}/cases/${id}/documents`, { method: 'POST', redirect: 'manual', headers, body });
}

describe('four eyes in two browsers', () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function desk(name: keyof typeof sessions, options = {}) {
    const person = await browser.person({ acceptDownloads: true, ...options });
    const value = sessions[name].cookie.split('=')[1] ?? '';
    await person.addCookies([{ name: 'postern_session', value, url: world.origin, httpOnly: true, sameSite: 'Lax' }]);
    const page = await person.newPage();
    return { page, complaints: watchPage(page, world.origin) };
  }

  it('leads from the opening to a signed work order', async () => {
    const [alice, bob, carol] = [await desk('alice'), await desk('bob'), await desk('carol')];
    const { page } = alice;
    await page.goto(`${world.origin}/cases`);
    expect(await page.textContent('main')).toContain('No case is open');
    await page.click('text=Open a case');
    await page.selectOption('[name=procedure]', 'disgruntled-admin');
    await page.fill('[name=tenant]', 't1');
    await page.fill('[name=portal]', 'P-77');
    await page.click('text=Open it');
    await page.waitForURL(/\/cases\/case-/);
    const id = page.url().split('/').at(-1) ?? '';
    const open = async (who: typeof alice, kind: string): Promise<void> => {
      await who.page.click(`#act-${kind} summary`);
    };
    const send = async (who: typeof alice, kind: string): Promise<void> => {
      await Promise.all([who.page.waitForURL(/\?done/), who.page.click(`#act-${kind} button:not([type=button])`)]);
    };
    await open(alice, 'request-set');
    await page.selectOption('#act-request-set select', 'delete-admin:a1');
    await send(alice, 'request-set');
    await page.goto(`${world.origin}/cases/${id}`);
    await open(alice, 'document-added');
    await page.setInputFiles('#document-file', {
      name: '<img src=x onerror=alert(1)>.exe',
      mimeType: 'application/pdf',
      buffer: Buffer.from('MZ report'),
    });
    await send(alice, 'document-added');
    expect(await page.textContent('main')).toContain('<img src=x onerror=alert(1)>.exe');
    expect(await page.textContent('main')).toContain('executable');
    await takeScreenshot(page, 'case-gathering');
    for (const who of [alice, bob, carol]) {
      await who.page.goto(`${world.origin}/cases/${id}`);
      const [copy] = await Promise.all([who.page.waitForEvent('download'), who.page.click('text=Take a copy')]);
      expect(copy.suggestedFilename()).toMatch(/^case-\w+-d1-_img src=x onerror=alert\(1\)_/);
    }
    await page.goto(`${world.origin}/cases/${id}`);
    await open(alice, 'document-confirmed');
    await page.fill('[name=asked]', 'precinct 9, +1 555 0123');
    await page.selectOption('[name=foundIn]', 'official-website');
    await page.fill('#document-confirmed-note', 'the number fits');
    await send(alice, 'document-confirmed');
    await page.goto(`${world.origin}/cases/${id}`);
    await open(alice, 'contact-made');
    await page.selectOption('[name=contactId]', { index: 1 });
    await page.selectOption('#act-contact-made [name=outcome]', 'confirmed');
    await send(alice, 'contact-made');
    await page.goto(`${world.origin}/cases/${id}`);
    expect(await page.locator('.checklist .badge.warn').count()).toBe(0);
    await open(alice, 'proposed');
    await send(alice, 'proposed');
    expect(await accessibilityFaults(page)).toEqual([]);

    // Both look at the same version; the second of them is told that the first was faster.
    await Promise.all([bob.page.goto(`${world.origin}/cases/${id}`), carol.page.goto(`${world.origin}/cases/${id}`)]);
    for (const who of [bob, carol]) {
      await open(who, 'approved');
      await who.page.fill('[name=password]', memberPassword);
    }
    await send(bob, 'approved');
    expect(await bob.page.textContent('main')).toContain('The second approval');
    await carol.page.click('#act-approved button:not([type=button])');
    expect(await carol.page.textContent('.note.bad')).toContain('Somebody else was faster');
    await carol.page.fill('[name=password]', memberPassword);
    await send(carol, 'approved');
    expect((await cases().get(id))?.case.workOrder).toMatchObject({
      approvedBy: ['bob', 'carol'],
      action: { kind: 'delete-admin', adminId: 'a1' },
    });
    expect(await carol.page.textContent('main')).toContain('by key');
    await takeScreenshot(carol.page, 'case-ordered');
    expect(await accessibilityFaults(carol.page)).toEqual([]);
    await carol.page.setViewportSize({ width: 390, height: 800 });
    await takeScreenshot(carol.page, 'case-phone');
    expect(await carol.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    const [archive] = await Promise.all([
      carol.page.waitForEvent('download'),
      carol.page.click('text=Export the whole case'),
    ]);
    expect(archive.suggestedFilename()).toBe(`${id}.zip`);
    const exported = await world.ports.audit.list({ subject: id, action: 'case.exported', limit: 5 });
    expect(exported.map(({ actor }) => actor)).toEqual(['carol']);
    // Engineering's system was away for days.
    const parked = world.records.db.updateTable('order_deliveries').set({ state: 'parked', cause: 'HTTP 400' });
    await parked.where('case_id', '=', id).execute();
    await carol.page.goto(`${world.origin}/cases/${id}`);
    expect(await carol.page.textContent('main')).toContain('was given up');
    await Promise.all([carol.page.waitForURL(/\?done/), carol.page.click('text=Send it again')]);
    expect(await carol.page.locator('text=Send it again').count()).toBe(0);
    const deliveries = await cases().orders.deliveriesOf(id);
    expect(deliveries.map(({ state }) => state)).not.toContain('parked');
    await carol.page.goto(`${world.origin}/cases/${id}`);
    await open(carol, 'work-order-answered');
    await carol.page.fill('[name=reference]', 'ENG-9');
    await send(carol, 'work-order-answered');
    await alice.page.goto(`${world.origin}/cases`);
    await takeScreenshot(alice.page, 'cases');
    expect([...alice.complaints, ...bob.complaints].filter((line) => !line.includes('422'))).toEqual([]);
  });
});

describe('a flood of cases that nobody has named', () => {
  const flood = async (...names: readonly string[]): Promise<readonly string[]> => {
    const ids: string[] = [];
    for (const name of names) {
      const mail = { messageId: `${name}-0`, receivedAt: world.now() - 2_000, address: `${name}@flood.test` };
      ids.push((await cases().takeMail({ ...mail, tenantId: null, procedure: null }, world.now() - 2_000)).caseId);
    }
    return ids;
  };
  const isOpen = async (id: string) => (await cases().get(id))?.case.closed === null;

  it('is closed on one page, but for what came since it was looked at', async () => {
    const [first = '', second = ''] = await flood('x1', 'x2');
    const browser = await startBrowser();
    try {
      const person = await browser.person();
      const value = sessions.alice.cookie.split('=')[1] ?? '';
      await person.addCookies([{ name: 'postern_session', value, url: world.origin, httpOnly: true, sameSite: 'Lax' }]);
      const page = await person.newPage();
      const complaints = watchPage(page, world.origin);
      await page.goto(`${world.origin}/cases`);
      await page.click('text=Close many unnamed cases');
      await page.fill('[name=author]', 'flood.test');
      await page.click('button:has-text("Show")');
      expect(await page.textContent('main')).toContain('x1@flood.test');
      expect(await accessibilityFaults(page)).toEqual([]);
      const [late = ''] = await flood('x3');
      await page.fill('[name=note]', 'a flood');
      await page.click('text=Close all 2');
      expect(await page.textContent('.note.good')).toContain('2 closed.');
      expect([await isOpen(first), await isOpen(second), await isOpen(late)]).toEqual([false, false, true]);
      await close(late);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it('is not closed by anybody below trust, without a reason, or by what is not a list of cases', async () => {
    const [id = ''] = await flood('x4');
    const operator = await world.session('operator');
    const fields = { seen: `${id}:1`, note: 'a flood', from: '', until: '', author: '' };
    expect((await world.post('/cases/unnamed', fields, operator)).status).toBe(403);
    expect((await world.post('/cases/unnamed', { ...fields, note: ' ' }, sessions.alice)).status).toBe(422);
    const odd = await world.post('/cases/unnamed', { ...fields, seen: `${id} x:1 ${id}:` }, sessions.alice);
    expect([odd.status, (await odd.text()).includes('0 closed.')]).toEqual([200, true]);
    const asked = await world.get('/cases/unnamed?from=yesterday', sessions.alice);
    expect(asked.status).toBe(422);
    expect(await isOpen(id)).toBe(true);
    await close(id);
  });
});

describe('a case under attack', () => {
  let id: string;
  beforeEach(async () => {
    id = await opened();
    return () => close(id);
  });

  it('is seen by nobody below trust, and no page says that it is there', async () => {
    for (const role of ['viewer', 'operator'] as const) {
      const who = await world.session(role);
      for (const path of ['/cases', '/cases/new', `/cases/${id}`, '/cases/case-0000000000']) {
        expect((await world.get(path, who)).status).toBe(403);
      }
      for (const path of ['act/proposed', 'name', 'join', 'documents', 'documents/d1', 'export']) {
        expect((await post(id, path, {}, who)).status).toBe(403);
      }
      expect(await (await world.get('/', who)).text()).not.toMatch(/case/i);
    }
    expect((await world.get('/cases')).status).toBe(303);
  });

  it('takes forms of its own pages only, downloads included', async () => {
    const { alice, bob } = sessions;
    await upload(id, 'report.pdf', 'report', alice, { seen: await versionOf(id) });
    const forged = { origin: 'https://evil.example' };
    const before = await cases().get(id);
    for (const path of ['documents/d1', 'export', 'act/contact-required', 'documents']) {
      expect((await world.post(`/cases/${id}/${path}`, {}, alice, forged)).status).toBe(403);
      expect((await world.post(`/cases/${id}/${path}`, { form_token: bob.formToken }, alice)).status).toBe(403);
      expect((await world.get(`/cases/${id}/${path}`, alice)).status).toBe(404);
    }
    expect(await cases().get(id)).toEqual(before);
  });

  it('gives a document out of its own case only, as a file that nothing runs', async () => {
    const { alice, bob } = sessions;
    await upload(id, 'page.html', '<script>alert(1)</script>', alice, { seen: await versionOf(id) });
    const other = await opened().catch(() => null);
    expect(other).toBeNull(); // one open case of each tenant and procedure
    expect((await world.post('/cases/case-0000000000/documents/d1', {}, bob)).status).toBe(404);
    expect((await world.post(`/cases/${id}/documents/d9`, {}, bob)).status).toBe(404);
    expect((await world.post(`/cases/${id}/documents/..%2f..%2fd1`, {}, bob)).status).toBe(404);
    const copy = await world.post(`/cases/${id}/documents/d1`, {}, bob);
    expect(copy.headers.get('content-type')).toBe('application/octet-stream');
    expect(copy.headers.get('content-disposition')).toBe(`attachment; filename="${id}-d1-page.html"`);
    expect(await copy.text()).toBe('<script>alert(1)</script>');
    const [document] = (await cases().get(id))?.case.documents ?? [];
    expect(document?.looks.map(({ by }) => by)).toEqual(['bob']);
    expect(document?.marks).toEqual(['executable']);
  });

  it('takes no contact but one of the list on file, and keeps what was typed', async () => {
    const { alice } = sessions;
    await post(id, 'act/request-set', { request: 'delete-tenant' }, alice);
    const typed = { contactId: '+12025550199', outcome: 'confirmed', note: 'she said yes', madeAt: '' };
    const answer = await post(id, 'act/contact-made', typed, alice);
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain('X-PREVENT needs a contact on file: no other can be entered');
    expect(text).toContain('she said yes');
    expect((await cases().get(id))?.case.attempts).toEqual([]);
  });

  it.each([
    ['request-set', { request: 'add-admin:a9' }],
    ['request-set', { request: '' }],
    ['work-order-answered', { result: 'maybe', reference: 'x' }],
    ['opened', {}],
    ['cessation-lapsed', {}],
    ['contacts-changed', {}],
    ['constructor', {}],
    ['approved', { password: 'wrong' }],
    ['activity-added', { asOf: 'today', from: 'x' }],
    ['order-typed', { 'kind-1': 'add-admin', 'target-1': 'x', 'quote-1': 'q', 'page-1': '1', 'line-1': '1' }],
  ] as const)('takes no act that is not one: %s', async (kind, fields) => {
    const before = await cases().get(id);
    expect((await post(id, `act/${kind}`, fields, sessions.alice)).status).toBe(422);
    expect(await cases().get(id)).toEqual(before);
  });

  it('tells the slower of two', async () => {
    const { alice, bob } = sessions;
    const seen = await versionOf(id);
    const both = await Promise.all([
      world.post(`/cases/${id}/act/request-set`, { seen, request: 'delete-tenant' }, alice),
      world.post(`/cases/${id}/act/request-set`, { seen, request: 'delete-admin:a2' }, bob),
    ]);
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([303, 409]);
  });

  it('takes 64 MB from trust staff, and little from anybody else', async () => {
    const operator = await world.session('operator');
    expect((await upload(id, 'x', 'x'.repeat(200_000), operator)).status).toBe(413);
    const kept = await upload(id, 'big.pdf', 'x'.repeat(26 * 1024 * 1024), sessions.alice, {
      seen: await versionOf(id),
    });
    expect(kept.status).toBe(303);
    expect((await cases().get(id))?.case.documents[0]?.marks).toEqual(['huge']);
    expect((await upload(id, 'x', 'x'.repeat(65 * 1024 * 1024), sessions.alice)).status).toBe(413);
  });

  it('notes check-ins of switches that a contract has', async () => {
    const fields = { tenant: 't1', method: 'none', reference: 'call' };
    const answer = await world.post('/cases/check-in', fields, sessions.alice);
    expect([answer.status, (await answer.text()).includes('Nothing was noted: no such method')]).toEqual([422, true]);
  });
});

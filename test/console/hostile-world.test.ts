/**
 * Whatever a directory, a deny-list, jobs, alerts, cases, browsers and staff's own words hold, each page shows it as text,
 * and in the order in which it was written: a whole world of values that try to be something else.
 */
import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertRecords } from '../../src/records/alerts.ts';
import { tokenHash } from '../../src/staff/session.ts';
import { startBrowser, type TestBrowser, watchPage } from '../helpers/browser.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import type { ConsoleWorld } from './console-world.ts';
import { type FullWorld, startFullWorld } from './full-world.ts';

/** Becomes an element where it is not escaped, and turns what follows around where it is not held. */
const evil = (where: string) => `"'><img src=x class=owned alt=${where}></textarea></title>\u202e${where}`;

/** A directory takes nothing that turns around. */
const named = (where: string) => evil(where).replace('\u202e', '');

describe('a hostile world', () => {
  let full: FullWorld;
  let world: ConsoleWorld;
  let browser: TestBrowser;
  let paths: readonly string[] = [];
  beforeAll(async () => {
    [full, browser] = await Promise.all([startFullWorld(), startBrowser()]);
    world = full.world;
    const by = { actor: evil('actor'), at: world.now() };
    const contact = { name: named('contact'), role: 'executive', phone: '+12025550100', email: 'grace@example.com' };
    const method = { id: 'm1', kind: 'authorised-third-party', name: named('third'), address: 'notary@example.org' };
    const common = { procedures: ['closure'], replaces: ['contact'] };
    const tenants = [
      tenantJson({
        name: named('tenant'),
        admins: [adminJson({ name: named('admin') })],
        contactsOnFile: [contact],
        contract: { recoveryMethods: [{ ...common, ...method }] },
      }),
    ];
    const read = await world.ports.readDirectory(JSON.stringify({ tenants }));
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    await world.ports.directory.replaceAll(read.directory, by);
    // As somebody with the database in hand would write them.
    const denied = { ...denyEntryOf('domain', 'evil.example'), reason: evil('reason'), note: evil('note') };
    const tenantScope = { kind: 'tenant', tenantId: evil('scope') } as const;
    const scoped = { ...denyEntryOf('phone', '+12025550100', { scope: tenantScope }), createdBy: evil('author') };
    await world.ports.deny.apply({ add: [denied, scoped], remove: [] }, by);
    const jobId = await failOne(world);
    await world.ports.queuePauses.note('handoff', evil('pause'), by);
    // Alerts themselves carry ids and closed words only.
    const silence = { kind: null, subject: evil('silenced'), until: world.now() + 60_000, reason: evil('why') };
    await alertRecords(world.records).silence({ ...silence, author: evil('silencer') }, world.now());
    await world.ports.audit.append({
      ...by,
      action: evil('action'),
      subject: evil('what'),
      detail: { [evil('k')]: evil('v') },
    });
    await world.ports.logInFailures.note({ name: 'alice', client: evil('client'), at: world.now() });
    const session = {
      tokenHash: tokenHash('x'),
      name: 'alice',
      ip: evil('ip'),
      agent: evil('agent'),
      now: world.now(),
    };
    await world.ports.staff.openSession(session);
    const trust = await world.session('trust');
    const form = new FormData();
    form.set('form_token', trust.formToken);
    form.set('kind', 'police-report');
    form.set('seen', String((await world.ports.caseTools.cases.get(full.caseId))?.case.version ?? ''));
    form.set(
      'file',
      new File(['%PDF-1.7 nothing'], '<img src=x class=owned alt=file>\u202e.pdf', { type: 'text/html' }),
    );
    const headers = { origin: world.origin, cookie: trust.cookie };
    const upload = { method: 'POST', redirect: 'manual', headers, body: form } as const;
    expect((await fetch(`${world.origin}/cases/${full.caseId}/documents`, upload)).status).toBe(303);
    const { caseId, mail, proposal, rejected, unnamedId } = full;
    const query = encodeURIComponent(evil('query'));
    paths = [
      ['/', '/reviews', `/reviews/${mail}`, '/cases', `/cases/${caseId}`, `/cases/${unnamedId}`, '/cases/new'],
      [
        '/cases/unnamed',
        '/mail',
        `/mail?q=${query}`,
        `/mail/${mail}`,
        `/mail/${mail}/text`,
        `/mail/${rejected}/release`,
      ],
      ['/queues', '/queues/handoff', '/queues/accepted?state=failed', `/queues/accepted/jobs/${jobId}`, '/alerts'],
      ['/deny', `/deny?q=${query}`, `/deny/${denied.id}`, `/deny/${denied.id}/edit`, `/deny/${scoped.id}`],
      [`/deny/new?value=${query}&reason=${query}&note=${query}&scope=${query}&kind=${query}`],
      ['/deny/test?what=evil.example', `/deny/test?what=${query}`, '/deny/proposals', `/deny/proposals/${proposal}`],
      ['/directory', `/directory?q=${query}`, '/directory/t1', `/directory/${query}`, '/directory/t1/admins/a1/keys'],
      ['/directory/history', '/directory/ending-keys', '/phone?number=%2B12025550100', `/phone?number=${query}`],
      ['/audit', `/audit?actor=${query}&action=${query}&subject=${query}`, '/staff', '/staff/alice', `/staff/${query}`],
      ['/tokens', '/settings', '/account', '/simulate', `/no-such-page/${query}`, `/log-in?next=${query}`],
      [
        '/?done=<img+class=owned>',
        '/deny?done=removed&id=<img+class=owned>',
        `/staff/alice?done=${query}&refused=${query}`,
      ],
    ].flat();
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  it('stays text on every page', { timeout: 240_000 }, async () => {
    const person = await browser.person();
    await world.logIn(person, 'admin');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    const faults: string[] = [];
    let seen = '';
    for (const path of paths) {
      const answer = await page.goto(`${world.origin}${path}`);
      if ((answer?.status() ?? 500) >= 500) faults.push(`${path}: ${answer?.status()}`);
      const found: readonly string[] = await page.evaluate(lookAround);
      faults.push(...found.map((one) => `${path}: ${one}`));
      seen += await page.content();
    }
    expect(faults).toEqual([]);
    // Each of them was looked at, or the test says nothing.
    const words = [
      'tenant',
      'admin',
      'contact',
      'third',
      'reason',
      'note',
      'author',
      'scope',
      'cause',
      'pause',
      'silenced',
    ];
    const more = ['why', 'silencer', 'actor', 'action', 'what', 'v', 'client', 'ip', 'agent', 'file', 'query'];
    expect(
      [...words, ...more].filter((word) => !seen.includes(`alt=${word}&gt;`) && !seen.includes(`alt=${word}_`)),
    ).toEqual([]);
    expect(complaints.filter((one) => !/40[04]/.test(one))).toEqual([]);
  });
});

/** What became an element or an address, and texts that turn others around. */
const lookAround = `(() => {
  const faults = [...document.querySelectorAll('.owned')].map((one) => 'an element: ' + one.outerHTML.slice(0, 80));
  for (const one of document.querySelectorAll('[href], [src], [action], [formaction]'))
    for (const name of ['href', 'src', 'action', 'formaction'])
      if (/^\\s*(?:javascript|data|vbscript):|^\\/\\//i.test(one.getAttribute(name) ?? '')) faults.push('an address: ' + one.outerHTML.slice(0, 120));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    if (/[\\u202a-\\u202e\\u2066-\\u2069]/.test(node.data) && node.parentElement.closest('textarea, bdi') === null)
      faults.push('turns the text around: ' + node.parentElement.outerHTML.slice(0, 120));
  if (/[\\u202a-\\u202e]/.test(document.title)) faults.push('the title turns around');
  return faults;
})()`;

async function failOne({ queues, redis }: ConsoleWorld): Promise<string> {
  const queue = (await queues.built()).get('accepted');
  const mail = judgedMail({ messageId: 'evil-0' });
  await queue?.add('accepted', { ...mail, [evil('key')]: evil('payload') }, { jobId: 'evil-0', attempts: 1 });
  const connection = { path: redis.target.socketPath, maxRetriesPerRequest: null };
  const worker = new Worker('accepted', () => Promise.reject(new Error(evil('cause'))), {
    connection,
    prefix: 'postern',
  });
  await new Promise<void>((resolve) => worker.once('failed', () => resolve()));
  await worker.close();
  return 'evil-0';
}

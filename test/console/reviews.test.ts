/** The escalation inbox in two browsers: one decision each, by keys, and nobody undoes another's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verificationPages } from '../../src/console/verification-pages.ts';
import { answering } from '../../src/main/asking.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { type TraceInput, traceRecords } from '../../src/records/trace.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { unproven } from '../helpers/evidence.ts';
import { receivedMail } from '../helpers/received-mail.ts';
import { type MailTraits, traceInput } from '../records/mails.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';
import { storeRawMail } from './hostile-mail.ts';

/** A proven admin who forgets himself. */
function abusive(traits: MailTraits): TraceInput {
  const { mail, sidecar } = traceInput({ ...traits, outcome: 'escalated', assurance: 'proven' });
  if (sidecar === null || mail.verdict.outcome !== 'escalated') throw new Error('no escalated mail with a sidecar');
  const proofs = [{ kind: 'domain', cause: 'DKIM example.com' }] as const;
  const verdict = { ...mail.verdict, reason: 'abuse', rule: 'R-ABUSE' } as const;
  return {
    mail: { ...mail, verdict },
    sidecar: { ...sidecar, evidence: { ...sidecar.evidence, assurance: 'proven', proofs } },
  };
}

describe('reviews', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  const ids = ['a', 'b', 'c'].map((letter) => `${letter.padStart(22, '0')}-0`);
  const [first = '', second = '', third = ''] = ids;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    const inputs = ids.map((messageId, index) => {
      const traits: MailTraits = {
        messageId,
        receivedAt: world.now() - (10 - index) * 60_000,
        outcome: 'escalated',
        assurance: 'claimed',
        subject: `Please <b>reset</b> ${index}`,
      };
      return traceInput(traits);
    });
    await traceRecords(world.records).record(inputs, world.now());
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  it('decides one after the other, and refuses the slower of two', async () => {
    const [one, other] = await Promise.all([browser.person(), browser.person()]);
    const { name } = await world.logIn(one, 'trust');
    await world.logIn(other, 'admin');
    const [page, slow] = await Promise.all([one.newPage(), other.newPage()]);
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/reviews`);
    expect(await page.locator('tbody tr').count()).toBe(3);
    expect(await page.textContent('tbody tr:first-child a')).toBe('Please <b>reset</b> 0');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'reviews');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${world.origin}/reviews/${first}`);
    expect(await page.textContent('main')).toContain('Ask the address on file');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'review');
    // The other one sees who has it, and cannot decide past them.
    await slow.goto(`${world.origin}/reviews`);
    expect(await slow.locator('tr', { hasText: `with ${name}` }).count()).toBe(1);
    await slow.goto(`${world.origin}/reviews/${first}`);
    expect(await slow.textContent('.note.warn')).toContain(`${name} has it in hand`);
    expect(await slow.locator('button[value=accepted]').count()).toBe(0);
    expect(await accessibilityFaults(slow)).toEqual([]);
    await takeScreenshot(slow, 'review-held');
    await slow.click('button:has-text("Take it over")');
    expect(await slow.textContent('.note.calm')).toContain('in your hand');
    await page.fill('#note', 'From before it was taken over');
    await page.click('button[value=accepted]');
    expect(await page.textContent('.note.bad')).toContain('Take it over first');
    expect((await world.ports.reviews.get(first))?.state).toBe('open');
    await page.click('button:has-text("Take it over")');
    expect(await page.inputValue('#note')).toBe('From before it was taken over');
    await page.fill('#note', '');
    await page.locator('#note').blur();
    await page.keyboard.press('n');
    await page.keyboard.type('Called the number on file');
    await page.click('button[value=accepted]');
    await page.waitForURL(`${world.origin}/reviews/${second}?done=accepted`);
    expect((await world.ports.reviews.get(first))?.state).toBe('accepted');
    expect((await world.ports.reviews.get(first))?.decided_by).toBe(name);
    await slow.fill('#note', 'I was slower');
    await slow.click('button[value=rejected]');
    expect(await slow.textContent('.note.bad')).toContain('Not decided');
    expect((await world.ports.reviews.get(first))?.state).toBe('accepted');
    await page.fill('#note', 'Nobody we know');
    await page.selectOption('[name=deny]', 'network');
    await page.click('button[value=rejected]');
    await page.waitForURL(`${world.origin}/reviews/${third}?done=rejected`);
    const denied = await world.ports.denySearch.search({
      text: '192.0.2.1',
      kind: 'network',
      activeAt: null,
      limit: 5,
      offset: 0,
    });
    expect(denied.total).toBe(1);
    await page.goto(`${world.origin}/mail/${first}`);
    expect(await page.textContent('.timeline')).toContain('Judged again: accepted');
    expect(complaints.filter((line) => !line.includes('409'))).toEqual([]);
  });

  it('is decided by keys: one chooses, Enter decides, and a key that slipped decides nothing', async () => {
    const id = `${'k'.padStart(22, '0')}-0`;
    const mail = traceInput({
      messageId: id,
      receivedAt: world.now(),
      outcome: 'escalated',
      assurance: 'claimed',
      subject: 'By keys',
    });
    await traceRecords(world.records).record([mail], world.now());
    const person = await browser.person();
    await world.logIn(person, 'trust');
    const page = await person.newPage();
    await page.goto(`${world.origin}/reviews/${id}`);
    expect(await page.textContent('main')).toContain('A key only chooses');
    const chosen = () => page.evaluate('document.activeElement?.value ?? ""');
    await page.keyboard.press('r');
    expect(await chosen()).toBe('rejected');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    // Chosen and decided, but the reason is missing: the browser asks for it.
    await page.keyboard.press('a');
    expect(await chosen()).toBe('accepted');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('note');
    // In a field a letter is a letter.
    await page.keyboard.type('a clear rr');
    expect(await page.inputValue('#note')).toBe('a clear rr');
    expect((await world.ports.reviews.get(id))?.state).toBe('open');
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await page.waitForURL(/done=accepted/);
    expect((await world.ports.reviews.get(id))?.state).toBe('accepted');
  });

  it('hands out each item once, and takes it back', async () => {
    const [one, other] = [await world.session('trust'), await world.session('trust')];
    const next = `0next${'0'.repeat(16)}`;
    const inputs = ['1', '2', '3'].map((number, index) =>
      traceInput({ messageId: `${next}${number}-0`, receivedAt: world.now() + index, outcome: 'escalated' }),
    );
    await traceRecords(world.records).record(inputs, world.now());
    await world.get(`/reviews/${next}1-0`, one);
    await world.get(`/reviews/${next}2-0`, other);
    const decided = await world.post(`/reviews/${next}1-0`, { outcome: 'rejected', note: 'x', version: '1' }, one);
    expect(decided.headers.get('location')).toBe(`/reviews/${next}3-0?done=rejected`);
    expect((await world.post(`/reviews/${next}2-0`, { outcome: 'rejected', note: 'x' }, one)).status).toBe(409);
    // Nobody puts back what somebody else has.
    await world.post(`/reviews/${next}2-0/put-back`, {}, one);
    expect((await world.ports.reviewClaims.standing(world.now())).get(`${next}2-0`)?.actor).toBe(other.name);
    await world.post(`/reviews/${next}2-0/put-back`, {}, other);
    expect((await world.ports.reviewClaims.standing(world.now())).has(`${next}2-0`)).toBe(false);
    await world.get(`/reviews/${next}2-0`, other);
    world.elapse(11 * 60_000); // left for lunch
    expect((await world.post(`/reviews/${next}2-0`, { outcome: 'rejected', note: 'x' }, one)).status).toBe(303);
    expect((await world.post(`/reviews/${next}3-0/take-over`, {}, await world.session('operator'))).status).toBe(403);
  });

  it('confirms or dismisses what abuse proposed', async () => {
    const person = await browser.person();
    const { name } = await world.logIn(person, 'trust');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    const proposed = ['4', '5'].map((number) => `0proposed${'0'.repeat(12)}${number}-0`);
    const inputs = proposed.map((messageId) => abusive({ messageId, receivedAt: world.now() }));
    await traceRecords(world.records).record(inputs, world.now());
    await world.ports.directory.replaceAll(await directoryOf(tenantJson()), { actor: 'test', at: world.now() });
    await page.goto(`${world.origin}/deny`);
    await page.click('text=Proposals');
    expect(await page.locator('tbody tr').count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'deny-proposals');
    await page.goto(`${world.origin}/deny/proposals/${proposed[0]}`);
    expect(await page.textContent('main')).toContain('cut off a customer');
    await page.fill('#note', 'threatened the desk');
    await page.click('button[value=enter]');
    expect(await page.textContent('.note.bad')).toContain('tick the box first');
    expect(await page.inputValue('#note')).toBe('threatened the desk');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'deny-proposal');
    await page.check('[name=sure]');
    await page.click('button[value=enter]');
    await page.waitForURL(/done=entered/);
    const found = { kind: 'email', activeAt: null, limit: 5, offset: 0 } as const;
    const { entries } = await world.ports.denySearch.search({ ...found, text: 'ada@example.com' });
    expect(entries).toMatchObject([{ kind: 'email', createdBy: name }]);
    expect((await world.ports.reviews.get(proposed[0] ?? ''))?.state).toBe('open');
    await page.goto(`${world.origin}/reviews/${proposed[1]}`);
    await page.click('text=Confirm or dismiss');
    await page.fill('#note', 'a bad day');
    await page.click('button[value=dismiss]');
    await page.waitForURL(/done=dismissed/);
    expect((await world.ports.reviews.get(proposed[1] ?? ''))?.proposal).toBeNull();
    expect(complaints.filter((line) => !line.includes('422'))).toEqual([]);
    const [operator, trust] = [await world.session('operator'), await world.session('trust')];
    expect((await world.get('/deny/proposals', operator)).status).toBe(403);
    const again = { act: 'enter', note: 'x', sure: 'yes' };
    expect((await world.post(`/deny/proposals/${proposed[1]}`, again, operator)).status).toBe(403);
    expect((await world.post(`/deny/proposals/${proposed[1]}`, again, trust)).status).toBe(409);
    expect((await world.get('/deny/proposals/..%2f..-0', trust)).status).toBe(404);
  });

  it('asks the address on file once, and whoever may be asked only', async () => {
    const trust = await world.session('trust');
    expect((await world.post(`/reviews/${third}/ask`, {}, await world.session('operator'))).status).toBe(403);
    // The mail of this test is in no spool: nobody is asked about what cannot be shown.
    const gone = await world.post(`/reviews/${third}/ask`, {}, trust);
    expect(gone.status).toBe(409);
    expect(await gone.text()).toContain('kept no longer');
    const asked = `0asked${'0'.repeat(15)}6-0`;
    await storeRawMail(
      world,
      { messageId: asked, receivedAt: world.now(), outcome: 'escalated', from: 'ada@example.com' },
      Buffer.from('From: ada@example.com\r\nTo: support@postern.test\r\n\r\nHello\r\n'),
    );
    const nobody = await world.post(`/reviews/${asked}/ask`, {}, trust);
    expect(nobody.status).toBe(409);
    expect(await nobody.text()).toContain('nobody on file');
    const audited = await auditRecords(world.records).list({ action: 'review.ask', limit: 5 });
    expect(audited.map(({ subject }) => subject)).toEqual([asked]);
    expect((await world.post(`/reviews/${first}/ask`, {}, trust)).status).toBe(409);
  });

  it('asks at a click, shows that it asked, and what the owner confirms goes on as proven', async () => {
    const { config, records, queues, spool } = world;
    await world.ports.directory.replaceAll(await directoryOf(tenantJson()), { actor: 'test', at: world.now() });
    const { messageId } = await receivedMail({ records, spool }, 'My secret plan\r\n', unproven);
    const person = await browser.person();
    const { name } = await world.logIn(person, 'trust');
    const page = await person.newPage();
    await page.goto(`${world.origin}/reviews/${messageId}`);
    await page.click('button:has-text("Ask the address on file")');
    expect(await page.textContent('.note.good')).toContain('The address on file is asked.');
    expect(await page.textContent('main')).toContain('Asked on file');
    expect(await page.locator('button:has-text("Ask the address on file")').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    const [letter, ...others] = await records.db.selectFrom('notices').selectAll().execute();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ recipient: 'ada@example.com', kind: 'verify-sender', message_id: messageId });
    expect(letter?.letter).not.toContain('secret plan');
    const [audited] = await auditRecords(records).list({ action: 'review.ask', limit: 1 });
    expect(audited).toMatchObject({ actor: name, subject: messageId, detail: { how: 'ask' } });
    const path = /https?:\/\/[^/\s]+(\/verify\/[\w.-]+)/.exec(letter?.letter ?? '')?.[1] ?? '';
    const reader = { read: world.ports.readMail };
    const pages = verificationPages(
      answering({ config, records, spool, queue: queues, reader, logger: silentLogger() }),
    );
    const body = new URLSearchParams({ answer: 'confirmed' });
    expect(await (await pages.request(path, { method: 'POST', body })).text()).toContain('Thank you');
    const job = await (await queues.built()).get('accepted')?.getJob(`${messageId}-f1`);
    expect(job?.data).toMatchObject({ verdict: { outcome: 'accepted', reason: 'confirmed', assurance: 'proven' } });
  });

  it('needs a reason and the right', async () => {
    const [operator, trust] = [await world.session('operator'), await world.session('trust')];
    expect((await world.get('/reviews', operator)).status).toBe(403);
    expect((await world.post(`/reviews/${third}`, { outcome: 'accepted', note: 'x' }, operator)).status).toBe(403);
    expect((await world.post(`/reviews/${third}`, { outcome: 'accepted', note: ' ' }, trust)).status).toBe(422);
    expect((await world.post(`/reviews/${third}`, { note: 'x' }, trust)).status).toBe(422);
    expect((await world.get('/reviews/nothing-0', trust)).status).toBe(404);
    expect((await world.ports.reviews.get(third))?.state).toBe('open');
  });
});

/** Queues in the browser: what waits and why it failed, dead letters one by one and by the many, pausing. */
import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payloadText } from '../../src/console/job-payload.ts';
import { accessibilityFaults, startBrowser, type TestBrowser, takeScreenshot, watchPage } from '../helpers/browser.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

describe('queues', () => {
  let world: ConsoleWorld;
  let browser: TestBrowser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startConsole(), startBrowser()]);
    await failJobs('accepted', [
      'no answer from 10.0.0.1 after 2000 ms',
      'no answer from 10.0.0.2 after 3000 ms',
      '<b>odd</b>',
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  async function failJobs(name: 'accepted' | 'rejected', causes: readonly string[]): Promise<void> {
    const queue = (await world.queues.built()).get(name);
    const jobs = causes.map((cause, index) => ({
      name,
      data: { ...judgedMail({ messageId: `job${index}-0` }), cause },
      opts: { jobId: `job${index}-0`, attempts: 1 },
    }));
    await queue?.addBulk(jobs);
    const done = Promise.withResolvers<void>();
    let failed = 0;
    const connection = { path: world.redis.target.socketPath, maxRetriesPerRequest: null };
    const worker = new Worker(name, (job) => Promise.reject(new Error(String(job.data.cause))), {
      connection,
      prefix: 'postern',
      concurrency: 50,
    });
    worker.on('failed', () => {
      failed += 1;
      if (failed === causes.length) done.resolve();
    });
    await done.promise;
    await worker.close();
  }

  const stateOf = async (name: string) => (await world.ports.queues.states()).find(({ queue }) => queue === name);

  it('works through what its filter showed, by the id as by the cause', async () => {
    const operator = await world.session('operator');
    const list = await (await world.get('/queues/accepted?state=failed&q=job2', operator)).text();
    expect(list.match(/href="\/queues\/accepted\/jobs\//g)).toHaveLength(1);
    const asked = await world.post('/queues/accepted/dead', { act: 'retry', text: 'job2', older: '' }, operator);
    expect(await asked.text()).toContain('1 dead letter');
  });

  it('retries dead letters of one cause, after a dry run', async () => {
    const person = await browser.person();
    await world.logIn(person, 'operator');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/queues`);
    expect(await page.textContent('main')).toContain('<b>odd</b>');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'queues');
    await page.locator('tr', { hasText: 'no answer' }).locator('button').click();
    expect(await page.textContent('main')).toContain('2 dead letters');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'queues-retry');
    expect((await stateOf('accepted'))?.jobs.failed).toBe(3);
    await page.click('text=Retry 2');
    await page.locator('.note.good', { hasText: '2 jobs put back to work' }).waitFor();
    expect((await stateOf('accepted'))?.jobs).toMatchObject({ failed: 1, waiting: 2 });
    const [act] = await world.ports.audit.list({ action: 'queue.retry', limit: 1 });
    expect(act).toMatchObject({ subject: 'accepted', detail: { done: 2 } });
    expect(complaints).toEqual([]);
  });

  it('shows a job, and retries and removes single ones', async () => {
    const person = await browser.person();
    await world.logIn(person, 'operator');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/queues`);
    await page.click('main tbody a >> text=accepted');
    await page.waitForURL(/\/queues\/accepted$/);
    expect(await page.locator('tbody tr').count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.click('.tabs >> text=dead');
    await page.waitForURL(/state=failed/);
    await takeScreenshot(page, 'queue');
    await page.fill('#field-q', 'nothing has this');
    await page.click('main form.filters button');
    await page.locator('main', { hasText: 'No job is dead' }).waitFor();
    await page.fill('#field-q', 'odd');
    await page.click('main form.filters button');
    await page.waitForURL(/q=odd/);
    await page.click('main tbody a');
    await page.waitForURL(/\/queues\/accepted\/jobs\/job2-0$/);
    const text = (await page.textContent('main')) ?? '';
    expect(text).toContain('<b>odd</b>');
    expect(text).toContain('Where it failed');
    expect(text).toContain('ada@example.com');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshot(page, 'job');
    await page.click('main >> text=Retry');
    await page.waitForURL(/done=retried/);
    await page.goto(`${world.origin}/queues/accepted/jobs/job2-0`);
    await page.click('main >> text=Remove');
    await page.waitForURL(/done=removed/);
    expect((await stateOf('accepted'))?.jobs).toMatchObject({ failed: 0, waiting: 2 });
    expect((await page.goto(`${world.origin}/queues/accepted/jobs/job2-0`))?.status()).toBe(404);
    expect(complaints.filter((one) => !one.includes('status of 404'))).toEqual([]);
  });

  it('pauses with a reason that everybody sees, and resumes', async () => {
    const person = await browser.person();
    const { name } = await world.logIn(person, 'operator');
    const page = await person.newPage();
    await page.goto(`${world.origin}/queues/handoff`);
    await page.fill('[name=reason]', '   ');
    await page.click('text=Pause >> nth=-1');
    await page.locator('.fault', { hasText: 'Say why' }).waitFor();
    expect((await stateOf('handoff'))?.isPaused).toBe(false);
    await page.fill('[name=reason]', 'The help desk <moves>');
    await page.click('button.danger');
    await page.waitForURL(/done=paused/);
    expect((await stateOf('handoff'))?.isPaused).toBe(true);
    expect(await page.textContent('.note.warn')).toContain(`paused by ${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    world.elapse(3_000);
    const viewer = await world.session('viewer');
    expect(await (await world.get('/', viewer)).text()).toContain('handoff is paused');
    expect(await (await world.get('/queues', viewer)).text()).toContain('The help desk &lt;moves&gt;');
    await page.click('text=Resume');
    await page.waitForURL(/done=resumed/);
    expect((await stateOf('handoff'))?.isPaused).toBe(false);
    const acts = await world.ports.audit.list({ subject: 'handoff', limit: 5 });
    expect(acts.map(({ action }) => action)).toEqual(['queue.resume', 'queue.pause']);
  });

  it('works through many in batches, by itself, and meets none twice', async () => {
    const causes = Array.from({ length: 620 }, (_, index) => (index < 600 ? 'disk full' : 'another cause'));
    await failJobs('rejected', causes);
    const person = await browser.person();
    await world.logIn(person, 'operator');
    const page = await person.newPage();
    const complaints = watchPage(page, world.origin);
    await page.goto(`${world.origin}/queues/rejected?state=failed&q=disk+full`);
    expect(await page.locator('tbody tr').count()).toBe(100);
    await page.click('text=Go on');
    await page.waitForURL(/from=/);
    expect(await page.locator('tbody tr').count()).toBe(100);
    await page.click('text=Remove all that match');
    expect(await page.textContent('main')).toContain('600 dead letters');
    await page.click('button.danger');
    await page.locator('main', { hasText: '500 of 600 removed' }).waitFor();
    await page.locator('.note.good', { hasText: '600 jobs removed' }).waitFor();
    expect((await stateOf('rejected'))?.jobs.failed).toBe(20);
    const acts = await world.ports.audit.list({ action: 'queue.remove', limit: 5 });
    expect(acts.filter(({ subject }) => subject === 'rejected')).toHaveLength(2);
    expect(complaints).toEqual([]);
  });

  it('shows viewers neither causes nor what people wrote, and lets them change nothing', async () => {
    const viewer = await world.session('viewer');
    const trust = await world.session('trust');
    const path = '/queues/accepted/jobs/job0-0';
    const seen = await (await world.get(path, viewer)).text();
    expect(seen).toContain('job0-0');
    expect(seen).not.toContain('ada@example.com');
    expect(seen).not.toContain('no answer');
    expect(seen).toContain('not shown to your role');
    expect(await (await world.get(path, trust)).text()).toContain('ada@example.com');
    expect(await (await world.get(path, trust)).text()).not.toContain('not shown to your role');
    expect(payloadText({ sender: 'ada@example.com', text: 'help me' }, 'addresses')).toBe(
      payloadText({ sender: 'ada@example.com', text: '(not shown to your role)' }, 'all'),
    );
    expect(await (await world.get('/queues/rejected?state=failed&q=disk', viewer)).text()).not.toContain(
      'another cause',
    );
    expect(await (await world.get('/queues', viewer)).text()).not.toContain('another cause');
    for (const act of [
      '/queues/rejected/dead',
      `${path}/retry`,
      `${path}/remove`,
      '/queues/accepted/pause',
      '/queues/accepted/resume',
    ]) {
      const fields = { act: 'remove', step: 'run', reason: 'x' };
      expect([act, (await world.post(act, fields, viewer)).status]).toEqual([act, 403]);
    }
    expect((await stateOf('rejected'))?.jobs.failed).toBe(20);
    expect((await world.get('/queues/nothing', viewer)).status).toBe(404);
    expect((await world.get('/queues/accepted/jobs/..%2f..%2fx', viewer)).status).toBe(404);
  });
});

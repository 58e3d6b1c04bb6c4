/** An unproven mail over SMTP, until the address on file or staff have decided: with real processes and commands. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type CustomerWorld, customerWorld, mailOf, newMessageId } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

// Each command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

/** An admin whose domain publishes no policy. */
const pam = 'pam@plain.example';
let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  postern = await startPostern({
    dns: dns.address,
    directory: world.directory,
    settings: { console: { verifyUrl: 'https://gate.test' } },
  });
});
afterAll(async () => {
  await postern?.remove();
  await dns?.close();
});

/** A value of the records, which the workers write meanwhile. */
function read(sql: string, ...values: readonly string[]): string | undefined {
  const database = new DatabaseSync(join(postern.dataDir, 'postern.db'), { readOnly: true });
  try {
    const found = database.prepare(sql).get(...values)?.['value'];
    return typeof found === 'string' ? found : undefined;
  } finally {
    database.close();
  }
}

const openItem = () => read(`select message_id as value from reviews where state = 'open'`);
const stateOf = (messageId: string) => read('select state as value from reviews where message_id = ?', messageId);

/** The path of the link that the address on file was sent. */
function pathFor(messageId: string): string | undefined {
  const letter = read(`select letter as value from notices where message_id = ? and kind = 'verify-sender'`, messageId);
  return /https:\/\/gate\.test(\/verify\/[\w.-]+)/.exec(letter ?? '')?.[1];
}

/** The tenant of its ticket; `none` for a ticket without one. */
const ticketTenant = (messageId: string) =>
  read(`select coalesce(tenant_id, 'none') as value from tickets where message_id = ?`, messageId);

async function sendUnproven(body: string): Promise<string> {
  const raw = mailOf({ from: `Pam <${pam}>`, messageId: newMessageId(), body });
  await deliver(postern.smtpPort(), { raw, mailFrom: 'relay@elsewhere.example', recipients: ['support@postern.test'] });
  return eventually('an item', openItem);
}

it('confirmed by the address on file, it becomes a ticket of the tenant', async () => {
  const messageId = await sendUnproven('Is the export broken?\r\n');
  const path = await eventually('the question', () => pathFor(messageId));
  const page = await fetch(new URL(path, postern.consoleUrl()));
  expect(await page.text()).toContain('Is the export broken?');
  expect(stateOf(messageId)).toBe('open');
  const body = new URLSearchParams({ answer: 'confirmed' });
  const answered = await fetch(new URL(path, postern.consoleUrl()), { method: 'POST', body });
  expect(await answered.text()).toContain('Thank you');
  expect(await eventually('the ticket', () => ticketTenant(messageId))).toBe('t2');
  expect(stateOf(messageId)).toBe('accepted');
});

it('accepted by staff, it goes on without being sent again, and the log says who did it', async () => {
  const messageId = await sendUnproven('Another question.\r\n');
  const shown = await postern.run('review', 'show', messageId);
  expect(shown.stdout).toContain('next step');
  const decided = await postern.run('review', 'accept', messageId, '--note', 'known by voice');
  expect(decided).toMatchObject({ code: 0, stderr: '' });
  // Nobody proved it: the ticket tells nothing about a tenant.
  expect(await eventually('the ticket', () => ticketTenant(messageId))).toBe('none');
  expect((await postern.run('review', 'reject', messageId, '--note', 'no')).code).toBe(75);
  const log = await postern.run('audit', 'list', '--subject', messageId, '--json');
  expect(JSON.parse(log.stdout)).toMatchObject({ action: 'review.accept', actor: expect.stringMatching(/^cli:/) });
  expect((await postern.run('audit', 'verify')).stdout).toMatch(/^whole: /);
});

it('is judged again by a simulation, exported and erased', async () => {
  const simulated = await postern.run('simulate', '--since', '1d', '--json');
  expect(JSON.parse(simulated.stdout)).toMatchObject({ judged: 2, differences: [] });
  const exported = await postern.run('export', '--address', pam);
  expect(JSON.parse(exported.stdout).mails).toHaveLength(2);
  const erased = await postern.run('erase', '--address', pam, '--yes', '--json');
  const report = JSON.parse(erased.stdout);
  expect(report).toMatchObject({ erased: true, mails: [] });
  expect(report.stays.map(({ why }: { why: string }) => why)).toContain(
    'its ticket is not closed: close it by "ticket closed", then erase again',
  );
});

/** A mail over SMTP until it lies at a webhook, at a help desk's relay and in the folder of the target `file`; its answer joins the ticket. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ada, type CustomerWorld, customerWorld, mailOf, newMessageId } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startWebhookServer, type WebhookServer } from '../helpers/webhook-server.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

let folder: string;
let world: CustomerWorld;
let dns: ZoneServer;
let hook: WebhookServer;
let desk: SmtpSink;
let postern: Postern;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-handoff-'));
  writeFileSync(join(folder, 'secret'), `whsec_${randomBytes(32).toString('base64')}`);
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  hook = await startWebhookServer();
  const webhook = {
    name: 'hook',
    kind: 'webhook',
    url: hook.url,
    secretFiles: [join(folder, 'secret')],
    allowedNetworks: ['127.0.0.1'],
  };
  desk = await startSmtpSink();
  const mail = { name: 'desk', kind: 'smtp', host: '127.0.0.1', port: desk.port, tls: 'none', to: 'desk@help.test' };
  const file = { name: 'copy', kind: 'file', path: join(folder, 'copy') };
  postern = await startPostern({
    dns: dns.address,
    directory: world.directory,
    settings: { handoff: { targets: [webhook, file, mail] } },
  });
});
afterAll(async () => {
  await postern?.remove();
  await dns?.close();
  await hook?.stop();
  await desk?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const copies = () => {
  const path = join(folder, 'copy');
  return existsSync(path)
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
    : [];
};

it('goes to every target, and its answer by the token joins it', async () => {
  const messageId = newMessageId();
  const raw = await world.customer.sign(
    mailOf({ from: `Ada <${ada}>`, messageId, body: 'my password is Tulip77!\r\n' }),
  );
  await deliver(postern.smtpPort(), { raw, mailFrom: ada, recipients: ['support@postern.test'] });
  await eventually('both targets', () => hook.received.length === 1 && copies().length === 1);
  const payload = JSON.parse(hook.received[0]?.body ?? '{}');
  expect(payload).toMatchObject({
    type: 'ticket.opened',
    data: {
      ticket: { tenant: 't1', response: { state: 'due' } },
      message: { verdict: { rule: 'W-PRIMARY', assurance: 'proven' }, notes: ['secrets-removed'] },
    },
  });
  expect(hook.received[0]?.body).not.toContain('Tulip77');
  expect(JSON.parse(readFileSync(join(folder, 'copy', copies()[0] ?? ''), 'utf8'))).toEqual(payload);

  const { from: token } = payload.data.ticket.answer;
  const answer = await world.customer.sign(
    mailOf({ from: `Ada <${ada}>`, messageId: newMessageId(), body: 'And it burns.\r\n' }),
  );
  await deliver(postern.smtpPort(), { raw: answer, mailFrom: ada, recipients: [token] });
  await eventually('the answer', () => hook.received.length === 2 && copies().length === 2);
  expect(JSON.parse(hook.received[1]?.body ?? '{}')).toMatchObject({
    type: 'ticket.message',
    data: { ticket: { number: payload.data.ticket.number } },
  });
});

it('that comes back from the help desk is parked, and is nobody’s mail', async () => {
  const [sent] = desk.mails;
  expect(sent?.from).toMatch(/^bounce\+[0-9a-z]+@postern\.test$/);
  const report = [
    'From: MAILER-DAEMON@mx.help.test',
    `To: ${sent?.from}`,
    'Subject: Undelivered mail',
    `Message-ID: ${newMessageId()}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.help.test',
    '',
    'Final-Recipient: rfc822; desk@help.test',
    'Action: failed',
    'Status: 5.1.1',
    '--b--',
    '',
  ].join('\r\n');
  await deliver(postern.smtpPort(), { raw: Buffer.from(report), mailFrom: '', recipients: [sent?.from ?? ''] });
  await eventually('a parked delivery', async () => (await postern.run('parked', 'list')).stdout.includes('desk'));
  const parked = (await postern.run('parked', 'list')).stdout;
  expect(parked).toContain('its delivery failed (5.1.1)');
  const rows = await postern.traced(3);
  expect(rows.map(({ outcome }) => outcome).toSorted()).toEqual(['accepted', 'accepted', 'rejected']);
  const stories = await Promise.all(
    rows.map(async ({ message_id }) => (await postern.run('trace', message_id)).stdout),
  );
  expect(
    stories.filter((story) => /desk: ticket\.\w+ parked .*its delivery failed \(5\.1\.1\)/.test(story)),
  ).toHaveLength(1);
  expect(hook.received).toHaveLength(2);
});

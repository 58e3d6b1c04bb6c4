/** `postern reload`: new settings as a whole or not at all, and nobody who sends mail notices. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type CustomerWorld, customerWorld, mailOf, support } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, runPostern, startPostern } from '../helpers/postern.ts';
import { openSession } from '../helpers/raw-smtp-client.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const extra = 'help@postern.test';
let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;
let first: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  postern = await startPostern({ dns: dns.address, directory: world.directory });
  first = parse(readFileSync(settingsFile(), 'utf8'));
});
afterAll(async () => {
  await postern?.remove();
  await dns?.close();
});
beforeEach(() => write(first));

const settingsFile = () => join(postern.dataDir, 'postern.yaml');
const write = (settings: unknown) => writeFileSync(settingsFile(), JSON.stringify(settings));
const mailboxes = (...addresses: readonly string[]) => addresses.map((address) => ({ address, department: 'support' }));
const isTaken = async (recipient: string): Promise<boolean> => {
  const client = await openSession({ port: postern.smtpPort() });
  await client.command('MAIL FROM:<nina@newcomer.example>');
  const { code } = await client.command(`RCPT TO:<${recipient}>`);
  client.destroy();
  return code === 250;
};
const pids = () =>
  (['smtp', 'workers', 'console'] as const).flatMap((role) => [...postern.pidsOf(role)]).sort((a, b) => a - b);

describe('postern reload', () => {
  it('puts the new settings into force in every process, refuses no connection, ends no session', async () => {
    const before = pids();
    expect(await isTaken(extra)).toBe(false);
    const session = await openSession({ port: postern.smtpPort() });
    const faults: unknown[] = [];
    const knocking = setInterval(() => {
      const socket = connect({ port: postern.smtpPort(), host: '127.0.0.1' }, () => socket.destroy());
      socket.on('error', (error) => faults.push(error));
    }, 20);
    write({ ...first, mailboxes: mailboxes(support, extra) });
    const reloading = postern.run('reload', '--json');
    expect(await session.command('MAIL FROM:<nina@newcomer.example>')).toMatchObject({ code: 250 });
    expect(await session.command(`RCPT TO:<${support}>`)).toMatchObject({ code: 250 });
    expect(await session.command('DATA')).toMatchObject({ code: 354 });
    await session.send(Buffer.concat([mailOf({ from: 'nina@newcomer.example' }), Buffer.from('\r\n.\r\n')]));
    expect(await session.reply()).toMatchObject({ code: 250 });
    session.destroy();
    const { code, stdout, stderr } = await reloading;
    clearInterval(knocking);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ ok: true, message: expect.stringMatching(/changed: mailboxes\.$/) });
    expect(faults).toEqual([]);
    expect(await isTaken(extra)).toBe(true);
    await eventually('the end of what was replaced', () => pids().length === before.length);
    expect(pids().filter((pid) => before.includes(pid))).toEqual([]);
    expect((await postern.traced(1)).at(-1)).toMatchObject({ outcome: 'accepted' });
    const { stdout: audit } = await postern.run('audit', 'list', '--action', 'settings.change', '--json');
    expect(JSON.parse(audit)).toMatchObject({
      detail: { changed: { mailboxes: { to: expect.stringContaining(extra) } } },
    });
  });

  it('takes none of a file with an unknown rule: one line says which, and all processes stay', async () => {
    const before = pids();
    write({ ...first, policy: { acceptSecondary: true, neverRefuse: true } });
    const { code, stdout, stderr } = await postern.run('reload');
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toMatch(/^postern: .*policy\.neverRefuse.*no such setting.*\n$/);
    expect(pids()).toEqual(before);
  });

  it('takes none of it either when only the signal comes', async () => {
    const before = pids();
    write({ ...first, policy: { replayMemoryDays: 1, proofAgeDays: 7 } });
    process.kill(postern.supervisorPid(), 'SIGUSR2');
    await eventually('the refusal in the log', () => postern.log().includes('the old ones stay'));
    expect(postern.log()).toContain('policy.replayMemoryDays');
    expect(pids()).toEqual(before);
    expect(await isTaken(support)).toBe(true);
  });

  it('starts a listener that was killed with the settings in force, whatever the file says meanwhile', async () => {
    const [pid = 0] = postern.pidsOf('smtp');
    writeFileSync(settingsFile(), 'mailboxes: [');
    process.kill(pid, 'SIGKILL');
    await eventually('another listener', () => isTaken(support).catch(() => false));
    const { reply } = await deliver(postern.smtpPort(), {
      raw: mailOf({ from: 'nina@newcomer.example' }),
      mailFrom: 'nina@newcomer.example',
      recipients: [support],
    });
    expect(reply.code).toBe(250);
  });

  it('goes back to the old settings when a process cannot work by the new ones', async () => {
    const target = { name: 'desk', kind: 'webhook', url: 'http://127.0.0.1:9/', secretFiles: ['secrets/none'] };
    write({ ...first, mailboxes: mailboxes(support, extra), handoff: { targets: [target] } });
    const { code, stderr } = await postern.run('reload');
    expect(code).toBe(78);
    expect(stderr).toMatch(
      /^postern: reload: the workers process ended .*; the old settings stay, the log says why\n$/,
    );
    expect(await isTaken(support)).toBe(true);
    expect(postern.pidsOf('workers')).toHaveLength(1);
  });

  it('says so where no gateway runs', async () => {
    const elsewhere = join(postern.dataDir, 'elsewhere');
    const { code, stderr } = await runPostern(['reload'], { env: { POSTERN_DATA_DIR: elsewhere } });
    expect({ code, stderr }).toEqual({ code: 69, stderr: `postern: reload: no gateway runs on ${elsewhere}\n` });
  });
});

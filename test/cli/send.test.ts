import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliError, exitCodes } from '../../src/cli/cli-error.ts';
import type { CliContext } from '../../src/cli/context.ts';
import { directoryFileOptions } from '../../src/cli/directory-options.ts';
import { type SendContext, sendCommand } from '../../src/cli/send.ts';
import { parseDirectory } from '../../src/directory/directory-file.ts';
import { openKeyring } from '../../src/keyring/keyring.ts';
import { prepareSamples } from '../../src/main/sample-setup.ts';
import { openConfiguredRecords } from '../../src/main/stores.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { refusalRecords } from '../../src/records/refusals.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { dataDirectoryHolder, lockDataDirectory } from '../../src/supervise/data-lock.ts';
import { deferredReplies, malformedReplies, takenReply } from '../../src/verdict/reply.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { tenantJson } from '../helpers/directory-json.ts';
import { freePort } from '../helpers/free-port.ts';
import { type LoopbackGateway, loopbackConfig, startLoopbackGateway } from '../helpers/loopback-gateway.ts';
import { eventually, type Fixture, startListener } from '../smtp/fixture.ts';

const plainMail = 'From: Ada <ada@example.com>\r\nTo: support@postern.test\r\nSubject: Hello\r\n\r\nhello\r\n';

const visitorMail = plainMail.replace('ada@example.com', 'ada@visitor.test');

let cli: TestCli;
beforeEach(() => {
  cli = testCli();
});
afterEach(() => cli.remove());

function file(name: string, content = plainMail): string {
  writeFileSync(join(cli.folder, name), content);
  return name;
}

/** No name below .test exists, and none is asked for elsewhere. */
function emptyZone(): void {
  mkdirSync(join(cli.folder, 'samples'));
  file('samples/zone.json', '{}');
}

/** A command that has records of its own in the test's folder, or none. */
function sending(port: number, options: { readonly records: boolean; readonly smtpHost?: string }) {
  return (context: CliContext) => {
    const config = loopbackConfig(cli.folder, port);
    const configured =
      options.smtpHost === undefined ? config : { ...config, smtp: { ...config.smtp, host: options.smtpHost } };
    const full: SendContext = {
      ...context,
      config: () => configured,
      remakeSamples: async () => {
        const { directory, deny, close } = await openRecords(context);
        const keyring = await openKeyring(config.pgp.keysDirectory);
        try {
          return await prepareSamples({
            config: configured,
            directory,
            deny,
            keyring,
            actor: 'tester',
            now: Date.now(),
          });
        } finally {
          await close();
        }
      },
      isGatewayThere: () => dataDirectoryHolder(config.dataDir) !== null,
      openTrace: async () => {
        if (!options.records) throw new CliError(exitCodes.unavailable, 'no records');
        const records = await openConfiguredRecords(config, silentLogger(), true);
        return {
          trace: traceRecords(records),
          refusals: refusalRecords(records),
          tickets: ticketRecords(records),
          close: () => records.close(),
        };
      },
    };
    return sendCommand(full);
  };
}

async function openRecords(context: CliContext) {
  const records = await context.openRecords();
  return { directory: records.directory, deny: records.deny, close: () => records.close() };
}

type Line = {
  readonly file: string;
  readonly reply: { readonly code: number; readonly text: string } | null;
  readonly trace: { readonly recipient: string; readonly outcome: string } | null;
  readonly sample?: { readonly asExpected: boolean };
};

function linesOf(stdout: string): readonly Line[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

describe('send to a gateway whose records are here', () => {
  let gateway: LoopbackGateway;
  beforeEach(async () => {
    const keyring = await openKeyring(join(cli.folder, 'keys'));
    await keyring.generate({
      name: 'Gateway',
      email: 'support@postern.test',
      now: Date.now() - 60_000,
      lifetimeMs: null,
    });
    gateway = await startLoopbackGateway(cli.folder);
  });
  afterEach(() => gateway.close());
  const here = () => sending(gateway.port, { records: true });

  it('makes the samples anew, sends them and gets the verdicts they were made for', async () => {
    const ran = await cli.run(here(), 'samples/', '--json');
    expect(ran.code).toBe(0);
    const lines = linesOf(ran.stdout);
    expect(lines.length).toBeGreaterThan(15);
    expect(lines.filter(({ sample }) => sample?.asExpected !== true)).toEqual([]);
    expect(lines.map((line) => line.file)).toContain('samples/01-proven-admin.eml');
    expect(existsSync(join(cli.folder, 'samples', 'zone.json'))).toBe(true);
    expect(ran.stderr).toContain(`all ${lines.length} as expected`);

    // Again: other keys, other mails, the same verdicts; from a folder in which nothing is called samples.
    const elsewhere = mkdtempSync(join(tmpdir(), 'postern-elsewhere-'));
    const again = await cli.run((context) => here()({ ...context, cwd: elsewhere }), 'samples');
    rmSync(elsewhere, { recursive: true });
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^FILE +REPLY +OUTCOME +REASON +RULE +ASSURANCE +EXPECTED +SHOWS$/m);
    expect(again.stdout).toMatch(/^02-spoofed-admin.eml +250 +escalated +unproven-sender +W-CLAIMED +claimed +yes /m);
    expect(again.stdout).toMatch(/^20-malformed.eml +554 +rejected +malformed +R-FORM /m);
  });

  it('leaves tenants and entries of others as they are', async () => {
    const parsed = await parseDirectory(
      { tenants: [tenantJson({ id: 'sample-of-ours' })] },
      directoryFileOptions(cliNow),
    );
    if (!parsed.ok) throw new Error('fixture');
    const before = await cli.context.openRecords();
    await before.directory.replaceAll(parsed.directory, { actor: 'tester', at: cliNow });
    await before.close();
    expect((await cli.run(here(), 'samples/', '--json')).code).toBe(0);
    expect((await cli.run(here(), 'samples/', '--json')).code).toBe(0);
    const after = await cli.context.openRecords();
    const ids = (await after.directory.all()).map(({ id }) => id);
    const denied = (await after.deny.list()).map(({ value }) => value);
    await after.close();
    expect(ids).toEqual(['sample-of-ours', 'sample-rosewood', 'sample-harbourlight', 'sample-plainfield']);
    expect(denied).toEqual(['offers@nuisance.test']);
  });

  it('refuses the samples, and changes nothing, where a tenant has one of their domains', async () => {
    const parsed = await parseDirectory(
      { tenants: [tenantJson({ domains: ['rosewood.test'] })] },
      directoryFileOptions(cliNow),
    );
    if (!parsed.ok) throw new Error('fixture');
    const before = await cli.context.openRecords();
    await before.directory.replaceAll(parsed.directory, { actor: 'tester', at: cliNow });
    await before.close();
    const ran = await cli.run(here(), 'samples/');
    expect(ran).toMatchObject({ code: 65, stdout: '' });
    expect(ran.stderr).toMatch(/^postern: send: tenant t1 has the domain rosewood\.test, .*\n$/);
    const after = await cli.context.openRecords();
    expect((await after.directory.all()).map(({ id }) => id)).toEqual(['t1']);
    expect(await after.deny.list()).toEqual([]);
    await after.close();
    expect(existsSync(join(cli.folder, 'samples'))).toBe(false);
  });

  it('refuses the samples where the listener or the target is not on the loopback', async () => {
    const open = sending(gateway.port, { records: true, smtpHost: '0.0.0.0' });
    expect(await cli.run(open, 'samples/')).toMatchObject({ code: 65, stdout: '' });
    const away = await cli.run(here(), 'samples/', '--host', '192.0.2.1');
    expect(away).toMatchObject({ code: 64, stdout: '' });
    expect(away.stderr).toContain('loopback');
    expect(await cli.run(here(), 'samples/', '--rcpt', 'sales@postern.test')).toMatchObject({ code: 64, stdout: '' });
    expect(existsSync(join(cli.folder, 'samples'))).toBe(false);
  });

  it('shows one row for each mailbox of a mail', async () => {
    emptyZone();
    const rcpt = ['--rcpt', 'support@postern.test', '--rcpt', 'sales+x@postern.test'];
    const ran = await cli.run(here(), file('a.eml', visitorMail), ...rcpt, '--json');
    expect(ran.code).toBe(0);
    expect(linesOf(ran.stdout).map(({ trace }) => trace?.recipient)).toEqual([
      'support@postern.test',
      'sales@postern.test',
    ]);
    const table = await cli.run(here(), 'a.eml', ...rcpt);
    expect(table.stdout).toMatch(/^a\.eml +250 +sales@postern\.test +/m);
  });

  it('tells mails of one sender apart that went over several sessions at once', async () => {
    emptyZone();
    mkdirSync(join(cli.folder, 'mails'));
    for (let n = 0; n < 12; n += 1) {
      const subject = n % 2 === 0 ? 'even' : 'odd';
      const twoAuthors = n % 2 === 0 ? '' : 'From: x@example.com\r\n';
      file(`mails/${String(n).padStart(2, '0')}.eml`, twoAuthors + visitorMail.replace('Hello', `${subject} ${n}`));
    }
    file('mails/notes.txt', 'no mail');
    const ran = await cli.run(here(), 'mails', '--mail-from', 'ada@visitor.test', '--concurrency', '4', '--json');
    const lines = linesOf(ran.stdout);
    expect(lines.map((line) => line.file)).toEqual(
      Array.from({ length: 12 }, (_, n) => `mails/${String(n).padStart(2, '0')}.eml`),
    );
    expect(lines.map(({ reply, trace }) => [reply?.code, trace?.outcome === 'rejected'])).toEqual(
      lines.map((_, n) => (n % 2 === 0 ? [250, false] : [554, true])),
    );
  });
});

describe('send to any gateway', () => {
  let fixture: Fixture | null = null;
  afterEach(async () => {
    await fixture?.listener.close(0);
    fixture = null;
  });
  const start = async (...options: Parameters<typeof startListener>) => {
    fixture = await startListener(...options);
    return { fixture, there: sending(fixture.port, { records: false }) };
  };

  it('prints the reply to each file, and no table without records', async () => {
    const { there, fixture: listener } = await start();
    const ran = await cli.run(there, file('a.eml'), file('b.eml'));
    expect(ran).toEqual({ code: 0, stdout: 'a.eml: 250 2.0.0 Received\nb.eml: 250 2.0.0 Received\n', stderr: '' });
    expect(listener.intake.mails.map(({ content }) => content.toString())).toEqual([plainMail, plainMail]);
  });

  it('takes the envelope from the options, else from Return-Path, else from From', async () => {
    const { there, fixture: listener } = await start();
    await cli.run(there, file('from.eml'), file('path.eml', `Return-Path: <bounce@example.net>\r\n${plainMail}`));
    await cli.run(there, 'from.eml', '--mail-from', '<>', '--helo', 'mx.example.com', '--rcpt', 'help@postern.test');
    const envelopes = listener.intake.mails.map(({ envelope }) => envelope);
    expect(envelopes.map(({ mailFrom }) => mailFrom)).toEqual(['ada@example.com', 'bounce@example.net', '']);
    expect(envelopes[0]?.recipients).toEqual(['support@postern.test']);
    expect(envelopes[2]).toMatchObject({ helo: 'mx.example.com', recipients: ['help@postern.test'] });
  });

  it('turns the line ends of Unix into those of mail, and says what it cannot send as it is', async () => {
    const { there, fixture: listener } = await start();
    const ran = await cli.run(
      there,
      file('unix.eml', plainMail.replaceAll('\r\n', '\n')),
      file('mixed.eml', `${plainMail}x\n.\ny\r\n`),
    );
    expect(ran.code).toBe(0);
    expect(listener.intake.mails[0]?.content.toString()).toBe(plainMail);
    expect(ran.stderr).toMatch(/^mixed\.eml: bare CR or LF goes out as CRLF/);
    expect(listener.intake.mails).toHaveLength(2);
  });

  it('speaks TLS when asked to, and fails where it cannot', async () => {
    const made = await generate([{ name: 'commonName', value: 'mx.postern.test' }]);
    const secure = await start({ certificate: { certificate: made.cert, key: made.private } });
    expect((await cli.run(secure.there, file('a.eml'), '--tls')).code).toBe(0);
    expect(secure.fixture.intake.mails[0]?.envelope.tls?.version).toBe('TLSv1.3');
    await secure.fixture.listener.close(0);
    const plain = await start();
    expect(await cli.run(plain.there, 'a.eml', '--tls')).toMatchObject({ code: 69, stdout: '' });
    expect(plain.fixture.intake.mails).toEqual([]);
  });

  it('takes a refusal for a verdict, and a deferral for a reason to try again', async () => {
    const { there, fixture: listener } = await start();
    const refused = await cli.run(there, file('a.eml'), file('b.eml'), '--rcpt', 'nobody@postern.test');
    expect(refused).toMatchObject({ code: 0, stderr: '' });
    expect(refused.stdout).toBe('a.eml: 550 5.1.1 No such mailbox here\nb.eml: 550 5.1.1 No such mailbox here\n');
    listener.intake.onFinish = () => Promise.resolve(deferredReplies.dns);
    const deferred = await cli.run(there, 'a.eml', 'b.eml', '--json');
    expect(deferred.code).toBe(75);
    expect(linesOf(deferred.stdout).map(({ reply }) => reply?.code)).toEqual([451, 451]);
    expect(deferred.stderr).toContain('2 of 2 not taken');
  });

  it('goes on over a new session when the gateway ends one', async () => {
    const { there, fixture: listener } = await start({ bounds: { commands: 7 } });
    for (const name of ['1.eml', '2.eml', '3.eml', '4.eml', '5.eml', '6.eml']) file(name);
    const ran = await cli.run(there, '.');
    expect(ran.code).toBe(0);
    expect(ran.stdout.match(/: 250 2\.0\.0 Received$/gm)).toHaveLength(6);
    expect(listener.intake.mails.filter(({ end }) => end === 'finished')).toHaveLength(6);
  });

  it('goes on over a new session when a refusal ended the last one', async () => {
    const { there, fixture: listener } = await start();
    listener.intake.onFinish = ({ content }) =>
      Promise.resolve(content.includes(0) ? malformedReplies.nul : takenReply);
    for (const name of ['2.eml', '4.eml', '5.eml']) file(name);
    for (const name of ['1.eml', '3.eml']) file(name, `${plainMail}\0\r\n`);
    const ran = await cli.run(there, '.');
    const codes = ran.stdout.split('\n').map((line) => line.split(' ')[1]);
    expect(codes.slice(0, 5)).toEqual(['554', '250', '554', '250', '250']);
    expect(listener.intake.mails).toHaveLength(5);
  });

  it('says which mails were not sent when the gateway goes away', async () => {
    const { there, fixture: listener } = await start();
    listener.intake.onFinish = async () => {
      void listener.listener.close(0);
      return new Promise(() => undefined);
    };
    const ran = await cli.run(there, file('a.eml'), file('b.eml'));
    expect(ran.code).toBe(75);
    expect(ran.stdout.match(/^[ab]\.eml: (?:not sent: |421 )/gm)).toHaveLength(2);
  });

  it('sends what can be read and names what cannot', async () => {
    const { there, fixture: listener } = await start();
    mkdirSync(join(cli.folder, 'empty'));
    const ran = await cli.run(there, 'missing.eml', file('a.eml'), 'empty');
    expect(ran.code).toBe(66);
    expect(ran.stdout).toBe('a.eml: 250 2.0.0 Received\n');
    expect(ran.stderr).toContain('missing.eml: cannot be read (ENOENT)\nempty: cannot be read (holds no .eml file)');
    expect(listener.intake.mails).toHaveLength(1);
  });

  it('waits for the gateway of this data directory to listen, and for no other', async () => {
    file('a.eml');
    const port = await freePort();
    const lock = lockDataDirectory(cli.folder);
    let told = '';
    const running = cli.run(
      (context) => {
        const stderr = {
          write: (text: string) => {
            told += text;
            return context.stderr.write(text);
          },
        };
        return sending(port, { records: false })({ ...context, stderr });
      },
      'a.eml',
      '--rcpt',
      'support@postern.test',
    );
    await eventually(() => told.includes('the gateway is starting; waiting for it to listen\n'));
    const late = await startListener({ listen: { host: '127.0.0.1', port } });
    const ran = await running;
    expect(ran).toMatchObject({ code: 0, stdout: 'a.eml: 250 2.0.0 Received\n' });
    await late.listener.close(0);
    const other = await freePort();
    const elsewhere = await cli.run(sending(port, { records: false }), 'a.eml', '--port', String(other));
    expect(elsewhere).toMatchObject({ code: 69, stdout: '' });
    expect(elsewhere.stderr).not.toContain('waiting');
    lock.release();
    const gone = await cli.run(sending(port, { records: false }), 'a.eml');
    expect(gone).toMatchObject({ code: 69, stdout: '' });
    expect(gone.stderr).not.toContain('waiting');
  });

  it('ends with 69 where nobody listens, and has made nothing', async () => {
    const nobody = sending(await freePort(), { records: true });
    for (const argument of [file('a.eml'), 'samples/']) {
      const ran = await cli.run(nobody, argument);
      expect(ran).toMatchObject({ code: 69, stdout: '' });
      expect(ran.stderr).toMatch(/^postern: no SMTP session with 127\.0\.0\.1:\d+: ECONNREFUSED; .*\n$/);
    }
    expect(existsSync(join(cli.folder, 'samples'))).toBe(false);
  });

  it('refuses options that make no sense', async () => {
    const nobody = sending(1, { records: false });
    for (const [name, value] of [
      ['--port', '0'],
      ['--port', '70000'],
      ['--concurrency', '0'],
      ['--rcpt', 'x@y.test> SIZE=1'],
      ['--mail-from', 'no address'],
      ['--helo', 'a b'],
    ] as const) {
      expect((await cli.run(nobody, 'a.eml', name, value)).code).toBe(64);
    }
  });
});

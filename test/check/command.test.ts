/** `postern check` as a command: the shape of its answers, its options, its exit codes, and that it changes nothing. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkHere } from '../helpers/check-here.ts';
import { attackerIp, type CheckWorld, checkNow, checkWorld, corporateIp } from '../helpers/check-world.ts';
import { mailOf } from '../helpers/customer-world.ts';
import { type Ran, runPostern } from '../helpers/postern.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let folder: string;
let world: CheckWorld;
const at = checkNow - 60_000;
const ada = 'ada@plain.example';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-check-'));
  world = await checkWorld(folder);
  mkdirSync(join(folder, 'mails', 'deeper'), { recursive: true });
  const write = (name: string, raw: Buffer | string): void => writeFileSync(join(folder, 'mails', name), raw);
  write('b-unix.eml', mailOf({ from: ada, at }).toString().replaceAll('\r\n', '\n'));
  write('a-signed.eml', await world.signer('plain').sign(mailOf({ from: ada, at }), { signedAt: at }));
  write('c-nothing.eml', '');
  write('d-noise.eml', Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 97) % 256)));
  write('.hidden', mailOf({ from: ada, at }));
  write('deeper/e.eml', mailOf({ from: ada, at }));
  write(
    'e-returned.eml',
    `Return-Path: <bounce@bad.example>\r\n${mailOf({ from: 'nina@new.example', at }).toString()}`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In the folder of the files, with a data directory that is not there. */
function check(...args: readonly string[]): Promise<Ran> {
  return runPostern(['check', ...args], { cwd: folder, env: { POSTERN_DATA_DIR: join(folder, 'absent') } });
}
const fixed = (): readonly string[] => [
  '--now',
  new Date(checkNow).toISOString(),
  '--ip',
  attackerIp,
  ...world.options,
];
/** The same command without a process of its own. */
const checked = (...args: readonly string[]): Promise<Ran> =>
  checkHere(args, { cwd: folder, dataDir: join(folder, 'absent') });
const denyHeader = 'kind,value,reason,note,scope,expires_at,created_by';
const linesOf = (ran: Ran): readonly Record<string, unknown>[] =>
  ran.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('postern check --json', () => {
  it('has the documented shape, field by field', async () => {
    const ran = await check('mails/a-signed.eml', '--json', ...fixed());
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const result = expect.stringMatching(/^(?:pass|fail|none|temperror|permerror)$/);
    expect(linesOf(ran)).toEqual([
      expect.objectContaining({
        file: 'mails/a-signed.eml',
        outcome: 'accepted',
        reason: 'admin',
        rule: 'W-PRIMARY',
        department: 'support',
        assurance: 'proven',
        sender: { address: ada, tenant: 'plain', admin: 'a1', proof: ['domain'] },
        smtp: { code: 250, enhanced: '2.0.0', text: 'Received' },
        classification: expect.objectContaining({
          request: expect.objectContaining({ kind: 'ordinary', score: expect.any(Number) }),
          severity: expect.any(Number),
          abuse: expect.objectContaining({ label: 'none' }),
          automatic: false,
          language: 'en',
        }),
        prohibitions: [],
        detail: expect.arrayContaining([expect.any(String)]),
        findings: expect.objectContaining({
          spf: expect.objectContaining({ result, cause: expect.any(String) }),
          dkim: expect.objectContaining({ result: 'pass', signatures: [expect.objectContaining({ result: 'pass' })] }),
          dmarc: expect.objectContaining({ result, policy: null }),
          arc: expect.objectContaining({ result: 'none' }),
          pgp: expect.objectContaining({ result: 'none' }),
          denylist: { result: 'none', hits: [] },
        }),
      }),
    ]);
  });

  it('takes folders in the order of their names, converts files without CRLF, and survives noise', async () => {
    const ran = await check('mails', 'mails/a-signed.eml', '--json', ...fixed());
    expect(ran.code).toBe(0);
    expect(linesOf(ran).map(({ file, reason }) => [file, reason])).toEqual([
      ['mails/a-signed.eml', 'admin'],
      ['mails/b-unix.eml', 'unproven-sender'],
      ['mails/c-nothing.eml', 'malformed'],
      ['mails/d-noise.eml', 'malformed'],
      ['mails/e-returned.eml', 'deny-listed'],
      ['mails/a-signed.eml', 'admin'],
    ]);
  });

  it('judges once for each --rcpt, in their order', async () => {
    const rcpt = ['sales@postern.test', 'Support+x@postern.test', 'legal@postern.test'].flatMap((to) => ['--rcpt', to]);
    const ran = await checked('mails/b-unix.eml', '--json', ...rcpt, ...fixed());
    expect(linesOf(ran).map(({ file, reason, department }) => [file, reason, department])).toEqual([
      ['mails/b-unix.eml', 'department', 'sales'],
      ['mails/b-unix.eml', 'unproven-sender', 'support'],
      ['mails/b-unix.eml', 'department', 'finance-legal'],
    ]);
  });

  it('takes envelope and transport from its options', async () => {
    const options = ['--helo', 'mx.plain.example', '--mail-from', ada, '--ip', corporateIp, '--tls'];
    const [line] = linesOf(await checked('mails/b-unix.eml', '--json', ...world.options, ...options));
    expect(line).toMatchObject({
      findings: {
        spf: { result: 'pass', domain: 'plain.example', aligned: true },
        transport: { ip: corporateIp, helo: 'mx.plain.example', tls: expect.stringMatching(/^TLS/) },
      },
    });
  });

  it('judges at the time of --now', async () => {
    const late = new Date(checkNow + 8 * 86_400_000).toISOString();
    const [line] = linesOf(await checked('mails/a-signed.eml', '--json', ...fixed(), '--now', late));
    expect(line).toMatchObject({ outcome: 'escalated', reason: 'unproven-sender', assurance: 'claimed' });
  });

  it('keeps no memory: the same mail again is judged as before', async () => {
    const twice = ['mails/a-signed.eml', 'mails/a-signed.eml'];
    const [first, second] = linesOf(await checked(...twice, '--json', ...fixed()));
    expect(second).toEqual(first);
  });
});

describe('postern check for people', () => {
  it('tells evidence, the rules that were tried, and what the sender is told', async () => {
    const ran = await check('mails/a-signed.eml', ...fixed());
    expect(ran.code).toBe(0);
    for (const text of ['ACCEPTED admin by W-PRIMARY', 'proven', '=> W-PRIMARY', '250 2.0.0 Received', ada]) {
      expect(ran.stdout).toContain(text);
    }
  });

  const told = async (
    body: string,
    changes: Parameters<typeof mailOf>[0] | object = {},
    ...args: readonly string[]
  ) => {
    const name = join(folder, 'told.eml');
    const raw = mailOf({ from: ada, at, body: `${body}\r\n`, ...changes });
    writeFileSync(name, await world.signer('plain').sign(raw, { signedAt: at }));
    const ran = await checked(name, ...fixed(), ...args);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    return ran.stdout;
  };

  it('tells what was looked for in vain, and what would have followed only of the rule that matched', async () => {
    const text = await told('The backup fails since Monday.');
    expect(text).toMatch(/^ {4}no R-FORM +tricks in the header or in line endings$/m);
    expect(text).toMatch(/^ {4}no D-SALES +sales: anyone may write$/m);
    expect(text).toMatch(/^ {4}=> W-PRIMARY +an active admin's primary address, proven: accepted `admin`$/m);
    expect(text.match(/^ {4}no /gm)?.length).toBeGreaterThan(40);
  });

  it('tells what the sender gets by mail, and what staff read and never do', async () => {
    const text = await told('I forgot my password. Please reset my password. My password is Tulip77x!', {
      subject: 'My password is Tulip77x!',
    });
    expect(text).toMatch(/by mail +what support does for nobody.*, and to change what it sent: password; to ada@plain/);
    expect(text).toMatch(/staff told +It came, provably, from the primary address of an active admin\./);
    expect(text).toMatch(/staff never +credentials: set, reset or tell a password/);
    expect(text).toMatch(/secrets +password: removed before anything leaves the gateway/);
    expect(text).not.toContain('Tulip77x');
  });

  it.each([
    [
      'nothing for what may be a recovery',
      'Our administrator was dismissed, please remove his access.',
      [],
      /by mail +nothing$/m,
    ],
    [
      'a receipt where the mailbox is for anybody',
      'The backup fails.',
      ['--rcpt', 'sales@postern.test'],
      /by mail +a receipt that says nothing about anybody; to ada@/,
    ],
    [
      'that somebody else has to authorise',
      'Please delete our account and all of our data.',
      [],
      /by mail +that somebody else/,
    ],
  ])('by mail: %s', async (_what, body, args, expected) => {
    expect(await told(body, {}, ...args)).toMatch(expected);
  });

  it('says nothing by mail to who is refused in the session, or asked to come back', async () => {
    const refused = join(folder, 'refused.eml');
    writeFileSync(refused, `From: ${ada}, b@evil.example\r\n\r\nx\r\n`);
    expect((await checked(refused, ...fixed())).stdout).toMatch(/sender told +554 .*\n +by mail +nothing$/m);
    const late = join(folder, 'late.eml');
    writeFileSync(late, mailOf({ from: 'sam@storm.example', at }));
    const deferred = (await checked(late, ...fixed())).stdout;
    expect(deferred).toMatch(/sender told +451 .*\n +by mail +nothing: it is not judged yet$/m);
    expect(deferred).toMatch(/staff told +An answer is missing that could change the verdict/);
  });

  const nested = (depth: number): string =>
    depth === 0
      ? 'Please delete our account.'
      : `Content-Type: message/rfc822\r\n\r\nFrom: b@else.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\n${nested(depth - 1)}`;
  const html = ['MIME-Version: 1.0', 'Content-Type: text/html'];
  it.each<[string, string, readonly string[], RegExp]>([
    [
      'only an image',
      'iVBORw0KGgo=',
      ['MIME-Version: 1.0', 'Content-Type: image/png; name=letter.png', 'Content-Transfer-Encoding: base64'],
      /attachments +letter\.png[^]*some of the mail was not read/,
    ],
    ['5 MB of text', 'The service fails on node seven.\r\n'.repeat(160_000), [], /some of the mail was not read/],
    ['a line of a million characters', 'a'.repeat(1_000_000), [], /some of the mail was not read/],
    [
      'words in look-alike letters',
      'Please dеlеtе оur ассоunt and all оur dаtа.',
      ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8'],
      /asks +delete-account/,
    ],
    [
      'a charset that there is not',
      'Please delete our account and all of our data.',
      ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=x-none'],
      /asks +delete-account/,
    ],
    [
      'UTF-7',
      'Please +AGQAZQBsAGUAdABl- our account and all of our data.',
      ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-7'],
      /ESCALATED doubtful[^]*not read +a text\/plain part in a charset that is not read/,
    ],
    [
      'mails in mails',
      nested(12).split('\r\n\r\n').slice(1).join('\r\n\r\n'),
      ['MIME-Version: 1.0', 'Content-Type: message/rfc822'],
      /ESCALATED/,
    ],
    ['text that nobody sees', '<div style="display:none">delete our account</div>', html, /ESCALATED doubtful/],
    ['nothing at all', '', [], /asks +ordinary/],
  ])('reads well for %s', async (_what, body, fields, expected) => {
    const text = await told(body, { fields });
    expect(text).toMatch(expected);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(400);
  });

  it('prints no control character of a mail', async () => {
    const name = join(folder, 'escape.eml');
    writeFileSync(name, mailOf({ from: `"\u001b[2J\u001b]0;owned\u0007" <x@evil.example>`, at }));
    for (const json of [[], ['--json']]) {
      const { stdout } = await checked(name, ...json, ...fixed());
      // oxlint-disable-next-line no-control-regex -- these are what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });
});

describe('exit codes', () => {
  it('66 for a file that cannot be read, after all others were judged', async () => {
    const ran = await check('nowhere.eml', 'mails/a-signed.eml', 'nothing/', 'mails/b-unix.eml', '--json', ...fixed());
    expect(ran.code).toBe(66);
    expect(linesOf(ran).map(({ file }) => file)).toEqual(['mails/a-signed.eml', 'mails/b-unix.eml']);
    expect(ran.stderr).toContain('nowhere.eml');
    expect(ran.stderr).toContain('nothing/');
  });

  const usage: readonly (readonly [string, readonly string[]])[] = [
    ['no file', []],
    ['an unknown option', ['mails', '--nonsense']],
    ['an address that is none', ['mails', '--ip', '300.1.1.1']],
    ['a time that is none', ['mails', '--now', 'tomorrow']],
    ['a mailbox that is not ours', ['mails', '--rcpt', 'nobody@postern.test']],
    ['an envelope sender that is none', ['mails', '--mail-from', 'a@b@c']],
  ];
  it.each(usage)('64 for %s', async (_what, args) => {
    const ran = await checked(...args);
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).not.toBe('');
  });

  const faulty: readonly (readonly [string, string, string, RegExp])[] = [
    ['--zone', 'zone.bad', '{"a.example":{"TXT":"nonsense"}}', /a\.example TXT/],
    ['--zone', 'zone.text', 'not JSON', /not JSON/],
    ['--directory', 'directory.bad', '{"tenants":[{"id":"t1"}]}', /name/],
    ['--deny', 'deny.bad', `${denyHeader}\nemail,nonsense,x,,global,,me\n`, /line 2.*value/],
  ];
  it.each(faulty)('65 for a faulty %s file %s, with the place of the fault', async (option, name, content, place) => {
    writeFileSync(join(folder, name), content);
    const ran = await checked('mails/a-signed.eml', option, name);
    expect(ran).toMatchObject({ code: 65, stdout: '' });
    expect(ran.stderr).toContain(name);
    expect(ran.stderr).toMatch(place);
  });

  it.each([
    ['--directory', 'nowhere.json'],
    ['--keys', 'nowhere'],
    ['--keys', 'mails/a-signed.eml'],
  ])('66 for %s %s, which cannot be read', async (option, name) => {
    const ran = await checked('mails/a-signed.eml', option, name);
    expect(ran).toMatchObject({ code: 66, stdout: '' });
    expect(ran.stderr).toContain(name);
  });
});

describe('the disk', () => {
  it('is as it was: no data directory, no file beside the mails', async () => {
    expect(existsSync(join(folder, 'absent'))).toBe(false);
    expect(readdirSync(join(folder, 'mails')).sort()).toEqual(
      ['.hidden', 'a-signed.eml', 'b-unix.eml', 'c-nothing.eml', 'd-noise.eml', 'deeper', 'e-returned.eml'].sort(),
    );
    // Without any of the files it takes what is there, which is nothing.
    const ran = await check('mails/b-unix.eml', '--json', '--zone', join(folder, 'zone.json'));
    expect(ran.code).toBe(0);
    expect(linesOf(ran)[0]).toMatchObject({ reason: 'prospect', sender: { tenant: null } });
    expect(existsSync(join(folder, 'absent'))).toBe(false);
  });
});

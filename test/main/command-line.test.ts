/** The real program as a shell starts it. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const program = join(project, 'src/main/postern.ts');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-program-'));
  mkdirSync(join(folder, 'mails'));
  const mail =
    'From: Ada <ada@example.com>\nTo: support@postern.test\nSubject: Backup\n\nThe backup fails since Monday.\n';
  for (let index = 0; index < 200; index += 1) writeFileSync(join(folder, `mails/${index}.eml`), mail);
  writeFileSync(join(folder, 'zone.json'), '{}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

type RunOptions = {
  readonly cwd?: string;
  readonly initCwd?: string;
  /** How many lines of the output are read before the pipe is closed. */
  readonly lines?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A file descriptor to write to. */
  readonly stdout?: number;
};

function run(argv: readonly string[], options: RunOptions = {}) {
  const { cwd = folder, initCwd, lines = Number.POSITIVE_INFINITY, stdout: out = 'pipe' } = options;
  const env = { ...process.env, POSTERN_DATA_DIR: join(folder, 'data'), INIT_CWD: initCwd, ...options.env };
  const { promise, resolve: done } = Promise.withResolvers<Ended>();
  const child = spawn(process.execPath, [program, ...argv], { cwd, env, stdio: ['ignore', out, 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.split('\n').length > lines) child.stdout?.destroy();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.once('close', (code) => done({ code, stdout, stderr }));
  return promise;
}

// A start of the whole program takes long where many tests run.
describe('the command line', { timeout: 180_000 }, () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('ends quietly when nobody reads on, as behind `| head`', async () => {
    const { code, stderr } = await run(['check', '--json', '--zone', 'zone.json', 'mails'], { lines: 1 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.skipIf(!existsSync('/dev/full'))('says in one line that its output did not fit', async () => {
    const full = openSync('/dev/full', 'w');
    const { code, stderr } = await run(['check', '--json', '--zone', 'zone.json', 'mails/0.eml'], { stdout: full });
    closeSync(full);
    expect({ code, stderr }).toEqual({ code: 74, stderr: 'postern: the output cannot be written (ENOSPC)\n' });
  });

  it.each([['keys'], ['keys', 'generate'], ['deny'], ['directory'], ['nothing-like-it']])(
    'ends with 64 on %s %s: something is missing',
    async (...argv) => {
      expect(await run(argv.filter((word) => word !== undefined))).toMatchObject({ code: 64, stdout: '' });
    },
  );

  it('does not start with a certificate that is not there, and names the setting', async () => {
    const files = { certificateFile: join(folder, 'nowhere.pem'), keyFile: join(folder, 'nowhere.key') };
    writeFileSync(join(folder, 'tls.yaml'), JSON.stringify({ smtp: { tls: files } }));
    const env = { POSTERN_CONFIG: join(folder, 'tls.yaml'), POSTERN_DATA_DIR: join(folder, 'elsewhere') };
    const { code, stderr } = await run(['serve'], { env });
    expect(code).toBe(78);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^postern: smtp\.tls: .*nowhere\.pem cannot be read \(ENOENT\)$/);
    expect(existsSync(join(folder, 'elsewhere', 'redis'))).toBe(false);
  });

  it('finds files where the user stands, who started npm elsewhere than in the project', async () => {
    const argv = ['check', '--json', '--zone', 'zone.json', 'mails/0.eml'];
    expect(await run(argv, { cwd: project, initCwd: folder })).toMatchObject({ code: 0 });
    expect(await run(argv, { cwd: folder, initCwd: project })).toMatchObject({ code: 0 });
  });

  it('looks, and leaves no data directory behind', async () => {
    const { stdout } = await run(['check', '--json', '--zone', 'zone.json', 'mails/0.eml']);
    expect(JSON.parse(stdout)).toMatchObject({ file: 'mails/0.eml', recipient: 'support@postern.test' });
    expect(await run(['trace'])).toMatchObject({ code: 69, stdout: '' });
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('imports a directory before the first start', async () => {
    writeFileSync(join(folder, 'directory.json'), '{"tenants":[]}');
    expect(await run(['directory', 'import', 'directory.json'])).toMatchObject({ code: 0, stderr: '' });
  });
});

/** The real program: a member logs in by a pipe, and the shell's session says who acts. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { newTotpSecret } from '../../src/staff/second-factor.ts';
import { addMember, memberPassword } from '../helpers/members.ts';
import { totpCode } from '../helpers/totp-code.ts';

const program = resolve(import.meta.dirname, '../../src/main/postern.ts');
const secret = newTotpSecret();
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-session-'));
  const records = await openRecords({ url: `sqlite:${join(folder, 'postern.db')}`, logger: silentLogger() });
  await migrate(records);
  await addMember(staffRecords(records), 'ada@example.com', 'trust', Date.now() - 60_000, secret);
  await records.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

function run(argv: readonly string[], input: string, session?: string): Promise<Ended> {
  const env = { ...process.env, POSTERN_DATA_DIR: folder, POSTERN_SESSION: session };
  const { promise, resolve: done } = Promise.withResolvers<Ended>();
  const child = spawn(process.execPath, [program, ...argv], { cwd: folder, env, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.once('close', (code) => done({ code, stdout, stderr }));
  child.stdin.end(input);
  return promise;
}

describe('the session of a shell', { timeout: 180_000 }, () => {
  it('is opened by password and code, and needed for cases', async () => {
    const refused = await run(['case', 'list'], '');
    expect(refused).toMatchObject({ code: 77, stdout: '' });
    const logged = await run(
      ['staff', 'log-in', 'Ada@example.com'],
      `${memberPassword}\n${totpCode(secret, Date.now())}\n`,
    );
    expect(logged.stderr).not.toContain(memberPassword);
    expect(logged).toMatchObject({ code: 0 });
    const session = /^export POSTERN_SESSION=([\w-]{43})\n$/.exec(logged.stdout)?.[1];
    expect(await run(['case', 'list'], '', session)).toEqual({ code: 0, stdout: 'no cases\n', stderr: '' });
    expect(await run(['staff', 'log-out'], '', session)).toMatchObject({ code: 0 });
    expect(await run(['case', 'list'], '', session)).toMatchObject({ code: 77 });
  });

  it('needs an answer to each question', async () => {
    const { code, stderr } = await run(['staff', 'log-in', 'ada@example.com'], `${memberPassword}\n`);
    expect([code, stderr.split('\n').at(-2)]).toEqual([66, expect.stringContaining('no answer: the input has ended')]);
  });
});

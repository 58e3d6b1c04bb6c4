/** What `postern serve` refuses before it touches anything. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { serveCommand } from '../../src/main/serve.ts';
import { type TestCli, testCli } from '../helpers/cli-context.ts';

let cli: TestCli;
beforeEach(() => {
  cli = testCli();
});
afterEach(() => cli.remove());

const dataDir = () => join(cli.folder, 'data');
const run = (env: Readonly<Record<string, string>>, ...argv: readonly string[]) =>
  cli.run(
    (context) => {
      const config = () => loadConfig({ env: { POSTERN_DATA_DIR: dataDir(), ...env }, cwd: cli.folder });
      return serveCommand({ ...context, config });
    },
    ...argv,
  );

it.each(['smtp,workers', 'workers', 'console', 'smtp,console'])(
  'refuses %s with a shared Redis and no shared secret, in one line, with nothing made',
  async (roles) => {
    const { code, stderr, stdout } = await run({ REDIS_URL: 'redis://127.0.0.1:1' }, '--roles', roles);
    expect({ code, stdout }).toEqual({ code: exitCodes.config, stdout: '' });
    expect(stderr).toMatch(/^postern: .*POSTERN_GATEWAY_SECRET.*is needed where workers and console run apart.*\n$/);
    expect(existsSync(dataDir())).toBe(false);
  },
);

it.each([
  ['with the secret', { POSTERN_GATEWAY_SECRET: Buffer.alloc(32, 1).toString('base64') }, 'workers'],
  ['where neither workers nor console run', {}, 'smtp'],
  ['where both share a data directory', {}, 'workers,console'],
])('does not refuse %s', async (_name, env, roles) => {
  // The database cannot be reached, so the start ends later, for that reason.
  const elsewhere = { REDIS_URL: 'redis://127.0.0.1:1', DATABASE_URL: 'postgres://127.0.0.1:1/none' };
  const { code, stderr } = await run({ ...elsewhere, ...env }, '--roles', roles);
  expect(code).toBe(exitCodes.unavailable);
  expect(stderr).not.toContain('POSTERN_GATEWAY_SECRET');
});

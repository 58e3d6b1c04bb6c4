/** `postern check` with its real context in this process: for tables that would start a hundred processes. */
import { checkCommand } from '../../src/cli/check.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import { mainContext } from '../../src/main/cli-context.ts';
import type { Ran } from './postern.ts';

export type CheckHere = { readonly dataDir: string; readonly cwd: string };

export async function checkHere(args: readonly string[], { dataDir, cwd }: CheckHere): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const context = {
    ...mainContext({ POSTERN_DATA_DIR: dataDir }),
    cwd,
    isTty: false,
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  };
  const code = await runCommand(checkCommand(context), args, context);
  return { code, stdout, stderr };
}

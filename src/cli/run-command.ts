/** Runs one command line to its exit code; the only place that turns errors into codes. */
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { CliError, exitCodes } from './cli-error.ts';
import type { CliContext } from './context.ts';

/** A command that writes to the context's sinks and throws instead of ending the process. */
export function newCommand(context: Pick<CliContext, 'stdout' | 'stderr'>, name: string): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .showHelpAfterError('(add --help for more)');
}

/** `argv` without node and script. Never rejects. */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  context: Pick<CliContext, 'stderr'>,
): Promise<number> {
  try {
    await command.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has written its message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    context.stderr.write(`postern: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof ConfigError) return exitCodes.config;
    return error instanceof CliError ? error.exitCode : exitCodes.software;
  }
}

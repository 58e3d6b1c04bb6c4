/**
 * `postern reload` and its other side in the supervisor. The command checks the file, asks by SIGUSR2 and waits for the answer,
 * which the supervisor leaves in the data directory.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliError, exitCodes } from '../cli/cli-error.ts';
import type { CliContext } from '../cli/context.ts';
import { newCommand } from '../cli/run-command.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Logger } from '../observe/logger.ts';
import { BadCertificate } from '../supervise/certificate.ts';
import { dataDirectoryHolder } from '../supervise/data-lock.ts';
import { ProcessDidNotStart, type Processes } from '../supervise/processes.ts';
import { writeWhole } from '../supervise/write-whole.ts';
import type { SettingsInForce } from './settings-in-force.ts';

const signal = 'SIGUSR2';
const answerSchema = z.object({ ok: z.boolean(), message: z.string() });
type Answer = z.output<typeof answerSchema>;

const answerFile = (dataDir: string): string => join(dataDir, 'reload.json');
/** Listeners finish what they have in hand, one after the other; beyond this the log tells. */
const longestWaitMs = 300_000;
const pollMs = 100;

export type ReloadContext = Pick<CliContext, 'stdout' | 'stderr'> & { config(): Config };

export function reloadCommand(context: ReloadContext): Command {
  return newCommand(context, 'reload')
    .description('let the running gateway take postern.yaml anew: as a whole, or not at all')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Each process is replaced by one that reads the new settings; no mail is lost and no connection refused. Settings of the
environment, of smtp.processes and of redis.executable need a restart of the gateway.
Exit codes: 69 no gateway runs here or it does not answer, 77 it is another user's, 78 the new settings do not load or work
and the old ones stay.`,
    )
    .action(async ({ json }: { json?: true }) => {
      const { dataDir } = context.config();
      const answer = await askReload(dataDir);
      if (!answer.ok) throw new CliError(exitCodes.config, `reload: ${answer.message}`);
      context.stdout.write(json ? `${JSON.stringify(answer)}\n` : `${answer.message}\n`);
    });
}

async function askReload(dataDir: string): Promise<Answer> {
  const holder = dataDirectoryHolder(dataDir);
  if (holder === null || holder.pid === null) {
    throw new CliError(exitCodes.unavailable, `reload: no gateway runs on ${dataDir}`);
  }
  const file = answerFile(dataDir);
  rmSync(file, { force: true });
  tell(holder.pid);
  const endAt = Date.now() + longestWaitMs;
  while (!existsSync(file)) {
    const isGone = dataDirectoryHolder(dataDir)?.pid !== holder.pid;
    if (isGone || Date.now() > endAt) {
      const cause = isGone ? 'ended' : 'has not answered within 5 minutes';
      throw new CliError(exitCodes.unavailable, `reload: the gateway (process ${holder.pid}) ${cause}; see its log`);
    }
    await sleep(pollMs);
  }
  return answerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function tell(pid: number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const isForeign = error instanceof Error && 'code' in error && error.code === 'EPERM';
    throw isForeign
      ? new CliError(exitCodes.noPermission, `reload: process ${pid} belongs to another user`)
      : new CliError(exitCodes.unavailable, `reload: process ${pid} cannot be told`);
  }
}

export type Reloading = {
  /** From here on what was asked is done; before, it waits. */
  begin(parts: ReloadParts): void;
  /** No more is begun; resolves when the one under way has ended. */
  end(): Promise<void>;
};

export type ReloadParts = {
  readonly settings: SettingsInForce;
  readonly processes: Pick<Processes, 'renew'>;
  /** Throws `ConfigError` or `BadCertificate` for what only shows beside what runs. */
  readonly check: (next: Config) => void;
  /** The new settings are in force. Resolves with the names of what changed. */
  readonly taken: (next: Config) => Promise<readonly string[]>;
};

/** Listens for the signal, which would end the process otherwise, from the first moment on. */
export function listenForReload(dataDir: string, logger: Logger): Reloading {
  let parts: ReloadParts | null = null;
  let isAsked = false;
  let isEnded = false;
  let running: Promise<void> | null = null;

  const isWanted = (): boolean => isAsked && !isEnded;
  const work = async (given: ReloadParts): Promise<void> => {
    while (isWanted()) {
      isAsked = false;
      const answer = await reload(given, logger).catch((error: unknown): Answer => {
        logger.error({ error }, 'the settings could not be taken anew');
        return { ok: false, message: 'the settings could not be taken anew; the log of the gateway says why' };
      });
      writeWhole(answerFile(dataDir), JSON.stringify(answer));
    }
  };
  const start = (): void => {
    if (running !== null || parts === null) return;
    running = work(parts)
      .catch((error: unknown) => logger.error({ error }, 'the answer to a reload could not be written'))
      .finally(() => {
        running = null;
      });
  };
  const onSignal = (): void => {
    isAsked = true;
    start();
  };
  process.on(signal, onSignal);
  return {
    begin(given) {
      parts = given;
      start();
    },
    async end() {
      isEnded = true;
      await running;
      process.off(signal, onSignal);
    },
  };
}

async function reload({ settings, processes, check, taken }: ReloadParts, logger: Logger): Promise<Answer> {
  let next: Config;
  try {
    const candidate = settings.take();
    next = candidate.config;
    check(next);
    candidate.keep();
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof BadCertificate)) throw error;
    logger.error({ cause: error.message }, 'the new settings do not load; the old ones stay');
    return { ok: false, message: `${error.message}; the old settings stay` };
  }
  try {
    await processes.renew();
  } catch (error) {
    if (!(error instanceof ProcessDidNotStart)) throw error;
    settings.putBack();
    logger.error({ cause: error.message }, 'a process did not start with the new settings; the old ones stay');
    await processes.renew();
    return { ok: false, message: `${error.message}; the old settings stay, the log says why` };
  }
  const names = await taken(next);
  logger.info({ changed: names }, 'new settings are in force');
  const what = names.length === 0 ? 'no setting changed (secrets are not compared)' : `changed: ${names.join(', ')}`;
  return { ok: true, message: `The settings of ${next.filePath} are in force; ${what}.` };
}

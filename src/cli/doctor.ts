/** `postern doctor`: what is ready, what is not, and what to do about it. Changes nothing. */
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/environment.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { type Check, fail } from './doctor-check.ts';
import type { DoctorProbes } from './doctor-probes.ts';
import {
  clockCheck,
  diskCheck,
  dnsCheck,
  folderCheck,
  gatewayCheck,
  openFilesCheck,
  recordsCheck,
  redisChecks,
  spoolCheck,
} from './doctor-service-checks.ts';
import {
  alertChecks,
  certificateCheck,
  configurationCheck,
  keyChecks,
  mailboxChecks,
  messageOf,
  nodeCheck,
  proxyCheck,
  secretChecks,
  sharedSecretChecks,
  verifyUrlCheck,
} from './doctor-settings-checks.ts';
import { newCommand } from './run-command.ts';

export type DoctorContext = Pick<CliContext, 'stdout' | 'stderr' | 'now'> & {
  /** Throws `ConfigError`. */
  config(): Config;
  readonly env: Environment;
  /** `24.21.0` */
  readonly nodeVersion: string;
  probesOf(config: Config): DoctorProbes;
};

export function doctorCommand(context: DoctorContext): Command {
  return newCommand(context, 'doctor')
    .description('check configuration, keys, certificate, disk, Redis, records, DNS and clock, and say what to do')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExit codes: 0 nothing fails, 78 the configuration does, 69 a service does.')
    .action(({ json }: { json?: true }) => examine(context, json ?? false));
}

async function examine(context: DoctorContext, json: boolean): Promise<void> {
  const { settings, services } = await findings(context);
  const checks = [...settings, ...services];
  context.stdout.write(json ? `${JSON.stringify({ ok: !checks.some(isFailure), checks })}\n` : reportText(checks));
  const failures = checks.filter(isFailure).length;
  if (failures === 0) return;
  const exitCode = settings.some(isFailure) ? exitCodes.config : exitCodes.unavailable;
  throw new CliError(exitCode, `doctor: ${failures} of ${checks.length} checks failed`);
}

type Findings = { readonly settings: readonly Check[]; readonly services: readonly Check[] };

async function findings(context: DoctorContext): Promise<Findings> {
  const node = nodeCheck(context.nodeVersion);
  let config: Config;
  try {
    config = context.config();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const refused = fail('configuration', error.message, 'correct this setting; nothing else was checked');
    return { settings: [node, refused], services: [] };
  }
  const probes = context.probesOf(config);
  const now = context.now();
  const [settings, services] = await Promise.all([
    Promise.all([
      guarded('configuration', () => [
        node,
        configurationCheck(config),
        ...secretChecks(context.env),
        ...sharedSecretChecks(config),
        verifyUrlCheck(config),
        proxyCheck(config),
      ]),
      guarded('certificate', async () => [await certificateCheck(config, probes, now)]),
      guarded('pgp keys', () => keyChecks(config, probes, now)),
      guarded('mailboxes', () => mailboxChecks(config, probes)),
      guarded('alerts', () => alertChecks(config)),
      guarded('data directory', async () => [await folderCheck('data directory', config.dataDir)]),
    ]),
    Promise.all([
      guarded('spool', async () => [await spoolCheck(config, probes)]),
      guarded('disk', () => diskCheck(config, probes)),
      guarded('open files', () => [openFilesCheck(probes)]),
      guarded('redis', () => redisChecks(config, probes)),
      guarded('records', async () => [await recordsCheck(config, probes)]),
      guarded('dns', async () => [await dnsCheck(config, probes)]),
      guarded('clock', async () => [await clockCheck(config, probes, () => context.now())]),
      guarded('gateway', async () => [await gatewayCheck(config, probes)]),
    ]),
  ]);
  return { settings: settings.flat(), services: services.flat() };
}

/** A check that cannot be made is a finding too, and must not hide the others. */
async function guarded(
  name: string,
  check: () => readonly Check[] | Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return await check();
  } catch (error) {
    return [fail(name, `could not be checked: ${messageOf(error)}`, 'look at what the message names')];
  }
}

function reportText(checks: readonly Check[]): string {
  const lines = checks.flatMap(({ name, level, found, advice }) => [
    `${level.padEnd(5)} ${name.padEnd(15)} ${found}`,
    ...(advice === null ? [] : [`${' '.repeat(21)} -> ${advice}`]),
  ]);
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function isFailure({ level }: Check): boolean {
  return level === 'fail';
}

/** The command line: `postern <command>`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { alertsCommand } from '../cli/alerts.ts';
import { auditCommand } from '../cli/audit.ts';
import { backupCommand } from '../cli/backup.ts';
import { caseCommand } from '../cli/case.ts';
import { checkCommand } from '../cli/check.ts';
import { exitCodes } from '../cli/cli-error.ts';
import { denyCommand } from '../cli/deny.ts';
import { directoryCommand } from '../cli/directory.ts';
import { doctorCommand } from '../cli/doctor.ts';
import { eraseCommand, exportCommand } from '../cli/erase.ts';
import { keysCommand } from '../cli/keys.ts';
import { noticesCommand } from '../cli/notices.ts';
import { parkedCommand } from '../cli/parked.ts';
import { queuesCommand, retryCommand } from '../cli/queues.ts';
import { restoreCommand } from '../cli/restore.ts';
import { reviewCommand } from '../cli/review.ts';
import { newCommand, runCommand } from '../cli/run-command.ts';
import { sendCommand } from '../cli/send.ts';
import { simulateCommand } from '../cli/simulate.ts';
import { staffCommand } from '../cli/staff.ts';
import { ticketCommand } from '../cli/ticket.ts';
import { tokenCommand } from '../cli/token.ts';
import { traceCommand } from '../cli/trace.ts';
import { mainContext } from './cli-context.ts';
import { reloadCommand } from './reload.ts';
import { serveCommand } from './serve.ts';

/** Of this installation. */
function versionOf(manifest: string): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
}

// `postern check folder | head`: who has seen enough is no fault. Half a file on a full disk is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`postern: the output cannot be written (${error.code ?? 'unknown'})\n`);
  process.exit(exitCodes.ioError);
});
// Whoever closed stderr hears no messages; the work goes on.
process.stderr.on('error', () => undefined);

const context = mainContext(process.env);
const dayMs = 86_400_000;
const defaultTtlMs = () => {
  const days = context.config().policy.denyDefaultDays;
  return days === null ? null : days * dayMs;
};

const program = newCommand(context, 'postern')
  .description('The guarded side gate for support mail.')
  .version(versionOf(join(import.meta.dirname, '../../package.json')), '--version', 'print the version')
  .addCommand(serveCommand(context))
  .addCommand(reloadCommand(context))
  .addCommand(checkCommand(context))
  .addCommand(sendCommand(context))
  .addCommand(directoryCommand(context))
  .addCommand(denyCommand(context, { defaultTtlMs }))
  .addCommand(caseCommand(context))
  .addCommand(traceCommand(context))
  .addCommand(simulateCommand(context))
  .addCommand(reviewCommand(context, { denyLifeMs: defaultTtlMs }))
  .addCommand(alertsCommand(context))
  .addCommand(auditCommand(context))
  .addCommand(eraseCommand(context))
  .addCommand(exportCommand(context))
  .addCommand(backupCommand(context))
  .addCommand(restoreCommand(context))
  .addCommand(noticesCommand(context))
  .addCommand(parkedCommand(context))
  .addCommand(ticketCommand(context))
  .addCommand(queuesCommand(context))
  .addCommand(retryCommand(context))
  .addCommand(keysCommand(context))
  .addCommand(staffCommand(context))
  .addCommand(tokenCommand(context))
  .addCommand(doctorCommand(context));

process.exitCode = await runCommand(program, process.argv.slice(2), context);

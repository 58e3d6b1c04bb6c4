/** Runs the supervisor's processes outside of the test runner, which is no cluster primary. Folder and groups come as arguments. */
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../../src/observe/logger.ts';
import { mergedText } from '../../src/observe/metrics.ts';
import { startProcesses } from '../../src/supervise/processes.ts';
import { stopSignals } from '../../src/supervise/stop-signals.ts';

const [folder = '', groups = '[]'] = process.argv.slice(2);
const logger = silentLogger();
try {
  const processes = await startProcesses({
    entry: fileURLToPath(new URL('child-entry.ts', import.meta.url)),
    args: [folder],
    groups: JSON.parse(groups),
    logger,
  });
  const signals = stopSignals({ logger, onHurry: () => processes.hurry() });
  process.on('SIGUSR2', () => processes.reload());
  process.on('SIGWINCH', () => {
    processes.renew().then(
      () => console.log(JSON.stringify('renewed')),
      (error: unknown) => console.log(JSON.stringify(error instanceof Error ? error.message : 'unknown')),
    );
  });
  console.log(JSON.stringify({ smtp: processes.addresses('smtp'), workers: processes.addresses('workers') }));
  console.log(JSON.stringify(await mergedText(await processes.snapshots(5_000))));
  await signals.asked;
  await processes.stop();
  signals.dispose();
  process.exit(0);
} catch (error) {
  console.log(JSON.stringify(error instanceof Error ? error.message : 'unknown'));
  process.exit(1);
}

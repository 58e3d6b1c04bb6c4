/** A process for the tests of the supervisor. What it does hangs on its role and on its first argument, a folder. */
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createMetrics } from '../../src/observe/metrics.ts';
import { runAsChild } from '../../src/supervise/child.ts';

const [folder = '', role = ''] = process.argv.slice(2);
const note = (what: string): void => appendFileSync(join(folder, 'notes'), `${role} ${what}\n`);
const metrics = createMetrics();

await runAsChild({
  metrics,
  async start(face) {
    if (existsSync(join(folder, `${role}-fails`))) process.exit(78);
    note('started');
    metrics.deferred(role);
    const server = createServer((request, response) => {
      if (request.url === '/die') process.exit(3);
      void face.collect().then((snapshots) => response.end(`${process.pid} ${snapshots.length}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    return {
      address: typeof bound === 'object' && bound !== null ? `127.0.0.1:${bound.port}` : null,
      async stop() {
        note('told to stop');
        if (existsSync(join(folder, `${role}-hangs`))) await new Promise(() => undefined);
        server.closeAllConnections();
      },
      reload: () => note('reloaded'),
    };
  },
});

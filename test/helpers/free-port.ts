/** A TCP port of 127.0.0.1 that was free a moment ago, for servers that cannot choose one themselves. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * From below the ports that the kernel gives to whoever asks for any, and that clients call from (32768 and on): until it is
 * bound again nobody takes it by chance.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    const server = createServer();
    const isFree = once(server, 'listening').then(
      () => true,
      () => false, // taken
    );
    server.listen(port, '127.0.0.1');
    if (!(await isFree)) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

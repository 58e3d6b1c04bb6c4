/** A TCP port of 127.0.0.1 that was free a moment ago, for servers that cannot choose one themselves. */
import { once } from 'node:events';
import { createServer } from 'node:net';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  if (typeof bound !== 'object' || bound === null) throw new Error('the server is not bound');
  return bound.port;
}

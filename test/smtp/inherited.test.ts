import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectRaw } from '../helpers/raw-smtp-client.ts';

/** Node shows the number of a listening socket only here. */
function descriptorOf(server: Server): number {
  const handle: unknown = Reflect.get(server, '_handle');
  if (typeof handle !== 'object' || handle === null) throw new Error('the server does not listen');
  return Number(Reflect.get(handle, 'fd'));
}

it('listens on a socket that somebody else has bound', async () => {
  const owner = createServer().listen(0, '127.0.0.1');
  await once(owner, 'listening');
  const address = owner.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'inherited.ts')], {
    stdio: ['ignore', 'pipe', 'inherit', descriptorOf(owner)],
  });
  try {
    await once(child, 'spawn');
    if (child.stdout === null) throw new Error('no output');
    await once(child.stdout, 'data');
    owner.close(); // from here on only the child answers
    const client = await connectRaw({ port: address.port });
    expect((await client.reply()).lines).toEqual(['220 inherited.postern.test ESMTP']);
    client.destroy();
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

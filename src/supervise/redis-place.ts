/** Where the private Redis lives: its folder, and a socket path that the kernel takes. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type RedisPlace = {
  /** Holds the append-only file. */
  readonly folder: string;
  readonly socketPath: string;
};

/** `sun_path` holds 108 octets on Linux and 104 elsewhere, the final NUL included. */
const maxSocketBytes = 103;

/** Creates the folders. The same data directory always gets the same socket, so that an orphan can be found by it. */
export function redisPlace(dataDir: string): RedisPlace {
  const wanted = join(dataDir, 'redis');
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  const folder = realpathSync(wanted);
  const socketPath = join(folder, 'redis.sock');
  if (Buffer.byteLength(socketPath) <= maxSocketBytes) return { folder, socketPath };
  const name = `postern-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  const base = [tmpdir(), '/tmp'].find((each) => Buffer.byteLength(join(each, name, 'redis.sock')) <= maxSocketBytes);
  if (base === undefined) throw new Error('the data directory and the temporary directory both have too long a path');
  const short = join(base, name);
  ownFolder(short);
  return { folder, socketPath: join(short, 'redis.sock') };
}

/** Removes the socket, and its folder when that is a short one of our own; for a Redis that has ended. */
export function leaveSocket({ folder, socketPath }: RedisPlace): void {
  rmSync(socketPath, { force: true });
  if (dirname(socketPath) !== folder) rmSync(dirname(socketPath), { recursive: true, force: true });
}

/** Everybody may write to the temporary directory: a folder that somebody else prepared there is not ours to use. */
function ownFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = lstatSync(path);
  const isOurs = stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0;
  if (!isOurs) throw new Error(`${path} exists and belongs to somebody else`);
}

/** Where a request comes from, and whether it came over TLS. */
import { isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { ConsoleContext } from './environment.ts';

/**
 * The client's address. `X-Forwarded-For` counts only when the connection itself comes from this machine, where the TLS
 * proxy stands, and then only its last entry: the one the proxy wrote, not those it was handed.
 */
export function clientAddress(context: ConsoleContext): string {
  const peer = peerAddress(context);
  if (!isLoopback(peer)) return peer;
  const forwarded = unmapped(context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '');
  return isIP(forwarded) === 0 ? peer : forwarded;
}

/** Only ever makes the cookie stricter, so it may be believed. */
export function isOverTls(context: ConsoleContext): boolean {
  return context.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https';
}

/** Whether a proxy stands between: then the world may be behind it, though we listen on this machine only. */
export function isForwarded(context: ConsoleContext): boolean {
  return ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via'].some(
    (name) => context.req.header(name) !== undefined,
  );
}

/** The TCP port that the request came in by; 0 for one made inside the process. */
export function localPort(context: ConsoleContext): number {
  return context.env.incoming?.socket.localPort ?? 0;
}

function peerAddress(context: ConsoleContext): string {
  try {
    return unmapped(getConnInfo(context).remote.address ?? 'unknown');
  } catch {
    return 'unknown'; // no socket: a request made inside the process
  }
}

/** IPv4 clients of a dual-stack socket (RFC 4291 §2.5.5.2). */
function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** Where a request comes from, and whether it came over TLS. */
import { isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { MiddlewareHandler } from 'hono';
import { plainAddress } from '../network/network.ts';
import type { ConsoleContext, ConsoleEnvironment } from './environment.ts';

/** Whether this address is a proxy of ours, whose word on where a request came from counts. */
export type IsProxy = (address: string) => boolean;

/** Once for each request, before anything is counted or written down by it. */
export function knowClient(isProxy: IsProxy): MiddlewareHandler<ConsoleEnvironment> {
  return async (context, next) => {
    context.set('client', clientBehind(peerAddress(context), context.req.header('x-forwarded-for'), isProxy));
    await next();
  };
}

/** The client's address; `unknown` for a request made inside the process. */
export function clientAddress(context: ConsoleContext): string {
  return context.get('client') ?? peerAddress(context);
}

/**
 * `X-Forwarded-For` is read from its end: each entry was written by the hop behind it, and counts for as long as that hop
 * is a proxy of ours. What stands before the first address that is none was handed in by the asker.
 */
export function clientBehind(peer: string, forwarded: string | undefined, isProxy: IsProxy): string {
  let client = peer;
  for (const entry of (forwarded ?? '').split(',').toReversed()) {
    const address = plainAddress(entry.trim());
    if (!isProxy(client) || isIP(address) === 0) return client;
    client = address;
  }
  return client;
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
    return plainAddress(getConnInfo(context).remote.address ?? 'unknown');
  } catch {
    return 'unknown'; // no socket: a request made inside the process
  }
}

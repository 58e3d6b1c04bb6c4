/**
 * The console's HTTP server. Whoever is not logged in may connect to it, so connections are counted and nothing may take
 * for ever: headers and bodies that come drop by drop are cut off (slowloris), and so are hosts that hold too many.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { plainAddress } from '../network/network.ts';

export type ServerLimits = {
  /** Until the last header line has come. */
  readonly headersMs: number;
  /** For the body of a request, and a second more for each 50 KB that it says it has. */
  readonly bodyMs: number;
  readonly connections: number;
  /** From one address that is no proxy of ours. */
  readonly connectionsOfAddress: number;
};

export const serverLimits: ServerLimits = {
  headersMs: 15_000,
  bodyMs: 20_000,
  connections: 1_000,
  connectionsOfAddress: 100,
};

export type ServerOptions = {
  readonly fetch: (request: Request, env: unknown) => Response | Promise<Response>;
  readonly host: string;
  readonly port: number;
  readonly isProxy: (address: string) => boolean;
  readonly limits?: ServerLimits;
};

const slowestOctetsPerMs = 50;
const longestBodyMs = 300_000;
const keepAliveMs = 10_000;
/** A peer that vanished is found by the system's probes, though nothing was sent to it. */
const probeAfterMs = 30_000;

export async function listenConsole(options: ServerOptions): Promise<Server> {
  const { fetch, host, isProxy, limits = serverLimits, port } = options;
  const made = createAdaptorServer({
    fetch,
    createServer,
    serverOptions: {
      headersTimeout: limits.headersMs,
      requestTimeout: longestBodyMs + limits.bodyMs,
      connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
      keepAliveTimeout: keepAliveMs,
      keepAlive: true,
      keepAliveInitialDelay: probeAfterMs,
    },
  });
  if (!('headersTimeout' in made)) throw new Error('the console is served over HTTP/1.1');
  made.maxConnections = limits.connections;
  boundConnections(made, limits.connectionsOfAddress, isProxy);
  made.on('request', (request: IncomingMessage) => boundBody(request, limits.bodyMs));
  // Exclusive: the cluster would give this port 0 and the listeners' port 0 one and the same socket.
  made.listen({ host, port, exclusive: true });
  await once(made, 'listening');
  return made;
}

function boundConnections(server: Server, most: number, isProxy: (address: string) => boolean): void {
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (isProxy(address)) return;
    const own = (open.get(address) ?? 0) + 1;
    if (own > most) {
      socket.destroy();
      return;
    }
    open.set(address, own);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

function boundBody(request: IncomingMessage, leastMs: number): void {
  const octets = Number(request.headers['content-length'] ?? '0');
  const ms = Math.min(longestBodyMs, leastMs + (Number.isFinite(octets) ? octets / slowestOctetsPerMs : 0));
  const timer = setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, ms);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}

/** smtp-server's server, with our sessions and with trust given by network. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { plainAddress } from '../network/network.ts';
import type { Networks } from '../network/networks.ts';
import { readProxyHeader } from './proxy-header.ts';
import { Session, type SessionContext } from './session.ts';

type ProxyCallback = (error: Error | null, options?: SMTPConnectionOptions & { id: string }) => void;

export class SessionServer extends SMTPServer {
  readonly #context: SessionContext;
  readonly #proxies: Networks;

  constructor(options: SMTPServerOptions, context: SessionContext, proxies: Networks) {
    super(options);
    this.#context = context;
    this.#proxies = proxies;
  }

  override connect(socket: Socket, options?: SMTPConnectionOptions | null): void {
    const session = new Session(this, socket, options ?? {}, this.#context);
    this.connections.add(session);
    this.#context.onOpened(session);
    session.on('error', (error: Error) => this._onError(error));
    session.init();
  }

  override _expectsProxyHeader(socket: Socket): boolean {
    return this.#proxies.contains(plainAddress(socket.remoteAddress ?? ''));
  }

  override _handleProxy(socket: Socket, callback: ProxyCallback): void {
    const id = randomBytes(8).toString('hex');
    if (!this._expectsProxyHeader(socket)) return callback(null, { id });
    readProxyHeader(socket).then(
      (source) =>
        callback(
          null,
          source === null ? { id } : { id, remoteAddress: plainAddress(source.ip), remotePort: source.port },
        ),
      (error: unknown) => {
        socket.destroy();
        callback(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }
}

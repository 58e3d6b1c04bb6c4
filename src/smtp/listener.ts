/** The SMTP listener: a port, a certificate and the sessions on it. */
import { X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Intake } from '../intake/intake.ts';
import { createNetworks } from '../network/networks.ts';
import type { Logger } from '../observe/logger.ts';
import type { Reply } from '../verdict/verdict.ts';
import { defaultSessionLimits, type LimitsPort, type SessionLimits } from './limits.ts';
import { createRecipientBook, type MailboxWithAliases } from './recipients.ts';
import { SessionServer } from './server.ts';
import type { Session, SessionContext } from './session.ts';

/** A certificate chain and its key, both PEM. */
export type CertificatePem = { readonly certificate: Buffer | string; readonly key: Buffer | string };

/** Where to listen: an address (port 0 takes a free one), or a file descriptor that somebody else bound. */
export type ListenTarget = { readonly host: string; readonly port: number } | { readonly fd: number };

export type ListenerOptions = {
  readonly listen: ListenTarget;
  /** The name in the greeting; nothing else about this machine is ever told. */
  readonly hostName: string;
  readonly mailboxes: readonly MailboxWithAliases[];
  /** STARTTLS is offered when there is one. */
  readonly certificate?: CertificatePem | null;
  readonly minTlsVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** What is left out has the value in `defaultSessionLimits`. */
  readonly bounds?: Partial<SessionLimits>;
  /** Networks in CIDR form that the bounds per address do not apply to. */
  readonly unlimitedNetworks?: readonly string[];
  /** Load balancers: each must send a PROXY header (version 1 or 2), and is believed. */
  readonly proxyNetworks?: readonly string[];
  /** Relays whose XCLIENT is believed; nobody else is even offered it. */
  readonly xclientNetworks?: readonly string[];
  /** Called for each reply that was sent, for counting. */
  readonly onReply?: (reply: Reply) => void;
  /** Called when a session opens (+1) and when it is gone (-1). */
  readonly onSessions?: (change: 1 | -1) => void;
};

export type Listener = {
  /** Resolves when connections are taken; rejects with the system's error (EADDRINUSE, EACCES). */
  listen(): Promise<void>;
  /** Null before `listen` and after `close`. */
  address(): AddressInfo | null;
  /** New sessions use it; running ones keep theirs. Throws, and changes nothing, when key and certificate do not fit. */
  reloadCertificate(pem: CertificatePem): void;
  /** Stops listening, finishes mails in hand within the deadline, cuts what is left. Resolves when every session is gone. */
  close(deadlineMs: number): Promise<void>;
};

export function createListener(options: ListenerOptions, intake: Intake, limits: LimitsPort, logger: Logger): Listener {
  const bounds: SessionLimits = { ...defaultSessionLimits, ...options.bounds };
  const sessions = new Set<Session>();
  let tlsReady = false;
  let leaving = false;
  let emptied: PromiseWithResolvers<void> | null = null;

  const context: SessionContext = {
    hostName: options.hostName,
    recipients: createRecipientBook(options.mailboxes),
    bounds,
    unlimited: createNetworks(options.unlimitedNetworks ?? []),
    xclient: createNetworks(options.xclientNetworks ?? []),
    intake,
    limits,
    logger,
    onReply: options.onReply ?? (() => undefined),
    tlsReady: () => tlsReady,
    leaving: () => leaving,
    onOpened: (session) => {
      sessions.add(session);
      options.onSessions?.(1);
    },
    onClosed: (session) => {
      if (sessions.delete(session)) options.onSessions?.(-1);
      if (sessions.size === 0) emptied?.resolve();
    },
  };

  const server = new SessionServer(
    {
      logger: false,
      minVersion: options.minTlsVersion ?? 'TLSv1.2',
      disableReverseLookup: true,
      disabledCommands: ['AUTH', 'XFORWARD', 'LHLO', 'WIZ', 'SHELL', 'KILL'],
      socketTimeout: bounds.idleMs,
      maxCommandLength: bounds.commandLineBytes,
      // A client may send all it has and half-close; it still gets its replies.
      allowHalfOpen: true,
    },
    context,
    createNetworks(options.proxyNetworks ?? []),
  );
  server.on('error', (error: Error) => logger.info({ err: error }, 'an SMTP connection failed'));

  const useCertificate = ({ certificate, key }: CertificatePem): void => {
    // smtp-server throws its contexts away before it makes new ones, so they are tried first.
    createSecureContext({ cert: certificate, key });
    const leaf = new X509Certificate(certificate);
    server.updateSecureContext({ cert: certificate, key });
    tlsReady = true;
    logger.info({ subject: leaf.subject, validTo: leaf.validTo }, 'certificate in use');
  };
  if (options.certificate !== undefined && options.certificate !== null) useCertificate(options.certificate);

  return {
    listen: () => listen(server, options.listen),
    address: () => {
      const address = server.server.address();
      return address === null || typeof address === 'string' ? null : address;
    },
    reloadCertificate: useCertificate,
    async close(deadlineMs) {
      leaving = true;
      emptied = Promise.withResolvers<void>();
      if (sessions.size === 0) emptied.resolve();
      const unbound = new Promise<void>((resolve) => server.server.close(() => resolve()));
      // Sockets that still owe their PROXY header have no session that could finish.
      for (const socket of server._pendingSockets.values()) socket.destroy();
      for (const session of sessions) session.leave();
      const deadline = setTimeout(() => {
        logger.warn({ sessions: sessions.size }, 'SMTP sessions cut at the deadline');
        for (const session of sessions) session.cut();
      }, deadlineMs);
      await Promise.all([emptied.promise, unbound]);
      clearTimeout(deadline);
    },
  };
}

function listen(server: SessionServer, target: ListenTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.server.once('listening', () => {
      server.server.off('error', reject);
      resolve();
    });
    server.server.listen({ ...target });
  });
}

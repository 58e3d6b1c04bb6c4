/** A real SMTP server on loopback that keeps what it is sent, and can be told to refuse. */
import { createServer, type Server, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Sunk = {
  /** As in MAIL FROM; empty for the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly secure: boolean;
  readonly user: string | null;
};

export type Refusal = { readonly at: 'rcpt' | 'data'; readonly code: number; readonly text: string };

export type SmtpSink = {
  readonly port: number;
  /** PEM, to trust it by. */
  readonly ca: string;
  readonly mails: readonly Sunk[];
  /** Mails that were begun, refused ones too. */
  readonly tries: () => number;
  refuse(refusal: Refusal | null): void;
  stop(): Promise<void>;
};

export async function startSmtpSink(
  options: { readonly tls?: boolean; readonly login?: { readonly user: string; readonly password: string } } = {},
): Promise<SmtpSink> {
  const pair = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const mails: Sunk[] = [];
  let refusal: Refusal | null = null;
  let tries = 0;
  const refuseAt = (at: Refusal['at']): Error | null =>
    refusal?.at === at ? Object.assign(new Error(refusal.text), { responseCode: refusal.code }) : null;
  const settings: SMTPServerOptions = {
    logger: false,
    disabledCommands: [
      ...(options.tls === false ? ['STARTTLS'] : []),
      ...(options.login === undefined ? ['AUTH'] : []),
    ],
    authOptional: options.login === undefined,
    cert: pair.cert,
    key: pair.private,
    onAuth: ({ password, username }, _session, done) => {
      const isKnown = username === options.login?.user && password === options.login?.password;
      done(isKnown ? null : new Error('who are you'), isKnown ? { user: username } : undefined);
    },
    onRcptTo: (_address, _session, done) => {
      tries += 1;
      done(refuseAt('rcpt'));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const error = refuseAt('data');
        const { mailFrom, rcptTo } = session.envelope;
        if (error === null) {
          mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks),
            secure: session.secure,
            user: typeof session.user === 'string' ? session.user : null,
          });
        }
        done(error);
      });
    },
  };
  const server = new SMTPServer(settings);
  server.on('error', () => undefined); // clients that give up
  const port = await new Promise<number>((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.server.address();
      if (address === null || typeof address === 'string') reject(new Error('has no port'));
      else resolve(address.port);
    });
  });
  return {
    port,
    ca: pair.cert,
    mails,
    tries: () => tries,
    refuse: (next) => {
      refusal = next;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A server that takes connections and says nothing. */
export async function startSilentServer(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  const port = await listening(server);
  return { port, stop: () => stopped(server, sockets) };
}

/** A relay that answers EHLO with one more line every `everyMs` for ever: no silence is long enough for a time-out. */
export async function startTricklingServer(everyMs: number) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let timer: NodeJS.Timeout | undefined;
    socket.write('220 relay.test\r\n');
    socket.once('data', () => {
      timer = setInterval(() => socket.write('250-wait\r\n'), everyMs);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      sockets.delete(socket);
    });
  });
  const port = await listening(server);
  return {
    port,
    /** Connections that are open. */
    open: () => sockets.size,
    stop: () => stopped(server, sockets),
  };
}

/** A relay that takes a whole mail and hangs up before it answers. */
export async function startHangUpServer() {
  const sockets = new Set<Socket>();
  let taken = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.write('220 relay.test\r\n');
    let inData = false;
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (inData) {
        if (!text.endsWith('\r\n.\r\n')) return;
        taken += 1;
        socket.destroy();
      } else if (/^DATA/i.test(text)) {
        inData = true;
        socket.write('354 go on\r\n');
      } else socket.write('250 ok\r\n');
    });
  });
  const port = await listening(server);
  return { port, taken: () => taken, stop: () => stopped(server, sockets) };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('has no port');
  return address.port;
}

function stopped(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    for (const socket of sockets) socket.destroy();
    server.close(() => resolve());
  });
}

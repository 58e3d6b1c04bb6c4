/** A client that sends exactly the octets it is told to and reads whole replies: for dialogues no library would hold. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export type SmtpReply = {
  readonly code: number;
  /** Each line as sent, without CR LF. */
  readonly lines: readonly string[];
};

export type RawSmtpClient = {
  /** Sends as it stands; resolves when handed to the system. */
  send(octets: string | Buffer): Promise<void>;
  /** The next reply; rejects when the server closes before one is complete. */
  reply(): Promise<SmtpReply>;
  /** Sends one line with CR LF and reads its reply. */
  command(line: string): Promise<SmtpReply>;
  /** STARTTLS, handshake included; the certificate is not checked. Resolves to its PEM-less subject name. */
  startTls(): Promise<string>;
  /** TLS handshake alone, for when the 220 to STARTTLS was already read. */
  secure(): Promise<string>;
  /** Everything the server still sends until it closes. */
  untilClosed(): Promise<readonly SmtpReply[]>;
  /** Our side is done: half-closes. */
  end(): void;
  destroy(): void;
};

export type RawSmtpTarget = { readonly port: number; readonly host?: string; readonly localAddress?: string };

export async function connectRaw(target: RawSmtpTarget): Promise<RawSmtpClient> {
  const plain = connect({ host: '127.0.0.1', ...target, allowHalfOpen: true });
  await once(plain, 'connect');
  plain.setNoDelay(true);
  return rawClient(plain);
}

/** Connects, reads the greeting and says EHLO. */
export async function openSession(target: RawSmtpTarget, name = 'client.example'): Promise<RawSmtpClient> {
  const client = await connectRaw(target);
  await client.reply();
  await client.command(`EHLO ${name}`);
  return client;
}

function rawClient(plain: Socket): RawSmtpClient {
  let socket = plain;
  let buffered = '';
  let isClosed = false;
  let wake: (() => void) | null = null;

  const listenTo = (source: Socket): void => {
    source.on('data', (chunk: Buffer) => {
      buffered += chunk.toString('utf8');
      wake?.();
    });
    source.on('error', () => undefined);
    for (const event of ['end', 'close']) {
      source.on(event, () => {
        isClosed = true;
        wake?.();
      });
    }
  };
  listenTo(plain);

  const takeReply = (): SmtpReply | null => {
    const match = /^(?:\d{3}-[^\r\n]*\r\n)*(\d{3})(?: [^\r\n]*)?\r\n/.exec(buffered);
    if (match === null) return null;
    buffered = buffered.slice(match[0].length);
    return { code: Number(match[1]), lines: match[0].slice(0, -2).split('\r\n') };
  };
  const more = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });

  const client: RawSmtpClient = {
    send: (octets) => new Promise((resolve) => socket.write(octets, () => resolve())),
    async reply() {
      for (;;) {
        const reply = takeReply();
        if (reply !== null) return reply;
        if (isClosed) throw new Error(`closed before a reply; left over: ${JSON.stringify(buffered)}`);
        await more();
      }
    },
    async command(line) {
      await client.send(`${line}\r\n`);
      return client.reply();
    },
    async startTls() {
      const reply = await client.command('STARTTLS');
      if (reply.code !== 220) throw new Error(`STARTTLS refused: ${reply.lines.join(' / ')}`);
      return client.secure();
    },
    async secure() {
      plain.removeAllListeners('data');
      const secured = connectTls({ socket: plain, rejectUnauthorized: false });
      await once(secured, 'secureConnect');
      socket = secured;
      listenTo(secured);
      return String(secured.getPeerCertificate().subject.CN);
    },
    async untilClosed() {
      const replies: SmtpReply[] = [];
      for (;;) {
        const reply = takeReply();
        if (reply !== null) replies.push(reply);
        else if (isClosed) return replies;
        else await more();
      }
    },
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  };
  return client;
}

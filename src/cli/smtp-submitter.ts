/** One SMTP session that mails are submitted over, one after the other (RFC 5321). */
import { setTimeout as sleep } from 'node:timers/promises';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

export type SubmitterOptions = {
  readonly host: string;
  readonly port: number;
  /** EHLO argument; null is the library's: the machine's name. */
  readonly helo: string | null;
  /** STARTTLS or nothing. The certificate is not checked: that of a first start is self-signed. */
  readonly tls: boolean;
};

export type Submission = {
  /** The reply that ended the mail; null when none came. */
  readonly reply: { readonly code: number; readonly text: string } | null;
  /** Why there is no reply; null when there is one. */
  readonly cause: string | null;
  /** The reply was to the content of the mail, not to its envelope. */
  readonly wasRead: boolean;
  /** Recipients that were refused while others were taken, with their replies. */
  readonly refused: readonly { readonly recipient: string; readonly reply: string }[];
  /** Epoch milliseconds between which the gateway received the mail, and the port it came from. */
  readonly startedAt: number;
  readonly repliedAt: number;
  readonly localPort: number;
};

export type Submitter = {
  /** Never rejects. */
  submit(
    envelope: { readonly mailFrom: string; readonly recipients: readonly string[] },
    raw: Buffer,
  ): Promise<Submission>;
  /** The session has ended: further mails need another one. */
  readonly isOver: boolean;
  close(): void;
};

/** There is no session to be had; the message is one line. `reply` is the server's when it spoke before it hung up. */
export class NoSession extends Error {
  override readonly name = 'NoSession';
  readonly isTemporary: boolean;
  /** Nobody listens there. */
  readonly isRefused: boolean;
  constructor(message: string, { isTemporary, isRefused }: { isTemporary: boolean; isRefused: boolean }) {
    super(message);
    this.isTemporary = isTemporary;
    this.isRefused = isRefused;
  }
}

const connectTimeoutMs = 10_000;
/** Longer than a gateway may take to judge a mail. */
const replyTimeoutMs = 120_000;

/** Resolves after EHLO, and STARTTLS when asked for. Rejects with `NoSession`. */
export async function openSubmitter({ host, port, helo, tls }: SubmitterOptions): Promise<Submitter> {
  const connection = new SMTPConnection({
    host,
    port,
    ...(helo === null ? {} : { name: helo }),
    requireTLS: tls,
    ignoreTLS: !tls,
    tls: { rejectUnauthorized: false },
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: replyTimeoutMs,
  });
  let isOver = false;
  connection.on('end', () => {
    isOver = true;
  });
  await new Promise<void>((resolve, reject) => {
    connection.once('error', (error) => reject(noSession(error, host, port)));
    connection.connect((error) => (error ? reject(noSession(error, host, port)) : resolve()));
  });
  // From here on every error is handed to whoever waits for a reply.
  connection.on('error', () => {
    isOver = true;
  });
  const localPort = (connection._socket || null)?.localPort ?? 0;
  let repliedAt = 0;

  return {
    get isOver() {
      return isOver;
    },
    close: () => connection.quit(),
    async submit({ mailFrom, recipients }, raw) {
      // The times of two mails of a session do not touch: by them and the port a mail is found in the trace.
      while (Date.now() <= repliedAt) await sleep(1);
      const startedAt = Date.now();
      const { next, ...ended } = await sendOne(connection, mailFrom, recipients, raw);
      repliedAt = Date.now();
      if (next === 'none' || (next === 'reset' && !(await reset(connection)))) isOver = true;
      return { ...ended, startedAt, repliedAt, localPort };
    },
  };
}

type Ended = Pick<Submission, 'reply' | 'cause' | 'wasRead' | 'refused'> & {
  /** What the session needs before another mail; `none` has ended it. */
  readonly next: 'nothing' | 'reset' | 'none';
};

/** No size is announced: it is the gateway that shall refuse what is too large, not the library. */
function sendOne(
  connection: SMTPConnection,
  mailFrom: string,
  recipients: readonly string[],
  raw: Buffer,
): Promise<Ended> {
  return new Promise((resolve) => {
    connection.send({ from: mailFrom, to: [...recipients], use8BitMime: true }, raw, (error, info) => {
      const refused = (info?.rejectedErrors ?? []).map(({ recipient, response }) => ({
        recipient: recipient ?? '',
        reply: response ?? '',
      }));
      const reply = replyOf(error === null ? info?.response : error.response);
      const wasRead = error === null || error.code === 'EMESSAGE';
      resolve({
        reply,
        cause: reply === null ? (error?.message ?? 'no reply').split('\n', 1).join() : null,
        wasRead: wasRead && reply !== null,
        refused,
        next: error === null ? 'nothing' : nextAfter(error.code, reply),
      });
    });
  });
}

function nextAfter(code: string | undefined, reply: Submission['reply']): Ended['next'] {
  if (reply?.code === 421) return 'none'; // RFC 5321 §3.8
  // A gateway may end the session with the refusal of a mail; the answer to RSET tells.
  return code === 'EMESSAGE' || code === 'EENVELOPE' ? 'reset' : 'none';
}

function reset(connection: SMTPConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const ended = () => resolve(false);
    connection.once('end', ended);
    connection.reset((error) => {
      connection.off('end', ended);
      resolve(!error);
    });
  });
}

/** Several lines become one. */
function replyOf(response: unknown): Submission['reply'] {
  const match = typeof response === 'string' ? /^(\d{3})[ -]?([^]*)$/.exec(response) : null;
  if (match === null) return null;
  return { code: Number(match[1]), text: (match[2] ?? '').replace(/\r?\n(?:\d{3}[ -])?/g, ' ').trim() };
}

function noSession(error: Error, host: string, port: number): NoSession {
  const response = 'response' in error && typeof error.response === 'string' ? error.response : null;
  const isTemporary = response !== null && response.startsWith('4');
  const cause = response ?? ('originalCode' in error ? String(error.originalCode) : error.message);
  return new NoSession(`no SMTP session with ${host}:${port}: ${cause.split('\n')[0] ?? ''}`, {
    isTemporary,
    isRefused: cause === 'ECONNREFUSED',
  });
}

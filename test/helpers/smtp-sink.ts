/** A real SMTP server on loopback that keeps what it is given, and refuses what the test says. */
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

export type SunkMail = { readonly from: string; readonly to: readonly string[]; readonly raw: Buffer };

export type SmtpSink = {
  readonly port: number;
  readonly mails: readonly SunkMail[];
  /** The answer to each mail; null takes it. */
  refuse: (() => { readonly code: number; readonly text: string } | null) | null;
  stop(): Promise<void>;
};

export type SmtpSinkOptions = {
  /** Offers STARTTLS with this certificate. */
  readonly certificate?: { readonly cert: string; readonly key: string };
};

export async function startSmtpSink({ certificate }: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const mails: SunkMail[] = [];
  const server = new SMTPServer({
    ...(certificate === undefined ? {} : certificate),
    disabledCommands: certificate === undefined ? ['AUTH', 'STARTTLS'] : ['AUTH'],
    authOptional: true,
    closeTimeout: 100,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refusal = sink.refuse?.() ?? null;
        if (refusal !== null) {
          done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  const sink: SmtpSink = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mails,
    refuse: null,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return sink;
}

/**
 * A relay that mail goes out through, our own or one to a help desk: pooled connections, TLS unless it is turned off, DKIM
 * when there is a key.
 */
import { createTransport } from 'nodemailer';

export type RelayOptions = {
  readonly host: string;
  readonly port: number;
  /** `required`: STARTTLS or nothing; `implicit`: TLS from the start; `none`: plaintext, for a relay on this machine. */
  readonly tls: 'required' | 'implicit' | 'none';
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly dkim: { readonly domain: string; readonly selector: string; readonly privateKey: string } | null;
  /** In the greeting; null takes the machine's own. */
  readonly name: string | null;
  readonly maxConnections: number;
  /** For each step of an exchange; a whole one may take four times as long. Milliseconds. */
  readonly timeoutMs: number;
  /** Certificates to trust besides the system's, PEM. */
  readonly ca?: string;
};

/** The same ends as an attempt of a hand-over has. */
export type RelayAnswer =
  | { readonly kind: 'delivered' }
  /** The relay is away, or says that it will take the mail later. */
  | { readonly kind: 'trouble'; readonly cause: string }
  /** The relay answered, and refuses this mail. */
  | { readonly kind: 'refused'; readonly cause: string };

export type OutgoingMail = {
  /** Empty for the null sender. */
  readonly from: string;
  readonly to: string;
  readonly raw: Buffer;
};

export type Relay = {
  /** Never rejects. After `trouble` the relay may have the mail all the same. */
  send(mail: OutgoingMail): Promise<RelayAnswer>;
  close(): void;
};

/** How many time-outs a whole exchange may take. */
const stepsOfExchange = 4;

export function openRelay(options: RelayOptions): Relay {
  const { ca, dkim, host, login, maxConnections, name, port, timeoutMs, tls } = options;
  const transport = createTransport({
    pool: true,
    maxConnections,
    maxMessages: 100,
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    ...(name === null ? {} : { name }),
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
    ...(dkim === null
      ? {}
      : { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.privateKey } }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ from, raw, to }) {
      const withinMs = timeoutMs * stepsOfExchange;
      // A relay that answers each line slowly outlives every single time-out. The signal ends its connection too: one that
      // lived on would be lost to the pool, and the mail on it could arrive besides the next attempt's.
      const signal = AbortSignal.timeout(withinMs);
      return transport.sendMail({ envelope: { from, to: [to] }, raw, signal }).then(
        (): RelayAnswer => ({ kind: 'delivered' }),
        (error: unknown) =>
          signal.aborted
            ? { kind: 'trouble', cause: `the relay did not take the mail within ${withinMs} ms` }
            : answerOf(error),
      );
    },
    close: () => transport.close(),
  };
}

/** The relay's own 5xx to this mail is its answer; what goes wrong before concerns the relay, not the mail. */
function answerOf(error: unknown): RelayAnswer {
  const cause = causeOf(error);
  if (!(error instanceof Error)) return { kind: 'trouble', cause };
  const status = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : 0;
  const command = 'command' in error && typeof error.command === 'string' ? error.command : '';
  const isAboutMail = ['MAIL FROM', 'RCPT TO', 'DATA'].includes(command);
  return { kind: status >= 500 && isAboutMail ? 'refused' : 'trouble', cause };
}

function causeOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replace(/\p{Cc}+/gu, ' ').slice(0, 300) || 'unknown';
}

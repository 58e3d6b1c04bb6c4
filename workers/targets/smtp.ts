/** A help desk that is reached by mail: the rebuilt message goes through a relay. */
import { createTransport } from 'nodemailer';
import type { Attempt } from '../../src/handoff/attempt.ts';
import type { HandoffLinks } from '../../src/handoff/document.ts';
import { rebuiltMessage } from '../../src/handoff/rebuilt-message.ts';
import type { SmtpTarget } from '../../src/handoff/target.ts';
import { causeOf, type Sender } from './sender.ts';

export function smtpSender({ links, target }: { readonly target: SmtpTarget; readonly links: HandoffLinks }): Sender {
  const { from, login, timeoutMs, tls, to } = target;
  const transport = createTransport({
    pool: true,
    maxConnections: 4,
    maxMessages: 100,
    host: target.host,
    port: target.port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
    ...(target.ca === undefined ? {} : { tls: { ca: target.ca } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(document) {
      const raw = rebuiltMessage(document, { from, to, links });
      const sent = transport.sendMail({ envelope: { from, to: [to] }, raw }).then(
        (): Attempt => ({ kind: 'delivered' }),
        (error: unknown) => attemptOf(error),
      );
      return Promise.race([sent, late(timeoutMs * 2, sent)]);
    },
    close: () => {
      transport.close();
      return Promise.resolve();
    },
  };
}

/** The relay's own 5xx to this mail is its answer; what goes wrong before concerns the relay, not the mail. */
function attemptOf(error: unknown): Attempt {
  const cause = causeOf(error);
  if (!(error instanceof Error)) return { kind: 'trouble', cause };
  const status = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : 0;
  const command = 'command' in error && typeof error.command === 'string' ? error.command : '';
  const isAboutMail = ['MAIL FROM', 'RCPT TO', 'DATA'].includes(command);
  return { kind: status >= 500 && isAboutMail ? 'refused' : 'trouble', cause };
}

/** A relay that answers each line slowly outlives every single time-out. */
async function late(timeoutMs: number, sent: Promise<unknown>): Promise<Attempt> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([expired, sent]);
  clearTimeout(timer);
  return { kind: 'trouble', cause: `the relay did not take the message within ${timeoutMs} ms` };
}

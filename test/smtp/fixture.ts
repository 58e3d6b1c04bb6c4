/**
 * A listener on a free port of the loopback with a recording fake of intake behind it: what the listener hands over is
 * looked at octet by octet, and nothing is judged.
 */
import pino from 'pino';
import type { Intake, SessionRefusal } from '../../src/intake/intake.ts';
import type { Envelope } from '../../src/message/envelope.ts';
import { createMemoryLimits, type LimitsPort } from '../../src/smtp/limits.ts';
import { createListener, type Listener, type ListenerOptions } from '../../src/smtp/listener.ts';
import { takenReply } from '../../src/verdict/reply.ts';
import type { Mailbox, Reply } from '../../src/verdict/verdict.ts';
import type { RawSmtpClient, SmtpReply } from '../helpers/raw-smtp-client.ts';

export type RecordedMail = {
  readonly envelope: Envelope;
  readonly mailboxes: readonly Mailbox[];
  content: Buffer;
  end: 'open' | 'finished' | 'aborted';
};

export type RecordingIntake = Intake & {
  readonly mails: RecordedMail[];
  readonly refusals: SessionRefusal[];
  /** Replaces what `write` and `finish` wait for. */
  onWrite: () => Promise<void>;
  onFinish: (mail: RecordedMail) => Promise<Reply>;
};

export function createRecordingIntake(): RecordingIntake {
  const intake: RecordingIntake = {
    mails: [],
    refusals: [],
    onWrite: () => Promise.resolve(),
    onFinish: () => Promise.resolve(takenReply),
    begin(envelope, mailboxes) {
      const mail: RecordedMail = { envelope, mailboxes, content: Buffer.alloc(0), end: 'open' };
      intake.mails.push(mail);
      return Promise.resolve({
        async write(chunk) {
          mail.content = Buffer.concat([mail.content, chunk]);
          await intake.onWrite();
        },
        finish() {
          mail.end = 'finished';
          return intake.onFinish(mail);
        },
        abort() {
          mail.end = 'aborted';
          return Promise.resolve();
        },
      });
    },
    refused: (refusal) => {
      intake.refusals.push(refusal);
    },
  };
  return intake;
}

export type Fixture = { readonly listener: Listener; readonly intake: RecordingIntake; readonly port: number };

export async function startListener(
  options: Partial<ListenerOptions> = {},
  limits: LimitsPort = createMemoryLimits(),
): Promise<Fixture> {
  const intake = createRecordingIntake();
  const listener = createListener(
    {
      listen: { host: '127.0.0.1', port: 0 },
      hostName: 'mx.postern.test',
      mailboxes: [
        { address: 'support@postern.test', department: 'support', aliases: ['help@postern.test'] },
        { address: 'sales@postern.test', department: 'sales' },
        { address: 'hilfe@xn--bcher-kva.test', department: 'support' },
      ],
      ...options,
      bounds: { greetingDelayMs: 5, ...options.bounds },
    },
    intake,
    limits,
    pino({ level: 'silent' }),
  );
  await listener.listen();
  return { listener, intake, port: listener.address()?.port ?? 0 };
}

/** Resolves when the condition holds; the test's own time-out ends it otherwise. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Keeps a client busy until the server has had enough; what the server said meanwhile. */
export async function sendUntilClosed(client: RawSmtpClient, octets: string): Promise<readonly SmtpReply[]> {
  const state = { closed: false };
  const replies = client.untilClosed().finally(() => {
    state.closed = true;
  });
  while (!state.closed) {
    await client.send(octets);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return replies;
}

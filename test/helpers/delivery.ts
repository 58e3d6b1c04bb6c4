/** Mails handed to a gateway over one session, with every octet that the gateway says. */
import { openSession, type RawSmtpClient, type SmtpReply } from './raw-smtp-client.ts';

export type Sending = {
  readonly raw: Buffer | string;
  readonly mailFrom: string;
  readonly recipients: readonly string[];
};

export type Delivered = {
  /** To the end of the data; to MAIL or RCPT when those were refused. */
  readonly reply: SmtpReply;
  /** Each line of the gateway from MAIL on. */
  readonly dialogue: readonly string[];
};

export type Sender = {
  deliver(mail: Sending): Promise<Delivered>;
  readonly client: RawSmtpClient;
  close(): void;
};

/** A session that stays open over several mails. */
export async function openSender(port: number, options: { readonly tls?: boolean } = {}): Promise<Sender> {
  const client = await openSession({ port });
  if (options.tls === true) {
    await client.startTls();
    await client.command('EHLO client.example');
  }
  return { client, deliver: (mail) => deliverBy(client, mail), close: () => client.destroy() };
}

/**
 * Whether somebody greets on this port. A connection that is handed to a process that ends in that moment is neither
 * greeted nor closed, so each try has its own end.
 */
export async function isServing(port: number): Promise<boolean> {
  const opening = openSender(port);
  opening.then(
    (sender) => sender.close(),
    () => undefined,
  );
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), 1_000);
  try {
    return await Promise.race([opening.then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** One mail in a session of its own. */
export async function deliver(
  port: number,
  mail: Sending,
  options: { readonly tls?: boolean } = {},
): Promise<Delivered> {
  const sender = await openSender(port, options);
  try {
    return await sender.deliver(mail);
  } finally {
    sender.close();
  }
}

async function deliverBy(client: RawSmtpClient, { raw, mailFrom, recipients }: Sending): Promise<Delivered> {
  const dialogue: string[] = [];
  const say = async (line: string): Promise<SmtpReply> => {
    const reply = await client.command(line);
    dialogue.push(...reply.lines);
    return reply;
  };
  const from = await say(`MAIL FROM:<${mailFrom}>`);
  if (from.code !== 250) return { reply: from, dialogue };
  let accepted = 0;
  let last: SmtpReply = from;
  for (const recipient of recipients) {
    last = await say(`RCPT TO:<${recipient}>`);
    if (last.code === 250) accepted += 1;
  }
  if (accepted === 0) {
    await say('RSET');
    return { reply: last, dialogue };
  }
  const data = await say('DATA');
  if (data.code !== 354) return { reply: data, dialogue };
  await client.send(dotStuffed(raw));
  const reply = await client.reply();
  dialogue.push(...reply.lines);
  return { reply, dialogue };
}

/** RFC 5321 §4.5.2. The octets stay what they are otherwise. */
export function dotStuffed(raw: Buffer | string): Buffer {
  const text = Buffer.from(raw).toString('latin1');
  const stuffed = text.replace(/(^|\r\n)\./g, '$1..');
  return Buffer.from(`${stuffed}${stuffed.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1');
}

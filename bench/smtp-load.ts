/** Mails over kept-open SMTP sessions, one at a time in each, without pipelining; and how long each answer took. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type Load = {
  readonly mails: number;
  /** Milliseconds from the first to the last mail. */
  readonly elapsedMs: number;
  /** Milliseconds from MAIL to the answer to the data, sorted. */
  readonly latencies: readonly number[];
  /** Answers to the data by code. */
  readonly answers: ReadonlyMap<string, number>;
};

export async function sendLoad(
  port: number,
  mails: readonly Buffer[],
  sessions: number,
  sender: string,
): Promise<Load> {
  const open = await Promise.all(Array.from({ length: sessions }, () => openSession(port)));
  const latencies: number[] = [];
  const answers = new Map<string, number>();
  let next = 0;
  const startedAt = performance.now();
  const work = async (session: Session): Promise<void> => {
    for (let at = next++; at < mails.length; at = next++) {
      const before = performance.now();
      await session.command(`MAIL FROM:<${sender}>\r\n`);
      await session.command('RCPT TO:<support@postern.test>\r\n');
      await session.command('DATA\r\n');
      const answer = await session.command(Buffer.concat([mails[at] ?? Buffer.alloc(0), Buffer.from('\r\n.\r\n')]));
      latencies.push(performance.now() - before);
      const code = answer.slice(0, 3);
      answers.set(code, (answers.get(code) ?? 0) + 1);
    }
  };
  await Promise.all(open.map(work));
  const elapsedMs = performance.now() - startedAt;
  for (const session of open) session.close();
  return { mails: mails.length, elapsedMs, latencies: latencies.toSorted((a, b) => a - b), answers };
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

type Session = { command(text: string | Buffer): Promise<string>; close(): void };

async function openSession(port: number): Promise<Session> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let text = '';
  let waiting: ((answer: string) => void) | null = null;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    // The last line of an answer has a space behind its code.
    if (!/^\d{3} [^\n]*\n$/m.test(text.slice(text.lastIndexOf('\n', text.length - 2) + 1))) return;
    const answer = text;
    text = '';
    waiting?.(answer);
  });
  const answer = () =>
    new Promise<string>((resolve, reject) => {
      waiting = resolve;
      socket.once('close', () => reject(new Error(`the server closed the session: ${text}`)));
    });
  const greeting = answer();
  await once(socket, 'connect');
  await greeting;
  socket.setMaxListeners(0);
  const command = (bytes: string | Buffer): Promise<string> => {
    const got = new Promise<string>((resolve) => {
      waiting = resolve;
    });
    socket.write(bytes);
    return got;
  };
  await command('EHLO bench.corp.test\r\n');
  return { command, close: () => void socket.end('QUIT\r\n') };
}

import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SmtpTarget } from '../../../src/handoff/target.ts';
import { openRelay } from '../../../src/relay/relay.ts';
import type { Sender } from '../../../workers/targets/sender.ts';
import { smtpSender } from '../../../workers/targets/smtp.ts';
import { handoffDocument, links } from '../../helpers/handoff-document.ts';
import { type SmtpSink, startSmtpSink } from '../../helpers/smtp-sink.ts';
import { startRawServer } from '../../helpers/webhook-server.ts';

let sink: SmtpSink;
const ends: (() => Promise<void>)[] = [];
beforeEach(async () => {
  sink = await startSmtpSink();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await sink.stop();
});

function sender(changes: Partial<SmtpTarget> = {}): Sender {
  const target: SmtpTarget = {
    kind: 'smtp',
    name: 'desk',
    host: '127.0.0.1',
    port: sink.port,
    tls: 'none',
    login: null,
    from: 'postern@postern.test',
    to: 'desk@help.test',
    timeoutMs: 2_000,
    ...changes,
  };
  const made = smtpSender({
    target,
    links,
    openRelay,
    envelopeFrom: (_target, { event }) => `bounce+${event}@postern.test`,
  });
  ends.push(() => made.close());
  return made;
}

const send = (made: Sender, text = 'It burns.') =>
  made.send(handoffDocument({ message: { text } }), { at: 1, again: false, createdAt: 1 });

describe('a help desk by mail', () => {
  it('gets the rebuilt message', async () => {
    expect(await send(sender())).toEqual({ kind: 'delivered' });
    expect(sink.mails).toMatchObject([{ from: 'bounce+m1-0@postern.test', to: ['desk@help.test'] }]);
    const mail = await simpleParser(sink.mails[0]?.raw ?? Buffer.alloc(0));
    expect(mail.replyTo?.text).toBe('ada@example.com');
    expect(mail.headers.get('x-postern-ticket')).toBe('PT-7KQ4-M2XD');
  });

  it('gets lines that begin with a dot whole, and nothing that ends the data early', async () => {
    const text = '.\r\n.\nMAIL FROM:<eve@evil.test>\n..\n. end';
    expect((await send(sender(), text)).kind).toBe('delivered');
    expect(sink.mails).toHaveLength(1);
    const mail = await simpleParser(sink.mails[0]?.raw ?? Buffer.alloc(0));
    expect(mail.text).toContain('.\n.\nMAIL FROM:<eve@evil.test>\n..\n. end');
  });

  it.each<[number, string]>([
    [451, 'trouble'],
    [421, 'trouble'],
    [550, 'refused'],
    [554, 'refused'],
  ])('that answers %i is %s', async (code, kind) => {
    sink.refuse = () => ({ code, text: 'no' });
    expect((await send(sender())).kind).toBe(kind);
    expect(sink.mails).toEqual([]);
  });

  it('whose relay offers no TLS gets nothing, when TLS is required', async () => {
    expect((await send(sender({ tls: 'required' }))).kind).toBe('trouble');
    expect(sink.mails).toEqual([]);
  });

  it('whose relay is away is in trouble', async () => {
    const gone = await startRawServer(() => undefined);
    await gone.stop();
    expect((await send(sender({ port: gone.port }))).kind).toBe('trouble');
  });

  it('whose relay hangs is given up', async () => {
    const silent = await startRawServer(() => undefined);
    ends.push(() => silent.stop());
    expect((await send(sender({ port: silent.port, timeoutMs: 100 }))).kind).toBe('trouble');
  });

  it('whose relay answers each line slowly is given up', async () => {
    const slow = await startRawServer((socket) => {
      socket.write('220-');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    ends.push(() => slow.stop());
    expect((await send(sender({ port: slow.port, timeoutMs: 150 }))).kind).toBe('trouble');
  });

  it('whose relay speaks nonsense is in trouble', async () => {
    const odd = await startRawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    ends.push(() => odd.stop());
    expect((await send(sender({ port: odd.port }))).kind).toBe('trouble');
  });
});

import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { afterEach, expect, it } from 'vitest';
import { openRelay, type Relay, type RelayOptions } from '../../src/relay/relay.ts';
import {
  type SmtpSink,
  startHangUpServer,
  startSilentServer,
  startSmtpSink,
  startTricklingServer,
} from '../helpers/relay-sink.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function sinkOf(options: Parameters<typeof startSmtpSink>[0] = {}): Promise<SmtpSink> {
  const sink = await startSmtpSink(options);
  ends.push(() => sink.stop());
  return sink;
}

function relayTo(port: number, changes: Partial<RelayOptions> = {}): Relay {
  const relay = openRelay({
    host: '127.0.0.1',
    port,
    tls: 'required',
    login: null,
    dkim: null,
    name: 'postern.test',
    maxConnections: 2,
    timeoutMs: 2_000,
    ...changes,
  });
  ends.push(() => relay.close());
  return relay;
}

const raw = Buffer.from(
  'From: support@postern.test\r\nTo: ada@example.com\r\nSubject: Hi\r\nMessage-ID: <notice.1@postern.test>\r\n\r\n..Hello\r\n',
);
const mail = { from: '', to: 'ada@example.com', raw };

it('hands over the octets as they are, with the null sender, over TLS', async () => {
  const sink = await sinkOf();
  expect(await relayTo(sink.port, { ca: sink.ca }).send(mail)).toEqual({ kind: 'delivered' });
  expect(sink.mails).toEqual([{ from: '', to: ['ada@example.com'], raw, secure: true, user: null }]);
});

it('keeps a bounce address as envelope sender', async () => {
  const sink = await sinkOf();
  await relayTo(sink.port, { ca: sink.ca }).send({ ...mail, from: 'bounce+x1@postern.test' });
  expect(sink.mails[0]?.from).toBe('bounce+x1@postern.test');
});

it('uses a connection for several mails', async () => {
  const sink = await sinkOf();
  const relay = relayTo(sink.port, { ca: sink.ca });
  const answers = await Promise.all(Array.from({ length: 20 }, () => relay.send(mail)));
  expect(answers.every(({ kind }) => kind === 'delivered')).toBe(true);
  expect(sink.mails).toHaveLength(20);
});

it('sends nothing in clear to a relay without TLS, or with a certificate that nobody vouches for', async () => {
  const plain = await sinkOf({ tls: false });
  expect(await relayTo(plain.port).send(mail)).toMatchObject({ kind: 'trouble' });
  const unknown = await sinkOf();
  expect(await relayTo(unknown.port).send(mail)).toMatchObject({ kind: 'trouble' });
  expect([...plain.mails, ...unknown.mails]).toEqual([]);
});

it('speaks plaintext when it is told to', async () => {
  const sink = await sinkOf({ tls: false });
  expect(await relayTo(sink.port, { tls: 'none' }).send(mail)).toEqual({ kind: 'delivered' });
  expect(sink.mails[0]?.secure).toBe(false);
});

it('logs in, and a wrong password is trouble of the relay, not of the mail', async () => {
  const login = { user: 'postern', password: 'made for this test' };
  const sink = await sinkOf({ login });
  expect(await relayTo(sink.port, { ca: sink.ca, login }).send(mail)).toEqual({ kind: 'delivered' });
  expect(sink.mails[0]?.user).toBe('postern');
  const wrong = await relayTo(sink.port, { ca: sink.ca, login: { ...login, password: 'wrong one' } }).send(mail);
  expect(wrong).toMatchObject({ kind: 'trouble' });
  expect(JSON.stringify(wrong)).not.toContain('wrong one');
});

it.each([
  ['rcpt', 550, 'refused'],
  ['data', 554, 'refused'],
  ['rcpt', 450, 'trouble'],
  ['data', 451, 'trouble'],
] as const)('a %s answered %i is %s', async (at, code, kind) => {
  const sink = await sinkOf();
  sink.refuse({ at, code, text: 'not\r\nnow' });
  const answer = await relayTo(sink.port, { ca: sink.ca }).send(mail);
  expect(answer.kind).toBe(kind);
  expect('cause' in answer && answer.cause).toMatch(/^[^\r\n]+$/);
});

it('a relay that is away or silent is trouble', async () => {
  const silent = await startSilentServer();
  ends.push(() => silent.stop());
  expect(await relayTo(silent.port, { timeoutMs: 100 }).send(mail)).toMatchObject({ kind: 'trouble' });
  const gone = await startSilentServer();
  await gone.stop();
  expect(await relayTo(gone.port).send(mail)).toMatchObject({ kind: 'trouble' });
});

it('ends the connections of a relay that trickles for ever, so that none is lost to the pool', async () => {
  const trickling = await startTricklingServer(20);
  ends.push(() => trickling.stop());
  const relay = relayTo(trickling.port, { tls: 'none', timeoutMs: 100, maxConnections: 1 });
  // The second one waits for the connection of the first, and ends in time all the same.
  const answers = await Promise.all([relay.send(mail), relay.send(mail)]);
  expect(answers).toMatchObject([{ kind: 'trouble' }, { kind: 'trouble' }]);
  await expect.poll(() => trickling.open()).toBe(0);
});

it('sends a mail once for each attempt, even when the relay hangs up before it answers', async () => {
  const relay = await startHangUpServer();
  ends.push(() => relay.stop());
  expect(await relayTo(relay.port, { tls: 'none' }).send(mail)).toMatchObject({ kind: 'trouble' });
  expect(relay.taken()).toBe(1);
});

it('signs with DKIM when there is a key', async () => {
  const { generateKeyPairSync } = await import('node:crypto');
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const sink = await sinkOf();
  const dkim = {
    domain: 'postern.test',
    selector: 'p1',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  await relayTo(sink.port, { ca: sink.ca, dkim }).send(mail);
  const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
  const { results } = await dkimVerify(sink.mails[0]?.raw ?? Buffer.alloc(0), {
    resolver: (name: string) =>
      name === 'p1._domainkey.postern.test' ? Promise.resolve([[record]]) : Promise.reject(new Error('NXDOMAIN')),
  });
  expect(results.map(({ signingDomain, status }) => `${signingDomain} ${status.result}`)).toEqual([
    'postern.test pass',
  ]);
});

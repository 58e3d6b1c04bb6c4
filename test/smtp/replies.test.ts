/** Whatever a client sends, each line it gets back stands in the table of replies. */
import { array, assert, asyncProperty, constantFrom, oneof, string } from 'fast-check';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { greeting, hello, listenerReplies, takenReply } from '../../src/verdict/reply.ts';
import type { Reply } from '../../src/verdict/verdict.ts';
import { connectRaw, openSession } from '../helpers/raw-smtp-client.ts';
import { type Fixture, startListener } from './fixture.ts';

const hostName = 'mx.postern.test';

function lineOf({ code, enhanced, text }: Reply): string {
  return [code, enhanced, text].filter((part) => part !== '').join(' ');
}

const table = new Set(
  [...Object.values(listenerReplies), takenReply, greeting(hostName), hello(hostName)].map((reply) => lineOf(reply)),
);
const extensions =
  /^250[- ](?:mx\.postern\.test|PIPELINING|8BITMIME|SMTPUTF8|ENHANCEDSTATUSCODES|STARTTLS|XCLIENT NAME ADDR PORT|SIZE \d+)$/;

let fixture: Fixture;
beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: hostName }]);
  fixture = await startListener({
    certificate: { certificate: cert, key },
    xclientNetworks: ['127.0.0.1'],
    unlimitedNetworks: ['127.0.0.0/8'],
    bounds: { greetingDelayMs: 0, idleMs: 2_000 },
  });
});
afterAll(() => fixture.listener.close(0));

const words = constantFrom(
  'EHLO client.example\r\n',
  'HELO x\r\n',
  'MAIL FROM:<ada@example.com>\r\n',
  'MAIL FROM:<> SIZE=99999999999\r\n',
  'MAIL FROM:<ä@ö> SMTPUTF8\r\n',
  'RCPT TO:<support@postern.test>\r\n',
  'RCPT TO:<nobody@postern.test>\r\n',
  'DATA\r\n',
  '.\r\n',
  '..\r\n',
  '\r\n.\r\n',
  'RSET\r\n',
  'NOOP\r\n',
  'HELP me\r\n',
  'VRFY x\r\n',
  'XCLIENT ADDR=192.0.2.1\r\n',
  'XCLIENT LOGIN=root NAME=x\r\n',
  'XCLIENT ADDR=2001:db8::1 PORT=-1\r\n',
  'XFORWARD ADDR=192.0.2.1\r\n',
  'AUTH LOGIN\r\n',
  'WIZ x\r\n',
  'SHELL\r\n',
  'LHLO x\r\n',
  'STARTTLS x\r\n',
  'BDAT 1 LAST\r\n',
  '\n',
  '\r',
  '\0',
);

it('no sequence of commands and noise draws a line that is not in the table', async () => {
  await assert(
    asyncProperty(
      array(oneof({ weight: 9, arbitrary: words }, { weight: 1, arbitrary: string() }), { maxLength: 30 }),
      async (parts) => {
        const client = await connectRaw({ port: fixture.port });
        const first = await client.reply();
        await client.send(parts.join(''));
        client.end();
        const said = [first, ...(await client.untilClosed())].flatMap((reply) => reply.lines);
        expect(said.filter((line) => !table.has(line) && !extensions.test(line))).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
  const after = await openSession({ port: fixture.port });
  expect((await after.command('NOOP')).code).toBe(250);
  after.destroy();
});

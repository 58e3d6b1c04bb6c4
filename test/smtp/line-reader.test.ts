import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../src/smtp/line-reader.ts';

/** Runs a reader over the chunks; `DATA` switches to data. The log shows what it saw, in order. */
async function run(chunks: readonly Buffer[], lineBytes = 100): Promise<readonly string[]> {
  const log: string[] = [];
  let content = '';
  const reader = new LineReader(lineBytes, {
    command(line, next) {
      log.push(`command ${line.toString('latin1')}`);
      if (line.toString() === 'DATA') {
        content = '';
        reader.readData({
          take: (chunk) => {
            content += chunk.toString('latin1');
            return Promise.resolve();
          },
          end: () => {
            log.push(`mail ${JSON.stringify(content)}`);
            return Promise.resolve();
          },
        });
      }
      setImmediate(next);
    },
    fault(fault) {
      log.push(`fault ${fault}`);
      reader.isClosed = true;
    },
    finish: () => log.push('finish'),
  });
  for (const chunk of chunks) reader.write(chunk);
  reader.end();
  await once(reader, 'finish');
  return log;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('reading a client', () => {
  it('sees the same commands and mails wherever chunks end', async () => {
    const data = bytes('NOOP\r\nDATA\r\n..x\r\n.\r\nRSET\r\nDATA\r\n.\r\nQUIT\r\n');
    const expected = ['command NOOP', 'command DATA', 'mail ".x\\r\\n"', 'command RSET', 'command DATA', 'mail ""'];
    expect(await run([data])).toEqual([...expected, 'command QUIT', 'finish']);
    for (let cut = 1; cut < data.length; cut += 1) {
      expect(await run([data.subarray(0, cut), data.subarray(cut)])).toEqual([...expected, 'command QUIT', 'finish']);
    }
  });

  it.each([
    ['bare-lf', 'NOOP\nRSET\r\n'],
    ['bare-lf', '\n'],
    ['bare-cr', 'NOOP\rRSET\r\n'],
    ['bare-cr', 'NOOP\r\r\nRSET\r\n'],
    ['bare-cr', 'NOOP\rRSET\n'],
    ['bare-cr', 'NOOP\rRSET'],
    ['nul', 'NO\0OP\r\nRSET\r\n'],
    ['nul', 'NO\0OP'],
    ['too-long', `${'x'.repeat(99)}\r\nRSET\r\n`],
    ['too-long', 'x'.repeat(101)],
  ])('stops at %s in %j', async (fault, data) => {
    expect(await run([bytes(data)])).toEqual([`fault ${fault}`, 'finish']);
    expect(await run([...bytes(data)].map((octet) => Buffer.from([octet])))).toEqual([`fault ${fault}`, 'finish']);
  });

  it('runs no half line when the client hangs up', async () => {
    expect(await run([bytes('NOOP\r\nQUIT')])).toEqual(['command NOOP', 'finish']);
    expect(await run([bytes('NOOP\r\nQUIT\r')])).toEqual(['command NOOP', 'finish']);
  });

  it('forgets a mail whose end did not come', async () => {
    expect(await run([bytes('DATA\r\nx\r\n.')])).toEqual(['command DATA', 'finish']);
  });

  it('takes a line of exactly the allowed length', async () => {
    const line = 'x'.repeat(98);
    expect(await run([bytes(`${line}\r\n`)])).toEqual([`command ${line}`, 'finish']);
  });
});

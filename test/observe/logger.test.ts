import { expect, it } from 'vitest';
import { createLogger, type LogLevel } from '../../src/observe/logger.ts';

/** A logger and the lines that it wrote. */
function logging(level: LogLevel = 'info') {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  return { logger: createLogger({ level, role: 'smtp', destination }), lines };
}

it('writes one JSON object a line, with level, role and time', () => {
  const { logger, lines } = logging();
  logger.info({ jobId: 'a-0' }, 'two\nlines');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toContain('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', role: 'smtp', jobId: 'a-0', msg: 'two\nlines' });
  expect(JSON.parse(lines[0] ?? '').time).toMatch(/^\d{4}-\d\d-\d\dT/);
});

it('leaves out what is less severe than its level', () => {
  const { logger, lines } = logging('warn');
  logger.info('no');
  logger.warn('yes');
  expect(lines).toHaveLength(1);
});

it('hides secrets by name, down to two levels', () => {
  const { logger, lines } = logging();
  logger.info({ password: 'hunter2', s3: { secretAccessKey: 'hunter2', deep: { token: 'hunter2' } } }, 'x');
  expect(lines[0]).not.toContain('hunter2');
  expect(lines[0]).toContain('[redacted]');
});

it('writes of an error only what it says, not what hangs on it', () => {
  const { logger, lines } = logging();
  const cause = Object.assign(new Error('inner'), { command: { name: 'SET', args: ['body of a mail'] } });
  const error = Object.assign(new Error('outer', { cause }), { code: 'ECONNRESET', command: { args: ['hunter2'] } });
  logger.error({ error }, 'failed');
  const line = JSON.parse(lines[0] ?? '');
  expect(line.error).toMatchObject({
    name: 'Error',
    message: 'outer',
    code: 'ECONNRESET',
    cause: { message: 'inner' },
  });
  expect(lines[0]).not.toContain('hunter2');
  expect(lines[0]).not.toContain('body of a mail');
});

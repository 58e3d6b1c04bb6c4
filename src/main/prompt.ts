/** Questions to whoever sits at the terminal; what is hidden is not echoed. Answers may also come by a pipe. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CliError, exitCodes } from '../cli/cli-error.ts';

export type Ask = (question: string, kind: 'shown' | 'hidden') => Promise<string>;

/** One reader for all questions of a process: what a pipe has sent ahead answers the next one. */
export function asking(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Ask {
  let isHidden = false;
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (!isHidden) output.write(chunk);
      done();
    },
  });
  let lines: AsyncIterator<string> | null = null;
  let reader: ReturnType<typeof createInterface> | null = null;
  return async (question, kind) => {
    if (reader === null || lines === null) {
      reader = createInterface({ input, output: echo, terminal: input.isTTY ?? false, historySize: 0 });
      lines = reader[Symbol.asyncIterator]();
    }
    output.write(question);
    isHidden = kind === 'hidden';
    input.resume();
    const line = await lines.next();
    input.pause(); // an open question keeps the process, a finished command must end
    if (isHidden && input.isTTY) output.write('\n');
    isHidden = false;
    if (line.done === true) throw new CliError(exitCodes.noInput, 'no answer: the input has ended');
    return line.value;
  };
}

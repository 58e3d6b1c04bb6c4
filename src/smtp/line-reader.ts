/**
 * Reads a client's octets: command lines, and between them the data of mails.
 *
 * A command line ends in CR LF and holds no other CR, LF nor NUL; anything else is a fault after which the two sides may
 * disagree on where commands begin, so the session ends there. While a command or a mail is being dealt with nothing
 * further is read, which keeps replies in order and gives back-pressure.
 */
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { createDotReader, type DotReader } from './dot-reader.ts';

export type LineFault = 'bare-lf' | 'bare-cr' | 'nul' | 'too-long';

/** Where the data of one mail goes. Neither function rejects. */
export type DataSink = {
  take(content: Buffer): Promise<void>;
  /** The true end of data was read; resolves when the mail has been answered. */
  end(): Promise<void>;
};

export type LineReaderEvents = {
  /** One line without its CR LF; `next` lets the reader go on. */
  command(line: Buffer, next: () => void): void;
  fault(fault: LineFault): void;
  /** The client sends no more, and all it sent has been dealt with. */
  finish(): void;
};

const none = Buffer.alloc(0);
const linesBeforeYield = 100;

export class LineReader extends SMTPStream {
  /** Octets that were already waiting behind the command now being dealt with. */
  behind = 0;
  readonly #lineBytes: number;
  readonly #events: LineReaderEvents;
  #unfinished: Buffer = none;
  #data: { readonly reader: DotReader; readonly sink: DataSink } | null = null;

  constructor(lineBytes: number, events: LineReaderEvents) {
    super();
    this.#lineBytes = lineBytes;
    this.#events = events;
  }

  /** From the next octet on, everything up to the end of data belongs to a mail. */
  readData(sink: DataSink): void {
    this.#data = { reader: createDotReader(), sink };
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding | 'buffer', next: (error?: Error | null) => void): void {
    this.#consume(chunk).then(
      () => next(),
      (error: unknown) => next(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** A line without its end is not a command: the base class would run it when the client hangs up. */
  override _flushData(): void {
    this.#events.finish();
  }

  async #consume(chunk: Buffer): Promise<void> {
    let rest = chunk;
    for (let lines = 1; rest.length > 0 && !this.isClosed; lines += 1) {
      rest = this.#data === null ? await this.#readLine(rest) : await this.#readContent(rest, this.#data);
      if (lines % linesBeforeYield === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #readContent(chunk: Buffer, data: { reader: DotReader; sink: DataSink }): Promise<Buffer> {
    const reading = data.reader.push(chunk);
    if (reading.content.length > 0) await data.sink.take(reading.content);
    if (!reading.ended) return none;
    this.#data = null;
    if (!this.isClosed) await data.sink.end();
    return reading.rest;
  }

  async #readLine(chunk: Buffer): Promise<Buffer> {
    const end = chunk.indexOf(0x0a) + 1;
    const part = end === 0 ? chunk : chunk.subarray(0, end);
    const line = this.#unfinished.length === 0 ? part : Buffer.concat([this.#unfinished, part]);
    const rest = end === 0 ? none : chunk.subarray(end);
    const fault = faultOf(line, end > 0, this.#lineBytes);
    if (fault !== null) {
      this.#events.fault(fault);
      return none;
    }
    if (end === 0) {
      this.#unfinished = line;
      return none;
    }
    this.#unfinished = none;
    this.behind = rest.length;
    await new Promise<void>((resolve) => this.#events.command(line.subarray(0, -2), resolve));
    return rest;
  }
}

function faultOf(line: Buffer, complete: boolean, lineBytes: number): LineFault | null {
  if (line.length > lineBytes) return 'too-long';
  if (line.includes(0)) return 'nul';
  const firstCr = line.indexOf(0x0d);
  if (complete && line.at(-2) !== 0x0d) return firstCr < 0 ? 'bare-lf' : 'bare-cr';
  const allowedCr = complete ? line.length - 2 : line.length - 1;
  return firstCr >= 0 && firstCr < allowedCr ? 'bare-cr' : null;
}

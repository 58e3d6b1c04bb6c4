/**
 * The raw header block (RFC 5322 §2.2), split exactly as the authentication library splits it: what it counts as a
 * From field is counted here too. R-FORM refuses what two readers would read differently; harmless old forms pass.
 *
 * A first line `From somebody Mon Jan …` is the separator line of an mbox file (RFC 4155), not a field and no fault.
 */
import { isUtf8 } from 'node:buffer';
import { foldAscii } from '../address/mailbox.ts';
import type { FormFault, HeaderField, ReadLimits } from './message.ts';

/** The header block of a mail as it was found at the start of its octets. */
export type HeaderBlock = {
  /** The octets up to and with the empty line, or up to the limit. */
  readonly bytes: Buffer;
  /** False when the limit came before the end of the block. */
  readonly complete: boolean;
};

export type HeaderScan = {
  readonly fields: readonly HeaderField[];
  readonly faults: readonly FormFault[];
};

/** Fields that may stand only once (RFC 5322 §3.6, RFC 2045 §3). From is counted on its own: not even twins of it pass. */
const singletons: ReadonlySet<string> = new Set([
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
  'date',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]);

/** More lines than any mailer writes; readers that join a field line by line need quadratic time. */
const maxFieldLines = 2_000;
const maxHeaderLines = 20_000;

const LF = 0x0a;
const CR = 0x0d;

/** Collects the header block while the octets arrive. */
export type HeaderCollector = {
  /** Takes the next octets; true when the block is complete or over the limit and no more are needed. */
  push(chunk: Buffer): boolean;
  /** The block; all octets seen when the mail ended without an empty line. */
  block(): HeaderBlock;
};

export function createHeaderCollector(maxBytes: number): HeaderCollector {
  let seen: Buffer = Buffer.alloc(0);
  let end = -1;

  function push(chunk: Buffer): boolean {
    if (end >= 0 || seen.length > maxBytes) return true;
    const from = Math.max(0, seen.length - 3);
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    end = endOfHeader(seen, from);
    return end >= 0 || seen.length > maxBytes;
  }

  function block(): HeaderBlock {
    const length = end < 0 ? seen.length : end;
    return length > maxBytes
      ? { bytes: seen.subarray(0, maxBytes), complete: false }
      : { bytes: seen.subarray(0, length), complete: true };
  }

  return { push, block };
}

/** Splits a header block into its fields and names what R-FORM refuses about them; From's value is `author.ts`. */
export function scanHeader(block: HeaderBlock, limits: ReadLimits): HeaderScan {
  const { rows, strayLine } = rowsOf(block.bytes);
  const fields: HeaderField[] = [];
  const faults: FormFault[] = [];
  let longest = 0;
  let lines = 0;
  for (const row of rows) {
    longest = Math.max(longest, row.lines);
    lines += row.lines;
    if (fields.length < limits.headerFields) fields.push(fieldOf(block.bytes, row));
  }
  if (!block.complete) faults.push(tooLarge(`the header block is larger than ${limits.headerBytes} octets`));
  if (rows.length > limits.headerFields) faults.push(tooLarge(`more than ${limits.headerFields} header fields`));
  if (lines > maxHeaderLines) faults.push(tooLarge(`a header block of ${lines} lines`));
  if (longest > maxFieldLines) faults.push(tooLarge(`a header field of ${longest} lines`));
  if (strayLine !== null) faults.push(strayLine);
  faults.push(...fromFieldFaults(fields), ...duplicateFaults(fields));
  return { fields, faults };
}

/** A field between two offsets of the block, without its final line end. */
type Row = { readonly start: number; readonly end: number; readonly lines: number };

/** RFC 5322 §3.6.8 and §4.5: printable ASCII except the colon, then white space or a fold before the colon. */
const fieldStart = /^[\x21-\x39\x3b-\x7e]+[ \t\r\n]*:/;
const mboxSeparator = /^From \S+ .*\d\d:\d\d.*\d{4}/;

function rowsOf(bytes: Buffer): { rows: readonly Row[]; strayLine: FormFault | null } {
  const text = bytes.toString('latin1', 0, lengthWithoutLineEnds(bytes));
  if (text === '') return { rows: [], strayLine: null };
  const lines = linesOf(text);
  const starts = startsOfFields(text, lines);
  const rows: { start: number; end: number; lines: number }[] = [];
  let strayLine: FormFault | null = null;
  for (const [index, line] of lines.entries()) {
    const current = rows.at(-1);
    if (starts[index] === true) rows.push({ start: line.start, end: line.end, lines: 1 });
    else if (current === undefined) strayLine ??= strayFirstLine(text, line, index);
    else {
      // A line that is no field belongs to the field above it, whatever it looks like: that is how it is signed.
      current.end = line.end;
      current.lines += 1;
      strayLine ??= strayContinuation(text, line, current);
    }
  }
  return { rows, strayLine };
}

/** Not by `/[\r\n]+$/`: on a long run of CR inside the block that takes quadratic time. */
function lengthWithoutLineEnds(bytes: Buffer): number {
  let length = bytes.length;
  while (length > 0 && (bytes[length - 1] === LF || bytes[length - 1] === CR)) length -= 1;
  return length;
}

type Line = { readonly start: number; readonly end: number };

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start)) {
    lines.push({ start, end: at > start && text[at - 1] === '\r' ? at - 1 : at });
    start = at + 1;
  }
  lines.push({ start, end: text.length });
  return lines;
}

/** For each line whether it opens a field; a name may be folded before its colon, so the line after counts too. */
function startsOfFields(text: string, lines: readonly Line[]): readonly boolean[] {
  const starts: boolean[] = Array.from({ length: lines.length }, () => false);
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index];
    if (line === undefined) continue;
    const next = starts[index + 1] === true ? undefined : lines[index + 1];
    starts[index] = fieldStart.test(text.slice(line.start, next?.end ?? line.end));
  }
  return starts;
}

function strayFirstLine(text: string, line: Line, index: number): FormFault | null {
  if (index === 0 && mboxSeparator.test(text.slice(line.start, Math.min(line.end, line.start + 200)))) return null;
  const words = text.slice(line.start, Math.min(line.end, line.start + 80));
  return { code: 'header-syntax', detail: `the header begins with a line that is no field: ${printable(words)}` };
}

function strayContinuation(text: string, line: Line, field: { readonly start: number }): FormFault | null {
  const first = text[line.start];
  if (line.end === line.start || first === ' ' || first === '\t') return null;
  const words = text.slice(line.start, Math.min(line.end, line.start + 80));
  // The colon of a name that was folded without white space; the name itself is judged by `fromFieldFaults`.
  if (words.startsWith(':') && !text.slice(field.start, line.start).includes(':')) return null;
  return { code: 'header-syntax', detail: `a header line is neither field nor continuation: ${printable(words)}` };
}

function fieldOf(bytes: Buffer, row: Row): HeaderField {
  const raw = bytes.subarray(row.start, row.end);
  const colon = raw.indexOf(0x3a);
  const name = foldAscii(raw.toString('latin1', 0, colon).replace(/\r?\n/g, '')).replace(/^[ \t]+|[ \t]+$/g, '');
  return {
    name,
    value: decoded(raw.subarray(colon + 1))
      .replace(/\r?\n/g, '')
      .trim(),
    raw,
  };
}

function decoded(octets: Buffer): string {
  return octets.toString(isUtf8(octets) ? 'utf8' : 'latin1');
}

function fromFieldFaults(fields: readonly HeaderField[]): readonly FormFault[] {
  const from = fields.filter((field) => field.name === 'from');
  if (from.length === 0) return [{ code: 'no-from', detail: 'no From field' }];
  const faults: FormFault[] = [];
  if (from.length > 1) faults.push({ code: 'several-from-fields', detail: `${from.length} From fields` });
  // RFC 5322 §4.5.8 allows it, but readers disagree whether `From :` is a From.
  if (from.some((field) => field.raw[4] !== 0x3a)) {
    faults.push({ code: 'field-name-space', detail: 'white space or a fold between From and its colon' });
  }
  return faults;
}

function duplicateFaults(fields: readonly HeaderField[]): readonly FormFault[] {
  const first = new Map<string, HeaderField>();
  const differing = new Set<string>();
  for (const field of fields) {
    if (!singletons.has(field.name)) continue;
    const earlier = first.get(field.name);
    if (earlier === undefined) first.set(field.name, field);
    else if (!earlier.raw.equals(field.raw)) differing.add(field.name);
  }
  return [...differing].map((name) => ({ code: 'duplicate-singleton', detail: `differing ${name} fields` }));
}

function tooLarge(detail: string): FormFault {
  return { code: 'header-too-large', detail };
}

/** One line without control characters, for a detail that quotes the mail. */
function printable(text: string): string {
  return JSON.stringify(text.replace(/\p{C}/gu, '?'));
}

/** The offset just past the empty line that ends the header, -1 when it is not there yet (RFC 5322 §2.1). */
function endOfHeader(bytes: Buffer, from: number): number {
  if (bytes[0] === LF) return 1;
  if (bytes[0] === CR && bytes[1] === LF) return 2;
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

/**
 * Line endings of data on the wire: CRLF only (RFC 5321 §2.3.8). A bare CR, a bare LF or a NUL is what SMTP smuggling
 * and header tricks are made of, so R-FORM refuses them. The scanner sees the octets as they stream by.
 */
import type { FormFault } from './message.ts';

export type LineEndingScanner = {
  /** Looks at the next octets; keeps nothing of them. */
  push(chunk: Buffer): void;
  /** A CR without LF was seen for sure. */
  hasBareCr(): boolean;
  /** What was found so far; a CR that ended the last chunk counts as bare. At most one fault of each kind. */
  faults(): readonly FormFault[];
};

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;

export function createLineEndingScanner(): LineEndingScanner {
  /** Offset in the whole data of the first octet of each kind, -1 while there is none. */
  const first = { cr: -1, lf: -1, nul: -1 };
  let offset = 0;
  let endedWithCr = false;

  function push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (first.nul < 0) first.nul = positionOf(chunk, NUL, offset);
    if (endedWithCr && chunk[0] !== LF && first.cr < 0) first.cr = offset - 1;
    if (first.lf < 0) first.lf = bareLf(chunk, endedWithCr, offset);
    if (first.cr < 0) first.cr = bareCr(chunk, offset);
    endedWithCr = chunk[chunk.length - 1] === CR;
    offset += chunk.length;
  }

  function faults(): readonly FormFault[] {
    const cr = first.cr < 0 && endedWithCr ? offset - 1 : first.cr;
    const found: FormFault[] = [];
    if (cr >= 0) found.push({ code: 'bare-cr', detail: `CR without LF at octet ${cr}` });
    if (first.lf >= 0) found.push({ code: 'bare-lf', detail: `LF without CR at octet ${first.lf}` });
    if (first.nul >= 0) found.push({ code: 'nul', detail: `NUL at octet ${first.nul}` });
    return found;
  }

  return { push, hasBareCr: () => first.cr >= 0, faults };
}

/** The line-ending faults of octets that are all at hand. */
export function lineEndingFaults(bytes: Buffer): readonly FormFault[] {
  const scanner = createLineEndingScanner();
  scanner.push(bytes);
  return scanner.faults();
}

/**
 * A mail file as Unix tools keep it has no CRLF at all: its LF become CRLF. As soon as one CRLF is there the octets
 * stay as they are, so that mixed endings are judged and not repaired.
 */
export function convertLfToCrlf(bytes: Buffer): Buffer {
  if (bytes.includes('\r\n') || !bytes.includes(LF)) return bytes;
  const lines = countOf(bytes, LF);
  const converted = Buffer.allocUnsafe(bytes.length + lines);
  let from = 0;
  let to = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, from)) {
    to += bytes.copy(converted, to, from, at);
    converted[to++] = CR;
    converted[to++] = LF;
    from = at + 1;
  }
  bytes.copy(converted, to, from);
  return converted;
}

function positionOf(chunk: Buffer, octet: number, offset: number): number {
  const at = chunk.indexOf(octet);
  return at < 0 ? -1 : offset + at;
}

/** The last octet of the chunk is left to the next one: its partner may still come. */
function bareCr(chunk: Buffer, offset: number): number {
  for (let at = chunk.indexOf(CR); at >= 0 && at + 1 < chunk.length; at = chunk.indexOf(CR, at + 1)) {
    if (chunk[at + 1] !== LF) return offset + at;
  }
  return -1;
}

function bareLf(chunk: Buffer, afterCr: boolean, offset: number): number {
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) {
    const partnered = at === 0 ? afterCr : chunk[at - 1] === CR;
    if (!partnered) return offset + at;
  }
  return -1;
}

function countOf(bytes: Buffer, octet: number): number {
  let count = 0;
  for (let at = bytes.indexOf(octet); at >= 0; at = bytes.indexOf(octet, at + 1)) count += 1;
  return count;
}

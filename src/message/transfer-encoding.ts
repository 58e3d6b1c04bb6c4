/**
 * Transfer decoding (RFC 2045 §6) in pieces and in linear time. The library's quoted-printable decoder holds the whole
 * part in memory and needs quadratic time for long runs of white space.
 */
export type TransferDecoder = {
  /** The octets that can be told by now. */
  push(encoded: Buffer): Buffer;
  /** The rest. */
  end(): Buffer;
};

/** `encoding` in lower case; an unknown one is taken as it is, like `7bit`, `8bit` and `binary`. */
export function createTransferDecoder(encoding: string): TransferDecoder {
  if (encoding === 'base64') return createBase64Decoder();
  if (encoding === 'quoted-printable') return createQuotedPrintableDecoder();
  return { push: (octets) => octets, end: () => nothing };
}

const nothing = Buffer.alloc(0);

/** RFC 2045 §6.8: characters outside of the alphabet are skipped; padding ends a run, and another may follow. */
function createBase64Decoder(): TransferDecoder {
  let pending = '';

  function push(encoded: Buffer): Buffer {
    const text = pending + encoded.toString('latin1').replace(/[^a-zA-Z0-9+/=]+/g, '');
    const runStart = text.lastIndexOf('=') + 1;
    const wholeEnd = runStart + Math.floor((text.length - runStart) / 4) * 4;
    pending = text.slice(wholeEnd);
    return decodeRuns(text.slice(0, wholeEnd));
  }

  return { push, end: () => decodeRuns(pending) };
}

function decodeRuns(text: string): Buffer {
  if (text === '') return nothing;
  const padding = text.indexOf('=');
  if (padding < 0 || /^=+$/.test(text.slice(padding))) return Buffer.from(text, 'base64');
  return Buffer.concat(text.split(/=+/).map((run) => Buffer.from(run, 'base64')));
}

/** Longest line that is waited for; past it white space no longer counts as the end of a line. */
const maxPendingLine = 64 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const EQUALS = 0x3d;

/** RFC 2045 §6.7: works off whole lines and keeps the one that is not finished. */
function createQuotedPrintableDecoder(): TransferDecoder {
  let pending: Buffer = nothing;

  function push(encoded: Buffer): Buffer {
    const octets = pending.length === 0 ? encoded : Buffer.concat([pending, encoded]);
    const end = decodableEnd(octets);
    pending = octets.subarray(end);
    return decodeLines(octets.subarray(0, end));
  }

  return { push, end: () => decodeLines(pending) };
}

function decodableEnd(octets: Buffer): number {
  const end = octets.lastIndexOf(LF) + 1;
  if (octets.length - end <= maxPendingLine) return end;
  const escape = octets.indexOf(EQUALS, octets.length - 2);
  return escape < 0 ? octets.length : escape;
}

function decodeLines(octets: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(octets.length);
  let to = 0;
  for (let start = 0; start < octets.length; ) {
    const newline = octets.indexOf(LF, start);
    const next = newline < 0 ? octets.length : newline + 1;
    const contentEnd = endOfContent(octets, start, newline < 0 ? next : newline);
    const isSoft = contentEnd > start && octets[contentEnd - 1] === EQUALS;
    to = decodeEscapes(octets, start, isSoft ? contentEnd - 1 : contentEnd, decoded, to);
    if (!isSoft && newline >= 0) {
      if (newline > start && octets[newline - 1] === CR) decoded[to++] = CR;
      decoded[to++] = LF;
    }
    start = next;
  }
  return decoded.subarray(0, to);
}

/** White space at the end of a line was added on the way (rule 3). */
function endOfContent(octets: Buffer, start: number, lineEnd: number): number {
  let end = lineEnd;
  if (end > start && octets[end - 1] === CR) end -= 1;
  while (end > start && (octets[end - 1] === SPACE || octets[end - 1] === TAB)) end -= 1;
  return end;
}

/** Decodes `=41`; an `=` that escapes nothing stays. Returns the new length of `into`. */
function decodeEscapes(octets: Buffer, from: number, end: number, into: Buffer, length: number): number {
  let to = length;
  for (let at = from; at < end; at += 1) {
    const octet = octets[at] ?? 0;
    const high = octet === EQUALS && at + 2 < end ? hexDigit(octets[at + 1] ?? 0) : -1;
    const low = high < 0 ? -1 : hexDigit(octets[at + 2] ?? 0);
    if (low < 0) into[to++] = octet;
    else {
      into[to++] = high * 16 + low;
      at += 2;
    }
  }
  return to;
}

function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

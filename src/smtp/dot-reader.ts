/**
 * Reads the octets after DATA (RFC 5321 §4.5.2): takes the stuffed dots out and finds the end of data, which is
 * CR LF . CR LF (or . CR LF at the very beginning) and nothing else. Every other mixture of CR, LF and dot is content,
 * kept so that whoever scans the content for bare CR and LF still sees it.
 *
 * States: at the start of a line; after a dot there; after a dot and CR there; in a line; after a CR in a line.
 * The state is all that is kept between chunks, so chunk boundaries cannot change the outcome.
 */
type State = 'line-start' | 'dot' | 'dot-cr' | 'text' | 'cr';

export type DotReading =
  | { readonly ended: false; readonly content: Buffer }
  /** `rest` is what follows the end of data: commands. */
  | { readonly ended: true; readonly content: Buffer; readonly rest: Buffer };

export type DotReader = { push(chunk: Buffer): DotReading };

const cr = 0x0d;
const lf = 0x0a;
const dot = 0x2e;

/** One reader reads one mail; it is not used again after it has ended. */
export function createDotReader(): DotReader {
  let state: State = 'line-start';
  return {
    push(chunk) {
      // One octet more than the chunk: a CR held back after a dot may turn out to be content.
      const content = Buffer.allocUnsafe(chunk.length + 1);
      let length = 0;
      let at = 0;
      while (at < chunk.length) {
        if (state === 'text') {
          const next = chunk.indexOf(cr, at);
          const end = next < 0 ? chunk.length : next + 1;
          length += chunk.copy(content, length, at, end);
          at = end;
          if (next >= 0) state = 'cr';
          continue;
        }
        const octet = chunk[at] ?? 0;
        if (state === 'dot-cr') {
          if (octet === lf) {
            return { ended: true, content: content.subarray(0, length), rest: chunk.subarray(at + 1) };
          }
          content[length++] = cr;
          state = 'cr'; // the octet is read again as one that follows a CR
          continue;
        }
        at += 1;
        if (state === 'line-start' && octet === dot) {
          state = 'dot'; // the terminator or a stuffed dot: not content either way
        } else if (state === 'dot' && octet === cr) {
          state = 'dot-cr';
        } else {
          content[length++] = octet;
          state = octet === cr ? 'cr' : state === 'cr' && octet === lf ? 'line-start' : 'text';
        }
      }
      return { ended: false, content: content.subarray(0, length) };
    },
  };
}

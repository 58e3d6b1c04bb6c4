/** The argument of MAIL FROM and RCPT TO: a path and its parameters (RFC 5321 §4.1.2, §4.1.1.11). */

export type PathArgument = {
  /** What stands between the angle brackets, as given, without a source route; `''` for the null sender. */
  readonly address: string;
  /** Upper-case keyword -> value, `''` for a keyword without one. */
  readonly parameters: ReadonlyMap<string, string>;
};

const maxPathOctets = 256; // RFC 5321 §4.5.3.1.3, angle brackets included

/** Reads the text after `MAIL FROM:` or `RCPT TO:`; null when it is no path with parameters. */
export function parsePathArgument(text: string): PathArgument | null {
  // Either a run without quotes, or a quoted local part in which `>` and spaces may stand.
  const match = /^ ?<((?:[^<>"\s\p{C}]|"(?:[^"\\\p{C}]|\\[^\p{C}])*")*)>((?: +[^\s\p{C}]+)*) *$/u.exec(text);
  if (match === null) return null;
  const path = match[1] ?? '';
  if (Buffer.byteLength(path) + 2 > maxPathOctets) return null;
  const parameters = parseParameters(match[2] ?? '');
  if (parameters === null) return null;
  // RFC 5321 §4.1.1.3: a source route is accepted and ignored.
  return { address: path.replace(/^@[^\s:,@]+(?:,@[^\s:,@]+)*:/u, ''), parameters };
}

/** `local@domain` by shape alone, so that odd but harmless senders (underscores, address literals) are taken as given. */
export function looksLikeAddress(address: string): boolean {
  return /^(?:[^\s\p{C}"(),:;<>@[\\\]]+|"(?:[^"\\\p{C}]|\\[^\p{C}])*")@(?:[^\s\p{C}"(),:;<>@[\\\]]+|\[[0-9A-Za-z.:-]+\])$/u.test(
    address,
  );
}

function parseParameters(text: string): ReadonlyMap<string, string> | null {
  const parameters = new Map<string, string>();
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const match = /^([0-9A-Za-z][0-9A-Za-z-]*)(?:=([^=]+))?$/u.exec(word);
    const keyword = match?.[1]?.toUpperCase();
    if (keyword === undefined || parameters.has(keyword)) return null;
    parameters.set(keyword, match?.[2] ?? '');
  }
  return parameters;
}

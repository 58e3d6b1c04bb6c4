/**
 * The one mailbox of a From value by a grammar that leaves no room for two readings (RFC 5322 §3.4): either
 * `addr-spec`, or `phrase <addr-spec>`, comments only around them. Quoted pairs, quoted local parts and the old
 * `a@b (Ada)` are fine; so is a comma or a dot in an unquoted name, which real mailers write.
 */
export type AddressSyntaxFault =
  | 'several-mailboxes'
  | 'group'
  | 'route'
  | 'comment-inside'
  | 'encoded-word'
  | 'unbalanced'
  | 'no-address'
  | 'second-address'
  | 'control'
  | 'syntax';

export type SingleMailbox =
  /** `addrSpec` as written, without white space or comments. */
  | { readonly ok: true; readonly addrSpec: string }
  | { readonly ok: false; readonly fault: AddressSyntaxFault; readonly detail: string };

/** A piece of the value: words are runs between white space and specials; `glued` means nothing stood before it. */
type Token = {
  readonly kind: 'word' | 'quoted' | 'comment' | 'angle' | 'special';
  readonly text: string;
  readonly glued: boolean;
};

const encodedWord = /=\?[^?]*\?[bq]\?/i;

/** Reads an unfolded From value. Linear in its length. */
export function readSingleMailbox(value: string): SingleMailbox {
  if (/(?!\t)[\p{Cc}\u2028\u2029]/u.test(value)) return fault('control', 'a control character in From');
  const tokens = tokensOf(value);
  if (tokens === null) return fault('unbalanced', 'an unbalanced quote, comment or angle bracket in From');
  const special = tokens.find((token) => token.kind === 'special' && token.text !== ',');
  if (special?.text === ':' || special?.text === ';') return fault('group', 'a group in From');
  if (special !== undefined) return fault('syntax', `a stray ${special.text} in From`);
  const angles = tokens.filter((token) => token.kind === 'angle');
  if (angles.length > 1) return fault('several-mailboxes', `${angles.length} addresses in From`);
  const [angle] = angles;
  return angle === undefined ? bareAddress(tokens) : namedAddress(tokens, angle);
}

/** `phrase <addr-spec>`. */
function namedAddress(tokens: readonly Token[], angle: Token): SingleMailbox {
  const at = tokens.indexOf(angle);
  const after = tokens.slice(at + 1);
  if (after.some((token) => token.text.includes('@') && token.kind !== 'comment')) {
    return fault('several-mailboxes', 'an address after the address in From');
  }
  if (after.some((token) => token.kind !== 'comment')) return fault('syntax', 'text after the address in From');
  const inner = innerAddress(angle.text);
  if (!inner.ok) return inner;
  const phrase = tokens.slice(0, at).filter((token) => token.kind === 'word');
  // Some readers take the first thing with an @ in it for the address; harmless only where it is the same one.
  const other = phrase.find((token) => token.text.includes('@') && token.text.replace(/,$/, '') !== inner.addrSpec);
  if (other === undefined) return inner;
  const isList = tokens.slice(0, at).some((token) => token.kind === 'special');
  return isList
    ? fault('several-mailboxes', 'several addresses in From')
    : fault('second-address', 'another address in the unquoted display name');
}

/** What stands between `<` and `>`. */
function innerAddress(text: string): SingleMailbox {
  const trimmed = text.trim();
  if (trimmed === '') return fault('no-address', 'an empty address in From');
  // RFC 5322 §4.4 obs-route: `<@a,@b:c@d>`.
  if (/^@|^[^"]*[,:]/.test(trimmed)) return fault('route', 'a route in the From address');
  const tokens = tokensOf(trimmed);
  if (tokens === null) return fault('unbalanced', 'an unbalanced quote or comment in the From address');
  return addrSpecOf(tokens);
}

/** An addr-spec without angle brackets; comments may stand before and after it. */
function bareAddress(tokens: readonly Token[]): SingleMailbox {
  const withAt = tokens.filter((token) => token.kind === 'word' && token.text.includes('@'));
  if (tokens.some((token) => token.kind === 'special')) {
    return fault(withAt.length > 1 ? 'several-mailboxes' : 'syntax', 'a list of addresses in From');
  }
  if (withAt.length === 0) return fault('no-address', 'no address in From');
  const first = tokens.findIndex((token) => token.kind !== 'comment');
  const last = tokens.findLastIndex((token) => token.kind !== 'comment');
  return addrSpecOf(tokens.slice(first, last + 1));
}

/** Exactly one word, or a quoted local part with its domain glued to it. */
function addrSpecOf(tokens: readonly Token[]): SingleMailbox {
  // RFC 5322 §3.4.1 allows comments around the @ and dots; `admin@corp.com(x).evil.org` is what they are used for.
  if (tokens.some((token) => token.kind === 'comment')) {
    return fault('comment-inside', 'a comment inside the From address');
  }
  const [first, second, ...rest] = tokens;
  if (first === undefined || rest.length > 0) return fault('syntax', 'white space inside the From address');
  const isQuotedLocal =
    first.kind === 'quoted' && second?.kind === 'word' && second.glued && second.text.startsWith('@');
  if (second !== undefined && !isQuotedLocal) return fault('syntax', 'white space or quotes inside the From address');
  const addrSpec = first.text + (second?.text ?? '');
  if (encodedWord.test(addrSpec)) return fault('encoded-word', 'an encoded-word as From address');
  if (!addrSpec.includes('@')) return fault('no-address', 'no @ in the From address');
  if ((second ?? first).text.split('@').length !== 2) return fault('second-address', 'two @ in the From address');
  return { ok: true, addrSpec };
}

/** Splits a value into tokens; null when something that was opened is never closed, or closed without being opened. */
function tokensOf(value: string): readonly Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  let glued = false;
  while (at < value.length) {
    const char = value[at] ?? '';
    if (/\s/u.test(char)) {
      glued = false;
      at += 1;
      continue;
    }
    const end = endOfToken(value, at, char);
    if (end < 0) return null;
    tokens.push({ ...tokenOf(char, value.slice(at, end)), glued });
    glued = true;
    at = end;
  }
  return tokens;
}

function tokenOf(char: string, text: string): Pick<Token, 'kind' | 'text'> {
  if (char === '"') return { kind: 'quoted', text };
  if (char === '(') return { kind: 'comment', text };
  if (char === '<') return { kind: 'angle', text: text.slice(1, -1) };
  return { kind: specials.includes(char) ? 'special' : 'word', text };
}

const specials = ',;:\\';

/** The offset just past the token that begins at `at`, -1 when it is unbalanced. */
function endOfToken(value: string, at: number, char: string): number {
  if (char === '"') return endOfQuoted(value, at);
  if (char === '(') return endOfComment(value, at);
  if (char === '<') return endOfAngle(value, at);
  if (char === ')' || char === '>') return -1;
  if (specials.includes(char)) return at + 1;
  let end = at + 1;
  while (end < value.length && !/[\s"(),:;<>\\]/u.test(value[end] ?? '')) end += 1;
  return end;
}

function endOfQuoted(value: string, open: number): number {
  for (let at = open + 1; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === '"') return at + 1;
  }
  return -1;
}

/** Comments nest (RFC 5322 §3.2.2). */
function endOfComment(value: string, open: number): number {
  let depth = 0;
  for (let at = open; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === '(') depth += 1;
    else if (value[at] === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** The `>` that is not inside a quoted local part; a second `<` is never fine. */
function endOfAngle(value: string, open: number): number {
  let at = open + 1;
  while (at < value.length) {
    const char = value[at];
    if (char === '>') return at + 1;
    if (char === '<') return -1;
    if (char === '"') at = endOfQuoted(value, at);
    else if (char === '(') at = endOfComment(value, at);
    else at += 1;
    if (at < 0) return -1;
  }
  return -1;
}

function fault(kind: AddressSyntaxFault, detail: string): SingleMailbox {
  return { ok: false, fault: kind, detail };
}

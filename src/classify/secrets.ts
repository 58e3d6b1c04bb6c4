/**
 * Secrets in a text (P-SECRETS): passwords in prose, private keys, API tokens of well-known shapes, card numbers.
 * Errs towards finding: a word redacted too much can be asked for again, a leaked password cannot be taken back.
 */
import type { SecretKind, SecretSpan } from './classification.ts';
import { enteredPasswords } from './entered-passwords.ts';
import { passwordsInProse } from './prose-passwords.ts';
import { shapedSecrets } from './secret-shapes.ts';

const replacement: Readonly<Record<SecretKind, string>> = {
  password: '[password removed]',
  'private-key': '[private key removed]',
  'api-token': '[token removed]',
  'card-number': '[card number removed]',
};

/** Every secret in `text`, in order, without overlaps. */
export function findSecrets(text: string): readonly SecretSpan[] {
  const found = [...shapedSecrets(text), ...passwordsInProse(text), ...enteredPasswords(text)]
    .filter((span) => !isNote(text, span.start) && !isMasked(text.slice(span.start, span.end)))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const spans: SecretSpan[] = [];
  for (const span of found) {
    const last = spans.at(-1);
    if (last === undefined || span.start >= last.end) spans.push(span);
    else if (span.end > last.end) spans[spans.length - 1] = { ...last, end: span.end };
  }
  return spans;
}

/** The writer took it out: "password=********", "mdp: xxxxx". */
function isMasked(value: string): boolean {
  return /^(?:[\p{L}_]{1,40}=)?([x*•.#_-])\1+$/iu.test(value);
}

/** Whether a place lies inside a note that an earlier redaction left. */
function isNote(text: string, at: number): boolean {
  return Object.values(replacement).some((note) => {
    const found = text.slice(Math.max(0, at - note.length + 1), at + note.length).indexOf(note);
    return found >= 0 && found < note.length;
  });
}

/** `text` with a note in the place of each secret. A secret that stands elsewhere in the text once more goes too. */
export function redact(text: string): string {
  const spans = findSecrets(text);
  if (spans.length === 0) return text;
  let result = '';
  let at = 0;
  for (const span of spans) {
    result += text.slice(at, span.start) + replacement[span.kind];
    at = span.end;
  }
  result += text.slice(at);
  for (const span of spans.slice(0, 200)) {
    const secret = text.slice(span.start, span.end);
    // A short word may be an ordinary word elsewhere.
    if (secret.length >= 6 && result.includes(secret)) result = result.replaceAll(secret, replacement[span.kind]);
  }
  return result;
}

/**
 * Secrets in a text (P-SECRETS): passwords in prose, private keys, API tokens of well-known shapes, card numbers.
 * Errs towards finding: a word redacted too much can be asked for again, a leaked password cannot be taken back.
 */
import type { SecretKind, SecretSpan } from './classification.ts';
import { enteredPasswords } from './entered-passwords.ts';
import { listedPasswords } from './listed-passwords.ts';
import { plainPasswords } from './plain-passwords.ts';
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
  const found = [
    ...shapedSecrets(text),
    ...passwordsInProse(text),
    ...enteredPasswords(text),
    ...listedPasswords(text),
    ...plainPasswords(text),
  ]
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
  return spans.length === 0 ? text : redactWith(text, spans, toldIn(text, spans));
}

/**
 * The texts of one mail, each redacted: a secret that one of them names goes out of the others too, where nothing says
 * that it is one (a subject that is the password which the text introduces).
 */
export function redactTogether(texts: readonly string[]): string[] {
  const found = texts.map((text) => ({ text, spans: findSecrets(text) }));
  const told = found.flatMap(({ spans, text }) => toldIn(text, spans)).slice(0, mostTold);
  return found.map(({ spans, text }) => redactWith(text, spans, told));
}

/** A secret that is known by its value, and what it is. */
type Told = { readonly value: string; readonly kind: SecretKind };
const mostTold = 200;

function toldIn(text: string, spans: readonly SecretSpan[]): readonly Told[] {
  return spans.slice(0, mostTold).flatMap(({ end, kind, start }) => {
    const value = text.slice(start, end);
    // Marks at the end may belong to the sentence: the secret stands elsewhere without them.
    const values = new Set([value.replace(/\p{P}+$/u, ''), value]);
    return [...values].filter(isTelling).map((each) => ({ value: each, kind }));
  });
}

/** A short word may be an ordinary word elsewhere. */
function isTelling(value: string): boolean {
  return value.length >= 6 || /^(?=.*\d)[\p{L}\p{N}]{4,5}$/u.test(value);
}

function redactWith(text: string, spans: readonly SecretSpan[], told: readonly Told[]): string {
  let result = '';
  let at = 0;
  for (const span of spans) {
    result += text.slice(at, span.start) + replacement[span.kind];
    at = span.end;
  }
  result += text.slice(at);
  for (const { kind, value } of told) if (result.includes(value)) result = without(result, value, replacement[kind]);
  return result;
}

/** What is short goes only where it stands by itself: not out of a longer number. */
function without(text: string, value: string, note: string): string {
  if (value.length >= 6) return text.replaceAll(value, note);
  return text.replaceAll(new RegExp(`(?<![\\p{L}\\p{N}])${value}(?![\\p{L}\\p{N}])`, 'gu'), note);
}

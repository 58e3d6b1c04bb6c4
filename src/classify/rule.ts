/** A rule over folded text: what must be there and what must not be, named so that a label can explain itself. */
import type { Because } from './classification.ts';

/** `all` must match, `none` must not; both look at one sentence or at the whole mail, as the caller says. */
export type TextRule = {
  readonly id: string;
  readonly all: readonly RegExp[];
  readonly none?: readonly RegExp[];
};

/** The words that made the rule fire, or null when it does not. */
export function matchRule(rule: TextRule, text: string): Because | null {
  const words: string[] = [];
  for (const pattern of rule.all) {
    const match = pattern.exec(text);
    if (match === null) return null;
    words.push(match[0].trim().slice(0, 80));
  }
  if (rule.none?.some((pattern) => pattern.test(text)) === true) return null;
  return { rule: rule.id, words };
}

/** The first match over several texts, or null. */
export function matchAny(rule: TextRule, texts: readonly string[]): Because | null {
  for (const text of texts) {
    const because = matchRule(rule, text);
    if (because !== null) return because;
  }
  return null;
}

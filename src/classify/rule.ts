/** A rule over folded text: what must be there and what must not be, named so that a label can explain itself. */
import type { Because } from './classification.ts';
import { type Anchored, anchored, firstMatch, mayMatch, type Needs, type Passage } from './passage.ts';

/** `all` must match, `none` must not; both look at one sentence or at the whole mail, as the caller says. */
export type RuleText = {
  readonly id: string;
  readonly all: readonly RegExp[];
  readonly none?: readonly RegExp[];
};

/** A rule as it is tried: with what a text needs so that the rule, and each of its patterns, may match. */
export type TextRule = RuleText & { readonly patterns: readonly Anchored[]; readonly needs: Needs };

export function textRule<T extends RuleText>(rule: T): T & TextRule {
  const patterns = rule.all.map(anchored);
  return { ...rule, patterns, needs: [...new Set(patterns.flatMap(({ needs }) => needs))] };
}

/** The words that made the rule fire, or null when it does not. */
export function matchRule(rule: TextRule, passage: Passage): Because | null {
  const because = metBy(rule, passage);
  return because === null || isExcepted(rule, passage) ? null : because;
}

/** All that must be there is, but so is something that must not be: the words are meant in another sense. */
export function isExcused(rule: TextRule, passage: Passage): boolean {
  return metBy(rule, passage) !== null && isExcepted(rule, passage);
}

function metBy(rule: TextRule, passage: Passage): Because | null {
  if (!mayMatch(rule.needs, passage)) return null;
  const words: string[] = [];
  for (const pattern of rule.patterns) {
    const match = firstMatch(pattern, passage);
    if (match === null) return null;
    words.push(match[0].trim().slice(0, 80));
  }
  return { rule: rule.id, words };
}

function isExcepted(rule: TextRule, passage: Passage): boolean {
  return rule.none?.some((pattern) => pattern.test(passage.text)) === true;
}

/** The first match over several texts, or null. */
export function matchAny(rule: TextRule, passages: readonly Passage[]): Because | null {
  for (const passage of passages) {
    const because = matchRule(rule, passage);
    if (because !== null) return because;
  }
  return null;
}

/** The rules that may match at all where all the passages were read together as `whole`. */
export function within<T extends { readonly needs: Needs }>(rules: readonly T[], whole: Passage): readonly T[] {
  return rules.filter(({ needs }) => mayMatch(needs, whole));
}

/** The form of a rule that says what a mail asks for. */
import type { RequestKind } from './classification.ts';
import { type Anchored, anchored } from './passage.ts';
import { type TextRule, textRule } from './rule.ts';

/**
 * `sentence` rules look at one sentence at a time and count in full only when that sentence asks (see `frame.ts`);
 * `mail` rules tell a story: each pattern must be found somewhere in the mail. `weight` is 0 to 1.
 */
export type RequestRule = TextRule & {
  readonly weight: number;
  readonly scope: 'sentence' | 'mail';
  /** Counts in full without a word of asking: the phrase itself is the request. */
  readonly plain?: true;
};

/** All rules of one kind in one language. `topic` is a cheap test that spares the rules when nothing is near. */
export type RuleGroup = {
  readonly kind: RequestKind;
  readonly topic: Anchored;
  /** A sentence of this form speaks of the topic without asking for it; it counts little. */
  readonly innocent: RegExp;
  readonly rules: readonly RequestRule[];
};

/** A group as it stands in the tables. */
type GroupText = Omit<RuleGroup, 'topic'> & { readonly topic: RegExp };

export function ruleGroups(groups: readonly GroupText[]): readonly RuleGroup[] {
  return groups.map((group) => ({ ...group, topic: anchored(group.topic) }));
}

/** A rule over one sentence. */
export function inSentence(id: string, weight: number, pattern: RegExp, none: readonly RegExp[] = []): RequestRule {
  return { ...textRule({ id, all: [pattern], none }), weight, scope: 'sentence' };
}

/** A rule over one sentence whose phrase is itself the request. */
export function inPlain(id: string, weight: number, pattern: RegExp, none: readonly RegExp[] = []): RequestRule {
  return { ...textRule({ id, all: [pattern], none }), weight, scope: 'sentence', plain: true };
}

/** A rule over the whole mail. */
export function inMail(id: string, weight: number, all: readonly RegExp[], none: readonly RegExp[] = []): RequestRule {
  return { ...textRule({ id, all, none }), weight, scope: 'mail' };
}

/**
 * Abuse needs a target (R-ABUSE): an insult aimed at the reader or the staff, or a threat of harm. Swearing at the thing
 * is only swearing; announcing lawyers, regulators, a review or the end of the contract is a customer's right.
 */

import type { Classification } from './classification.ts';
import { isAimed } from './concepts.ts';
import { contemptRules, menaceRules } from './contempt-rules.ts';
import { lettersOf } from './disguise.ts';
import { insultRules } from './insult-rules.ts';
import { notMeantEn } from './insult-rules-en.ts';
import { notMeantFr } from './insult-rules-fr.ts';
import { answers } from './model.ts';
import { joined, type Passage, passageOf } from './passage.ts';
import { pattern } from './pattern.ts';
import { isExcused, matchAny, type RuleText, textRule, within } from './rule.ts';
import { withoutSoftwareAgents } from './software-agent.ts';
import { threatRules } from './threat-rules.ts';

const swearing: RuleText = {
  id: 'swearing',
  all: [
    pattern`
      \b(?:
        f+u+c+k+(?:ing|ed|s|up)?|f\*+(?:ck|k|ing|king)?(?=[ ,.!?]|$)|fck(?:ing)?|fking|wtf|shit+(?:ty|show|storm|e)?
        |bull ?shit|bs(?= )|crap(?:py)?|damn(?:ed|it)?|god ?damn|bloody|arse|ass(?=[ ,.!?])|bollocks|bugger(?:ed)?
        |hell(?=(?: is| are| do| did| was| does|[ !?.,]*$| no| of a))|pissed|piss|sucks?|screwed|cock ?up|sodding
        |fricking|frigging|shite|ffs|criss|crisse|calisse?|tabarna\w+|calvaire|ostie|hostie|maudite?s?|cochonneries?
        |fichue?s?|purin|punaise|saloperie|daube|merde(?:s|ique|ux)?|putain|bordel|chier|chiant(?:e|s)?|chiee?
        |foutu(?:e|s)?|foutre|fait chier|emmerd\w*|conneries?|saloperies?
        |cons?(?= de (?:logiciel|truc|systeme|bug|programme|portail))|a la con|de mes deux|bon sang|nom de dieu
        |crotte|pourri(?:e|s)?|degueulasse|gonfle
      )\b
    `,
  ],
  none: [],
};

/** Digits and signs between letters as the letters they stand for; only abuse is hidden this way. */
function unleet(sentence: string): string {
  return sentence.replace(/[a-z0-9@$!]*[a-z][0-9@$!]+[a-z][a-z0-9@$!]*/g, lettersOf);
}

/** Signs for letters, or letters drawn out. */
const disguised = /[a-z][0-9@$!]+[a-z]|([a-z])\1\1/;

/** The sentence, and how it reads without disguise. */
function undisguised(sentence: Passage): readonly Passage[] {
  if (!disguised.test(sentence.text)) return [sentence];
  const spelled = unleet(sentence.text).replace(/([a-z])\1{2,}/g, '$1$1');
  return spelled === sentence.text ? [sentence] : [sentence, passageOf(spelled)];
}

const ranked = (
  [
    ['threatening', [...threatRules, ...menaceRules]],
    ['abusive', [...insultRules, ...contemptRules]],
    ['swearing', [swearing]],
  ] as const
).map(([label, rules]) => ({ label, rules: rules.map(textRule) }));

const hostileRules = ranked.flatMap(({ label, rules }) => (label === 'swearing' ? [] : rules));

/** From this probability on the model's word is taken; found on whole authors of the labelled mails that were left out. */
const sure = 0.8;
/** From here on abuse is not ruled out. */
const possible = 0.4;
/** Below this the model denies it, and a rule that says so met its words in another sense. */
const denied = 0.08;

/** What the model makes of the writer's own words: of the whole text and of the pieces of a long one. */
export type AbuseGuesses = {
  /** In the order of `answers`; none where the model has no say. Asked for only where it matters, for reading takes time. */
  readonly scores: () => readonly (readonly number[])[];
  /** The words that spoke for this answer. */
  readonly tell: (answer: number) => readonly string[];
};

const [abusive, threatening] = [answers.abuse.indexOf('abusive'), answers.abuse.indexOf('threatening')];

/**
 * The worst that is said, with the reasons. `own` is what the writer says himself. R-ABUSE has consequences, so rules need
 * a model that does not deny them, and the model needs words that hurt and somebody they may be meant for, and must be
 * sure. What falls short of that is a doubt.
 */
export function judgeAbuse(own: readonly Passage[], guesses: AbuseGuesses): Classification['abuse'] {
  const ruled = ruledAbuse(own);
  const isRuled = ruled.label === 'abusive' || ruled.label === 'threatening';
  if (!isRuled && !isAimed(own.map(({ text }) => text))) return ruled;
  const [worst] = guesses.scores().toSorted((a, b) => hostility(b) - hostility(a));
  if (worst === undefined) return ruled;
  const level = hostility(worst);
  if (isRuled) return level < denied ? { label: 'none', because: ruled.because, doubt: true } : ruled;
  if (level < possible) return ruled;
  const isSure = level >= sure && !isHarmless(own);
  const answer = (worst[threatening] ?? 0) > (worst[abusive] ?? 0) ? threatening : abusive;
  const because = [{ rule: 'model', words: guesses.tell(answer) }];
  if (!isSure) return { label: ruled.label, because: [...ruled.because, ...because], doubt: true };
  return { label: answer === threatening ? 'threatening' : 'abusive', because };
}

function hostility(scores: readonly number[]): number {
  return (scores[abusive] ?? 0) + (scores[threatening] ?? 0);
}

/** A rule met its words in a sense that is known to be harmless, or somebody speaks of what he is taken for. */
function isHarmless(own: readonly Passage[]): boolean {
  const rules = within(hostileRules, joined('', own));
  return own.some(
    (passage) =>
      notMeantEn.test(passage.text) || notMeantFr.test(passage.text) || rules.some((rule) => isExcused(rule, passage)),
  );
}

/** The sentence as it stands where people are spoken of; agents may be software. */
function ofPeople(sentence: Passage): Passage {
  const text = withoutSoftwareAgents(sentence.text);
  return text === sentence.text ? sentence : passageOf(text);
}

function ruledAbuse(own: readonly Passage[]): Classification['abuse'] {
  const plain = own.map(ofPeople).flatMap(undisguised);
  const whole = joined('', plain);
  for (const { label, rules } of ranked) {
    const because = within(rules, whole)
      .map((rule) => matchAny(rule, plain))
      .filter((found) => found !== null);
    if (because.length > 0) return { label, because };
  }
  return { label: 'none', because: [] };
}

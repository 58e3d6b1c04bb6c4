/**
 * Severity from impact alone: how many are hit × what is lost × is there a way round (T-SLA). Capitals, exclamation
 * marks and the word "urgent" count for nothing, for the model neither: whoever shouts loudest would be served first.
 */
import type { Because, Severity } from './classification.ts';
import { onePerson, otherMeans, supposed } from './impact-told.ts';
import { isMatch, joined, type Passage } from './passage.ts';
import { matchRule, type TextRule } from './rule.ts';
import { first, type Reach, reachOf, reachRules, shareHit, shareNamed, strongest } from './severity-reach.ts';
import {
  asksOnly,
  atLeisure,
  lossMajor,
  lossMajorFr,
  lossTotal,
  lossTotalFr,
  noReport,
  notTold,
  noWayRound,
  onlyOne,
  othersFine,
  toReader,
  trouble,
  wayRound,
} from './severity-words.ts';

type Loss = 'total' | 'major' | 'minor';

/** A form's label and what stands behind it, "Fallback: none", as one sentence. */
function withLabels(sentences: readonly Passage[]): readonly Passage[] {
  if (!sentences.some(({ text }) => text.endsWith(':'))) return sentences;
  return sentences.map((sentence, index) => {
    const next = sentences[index + 1];
    return sentence.text.endsWith(':') && next !== undefined
      ? joined(`${sentence.text} ${next.text}`, [sentence, next])
      : sentence;
  });
}

const lossRules: readonly (readonly [Loss, TextRule])[] = [
  ['total', lossTotal],
  ['total', lossTotalFr],
  ['major', lossMajor],
  ['major', lossMajorFr],
];

/** What the model makes of the whole text. */
export type SeverityGuess = {
  /** In the order of `answers`; null where the model has no say. */
  readonly scores: readonly number[] | null;
  /** The words that spoke for this answer. */
  readonly tell: (answer: number) => readonly string[];
};

/** What the rules' word adds to the model's probability. */
const ruleShare = 0.35;
/** From here on the model sees no trouble at all, and from here on no trouble that the rules do not see. */
const surelyNone = 0.8;
const noneBesides = 0.4;

type Judged = { readonly severity: Severity; readonly because: readonly Because[] };

/**
 * 1: most are hit and nothing is left to them; 2: many are hit, or most with a way round; 3: everything else. The rules
 * reckon it from what they find; people tell it in other words too, so the model has a say wherever it sees trouble.
 */
export function judgeSeverity(sentences: readonly Passage[], { scores, tell }: SeverityGuess): Judged {
  const ruled = ruledSeverity(sentences);
  const [none = 1, ...shares] = scores ?? [];
  const told = new Set(ruled.because.map(({ rule }) => rule));
  const isLossTold = [...lossRules.map(([, rule]) => rule), trouble].some(({ id }) => told.has(id));
  if (none > (isLossTold ? surelyNone : noneBesides)) return ruled;
  const totals = shares.map((share, index) => share / (1 - none) + (index + 1 === ruled.severity ? ruleShare : 0));
  const answer = totals.indexOf(Math.max(...totals)) + 1;
  const isEased = ruled.severity !== 1 && [wayRound, otherMeans, othersFine].some(({ id }) => told.has(id));
  const severity = isEased ? Math.max(answer, 2) : answer;
  // Where the mail says how many of how many are hit, that is reckoned and not guessed.
  if (!isSeverity(severity) || severity === ruled.severity || [shareNamed, onePerson].some(({ id }) => told.has(id)))
    return ruled;
  return { severity, because: [{ rule: 'model', words: tell(answer) }, ...ruled.because] };
}

function isSeverity(value: number): value is Severity {
  return value === 1 || value === 2 || value === 3;
}

function ruledSeverity(sentences: readonly Passage[]): Judged {
  const told = withLabels(sentences).filter(
    (sentence) => ![...notTold, supposed].some((pattern) => isMatch(pattern, sentence)),
  );
  const problems = told.filter((sentence) => matchRule(asksOnly, sentence) === null);
  const because: Because[] = [];
  const loss = strongest(problems, lossRules, because) ?? (isTrouble(problems, because) ? 'major' : 'minor');
  const ofSeveral = first(onePerson, problems, because)
    ? problems.filter((sentence) => matchRule(onePerson, sentence) === null)
    : problems;
  const reach = loss === 'minor' ? 'few' : reachOf(ofSeveral, because);
  const few = !because.some(({ rule }) => rule === shareNamed.id) && first(onlyOne, problems, because);
  const blocked = first(noWayRound, told, because);
  // Work by hand or on paper is no way round: it is what the loss looks like.
  const round =
    !blocked &&
    (first(otherMeans, told, because) ||
      first(
        wayRound,
        told.filter((sentence) => matchRule(othersFine, sentence) === null),
        because,
      ));
  return { severity: severityOf(reach, loss, few, round), because };
}

/** A loss that no word names: how many are hit is told, and something is not as it should be. */
function isTrouble(problems: readonly Passage[], because: Because[]): boolean {
  if (problems.some((sentence) => isMatch(atLeisure, sentence))) return false;
  const told = problems.filter((sentence) => !isMatch(noReport, sentence));
  const isHit = (sentence: Passage): boolean =>
    shareHit([sentence], []) !== null || strongest([sentence], reachRules, []) !== null;
  return told.some((sentence) => !isMatch(toReader, sentence) && isHit(sentence)) && first(trouble, told, because);
}

function severityOf(reach: Reach, loss: Loss, few: boolean, round: boolean): Severity {
  if (loss === 'minor' || reach === 'few') return 3;
  if (reach === 'all') return loss === 'total' && !round ? 1 : 2;
  return few ? 3 : 2;
}

/**
 * What a mail asks for: rules where policy hangs on the answer, the linear model where no rule reaches, and doubt where
 * a kind that policy hangs on may be meant (a person decides then).
 */
import type { Because, Classification, RequestKind } from './classification.ts';
import { type Frame, frameOf } from './frame.ts';
import type { Guess } from './model.ts';
import type { NormalisedText } from './normalise.ts';
import type { RequestRule, RuleGroup } from './request-rule.ts';
import { englishGroups } from './request-rules-en.ts';
import { frenchGroups } from './request-rules-fr.ts';
import { matchRule } from './rule.ts';

/** Kinds whose oversight is costly (P-DELETE, P-INFO, becoming admin, X-*): a doubt about them goes to a person. */
export const costlyKinds: ReadonlySet<RequestKind> = new Set([
  'delete-account',
  'account-information',
  'become-admin',
  'recovery-disgruntled-admin',
  'recovery-closure',
  'recovery-mistake',
  'recovery-cessation',
  'recovery-preventative',
]);

/** From here on a rule's or the model's word is taken. */
const sure = 0.7;
/** From here on a costly kind is not ruled out. */
const possible = 0.4;

/** When several kinds are sure, the earlier one decides: what is lost by overlooking it is greater. */
const precedence: readonly RequestKind[] = [
  'recovery-cessation',
  'recovery-disgruntled-admin',
  'recovery-preventative',
  'recovery-closure',
  'recovery-mistake',
  'delete-account',
  'become-admin',
  'deny-appeal',
  'account-information',
  'escalation-manager',
  'credentials',
  'grant-access',
  'tenant-change',
  'purchase',
];

type Candidate = { readonly kind: RequestKind; readonly score: number; readonly because: readonly Because[] };

export function judgeRequest(
  text: NormalisedText,
  language: string,
  guesses: readonly Guess[],
): Classification['request'] {
  const candidates = candidatesOf(text);
  const chosen = choose(candidates, guesses);
  const doubt = isDoubtful(chosen, candidates, guesses, text, language);
  return { kind: chosen.kind, score: Math.round(chosen.score * 1000) / 1000, doubt, because: chosen.because };
}

/** Every kind some rule speaks for, with its best score. */
function candidatesOf(text: NormalisedText): readonly Candidate[] {
  const whole = text.sentences.join(' \n ').slice(0, 12_000);
  const frames = new Map<string, Frame>();
  const groups = [...englishGroups, ...frenchGroups].filter((group) => group.topic.test(whole));
  const byKind = new Map<RequestKind, Candidate>();
  for (const group of groups) {
    for (const found of matchesOf(group, text, whole, frames)) {
      const known = byKind.get(group.kind);
      const because = [...(known?.because ?? []), found.because].slice(0, 6);
      byKind.set(group.kind, { kind: group.kind, score: Math.max(known?.score ?? 0, found.score), because });
    }
  }
  return [...byKind.values()];
}

function matchesOf(
  group: RuleGroup,
  text: NormalisedText,
  whole: string,
  frames: Map<string, Frame>,
): readonly { readonly score: number; readonly because: Because }[] {
  const found: { score: number; because: Because }[] = [];
  for (const rule of group.rules) {
    if (rule.scope === 'mail') {
      const because = matchRule(rule, whole);
      if (because !== null) found.push({ score: rule.weight * (group.innocent.test(whole) ? 0.6 : 1), because });
    }
  }
  const sentenceRules = group.rules.filter((rule) => rule.scope === 'sentence');
  for (const [index, sentence] of text.sentences.entries()) {
    if (sentenceRules.length === 0 || !group.topic.test(sentence)) continue;
    for (const rule of sentenceRules) {
      const because = matchRule(rule, sentence);
      if (because === null) continue;
      const frame = frames.get(sentence) ?? frameOf(sentence);
      frames.set(sentence, frame);
      found.push({ score: weigh(rule, group, sentence, frame, index < text.subjectSentences), because });
    }
  }
  return found;
}

/** A rule's weight, less where the sentence only tells, denies or asks how to do it oneself. */
function weigh(rule: RequestRule, group: RuleGroup, sentence: string, frame: Frame, isSubject: boolean): number {
  const isCostly = costlyKinds.has(group.kind);
  let weight = rule.weight;
  // To be asked how the whole account is deleted is as good as being asked to do it; how to reset a password is not.
  if (frame.asksHow) weight *= isCostly ? 0.7 : 0.35;
  else if (!frame.asks && !isSubject && rule.plain !== true) weight *= 0.55;
  if (frame.denies && group.kind !== 'recovery-cessation' && rule.plain !== true) weight *= 0.6;
  if (frame.tells && !frame.asks && rule.plain !== true) weight *= 0.6;
  if (group.innocent.test(sentence)) weight *= 0.55;
  return weight;
}

function choose(candidates: readonly Candidate[], guesses: readonly Guess[]): Candidate {
  const certain = candidates.filter((candidate) => candidate.score >= sure);
  const [first] = certain.sort((a, b) => rank(a.kind) - rank(b.kind));
  if (first !== undefined) return first;
  const [guess] = guesses;
  if (guess !== undefined && guess.kind !== 'ordinary' && guess.score >= 0.6) {
    return { ...guess, because: [{ rule: 'model', words: [] }] };
  }
  return {
    kind: 'ordinary',
    score: 1 - Math.max(0.1, ...candidates.map((candidate) => candidate.score / 2)),
    because: [],
  };
}

function rank(kind: RequestKind): number {
  const place = precedence.indexOf(kind);
  return place < 0 ? precedence.length : place;
}

/** Words that are near every costly request in the languages that have no rules. */
const dangerElsewhere =
  /(?:losch|kundig|konto|passwort|kennwort|zugang|zugriff|insolv|auflos|gericht|polizei|admin|inhaber|einstell|gehackt|sperr|elimin|borr|cuenta|cierre|cerrar|contrasen|quiebra|juzgad|tribunal|policia|propietari|acceso|baja|hacke|exclu|apagar|conta |encerr|falenci|senha|acesso|policia|propriet|chius|cancell|fallim|password|accesso|verwijder|opzeg|failliet|wachtwoord|toegang|politie|rechter|eigenaar|account|tenant)/;

function isDoubtful(
  chosen: Candidate,
  candidates: readonly Candidate[],
  guesses: readonly Guess[],
  text: NormalisedText,
  language: string,
): boolean {
  if (text.cut) return true;
  if (costlyKinds.has(chosen.kind) && chosen.score >= sure) return text.forwarded;
  const byRule = candidates.some((other) => costlyKinds.has(other.kind) && other.score >= possible);
  const guessed = guesses.filter((guess) => costlyKinds.has(guess.kind)).reduce((sum, guess) => sum + guess.score, 0);
  if (byRule || guessed >= possible) return true;
  if (language === 'en' || language === 'fr') return false;
  return chosen.kind !== 'ordinary' || isUnclear(text, language);
}

/** No rules exist for the language: only short text without a word of danger is clearly ordinary. */
function isUnclear(text: NormalisedText, language: string): boolean {
  const whole = text.sentences.join(' ');
  if (dangerElsewhere.test(whole)) return true;
  const words = whole.match(/[\p{L}]+/gu) ?? [];
  if (/\P{ASCII}/u.test(whole.replace(/[^\p{L}]+/gu, ''))) return true;
  return language === 'und' && words.length > 6;
}

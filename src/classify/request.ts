/**
 * What a mail asks for: rules where policy hangs on the answer, the linear model where no rule reaches, and doubt where
 * a kind that policy hangs on may be meant (a person decides then).
 */

import { type Because, type Classification, type RequestKind, requestKinds } from './classification.ts';
import { clausesOf } from './clauses.ts';
import { isDisguised } from './disguise.ts';
import { isElsewhere } from './elsewhere.ts';
import { asksInOtherLanguage, dangerElsewhere } from './foreign-request.ts';
import { type Frame, frameOf } from './frame.ts';
import { isReadByModel } from './language.ts';
import type { NormalisedText } from './normalise.ts';
import { isMatch, joined, mayMatch, type Passage, passageOf, storyOf } from './passage.ts';
import { recoveryGroupsEn } from './recovery-rules-en.ts';
import { recoveryGroupsFr } from './recovery-rules-fr.ts';
import { recoveryGroupsIndirect } from './recovery-rules-indirect.ts';
import type { RequestRule, RuleGroup } from './request-rule.ts';
import { requestGroupsEn } from './request-rules-en.ts';
import { requestGroupsFr } from './request-rules-fr.ts';
import { requestGroupsIndirect } from './request-rules-indirect.ts';
import { supportGroupsEn } from './request-rules-support-en.ts';
import { supportGroupsFr } from './request-rules-support-fr.ts';
import { matchRule, within } from './rule.ts';
import { windowsOf } from './windows.ts';

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

/** How rules and model are weighed against each other; found on whole authors and parts of the labelled mails that were left out. */
export type Settings = {
  /** What a rule adds to the model's probability, times its score. */
  readonly ruleShare: number;
  /** What a sure rule adds besides. */
  readonly sureRule: number;
  /** What a rule of a costly kind adds, times its score, to what the model makes of all of them. */
  readonly ruleDoubt: number;
  /** Where both together come to this, a costly kind is not ruled out. */
  readonly doubtful: number;
  /** Nor where a piece of a long text has this probability; a text has many pieces. */
  readonly doubtfulPiece: number;
  /** Nor where a text, under a subject that says something else, most likely means it, with this probability. */
  readonly doubtfulBody: number;
};

const defaultSettings: Settings = {
  ruleShare: 0.4,
  sureRule: 0.3,
  ruleDoubt: 0.4,
  doubtful: 0.32,
  doubtfulPiece: 0.5,
  doubtfulBody: 0.35,
};

/** A kind and its probability. */
type Guess = { readonly kind: RequestKind; readonly score: number };

/** Kinds by probability, highest first. `scores` are in the order of `requestKinds`. */
export function rankedKinds(scores: readonly number[]): readonly Guess[] {
  return requestKinds.map((kind, index) => ({ kind, score: scores[index] ?? 0 })).sort((a, b) => b.score - a.score);
}

/** Kinds by probability, highest first: of subject and text, and of parts of them in which a request cannot drown. */
export type Guesses = {
  readonly whole: readonly Guess[];
  /** Of a short text without its subject, which may be about something else; empty where there is none. */
  readonly body: readonly Guess[];
  /** Of each piece of a long text. */
  readonly pieces: readonly (readonly Guess[])[];
};

type Candidate = { readonly kind: RequestKind; readonly score: number; readonly because: readonly Because[] };

export function judgeRequest(
  text: NormalisedText,
  passages: readonly Passage[],
  language: string,
  guesses: Guesses,
  settings: Settings = defaultSettings,
): Classification['request'] {
  const known = isReadByModel(language) ? guesses : { whole: [], body: [], pieces: [] };
  const candidates = candidatesOf(passages, text.subjectSentences);
  const chosen = choose(candidates, known, settings);
  const doubts = doubtsAbout(chosen, candidates, known, text, language, settings);
  const also = askedBeside(chosen, passages, candidates, known);
  return {
    kind: chosen.kind,
    score: Math.round(chosen.score * 1000) / 1000,
    doubt: doubts.length > 0,
    because: [...chosen.because, ...doubts],
    ...(also.length === 0 ? {} : { also }),
  };
}

/** Reasons kept for one kind. */
const mostReasons = 6;

/** All rules of all kinds. */
export const allGroups: readonly RuleGroup[] = [
  ...recoveryGroupsEn,
  ...requestGroupsEn,
  ...supportGroupsEn,
  ...recoveryGroupsFr,
  ...requestGroupsFr,
  ...supportGroupsFr,
  ...recoveryGroupsIndirect,
  ...requestGroupsIndirect,
];

/** What is told over more than this, in UTF-16 units, is no longer one story. */
const storyLength = 12_000;

/** Every kind some rule speaks for, with its best score. */
function candidatesOf(
  passages: readonly Passage[],
  subjectSentences: number,
  groups: readonly RuleGroup[] = allGroups,
  frames: Mail['frames'] = new Map(),
): readonly Candidate[] {
  const stories = windowsOf(passages, ({ text }) => text.length, storyLength, true).map(storyOf);
  const mail = { passages, subjectSentences, stories, frames };
  const whole = joined('', passages);
  const byKind = new Map<RequestKind, Candidate>();
  for (const group of groups) {
    const rules = within(group.rules, whole);
    if (rules.length === 0 || !stories.some((story) => isMatch(group.topic, story))) continue;
    for (const found of matchesOf(group, rules, mail)) {
      const known = byKind.get(group.kind);
      const because = [...(known?.because ?? []), found.because].slice(0, mostReasons);
      byKind.set(group.kind, { kind: group.kind, score: Math.max(known?.score ?? 0, found.score), because });
    }
  }
  return [...byKind.values()];
}

type Mail = {
  readonly passages: readonly Passage[];
  readonly subjectSentences: number;
  readonly stories: readonly Passage[];
  /** How each sentence is meant, as far as it was asked for. */
  readonly frames: Map<Passage, Frame>;
};

/** What `rules`, those of the group that may match at all, find. What a text lacks is told first, for that costs least. */
function matchesOf(
  group: RuleGroup,
  rules: readonly RequestRule[],
  { passages, subjectSentences, stories, frames }: Mail,
): readonly { readonly score: number; readonly because: Because }[] {
  const found: { score: number; because: Because }[] = [];
  for (const rule of rules) {
    for (const story of rule.scope === 'mail' ? stories : []) {
      const because = matchRule(rule, story);
      if (because !== null) found.push({ score: rule.weight * (group.innocent.test(story.text) ? 0.6 : 1), because });
    }
  }
  const sentenceRules = rules.filter((rule) => rule.scope === 'sentence');
  if (sentenceRules.length === 0) return found;
  for (const [index, sentence] of passages.entries()) {
    if (!sentenceRules.some(({ needs }) => mayMatch(needs, sentence)) || !isMatch(group.topic, sentence)) continue;
    for (const rule of sentenceRules) {
      const because = matchRule(rule, sentence);
      if (because === null) continue;
      const frame = frames.get(sentence) ?? frameOf(sentence.text);
      frames.set(sentence, frame);
      found.push({ score: weigh(rule, group, sentence.text, frame, index < subjectSentences), because });
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

/** The kind for which rules and model together speak loudest. */
function choose(candidates: readonly Candidate[], { whole, pieces }: Guesses, settings: Settings): Candidate {
  const ruled = new Map(candidates.map((candidate) => [candidate.kind, candidate]));
  // Where the model has no say, and where a request drowns in much else, a mail is ordinary until a sure rule says otherwise.
  const sureRule = pieces.length > 0 ? 1 : settings.sureRule;
  const guessed = new Map(
    whole.length === 0 ? [['ordinary' as const, sureRule]] : whole.map(({ kind, score }) => [kind, score]),
  );
  const ranked = requestKinds
    .map((kind) => {
      const rule = ruled.get(kind)?.score ?? 0;
      // A sure rule adds more. The model has the last word: it has met more people than those who made the rules.
      const sureness = rule >= sure ? sureRule : 0;
      return { kind, total: (guessed.get(kind) ?? 0) + settings.ruleShare * rule + sureness };
    })
    .sort((a, b) => b.total - a.total || rank(a.kind) - rank(b.kind));
  const kind = storyBehind(ranked[0]?.kind ?? 'ordinary', whole[0]);
  const rule = ruled.get(kind);
  const score = Math.max(rule?.score ?? 0, guessed.get(kind) ?? 0);
  return { kind, score, because: rule?.because ?? (kind === 'ordinary' ? [] : [{ rule: 'model', words: [] }]) };
}

/** Kinds that bind staff on a ticket, whatever else the mail is about (P-CREDENTIALS, P-ACCESS, P-TENANT). */
const bindingKinds: readonly RequestKind[] = ['credentials', 'grant-access', 'tenant-change'];
/** A sure rule is believed from this probability on: below it the words stand for something else. */
const conceivable = 0.02;

const bindingGroups = allGroups.filter(({ kind }) => bindingKinds.includes(kind));

/** What is asked in one breath with something else; each clause is meant as its sentence is. */
function askedInClauses(passages: readonly Passage[]): readonly RequestKind[] {
  const frames: Mail['frames'] = new Map();
  const clauses = passages.flatMap(({ text }) => {
    const some = clausesOf(text).map(passageOf);
    for (const clause of some) frames.set(clause, frameOf(text));
    return some;
  });
  if (clauses.length === 0) return [];
  return candidatesOf(clauses, 0, bindingGroups, frames).flatMap(({ kind, score }) => (score >= sure ? [kind] : []));
}

/** What else a mail asks: of two requests one is chosen, and a subject may hide another from the model. */
function askedBeside(
  chosen: Candidate,
  passages: readonly Passage[],
  candidates: readonly Candidate[],
  guesses: Guesses,
): readonly RequestKind[] {
  const seen = [guesses.whole, guesses.body, ...guesses.pieces].flat();
  const surely = new Set(candidates.filter(({ score }) => score >= sure).map(({ kind }) => kind));
  const beside = bindingKinds.filter(
    (kind) =>
      surely.has(kind) &&
      (seen.length === 0 || seen.some((guess) => guess.kind === kind && guess.score >= conceivable)),
  );
  if (beside.length === 0 && !bindingKinds.includes(chosen.kind)) return [];
  // Of two requests in one sentence the model reads the louder one, and has no say about the other.
  const all = new Set([...beside, ...askedInClauses(passages)]);
  return bindingKinds.filter((kind) => kind !== chosen.kind && all.has(kind));
}

/** A recovery asks for a deletion or a change too; where the model is sure of the story, the story is what is asked. */
function storyBehind(kind: RequestKind, guess: Guess | undefined): RequestKind {
  const isPart = kind === 'delete-account' || kind === 'become-admin' || kind === 'account-information';
  return isPart && guess !== undefined && guess.kind.startsWith('recovery-') && guess.score >= 0.6 ? guess.kind : kind;
}

function rank(kind: RequestKind): number {
  const place = precedence.indexOf(kind);
  return place < 0 ? precedence.length : place;
}

const fewPieces = 4;

/** Why a person has to decide; empty when nothing speaks for it. */
function doubtsAbout(
  chosen: Candidate,
  candidates: readonly Candidate[],
  guesses: Guesses,
  text: NormalisedText,
  language: string,
  settings: Settings,
): readonly Because[] {
  if (text.cut) return [doubt('unread')];
  if (text.sentences.length === 0) return [doubt('empty')];
  if (isElsewhere(text, chosen.because)) return [doubt('said-elsewhere')];
  // A costly kind reaches a person by its kind already; the doubt says that it is not sure.
  if (costlyKinds.has(chosen.kind)) {
    if (text.forwarded) return [doubt('forwarded')];
    return chosen.score < sure ? [doubt('unsure')] : [];
  }
  const suspected = suspicionOf(guesses, settings);
  const byRule = candidates.filter((other) => costlyKinds.has(other.kind) && other.score >= possible);
  const loudest = Math.max(0, ...byRule.map(({ score }) => score));
  // Where the model has no say, and where a sure request may drown in much else, the rules alone speak.
  const isAlone = guesses.whole.length === 0 || (guesses.pieces.length > 0 && loudest >= sure);
  const likely = isAlone ? 1 : likeliest(guesses);
  if (loudest > 0 && likely + settings.ruleDoubt * loudest >= settings.doubtful) {
    return byRule.flatMap(({ because }) => because);
  }
  if (suspected !== null) return [doubt(`model:${suspected}`)];
  if (isDisguised(text.sentences)) return [doubt('disguised')];
  const isInOther = asksInOtherLanguage(text);
  if (language === 'en' || language === 'fr') return isInOther ? [doubt('language')] : [];
  return chosen.kind !== 'ordinary' || isInOther || isUnclear(text, language) ? [doubt('language')] : [];
}

function doubt(rule: string): Because {
  return { rule, words: [] };
}

/** The likeliest costly kind where all of them together are likely enough in the whole or in a piece. */
function suspicionOf(
  { whole, body, pieces }: Guesses,
  { doubtful, doubtfulBody, doubtfulPiece }: Settings,
): RequestKind | null {
  // Of many pieces no one is most of the text: a little of everything is found in the whole.
  const enough = pieces.length > fewPieces ? doubtfulPiece : doubtful;
  const suspected =
    [whole].find((guesses) => costlyShare(guesses) >= enough) ??
    // A few words mean a little of everything: the likeliest of all must be costly.
    [body].find(([first]) => first !== undefined && costlyKinds.has(first.kind) && first.score >= doubtfulBody) ??
    pieces.find((guesses) => costlyShare(guesses) >= doubtfulPiece);
  return suspected?.find(({ kind }) => costlyKinds.has(kind))?.kind ?? null;
}

/** What all costly kinds together come to, in the whole or in a piece. */
function likeliest({ whole, body, pieces }: Guesses): number {
  return Math.max(...[whole, body, ...pieces].map(costlyShare));
}

/** A question about the account is asked in the words of any other question, so the model is least sure of it. */
const informationShare = 2;

function costlyShare(guesses: readonly Guess[]): number {
  const shareOf = (kind: RequestKind): number => {
    if (!costlyKinds.has(kind)) return 0;
    return kind === 'account-information' ? informationShare : 1;
  };
  return guesses.reduce((sum, { kind, score }) => sum + score * shareOf(kind), 0);
}

/** No rules exist for the language: only short text without a word of danger is clearly ordinary. */
function isUnclear(text: NormalisedText, language: string): boolean {
  const whole = text.sentences.join(' ');
  if (dangerElsewhere.test(whole)) return true;
  const words = whole.match(/[\p{L}]+/gu) ?? [];
  if (/\P{ASCII}/u.test(whole.replace(/[^\p{L}]+/gu, ''))) return true;
  return language === 'und' && words.length > 12;
}

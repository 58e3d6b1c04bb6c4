/** How many are hit: by the words for it, by a number of things, or by so many of so many. */
import type { Because } from './classification.ts';
import { mayMatch, type Passage } from './passage.ts';
import { pattern } from './pattern.ts';
import { matchRule, type TextRule, textRule } from './rule.ts';
import { everybody, groupNamed, othersFine, reachAll, reachAllFr, reachMany, reachManyFr } from './severity-words.ts';

export type Reach = 'all' | 'many' | 'few';

/** "60 of 300", "trois cabinets sur cinq", "60/300": so many are hit, and so many there are. */
const shareOfAll = pattern`
    \b(
      \d[\d,. ]*|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|deux|trois|quatre|cinq
      |six|sept|huit|neuf|dix|douze|quinze|vingt|trente
    )(?: (?!of\b|sur\b|out\b|from\b)[a-z'-]+){0,4}(?: ?\/ ?
      | \(?(?:out of|of|from|sur|de(?= (?:nos|mes)\b))(?: (?:our|the|my|all|nos|mes|les|un total de))*(?: about
        | environ
      )? )(
      \d[\d,. ]*|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred
      |deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|vingt|trente|quarante|cinquante|soixante|cent
    )\b(?! ?(?:%|attempts|tries|tests|fois|essais|steps|times|pages|minutes|hours|days|heures|jours))
  `;
export const shareNamed = textRule({ id: 'reach-share', all: [shareOfAll] });
const numberWords: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  hundred: 100,
  deux: 2,
  trois: 3,
  quatre: 4,
  cinq: 5,
  sept: 7,
  huit: 8,
  neuf: 9,
  dix: 10,
  douze: 12,
  quinze: 15,
  vingt: 20,
  trente: 30,
  quarante: 40,
  cinquante: 50,
  soixante: 60,
  cent: 100,
};
/** Of all there are, how much of it counts as everybody, and how little as hardly anybody. */
const shareOfEverybody = 0.9;
const shareOfFew = 0.1;

/** "Half of us", "40 % of logins": part of all, and not a small one. */
const partOfAll = textRule({
  id: 'reach-part',
  all: [
    pattern`
      \b(?:
        (?:about |roughly |nearly |over |almost )?half (?:of )?(?:us|our|the|my)\b|(?:third|quarter|fifth)s? of
        |one in (?:two|three|four|five|\d)\b|[1-8]\d ?% (?:of|de|des|d')|la moitie d|un (?:tiers|quart) d
        |un\w* \w+ sur (?:deux|trois|quatre|cinq)\b
      )
    `,
  ],
});

/** How many of all are hit, where the mail says both numbers or a part; null where it does not. */
export function shareHit(problems: readonly Passage[], because: Because[]): Reach | null {
  for (const problem of problems) {
    const [, hit = '', of = ''] = (mayMatch(shareNamed.needs, problem) ? shareOfAll.exec(problem.text) : null) ?? [];
    const [part, whole] = [numberOf(hit), numberOf(of)];
    if (Number.isNaN(part) || Number.isNaN(whole) || whole < 3 || part > whole) continue;
    because.push({ rule: shareNamed.id, words: [`${hit} / ${of}`] });
    // "0 of 840 are online": none of them is.
    if (part === 0 || part / whole >= shareOfEverybody) return 'all';
    return part / whole < shareOfFew && part < 10 ? 'few' : 'many';
  }
  return first(partOfAll, problems, because) ? 'many' : null;
}

function numberOf(text: string): number {
  return numberWords[text.trim()] ?? Number(text.replace(/[,. ]/g, '') || Number.NaN);
}

export const reachRules: readonly (readonly [Reach, TextRule])[] = [
  ['all', reachAll],
  ['all', reachAllFr],
  ['many', reachMany],
  ['many', reachManyFr],
];

export function reachOf(problems: readonly Passage[], because: Because[]): Reach {
  const share = shareHit(problems, because);
  if (share !== null) return share;
  const isPart = first(othersFine, problems, because) || first(groupNamed, problems, because);
  if (isPart && !first(everybody, problems, because)) {
    const hit = strongest(problems, reachRules, because);
    return hit !== null || numberHit(problems, because) || first(groupNamed, problems, because) ? 'many' : 'few';
  }
  return strongest(problems, reachRules, because) ?? (numberHit(problems, because) ? 'many' : 'few');
}

const manyThings = pattern`
    (?<!
      \b(?:
        error|port|http|code|version|windows|android|ios|debian|ubuntu|fedora|macos|step|ticket|case|erreur|etape
        |edge|chrome|rfc|rev|room|since|at|depuis|a
      ) |[#v.:\d/,-]
    )(?:
      [1-9]\d{1,5}|[1-9][, ]\d{3}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen
      |twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens?|hundreds?|thousands?
    )(?:-\w+)? (?!
      %|minutes?|hours?|days?|weeks?|months?|years?|seconds?|times|percent|am\b|pm\b|gb|mb|kb|ans|jours|heures
      |semaines|mois|secondes|fois|h\b|euros?|characters|caracteres|bits?|utc
    )(?:of |de |d')?(?:\w+ )?(?:\w{3,}s|people|staff|pers|personnel|mac|wifi)\b
  `;

const numberOfThings = textRule({ id: 'reach-number', all: [manyThings] });

function numberHit(problems: readonly Passage[], because: Because[]): boolean {
  return first(numberOfThings, problems, because);
}

export function first(rule: TextRule, sentences: readonly Passage[], because: Because[]): boolean {
  for (const sentence of sentences) {
    const found = matchRule(rule, sentence);
    if (found !== null) {
      because.push(found);
      return true;
    }
  }
  return false;
}

export function strongest<T>(
  sentences: readonly Passage[],
  ranked: readonly (readonly [T, TextRule])[],
  because: Because[],
): T | null {
  for (const [value, rule] of ranked) {
    if (first(rule, sentences, because)) return value;
  }
  return null;
}

/**
 * Abuse needs a target (R-ABUSE): an insult aimed at the reader or the staff, or a threat of harm. Swearing at the thing
 * is only swearing; announcing lawyers, regulators, a review or the end of the contract is a customer's right.
 */
import type { AbuseLabel, Because } from './classification.ts';
import { contemptRules, menaceRules } from './contempt-rules.ts';
import { insultRules } from './insult-rules.ts';
import { joined, type Passage, passageOf } from './passage.ts';
import { matchAny, type RuleText, textRule, within } from './rule.ts';
import { withoutSoftwareAgents } from './software-agent.ts';
import { threatRules } from './threat-rules.ts';

const swearing: RuleText = {
  id: 'swearing',
  all: [
    /\b(?:f+u+c+k+(?:ing|ed|s|up)?|f\*+(?:ck|k|ing|king)?(?=[ ,.!?]|$)|fck(?:ing)?|fking|wtf|shit+(?:ty|show|storm|e)?|bull ?shit|bs(?= )|crap(?:py)?|damn(?:ed|it)?|god ?damn|bloody|arse|ass(?=[ ,.!?])|bollocks|bugger(?:ed)?|hell(?=(?: is| are| do| did| was| does|[ !?.,]*$| no| of a))|pissed|piss|sucks?|screwed|cock ?up|sodding|fricking|frigging|shite|ffs|criss|crisse|calisse?|tabarna\w+|calvaire|ostie|hostie|maudite?s?|cochonneries?|fichue?s?|purin|punaise|saloperie|daube|merde(?:s|ique|ux)?|putain|bordel|chier|chiant(?:e|s)?|chiee?|foutu(?:e|s)?|foutre|fait chier|emmerd\w*|conneries?|saloperies?|cons?(?= de (?:logiciel|truc|systeme|bug|programme|portail))|a la con|de mes deux|bon sang|nom de dieu|crotte|pourri(?:e|s)?|degueulasse|gonfle)\b/,
  ],
  none: [],
};

const leet: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Digits and signs between letters as the letters they stand for; only abuse is hidden this way. */
function unleet(sentence: string): string {
  return sentence.replace(/[a-z0-9@$!]*[a-z][0-9@$!]+[a-z][a-z0-9@$!]*/g, (word) =>
    word.replace(/[013457@$!]/g, (sign) => leet[sign] ?? sign),
  );
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

/** Two words or more between quotation marks are somebody else's: a script, a sample, what the writer was called. */
const quoted = /" ?[^" ]+ [^"]{0,300}"/g;
/** With less beside it a quotation is the whole mail, and its marks a disguise. */
const fewestOwnLetters = 25;

function withoutQuotes(sentences: readonly Passage[]): readonly Passage[] {
  if (!sentences.some(({ text }) => text.includes('"') || isAnnouncing(text))) return sentences;
  const unquoted = withoutLongQuotes(sentences.map(({ text }) => text.replace(quoted, '"..."')));
  const own = unquoted.map((text, index) => (isAnnouncing(unquoted[index - 1] ?? '') ? '' : text));
  const letters = own.reduce((sum, text) => sum + text.replace(/[^a-z]/g, '').length, 0);
  if (letters < fewestOwnLetters) return sentences;
  return sentences.map((sentence, index) => {
    const text = own[index] ?? '';
    return text === sentence.text ? sentence : passageOf(text);
  });
}

/** "A former employee sent us this threat:" */
const announces =
  /\b(?:sent|left|gave|wrote|mailed|texted|got|gets?|received?|recu|recoit|envoye|laisse|ecrit)\b[^:]{0,60}\b(?:threats?|messages?|voicemails?|letters?|comments?|notes?|menaces?|e-?mails?|mails?|sms)\b[^:]{0,30}:$/;
const announcesOwn =
  /\b(?:i|we|my|our|j'ai|nous|mon|notre)\b[^:]{0,30}\b(?:sent|left|gave|wrote|mailed|texted|envoye|laisse|ecrit)\b/;

/** A mark that is closed later than this many sentences is no quotation: inches, or one forgotten. */
const mostQuotedSentences = 8;

function isAnnouncing(sentence: string): boolean {
  return sentence.endsWith(':') && announces.test(sentence) && !announcesOwn.test(sentence);
}

/** Quotations that go over the end of a sentence. What is left of each sentence, in its place. */
function withoutLongQuotes(sentences: readonly string[]): readonly string[] {
  const own = [...sentences];
  for (let first = 0; first < own.length; first += 1) {
    const opening = unpaired(own[first] ?? '');
    if (opening < 0) continue;
    const near = own.slice(first + 1, first + 1 + mostQuotedSentences);
    const distance = near.findIndex((sentence) => unpaired(sentence) >= 0);
    if (distance < 0) continue;
    const last = first + 1 + distance;
    own[first] = `${(own[first] ?? '').slice(0, opening)}"..."`;
    own.fill('', first + 1, last);
    own[last] = (own[last] ?? '').replace(/^[^"]*"/, '');
  }
  return own;
}

/** Where the mark stands that has no other; -1 where each has. */
function unpaired(sentence: string): number {
  if (!sentence.includes('"')) return -1;
  const bare = sentence.replaceAll('"..."', '     ');
  return bare.split('"').length % 2 === 1 ? -1 : bare.lastIndexOf('"');
}

/** The sentence as it stands where people are spoken of; agents may be software. */
function ofPeople(sentence: Passage): Passage {
  const text = withoutSoftwareAgents(sentence.text);
  return text === sentence.text ? sentence : passageOf(text);
}

/** The worst that is said, with the rules that say so. `sentences` are the writer's own. */
export function judgeAbuse(sentences: readonly Passage[]): {
  readonly label: AbuseLabel;
  readonly because: readonly Because[];
} {
  const own = withoutQuotes(sentences.map(ofPeople));
  const plain = own.flatMap(undisguised);
  const whole = joined('', plain);
  for (const { label, rules } of ranked) {
    const because = within(rules, whole)
      .map((rule) => matchAny(rule, plain))
      .filter((found) => found !== null);
    if (because.length > 0) return { label, because };
  }
  return { label: 'none', because: [] };
}

/**
 * What the writer says himself: not what he passes on, quotes, or announces as somebody else's. Abuse is looked for there
 * alone.
 */
import type { NormalisedText } from './normalise.ts';
import { type Passage, passageOf } from './passage.ts';

/** Sentences of the writer; a sentence that held a quotation stands there without it. */
export function ownWords(text: NormalisedText, sentences: readonly Passage[]): readonly Passage[] {
  return withoutQuotes(writtenHere(text, sentences));
}

/** What the writer wrote and did not only pass on; with nothing else to read it is the subject. */
function writtenHere(text: NormalisedText, sentences: readonly Passage[]): readonly Passage[] {
  if (text.forwarded) return sentences.slice(0, text.subjectSentences);
  const own = sentences.slice(0, sentences.length - text.foreignNameSentences);
  return text.foreignSubject && own.length > text.subjectSentences ? own.slice(text.subjectSentences) : own;
}

/** Two words or more between quotation marks, or dictated so, are somebody else's: a script, a sample, an insult received. */
const quoted = /" ?[^" ]+ [^"]{0,300}"|\bquote\b.{3,300}\bunquote\b/g;
/** With less beside it a quotation is the whole mail, and its marks a disguise. */
const fewestOwnLetters = 25;

function withoutQuotes(sentences: readonly Passage[]): readonly Passage[] {
  if (!sentences.some(({ text }) => text.includes('"') || text.includes('unquote') || isAnnouncing(text)))
    return sentences;
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

/** "He said:", "votre technicien m'a répondu :" */
const reports =
  /\b(?:he|she|they|who|somebody|someone|(?:your|our|an?|the) (?:\w+ )?(?:agents?|technicians?|employees?|colleagues?|people|m[ae]n|wom[ae]n|guys?|users?|customers?|managers?)|il|elle|ils|elles|quelqu'un|(?:votre|vos|notre|nos|une?|le|la|les) (?:\w+ )?(?:technicien\w*|agents?|employee?s?|collegues?|utilisat\w+|clients?|clientes?|conseill\w+))\b (?:just |then |even |also |literally |actually )?(?:said|told|wrote|answered|replied|shouted|yelled|screamed|typed|(?:(?:m'|nous |lui |leur )?(?:a|ont) (?:dit|ecrit|repondu|crie|hurle|lance)))(?: (?:to )?(?:me|us|him|her|them))? ?:$/;

/** A mark that is closed later than this many sentences is no quotation: inches, or one forgotten. */
const mostQuotedSentences = 8;

function isAnnouncing(sentence: string): boolean {
  if (!sentence.endsWith(':')) return false;
  return reports.test(sentence) || (announces.test(sentence) && !announcesOwn.test(sentence));
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

/**
 * What a mail asks and how it says it: pure, offline, deterministic. Explicit rules decide where policy hangs on the
 * answer; a small linear model speaks where no rule reaches; doubt goes to a person.
 */
import { judgeAbuse } from './abuse.ts';
import { judgeAutomatic } from './automatic.ts';
import type { Classification, ClassifierInput, RequestKind } from './classification.ts';
import { detectLanguage } from './language.ts';
import { committedModel, type Guess, guess, type Model, type Reading, readingOf, wholeOf } from './model.ts';
import { type NormalisedText, normalise, textLimits } from './normalise.ts';
import { type Passage, passageOf } from './passage.ts';
import { costlyKinds, type Guesses, judgeRequest } from './request.ts';
import { findSecrets } from './secrets.ts';
import { judgeSeverity } from './severity.ts';
import { windowsOf } from './windows.ts';

/** With fewer different words than this the model only guesses: a greeting would be in doubt. Rules still speak. */
const fewestWords = 4;
/** Above this length, in UTF-16 units, the model reads the text in pieces as well: in the whole a request would drown. */
const pieceLength = 1_500;
/** Up to this length a subject about something else may outweigh the text. */
const shortLength = 600;

/** Never throws; takes time linear in the input, of which it reads a bounded part. */
export function classify(input: ClassifierInput, model: Model = committedModel): Classification {
  const subject = input.subject.slice(0, textLimits.line);
  const text = input.text.slice(0, textLimits.raw);
  const blankedSubject = blank(subject);
  const blankedText = blank(text);
  const names = input.attachmentNames.map(blank);
  // No rule ever sees a secret, so that none can stand among the words that explain a label.
  const read = normalise(
    blankedSubject.text,
    blankedText.text,
    names.map((name) => name.text),
  );
  const cut = read.cut || text.length < input.text.length || input.unread === true;
  const normalised = { ...read, cut };
  const sentences = normalised.sentences.map(passageOf);
  const ownSentences = writtenHere(normalised, sentences);
  const language = detectLanguage(normalised.own);
  const severity = judgeSeverity(sentences);
  const request = judgeRequest(normalised, sentences, language, guessesOf(normalised, model));
  return {
    request: withAttached(request, input.attachedTexts ?? [], model),
    severity: severity.severity,
    severityBecause: severity.because,
    abuse: judgeAbuse(ownSentences),
    automatic: judgeAutomatic(sentences, normalised.subjectSentences).length > 0,
    language,
    secrets: [...new Set([blankedSubject, blankedText, ...names].flatMap(({ kinds }) => kinds))].sort(),
  };
}

/** Characters of all attached texts together that are read. */
const mostAttached = 65_536;

/** The request, in doubt where an attached text asks for something that is costly to overlook. */
function withAttached(
  request: Classification['request'],
  attachedTexts: readonly string[],
  model: Model,
): Classification['request'] {
  if (attachedTexts.length === 0 || request.doubt || costlyKinds.has(request.kind)) return request;
  const asked = new Set<string>();
  let room = mostAttached;
  for (const text of attachedTexts) {
    const kind = attachedKind(text.slice(0, Math.max(0, room)), model);
    if (kind !== null) asked.add(kind);
    room -= text.length;
  }
  if (asked.size === 0) return request;
  // The words are perhaps somebody else's, and are not told.
  const because = [...asked].map((kind) => ({ rule: `attached:${kind}`, words: [] }));
  return { ...request, doubt: true, because: [...request.because, ...because] };
}

/** The costly kind that rules find in it. What a model makes of a file says nothing: it has read letters only. */
function attachedKind(text: string, model: Model): RequestKind | null {
  const normalised = normalise('', blank(text).text, []);
  const sentences = normalised.sentences.map(passageOf);
  const guesses = guessesOf(normalised, model);
  const { kind, because } = judgeRequest(normalised, sentences, detectLanguage(normalised.own), guesses);
  return costlyKinds.has(kind) && because.some(({ rule }) => rule !== 'model') ? kind : null;
}

/** What the writer wrote and did not only pass on; with nothing else to read it is the subject. */
function writtenHere(text: NormalisedText, sentences: readonly Passage[]): readonly Passage[] {
  if (text.forwarded) return sentences.slice(0, text.subjectSentences);
  const own = sentences.slice(0, sentences.length - text.foreignNameSentences);
  return text.foreignSubject && own.length > text.subjectSentences ? own.slice(text.subjectSentences) : own;
}

/** What the model makes of all of it, of a short text without its subject, and of the pieces of a long one. */
function guessesOf({ sentences, subjectSentences }: NormalisedText, model: Model): Guesses {
  const guessed = (some: readonly string[], reading: Reading): readonly Guess[] =>
    hasWords(some) ? guess(model, reading) : [];
  const pieces = windowsOf(sentences, ({ length }) => length, pieceLength).map((some) => ({
    some,
    reading: readingOf(some),
  }));
  const whole = wholeOf(pieces.map(({ reading }) => reading)) ?? readingOf(sentences);
  const body = sentences.slice(subjectSentences);
  const isShort = body.reduce((sum, { length }) => sum + length, 0) <= shortLength;
  return {
    whole: guessed(sentences, whole),
    body: subjectSentences > 0 && isShort ? guessed(body, readingOf(body)) : [],
    pieces: pieces.length < 2 ? [] : pieces.map(({ some, reading }) => guessed(some, reading)),
  };
}

function hasWords(sentences: readonly string[]): boolean {
  const words = new Set<string>();
  for (const sentence of sentences) {
    for (const [word] of sentence.matchAll(/\p{L}+/gu)) {
      words.add(word);
      if (words.size >= fewestWords) return true;
    }
  }
  return false;
}

/** The text with each secret taken out. */
function blank(text: string): { readonly text: string; readonly kinds: readonly Classification['secrets'][number][] } {
  const spans = findSecrets(text);
  let result = '';
  let at = 0;
  for (const span of spans) {
    result += `${text.slice(at, span.start)}***`;
    at = span.end;
  }
  return { text: result + text.slice(at), kinds: spans.map((span) => span.kind) };
}

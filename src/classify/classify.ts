/**
 * What a mail asks and how it says it: pure, offline, deterministic. Explicit rules decide where policy hangs on the
 * answer; a small linear model speaks where no rule reaches; doubt goes to a person.
 */
import { judgeAbuse } from './abuse.ts';
import { judgeAutomatic } from './automatic.ts';
import type { Classification, ClassifierInput, RequestKind } from './classification.ts';
import { calmed, type Reading, readingOf, wholeOf } from './features.ts';
import { detectLanguage, isReadByModel } from './language.ts';
import { committedModel, guess, type Model, type Scores, tellingWords } from './model.ts';
import { normalise, textLimits } from './normalise.ts';
import { ownWords } from './own-words.ts';
import { passageOf } from './passage.ts';
import { costlyKinds, type Guesses, judgeRequest, rankedKinds } from './request.ts';
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
  const own = ownWords(normalised, sentences);
  const ownTexts = own.map((passage) => passage.text);
  const language = detectLanguage(normalised.own);
  const scores = scoresOf(normalised.sentences, normalised.subjectSentences, model);
  const ownScores = (): TextScores =>
    ownTexts.join('\n') === normalised.sentences.join('\n') ? scores : scoresOf(ownTexts, 0, model);
  const isKnown = isReadByModel(language);
  const request = judgeRequest(normalised, sentences, language, kindsOf(scores));
  const severity = judgeSeverity(sentences, {
    scores: isKnown ? (scores.whole?.('severity') ?? null) : null,
    tell: (answer) => tellingWords(model, 'severity', answer, calmed(normalised.sentences)),
  });
  const abuse = judgeAbuse(own, {
    scores: () => (isKnown ? abuseOf(ownScores()) : []),
    tell: (answer) => tellingWords(model, 'abuse', answer, calmed(ownTexts)),
  });
  return {
    request: withAttached(request, input.attachedTexts ?? [], model),
    severity: severity.severity,
    severityBecause: severity.because,
    abuse,
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
  const kinds = kindsOf(scoresOf(normalised.sentences, normalised.subjectSentences, model));
  const { kind, because } = judgeRequest(normalised, sentences, detectLanguage(normalised.own), kinds);
  return costlyKinds.has(kind) && because.some(({ rule }) => rule !== 'model') ? kind : null;
}

/** What the model makes of a text and of parts of it; null where there is too little to read. */
type TextScores = {
  readonly whole: Scores | null;
  readonly body: Scores | null;
  readonly pieces: readonly (Scores | null)[];
};

/** Of all of it, of a short text without its subject, and of the pieces of a long one. */
function scoresOf(loud: readonly string[], subjectSentences: number, model: Model): TextScores {
  const scored = (some: readonly string[], reading: Reading): Scores | null =>
    hasWords(some) ? guess(model, reading) : null;
  const sentences = calmed(loud);
  const pieces = windowsOf(sentences, ({ length }) => length, pieceLength).map((some) => ({
    some,
    reading: readingOf(some),
  }));
  const whole = wholeOf(pieces.map(({ reading }) => reading)) ?? readingOf(sentences);
  const body = calmed(loud.slice(subjectSentences));
  const isShort = body.reduce((sum, { length }) => sum + length, 0) <= shortLength;
  return {
    whole: scored(sentences, whole),
    body: subjectSentences > 0 && isShort ? scored(body, readingOf(body)) : null,
    pieces: pieces.length < 2 ? [] : pieces.map(({ some, reading }) => scored(some, reading)),
  };
}

function kindsOf({ whole, body, pieces }: TextScores): Guesses {
  const ranked = (scores: Scores | null) => (scores === null ? [] : rankedKinds(scores('request')));
  return { whole: ranked(whole), body: ranked(body), pieces: pieces.map(ranked) };
}

function abuseOf({ whole, pieces }: TextScores): readonly (readonly number[])[] {
  return [whole, ...pieces].flatMap((scores) => (scores === null ? [] : [scores('abuse')]));
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

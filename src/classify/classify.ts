/**
 * What a mail asks and how it says it: pure, offline, deterministic. Explicit rules decide where policy hangs on the
 * answer; a small linear model speaks where no rule reaches; doubt goes to a person.
 */
import { judgeAbuse } from './abuse.ts';
import { judgeAutomatic } from './automatic.ts';
import type { Classification, ClassifierInput } from './classification.ts';
import { detectLanguage } from './language.ts';
import { committedModel, featuresOf, guess, type Model } from './model.ts';
import { normalise, textLimits } from './normalise.ts';
import { passageOf } from './passage.ts';
import { judgeRequest } from './request.ts';
import { findSecrets } from './secrets.ts';
import { judgeSeverity } from './severity.ts';

/** With fewer different words than this the model only guesses: a greeting would be in doubt. Rules still speak. */
const fewestWords = 4;

/** Never throws; takes time linear in the input, of which it reads a bounded part. */
export function classify(input: ClassifierInput, model: Model = committedModel): Classification {
  const subject = input.subject.slice(0, textLimits.line);
  const text = input.text.slice(0, textLimits.raw);
  const blankedSubject = blank(subject);
  const blankedText = blank(text);
  // No rule ever sees a secret, so that none can stand among the words that explain a label.
  const read = normalise(blankedSubject.text, blankedText.text, input.attachmentNames);
  const normalised = { ...read, cut: read.cut || text.length < input.text.length };
  const sentences = normalised.sentences.map(passageOf);
  const ownSentences = normalised.forwarded ? sentences.slice(0, normalised.subjectSentences) : sentences;
  const language = detectLanguage(normalised.own);
  const words = new Set(normalised.sentences.join(' ').match(/\p{L}+/gu));
  const guesses = words.size < fewestWords ? [] : guess(model, featuresOf(normalised.sentences));
  const severity = judgeSeverity(sentences);
  return {
    request: judgeRequest(normalised, sentences, language, guesses),
    severity: severity.severity,
    severityBecause: severity.because,
    abuse: judgeAbuse(ownSentences),
    automatic: judgeAutomatic(sentences, normalised.subjectSentences).length > 0,
    language,
    secrets: [...new Set([...blankedSubject.kinds, ...blankedText.kinds])].sort(),
  };
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

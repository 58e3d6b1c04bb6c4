/**
 * Measures the classifier on the labelled mails, part by part: precision and recall per label, the confusion table of
 * request kinds, and the figures that policy hangs on.
 *
 *     node scripts/evaluate-classifier.ts [--json] [--errors] [--cross authors|parts]
 *
 * Parts that the model is trained on flatter. The held-out part was never trained on, but has been measured many times; a
 * further part was written by others, without sight of rules and model (README says which of them have been read since).
 *
 * `--cross` says what to expect of mail by people the model never met: each mail of the training parts is judged by a model
 * that was trained without its author (in five rounds, each of which leaves out a fifth of the authors), or without its
 * whole part. The rules stay those of today, and were made with most of these mails in sight. `--errors` lists the misjudged
 * mails of the development part and never those of the others.
 */
import { parseArgs } from 'node:util';
import { type Classification, requestKinds, type SecretKind } from '../src/classify/classification.ts';
import { classify } from '../src/classify/classify.ts';
import { committedModel, type Model, readModel } from '../src/classify/model.ts';
import { costlyKinds } from '../src/classify/request.ts';
import { findSecrets, redact } from '../src/classify/secrets.ts';
import { allParts, type LabelledMail, labelledMails, trainingMails } from '../test/classify/labelled-mails.ts';
import { trainWeights } from './classifier-training.ts';

type Judged = { readonly mail: LabelledMail; readonly judged: Classification };
type Figures = { readonly label: string; readonly mails: number; readonly precision: number; readonly recall: number };

export type Evaluation = {
  readonly mails: number;
  readonly request: readonly Figures[];
  readonly requestMacroF1: number;
  /** Rows: what was meant; columns: what was said; in the order of `requestKinds`. */
  readonly confusion: readonly (readonly number[])[];
  /** Recall of each costly kind when a doubt counts as caught: a person decides either way. */
  readonly costlyCaught: readonly { readonly label: string; readonly mails: number; readonly caught: number }[];
  readonly costlyCaughtTotal: number;
  /** Share of mails of other kinds that were doubted, or taken for a costly kind. */
  readonly falseDoubt: number;
  readonly innocentAsCostly: number;
  readonly severity: readonly Figures[];
  readonly abuse: readonly Figures[];
  /** Abusive and threatening taken together. */
  readonly hostile: Figures;
  readonly furiousAsHostile: number;
  readonly automatic: Figures;
  readonly secrets: readonly Figures[];
  readonly secretsRecall: number;
  /** Planted secrets that were still to be read after redaction. */
  readonly secretsSurviving: number;
  readonly language: number;
};

/** Judges the mails with a model and reckons the figures. */
export function evaluate(mails: readonly LabelledMail[], model: Model): Evaluation {
  return reckoned(mails.map((mail) => ({ mail, judged: judge(mail, model) })));
}

/** Judges each mail by a model that was trained without all mails of its group, and reckons the figures of each part. */
function crossEvaluated(groupOf: (mail: LabelledMail) => string): readonly (readonly [string, Evaluation])[] {
  const mails = trainingMails();
  const judged = [...Map.groupBy(mails, groupOf)].flatMap(([group, left]) => {
    const model = readModel(trainWeights(mails.filter((mail) => groupOf(mail) !== group)));
    return left.map((mail) => ({ mail, judged: judge(mail, model) }));
  });
  return [...Map.groupBy(judged, ({ mail }) => mail.part)].map(([part, some]) => [part, reckoned(some)]);
}

const rounds = 5;

/** Whole authors, dealt in order of their names. */
function roundOf(mail: LabelledMail): string {
  return String(authors.indexOf(mail.author) % rounds);
}

const authors = [...new Set(trainingMails().map(({ author }) => author))].sort();

function reckoned(all: readonly Judged[]): Evaluation {
  const mails = all.map(({ mail }) => mail);
  const request = requestKinds.map((kind) =>
    figures(
      kind,
      all,
      ({ mail }) => mail.request === kind,
      ({ judged }) => judged.request.kind === kind,
    ),
  );
  const costly = all.filter(({ mail }) => costlyKinds.has(mail.request));
  const harmless = all.filter(({ mail }) => !costlyKinds.has(mail.request));
  const graded = all.filter(({ mail }) => mail.severity !== null);
  const isHostile = (label: string) => label === 'abusive' || label === 'threatening';
  const withSecrets = mails.flatMap((mail) => mail.secrets.map((secret) => ({ mail, ...secret })));
  return {
    mails: mails.length,
    request,
    requestMacroF1: mean(request.filter((each) => each.mails > 0).map(harmonicMean)),
    confusion: requestKinds.map((meant) =>
      requestKinds.map(
        (said) => all.filter(({ mail, judged }) => mail.request === meant && judged.request.kind === said).length,
      ),
    ),
    costlyCaught: [...costlyKinds].map((label) => {
      const meant = costly.filter(({ mail }) => mail.request === label);
      return { label, mails: meant.length, caught: share(meant.filter(isCaught).length, meant.length) };
    }),
    costlyCaughtTotal: share(costly.filter(isCaught).length, costly.length),
    falseDoubt: share(harmless.filter(({ judged }) => goesToPerson(judged)).length, harmless.length),
    innocentAsCostly: share(
      all.filter(({ mail, judged }) => mail.innocent && goesToPerson(judged)).length,
      all.filter(({ mail }) => mail.innocent).length,
    ),
    severity: ([1, 2, 3] as const).map((severity) =>
      figures(
        String(severity),
        graded,
        ({ mail }) => mail.severity === severity,
        ({ judged }) => judged.severity === severity,
      ),
    ),
    abuse: (['swearing', 'abusive', 'threatening'] as const).map((label) =>
      figures(
        label,
        all,
        ({ mail }) => mail.abuse === label,
        ({ judged }) => judged.abuse.label === label,
      ),
    ),
    hostile: figures(
      'abusive or threatening',
      all,
      ({ mail }) => isHostile(mail.abuse),
      ({ judged }) => isHostile(judged.abuse.label),
    ),
    furiousAsHostile: all.filter(({ mail, judged }) => mail.furious && isHostile(judged.abuse.label)).length,
    automatic: figures(
      'automatic',
      all,
      ({ mail }) => mail.automatic,
      ({ judged }) => judged.automatic,
    ),
    secrets: (['password', 'private-key', 'api-token', 'card-number'] as const).map((kind) =>
      figures(
        kind,
        all,
        ({ mail }) => has(mail, kind),
        ({ judged }) => judged.secrets.includes(kind),
      ),
    ),
    secretsRecall: share(withSecrets.filter(({ mail, value }) => isFound(mail, value)).length, withSecrets.length),
    secretsSurviving: withSecrets.filter(({ mail, value }) => redact(mail.text).includes(value)).length,
    language: share(all.filter(({ mail, judged }) => judged.language === mail.language).length, all.length),
  };
}

function judge(mail: LabelledMail, model: Model): Classification {
  return classify({ subject: mail.subject, text: mail.text, attachmentNames: [] }, model);
}

/** Misjudged in what policy hangs on; one line of labels and the text. */
function errorsOf(mail: LabelledMail, model: Model): string | null {
  const judged = judge(mail, model);
  const faults = [
    mail.request === judged.request.kind
      ? ''
      : `request ${mail.request} -> ${judged.request.kind} ${judged.request.score} (${judged.request.because.map(({ rule }) => rule).join(' ')})`,
    costlyKinds.has(mail.request) && !isCaught({ mail, judged }) ? 'MISSED' : '',
    !costlyKinds.has(mail.request) && goesToPerson(judged) ? 'false doubt' : '',
    mail.severity === null || mail.severity === judged.severity
      ? ''
      : `severity ${mail.severity} -> ${judged.severity} (${judged.severityBecause.map(({ rule, words }) => `${rule}: ${words.join(' ')}`).join('; ')})`,
    mail.abuse === judged.abuse.label
      ? ''
      : `abuse ${mail.abuse} -> ${judged.abuse.label} (${judged.abuse.because.map(({ rule, words }) => `${rule}: ${words.join(' ')}`).join('; ')})`,
    mail.automatic === judged.automatic ? '' : `automatic ${mail.automatic} -> ${judged.automatic}`,
    ...mail.secrets.filter(({ value }) => !isFound(mail, value)).map(({ kind }) => `missed ${kind}`),
    ...judged.secrets.filter((kind) => !has(mail, kind)).map((kind) => `no ${kind} there`),
    mail.language === judged.language ? '' : `language ${judged.language}`,
  ].filter((fault) => fault !== '');
  return faults.length === 0
    ? null
    : `${mail.author}: ${faults.join(' | ')}\n    ${mail.subject} // ${mail.text.replace(/\n/g, ' ').slice(0, 260)}`;
}

function isCaught({ mail, judged }: Judged): boolean {
  return judged.request.kind === mail.request || goesToPerson(judged);
}

function goesToPerson(judged: Classification): boolean {
  return judged.request.doubt || costlyKinds.has(judged.request.kind);
}

function has(mail: LabelledMail, kind: SecretKind): boolean {
  return mail.secrets.some((secret) => secret.kind === kind);
}

/** The whole planted value lies inside found spans. */
function isFound(mail: LabelledMail, value: string): boolean {
  const start = mail.text.indexOf(value);
  return findSecrets(mail.text).some((span) => span.start <= start && span.end >= start + value.length);
}

function figures(
  label: string,
  all: readonly Judged[],
  isMeant: (each: Judged) => boolean,
  isSaid: (each: Judged) => boolean,
): Figures {
  const meant = all.filter(isMeant);
  const said = all.filter(isSaid);
  const right = meant.filter(isSaid).length;
  return { label, mails: meant.length, precision: share(right, said.length), recall: share(right, meant.length) };
}

/** A share of nothing is 1: nothing was missed. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function harmonicMean({ precision, recall }: Figures): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

function table(rows: readonly Figures[]): string {
  return rows
    .map(
      (row) =>
        `  ${row.label.padEnd(28)} n=${String(row.mails).padStart(4)}  precision ${percent(row.precision)}  recall ${percent(row.recall)}`,
    )
    .join('\n');
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1).padStart(5)} %`;
}

function confusionTable(confusion: Evaluation['confusion']): string {
  const codes = requestKinds.map((_, index) => String.fromCharCode(97 + index));
  const head = `  ${''.padEnd(30)}${codes.map((code) => code.padStart(4)).join('')}`;
  const lines = confusion.map((row, index) => {
    const cells = row.map((count) => (count === 0 ? '.' : String(count)).padStart(4)).join('');
    return `  ${codes[index] ?? ''} ${(requestKinds[index] ?? '').padEnd(28)}${cells}`;
  });
  return [head, ...lines].join('\n');
}

function report(part: string, result: Evaluation): string {
  return [
    `${part}: ${result.mails} mails`,
    `request kinds, macro F1 ${result.requestMacroF1.toFixed(3)}`,
    table(result.request),
    'what was meant (rows) and what was said (columns)',
    confusionTable(result.confusion),
    `costly kinds that reach a person: ${percent(result.costlyCaughtTotal)}`,
    ...result.costlyCaught.map(
      ({ label, mails, caught }) => `  ${label.padEnd(28)} n=${String(mails).padStart(4)}  caught ${percent(caught)}`,
    ),
    `other mails sent to a person: ${percent(result.falseDoubt)}; innocent ones among them: ${percent(result.innocentAsCostly)}`,
    'severity',
    table(result.severity),
    'abuse',
    table([...result.abuse, result.hostile]),
    `  furious mails taken for abusive or threatening: ${result.furiousAsHostile}`,
    'automatic by text, secrets',
    table([result.automatic, ...result.secrets]),
    `  planted secrets found: ${percent(result.secretsRecall)}; readable after redaction: ${result.secretsSurviving}`,
    `language right: ${percent(result.language)}`,
    '',
  ].join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      errors: { type: 'boolean', default: false },
      cross: { type: 'string' },
    },
  });
  if (values.errors) {
    for (const mail of labelledMails('development')) {
      const line = errorsOf(mail, committedModel);
      if (line !== null) process.stdout.write(`${line}\n`);
    }
  } else {
    const results = resultsOf(values.cross);
    if (values.json) process.stdout.write(`${JSON.stringify(Object.fromEntries(results))}\n`);
    else for (const [part, result] of results) process.stdout.write(`${report(part, result)}\n`);
  }
}

function resultsOf(cross: string | undefined): readonly (readonly [string, Evaluation])[] {
  if (cross === undefined) return allParts().map((part) => [part, evaluate(labelledMails(part), committedModel)]);
  if (cross === 'authors') return crossEvaluated(roundOf);
  if (cross === 'parts') return crossEvaluated(({ part }) => part);
  throw new Error(`--cross leaves out authors or parts, not ${cross}`);
}

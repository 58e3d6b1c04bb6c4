import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { trainWeights } from '../../scripts/classifier-training.ts';
import { evaluate } from '../../scripts/evaluate-classifier.ts';
import { requestKinds } from '../../src/classify/classification.ts';
import { answers, committedModel, headNames, readModel } from '../../src/classify/model.ts';
import { allParts, type LabelledMail, labelledMails, parts, trainingMails } from './labelled-mails.ts';

const all = parts.flatMap((part) => labelledMails(part));
const count = (is: (mail: LabelledMail) => boolean) => all.filter(is).length;

describe('the labelled set', () => {
  test.each(requestKinds)('has at least 60 mails that ask for %s', (kind) => {
    expect(count((mail) => mail.request === kind)).toBeGreaterThanOrEqual(60);
  });

  test('has enough of everything else', () => {
    for (const severity of [1, 2, 3]) expect(count((mail) => mail.severity === severity)).toBeGreaterThanOrEqual(60);
    expect(count(({ abuse }) => abuse === 'abusive' || abuse === 'threatening')).toBeGreaterThanOrEqual(80);
    expect(count((mail) => mail.furious || mail.abuse === 'swearing')).toBeGreaterThanOrEqual(120);
    expect(count((mail) => mail.automatic)).toBeGreaterThanOrEqual(60);
    expect(count((mail) => mail.secrets.length > 0)).toBeGreaterThanOrEqual(60);
    expect(count((mail) => mail.innocent)).toBeGreaterThanOrEqual(150);
  });

  const pairs = allParts().flatMap((one, index) =>
    allParts()
      .slice(index + 1)
      .map((other) => [one, other] as const),
  );
  test.each(pairs)('shares no author and no text between %s and %s', (one, other) => {
    const plain = (text: string) => text.toLowerCase().replace(/\W+/g, ' ');
    const authors = new Set(labelledMails(one).map(({ author }) => author));
    const texts = new Set(labelledMails(one).map(({ text }) => plain(text)));
    expect(labelledMails(other).filter(({ author }) => authors.has(author))).toEqual([]);
    expect(labelledMails(other).filter(({ text }) => texts.has(plain(text)))).toEqual([]);
  });
});

describe('the committed model', () => {
  test('is what the training parts give, byte for byte', { timeout: 300_000 }, () => {
    const file = path.join(import.meta.dirname, '../../src/classify/model-weights.json');
    const trained = `${JSON.stringify(trainWeights(trainingMails()), null, 2)}\n`;
    expect(trained === readFileSync(file, 'utf8')).toBe(true);
  });

  test('is refused when it does not fit', () => {
    const heads = headNames.map((name) => ({ name, answers: [...answers[name]], scale: 1 }));
    const empty = { heads, buckets: 131_072, known: '', weights: '' };
    expect(Object.keys(readModel(empty).heads)).toEqual(headNames);
    expect(() => readModel({ ...empty, heads: heads.slice(1) })).toThrow(/other questions/);
    expect(() => readModel({ ...empty, heads: heads.map((head) => ({ ...head, answers: ['x'] })) })).toThrow(
      /other questions/,
    );
    expect(() => readModel({ ...empty, buckets: 8 })).toThrow(/do not fit/);
    expect(() => readModel({ ...empty, known: 'AQ==' })).toThrow(/do not fit/);
    expect(() => readModel({ ...empty, weights: 'AAA=' })).toThrow(/do not fit/);
  });

  test('keeps what was measured on the held-out part', () => {
    const result = evaluate(labelledMails('held-out'), committedModel);
    expect(result.costlyCaughtTotal).toBeGreaterThanOrEqual(0.95);
    expect(result.requestMacroF1).toBeGreaterThanOrEqual(0.85);
    expect(result.hostile.precision).toBeGreaterThanOrEqual(0.95);
    expect(result.furiousAsHostile).toBe(0);
    expect(result.secretsRecall).toBeGreaterThanOrEqual(0.9);
  });
});

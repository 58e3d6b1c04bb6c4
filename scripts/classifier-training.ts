/** Softmax regression by stochastic descent with fixed order and seed; see `src/classify/model.ts` for its use. */
import { buckets, calmed, type FeatureGroup, featuresOf, type HeadName, weighted } from '../src/classify/features.ts';
import { answers, headNames, softmax, type WeightsFile } from '../src/classify/model.ts';
import { normalise } from '../src/classify/normalise.ts';
import { ownWords } from '../src/classify/own-words.ts';
import { passageOf } from '../src/classify/passage.ts';
import type { LabelledMail } from '../test/classify/labelled-mails.ts';

const epochs = 20;
const rate = 0.5;
const decay = 2e-5;
/** What each example leaves to the other answers together: a mail may be read more than one way, and no guess is ever sure. */
const leftToOthers = 0.04;
/** Features of fewer mails say more about the mail than about what it is. */
const leastMails = 3;

/** What a mail teaches a head: its answer, and how much it counts. */
type Lesson = { readonly answer: string; readonly weight: number };

/** Null where the mail teaches the head nothing. */
const lessons: Readonly<Record<HeadName, (mail: LabelledMail) => Lesson | null>> = {
  request: ({ request }) => ({ answer: request, weight: 1 }),
  // What is not labelled tells no trouble, but for requests that trouble often leads to.
  severity: ({ severity, request }) => {
    if (severity !== null) return { answer: String(severity), weight: 1 };
    const mayTellTrouble = request === 'recovery-disgruntled-admin' || request === 'recovery-mistake';
    return mayTellTrouble ? null : { answer: 'none', weight: 1 };
  },
  // Anger is what abuse must be told from, so each mail of either counts twice.
  abuse: ({ abuse, furious }) => {
    if (abuse === 'abusive' || abuse === 'threatening') return { answer: abuse, weight: 2 };
    if (furious || abuse === 'swearing') return { answer: 'angry', weight: 2 };
    return { answer: 'none', weight: 1 };
  },
};

type Example = {
  readonly features: Int32Array;
  readonly values: Float64Array;
  readonly answer: number;
  readonly weight: number;
};

export function trainWeights(mails: readonly LabelledMail[]): WeightsFile {
  const read = mails.map(featuresOfMail);
  const known = knownBuckets(read.flatMap(({ all, own }) => (all === own ? [all] : [all, own])));
  const heads = headNames.map((name) => {
    const examples = mails.flatMap((mail, index) => {
      const lesson = lessons[name](mail);
      const features = name === 'abuse' ? read[index]?.own : read[index]?.all;
      return lesson === null || features === undefined ? [] : [exampleOf(name, features, lesson, known)];
    });
    const weights = descend(examples, answers[name].length);
    const highest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    return { name, weights, scale: highest / 127 };
  });
  return packed(heads);
}

type MailFeatures = { readonly all: readonly FeatureGroup[]; readonly own: readonly FeatureGroup[] };

/** Of the whole mail, and of what the writer says himself. */
function featuresOfMail({ subject, text }: LabelledMail): MailFeatures {
  const normalised = normalise(subject, text, []);
  const all = featuresOf(calmed(normalised.sentences));
  const own = ownWords(normalised, normalised.sentences.map(passageOf)).map((passage) => passage.text);
  return { all, own: own.join('\n') === normalised.sentences.join('\n') ? all : featuresOf(calmed(own)) };
}

function knownBuckets(read: readonly (readonly FeatureGroup[])[]): (bucket: number) => boolean {
  const seen = new Uint16Array(buckets);
  for (const groups of read) {
    for (const feature of groups.flatMap(({ features }) => features)) seen[feature] = (seen[feature] ?? 0) + 1;
  }
  return (bucket) => (seen[bucket] ?? 0) >= leastMails;
}

function exampleOf(
  head: HeadName,
  features: readonly FeatureGroup[],
  { answer, weight }: Lesson,
  known: (bucket: number) => boolean,
): Example {
  const pairs = weighted(features, head, known);
  return {
    features: Int32Array.from(pairs, ([feature]) => feature),
    values: Float64Array.from(pairs, ([, value]) => value),
    answer: answers[head].findIndex((each) => each === answer),
    weight,
  };
}

function descend(examples: readonly Example[], count: number): Float64Array {
  const weights = new Float64Array(buckets * count);
  const order = examples.map((_, index) => index);
  let state = 20_260_401;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    // Fisher–Yates with a linear congruential generator (Numerical Recipes), so that each run sees the same order.
    for (let last = order.length - 1; last > 0; last -= 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const other = state % (last + 1);
      [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
    }
    const step = rate / (1 + epoch * 0.1);
    for (const index of order) {
      const example = examples[index];
      if (example !== undefined) learn(weights, example, count, step * example.weight);
    }
  }
  return weights;
}

function learn(weights: Float64Array, example: Example, count: number, step: number): void {
  const { features, values, answer: right } = example;
  const scores = new Float64Array(count);
  for (let place = 0; place < features.length; place += 1) {
    const at = (features[place] ?? 0) * count;
    const value = values[place] ?? 0;
    for (let answer = 0; answer < count; answer += 1) {
      scores[answer] = (scores[answer] ?? 0) + (weights[at + answer] ?? 0) * value;
    }
  }
  const changes = softmax(scores).map((share, answer) => {
    const target = answer === right ? 1 - leftToOthers : leftToOthers / (count - 1);
    return step * (target - share);
  });
  const kept = 1 - step * decay;
  for (let place = 0; place < features.length; place += 1) {
    const at = (features[place] ?? 0) * count;
    const value = values[place] ?? 0;
    for (let answer = 0; answer < count; answer += 1) {
      weights[at + answer] = (weights[at + answer] ?? 0) * kept + (changes[answer] ?? 0) * value;
    }
  }
}

type Trained = { readonly name: HeadName; readonly weights: Float64Array; readonly scale: number };

function packed(heads: readonly Trained[]): WeightsFile {
  const known = Buffer.alloc(buckets / 8);
  const bytes: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const row = heads.flatMap(({ name, weights, scale }) => {
      const count = answers[name].length;
      return [...weights.subarray(bucket * count, (bucket + 1) * count)].map((weight) => Math.round(weight / scale));
    });
    if (row.every((byte) => byte === 0)) continue;
    known.writeUInt8(known.readUInt8(bucket >> 3) | (1 << (bucket & 7)), bucket >> 3);
    for (const byte of row) bytes.push(byte & 255);
  }
  return {
    heads: heads.map(({ name, scale }) => ({ name, answers: [...answers[name]], scale })),
    buckets,
    known: known.toString('base64'),
    weights: Buffer.from(bytes).toString('base64'),
  };
}

/** Softmax regression by stochastic descent with fixed order and seed; see `src/classify/model.ts` for its use. */
import { requestKinds } from '../src/classify/classification.ts';
import { buckets, featuresOf, softmax, type WeightsFile, weighted } from '../src/classify/model.ts';
import { normalise } from '../src/classify/normalise.ts';
import type { LabelledMail } from '../test/classify/labelled-mails.ts';

const epochs = 20;
const rate = 0.5;
const decay = 2e-5;
/** What each example leaves to the other kinds together: a mail may be read more than one way, and no guess is ever sure. */
const leftToOthers = 0.04;
/** Features of fewer mails say more about the mail than about its kind. */
const leastMails = 3;

type Example = { readonly features: Int32Array; readonly values: Float64Array; readonly kind: number };

export function trainWeights(mails: readonly LabelledMail[]): WeightsFile {
  const examples = examplesOf(mails);
  const weights = descend(examples);
  const highest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  return packed(weights, highest / 127);
}

function examplesOf(mails: readonly LabelledMail[]): readonly Example[] {
  const all = mails.map((mail) => ({
    features: featuresOf(normalise(mail.subject, mail.text, []).sentences),
    kind: requestKinds.indexOf(mail.request),
  }));
  const seen = new Uint16Array(buckets);
  for (const { features } of all) {
    for (const feature of features.flatMap((group) => group.features)) seen[feature] = (seen[feature] ?? 0) + 1;
  }
  return all.map(({ features, kind }) => {
    const pairs = weighted(features, (feature) => (seen[feature] ?? 0) >= leastMails);
    return {
      features: Int32Array.from(pairs, ([feature]) => feature),
      values: Float64Array.from(pairs, ([, value]) => value),
      kind,
    };
  });
}

function descend(examples: readonly Example[]): Float64Array {
  const kinds = requestKinds.length;
  const weights = new Float64Array(buckets * kinds);
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
      if (example !== undefined) learn(weights, example, step);
    }
  }
  return weights;
}

function learn(weights: Float64Array, { features, values, kind: right }: Example, step: number): void {
  const kinds = requestKinds.length;
  const scores = new Float64Array(kinds);
  for (let place = 0; place < features.length; place += 1) {
    const at = (features[place] ?? 0) * kinds;
    const value = values[place] ?? 0;
    for (let kind = 0; kind < kinds; kind += 1) scores[kind] = (scores[kind] ?? 0) + (weights[at + kind] ?? 0) * value;
  }
  const changes = softmax(scores).map((share, kind) => {
    const target = kind === right ? 1 - leftToOthers : leftToOthers / (kinds - 1);
    return step * (target - share);
  });
  const kept = 1 - step * decay;
  for (let place = 0; place < features.length; place += 1) {
    const at = (features[place] ?? 0) * kinds;
    const value = values[place] ?? 0;
    for (let kind = 0; kind < kinds; kind += 1) {
      weights[at + kind] = (weights[at + kind] ?? 0) * kept + (changes[kind] ?? 0) * value;
    }
  }
}

function packed(weights: Float64Array, scale: number): WeightsFile {
  const kinds = requestKinds.length;
  const known = Buffer.alloc(buckets / 8);
  const bytes: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const row = [...weights.subarray(bucket * kinds, (bucket + 1) * kinds)].map((weight) => Math.round(weight / scale));
    if (row.every((byte) => byte === 0)) continue;
    known.writeUInt8(known.readUInt8(bucket >> 3) | (1 << (bucket & 7)), bucket >> 3);
    for (const byte of row) bytes.push(byte & 255);
  }
  return {
    kinds: [...requestKinds],
    buckets,
    scale,
    known: known.toString('base64'),
    weights: Buffer.from(bytes).toString('base64'),
  };
}

/** A worker thread that classifies one text at a time: long ones take longer than an event loop may stand still. */
import { parentPort } from 'node:worker_threads';
import type { Classification, ClassifierInput } from '../classify/classification.ts';
import { classify } from '../classify/classify.ts';

export type ToClassifier = { readonly id: number; readonly input: ClassifierInput };
export type FromClassifier = { readonly id: number; readonly classification: Classification };

const port = parentPort;
if (port !== null) {
  port.on('message', ({ id, input }: ToClassifier) => {
    const answer: FromClassifier = { id, classification: classify(input) };
    port.postMessage(answer);
  });
}

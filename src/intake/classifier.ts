/**
 * Classifies without ever holding the event loop for long: short texts, which almost all mails have, in this thread; long
 * ones in a worker thread.
 */
import type { Classification, ClassifierInput } from '../classify/classification.ts';
import { classify } from '../classify/classify.ts';
import { createWorkThread, WorkNotDone } from './work-thread.ts';

/** Rejects with `NotClassified` when a long text was not worked off. */
export type Classify = (input: ClassifierInput) => Promise<Classification>;

export type Classifier = {
  readonly classify: Classify;
  /** Ends the thread. What is in it is not classified. */
  close(): Promise<void>;
};

/** Nobody has read the text; the message is one line for staff. */
export class NotClassified extends Error {
  override readonly name = 'NotClassified';
}

/** In this thread, whatever the length: for commands, which serve nobody else meanwhile. */
export const classifyHere: Classify = async (input) => classify(input);

/** UTF-16 units that are classified in this thread: some milliseconds. */
const inlineLength = 8 * 1024;
/** Weights and rules, and a text of bounded length. */
const heapMb = 256;

function lengthOf({ text, attachedTexts = [] }: ClassifierInput): number {
  return attachedTexts.reduce((sum, attached) => sum + attached.length, text.length);
}

/** `deadlineMs` counts from the moment a text is at work, not from when it was put in. */
export function createClassifier({ deadlineMs }: { readonly deadlineMs: number }): Classifier {
  const script = new URL('./classifier-thread.ts', import.meta.url);
  const thread = createWorkThread<ClassifierInput, Classification>({ script, name: 'classifier', deadlineMs, heapMb });
  return {
    classify(input) {
      if (lengthOf(input) <= inlineLength) return classifyHere(input);
      return thread.ask(input).catch((error: unknown) => {
        throw error instanceof WorkNotDone ? new NotClassified(error.message) : error;
      });
    },
    close: () => thread.close(),
  };
}

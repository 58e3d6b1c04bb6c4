/**
 * Deny-list and directory out of uploaded files, read and looked up in a worker thread: a file of a hundred thousand rows
 * takes seconds, and the console answers others meanwhile.
 */
import type { DenylistPort, DirectoryPort } from '../evidence/ports.ts';
import { createWorkThread, WorkNotDone } from '../intake/work-thread.ts';
import type { ListsAnswer, ListsQuestion, ListTexts } from './lists-thread.ts';

export type ThreadedLists = {
  /** What is wrong with the files, one line each; none when both can be asked. */
  readonly faults: readonly string[];
  readonly denylist: DenylistPort;
  readonly directory: DirectoryPort;
  close(): Promise<void>;
};

/** A file that takes longer is one for the command line. */
const deadlineMs = 60_000;
const heapMb = 768;

export async function openLists(texts: ListTexts): Promise<ThreadedLists> {
  const script = new URL('./lists-thread.ts', import.meta.url);
  const thread = createWorkThread<ListsQuestion, ListsAnswer>({ script, name: 'lists', deadlineMs, heapMb });
  const hasText = texts.denylist !== null || texts.directory !== null;
  const answered = async <Name extends keyof ListsAnswer>(question: ListsQuestion, name: Name) => {
    const { [name]: answer } = await thread.ask(question);
    if (answer === undefined) throw new Error(`the lists thread has no ${name}`);
    return answer;
  };
  return {
    faults: hasText ? await answered({ kind: 'read', ...texts }, 'faults').catch(unread) : [],
    denylist: { find: (keys) => answered({ kind: 'entries', keys }, 'entries') },
    directory: {
      standingOf: (name) => answered({ kind: 'standing', name }, 'standing'),
      keysOf: (name) => answered({ kind: 'keys-of', name }, 'keys'),
      keysById: (name) => answered({ kind: 'keys-by-id', name }, 'keys'),
      namesUnder: (keys) => answered({ kind: 'names', keys }, 'names'),
    },
    close: () => thread.close(),
  };
}

function unread(error: unknown): readonly string[] {
  if (error instanceof WorkNotDone)
    return [`The files are too large to be read here (${error.message}): postern simulate takes them.`];
  throw error;
}

import { afterEach, describe, expect, it } from 'vitest';
import { classify } from '../../src/classify/classify.ts';
import { type Classifier, createClassifier, NotClassified } from '../../src/intake/classifier.ts';
import { readContent } from '../../src/intake/content-finding.ts';
import { createReaderPool } from '../../src/intake/reader-pool.ts';

import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits } from '../../src/message/read.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { buildMail } from '../helpers/mail-builder.ts';

let open: Classifier[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

function classifier(deadlineMs = 60_000): Classifier {
  const made = createClassifier({ deadlineMs });
  open.push(made);
  return made;
}

const input = (text: string) => ({ subject: 'Our account', text, attachmentNames: [] });
const story = 'The export of the report stops after some rows, and nobody here knows why. '.repeat(180);
const long = input(`${story}Please delete our whole account and everything in it. ${story}`);

describe('classifying', () => {
  it('says of a long text what it says of it here, and of short ones too', async () => {
    const { classify: elsewhere } = classifier();
    expect(long.text.length).toBeGreaterThan(20_000);
    const [first, short, second] = await Promise.all([
      elsewhere(long),
      elsewhere(input('Please delete our whole account.')),
      elsewhere(input(story)),
    ]);
    expect(first).toEqual(classify(long));
    expect(first.request.kind).toBe('delete-account');
    expect(short).toEqual(classify(input('Please delete our whole account.')));
    expect(second).toEqual(classify(input(story)));
  });

  it('lets the event loop turn while a long text is read', async () => {
    const { classify: elsewhere } = classifier();
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await elsewhere(long);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2); // in this thread it would be none
  });

  it('gives up at the deadline, says so, and goes on with the next text in a new thread', async () => {
    const hurried = classifier(1);
    await expect(hurried.classify(long)).rejects.toThrow(NotClassified);
    await expect(hurried.classify(long)).rejects.toThrow('the classifier thread did not answer within 1 ms');
    expect(await hurried.classify(input('Please delete our whole account.'))).toMatchObject({
      request: { kind: 'delete-account' },
    });
  });

  it('classifies nothing that waits when it is closed', async () => {
    const closing = classifier();
    const both = Promise.allSettled([closing.classify(long), closing.classify(long)]);
    await closing.close();
    const [atWork, waiting] = await both;
    expect(atWork).toMatchObject({ status: 'rejected', reason: new NotClassified('the classifier thread exited') });
    expect(waiting).toMatchObject({ status: 'rejected', reason: new NotClassified('the classifier was closed') });
  });

  it('leaves a mail that was not classified to a person', async () => {
    const pool = createReaderPool({
      threads: 1,
      deadlineMs: 60_000,
      limits: defaultReadLimits,
      logger: silentLogger(),
    });
    const message = await pool.read(memoryMail(buildMail()));
    await pool.close();
    const { finding } = await readContent(message, null, {
      read: async () => message,
      classify: () => Promise.reject(new NotClassified('not classified within 1 ms')),
    });
    expect(finding).toEqual({ result: 'unparseable', cause: 'not classified within 1 ms' });
  });
});

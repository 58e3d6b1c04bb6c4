/** Submits mails over one or several SMTP sessions and reports them in the order given. */
import type { UnreadableFile } from './check-files.ts';
import type { ReadMail, SendEnvelope, SendItem } from './send-items.ts';
import { NoSession, type Submission, type Submitter } from './smtp-submitter.ts';

export type Submitted = {
  readonly item: SendItem;
  readonly envelope: SendEnvelope;
  readonly remarks: readonly string[];
  readonly submission: Submission;
};

export type SubmitOptions = {
  /** The session that is open already. */
  readonly first: Submitter;
  /** Another one; rejects with `NoSession`. */
  readonly open: () => Promise<Submitter>;
  /** At least one. */
  readonly sessions: number;
  /** Called once for each item, in the order of the items. */
  readonly onEnd: (result: Submitted | UnreadableFile) => void;
};

/** Resolves when every item was reported and all sessions are closed. A mail whose session could not be had says so. */
export async function submitAll(
  items: readonly SendItem[],
  { first, open, sessions, onEnd }: SubmitOptions,
): Promise<void> {
  const results = new Map<number, Submitted | UnreadableFile>();
  let reported = 0;
  let next = 0;
  let gone: string | null = null;

  const report = (index: number, result: Submitted | UnreadableFile): void => {
    results.set(index, result);
    for (let ready = results.get(reported); ready !== undefined; ready = results.get(reported)) {
      results.delete(reported);
      reported += 1;
      onEnd(ready);
    }
  };

  const work = async (given: Submitter | null): Promise<void> => {
    let session = given;
    const submit = async (mail: ReadMail): Promise<Submission> => {
      // A gateway ends a session that has had its number of commands (421): that mail goes over the next one.
      for (let attempt = 1; ; attempt += 1) {
        if (gone !== null) return notSent(gone);
        try {
          if (session === null || session.isOver) session = await open();
        } catch (error) {
          if (!(error instanceof NoSession)) throw error;
          gone = error.message;
          continue;
        }
        const submission = await session.submit(mail.envelope, mail.raw);
        if (submission.reply?.code !== 421 || attempt > 1) return submission;
      }
    };
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item === undefined) break;
      const mail = await item.read();
      if ('cause' in mail) report(index, mail);
      else {
        const { envelope, remarks } = mail;
        report(index, { item, envelope, remarks, submission: await submit(mail) });
      }
    }
    session?.close();
  };

  const others = Math.min(sessions, items.length) - 1;
  await Promise.all([work(first), ...Array.from({ length: Math.max(0, others) }, () => work(null))]);
}

function notSent(cause: string): Submission {
  const now = Date.now();
  return { reply: null, cause, wasRead: false, refused: [], startedAt: now, repliedAt: now, localPort: 0 };
}

/** The queue `notices`, and how mail that was recorded gets onto it. */
import { type JudgedMail, jobIdOf } from '../src/jobs/judged-mail.ts';
import { noticeJobSchema } from '../src/jobs/notice-job.ts';
import { type Handler, HopelessJob } from './handler.ts';
import { readPayload } from './judged.ts';
import type { NoticeDesk } from './notice-desk.ts';

/** Decides about one notice and tries to send it. What the relay does not take is tried again by the desk's poll. */
export function createNotices(desk: Pick<NoticeDesk, 'decide' | 'wake'>): Handler<'notices'> {
  return {
    name: 'notices',
    handle: async (payload) => {
      const parsed = noticeJobSchema.safeParse(payload);
      if (!parsed.success) throw new HopelessJob('unreadable payload of a notice');
      const { notice } = parsed.data;
      const decided = await desk.decide(notice);
      if (decided === 'waiting') desk.wake();
      return { kind: decided, messageId: notice, linkedTo: null };
    },
  };
}

/**
 * After a mail is recorded, tells of it when it may call for a notice. A worker that dies in between runs again, finds
 * the mail recorded, and tells again.
 */
export function announcing<Name extends JudgedMail['verdict']['outcome']>(
  handler: Handler<Name>,
  tell: (notice: string) => Promise<void>,
): Handler<Name> {
  return {
    name: handler.name,
    handle: async (payload, deps) => {
      const result = await handler.handle(payload, deps);
      // A copy was answered with the mail that it is a copy of.
      const mail = readPayload(payload, handler.name);
      if (result.linkedTo === null && mayBeNoticed(mail)) await tell(jobIdOf(mail));
      return result;
    },
  };
}

/** Spares the queue what `noticeFor` would turn down at once. */
function mayBeNoticed({ spoolKey, verdict }: JudgedMail): boolean {
  return spoolKey !== null && !verdict.silent && verdict.assurance === 'proven';
}

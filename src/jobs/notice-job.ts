/** Payload of the queue `notices`: whose notice is to be decided and sent. All else stands in the records. */
import { z } from 'zod';

/** The job id of the mail that it answers (its first decision or a later one); an id of its own for any other notice. */
const noticeId = /^[0-9a-z]{1,64}(?:-\d{1,6}(?:-f\d{1,6})?)?$/;

export const noticeJobSchema = z.object({ v: z.literal(1), notice: z.string().regex(noticeId) });

export type NoticeJob = z.infer<typeof noticeJobSchema>;

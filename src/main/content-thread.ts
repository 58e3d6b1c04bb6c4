/** The other side of `threaded-content.ts`: reads mails for their tickets, a batch at once. */
import { answerInThread } from '../intake/work-thread.ts';
import type { ReadLimits } from '../message/message.ts';
import { memoryMail } from '../message/raw-mail.ts';
import { readContent } from '../message/read.ts';
import { type TicketContent, ticketContent } from '../tickets/content.ts';

/** Octets of whole mails. */
export type ContentBatch = { readonly mails: readonly Uint8Array[]; readonly limits: ReadLimits };

answerInThread(async ({ limits, mails }: ContentBatch): Promise<readonly TicketContent[]> => {
  const contents: TicketContent[] = [];
  for (const { buffer, byteLength, byteOffset } of mails) {
    const raw = memoryMail(Buffer.from(buffer, byteOffset, byteLength));
    contents.push(ticketContent(await readContent(raw, limits)));
  }
  return contents;
});

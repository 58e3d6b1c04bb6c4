/** Traces from before subjects were kept without secrets (P-SECRETS): the step that takes the secrets out of them. */
import type { Transaction } from 'kysely';
import { redact } from '../classify/secrets.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import { subjectWords, wordTerm } from './trace-terms.ts';

const mailsAtOnce = 1_000;

/** Also out of the words that mails are found by. A subject that holds none stays as it is. */
export async function redactSubjects(trx: Transaction<Schema>): Promise<void> {
  for (let last = ''; ; ) {
    const rows = await trx
      .selectFrom('trace')
      .select(['message_id', 'subject'])
      .where('message_id', '>', last)
      .orderBy('message_id')
      .limit(mailsAtOnce)
      .execute();
    for (const { message_id, subject } of rows) {
      const told = storable(redact(subject ?? ''), 1_000);
      if (subject !== null && told !== subject) await rewrite(trx, message_id, subject, told);
    }
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end.message_id;
  }
}

async function rewrite(trx: Transaction<Schema>, messageId: string, subject: string, told: string): Promise<void> {
  const kept = new Set(subjectWords(told));
  const gone = subjectWords(subject).filter((word) => !kept.has(word));
  await trx.updateTable('trace').set({ subject: told }).where('message_id', '=', messageId).execute();
  if (gone.length === 0) return;
  await trx
    .deleteFrom('trace_terms')
    .where('message_id', '=', messageId)
    .where('term', 'in', gone.map(wordTerm))
    .execute();
}

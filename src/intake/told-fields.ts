/**
 * What is told of a mail beside its text: subject, display name and names of attachments, without secrets (P-SECRETS). Only
 * the raw mail in the spool keeps them.
 */
import { redactTogether } from '../classify/secrets.ts';
import type { PartSummary } from '../message/message.ts';

export type ToldFields = {
  readonly subject: string;
  readonly displayName: string;
  readonly parts: readonly PartSummary[];
};

/** Read a little further than texts are shown, as far as tickets are. */
const mostText = 66 * 1024;

/** `text` is what a secret may be named in that stands bare in the fields; `''` where it names none. */
export function withoutSecrets({ displayName, parts, subject }: ToldFields, text: string): ToldFields {
  const names = parts.flatMap(({ fileName }) => (fileName === null ? [] : [fileName]));
  const [toldSubject = '', toldName = '', , ...toldNames] = redactTogether([
    subject,
    displayName,
    text.slice(0, mostText),
    ...names,
  ]);
  const next = toldNames.values();
  return {
    subject: toldSubject,
    displayName: toldName,
    parts: parts.map((part) => (part.fileName === null ? part : { ...part, fileName: next.next().value ?? '' })),
  };
}

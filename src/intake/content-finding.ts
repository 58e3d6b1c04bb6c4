/** What is asked, from the text that counts: the signed inner content where there is one, else what everybody sees. */
import type { Because, Classification } from '../classify/classification.ts';
import { classify } from '../classify/classify.ts';
import type { ContentFinding } from '../evidence/finding.ts';
import type { InnerContent } from '../evidence/pgp.ts';
import type { Content, Message } from '../message/message.ts';
import { memoryMail, type RawMail } from '../message/raw-mail.ts';

export async function contentFinding(
  { content }: Message,
  inner: InnerContent | null,
  read: (raw: RawMail) => Promise<Message>,
): Promise<ContentFinding> {
  if (content.kind === 'unparseable') return { result: 'unparseable', cause: content.cause };
  const outer = content.content;
  if (inner === null) return finding(outer, outer, classified(outer, outer.subject));
  const opened = (await read(memoryMail(inner.mime))).content;
  if (opened.kind === 'unparseable') return { result: 'unparseable', cause: `inside PGP: ${opened.cause}` };
  const classification = classified(opened.content, inner.subject ?? outer.subject);
  return finding(outer, opened.content, inner.encrypted ? withoutWords(classification) : classification);
}

function classified({ newestText, text, parts }: Content, subject: string): Classification {
  const attachmentNames = parts.flatMap(({ fileName }) => (fileName === null ? [] : [fileName]));
  return classify({ subject, text: newestText === '' ? text : newestText, attachmentNames });
}

/** Parts are those of the visible mail: names of encrypted attachments stay secret. */
function finding(outer: Content, read: Content, classification: Classification): ContentFinding {
  return {
    result: 'parsed',
    automatic: { ...outer.automatic, calendarMethod: outer.automatic.calendarMethod ?? read.automatic.calendarMethod },
    parts: outer.parts,
    classification,
    truncated: outer === read ? outer.truncated : [...outer.truncated, ...read.truncated],
  };
}

/** Decrypted words go into no queue, log or spool; the names of the rules may. */
function withoutWords(classification: Classification): Classification {
  const bare = (because: readonly Because[]) => because.map(({ rule }) => ({ rule, words: [] }));
  return {
    ...classification,
    request: { ...classification.request, because: bare(classification.request.because) },
    severityBecause: bare(classification.severityBecause),
    abuse: { ...classification.abuse, because: bare(classification.abuse.because) },
  };
}

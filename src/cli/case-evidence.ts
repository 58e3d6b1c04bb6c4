/** Documents of a case: kept, looked at, confirmed. */
import { basename } from 'node:path';
import { attachmentOf } from '../case-file/attachments.ts';
import type { CaseTools } from '../case-file/case-tools.ts';
import { documentMarks } from '../cases/document-marks.ts';
import type { ContactOutcome, DocumentKind, DocumentOrigin, SourcePlace } from '../cases/evidence.ts';
import type { CaseAct, NewDocument } from '../records/cases.ts';
import { change, refuseOr, type Seen } from './case-change.ts';
import { readEvidence, writeNewFile } from './case-files.ts';
import { actingStaff, type CaseContext } from './case-tools.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import { withOpened } from './with-opened.ts';

export type AddFlags = Seen & { readonly kind: DocumentKind; readonly mail?: string; readonly attachment: number };
export type ConfirmFlags = Seen & {
  readonly document?: string;
  readonly asked?: string;
  readonly foundIn?: SourcePlace;
  readonly court?: string;
  readonly why?: string;
  readonly contact?: string;
  readonly outcome?: ContactOutcome;
  readonly at?: number;
  readonly note: string;
};

export async function addDocument(
  context: CaseContext,
  id: string,
  file: string | undefined,
  flags: AddFlags,
): Promise<void> {
  if ((file === undefined) === (flags.mail === undefined)) {
    throw new CliError(exitCodes.usage, 'name a file, or --mail and --attachment');
  }
  await change(context, id, flags, async (tools, of, by) => {
    const found = file === undefined ? await attachment(tools, flags) : await uploaded(context, file);
    const { content, fileName, mediaType, origin } = found;
    const marks = documentMarks(fileName, content);
    const document: NewDocument = { kind: flags.kind, fileName, mediaType, marks, origin };
    for (const mark of marks) context.stderr.write(`warning: ${printable(fileName)} is ${mark}: kept, not opened\n`);
    return tools.cases.addDocument(id, { by, seen: flags.seen ?? of.version, document, content }, context.now());
  });
}

type Found = {
  readonly content: Buffer;
  readonly fileName: string;
  readonly mediaType: string;
  readonly origin: DocumentOrigin;
};

async function uploaded(context: CaseContext, file: string): Promise<Found> {
  const content = await readEvidence(context, file);
  return { content, fileName: basename(file), mediaType: 'application/octet-stream', origin: { kind: 'upload' } };
}

async function attachment(tools: CaseTools, { attachment, mail = '' }: AddFlags): Promise<Found> {
  const raw = await tools.rawMail(mail);
  if (raw === null) throw new CliError(exitCodes.notFound, `the raw mail of ${mail} is not there`);
  const found = await attachmentOf(raw, attachment);
  if (found.kind === 'missing') throw new CliError(exitCodes.notFound, `${mail} has ${found.count} attachments`);
  if (found.kind === 'unreadable')
    throw new CliError(exitCodes.dataError, `${mail} cannot be read: ${printable(found.cause)}`);
  return { ...found.attachment, origin: { kind: 'mail', reference: mail } };
}

export async function getDocument(context: CaseContext, id: string, documentId: string, out: string): Promise<void> {
  const by = await actingStaff(context);
  await withOpened(context.openCases(), async ({ cases }) => {
    const content = await cases.document(id, documentId);
    if (content === null) throw new CliError(exitCodes.notFound, `no document ${documentId} in ${id}`);
    // Recorded first: nobody sees a document without a trace, and one who may not is refused.
    refuseOr(await cases.act(id, { by, seen: null, act: { kind: 'document-looked', documentId } }, context.now()));
    await writeNewFile(context, out, content);
  });
  context.stderr.write(`${out} written; that you looked at ${documentId} is recorded\n`);
}

export function confirmation(context: CaseContext, flags: ConfirmFlags): CaseAct {
  const { asked, at, contact, court, document, foundIn, note, outcome, why } = flags;
  if (contact !== undefined && outcome !== undefined && document === undefined) {
    return { kind: 'contact-made', contactId: contact, madeAt: at ?? context.now(), outcome, note };
  }
  if (document === undefined || contact !== undefined || asked === undefined || foundIn === undefined) {
    throw new CliError(exitCodes.usage, 'name --document with --asked and --found-in, or --contact with --outcome');
  }
  const jurisdiction = court === undefined || why === undefined ? null : { court, why };
  return { kind: 'document-confirmed', documentId: document, source: { asked, foundIn }, note, jurisdiction };
}

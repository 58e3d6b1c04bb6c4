/**
 * The whole case in one archive, for lawyers: a summary, every event, all evidence, the mails, the audit extract. A list
 * of the SHA-256 of each file is signed by the gateway's key, and the public key lies beside it. A mail that is gone
 * stands in the list as missing, and in the summary.
 */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { KeptCase } from '../records/cases.ts';
import type { CaseTools } from './case-tools.ts';
import { issueOrder, type Sign } from './issue-order.ts';
import { caseSummary, type MailFile, type SummaryInput } from './summary.ts';

export type ArchiveInput = SummaryInput & {
  /** The content of a document; null when it is gone. */
  readonly document: (id: string) => Promise<Buffer | null>;
  /** The raw mail of a message id; null when it is gone, as after retention. */
  readonly mail: (messageId: string) => Promise<Buffer | null>;
  readonly sign: Sign;
  /** Armored. */
  readonly publicKey: (fingerprint: string) => Promise<string>;
};

/** The archive of a case as it is now; its work order is signed first where it was not yet. */
export async function archiveOf(tools: CaseTools, kept: KeptCase, now: number): Promise<Buffer> {
  const { id } = kept.case;
  const { cases, engineering } = tools;
  const order = await issueOrder(kept.case, cases.orders, tools.sign, now);
  return caseArchive({
    kept,
    audit: await tools.audit(id),
    order,
    deliveries: await cases.orders.deliveriesOf(id),
    engineering,
    admins: await cases.admins(kept.case),
    document: (documentId) => cases.document(id, documentId),
    mail: (messageId) => tools.rawMail(messageId),
    sign: tools.sign,
    publicKey: (fingerprint) => tools.publicKey(fingerprint),
    now,
  });
}

type Entry = { readonly name: string; readonly content: Buffer };

/** What retention has removed is named: an archive with a gap must not look like a whole one. */
type Mail = MailFile & { readonly content: Buffer | null };

/** A ZIP file. Rejects when a document of the case cannot be opened: an incomplete file must not look like a whole one. */
export async function caseArchive(input: ArchiveInput): Promise<Buffer> {
  const mails = await mailsOf(input);
  const entries = await entriesOf(input, mails);
  const list = Buffer.from(signedList(entries, mails));
  const { armored, fingerprint } = await input.sign(list, input.now);
  return zip(
    [
      ...entries,
      { name: 'SHA256SUMS', content: list },
      { name: 'SHA256SUMS.asc', content: Buffer.from(armored) },
      { name: 'gateway-key.asc', content: Buffer.from(await input.publicKey(fingerprint)) },
    ],
    input.now,
  );
}

/** As `sha256sum -c` reads it: it passes over lines that begin with `#`. */
function signedList(entries: readonly Entry[], mails: readonly Mail[]): string {
  const missing = mails.filter(({ content }) => content === null);
  return [
    ...entries.map(({ content, name }) => `${sha256(content)}  ${name}\n`),
    ...missing.map(({ name }) => `# missing: ${name}\n`),
  ].join('');
}

async function entriesOf(input: ArchiveInput, mails: readonly Mail[]): Promise<readonly Entry[]> {
  const { audit, kept, order } = input;
  const text = (name: string, content: string): Entry => ({ name, content: Buffer.from(content) });
  return [
    text('summary.html', caseSummary(input, mails)),
    text('case.json', `${JSON.stringify(kept.case, null, 2)}\n`),
    // One line each, as it was kept: the audit log holds its digest.
    text('events.jsonl', kept.events.map((event) => `${JSON.stringify(event)}\n`).join('')),
    text('audit.json', `${JSON.stringify(audit, null, 2)}\n`),
    ...(order === null ? [] : [text('work-order.json', order.document), text('work-order.json.asc', order.signature)]),
    ...(await documentsOf(input)),
    ...mails.flatMap(({ content, name }) => (content === null ? [] : [{ name, content }])),
  ];
}

async function documentsOf({ document, kept }: ArchiveInput): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const { digest, fileName, id } of kept.case.documents) {
    const content = await document(id);
    if (content === null || sha256(content) !== digest)
      throw new Error(`document ${id} of the case is not what was kept`);
    entries.push({ name: `evidence/${id}-${plainName(fileName)}`, content });
  }
  return entries;
}

async function mailsOf({ kept, mail }: ArchiveInput): Promise<readonly Mail[]> {
  const mails: Mail[] = [];
  for (const [index, { channel, reference }] of kept.case.communications.entries()) {
    if (channel !== 'mail') continue;
    const content = await mail(reference);
    // Numbered: two references must not become one name.
    const name = `mails/${index + 1}-${plainName(reference)}.eml`;
    mails.push({ reference, name, content, isMissing: content === null });
  }
  return mails;
}

/** A name of others leads nowhere: no folders, no leading dot, nothing that a file system reads otherwise. */
function plainName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').replace(/^[._]+/, '');
  return plain.slice(-100) || 'file';
}

async function zip(entries: readonly Entry[], now: number): Promise<Buffer> {
  const file = new ZipFile();
  for (const { content, name } of entries) file.addBuffer(content, name, { mtime: new Date(now), mode: 0o100600 });
  file.end();
  return buffer(file.outputStream);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The documents of cases: sealed, in base64, in parts. */
import type { Transaction } from 'kysely';
import type { Records } from './open-records.ts';
import type { Schema } from './schema.ts';

/** Seals documents for the records; `name` binds a document to its place. */
export type DocumentVault = {
  seal(name: string, content: Buffer): Buffer;
  /** Rejects when the content is not what was sealed under this name. */
  open(name: string, sealed: Buffer): Promise<Buffer>;
};

const blobPart = 512 * 1024;

export function blobName(caseId: string, documentId: string): string {
  return `case ${caseId} ${documentId}`;
}

export async function keepBlob(
  trx: Transaction<Schema>,
  caseId: string,
  documentId: string,
  sealed: Buffer,
): Promise<void> {
  for (let part = 0; part * blobPart < sealed.length; part += 1) {
    const content = sealed.subarray(part * blobPart, (part + 1) * blobPart).toString('base64');
    await trx.insertInto('case_blobs').values({ case_id: caseId, document_id: documentId, part, content }).execute();
  }
}

export async function readBlob(
  { db }: Records,
  vault: DocumentVault,
  caseId: string,
  documentId: string,
): Promise<Buffer | null> {
  const rows = await db
    .selectFrom('case_blobs')
    .select('content')
    .where('case_id', '=', caseId)
    .where('document_id', '=', documentId)
    .orderBy('part')
    .execute();
  if (rows.length === 0) return null;
  const sealed = Buffer.concat(rows.map(({ content }) => Buffer.from(content, 'base64')));
  return vault.open(blobName(caseId, documentId), sealed);
}

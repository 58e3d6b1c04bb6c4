/** The first and the last entry of a backup: what it is, and whether it is all there. */
import { z } from 'zod';

export const manifestName = 'postern-backup.json';
export const endName = 'end.json';

const format = 1;

export const manifestSchema = z.strictObject({
  /** Of the archive, not of the records. */
  format: z.literal(format),
  /** Epoch milliseconds. */
  createdAt: z.int(),
  /** Version of the schema of the records. */
  schema: z.int(),
  /** Where the database was; rows fit either. */
  records: z.enum(['sqlite', 'postgres']),
  /** `elsewhere`: mail lies in a bucket, and is not in the archive. */
  spool: z.enum(['included', 'elsewhere']),
  /** Names of the settings whose values are secrets from the environment: what a restored system needs besides. */
  secrets: z.array(z.string()),
});

export type Manifest = z.infer<typeof manifestSchema>;

export function manifestOf(facts: Omit<Manifest, 'format'>): Manifest {
  return { format, ...facts };
}

/** Without this as last entry an archive was cut off; with another digest it was changed or damaged. */
export const endSchema = z.strictObject({
  entries: z.int(),
  octets: z.int(),
  /** Over the SHA-256 of each entry before it, with its name, in order; lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type ArchiveEnd = z.infer<typeof endSchema>;

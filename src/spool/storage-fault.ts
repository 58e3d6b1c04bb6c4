/** Tells a full storage from every other fault. */
import { StorageFull } from './errors.ts';

/** The system's or the service's own code of an error, null when it has none. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name;
}

// The last three are how S3-compatible stores say it; AWS itself never does.
const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage']);

/** The same error, or `StorageFull` when that is what it says. */
export function storageFault(error: unknown): unknown {
  return fullCodes.has(codeOf(error) ?? '') ? new StorageFull('the spool has no room left', { cause: error }) : error;
}

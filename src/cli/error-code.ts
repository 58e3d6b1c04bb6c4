/** The system's code of a failed file operation (`ENOENT`); null for every other error. */
export function systemCode(error: unknown): string | null {
  const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return isCoded && /^E[A-Z0-9]+$/.test(String(error.code)) ? String(error.code) : null;
}

/** The system's code of a failed file operation (`ENOENT`), or what else is known of an error, in one line. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
}

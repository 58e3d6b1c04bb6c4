/** Large PGP mails, and small ones that unfold to much, are checked in threads: decrypting 25 MB takes a second. */
import type { PgpJob, PgpJobResult } from '../evidence/pgp-verify.ts';
import { createWorkThread } from './work-thread.ts';

export type PgpPool = {
  /** Rejects when the check was not done. */
  check(job: PgpJob): Promise<PgpJobResult>;
  /** Ends the threads. What is in one is not checked. */
  close(): Promise<void>;
};

/** Armor, packets and text of one mail of the largest size; octets are outside of it. */
const heapMb = 512;

/** `deadlineMs` counts from the moment a mail is at work. */
export function createPgpPool({ deadlineMs }: { readonly deadlineMs: number }): PgpPool {
  const script = new URL('./pgp-thread.ts', import.meta.url);
  const thread = createWorkThread<PgpJob, PgpJobResult>({ script, name: 'PGP', deadlineMs, heapMb });
  return { check: (job) => thread.ask(job), close: () => thread.close() };
}

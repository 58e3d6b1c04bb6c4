/** One mail of the trace and its raw text, for pages and programs alike; who looks at what people wrote is audited. */
import type { RawMail } from '../message/raw-mail.ts';
import type { TraceRecord } from '../records/trace.ts';
import type { ConsolePorts } from './ports.ts';

export async function recordOf({ trace }: Pick<ConsolePorts, 'trace'>, id: string): Promise<TraceRecord | null> {
  return /^[0-9a-z]{1,40}-\d{1,4}$/.test(id) ? trace.get(id) : null;
}

/** Null when it is kept no longer, or never was. */
export async function rawOf(
  { rawMail }: Pick<ConsolePorts, 'rawMail'>,
  { row }: Pick<TraceRecord, 'row'>,
): Promise<RawMail | null> {
  if (row.spool_key === null) return null;
  try {
    return await rawMail(row.spool_key);
  } catch (error) {
    if (error instanceof Error && error.name === 'SpoolMissing') return null;
    throw error;
  }
}

export async function auditLook(
  { audit, now }: Pick<ConsolePorts, 'audit' | 'now'>,
  actor: string,
  action: 'mail.read' | 'mail.download' | 'mail.decrypt' | 'mail.judge',
  { row }: Pick<TraceRecord, 'row'>,
  more: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  const detail = { sender: row.sender_address, recipient: row.recipient, ...more };
  await audit.append({ at: now(), actor, action, subject: row.message_id, detail });
}

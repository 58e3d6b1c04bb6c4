/** Who took a whole list away: one file of it is worth more than a day of looking at pages. */
import type { ConsolePorts } from './ports.ts';

export async function auditExport(
  { audit, now }: Pick<ConsolePorts, 'audit' | 'now'>,
  actor: string,
  action: 'deny.export' | 'directory.export',
  detail: Readonly<Record<string, number>>,
): Promise<void> {
  await audit.append({ at: now(), actor, action, subject: '', detail });
}

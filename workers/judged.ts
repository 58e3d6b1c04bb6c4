/** What all three outcomes have in common: read the payload and the sidecar, record the mail. */
import { type JudgedMail, judgedMailSchema } from '../src/jobs/judged-mail.ts';
import type { HandlerDeps, Recorded } from './deps.ts';
import { type HandlerResult, HopelessJob } from './handler.ts';

/** The payload of a queue, or `HopelessJob`, whose message names the field and not what stands in it. */
export function readPayload(payload: unknown, outcome: JudgedMail['verdict']['outcome']): JudgedMail {
  const parsed = judgedMailSchema.safeParse(payload);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue === undefined || issue.path.length === 0 ? 'payload' : issue.path.join('.');
    throw new HopelessJob(`unreadable payload: ${field} (${issue?.code ?? 'unknown'})`);
  }
  if (parsed.data.verdict.outcome !== outcome) {
    throw new HopelessJob(`unreadable payload: a mail that is ${parsed.data.verdict.outcome} on the queue ${outcome}`);
  }
  return parsed.data;
}

/** Records the mail with what lies beside it in the spool. */
export async function recordJudged(mail: JudgedMail, deps: HandlerDeps): Promise<HandlerResult> {
  const sidecar = mail.spoolKey === null ? null : await readSidecar(mail.spoolKey, deps);
  const recorded = await deps.record({ mail, sidecar });
  return resultOf(recorded);
}

export function resultOf(recorded: Recorded): HandlerResult {
  const linkedTo = 'linkedTo' in recorded ? recorded.linkedTo : null;
  return { kind: recorded.kind, messageId: recorded.messageId, linkedTo };
}

function readSidecar(spoolKey: string, { spool }: HandlerDeps) {
  return ofSpool(() => spool.sidecar(spoolKey));
}

/** Reading from the spool; `HopelessJob` when the entry is gone or damaged. */
export async function ofSpool<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // The spool's own error names: what is gone or broken does not heal by waiting.
    if (error instanceof Error && (error.name === 'SpoolMissing' || error.name === 'SpoolCorrupt')) {
      throw new HopelessJob(`${error.name}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

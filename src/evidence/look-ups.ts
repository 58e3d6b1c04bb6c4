/**
 * DNS for one mail: each question is asked once, and no answer is waited for past the mail's deadline. What is missing
 * then is a temporary fault, so that a slow domain defers and does not fail.
 */
import type { RecordType, Resolver } from './ports.ts';

export type LookUps = {
  readonly resolve: Resolver;
  /** Asks ahead of need; the answer is kept. */
  prefetch(name: string, type: RecordType): void;
  /** Lets go of the deadline's timer. */
  close(): void;
};

export function lookUpsFor(resolve: Resolver, elapsedMs: number): LookUps {
  const answers = new Map<string, Promise<unknown>>();
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  deadline.catch(() => undefined);
  const timer = setTimeout(() => reject(timedOut()), elapsedMs);
  const ask: Resolver = (name, type) => {
    const question = `${type} ${name.toLowerCase()}`;
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = Promise.race([resolve(name, type), deadline]);
    answer.catch(() => undefined);
    answers.set(question, answer);
    return answer;
  };
  return {
    resolve: ask,
    prefetch: (name, type) => void ask(name, type).catch(() => undefined),
    close: () => clearTimeout(timer),
  };
}

/** The code of a rejected look-up (`ports.ts`); null for anything else. */
export function faultCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Whether asking again later may be answered. */
export function isTemporary(error: unknown): boolean {
  const code = faultCode(error);
  return code === 'ETIMEOUT' || code === 'ESERVFAIL';
}

function timedOut(): Error {
  return Object.assign(new Error('the time for look-ups of this mail is over'), { code: 'ETIMEOUT' });
}

/** What a role sees of a job's payload: who looks after queues needs its shape and ids, not what people wrote. */
import { redact } from '../classify/secrets.ts';

/** `ids`: closed words, numbers and our own ids; `addresses`: all but words of mails; `all`. */
export type PayloadSight = 'ids' | 'addresses' | 'all';

/** Names of fields that hold words of closed lists or ids of ours. */
const plainFields: ReadonlySet<string> = new Set(
  'messageId outcome reason rule department assurance label kind language target event notice v'.split(' '),
);
/** Names of fields that hold words of mails. */
const wordFields: ReadonlySet<string> = new Set(['words', 'detail', 'subject', 'text']);
/** Names of fields that hold evidence: names and words of mails in many places. */
const evidenceFields: ReadonlySet<string> = new Set(['evidence']);

/** Indented JSON; secrets are taken out for everybody. */
export function payloadText(payload: unknown, sight: PayloadSight): string {
  return redact(JSON.stringify(seen(payload, sight, ''), null, 2) ?? 'none');
}

function seen(value: unknown, sight: PayloadSight, name: string): unknown {
  if (sight === 'all') return value;
  if (evidenceFields.has(name)) return '(not shown to your role)';
  if (Array.isArray(value)) return value.map((item) => seen(item, sight, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, seen(inner, sight, key)]));
  }
  if (typeof value !== 'string') return value;
  const isShown = sight === 'addresses' ? !wordFields.has(name) : plainFields.has(name);
  return isShown ? value : '(not shown to your role)';
}

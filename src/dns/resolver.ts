/**
 * Names from the network: node's resolver with a time-out per question, a cache, and one question in flight at a time
 * for each name and type.
 */
import { promises } from 'node:dns';
import type { RecordType, Resolver } from '../evidence/ports.ts';
import { faultCodeOf, isPossibleName, LookUpFault } from './fault.ts';

export type ResolverOptions = {
  /** `127.0.0.1`, `127.0.0.1:5353` or `[::1]:5353`; none: the system's servers. */
  readonly servers: readonly string[];
  /** Milliseconds for one question, all tries together. Longer rides out slow servers, shorter answers the client sooner. */
  readonly timeoutMs: number;
  /** How often a question is sent within that time. */
  readonly tries: number;
  /**
   * Milliseconds for which an answer is kept, at most. A changed key or policy is unseen for as long. Address records with
   * a shorter TTL are kept for that; node tells no TTL of other types.
   */
  readonly answerMs: number;
  /** The same for "no such name" and "no such record". Temporary faults are never kept. */
  readonly absenceMs: number;
  /** Questions kept; the longest unused go first. */
  readonly cacheSize: number;
  readonly clock?: () => number;
};

type Answer = { readonly kind: 'records'; readonly records: unknown; readonly ttlMs: number };
/** The fault is made once: the stack that an error collects costs more than the look-up. */
type Absence = { readonly kind: 'absent'; readonly fault: LookUpFault };
type Kept = { readonly outcome: Answer | Absence; readonly until: number };

/** Rejects with `LookUpFault` only. */
export function dnsResolver(options: ResolverOptions): Resolver {
  const dns = new promises.Resolver({ timeout: Math.ceil(options.timeoutMs / options.tries), tries: options.tries });
  if (options.servers.length > 0) dns.setServers([...options.servers]);
  return cachedResolver(options, (name, type) => query(dns, name, type, options.timeoutMs));
}

/** How many look-ups one mail may make. */
export function withBudget(resolve: Resolver, lookUps: number): Resolver {
  let left = lookUps;
  return async (name, type) => {
    if (left <= 0) throw new LookUpFault('ESERVFAIL', name, type);
    left -= 1;
    return resolve(name, type);
  };
}

type Query = (name: string, type: RecordType) => Promise<Answer>;

function cachedResolver(options: ResolverOptions, ask: Query): Resolver {
  const clock = options.clock ?? Date.now;
  const kept = new Map<string, Kept>();
  const inFlight = new Map<string, Promise<Answer | Absence>>();

  const keep = (question: string, outcome: Answer | Absence): void => {
    const lifetime = outcome.kind === 'absent' ? options.absenceMs : Math.min(outcome.ttlMs, options.answerMs);
    if (kept.size >= options.cacheSize) {
      const oldest = kept.keys().next();
      if (!oldest.done) kept.delete(oldest.value);
    }
    kept.set(question, { outcome, until: clock() + lifetime });
  };

  const fetch = async (question: string, name: string, type: RecordType): Promise<Answer | Absence> => {
    try {
      const outcome = await answerOrAbsence(ask, name, type);
      keep(question, outcome);
      return outcome;
    } finally {
      inFlight.delete(question);
    }
  };

  const recall = (question: string): Answer | Absence | null => {
    const entry = kept.get(question);
    if (entry === undefined) return null;
    kept.delete(question);
    if (entry.until <= clock()) return null;
    kept.set(question, entry); // the order of the map is the order of use
    return entry.outcome;
  };

  return async (name, type) => {
    if (!isPossibleName(name)) throw new LookUpFault('ENOTFOUND', name, type);
    const question = `${type} ${name.toLowerCase()}`;
    const known = recall(question) ?? inFlight.get(question);
    if (known !== undefined) return recordsOf(await known);
    const asked = fetch(question, name, type);
    inFlight.set(question, asked);
    return recordsOf(await asked);
  };
}

async function answerOrAbsence(ask: Query, name: string, type: RecordType): Promise<Answer | Absence> {
  try {
    return await ask(name, type);
  } catch (error) {
    const code = faultCodeOf(error);
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { kind: 'absent', fault: new LookUpFault(code, name, type) };
    throw new LookUpFault(code, name, type);
  }
}

/** A list of the caller's own: who asked sorts it in place. */
function recordsOf(outcome: Answer | Absence): unknown {
  if (outcome.kind === 'absent') throw outcome.fault;
  return Array.isArray(outcome.records) ? [...outcome.records] : outcome.records;
}

/** c-ares stretches its time-outs from try to try, so the whole is timed here. */
async function query(dns: promises.Resolver, name: string, type: RecordType, timeoutMs: number): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new LookUpFault('ETIMEOUT', name, type)), timeoutMs);
  const asked = send(dns, name, type);
  asked.catch(() => undefined);
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function send(dns: promises.Resolver, name: string, type: RecordType): Promise<Answer> {
  if (type !== 'A' && type !== 'AAAA') {
    return { kind: 'records', records: await dns.resolve(name, type), ttlMs: Number.POSITIVE_INFINITY };
  }
  const found = await (type === 'A' ? dns.resolve4(name, { ttl: true }) : dns.resolve6(name, { ttl: true }));
  const ttlMs = Math.min(...found.map(({ ttl }) => ttl * 1_000));
  return { kind: 'records', records: found.map(({ address }) => address), ttlMs };
}

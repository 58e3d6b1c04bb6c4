/** SPF for the session of one mail (RFC 7208), by mailauth, under look-up limits. */
import { spf } from 'mailauth/lib/spf/index.js';
import { canonicalDomain, foldAscii } from '../address/mailbox.ts';
import type { Envelope } from '../message/envelope.ts';
import { isAligned } from './alignment.ts';
import type { CheckResult, SpfFinding } from './finding.ts';
import { isTemporary } from './look-ups.ts';
import { oneLine } from './one-line.ts';
import type { Resolver } from './ports.ts';

export type SpfCheck = {
  readonly finding: SpfFinding;
  /** What DMARC counts: the domain of a pass as RFC 7208 defines it, `+all` included. */
  readonly passed: string | null;
};

const mechanismLimit = 10; // RFC 7208 §4.6.4
const voidLimit = 2; // RFC 7208 §4.6.4

export async function checkSpf(
  envelope: Pick<Envelope, 'client' | 'helo' | 'mailFrom'>,
  authorDomain: string,
  resolve: Resolver,
  lookUpLimit: number,
): Promise<SpfCheck> {
  const watch = watched(resolve, lookUpLimit);
  const answer = await spf({
    sender: envelope.mailFrom,
    ip: envelope.client.ip,
    helo: envelope.helo,
    mta: 'postern',
    maxResolveCount: mechanismLimit,
    maxVoidCount: voidLimit,
    resolver: watch.resolve,
  });
  const checked = canonicalDomain(answer.domain);
  const domain = checked ?? oneLine(foldAscii(answer.domain));
  // Without a DNS fault the library's temperror means a record or address that no later try will mend.
  const verdict = answer.status.result === 'temperror' && !watch.seen.temporary ? 'permerror' : answer.status.result;
  const isPass = verdict === 'pass';
  const result = isPass && watch.seen.open ? 'none' : resultOf(verdict);
  const identity = envelope.mailFrom === '' ? `HELO ${domain}` : domain;
  const cause =
    isPass && watch.seen.open
      ? `${identity} lets every address send (+all), which says nothing`
      : `${verdict} for ${identity} from ${envelope.client.ip}${faultText(verdict, answer.status.comment)}`;
  return {
    finding: {
      result,
      cause: oneLine(cause),
      domain,
      aligned: checked !== null && isAligned(checked, authorDomain),
      exact: checked !== null && checked === authorDomain,
    },
    passed: isPass ? domain : null,
  };
}

type Verdict = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror' | 'temperror';

function resultOf(verdict: Verdict): CheckResult {
  if (verdict === 'softfail') return 'fail';
  return verdict === 'neutral' ? 'none' : verdict;
}

/** What the library says went wrong, after its own opening words. */
function faultText(verdict: Verdict, comment: string | undefined): string {
  if (verdict !== 'permerror' && verdict !== 'temperror') return '';
  const text = comment?.split(': ').slice(2).join(': ') ?? '';
  return text === '' ? '' : `: ${text}`;
}

type Watch = { readonly resolve: Resolver; readonly seen: { temporary: boolean; open: boolean } };

/**
 * `mx` and `ptr` multiply what RFC 7208 counts as one look-up, so all questions are counted here too. An SPF record that
 * ends in `+all` passes for the whole internet; every record is seen here, included and redirected ones as well.
 */
function watched(resolve: Resolver, limit: number): Watch {
  const seen = { temporary: false, open: false };
  let count = 0;
  return {
    seen,
    resolve: async (name, type) => {
      count += 1;
      if (count > limit) throw tooManyLookUps();
      try {
        const answer = await resolve(name, type);
        if (type === 'TXT' && Array.isArray(answer) && answer.some(isOpenRecord)) seen.open = true;
        return answer;
      } catch (error) {
        if (isTemporary(error)) seen.temporary = true;
        throw error;
      }
    },
  };
}

function isOpenRecord(strings: unknown): boolean {
  const record = Array.isArray(strings) ? strings.join('') : String(strings);
  return /^v=spf1 (?:.* )?\+?all(?: |$)/i.test(record);
}

/** mailauth takes the result from `spfResult` (RFC 7208 §4.6.4: permerror when limits are exceeded). */
function tooManyLookUps(): Error {
  return Object.assign(new Error('too many look-ups'), {
    code: 'ELOOKUPS',
    spfResult: { error: 'permerror', text: 'Too many DNS requests' },
  });
}

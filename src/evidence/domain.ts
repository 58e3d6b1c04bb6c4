/**
 * What DNS says about the sender of one mail: SPF, DKIM, DMARC and ARC, composed from mailauth's parts at a given time.
 * Nothing here is a proof; `proof.ts` makes proofs of it.
 *
 * DKIM, SPF and the DMARC record are asked for side by side; DMARC and ARC are judged when the first two are known.
 */
import type { Envelope } from '../message/envelope.ts';
import type { Author, HeaderField } from '../message/message.ts';
import type { RawMail } from '../message/raw-mail.ts';
import { arcTooLong, checkArc } from './arc.ts';
import { checkDkim, type DkimLimits } from './dkim.ts';
import { dkimKeys } from './dkim-keys.ts';
import { checkDmarc } from './dmarc.ts';
import type { DomainFinding } from './finding.ts';
import { lookUpsFor } from './look-ups.ts';
import type { Resolver } from './ports.ts';
import { checkSpf } from './spf.ts';

export type DomainLimits = DkimLimits & {
  /** DNS questions of SPF, those inside `mx` and `ptr` included. */
  readonly spfLookUps: number;
  /** Milliseconds after which an answer counts as missing. */
  readonly elapsedMs: number;
};

export const defaultDomainLimits: DomainLimits = {
  signatures: 8,
  arcSets: 10,
  lineBytes: 262_144,
  bodyLines: 1_000_000,
  spfLookUps: 50,
  elapsedMs: 8_000,
};

export type DomainInput = {
  readonly raw: RawMail;
  /** All fields of the raw header block, in order. */
  readonly header: readonly HeaderField[];
  /** Null for a mail whose form is faulty: then nothing is checked. */
  readonly author: Pick<Author, 'domain'> | null;
  readonly envelope: Pick<Envelope, 'client' | 'helo' | 'mailFrom'>;
  /** Epoch milliseconds: the time at which signatures are judged. */
  readonly now: number;
  readonly resolve: Resolver;
  /** `d=` of the ARC sealers whose word counts, as A-labels. */
  readonly trustedSealers: readonly string[];
  readonly limits: DomainLimits;
};

export type DomainCheck = DomainFinding & {
  /** From addresses as mailauth reads them, to be held against the author (R-FORM `parsers-disagree`). */
  readonly headerFrom: readonly string[];
};

/** Rejects only when the raw mail cannot be read; DNS faults are findings. */
export async function checkDomain(input: DomainInput): Promise<DomainCheck> {
  if (input.author === null) return notChecked;
  const lookUps = lookUpsFor(input.resolve, input.limits.elapsedMs);
  try {
    for (const name of treeOf(input.author.domain)) lookUps.prefetch(`_dmarc.${name}`, 'TXT');
    return await checkAll(input, input.author.domain, lookUps.resolve);
  } finally {
    lookUps.close();
  }
}

async function checkAll(input: DomainInput, authorDomain: string, resolve: Resolver): Promise<DomainCheck> {
  const { raw, header, envelope, now, limits } = input;
  const keys = dkimKeys(resolve);
  const [spf, dkim] = await Promise.all([
    checkSpf(envelope, authorDomain, resolve, limits.spfLookUps),
    checkDkim({ raw, header, authorDomain, now, keys, limits }),
  ]);
  const [dmarc, arc] = await Promise.all([
    checkDmarc({
      headerFrom: dkim.headerFrom,
      fromFields: dkim.fromFields,
      spf: spf.finding,
      spfPassed: spf.passed,
      signatures: dkim.finding.signatures,
      dkimPassed: dkim.passed,
      resolve,
    }),
    dkim.arcIgnored ? arcTooLong : checkArc(dkim.arc, authorDomain, input.trustedSealers, keys),
  ]);
  return { spf: spf.finding, dkim: dkim.finding, dmarc, arc, headerFrom: dkim.headerFrom };
}

/** The names that a DMARC policy may stand at (RFC 9989 §4.10), asked for ahead. */
function treeOf(domain: string): string[] {
  const labels = domain.split('.');
  return labels.map((_, at) => labels.slice(at).join('.')).slice(-treeDepth);
}

const treeDepth = 7;
const cause = 'not checked: the mail has no single author';
const notChecked: DomainCheck = {
  spf: { result: 'none', cause, domain: '', aligned: false, exact: false },
  dkim: { result: 'none', cause, signatures: [], ignored: 0 },
  dmarc: { result: 'none', cause, policy: null },
  arc: { result: 'none', cause, sealer: null, trusted: false, sawDmarcPass: false },
  headerFrom: [],
};

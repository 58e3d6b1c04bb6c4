/** Findings of checks that were not made. */
import type { ContentFinding, DomainFinding, PgpFinding, SenderFinding } from '../evidence/finding.ts';

const notChecked = 'not checked';

export function domainNotChecked(domain: string, cause = notChecked): DomainFinding {
  return {
    spf: { result: 'none', cause, domain, aligned: false, exact: false },
    dkim: { result: 'none', cause, signatures: [], ignored: 0 },
    dmarc: { result: 'none', cause, policy: null },
    arc: { result: 'none', cause, sealer: null, trusted: false, sawDmarcPass: false },
  };
}

export const pgpNotChecked: PgpFinding = {
  result: 'none',
  cause: notChecked,
  fingerprint: null,
  signer: null,
  signedAt: null,
  boundBy: null,
  encrypted: false,
  replayKey: null,
};

export const senderNotChecked: SenderFinding = { standing: { kind: 'unregistered' }, lookalike: null };

export const contentNotChecked: ContentFinding = { result: 'unparseable', cause: notChecked };

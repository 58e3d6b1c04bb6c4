/** DMARC with the evaluated policy (RFC 9989), by mailauth, from the results of SPF and DKIM. */
import { type DkimIdentity, evaluateDmarc } from 'mailauth/lib/dmarc/verify.js';
import type { DkimSignature, DmarcFinding, SpfFinding } from './finding.ts';
import type { Resolver } from './ports.ts';

export type DmarcInput = {
  readonly headerFrom: readonly string[];
  readonly fromFields: number;
  readonly spf: SpfFinding;
  readonly spfPassed: string | null;
  readonly signatures: readonly DkimSignature[];
  readonly dkimPassed: readonly DkimIdentity[];
  readonly resolve: Resolver;
};

export async function checkDmarc(input: DmarcInput): Promise<DmarcFinding> {
  const spfDomains = input.spfPassed === null ? [] : [input.spfPassed];
  const found = await evaluate(input, spfDomains, input.dkimPassed);
  if (found.result !== 'fail') return found;
  // A missing answer is not a fail: would it pass if every missing answer were good? Then it is not known yet.
  const missingSpf = input.spf.result === 'temperror' ? [input.spf.domain] : [];
  const missingDkim = input.signatures.filter(({ result }) => result === 'temperror').map(({ domain }) => ({ domain }));
  if (missingSpf.length === 0 && missingDkim.length === 0) return found;
  const best = await evaluate(input, [...spfDomains, ...missingSpf], [...input.dkimPassed, ...missingDkim]);
  return best.result === 'fail'
    ? found
    : {
        result: 'temperror',
        cause: 'no aligned pass, and an aligned identity could not be checked',
        policy: found.policy,
      };
}

async function evaluate(
  { headerFrom, fromFields, resolve }: DmarcInput,
  spfDomains: readonly string[],
  dkimDomains: readonly DkimIdentity[],
): Promise<DmarcFinding> {
  const { response, reason } = await evaluateDmarc({
    headerFrom,
    fromFields,
    spfDomains,
    dkimDomains,
    resolver: resolve,
  });
  if (response === false) return { result: 'permerror', cause: reason ?? 'no single author domain', policy: null };
  const { result } = response.status;
  const policy = response.policy ?? null;
  switch (result) {
    case 'pass':
      return { result, cause: `aligned by ${alignedBy(response.alignment)}`, policy };
    case 'fail':
      return {
        result,
        cause: `no aligned pass; ${response.policyDomain ?? 'the domain'} asks for ${policy ?? 'nothing'}`,
        policy,
      };
    case 'temperror':
      return { result, cause: 'the policy or an alignment could not be looked up', policy };
    case 'none':
    case 'neutral':
      return { result: 'none', cause: 'no policy published', policy: null };
  }
}

type Alignment = {
  readonly spf: { readonly result?: string };
  readonly dkim: { readonly result?: string };
};

function alignedBy(alignment: Alignment | undefined): string {
  const dkim = alignment?.dkim.result;
  const spf = alignment?.spf.result;
  return [dkim === undefined ? [] : [`DKIM ${dkim}`], spf === undefined ? [] : [`SPF ${spf}`]].flat().join(' and ');
}

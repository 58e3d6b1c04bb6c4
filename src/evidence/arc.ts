/** ARC (RFC 8617): who forwarded the mail, and whether a forwarder that we trust saw DMARC pass. Never a proof. */
import { verifyASChain } from 'mailauth/lib/arc/index.js';
import type { ArcChain, ArcSet, KeyCache } from 'mailauth/lib/dkim/dkim-verifier.js';
import { foldAscii } from '../address/mailbox.ts';
import { minKeyBits } from './dkim-keys.ts';
import type { ArcFinding } from './finding.ts';
import { isTemporary } from './look-ups.ts';
import { oneLine } from './one-line.ts';

export async function checkArc(
  arc: ArcChain,
  authorDomain: string,
  trustedSealers: readonly string[],
  keys: KeyCache,
): Promise<ArcFinding> {
  if (arc.error !== undefined) return untrusted('fail', `broken chain: ${arc.error.message}`, null);
  const newest = arc.lastEntry;
  if (newest === undefined) return untrusted('none', 'not sealed', null);
  const sealer = sealerOf(newest);
  const signature = newest.messageSignature?.status;
  if (signature?.result === 'temperror')
    return untrusted('temperror', `key of the newest message signature: ${signature.comment ?? ''}`, sealer);
  try {
    await verifyASChain(arc, { minBitLength: minKeyBits, strict: true, keyCache: keys });
  } catch (error) {
    const cause = error instanceof Error ? error.message : 'invalid';
    return untrusted(isTemporary(error) ? 'temperror' : 'fail', `seals: ${cause}`, sealer);
  }
  if (signature?.result !== 'pass') {
    return untrusted('fail', `newest message signature: ${signature?.comment ?? 'does not verify'}`, sealer);
  }
  const isPartial = newest['arc-message-signature'].parsed['l'] !== undefined;
  const sawDmarcPass = sawPass(newest, authorDomain);
  const isListed = sealer !== null && trustedSealers.includes(sealer);
  return {
    result: 'pass',
    cause: oneLine(
      `sealed by ${sealer ?? 'nobody'} (${newest.i} ${newest.i === 1 ? 'set' : 'sets'})${sawDmarcPass ? ', saw dmarc=pass' : ''}`,
    ),
    sealer,
    // Content after an l= is the sender's own addition, which the sealer never saw.
    trusted: isListed && sawDmarcPass && !isPartial,
    sawDmarcPass,
  };
}

/** For a chain that was not looked at. */
export const arcTooLong: ArcFinding = untrusted('fail', 'chain too long to be looked at', null);

function untrusted(result: 'none' | 'fail' | 'temperror', cause: string, sealer: string | null): ArcFinding {
  return { result, cause: oneLine(cause), sealer, trusted: false, sawDmarcPass: false };
}

function sealerOf(newest: ArcSet): string | null {
  const domain = newest['arc-seal'].parsed['d']?.value;
  return typeof domain === 'string' ? oneLine(foldAscii(domain)) : null;
}

/** RFC 8617 §4.1.1 with RFC 8601 §2.7.2: dmarc=pass, and for this very author domain. */
function sawPass(newest: ArcSet, authorDomain: string): boolean {
  const dmarc = newest['arc-authentication-results'].parsed['dmarc'];
  if (!isRecord(dmarc) || dmarc['value'] !== 'pass') return false;
  const header = dmarc['header'];
  return isRecord(header) && typeof header['from'] === 'string' && foldAscii(header['from']) === authorDomain;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

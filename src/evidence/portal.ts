/** W-PORTAL: an authenticated call of the admin portal proves its admin, if that is who the directory says the author is. */
import type { PortalOrigin } from '../message/envelope.ts';
import type { Assurance, Proof, SenderFinding } from './finding.ts';

type Proven = { readonly proofs: readonly Proof[]; readonly assurance: Assurance };

/** What is proven besides. An author who is not this admin's primary address gains nothing by the portal's word. */
export function withPortal(proven: Proven, { standing }: SenderFinding, portal: PortalOrigin | undefined): Proven {
  if (portal === undefined || standing.kind !== 'primary') return proven;
  const { adminId, tenantId, tokenId } = portal;
  if (standing.admin.id !== adminId || standing.tenant.id !== tenantId) return proven;
  const proof: Proof = { kind: 'portal', cause: `logged in to the admin portal, which showed token ${tokenId}` };
  return { proofs: [...proven.proofs, proof], assurance: 'proven' };
}

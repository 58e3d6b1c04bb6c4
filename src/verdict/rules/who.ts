/** W-* and T-*: who may ask support. The department of any other mailbox lifts these rules. */
import { type Case, isSupport, type Rule } from '../rule.ts';
import { adminOf, tenantOf } from '../standing.ts';

/** A rule for the support mailbox alone. */
function forSupport(rule: Rule): Rule {
  return { ...rule, judge: (item) => (isSupport(item) ? rule.judge(item) : null) };
}

function isProven({ evidence }: Case): boolean {
  return evidence.assurance === 'proven';
}

/** The address on file has said that exactly this mail is theirs: what W-* asks staff to find out is found out. */
function isConfirmed({ evidence }: Case): boolean {
  return evidence.proofs.some(({ kind }) => kind === 'confirmation');
}

export const helpdesk = forSupport({
  id: 'W-HELPDESK',
  title: "the customer's own help desk writes: rejected `own-support-address`, always silent",
  judge: ({ evidence: { sender } }) =>
    sender.standing.kind === 'helpdesk'
      ? {
          outcome: 'rejected',
          reason: 'own-support-address',
          detail: [`help desk address of tenant ${sender.standing.tenant.id}`],
          silent: true,
        }
      : null,
});

export const inactive = forSupport({
  id: 'W-INACTIVE',
  title: 'a former or suspended admin: rejected `not-active-admin`',
  judge: ({ evidence: { sender } }) => {
    const admin = adminOf(sender.standing);
    return admin === null || admin.active
      ? null
      : { outcome: 'rejected', reason: 'not-active-admin', detail: [`admin ${admin.id} is not active`] };
  },
});

export const shared = forSupport({
  id: 'W-SHARED',
  title: 'a group mailbox, or mail through a list that is not our own front: escalated `shared-mailbox`',
  // Before W-CLAIMED: whoever asks the address on file must know that many read it.
  judge: (item) => {
    const { evidence, policy } = item;
    const { standing } = evidence.sender;
    const admin = adminOf(standing);
    if ((admin === null && standing.kind !== 'alternate') || isConfirmed(item)) return null;
    const detail: string[] = [];
    if (admin?.mailbox === 'group') detail.push(`the directory says that ${admin.primaryEmail} is a group mailbox`);
    const list = evidence.content.result === 'parsed' ? evidence.content.automatic.list : null;
    if (list !== null && (list.id === null || !policy.ownListIds.includes(list.id))) {
      detail.push(`came through a list (${list.id ?? 'without List-Id'})`);
    }
    return detail.length === 0 ? null : { outcome: 'escalated', reason: 'shared-mailbox', detail };
  },
});

export const claimed = forSupport({
  id: 'W-CLAIMED',
  title: "an active admin's primary address without proof: escalated `unproven-sender`",
  judge: (item) => {
    const { standing } = item.evidence.sender;
    if (standing.kind !== 'primary' || isProven(item)) return null;
    return {
      outcome: 'escalated',
      reason: 'unproven-sender',
      detail: [`primary address of admin ${standing.admin.id} of tenant ${standing.tenant.id}, without proof`],
    };
  },
});

export const secondary = forSupport({
  id: 'W-SECONDARY',
  title:
    'a secondary address of an admin: escalated `not-primary`, unless it is proven and the setting accepts it, or staff allow it for ordinary requests',
  judge: (item) => {
    const { standing } = item.evidence.sender;
    if (standing.kind !== 'secondary' || isConfirmed(item)) return null;
    if (isProven(item) && (item.policy.acceptSecondary || isAllowed(item))) return null;
    const detail = [`secondary address of admin ${standing.admin.id} of tenant ${standing.tenant.id}`];
    return { outcome: 'escalated', reason: 'not-primary', detail };
  },
});

/** Strict to allow: for ordinary requests, as for a contract's further address. Unread is not ordinary. */
function isAllowed({ evidence: { content, sender }, now }: Case): boolean {
  if (sender.standing.kind !== 'secondary' || (sender.standing.allowedUntil ?? 0) <= now) return false;
  return content.result === 'parsed' && content.classification.request.kind === 'ordinary';
}

export const alternate = forSupport({
  id: 'W-CONTRACT',
  title:
    "a contract's further address: escalated `unproven-sender` without proof, `needs-authorization` for what the contract does not list",
  judge: (item) => {
    const { sender, content } = item.evidence;
    if (sender.standing.kind !== 'alternate') return null;
    if (!isProven(item)) {
      const detail = [`contract address of tenant ${sender.standing.tenant.id}, without proof`];
      return { outcome: 'escalated', reason: 'unproven-sender', detail };
    }
    const kind = content.result === 'parsed' ? content.classification.request.kind : 'ordinary';
    if (kind === 'ordinary' || sender.standing.requests.includes(kind)) return null;
    return { outcome: 'escalated', reason: 'needs-authorization', detail: [`the contract does not list ${kind}`] };
  },
});

export const notAdmin = forSupport({
  id: 'W-NOTADMIN',
  title: "an address at a tenant's domain that is no admin: rejected `not-an-admin`",
  judge: ({ evidence: { sender } }) =>
    sender.standing.kind === 'tenant-domain'
      ? { outcome: 'rejected', reason: 'not-an-admin', detail: [`domain of tenant ${sender.standing.tenant.id}`] }
      : null,
});

export const free = forSupport({
  id: 'T-FREE',
  title: 'a free tenant: rejected `not-entitled`; a wish to buy goes to sales',
  judge: ({ evidence: { sender, content } }) => {
    const tenant = tenantOf(sender.standing);
    if (tenant === null || tenant.tier !== 'free' || tenant.partner) return null; // T-PARTNER counts as standard
    if (content.result === 'parsed' && content.classification.request.kind === 'purchase') {
      const detail = ['a free tenant wishes to buy'];
      return { outcome: 'accepted', reason: 'department', detail, department: 'sales' };
    }
    return { outcome: 'rejected', reason: 'not-entitled', detail: [`tenant ${tenant.id} is on the free tier`] };
  },
});

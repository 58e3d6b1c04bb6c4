/**
 * What is asked for, and what may be done. The lists are closed: there is no way to write down that an admin is added,
 * and the only way from "delete this admin" to an action leads past the question whether it is the last one.
 */
export type CaseRequest =
  | { readonly kind: 'delete-admin'; readonly adminId: string }
  | { readonly kind: 'delete-tenant' }
  /** Whatever the court order enumerates. */
  | { readonly kind: 'court-ordered' }
  | { readonly kind: 'cease-support' };

/** An administrator of the tenant as the directory has it now. */
export type CaseAdmin = {
  readonly id: string;
  readonly name: string;
  readonly addresses: readonly string[];
  /** False too for one whose deletion was ordered already in another case. */
  readonly active: boolean;
  /** Another case has ordered the deletion, and engineering has not answered: nobody knows whether this one stays. */
  readonly leaving?: boolean;
};

/** What support never does but for a court order; adding an admin is not among it. */
export const orderedKinds = [
  'delete-admin',
  'delete-tenant',
  'lock-account',
  'reset-password',
  'delete-system',
  'delete-user',
  'modify-tenant-data',
] as const;
export type OrderedKind = (typeof orderedKinds)[number];

/** One act that the court order enumerates, as staff typed it from there. */
export type OrderItem = {
  readonly kind: OrderedKind;
  /** Admin id for `delete-admin`; else what the order names. */
  readonly target: string;
  /** The order's own words. */
  readonly quote: string;
  readonly page: number;
  readonly line: number;
};

export type TypedOrder = { readonly documentId: string; readonly items: readonly OrderItem[] };

export type Action =
  | { readonly kind: 'delete-admin'; readonly adminId: string; readonly name: string }
  | {
      readonly kind: 'delete-tenant';
      /** `sole-admin`: deletion of `adminId` was asked for, and no other active admin is left. */
      readonly because: 'requested' | 'sole-admin';
      readonly adminId: string | null;
    }
  | { readonly kind: 'court-ordered'; readonly documentId: string; readonly items: readonly OrderItem[] };

export type Resolved =
  | { readonly ok: true; readonly action: Action }
  | { readonly ok: false; readonly missing: string };

/**
 * What carrying out the request means now. Asked again at every step: other admins come and go meanwhile. While it is not
 * known whether another one stays, it is not known either whether the tenant would be left without any: then it waits.
 */
export function resolveAction(
  request: CaseRequest | null,
  admins: readonly CaseAdmin[],
  order: TypedOrder | null,
): Resolved {
  switch (request?.kind) {
    case undefined:
      return { ok: false, missing: 'what is asked for: which admin, or the tenant' };
    case 'delete-admin':
      return deletionOfAdmin(request.adminId, admins);
    case 'delete-tenant':
      return { ok: true, action: { kind: 'delete-tenant', because: 'requested', adminId: null } };
    case 'court-ordered':
      return order === null
        ? { ok: false, missing: 'the acts that the court order enumerates, typed with page and line' }
        : orderedAction(order, admins);
    case 'cease-support':
      return { ok: false, missing: 'an act: cessation deletes nothing' };
  }
}

function deletionOfAdmin(adminId: string, admins: readonly CaseAdmin[]): Resolved {
  const admin = admins.find(({ active, id }) => active && id === adminId);
  if (admin === undefined) return { ok: false, missing: `an active admin ${adminId}` };
  const isSole = !admins.some(({ active, id }) => active && id !== adminId);
  if (isSole && admins.some(isLeaving)) return { ok: false, missing: unanswered };
  // Deleting the sole admin deletes the tenant (POLICY X-*, common).
  return {
    ok: true,
    action: isSole
      ? { kind: 'delete-tenant', because: 'sole-admin', adminId }
      : { kind: 'delete-admin', adminId, name: admin.name },
  };
}

const unanswered = 'the answer to the work order of another case: it decides whether another admin is left';

function isLeaving({ leaving }: CaseAdmin): boolean {
  return leaving === true;
}

function orderedAction({ documentId, items }: TypedOrder, admins: readonly CaseAdmin[]): Resolved {
  const deleted = items.filter(({ kind }) => kind === 'delete-admin').map(({ target }) => target);
  const active = admins.filter((admin) => admin.active);
  const unknown = deleted.find((id) => !active.some((admin) => admin.id === id));
  if (unknown !== undefined) return { ok: false, missing: `an active admin ${unknown}` };
  const leavesNone = deleted.length > 0 && active.every(({ id }) => deleted.includes(id));
  // It would delete the tenant, and we do only what the order enumerates.
  if (leavesNone && !items.some(({ kind }) => kind === 'delete-tenant')) {
    return {
      ok: false,
      missing: admins.some(isLeaving)
        ? unanswered
        : 'an order that enumerates deleting the tenant: no active admin would be left',
    };
  }
  return { ok: true, action: { kind: 'court-ordered', documentId, items } };
}

/** Equal exactly for equal actions: what was confirmed or approved is compared by it. */
export function actionKey(action: Action): string {
  switch (action.kind) {
    case 'delete-admin':
      return JSON.stringify([action.kind, action.adminId]);
    case 'delete-tenant':
      return JSON.stringify([action.kind, action.because, action.adminId]);
    case 'court-ordered':
      return JSON.stringify([
        action.kind,
        action.documentId,
        action.items.map(({ kind, line, page, quote, target }) => [kind, target, quote, page, line]),
      ]);
  }
}

/** Equal exactly for equal requests. */
export function requestKey(request: CaseRequest): string {
  return JSON.stringify(request.kind === 'delete-admin' ? [request.kind, request.adminId] : [request.kind]);
}

/** For staff, one line each. */
export function actionLines(action: Action): readonly string[] {
  switch (action.kind) {
    case 'delete-admin':
      return [`delete the admin ${action.adminId} (${action.name})`];
    case 'delete-tenant':
      return action.because === 'requested'
        ? ['delete the whole tenant']
        : [`delete the whole tenant: ${action.adminId} is its only active admin`];
    case 'court-ordered':
      return action.items.map(
        ({ kind, line, page, quote, target }) => `${kind} ${target}: page ${page}, line ${line}: "${quote}"`,
      );
  }
}

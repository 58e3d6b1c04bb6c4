/** Opening a case: what asked for it, and what is asked for. */

import type { CaseTools } from '../case-file/case-tools.ts';
import type { CaseRequest } from '../cases/action.ts';
import type { Communication } from '../cases/event.ts';
import type { Procedure } from '../cases/procedure.ts';
import { type Json, tell } from './case-change.ts';
import { actingStaff, type CaseContext } from './case-tools.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { withOpened } from './with-opened.ts';

export type From = { readonly mail?: string; readonly portal?: string };
export type OpenFlags = Json &
  From & { readonly procedure?: Procedure; readonly tenant?: string; readonly note: string };

export async function open(context: CaseContext, flags: OpenFlags): Promise<void> {
  const { json, note, procedure, tenant } = flags;
  if ((procedure === undefined) !== (tenant === undefined)) {
    throw new CliError(
      exitCodes.usage,
      '--procedure and --tenant go together: name both, or none and name the case later',
    );
  }
  const named = procedure === undefined || tenant === undefined ? null : { procedure, tenantId: tenant };
  const by = await actingStaff(context);
  await withOpened(context.openCases(), async (tools) => {
    const communication = await communicationOf(context, tools, flags);
    tell(context, await tools.cases.open({ by, named, communication, note }, context.now()), json ? { json } : {});
  });
}

export async function communicationOf(
  context: CaseContext,
  tools: CaseTools,
  { mail, portal }: From,
): Promise<Communication | null> {
  if (mail !== undefined && portal !== undefined)
    throw new CliError(exitCodes.usage, 'name one of --mail and --portal');
  if (portal !== undefined) {
    return { channel: 'portal', reference: portal, receivedAt: context.now(), address: null };
  }
  if (mail === undefined) return null;
  const found = await tools.communicationOf(mail);
  if (found === null) throw new CliError(exitCodes.notFound, `no mail ${mail}`);
  return found;
}

export function requestOf(flags: { deleteAdmin?: string; deleteTenant?: true }): CaseRequest {
  if ((flags.deleteAdmin === undefined) === (flags.deleteTenant === undefined)) {
    throw new CliError(exitCodes.usage, 'name one of --delete-admin and --delete-tenant');
  }
  return flags.deleteAdmin === undefined
    ? { kind: 'delete-tenant' }
    : { kind: 'delete-admin', adminId: flags.deleteAdmin };
}

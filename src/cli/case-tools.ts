/** What `postern case` works with; `main/` makes the real one. */
import type { CaseTools } from '../case-file/case-tools.ts';
import type { Staff } from '../cases/actor.ts';
import { rolesWithin } from '../staff/role.ts';
import { type ActingContext, actingMember } from './acting.ts';
import type { CliContext } from './context.ts';

export type OpenCaseTools = CaseTools & { close(): Promise<void> };

export type CaseContext = Pick<CliContext, 'stdout' | 'stderr' | 'cwd' | 'now'> &
  ActingContext & {
    /** Rejects with a `CliError` of exit code 69 when the records cannot be opened. */
    openCases(): Promise<OpenCaseTools>;
  };

/** Who acts: one person is the same on every way in, or four eyes are two. Rejects with exit code 77 without the right. */
export async function actingStaff(context: ActingContext): Promise<Staff> {
  const { name, role } = await actingMember(context, 'cases.work');
  return { kind: 'staff', id: name, roles: rolesWithin(role) };
}

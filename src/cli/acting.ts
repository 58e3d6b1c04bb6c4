/**
 * Who acts at the command line where it matters who it is. A name on the command line proves nothing, and the user of
 * the operating system may be shared: a member of staff logs in here with what they log in to the console with, and what
 * cannot be undone asks for it again.
 */
import type { StaffRecords } from '../records/staff.ts';
import type { StaffMember } from '../staff/member.ts';
import { provenMember } from '../staff/proof.ts';
import { may, type Right, rights } from '../staff/role.ts';
import { tokenHash, touchMs } from '../staff/session.ts';
import { CliError, exitCodes } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { withOpened } from './with-opened.ts';

export type OpenStaff = {
  readonly staff: StaffRecords;
  /** Appends to the audit log. */
  readonly noteRefused: (entry: {
    readonly name: string;
    readonly account: string;
    readonly at: number;
  }) => Promise<void>;
  close(): Promise<void>;
};

export type ActingContext = Pick<CliContext, 'stderr' | 'now'> & {
  /** The token of `postern staff log-in`, from POSTERN_SESSION; null without one. */
  readonly sessionToken: string | null;
  /** `cli:<user>@<machine>`: whose shell it is. */
  readonly account: string;
  /** One line from the terminal or from standard input. Rejects with exit code 66 at its end. */
  ask(question: string, kind: 'shown' | 'hidden'): Promise<string>;
  openStaff(): Promise<OpenStaff>;
};

/** Rejects with exit code 77 unless a member with this right is logged in. */
export async function actingMember(context: ActingContext, right: Right): Promise<StaffMember> {
  const { sessionToken } = context;
  const hint = 'eval "$(postern staff log-in <name>)"';
  if (sessionToken === null) throw new CliError(exitCodes.noPermission, `who acts? Log in first: ${hint}`);
  return withOpened(context.openStaff(), async ({ staff }) => {
    const now = context.now();
    const hash = tokenHash(sessionToken);
    const found = await staff.session(hash, now);
    if (found === null) throw new CliError(exitCodes.noPermission, `the session is over. Log in again: ${hint}`);
    const { member, session } = found;
    if (!may(member.role, right)) {
      throw new CliError(
        exitCodes.noPermission,
        `this needs the role ${rights[right]} or above; yours is ${member.role}`,
      );
    }
    if (now - session.lastSeenAt >= touchMs) await staff.touch(hash, now);
    return member;
  });
}

/** Asks for password and code. Rejects with exit code 77 when they are wrong; that is in the audit log. */
export async function proveMember(context: ActingContext, name: string): Promise<StaffMember> {
  const password = await context.ask(`Password of ${name}: `, 'hidden');
  const code = await context.ask('Code of the second factor, empty without one: ', 'shown');
  return withOpened(context.openStaff(), async ({ noteRefused, staff }) => {
    const at = context.now();
    const member = await provenMember(staff, name, { password, code }, at);
    if (member !== null && member !== 'passkey only') return member;
    await noteRefused({ name, account: context.account, at });
    if (member === 'passkey only') {
      throw new CliError(
        exitCodes.noPermission,
        'your second factor is a passkey, which only a browser can show: do it in the console, or set up codes there besides (page Account)',
      );
    }
    // One text for all causes, as in the console.
    throw new CliError(exitCodes.noPermission, 'name, password or code is wrong');
  });
}

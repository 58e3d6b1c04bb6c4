/** `postern staff log-in` and `log-out`: one session per shell, the same that the console knows. */
import { parseStaffName } from '../staff/name.ts';
import { absoluteMs, newToken, tokenHash } from '../staff/session.ts';
import { type ActingContext, proveMember } from './acting.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { withOpened } from './with-opened.ts';

export type SessionContext = ActingContext &
  Pick<CliContext, 'stdout'> & {
    /** Whether nobody comes in without a second factor, as in the console. Throws `ConfigError`. */
    needsSecondFactor(): boolean;
  };

export async function logIn(context: SessionContext, text: string, { json }: { readonly json?: true }): Promise<void> {
  const name = parseStaffName(text);
  if (name === null) throw new CliError(exitCodes.usage, `${printable(text)} is no name of staff`);
  const member = await proveMember(context, name);
  if (context.needsSecondFactor() && !member.hasSecondFactor) {
    throw new CliError(exitCodes.noPermission, 'set up a second factor in the console first');
  }
  const token = newToken();
  const now = context.now();
  await withOpened(context.openStaff(), ({ staff }) =>
    staff.openSession({ tokenHash: tokenHash(token), name, ip: context.account, agent: 'command line', now }),
  );
  const endsAt = new Date(now + absoluteMs).toISOString();
  context.stdout.write(
    json ? `${JSON.stringify({ name, session: token, endsAt })}\n` : `export POSTERN_SESSION=${token}\n`,
  );
  context.stderr.write(`logged in as ${name} until ${endsAt} or an hour without a command\n`);
}

export async function logOut(context: SessionContext): Promise<void> {
  const { account, sessionToken } = context;
  if (sessionToken === null) throw new CliError(exitCodes.usage, 'nobody is logged in here');
  await withOpened(context.openStaff(), async ({ staff }) => {
    const at = context.now();
    const found = await staff.session(tokenHash(sessionToken), at);
    if (found !== null) await staff.endSession(found.member.name, found.session.id, { actor: account, at });
  });
  context.stdout.write('unset POSTERN_SESSION\n');
}

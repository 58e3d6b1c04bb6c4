/** What a request carries through the console. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { FailedBefore } from '../records/log-ins.ts';
import type { StaffMember, StaffSession } from '../staff/member.ts';
import type { Right } from '../staff/role.ts';
import { may } from '../staff/role.ts';

/** Who asks. */
export type Who = {
  readonly member: StaffMember;
  readonly session: StaffSession;
  readonly tokenHash: string;
  /** What this session's forms carry. */
  readonly formToken: string;
  /** A second factor is needed here, and this member has none yet: nothing but the own account is open. */
  readonly mustEnrol: boolean;
};

/** Without bindings: a request made inside the process. */
export type ConsoleEnvironment = {
  Bindings: Partial<HttpBindings>;
  Variables: {
    who: Who | null;
    /** Address that the request came from, behind our proxies. */
    client?: string;
    /** The call of the API that is answered, as its route is written. */
    apiRoute?: string;
    /** Whether the answer holds a frame of this console, or is what stands in one. */
    frames?: 'holds' | 'is';
    /** For the navigation; unset for who may not see alerts. */
    openAlerts?: number;
    /** To be told on this page. */
    failedLogIns?: FailedBefore;
  };
};
export type ConsoleContext = Context<ConsoleEnvironment>;

/** Only behind `need`, which lets nobody else through. */
export function whoOf(context: ConsoleContext): Who {
  const who = context.get('who');
  if (who === null) throw new Error('a page for staff was reached without a session');
  return who;
}

export function mayI(context: ConsoleContext, right: Right): boolean {
  const who = context.get('who');
  return who !== null && may(who.member.role, right);
}

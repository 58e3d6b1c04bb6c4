/** The password once more, before an account is changed: whoever finds an open screen must not take the account over. */
import { verifyPassword } from '../staff/password.ts';
import { createThrottle } from '../staff/throttle.ts';
import { clientAddress } from './client-address.ts';
import { type ConsoleContext, whoOf } from './environment.ts';
import { ageText } from './html.ts';
import type { ConsolePorts } from './ports.ts';

/** Resolves with what is wrong, for the field; null when it is the password. Guessing is slowed as at the log-in. */
export type OwnPassword = (context: ConsoleContext, password: string) => Promise<string | null>;

export function ownPasswordCheck(ports: Pick<ConsolePorts, 'audit' | 'staff' | 'now'>): OwnPassword {
  const throttle = createThrottle();
  return async (context, password) => {
    const { name } = whoOf(context).member;
    const client = clientAddress(context);
    const waitMs = throttle.waitMs(name, client, ports.now());
    if (waitMs > 0) return `Too many tries. Wait ${ageText(waitMs)}, then try again.`;
    throttle.tried(name, client, ports.now());
    const found = await ports.staff.credentials(name);
    if (!(await verifyPassword(password, found?.passwordHash ?? null))) {
      const by = { at: ports.now(), actor: name, action: 'staff.proof-refused', subject: name, detail: { client } };
      await ports.audit.append(by);
      return 'This is not your password.';
    }
    throttle.succeeded(name, client);
    return null;
  };
}

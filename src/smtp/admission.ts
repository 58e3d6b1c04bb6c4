/** Whether one client may have a session, and how many mails: its share of the bounds that all listeners keep together. */

import { limitKey } from '../network/limit-key.ts';
import type { Networks } from '../network/networks.ts';
import { listenerReplies } from '../verdict/reply.ts';
import type { Reply } from '../verdict/verdict.ts';
import { everyClient, type Lease, type LimitsPort, type SessionLimits } from './limits.ts';

export type Admission = {
  /** Counts the session under this address instead of an earlier one; the reply that refuses it, or null. */
  admit(ip: string): Promise<Reply | null>;
  /** Counts one mail; false when there were too many within the last minute. */
  admitMail(ip: string): Promise<boolean>;
  /** The session is gone. What is still being asked for is given back when it comes. */
  release(): void;
};

export type AdmissionOptions = {
  readonly limits: LimitsPort;
  readonly bounds: SessionLimits;
  /** Clients to which the bounds per address do not apply. */
  readonly unlimited: Networks;
};

export function createAdmission({ limits, bounds, unlimited }: AdmissionOptions): Admission {
  let leases: Lease[] = [];
  let gone = false;
  const hold = (lease: Lease): void => {
    if (gone) lease.release();
    else leases.push(lease);
  };
  const giveBack = (): void => {
    for (const lease of leases) lease.release();
    leases = [];
  };
  return {
    async admit(ip) {
      giveBack();
      const all = await limits.admitConnection(everyClient, bounds.connections);
      if (all === null) return listenerReplies.tooManyConnections;
      hold(all);
      if (unlimited.contains(ip)) return null;
      const own = await limits.admitConnection(limitKey(ip), bounds.connectionsPerAddress);
      if (own === null) return listenerReplies.tooManyConnectionsFromYou;
      hold(own);
      return null;
    },
    admitMail: async (ip) => unlimited.contains(ip) || limits.admitMail(limitKey(ip), bounds.mailsPerMinutePerAddress),
    release() {
      gone = true;
      giveBack();
    },
  };
}

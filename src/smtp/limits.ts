/**
 * Bounds on what one client may do. Those per address hold for all listeners together, so they are counted behind a
 * port; the others are kept by each session itself.
 */
import type { Logger } from '../observe/logger.ts';

/** A counted connection. `release` is called once, when the connection is gone; it never throws. */
export type Lease = { release(): void };

/** Counters per client, shared by all listener processes. A rejection means that the counter cannot be reached. */
export type LimitsPort = {
  /** Counts one open connection of `client`; null when it already has `atMost`. */
  admitConnection(client: string, atMost: number): Promise<Lease | null>;
  /** Counts one mail of `client`; false when it already sent `perMinute` within the last minute. */
  admitMail(client: string, perMinute: number): Promise<boolean>;
};

/** The name under which all connections together are counted; no client address looks like it. */
export const everyClient = 'all';

export type SessionLimits = {
  /** Open connections in all, over all processes. More cost memory and file descriptors. */
  readonly connections: number;
  /** Open connections per client address (IPv6: per /64), over all processes. */
  readonly connectionsPerAddress: number;
  /** Mails per client address and minute, over all processes. */
  readonly mailsPerMinutePerAddress: number;
  /** Commands in one session, bad ones included. A busy relay reconnects when it is reached. */
  readonly commands: number;
  /** Commands that are unknown, wrong in syntax or out of order, in one session. */
  readonly badCommands: number;
  /** RCPT commands accepted for one mail; RFC 5321 §4.5.3.1.8 asks for 100 at least. */
  readonly recipients: number;
  /** Octets of one mail after dot-unstuffing, as announced by SIZE. */
  readonly mailBytes: number;
  /** Octets of one command line with its CR LF. */
  readonly commandLineBytes: number;
  /** Milliseconds without an octet from the client; RFC 5321 §4.5.3.2.7 asks for 5 minutes at least. */
  readonly idleMs: number;
  /** Milliseconds from 354 to the end of data, however busy the client is. */
  readonly dataMs: number;
  /** Milliseconds from connect; a mail that is under way is finished first. */
  readonly sessionMs: number;
  /** Milliseconds before the greeting, in which an early talker gives itself away. */
  readonly greetingDelayMs: number;
};

export const defaultSessionLimits: SessionLimits = {
  connections: 500,
  connectionsPerAddress: 20,
  mailsPerMinutePerAddress: 120,
  commands: 5_000,
  badCommands: 10,
  recipients: 100,
  mailBytes: 25 * 1024 * 1024,
  commandLineBytes: 2_048,
  idleMs: 5 * 60_000,
  dataMs: 10 * 60_000,
  sessionMs: 60 * 60_000,
  greetingDelayMs: 100,
};

/** For so long nobody waits for shared counters that did not answer: a session asks three times before its mail. */
const awayMs = 5_000;

/**
 * Counts locally while the shared counters cannot be reached: a limit that is too loose beats no mail at all. `now` gives
 * epoch milliseconds.
 */
export function withLocalLimits(
  shared: LimitsPort,
  local: LimitsPort,
  logger: Logger,
  now: () => number = Date.now,
): LimitsPort {
  let awayUntil = 0;
  const ask = async <Answer>(question: (limits: LimitsPort) => Promise<Answer>): Promise<Answer> => {
    if (now() < awayUntil) return question(local);
    try {
      return await question(shared);
    } catch (error) {
      logger.warn({ err: error }, 'shared limits unreachable, counting locally');
      awayUntil = now() + awayMs;
      return question(local);
    }
  };
  return {
    admitConnection: (client, atMost) => ask((limits) => limits.admitConnection(client, atMost)),
    admitMail: (client, perMinute) => ask((limits) => limits.admitMail(client, perMinute)),
  };
}

const minuteMs = 60_000;

/** Counters of this process alone. `now` gives epoch milliseconds. */
export function createMemoryLimits(now: () => number = Date.now): LimitsPort {
  const connections = new Map<string, number>();
  const mails = new Map<string, number[]>();
  let sweptAt = now();

  /** Forgets clients whose last mail is older than a minute, so that the map does not grow with the internet. */
  const sweep = (at: number): void => {
    if (at - sweptAt < minuteMs) return;
    sweptAt = at;
    for (const [client, sent] of mails) if ((sent.at(-1) ?? 0) <= at - minuteMs) mails.delete(client);
  };

  return {
    admitConnection(client, atMost) {
      const open = connections.get(client) ?? 0;
      if (open >= atMost) return Promise.resolve(null);
      connections.set(client, open + 1);
      let released = false;
      const release = (): void => {
        if (released) return;
        released = true;
        const left = (connections.get(client) ?? 1) - 1;
        if (left > 0) connections.set(client, left);
        else connections.delete(client);
      };
      return Promise.resolve({ release });
    },
    admitMail(client, perMinute) {
      const at = now();
      sweep(at);
      const recent = (mails.get(client) ?? []).filter((sentAt) => sentAt > at - minuteMs);
      const admitted = recent.length < perMinute;
      if (admitted) recent.push(at);
      mails.set(client, recent);
      return Promise.resolve(admitted);
    },
  };
}

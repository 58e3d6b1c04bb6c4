/** What the checks need from outside. Adapters live elsewhere and are wired in `main/`. */
import type { DenyEntry, DenyKey } from '../denylist/entry.ts';
import type { RegisteredKey, Standing } from '../directory/tenant.ts';

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'PTR' | 'NS';

/**
 * DNS in the shape of `dns.promises.resolve`: TXT as string[][], MX as {exchange, priority}[], the others as string[].
 * Rejects with `code` ENOTFOUND (NXDOMAIN), ENODATA (no such record), ETIMEOUT or ESERVFAIL (both temporary).
 */
export type Resolver = (name: string, type: RecordType) => Promise<unknown>;

export type DirectoryPort = {
  /** The standing of an exact address in comparison form. */
  standingOf(address: string): Promise<Standing>;
  /** Keys registered under an admin's primary address. */
  keysOf(address: string): Promise<readonly RegisteredKey[]>;
  /** Keys with this primary or subkey id (upper-case hex, last 16 digits) or fingerprint, whoever owns them. */
  keysById(keyId: string): Promise<readonly RegisteredKey[]>;
  /** Registered addresses and domains stored under any of these look-alike keys (`directory/lookalike.ts`). */
  namesUnder(lookalikeKeys: readonly string[]): Promise<readonly { readonly key: string; readonly name: string }[]>;
};

export type DenylistPort = {
  /** Entries under any of these exact keys, expired ones included; the caller applies expiry and scope. */
  find(keys: readonly DenyKey[]): Promise<readonly DenyEntry[]>;
};

/** What a replay key was first seen with. */
export type ReplayRecord = { readonly contentDigest: string; readonly mailId: string };
export type ReplayPort = {
  find(keys: readonly string[]): Promise<ReadonlyMap<string, ReplayRecord>>;
};

export type CasesPort = {
  /** X-CESSATION: whether ordinary support mail of this tenant is ignored at `now` (epoch milliseconds). */
  supportCeased(tenantId: string, now: number): Promise<boolean>;
};

export type EvidencePorts = {
  readonly resolve: Resolver;
  readonly directory: DirectoryPort;
  readonly denylist: DenylistPort;
  readonly replays: ReplayPort;
  readonly cases: CasesPort;
};

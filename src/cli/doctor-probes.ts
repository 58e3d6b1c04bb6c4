/** What the checks of `postern doctor` ask of the world around them; `main/` asks it really. */
import type { RecordType } from '../evidence/ports.ts';
import type { KeyInfo, KeyringProblem } from '../keyring/keyring.ts';

export type RedisFacts = {
  readonly version: string;
  /** `maxmemory-policy` and `appendonly`; null where CONFIG is not allowed. */
  readonly evictionPolicy: string | null;
  readonly appendOnly: string | null;
  /** Its clock, epoch milliseconds. */
  readonly clock: number;
};

export type RecordsFacts = {
  /** `absent`: there is no database yet. */
  readonly schema: 'current' | 'missing' | 'older' | 'newer' | 'absent';
  /** Newest mail, epoch milliseconds; null where there is none or it cannot be told. */
  readonly newestMailAt: number | null;
};

export type CertificateFacts = { readonly expiresAt: number; readonly isSelfSigned: boolean };

export type DiskFacts = {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Null on a filesystem that does not count them. */
  readonly freeFiles: number | null;
};

/** Every probe bounds its own time. Errors are for people: their message is one line. */
export type DoctorProbes = {
  /** The gateway that works on the data directory; null when none does. */
  holder(): { readonly pid: number | null } | null;
  /** `postern.yaml` says something else than when that gateway read it. */
  settingsChanged(): boolean;
  /** The program of the private Redis; null when it is not installed. */
  redisProgram(): Promise<{ readonly path: string; readonly version: string } | null>;
  /** How Redis is installed here. */
  readonly redisInstallCommand: string;
  /** The Redis that the gateway uses. Rejects when it does not answer. */
  redis(): Promise<RedisFacts>;
  /** Rejects when they cannot be opened. */
  records(): Promise<RecordsFacts>;
  /** Rejects when the bucket cannot be read; not called for a local spool. */
  bucket(): Promise<void>;
  /** Rejects when the pair cannot be used. */
  certificate(): Promise<CertificateFacts>;
  /** Rejects when the folder cannot be read. */
  keys(): Promise<{ readonly infos: readonly KeyInfo[]; readonly problems: readonly KeyringProblem[] }>;
  /** DNS as configured; rejects with `code` as `evidence/ports.ts` says. */
  resolve(name: string, type: RecordType): Promise<unknown>;
  /** Of the filesystem that holds this path, or the nearest folder above it. */
  disk(path: string): Promise<DiskFacts>;
  /** Files that one process may hold open, null without a limit, and what a listener may come to need. */
  openFiles(): { readonly limit: number | null; readonly needed: number };
  /** What listens there says first; null when nobody answers in time. */
  greeting(host: string, port: number): Promise<string | null>;
};

/** The one validated, frozen configuration. Paths are absolute, secrets are wrapped. */
import type { Settings } from './schema.ts';
import type { Secret } from './secret.ts';

type Section<Name extends keyof Settings> = Readonly<Settings[Name]>;

export type S3Settings = Omit<Section<'spool'>['s3'], 'accessKeyId' | 'secretAccessKey' | 'bucket'> & {
  readonly bucket: string;
  /** Both or neither. */
  readonly credentials: { readonly accessKeyId: Secret; readonly secretAccessKey: Secret } | null;
};

export type MailboxSettings = Readonly<Settings['mailboxes'][number]>;

export type Config = {
  /** Absolute. */
  readonly dataDir: string;
  /** The file that was read: `filePath` or a copy of it; null when there is none. */
  readonly file: string | null;
  /** Where the file is looked for and where the first start writes it. */
  readonly filePath: string;
  readonly logLevel: Settings['logLevel'];
  readonly mailboxes: readonly MailboxSettings[];
  readonly smtp: Section<'smtp'>;
  readonly console: Section<'console'>;
  readonly api: Section<'api'>;
  readonly dns: Section<'dns'>;
  readonly evidence: Section<'evidence'>;
  readonly pgp: Omit<Section<'pgp'>, 'passphrase'> & { readonly passphrase: Secret | null };
  readonly redis: Omit<Section<'redis'>, 'url'> & { readonly url: Secret | null };
  readonly database: Omit<Section<'database'>, 'url'> & { readonly url: Secret | null };
  readonly spool: Omit<Section<'spool'>, 'key' | 's3'> & {
    /** 32 octets in base64. */
    readonly key: Secret | null;
    /** Null when `kind` is `local`. */
    readonly s3: S3Settings | null;
  };
  /** 32 octets each, in base64; null takes the file in the data directory. */
  readonly secrets: { readonly gateway: Secret | null; readonly evidence: Secret | null };
  readonly retention: Section<'retention'>;
  readonly workers: Section<'workers'>;
  readonly policy: Section<'policy'>;
  /** Paths are relative to the data directory. */
  readonly handoff: Section<'handoff'>;
  readonly businessHours: Section<'businessHours'>;
  readonly relay: Omit<Section<'relay'>, 'host' | 'user' | 'password' | 'caFile' | 'dkim'> & {
    /** Null when there is no relay. */
    readonly host: string | null;
    readonly login: { readonly user: string; readonly password: Secret } | null;
    /** Absolute. */
    readonly caFile: string | null;
    readonly dkim: { readonly domain: string; readonly selector: string; readonly keyFile: string } | null;
  };
  readonly notices: Section<'notices'>;
  readonly alerts: Section<'alerts'>;
  readonly engineering: Section<'engineering'>;
};

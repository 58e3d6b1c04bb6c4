/** Where departments are handed over to. Targets come from configuration only, never from mail or directory. */
import type { WebhookSecret } from './signature.ts';

type Common = {
  /** Lower-case letters, digits and dashes. */
  readonly name: string;
};

export type WebhookTarget = Common & {
  readonly kind: 'webhook';
  /** https; http only into `allowedNetworks`. */
  readonly url: string;
  /** The first is the current one; the others are on their way out. */
  readonly secrets: readonly WebhookSecret[];
  /** Networks that are not public but may be reached. */
  readonly allowedNetworks: readonly string[];
  /** For the whole exchange, milliseconds. */
  readonly timeoutMs: number;
  /** Largest body sent, octets. */
  readonly maxBodyOctets: number;
  /** Certificates to trust besides the system's, PEM; for receivers with a private certificate authority. */
  readonly ca?: string;
};

export type SmtpTarget = Common & {
  readonly kind: 'smtp';
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the start; `required`: STARTTLS or nothing; `none`: plaintext, for a relay on this machine. */
  readonly tls: 'implicit' | 'required' | 'none';
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
  readonly to: string;
  readonly timeoutMs: number;
  readonly ca?: string;
};

export type MaildirTarget = Common & {
  readonly kind: 'maildir';
  /** Absolute path of the maildir. */
  readonly path: string;
  readonly from: string;
  readonly to: string;
};

export type FileTarget = Common & {
  readonly kind: 'file';
  /** Absolute path of a folder. */
  readonly path: string;
  readonly from: string;
  readonly to: string;
};

/** The folder, inside that of a file target, of what happened at this time (epoch milliseconds). */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export type HandoffTarget = WebhookTarget | SmtpTarget | MaildirTarget | FileTarget;

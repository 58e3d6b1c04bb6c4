/** A webhook as configured: its secrets are read. */
import { resolve } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { parseWebhookSecret, type WebhookSecret } from '../handoff/signature.ts';
import type { WebhookTarget } from '../handoff/target.ts';
import { readSettingFile } from './setting-file.ts';

export type WebhookSettings = {
  readonly name: string;
  readonly url: string;
  readonly secretFiles: readonly string[];
  readonly allowedNetworks: readonly string[];
  readonly timeoutMs: number;
  readonly caFile: string | null;
};

/** Files are relative to the data directory. Throws `ConfigError` that names `setting`. */
export function webhookTarget(
  { allowedNetworks, caFile, name, secretFiles, timeoutMs, url }: WebhookSettings,
  setting: string,
  dataDir: string,
): Omit<WebhookTarget, 'kind' | 'maxBodyOctets'> {
  const textOf = (path: string, field: string): string =>
    readSettingFile(resolve(dataDir, path), `${setting}.${field}`);
  const secrets = secretFiles.map((path) => webhookSecret(textOf(path, 'secretFiles'), `${setting}.secretFiles`));
  const trust = caFile === null ? {} : { ca: textOf(caFile, 'caFile') };
  return { name, url, secrets, allowedNetworks, timeoutMs, ...trust };
}

function webhookSecret(text: string, setting: string): WebhookSecret {
  const secret = parseWebhookSecret(text);
  if (secret === null) throw new ConfigError(setting, 'must name files with a whsec_ secret of 24 to 64 octets each');
  return secret;
}

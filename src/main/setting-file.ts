/** Files that settings name. */
import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/config-error.ts';

/** Throws `ConfigError` for one that cannot be read. */
export function readSettingFile(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigError(setting, `names a file that cannot be read (${code})`);
  }
}

/**
 * The settings that a running gateway works by: a copy of `postern.yaml` as it was validated. Every process reads the copy,
 * whenever it starts, so that a file in the middle of an edit neither stops a process that is started again nor gives two
 * processes two policies. `postern reload` takes the file anew: as a whole or not at all.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { auditRecords } from '../records/audit.ts';
import type { Records } from '../records/open-records.ts';
import { writeWhole } from '../supervise/write-whole.ts';
import { settingRows } from './console-settings.ts';

type Place = Pick<Config, 'dataDir' | 'filePath'>;

export type SettingsInForce = {
  /** Absolute path of the copy. */
  readonly copy: string;
  /** Validates the file as it is now; `keep` puts it into force. Throws `ConfigError`, and the copy stays. */
  take(): { readonly config: Config; keep(): void };
  /** The copy as it was before the last `keep`. */
  putBack(): void;
};

function copyOf({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'settings-in-force.yaml');
}

/** Null when the file says what the copy says, or when there is no copy. */
export function hasChanged(place: Place): boolean {
  const copy = copyOf(place);
  return existsSync(copy) && readFileSync(copy, 'utf8') !== textOf(place.filePath);
}

/** Copies the file; what it says was validated just now. */
export function settingsInForce(
  place: Place,
  options: { readonly env: Environment; readonly cwd: string },
): SettingsInForce {
  const copy = copyOf(place);
  let before = textOf(place.filePath);
  writeWhole(copy, before);
  return {
    copy,
    take() {
      const text = textOf(place.filePath);
      const candidate = `${copy}.candidate`;
      writeWhole(candidate, text);
      try {
        const config = { ...loadConfig({ ...options, copy: candidate }), file: copy };
        return {
          config,
          keep() {
            before = readFileSync(copy, 'utf8');
            writeWhole(copy, text);
          },
        };
      } finally {
        rmSync(candidate, { force: true });
      }
    },
    putBack: () => writeWhole(copy, before),
  };
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const valuesByName = z.record(z.string(), z.string());

/**
 * Notes in the audit log which settings differ from those that this data directory was last run with, and by what; secrets
 * are neither told nor compared. Resolves with the names.
 */
export async function auditSettings(records: Records, config: Config, env: Environment): Promise<readonly string[]> {
  const file = join(config.dataDir, 'settings-in-force.json');
  const now = Object.fromEntries(settingRows(config, env).map(({ name, value }) => [name, value]));
  const before = valuesBefore(file);
  const names = Object.keys(now).filter((name) => before !== null && before[name] !== now[name]);
  if (names.length > 0 || before === null) {
    const changed = Object.fromEntries(
      names.map((name) => [name, { from: before?.[name] ?? null, to: now[name] ?? null }]),
    );
    await auditRecords(records).append({
      at: Date.now(),
      actor: 'system',
      action: before === null ? 'settings.first' : 'settings.change',
      subject: hostname(),
      detail: before === null ? { settings: now } : { changed },
    });
  }
  writeWhole(file, JSON.stringify(now));
  return names;
}

/** Null when there are none, or none that can be read: then all are told anew. */
function valuesBefore(file: string): Readonly<Record<string, string>> | null {
  if (!existsSync(file)) return null;
  try {
    return valuesByName.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { commentedYaml, settingsTable } from '../../src/config/document.ts';
import { documentedSettings } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load.ts';
import { configSchema } from '../../src/config/schema.ts';
import { sectionTexts, settingTexts } from '../../src/config/setting.ts';

/** Loads a file with this content. */
function load(yaml: string) {
  const folder = mkdtempSync(join(tmpdir(), 'postern-document-'));
  try {
    writeFileSync(join(folder, 'postern.yaml'), yaml);
    const {
      dataDir: _dataDir,
      file: _file,
      filePath: _filePath,
      ...rest
    } = loadConfig({
      env: { POSTERN_DATA_DIR: folder },
      cwd: '/',
    });
    return JSON.parse(JSON.stringify(rest).replaceAll(folder, '')) as unknown;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function undocumented(shape: Readonly<Record<string, z.ZodType>>, above: string): string[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const group = sectionTexts.get(schema);
    if (group !== undefined) return undocumented(group.shape, `${above}${name}.`);
    return settingTexts.has(schema) ? [] : [`${above}${name}`];
  });
}

it('every setting is documented', () => {
  expect(undocumented(configSchema.shape, '')).toEqual([]);
});

it('a setting whose name ends in a unit tells the same unit', () => {
  const units: Record<string, string> = { Ms: 'milliseconds', Bytes: 'bytes', Days: 'days', Hours: 'hours' };
  for (const { path, text } of documentedSettings()) {
    const suffix = /(Ms|Bytes|Days|Hours)$/.exec(path.at(-1) ?? '')?.[1];
    if (suffix !== undefined) expect(`${path.join('.')} ${text.unit}`).toBe(`${path.join('.')} ${units[suffix]}`);
  }
});

it('the commented file changes nothing', () => {
  expect(load(commentedYaml())).toEqual(load(''));
});

it('the commented file is valid with every comment mark before a setting removed', () => {
  const live = commentedYaml().replace(/^( *)# (?=(?: *- )|(?: {2,})?[A-Za-z0-9]+:(?: \S+)?$)/gm, '$1');
  const settable = documentedSettings().filter(({ text }) => text.secret !== true && text.envOnly !== true);
  const names = [...live.matchAll(/^ *([A-Za-z0-9]+):/gm)].map((match) => match[1]);
  for (const { path } of settable) expect(names).toContain(path.at(-1));
  expect(load(live.replace('kind: s3', 'kind: local'))).toMatchObject({ smtp: { name: 'mx.example.com', port: 2525 } });
});

it('the table has one row per setting and stays a table', () => {
  const rows = settingsTable().trimEnd().split('\n').slice(2);
  expect(rows).toHaveLength(documentedSettings().length);
  for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
  expect(settingsTable()).toContain('`smtp.port` `POSTERN_SMTP_PORT` | 2525 |');
  expect(settingsTable()).toContain('`POSTERN_SPOOL_KEY` (or `POSTERN_SPOOL_KEY_FILE`)');
});

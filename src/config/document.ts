/** The commented `postern.yaml` of a first start and the README's table of settings, both made from the schema. */
import { stringify } from 'yaml';
import type { z } from 'zod';
import { type DocumentedSetting, documentedSettings } from './environment.ts';
import { configSchema, defaultMailboxes } from './schema.ts';
import { type SettingText, sectionTexts, settingTexts } from './setting.ts';

const lineWidth = 110;

/** A file with every setting as a comment, so that defaults of later versions still apply; only the mailboxes are live. */
export function commentedYaml(): string {
  const head = [
    '# Settings of Postern. Settings behind a # show their default or an example; remove the # to set one.',
    '# Environment variables, named in [brackets], win over this file. Secrets never stand here.',
    '# `npm run -s postern -- doctor` checks this file.',
    '',
  ];
  return `${[...head, ...sectionLines(configSchema.shape, 0)].join('\n').trimEnd()}\n`;
}

/** A Markdown table with one row per setting. */
export function settingsTable(): string {
  const rows = documentedSettings().map((entry) =>
    [settingName(entry), defaultCell(entry), entry.text.text, entry.text.tradeoff].map(escapeCell),
  );
  const head = [
    ['Setting', 'Default', 'What it does', 'Trade-off'],
    ['---', '---', '---', '---'],
  ];
  return `${[...head, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function sectionLines(shape: Readonly<Record<string, z.ZodType>>, depth: number): readonly string[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const group = sectionTexts.get(schema);
    if (group !== undefined) {
      const inner = sectionLines(group.shape, depth + 1);
      return [...comment(group.text, depth), `${indent(depth)}${name}:`, ...inner];
    }
    const text = settingTexts.get(schema);
    if (text === undefined || text.envOnly === true) return [];
    return [...settingLines(name, schema, text, depth), ''];
  });
}

function settingLines(name: string, schema: z.ZodType, text: SettingText, depth: number): readonly string[] {
  const about = [
    ...comment(`${text.text}${unitNote(text)}${envNote(text)}`, depth),
    ...comment(`Trade-off: ${text.tradeoff}`, depth),
  ];
  if (name === 'mailboxes') return [...about, ...yamlLines({ mailboxes: defaultMailboxes }, depth, '')];
  if (text.secret === true) return about;
  if (text.example !== undefined) about.push(...comment(`Default: ${text.defaultText ?? 'none'}. Example:`, depth));
  return [...about, ...yamlLines({ [name]: text.example ?? defaultOf(schema) }, depth, '# ')];
}

function yamlLines(value: unknown, depth: number, mark: string): readonly string[] {
  return stringify(value, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map((line) => `${indent(depth)}${mark}${line}`);
}

function comment(text: string, depth: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > lineWidth - depth * 2) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `${indent(depth)}# ${line}`);
}

function unitNote(text: SettingText): string {
  return text.unit === undefined ? '' : ` Unit: ${text.unit}.`;
}

function envNote(text: SettingText): string {
  if (text.env === undefined) return '';
  return text.secret === true ? ` [${text.env} or ${text.env}_FILE]` : ` [${text.env}]`;
}

function settingName({ path, text }: DocumentedSetting): string {
  const name = text.secret === true || text.envOnly === true ? '' : `\`${path.join('.')}\` `;
  const file = text.secret === true ? ` (or \`${text.env}_FILE\`)` : '';
  return `${name}${text.env === undefined ? '' : `\`${text.env}\`${file}`}`.trim();
}

function defaultCell({ schema, text }: DocumentedSetting): string {
  if (text.defaultText !== undefined) return text.defaultText;
  const value = defaultOf(schema);
  if (value === null || (Array.isArray(value) && value.length === 0) || value === '') return 'none';
  if (Array.isArray(value)) return `${value.length} at postern.test`;
  return `${typeof value === 'string' ? value : JSON.stringify(value)}${text.unit === undefined ? '' : ` ${text.unit}`}`;
}

function defaultOf(schema: z.ZodType): unknown {
  return schema.parse(undefined);
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}

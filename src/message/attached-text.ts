/**
 * Text that is attached to a mail: files of text, calendars and other mails. Nobody's letter, but what is asked in it is
 * asked too. What programs write for programs (logs, tables, settings) is left alone.
 */
import { decodeCharset } from './charset.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import { htmlToReadableText } from './html-text.ts';
import type { ReadLimits } from './message.ts';
import { leavesOf, type MimePart, openMimeReader } from './mime-tree.ts';
import { newestTextOf } from './newest-text.ts';
import { readableTextOf } from './readable-text.ts';

/** A mail in a mail in a mail: deeper ones are not looked into. */
const maxDepth = 3;
const maxTexts = 20;

/** The text of each, without empty ones. Never rejects: what cannot be decoded is left out. */
export async function attachedTextsOf(root: MimePart, limits: ReadLimits, depth = 0): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const leaf of leavesOf(root)) {
    if (texts.length >= maxTexts || leaf.octets.length === 0) continue;
    if (leaf.attached === 'mail' && depth < maxDepth) texts.push(...(await textsOfMail(leaf, limits, depth)));
    else if (leaf.attached !== null) texts.push(textOf(leaf));
  }
  return texts.filter((text) => text.trim() !== '').slice(0, maxTexts);
}

async function textsOfMail({ octets }: MimePart, limits: ReadLimits, depth: number): Promise<readonly string[]> {
  try {
    const mime = openMimeReader(limits);
    await mime.write(octets);
    const { root, subject } = await mime.finish();
    const { blocks } = readableTextOf(root, limits.textBytes);
    const own = `${decodeEncodedWords(subject)}\n\n${newestTextOf(...blocks).text}`;
    return [own, ...(await attachedTextsOf(root, limits, depth + 1))];
  } catch {
    return []; // an attached mail may be as broken as it likes
  }
}

function textOf(leaf: MimePart): string {
  const text = decodeCharset(leaf.octets, leaf.charset);
  if (leaf.attached === 'calendar') return calendarText(text);
  return newestTextOf(leaf.attached === 'page' ? htmlToReadableText(text).text : text.replace(/\r\n/g, '\n')).text;
}

/** What people write into an entry (RFC 5545 §3.1 and §3.3.11). */
function calendarText(text: string): string {
  const lines = text
    .replace(/\r?\n[ \t]/g, '')
    .matchAll(/^(?:SUMMARY|DESCRIPTION|COMMENT)(?:;[^:\n]{0,500})?:(.*)$/gim);
  return [...lines]
    .map(([, value = '']) =>
      value
        .replace(/\\n/gi, '\n')
        .replace(/\\([\\;,])/g, '$1')
        .trim(),
    )
    .join('\n\n');
}

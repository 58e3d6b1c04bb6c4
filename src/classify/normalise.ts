/**
 * Mail text in the form the rules read: capped, without invisible characters, without what the writer only quotes,
 * folded so that look-alike letters, accents, case and line wrapping make no difference. Linear in the input.
 */

import unhomoglyph from 'unhomoglyph';
import { patternWith } from './pattern.ts';

/** Limits on what is read, in UTF-16 units; a mail that exceeds them is marked `cut`. */
export const textLimits = { raw: 262_144, text: 32_768, lines: 2_000, line: 1_000 } as const;

export type NormalisedText = {
  /** Case and accents kept, quotes and signature gone: what language detection reads. */
  readonly own: string;
  /** Lower case, accents and look-alikes folded; sentences in order, the subject first. */
  readonly sentences: readonly string[];
  /** Sentences of the subject alone; they stand at the start of `sentences`. */
  readonly subjectSentences: number;
  /** The writer added next to nothing: what is read was written by somebody else. */
  readonly forwarded: boolean;
  /** Sentences of names of attached mails; they stand at the end of `sentences`. */
  readonly foreignNameSentences: number;
  /** The subject is that of a mail that is answered or passed on, so somebody else may have written it. */
  readonly foreignSubject: boolean;
  /** Something was cut by a limit, so the label does not speak for the whole mail. */
  readonly cut: boolean;
  /** Words of the text, without those of the subject. */
  readonly words: number;
  readonly attachments: number;
};

// Format characters (zero width, bidi, soft hyphen, tags), fillers that print as nothing, controls except tab and LF.
// Variation selectors and fillers are spelled by their blocks: written next to each other they would combine.
const invisible =
  /[\p{Cf}\p{Variation_Selector}\p{Co}\p{Cs}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0|(?![\t\n])\p{Cc}/gu;

/** A reader sees what follows from right to left, letter by letter, so that no rule knows the words. */
const reversing = /[\u202d\u202e]/;
/** The same word by word: ordinary where the letters run that way too. */
const turning = /[\u202b\u2067]/;
const lettersFromRight = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/gu;

function isReversed(text: string): boolean {
  if (reversing.test(text)) return true;
  if (!turning.test(text)) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return (text.match(lettersFromRight)?.length ?? 0) * 2 < letters;
}
/** Names of attachments that are read. */
const mostNames = 50;

/** Subject, newest text and attachment names in one form. */
export function normalise(subject: string, text: string, attachmentNames: readonly string[]): NormalisedText {
  const visible = clean(text.slice(0, textLimits.raw));
  const lines = visible.split('\n');
  const kept = ownLines(lines);
  const forwarded = !hasText(kept.join(' ')) && hasText(visible);
  const chosen = forwarded ? lines.map((line) => line.replace(/^[>|\s]+/, '')) : kept;
  const { text: own, cut } = capped(chosen);
  const subjectText = clean(subject.slice(0, textLimits.line)).replace(/\n/g, ' ');
  const bareSubject = subjectText.replace(/^(?:\s*(?:re|fwd?|tr|aw|wg|rv|enc|antw)\s*(?:\[\d+\])?\s*:)+\s*/i, '');
  const names = attachmentNames.slice(0, mostNames);
  // A mail that is attached is named after its subject, which is somebody else's.
  const foreignNames = namesOf(names.filter((name) => mailName.test(name)));
  const subjectParts = sentencesOf(fold(bareSubject));
  return {
    own: `${bareSubject}\n${own}`,
    sentences: [
      ...subjectParts,
      ...sentencesOf(fold(own)),
      ...namesOf(names.filter((name) => !mailName.test(name))),
      ...foreignNames,
    ],
    subjectSentences: subjectParts.length,
    foreignNameSentences: foreignNames.length,
    forwarded,
    foreignSubject: /^\s*(?:re|aw|sv|antw|fwd?|tr|wg|rv|enc)\s*(?:\[\d+\])?\s*:/i.test(subjectText),
    cut: cut || text.length > textLimits.raw || attachmentNames.length > mostNames || isReversed(subject + text),
    words: own.match(/\p{L}{2,}/gu)?.length ?? 0,
    attachments: attachmentNames.length,
  };
}

const mailName = /\.(?:eml|msg)$/i;

function namesOf(names: readonly string[]): readonly string[] {
  return sentencesOf(fold(names.map((name) => clean(name.slice(0, 200)).replace(/[\n_.-]+/g, ' ')).join(' . ')));
}

/** Lower case, no accents, look-alike letters as the Latin letters they imitate, one form of apostrophe and dash. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  return (
    isAscii(lower)
      ? lower
      : lower
          .normalize('NFD')
          .replace(/\p{M}+/gu, '')
          .replace(/\P{ASCII}/gu, latinOf)
  )
    .replace(/(?<![a-z0-9])(?:[a-z][.*_-]){3,40}[a-z](?![a-z0-9])/g, withoutGaps)
    .replace(/(?<![a-z0-9])(?:[a-z][ .*_-]){3,40}[a-z](?![a-z0-9])/g, withoutGaps);
}

function withoutGaps(spaced: string): string {
  return spaced.replace(/[ .*_-]/g, '');
}

const letterForms = new Map<string, string>([
  ['œ', 'oe'],
  ['æ', 'ae'],
  ['ß', 'ss'],
  ['ø', 'o'],
  ['ı', 'i'],
  ['’', "'"],
  ['‘', "'"],
  ['ʼ', "'"],
  ['´', "'"],
  ['–', '-'],
  ['—', '-'],
  ['−', '-'],
  ['«', '"'],
  ['»', '"'],
  ['“', '"'],
  ['”', '"'],
  ['„', '"'],
  ['•', '*'],
  ['·', '*'],
]);

function latinOf(character: string): string {
  const known = letterForms.get(character);
  if (known !== undefined) return known;
  const lower = unhomoglyph(character);
  // Capitals imitate where small letters do not: `В` looks like B, `в` does not.
  const form = isAscii(lower) ? lower.toLowerCase() : unhomoglyph(character.toUpperCase()).toLowerCase();
  const result = isAscii(form) ? form : character;
  if (letterForms.size < 20_000) letterForms.set(character, result);
  return result;
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

/** Letters of western Europe and the signs of ordinary typing: nothing in it is invisible or has another form. */
const typed = /^[\t\n\x20-\x7e\u00c0-\u00ff\u0152\u0153\u2013\u2014\u2018\u2019\u201c\u201d\u20ac\u00ab\u00bb]*$/;

/** Letters in brackets, and white ones in black circles and squares: NFKC keeps both as they are, or the brackets. */
const enclosed = /[\u249c-\u24b5\u{1f110}-\u{1f129}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}]/gu;
const firstsEnclosed = [0x249c, 0x1f110, 0x1f150, 0x1f170];

function letterWithin(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const first = firstsEnclosed.findLast((each) => each <= code) ?? code;
  return String.fromCharCode(0x61 + code - first);
}

function clean(text: string): string {
  const lines = text.replace(/\r\n?|[\u0085\u2028\u2029\f\v]/g, '\n');
  const visible = typed.test(lines)
    ? lines
    : lines.replace(enclosed, letterWithin).normalize('NFKC').replace(invisible, '');
  return (
    visible
      // A single space, or a line's end without one beside it, stays what it is: nearly all are.
      .replace(/ [^\S\n]+|[^\S\n ][^\S\n]*/g, ' ')
      .replace(/ \n ?|\n /g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .replace(/([^\w\s])\1{4,}/g, '$1$1$1$1')
  );
}

/** At least a few words. */
function hasText(text: string): boolean {
  let letters = 0;
  for (const [letter] of text.matchAll(/\p{L}/gu)) {
    letters += letter.length;
    if (letters >= 12) return true;
  }
  return false;
}

const historyStarts = patternWith('i')`
    ^(?:
      -{2,} ?(?:
        original message|message d'origine|message original|forwarded message|message transfere|message transféré
        |urspr.{1,3}ngliche nachricht|mensaje original|mensagem original
      )\b|begin forwarded message
    )
  `;
const attribution = /^(?:on|le|am|el|em)\b.{4,200}\b(?:wrote|a [ée]crit|schrieb|escribi[óo]|escreveu)\b.{0,120}:\s*$/i;
/** Who wrote when, or from where: other sentences end so too. */
const attributionMarks = /[\d@<]|\b(?:wrote|a [ée]crit|schrieb|escribi[óo]|escreveu) ?:$|\bschrieb\b/i;
const rule = /^_{10,}$/;
const headerBlock = /^\*?(?:from|de|von)\*? ?:.{1,200}$/i;
/** "From: 1 January, to: Friday" is no header. */
const spanOfTime = patternWith('i')`
    ^[^@]*(?:
      \d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:lun|mar|mercre|jeu|vendre|same)di\b
      |\b(?:today|now|tomorrow|aujourd'hui|demain)\b
    )[^@]*$
  `;
const headerNext = /^\*?(?:sent|date|to|subject|envoy[ée](?: le)?|objet|[àa]|gesendet|an|betreff|enviado|para)\*? ?:/i;
const signatureMark = /^-- ?$/;
const deviceMark = patternWith('i')`
    ^(?:
      sent from my |get outlook for |envoy[ée] (?:de|depuis) mon |t[ée]l[ée]charger outlook
      |von meinem .{1,30} gesendet
    )
  `;
/** A sentence behind it, unless it is one that belongs to it. */
const saysMore =
  /[.!?;:,] (?!.{0,20}\b(?:sorry|excuse|pardon|typos?|brevity|fautes|d[ée]sol[ée]e?|merci)\b)\p{L}.{8}/iu;
const disclaimer = patternWith('i')`
    ^(?:
      confidentiality notice|disclaimer|this (?:e-?mail|message)(?: and any| is intended| may contain| contains)
      |the information (?:contained )?in this (?:e-?mail|message)
      |ce (?:message|courriel|mail)(?: et| est| peut|, ainsi)|avertissement|les informations contenues
    )
  `;

/** What makes a notice out of words that a request may begin with too: "this message is intended to …". */
const noticeWords = patternWith('i')`
    \b(?:
      confidential\w*|confidentiel\w*|privileged|recipients?|addressee|unauthori[sz]ed|in error|virus\w*
      |personal data|proprietary|donn[ée]es personnelles|destinataires?|par erreur|non autoris\w+
    )\b
  `;
const ofTheWriter = patternWith('i')`
    \b(?:our|my|notre|mon) (?:accounts?|tenant|org(?:ani[sz]ation)?|comptes?|instance)\b
    |\b(?:delete|erase|remove|close|terminate|supprim\w+|effac\w+|r[ée]sili\w+|cl[ôo]tur\w+)\b.{0,40}\b(?:
      accounts?|tenant|organi[sz]ation|workspace|comptes?
    )\b
  `;

/** The writer's own lines: no quoted lines, no history below a reply mark, no signature, no notices. */
function ownLines(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let noticeEnd = 0;
  for (const [index, line] of lines.entries()) {
    if (index < noticeEnd || /^(?:>|\|(?: |$))/.test(line)) continue;
    if (isSignature(lines, index)) break;
    noticeEnd = endOfNotice(lines, index, noticeEnd > 0);
    if (noticeEnd > index) continue;
    if (historyStarts.test(line) || isAttribution(lines, index) || isHeaderBlock(lines, index)) break;
    if (deviceMark.test(line) && !saysMore.test(line)) continue;
    kept.push(line);
  }
  return kept;
}

/** A signature is short (RFC 3676 §4.3); what goes on for longer is text that only follows such a line. */
const maxSignatureLines = 12;

function isSignature(lines: readonly string[], index: number): boolean {
  if (!signatureMark.test(lines[index] ?? '')) return false;
  // At most one line in two is empty.
  const below = lines.slice(index + 1, index + 2 * maxSignatureLines + 3);
  return below.filter((line) => line.trim() !== '').length <= maxSignatureLines;
}

/** The index after the notice that is the paragraph here; 1 at least once one was met, so that others may follow it. */
function endOfNotice(lines: readonly string[], index: number, isAfterNotice: boolean): number {
  const otherwise = isAfterNotice ? 1 : 0;
  const line = lines[index] ?? '';
  const isStart = isAfterNotice && line !== '' && (index === 0 || lines[index - 1] === '');
  if (!disclaimer.test(line) && !isStart) return otherwise;
  const blank = lines.indexOf('', index);
  const end = Math.min(blank < 0 ? lines.length : blank, index + mostNoticeLines);
  const paragraph = lines.slice(index, end).join(' ').slice(0, 4_000);
  return noticeWords.test(paragraph) && !ofTheWriter.test(paragraph) ? end : otherwise;
}

const mostNoticeLines = 40;

// "On … wrote:" is often wrapped over two lines.
function isAttribution(lines: readonly string[], index: number): boolean {
  const line = (lines[index] ?? '').slice(0, 300);
  if (attribution.test(line)) return attributionMarks.test(line);
  if (!/^(?:on|le|am|el|em) /i.test(line)) return false;
  const both = `${line} ${(lines[index + 1] ?? '').slice(0, 300)}`;
  return attribution.test(both) && attributionMarks.test(both);
}

function isHeaderBlock(lines: readonly string[], index: number): boolean {
  const first = rule.test(lines[index] ?? '') ? nextLine(lines, index + 1) : index;
  const [from = '', ...next] = lines.slice(first, first + 5).map((line) => line.slice(0, 300));
  if (!headerBlock.test(from) || !headerNext.test(next[0] ?? '')) return false;
  return !spanOfTime.test(from) || next.filter((line) => headerNext.test(line)).length > 1;
}

function nextLine(lines: readonly string[], from: number): number {
  return (lines[from] ?? '') === '' ? from + 1 : from;
}

function capped(lines: readonly string[]): { readonly text: string; readonly cut: boolean } {
  const pieces: string[] = [];
  let room: number = textLimits.text;
  for (const line of lines) {
    // A paragraph on one line is ordinary; it is wrapped, not lost.
    for (let start = 0; start === 0 || start < line.length; start += textLimits.line) {
      if (pieces.length >= textLimits.lines || room <= 0) return { text: pieces.join('\n'), cut: true };
      const piece = line.slice(start, start + Math.min(textLimits.line, room));
      pieces.push(piece);
      room -= piece.length + 1;
    }
  }
  return { text: pieces.join('\n'), cut: false };
}

/** Sentences end at punctuation, blank lines and list items; wrapping inside a paragraph does not count. */
function sentencesOf(folded: string): readonly string[] {
  return folded
    .split(/\n{2,}|\n(?=[*\-+] |\d{1,2}[.)] )/)
    .flatMap((paragraph) => paragraph.replace(/\n/g, ' ').split(/(?<=[.!?;:]["')]{0,3}) +|(?<=[!?])(?=[a-z])/))
    .flatMap(shortened)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

function shortened(sentence: string): readonly string[] {
  const parts: string[] = [];
  for (let start = 0; start < sentence.length; start += textLimits.line) {
    parts.push(sentence.slice(start, start + textLimits.line));
  }
  return parts;
}

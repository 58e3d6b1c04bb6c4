/**
 * What the writer wrote now: the text without quoted history, forwarded mails, armor lines and signature.
 *
 * The marks are those of common mail programs in a dozen languages. Every line is looked at once with anchored,
 * bounded patterns, because published splitters hang on hostile text. In doubt a line stays: a request must not get
 * lost by looking like a quote. Where nothing would remain (a bare forward, an answer of quotes only) all of the
 * text is returned, so that the newest text is empty only when the text is.
 */

/** What is looked through for history, in UTF-16 units and lines. */
const read = { length: 128 * 1024, lines: 2_000 } as const;
/** What is kept of the writer's own words. */
const maxLength = 32 * 1024;
/** Of what is too long the end is kept too: people write before and after what they paste. */
const endShare = 0.25;

export type NewestText = {
  readonly text: string;
  /** A limit took something away that the writer may have written. */
  readonly cut: boolean;
};

/** `blocks` are the parts of the mail in their order: a history in one of them does not swallow the next. */
export function newestTextOf(...blocks: readonly string[]): NewestText {
  const parts = blocks.map(linesOf);
  const written = parts.map(({ lines, gap }) => {
    const own = withoutHistory(withoutArmor(lines));
    return { text: joined(withoutSignature(own.kept)), cut: gap !== null && gap < own.end };
  });
  const newest = wholeOf(written);
  if (newest.text !== '') return newest;
  return wholeOf(parts.map(({ lines, gap }) => ({ text: joined(lines), cut: gap !== null })));
}

function wholeOf(parts: readonly NewestText[]): NewestText {
  const texts = parts.map(({ text }) => text).filter((text) => text !== '');
  const [start, end] = ends(texts.join('\n\n'), maxLength);
  const text = end === '' ? start : joined([start, end]);
  return { text: text.toWellFormed(), cut: end !== '' || parts.some(({ cut }) => cut) };
}

type Lines = {
  readonly lines: readonly string[];
  /** The index of the first line after what was left out; null when nothing was. */
  readonly gap: number | null;
};

/** The lines of a text, both ends of it where it is beyond the limits of reading. */
function linesOf(text: string): Lines {
  const [start, end] = ends(text, read.length);
  const before = tidied(start);
  const lines = [...before, ...tidied(end)];
  const gap = end === '' ? null : before.length;
  if (lines.length <= read.lines) return { lines, gap };
  const kept = Math.floor(read.lines * (1 - endShare));
  return { lines: [...lines.slice(0, kept), ...lines.slice(kept - read.lines)], gap: Math.min(gap ?? kept, kept) };
}

/** Start and end of what is too long; else all of it and nothing. */
function ends(text: string, most: number): readonly [start: string, end: string] {
  return text.length <= most ? [text, ''] : [text.slice(0, most * (1 - endShare)), text.slice(-most * endShare + 1)];
}

/** Unix line ends, at most one empty line at a time, long runs of one character cut. */
function tidied(text: string): readonly string[] {
  const lines: string[] = [];
  for (const line of text === '' ? [] : text.toWellFormed().split(/\r\n|\r|\n/)) {
    const short = (line.length > 80 ? withoutRuns(line) : line).trimEnd();
    if (short !== '' || lines.at(-1) !== '') lines.push(short);
  }
  return lines;
}

/** A line stays as long as it is: in HTML a paragraph is one line, and what is asked may stand at its end. */
function withoutRuns(line: string): string {
  return line.replace(/(.)\1{79,}/gu, (run: string) => run.slice(0, 80));
}

function joined(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The lines of a cleartext signature around the text (RFC 9580 §7). */
function withoutArmor(lines: readonly string[]): readonly string[] {
  const begin = lines.findIndex((line) => line === '-----BEGIN PGP SIGNED MESSAGE-----');
  if (begin < 0) return lines;
  const blank = lines.indexOf('', begin);
  const signature = lines.indexOf('-----BEGIN PGP SIGNATURE-----', begin);
  const end = lines.indexOf('-----END PGP SIGNATURE-----', signature);
  if (blank < 0 || signature < blank || end < 0) return lines;
  const body = lines.slice(blank + 1, signature).map((line) => line.replace(/^- /, ''));
  return [...lines.slice(0, begin), ...body, ...lines.slice(end + 1)];
}

/** `end`: all that follows this index is history. */
function withoutHistory(lines: readonly string[]): { readonly kept: readonly string[]; readonly end: number } {
  const kept: string[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index] ?? '';
    const afterMark = isQuoted(line) ? index : endOfHistoryMark(lines, index);
    if (afterMark > index) {
      index = nextText(lines, afterMark);
      // Answers below or between quoted lines are the writer's; without quote marks all the rest is history.
      if (!isQuoted(lines[index] ?? '')) return { kept: withoutFinalRule(kept), end: afterMark };
      continue;
    }
    if (!isQuoted(line)) kept.push(line);
    index += 1;
  }
  return { kept, end: lines.length };
}

/** Outlook draws a rule between an answer and its history. */
function withoutFinalRule(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line !== '');
  return /^[-_=*]{5,}$/.test(lines[last] ?? '') ? lines.slice(0, last) : lines;
}

/** The index after a mark that says "history follows"; `index` itself where there is none. */
function endOfHistoryMark(lines: readonly string[], index: number): number {
  const line = (lines[index] ?? '').trim();
  if (line === '') return index;
  if (isSeparator(line)) return headerBlockEnd(lines, nextText(lines, index + 1));
  const headerEnd = headerBlockEnd(lines, index);
  return headerEnd > index ? headerEnd : index + attributionLength(lines, index);
}

function isQuoted(line: string): boolean {
  return /^\s{0,3}(?:>|\|\s)/.test(line);
}

function nextText(lines: readonly string[], from: number): number {
  let index = from;
  while (index < lines.length && (lines[index] ?? '').trim() === '') index += 1;
  return index;
}

/** Between rows of dashes, as in `-----Original Message-----`. */
const separatorWords = [
  'original (?:message|appointment|e-?mail)',
  '(?:begin )?forwarded (?:message|by .{1,80})',
  '(?:ursprüngliche|originale?|weitergeleitete|anfang der weitergeleiteten)[ -](?:nachricht|mail)',
  'original-nachricht',
  "message (?:d'origine|d’origine|original|transféré|transmis|réexpédié)",
  "(?:début du )?(?:message|e-mail) (?:transféré|réexpédié)|courriel d'origine",
  'mensaje (?:original|reenviado|original reenviado)',
  'messaggio (?:originale|inoltrato)',
  'mensagem (?:original|encaminhada|reencaminhada)',
  '(?:oorspronkelijk|origineel|doorgestuurd) bericht',
  'ursprungligt meddelande|vidarebefordrat meddelande',
  'oprindelig meddelelse|videresendt (?:besked|melding)|opprinnelig melding',
  'alkuperäinen viesti|välitetty viesti',
  'oryginalna wiadomość|wiadomość oryginalna|przekazana wiadomość',
  'původní zpráva|přeposlaná zpráva',
  'eredeti üzenet|továbbított üzenet',
  'исходное сообщение|пересылаемое сообщение|переадресованное сообщение',
  '元のメッセージ|転送メッセージ|原始邮件|轉寄郵件|转发邮件|전달된 메시지|원본 메시지',
];
const separator = new RegExp(`^[-_=* ]{2,40}\\s{0,3}(?:${separatorWords.join('|')})\\s{0,3}:?[-_=* ]{0,40}$`, 'iu');
/** Apple Mail writes it without dashes. */
const bareSeparator =
  /^(?:begin forwarded message|anfang der weitergeleiteten nachricht|début du message (?:transféré|réexpédié)|inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem encaminhada|begin doorgestuurd bericht) ?:$/iu;

function isSeparator(line: string): boolean {
  if (line.length > 160) return false;
  return (/^[-_=*]/.test(line) && separator.test(line)) || (line.endsWith(':') && bareSeparator.test(line));
}

/** The header of an older mail as Outlook prints it: From, then at least two of sent, to, subject close below. */
const headerNames: readonly { readonly from: RegExp; readonly others: RegExp }[] = [
  ['from', 'sent|date|to|cc|subject|reply-to'],
  ['von', 'gesendet(?: am)?|datum|an|cc|betreff'],
  ['de', 'envoyé(?: le)?|date|à|cc|objet|enviado(?: el| em)?|enviada(?: em)?|fecha|data|para|asunto|assunto'],
  ['da|mittente', 'inviato|data|a|cc|oggetto'],
  ['van', 'verzonden|datum|aan|cc|onderwerp'],
  ['från', 'skickat|datum|till|kopia|ämne'],
  ['fra', 'sendt|dato|til|cc|kopi|emne'],
  ['lähettäjä', 'lähetetty|päivämäärä|vastaanottaja|kopio|aihe'],
  ['od', 'wysłano|data|do|dw|temat|odesláno|datum|komu|kopie|předmět'],
  ['feladó', 'küldve|dátum|címzett|tárgy'],
  ['от', 'отправлено|дата|кому|копия|тема'],
  ['差出人|发件人|寄件者', '送信日時|日付|宛先|件名|发送时间|日期|收件人|主题|主題|收件者'],
].map(([from = '', others = '']) => ({ from: headerLine(from), others: headerLine(others) }));

function headerLine(names: string): RegExp {
  return new RegExp(`^[*_]{0,2}(?:${names})\\s{0,3}[*_]{0,2}\\s{0,3}[:：]`, 'iu');
}

/** The index after such a block; `index` itself where none begins. */
function headerBlockEnd(lines: readonly string[], index: number): number {
  const line = (lines[index] ?? '').trim();
  if (!/^.{1,24}[:：]/u.test(line)) return index;
  const below = (offset: number): string => (lines[index + offset] ?? '').trim();
  for (const { from, others } of headerNames) {
    if (!from.test(line)) continue;
    const found = [1, 2, 3, 4, 5, 6].filter((offset) => others.test(below(offset)));
    if (found.length >= 2) return index + Math.max(...found) + 1;
  }
  return index;
}

/** "On Monday, Ada wrote:", wrapped over at most four lines: how it begins and how it ends, by language. */
const attributions: readonly { readonly begins: RegExp; readonly ends: RegExp }[] = [
  { begins: /^on\s/i, ends: /\bwrote\s?:$/i },
  { begins: /^am\s/i, ends: /\b(?:schrieb|geschrieben|schreibt)\b.{0,160}:$/i },
  { begins: /^(?:le|el|il|em|a)\s/iu, ends: /(?:a\sécrit|escribió|ha scritto|escreveu|va escriure)\s?:$/iu },
  { begins: /^op\s/i, ends: /\bschreef\b.{0,160}:$/i },
  { begins: /^(?:den|på)\s/iu, ends: /\bskrev\b.{0,160}:$/iu },
  { begins: /^(?:w dniu|dnia|dne)\s/iu, ends: /(?:napisał(?:\(?a\)?)?|pisze|napsal(?:\(?a\)?)?)\s?.{0,160}:$/iu },
  { begins: /\d/, ends: /(?:kirjoitti|ezt írta|пишет|написал(?:\(?а\)?)?|写道|寫道|のメール|님이 작성)\s?[:：]$/iu },
  // An address or a date in front, as in `Ada Lovelace <ada@example.com> wrote:`.
  { begins: /[@\d]/, ends: /\b(?:wrote|writes|schrieb|schreef|escribió|scrisse|escreveu|skrev)\s?:$/iu },
];
const maxAttributionLines = 4;

/** How many lines an attribution takes from here on; 0 when there is none. */
function attributionLength(lines: readonly string[], index: number): number {
  const mayEnd = lines.slice(index, index + maxAttributionLines).some((line) => /[:：]\s*$/.test(line));
  if (!mayEnd) return 0;
  const first = (lines[index] ?? '').trim();
  const candidates = attributions.filter(({ begins }) => begins.test(first));
  if (candidates.length === 0) return 0;
  let text = '';
  for (let length = 1; length <= maxAttributionLines; length += 1) {
    const line = (lines[index + length - 1] ?? '').trim();
    if (line === '' || isQuoted(line)) return 0;
    text = `${text} ${line}`.trim();
    if (text.length > 400) return 0;
    if (candidates.some(({ ends }) => ends.test(text))) return length;
    if (line.endsWith(':')) return 0;
  }
  return 0;
}

/** A signature is short (RFC 3676 §4.3); what goes on for longer is text that only follows such a line. */
const maxSignatureLines = 12;
const mobileSignature =
  /^(?:sent (?:from|via) (?:my |outlook|yahoo|proton|mail for|the all)|get outlook for|von meinem .{1,40} gesendet|gesendet (?:von|mit) (?:meinem|der|outlook)|envoyé (?:de(?:puis)? mon|à partir d)|télécharger outlook|enviado (?:desde|do) (?:mi|meu)|inviato da(?:l mio)? |verzonden vanaf mijn|skickat från min|sendt fra min|lähetetty .{1,40}sta$|wysłane z |отправлено с )/iu;

/** A sentence behind it, unless it is one that belongs to it. */
const saysMore = /[.!?;:,] (?!.{0,20}\b(?:sorry|excuse|pardon|typos?|brevity|fautes|désolée?|merci)\b)\p{L}.{8}/iu;

function withoutSignature(lines: readonly string[]): readonly string[] {
  const kept = lines.filter(
    (line) => !(line.length <= 120 && mobileSignature.test(line.trim()) && !saysMore.test(line)),
  );
  // `trimEnd` took the space of the proper delimiter `-- `.
  const delimiter = kept.findLastIndex((line) => line === '--');
  if (delimiter < 0) return kept;
  const below = kept.slice(delimiter + 1).filter((line) => line !== '');
  return below.length <= maxSignatureLines ? kept.slice(0, delimiter) : kept;
}

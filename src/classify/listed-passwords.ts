/**
 * Passwords that stand in a form rather than in a sentence: columns of a table, pairs of name and password, lines of a
 * configuration, lists of recovery codes, letters spelled one by one.
 */

import type { SecretSpan } from './classification.ts';
import { patternWith, source } from './pattern.ts';
import { proseWords, withoutTrailingMarks } from './secret-values.ts';

const passwordName = source`
    (?:
      pass(?:word|wd|code|phrase)?|pass phrase|pwd|pw|pin|mdp|mots? de passe|passw[oö]rt|kennwort|contrase[ñn]a
      |clave|senha|palavra-passe|wachtwoord
    )
  `;
const userName = source`
    (?:
      user(?:[ _-]?(?:name|id))?|log-?in|id|account|e-?mail|utilisateur|identifiant|compte|benutzer(?:name)?|usuario
      |usuário|konto
    )
  `;

/** Said where any of the forms could stand: missing from nearly every mail. */
const named = patternWith('iu')`
    pass|pwd|pw\b|\bpin\b|mdp|mots? de|kennwort|contrase|clave|senha|wachtwoord|secret|codes?\b|c[oó]digo|cl[ée]f?\b
    |key\b|phrase|\bword\b|\bmots?\b
  `;

// What each form cannot do without; cheap, and missing from nearly every mail.
const pairNames = /[/+&|] ?(?:pass|pw|pin|mdp|mot|kenn|contra|clave|senha|palavra|wacht|cl[eé]|key|code|secret)/i;
const setting = patternWith('i')`
    (?:
      pass\w{0,6}|pwd|pw|pin|mdp|mot|kennwort|contrase.a|clave|senha|wachtwoord|secret|phrase|code|cl[eé]f?|key|word
      |wort
    ) ?[=:]
  `;
const letterByLetter = /[ ,-][A-Za-z][ ,-]{1,2}[A-Za-z\d][ ,-]{1,2}[A-Za-z\d](?![A-Za-z])/;
const headLine =
  /(?:pass|pw|pin|mdp|mots? de|kenn|contra|clave|senha|palavra|wacht)[^\t|;,\n ]{0,14} ?(?:[\t|;,\n]| {2})/i;
const codeLists = patternWith('i')`
    (?:recovery|backup|rescue|emergency|scratch|time) (?:code|key)|codes? de (?:sec|r|sau)|wiederherst|ersatzcode
    |c.digos? de
  `;

/** "user/pass: bob/Apple77", "login / clef : qa // P@nne". */
const pairs = patternWith('dgiu')`
  (?<![\p{L}\d_])${userName}[^\S\n]?[/+&|][^\S\n]?(?:${passwordName}|cl[ée]f?|key|code|secret)(?!\p{L})[^\S\n]{0,2}[:=]?\s{1,2}[^\s/|,;]{2,60}[^\S\n]{0,2}(?:
    [/|,;+]{1,2}|[^\S\n]
  )[^\S\n]{0,2}(?<secret>[^\s/|,;]{4,60})
`;

/** "export MDP=…", "pwd: …", "smtp.secret = …": a line that is nothing else. */
const settingLines = patternWith('dgimu')`
  ^[^\S\n]{0,8}(?:[-*>•] ?|export |set )?(?:[\p{L}\d]{1,24}[_. -]){0,3}(?:${passwordName}|secret)[^\S\n]{0,2}[=:][^\S\n]{0,2}["']?(?<secret>
    [^\s"']{4,80}
  )["']?,?[^\S\n]*$
`;

/** "login: demo", and behind or below it what opens: "phrase : water jet 140m". */
const namedBelow = patternWith('dgimu')`
  ^[^\S\n]{0,8}${userName}[^\S\n]?[:=][^\S\n]?[^\s]{2,60}[^\S\n]*\n[^\S\n]{0,8}(?:
    ${passwordName}|phrase|code|cl[ée]f?|key|mot|word|secret|wort
  )[^\S\n]?[:=][^\S\n]?(?<secret>[^\s][^\n]{2,60}?)[^\S\n]*$
`;

const recoveryList = patternWith('giu')`
    (?<![\p{L}\d])(?:
      (?:recovery|backup|rescue|emergency|scratch|one[ -]time) (?:codes?|keys?)
      |codes? de (?:secours|r[ée]cup[ée]ration|sauvegarde)|wiederherstellungs(?:codes?|schlüssel)|ersatzcodes?
      |c[oó]digos? de (?:recupera\p{L}+|respaldo|emerg[eê]ncia)
    )(?!\p{L})
  `;
/** One of them: groups of capitals and digits, of small letters and digits, or eight digits. */
const recoveryCode = patternWith('gu')`
    (?<![^\s,;:"'«“(])(?:
      (?=[A-Z-]{0,20}\d)[A-Z\d]{3,8}(?:-[A-Z\d]{3,8}){1,7}|(?=[a-z-]{0,20}\d)[a-z\d]{4,8}(?:-[a-z\d]{4,8}){1,7}
      |(?=[A-Z]{0,9}\d)(?=\d{0,9}[A-Z])[A-Z\d]{8,16}|\d{4}[ -]\d{4}|\d{6,8}
    )(?![\p{L}\d-])
  `;

const letterName =
  '(?:capital|cap|upper ?case|lower ?case|small|big|majuscule|minuscule|grand|petit|groß(?:es)?|klein(?:es)?)';
const spelledPart = source`
  (?:(?:an? )?${letterName} )?(?:
    \p{L}(?: (?:majuscule|minuscule))?|\d{1,4}|dash|hyphen|dot|underscore|hash|star|tiret|point|dièse|étoile
  )(?![\p{L}\d'’.@])
`;
/** "capital M, then o l a r 7 4", "B-r-a-m-b-l-e". */
const spelled = patternWith('dgiu')`
  (?<![\p{L}\d'’])(?<secret>${spelledPart}(?:(?:,? (?:then|and|puis|et|dann|luego|depois) (?:an? )?|, ?|[ -])${spelledPart}){4,40})
`;

/** Every one in `text`; they may overlap. */
export function listedPasswords(text: string): readonly SecretSpan[] {
  if (!named.test(text)) return [];
  return [
    ...(pairNames.test(text) ? [...text.matchAll(pairs)].flatMap(valueOf) : []),
    ...(setting.test(text) ? [...text.matchAll(settingLines), ...text.matchAll(namedBelow)].flatMap(valueOf) : []),
    ...(letterByLetter.test(text) ? [...text.matchAll(spelled)] : [])
      .filter((match) => isSpelled(text, match))
      .flatMap(spanOf),
    ...(headLine.test(text) ? columns(text) : []),
    ...(/[A-Z\d]{3}/.test(text) && codeLists.test(text) ? recoveryCodes(text) : []),
  ];
}

function spanOf(match: RegExpExecArray): readonly SecretSpan[] {
  const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0];
  return [{ kind: 'password', start, end }];
}

function valueOf(match: RegExpExecArray): readonly SecretSpan[] {
  const value = match.groups?.['secret'] ?? '';
  const bare = withoutTrailingMarks(value, '');
  return isValue(bare) ? spanOf(match).map((span) => ({ ...span, end: span.start + bare.length })) : [];
}

/** No placeholder, no answer, no address. */
function isValue(value: string): boolean {
  return (
    value.length >= 4 &&
    !proseWords.has(value.toLowerCase()) &&
    !patternWith('iu')`
      ^(?:https?:|<|\$\{|%|\{)|@.{2,}\.\p{L}{2,}$|^[^\p{L}\d]+$
      |^(?:true|false|null|none|changed?|idem|ditto|n\/a|n\.a\.)$
    `.test(value)
  );
}

/** A telephone number is read out digit by digit as well, and a name letter by letter. */
function isSpelled(text: string, { 0: value, index }: RegExpExecArray): boolean {
  const letters = value.match(/(?<!\p{L})\p{L}(?!\p{L})/gu)?.length ?? 0;
  return letters >= 4 && spelledFor.test(text.slice(Math.max(0, index - 90), index));
}

const spelledFor = new RegExp(
  `(?<!\\p{L})(?:${passwordName}|codes?|wi-?fi|log-?in|cl[ée]f?|key|secret)(?!\\p{L})`,
  'iu',
);

const mostRows = 60;
const cellEnds = /\t|\||;|,| {2,}/u;

/** The column below the word "password" in lines of equally many cells. */
function columns(text: string): readonly SecretSpan[] {
  const found: SecretSpan[] = [];
  let column = noColumn;
  let rows = 0;
  let lineStart = 0;
  for (const line of text.split('\n')) {
    const cells = line.length > 300 || !cellEnds.test(line) ? [] : cellsOf(line);
    const at = cells.length > 1 ? cells.findIndex(({ value }) => headOfColumn.test(value)) : -1;
    const cell = cells.length === column.cells && rows < mostRows ? cells[column.at] : undefined;
    if (at >= 0) {
      column = { at, cells: cells.length };
      rows = 0;
    } else if (cell !== undefined) {
      rows += 1;
      const start = lineStart + cell.start;
      if (isValue(cell.value) && !/\s/u.test(cell.value)) {
        found.push({ kind: 'password', start, end: start + cell.value.length });
      }
    } else if (!/^[\s|+=-]*$/u.test(line)) {
      column = noColumn;
    }
    lineStart += line.length + 1;
  }
  return found;
}

/** Where the passwords stand, and how many cells a line of the table has. */
type Column = { readonly at: number; readonly cells: number };
const noColumn: Column = { at: -1, cells: -1 };

const headOfColumn = new RegExp(
  `^(?:(?:initial|new|old|temp(?:orary)?|current|nouveau|ancien) )?${passwordName}$`,
  'iu',
);

function cellsOf(line: string): readonly { readonly value: string; readonly start: number }[] {
  let start = 0;
  return line.split(/(\t|\||;|,| {2,})/u).flatMap((piece, index) => {
    const at = start + (piece.length - piece.trimStart().length);
    start += piece.length;
    return index % 2 === 0 && piece.trim() !== '' ? [{ value: piece.trim(), start: at }] : [];
  });
}

/** UTF-16 units behind the name of the list that are read. */
const listReach = 400;

function recoveryCodes(text: string): readonly SecretSpan[] {
  return [...text.matchAll(recoveryList)].flatMap((name) => {
    const from = name.index + name[0].length;
    const [list = ''] = text.slice(from, from + listReach).split(/\n\s*\n\s*\p{L}{3,}[ ,]/u);
    return [...list.matchAll(recoveryCode)].map(({ 0: code, index }) => ({
      kind: 'password' as const,
      start: from + index,
      end: from + index + code.length,
    }));
  });
}

/** Secrets known by their shape or by the place they stand in: keys, tokens, card numbers, passwords in commands. */

import type { SecretKind, SecretSpan } from './classification.ts';
import { patternWith, source } from './pattern.ts';
import { isMixedValue, proseWords, withoutTrailingMarks } from './secret-values.ts';

// A named group `secret` marks what is secret; without one the whole match is.
const privateKeys = [
  patternWith('dgu')`
    -----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S]){0,20000}(?:
      -----END [A-Z0-9 ]{0,40}-----
    )?
  `,
  /PuTTY-User-Key-File-\d:[\s\S]{0,6000}?Private-MAC: ?[0-9a-f]{8,128}/dgu,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{20,80}/dgu,
];

const tokens = [
  /\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b/dgu,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[0-9A-Za-z]{30,255}/dgu,
  /\bgithub_pat_[0-9A-Za-z_]{22,255}/dgu,
  /\bgl(?:pat|dt|rt|ptt|cbt|soat)-[0-9A-Za-z_-]{20,255}/dgu,
  /\b(?:sk|rk|pk|whsec)_(?:live|test)_[0-9A-Za-z]{10,255}/dgu,
  /\bwhsec_[0-9A-Za-z+/=]{20,255}/dgu,
  /\bsk-(?:proj-|ant-|svcacct-)?[0-9A-Za-z_-]{20,255}/dgu,
  /\bxox[abeoprs]-[0-9A-Za-z-]{10,255}/dgu,
  /\bxapp-\d-[0-9A-Za-z-]{10,255}/dgu,
  /\bAIza[0-9A-Za-z_-]{30,45}/dgu,
  /\bya29\.[0-9A-Za-z_-]{20,255}/dgu,
  /\bSG\.[0-9A-Za-z_-]{16,32}\.[0-9A-Za-z_-]{30,64}/dgu,
  /\bkey-[0-9a-f]{32}\b/dgu,
  /\bnpm_[0-9A-Za-z]{30,60}/dgu,
  /\bpypi-[0-9A-Za-z_-]{30,255}/dgu,
  /\bhf_[0-9A-Za-z]{30,60}/dgu,
  /\bdo[por]_v1_[0-9a-f]{40,80}/dgu,
  /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{30,40}/dgu,
  /\bjca_[0-9A-Za-z]{20,60}/dgu,
  /\b(?:AC|SK)[0-9a-f]{32}\b/dgu,
  /\bdapi[0-9a-f]{32}\b/dgu,
  /\bhvs\.[0-9A-Za-z_-]{20,255}/dgu,
  /\bEAAC[0-9A-Za-z]{30,255}/dgu,
  /\b(?:SharedAccessKey|AccountKey|SharedAccessSignature)=(?<secret>[0-9A-Za-z+/%&=]{20,300})/dgu,
  /\beyJ[0-9A-Za-z_-]{8,4000}\.eyJ[0-9A-Za-z_-]{8,4000}\.[0-9A-Za-z_-]{0,4000}/dgu,
  /\bhttps:\/\/hooks\.slack\.com\/(?:services|workflows)\/(?<secret>[0-9A-Za-z/]{20,120})/dgu,
  /\bhttps:\/\/[a-z0-9.-]{3,80}\.webhook\.office\.com\/(?<secret>[^\s<>"]{20,300})/dgu,
  /\b(?:bearer|basic) +(?<secret>[0-9A-Za-z+/_.~-]{20,4000}=*)/dgiu,
  /[?&](?:sig|signature|access_token|api_?key|token|client_secret)=(?<secret>[^\s&"'<>]{12,500})/dgiu,
];

const tokenStarts = patternWith('u')`
    \b(?:
      A(?:KI|SI|RO|ID)A[0-9A-Z]|gh[pousr]_|github_pat_|gl(?:pat|dt|rt|ptt|cbt|soat)-|(?:sk|rk|pk|whsec)_
      |sk-[0-9A-Za-z_-]{6}|xox|xapp-|AIza|ya29|SG\.|key-[0-9a-f]{8}|npm_|pypi-|hf_|do[por]_|shp|jca_
      |(?:AC|SK)[0-9a-f]{8}|dapi|hvs|EAAC|[Ss]hared[Aa]ccess|[Aa]ccount[Kk]ey|eyJ
    )|hooks\.slack|webhook\.office|[Bb](?:[Ee][Aa][Rr][Ee][Rr]|[Aa][Ss][Ii][Cc]) +[0-9A-Za-z+/_.~-]{20}
    |[?&][A-Za-z_]{3,14}=[^\s&"'<>]
  `;

const tokenNames = source`
    (?:
      api|connect|access|secret|auth|service|agent|registration|license|licence|client|scim|ldap|webhook|shared
      |encryption|deploy|bind|recovery|master|private|cl[ée]
    )[ _-]{0,2}(?:access[ _-])?(?:key|token|secret|api|code|jeton)s?
    |jeton(?: d['’](?:acc[eè]s|api|authentification))?|token|secret
    |cl[ée](?: d['’]| de | )?(?:api|connect|acc[eè]s|secr[eè]te|connexion)|x-api-key|psk
  `;
/** A digit with so many signs of a token on one side: of 2n signs in a row at least n stand there. */
function digitWith(signs: number): RegExp {
  const sign = `[0-9A-Za-z+/_.~=!$%&*-]{${signs}}`;
  return new RegExp(`\\d(?:(?<=${sign}\\d)|(?=${sign}))`);
}

const namesToken = /key|token|secret|api|code|jeton|cl[ée]|psk/iu;
const namedTokens = [
  new RegExp(
    `(?<![\\p{L}\\d])(?:${tokenNames})(?:[^\\S\\n]+\\(?[\\p{L}\\d'’._-]{1,24}\\)?){0,4}?\\s{0,3}(?:is|was|est|=>|->|=|:|：)\\s{0,4}["'\`«“<(]{0,2} ?(?<secret>[0-9A-Za-z+/_.~=!$%&*-]{8,400})`,
    'dgiu',
  ),
];

// Without a link word only what is long and random counts: "our API key 5f0c…".
const adjacentTokens = [
  new RegExp(`(?<![\\p{L}\\d])(?:${tokenNames})\\s{1,3}["'\`«“<(]?(?<secret>[0-9A-Za-z+/_=-]{20,400})`, 'dgiu'),
];

// A key of whatever name, where what is said of it is long and random: "the key we are using is 5678…".
const saidTokens = [
  /(?<![\p{L}\d])(?:keys?|tokens?|secrets?|cl[ée]f?s?|jetons?)(?:[^\S\n]+[\p{L}'’]{1,20}){0,5}?[^\S\n]*(?:is|are|est|sont|was|=|:)[^\S\n]{0,3}["'`«“]?(?<secret>[0-9A-Za-z+/_-]{24,400}=*)/dgiu,
];

const urlPasswords = [
  /\b[a-z][a-z0-9+]{1,20}:\/\/[^\s:@/"'<>]{1,100}:(?<secret>[^\s@/"'<>]{3,100})@[^\s"'<>]{3,200}/dgiu,
];

const cards = [
  // As printed; a date may follow.
  patternWith('dgu')`
    (?<![\d\w.+-])(?<secret>[2-6]\d{3}([ \u00a0.-]?)\d{4}\2\d{4}\2\d{4}|3[47]\d{2}([ \u00a0.-]?)\d{6}\3\d{5})(?!
      [\d\w]|[ \u00a0.-]\d(?!\d?\/)
    )
  `,
  /(?<![\d\w.+-])(?<secret>[2-6]\d{3}(?:[ \u00a0.-]?\d){9,15})(?![\d\w]|[ \u00a0.-]\d)/dgu,
];

const cardCodes = [
  patternWith('dgiu')`
    (?<![\p{L}\d])(?:cvc2?|cvv2?|cryptogramme)(?: (?:is|est|code))?[^\S\n]{0,2}[:=]?[^\S\n]{0,2}(?<secret>\d{3,4})(?!
      \d
    )
  `,
];

const credentialPairs = [
  // user name and password side by side: "login: bob / Winter2024!"
  patternWith('dgiu')`
    \b(?:log-?in|credentials?|creds|identifiants?|user(?:name)?|utilisateur|compte|acc[eè]s|account)\b[^\n]{0,30}?(?:
      :|=|\bis\b|\bare\b|\bsont\b|\best\b
    )\s{0,3}[^\s/|]{2,80}\s{0,2}[/|]\s{0,2}(?<secret>[^\s]{4,80})
  `,
];

const inCommands = [
  /\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n]{0,80}? -p(?<secret>[^\s"'-][^\s"']{3,80})/dgiu,
  /\bldap(?:search|modify|whoami|add|passwd)\b[^\n]{0,200}? -w +["']?(?<secret>[^\s"']{4,80})/dgiu,
  /\b(?:curl|wget|http)\b[^\n]{0,200}? (?:-u|--user) +["']?[^\s:"']{1,80}:(?<secret>[^\s"']{3,80})/dgiu,
  /\bsshpass +-p *["']?(?<secret>[^\s"']{4,80})/dgiu,
  /--?pass(?:word|wd)?(?:=| +)["']?(?<secret>[^\s"'=-][^\s"']{3,80})/dgiu,
  // DB_PASSWORD=…, bindPassword: …, "password": "…"
  /(?:passw(?:or)?d|_pwd|_pass|_mdp|_secret|motdepasse)\s?[=:]\s?["']?(?<secret>[^\s"',;]{4,100})/dgiu,
  patternWith('dgiu')`
    ["'](?:[\p{L}\d_-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret)|pass|mdp|pw)["']\s?:\s?["'](?<secret>
      [^"'\n]{3,100}
    )["']
  `,
];

/** Said where somebody tells how they log in; no password is called by its name. */
const logsIn = patternWith('iu')`
    pass|pwd|\bpw\b|mdp|mots? de|log(?:s|ged|ging)?[ -]?(?:in|on)\b|sign(?:s|ed|ing)?[ -]?in\b|connect|identifi
    |\bcodes?\b|wi-?fi|wlan|credential|\bcreds\b|authenti
  `;
const usedValues = [
  patternWith('dgiu')`
    (?:
      (?<![\p{L}\d])(?:
        with|to|is|was|as|using|used?|tr(?:y|ied)|enter(?:ed)?|typed?|pass|avec|pour|c['’]est|est|par|mis|tap[eé]
        |saisi
      )|[:=/|]
    )\s{1,2}["'«“‘([]{0,2}(?<secret>[^\s"'«»“”‘’()[\]<>]{6,64})
  `,
  /[:=/|](?<secret>[^\s"'«»“”‘’()[\]<>/|]{6,64})/dgiu,
];

/** In brackets behind its name: "the temporary password you mailed (…)". */
const bracketed = [
  patternWith('dgiu')`
    (?<![\p{L}\d])(?:pass ?words?|passcode|pwd|pw|mots? de passe|mdp|code)(?:[^\S\n]+[\p{L}\d'’-]{1,20}){0,5}[^\S\n]{0,2}[([](?<secret>
      [^\s()[\]]{5,60}
    )[)\]]
  `,
];

/** Words of languages that put no space beside them, so that no edge of a word tells them apart. */
const namedElsewhere = [
  /(?:密[码碼]|口令|パスワード|暗証番号|비밀번호|암호)[\p{L}]{0,4}?\s{0,2}(?:[:：=]|是|为|為|は|는|은)\s{0,2}[「『"“']?(?<secret>[!-~]{4,80})/dgu,
];

/** Nobody writes words like that: letters with digits, and a sign inside. Addresses, names of files and versions are none. */
function isUnlikeWords(value: string): boolean {
  const bare = withoutTrailingMarks(value, '');
  if (bare.length < 6 || /@.{2,}\.\p{L}{2,}$|^https?:|^www\.|[/\\]|^\*+$/iu.test(bare)) return false;
  if (!/\p{Ll}/u.test(bare) || !/\d/u.test(bare)) return /\p{Ll}[!#$%^&*+=~]\p{L}/u.test(bare);
  if (/[!#$%^&*+=?@~_]/u.test(bare))
    return /^[\p{L}\d].*\p{L}|\p{L}.*\d/u.test(bare) && !/^[\p{L}_]+\d{0,2}$|[=&?].*[=&]/u.test(bare);
  // Hyphens alone also hold names of things together: "agent-2-beta".
  return /^\p{Lu}\p{Ll}{2,}(?:-\p{Ll}{2,}){0,2}-\d{1,4}(?:-\p{Ll}{3,})?$/u.test(bare);
}

/** `near`: what a text must have for any of the patterns to match; cheap, and missing from nearly every mail. */
type Shape = {
  readonly kind: SecretKind;
  readonly near: readonly RegExp[];
  readonly patterns: readonly RegExp[];
  readonly holds: (value: string) => boolean;
  /** A place where such a value means nothing. */
  readonly elsewhere?: (text: string, start: number) => boolean;
};

const shapes: readonly Shape[] = [
  {
    kind: 'private-key',
    near: [/PRIVATE KEY|PuTTY-User-Key-File|AGE-SECRET-KEY/],
    patterns: privateKeys,
    holds: () => true,
  },
  { kind: 'api-token', near: [tokenStarts], patterns: tokens, holds: () => true },
  { kind: 'api-token', near: [digitWith(4), namesToken], patterns: namedTokens, holds: isTokenValue },
  { kind: 'api-token', near: [digitWith(10), namesToken], patterns: adjacentTokens, holds: isTokenValue },
  { kind: 'api-token', near: [digitWith(12), namesToken], patterns: saidTokens, holds: isTokenValue },
  { kind: 'card-number', near: [/cv[cv]|cryptogramme/iu], patterns: cardCodes, holds: () => true },
  { kind: 'password', near: [/:\/\/[^/]*@/], patterns: urlPasswords, holds: () => true },
  { kind: 'card-number', near: [/\d(?:[ \u00a0.-]?\d){12}/], patterns: cards, holds: isCardNumber },
  { kind: 'password', near: [/[/|]/], patterns: credentialPairs, holds: isMixedValue },
  {
    kind: 'password',
    near: [/pass|pwd|mdp|secret|mysql|mariadb|ldap|curl|wget|http/iu],
    patterns: inCommands,
    holds: (value) => !proseWords.has(value.toLowerCase()) && !/^(?:\*+|<|\$\{|%)/u.test(value),
  },
  {
    kind: 'password',
    near: [/密[码碼]|口令|パスワード|暗証番号|비밀번호|암호/],
    patterns: namedElsewhere,
    holds: () => true,
  },
  {
    kind: 'password',
    near: [/[([]/, /pass|pwd|\bpw\b|mdp|code/iu],
    patterns: bracketed,
    holds: (value) => /\d/u.test(value) && isMixedValue(value),
  },
  {
    kind: 'password',
    near: [/\d(?:(?<=\S{3}\d)|(?=\S{3}))|\S[!#$%^&*+=~]\S/, logsIn],
    patterns: usedValues,
    holds: isUnlikeWords,
    elsewhere: isInLink,
  },
];

function shaped(text: string, { kind, near, patterns, holds, elsewhere }: Shape): readonly SecretSpan[] {
  if (near.some((pattern) => !pattern.test(text))) return [];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const [start, end] = match.indices?.groups?.['secret'] ?? match.indices?.[0] ?? [0, 0];
      return end > start && holds(text.slice(start, end)) && elsewhere?.(text, start) !== true
        ? [{ kind, start, end }]
        : [];
    }),
  );
}

/** Random-looking: long enough, and digits among letters. Words and dates are not. */
function isTokenValue(value: string): boolean {
  if (/^https?:/iu.test(value) || /^[\d./:-]+$/u.test(value)) return value.replace(/\D/gu, '').length >= 16;
  const hasDigit = /\d/u.test(value);
  const hasLetter = /[A-Za-z]/u.test(value);
  return hasDigit && hasLetter && value.replace(/[^0-9A-Za-z]/gu, '').length >= 8;
}

// ISO/IEC 7812-1 annex B.
function isCardNumber(value: string): boolean {
  const digits = value.replace(/\D/gu, '');
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1+$/u.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Every one in `text`; they may overlap. */
export function shapedSecrets(text: string): readonly SecretSpan[] {
  return shapes.flatMap((shape) => shaped(text, shape));
}

/** A path or query of a link, or a line between the parts of a mail; what is secret in links has shapes of its own. */
function isInLink(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 300), start);
  const word = before.slice(before.search(/\S*$/u));
  return word.includes('://') || word.startsWith('www.') || word.startsWith('--=') || word.startsWith('----');
}

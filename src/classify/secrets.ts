/**
 * Secrets in a text (P-SECRETS): passwords in prose, private keys, API tokens of well-known shapes, card numbers.
 * Errs towards finding: a word redacted too much can be asked for again, a leaked password cannot be taken back.
 */
import type { SecretKind, SecretSpan } from './classification.ts';

const replacement: Readonly<Record<SecretKind, string>> = {
  password: '[password removed]',
  'private-key': '[private key removed]',
  'api-token': '[token removed]',
  'card-number': '[card number removed]',
};

/** Every secret in `text`, in order, without overlaps. */
export function findSecrets(text: string): readonly SecretSpan[] {
  const found = [...shapes.flatMap((shape) => shaped(text, shape)), ...passwordsInProse(text)]
    .filter((span) => !isNote(text, span.start))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const spans: SecretSpan[] = [];
  for (const span of found) {
    const last = spans.at(-1);
    if (last === undefined || span.start >= last.end) spans.push(span);
    else if (span.end > last.end) spans[spans.length - 1] = { ...last, end: span.end };
  }
  return spans;
}

/** Whether a place lies inside a note that an earlier redaction left. */
function isNote(text: string, at: number): boolean {
  return Object.values(replacement).some((note) => {
    const found = text.slice(Math.max(0, at - note.length + 1), at + note.length).indexOf(note);
    return found >= 0 && found < note.length;
  });
}

/** `text` with a note in the place of each secret. A secret that stands elsewhere in the text once more goes too. */
export function redact(text: string): string {
  const spans = findSecrets(text);
  if (spans.length === 0) return text;
  let result = '';
  let at = 0;
  for (const span of spans) {
    result += text.slice(at, span.start) + replacement[span.kind];
    at = span.end;
  }
  result += text.slice(at);
  for (const span of spans.slice(0, 200)) {
    const secret = text.slice(span.start, span.end);
    // A short word may be an ordinary word elsewhere.
    if (secret.length >= 6 && result.includes(secret)) result = result.replaceAll(secret, replacement[span.kind]);
  }
  return result;
}

// A named group `secret` marks what is secret; without one the whole match is.
const privateKeys = [
  /-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S]){0,20000}(?:-----END [A-Z0-9 ]{0,40}-----)?/dgu,
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
  /\beyJ[0-9A-Za-z_-]{8,4000}\.eyJ[0-9A-Za-z_-]{8,4000}\.[0-9A-Za-z_-]{0,4000}/dgu,
  /\bhttps:\/\/hooks\.slack\.com\/(?:services|workflows)\/(?<secret>[0-9A-Za-z/]{20,120})/dgu,
  /\bhttps:\/\/[a-z0-9.-]{3,80}\.webhook\.office\.com\/(?<secret>[^\s<>"]{20,300})/dgu,
  /\b(?:bearer|basic) +(?<secret>[0-9A-Za-z+/_.~-]{20,4000}=*)/dgiu,
  /[?&](?:sig|signature|access_token|api_?key|token|client_secret)=(?<secret>[^\s&"'<>]{12,500})/dgiu,
];

const tokenStarts =
  /\b(?:A(?:KI|SI|RO|ID)A|gh[pousr]_|github_pat_|gl(?:pat|dt|rt|ptt|cbt|soat)-|(?:sk|rk|pk|whsec)_|sk-|xox|xapp-|AIza|ya29|SG\.|key-|npm_|pypi-|hf_|do[por]_|shp|jca_|AC|SK|dapi|hvs|EAAC|eyJ)|hooks\.slack|webhook\.office|bearer|basic|[?&](?:sig|access_token|api|token|client_secret)/iu;

const tokenNames =
  "(?:api|connect|access|secret|auth|service|agent|registration|license|licence|client|scim|ldap|webhook|shared|encryption|deploy|bind|recovery|master|private|cl[ée])[ _-]{0,2}(?:access[ _-])?(?:key|token|secret|api|code|jeton)s?|jeton(?: d['’](?:acc[eè]s|api|authentification))?|token|secret|cl[ée](?: d['’]| de | )?(?:api|connect|acc[eè]s|secr[eè]te|connexion)|x-api-key|psk";
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

const urlPasswords = [
  /\b[a-z][a-z0-9+]{1,20}:\/\/[^\s:@/"'<>]{1,100}:(?<secret>[^\s@/"'<>]{3,100})@[^\s"'<>]{3,200}/dgiu,
];

const cards = [
  // As printed; a date may follow.
  /(?<![\d\w.+-])(?<secret>[2-6]\d{3}([ \u00a0.-]?)\d{4}\2\d{4}\2\d{4}|3[47]\d{2}([ \u00a0.-]?)\d{6}\3\d{5})(?![\d\w]|[ \u00a0.-]\d(?!\d?\/))/dgu,
  /(?<![\d\w.+-])(?<secret>[2-6]\d{3}(?:[ \u00a0.-]?\d){9,15})(?![\d\w]|[ \u00a0.-]\d)/dgu,
];

const credentialPairs = [
  // user name and password side by side: "login: bob / Winter2024!"
  /\b(?:log-?in|credentials?|creds|identifiants?|user(?:name)?|utilisateur|compte|acc[eè]s|account)\b[^\n]{0,30}?(?::|=|\bis\b|\bare\b|\bsont\b|\best\b)\s{0,3}[^\s/|]{2,80}\s{0,2}[/|]\s{0,2}(?<secret>[^\s]{4,80})/dgiu,
];

const inCommands = [
  /\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n]{0,80}? -p(?<secret>[^\s"'-][^\s"']{3,80})/dgiu,
  /\bldap(?:search|modify|whoami|add|passwd)\b[^\n]{0,200}? -w +["']?(?<secret>[^\s"']{4,80})/dgiu,
  /\b(?:curl|wget|http)\b[^\n]{0,200}? (?:-u|--user) +["']?[^\s:"']{1,80}:(?<secret>[^\s"']{3,80})/dgiu,
  /\bsshpass +-p *["']?(?<secret>[^\s"']{4,80})/dgiu,
  /--?pass(?:word|wd)?(?:=| +)["']?(?<secret>[^\s"'=-][^\s"']{3,80})/dgiu,
  // DB_PASSWORD=…, bindPassword: …, "password": "…"
  /(?<![\p{L}\d])[\p{L}\d_.-]{0,40}(?:passw(?:or)?d|_pwd|_pass|_mdp|_secret|motdepasse)\s?[=:]\s?["']?(?<secret>[^\s"',;]{4,100})/dgiu,
  /["'](?:[\p{L}\d_-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret)|pass|mdp|pw)["']\s?:\s?["'](?<secret>[^"'\n]{3,100})["']/dgiu,
];

/** Said where somebody tells how they log in; no password is called by its name. */
const logsIn =
  /pass|pwd|\bpw\b|mdp|mots? de|log(?:s|ged|ging)?[ -]?(?:in|on)\b|sign(?:s|ed|ing)?[ -]?in\b|connect|identifi|\bcodes?\b|wi-?fi|wlan|credential|\bcreds\b|authenti/iu;
const usedValues = [
  /(?:(?<![\p{L}\d])(?:with|to|is|was|as|using|used?|tr(?:y|ied)|enter(?:ed)?|typed?|pass|avec|pour|c['’]est|est|par|mis|tap[eé]|saisi)|[:=/|])\s{1,2}["'«“‘([]{0,2}(?<secret>[^\s"'«»“”‘’()[\]<>]{6,64})/dgiu,
  /[:=/|](?<secret>[^\s"'«»“”‘’()[\]<>/|]{6,64})/dgiu,
];

/** In brackets behind its name: "the temporary password you mailed (…)". */
const bracketed = [
  /(?<![\p{L}\d])(?:pass ?words?|passcode|pwd|pw|mots? de passe|mdp|code)(?:[^\S\n]+[\p{L}\d'’-]{1,20}){0,5}[^\S\n]{0,2}[([](?<secret>[^\s()[\]]{5,60})[)\]]/dgiu,
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
};

const shapes: readonly Shape[] = [
  {
    kind: 'private-key',
    near: [/PRIVATE KEY|PuTTY-User-Key-File|AGE-SECRET-KEY/],
    patterns: privateKeys,
    holds: () => true,
  },
  { kind: 'api-token', near: [/(?:^|[\s"'<>])[^\s"'<>]{15}/, tokenStarts], patterns: tokens, holds: () => true },
  { kind: 'api-token', near: [/\d/, namesToken], patterns: namedTokens, holds: isTokenValue },
  { kind: 'api-token', near: [/\d/, namesToken], patterns: adjacentTokens, holds: isTokenValue },
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
    near: [/[([]/, /pass|pwd|\bpw\b|mdp|code/iu],
    patterns: bracketed,
    holds: (value) => /\d/u.test(value) && isMixedValue(value),
  },
  { kind: 'password', near: [logsIn, /\d|[!#$%^&*+=~]/], patterns: usedValues, holds: isUnlikeWords },
];

function shaped(text: string, { kind, near, patterns, holds }: Shape): readonly SecretSpan[] {
  if (near.some((pattern) => !pattern.test(text))) return [];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const [start, end] = match.indices?.groups?.['secret'] ?? match.indices?.[0] ?? [0, 0];
      return end > start && holds(text.slice(start, end)) ? [{ kind, start, end }] : [];
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

const passwordWord =
  "(?:pass ?words?|passw0rd|pass ?phrases?|pass ?codes?|passwd|pwd|p\\/w|pw|mots? de passe|mdp|code (?:pin|secret|d['’]acc[eè]s|de d[ée]verrouillage)|pin(?: code)?|phrase (?:secr[eè]te|de passe)|passwort|kennwort|contrase[ñn]a|clave|senha|palavra-passe|otp|2fa code|recovery codes?|codes? de (?:r[ée]cup[ée]ration|secours))";
// Up to six words may stand between: "the password for the ldap user is …". They may not cross a line.
const assigned = new RegExp(
  `(?<![\\p{L}\\d_])${passwordWord}(?![\\p{L}\\d])(?:[^\\S\\n]+[\\p{L}\\d_.@'’()-]{1,40}){0,7}?[^\\S\\n]{0,3}(?<link>(?:\\s|(?<=[)\\]]))(?:is still|is now|is|was|were|are|will be|has been set to|set to|changed to|to|would be|reste|est toujours|est maintenant|est|etait|était|sont|sera|ist|es|é|par|en)\\s{0,2}:?|[:=：]|=>|->|→)\\s{0,4}(?<quote>["'\`«“‘<(\\[]?) ?(?<value>[^\\s]{1,100})`,
  'giu',
);
// "use Winter2024! as password", "log in with bob and Winter2024!"
const beforeWord = new RegExp(
  `(?<![^\\s"'«»“”])(?<value>[^\\s"'«»“”]{5,80})["'»”]? (?:as|for|comme|als|como) (?:(?:the|my|our|a|its|le|mon|notre) )?(?:[\\p{L}]{1,20} )?${passwordWord}(?![\\p{L}])`,
  'giu',
);
// "password Winter2024! is refused": only what nobody writes as prose.
const adjacent = new RegExp(
  `(?<![\\p{L}\\d_])${passwordWord}(?![\\p{L}\\d])\\s{1,3}["'\`«“]?(?<value>[^\\s"'»”]{6,80})`,
  'giu',
);
const namesPassword = new RegExp(`(?<![\\p{L}\\d_])${passwordWord}(?!\\p{L})`, 'iu');
const closingMarks = /[.,;:)\]}>»”"'’`]+$/u;
const trailingMarks = /[.,;:!?)\]}>»”"'’`]+$/u;

function passwordsInProse(text: string): readonly SecretSpan[] {
  if (!namesPassword.test(text)) return [];
  const spans: SecretSpan[] = [];
  for (const match of text.matchAll(assigned)) {
    const { value = '', quote = '', link = '' } = match.groups ?? {};
    const start = match.index + match[0].length - value.length;
    const quoted = quote === '' || quote === '(' ? null : quotedEnd(text, start, quote);
    if (quoted !== null && quoted > start) {
      spans.push({ kind: 'password', start, end: quoted });
      continue;
    }
    const bare = withoutTrailingMarks(value, text.slice(start + value.length));
    if (isPasswordValue(bare, link, text.slice(start + value.length, start + value.length + 40))) {
      spans.push({ kind: 'password', start, end: start + bare.length });
      spans.push(...alsoListed(text, start + value.length));
    }
  }
  for (const match of text.matchAll(adjacent)) {
    const value = match.groups?.['value'] ?? '';
    const bare = withoutTrailingMarks(value, text.slice(match.index + match[0].length));
    const start = match.index + match[0].length - value.length;
    if (isMixedValue(bare) && /\d/u.test(bare)) spans.push({ kind: 'password', start, end: start + bare.length });
  }
  for (const match of text.matchAll(beforeWord)) {
    const value = match.groups?.['value'] ?? '';
    if (isMixedValue(value)) spans.push({ kind: 'password', start: match.index, end: match.index + value.length });
  }
  return spans;
}

/** A second one named in the same breath: "… is Tulip77! or Tulip78!". */
function alsoListed(text: string, from: number): readonly SecretSpan[] {
  const rest =
    /^,? ?(?:or|and|then|ou|et|puis|,) (?:maybe |also |now |was |peut-[eê]tre )?["'«“]?(?<value>[^\s"'»”]{4,80})/u.exec(
      text.slice(from, from + 120),
    );
  const value = rest?.groups?.['value'] ?? '';
  const bare = withoutTrailingMarks(value, '');
  if (rest === null || !isMixedValue(bare)) return [];
  const start = from + rest[0].length - value.length;
  return [{ kind: 'password', start, end: start + bare.length }];
}

const closing: Readonly<Record<string, string>> = { '«': '»', '“': '”', '‘': '’', '<': '>', '[': ']' };

function quotedEnd(text: string, start: number, quote: string): number | null {
  const end = text.slice(start, start + 120).search(quoteEnd(closing[quote] ?? quote));
  return end < 3 ? null : start + end;
}

function quoteEnd(quote: string): RegExp {
  return new RegExp(`[${quote === ']' ? '\\]' : quote}\\n]`, 'u');
}

/** A full stop ends the sentence; marks inside or doubled belong to the password: `Tulip!!` keeps one `!`. */
function withoutTrailingMarks(value: string, rest: string): string {
  const ends = /^(?:\s|$)/u.test(rest);
  if (!ends) return value;
  const open = value.replace(closingMarks, '');
  if (/[!?]$/u.test(open) && /[\d!?]/u.test(open.at(-2) ?? '')) return open;
  const bare = value.replace(trailingMarks, '');
  return bare.length >= 3 ? bare : value;
}

/** Letters with digits, or a symbol inside: nobody writes prose like that. */
function isMixedValue(value: string): boolean {
  if (/^(?:https?:|www\.)|@.{2,}\.\p{L}{2,}$/iu.test(value)) return false;
  const bare = value.replace(trailingMarks, '');
  if (bare.length < 4 || /^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$/u.test(bare)) return false;
  return (/\d/u.test(bare) && /\p{L}/u.test(bare)) || (/[!#$%&*+=?@^_~]/u.test(value) && /\p{L}/u.test(bare));
}

const proseWords = new Set(
  `a an the not no never now still always also too very just only so it its this that these those being been be is was are
  expired expiring wrong incorrect invalid correct right fine good bad ok okay old new same different empty blank missing unknown
  lost forgotten required needed used unused changed reset working valid accepted rejected refused denied ignored asked stored saved
  synced shared set unset case sensitive weak strong long short secure insecure compromised leaked known about at in on by to from
  for with under over after before when where which who how what why if as because and or but then than there here my your his her
  our their me you him them us i we he she they one two three first second next last more less all any some none every each
  expire expires please thanks thank hello working work works fail fails failed failing somehow apparently probably maybe perhaps
  supposed going getting taken sent given visible hidden masked encrypted hashed managed handled defined validated created
  generated written printed typed entered protected policy manager field prompt page link email mail screen box request expiry
  le la les un une des du de au aux et ou mais donc car ni que qui quoi pas plus jamais toujours encore deja déjà tres très trop bien
  mal bon bonne faux fausse vrai correct correcte incorrecte invalide valide expire expiré expirée perdu perdue oublié oubliee oublie
  refuse refusé refusée accepte accepté demandé demande requis requise obligatoire nécessaire identique different différent nouveau
  nouvelle ancien ancienne vide inconnu inconnue bloqué bloque changé modifié réinitialisé reinitialise en dans sur sous avec sans par
  pour chez ce cet cette ces son sa ses mon ma mes ton ta tes votre vos notre nos leur leurs il elle on nous vous ils elles je tu se
  trop court long faible fort sensible synchronisé enregistré partagé volé compromis connu correctement systématiquement
  ist nicht falsch abgelaufen richtig nicht incorrecta caducada`.split(/\s+/u),
);

function isPasswordValue(value: string, link: string, rest: string): boolean {
  if (value.length < 3 || proseWords.has(value.toLowerCase().replace(/’/gu, "'"))) return false;
  if (/^(?:https?:|www\.)/iu.test(value) || /^[^\w\p{L}]+$/u.test(value)) return false;
  if (isMixedValue(value)) return true;
  if (/^\d+$/u.test(value))
    return value.length >= 4 && !/^ ?(?:days?|characters?|hours?|minutes?|jours|caract)/iu.test(rest);
  const isNoted = /[:=>→：]/u.test(link);
  // After a colon nearly anything may be the password, but a sentence may also follow.
  if (isNoted) return value.length >= 4 && (/[A-Z].*[a-z]|[a-z].*[A-Z]|[-_]/u.test(value.slice(1)) || endsHere(rest));
  if (/^(?:to|par|en|was|were|are|sont|etait|était)$/iu.test(link.trim()))
    return /.[A-Z]/u.test(value) && /[-_.]|[a-z][A-Z]/u.test(value);
  if (/(?:ed|ing|able|ible|ée?s?|ant)$/iu.test(value)) return false;
  return value.length >= 4 && endsHere(rest);
}

/** The value is the end of its sentence or line, or something is added about it. */
function endsHere(rest: string): boolean {
  return /^["'»”)]{0,2}[.,;!?]?(?:\s*$|\s*\n|[.,;!?] |\s(?:and|but|if|please|for|thanks|et|mais|si|merci|svp|pour)\b)/iu.test(
    rest,
  );
}

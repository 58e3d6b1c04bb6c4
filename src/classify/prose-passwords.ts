/** Passwords told in sentences: "my password is …", "use … as password", a phrase of words behind its name. */
import type { SecretSpan } from './classification.ts';
import { isMixedValue, proseWords, withoutTrailingMarks } from './secret-values.ts';

const passwordWord =
  "(?:pass ?words?|passw0rd|(?:wi-?fi|wlan|alarm|door|gate|vault|safe|access|entry) (?:key|code)|cl[ée]f? (?:du |de la |de |d['’])?(?:wi-?fi|wlan|r[ée]seau)|code (?:du |de la |de l['’]|d['’])?(?:wi-?fi|alarme|porte|portail|coffre|entr[ée]e)|pass ?phrases?|pass ?codes?|passwd|pwd|p\\/w|pw|mots? de passe|mdp|code (?:pin|secret|d['’]acc[eè]s|de d[ée]verrouillage)|pin(?: code)?|phrase (?:secr[eè]te|de passe)|passwort|kennwort|contrase[ñn]a|clave|senha|palavra-passe|otp|2fa code|recovery codes?|codes? de (?:r[ée]cup[ée]ration|secours))";
// Up to six words may stand between: "the password for the ldap user is …". They may not cross a line.
const assigned = new RegExp(
  `(?<![\\p{L}\\d_])${passwordWord}(?![\\p{L}\\d])(?:[^\\S\\n]+[\\p{L}\\d_.@'’()-]{1,40}){0,7}?[^\\S\\n]{0,3}(?<link>(?:\\s|(?<=[)\\]]))(?:is still|is now|is|['’]s|was|c['’]est|ce sera|were|are|will be|has been set to|set to|changed to|to|would be|reste|est toujours|est maintenant|est|etait|était|sont|sera|ist|es|é|par|en)\\s{0,2}:?|[:=：]|=>|->|→)\\s{0,4}(?<quote>["'\`«“‘<(\\[]?) ?(?<value>[^\\s]{1,100})`,
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
/** Words behind a name and a link, for as long as they are words: "my passphrase: purple monkey dishwasher soup". */
const phrase = new RegExp(
  `(?<![\\p{L}\\d_])${passwordWord}(?![\\p{L}\\d])[^\\S\\n]{0,3}(?::|=|\\b(?:is|was|est|c['’]est|remains|reste)\\b:?)[^\\S\\n]{0,3}["'«“]?(?<value>\\p{L}{2,14}(?:[ .-]\\p{L}{2,14}){2,7})(?=["'»”]?[^\\S\\n]{0,2}(?:[.!?,;)\\n]|$))`,
  'giu',
);
// "Bramble!Kite8 ^ password", "Bramble!Kite8 <- that's the password"
const pointedAt = new RegExp(
  `(?<![^\\s"'«»“”])(?<value>[^\\s"'«»“”]{5,80})\\s{1,3}(?:\\^+|<-+|←|↑)\\s{0,2}(?:(?:that['’]s|is|the|my|c['’]est|le|mon) ){0,3}${passwordWord}(?!\\p{L})`,
  'giu',
);
// "bob, pass bobby99": the short name alone is an everyday word.
const shortName = /(?<![\p{L}\d_-])pass(?:\s?[:=]|\s(?:is|est|was))?\s{1,2}["'«“]?(?<value>[^\s"'»”]{5,80})/giu;

export function passwordsInProse(text: string): readonly SecretSpan[] {
  if (!namesPassword.test(text) && !/(?<!\p{L})pass(?!\p{L})/iu.test(text)) return [];
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
  for (const match of [...text.matchAll(pointedAt), ...text.matchAll(shortName)]) {
    const value = match.groups?.['value'] ?? '';
    const start = match.index + match[0].indexOf(value);
    const bare = withoutTrailingMarks(value, text.slice(start + value.length));
    if (isMixedValue(bare) && /\d/u.test(bare)) spans.push({ kind: 'password', start, end: start + bare.length });
  }
  for (const match of text.matchAll(phrase)) {
    const value = match.groups?.['value'] ?? '';
    const start = match.index + match[0].lastIndexOf(value);
    if (isPhrase(value)) spans.push({ kind: 'password', start, end: start + value.length });
  }
  for (const match of text.matchAll(beforeWord)) {
    const value = match.groups?.['value'] ?? '';
    if (isMixedValue(value)) spans.push({ kind: 'password', start: match.index, end: match.index + value.length });
  }
  return spans;
}

/** Words of things one after the other: an ordinary sentence has small words between them. */
function isPhrase(value: string): boolean {
  const words = value.toLowerCase().split(/[ .-]/u);
  return words.every((word) => !proseWords.has(word) && !/(?:ed|ing|able|ible|ée?s?|ly|ment)$/u.test(word));
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

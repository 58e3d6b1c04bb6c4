/** Passwords told in sentences: "my password is …", "use … as password", a phrase of words behind its name. */

import type { SecretSpan } from './classification.ts';
import { patternWith, source } from './pattern.ts';
import { isMixedValue, proseWords, withoutTrailingMarks } from './secret-values.ts';

const passwordWord = source`
    (?:
      pass[ _-]?words?|passw0rd|(?:wi-?fi|wlan|alarm|door|gate|vault|safe|access|entry) (?:key|code)
      |cl[ée]f? (?:du |de la |de |d['’])?(?:wi-?fi|wlan|r[ée]seau)
      |code (?:du |de la |de l['’]|d['’])?(?:wi-?fi|alarme|porte|portail|coffre|entr[ée]e)|pass ?phrases?
      |pass ?codes?|passwd|pwd|p\/w|pw|mots?[ _-]de[ _-]passe|mdp
      |code (?:pin|secret|d['’]acc[eè]s|de d[ée]verrouillage)|pin(?: code)?|phrase (?:secr[eè]te|de passe)|passwort
      |kennwort|contrase[ñn]a|clave|senha|palavra-passe|otp|2fa code|recovery codes?
      |codes? de (?:r[ée]cup[ée]ration|secours)|wpa\d?(?:-psk)?(?: (?:key|passphrase))?|(?:secret|security) answers?
      |r[ée]ponse secr[eè]te
    )
  `;
// How it is written, said before it: "is capital Bramble77", "est en majuscules …".
const manner = source`
    (?:
      (?:
        (?:all |in )?(?:capitals?|caps|upper ?case|lower ?case|one word)|simply|just|literally|currently
        |(?:tout )?(?:en )?(?:majuscules?|minuscules?)|tout attaché|simplement
      )[,:]? ){0,3}
  `;
// Up to six words may stand between: "the password for the ldap user is …". They may not cross a line.
const assigned = new RegExp(
  `(?<![\\p{L}\\d_])${passwordWord}(?![\\p{L}\\d])(?:[^\\S\\n]+[\\p{L}\\d_.@'’()-]{0,39}[\\p{L}\\d_@'’()-]){0,7}?,?[^\\S\\n]{0,3}(?<link>(?:\\s|(?<=[)\\]]))(?:is still|is now|is,|is|['’]s|was|reads?|lautet|se lit|remains|stays|has (?:always )?been|has never changed from|c['’]est toujours|c['’]est|ce sera|were|are|will be|has been set to|set to|changed to|to|would be|reste|est,|a toujours été|est toujours|est maintenant|est|etait|était|sont|sera|ist|es|é|as|par|en)(?!\\p{L})\\s{0,2}:?|[:=：]|=>|->|→)\\s{0,4}${manner}(?<quote>["'\`«“‘<(\\[]?) ?(?<value>[^\\s]{1,100})`,
  'giu',
);
// "use Winter2024! as password", "log in with bob and Winter2024!"
const beforeWord = patternWith('giu')`
  (?<![^\s"'«»“”])(?<value>[^\s"'«»“”]{5,80})["'»”]? (?:as|for|comme|als|como) (?:
    (?:the|my|our|a|its|le|mon|notre) )?(?:[\p{L}]{1,20} )?${passwordWord}(?![\p{L}])
`;
// "password Winter2024! is refused", "as the password, Winter2024!": only what nobody writes as prose.
const adjacent = new RegExp(
  `(?<![\\p{L}\\d_])${passwordWord}(?![\\p{L}\\d])(?:['’]s)?(?:,| still| now| toujours| actuel| of)?\\s{1,3}["'\`«“]?(?<value>[^\\s"'»”]{6,80})`,
  'giu',
);
// "tried "open sesame street" as the password"
const quotedBeforeWord = patternWith('giu')`
  ["«“] ?(?<value>[^"»”\n]{4,60}?) ?["»”] (?:as|for|comme|als|como) (?:(?:the|my|our|a|its|le|mon|notre) )?(?:
    [\p{L}]{1,20} )?${passwordWord}(?![\p{L}])
`;
// "my password (rosebud) no longer works", "our admin password, dragonfly, is rejected"
const inserted = patternWith('giu')`
  (?<![\p{L}\d_])(?:my|our|the|his|her|their|mon|notre|son|le|leur) (?:[\p{L}\d-]{1,20} ){0,2}?${passwordWord}(?:
    [^\S\n]\((?<value>[^\s()]{4,40})\)
    |, (?<value>[^\s,]{4,40}),(?= (?:is|was|does|did|has|had|still|no|never|won|est|ne|n['’]|était))
  )
`;
// "user jane, password teapot", "avec marc.d et le mot de passe violette": a name, then the word.
const besideName = patternWith('giu')`
  (?<![\p{L}\d_])(?:user(?:name)?|log-?in|identifiant|connexion|account|compte)(?!\p{L})[^\n?]{2,46}?[ ,](?:
    and |et |with |avec )?(?:le |the )?${passwordWord} (?<value>\p{L}{4,20})(?=[,;!]|\.(?:\s|$)|\s*$|\n\s*\n)
`;
/** What stands behind the value in the two patterns above: looked for first, for a value may be any word. */
const behindValue = new RegExp(
  ` (?:as|for|comme|als|como) (?:(?:the|my|our|a|its|le|mon|notre) )?(?:[\\p{L}]{1,20} )?${passwordWord}(?![\\p{L}])`,
  'iu',
);
const pointer = /[\^<←↑]/u;
const named = new RegExp(`(?<![\\p{L}\\d_])(?:${passwordWord}|pass)(?!\\p{L})`, 'giu');
/** Words behind a name and a link, for as long as they are words: "my passphrase: purple monkey dishwasher soup". */
const phrase = patternWith('giu')`
  (?<![\p{L}\d_])(?<name>${passwordWord})(?![\p{L}\d])(?:[^\S\n]+\p{L}{1,12}){0,4}?[^\S\n]{0,3}(?:
    :|=|\b(?:is|was|est|c['’]est|remains|reste)\b:?
  )[^\S\n]{0,3}["'«“]?(?<value>\p{L}{2,14}(?:[ .-]\p{L}{2,14}){2,7}(?: \d{1,6})?)(?=
    ["'»”]?[^\S\n]{0,2}(?:[.!?,;)\n]|$)
  )
`;
// "Bramble!Kite8 ^ password", "Bramble!Kite8 <- that's the password"
const pointedAt = patternWith('giu')`
  (?<![^\s"'«»“”])(?<value>[^\s"'«»“”]{5,80})\s{1,3}(?:\^+|<-+|←|↑)\s{0,2}(?:
    (?:that['’]s|is|the|my|c['’]est|le|mon) ){0,3}${passwordWord}(?!\p{L})
`;
// "bob, pass bobby99": the short name alone is an everyday word.
const shortName = /(?<![\p{L}\d_-])pass(?<noted>\s?[:=]|\s(?:is|est|was))?\s{1,2}["'«“]?(?<value>[^\s"'»”]{5,80})/giu;

export function passwordsInProse(text: string): readonly SecretSpan[] {
  return stretches(text).flatMap(([from, to]) =>
    passwordsIn(text.slice(from, to)).map((span) => ({ ...span, start: span.start + from, end: span.end + from })),
  );
}

/** What any pattern reads at most before and behind the name, in UTF-16 units. */
const reach = { before: 250, after: 900 } as const;

/** Where in the text a password is named, with what stands around it, from one white space to another. */
function stretches(text: string): readonly (readonly [from: number, to: number])[] {
  const found: [number, number][] = [];
  for (const { index } of text.matchAll(named)) {
    const from = Math.max(0, index - reach.before);
    const to = index + reach.after;
    const last = found.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else found.push([from, to]);
  }
  return found.map(([from, to]) => [
    from === 0 ? 0 : from + Math.max(0, text.slice(from, from + 120).search(/\s/u)),
    to + Math.max(0, text.slice(to, to + 120).search(/\s|$/u)),
  ]);
}

function passwordsIn(text: string): readonly SecretSpan[] {
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
    if (isPasswordValue(bare, link, text.slice(start + bare.length, start + bare.length + 40))) {
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
  const isBehind = behindValue.test(text);
  for (const pattern of isBehind ? [inserted, besideName, quotedBeforeWord] : [inserted, besideName]) {
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.['value'] ?? '';
      const start = match.index + match[0].lastIndexOf(value);
      const quoted = pattern === quotedBeforeWord && !/[.!?] /u.test(value);
      if (quoted || isMixedValue(value) || isRareWord(value))
        spans.push({ kind: 'password', start, end: start + value.length });
    }
  }
  const pointed = pointer.test(text) ? [...text.matchAll(pointedAt)] : [];
  for (const match of [...pointed, ...text.matchAll(shortName)]) {
    const { value = '', noted = '' } = match.groups ?? {};
    const start = match.index + match[0].indexOf(value);
    const bare = withoutTrailingMarks(value, text.slice(start + value.length));
    const isPlain = /[:=]/u.test(noted) && isRareWord(bare) && endsHere(text.slice(start + bare.length));
    if (isPlain || (isMixedValue(bare) && /\d/u.test(bare)))
      spans.push({ kind: 'password', start, end: start + bare.length });
  }
  for (const match of text.matchAll(phrase)) {
    const value = match.groups?.['value'] ?? '';
    const start = match.index + match[0].lastIndexOf(value);
    if (isPhrase(value, /phrase/iu.test(match.groups?.['name'] ?? '')))
      spans.push({ kind: 'password', start, end: start + value.length });
  }
  for (const match of isBehind ? text.matchAll(beforeWord) : []) {
    const value = match.groups?.['value'] ?? '';
    if (isMixedValue(value)) spans.push({ kind: 'password', start: match.index, end: match.index + value.length });
  }
  return spans;
}

/** A word that says nothing about a password, so it may be one. */
function isRareWord(value: string): boolean {
  return (
    /^\p{L}[\p{L}-]{3,}$/u.test(value) &&
    !/^\p{Lu}{2,5}$/u.test(value) &&
    !proseWords.has(value.toLowerCase()) &&
    !/(?:ed|ing|able|ible|ée?s?|ly|ment|ever|though|s)$/iu.test(value)
  );
}

/** Words of things one after the other: an ordinary sentence has small words between them. */
function isPhrase(value: string, isCalledPhrase: boolean): boolean {
  const words = value.toLowerCase().split(/[ .-]/u);
  const tells = words.filter((word) => /(?:ed|ing|able|ible|ée?s?|ly|ment)$/u.test(word));
  const small = words.filter((word) => proseWords.has(word)).length;
  return small <= (isCalledPhrase ? 1 : 0) && (tells.length === 0 || (isCalledPhrase && tells.length <= 2));
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
    return /.[A-Z]/u.test(value) ? /[-_.]|[a-z][A-Z]/u.test(value) : /\p{L}[;:,|]\p{L}/u.test(value);
  if (/(?:ed|ing|able|ible|ée?s?|ant)$/iu.test(value)) return false;
  return value.length >= 4 && endsHere(rest);
}

/** The value is the end of its sentence or line, or something is added about it. */
function endsHere(rest: string): boolean {
  return patternWith('iu')`
    ^["'»”)]{0,2}[.,;!?]?(?:
      \s*$|\s*\n|[.,;!?] |\s(?:and|but|if|please|for|since|until|which|thanks|depuis|et|mais|si|merci|svp|pour)\b
    )
  `.test(rest);
}

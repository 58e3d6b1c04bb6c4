/**
 * Passwords and codes that are told without their name: "type X", "the word is X", "the six-digit code of the door, 4471".
 * What could be one is looked for first, then what stands before it: the weaker that is, the less the value may be like a word.
 */
import type { SecretSpan } from './classification.ts';
import { proseWords, withoutTrailingMarks } from './secret-values.ts';

type Frame = {
  readonly holds: (value: string) => boolean;
  /** Read on what stands before the value, up to its start. */
  readonly before: RegExp;
  /** Read on what stands behind it. */
  readonly after?: RegExp;
  /** Whether `before` may reach into the lines above. */
  readonly lines?: boolean;
};

/** UTF-16 units that are read before and behind a value. */
const reach = { before: 110, after: 70 } as const;

const start = '(?<![\\p{L}\\d_])';
const open = `["'«“‘\`(]?[^\\S\\n]?$`;
const few = `(?:[^\\S\\n]+["«“]?[\\p{L}\\d'’.-]{1,20}["»”]?,?)`;
const enters =
  '(?:types?|typed|typing|enters?|entered|key(?:s|ed)? in|punch(?:es|ed)? in|puts? in|tape[rsz]?|tapons|tapé|saisi(?:r|s|t|e|ssez|ssons)?|entre[rz]|entrons|on met|je mets|mettez|tippe|eingeben|escrib\\w+|introduc\\w+|digit(?:e|ar|amos))';
const opens =
  "(?:unlock(?:s|ed)?|open(?:s|ed)?|log(?:s|ged)? (?:in|on)|sign(?:s|ed)? in|gets? in(?:to)?|goes in|works|(?:s['’])?ouvr\\w+|déverrouill\\w+|se connect\\w+|connecte[rz]?|entr(?:e|ons|er))";
const getsIn =
  "(?:pass ?words?|pwd|pin|mdp|mots? de passe|pass|codes?|credentials?|creds|identifiants?|log(?:s|ged|ging)?[ -]?(?:in|on)|sign(?:s|ed|ing)? in|get(?:s|ting)? in|let (?:me|us|him|her|them) in|unlock(?:s|ed)?|joins?|connect\\w*|enter(?:s|ed)?|types?|typed|key(?:s|ed)? in|accepts?|takes|refus\\w*|reject\\w*|wi-?fi|s['’]ouvr\\w+|saisi\\w*|tape[rsz]?|old one|new one|l['’]ancien|le nouveau|reset mine|entrer)";
/** Codes that open nothing. */
const noCode =
  '(?:error|exit|status|zip|post(?:al|e)?|country|dial(?:ling)?|area|source|return|reason|event|response|currency|colou?r|bar|qr|cost|tax|product|http|erreur|retour|promo\\w*|coupon|barres|insee|naf|ape|article|sap|client|ticket|case|order|invoice|room|building|sort|bic|iban|siret)';

/** "Windows11", "v2.3", "agent-2", "beta1": a version, a machine, a form. */
const nameOfThing =
  /^(?:v|alpha|beta|rc|release|windows|win|office|outlook|exchange|server|iphone|ipad|android|macos|ubuntu|debian|agent|node|host|srv|pc|room|gate|user|test|admin|ipv|sha|md|tls|utf|iso|rfc|http|base|oauth|floor|salle|poste|bureau|level|step|build|version|ticket|case|inv|covid|mpeg|sse)[-_. ]?\d/iu;
/** Addresses, links, files, settings and marks of HTML. */
const noValue =
  /@.{2,}\.\p{L}{2,}$|^https?:|^www\.|[/\\]|\.\p{L}{2,4}$|^[\p{L}_-]{2,}=|^[=.?&']|&#|&\p{L}{2,4};|&quot/iu;

/** Letters and digits or signs in a way that no word is written: "tilleul2menthe", "Vimy1917", "Wombat_Wombat". */
function isMadeUp(text: string): boolean {
  if (noValue.test(text)) return false;
  if (/\p{L}[!#$%^&*+=~;:?°]\p{L}|\p{L}{2}[.-]n°\d/u.test(text)) return true;
  if (/^\p{Lu}\p{Ll}{2,}(?:[_-]\p{Ll}{0,3}[_-]?\p{Lu}\p{Ll}{2,})+$/u.test(text)) return true;
  return /\p{L}{3}/u.test(text) && /\d/u.test(text) && /^\p{L}/u.test(text) && !nameOfThing.test(text);
}

/** A capital counts as well, where the frame says that a word is meant. */
function isMadeUpOrCapital(text: string): boolean {
  return (
    isMadeUp(text) ||
    (/^\p{Lu}\p{L}{4,}(?:-\p{L}+)*(?:-?\d{1,4})?$/u.test(text) && !proseWords.has(text.toLowerCase())) ||
    /^\p{Lu}\p{L}+(?:-\p{L}+)*-\d{1,4}$/u.test(text)
  );
}

/** A sign or a number inside: what is said to be changed may be anything. */
function isMarked(text: string): boolean {
  return (
    !noValue.test(text) &&
    /\p{L}{2}[!#$%^&*+=~;°]\p{L}|\p{L}{3}[-_]\d+$|\p{L}{3}[!#$%&*?]\d|\p{L}{3}\d+[!#$%&*]/u.test(text)
  );
}

/** Nobody writes words like that, wherever they stand: "cider4every1", "Kettle_Drum", "Tin-Roof-88", "Slate&Brick". */
function isUnlikeAnyWord(text: string): boolean {
  if (text.length < 6 || noValue.test(text) || /\.\d/u.test(text) || nameOfThing.test(text)) return false;
  return (
    /^\p{L}{3,}\d{1,4}\p{L}{2,}\d{0,4}[!?#$%&*]{0,2}$/u.test(text) ||
    /^\p{Lu}\p{Ll}{2,}(?:[_&+!#*;]\p{Lu}\p{Ll}{2,}|(?:-\p{Lu}?\p{Ll}+){1,3}-?\d{1,4}|-\d{1,3}-\p{L}{3,})\d{0,4}[!?#$%&*]{0,2}$/u.test(
      text,
    ) ||
    /^\p{Lu}\p{Ll}{4,}\d{1,2}$/u.test(text) ||
    /^(?:\p{Lu}\p{Ll}+){2,}\d{1,4}$/u.test(text)
  );
}

/** Letters, digits and a sign inside, or capitals, digits and a sign behind: it stands for itself wherever it stands. */
function isPassword(text: string): boolean {
  if (text.length < 7 || text.length > 32 || noValue.test(text) || nameOfThing.test(text)) return false;
  if (!/^[\p{L}\d][\p{L}\d!#$&*?°_.-]*$/u.test(text) || !/\d/u.test(text) || !/\p{L}{3}/u.test(text)) return false;
  // Numbered things, prices, marks of HTML.
  if (/\d[.,]\d|\$\d|^[\p{L}-]+#\d|\.{2}|&(?:nbsp|cent|reg|copy)/u.test(text)) return false;
  return (
    /[\p{L}\d][!#$&*?°][\p{L}\d]/u.test(text) ||
    /^(?=.*\p{Lu})(?=.*\p{Ll})(?=.*\p{L}.*\d).*[\p{L}\d][!#$*]{1,2}$/u.test(text)
  );
}

/** What is said to be written somewhere may have a number behind a line as well. */
function isWritten(text: string): boolean {
  return isUnlikeAnyWord(text) || (/^\p{Lu}\p{Ll}{3,}[_-]\d{2,4}$/u.test(text) && !nameOfThing.test(text));
}

/** A name and a year: "rufus1994". */
function isNameAndYear(text: string): boolean {
  return (
    /^\p{L}{4,}(?:19[3-9]|20[0-3])\d$/u.test(text) &&
    !/^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ao[uû]|f[eé]v|avr|mai|juin|d[eé]c|summer|winter|spring|autumn|q[1-4])\p{Ll}{0,6}\d/iu.test(
      text,
    ) &&
    !nameOfThing.test(text)
  );
}

/** A code to key in; years are not. */
function isCode(text: string): boolean {
  return /^(?:\d{4,8}#?|\d{3}[ -]\d{3})$/u.test(text) && !/^(?:19|20)\d\d$/u.test(text);
}

function frame(holds: Frame['holds'], before: string, more: Pick<Frame, 'after' | 'lines'> = {}): Frame {
  return { holds, before: new RegExp(before, 'iu'), ...more };
}

const noUnit = /^(?![.,]?\d| ?(?:days|users|times|jours|fois|euros?|€|%))/iu;

const frames: readonly Frame[] = [
  // "in the box one types demo, then Bramble_Bramble"
  frame(isMadeUp, `(?<!-)${start}${enters}${few}{0,6}[^\\S\\n]+${open}`),
  // "what we always type is …", "the one I used was …"
  frame(
    isMadeUp,
    `${start}(?:${enters}|used?|utilis\\w+|mettons|mis)(?:[^\\S\\n]+\\p{L}{1,12}){0,2}[^\\S\\n]+(?:is|was|are|were|est|était|c['’]est)[^\\S\\n:]{1,2}${open}`,
  ),
  // "it asks for the word, and the word is Bramble", "le mot, qui est …", "challenge word: …"
  frame(
    isMadeUpOrCapital,
    `${start}(?:(?:the|our|my|magic|secret|challenge|log-?in|sign[ -]?in|access|code|entry|today['’]s)[ -]?(?:word|sesame)|(?:le|notre|mon)[ -](?:petit |bon )?(?:mot|s[ée]same)(?: (?:magique|secret|clé|d['’]accès))?|^word|s[ée]same|das (?:wort|kennwort)|la palabra|a palavra),?(?: (?:for|of|on|at|in|pour|de|du) (?:[\\p{L}\\d'’-]{1,16} ){0,2}[\\p{L}\\d'’-]{1,16})?(?: (?:which|qui|that))?[^\\S\\n]{0,2}(?: is| was|['’]s| remains| est| était| reste| c['’]est| ist| es| é|:|=)(?: (?:still|now|simply|toujours))?[^\\S\\n]{1,2}${open}`,
  ),
  // "is unlocked with the word Bramble-Lane-9", "opens with Bramble77", "s'ouvre avec salle1 et Bramble77"
  frame(
    isMadeUp,
    `${start}${opens}${few}{0,4}[^\\S\\n]+(?:with|using|by|avec|par|mit|con|com)${few}{0,5}[^\\S\\n]+${open}`,
  ),
  // "I changed it to Bramble!leaf", "it was Bramble!leaf before", "je l'ai changé en …"
  frame(
    isMarked,
    `${start}(?:(?:chang|reset|replac|switch|set)\\w*(?:[^\\S\\n]+(?:it|mine|that|this|them|the (?:old )?one))?[^\\S\\n]+(?:to|with|by|for)|(?:chang|remplac|modifi|pass)\\S*(?:[^\\S\\n]+(?:le|mon|l['’]ancien))?[^\\S\\n]+(?:par|en|pour)|(?:it|mine|that|the old one|the new one|c['’]|l['’]ancien|le nouveau|ce)[^\\S\\n]?(?:was|is|était|est))[^\\S\\n]{1,2}${open}`,
  ),
  // "the six-digit code of the kiosk, 905512, opened it", "the code for the gate (4471#)"
  frame(
    isCode,
    `${start}(?<!${noCode}[ -]{1,2})(?:codes?|combination|combinaison)(?![ -]${noCode}(?!\\p{L}))(?![^\\S\\n]+(?:d['’]|de |of )${noCode})(?:[^\\S\\n]+[\\p{L}\\d'’-]{1,16}){0,7}(?:,| \\(|[^\\S\\n]?:| is| was| est| était| still| reste)[^\\S\\n]{0,2}$`,
    { after: noUnit },
  ),
  // "the keypad takes 4471#", "my PIN, 4471, is asked twice", "one keys in 4471"
  frame(
    isCode,
    `${start}(?:key ?pad|pin ?pad|pin(?: code)?|digicode|(?:one[ -]time|door|gate|access|entry|security|verification|unlock|alarm|(?:\\p{L}{3,6}|\\d)-digit)[ -]code|(?:key|punch|tap)(?:s|ed)? in|code (?:unique|d['’]accès|de sécurité|à usage unique)|tapez|on tape|je tape)(?!\\p{L})[^\\n]{0,80}$`,
    { after: noUnit },
  ),
  // "I keep putting Bramble4You", "elle écrit JoanJoan1", "il y a une étiquette avec « Tourbillon_1801 »"
  frame(
    isWritten,
    `${start}(?:put(?:s|ting)?|writes?|writing|entering|tr(?:y|ies|ied|ying)|using|reads|says|said|mets|mis|retap\\S+|frapp\\w+|épell\\w+|essa[iy]\\w*|écri[ts]\\w*|lit|suivi de|étiquette|pense-bête|sticky|post-it|note)${few}{0,6}[^\\S\\n]*[:,;]?[^\\S\\n]+${open}`,
  ),
  // "the dog and the year, so rufus1994", "le nom du chien : Rex1998", "donc Yasmine1984"
  frame(
    isNameAndYear,
    `(?:${start}(?:so|donc|c['’]est(?:-à-dire)?|followed by|then|puis|suivi de|is|est|put(?:ting)?|mets?|types?|tap\\w+|writes?|écri\\w+|avec|with)|[:=→/,])[^\\S\\n]{1,2}${open}`,
  ),
  // What is built like a password needs neither frame nor talk of getting in.
  frame(isPassword, ''),
  // Where somebody tells how one gets in, what is unlike any word needs no frame.
  frame(isUnlikeAnyWord, `${start}${getsIn}(?!\\p{L})[^\\n]*$`),
  frame(isUnlikeAnyWord, '', { after: new RegExp(`^[^\\n]*?${start}${getsIn}(?!\\p{L})`, 'iu') }),
  // "credentials for the test:", a name on one line, the password on the next
  frame(
    isMadeUpOrCapital,
    `${start}(?:(?:credentials?|creds|identifiants?)(?!\\p{L})[^\\n]{0,60}|(?:log-?ins?|access|accounts?|comptes?|accès|users?)(?!\\p{L})[^\\n]{0,60}:)[^\\S\\n]*\\n\\s*(?:[^\\n:=]{0,12}[:=])?[^\\S\\n]*[^\\s]{2,60}[^\\S\\n]*\\n(?:[^\\n:=]{0,12}[:=])?[^\\S\\n]*$`,
    { lines: true, after: /^[^\S\n]*(?:\n|$)/u },
  ),
  // "wifi Guest / lemon4two", "portal front | Bramble77"
  frame(
    isMadeUp,
    `(?:[^\\s@]{1,40}@[^\\s@/|]{3,60}|${start}(?:wi-?fi|wlan|log-?in|portal|portail|user(?:name)?|account|compte|accès|access|benutzer|usuario)[^\\S\\n]{1,2}["«“]?[\\p{L}\\d._-]{2,40}["»”]?)[^\\S\\n]{1,2}[/|][^\\S\\n]{1,2}${open}`,
  ),
];

/** "pwd:harbour lights still refused": words up to where the sentence goes on. */
const wordsBehindName =
  /(?<![\p{L}\d_])(?:pass ?word|pass ?phrase|pwd|pw|mdp|mot de passe)[^\S\n]?[:=][^\S\n]?(?<secret>\p{L}{3,14}(?: \p{L}{3,14}){0,3}?)(?= (?:still|is|was|isn['’]t|doesn['’]t|does|won['’]t|not|never|fails?|failed|refused|toujours|est|n['’]|ne|refusé|marche)(?!\p{L}))/dgiu;

/** Settings and elements that are named so: "LDAP_PW=…", "bind_pw = …", "<password>…</password>". */
const settings =
  /(?<=[\p{L}\d][_.-])(?:pw|pwd|passwd|pass(?:word)?|passphrase|secret)[^\S\n]?[:=][^\S\n]?["']?(?<secret>[^\s"']{5,80})|<(?:[\p{L}\d]{1,20}[:_-])?(?:password|passwd|pwd|secret|motdepasse)>(?<element>[^<\n]{4,80})<\//dgiu;

/** With a digit, a sign or a capital: no other value fits a frame. */
const candidate =
  /(?<![^\s"'«»“”‘’`(])(?:\d{3}[ -]\d{3}(?!\d)|(?=[^\s\p{Lu}\d]{0,63}[\p{Lu}\d!#$%^&*+=~;:?°])[\p{L}\d][^\s"'«»“”‘’`()<>]{3,63})/gu;

/** Every one in `text`; they may overlap. */
export function enteredPasswords(text: string): readonly SecretSpan[] {
  const spans: SecretSpan[] = [];
  const framesOf = new Map<string, readonly Frame[]>();
  for (const match of text.matchAll(candidate)) {
    const bare = withoutTrailingMarks(
      match[0],
      text.slice(match.index + match[0].length, match.index + match[0].length + 1),
    );
    const end = match.index + bare.length;
    const possible = framesOf.get(bare) ?? framesFor(bare);
    framesOf.set(bare, possible);
    if (possible.some((one) => surrounds(one, text, match.index, end))) {
      spans.push({ kind: 'password', start: match.index, end });
    }
  }
  for (const match of text.matchAll(settings)) {
    const [from, to] = match.indices?.groups?.['secret'] ?? match.indices?.groups?.['element'] ?? [0, 0];
    spans.push({ kind: 'password', start: from, end: to });
  }
  for (const match of text.matchAll(wordsBehindName)) {
    const [from, to] = match.indices?.groups?.['secret'] ?? [0, 0];
    if (isWords(text.slice(from, to))) spans.push({ kind: 'password', start: from, end: to });
  }
  return spans;
}

const questions = [...new Set(frames.map(({ holds }) => holds))];

/** Those that a value may stand in: most ask the same few questions of it. */
function framesFor(value: string): readonly Frame[] {
  const held = new Set(questions.filter((holds) => holds(value)));
  return frames.filter(({ holds }) => held.has(holds));
}

function surrounds({ before, after, lines }: Frame, text: string, from: number, to: number): boolean {
  if (after !== undefined && !after.test(text.slice(to, to + reach.after))) return false;
  const above = text.slice(Math.max(0, from - reach.before), from);
  return before.test(lines === true ? above : above.slice(above.lastIndexOf('\n') + 1));
}

function isWords(value: string): boolean {
  return value
    .toLowerCase()
    .split(' ')
    .every((word) => !proseWords.has(word) && !/(?:ed|ing|able|ible|ly|ment|tion)$/u.test(word));
}

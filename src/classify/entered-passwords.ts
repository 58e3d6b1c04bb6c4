/**
 * Passwords and codes that are told without their name: "type X", "the word is X", "the six-digit code of the door, 4471".
 * What could be one is looked for first, then what stands before it: the weaker that is, the less the value may be like a word.
 */

import type { SecretSpan } from './classification.ts';
import { isBuilt, isJoined, isNumberedThing, isOtherValue } from './password-shapes.ts';
import { patternWith, source } from './pattern.ts';
import { proseWords, withoutTrailingMarks } from './secret-values.ts';

type Frame = {
  readonly holds: (value: string) => boolean;
  /** Read on what stands before the value, up to its start. */
  readonly before: RegExp;
  /** Read on what stands behind it. */
  readonly after?: RegExp;
  /** Whether both may reach into other lines. */
  readonly lines?: boolean;
};

/** UTF-16 units that are read before and behind a value. */
const reach = { before: 110, beforeLines: 200, after: 70, afterLines: 130 } as const;

const start = '(?<![\\p{L}\\d_])';
const open = `["'«“‘\`(]?[^\\S\\n]?$`;
const few = `(?:[^\\S\\n]+["«“]?[\\p{L}\\d'’.-]{1,20}["»”]?,?)`;
const enters = source`
    (?:
      types?|typed|typing|enters?|entered|key(?:s|ed)? in|punch(?:es|ed)? in|puts? in|tape[rsz]?|tapons|tapé
      |saisi(?:r|s|t|e|ssez|ssons)?|entre[rz]|entrons|on met|je mets|mettez|tippe|eingeben|escrib\w+|introduc\w+
      |digit(?:e|ar|amos)
    )
  `;
const opens = source`
    (?:
      unlock(?:s|ed)?|open(?:s|ed)?|log(?:s|ged)? (?:in|on)|sign(?:s|ed)? in|gets? in(?:to)?|goes in|works
      |(?:s['’])?ouvr\w+|déverrouill\w+|se connect\w+|connecte[rz]?|entr(?:e|ons|er)
    )
  `;
const getsIn = source`
    (?:
      pass ?words?|pwd|pin|mdp|mots? de passe|pass|codes?|credentials?|creds|identifiants?
      |log(?:s|ged|ging)?[ -]?(?:in|on)|sign(?:s|ed|ing)? in|get(?:s|ting)? in|let (?:me|us|him|her|them) in
      |unlock(?:s|ed)?|joins?|connect\w*|enter(?:s|ed)?|types?|typed|key(?:s|ed)? in|accepts?|takes|refus\w*
      |reject\w*|wi-?fi|s['’]ouvr\w+|saisi\w*|tape[rsz]?|old one|new one|l['’]ancien|le nouveau|reset mine|entrer
    )
  `;
/** Codes that open nothing. */
const noCode = source`
    (?:
      error|exit|status|zip|post(?:al|e)?|country|dial(?:ling)?|area|source|return|reason|event|response|currency
      |colou?r|bar|qr|cost|tax|product|http|erreur|retour|promo\w*|coupon|barres|insee|naf|ape|article|sap|client
      |ticket|case|order|invoice|room|building|sort|bic|iban|siret
    )
  `;

/** Letters and digits or signs in a way that no word is written: "tilleul2menthe", "Vimy1917", "Wombat_Wombat". */
function isMadeUp(text: string): boolean {
  if (isOtherValue(text)) return false;
  if (/\p{L}[!#$%^&*+=~;:?°]\p{L}|\p{L}{2}[.-]n°\d/u.test(text)) return true;
  if (/^\p{Lu}\p{Ll}{2,}(?:[_-]\p{Ll}{0,3}[_-]?\p{Lu}\p{Ll}{2,})+$/u.test(text)) return true;
  return /\p{L}{3}/u.test(text) && /\d/u.test(text) && /^\p{L}/u.test(text) && !isNumberedThing(text);
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
    !isOtherValue(text) &&
    /\p{L}{2}[!#$%^&*+=~;°]\p{L}|\p{L}{3}[-_]\d+$|\p{L}{3}[!#$%&*?]\d|\p{L}{3}\d+[!#$%&*]/u.test(text)
  );
}

/** Nobody writes words like that, wherever they stand: "cider4every1", "Kettle_Drum", "Tin-Roof-88", "Slate&Brick". */
function isUnlikeAnyWord(text: string): boolean {
  if (text.length < 6 || isOtherValue(text) || /\.\d/u.test(text) || isNumberedThing(text)) return false;
  return (
    /^\p{L}{3,}\d{1,4}\p{L}{2,}\d{0,4}[!?#$%&*]{0,2}$/u.test(text) ||
    patternWith('u')`
      ^\p{Lu}\p{Ll}{2,}(?:[_&+!#*;]\p{Lu}\p{Ll}{2,}|(?:-\p{Lu}?\p{Ll}+){1,3}-?\d{1,4}|-\d{1,3}-\p{L}{3,})\d{0,4}[!?#$%&*]{0,2}$
    `.test(text) ||
    /^\p{Lu}\p{Ll}{4,}\d{1,2}$/u.test(text) ||
    /^(?:\p{Lu}\p{Ll}+){2,}\d{1,4}$/u.test(text)
  );
}

/** Letters, digits and a sign inside, or capitals, digits and a sign behind: it stands for itself wherever it stands. */
function isPassword(text: string): boolean {
  if (text.length < 7 || text.length > 32 || isOtherValue(text) || isNumberedThing(text)) return false;
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
  return isUnlikeAnyWord(text) || (/^\p{Lu}\p{Ll}{3,}[_-]\d{2,4}$/u.test(text) && !isNumberedThing(text));
}

/** A name and a year: "rufus1994". */
function isNameAndYear(text: string): boolean {
  return (
    /^\p{L}{4,}(?:19[3-9]|20[0-3])\d$/u.test(text) &&
    !patternWith('iu')`
      ^(?:
        jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ao[uû]|f[eé]v|avr|mai|juin|d[eé]c|summer|winter|spring
        |autumn|q[1-4]
      )\p{Ll}{0,6}\d
    `.test(text) &&
    !isNumberedThing(text)
  );
}

/** A code to key in; years are not. */
function isCode(text: string): boolean {
  return /^(?:\d{4,8}#?|\d{3}[ -]\d{3})$/u.test(text) && !/^(?:19|20)\d\d$/u.test(text);
}

function frame(holds: Frame['holds'], before: string, more: Pick<Frame, 'after' | 'lines'> = {}): Frame {
  return { holds, before: new RegExp(before, 'iu'), ...more };
}

/** "ext. 4410", "poste 4410". */
const telephone = '(?<!\\p{L})(?:ext(?:ension)?|poste|phone|tel|tél|dial|call|durchwahl)[.:]?[^\\S\\n]{1,2}';
const noUnit = /^(?![.,]?\d| ?(?:days|users|times|jours|fois|euros?|€|%))/iu;

/** Where one of these is spoken of, somebody may tell how one gets in. */
const waysIn = source`
  ${start}(?:
    pass ?(?:word|phrase|code)s?|pwd|pw|pin|mdp|mots? de passe|pass|codes?|credentials?|creds
    |log(?:s|ged|ging)?[ -]?(?:in|on)|sign(?:s|ed|ing)?[ -]?in|identifiants?|connexion|connect\w*|authenti\w*|wi-?fi
    |wlan|unlock\w*|opens?|opened|ouvr\w+|d[ée]verrouill\w+|typ(?:e[sd]?|ing)|enter(?:s|ed|ing)?|key(?:ed)? in
    |sais\w+|tap(?:e[rsz]?|ons)|on entre|rentrer|épell?e\w*|spell\w*|user(?:name)?|utilisateur|compte|characters
    |caractères|majuscules?|capital|upper ?case|invalide?|refus\w*|rejected|clef?|clé|isn['’]t taking|passwort
    |kennwort|zugang\w*|anmeld\w+|einloggen|tippe\w*|benutzer\w*|contrase[ñn]a|clave|usu[aá]rio|senha|palavra-passe
    |acced\w+|entrar|abrir|abre
  )
`;
/** Said right before what is then told. */
const told = source`
    (?:
      (?:it|that|this)(?:['’]s| is| was)(?: (?:still|always|now|just))?[^\S\n]
      |c['’](?:est|était)(?:[ -]à[ -]dire)?(?: toujours)?[^\S\n]
      |(?:es ist|das ist|ist|war|es|era|é|foi)(?: (?:immer )?noch| todavía| ainda)?[^\S\n]
      |(?:
        followed by|and then|then|so|underneath|below it|suivi de|et puis|puis|derrière|dessous|soit|donc
        |gefolgt von|dann|seguido de|luego|depois|capital \p{L}|majuscule|épelle|spell it|try|essayez
      )[,:]?[^\S\n]|[:—–=]\s{0,3}|[^\S\n]-[^\S\n]|\n\s*
    )["'«“‘\[(]{0,2}[^\S\n]?
  `;
/** The word before says that a thing is named. */
const thing = source`
    (?:^|[^\p{L}])(?:
      hosts?|hostname|hôte|service|servers?|serveur|machine|computer|laptop|printer|imprimante|tickets?|cases?
      |files?|fichier|dossier|folder|share|partage|groups?|groupe|channel|versions?|models?|modèle|rooms?|salle
      |devices?|tenant|users?|username|user id|utilisateur|identifiant|log-?in|compte|accounts?|konto|benutzer
      |usu[aá]rio|named?|called|nommée?|appelée?|serial|invoice|facture|orders?|commande|ref(?:erence)?|référence
      |policy|policies|product|produit|error|erreur|code d['’]erreur|hashtag|branch|site|project|projet|ssid|network
      |réseau|plan|sku|build|release|repo|job|agent|node|n°|no|number|numéro|ext
    )\.?[^\S\n]{0,2}[:=#]?[^\S\n]{0,2}["'«“‘(]?[^\S\n]?
  `;

const frames: readonly Frame[] = [
  // "in the box one types demo, then Bramble_Bramble"
  frame(isMadeUp, `(?<!-)${start}${enters}${few}{0,6}[^\\S\\n]+${open}`),
  // "what we always type is …", "the one I used was …"
  frame(
    isMadeUp,
    source`
      ${start}(?:${enters}|used?|utilis\w+|mettons|mis)(?:[^\S\n]+\p{L}{1,12}){0,2}[^\S\n]+(?:is|was|are|were|est|était|c['’]est)[^\S\n:]{1,2}${open}
    `,
  ),
  // "it asks for the word, and the word is Bramble", "le mot, qui est …", "challenge word: …"
  frame(
    isMadeUpOrCapital,
    source`
      ${start}(?:
        (?:the|our|my|magic|secret|challenge|log-?in|sign[ -]?in|access|code|entry|today['’]s)[ -]?(?:word|sesame)
        |(?:le|notre|mon)[ -](?:petit |bon )?(?:mot|s[ée]same)(?: (?:magique|secret|clé|d['’]accès))?|^word
        |s[ée]same|das (?:wort|kennwort)|la palabra|a palavra
      ),?(?: (?:for|of|on|at|in|pour|de|du) (?:[\p{L}\d'’-]{1,16} ){0,2}[\p{L}\d'’-]{1,16})?(?: (?:which|qui|that))?[^\S\n]{0,2}(?: is
        | was|['’]s| remains| est| était| reste| c['’]est| ist| es| é|:|=
      )(?: (?:still|now|simply|toujours))?[^\S\n]{1,2}${open}
    `,
  ),
  // "is unlocked with the word Bramble-Lane-9", "opens with Bramble77", "s'ouvre avec salle1 et Bramble77"
  frame(
    isMadeUp,
    `${start}${opens}${few}{0,4}[^\\S\\n]+(?:with|using|by|avec|par|mit|con|com)${few}{0,5}[^\\S\\n]+${open}`,
  ),
  // "I changed it to Bramble!leaf", "it was Bramble!leaf before", "je l'ai changé en …"
  frame(
    isMarked,
    source`
      ${start}(?:
        (?:chang|reset|replac|switch|set)\w*(?:[^\S\n]+(?:it|mine|that|this|them|the (?:old )?one))?[^\S\n]+(?:
          to|with|by|for
        )|(?:chang|remplac|modifi|pass)\S*(?:[^\S\n]+(?:le|mon|l['’]ancien))?[^\S\n]+(?:par|en|pour)
        |(?:it|mine|that|the old one|the new one|c['’]|l['’]ancien|le nouveau|ce)[^\S\n]?(?:was|is|était|est)
      )[^\S\n]{1,2}${open}
    `,
  ),
  // "the six-digit code of the kiosk, 905512, opened it", "the code for the gate (4471#)"
  frame(
    isCode,
    source`
      ${start}(?<!${noCode}[ -]{1,2})(?:codes?|combination|combinaison)(?![ -]${noCode}(?!\p{L}))(?![^\S\n]+(?:d['’]|de |of )${noCode})(?:
        [^\S\n]+[\p{L}\d'’-]{1,16}
      ){0,7}(?:,| \(|[^\S\n]?:| is| was| est| était| still| reste)[^\S\n]{0,2}$
    `,
    { after: noUnit },
  ),
  // "the keypad takes 4471#", "my PIN, 4471, is asked twice", "one keys in 4471"
  frame(
    isCode,
    source`
      ${start}(?:
        key ?pad|pin ?pad|pin(?: code)?|digicode
        |(?:one[ -]time|door|gate|access|entry|security|verification|unlock|alarm|(?:\p{L}{3,6}|\d)-digit)[ -]code
        |(?:key|punch|tap)(?:s|ed)? in|code (?:unique|d['’]accès|de sécurité|à usage unique)|tapez|on tape|je tape
      )(?!\p{L})[^\n]{0,80}(?<!${telephone})$
    `,
    { after: noUnit },
  ),
  // "I keep putting Bramble4You", "elle écrit JoanJoan1", "il y a une étiquette avec « Tourbillon_1801 »"
  frame(
    isWritten,
    source`
      ${start}(?:
        put(?:s|ting)?|writes?|writing|entering|tr(?:y|ies|ied|ying)|using|reads|says|said|mets|mis|retap\S+
        |frapp\w+|épell\w+|essa[iy]\w*|écri[ts]\w*|lit|suivi de|étiquette|pense-bête|sticky|post-it|note
      )${few}{0,6}[^\S\n]*[:,;]?[^\S\n]+${open}
    `,
  ),
  // "the dog and the year, so rufus1994", "le nom du chien : Rex1998", "donc Yasmine1984"
  frame(
    isNameAndYear,
    source`
      (?:
        ${start}(?:
          so|donc|c['’]est(?:-à-dire)?|followed by|then|puis|suivi de|is|est|put(?:ting)?|mets?|types?|tap\w+
          |writes?|écri\w+|avec|with
        )|[:=→/,]
      )[^\S\n]{1,2}${open}
    `,
  ),
  // What is built like a password needs neither frame nor talk of getting in.
  frame(isPassword, ''),
  // Where somebody tells how one gets in, what is unlike any word needs no frame.
  frame(isUnlikeAnyWord, `${start}${getsIn}(?!\\p{L})[^\\n]*$`),
  frame(isUnlikeAnyWord, '', { after: new RegExp(`^[^\\n]*?${start}${getsIn}(?!\\p{L})`, 'iu') }),
  // "credentials for the test:", a name on one line, the password on the next
  frame(
    isMadeUpOrCapital,
    source`
      ${start}(?:
        (?:credentials?|creds|identifiants?)(?!\p{L})[^\n]{0,60}
        |(?:log-?ins?|access|accounts?|comptes?|accès|users?)(?!\p{L})[^\n]{0,60}:
      )[^\S\n]*\n\s*(?:[^\n:=]{0,12}[:=])?[^\S\n]*[^\s]{2,60}[^\S\n]*\n(?:[^\n:=]{0,12}[:=])?[^\S\n]*$
    `,
    { lines: true, after: /^[^\S\n]*(?:\n|$)/u },
  ),
  // "wifi Guest / lemon4two", "portal front | Bramble77"
  frame(
    isMadeUp,
    source`
      (?:
        [^\s@]{1,40}@[^\s@/|]{3,60}
        |${start}(?:wi-?fi|wlan|log-?in|portal|portail|user(?:name)?|account|compte|accès|access|benutzer|usuario)[^\S\n]{1,2}["«“]?[\p{L}\d._-]{2,40}["»”]?
      )[^\S\n]{1,2}[/|][^\S\n]{1,2}${open}
    `,
  ),
  // What is built as nothing is named, where a way in is spoken of near by, unless the word before says what it is.
  frame(isBuilt, `${waysIn}(?!\\p{L})[\\s\\S]*$(?<!${thing})`, { lines: true }),
  frame(isBuilt, `(?<!${thing})$`, { lines: true, after: new RegExp(`${waysIn}(?!\\p{L})`, 'iu') }),
  // What could be a name has to be announced: "it's …", "suivi de …", a colon, a dash, quotes, a line of its own.
  frame(isBuilt, `${told}$(?<!${thing})`, { lines: true }),
  frame(
    isJoined,
    `${start}(?:(?:with )?(?:an? )?(?:capital|big|majuscule|grand|groß\\p{L}{0,2}) \\p{L}(?: majuscule)?)[,:]?[^\\S\\n]["«“]?$`,
  ),
  frame(isJoined, `${waysIn}(?!\\p{L})[\\s\\S]*${told}$(?<!${thing})`, { lines: true }),
  frame(isJoined, `(?:^|[\\s\\S])${told}$(?<!${thing})`, {
    lines: true,
    after: new RegExp(`${waysIn}(?!\\p{L})`, 'iu'),
  }),
];

/** "pwd:harbour lights still refused": words up to where the sentence goes on. */
const wordsBehindName = patternWith('dgiu')`
    (?<![\p{L}\d_])(?:pass ?word|pass ?phrase|pwd|pw|mdp|mot de passe)[^\S\n]?[:=][^\S\n]?(?<secret>
      \p{L}{3,14}(?: \p{L}{3,14}){0,3}?
    )(?= (?:
        still|is|was|isn['’]t|doesn['’]t|does|won['’]t|not|never|fails?|failed|refused|toujours|est|n['’]|ne|refusé
        |marche
      )(?!\p{L})
    )
  `;

/** Settings and elements that are named so: "LDAP_PW=…", "bind_pw = …", "<password>…</password>". */
const settings = patternWith('dgiu')`
    (?<=[\p{L}\d][_.-])(?:pw|pwd|passwd|pass(?:word)?|passphrase|secret)[^\S\n]?[:=][^\S\n]?["']?(?<secret>
      [^\s"']{5,80}
    )|<(?:[\p{L}\d]{1,20}[:_-])?(?:password|passwd|pwd|secret|motdepasse)>(?<element>[^<\n]{4,80})<\/
  `;

/** With a digit, a sign or a capital: no other value fits a frame. */
const candidate =
  /(?<![^\s"'«»“”‘’`(])(?:\d{3}[ -]\d{3}(?!\d)|(?=[\p{L}\d])(?=[^\s\p{Lu}\d]{0,63}[\p{Lu}\d!#$%^&*+=~;:?°_@])[\p{L}\d][^\s"'«»“”‘’`()<>]{3,63})/gu;

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
  if (after !== undefined && !after.test(text.slice(to, to + (lines === true ? reach.afterLines : reach.after)))) {
    return false;
  }
  const above = text.slice(Math.max(0, from - (lines === true ? reach.beforeLines : reach.before)), from);
  return before.test(lines === true ? above : above.slice(above.lastIndexOf('\n') + 1));
}

function isWords(value: string): boolean {
  return value
    .toLowerCase()
    .split(' ')
    .every((word) => !proseWords.has(word) && !/(?:ed|ing|able|ible|ly|ment|tion)$/u.test(word));
}

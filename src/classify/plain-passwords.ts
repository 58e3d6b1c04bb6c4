/**
 * Passwords that are ordinary words or short phrases: nothing tells them but a sentence that can hardly mean anything else.
 * Each frame names what it asks of the word besides; the weaker the frame, the more.
 */

import type { SecretSpan } from './classification.ts';
import { isBuilt, isJoined } from './password-shapes.ts';
import { patternWith, source } from './pattern.ts';
import { isMixedValue, proseWords } from './secret-values.ts';

/** `secret` is the group that is one; `near` is what a text must have for it: cheap, and missing from most. */
type PlainFrame = {
  readonly near: readonly RegExp[];
  readonly pattern: RegExp;
  readonly holds: (value: string) => boolean;
};

const edge = '(?<![\\p{L}\\d_])';
const passwordName = source`
    (?:
      pass ?words?|pass ?phrases?|pass ?codes?|pwd|pw|mdp|mots? de passe|passw[oö]rt|kennwort|contrase[ñn]a|senha
      |palavra-passe|wachtwoord
    )
  `;
const words = "[\\p{L}\\d][\\p{L}\\d’'_/-]{2,30}";
const phrase = `${words}(?: [\\p{L}\\d’'_/-]{1,30}){0,4}`;
const ends = '(?=["\'»”)]?[.,;!?]?(?:[^\\S\\n]*(?:\\n|$)|[^\\S\\n]{1,2}[-–—(]|(?<=[.,;!?])\\s))';

function plainFrame(near: readonly RegExp[], pattern: string, holds: PlainFrame['holds']): PlainFrame {
  return { near, pattern: new RegExp(pattern, 'dgiu'), holds };
}

// Looked for once a text.
const namesPassword = /pass|pwd|pw|mdp|mots? de|kenn|contra|senha|palavra|wacht/i;
const opens = /open|unlock|unzip|ouvr|verrou|compress|chiffr|ffnen|ffnet|sperr|abr/i;

const frames: readonly PlainFrame[] = [
  // "try buttercup as the code"
  plainFrame(
    [
      / (?:as|comme|als|como) (?:[^\s]+ ){0,3}(?:code|key|cl|pin|secret|pass|p?w|mdp|mot|kenn|contra|senha)/i,
      patternWith('i')`
        (?:
          tr(?:y|ied)|used?|using|enter|entered|types?|typed|put|essay\w{1,3}|utilis\w{1,4}|met(?:s|tez)|nimm|usa
          |usen?
        ) [^\s]{4,34} (?:as|comme|als|como) [^\n]{0,40}(?:code|key|cl|pin|secret|pass|p?w|mdp|mot|kenn|contra|senha)
      `,
    ],
    source`
      ${edge}(?:tr(?:y|ied)|used?|using|enter(?:ed)?|typed?|put|essay\p{L}+|utilis\p{L}+|met(?:s|tez)|nimm|usa|usen?) ["«“]?(?<secret>
        ${words}
      )["»”]? (?:as|comme|als|como) (?:the |my |our |an? |le |la |mon |ma |notre )?(?:\p{L}{1,12} ){0,2}(?:
        codes?|key|cl[ée]f?|pin|secret|${passwordName}
      )(?!\p{L})
    `,
    isRare,
  ),
  // "we all share one password, marigold, I know", "the shared password ("marigold") must go"
  plainFrame(
    [
      namesPassword,
      patternWith('i')`
        (?:
          pass ?(?:words?|phrases?|codes?)|pwd|pw|mdp|mots? de passe|passw[oö]rt|kennwort|contrase[ñn]a|senha
          |palavra-passe|wachtwoord
        )(?:, |: | \(| ?[–—] ?| - )(?:it.s |c.est )?["«“]?[^\s]{3,31}
      `,
    ],
    source`
      ${edge}(?:one|same|shared|usual|old|current|common|master|default|my|our|his|her|their|mon|notre|même|ancien|seul) (?:
        \p{L}{2,12} ){0,2}${passwordName}(?:, (?=\p{Ll})|: (?:it['’]s |c['’]est )?| \(| ?[–—] ?| - )["«“]?(?<secret>${words})["»”]?(?=
        \)|,? ?[–—-] |, |\.?\s*(?:\n|$)
      )
    `,
    isRareSmall,
  ),
  // "My password used to be marigold", "sigue siendo Girasol", "ist immer noch …"
  plainFrame(
    [
      namesPassword,
      / (?:used to be|has been|is simply|still is|noch|heißt|war|sigue|era|fue|foi|continua|ainda é|é ainda) /i,
    ],
    source`
      ${edge}${passwordName}(?: [\p{L}\d]{1,12}){0,3} (?:
        used to be|has been|is simply|still is|ist (?:immer )?noch|heißt|war|sigue siendo|sigue|era|fue|foi
        |continua sendo|ainda é|é ainda
      ) ["'«“]?(?<secret>${words}[!?#$*]{0,2})${ends}
    `,
    isRareOrMixed,
  ),
  // A line that is only its name, and what stands below.
  plainFrame(
    [
      namesPassword,
      patternWith('im')`
        (?:
          pass ?(?:words?|phrases?|codes?)|pwd|pw|mdp|mots? de passe|passw[oö]rt|kennwort|contrase[ñn]a|senha
          |palavra-passe|wachtwoord
        ) ?[:?]? {0,3}$
      `,
    ],
    source`
      ^[^\S\n]{0,8}(?:(?:my|our|the|her|his|their|mon|le|notre|mein|das|mi|la|minha|a) )?(?:\p{L}{2,10} )?${passwordName}[^\S\n]?[:?]?[^\S\n]*\n[^\S\n]*(?<secret>
        ${phrase}[!?#$*]{0,2}
      )[^\S\n]*(?=\n|$)
    `,
    isRarePhrase,
  ),
  // "wifi is called Harbour, key is seagulls and chips", "new wifi "pivot", it's …"
  plainFrame(
    [/(?:wi-?fi|wlan|hotspot|ssid|r[eé]seau)[^\n.]{0,51}[ ,(](?:key|cl[eé]f?|psk|code|schl|clave|chave)/i],
    source`
      ${edge}(?:wi-?fi|wlan|hotspot|ssid|r[ée]seau)(?!\p{L})[^\n.]{0,50}[ ,(](?:
        key|cl[ée]f?|psk|code|schlüssel|clave|chave
      )[^\S\n]?(?:is|[:=]|est|c['’]est|ist|es|é)[^\S\n]?(?<secret>${phrase})${ends}
    `,
    isOwnPhrase,
  ),
  plainFrame([/psk/i], `${edge}psk[^\\S\\n]?[:=][^\\S\\n]?(?<secret>${phrase})${ends}`, isOwnPhrase),
  // "login is jdoe and then bluebird", "credentials: jdoe, marigold", "creds jdoe:marigold7"
  plainFrame(
    [
      patternWith('i')`
        (?:creds|credentials?|log-?ins?|details|identifiants?|daten|credencia\w{2,4})(?: (?:
            is|are|sont|est|sind|son|são
          )
        )? ?:? {1,2}[^\s:,/]{2,41}(?: ?[:,/+]| (?:and|then|et|puis|und|dann|y|e) )
      `,
    ],
    source`
      ${edge}(?:
        credentials?|creds|log-?ins?(?: details)?|identifiants?|zugangsdaten|anmeldedaten|credenciales|credenciais
      )(?: (?:is|are|sont|est|sind|son|são))?[^\S\n]?:?[^\S\n]{1,2}(?!and |et )[\p{L}\d][\p{L}\d._@-]{1,40}(?: ?: ?
        |, ?| ?/ ?| \+ | (?:and|then|et|puis|und|dann|y|e)(?: then)? )(?<secret>${words}[!?#$*]{0,2})${ends}
    `,
    isRareOrMixed,
  ),
  // "to open it: invoice-march", "le zip s'ouvre avec pont-neuf"
  plainFrame(
    [
      opens,
      patternWith('i')`
        (?:to|pour|zum|para) (?:l.|le |la |les |den |das )?(?:open|unlock|unzip|ouvrir|d[eé]|öffnen|entsperren|abri)[^\n:–—]{0,30}[:–—]
        |(?:opens|unlocks|ouvre|compresse|öffnet|abre) [^\n]{0,24}(?:with|avec|mit|con|com) 
      `,
    ],
    source`
      ${edge}(?:
        (?:to|pour|zum|para) (?:l['’]|le |la |les |den |das )?(?:
          open|unlock|unzip|ouvrir|déverrouiller|décompresser|déchiffrer|öffnen|entsperren|abrir|abrirlo|abri-lo
        )(?: (?:it|them|the \p{L}{2,12}))?[^\S\n]?[:–—][^\S\n]?
        |(?:opens|unlocks|s['’]ouvre|décompresse|öffnet|abre)(?: [\p{L}'’]{1,10}){0,2} (?:with|avec|mit|con|com) (?=
          \p{L}+[-_]
        )
      )["«“]?(?<secret>${words})${ends}
    `,
    isRareOrMixed,
  ),
];

/** Every one in `text`; they may overlap. */
export function plainPasswords(text: string): readonly SecretSpan[] {
  const known = new Map<RegExp, boolean>();
  const has = (pattern: RegExp) => {
    const answer = known.get(pattern) ?? pattern.test(text);
    known.set(pattern, answer);
    return answer;
  };
  return frames.flatMap(({ holds, near, pattern }) =>
    (near.every(has) ? [...text.matchAll(pattern)] : []).flatMap((match) => {
      const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0];
      return holds(text.slice(start, end)) ? [{ kind: 'password' as const, start, end }] : [];
    }),
  );
}

/** Words of forms, of sentences about passwords, and of letters' ends. */
const everyday = new Set(
  `name username surname user email e-mail mail login log-in account password passwords passphrase passcode code codes number numbers
  letter letters word words character characters phone mobile key keys token details data date address address line nothing text
  link button hello thanks regards cheers best merci cordialement bonjour salut gruß danke gracias obrigado obrigada sincerely
  yours kind sent however therefore please again instead otherwise folks guys sir madam team colleagues everybody everyone someone
  somebody nobody himself herself myself itself mine yours theirs ours details security access support service office company
  administrator admin windows outlook excel google microsoft apple chrome firefox word notepad acrobat winzip 7-zip identifiant utilisateur
  adresse numéro nom prénom compte lettre chiffre chiffres majuscule minuscule capital upper lower small digit digits random
  correctly again twice properly exactly usual usually either rien quelque quelqu'un celui celle comme mien mienne
  benutzername konto zugang contraseña senha usuario nombre nome correo monday tuesday wednesday thursday friday saturday sunday`.split(
    /\s+/u,
  ),
);

function isOwn(word: string): boolean {
  const small = word.toLowerCase().replace(/’/gu, "'");
  return !proseWords.has(small) && !everyday.has(small);
}

/** A word that says nothing about passwords or people, in letters. */
function isRare(value: string): boolean {
  return (
    isMixed(value) ||
    (/^\p{L}[\p{L}-]{4,}$/u.test(value) &&
      !/^\p{Lu}{2,6}$/u.test(value) &&
      isOwn(value) &&
      (/\p{Ll}-\p{Ll}/u.test(value) || !/(?:ed|ing|able|ible|ée?s?|ly|ment|ever|though|tion|[^s]s)$/iu.test(value)))
  );
}

function isRareSmall(value: string): boolean {
  return isMixed(value) || (/^\p{Ll}/u.test(value) && isRare(value));
}

function isRareOrMixed(value: string): boolean {
  return isMixed(value) || isRare(value);
}

function isMixed(value: string): boolean {
  return (isMixedValue(value) && /\d/u.test(value)) || isBuilt(value) || (isJoined(value) && /\d|_/u.test(value));
}

/** One rare word, or a few of which at most one is small. */
function isRarePhrase(value: string): boolean {
  const parts = value.split(' ');
  if (parts.length === 1) return isRare(value);
  return parts.filter((word) => !isOwn(word)).length <= (parts.length > 3 ? 1 : 0) && value.length >= 7;
}

/** As it would be said of a network: it begins with a word of its own and may hold small ones. */
function isOwnPhrase(value: string): boolean {
  const parts = value.split(' ');
  const [first = ''] = parts;
  if (parts.length === 1) return isRareOrMixed(value) || (isOwn(value) && value.length >= 6);
  return isOwn(first) && parts.filter((word) => !isOwn(word)).length * 2 < parts.length;
}

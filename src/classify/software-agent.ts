/**
 * Agents that are software: what is installed on servers is called as those are who answer mail. Swearing at it is no
 * abuse of people.
 */
import { pattern } from './pattern.ts';

const signs = {
  software: pattern`
      \b(?:
        (?:piece|bit|lump|heap|pile|mess|bundle|excuse|waste) (?:of|for) (?:a |an )?(?:\w+ ){0,2}(?:
          software|code|program(?:me)?|app|tech(?:nology)?|engineering|disk space|memory|ram|cpu
        )|agent (?:software|service|process|daemon|binary|update|version|installer|package|config\w*|v?\d)
        |(?:software|program(?:me)?|daemon|binary|service)(?= ?[,.!?;]|$)|(?:un|re)?install(?:s|ed|ing)?
        |crash(?:es|ed|ing)?|segfaults?|cpu|memory|ram|reboots?|restarts?|config(?:uration)? file|log ?files?
        |since (?:the|your|its) (?:\w+ )?(?:update|upgrade|release|version)
      )\b
    `,
  logiciel: pattern`
      \b(?:
        logiciels?|programmes?|bout de code|(?:re|des)?install\w+|plante\w*|processeur|cpu|memoire|redemarr\w+
        |fichier de config\w*|depuis (?:la|votre|sa) (?:mise a jour|version|maj)
      )\b
    `,
} as const;

/** Whoever does this is a person. */
const ofPersons = pattern`
    \b(?:
      who|whose|he|she|him|her|his|man|woman|guy|girl|phone|call(?:ed|s)?|said|told|says|wrote|replied|answered
      |rude(?:ly)?|hung up|named|qui m'a|qui a (?:repondu|ecrit|dit)|il m'a|elle m'a|telephone|au bout du fil|homme
      |femme|monsieur|madame|appele
    )\b
  `;

const agents = /\bagents?\b/g;

/** The sentence with the software called what it is, where it is one; the same sentence otherwise. */
export function withoutSoftwareAgents(sentence: string): string {
  if (!sentence.includes('agent') || ofPersons.test(sentence)) return sentence;
  if (signs.software.test(sentence)) return sentence.replace(agents, 'software');
  return signs.logiciel.test(sentence) ? sentence.replace(agents, 'logiciel') : sentence;
}

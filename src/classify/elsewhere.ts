/** Whether what is asked stands in a document, or in what was passed on, and not in the text itself. */
import type { Because } from './classification.ts';
import type { NormalisedText } from './normalise.ts';
import { pattern } from './pattern.ts';

const pointsToDocument = pattern`
    \b(?:
      (?:see|find|read|refer to|per|follow|note) (?:\w+ ){0,4}?(?:attach(?:ed|ment|ments)|enclosed)
      |attached (?:is|are|you|please|herewith|find|letter|document|request|pdf|file|form|order)
      |(?:letter|request|documents?|form|instructions?|order|notice|pdf|scan|details|file|everything|all) (?:
        is |are )?(?:in the )?(?:attached|enclosed|attachment)
      |voir (?:la |le |les |en )?(?:pieces?|pj|document|courrier|lettre|fichier|annexe)|ci[- ]?joint\w*
      |en (?:piece jointe|pj|annexe)|pieces? jointes?
    )\b
  `;
const pointsBelow = pattern`
    \b(?:
      (?:
        see|read|refer to|per|follow|note|handle|process|action|as (?:asked|requested|described|said|written)
        |(?:message|e-?mail|mail|request|thread|chain|note)(?: that is| which is)?
      ) (?:\w+ ){0,2}?(?:below|beneath|underneath)
      |(?:below|forwarded|following) (?:message|e-?mail|mail|request|thread|chain)
      |(?:voir|lire|demande|message|mail|courriel|comme indique) (?:\w+ ){0,3}?(?:
        ci[- ]?dessous|plus bas|ci[- ]?apres
      )
    )\b
  `;
/** What is asked, and that it stands in a document. */
const asksInDocument = pattern`
    \b(?:
      requests?|instructions?|demands?|letters?|declarations?|mandates?|authori[sz]ation|court order|judge?ment
      |ruling|police report|certificate of dissolution|resolution
    ) (?:\w+ ){0,8}?(?:(?:is|are) )?(?:attached|enclosed|in the attach(?:ed|ment)|in the (?:pdf|document))
    |(?:attached|enclosed)(?: to this (?:mail|e-?mail|message))?,? (?:\w+ ){0,4}?(?:
      requests?|instructions?|demands?|letters?|declarations?|mandates?|authori[sz]ation|court order|judge?ment
      |ruling|police report|certificate of dissolution|resolution
    )\b
    |\b(?:
      demandes?|instructions?|lettres?|courriers?|declarations?|mandats?|jugement|ordonnance|plainte|attestation
    ) (?:\w+ ){0,8}?(?:ci[- ]?joint\w*|en (?:piece jointe|pj|annexe)|dans (?:le|la) (?:pdf|document|piece jointe))
    |(?:ci[- ]?joint\w*|en (?:piece jointe|pj|annexe)),? (?:\w+ ){0,4}?(?:
      demandes?|instructions?|lettres?|courriers?|declarations?|mandats?|jugement|ordonnance|plainte|attestation
    )\b
  `;
/** All that is said before what is passed on. */
const passesOn = pattern`
    ^(?:(?:hi|hello|dear|bonjour)\b[^.]{0,30}[,.!] ?)?(?:
      fyi|f\.y\.i|for your (?:information|attention|action)|pour (?:info|information|action|suite a donner)|p\.i
    )\b[^a-z]*(?:thanks|thank you|merci|regards|cordialement)?[^a-z]*$
  `;
/** What shows a problem asks for nothing. */
const showsProblem = pattern`
    \b(?:
      logs?|screen ?shots?|captures?|photos?|pictures?|traces?|errors?|erreurs?|video|recording|invoices?|factures?
      |copie d'ecran
    )\b
  `;
/** A text of more words says itself what it is about. */
const mostPointingWords = 25;

/** Nothing is written, or next to nothing, beside a document or a quote that nobody has read: what is asked stands there. */
export function isElsewhere(
  { words, attachments, sentences, subjectSentences }: NormalisedText,
  because: readonly Because[],
): boolean {
  if (words === 0) return attachments > 0;
  if (attachments > 0 && sentences.some((sentence) => asksInDocument.test(sentence) && !showsProblem.test(sentence))) {
    return true;
  }
  if (words > mostPointingWords) return false;
  const whole = sentences.join(' ');
  if (showsProblem.test(whole)) return false;
  if (attachments > 0 && pointsToDocument.test(whole)) return true;
  const said = sentences.slice(subjectSentences).join(' ');
  const isSaid = because.some(({ rule }) => rule !== 'model');
  return !isSaid && (pointsBelow.test(said) || passesOn.test(said));
}

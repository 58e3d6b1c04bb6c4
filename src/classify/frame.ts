/** How a sentence is meant: does it ask us to act, ask how to do it oneself, deny, or only tell? English and French. */
import { pattern } from './pattern.ts';

export type Frame = {
  /** Asks somebody to act, or states a wish or need. */
  readonly asks: boolean;
  /** Asks how or where to do it oneself, or whether it is possible. */
  readonly asksHow: boolean;
  /** Says not to. */
  readonly denies: boolean;
  /** Tells what was done or what happens. */
  readonly tells: boolean;
};

const asking = pattern`
    \b(?:
      please|pls|plz|kindly
      |(?:can|could|would|will|may|might) (?:you|u|someone|somebody|we|i|anybody|anyone|it|support)
      |(?:i|we) (?:also |just |now |really |urgently |hereby |formally |therefore |would |still |do )*(?:
        need|want|wish|ask|request|require|demand|insist|expect|would like|'d like|like you|authori[sz]e|instruct
        |appreciate|propose|confirm that
      )|i'd like|we'd like|i'd|need(?:s)? to be|want(?:s)? (?:you )?to|should be|must be|has to be|have to be
      |is to be|need(?:s)? (?:his|her|their|the|a|an|my|our|you)|go ahead and|request(?:ing)?(?: for| to| that)?
      |asking (?:you )?(?:to|for|that)|looking (?:to|for)|hoping (?:you|to)
      |would be (?:great|nice|good|grateful|helpful)|grateful if|appreciated?|thanks for|thank you for|it is time to
      |time to|decided to|want our|want my|let me|let us|do me a favou?r|help (?:me|us)|wondering if|any chance
      |i have been asked to|i was (?:asked|told) to|my boss (?:wants|says|asked)|to whom it may concern|asap
      |immediately|today|effective|as of
    )\b
  `;
const askingFr = pattern`
    \b(?:
      merci de|merci d'|veuillez|priere de|pouvez[- ]vous|pourriez[- ]vous|peux[- ]tu|pourrais[- ]tu|peut[- ]on
      |pourrait[- ]on|vous (?:pouvez|pourriez)|tu (?:peux|pourrais)|voudriez[- ]vous
      |(?:
        je|nous|on|j'|mon chef|mon patron|ma direction|la direction
        |notre (?:direction|societe|entreprise|association)|elle|il
      ) ?(?:vous |te )?(?:
        veux|veut|voulons|voudrais|voudrait|voudrions|souhaite|souhaitons|souhaiterais|souhaiterait|souhaiterions
        |desire|desirons|desirerais|demande|demandons|prie|prions|exige|exigeons|aimerais|aimerait|aimerions
        |ai besoin|a besoin|avons besoin|dois|doit|devons|saurais gre|saurions gre|autorise|autorisons|sollicite
        |sollicitons|invite|compte sur|ordonne
      )|j'aimerais|il (?:faut|faudrait)|faut|svp|stp|s'il (?:vous|te) plait|serait[- ]il possible|est[- ]il possible
      |possible de|besoin (?:de|d'|que|qu')|demande (?:de|d')|a supprimer|a effectuer|faire le necessaire
      |en vous remerciant|je compte sur|par la presente|merci d'avance|des que possible|au plus vite|immediatement
      |dans les plus brefs|aujourd'hui|j'attends
    )\b
  `;
// A sentence may open with the verb itself, after a greeting or "so".
const imperative = pattern`
    (?:
      ^|[,:] |^(?:
        hi|hello|dear|hey|so|and|then|ok|okay|also|just|thus|therefore|finally|first|second|bonjour|alors|donc|et
        |puis|ensuite
      )[a-z ]{0,20},? )(?:[-*\d.)] ?)?(?:
      delete|close|erase|remove|terminate|wipe|shut|purge|deactivate|cancel|destroy|make|give|grant|add|assign
      |promote|transfer|send|tell|provide|share|list|forward|reset|change|set|resend|unlock|update|rename|modify
      |disable|enable|lock|suspend|block|freeze|move|merge|restore|undo|revert|stop|cease|ignore|refuse|do not|don't
      |put|let|escalate|unblock|lift|confirm|revoke|issue|create|generate|get|cut|kill|supprime[rz]?|effacez?
      |fermez?|cloturez?|resiliez?|ajoutez?|donnez?|accordez?|mettez?|nommez?|envoyez?|communiquez?|transmettez?
      |indiquez?|reinitialisez?|changez?|modifiez?|desactivez?|activez?|bloquez?|verrouillez?|suspendez?|debloquez?
      |retirez?|passez?|transferez?|restaurez?|annulez?|cessez?|ignorez?|arretez?|refusez?|ne )\b
  `;
const askingHow = pattern`
    \b(?:
      how (?:do|can|could|would|should|to|does|did|is|are|might|long|often)
      |what(?:'s| is) the (?:best |correct |right |proper |recommended |easiest |official )?(?:
        way|procedure|process|method|steps?
      )|where (?:do|can|could|should|would|is|are|does)|what steps|which (?:menu|button|page|screen|setting)
      |is there (?:a|any) (?:way|option|setting|button|documentation|article|guide|doc|howto)
      |(?:any|a link to|the) (?:documentation|docs?|article|guide|howto|tutorial)|step[- ]by[- ]step
      |(?:by )?(?:my|our)sel(?:f|ves)\b|am i able to|are we able to
      |comment (?:puis|peut|peux|faire|faut|est-ce|dois|doit|on|je|nous|ca|proceder|pouvons|puis-je|fait)
      |comment\b.{0,12}(?:er|ir|re)\b|ou (?:puis|peut|peux|se trouve|trouver|dois|est|faut|je|on|sont)
      |quelle est la (?:procedure|demarche|methode|marche|manipulation|bonne facon|meilleure facon)
      |quelles sont les etapes|moi-meme|nous-memes|existe-t-il
      |y a-t-il (?:un moyen|une option|un reglage|une doc|un article)|un tuto|la doc(?:umentation)?
    )\b
  `;
const denying = pattern`
    \b(?:
      (?:
        do not|don't|dont|please don't|never|not to|without|no need to|rather than|instead of|not asking (?:you )?to
        |not want(?:ing)? to|don't want to|does not mean|nobody asked|did not ask|didn't ask
      )\b.{0,30}|(?:ne|n')\b.{0,25}\b(?:pas|jamais|plus|surtout pas)\b
      |(?:sans|au lieu de|plutot que de|pas question de|inutile de|ne surtout pas|surtout pas)\b.{0,20}
    )
  `;
const telling = pattern`
    \b(?:
      (?:i|we|he|she|they|you|someone|somebody|colleague|admin|user|users|team|it) (?:
        have |has |had |just |already |accidentally |also |recently |then |only |must have |did )*(?:
        deleted|removed|closed|reset|changed|added|gave|granted|tried|wiped|cancelled|disabled|locked|updated
        |renamed|made|moved|created|forgot|set|clicked|followed|upgraded|bought|purchased
      )
      |(?:was|were|been|being|got|gets|are|is) (?:\w+ )?(?:
        deleted|removed|closed|reset|changed|added|wiped|cancelled|disabled|locked|renamed
      )
      |(?:when|whenever|after|since|once|each time|every time|while|as soon as|before|because|the fact that|unless) (?:
        i|we|you|he|she|they|our|the|users?|an?|it|some(?:one|body)
      )|why (?:do|does|did|is|are|can't|was)
      |(?:tries|trying|tried|attempt(?:s|ing|ed)?|fails?|failed|failing|unable) (?:to|at)
      |(?:ai|as|a|avons|avez|ont|est|ete|etait|sont|etaient|avait|avons deja) (?:\w+ )?(?:
        supprime|efface|ferme|modifie|change|ajoute|reinitialise|desactive|bloque|renomme|cree|deplace|essaye|essaie
        |clique|suivi
      )(?:e|s|es)?
      |(?:quand|lorsque|lorsqu'|apres|depuis|chaque fois|des que|avant|pendant|parce que|puisque) ?(?:que |qu')?(?:
        je|j'|on|nous|il|elle|ils|un|une|les|la|le|l'|nos|notre|avoir
      )|pourquoi|essay\w+ de|tent\w+ de|n'arriv\w+ pas a|echoue
    )\b
  `;

export function frameOf(sentence: string): Frame {
  const asksHow = askingHow.test(sentence);
  return {
    asks: asking.test(sentence) || askingFr.test(sentence) || imperative.test(sentence),
    asksHow,
    denies: denying.test(sentence),
    tells: telling.test(sentence),
  };
}

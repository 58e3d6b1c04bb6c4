/**
 * What is asked for in roundabout words, in English and French: people tell what happened and leave the rest to us. Only
 * kinds whose oversight is costly. Texts are folded (`normalise.ts`).
 */
import { pattern } from './pattern.ts';
import { inMail, inPlain, type RuleGroup, ruleGroups } from './request-rule.ts';

const aboutTicket =
  /\b(?:ticket|case|window|tab|thread|session|message|mail|e-?mail|newsletter|mailing|onglet|fenetre|demande)\b/;

export const recoveryGroupsIndirect: readonly RuleGroup[] = ruleGroups([
  {
    kind: 'recovery-disgruntled-admin',
    topic: pattern`
        \b(?:
          admin|administrator|ran|runs|looks after|looked after|managed|manages|handles|handled|in charge|set up
          |contractor|partner|it (?:guy|man|person)|computers?|systems?|admins?|administrateur|administratrice
          |s'occupait|s'occupe|gerait|gere|prestataire|associe|informaticien
        )\b
      `,
    innocent: /\b(?:hypothetical|in theory|amicabl\w+|good terms|bons termes|a l'amiable)\b/,
    rules: [
      inMail(
        'x-disgruntled-told-en',
        0.75,
        [
          pattern`
            \b(?:
              ran|runs|running|set up|installed|looks? after|looked after|managed?|manages|handled|handles
              |in charge of|set up|took care of|built|controls?|controlled|the keys to|only one with
            ) (?:\w+ ){0,4}(?:computers?|systems?|account|it|settings|network|console|tenant|set-?up|everything)\b
            |\b(?:only|sole|other|our|an?|the) (?:\w+ )?admin(?:istrator)?\b
            |\bit (?:contractor|guy|man|person|woman|manager|provider|firm|consultant)\b
          `,
          pattern`
            \b(?:
              steal(?:ing|s)?|stole|caught (?:him|her|them)|out of spite|spiteful|split up|fall(?:en)? out|fell out
              |throw[ns]?(?: \w+){0,3} out|threw|kicked (?:us|everyone)|shut (?:us|everyone) out
              |(?:wants?|demands?|asks? for|insists on) .{0,40}(?:before|or else|otherwise|to give)
              |won't (?:give|hand|let)|refus\w+|blackmail\w*|ransom|hostage|sacked|fired|dismissed
              |let (?:him|her) go|walked out|stormed|revenge|threat\w+|sabotag\w+|still gets? in|gone but
              |deleting (?:people|users|things|files|our)|lock(?:s|ed|ing)? (?:us|me|everyone|all|my|our)
              |read(?:s|ing)? everything|ex-(?:husband|wife|partner|boss)|lawsuit|court with|police|cheated|betrayed
              |divorce
            )\b
          `,
          pattern`
            \b(?:get|take|throw|kick|cut|keep|lock|shut) (?:him|her|them|this man|this woman|that person) (?:
              off|out|away
            )|\bstop (?:him|her|them)\b|\b(?:remove|delete|revoke|eject|disable|block)\b
            |\bwhat (?:can|do|should) (?:we|you|i)\b|\bhow (?:do|can) we\b|\bhelp us\b|\brid of (?:him|her)\b
          `,
        ],
        [/\b(?:amicabl\w+|good terms|retire[ds]?|maternity)\b/],
      ),
      inMail(
        'x-disgruntled-told-fr',
        0.75,
        [
          pattern`
            \b(?:
              s'occup\w+|ger(?:ait|e)|administr\w+|a monte|a installe|prestataire|informaticien\w*|associee?
              |responsable|seul (?:a avoir|maitre)|mis en place
            )\b
          `,
          pattern`
            \b(?:
              vole[rs]?|volait|surpris\w*|sortis?|sorti tous|jetes?|mis dehors|reclame .{0,40}avant
              |exige .{0,40}avant|refuse\w*|ne veut (?:pas|plus)|chantage|rancon|otage|vire|licencie|renvoye
              |parti fache|vengeance|menac\w+|sabot\w+|entre encore|a encore acces|supprime (?:des|les|nos)
              |efface (?:des|les|nos)|bloque\w*|plainte|brouilles?|faches?|ex-(?:mari|femme|associe)|tout lire
              |bloquer (?:mes|nos|tout)|separes?|trahi|depit
            )\b
          `,
          pattern`
            \b(?:
              l'ecarter|ecart\w+|sortez-l|faites-l|retir(?:ez|er)|enlev(?:ez|er)|supprim(?:ez|er)|l'en empecher
              |arret(?:ez|er)[- ]le|couper|bloqu(?:ez|er)|que (?:faire|pouvez)|comment (?:faire|l'|on)|aidez
              |debarrass\w+|virez
            )\b
          `,
        ],
        [/\b(?:a l'amiable|bons termes|retraite|conge)\b/],
      ),
    ],
  },
  {
    kind: 'recovery-closure',
    topic: pattern`
        \b(?:
          insolven|receiver|wound|winding|trading|for good|out of business|last day|close|closes|closing|closed|shut
          |shuts|cease|ceased|ceasing|pour de bon|liquid|definitivement|dernier jour
        )
      `,
    innocent: aboutTicket,
    rules: [
      inPlain(
        'x-closure-told-en',
        0.85,
        pattern`
          \b(?:
            insolvency (?:practice|practitioner|office|law|proceedings)
            |(?:appointed|act(?:ing)? as) (?:\w+ ){0,3}(?:
              over|receiver|liquidator|administrator of (?:the )?(?:company|estate)
            )|receivership|being wound up|all trading|trading (?:has )?(?:ended|ceased|stopped)
            |(?:shuts?|clos(?:es|ed|ing)|close|shut) (?:its doors |our doors |down )?(?:
              for good|forever|permanently
            )
            |(?:company|firm|business|charity|school|hotel|practice|we) (?:will )?(?:
              cease[sd]?|no longer exists?|folds?|folded|went under|gone under|is folding|are folding|is no more
            )|last day of (?:trading|business|operation)
          )\b
        `,
        [/\b(?:bug|process|service|agent|window|office in)\b/],
      ),
      inPlain(
        'x-closure-told-fr',
        0.85,
        pattern`
          \b(?:
            (?:ferm|cess|arret)\w* (?:\w+ ){0,3}(?:pour de bon|definitivement|pour toujours)
            |(?:societe|entreprise|association|hotel|cabinet|ecole) (?:\w+ ){0,2}(?:
              disparait|n'existe plus|s'arrete|est liquidee?|est dissoute?
            )|(?:nomme|designe)e? (?:liquidateur|mandataire|administrateur judiciaire)
          )\b
        `,
      ),
    ],
  },
  {
    kind: 'recovery-mistake',
    topic: pattern`
        \b(?:
          myself|ourselves|my own|judge|court|tribunal|ruling|unlawful|unlawfully|back|moi-meme|me suis|nous sommes
          |juge|jugement|remettre|rendre
        )\b
      `,
    innocent: /\b(?:hypothetical|in theory|en theorie)\b/,
    rules: [
      inMail('x-mistake-myself-en', 0.85, [
        pattern`
          \b(?:took|taken|removed|deleted|demoted|locked|unticked|kicked|downgraded|wiped|disabled) (?:
            myself|my own|ourselves|me
          )\b
        `,
        /\b(?:admin\w*|owner|rights|role|settings|tenant|organi[sz]ation)\b/,
      ]),
      inPlain(
        'x-mistake-order-en',
        0.85,
        pattern`
          \b(?:judge|court|tribunal|ruling|arbitrator|magistrate)\b.{0,120}\b(?:
            put back|restor\w+|return(?:ed)?|given? back|hand(?:ed)? back|undone|revers\w+|as it was|reinstat\w+
          )\b
        `,
        [/\b(?:tennis|court booking|squash|basketball)\b/],
      ),
      inMail('x-mistake-myself-fr', 0.85, [
        pattern`
          \b(?:me suis|nous sommes|je m'ai|m'etre) (?:\w+ )?(?:
            retiree?s?|enlevee?s?|supprimee?s?|efface|desactivee?s?|bloquee?s?|retrogradee?s?
          )\b
        `,
        /\b(?:admin\w*|proprietaire|droits|role|reglages|tenant|organisation)\b/,
      ]),
    ],
  },
  {
    kind: 'recovery-cessation',
    topic: pattern`
        \b(?:
          help|helping|serve|assist|support|answer|anyone|anybody|whoever|nobody|someone|somebody|until|ignore|aid
          |aidez|personne|quelqu'un|tant que|jusqu|ne faites|ne repond
        )
      `,
    innocent: /\b(?:newsletter|marketing|spam|publicit\w*)\b/,
    rules: [
      inPlain(
        'x-cessation-anyone-en',
        0.85,
        pattern`
          \b(?:if|whoever|anyone|anybody|someone|somebody|any of (?:us|them|our \w+))\b.{0,70}\b(?:
            calls?|rings?|writes?|contacts?|asks?|e-?mails?|phones?|turns up|gets in touch
          )\b.{0,60}\b(?:
            don'?t|do not|ignore|refuse|say no|hang up|turn (?:them|him|her|it) (?:away|down)
            |send (?:them|him|her) away|nothing is to be|must not
          )\b
        `,
        [/\b(?:phishing|password prompt|pop-?up)\b/],
      ),
      inPlain(
        'x-cessation-nobody-en',
        0.85,
        pattern`
          \b(?:don'?t|do not|stop|no longer|never|not to|cease to|refuse to) (?:
            help(?:ing)?|serv(?:e|ing)|assist(?:ing)?|support(?:ing)?|answer(?:ing)?|talk(?:ing)? to
            |deal(?:ing)? with|do(?:ing)? anything for|act(?:ing)? (?:for|on)
            |tak(?:e|ing) (?:orders|instructions|calls) from
          ) (?:
            any(?:body|one| of)|people (?:from|at|of)|our (?:people|staff|admins?|employees|company|firm|team)|us\b
            |whoever|requests
          )\b
        `,
        [/\b(?:you (?:don't|do not|never) (?:help|answer|support)|do you not|why)\b/],
      ),
      inPlain(
        'x-cessation-none-en',
        0.8,
        pattern`
          \b(?:nobody|no one|none of (?:us|them|our \w+)|not one of (?:us|them))\b.{0,50}\b(?:
            gets?|is to (?:get|be given|receive)|receives?|should (?:get|be helped)|be (?:helped|served|assisted)
          )\b.{0,30}\b(?:help|support|assistance|service|anything)?.{0,30}\b(?:from you|until|while|for now)\b
        `,
        [/\b(?:log|sign|e-?mails?|push|code|error)\b/],
      ),
      inPlain(
        'x-cessation-anyone-fr',
        0.85,
        pattern`
          \b(?:si (?:quelqu'un|on|un de|l'un|une personne)|quiconque|toute personne)\b.{0,70}\b(?:
            appell\w*|ecri\w*|contact\w*|demand\w*|telephon\w*|sollicit\w*
          )\b.{0,60}\b(?:
            ne (?:faites|repond\w+|donn\w+|trait\w+|suiv\w+)|n'(?:en )?(?:faites|execut\w+|accept\w+|aid\w+)
            |refus\w+|ignor\w+|raccroch\w+
          )\b|\bplus personne\b.{0,40}\bne (?:recoi\w*|doit recevoir|soit aide\w*)\b
          |\b(?:n'aid\w+|ne (?:renseign\w+|serv\w+|depann\w+|assist\w+|repond\w+|trait\w+)) (?:plus )?(?:a )?(?:
            personne|aucun\w*|qui que ce soit|rien
          )\b
        `,
        [/\b(?:vous ne|pourquoi|vous n')\b/],
      ),
    ],
  },
  {
    kind: 'recovery-preventative',
    topic: pattern`
        \b(?:
          break-?in|burgl|broken|broke|reading|stolen|stole|hack|phish|leak|compromis|robbed|intrud|malware|ransom
          |thief|thieves|safe|virus|somebody|someone|cambriol|vole|vol|pirat|intrus|fuite|derob|quelqu'un|coffre
        )
      `,
    innocent: /\b(?:training|awareness|questionnaire|simulation|formation|sensibilisation)\b/,
    rules: [
      inMail('x-prevent-told-en', 0.85, [
        pattern`
          \b(?:
            break-?in|burgl\w+|broke(?:n)? into|reading (?:my|our|all my) (?:e-?mails?|mails?)|stolen|stole|hack\w+
            |phish\w+|leaked|compromis\w+|robbed|(?:has|have|got) (?:my|our) (?:password|passwords|phone|laptop)
            |intru\w+|malware|ransom\w*|(?:safe|notebook|vault) .{0,40}(?:gone|taken|missing)
          )\b
        `,
        pattern`
          \b(?:delete|remove|kill|wipe|take (?:off|down|away|out)|erase|get rid of)\b.{0,60}\b(?:
            admin\w*|account|tenant|everything|me\b|organi[sz]ation
          )
        `,
        pattern`
          \b(?:
            before (?:they|he|she|some|any|it|the)|rather (?:have )?none|just in case|to be safe|precaution\w*
            |nothing (?:has )?(?:happened|been)|not yet|could (?:reset|use|get|do)|so that (?:nobody|no one|they)
            |in case|prevent\w*|untouched|so far|pre-?empt\w*
          )\b
        `,
      ]),
      inMail('x-prevent-told-fr', 0.85, [
        pattern`
          \b(?:
            cambriol\w+|vole[es]?|pirat\w+|intru\w+|fuite|derobe\w*|compromis\w*|hack\w+|hameconn\w+
            |lit (?:mes|nos) mails|(?:coffre|carnet) .{0,40}(?:disparu|vole)
          )\b
        `,
        /\b(?:supprim\w+|retir\w+|effac\w+|enlev\w+|ferm\w+)\b.{0,60}\b(?:admin\w*|compte|tenant|tout|organisation)\b/,
        pattern`
          \b(?:
            avant (?:qu'|que)|au cas ou|par (?:prudence|precaution|securite)
            |rien (?:de votre cote|chez vous|encore|n'est)|pas encore|pour eviter|preventi\w+|pourraient
          )
        `,
      ]),
    ],
  },
]);

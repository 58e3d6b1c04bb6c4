/** Word classes of severity: how many are hit, what is lost, whether there is a way round. Folded text, English and French. */
import { anchored } from './passage.ts';
import { pattern, source } from './pattern.ts';
import { textRule } from './rule.ts';

export const notTold = [
  // Told of the past, of a fear or of a plan: nothing is lost now.
  pattern`
    \b(?:last (?:week|month|year|night)|yesterday|back in|semaine derniere|mois dernier|hier|l'an dernier)\b.{0,60}\b(?:
      fixed|resolved|solved|fine now|working again|regle|resolu
    )\b
  `,
  pattern`
    \b(?:is|are|was|were|has been|have been|already|now|all) (?:now )?(?:
      fixed|resolved|solved|back up|working again|back to normal|fine now|restored
    )\b
  `,
  /\b(?:est|sont|c'est|a ete) (?:maintenant |desormais )?(?:resolue?s?|reglee?s?|retablie?s?|revenue? a la normale)\b/,
  pattern`
    \b(?:
      if|in case|what (?:happens|if|should|would)|drill|exercice|suppose|imagine|would|could|might|to avoid
      |to prevent|before|in the event
    ) .{0,50}\b(?:goes? down|fails?|outages?|breaks?|(?:be|are|were|get) locked out|lose|lost|unavailable|down)\b
  `,
  pattern`
    \b(?:si|au cas ou|que se passe-t-il|pour eviter|afin d'eviter|en cas de|risque de) .{0,50}\b(?:
      panne|tombe|coupure|indisponib|perd|bloque
    )
  `,
].map(anchored);

export const reachAll = textRule({
  id: 'reach-all',
  all: [
    pattern`
      \b(?:
        (?:everything|all|it(?:'s| is) all|the whole lot|the lot) (?:is |are |stands?|went |gone |has gone |just )*(?:
          down|dead|out|off|stands?|stopped|gone|dark
        )|every man jack|all \d{2,5}\b
        |all (?:our |the |of our |of the )?(?:\w+ )?(?:
          workers|drivers|lines|tills|registers|centres|centers|houses|surgeries|restaurants|branches|floors|plants
          |wards
        )
        |(?:affected|impact|population|users affected|affected users|scope): (?:\d - )?(?:
          100 ?%|all|enterprise|everyone|whole|totalite|tous|toutes
        )|impact: 1\b|(?:nobody|no one|none|not one|not any) (?:of|in|at|on) (?:\w+ ){0,2}\w+
        |both (?:sites|houses|surgeries|offices|factories|shops|bars|plants|schools)|whole fleet
        |(?:not|no|nor) the \w+,? (?:not|no|nor) the \w+|no \w+, no \w+
        |no (?!one of|way|idea|errors?|rush|longer|admin)\w+ (?:can|gets|is able|of ours)
        |all (?:our |the |of the )?(?:phones|tablets|tills|terminals|scanners|pcs)
        |(?:refuses|rejects|locks out|throws out|blocks) every(?:body|one)|none of my \w+
        |every (?:single )?\w+ (?:is|was|gets|has been) (?:\w+ )?(?:
          out|locked|off|stuck|blocked|rejected|refused|down|dead|affected|hit
        )|(?:whole|entire) \w+ (?:stands|is (?:down|dead|stuck|shut|out))
        |each (?:and every one )?of (?:our|the|my|us)
        |every (?:single )?(?:
          user|client|device|employee|machine|laptop|computer|pc|site|office|shop|application|app|counter|desk|till
          |log-?in|account|person|team|ward|room|one of
        )s?|(?:at|in|on|from|for) any (?:counter|desk|site|office|ward|room|device|machine|user|location|browser)
        |in none of|neither .{1,40} nor
        |(?:our |the |all )?(?:staff|workforce|personnel) (?:can(?:'t|not)|is|are|has|have)
        |(?:company|firm|hospital|school|business|office|organi[sz]ation|hotel|clinic|university|council|group) (?:
          has|have|is
        ) (?:no|without|offline|down|cut off|locked|shut)|not a soul|every single|(?:we|they) own\b
        |(?:all|every) stations?|zero of|nil \w+|everywhere is
        |(?:whole|entire) (?:
          depot|hall|yard|port|ship|shop|bank|farm|county|trust|council|chain|newsroom|studio|theatre|court|airport
          |station|hotel|clinic|house|place|lot
        )|for any(?:body|one)|(?:at|in|on|from|across) any of (?:the|our)
        |(?:have|has|are|were|got) all (?:lost|stopped|gone|been|dropped|locked)|no single \w+
        |all (?:of )?(?:\d{2,5}|our|the) (?:\w+ )?(?:at once|in one go)|all at once|us all|the lot of us
        |any (?:client|of them)
        |(?:[2-9]\d{2}|[1-9]\d{3,5}|[1-9][,. ]\d{3}) (?:\w+ ){0,2}(?:
          users?|people|staff|employees|accounts|laptops|devices|machines|colleagues|workers|students|pupils|pcs
          |computers|seats|clients|persons|agents|workstations
        )|everything is|whole org|every one of|(?:for )?any (?:user|of us)|not a single|not one
        |(?:all|every(?:one)?|none) (?:of )?(?:our |the |my |us\b)?(?:\d[\d,. ]* )?(?:\w+ ){0,2}(?:
          users?|employees?|staff|people|colleagues|workers|sites?|offices?|devices|machines|laptops|computers
          |workstations|servers|branches|shops|stores|departments|teams|customers|clients|students|teachers|nurses
          |doctors|locations|agents|accounts
        )|everyone|everybody|nobody|no one|no-one|not a single (?:user|person|one|employee)
        |none of (?:us|our|the|them)|all of us
        |(?:entire|whole) (?:
          company|organi[sz]ation|firm|business|hospital|school|university|plant|group|staff|fleet|workforce|office
          |team|userbase|user base|directory|domain|country|region|campus|department
        )|company[- ]wide|organi[sz]ation[- ]wide|org[- ]wide|across the (?:board|company|organi[sz]ation)|100 ?%
        |9\d ?%|all hands|the entire|each and every|business (?:is|has) (?:at a standstill|stopped|halted)
        |(?:company|business|production|hospital|office|plant|factory|warehouse) (?:is )?(?:
          at a|has come to a|stands? still|is stopped|standstill|has stopped|is paralysed|is paralyzed
        )|completely (?:down|dead|locked out)|complete (?:outage|loss|standstill|shutdown)
        |total (?:outage|loss|failure|blackout)|global outage|majority of|most of (?:our|the|us)|most users
        |almost (?:all|everyone|everybody|nobody)
      )\b
    `,
  ],
});
export const reachAllFr = textRule({
  id: 'reach-all-fr',
  all: [
    pattern`
      \b(?:
        (?:tout|tt) (?:est|a) (?:\w+ )?(?:mort|coupe|hs|arrete|plante|tombe|en panne|bloque|ferme|noir)
        |plus une? seule?|impossible (?:\w+ ){0,3}pour qui que ce soit
        |population(?: touchee)? ?: (?:totalite|tous|toutes|100)
        |les \d{2,4} (?:
          magasins|agences|sites|cabinets|boutiques|restaurants|ecoles|postes|salarie\w*|agents|personnes
          |collaborateurs|employes
        )|aucune? des \w+|dans tout le reseau|dans toutes? (?:les |la |nos )|ni (?:\w+ ){1,3}ni |chacun(?:e)? d(?:
          e|es
        ) (?:nos|mes|\d)
        |chaque (?:poste|portable|salarie|utilisateur|agent|site|machine|collegue|ordinateur|appareil)
        |(?:dans|sur|a) aucun(?:e)? |ni .{1,40} ni |pas un(?:e)? (?:seul(?:e)? )?(?:\w+ )?(?:
          n'|ne |personne|operateur|poste|agent|collegue|salarie|utilisateur
        )|le personnel|aucun(?:e)? d(?:e|es) |(?:
          mairie|clinique|ecole|hotel|societe|entreprise|boite|usine|lycee|hopital
        ) (?:entiere?|est|n'a|a l'arret)
        |(?:[2-9]\d{2}|[1-9]\d{3,5}|[1-9][. ]\d{3}) (?:\w+ )?(?:
          personnes|utilisateurs|postes|salaries|agents|eleves|portables|comptes|collegues|machines|employes
        )|tous (?:les|nos|mes) (?:\d[\d ]* )?(?:\w+ ){0,2}|toutes (?:les|nos|mes) (?:\w+ ){0,1}|tout le monde
        |plus personne|personne (?:ne|n'|chez)|aucune? (?:session|connexion)|aucune? \w+ (?:connecte\w*|ne |n')
        |on est (?:tous|\d{2,4})\b
        |tout (?:l'|le )(?:
          hopital|lycee|college|groupe|reseau|siege|cabinet|magasin|site entier|personnel|bureau entier
        )
        |aucun(?:e)? (?:
          de nos |des |utilisateur|employe|salarie|poste|collaborateur|agent|collegue|machine|client|site
        )|l'ensemble (?:de |du |des )
        |toute (?:l'|la |notre |une )(?:
          entreprise|societe|organisation|boite|equipe|agence|usine|ecole|clinique|mairie|production|structure
          |institution|association|region|collectivite|flotte
        )|l'entreprise entiere
        |(?:entreprise|production|activite|usine|clinique|hopital|atelier|magasin|entrepot) (?:est |sont )?(?:
          totalement |completement |entierement )?(?:a l'arret|paralysee?|bloquee?|stoppee?|arretee?)
        |tout est (?:bloque|arrete|a l'arret|tombe|hs|mort|en panne|par terre|down)
        |panne (?:totale|generale|complete)|blocage (?:total|general|complet)|totalite|integralite|la plupart
        |la majorite|quasi(?:ment)? (?:tous|tout|personne)|100 ?%|9\d ?%|a l'arret complet
        |completement (?:a l'arret|bloquee?s?|coupee?s?)|tous (?:bloques|coupes|deconnectes|dehors)
        |plus rien ne (?:marche|fonctionne|va)
      )
    `,
  ],
});
export const reachMany = textRule({
  id: 'reach-many',
  all: [
    pattern`
      \b(?:
        (?:some|about|around|roughly|nearly|almost|over|a good) (?:
          ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred
        )|(?:a|two|three|several|half a) dozen
        |(?:some|about|around|roughly|nearly|approximately|almost|over|more than) (?:[1-9]\d{1,2})(?= ?[,.;)]|$)
        |(?:some |about |all |around )(?:ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?: of (?:
            them|us
          )
        )?(?= ?[,.;)]|$| of| are| have| can| get| sit| were)|the people (?:at|in|who|from) \w+
        |(?:all|none) of (?:the|our) (?:\w+ )?(?:scanners|tills|tablets|handhelds|printers)|many|several|a lot of
        |lots of|numerous|multiple|dozens? of|hundreds? of|a (?:large|big|good) (?:number|part|share|chunk) of
        |(?:a |two |one )?(?:third|quarter|fifth|sixth|tenth)s? of|three quarters of
        |one in (?:two|three|four|five|six|ten|\d)|every (?:other|second|third|fourth) \w+|half (?:of|the|our|my)
        |about half|roughly half|(?:[3-8]\d) ?%(?: of)?|some (?:of our )?(?:users|people|teams|departments)
        |the (?:whole|entire) (?:\w+ ){1,2}(?:team|department|office|floor|site|branch|shift|building|group|squad)
        |(?:our|the) (?:\w+ ){0,2}(?:
          team|department|office|floor|site|branch|warehouse|shift|remote staff|remote workers|remote users
          |developers|engineers|salespeople|sales team|finance team|nurses|contractors|call cent(?:er|re)|store|shop
          |factory|building|mac users|windows users|linux servers
        )(?: in \w+)? (?:is|are|was|has|have|can(?:'t|not)|cannot|could)
        |(?:one|two|three|four|five|six|seven|eight|nine|both|[2-9]) (?:whole |\w+ )?(?:
          sites|offices|departments|teams|branches|buildings|floors|classrooms|shops|stores|halls|counters|desks
          |wards|rooms|labs|tills|kitchens|terminals|clinics|surgeries|lines|warehouses|schools|depots|crews|shifts
          |vans|handhelds
        )|more and more (?:users|people)
        |(?:1[0-9]|[2-9]\d|[1-9]\d{2,}|[1-9][,.]\d{3})\+? ?(?:of (?:our|the|my) )?(?:or so |odd )?(?:\d+ )?(?:\w+ )?(?:
          users|people|employees|colleagues|staff|laptops|devices|machines|macs|computers|seats|students|servers
          |workstations|agents|accounts|nurses|persons|tablets|phones|teachers|drivers|engineers|developers
        )
        |(?:a )?(?:dozen|twenty|thirty|forty|fifty|sixty|hundred)(?:s)? (?:of )?(?:\w+ )?(?:
          users|people|employees|colleagues|staff|laptops|machines|devices
        )
      )\b
    `,
  ],
});
export const reachManyFr = textRule({
  id: 'reach-many-fr',
  all: [
    pattern`
      \b(?:
        une (?:bonne|petite|grosse) (?:dizaine|vingtaine|trentaine|quarantaine|cinquantaine|centaine)
        |(?:environ|quelque|pres de|plus de) [1-9]\d{1,2}\b|les (?:gens|collegues) (?:en|de|du|au) \w+
        |les commerciaux|plusieurs|de nombreu(?:x|ses)|nombreu(?:x|ses)|beaucoup d|une (?:grande|bonne|grosse) part
        |un (?:poste|agent|client|utilisateur|salarie|collegue|eleve|portable|pc) sur (?:deux|trois|quatre|cinq|dix)
        |une partie (?:de|des)|la moitie|un tiers|un quart|des dizaines|des centaines
        |une (?:dizaine|vingtaine|trentaine|quarantaine|cinquantaine|centaine)|un service entier|tout un service
        |tout le (?:service|site|departement|batiment|plateau|bureau|magasin|pole|secretariat)
        |toute l'(?:equipe|agence)|toute la (?:compta|comptabilite|direction|paie|logistique|production)
        |le (?:service|site|departement|bureau|magasin|pole|plateau) (?:\w+ ){0,3}(?:est|ne|n'|a)
        |l'(?:agence|equipe|atelier|entrepot) (?:\w+ ){0,3}(?:est|ne|n'|a)
        |(?:deux|trois|quatre|cinq|six|sept|huit|neuf|les deux|[2-9]) (?:
          sites|agences|services|equipes|magasins|bureaux|etablissements|ecoles|batiments|guichets|salles|caisses
          |lignes|halls|ateliers|classes|cabinets|cliniques|quais|entrepots|depots|etages|groupes
        )
        |(?:1[0-9]|[2-9]\d|[1-9]\d{2,}) (?:de nos |des )?(?:\w+ )?(?:
          utilisateurs|personnes|postes|collegues|salaries|employes|machines|pc|collaborateurs|agents|ordinateurs
          |tablettes|comptes|serveurs|commerciaux|eleves|enseignants|infirmieres|portables
        )|(?:4|5|6|7|8|3)\d ?%|de plus en plus d
      )
    `,
  ],
});

export const lossTotal = textRule({
  id: 'loss-total',
  all: [
    pattern`
      \b(?:
        (?:no|not any) (?:log-?ins?|sign-?ons?|sign-?ins?|authentication|sessions?|access)\b
        |(?:do(?:es)?|did) not (?:log|sign) (?:in|on)|(?:service )?lost: (?:\w+)|sign-?on fails
        |(?:all|everything|office|site|wards?|shop|plant|surgery|centre|branch) (?:is |are |stands?)?(?:
          out|down|stands|dead|dark
        )\b|can ?not (?:enter|get on|get in)|cant (?:get on|get in|log|sign|enter)|nothing gets past
        |(?:business|production|work|everything|it) (?:has |is |completely )*stopped|lost everything
        |(?:is|are|was|were) (?:locked|thrown|shut|kicked) out|(?:refuses|rejects|blocks) every(?:body|one)
        |(?:is|are) dead|(?:stands?|standing) still|off the network|(?:can't|cannot) clock in
        |lost (?:\w+ ){0,2}(?:sign-?in|log-?in|access|connection|connectivity|everything)
        |(?:no|nobody|no one|none|not one|neither|not a single)\b.{0,60}\b(?:gets?|got|can get|passes) (?:
          in|past|into|on|through|anywhere
        )\b|(?:is|are) (?:standing|shut|closed) (?:still|until)|lines are (?:standing|stopped|still)
        |asks? (?:everyone |everybody |us |them )?for (?:a |the )?(?:bitlocker |recovery )+(?:key|code)|vanished
        |disappeared from|reject(?:s|ing|ed) (?:all|every|everyone|each|the (?:right|correct))|cut off
        |(?:stands|comes) still|no (?:\w+ )?(?:can|could) (?:be )?(?:\w+ )?(?:log|sign|authenticate|open|work)
        |can't (?:log|sign) (?:on|in)|(?:a |an )?500\b|come to a halt|standing still
        |(?:no|not (?:one|a single)|none|nobody|no one|neither) .{0,80}\b(?:
          accepts?|logs? (?:in|on)|(?:is|are|gets?|was) (?:logged|signed) (?:in|on)
          |can (?:\w+ )?(?:
            log|sign|open|work|sell|start|get|enter|authenticate|connect|unlock|badge|clock|check|scan|reach|use|do
            |enrol|see|buy|pay|ship|load|book|teach|sell
          )|able to
        )|shut out|(?:every ?(?:thing|one|body)?|all) .{0,30}\b(?:refused|rejected|fails?|down)
        |(?:can't|cannot|can not|unable to) (?:auth\b|reach|push|admit|sell|bill)
        |lost (?:their |the |our )?(?:wifi|network|connection|logins?)
        |(?:without|has no|have no|no) (?:network|wifi|internet|access|logins?)
        |(?:
          is|are|was|went|goes|been|all|completely|totally|still|currently|everything(?:'s)?|service|system|platform
          |portal|sso|login|directory|ldap|radius|network|auth\w*|site's|it's|its
        ) (?:completely |totally |entirely |fully |hard |all |currently )*(?:
          down|dead|offline|unavailable|unreachable|out|inaccessible|not responding
        )|outage
        |(?:
          can(?:'t|not)|cannot|unable to|not able to|could ?n[o']t|impossible to|can no longer|no longer able to
          |isn't able to|aren't able to
        ) (?:even |currently |all )?(?:
          log ?(?:in|on)|sign ?(?:in|on)|login|logon|signin|authenticate|work|access|get in(?:to)?|connect|use|open
          |do anything|unlock|boot|start|reach|get (?:onto|on)|operate|ship|bill|take orders|admit|treat
          |print labels|serve
        )|(?:can|could|is able to|are able to) (?:log ?in|login|sign ?in|work|authenticate|connect|access|get in)
        |locked out|shut out|kicked out|(?:come|came|comes|coming) to a (?:stop|standstill)
        |access (?:is |was )?denied|authentication (?:error|failure)s?
        |(?:nobody|no one|none of .{1,40}|zero of .{1,30}|not (?:one|a single) .{1,30})(?:'s| is| are| was)? (?:
          in|on|enters?|authenticates?|moves?|enrols?|works?|signs?
        )\b
        |(?:log-?in|sign-?in|sign-?on|system|server|portal|everything)s?(?: is| are)? ?[:=] ?(?:
          dead|down|gone|out|none
        )|(?:has|have) ceased|(?:is|are|was|were) suspended|not moving|(?:0|zero) (?:log-?ins|sessions|users in)
        |everything fell
        |(?:do|does|did|will)(?:n't| not) (?:accept|know|open|let|take) (?:any|every|a single|for any)\w*
        |(?:dark|black|dead) on
        |(?:won't|wont|will not|doesn't|no longer) (?:take|accept|know|recogni[sz]e)s? (?:any|our|their|the|my)
        |been logged out|not a soul|(?:white|blank|empty) (?:screen|page)
        |(?:we're|we are|they're|all) (?:\w+ )?(?:offline|stranded|blind|dead)
        |(?:auth\w*|binds?|ldap|radius|sso|saml) (?:\w+ )?(?:fails?|times out|is failing)
        |(?:won't|wont|doesn't|doesnt|not|neither .{1,40}) let (?:\w+ ){1,4}(?:on|in|through)|logged out and
        |nothing (?:works|is working|responds|loads)
        |(?:doesn't|don't|does not|do not|not|stopped|no longer|quit) work(?:ing)?(?: at all| anymore| any more)?
        |total(?:ly)? (?:loss|lost|failure|broken|blocked)
        |(?:is|are) (?:completely |totally )?(?:broken|blocked|stuck|paralysed|paralyzed|stopped|halted|frozen)
        |standstill|at a halt|stopped working|lost (?:all |every )?access|without access|no access
        |(?:all|every) (?:our )?(?:data|users|devices|groups|policies|records|logins?|authentications?) (?:
          is|are|were|have been|has been|was|has|have
        )? ?(?:gone|lost|deleted|wiped|missing|disappeared|vanished|failing|failed|fail|rejected)|gone|wiped
        |ransomware|encrypted by|sent home|sitting idle|twiddling|cannot (?:bill|ship|produce|trade|operate)
        |rejected for|login(?:s)? (?:fail|failing|failed|fails|rejected|is failing|are failing)
        |authentication (?:fails|failing|failed|is failing|is broken)|500 errors?|503|502
      )\b
    `,
  ],
});
export const lossTotalFr = textRule({
  id: 'loss-total-fr',
  all: [
    pattern`
      \b(?:
        n'ouvr\w+|n'entr\w+|plus de (?:session|connexion)|ne rentr\w+|(?:tout|tt) est (?:mort|coupe|plante|a plat)
        |plus rien|perdu ?:|sont (?:morts?|mortes?|a l'arret|deconnecte\w*|coupe\w*)|ne sont plus reconnu\w*
        |ne s'ouvre\w*|d'entrer|s'authentifi\w+
        |ne (?:passe|franchi\w*|depasse)(?:nt)? (?:plus |pas )?(?:l'ecran|la page|la connexion)|s'identifier
        |(?:demande|reclame|exige) (?:une|la|un) (?:cle|code) de (?:recuperation|secours)
        |(?:n'|ne )?arriv\w+ a (?:ouvrir|se |s')
        |ne (?:se connecte|s'identifie|demarre|s'allume|s'authentifie)(?:nt)?|sans (?:reseau|acces|connexion)
        |n'acced\w+|(?:fermes?|fermees?) (?:jusqu|tant)|au point mort|tout est (?:fige|noir|coupe)|hors ligne
        |rejette(?:nt)? (?:tout|tous|toutes|chaque|le bon)|(?:ne |n')(?:peut|peuvent|pouvons) (?:plus |pas )?\w+er\b
        |coupe(?:e|s|es)? d(?:e|u)|n'(?:a|ont|avons) plus|(?:refusent|refuse) toutes|n'acced\w+ plus
        |dans l'impossibilite|n'arrivent? (?:plus|pas) a|arrive(?:nt)? plus a|en panne|panne|hors service|hs\b
        |a l'arret|paralyse|inaccessibles?|indisponibles?|injoignables?
        |ne (?:marche|marchent|fonctionne|fonctionnent|repond|repondent|demarre|demarrent|va|s'ouvre)(?:nt)? (?:
          plus|pas
        )|(?:marche|fonctionne|repond) (?:plus|pas)|plus rien ne
        |(?:ne |n')?(?:
          peut|peuvent|peux|pouvons|arrive|arrivent|arrivons|parvient|parviennent|parvenons|pouvait|pouvaient
        ) (?:plus|pas)?(?: a)?(?: se| s'| nous| me)? ?(?:
          connecter|authentifier|travailler|acceder|ouvrir|bosser|entrer|utiliser|demarrer|facturer|expedier
          |produire|loguer|logger|identifier|deverrouiller
        )|peut (?:se connecter|travailler|acceder|bosser|ouvrir)
        |arrive a (?:se connecter|travailler|acceder|ouvrir|entrer)
        |connexions? (?:\w+ )?(?:impossibles?|refusees?|rejetees?|echoue\w*|en echec|tombent?)|impossible (?:de|d')
        |(?:plus|aucun) (?:d')?acces|acces (?:perdu|coupe|refuse|impossible)
        |(?:est|sont|reste|restent|tout) (?:tous |toutes |totalement |completement )?(?:
          bloque|coupe|dehors|deconnecte|arrete|tombe|down|mort
        )e?s?|perdu(?:s|es)? (?:tous|toutes|l'acces|nos)|tout a (?:disparu|ete efface|ete supprime)|disparu
        |rancongiciel|ransomware|pages? (?:blanches?|vides?)
        |aucune? (?:\w+ )?ne (?:peut|passe|s'ouvre|repond|marche|fonctionne|se connecte)
        |(?:plus|pas) capables? de (?:se |s')|au chomage technique|blocage|refuse (?:tout|toutes)|erreur 50\d
        |renvoyes? chez
      )
    `,
  ],
});
export const lossMajor = textRule({
  id: 'loss-major',
  all: [
    pattern`
      \b(?:
        takes? (?:\w+ ){0,5}(?:minutes|ages|forever)|(?:password|code|log in|sign in) (?:twice|several times)
        |logged out|log(?:s|ging) (?:\w+ )?out
        |(?:show|shows|showing|appear|appears) (?:as )?(?:offline|inactive|red)|cut off
        |(?:is|are|isn't|aren't|not) (?:being )?accepted|offline|slow(?:er|ly)?
        |only (?:every|sometimes|works sometimes)|twice|invalid|never (?:arrives?|loads?|comes?)|reject|refuse
        |los(?:e|ing)|thrown out|have no|has no|not accept(?:ed|ing)?|boot(?:s|ed) (?:out|off|every)|gets? booted
        |(?:thrown|kicked|cut|bumped) off|spinning|hangs?|hung|freez\w+|frozen|too late|hours late
        |(?:straight|right) back out|are off\b|unaccepted|disconnections?|not possible to|breaks? off|expired
        |ran out|unreachable|trouble|problems? with|fail(?:s|ed|ing|ure|ures)?|errors?|cannot|can't|can not|unable
        |broken|crash(?:es|ed|ing)?|times? out|timing out|timeouts?|timed out|not sync(?:ing|ed|hronizing)?|stopped
        |denied|refused|rejected|stuck|loops?|missing|disconnect(?:s|ed|ing)?|drop(?:s|ped|ping)|wrong|refuses|lost
        |intermittent(?:ly)?|every (?:few|\d+) minutes|keeps? (?:asking|failing|prompting|dropping|crashing|losing)
        |doesn't|don't|won't|unusable|severely|extremely slow|very slow|delays? of|hours? (?:late|delay)
      )\b
    `,
  ],
});
export const lossMajorFr = textRule({
  id: 'loss-major-fr',
  all: [
    pattern`
      \b(?:
        n'arriv\w+ ni|(?:prend|met|mettent|prennent) (?:\w+ ){0,4}minutes|deux fois (?:le|son|leur|la)|deconnecte\w*
        |hors ligne|lents?|lente(?:s|ur|urs)?|n'acced\w+|coupe\w*|invalide|n'a plus|n'ont plus|essuient|erreur|coupe
        |echou\w*|echec|erreurs?|plante\w*|impossible
        |ne (?:
          peut|peuvent|peux|pouvons|marche|fonctionne\w*|synchronise\w*|recoi\w*|remonte\w*|s'applique\w*|passe\w*
          |voi\w*
        ) (?:plus|pas)|refus\w+|rejet\w+|deconnect\w+|coupures?|time ?out|expire\w*|tres lent\w*|extremement lent\w*
        |ram\w+|inutilisable|ejecte\w*|se ferm\w+ des|(?:passe|marche|fonctionne|repond)(?:nt)? plus
        |certificat inconnu|disparai\w+|manqu\w+|bloqu\w+|perd\w*|boucle|instable|une fois sur deux
        |par intermittence|aleatoire\w*
      )\b
    `,
  ],
});
export const onlyOne = textRule({
  id: 'reach-few',
  all: [
    pattern`
      \b(?:
        (?<!not )one (?:of (?:our|my|the) )?(?:\w+ )?(?:
          user|employee|colleague|person|laptop|machine|device|server|computer|customer|workstation|mac|account
          |tablet|printer|phone
        )|(?<!not )a (?:single|new|colleague|user|couple of|few)
        |(?:only|just) (?:me|one|1|two|2|three|3|a few|a couple|him|her|for me|my)
        |two (?:users|people|colleagues|of)|three (?:users|people)
        |[1-9] (?:users?|people|laptops?|machines?|devices?|colleagues|persons)
        |my (?:own )?(?:laptop|machine|computer|mac|account|pc|phone|screen)|a (?:handful|few)
        |un (?:seul|nouveau|utilisateur|collegue|poste|salarie|employe|stagiaire)
        |une (?:seule|collegue|utilisatrice|personne|salariee|stagiaire|collaboratrice)|un de (?:nos|mes)
        |une de (?:nos|mes)|l'un de (?:nos|mes)
        |(?:deux|trois|2|3|4|quelques) (?:utilisateurs|personnes|postes|collegues|salaries)
        |mon (?:poste|ordinateur|pc|compte|ecran|portable)|juste (?:moi|lui|elle|un|une)
        |seulement (?:moi|un|une|deux|lui|elle)|chez un
      )\b
    `,
  ],
});
export const wayRound = textRule({
  id: 'way-round',
  all: [
    pattern`
      \b(?:
        (?:emergency|spare|back-?up|secondary|break-?glass|fall-?back|plan b|secours|repli)(?: \w+){0,2} (?:
          still |does |do )?(?:works?|holds|marche|fonctionne|passe)\b(?! (?:pas|plus|non))
        |(?:as a |a |the |have a |found a |using a |our )?work ?-?around(?: is| works| for now|:| exists| in place|,
          |\.|$
        )|for now (?:we|they|i|people)|in the meantime (?:we|they|i|people)|we can (?:still|live|work|manage|get by)
        |(?:they|people|users|i|everyone|everybody|all) can still
        |still (?:works?|working|possible|able|usable|log in|sign in)
        |(?:works?|working|goes|ok|fine|solved|helps) (?:
          if|when|after|fine|again|with(?! (?:paper|pen|lists))|over|via|on|from(?! home)|through(?! you)
        )|not (?:urgent|critical|blocking|a blocker|the end of|dramatic|blocked)|no (?:rush|hurry|big deal)
        |(?:
          minor|cosmetic|low priority|nice to have|small (?:thing|issue|matter|problem|glitch)|annoying but|nuisance
        )|(?<!every )(?:second|third|2nd) (?:try|attempt|time)|eventually|usually works|generally succeeds
        |managing like that|works (?:the )?(?:2nd|second)|instead (?:for now|in the meantime)
        |nobody is (?:blocked|stuck)|no ?(?:one|body) is (?:blocked|stopped|affected)|contournement|en attendant
        |pour l'instant (?:on|nous|je|ils)
        |(?:on|nous|ils|je) (?:peut|peuvent|pouvons|peux|arrive|arrivons|arrivent) (?:
          quand meme|encore|toujours|tout de meme|malgre tout
        )
        |(?:marche|fonctionne|passe) (?:bien |quand meme |encore )?(?:
          si|avec|apres|en passant|par|via|quand|sur|en relancant|au (?:deuxieme|second|2e)
        )|(?:la seconde|le second|deuxieme|second) (?:essai|fois|tentative)|on finit par
        |on (?:s'en|s') ?(?:accommode|arrange)|pas (?:urgent|bloquant|grave|critique|dramatique|presse)
        |rien (?:d'urgent|de grave|de bloquant|d'urgence)|sans urgence|mineure?|cosmetique|on s'en sort
        |on se debrouille|on fait avec|personne n'est bloque
      )
    `,
  ],
  none: [
    /\b(?:no|without(?: a| any)?|any|aucun|pas de|sans) (?:known |possible |viable )?(?:work ?-?around|contournement)/,
  ],
});
const otherWays = source`
    (?:
      fall-?backs?|work-?arounds?|backup(?: (?:method|log-?in|access|code|system|codes))?|back up(?: code)?|bypass
      |fail-?over|dr|disaster recovery
      |(?:spare|second|secondary|emergency|offline|alternate|alternative|break-?glass|breakglass|recovery)(?: (?:
          access|codes?|log-?in|mode|site|system|accounts?|link|path|method
        )
      )?|plan b|repli|secours|contournement|solution (?:b|de (?:secours|repli|rechange|remplacement))
      |(?:code|acces|connexion|mode) (?:de secours|hors ligne|de repli)|autre (?:moyen|solution|facon|possibilite)
    )
  `;

export const noWayRound = textRule({
  id: 'no-way-round',
  all: [
    pattern`
      \b(?:
        (?:no|without(?: a| any)?|there is no|there's no|nor|zero|have no|not any) (?:\w+ )?(?:
          ${otherWays}|other (?:way|means|method|possibility|option)|alternative|alternate|way (?:around|round|in)|substitute
        )|nothing (?:helps|we try|we tried)
        |(?:aucune?|pas d(?:e |')|sans|ni|plus de) (?:\w+ )?(?:${otherWays}|alternative|solution|remplacement)|rien n'y fait
        |${otherWays}(?: \w+){0,4}? ?(?:
          : ?(?:none|no\b|aucune?|non|n/a)
          |(?:is |are |was |were |est |sont |also |aussi |too |itself )*(?:
            fail(?:s|ed|ing)?|dead|down|refus\w+|tried and|doesn't|does not|do not|don't|didn't|won't|wont|wouldn't
            |no good|no use|out|off|broken|hs\b|hors service|en panne|mort\w*
            |ne (?:marche|passe|fonctionne|repond|s'ouvre)\w*|(?:marche|passe|fonctionne) (?:pas|plus|non plus)
          )
        )
      )
    `,
  ],
});
export const asksOnly = textRule({
  id: 'question-only',
  all: [
    pattern`
      ^(?:
        how (?:do|can|would|to|does|should|many|much|long)|is (?:it|there)|are there
        |what (?:is|are|does|would|should|must|happens)|where (?:do|can|is)|which|when (?:will|is)|does|do you
        |can (?:i|we|you) (?:tell|explain|advise|point)|could you (?:tell|explain|advise|point)
        |i (?:was|am|'m) wondering|quick question|just (?:a )?question|we(?:'d| would) like to know|comment
        |est-ce que|est-il|y a-t-il|quelle?s?|pourriez-vous (?:me|nous) (?:dire|indiquer|expliquer)
        |ou (?:puis|peut|trouve)|question|savoir si
      )\b
    `,
  ],
});

/** The rest is well, so not everyone is hit. */
export const othersFine = textRule({
  id: 'others-fine',
  all: [
    pattern`
      \b(?:users|utilisateurs) (?:themselves |eux-memes )?(?:still |toujours )?(?:
        work|are (?:fine|ok|unaffected)|travaillent|vont bien
      )\b
      |\b(?:
        others?(?! (?:way|means|option|possibility))|the rest|everyone else|everybody else|elsewhere|existing ones
        |the remaining|head office|main office|front of house|(?:day|night) shift|windows|pcs?|iphones?|macs?|linux
        |students?|offices?|autres?|le reste|ailleurs|siege|people in the office|those in the office
      )\b(?:(?!\b(?:no|not|nobody|none|neither|cannot|can't|cant|aucun\w*|ne|plus|personne)\b|n').){0,50}\b(?:
        fine|ok|okay|correct|untouched|tourne|works?|working|can|unaffected|not affected|normal(?:ly)?|good|bien|oui
        |marche(?:nt)?|fonctionne(?:nt)?|travaille(?:nt)?|normalement|va|vont|ca passe|epargne\w*
      )\b
      |\b(?:are|is|remain|stay|work|working|sont|est|restent|travaillent|fonctionnent|marchent|tournent|vont) (?:
        all |quite |still |working |toujours |tous |tres )*(?:
        fine|ok|okay|untouched|unaffected|not affected|normal(?:ly|ement)?|as usual|correct|bien|epargnes?
        |non touches?|pas touches?|not concerned
      )\b|\b(?:employees|staff|others|the rest|office people|everyone else) (?:can |still )?gets? in\b
      |\bothers: (?:not affected|ok|fine)|\bautres ?: (?:non touches|ok|rien)
      |\b(?:les autres|others?)(?:, [\w ,]{1,20},?)? (?:oui|si|do|can|ca va)\b
      |\b(?:le|the) rest(?:e)?(?: of \w+)? (?:is|are|do|does|tourne|marche|va|ok)\b
    `,
  ],
});
/** A group is named, however "whole" it is. */
export const groupNamed = textRule({
  id: 'reach-group',
  all: [
    pattern`
      \b(?:
        (?:entire|whole|all of (?:the|our)|none of (?:the|our)|every(?:one|body) in|nobody in|no one in) (?:
          the |our )?(?:\w+ ){0,2}(?:
          department|team|floor|shift|branch|site|building|class\w*|developers|engineers|teachers|nurses|drivers
          |salespeople|accountants|installers|contractors|interns|managers
        )|(?:none|all) of (?:the|our) (?:\d{1,2} )?(?:scanners|tills|tablets|handhelds|printers)\b
        |tout(?:e)? (?:le |la |l'|notre )(?:\w+ ){0,2}(?:
          service|departement|etage|agence|equipe|comptabilite|compta|direction|paie|logistique|secretariat|pole
        )
      )\b
    `,
  ],
});

/** Whatever group is named besides: everybody is everybody. */
export const everybody = textRule({
  id: 'reach-everybody',
  all: [
    pattern`
      \b(?:
        every(?:body|one)(?= ?[,:;.!)]|$| is\b| are\b)
        |(?:the|our) (?:whole|entire) (?:company|firm|business|place|organi[sz]ation)
        |tout le monde(?= ?[,:;.!)]|$| est\b)|toute (?:l'entreprise|la societe|la boite)
      )
    `,
  ],
  none: [
    /\b(?:fine|ok|works?|can|marche|va bien) (?:for|pour) (?:everyone|everybody|tout le monde)|everyone (?:else|in)\b/,
  ],
});

/** Something is not as it should be, or somebody helps himself: next to how many are hit that is a loss. */
export const trouble = textRule({
  id: 'loss-told',
  all: [
    pattern`
      \b(?:
        no|not|none|nobody|nothing|never|neither|nor|cannot|\w+n't|cant|wont|dont|doesnt|without|zero|dead|empty|off
        |ceased|waits?|waiting|queues?|queueing|stands?|stranded|stuck|suspended|halted|unknown|demands?|loses?|lost
        |by hand|by phone|instead|sharing|swap\w*|again and again|lasts|crawls?|late|delays?
        |every (?:other|second|few)|ne|n'\w+|pas|plus|rien|jamais|sans|aucune?|personne|mort\w*|vide\w*|attend\w*
        |a la main|retards?|file
      )\b
    `,
  ],
});
/** A request, a question, or words about the reader: no report of trouble. */
export const noReport = anchored(
  pattern`
    \?
    |\b(?:
      please (?:delete|close|remove|add|reset|send|give|make|grant|change|tell)|merci de|veuillez|pouvez-vous
      |pourriez-vous
    )\b
  `,
);
export const toReader = anchored(/\b(?:you|your|ur|vous|votre|vos|tell|telling|dirai|password|pass)\b/);
export const atLeisure = anchored(
  pattern`
    \b(?:
      nothing urgent|not urgent|no (?:rush|hurry)|cosmetic|trifle|in your own time
      |when you (?:have|get) (?:a|the) (?:moment|minute|time)|(?:pas|rien d'|sans) ?urgen\w+|quand vous aurez
    )
  `,
);

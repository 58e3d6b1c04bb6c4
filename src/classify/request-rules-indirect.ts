/**
 * What is asked for in roundabout words, in English and French: people tell what happened and leave the rest to us. Only
 * kinds whose oversight is costly. Texts are folded (`normalise.ts`).
 */
import { pattern } from './pattern.ts';
import { inMail, inPlain, inSentence, type RuleGroup, ruleGroups } from './request-rule.ts';

/** How to use the product is nobody's secret. */
const aboutProduct = pattern`
    \b(?:
      sort(?:ed|ing)?|filter|by default|in general|website|web ?site|unclear|feature|button|browser|page|screen
      |documentation|docs|menu|setting is|which setting|error|fails?|doesn't|does not|won't|can't|cannot
      |not (?:working|showing|loading)|par defaut|en general|site n'est|fonction(?:nalite)?|bouton|navigateur|ecran
      |reglage|erreur|ne (?:marche|fonctionne|charge|s'affiche|s'ouvre)
    )\b
  `;
const aboutTicket =
  /\b(?:ticket|case|window|tab|thread|session|message|mail|e-?mail|newsletter|mailing|onglet|fenetre|demande)\b/;

export const requestGroupsIndirect: readonly RuleGroup[] = ruleGroups([
  {
    kind: 'account-information',
    topic: pattern`
        \b(?:
          who|whose|which|what|whatever|when|how|did|has|is|are|am|whether|if|send|list|log|invoices?|amounts?
          |overview|confirm|copy|get|need|want|see|show|data|says?|said|claims?|paying|records?|qui|quel|quelle
          |quels|quelles|combien|est|ai|figure|si|dit|envoy|facture|factures|releve|recapitulatif|copie|montants?
          |numeros?|jusqu|fichiers?|donnees
        )
      `,
    innocent: aboutProduct,
    rules: [
      inPlain(
        'p-info-held-en',
        0.75,
        pattern`
          \b(?:
            what(?:ever)?|which|whose|numbers?|address(?:es)?|details?|data|names?|everything|anything|information
            |records?|photos?|recordings?
          )\b.{0,40}\byou(?:'ve)? ?(?:all |still |currently |might |may |also )?(?:
            have|got|have got|hold|keep|store|stored|process|collected?|recorded|know
          )\b.{0,20}\b(?:about|on|for|of|down|recorded|listed|under|against)\b
        `,
        [/\b(?:update|news|solution|fix|advice|offer|recommend|documentation|pricing|plans? for|idea)\b/],
      ),
      inPlain(
        'p-info-in-records-en',
        0.75,
        pattern`
          \b(?:is|are|am|was|were|still|whether|if|who(?:ever)?|what|which|one of us)\b.{0,50}\b(?:
            in|on|from|according to
          ) your (?:records?|files?|books|database|lists?|side of the contract)\b
          |\b(?:am|is|are) (?:\w+ ){0,4}(?:still )?(?:listed|registered|recorded|down|named|known) (?:as|with|to) (?:
            an? |the |our |you
          )
        `,
      ),
      inPlain(
        'p-info-who-did-it-en',
        0.7,
        pattern`
          \bwho (?:
            did (?:it|that|this)
            |(?:exactly |actually |else |last )?(?:
              took|removed|deleted|changed|switched|added|used|signed|opened|logged|got in|accessed|touched|approved
              |ordered|invited|authori[sz]ed|reset|disabled|was (?:in|on|logged)|has been (?:in|on|using)|had been
            )|(?:in|among|of) (?:our|the) .{0,20}(?:signed|ordered|opened|approved)
          )\b
          |\b(?:which|what) (?:\w+ )?(?:admin\w*|user|person|colleague|employee) (?:\w+ )?(?:
            did|removed|deleted|changed|switched|added|approved|was
          )\b
        `,
        [/\bwho (?:can|should|to|do|will)\b/, /\b(?:says?|shows?|error)\b.{0,30}\bwho\b/],
      ),
      inPlain(
        'p-info-was-in-en',
        0.75,
        pattern`
          \b(?:did|has|have|had|whether|if)\b (?:[\w.'-]+ ){1,4}(?:
            (?:still |ever |again |really )*(?:
              log(?:ged)? ?(?:in|on)|sign(?:ed)? (?:in|on)|get (?:in|into)|got (?:in|into)|go(?:ne)? into
              |access(?:ed)?|connect(?:ed)?|been (?:in|on)|use(?:d)? (?:his|her|the)
            )
          )\b.{0,60}\b(?:after|since|before|between|last|while|left|dismissed|dates|times|\d{1,2}(?:st|nd|rd|th)?)\b
        `,
        [/\b(?:error|cannot|can't|fails?|update|problem)\b/],
      ),
      inPlain(
        'p-info-when-where-en',
        0.75,
        pattern`
          \b(?:dates?|times?|hours?)\b.{0,30}\b(?:
            where from|from where|ip|ip address(?:es)?|locations?|what he did|what she did
          )\b|\bwhen (?:and|or) (?:from )?where\b
        `,
        [/\b(?:error|wrong|meeting|call)\b/],
      ),
      inSentence(
        'p-info-of-person-en',
        0.8,
        pattern`
          \b(?:
            log-?ins?|sign-?ins?|log-?ons?|activity|activities|movements?|sessions?|connections?|history|log|logs
            |trail|timeline
          ) (?:of|for|by|from) (?:
            mr|mrs|ms|miss|dr|user|our (?:former|ex|old)|this (?:user|person|employee)|him|her
            |[a-z]+ [a-z]+(?: between| from| since| for| on| last| in)
          )\b
        `,
        [/\b(?:empty|wrong|error|missing)\b/],
      ),
      inMail(
        'p-info-invoices-en',
        0.7,
        [
          /\b(?:invoices?|receipts|statements?|contract|agreement|order form)\b/,
          pattern`
            \b(?:send|resend|forward|e-?mail|mail|get|have|need|want|see|supply|provide)\b.{0,60}\b(?:
              again|all (?:of them|twelve|the)|copies|copy|duplicates?|whatever we signed|we signed
              |last (?:year|quarter)
              |for (?:20\d\d|january|february|march|april|may|june|july|august|september|october|november|december)
            )\b
          `,
        ],
        [/\b(?:pdf|wrong|cut off|layout|incorrect|mistake|too high|vat|address on)\b/],
      ),
      inSentence(
        'p-info-amounts-en',
        0.75,
        pattern`
          \b(?:amounts?|sums?|payments?|charges?|money|totals?) (?:\w+ ){0,3}(?:you )?(?:
            took|take|taken|charged|billed|collected|debited|invoiced
          )\b|\bwhat (?:we(?:'ve| have)?|they|he|she) (?:paid|pay|owe|were charged|spent)\b
          |\bhow much (?:we|they|do we|do they|have we) (?:pay|paid|owe|spend|spent)\b
        `,
        [/\b(?:twice|wrong|too much|overcharged|refund)\b/],
      ),
      inPlain(
        'p-info-counts-en',
        0.75,
        pattern`
          \bhow many (?:\w+ ){0,4}(?:(?:do|did|does|have|has) (?:we|they|he|she|it)|they|we|he|she|are|is) (?:
            \w+ ){0,3}(?:
            run|have|got|taken|used|with you|pay|in use|left|paying|registered|right now|at (?:the moment|present)
            |currently
          )\b|\b(?:still |are we )paying for (?:\d+|that many|all)\b|\bhow many people (?:we|they) (?:have|pay)\b
        `,
        [/\b(?:can (?:we|i|you) have|maximum|limit|allowed|does (?:the|it) (?:plan )?include|per page)\b/],
      ),
      inSentence(
        'p-info-overview-en',
        0.75,
        pattern`
          \b(?:overview|summary|picture|breakdown|inventory|report|print-?out|dump|list|names?|run-?down) of (?:
            how |what |everything |all |every )*(?:
            people (?:with|who)|everyone (?:with|who)|persons|those (?:with|who)|our|the|my|we|this|their
          ) (?:\w+ ){0,3}(?:
            account|set-?up|configuration|settings|users|licen[cs]es|people|tenant|devices|have|system|rights
            |permissions|access|log-?ins?|admins?
          )\b|\bhow (?:our|the|their) (?:account|tenant|organi[sz]ation) is (?:set up|configured|secured)\b
        `,
      ),
      inPlain(
        'p-info-package-en',
        0.75,
        pattern`
          \b(?:what|which) (?:package|plan|contract|product|tariff|tier|subscription)s?\b.{0,20}\b(?:
            (?:do|does|did|are|is) )?(?:
            we|the (?:hotel|company|school|firm|clinic|practice|office|charity|shop)|our \w+|they
          )\b.{0,20}\b(?:has|have|on|got|pay|paying|bought|signed)\b
          |\bwhen (?:it|the (?:contract|plan|subscription|agreement)) (?:runs out|ends|expires|is up|renews|lapses)\b
          |\bhow long (?:we are|we're|are we|am i|it is) (?:\w+ )?(?:tied|bound|committed|locked)\b
          |\bwho else (?:has|have|holds|can|is)\b.{0,20}\b(?:
            keys|access|rights|log-?in|log in|sign in|admin\w*|password
          )\b
        `,
      ),
      inPlain(
        'p-info-claims-en',
        0.75,
        pattern`
          \b(?:says?|said|claims?|claimed|claiming|pretends?|pretended|told (?:me|us)|introduced)\b.{0,30}\b(?:
            he|she|they|to be|himself|herself
          )\b.{0,20}\b(?:admin\w*|owner|(?:our|your) contact|in charge|customer|works? for)\b
        `,
        [/\b(?:error|the (?:console|portal|page|screen) says|it says)\b/],
      ),
      inPlain(
        'p-info-others-en',
        0.8,
        pattern`
          \b(?:confirm|whether|if|tell|know|does|do|is|are|did)\b.{0,40}\b(?:
            (?:holds?|ha[sd]|have|kept|keeps?|opened) (?:an?|any) (?:\w+ )?(?:account|profile|log-?in) (?:
              with|at|on
            ) (?:you|your)|(?:machines?|users?|devices?|seats|people) (?:they|he|she) (?:run|have|has|manage)
            |(?:signed|registered|enrolled) (?:up )?with you|(?:also )?use you(?: too| as well)?(?= ?[?.!,]|$)
            |(?:also |already )?(?:a )?(?:customer|client)s? of yours
          )\b
        `,
      ),
      inPlain(
        'p-info-law-en',
        0.8,
        pattern`
          \b(?:
            personal data (?:you|that you|held|about|concerning|relating)|subject (?:access )?request
            |data protection (?:law|act|request)|freedom of information|dsar|right to (?:be informed|access)
          )\b
        `,
      ),
      inPlain(
        'p-info-held-fr',
        0.75,
        pattern`
          \b(?:
            ce que|quel(?:le)?s?|numeros?|adresses?|coordonnees|donnees|noms?|informations?|infos?|tout ce que
            |elements
          )\b.{0,40}\bvous (?:avez|detenez|possedez|conservez|gardez|savez|stockez|traitez)\b.{0,20}\b(?:
            sur|pour|de|du|des|note|enregistre|a|chez
          )\b
        `,
        [/\b(?:solution|nouvelles|conseil|documentation|tarif|idee)\b/],
      ),
      inPlain(
        'p-info-in-records-fr',
        0.75,
        pattern`
          \b(?:est|suis|sommes|sont|figur\w+|encore|toujours|si|qui)\b.{0,50}\b(?:dans|sur) vos (?:
            fichiers?|dossiers?|registres?|listes?|bases?|livres
          )\b
          |\b(?:suis|est|sont|figure(?:nt)?)(?:-je|-il|-elle)? (?:\w+ ){0,3}(?:
            declaree?s?|enregistree?s?|inscrite?s?|comme
          ) (?:comme |en tant que )?(?:contact|admin\w*|titulaire|responsable|proprietaire|client)
        `,
      ),
      inPlain(
        'p-info-who-did-it-fr',
        0.7,
        pattern`
          \bqui (?:
            a fait (?:ca|cela)
            |(?:l'|les |nous )?a (?:\w+ )?(?:
              retire|supprime|efface|change|modifie|ajoute|utilise|signe|ouvert|commande|autorise|valide|invite
              |desactive|enleve
            )|s'est (?:connecte|servi)|etait connecte
          )\b|\bqui,? et quand\b|\bquel(?:le)? (?:admin\w*|collegue|utilisateur|personne) (?:\w+ )?(?:a|l'a)\b
          |\blequel d'entre nous\b
        `,
        [/\bqui (?:peut|dois|faut)\b/],
      ),
      inPlain(
        'p-info-was-in-fr',
        0.75,
        pattern`
          \b(?:est-ce que|si|savoir|a-t-(?:il|elle)|s'est-(?:il|elle))\b.{0,40}\b(?:
            connecte\w*|entre(?:e|r)?|accede|utilise|logge?
          )\b.{0,60}\b(?:apres|depuis|avant|entre|le \d|dates|heures|depart)\b
        `,
        [/\b(?:erreur|n'arrive|ne peut|mise a jour|probleme)\b/],
      ),
      inSentence(
        'p-info-of-person-fr',
        0.8,
        pattern`
          \b(?:connexions?|activites?|sessions?|historique|journal|journaux|acces|traces) (?:de|du|d'|des) (?:
            m\.|mme|monsieur|madame|mlle|l'(?:utilisateur|ancien)|cet|cette|notre (?:ancien|ex)
            |[a-z]+ (?:du|entre|depuis|le|pour|sur)
          )
        `,
        [/\b(?:vide|erreur|manqu)/],
      ),
      inMail(
        'p-info-invoices-fr',
        0.7,
        [
          /\b(?:factures?|releves?|contrat|bon de commande|avoirs?)\b/,
          pattern`
            \b(?:envo\w+|renvo\w+|transmet\w+|fourni\w+|obtenir|avoir|recevoir|copie|duplicata)\b.{0,60}\b(?:
              les (?:douze|\d+)|toutes|copies?|duplicatas?|signe|l'an dernier|l'annee|20\d\d|janvier|mars|avril|juin
              |juillet|septembre|octobre|novembre|decembre
            )\b
          `,
        ],
        [/\b(?:pdf|coupee?|incorrect|erreur|trop)\b/],
      ),
      inSentence(
        'p-info-amounts-fr',
        0.75,
        pattern`
          \b(?:montants?|sommes?|paiements?|prelevements?|total) (?:\w+ ){0,3}(?:
            preleve\w*|facture\w*|debite\w*|verse\w*|regle\w*
          )\b
          |\b(?:combien|ce que) (?:nous |on |ils? |elles? )(?:avons |a |ont )?(?:
            pay\w+|doi\w+|devons|depens\w+|verse\w*
          )\b|\bnom du (?:porteur|titulaire)\b
        `,
        [/\b(?:deux fois|double|trop|rembours)/],
      ),
      inPlain(
        'p-info-counts-fr',
        0.75,
        pattern`
          \bcombien (?:de |d')(?:\w+ ){0,5}(?:
            ont-ils|avons-nous|a-t-(?:on|il|elle)|sont|on a|nous avons|chez vous|occupee?s?|prise?s?|utilisee?s?
            |reste\w*|actuellement
          )\b|\b(?:payons-nous|on paie|nous payons|on paye) (?:\w+ ){0,2}pour \d+|\bcombien (?:paient|payent)-ils\b
        `,
        [/\b(?:maximum|limite|peut-on|par page)\b/],
      ),
      inPlain(
        'p-info-package-fr',
        0.75,
        pattern`
          \bquel(?:le)?s? (?:formule|offre|abonnement|contrat|forfait)s?\b.{0,20}\b(?:
            a|avons|avons-nous|on a|nous avons|est|sommes
          )\b.{0,20}\b(?:l'hotel|notre|la (?:societe|mairie|clinique)|l'(?:ecole|entreprise)|nous)\b
          |\bquand (?:elle|il|le contrat|l'abonnement) (?:se termine|expire|finit|s'arrete)\b
          |\bjusqu'a quand (?:on|nous)\b.{0,15}\bengages?\b|\bqui d'autre (?:y )?(?:a|peut|est)\b
        `,
      ),
      inPlain(
        'p-info-claims-fr',
        0.75,
        pattern`
          \b(?:se dit|dit etre|disant etre|pretend\w* (?:etre)?|se presente comme|se fait passer|affirme etre)\b.{0,40}\b(?:
            admin\w*|proprietaire|titulaire|contact|responsable|client
          )
        `,
      ),
      inPlain(
        'p-info-others-fr',
        0.75,
        /\b(?:sont|est|font|fait|travaille\w*)\b.{0,30}\b(?:aussi|egalement|deja) chez vous\b/,
        [/\b(?:panne|probleme|erreur|nous sommes)\b/],
      ),
      inSentence(
        'p-info-overview-fr',
        0.75,
        pattern`
          \b(?:recapitulatif|etat|releve|vue d'ensemble|etat des lieux|inventaire|synthese|resume|listing|liste) (?:
            de |des |du |complet\w* |la )*(?:la |toutes les |tous les |nos )*(?:
            personnes ayant|configuration|reglages|parametrage|comptes?|droits|utilisateurs|licences|appareils
            |postes|admin\w*
          )\b
        `,
      ),
    ],
  },
  {
    kind: 'delete-account',
    topic: pattern`
        \b(?:
          take|taken|remove|close|shut|end|cancel|kill|delete|scrap|bin|get rid|wipe|forget|erase|everything|out|off
          |enlev|retir|supprim|oubli|effac|sort|ferm|quitt|arret|tout
        )
      `,
    innocent: aboutTicket,
    rules: [
      inPlain(
        'p-delete-us-en',
        0.75,
        pattern`
          \b(?:take|get|strike|drop|delete|remove|erase|wipe|scrub|forget|unsubscribe) (?:
            us|our (?:company|firm|organi[sz]ation|school|business|clinic|charity|practice|whole \w+|entire \w+)
            |me and my company|all of us
          ) ?(?:\w+ ){0,2}(?:
            off|out|from (?:your|the) (?:platform|systems?|services?|books|servers|database|cloud)|completely
            |entirely|altogether|please|[.!]|$
          )
        `,
        [/\b(?:mailing|newsletter|list|deny|block|hold)\b/],
      ),
      inSentence(
        'p-delete-everything-en',
        0.75,
        pattern`
          \b(?:close|shut|end|cancel|terminate|kill|delete|erase|wipe|remove|destroy|scrap)\b (?:down )?(?:
            everything|the (?:whole )?(?:lot|thing)|all (?:of it|we have|that we have)
            |what (?:you hold|we have|you have)
          )\b
        `,
        [/\b(?:cache|browser|laptop|phone|disk)\b/],
      ),
      inMail(
        'p-delete-it-en',
        0.7,
        [
          /\b(?:account|tenant|tenancy|workspace|subscription|organi[sz]ation|platform)\b/,
          pattern`
            \b(?:kill|delete|close|shut|scrap|bin|axe|get rid of|do away with|pull the plug on|wind up|switch off) (?:
              it|this one|that one|the (?:lot|thing|account)
            )\b
          `,
        ],
        [/\b(?:user account|device|laptop|group|ticket)\b/],
      ),
      inPlain(
        'p-delete-us-fr',
        0.75,
        pattern`
          \b(?:enlev|retir|supprim|effac|oubli|radi|sort|desinscri)\w*[- ]nous\b
          |\beffac\w+ (?:tout )?ce que vous (?:avez|detenez|conservez|possedez)\b|\btout ce qui va avec\b
          |\b(?:cloturer|fermer|supprimer|effacer|arreter) (?:absolument )?tout\b(?= [a-z]|[.!,]|$)
        `,
        [/\b(?:liste|newsletter|diffusion|session|navigateur)\b/],
      ),
      inMail('p-delete-it-fr', 0.7, [
        /\b(?:compte|tenant|espace|organisation|plateforme)\b/,
        /\b(?:a supprimer|a fermer|a cloturer|a effacer|(?:supprim|ferm|clotur|effac|resili)(?:ez|er)[- ]le)\b/,
      ]),
    ],
  },
  {
    kind: 'become-admin',
    topic: pattern`
        \b(?:
          rights?|control|access|powers?|permissions?|name|console|settings|everything|like|same|keys?|level|role
          |droits?|pouvoirs?|nom|acces|controle|privileges?|console
        )\b
      `,
    innocent: aboutProduct,
    rules: [
      inSentence(
        'p-admin-same-en',
        0.75,
        pattern`
          \b(?:
            same (?:rights|access|powers|permissions?|role|level) (?:as|that)
            |set (?:him|her|me|them|us|\w+) up (?:like|as) (?:me|him|her|you)
            |(?:everything|all) (?:that )?(?:i|he|she) can (?:do|see|change)
            |what (?:she|he|they|\w+) ha(?:s|ve|d) in the (?:console|portal|settings|account)
            |full (?:rights|control|powers|permissions?|privileges?)
            |(?:total|complete|unrestricted) (?:control|rights|access)|(?:top|highest)[- ](?:level|rights|role)
            |keys to the (?:console|account|kingdom|castle)
          )\b
        `,
        [/\b(?:folder|file|files|share|drive|mailbox|printer|vpn|document|calendar)\b/],
      ),
      inPlain(
        'p-admin-name-en',
        0.75,
        pattern`
          \b(?:put|move|switch|transfer|change|register|get|have|make)\b (?:
            it|this|that|everything|the (?:\w+ )?account|our account|the (?:company|subscription)|us
          ) (?:\w+ ){0,2}(?:in(?:to)?|to|over to|under|on) (?:my|his|her|our|the new \w+'s?|[a-z]+'s) name\b
        `,
      ),
      inSentence(
        'p-admin-same-fr',
        0.75,
        pattern`
          \b(?:
            memes? (?:pouvoirs|droits|acces|privileges|role) (?:qu|que)|pleins? (?:pouvoirs|droits|acces)
            |tous (?:les|ses|mes) (?:droits|pouvoirs)|controle (?:total|complet)
            |acces (?:total|complet|integral) (?:a|au) (?:la console|l'espace|notre compte|notre espace|parametrage)
          )
        `,
        [/\b(?:dossier|fichier|partage|imprimante|calendrier)\b/],
      ),
      inPlain(
        'p-admin-name-fr',
        0.75,
        pattern`
          \b(?:mett\w+|pass\w+|bascul\w+|transfer\w+|chang\w+|enregistr\w+)[- ](?:
            (?:le|la|les|tout|ca|cela|notre compte|le compte|l'abonnement) )?(?:\w+ )?(?:a|au|en) (?:mon|son|notre) nom\b
        `,
      ),
    ],
  },
]);

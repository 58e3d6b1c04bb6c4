/** The same in French. */
import { adjectivesFr, eitherFr, insultFr, peopleFr, qualitiesFr, thingsFr } from './insult-words.ts';
import { pattern, source } from './pattern.ts';
import type { RuleText } from './rule.ts';

export const notMeantFr = pattern`
    \b(?:vous (?:me|nous)|on (?:me|nous)|me|nous) (?:
      prenez|prend|prends|prennent|traitez|traite|faites passer|fait passer
    )\b
    |\b(?:je|j'|nous|on) (?:suis|etais|ai ete|sommes|me sens|passe|ai l'air|est) (?:\w+ ){0,4}(?:
      idiote?s?|imbeciles?|cretine?s?|bete|cons?|conne|andouilles?|nulle?|boulets?|cruche
    )\b|\bquestion (?:bete|idiote|conne)\b|\b(?:bete|con) comme (?:question|chou)\b|\bbetement\b
    |\bpas (?:si |aussi )?(?:bete|idiot|con)s?\b
  `;

/** Who of the vendor's may be meant, besides "vous". */
const staffFr = source`
    equipes?|support|techniciens?|technicienne|agents?|collegues?|conseill(?:er|ere|ers)|hotline|service|boite
    |societe|patron|chef|directeur|employes?|salaries?|operateurs?|gars|type|mec|gens|entreprise|stagiaire
    |collaborateurs?|developpeurs?|ingenieurs?|interlocuteurs?|monsieur|dame|fille
  `;

const subjectNotPersonFr = pattern`
  \b(?:je|j'|nous|on|mon \w+|notre \w+)\b.{0,12}\b(?:suis|sommes|est|etais)\b|\b${thingsFr} (?:\w+ )?(?:est|sont|etait)\b
  |\b(?:cet?|cette|votre|vos|ces|foutu|putain de) (?:\w+ ){0,3}${thingsFr}(?= ?[,.!?]|$
    | (?:de merde|qui|a|ne|n'|m'|me|refuse|plante)\b
  )
`;

export const insultRulesFr: readonly RuleText[] = [
  {
    id: 'abuse-you-are-insult-fr',
    all: [
      pattern`
        \b(?:
          vous|tu|t'|votre (?:[a-z]+ ){0,3}|vos (?:[a-z]+ ){0,2}|ton equipe|le technicien|l'agent|le support|ce type
          |cette (?:fille|femme|dame|personne)|ce(?:t)? (?:agent|technicien|mec|gars)
        ) ?(?:n'? ?)?(?:etes|es|est|sont|n'etes|n'es|n'est)(?: vraiment| tous| toutes| que| qu'| donc| bien
          | quand meme| juste
        )*(?: ?rien d'autre que)? ${adjectivesFr}${insultFr}\b
      `,
    ],
    none: [
      /\bcochons? d'inde\b/,
      // "Votre portail est une merde" is said of a thing.
      new RegExp(`\\bvo(?:tre|s) (?!(?:${staffFr})\\b)(?:[a-z]+ ){1,3}(?:est|sont)\\b.{0,30}\\b${eitherFr}\\b`),
      /\bvotre agent est (?:\w+ ){0,3}merde\b/,
      notMeantFr,
    ],
  },
  {
    id: 'abuse-vocative-fr',
    all: [
      pattern`
        \b(?:bande|tas|troupeau|ramassis|equipe|boite|societe|especes?) d(?:e |')${adjectivesFr}${insultFr}\b
        |(?:^|[,:!] ?)(?:bonjour|salut|hey|merci|alors|ecoutez?(?:-moi)?(?: bien)?|dites|he|eh)?,? ?(?:
          (?:les|gros|grosse|sale|sales|petits?|pauvres?|espece de|bande de) )*(?:
          connards?|connasses?|salauds?|salopes?|encules?|enfoires?|abrutis?|batards?|ordures?|fils de pute
          |pauvres? cons?|sales? cons?|gros cons?|les cons
        )(?:[ ,.!?]|$)
      `,
    ],
  },
  {
    id: 'abuse-made-of-fr',
    all: [
      pattern`
        \b(?:compose|composee|rempli|remplie|plein|pleine|peuple)s? (?:que )?(?:d'|de |par des )${adjectivesFr}${insultFr}\b
      `,
    ],
  },
  {
    id: 'abuse-imperative-fr',
    all: [
      pattern`
        \b(?:allez|va|vas)(?:[- ](?:tous|donc))?[- ](?:
          (?:vous|te)[- ]faire (?:foutre|enculer|voir|mettre|cuire)|crever|en enfer|au diable|mourir|chier
        )\b|\bt'?emmerde\b|\bje vous emmerde\b|\bje t'emmerde\b
        |\b(?:ferme|fermez)[- ](?:ta|vos|la|votre) (?:gueules?|bouches?)\b|\bfermez[- ]la\b|\bta gueule\b
        |\bvos gueules\b|\bnique(?:z)? (?:ta|vos|ta mere)|\bntm\b|\bfdp\b|\bcrevez(?: tous)?\b|\ballez vous faire f
        |\ballez tous vous faire|\bva te faire\b|\bvotre gueule\b|\bcasse[- ]toi\b|\bfoutez le camp\b
      `,
    ],
  },
  {
    id: 'abuse-wish-fr',
    all: [
      pattern`
        \bj'?espere (?:que )?(?:vous|tu|votre (?:famille|equipe)|vos enfants) (?:tous )?(?:all?ez |va |vas |vont )?(?:
          crev|mour|brul|pourri|souffr|attraper? un cancer
        )
      `,
    ],
  },
  {
    id: 'abuse-someone-is-fr',
    all: [
      pattern`
        \b[a-z'-]+ (?:est|sont|etait|etaient|n'est que|n'est qu'|ne sont que) (?:\w+ ){0,2}?${adjectivesFr}(?:
          ${peopleFr}|anes? bates?|une? grosses? merdes?
          |une? (?:grosse|sale|vieille|vraie) (?:truie|vache|dinde|salope|cruche|gourde)
        )\b
      `,
    ],
    none: [
      notMeantFr,
      subjectNotPersonFr,
      /\b(?:c'est|cela est|ce n'est) (?:un |une )?(?:\w+ )?(?:minables?|debile|idiote?)\b/,
    ],
  },
  {
    id: 'abuse-kind-of-fr',
    all: [
      pattern`
        \b(?:
          especes? d(?:e |')|bandes? d(?:e |')|tas d(?:e |')|ramassis d(?:e |')|troupeau d(?:e |')
          |brochette d(?:e |')|equipe d(?:e |')|boite d(?:e |')|meute d(?:e |')|cirque d(?:e |')
        )${adjectivesFr}(?:${insultFr}|${qualitiesFr})\b
      `,
    ],
    none: [/\bbande d(?:e |')(?:passante|son|demo)|\btas d(?:e |')(?:betises|choses|problemes|chiens)\b/],
  },
  {
    id: 'abuse-vocative-bare-fr',
    all: [
      pattern`
        (?:^|[,.!?:;] ?|, et |merci |bravo |alors |dis donc |toi |vous |tu es |t'es |tes )(?:
          (?:
            pauvres?|sales?|gros(?:se)?s?|petite?s?|sombres?|triples?|vieille|vieux|espece d(?:e |')|cette|ce
            |quel(?:le)?s?|mais quel(?:le)?s?|le roi des|la reine des|bande d(?:e |')|vraiment|juste|qu'un|qu'une|un
            |une|des|les|que des|bel|beau|belle
          ) )*(?:
          ${peopleFr}
          |(?<=(?:sombres?|pauvres?|espece de|bande de|triples?|gros|grosse|petite?s?) )(?:
            debiles?|demeuree?s?|taree?s?|ratee?s?|minables?|taches?|incapables?
          )
        )(?= ?[,.!?;]|$| va| de service| fini| que (?:vous|tu)| de ton espece)
      `,
    ],
    none: [
      notMeantFr,
      subjectNotPersonFr,
      /(?:^|[,.!] ?)(?:minables?|debile|incapables? de)(?= ?[,.!?]|$)(?!.*\b(?:vous|tu|toi|t')\b)/,
    ],
  },
  {
    id: 'abuse-quality-fr',
    all: [
      pattern`
        \b(?:
          vous (?:n')?(?:etes|etiez)|tu (?:n')?es|t'es|t'etes|il (?:n')?est|elle (?:n')?est|c'est|que vous etes
          |que tu es
        ) (?:\w+ ){0,3}?(?:
          ${adjectivesFr}(?:menteu(?:r|se)s?|faineante?s?|laches?|voleu(?:r|se)s?|escrocs?|tricheu(?:r|se)s?) (?:
            double|et|,|doublee
          )
          |(?:trop |vraiment |completement |franchement )?(?:
            betes?|cons?|conne|stupides?|idiote?s?|debiles?|demeuree?s?|taree?s?|ratee?s?|bouchee?s?|limitee?s?
          )(?= ?[,.!?;]|$| ou\b| a (?:manger|bouffer)| comme)|un bien triste individu|un triste (?:sire|personnage)
          |une honte pour|plus bete|a vomir|des moins que rien|un moins que rien|bons? qu'a|bonne qu'a
        )
      `,
    ],
    none: [notMeantFr, subjectNotPersonFr, /\bc'est (?:\w+ )?(?:bete|con|stupide|idiot|debile)\b/],
  },
  {
    id: 'abuse-this-person-fr',
    all: [
      pattern`
        \b(?:cet?|cette|ces|quel(?:le)?s?|votre|vos) (?:
          (?:gros(?:se)?s?|sale|vieille|vieux|petite?|pauvres?|espece de|bande de|sombres?|triple) )+(?:${peopleFr}|${eitherFr})\b
        |\bquel(?:le)?s? (?:${peopleFr}|boulets?|tocards?|clowns|charlots)\b
      `,
    ],
    none: [subjectNotPersonFr],
  },
  {
    id: 'abuse-mocked-fr',
    all: [
      pattern`
        \b(?:
          t'es (?:bete|con|sourd|debile) ou|vous etes (?:betes?|cons?|sourds?|idiots?|stupides?|debiles?) ou
          |tu le fais expres|diplome dans une pochette|pochette[- ]surprise
          |(?:un|une) (?:singe|huitre|moule|poisson rouge|chevre|ane|bulot) (?:\w+ )?(?:
            ferait|aurait|comprendrait|est plus|saurait|repondrait
          )
          |(?:qi|cerveau|intelligence|cervelle) (?:d'un|d'une|de|d') ?(?:
            moule|huitre|bulot|poisson|moineau|mouche|negatif|bigorneau
          )|rien dans (?:la tete|le crane|le cerveau)|fini a la pisse|berce trop pres
          |(?:mettez|mets|jetez|foutez|virez)[- ](?:la|le|les)(?: \w+){0,4} (?:a la poubelle|aux ordures)
          |ne compren(?:d|ez|nent) rien a rien|bons? qu'a (?:ca|dormir|encaisser)
          |(?:vos|ta|votre|tes) (?:\w+ )?(?:mere|race|morts)\b
          |plains (?:\w+ )?(?:ceux|celles|vos collegues|ta femme|votre femme|vos enfants)
          |vous (?:me|nous) (?:degoutez|donnez (?:la nausee|envie de vomir)|faites vomir)
          |tu (?:me|nous) (?:degoutes|fais vomir|fais pitie)|vous faites pitie|honte a (?:vous|toi), (?:bande|tas)
          |retourne(?:z)? (?:dans ton|dans votre|en|a l'ecole|au|chez) \w*(?: trou| caniveau| zoo| pays)?(?= ?[,.!?]
            |$
          )
        )
      `,
    ],
    none: [/\bvous avez (?:bien )?fait expres de\b/, /\bmere (?:de|du) (?:l'|la |le )?(?:enfant|eleve)/],
  },
  {
    id: 'abuse-go-away-fr',
    all: [
      pattern`
        \b(?:allez|va|vas|partez|tirez|degage[rz]?)(?:[- ](?:tous|donc|vous|te))*[- ](?:vous |te )?(?:
          faire (?:foutre|voir|mettre|cuire|enculer|pendre|f\b)|crever|vous rhabiller|te rhabiller|te pendre
          |vous pendre|bruler|pourrir
        )
        |\b(?:
          je (?:vous|t') ?(?:emmerde|encule|chie|pisse)
          |(?:mangez|bouffez|mange|bouffe) (?:vos|tes|ta|ma|de la) (?:morts|merde)
          |(?:fermez|ferme)(?:-la(?= ?[,.!]|$)|[- ](?:vos gueules|ta gueule|votre gueule))|allez au diable
          |degage(?:z)? (?:de la|d'ici|pauvre|espece|connard)
          |(?:foutez|fous)[- ](?:moi|nous) la paix,? (?:bande|connard|pauvre)
          |nique(?:z)? (?:ta|vos|votre|tes|ton) (?:mere|meres|race|morts|famille|pere)
        )
        |^(?:espece de )?sales? (?:putes?|putains?|salopes?|connards?|connasses?|encules?|batards?)\b
      `,
    ],
  },
];

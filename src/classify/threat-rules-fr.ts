/** The same in French. */
import { thingsFr } from './insult-words.ts';
import { pattern } from './pattern.ts';
import type { RuleText } from './rule.ts';

export const threatRulesFr: readonly RuleText[] = [
  {
    id: 'threat-harm-fr',
    all: [
      pattern`
        \b(?:je|on|nous|quelqu'un|j')(?: vais| va| allons| viendrai| viendra| passerai| passe| vous| te| t'|'|ais)*(?: ?(?:
            venir|passer|me faire un plaisir de|vous|te|t'|tous|un par un|personnellement|moi-meme|l'|le|la|les
          ) ?
        )* ?(?:
          tuer|tuerai|buter|buterai|crever|frapper|frapperai|casser (?:la gueule|les (?:dents|jambes|genoux|doigts))
          |casserai|defoncer|defoncerai|egorger|bruler (?:votre|vos|la|les|tout)|brulerai|etrangler
          |exploser (?:la|votre|vos)|demolir|demolirai|massacrer|eclater|fumer|retrouver chez|planter|descendre un
          |faire la peau|regler (?:ton|votre) compte|peter la gueule|arracher la
        )
      `,
    ],
    none: [
      /\b(?:faire un (?:tour|point)|bug|serveur|planter (?:le|l'|la))\b/,
      new RegExp(`\\b(?:cet?|cette|mon|ma|mes|ces|votre|le|la|l'|foutue?) ?(?:\\w+ )?${thingsFr}\\b`),
    ],
  },
  {
    id: 'threat-know-where-fr',
    all: [
      pattern`
        \b(?:je|on|nous) (?:sais|sait|savons|connais|connait|trouverai|trouvera|vais trouver|ai trouve|a trouve) (?:
          tres bien |exactement |parfaitement )*(?:
          ou (?:vous|tu|vos|ta|votre|se trouve votre famille|habite|il|elle) ?(?:
            habit|travaill|dor|bosse|viv|all|enfants|gar|famille
          )|votre adresse|ton adresse|l'adresse de (?:ta|votre|vos)|votre famille|ta famille
        )
      `,
    ],
  },
  {
    id: 'threat-regret-fr',
    all: [
      pattern`
        \b(?:vous|tu) (?:all?ez|vas|va) (?:tous )?(?:le |me le |amerement |tres vite )*(?:
          regretter|payer|saigner|crever|mourir|souffrir|comprendre votre douleur|prier|pleurer|passer un sale quart
        )|\bvous (?:le )?(?:regretterez|paierez)(?: tous| tres)* ?(?:cher|ca|de votre|amerement|d'etre nes)
      `,
    ],
    none: [
      pattern`
        \b(?:
          avocat|tribunal|juridique|justice|contrat|penalite|facture|indemnit|rembours|dommages|j'espere|nous perdre
          |fidelite|concurren\w+|resili\w+|ailleurs|client|avis
        )
      `,
    ],
  },
  {
    id: 'threat-watch-fr',
    all: [
      pattern`
        \b(?:
          surveille[rz]? (?:tes|vos|vos arrieres|ton dos|votre dos)|fais gaffe a (?:toi|ta)
          |faites (?:gaffe|attention) a (?:vous|vos (?:enfants|arrieres)|votre famille)|vos jours sont comptes
          |tu es mort|t'es mort|vous etes (?:tous )?morts?|j'ai un (?:fusil|flingue|couteau)|une balle dans
          |poser une bombe|mettre le feu a (?:vos|votre)|foutre le feu
          |il (?:va|pourrait) (?:vous|t') ?arriver (?:quelque chose|malheur|des bricoles)
          |je (?:vous |t')attends? (?:a la sortie|en bas|devant (?:chez|votre|vos)|au parking)
          |on (?:vous|te) retrouvera|je (?:vous|te) retrouverai|ca va (?:tres )?mal finir pour (?:vous|toi|votre)
          |vais debarquer (?:chez|dans vos|a votre) .{0,40}(?:batte|fusil|couteau|marteau|frapper|casser)
        )
      `,
    ],
  },
  {
    id: 'threat-arms-fr',
    all: [
      pattern`
        \b(?:
          coup\w* (?:les |vos |tes )?freins|il y aura (?:du sang|des blesses|un mort|des morts)
          |freins?,? (?:\w+ ){0,3}(?:fragiles?|lachent|lache)|bidon d'essence|rendre (?:une )?(?:petite )?visite
          |cocktail molotov|(?:mon|un) (?:fusil|flingue|couteau|pistolet)\b.{0,40}\b(?:toi|vous|votre|ta|ton)
          |(?:tes|vos|ses) dents (?:par terre|une par une)
        )\b
      `,
    ],
    none: [
      pattern`
        \b(?:
          jeu|film|scene|filtre|categorie|chasse|commercial|technicien|rendez-vous|installation|simulateur
          |voiture de (?:fonction|service)|vous rendre visite pour
        )\b
      `,
    ],
  },
  {
    id: 'threat-harm-wide-fr',
    all: [
      pattern`
        \b(?:je|j'|on|nous|mes (?:potes|gars|freres|cousins)|quelqu'un) ?(?:
          vais|va|allons|vont|venir|aller|moi-meme|personnellement|viens|viendrai|viendra|debarque|debarquerai|passe
          |passerai|jure|vous|te|t'|vous|le|la|l'|lui|les|leur|et|tous|finir par|un jour|ce soir|demain
          |dans vos bureaux|chez (?:vous|toi)|a votre (?:agence|bureau|siege)| |,
        )*? ?(?:
          tue(?:r|rai|ra)?|bute(?:r|rai|ra)?|creve(?:r|rai)?|crever|frappe(?:r|rai)?|cogne(?:r|rai)?|casse(?:r|rai)?
          |pete(?:r|rai)?|brise(?:r|rai)?|defonce(?:r|rai)?|demonte(?:r|rai)?|demolir|demolirai|demolis
          |egorge(?:r|rai)?|etrangle(?:r|rai)?|brule(?:r|rai)?|crame(?:r|rai)?|massacre(?:r|rai)?|eclate(?:r|rai)?
          |explose(?:r|rai)?|plante(?:r|rai)? (?:un couteau|une lame)|descend(?:s|re|rai)?|fume(?:r|rai)?
          |enterre(?:r|rai)?|scalpe(?:r|rai)?|arrache(?:r|rai)?|regle(?:r|rai)? (?:ton|votre|son|leur) compte
          |fai(?:re|s) la peau|mettr?(?:e|ai|s|ais)? (?:mon poing|une balle|une raclee|le feu)
          |fou(?:tre|s|trai) (?:mon poing|une raclee|le feu)|retrouve(?:r|rai)?
        )\b.{0,45}\b(?:
          vous|te|toi|t'|lui|tous|vo(?:tre|s)|ta|ton|tes|sa|son|ses|la gueule
          |les (?:dents|doigts|jambes|genoux|bras)|le nez|agence|bureaux?|famille|maison|voiture|une balle|un par un
        )\b
      `,
    ],
    none: [
      pattern`
        \b(?:
          imprimante|machine|ordinateur|pc|serveur|logiciel|telephone|lecteur|ecran|scanner|badge|appli\w*|film|jeu
          |roman|scenario|replique
        )\b
      `,
      /\b(?:casse|pete|brise|explose|eclate) (?:\w+ ){0,2}(?:la tete|les pieds|le moral|le dos)\b/,
      /\b(?:ca|cela|il|elle|qui) (?:me|nous) (?:tue|casse|creve|pete)\b/,
    ],
  },
  {
    id: 'threat-whereabouts-fr',
    all: [
      pattern`
        \b(?:je|j'|on|nous) ?(?:
          sais|sait|savons|connais|connait|ai trouve|a trouve|ai vu|a vu|ai repere|ai note|ai suivi|vois|surveille
        )\b.{0,30}\b(?:
          ou (?:tu|t'|vous|il|elle|ta \w+|votre \w+|tes \w+|vos \w+) ?(?:
            habit|crech|viv|trava|boss|gar|dor|dor|scol|va )\w*
          |(?:ton|votre|sa|son|ta|leur) (?:\w+ )?(?:
            adresse|voiture|immatriculation|plaque|rue|maison|parking|profil|femme|mari|fils|fille|famille|ecole
            |trajet|quartier|gosses|visage
          )|tes (?:gosses|enfants|horaires)|vos (?:gosses|enfants|horaires)|a quelle heure (?:tu|vous|il|elle)
          |quelle ecole
        )\b
        |\b(?:sa|ta|votre|son) (?:\w+ )?(?:voiture|maison|famille|femme|fille|photo|adresse)\b.{0,25}\bje l'ai (?:
          vue?|reperee?|trouvee?|notee?
        )\b
        |\b(?:jolie?s?|belle?s?|beaux|charmante?) (?:petite )?(?:famille|enfants|gosses|fille|maison|femme|voiture)\b.{0,60}\b(?:
          dommage|arriv|attention|prudent|dirait
        )
      `,
    ],
    none: [/\b(?:sur (?:la facture|votre site|le contrat)|siret|service de presse)\b/],
  },
  {
    id: 'threat-accident-fr',
    all: [
      pattern`
        \b(?:accident|malheur|incendie)s? (?:est|sont|peut|peuvent|pourrait) (?:\w+ )?(?:
          vite arrive|si vite arrive|arriver|survenir|se produire
        )
        |\b(?:ce serait|c'est|quel) (?:bien |trop |vraiment )?(?:dommage|triste|bete|malheureux) (?:
          qu'il|s'il|si|que
        )\b.{0,50}\b(?:arriv\w+|brul\w+|flamb\w+|tomb\w+|accident|malheur|chose)
        |\b(?:faites|fais|soyez|sois) (?:bien |tres )?(?:attention|gaffe|prudente?s?) (?:\w+ ){0,3}(?:
          rentr\w+|en sortant|le soir|sur la route|parking|escaliers?|freins|derriere|arrieres|a toi|a ta
          |a vos (?:enfants|arrieres)|a votre (?:famille|dos)
        )
      `,
    ],
    none: [/\b(?:donnees|sauvegarde\w*|assurance|suppressions?|erreurs?|clics?|confirmation|bouton|restaur\w+)\b/],
  },
  {
    id: 'threat-come-fr',
    all: [
      pattern`
        \b(?:je|on|nous|mes (?:potes|gars|freres|cousins)) (?:\w+ ){0,3}?(?:vous |t'|te )?(?:
          attends?|attendrai|attendra|attendons|debarqu\w+|vien(?:s|t|drai|dra|drons)|pass(?:e|erai|era|erons)|serai
          |serons|retrouv\w+|tomb\w+
        )\b.{0,50}\b(?:
          avec (?:une?|mon|ma|des|mes) (?:
            batte|couteau|fusil|flingue|marteau|hache|barre|arme|bidon|essence|potes|copains|gars
          )|a la sortie|sur le parking|en bas de chez|devant chez|dans le noir|quand tu sor|quand vous sor|un soir
          |ca va (?:saigner|mal (?:finir|se passer)|chauffer)|et (?:la|alors) (?:tu|vous|ca) (?:vas|allez|va)
          |et ca va (?:saigner|faire mal|barder)
        )
      `,
    ],
    none: [/\b(?:rendez-vous|reunion|formation|demonstration|cafe|signature|livraison|colis)\b/],
  },
  {
    id: 'threat-consequence-fr',
    all: [
      pattern`
        \b(?:
          (?:tu|vous|il|elle|ils) (?:va|vas|allez|vont) (?:le |la |me le |tous |tres bien |vraiment |moins )*(?:
            sentir passer|prendre cher|saigner|crever|morfler|deguster|ramasser|faire le malin|chialer|hurler
            |le payer de|supplier|passer un sale quart|finir (?:a l'hopital|dans un (?:coffre|fosse)|six pieds)
          )
          |(?:sous terre|six pieds sous terre|dans un cercueil|a l'hopital|en fauteuil)\b.{0,30}\b(?:
            tu|vous|il|elle|finir\w*|enverr\w+
          )
          |(?:tu|vous) (?:taper(?:as|ez)|marcher(?:as|ez)|parler(?:as|ez)|sourir(?:as|ez)|rir(?:as|ez)) (?:
            plus|moins
          )
          |(?:il|elle|ca|tout|votre \w+|vous) (?:\w+ ){0,3}(?:
            flamber\w*|cramer\w*|brulera|va bruler|va flamber|va cramer|partira en fumee
          )|t'as interet a|vous avez interet a .{0,60}\b(?:sinon|sans quoi|ou)\b
          |(?:sinon|sans quoi|ou alors) (?:je|on|ca) (?:\w+ ){0,2}(?:
            viens|debarque|passe|va saigner|va mal|vous|te|t'|trouve|casse|creve|fous|mets le
          )|(?:fabriquer|poser|apporter|amener) (?:une|ma|de la) (?:bombe|grenade|dynamite)
          |numerote(?:z)? (?:tes|vos) (?:abattis|os)|compte(?:z)? (?:tes|vos) (?:dents|jours|doigts)
          |dors(?:ez)? (?:bien )?tant que|regarde(?:z)? (?:bien )?derriere (?:toi|vous)
        )\b
      `,
      pattern`
        \b(?:
          tu|vous|il|elle|ils|t'|te|t'as|sinon|sans quoi|ou alors|tes|vos|toi|votre|bombe|grenade|ca|dors|dormez
          |regarde|regardez
        )
      `,
    ],
    none: [
      pattern`
        \b(?:
          avocat|tribunal|justice|contrat|facture|rembours\w+|mediateur|plainte|presse|avis|concurrent|resili\w+
          |commande|concurrence|client|banque|proces|huissier
        )\b
      `,
      /\b(?:bug|serveur|ecran|imprimante|processeur|disque|batterie)\b|\bj'?espere\b/,
    ],
  },
  {
    id: 'threat-fire-fr',
    all: [
      pattern`
        \b(?:mett?(?:re|s|rai|rais|ra)|fou(?:tre|s|trai)) (?:\w+ )?le feu (?:a|au|aux|chez|dans)\b
        |\b(?:faire|fais|ferai) (?:sauter|exploser|bruler|flamber) (?:\w+ )?(?:
          votre|vos|ta|ton|tes|l'agence|le siege|les bureaux|la baraque|le batiment
        )\b|\b(?:y a|il y a|j'ai (?:pose|mis|place)) une bombe\b
      `,
    ],
    none: [/\b(?:jeu|film|scene|anniversaire|salle|ambiance|pare-feu|coupe-feu)\b/],
  },
  {
    id: 'threat-cyber-fr',
    all: [
      pattern`
        \b(?:je|on|nous|mes (?:potes|gars|copains)|j') ?(?:
          vais|va|allons|vont|peux|peut|pouvons|vous|te|t'|les|tout|et| )*(?:
          pirat\w+|hack\w+|ddos\w*|balanc\w+|publi\w+|fuit\w+|divulgu\w+|revend\w+|mettr\w+ a genoux|fair\w+ tomber
        ) (?:\w+ ){0,2}?(?:vo(?:tre|s)|ta|ton|tes|leurs?) (?:\w+ )?(?:
          serveurs?|site|systemes?|donnees|clients?|fichiers?|base|noms|adresses|agents|salaries|photos
        )\b
      `,
    ],
    none: [/\b(?:avis|commentaire|temoignage|autorisation|test d'intrusion)\b/],
  },
];

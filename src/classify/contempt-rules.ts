/**
 * Contempt and menace without a swear word: people likened to animals and things, their head called empty, harm that is only
 * hinted at, "I know where you are". Every frame needs a person; what is said of a product or of service fits none.
 */

import { thingsEn, thingsFr } from './insult-words.ts';
import { pattern, source } from './pattern.ts';
import type { RuleText } from './rule.ts';

const personEn = source`
    (?:
      you(?:'re| are)?|u|ur|he(?:'s| is)?|she(?:'s| is)?|they(?:'re| are)?
      |your (?:
        mr|ms|mrs|mister|colleague|agent|engineer|technician|manager|man|woman|boy|girl|people|lot|staff|team
      )(?: \w+)?
    )
  `;
const creaturesEn = source`
    (?:
      goats?|donkeys?|dogs?|pigs?|monkeys?|apes?|sheep|chickens?|slugs?|worms?|insects?|animals?|creatures?|parrots?
      |house ?plants?|plants?|cabbages?|potato(?:es)?|door ?mats?|door ?stops?|bricks?|toasters?|rocks?|vegetables?
      |amoebas?|jellyfish|mussels?|oysters?|turnips?|fence ?posts?|lamp ?posts?|gnats?|squirrels?|goldfish
    )
  `;
const ownFaultEn = pattern`
    \b(?:i|we|my \w+|our \w+) (?:am|'m|are|'re|is|was|were|feel|felt|must be) (?:\w+ ){0,3}(?:
      fools?|foolish|stupid|slow|thick|dim|simple|idiots?
    )\b|\bnot (?:saying|suggesting|calling)\b
  `;
const thingEn = new RegExp(`\\b(?:the|your|this|that) (?:\\w+ ){0,2}${thingsEn} (?:\\w+ )?(?:is|was|has|had)\\b`);
const thingFr = new RegExp(
  `\\b(?:cet?|cette|votre|vos|le|la|les) (?:\\w+ ){0,2}${thingsFr} (?:\\w+ )?(?:est|sont|a|ont)\\b`,
);

export const contemptRules: readonly RuleText[] = [
  {
    id: 'contempt-outdone-en',
    all: [
      pattern`
        \b${creaturesEn}\b.{0,40}\b(?:
          more (?:sense|brains?|curiosity|wit|wits|initiative|intelligence|manners|charm|backbone|decency|use)
          |brighter|smarter|cleverer|quicker|better company
        ) than (?:you|him|her|them|the lot of you|your \w+|the (?:person|man|woman|one|people))\b
        |\b(?:the (?:wits?|brains?|charm|manners|intelligence) of (?:a|an) (?:\w+ )?${creaturesEn})\b
        |\b(?:more (?:sense|brains?|curiosity|wit|intelligence|manners)|brighter|smarter|cleverer) (?:\w+ )?(?:
          in|than in|from|out of|than
        ) (?:a|an|the|any) (?:\w+ )?(?:rock pool|pond|zoo|aquarium|farmyard|stable|kennel|fridge|${creaturesEn})\b
        |\breplace (?:him|her|you|them|the lot of you) (?:with|by) (?:a|an|some) (?:\w+ )?${creaturesEn}\b
        |\b(?:i|we) (?:would|'d) (?:rather|sooner) (?:talk|speak) to (?:a|the|my) (?:\w+ )?(?:${creaturesEn}|wall)\b
        |\bmy (?:dog|cat|goldfish|toaster|${creaturesEn}) (?:could|would|has|knows|is)\b.{0,30}\bthan (?:you|him|her|your \w+)\b
      `,
    ],
    none: [ownFaultEn, thingEn, /\b(?:chat ?bot|robot|machine|assistant)\b/],
  },
  {
    id: 'contempt-empty-head-en',
    all: [
      pattern`
        \b(?:
          nothing (?:\w+ )?(?:between the ears|upstairs|in (?:your|his|her|that) (?:head|skull))
          |nobody (?:is |'s )?(?:at )?home|no home training|zero brain(?: cells)?
          |(?:your|his|her) (?:obvious |evident |many )?(?:mental )?limitations
          |(?:use|in|with|try) (?:\w+ )?small words|i'?ll (?:speak|type|write) slow(?:ly)? for you
          |every village has (?:one|an idiot)|clown shoes
          |fetch (?:me )?(?:someone|somebody) (?:who can|that can|with a|able to) (?:think|read|brain)
          |(?:born|raised) (?:that|this) way\?|dragg?ed up
          |couldn't (?:find|pour|organi[sz]e) (?:\w+ ){0,4}(?:backside|bottom|brewery|boot|bag|map)
          |couldn't hold down a job
        )\b
      `,
    ],
    none: [
      ownFaultEn,
      thingEn,
      pattern`
        \b(?:nobody (?:is |'s )?(?:at )?home)\b.{0,60}\b(?:
          deliver\w*|parcel|courier|post|phone|rang|called|visit|door ?bell
        )\b|\b(?:my|our) (?:own )?limitations\b
      `,
    ],
  },
  {
    id: 'contempt-called-en',
    all: [
      pattern`
        \b${personEn} (?:\w+ ){0,3}?(?:
          (?:
            a|an|the|such|so|too|very|quite|evident(?:ly)?|nothing but|merely|contentedly|cruel|horrible|nasty
            |little|lazy|petty|heartless|insolent|worthless|small|utterly|petty,?|small,?
          ) )+(?:
          zeros?|human being|dregs|scrapings|man and|woman and|nobody|nonentit(?:y|ies)
          |waste of (?:a )?(?:salary|chair|oxygen)|foolish (?:\w+ )?(?:somebody|person|man|woman|boy|girl)
          |disgrace to (?:\w+ ){1,4}|embarrassment to (?:whoever|your|his|her|the (?:human|people))(?: \w+){0,4}
          |simpleton|baggage|cruel (?:\w+ )?(?:man|woman|person|people)|little (?:man|woman|person|people|nobody)
          |stupid and (?:too )?lazy|danger for the public|ignorant,? |subhuman|garbage people|trash people|fraud and
        )
      `,
    ],
    none: [
      ownFaultEn,
      thingEn,
      pattern`
        \bnot (?:a|an|too|so)\b|\b(?:i'm|i am) not\b
        |\b(?:little (?:man|woman|person)) (?:in|on) the (?:logo|icon|screen|picture)\b
      `,
    ],
  },
  {
    id: 'contempt-vocative-en',
    all: [
      pattern`
        (?:^|[,.:!] ?)(?:hello,? |you |you're all |you are all |these |the lot of you |such )?(?:you )?(?:
          (?:
            horrible|heartless|subhuman|garbage|wretched|despicable|contemptible|odious|loathsome|vile|worthless
            |parasitic
          ),? (?:and )?
        )+(?:people|creatures?|lot|man|woman|person|little \w+|humans?|beings?|service from \w+ people)\b
        |\bparasites is\b|(?:^|\bhello |\byou )parasites\b
        |\b(?:whole|entire) team (?:is|are) (?:\w+ )?(?:garbage|trash|scum)\b
        |\bpack of (?:liars|halfwits|fools|crooks|thieves)\b|\b(?:collection|gallery|museum) of failures\b
        |\bshould be ashamed (?:that|to) (?:you )?(?:draw breath|breathe|be alive|exist|live)\b
        |\b(?:anything|something) i (?:found|stepped in|scraped|find) (?:on|off|in) (?:the (?:sole|bottom) of )?my (?:
          shoe|boot
        )\b|\bscrape (?:you|them|him|her) off the\b|\bpray for the people who (?:have to )?live with you\b
        |\b(?:treats?|does|did) (?:to )?your (?:mother|mum|mom|children|kids) (?:the way|what|as) you\b
      `,
    ],
    none: [thingEn, /\bi am a horrible\b/],
  },
  {
    id: 'contempt-someone-near-public-en',
    all: [
      pattern`
        \b(?:someone|anyone|they|anybody|who) (?:ever )?(?:let|lets|allowed|allows|lets|trusts?) (?:you|him|her) (?:
          near|loose on|out|touch|use|at
        ) (?:\w+ )?(?:public|people|keyboard|computer|customers?|humans?|alone|(?:door|gate)s?)\b
        |\b(?:you|he|she|they|whoever .{1,30}) (?:should|could|can|must) ?(?:not|n't|never) be (?:
          trusted|let loose|left alone
        ) (?:with|on|near) (?:\w+ )?(?:
          scissors|cutlery|crayons|matches|a (?:spoon|pencil|keyboard|phone)|people|humans|the public
        )\b
        |\b(?:that|how) (?:he|she) is allowed to (?:touch|use|operate|drive|vote)\b.{0,40}\b(?:
          danger|wonder|mystery|miracle|crime
        )\b
      `,
    ],
    none: [thingEn],
  },
  {
    id: 'contempt-person-fr',
    all: [
      pattern`
        \b(?:
          vous (?:n')?etes|tu (?:n')?es|t'es|(?:il|elle) (?:n')?est
          |votre (?:prepose|collegue|agent|technicien\w*|employee?|conseill\w+|stagiaire|standardiste|monsieur|chef) (?:
            \w+ )?(?:n')?est|ce sont|c'est|a leur \w+ qu'?(?:il|elle) est
        ) (?:\w+ ){0,3}?(?:un |une |des |d'un |d'une |aussi |si |qu'un |qu'une )(?:\w+ )?(?:
          malotrue?s?|rustres?|cuistres?|goujats?|butors?|mufles?|bons? a rien|moins que rien|demeuree?s?
          |attardee?s?|simplette?s?|incapables?|pauvres? types?|triste sire|ignorante?s?|bornee?s?|nullites?|zeros?
          |sot(?:te)?s?|bete que|erreur de la nature|plaie|raclures?|nuisibles?|aussi bete|laide?
        )(?= |[,.!?;]|$)
        |\b(?:vous avez|tu as|t'as|il a|elle a|votre \w+ a) (?:\w+ )?(?:
          le cerveau|la cervelle|l'intelligence|l'esprit|la finesse|le qi
        ) d'une? \w+
        |\b(?:aussi|si) (?:nul(?:le)?s?|bete|incompetente?s?|sot(?:te)?|bornee?) que (?:vous|toi|lui|elle)\b
      `,
      /\b(?:vous|tu|t'es|il|elle|votre|ce sont|c'est|leur)\b/,
    ],
    none: [thingFr, /\b(?:je|j'|nous) (?:suis|sommes|me sens)\b|\bje ne (?:dis|pense|crois) pas\b/],
  },
  {
    id: 'contempt-belittled-fr',
    all: [
      pattern`
        \b(?:retournez?|retourne|va|allez) (?:donc )?(?:
          jouer|dormir|a l'ecole|au bac a sable|garder les (?:vaches|chevres|oies|moutons)|a la maternelle
        )\b|\b(?:un|une) demeuree?\b
        |\b(?:jamais vu|envoie pas|envoyer) (?:\w+ )?(?:un|une) (?:
          incapable|demeuree?|pareil(?:le)? (?:incapable|idiot)
        )\b|\b(?:tu fais|vous faites|il fait|elle fait) (?:pitie|peine|honte) a (?:voir|regarder|entendre)\b
        |\b(?:plus|bien plus|nettement plus) (?:degourdie?|futee?|malin|maligne|eveillee?|intelligente?|vive?) (?:
          \w+ )?qu(?:e vous|'(?:eux|elle|lui)|e toi)\b|\bc'est de naissance\b
        |\b(?:chez|pour) (?:le|un|les) (?:chiens?|singes?|anes?)\b.{0,40}\b(?:dressage|appelle|mieux)\b
        |\b(?:mon|le|un) (?:chien|chat|poisson rouge|perroquet|canari|ane|hamster) (?:\w+ ){0,2}(?:
          comprend|est plus|serait plus|ferait|repond|a plus
        )\b|\bpareil (?:cuistre|rustre|goujat|incapable|mufle)\b
        |\b(?:si|tellement) (?:vile?|bornee?|bete|sot(?:te)?)\b.{0,30}\b(?:pitie|qu')
      `,
    ],
    none: [thingFr, /\b(?:mon|notre) (?:fils|fille|enfant|stagiaire) (?:est|a)\b/],
  },
];

const lawfulEn = pattern`
    \b(?:
      lawyers?|solicitors?|court|attorney|regulator|ombudsman|trading standards|police|chargeback|review|invoice
      |contract|meeting|appointment|visit you for|to collect|pick up|courier|deliver\w*|site visit|demo
    )\b
  `;
const lawfulFr = pattern`
    \b(?:
      avocat|tribunal|justice|huissier|mediateur|presse|avis|contrat|facture|rendez-vous|reunion|livraison|colis
      |signature|demonstration
    )\b
  `;

export const menaceRules: readonly RuleText[] = [
  {
    id: 'menace-found-en',
    all: [
      pattern`
        \b(?:i|we)(?:'ve| have)? (?:now )?(?:got|found|have|know|looked up|worked out) (?:your|his|her) (?:
          full |home |last |sur
        )?(?:name|street|address|profile|face|uncle|mother|family|car|brother|page|road)\b.{0,90}\b(?:
          nothing (?:left )?to lose|street|dark|lanes?|kids|children|which school|small town|favou?rs
          |drive (?:through|past)|be seeing|see you (?:soon|there|at)|good hard think|how you (?:talk|speak)
          |sleep well|quiet
        )\b|\b(?:small|little) town\b.{0,60}\b(?:dark lanes?|favou?rs|talk|people (?:disappear|get hurt))\b
        |\b(?:quiet|dark) (?:\w+ ){0,2}(?:your|his|her) (?:street|road|house|village|lane) (?:is|gets|looks)\b
        |\b(?:your|his|her) (?:street|road|house|door|gate) (?:is|gets|looks|could do with)\b.{0,40}\b(?:
          quiet|dark|better lock|unlocked|easy to
        )\b
        |\bnice (?:picture|photos?|pictures) of (?:the|your|his|her) (?:
          kids|children|wife|family|daughter|son|house
        )\b|\bwhich school (?:is that|do they|does (?:he|she))\b
      `,
    ],
    none: [lawfulEn, /\b(?:address|name) (?:on|for) (?:the|our|my) (?:invoice|order|ticket|parcel|contract)\b/],
  },
  {
    id: 'menace-outcome-en',
    all: [
      pattern`
        \b(?:pick|choose|find|book) a (?:hospital|dentist|plot|grave|coffin)\b.{0,30}\b(?:
          if i were you|for you|yourself|now
        )\b
        |\b(?:somebody|someone|one of you|you|he|she)(?:'s| is| are| will be|'ll be) (?:
          leaving|going|carried|wheeled
        ) (?:\w+ ){0,2}in an? (?:ambulance|bag|box|wheelchair|stretcher)\b
        |\b(?:hate|shame|awful) (?:for|if) (?:something|anything) (?:to happen|happened|happens) to (?:
          that|your|his|her|those
        )\b
        |\b(?:like|love|want) (?:a|to have a) (?:quiet |little )?(?:word|chat) with (?:you|him|her)\b.{0,40}\b(?:
          after dark|behind the|alone|outside|dark|in the car park
        )\b|\bcheck (?:under|behind|beneath) your (?:car|bed|door|back)\b
        |\byour (?:windows?|tyres?|tires?|car|house|shop) (?:were|was|got|are|is) (?:\w+ )?(?:
          broken|smashed|slashed|burnt|burned
        )\b.{0,30}\b(?:again|wouldn't it|one night|some night)\b
        |\b(?:careless|careful|clumsy|generous) with (?:petrol|matches|fire|gasoline|their fists)\b
        |\b(?:own|have|keep|got) (?:\w+ )?(?:shotguns?|rifles?|guns?|pistols?|bull bar|baseball bats?)\b.{0,80}\byour? (?:
          office|house|town|place|street|building|address|road
        )\b
        |\b(?:your?s|your family|they|you) will be (?:fine|safe|left alone)\b.{0,40}\b(?:if|when|as long as|once|by)\b
        |\b(?:approve|refund|pay|reopen|fix it)\b.{0,50}\band (?:yours|your (?:family|kids|wife|house)) will be (?:
          fine|safe
        )\b|\b(?:there are )?people who do (?:this|that) (?:sort|kind) of thing for\b
        |\b(?:tell|call|warn) (?:security|the police) (?:or don't|if you like|all you (?:like|want)),? (?:it|they) won't help\b
      `,
    ],
    none: [/\b(?:patient|nurse|ward|site safety|accident book|forklift|our (?:driver|worker|staff))\b/],
  },
  {
    id: 'menace-come-en',
    all: [
      pattern`
        \b(?:i'?m|i am|we'?re|i'?ll be|i will be|i)(?: \w+){0,2} (?:driving|drive|drives?|coming|walking) (?:
          over |round |up |down )?(?:there|through your|past your|to your)\b.{0,80}\b(?:
          ambulance|bull bar|won't be (?:funny|nice|talking)|not being funny|hard think
          |(?:somebody|someone)(?:'s| is| will)|regret|fists?
        )\b
      `,
    ],
    none: [lawfulEn],
  },
  {
    id: 'menace-found-fr',
    all: [
      pattern`
        \b(?:j'ai|je connais|je sais|on a|on connait|j'ai (?:trouve|note|garde)) (?:\w+ )?(?:votre|ton|son) (?:
          nom|adresse|visage|rue|plaque
        )\b.{0,110}\b(?:
          annuaire|chez vous|chez toi|a bientot|on se (?:verra|retrouvera|croisera)|habit\w+|dormez bien
        )\b
        |\b(?:a bientot|a tres vite|on se verra|on se retrouvera),? (?:
          chez (?:vous|toi)|un soir|en bas|sur le parking|dehors
        )\b|\bchange[zr]? de trottoir\b|\bje ne (?:vous|te) (?:louperai|raterai|manquerai) pas\b
      `,
    ],
    none: [lawfulFr],
  },
  {
    id: 'menace-outcome-fr',
    all: [
      pattern`
        \b(?:de la chance|heureux|content) d'avoir (?:encore )?(?:\w+ )?(?:deux|ses|tous|toutes) (?:\w+ )?(?:
          genoux|jambes|dents|bras|mains|yeux
        )\b|\bla chance,? ca tourne\b
        |\b(?:ce (?:sera|seront)|d'abord) (?:\w+ )?(?:les|vos|tes) (?:pneus|vitres|carreaux|roues|chats?|chiens?)\b
        |\b(?:on|je) (?:passer\w+|m'occuper\w+|verr\w+) (?:au|du|avec le) (?:
          conducteur|proprietaire|chauffeur|locataire
        )\b
        |\b(?:il|elle|tu|vous) (?:ne )?(?:ressortir\w+|sortir\w+|repartir\w+) pas (?:
          par la porte|debout|entiers?|vivants?|sur (?:tes|vos|ses) (?:pieds|jambes)
        )\b
        |\b(?:je|on) (?:viens|vient|passe|vais|va) (?:venir )?(?:te|vous) (?:chercher|cueillir|attendre|trouver) (?:
          au (?:taf|boulot|travail|bureau)|a la sortie|chez|en bas
          |avec (?:les|mes|des) (?:gars|potes|copains|freres)
        )|\b(?:si|on verra si) (?:tu fais|vous faites) (?:encore |toujours )?(?:le|les) malins?\b
        |\b(?:je|on) (?:monte|arrive|debarque|passe)\b.{0,60}\bs'expliquer avec (?:celui|celle|toi|vous|lui|elle)\b
      `,
    ],
    none: [lawfulFr, /\b(?:patient|malade|soignant|chantier securite)\b/],
  },
];

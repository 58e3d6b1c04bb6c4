/**
 * Abuse needs a target (R-ABUSE): an insult aimed at the reader or the staff, or a threat of harm. Swearing at the thing
 * is only swearing; announcing lawyers, regulators, a review or the end of the contract is a customer's right.
 */
import type { AbuseLabel, Because } from './classification.ts';
import { joined, type Passage, passageOf } from './passage.ts';
import { matchAny, type RuleText, textRule, within } from './rule.ts';

const insultEn =
  '(?:idiots?|morons?|imbeciles?|cretins?|assholes?|arseholes?|asshats?|bastards?|bitch(?:es)?|cunts?|dick ?heads?|dicks?|pricks?|twats?|wankers?|tossers?|scum(?:bags?)?|retards?|retarded|douche(?:bag)?s?|dip ?shits?|shit ?heads?|fuck ?(?:er|wit|head|tard)s?|motherfuckers?|son of a bitch|sons of bitches|pieces? of (?:shit|crap|trash|garbage)|sacks? of shit|dumb ?ass(?:es)?|jackass(?:es)?|half ?wits?|dim ?wits?|nit ?wits?|brain ?dead|brainless|subhumans?|vermin|parasites?|cockroach(?:es)?|maggots?|pigs?|swine|monkeys|clowns?|degenerates?|whores?|sluts?|faggots?|trash|filth|rats|worms?|losers?|dumb|stupid|braindead|dimwitted|lowlifes?|low-lifes?|thick as|pathetic (?:excuses?|little|human|people|losers?)|waste of (?:oxygen|space|skin)|ret4rds?|dogs|donkeys?|apes?)';
const adjectivesEn =
  '(?:(?:a|an|the|such|all|both|just|really|so|total|complete|absolute|utter|bunch of|lot of|fucking|f\\*+ing|f\\*+|bloody|damn(?:ed)?|god ?damn|stupid|useless|worthless|incompetent|lazy|lying|thieving|pathetic|dumb|ignorant|little|fat|miserable|worst|biggest|most|kind of|pack of|collection of|load of|nothing but|,|and|of|corporate|arrogant|disgusting|filthy|nasty|greedy) ){0,5}';
const staffEn =
  '(?:you|u|ya|you guys|you people|you lot|all of you|everyone (?:there|at your)|your (?:[a-z]+ ){0,2}(?:support|team|staff|agents?|people|colleagues?|engineers?|company|employees?|guys|manager|reps?|operators?|technicians?|boss|department)|(?:the|that|this) (?:[a-z]+ ){0,2}(?:agents?|technicians?|engineers?|reps?|representative|guy|girl|woman|man|lady|person|operators?) (?:(?:of yours|you have|who|that|on|in|from|i|at) ?(?:[a-z]+ ){0,4})?)';
const insultFr =
  '(?:connards?|connasses?|cons?|conne|salauds?|salopes?|saloperies?|salopards?|encules?|enfoires?|abrutis?|abruties?|cretins?|debiles?|idiots?|idiotes?|imbeciles?|demeures?|batards?|ordures?|raclures?|fumiers?|pourritures?|merdes?|merdeux|trous? du cul|trouduc|putes?|fils de pute|pd|pedes?|tocards?|bouffons?|clowns?|guignols?|parasites?|vermines?|cloportes?|rats?|porcs?|cochons?|chiens?|anes?|debilos|mongols?|attardes?|minables?|sous[- ]merdes?|tares?|nuls a chier|baltringues?|crevards?|blaireaux|sacs? a merde|tas de merde|bons a rien|rebuts?)';
const adjectivesFr =
  "(?:(?:un|une|des|de|d'|du|les|le|la|que|vraiment|trop|tellement|tous|toutes|juste|bande de|tas d'|tas de|gros|grosse|grosses|sale|sales|petits?|pauvres?|vrais?|putain de|espece de|especes de|bien|completement|rien d'autre que|ramassis de|et|une bande de|qu'une bande de) ?){0,5}";

const abusive: readonly RuleText[] = [
  {
    id: 'abuse-you-are-insult-en',
    all: [
      new RegExp(
        `\\b${staffEn} ?(?:'re|are|r|is|were|must be|have to be|sound like|look like|act like|work like|behave like)( not even| nothing but)? ${adjectivesEn}${insultEn}\\b`,
      ),
    ],
    none: [notInsultEn()],
  },
  {
    id: 'abuse-vocative-en',
    all: [
      new RegExp(
        `\\b(?:you|u|ya) ${adjectivesEn.replace('{0,5}', '{0,4}')}(?!stupid |dumb |trash |pigs? |dogs )${insultEn}(?=$|[ ,.!?;])`,
      ),
    ],
    none: [/\byou (?:stupid|dumb)(?:ly)\b/, /\byou (?:trash|pig|rat)(?:ed|s)? /],
  },
  {
    id: 'abuse-bunch-en',
    all: [new RegExp(`\\b(?:bunch|pack|team|company|gang|load|herd|collection) of ${adjectivesEn}${insultEn}\\b`)],
  },
  {
    id: 'abuse-dear-insult-en',
    all: [
      new RegExp(
        `(?:^|[,:!] ?)(?:hey|dear|hi|hello|listen(?: up)?|ok|okay|wake up|so|well|thanks|oi)?,? ?${adjectivesEn.replace('{0,5}', '{0,3}')}(?:idiots?|morons?|imbeciles?|assholes?|arseholes?|bastards?|cunts?|dickheads?|scum(?:bags?)?|retards?|wankers?|fuckers?|fuckwits?|motherfuckers?|clowns)(?:[,.!?]|$)`,
      ),
    ],
  },
  {
    id: 'abuse-fuck-you-en',
    all: [
      /\b(?:f+u+c+k+|fck|fuk|f\*+k?|f\*\*k|screw|damn) (?:you|u|yourself|yourselves|off|your (?:support|team|company|staff|mother|whole|entire|family)|the lot of you|all of you)\b|(?:^|[,.!:;-] ?|you (?:can |could |should |may )?(?:all )?)go (?:and )?(?:to hell|fuck|f\*+|screw|hang|die|kill yourself)\b|\b(?:eat shit|suck my|kiss my ass|piss off|stfu|shut (?:the fuck )?up|shove it up your|up your ass|rot in hell|burn in hell|drop dead|kys|bite me)\b|\bstick it up your\b/,
    ],
  },
  {
    id: 'abuse-you-adjective-en',
    all: [
      /\b(?:you|ya) (?:fucking |bloody |fat |lazy |stupid |dumb |ugly |useless |old |miserable |filthy |ignorant |worthless )+(?:cow|woman|bitch|man|bastard|girl|boy|prick|git|sod|pig|swine|idiot|thing|creature|people|lot)\b/,
    ],
    none: [/\byou (?:old|useless) (?:lot|people|thing)\b/],
  },
  {
    id: 'abuse-wish-en',
    all: [
      /\b(?:i )?(?:hope|wish) (?:that )?(?:you|your (?:family|kids|children|mother|whole team|team|staff|support)|every(?:one| one)? (?:of you|there)|all of you|the lot of you) (?:all )?(?:die|get (?:cancer|hit|sick|raped|run over)|rot|burn|suffer|choke|drop dead|starve)\b/,
    ],
  },
  {
    id: 'abuse-staff-mocked-en',
    all: [
      /\b(?:your (?:mother|mom|mum|wife|parents)|are you|were you|is (?:he|she|your (?:agent|team|staff|colleague))) (?:should have (?:aborted|swallowed)|(?:just |all |really |fucking |completely |mentally |too |some kind of |a |so )*(?:retarded|brain ?dead|stupid|dumb|mentally ill|a moron|an idiot|idiots|morons))\b/,
    ],
  },
  {
    id: 'abuse-staff-subject-en',
    all: [
      new RegExp(
        `\\b(?:he|she|they|(?:the|this|that|your) (?:[a-z]+ ){0,2}(?:agent|technician|engineer|rep|guy|woman|colleague|support)(?: [a-z]+)?) (?:is|are|was|were) (?:a |an |such a |such an |all |just |clearly |obviously |really )*(?:fucking |bloody |complete |total |utter |absolute |stupid |lazy |lying )*(?:idiots?|morons?|imbeciles?|assholes?|bastards?|bitch|cunts?|retards?|retarded|dickheads?|brain ?dead|scum|piece of shit|pieces of shit)\\b`,
      ),
    ],
  },
  {
    id: 'abuse-slur-origin-en',
    all: [
      /\b(?:go back to (?:your (?:own )?country|india|africa|mexico|your shithole)|you (?:people|indians|pakis|foreigners|monkeys) (?:in (?:your|that) call cent(?:er|re) )?(?:should|are all|can't even|stink))\b/,
    ],
    none: [/\byou people (?:should (?!all die|be (?:shot|hanged))|can't even)/],
  },
  {
    id: 'abuse-you-are-insult-fr',
    all: [
      new RegExp(
        `\\b(?:vous|tu|t'|votre (?:[a-z]+ ){0,3}|vos (?:[a-z]+ ){0,2}|ton equipe|le technicien|l'agent|le support|ce type|cette (?:fille|femme|dame|personne)|ce(?:t)? (?:agent|technicien|mec|gars)) ?(?:n'? ?)?(?:etes|es|est|sont|n'etes|n'es|n'est)(?: vraiment| tous| toutes| que| qu'| donc| bien| quand meme| juste)*(?: ?rien d'autre que)? ${adjectivesFr}${insultFr}\\b`,
      ),
    ],
    none: [/\bcochons? d'inde\b/],
  },
  {
    id: 'abuse-vocative-fr',
    all: [
      new RegExp(
        `\\b(?:bande|tas|troupeau|ramassis|equipe|boite|societe|especes?) d(?:e |')${adjectivesFr}${insultFr}\\b|(?:^|[,:!] ?)(?:bonjour|salut|hey|merci|alors|ecoutez?(?:-moi)?(?: bien)?|dites|he|eh)?,? ?(?:(?:les|gros|grosse|sale|sales|petits?|pauvres?|espece de|bande de) )*(?:connards?|connasses?|salauds?|salopes?|encules?|enfoires?|abrutis?|batards?|ordures?|fils de pute|pauvres? cons?|sales? cons?|gros cons?|les cons)(?:[ ,.!?]|$)`,
      ),
    ],
  },
  {
    id: 'abuse-made-of-fr',
    all: [
      new RegExp(
        `\\b(?:compose|composee|rempli|remplie|plein|pleine|peuple)s? (?:que )?(?:d'|de |par des )${adjectivesFr}${insultFr}\\b`,
      ),
    ],
  },
  {
    id: 'abuse-imperative-fr',
    all: [
      /\b(?:allez|va|vas)(?:[- ](?:tous|donc))?[- ](?:(?:vous|te)[- ]faire (?:foutre|enculer|voir|mettre|cuire)|crever|en enfer|au diable|mourir|chier)\b|\bt'?emmerde\b|\bje vous emmerde\b|\bje t'emmerde\b|\b(?:ferme|fermez)[- ](?:ta|vos|la|votre) (?:gueules?|bouches?)\b|\bfermez[- ]la\b|\bta gueule\b|\bvos gueules\b|\bnique(?:z)? (?:ta|vos|ta mere)|\bntm\b|\bfdp\b|\bcrevez(?: tous)?\b|\ballez vous faire f|\ballez tous vous faire|\bva te faire\b|\bvotre gueule\b|\bcasse[- ]toi\b|\bfoutez le camp\b/,
    ],
  },
  {
    id: 'abuse-wish-fr',
    all: [
      /\bj'?espere (?:que )?(?:vous|tu|votre (?:famille|equipe)|vos enfants) (?:tous )?(?:all?ez |va |vas |vont )?(?:crev|mour|brul|pourri|souffr|attraper? un cancer)/,
    ],
  },
];

const threatening: readonly RuleText[] = [
  {
    id: 'threat-harm-en',
    all: [
      /\b(?:i|we|i'll|we'll|i'm|someone|somebody|my (?:boys|guys|friends|brother)|one of us) ?(?:'ll|will|am going to|are going to|'m going to|'re going to|gonna|'m gonna|am gonna|shall|would love to|want to|'d love to|might just|swear i(?:'ll| will)|is going to|is gonna|are gonna|could easily|can easily) (?:personally |just |come (?:over |down |round |there |by )?(?:and |to )|find you and |gladly |happily |fucking |really )*(?:kill|murder|shoot|stab|hurt|beat|strangle|choke|punch|smash|destroy|break|burn|bomb|slit|hunt|track|come (?:for|after)|find|make) (?:(?:every|each|all|any) (?:one |last one )?of )?(?:you(?! a | an | the | out| some| something| in | my)|your (?:face|head|legs?|neck|family|kids|children|fingers|knees|office|offices|building|house|home|car|throat|life|staff|team|arms?|hands?|teeth)|u\b|him|her|the idiot|whoever)/,
    ],
    none: [
      /\b(?:find|make|break) you (?:the|a|an|in|on|at|out|aware|happy)\b/,
      /\b(?:beat|hunt|find|make) (?:him|her)\b/,
      /\btrack (?:him|her|you)\b.{0,20}\b(?:ticket|order)\b/,
      /\bmake your (?:life|staff|team) (?:easier|easy|happy|better)/,
      /\bfind your (?:office|building|team|staff)\b(?!.{0,40}\b(?:and|with|then|burn|smash|break|regret))/,
    ],
  },
  {
    id: 'threat-hurt-someone-en',
    all: [
      /\b(?:i'll|i will|i am going to|i'm going to|i'm gonna|we will|we'll) (?:\w+ )?(?:hurt|kill|shoot|stab|beat up) (?:some(?:one|body)|one of (?:you|your)|every(?:one|body)) (?:there|at your|in your|over there|of you|who works)?/,
    ],
  },
  {
    id: 'threat-know-where-en',
    all: [
      /\b(?:i|we) (?:know|found out|have found out|can find out|found|will find out|'ll find out|looked up|have looked up) (?:exactly )?(?:where (?:you|your (?:family|kids|children|wife|husband|office|staff|team|agent|ceo)) (?:all )?(?:live|work|sleep|park|lives|works|go|goes|is|are|sits?)\b|your (?:home )?address\b|what (?:car )?(?:you|your kids|your family) (?:drive|look|looks)|which school|where .{1,20} kids go)/,
    ],
    none: [/\b(?:data|servers?|support page|invoice|shipping|billing)\b/],
  },
  {
    id: 'threat-regret-en',
    all: [
      /\b(?:you(?:'ll| will| are going to|'re going to| all will|'re gonna)|your (?:agent|team|staff|family|people) will|somebody there will|someone there will) (?:all )?(?:regret (?:it|this|ever|the day|that|having|messing|being born)|be (?:so |very )?sorry (?:you|when|for|that)|pay (?:for (?:this|it|that|what)|with your|dearly|in blood)|bleed|wish you(?:'d| had) never|get what(?:'s| is) coming|die\b|get hurt|suffer)/,
    ],
    none: [/\b(?:lawyer|legal|court|attorney|contract|refund|invoice|damages|money|compensation|sla|penalt)/],
  },
  {
    id: 'threat-watch-en',
    all: [
      /\b(?:watch your backs?|sleep with one eye open|look over your shoulder|your days are numbered|say goodbye to your (?:family|kids|life)|dead (?:man|men|meat|woman)\b|you(?:'re| are) (?:all )?dead\b|count your days|i have (?:a|my) (?:gun|rifle|knife|shotgun)|with (?:a|my) (?:gun|baseball bat|bat|shotgun|knife|rifle|hammer|axe)\b|bullet (?:in|through|with)|put (?:you|him|her) in (?:the )?(?:hospital|a grave|the ground|a wheelchair)|blow up your|burn (?:down )?(?:your|the) (?:office|building|place|data ?cent)|bomb (?:in|at|under) your|set (?:fire to|your .{1,20} on fire)|accidents? (?:can |do |might |could )?happens? (?:to (?:people|staff|you)|when)|shame if (?:something|anything) happened to (?:you|your|him|her)|break your (?:legs?|neck|arms?|fingers|knees)|(?:it|this|things) (?:will|is going to|'ll) get (?:ugly|bloody|violent|physical) for (?:you|your|whoever))/,
    ],
    none: [/\b(?:firewall|server|battery|feature|ticket|link|deploy)\b.{0,30}\bdead\b/],
  },
  {
    id: 'threat-visit-en',
    all: [
      /\b(?:pay(?:ing)? (?:you|your (?:office|agent|staff|team|family)|him|her) a visit|(?:i|we)(?:'ll| will|'m| am) (?:be )?(?:waiting|coming|wait|come) (?:for|to|at|outside) (?:you|your (?:office|house|home|door|car ?park|building|desk)|him|her|the (?:parking|car park)))\b/,
    ],
    none: [
      /\b(?:demo|meeting|friendly|training|workshop|appointment|coffee|conference|onboarding|invoice|reply|answer|fix|pick ?up|respond|response|to (?:respond|answer|fix|reply|confirm|finish))\b/,
      /\bwaiting for you to\b/,
    ],
  },
  {
    id: 'threat-hack-en',
    all: [
      /\b(?:i|we)(?:'ll| will| am going to|'m going to|'m gonna|'re going to| can) (?:hack|ddos|dox+|leak|take down|wipe|breach|dump|destroy|release) (?:you|your|all your|every|the personal|the names)/,
    ],
    none: [/\b(?:our (?:contract|account|tenant)|off our|from our)\b/],
  },
  {
    id: 'threat-or-else-en',
    all: [
      /\b(?:or else (?:you|i|we|someone|somebody)|or (?:i|we)(?:'ll| will) (?:hurt|kill|come (?:for|after|over)|find you|make you|ruin (?:you|your life)))\b/,
    ],
    none: [
      /\bor else (?:you|we|i) (?:will |can |have |might |would |'ll )?(?:lose our|cancel|leave|go|need|have to|must|move|switch|not)/,
    ],
  },
  {
    id: 'threat-harm-fr',
    all: [
      /\b(?:je|on|nous|quelqu'un|j')(?: vais| va| allons| viendrai| viendra| passerai| passe| vous| te| t'|'|ais)*(?: ?(?:venir|passer|me faire un plaisir de|vous|te|t'|tous|un par un|personnellement|moi-meme|l'|le|la|les) ?)* ?(?:tuer|tuerai|buter|buterai|crever|frapper|frapperai|casser (?:la gueule|les (?:dents|jambes|genoux|doigts))|casserai|defoncer|defoncerai|egorger|bruler (?:votre|vos|la|les|tout)|brulerai|etrangler|exploser (?:la|votre|vos)|demolir|demolirai|massacrer|eclater|fumer|retrouver chez|planter|descendre un|faire la peau|regler (?:ton|votre) compte|peter la gueule|arracher la)/,
    ],
    none: [/\b(?:faire un (?:tour|point)|bug|serveur|planter (?:le|l'|la))\b/],
  },
  {
    id: 'threat-know-where-fr',
    all: [
      /\b(?:je|on|nous) (?:sais|sait|savons|connais|connait|trouverai|trouvera|vais trouver|ai trouve|a trouve) (?:tres bien |exactement |parfaitement )*(?:ou (?:vous|tu|vos|ta|votre|se trouve votre famille|habite|il|elle) ?(?:habit|travaill|dor|bosse|viv|all|enfants|gar|famille)|votre adresse|ton adresse|l'adresse de (?:ta|votre|vos)|votre famille|ta famille)/,
    ],
  },
  {
    id: 'threat-regret-fr',
    all: [
      /\b(?:vous|tu) (?:all?ez|vas|va) (?:tous )?(?:le |me le |amerement |tres vite )*(?:regretter|payer|saigner|crever|mourir|souffrir|comprendre votre douleur|prier|pleurer|passer un sale quart)|\bvous (?:le )?(?:regretterez|paierez)(?: tous| tres)* ?(?:cher|ca|de votre|amerement|d'etre nes)/,
    ],
    none: [/\b(?:avocat|tribunal|juridique|justice|contrat|penalite|facture|indemnit|rembours|dommages|j'espere)/],
  },
  {
    id: 'threat-watch-fr',
    all: [
      /\b(?:surveille[rz]? (?:tes|vos|vos arrieres|ton dos|votre dos)|fais gaffe a (?:toi|ta)|faites (?:gaffe|attention) a (?:vous|vos (?:enfants|arrieres)|votre famille)|vos jours sont comptes|tu es mort|t'es mort|vous etes (?:tous )?morts?|j'ai un (?:fusil|flingue|couteau)|une balle dans|poser une bombe|mettre le feu a (?:vos|votre)|foutre le feu|un accident est vite arrive|il (?:va|pourrait) (?:vous|t') ?arriver (?:quelque chose|malheur|des bricoles)|je (?:vous |t')attends? (?:a la sortie|en bas|devant (?:chez|votre|vos)|au parking)|on (?:vous|te) retrouvera|je (?:vous|te) retrouverai|ca va (?:tres )?mal finir pour (?:vous|toi|votre)|vais debarquer (?:chez|dans vos|a votre) .{0,40}(?:batte|fusil|couteau|marteau|frapper|casser))/,
    ],
  },
];

const swearing: RuleText = {
  id: 'swearing',
  all: [
    /\b(?:f+u+c+k+(?:ing|ed|s|up)?|f\*+(?:ck|k|ing|king)?(?=[ ,.!?]|$)|fck(?:ing)?|fking|wtf|shit+(?:ty|show|storm|e)?|bull ?shit|bs(?= )|crap(?:py)?|damn(?:ed|it)?|god ?damn|bloody|arse|ass(?=[ ,.!?])|bollocks|bugger(?:ed)?|hell(?=(?: is| are| do| did| was| does|[ !?.,]*$| no| of a))|pissed|piss|sucks?|screwed|cock ?up|merde(?:s|ique|ux)?|putain|bordel|chier|chiant(?:e|s)?|chiee?|foutu(?:e|s)?|foutre|fait chier|emmerd\w*|conneries?|saloperies?|cons?(?= de (?:logiciel|truc|systeme|bug|programme|portail))|a la con|de mes deux|bon sang|nom de dieu|crotte|pourri(?:e|s)?|degueulasse|gonfle)\b/,
  ],
  none: [],
};

/** Words after which an insult is not one: "you are not stupid", "you must think we are idiots", "are you treating us like". */
function notInsultEn(): RegExp {
  return /\byou (?:must |seem to |obviously |clearly )?(?:think|believe|treat|take|call|make|made|are making|are treating)\b|\b(?:are|is|'re) (?:not|no) (?:a |an )?(?:stupid|dumb|idiot|moron|clown)|\byou(?:'re| are) (?:not|no)\b|\bnot saying\b/;
}

const leet: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Digits and signs between letters as the letters they stand for; only abuse is hidden this way. */
function unleet(sentence: string): string {
  return sentence.replace(/[a-z0-9@$!]*[a-z][0-9@$!]+[a-z][a-z0-9@$!]*/g, (word) =>
    word.replace(/[013457@$!]/g, (sign) => leet[sign] ?? sign),
  );
}

/** Signs for letters, or letters drawn out. */
const disguised = /[a-z][0-9@$!]+[a-z]|([a-z])\1\1/;

/** The sentence, and how it reads without disguise. */
function undisguised(sentence: Passage): readonly Passage[] {
  const spelled = unleet(sentence.text).replace(/([a-z])\1{2,}/g, '$1$1');
  return spelled === sentence.text ? [sentence] : [sentence, passageOf(spelled)];
}

const ranked = (
  [
    ['threatening', threatening],
    ['abusive', abusive],
    ['swearing', [swearing]],
  ] as const
).map(([label, rules]) => ({ label, rules: rules.map(textRule) }));

/** The worst that is said, with the rules that say so. `sentences` are the writer's own. */
export function judgeAbuse(sentences: readonly Passage[]): {
  readonly label: AbuseLabel;
  readonly because: readonly Because[];
} {
  const plain = disguised.test(sentences.map(({ text }) => text).join('\n'))
    ? sentences.flatMap(undisguised)
    : sentences;
  const whole = joined('', plain);
  for (const { label, rules } of ranked) {
    const because = within(rules, whole)
      .map((rule) => matchAny(rule, plain))
      .filter((found) => found !== null);
    if (because.length > 0) return { label, because };
  }
  return { label: 'none', because: [] };
}

/** Words of which insults are made, by what they may be said of. Folded text; for use inside patterns. */
import { source } from './pattern.ts';

/** Said of people only: whoever is called so is insulted, whatever the verb. */
export const peopleEn = source`
    (?:
      idiots?|morons?|imbeciles?|cretins?|assholes?|arseholes?|asshats?|bastards?|bitch(?:es)?|cunts?|dick ?heads?
      |pricks?|twats?|wankers?|tossers?|scum(?:bags?)?|douche(?:bag)?s?|dip ?shits?|shit ?heads?
      |fuck ?(?:er|wit|head|tard)s?|motherfuckers?|son of a bitch|sons of bitches|dumb ?ass(?:es)?|jackass(?:es)?
      |half ?wits?|dim ?wits?|nit ?wits?|numpt(?:y|ies)|buffoons?|oafs?|cretinous|thickos?|dip ?sticks?|dumb ?bells?
      |ignoramus(?:es)?|clod(?:s|hoppers?)?|prats?|muppets?|simpletons?|dunces?|dolts?|dullards?|nincompoops?
      |imbecilic|subhumans?|vermin|cockroach(?:es)?|maggots?|swine|degenerates?|whores?|sluts?|faggots?|lowlifes?
      |low-lifes?|plonkers?|pillocks?|knob ?heads?|bell ?ends?|berks?|gobshites?|weasels?|airheads?|slobs?
      |oxygen thie(?:f|ves)|wastes? of (?:oxygen|space|skin|breath|air)
    )
  `;
/** Said of people by those who mean to hurt, and of animals, toys and food by others. */
const eitherEn = source`
    (?:
      dicks?|clowns?|monkeys?|apes?|baboons?|donkeys?|pigs?|cows?|dogs?|rats?|worms?|snakes?|leech(?:es)?|parasites?
      |losers?|trash|filth|potato(?:es)?|cabbages?|vegetables?|puppets?|parrots?|fools?|jokers?|witch(?:es)?|hags?
      |cowards?|liars?|crooks?|thie(?:f|ves)|amateurs?|dummies|dummy|creeps?|lumps?|hacks?|planks?|lackeys?|goons?
      |slugs?|drones?|retards?|ret4rds?|toads?
    )
  `;
const adjectivesOnlyEn = source`
    (?:
      brain ?dead|brainless|retarded|braindead|dimwitted|thick as|thick-headed|moronic|idiotic|subhuman|dumb|stupid
      |feeble-?minded|simple-?minded|bone ?idle|inbred|illiterate
    )
  `;
const decorationsEn = source`
    (?:
      (?:
        a|an|the|such|all|both|just|really|so|total|complete|absolute|utter|bunch of|lot of|fucking|f\*+ing|f\*+
        |effing|bloody|damn(?:ed)?|god ?damn|stupid|useless|worthless|incompetent|lazy|lying|thieving|pathetic|dumb
        |ignorant|little|fat|miserable|worst|biggest|most|kind of|pack of|collection of|load of|nothing but|,|and|of
        |corporate|arrogant|disgusting|filthy|nasty|greedy|smug|ugly|spiteful|sad|sorry|spineless|gutless|two-faced
        |slimy|sneaky|trained|overpaid|brain-?dead|clueless|cowardly|vile|rotten|dim|thick|old|silly|dozy|talentless
        |gormless|moronic|idiotic|senile|wretched|contemptible|repulsive|inept|hopeless|feckless|lumbering|daft|foul
        |insolent|snivel(?:l)?ing|jumped-up|self-important|obnoxious
      ) ){0,5}
  `;

export const peopleFr = source`
    (?:
      connards?|connasses?|salauds?|salopes?|salopards?|encules?|enfoires?|abrutie?s?|cretine?s?|idiote?s?
      |imbeciles?|batarde?s?|raclures?|fumiers?|trous? du cul|trouduc|fils de pute|tocards?|bouffons?|guignols?
      |cloportes?|mongols?|attardee?s?|sous[- ]merdes?|baltringues?|crevards?|sacs? a merde|bons? a rien|rebuts?
      |andouilles?|cancres?|ignares?|degeneree?s?|pignoufs?|charlots?|branquignols?|couillons?|connos|gros cons?
      |pauvres? cons?|sales? cons?|petits? cons?|roi des cons|bande de cons|sous-fifres?|larves?|lavettes?
      |minus(?:cules)?|nullards?|feignasses?|pouffiasses?|poufs?|petasses?|grognasses?
    )
  `;
export const eitherFr = source`
    (?:
      cons?|conne|ordures?|pourritures?|merdes?|merdeux|putes?|pedes?|clowns?|parasites?|vermines?|rats?|porcs?
      |cochons?|chiens?|anes?|blaireaux|blaireau|boulets?|dindes?|larbins?|crapules?|charlatans?|escrocs?
      |menteu(?:rs?|ses?)|voleu(?:rs?|ses?)|faineante?s?|laches?|betes?|truies?|vaches?|sangsues?|pantins?
      |perroquets?|mollusques?|moules?|epaves?|truffes?|cruches?|gourdes?|quiches?|taches?|pignoufs?
    )
  `;
const decorationsFr = source`
    (?:
      (?:
        un|une|des|de|d'|du|les|le|la|que|vraiment|trop|tellement|tous|toutes|juste|bande de|tas d'|tas de|gros
        |grosse|grosses|sale|sales|petite?s?|pauvres?|vrai?s?|vraie?s?|putain de|espece de|especes de|bien
        |completement|rien d'autre que|ramassis de|et|une bande de|qu'une bande de|sombres?|triples?|doubles?
        |fieffee?s?|beaux?|belle|parfaite?s?|fini|sacree?s?|vieux|vieille|foutue?s?|immonde|infect
      ) ?
    ){0,5}
  `;

/** Insults where the reader is named: "you are …", "you …". */
export const insultEn = source`
  (?:${peopleEn}|${eitherEn}|${adjectivesOnlyEn}|pieces? of (?:shit|crap|trash|garbage)|sacks? of shit|pathetic (?:excuses?|little|human|people|losers?))
`;
export const insultFr = `(?:${peopleFr}|${eitherFr}|saloperies?|nuls a chier|tas de merde)`;
/** Said of service as well, and then civil: insults only where people are named or counted. */
export const qualitiesFr = source`
    (?:
      nuls?|nulles?|nazes?|minables?|pathetiques?|ridicules?|lamentables?|debiles?|debilos|incapables?|demeuree?s?
      |ratee?s?|taree?s?
    )
  `;
/** What stands before an insult. */
export const adjectivesEn = decorationsEn;
export const adjectivesFr = decorationsFr;
export const staffEn = source`
    (?:
      you|u|ya|you guys|you people|you lot|all of you|everyone (?:there|at your)
      |your (?:[a-z]+ ){0,2}(?:
        support|team|staff|agents?|people|colleagues?|engineers?|company|employees?|guys|manager|reps?|operators?
        |technicians?|boss|department
      )
      |(?:the|that|this) (?:[a-z]+ ){0,2}(?:
        agents?|technicians?|engineers?|reps?|representative|guy|girl|woman|man|lady|person|operators?
      ) (?:(?:of yours|you have|who|that|on|in|from|i|at) ?(?:[a-z]+ ){0,4})?
    )
  `;

/** Said of a thing an insult is swearing: "the portal is a bastard". */
export const thingsEn = source`
    (?:
      it|this|that|thing|app|apps|software|portal|update|system|printer|scanner|program(?:me)?|installer
      |agent (?:update|version|software)|website|site|page|feature|bug|bot|chat ?bot|driver|machine|computer|laptop
      |server|button|policy|sync|product|tool|interface|ui|docs?|documentation|release|patch|screen|song|film|game
      |cat|dog|script|wizard|form|box|menu
    )
  `;
export const thingsFr = source`
    (?:
      ca|cela|c'|ce (?:truc|machin|logiciel|programme|portail|bouton)|logiciel|appli\w*|portail|mise a jour|maj
      |systeme|imprimante|programme|site|page|bouton|outil|produit|version|bot|robot|menu|ecran|machine|serveur
      |synchro\w*|parapheur|scanner|lecteur|badge|interface|truc|machin|chien|chat|film|jeu|script|assistant|theme
      |formulaire
    )
  `;

/** Insults in English, aimed at the reader, the staff or a person named: word classes in the frames that people put them in. */
import { adjectivesEn, insultEn, peopleEn, staffEn, thingsEn } from './insult-words.ts';
import { pattern } from './pattern.ts';
import type { RuleText } from './rule.ts';

/** Words after which an insult is not one: "you must think we are idiots", "are you treating us like", "I felt stupid". */
export const notMeantEn = pattern`
    \byou (?:must |seem to |obviously |clearly )?(?:think|believe|treat|take|call|make|made|are making|are treating)\b
    |\b(?:are|is|'re) (?:not|no) (?:a |an )?(?:stupid|dumb|idiot|moron|clown)|\byou(?:'re| are) (?:not|no)\b
    |\bnot saying\b
    |\b(?:i|we)(?:'m| am| was| were|'re| are| feel| felt| look| looked| must be| must look) (?:\w+ ){0,4}(?:like )?(?:
      a |an |such |the )*(?:\w+ )?(?:
      idiots?|morons?|fools?|muppets?|clowns?|stupid|dumb|numpt(?:y|ies)|dunces?|simpletons?
    )\b
    |\b(?:
      call(?:ed|ing|s)?|treat(?:ed|ing|s)?|talk(?:ed|ing|s)?(?: to)?|makes?|made|making|takes?|taken?
      |think(?:s|ing)?
    ) (?:me|us|him|her|them|my \w+|our \w+) (?:\w+ ){0,3}(?:
      idiots?|morons?|fools?|muppets?|clowns?|stupid|dumb|children|names
    )\b|\b(?:stupid|dumb|silly|daft|idiotic) (?:question|of me|mistake|me)\b|\bmy own (?:stupidity|stupid)
    |\bidiot[- ]?proof|\bmy (?:own )?fault\b|\bright here\b|\bfor dummies\b|\bdummy (?:user|account|data|text)
  `;

/** An insult in the third person hits whoever is spoken of; these are things, or the writer. */
const subjectNotPersonEn = pattern`
  \b(?:i|we|my \w+|our \w+) (?:\w+ )?(?:is|are|was|were|'s|am|feel|felt)\b
  |\b(?:it|this|that|these|those)(?: \w+)? (?:is|was|are|were|'s)\b|\b${thingsEn} (?:\w+ )?(?:is|are|was|were|'s|itself)\b
  |\b(?:bastard|bitch|pig|swine|cow|dog|piece of (?:shit|crap)) (?:of (?:a|an)|to) \w+
  |\b(?:idiot|moron|imbecile|cretin) of an? (?:\w+ )?${thingsEn}\b
`;

/** Every frame in which people are insulted. */
export const insultRulesEn: readonly RuleText[] = [
  {
    id: 'abuse-you-are-insult-en',
    all: [
      pattern`
        \b${staffEn}(?:'re|re| (?:are|r|is|were|must be|have to be|sound like|look like|act like|work like|behave like))( not even
          | nothing but
        )? ${adjectivesEn}${insultEn}\b
      `,
    ],
    none: [notMeantEn],
  },
  {
    id: 'abuse-vocative-en',
    all: [
      pattern`
        \b(?:you|u|ya) ${adjectivesEn.replace('{0,5}', '{0,4}')}(?!stupid |dumb |trash |pigs? |dogs )${insultEn}(?=$|[ ,.!?;])
      `,
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
      pattern`
        (?:^|[,:!] ?)(?:hey|dear|hi|hello|listen(?: up)?|ok|okay|wake up|so|well|thanks|oi)?,? ?${adjectivesEn.replace('{0,5}', '{0,3}')}(?:
          idiots?|morons?|imbeciles?|assholes?|arseholes?|bastards?|cunts?|dickheads?|scum(?:bags?)?|retards?
          |wankers?|fuckers?|fuckwits?|motherfuckers?|clowns
        )(?:[,.!?]|$)
      `,
    ],
  },
  {
    id: 'abuse-fuck-you-en',
    all: [
      pattern`
        \b(?:f+u+c+k+|fck|fuk|f\*+k?|f\*\*k|screw|damn) (?:
          you|u|yourself|yourselves|off|your (?:support|team|company|staff|mother|whole|entire|family)
          |the lot of you|all of you
        )\b
        |(?:^|[,.!:;-] ?|you (?:can |could |should |may )?(?:all )?)go (?:and )?(?:
          to hell|fuck|f\*+|screw|hang|die|kill yourself
        )\b
        |\b(?:
          eat shit|suck my|kiss my ass|(?:^|[,.!;] ?|just |you (?:can |lot )?)piss off|stfu|shut the fuck up
          |(?:^|[,.!;] ?)(?:just |please |so |oh |now |you (?:can |should )?)?shut up(?= ?[,.!]|$)|shove it up your
          |up your ass|rot in hell|burn in hell|drop dead|kys|bite me
          |(?:^|[,.!;] ?|just |please |(?:you )?should )kill yoursel(?:f|ves)(?= ?(?:[.!,]|$|please\b|you\b))
        )\b|\bstick it up your\b
      `,
    ],
    none: [/\bshut up and (?:take|sell|give)\b|\bdamn you(?:r|'re) (?:good|right)\b/],
  },
  {
    id: 'abuse-you-adjective-en',
    all: [
      pattern`
        \b(?:you|ya) (?:
          fucking |bloody |fat |lazy |stupid |dumb |ugly |useless |old |miserable |filthy |ignorant |worthless )+(?:
          cow|woman|bitch|man|bastard|girl|boy|prick|git|sod|pig|swine|idiot|thing|creature|people|lot
        )\b
      `,
    ],
    none: [/\byou (?:old|useless) (?:lot|people|thing)\b/],
  },
  {
    id: 'abuse-wish-en',
    all: [
      pattern`
        \b(?:i )?(?:hope|wish) (?:that )?(?:
          you|your (?:family|kids|children|mother|whole team|team|staff|support)|every(?:one| one)? (?:of you|there)
          |all of you|the lot of you
        ) (?:all )?(?:die|get (?:cancer|hit|sick|raped|run over)|rot|burn|suffer|choke|drop dead|starve)\b
      `,
    ],
  },
  {
    id: 'abuse-staff-mocked-en',
    all: [
      pattern`
        \b(?:
          your (?:mother|mom|mum|wife|parents)|are you|were you|is (?:he|she|your (?:agent|team|staff|colleague))
        ) (?:
          should have (?:aborted|swallowed)
          |(?:just |all |really |fucking |completely |mentally |too |some kind of |a |so )*(?:
            retarded|brain ?dead|stupid|dumb|mentally ill|a moron|an idiot|idiots|morons
          )
        )\b
      `,
    ],
  },
  {
    id: 'abuse-staff-subject-en',
    all: [
      pattern`
        \b(?:
          he|she|they
          |(?:the|this|that|your) (?:[a-z]+ ){0,2}(?:agent|technician|engineer|rep|guy|woman|colleague|support)(?: [a-z]+
          )?
        ) (?:is|are|was|were) (?:a |an |such a |such an |all |just |clearly |obviously |really )*(?:
          fucking |bloody |complete |total |utter |absolute |stupid |lazy |lying )*(?:
          idiots?|morons?|imbeciles?|assholes?|bastards?|bitch|cunts?|retards?|retarded|dickheads?|brain ?dead|scum
          |piece of shit|pieces of shit
        )\b
      `,
    ],
  },
  {
    id: 'abuse-slur-origin-en',
    all: [
      pattern`
        \b(?:
          go back to (?:your (?:own )?country|india|africa|mexico|your shithole)
          |you (?:people|indians|pakis|foreigners|monkeys) (?:in (?:your|that) call cent(?:er|re) )?(?:
            should|are all|can't even|stink
          )
        )\b
      `,
    ],
    none: [/\byou people (?:should (?!all die|be (?:shot|hanged))|can't even)/],
  },
  // Frames that take any insult of people: named third persons, exclamations, people "like you".
  {
    id: 'abuse-someone-is-en',
    all: [
      pattern`
        \b(?:(?:he|she|who)'s|(?:they|you)'re|(?:\w+|\)|") (?:is|are|was|were|must be|has to be)) (?:\w+ ){0,2}?${adjectivesEn}${peopleEn}\b
      `,
    ],
    none: [
      notMeantEn,
      subjectNotPersonEn,
      /\b(?:who|anyone|somebody|someone) (?:is|are)\b/,
      /\b(?:some|any|every|another|the occasional|which) (?:\w+ )?(?:idiot|moron|clown|fool)/,
    ],
  },
  {
    id: 'abuse-vocative-bare-en',
    all: [
      pattern`
        (?:
          , ?
          |^(?:
            hey|hi|hello|dear|well done|congratulations|congrats|thanks|bravo|nice (?:one|job|work)|learn to read
            |wake up|listen|ok|okay|so|oi
          ) )(?:you )?${adjectivesEn}${peopleEn}(?= ?[,.!?;]|$)
      `,
    ],
    none: [
      notMeantEn,
      /\b(?:a|an|the|like|some|of|is|was|are) (?:\w+ )?(?:idiot|moron|fool|bastard|pig)(?= ?[.,!?]|$)/,
    ],
  },
  {
    id: 'abuse-you-any-en',
    all: [
      pattern`
        \b(?:you|u|ya) (?!
          (?:
            think|call|treat|ma[dk]e|must|hired?|have|had|sent|see|know|like|are|were|can|should|would|will|employ
            |put|let|need|want|get|got|gave|give
          )\b
        )(?:(?!an? |the |some |by |with |of |is |to |like )[a-z'-]+ ){1,3}${peopleEn}(?= ?[,.!?;]|$| and\b| who\b)
      `,
      /\byou\b/,
    ],
    none: [notMeantEn],
  },
  {
    id: 'abuse-that-person-en',
    all: [
      pattern`
        \b(?:that|this|your|these|those) (?:
          (?:
            fat|lazy|stupid|lying|ugly|useless|dumb|filthy|disgusting|nasty|spiteful|pathetic|ignorant|fucking
            |bloody|miserable|arrogant|smug|horrible|vile|worthless|thick|little|slimy|greedy|two-faced|incompetent
            |brainless|gormless|dozy
          ),? (?:and )?
        ){1,3}(?:
          lumps?|cows?|pigs?|rats?|clowns?|fools?|monkeys?|witch(?:es)?|hags?|liars?|losers?|toads?|creatures?
          |snakes?|weasels?|bitch(?:es)?|bastards?|idiots?|morons?|imbeciles?|cretins?
        )\b
      `,
    ],
    none: [notMeantEn, subjectNotPersonEn],
  },
  {
    id: 'abuse-what-kind-en',
    all: [
      pattern`
        \b(?:what (?:kind|sort|type) of|which|how many) ${adjectivesEn}${peopleEn}\b.{0,60}\b(?:
          clos|read|writ|wrote|answer|design|approv|test|hire|work|releas|ship|tell|told|do(?:es)?
        )|\b(?:ur|u r|youre|yer)(?: all| just| both| such)* (?:a |an )?${adjectivesEn}${insultEn}\b
        |\b(?:actually|really|genuinely|honestly) (?:this|that|so) (?:thick|dim|dense|stupid|dumb)\b
        |\b(?:is|are|'s|'re) (?:as |about as )?(?:thick|dim|dumb|stupid|sharp|bright|useful|much use) as (?:
          two|a|mince|pig|bricks?|mud|shit
        )\b|\b(?:joke|disgrace|excuse|waste) of a (?:human|man|woman|person)\b
        |\b(?:hole|rock|gutter|sewer|swamp|drain) (?:that )?(?:you|he|she|they) (?:crawled|crept|came|slithered) (?:
          out of|from
        )\b
      `,
    ],
    none: [notMeantEn, subjectNotPersonEn],
  },
  {
    id: 'abuse-what-a-en',
    all: [
      pattern`
        (?:^|[.!?,:;] ?)(?:oh |and |god,? |christ,? )?what (?:a|an|absolute|complete|utter|bloody|fucking) ${adjectivesEn}(?:
          ${peopleEn}
          |(?<=
            (?:
              stupid|fat|lazy|ugly|lying|nasty|spiteful|ignorant|horrible|sad|slimy|useless|silly|daft|pathetic|old
              |and
            ) )(?:
            cows?|clowns?|monkeys?|pigs?|witch(?:es)?|rats?|fools?|liars?|losers?|toads?|hags?|man|woman|people
          )
        )\b
      `,
    ],
    none: [notMeantEn, subjectNotPersonEn],
  },
  {
    id: 'abuse-group-en',
    all: [
      pattern`
        \b(?:
          bunch|pack|gang|shower|herd|load|crew|team|company|collection|parade|circus|nest|house|room|building
          |company full|full
        ) of ${adjectivesEn}(?:
          ${peopleEn}|retards|clowns|monkeys|crooks|thieves|liars|rats|parasites|losers|cowards|amateurs who|donkeys|apes
          |baboons|fools|snakes|pigs|leeches|worms
        )\b
      `,
    ],
    none: [notMeantEn, /\b(?:we|our (?:users?|students|kids|pupils|team)) (?:are|is|'re|feel|look)\b/],
  },
  {
    id: 'abuse-like-you-en',
    all: [
      pattern`
        \b(?:
          ${peopleEn}|monkeys?|clowns?|rats?|parasites?|losers?|fools?|liars?|apes?|donkeys?|pigs?|trash|filth|scum|vermin
          |cowards?|girls|women|foreigners|immigrants
        ) (?:just |exactly )?like (?:you|u|him|her|yourself|yourselves|that (?:one|man|woman))\b
        |\b(?:people|things|creatures) like you (?:should|ought|deserve|don't deserve|make me sick|disgust|belong)
      `,
    ],
    none: [/\bgirls like (?:you|her|him) (?:are|did|do) (?:great|well|brilliant)/],
  },
  {
    id: 'abuse-someone-is-animal-en',
    all: [
      pattern`
        \b\w+(?: is|'s| was| are|'re) (?:just |nothing but |such )?(?:an? )?(?:
          (?:
            fat|lazy|stupid|lying|ugly|useless|dumb|filthy|disgusting|nasty|spiteful|pathetic|ignorant|fucking
            |bloody|miserable|arrogant|smug|horrible|vile|worthless|thick|old|little|slimy|greedy|two-faced
          ),? (?:and )?
        ){1,4}(?:
          pigs?|cows?|rats?|dogs?|snakes?|worms?|toads?|witch(?:es)?|hags?|monkeys?|clowns?|fools?|liars?|losers?
          |cowards?|parasites?|bag|git|sod|creature
        )\b
      `,
    ],
    none: [notMeantEn, subjectNotPersonEn],
  },
  {
    id: 'abuse-too-stupid-en',
    all: [
      pattern`
        \b(?:
          you(?:'re| are| r)?|ur|u|he(?:'s| is)|she(?:'s| is)|they(?:'re| are)|your \w+ (?:is|are)
          |whoever .{1,30}(?:is|'s)
        ) (?:all |clearly |obviously |just |really |so |far |way |simply |as |both )*(?:too )?(?:
          thick|dim|stupid|dumb|brain ?dead|moronic|cowardly|brainless|thick as mince|spineless|gormless|dense
        )\b
      `,
      pattern`
        \b(?:
          too (?:thick|dim|stupid|dumb|brain ?dead|moronic|cowardly|dense|lazy and|cowardly)|thick as|dim as|dumb as
          |stupid as
          |(?:are|is|'re|'s) (?:all |really |just |clearly |obviously )*(?:
            thick|dim|dumb|stupid|brainless|gormless|spineless|moronic
          )(?= ?[,.!?;]|$| and\b| or\b)
        )
      `,
    ],
    none: [notMeantEn, subjectNotPersonEn],
  },
  {
    id: 'abuse-superlative-en',
    all: [
      pattern`
        \b(?:
          dumbest|stupidest|thickest|dimmest
          |most (?:stupid|incompetent|useless|worthless|ignorant|idiotic|pathetic|brainless)
        ) (?:\w+ )?(?:
          person|people|man|woman|human|fool|individual|creature|agent|engineer|technician|team|idiot|lot|bunch
          |excuse
        )\b
        |\b(?:pathetic|poor|sorry|sad|miserable|useless) (?:little )?excuse for (?:a|an) (?:
          human|man|woman|person|engineer|technician|agent|manager|being
        )\b
        |\b(?:you(?:'re| are)|he(?:'s| is)|she(?:'s| is)) (?:all |just |absolutely |utterly |completely |totally )*(?:
          worthless|subhuman
          |a (?:
            pathetic|sad|miserable|worthless|useless|stupid|nasty|vile|disgusting|spiteful|smug|ugly|fat|horrible
            |sorry|lazy
          ) (?:\w+ )?(?:
            man|woman|person|individual|people|creature|thing|little|fool|liar|human|being|specimen|piece
          )
        )\b
      `,
    ],
    none: [notMeantEn],
  },
  {
    id: 'abuse-mocked-en',
    all: [
      pattern`
        \b(?:
          did (?:your|ur) (?:mother|mum|mom|mummy|mommy)|dropped (?:you )?on (?:your|his|her) head
          |how (?:stupid|dumb|thick|dense|dim|retarded) (?:can|could|do|must|does|are|is) (?:
            you|one|a person|anyone|he|she|they|someone|somebody
          )
          |are you (?:really |actually |just |all |both |naturally |genuinely |that |this |so )*(?:
            stupid|dumb|thick|retarded|dense|braindead|brain dead|simple|mentally
          )|is (?:he|she) (?:really |actually |that |just )*(?:stupid|dumb|retarded|brain ?dead)
          |do you (?:even )?have a (?:brain|single brain cell|pulse|functioning brain)
          |(?:one|single|two|a) brain cells?|half a brain|(?:grow|buy|get|borrow|find|use) a (?:brain|spine|pair)
          |(?:brain|iq|intelligence|brains|wit) of (?:a|an|my|room|mouldy) \w+
          |(?:met|seen|had|known|scraped) (?:brighter|smarter|cleverer|more intelligent|better) (?:\w+ )?(?:
            doorknobs?|things|plants?|rocks?|dogs?|furniture|potatoes|bricks?|toast|houseplants?
          )|picking your nose
          |couldn't (?:find|pour|organi[sz]e|run) (?:\w+ ){0,5}(?:backside|arse|ass|bottom|boot|brewery)
          |(?:a|an) (?:trained |dead )?(?:monkey|potato|goldfish|ape|chimp|doorknob|brick|houseplant) (?:
            would|could|has|can|does|knows
          )
          |you(?:'re| are) (?:a )?(?:disgrace|insult|embarrassment) to (?:the )?(?:
            human|humanity|your (?:parents|mother|profession|species)
          )
        )\b
      `,
    ],
    none: [notMeantEn, /\bpair of (?:hands|eyes|scissors)\b/, /\bmonkey test|brain surgery\b/],
  },
  {
    id: 'abuse-belittled-en',
    all: [
      pattern`
        \b(?:listen(?: up)?|look|now|hey|oi|ok|okay|right|run along|calm down),? (?:here,? )?(?:
          sweetheart|sweetie|little (?:girl|boy|man|woman)|girlie|sunshine|princess|boy|sonny|genius|einstein|muppet
          |pal|sweet ?cheeks|darling|honey|missy|love
        )\b.{0,80}\b(?:
          grown[- ]?up|a man|too (?:dim|thick|stupid|dumb|complicated)|coffee|kitchen|somebody (?:with|who)|brain
          |real (?:engineer|person|man)
        )
        |\b(?:girls?|women|females?|foreigners|indians|immigrants|people like you) (?:like you |like her )?(?:
          should|belong|ought to
        ) (?:\w+ ){0,4}(?:kitchen|coffee|home|tea|deported|country|nails|nurser)
        |\b(?:
          go (?:and )?(?:sweep|clean|scrub|mop|flip|stack)
          |back to (?:
            sweeping|flipping|cleaning|school|kindergarten|the (?:jungle|zoo|kitchen|gutter|hole|sewer|swamp|rock)
          )
        )\b.{0,60}\b(?:all you|good for|crawled|you(?:'re| are)|belong|where)
        |\bcrawl(?:ed)? (?:back )?(?:under|out of|into) (?:your|the|a|whatever) (?:rock|hole|gutter|sewer)
      `,
    ],
  },
  {
    id: 'abuse-wished-en',
    all: [
      pattern`
        \b(?:(?:i )?(?:hope|pray)|i wish|hopefully)\b.{0,20}\b(?:
          you|he|she|they|your (?:\w+ ){0,2}(?:kids|children|family|wife|husband|mother|agent|engineer|team|company)
          |every(?:one| one)? of you
        )\b.{0,30}\b(?:
          gets? (?:fired|sacked|cancer|hit by|run over|what)
          |los(?:e|es) (?:your|his|her|their) (?:job|house|home|kids)|dies?|rots?|burns?|chokes?|suffers?
          |never sleep|end up (?:on the street|in a ditch|homeless)
        )
      `,
    ],
    none: [/\bthe (?:server|printer|app)\b/, /\bhope (?:he|she|they|you) (?:don't|doesn't|do not|does not|won't)\b/],
  },
  {
    id: 'abuse-get-lost-en',
    all: [
      pattern`
        \b(?:
          (?:^|[,.!;] ?|just |you (?:can |lot )?(?:all )?)(?:get stuffed|sod off|bugger off|eff off|naff off)
          |drop dead|f off|go f yourself|go screw yourself
          |shove (?:it|your \w+|that|them)(?: \w+){0,3} (?:up|where the sun)
          |stick (?:it|your \w+) (?:up your|where the sun)|(?:kiss|lick|bite|suck) my \w+
          |you make me (?:sick|want to (?:puke|vomit))|you disgust me
          |you(?:'re| are) (?:all )?(?:disgusting|repulsive|revolting|sickening)(?= ?[,.!?]|$| people| human)
        )\b
      `,
    ],
    none: [/\bkiss my (?:goodbye|hand)/],
  },
];

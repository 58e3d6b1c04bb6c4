/** Threats against people in English: harm announced, hinted at or left to accidents; by fire, by others, by the net. */
import { pattern, source } from './pattern.ts';
import type { RuleText } from './rule.ts';

/** Bodies, kin and homes: whoever names them with a verb of harm means people. */
const bodyEn = source`
    (?:
      face|faces|head|heads|legs?|neck|necks|kneecaps?|knees|fingers?|hands?|arms?|teeth|throat|skull|nose|bones?
      |jaw|guts|windows?|tyres|tires|car|house|home|door|offices?|building|place|agency|shop|warehouse
      |data ?cent(?:er|re)|family|kids|children|wife|husband|mother|daughter|son|dog
    )
  `;
const harmEn = source`
    (?:
      kill|murder|shoot|stab|hurt|beat|strangle|choke|punch|smash|break|burn|bomb|slit|gut|bury|hunt|torch|cripple
      |slap|hit|kick|batter|cut|ruin|wreck|slash|rip|skin|hang|drown|poison|blow up|knock out|beat up|set fire to
      |set alight|finish|end|deck|crush|destroy|get
    )
  `;

export const threatRulesEn: readonly RuleText[] = [
  {
    id: 'threat-harm-en',
    all: [
      pattern`
        \b(?:i|we|i'll|we'll|i'm|someone|somebody|my (?:boys|guys|friends|brother)|one of us) ?(?:
          'll|will|am going to|are going to|'m going to|'re going to|gonna|'m gonna|am gonna|shall|would love to
          |want to|'d love to|might just|swear i(?:'ll| will)|is going to|is gonna|are gonna|could easily|can easily
        ) (?:
          personally |just |come (?:over |down |round |there |by )?(?:and |to )|find you and |gladly |happily |fucking |really )*(?:
          kill|murder|shoot|stab|hurt|beat|strangle|choke|punch|smash|destroy|break|burn|bomb|slit|hunt|track
          |come (?:for|after)|find|make
        ) (?:(?:every|each|all|any) (?:one |last one )?of )?(?:
          you(?! a | an | the | out| some| something| in | my)
          |your (?:
            face|head|legs?|neck|family|kids|children|fingers|knees|office|offices|building|house|home|car|throat
            |life|staff|team|arms?|hands?|teeth
          )|u\b|him|her|the idiot|whoever
        )
      `,
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
      pattern`
        \b(?:i'll|i will|i am going to|i'm going to|i'm gonna|we will|we'll) (?:\w+ )?(?:
          hurt|kill|shoot|stab|beat up
        ) (?:some(?:one|body)|one of (?:you|your)|every(?:one|body)) (?:
          there|at your|in your|over there|of you|who works
        )?
      `,
    ],
  },
  {
    id: 'threat-know-where-en',
    all: [
      pattern`
        \b(?:i|we) (?:
          know|found out|have found out|can find out|found|will find out|'ll find out|looked up|have looked up
        ) (?:exactly )?(?:
          where (?:you|your (?:family|kids|children|wife|husband|office|staff|team|agent|ceo)) (?:all )?(?:
            live|work|sleep|park|lives|works|go|goes|is|are|sits?
          )\b|your (?:home )?address\b|what (?:car )?(?:you|your kids|your family) (?:drive|look|looks)|which school
          |where .{1,20} kids go
        )
      `,
    ],
    none: [/\b(?:data|servers?|support page|invoice|shipping|billing)\b/],
  },
  {
    id: 'threat-regret-en',
    all: [
      pattern`
        \b(?:
          you(?:'ll| will| are going to|'re going to| all will|'re gonna)
          |your (?:agent|team|staff|family|people) will|somebody there will|someone there will
        ) (?:all )?(?:
          regret (?:it|this|ever|the day|that|having|messing|being born)
          |be (?:so |very )?sorry (?:you|when|for|that)|pay (?:for (?:this|it|that|what)|with your|dearly|in blood)
          |bleed|wish you(?:'d| had) never|get what(?:'s| is) coming|die\b|get hurt|suffer
        )
      `,
    ],
    none: [/\b(?:lawyer|legal|court|attorney|contract|refund|invoice|damages|money|compensation|sla|penalt)/],
  },
  {
    id: 'threat-watch-en',
    all: [
      pattern`
        \b(?:
          watch your backs?|sleep with one eye open|look over your shoulder|your days are numbered
          |say goodbye to your (?:family|kids|life)|dead (?:man|men|meat|woman)\b(?!')
          |you(?:'re| are) (?:all )?dead\b|count your days|i have (?:a|my) (?:gun|rifle|knife|shotgun)
          |bullet (?:in|through|with)|put (?:you|him|her) in (?:the )?(?:hospital|a grave|the ground|a wheelchair)
          |blow up your|burn (?:down )?(?:your|the) (?:office|building|place|data ?cent)|bomb (?:in|at|under) your
          |set (?:fire to|your .{1,20} on fire)
          |accidents? (?:can |do |might |could )?happens? (?:to (?:people|staff|you)|when|,|\.|$)
          |shame if (?:something|anything) happened to (?:you|your|him|her)
          |break your (?:legs?|neck|arms?|fingers|knees)
          |(?:it|this|things) (?:will|is going to|'ll) get (?:ugly|bloody|violent|physical) for (?:you|your|whoever)
        )
      `,
    ],
    none: [/\b(?:firewall|server|battery|feature|ticket|link|deploy)\b.{0,30}\bdead\b/],
  },
  {
    id: 'threat-visit-en',
    all: [
      pattern`
        \b(?:
          pay(?:ing)? (?:you|your (?:office|agent|staff|team|family)|him|her) a visit
          |(?:i|we)(?:'ll| will|'m| am) (?:be )?(?:waiting|coming|wait|come) (?:for|to|at|outside) (?:
            you|your (?:office|house|home|door|car ?park|building|desk)|him|her|the (?:parking|car park)
          )
        )\b
      `,
    ],
    none: [
      pattern`
        \b(?:
          discuss|talk|contract|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|agenda|demo|meeting|friendly
          |training|workshop|appointment|coffee|conference|onboarding|invoice|reply|answer|fix|pick ?up|respond
          |response|to (?:respond|answer|fix|reply|confirm|finish)
        )\b
      `,
      /\bwaiting for you to\b/,
    ],
  },
  {
    id: 'threat-hack-en',
    all: [
      pattern`
        \b(?:i|we)(?:'ll| will| am going to|'m going to|'m gonna|'re going to| can) (?:
          hack|ddos|dox+|leak|take down|wipe|breach|dump|destroy|release
        ) (?:you|your|all your|every|the personal|the names)
      `,
    ],
    none: [/\b(?:our (?:contract|account|tenant)|off our|from our)\b/],
  },
  {
    id: 'threat-or-else-en',
    all: [
      pattern`
        \b(?:
          or else (?:you|i|we|someone|somebody)
          |or (?:i|we)(?:'ll| will) (?:hurt|kill|come (?:for|after|over)|find you|make you|ruin (?:you|your life))
        )\b
      `,
    ],
    none: [
      pattern`
        \bor else (?:you|we|i) (?:will |can |have |might |would |'ll )?(?:
          lose our|cancel|leave|go|need|have to|must|move|switch|not
        )
      `,
    ],
  },
  // As they are made without naming them: whereabouts, accidents, waiting, fire, and harm by others.
  {
    id: 'threat-harm-body-en',
    all: [
      pattern`
        \b(?:
          i|we|i'll|we'll|i'd|he'll|they'll|my (?:boys|guys|lads|friends|mates|brothers?|cousins?|people)|someone
          |somebody|one of (?:us|my)
        )\b.{0,40}?\b${harmEn} (?:both |all |every |each |off |down |in )*(?:of )?(?:
          (?:your|ur|his|her|their|the agent's|that (?:man|woman|guy|girl)'s) (?:\w+ )?${bodyEn}
          |(?:bones?|tooth|teeth|fingers?|limbs?) (?:in|of) (?:your|his|her)
        )\b|\b(?:beat|kick|squeeze|knock|smash) (?:it|the \w+|some sense|that) (?:out of|into) (?:you|him|her)\b
      `,
    ],
    none: [
      pattern`
        \b(?:get|hit|destroy|break|cut|ruin) (?:your|their) (?:\w+ )?(?:head|hands|face|office|place|home) (?:
          around|round|on|in|number|page|directory|address
        )
      `,
      /\b(?:movie|film|game|script|novel|scene|dialogue|lyrics)\b/,
      pattern`
        \bget (?:your|his|her|their) (?:
          head|hands|office|family|kids|children|wife|husband|place|house|home|shop|car|door|building|agency|arms?
        )\b
      `,
    ],
  },
  {
    id: 'threat-harm-you-en',
    all: [
      pattern`
        \b(?:
          i'll|we'll|i will|we will|i shall|i(?:'m| am) (?:going to|gonna|about to|coming to)
          |we(?:'re| are) (?:going to|gonna|coming to)|gonna|i swear|i want to
          |i(?:'d| would) (?:love|like|happily|gladly)|some(?:one|body)(?:'s| is| will| should| ought to)|i could
          |i might
        ) (?:\w+ ){0,4}?(?:
          kill|murder|shoot|stab|hurt|beat|strangle|choke|punch|bury|gut|cripple|slap|hunt down|hunt|beat up|deck
          |drown|skin|knock out|knife|smack|throttle|do you in|end you|finish you off|wring
        ) (?:every |all |one of |some(?:one|body)(?: there| at your)?|each |the lot |both )*(?:of )?(?:
          you|u|ya|your (?:\w+ )?(?:team|staff|agent|family|kids|neck|people|boss|manager)|him|her|them|there
        )\b
      `,
    ],
    none: [
      pattern`
        \b(?:
          film|movie|novel|script|game|dialogue|line|lyrics|kill (?:him|her|them) off|process(?:es)?|job|character
        )\b
      `,
      /\b(?:beat|kill|shoot|punch) you (?:to it|an? e?-?mail|a message|over|the|an answer)\b/,
      /\b(?:shoot|drop|ping|beat|hit) (?:you|me|him|her|them) (?:an?|over|back|up|a|at|with|to)\b/,
      /\b(?:killing|hurting|hurts?|kills) (?:me|us)\b/,
      /\bhurt (?:you|them) to\b/,
    ],
  },
  {
    id: 'threat-someone-hurt-en',
    all: [
      pattern`
        \b(?:some(?:one|body)|people|one of you|you|your (?:agent|staff|colleague|lot)|he|she) (?:
          is|are|will|'ll|'s|gonna
        )? ?(?:going to |gonna |will |definitely |be |end up )*(?:
          get hurt|getting hurt
          |get(?:ting)? (?:his|her|your|their) (?:legs?|face|teeth|head|nose|arms?) (?:broken|smashed|kicked)
          |in (?:a )?(?:hospital|wheelchair|coffin|body ?bag|ditch)|six feet under|bleed|won't (?:wake up|walk)
          |won't be (?:walking|smiling|breathing|able to walk)|never walk|bleeding|not walk away|won't walk away
        )\b|\b(?:some(?:one|body)|people|one of you)\b.{0,30}\b(?:going to|gonna|will) bleed\b
        |\bthere(?:'ll| will| is going to) be blood\b
        |\b(?:you|u) (?:won't|will not|wouldn't|don't) (?:be )?(?:
          walk(?:ing)? (?:away|again|home)|see (?:it|me|us) coming|make it home|live to
        )
      `,
    ],
    none: [
      pattern`
        \b(?:
          ladder|machine|site safety|forklift|patient|customer|child|student|worker|nurse|door|lock|alarm|pager|lift
          |elevator|ward|gate|brake system
        )s?\b
      `,
    ],
  },
  {
    id: 'threat-whereabouts-en',
    all: [
      pattern`
        \b(?:i|we|my (?:boys|guys|lads|mates)) (?:already |now |also |both |all |do )*(?:
          know|found|have found|looked up|have looked up|saw|have seen|seen|followed|watched|have been watching|have
          |got
        )\b.{0,25}\b(?:
          where (?:you|he|she|they|your \w+|his \w+|her \w+) (?:all )?(?:
            live|work|park|sleep|shop|drink|lives|works|parks|sleeps|go|goes|come from
          )
          |(?:when|what time) (?:you|he|she|your shift) (?:\w+ )?(?:
            finish|finishes|leave|leaves|knock off|get off|go home|goes home|ends
          )
          |your (?:
            home address|street|route home|number ?plate|licen[cs]e plate|car|kids|children|daughter|son|wife
            |husband|house|facebook|page|instagram|linkedin
          )|which (?:car|school|train|bus|door|gym|pub)
        )\b
        |\b(?:nice|lovely|pretty|cute|sweet|beautiful) (?:
          kids|children|family|wife|daughter|son|house|little (?:girl|boy|family)|car
        )\b.{0,60}\b(?:shame|pity|happen|careful|hope|would be|there|you've got|you have)\b
        |^found (?:your|his|her) (?:page|profile|house|home|street|photo|facebook)\b
        |^(?:nice|lovely|pretty|cute|sweet) (?:kids|family|daughter|son|house|wife|car)[.!]?$
        |\bi know where (?:you|u|ya)\b
      `,
    ],
    none: [
      pattern`
        \b(?:
          office hours|opening hours|support hours|your docs|help page|status page
          |your (?:address|page|linkedin) (?:on|for|in) (?:the )?(?:invoice|website|site|contract|form)
        )\b
      `,
    ],
  },
  {
    id: 'threat-accident-en',
    all: [
      pattern`
        \b(?:people|men|women|agents?|folk|you|someone|somebody|accidents?|things|bad things) (?:
          do |can |could |might |may |will |just |sometimes )*(?:have|happens?) (?:
          an |to (?:people|nice|you|good|families|staff|cars) ?
        )?(?:accidents?|like you)?(?= ?[,.!;]|$| to| when| on| at)
        |\b(?:shame|pity|sad|terrible|tragic|awful) if (?:something|anything|it|that|your|somebody|someone|a|the)\b.{0,40}\b(?:
          happen(?:ed|s)?|burn(?:ed|t|s)?|fell|fall|broke|caught fire|go missing|went
        )\b
        |\b(?:be|drive|walk|go) (?:very |really |extra )?(?:careful|carefully|safe(?:ly)?) (?:\w+ ){0,4}(?:
          home|tonight|stairs|in the dark|crossing|car park|parking|alone
        )\b|\b(?:brakes|stairs) (?:fail|are slippery|can fail)\b|\bpeople have accidents\b
      `,
      /\b(?:accidents?|shame|pity|sad|terrible|tragic|awful|careful|carefully|brakes|stairs|happens?|happened)\b/,
    ],
    none: [
      pattern`
        \b(?:
          data|accident report|insurance|deleted|backup|by accident|accident (?:form|book|log)|health and safety
          |delete|click|key|button|setting|settings|upgrade|bugs?|errors?
        )\b
      `,
      /\bthings happen\b/,
    ],
  },
  {
    id: 'threat-come-en',
    all: [
      pattern`
        \b(?:
          i(?:'ll| will| am|'m)|we(?:'ll| will| are|'re)
          |my (?:boys|lads|mates|guys|brothers?|cousins?)(?: will| are|'ll)?|somebody(?:'ll| will)
          |someone(?:'ll| will)
        )\b.{0,30}\b(?:come|coming|be|drive|driving|turn(?:ing)? up|wait(?:ing)?|standing|stand|find|show up|pay)\b.{0,60}\b(?:
          with (?:a|my|some|the|petrol|baseball) ?(?:baseball )?(?:
            bat|bats|knife|knives|gun|guns|hammer|axe|crowbar|petrol|friends who|shotgun|rifle|matches|machete
            |iron bar|tyre iron|tire iron|boys|brothers|cousins|mates|lads|brother|cousin
          )
          |and (?:somebody|someone|you|one of you) (?:is|are|will|'ll|'s)? ?(?:going to )?(?:
            get hurt|bleed|regret|be sorry|wish|pay
          )
          |(?:and|to) (?:(?:i|we)(?:'ll| will) )?(?:start with|sort|teach) (?:you|him|her)\b(?: (?:
              out|a lesson|what
            )
          )?|outside (?:your|the) (?:house|door|gate)|when you (?:leave|come out|finish|walk)|one (?:dark )?night
          |in the car park
        )
      `,
    ],
    none: [
      /\b(?:deal with|sort) (?:you|him|her) (?:directly|in person|by phone|as|on)\b/,
      /\bshow (?:you|him|her) (?:the|a|how|our|what (?:happens|it|we|i) (?:see|when))/,
    ],
  },
  {
    id: 'threat-arms-en',
    all: [
      pattern`
        \b(?:shotgun|rifle|pistol|gun|knife|machete|crowbar|baseball bat|petrol|gasoline|matches)\b.{0,50}\b(?:
          your (?:address|house|name on|office|door|home)|you|for you|with your name
        )\b
        |\b(?:
          on (?:my|our|their|his) way (?:over )?to your (?:office|house|home|place)
          |teeth (?:off|from|on|all over) the|(?:your|his|her) brakes\b.{0,20}\b(?:cut|fail)
          |cut (?:your|his|her) brakes
        )
      `,
      /\b(?:shotgun|rifle|pistol|gun|knife|machete|crowbar|bat|petrol|gasoline|matches|way|teeth|brakes)\b/,
    ],
    none: [
      pattern`
        \b(?:
          game|film|script|filter|category|blocks?|shop|sell|hunting|range|courier|parcel|cheque|contract|demo
          |invoice|technician|engineer
        )\b
      `,
    ],
  },
  {
    id: 'threat-fire-en',
    all: [
      pattern`
        \b(?:
          burn(?:ing)?|torch|blow(?:ing)? up|bomb|set(?:ting)? (?:fire to|alight|light to)|level|raze
          |petrol[- ]?bomb|shoot up
        )\b (?:\w+ ){0,2}?(?:your|ur|the whole|that|this) (?:\w+ ){0,3}?(?:
          building|office|offices|place|house|home|car|warehouse|data ?cent(?:er|re)|agency|headquarters|hq|shop
          |town|company
        )\b
        |\b(?:your|ur) (?:\w+ )?(?:building|office|offices|place|house|home|car) (?:
          will|is going to|'s going to|should|goes|could|might|would look good
        ) (?:\w+ )?(?:burn|blow|on fire|up in (?:smoke|flames)|be ashes)\b|\bthere(?:'s| is| will be) a bomb\b
        |\bi(?:'ve| have) (?:got )?(?:planted|put|placed) a (?:bomb|device)\b
      `,
    ],
    none: [/\b(?:film|game|script|dialogue|novel|firewall|fire drill|burn(?:ing)? (?:a|the) (?:cd|dvd|disc|iso))\b/],
  },
  {
    id: 'threat-cyber-en',
    all: [
      pattern`
        \b(?:i|we|my (?:boys|guys|mates|friends|people)|i'll|we'll|friends of mine)\b.{0,30}\b(?:
          (?:hammer(?:ing)?|ddos(?:ing)?|hack(?:ing)?|deface|nuke|crash) (?:\w+ ){0,2}?(?:
            you(?:r (?:\w+ )?(?:servers?|site|website|systems?|network|service|platform))?
          )\b
          |(?:take|taking|knock(?:ing)?|bring(?:ing)?) (?:
            you|your (?:\w+ )?(?:servers?|site|website|systems?|network|service|platform)
          ) (?:offline|down|off the net)
          |(?:leak(?:ing)?|dump(?:ing)?|publish(?:ing)?|dox+(?:ing)?|sell(?:ing)?|posting|post) (?:\w+ ){0,2}?your (?:
            customers?|clients?|customer|staff|agents?|employees?
          )(?:'s?)? ?(?:\w+ )?(?:list|data|database|names|addresses|records|photos)
        )\b
      `,
    ],
    none: [
      pattern`
        \b(?:
          our (?:contract|account|tenant|test|load test|pen ?test)|if (?:we|i) (?:hammer|flood)|rate limit|load
          |bug bounty|allowed to|permission|review|take down (?:our|the) (?:page|entry)
          |take (?:you|it) (?:up|off|on)
          |(?:post|publish|leave|write) (?:a |this |an |my )?(?:honest )?(?:review|experience|complaint|story)
        )\b
      `,
    ],
  },
  {
    id: 'threat-consequence-en',
    all: [
      pattern`
        \b(?:
          or (?:else )?you(?:'ll| will)|you(?:'ll| will)|you(?:'re| are) (?:going to|gonna)|he(?:'ll| will)
          |she(?:'ll| will)|they(?:'ll| will)|i(?:'ll| will) make (?:sure )?(?:you|him|her|them)
          |i(?:'m| am) going to make (?:you|him|her|them)|make your life
        ) (?:\w+ ){0,3}?(?:
          bleed|scream|beg for|wish (?:you|he|she|they)(?:'d| had)? never|wish you were dead|regret being born
          |pay (?:with|in) (?:blood|your (?:life|teeth))|a living hell|hell on earth|get what(?:'s| is) coming
          |know what (?:pain|fear) (?:is|feels)
        )\b
        |\b(?:
          sleep (?:well|tight|with one eye open) (?:while|tonight|because)
          |enjoy (?:your (?:legs|teeth|face)|breathing) while|think you(?:'re| are) safe|won't save you
          |nobody will find (?:you|your body)|a chat you won't
        )\b
      `,
    ],
    none: [
      pattern`
        \b(?:
          lawyers?|legal|court|attorney|contract|refund|invoice|damages|money|compensation|sla|penalt\w*
          |trading standards|ombudsman|review|regulator|solicitors?|bank|chargeback|article|press|cancel\w*
        )\b
      `,
    ],
  },
];

/** The five recovery cases (X-*) in English: one group of rules for each. Texts are folded (`normalise.ts`). */
import { pattern, source } from './pattern.ts';
import { inMail, inPlain, inSentence, type RuleGroup, ruleGroups } from './request-rule.ts';

const admin = source`
    (?:
      admin(?:istrator|istrators|s)?|super ?admin|sys ?admin(?:s)?|system administrator
      |it (?:
        manager|guy|person|director|administrator|admin|lead|head|consultant|contractor|technician|provider|chief
        |specialist|support person|officer|staff member|employee|engineer|boss
      )|head of it|cto|cio|msp|network (?:admin|administrator|engineer)|infrastructure lead
      |devops (?:guy|engineer|lead)|co-?founder|partner
    )
  `;
const hostile = pattern`
    \b(?:
      fired|dismiss(?:ed|al)|terminated|let (?:him|her|them|\w+) go|sacked|laid off|walked out|stormed (?:out|off)
      |disgruntled|angry|bitter|furious with us|resentful|vengeful|revenge|retaliat\w+|hostile|rogue|sabotag\w+
      |hostage|ransom|extort\w*|blackmail\w*|hijack\w*
      |locked (?:us|me|everyone|all of us|the whole|out all|out the|the rest)|kicked (?:us|me|everyone|all)
      |threw (?:us|me) out
      |refus(?:es|ing|ed) to (?:hand|give|return|cooperate|transfer|release|turn|leave|step|share|surrender)
      |won'?t (?:give|hand|return|cooperate|let|release|answer|share|surrender)
      |will not (?:give|hand|return|cooperate|release|share|surrender)|threaten(?:s|ed|ing)?
      |ex-(?:admin|employee|it|administrator|cto|colleague|partner)
      |former (?:admin|employee|it|administrator|cto|head|system|sysadmin|colleague|partner|co-?founder)|stole
      |stealing
      |(?:removed|deleted|demoted|revoked|deleting|removing|kicking out) (?:all |the |every |our |us |me |my )*(?:
        other )?(?:admins?|administrators?|access|rights|as admin)|holding (?:us|our|the)
      |keeps (?:logging|accessing|coming|using)
      |still (?:has|have|holds?|controls?|logs?|using|in control|the only|owns?)|police report|bad terms|bad blood
      |fell out|misconduct|escorted|under investigation|suspended (?:him|her)
      |delet(?:es|ing) (?:our|users|people|devices|data|everything)
      |wip(?:es|ing|ed) (?:our|users|laptops|devices|people|data)|destroy(?:ing|ed|s)?|taking over|took over
      |go(?:ne|es|ing)? rogue|abus(?:es|ing|ed) (?:his|her|their)|garden leave|sued|lawsuit against (?:him|her)
    )\b
  `;
const removeAdmin = pattern`
  \b(?:
    delete|remove|revoke|disable|cut|terminate|deactivate|strip|block|kick|kill|take (?:away|out|over|back|down)
    |shut (?:him|her|down|out)|lock (?:him|her|them|out|that|this)|stop (?:him|her|them)
    |get (?:him|her|them|rid|back|our)|regain|recover(?:y)?|throw (?:him|her)|access back|control back
    |back (?:in )?control|removal|deletion|deleted|removed|revoked|disabled|give us (?:back )?(?:access|control)
    |neutrali[sz]e|help us|what (?:can|do) (?:we|you)
  )\b
`;

export const recoveryGroupsEn: readonly RuleGroup[] = ruleGroups([
  {
    kind: 'recovery-disgruntled-admin',
    topic: new RegExp(`\\b${admin}\\b`),
    innocent: pattern`
        \b(?:
          hypothetical(?:ly)?|in case (?:an|our) admin|what (?:would )?happens? if an admin|best practice
          |policy question
        )\b
      `,
    rules: [
      inMail(
        'x-disgruntled-story-en',
        0.85,
        [new RegExp(`\\b${admin}\\b`), hostile, removeAdmin],
        [/\b(?:parted on good terms|friendly terms|amicabl\w+|retire[ds]?|retirement|maternity)\b/],
      ),
      inPlain(
        'x-disgruntled-word-en',
        0.9,
        pattern`
          \b(?:disgruntled|rogue|hostile|malicious|dismissed|fired|sacked|terminated|vengeful|angry) (?:
            ex-|former )?(?:it )?${admin}\b
        `,
      ),
      inPlain(
        'x-disgruntled-hostage-en',
        0.8,
        pattern`
          \b(?:hold(?:s|ing)?|keep(?:s|ing)?|tak(?:en|ing|es)) (?:us|our (?:\w+ ){0,3}|the (?:\w+ ){0,3})(?:
            to ransom|hostage
          )\b
        `,
      ),
    ],
  },
  {
    kind: 'recovery-closure',
    topic: pattern`
        \b(?:
          bankrupt|insolven|liquidat|dissol|wound|wind|winding|ceas|clos|shut|fold|defunct|struck|receiver|chapter
          |out of business|doors|trading|administration|no longer exist|merged|stopped operating|strike|going under
          |went under|gone under|no longer (?:trad|operat|in business)
        )
      `,
    innocent: pattern`
        \b(?:
          liquidate stock|close(?:d|s)? (?:the )?(?:ticket|window|tab|browser|case|port|lid|laptop|app)
          |closed (?:on|for) (?:monday|sunday|christmas|the holidays?|lunch)|close the (?:deal|books|sale)
          |customers? (?:of ours )?(?:went|goes|is) (?:bankrupt|out of business)
          |closing (?:the )?(?:window|tab|lid|laptop)
        )\b
      `,
    rules: [
      inPlain(
        'x-closure-en',
        0.9,
        pattern`
          \b(?:
            (?:file[ds]?|filing|filed) for (?:bankruptcy|insolvency|chapter)
            |bankruptcy (?:trustee|estate|proceedings|filing|court|case)|trustee in bankruptcy
            |(?:went|gone|going|is|are|now|declared|goes|being|was) (?:now )?(?:
              bankrupt|insolvent|into (?:liquidation|administration|receivership|insolvency)|out of business
              |in (?:liquidation|administration|receivership|insolvency)|under
            )|(?:in|into|under|voluntary|compulsory|creditors'?) (?:liquidation|receivership|insolvency)|liquidator
            |insolvency (?:practitioner|administrator|proceedings)
            |certificate of (?:dissolution|cancellation|termination)|articles of dissolution
            |dissol(?:ved|ution|ving) (?:the|our|of (?:the|our)) (?:
              company|corporation|firm|partnership|business|entity|association|charity|llc
            )
            |(?:
              company|corporation|corp|firm|partnership|business|entity|subsidiary|association|charity|llc|start-?up
              |non-?profit|organi[sz]ation|foundation|ltd|inc|gmbh|school|practice|shop|cooperative|club|society
              |agency|studio
            ) (?:\w+ ){0,2}?(?:
              (?:is|has|was|will|are|have|had|got|gets|being|officially|formally|legally|finally) )?(?:\w+ ){0,3}?(?:
              dissolved|wound up|winding (?:up|down)|wind(?:ing)? down
              |closed(?: down| its| for good| permanently| forever)
              |closing (?:down|its|for good|permanently|forever)|shut(?:ting)? down|shut its|ceased|ceasing|cease
              |folded|defunct|bankrupt|insolvent|struck off|liquidated|no longer exist\w*
              |stopped (?:trading|operating|operations)|to exist|no more|dead
            )
            |(?:cease|ceased|ceasing|stop|stopped|end|ended) (?:all )?(?:
              trading|operations|operating|business(?: activit\w+)?|activit\w+|to exist|to trade|to operate
            )|clos(?:ed|ing|es) (?:our|its|their|the) doors
            |wind(?:ing)? (?:up|down) (?:of )?(?:the |our |my )?(?:
              company|business|firm|operations|entity|charity|practice
            )|wound (?:up|down)
            |shutting (?:down )?(?:the |our |my )?(?:company|business|firm|start-?up|operations|practice|shop|doors)(?: down
            )?
            |clos(?:ing|ed|e|ure of) (?:down )?(?:the|our|my|this) (?:
              company|business|firm|start-?up|practice|shop|charity
            )(?: down)?
            |(?:company|business|firm|corporate) (?:closure|dissolution|wind-?down|bankruptcy|liquidation)
            |struck off|chapter (?:7|11|seven|eleven)|no longer (?:in business|trading|operating|exists?)
            |went belly up|going under
          )\b
        `,
        [
          pattern`
            \b(?:customer|client|competitor|supplier|vendor|neighbou?r)s? (?:of ours )?(?:
              is|are|has|have|went|goes|filed|got
            )\b
          `,
          /\b(?:if|should) (?:our|the|your) company\b/,
        ],
      ),
    ],
  },
  {
    kind: 'recovery-mistake',
    topic: pattern`
        \b(?:
          court|judge|judg|injunction|malfeasance|fraud|embezzl|mistake|accident|error|unauthori|wrongly|wrongful
          |illegal|abused|misus|inadvert|order|subpoena|warrant|tribunal|forged|theft|mistaken|oops|screwed
        )
      `,
    innocent: pattern`
        \b(?:
          work order|purchase order|order number|in order to|error (?:message|code)|out of order|order form
          |sort order|court(?:esy|room|yard)
        )\b
      `,
    rules: [
      inPlain(
        'x-mistake-court-en',
        0.9,
        pattern`
          \b(?:
            court[- ]order(?:s|ed)?|order (?:of|from|by|issued by) (?:the |a )?(?:\w+ ){0,3}(?:court|judge|tribunal)
            |(?:court|judge|tribunal|injunction|judg(?:e)?ment|magistrate) .{0,60}\b(?:
              order(?:s|ed)?|rul(?:ed|ing)|grant(?:s|ed)?|requir(?:es|ed|ing)|direct(?:s|ed|ing)|instruct\w*
              |demand\w*|awarded|enumerat\w+
            )|(?:preliminary |temporary )?injunction|restraining order|judicial (?:order|decision)|subpoena
            |malfeasance
          )\b
        `,
        [/\b(?:cessation|cease|ignore all|stop all|refuse)\b.{0,60}\b(?:support|requests)\b/],
      ),
      inMail('x-mistake-control-en', 0.85, [
        pattern`
          \b(?:
            by mistake|mistake|accident(?:al|ally)?|mistaken(?:ly)?|inadvertent(?:ly)?|in error|wrongly|oops
            |screwed up|fat[- ]finger\w*|unintentional(?:ly)?|erroneous(?:ly)?|misclick\w*
          )\b
        `,
        pattern`
          \b(?:
            (?:deleted|removed|demoted|locked|disabled|suspended|lost|revoked|downgraded|transferred|gave|changed) (?:
              \w+ ){0,5}?(?:
              (?:only|sole|last|own|single|remaining|all|main|primary|both|my|himself|herself|itself|our) (?:\w+ )?(?:
                admin\w*|owner\w*|super ?admin
              )|myself|himself|herself|ourselves|admin (?:account|access|rights|role|login)|our tenant
              |our organi[sz]ation|whole tenant|ownership
            )|no (?:admin\w*|one|owner) left|without (?:any )?(?:an )?(?:admin|owner)
            |nobody (?:is|has) (?:an )?admin|zero admins|no more admins?|only admin|sole admin|last admin
          )\b
        `,
      ]),
      inMail('x-mistake-fraud-en', 0.85, [
        pattern`
          \b(?:
            fraud(?:ulent(?:ly)?)?|embezzl\w+|misappropriat\w+|forged|forgery|without (?:any )?authori[sz]ation
            |without authority|unauthori[sz]ed|illegal(?:ly)?|unlawful(?:ly)?|wrongful(?:ly)?|misconduct|crimin\w+
            |theft|abuse[ds]? (?:of )?(?:his|her|their) (?:position|rights|power\w*|role|access|office)
            |breach of (?:duty|trust|fiduciary)|misus\w+|stole
          )\b
        `,
        /\b(?:tenant|account|ownership|owner|admin\w*|organi[sz]ation|access|control)\b/,
        pattern`
          \b(?:
            restore|undo|revert|reverse|return|recover|give (?:us|it|back|me)|put (?:back|things|it|everything)
            |reinstate|rectif\w+|correct|transfer(?:red)? (?:it )?back|regain|roll(?:ed)? back|back to
          )\b
        `,
      ]),
      inSentence(
        'x-mistake-restore-en',
        0.6,
        pattern`
          \b(?:restore|undelete|recover|bring back|get back|undo|roll ?back|revert)\b.{0,60}\b(?:
            tenant|organi[sz]ation|org|whole account|our account|entire|deletion|everything
          )\b
        `,
      ),
    ],
  },
  {
    kind: 'recovery-cessation',
    topic: pattern`
        \b(?:
          support|requests?|tickets?|e-?mails?|mails?|calls?|instructions?|assistance|communications?|orders
          |messages?|contacts?|help
        )\b
      `,
    innocent: pattern`
        \b(?:
          (?:users|they|you|agents?) (?:keep|always|never|just) ignor|stop(?:ped|s)? (?:receiving|getting|sending)
          |support (?:
            page|article|portal|bundle|agent|ended|for (?:windows|macos|ubuntu|centos|tls|python|ie|internet)
          )|end of support|ignore my (?:last|previous)|newsletter|marketing|notification|why (?:do|are|did)
        )\b
      `,
    rules: [
      inSentence(
        'x-cessation-en',
        0.85,
        pattern`
          \b(?:
            cease(?: and desist)?|stop|suspend|refuse|ignore|halt|discontinue|freeze|disregard|withhold|pause|deny
            |reject|block|put (?:a )?(?:hold|stop|freeze) (?:on|to)|hold off(?: on)?
            |place a (?:hold|block|freeze) on|no longer (?:accept|answer|process|honou?r|act|respond|provide|give)
            |(?:do not|don't|not to|not|never|nobody should|no one should|must not|should not|shouldn't|to not) (?:
              \w+ )?(?:
              answer|respond|reply|act|honou?r|process|help|assist|accept|follow|execute|carry|take|give|provide
              |serve|talk|obey|trust|fulfil\w*|entertain|handle|work on|deal
            )
          )\b (?:
            to |on |from |with |out |any |all |every |further |our |the |giving |providing |answering |accepting |processing |responding |helping |taking |handling |\w+ly )*(?:
            \w+ ){0,3}?(?:
            support(?:ing)?|requests?|tickets?|e-?mails?|mails?|calls?|instructions?|assistance|communications?
            |inquiries|anyone|anybody|anything|orders|messages?|contact|help|people|whoever|us\b
            |our (?:admins?|people|staff|own)
          )
        `,
        [
          pattern`
            \b(?:
              newsletter|marketing|spam|notification|phishing|alerts?|invoice|if you (?:have|get)
              |this (?:mail|email|message)|my (?:previous|last|earlier)|mistake|duplicate|the other ticket
            )\b
          `,
          pattern`
            \b(?:users?|it|agent|they|device|server|app) (?:
              do not|don't|does not|doesn't|not|never|stop|refuse|ignore|block
            )s?\b
          `,
          pattern`
            \b(?:
              why|cannot|can't|keeps?|did|was|were|have you|has
              |you (?:ignore|refuse|do not|don't|never|stop|keep|always)
            )\b
          `,
        ],
      ),
      inPlain(
        'x-cessation-none-en',
        0.85,
        pattern`
          \b(?:
            no (?:help|support|assistance) (?:for|to) (?:anyone|anybody|employees|people|our|us|any)
            |(?:don't|do not|not to|never|please no) (?:\w+ )?(?:give|provide|offer) (?:any )?(?:
              support|help|assistance
            )
            |(?:don't|do not|not) (?:\w+ )?(?:
              act on|attend|answer|process|honou?r|carry out|respond to|reply to|accept
            ) (?:any|every|all|anything|requests?|petitions?|tickets?|our|messages?)
          )\b
        `,
      ),
      inPlain(
        'x-cessation-words-en',
        0.9,
        pattern`
          \b(?:
            cessation of (?:all )?(?:support|service)
            |(?:cease|suspend|halt|freeze|stop|pause|suspension of|withhold) (?:all )?(?:support|assistance)(?: requests?
              | services?
            )? (?:for|to|from|on) (?:our|the|my|this|all|anyone|\w+ (?:ltd|inc|corp|llc))
            |support (?:freeze|blackout|moratorium|embargo|lockdown|hold)
            |no support (?:should|shall|must|may|is to|to|for) .{0,40}\b(?:
              be (?:given|provided)|anyone|until|our|us
            )
            |(?:requests?|tickets?|mails?|e-?mails?|calls?|anything|messages?|instructions?) (?:that )?(?:
              \w+ ){0,6}?(?:should|must|shall|may|are to|is to|needs? to|have to|ought to) (?:\w+ )?(?:
              be (?:ignored|refused|rejected|disregarded|blocked|denied|declined|turned away|put on hold|frozen)
              |not be (?:answered|honou?red|processed|acted|handled|accepted|followed|executed|trusted)
              |go unanswered
            )
          )\b
        `,
      ),
    ],
  },
  {
    kind: 'recovery-preventative',
    topic: pattern`
        \b(?:
          breach|compromis|hack|attack|intru|ransom|phish|malware|infiltrat|stolen|prevent|precaution|infect|leak
          |hijack|taken over|stole|broke in|broken into|burgl|virus|trojan|keylogger|cyber|someone got into|pwned
          |exposed
        )
      `,
    innocent: pattern`
        \b(?:
          phishing (?:test|training|simulation|campaign|awareness)|is this (?:mail |email )?(?:a )?phish
          |haveibeenpwned|breach (?:notification )?polic|how do you (?:protect|prevent)|penetration test|pen ?test
          |security questionnaire|loss prevention|data loss prevention|audit
        )\b
      `,
    rules: [
      inMail(
        'x-prevent-story-en',
        0.85,
        [
          pattern`
            \b(?:
              breach(?:ed)?|compromis\w+|hack(?:ed|ers?)|attack(?:er|ers|ed)?|intru\w+|ransomware|phish(?:ed|ing)
              |malware|infiltrat\w+|stolen|infect\w+|hijack\w*|taken over|broke(?:n)? in(?:to)?|stole|burgl\w+|virus
              |trojan|keylogger|someone got into|pwned|leaked
            )\b
          `,
          pattern`
            \b(?:
              delete|remove|deletion|removal|deleted|removed|wipe|erase|kill|destroy
              |take (?:\w+ ){0,3}(?:down|offline|out)|terminate|disable|lock|revoke|shut
            )\b.{0,80}\b(?:
              admin\w*|tenant|account|organi[sz]ation|everything|whole|entire|user|him|her|it\b|access|login
            )
            |\b(?:admin\w*|tenant|account|organi[sz]ation)\b.{0,60}\b(?:
              delete|remove|deletion|removal|deleted|removed|wiped|erased|terminated|disabled|locked|revoked
            )\b
          `,
        ],
        [/\b(?:phishing (?:test|training|simulation)|password manager|newsletter)\b/],
      ),
      inPlain(
        'x-prevent-word-en',
        0.8,
        pattern`
          \b(?:
            prevent(?:at)?ive(?:ly)? (?:\w+ ){0,2}(?:
              access|deletion|removal|delete|remove|request|recovery|measure|lock
            )
            |(?:
              as a precaution|precautionary|to be (?:on the )?safe(?: side)?
              |before (?:they|he|she|the attackers?|someone|anyone|the hackers?|it's too late|it is too late)
            ).{0,80}\b(?:delete|remove|wipe|kill|deletion|removal)
            |(?:delete|remove|wipe|kill|deletion|removal)\b.{0,80}\b(?:
              as a precaution|precautionary|preventively|preventatively|to be (?:on the )?safe
              |before (?:they|he|she|the attackers?|someone|anyone|the hackers?)
            )
          )\b
        `,
      ),
    ],
  },
]);

/** What is asked for in English about the account itself: its end, what is known of it, who its admins are. Texts are folded (`normalise.ts`). */
import { pattern } from './pattern.ts';
import { inMail, inPlain, inSentence, type RuleGroup, ruleGroups } from './request-rule.ts';

const gap = '(?:[\\w\'"@.,/()&-]+ ){0,5}?';
const companyAccount = `(?:account|tenant|tenancy|organi[sz]ation|org|workspace|instance|environment|directory|enterprise account)s?`;
const notWhole = pattern`
    \b(?:
      user|users|users'|user's|admin|administrator|admins|employee|employee's|his|her|service|guest|personal
      |leaver's|leaver|device|e-?mail|mail|local|computer|laptop|bank|windows|linux|mac|google|microsoft|slack
      |github|aws|domain|root|ldap|bind|colleague's|colleagues'|staff|student|contractor|orphaned|inactive|stale
      |disabled|duplicate user|suspended
    ) (?:\w+ )?accounts?\b
    |\baccounts? (?:of|for|belonging to) (?!
      our|the company|the firm|the business|us\b|my company|this company|\w+ (?:ltd|inc|llc|gmbh|sarl|corp|co)
    )|\b(?:account|google|home|default|ssh|ldap|app|work) directory\b
  `;

export const requestGroupsEn: readonly RuleGroup[] = ruleGroups([
  {
    kind: 'delete-account',
    topic: pattern`
        \b(?:
          delet|clos|eras|remov|terminat|wip|shut|purg|deactivat|cancel|destroy|rid of|kill|take down|offboard
          |decommission|scrap|gdpr|forgotten|leav|termination|nuke
        )
      `,
    innocent: pattern`
        \b(?:
          before (?:we|i|you) (?:delete|close|remove)|(?:what|which) happens (?:if|when|to)
          |did (?:you|someone|anybody)|why (?:did|was|do|does|is|are|has)|who (?:can|deleted|closed)
          |auto(?:matically)?[- ]?delet|delete button|option to delete|retention|test whether|difference between
          |cannot delete|can't delete|unable to delete|sync (?:wants|tries)
        )\b
      `,
    rules: [
      inSentence(
        'p-delete-verb-en',
        0.9,
        pattern`
          \b(?:
            delete|close|erase|remove|terminate|wipe|purge|deactivate|cancel|destroy|get rid of|close (?:down|out)
            |scrap|kill|take down|offboard|decommission|nuke|shut(?:ting)? ?(?:down|off)?|deleting|closing|removing
            |terminating
          )\b (?:${gap})(?:${companyAccount})\b
        `,
        [
          notWhole,
          pattern`
            \b(?:closing|close|remove|removing|delete|deleting) (?:\w+ ){0,3}(?:from|in|within|inside|on) (?:
              our|the|my|this
            ) (?:account|tenant|organi[sz]ation|org|instance|directory|workspace|environment)\b
          `,
        ],
      ),
      inSentence(
        'p-delete-passive-en',
        0.9,
        pattern`
          \b(?:${companyAccount})\b (?:with you |there |here |\w+ ){0,6}?(?:
            deleted|closed|terminated|erased|wiped|cancelled|canceled|shut down|deactivated|removed|gone|deletion
            |closure|closed down|cancellation|termination
          )\b
        `,
        [
          notWhole,
          pattern`
            \b(?:was|were|has been|have been|had been|got|is already|been|is now) (?:\w+ )?(?:
              deleted|closed|terminated|erased|wiped|cancelled|removed|deactivated
            )\b
          `,
          /\b(?:i|we|he|she|they|someone|colleague|admin) (?:\w+ )?(?:deleted|closed|removed|cancelled)\b/,
        ],
      ),
      inPlain(
        'p-delete-noun-en',
        0.85,
        pattern`
          \b(?:${companyAccount})[- ](?:deletion|closure|termination|removal|cancellation|erasure)\b
          |\b(?:deletion|closure|termination|removal|erasure|cancellation|closing|deleting|deactivation|end) of (?:
            ${gap}
          )(?:${companyAccount})\b
        `,
        [notWhole],
      ),
      inSentence(
        'p-delete-data-en',
        0.85,
        pattern`
          \b(?:delete|erase|remove|wipe|purge|destroy|deletion of|erasure of)\b (?:[\w']+ ){0,3}?(?:
            all|everything|any|every|our|my
          )\b (?:[\w']+ ){0,5}?(?:
            data|you (?:have|hold|store|keep)|about us|about our|information|records|stored
            |in our (?:account|tenant)|traces?
          )\b|\b(?:delete|erase|remove|wipe|purge) everything\b
        `,
        [/\b(?:laptop|device|phone|machine|disk|user's|cache|cookies|browser|logs?|of (?:a|the|one) user)\b/],
      ),
      inPlain(
        'p-delete-gdpr-en',
        0.8,
        pattern`
          \b(?:
            right to (?:erasure|be forgotten)
            |(?:gdpr|article 17|art\.? ?17) .{0,30}(?:erasure|deletion|delete|erase)|(?:erasure|deletion) request
          )\b
        `,
      ),
      inMail(
        'p-delete-leaving-en',
        0.8,
        [
          pattern`
            \b(?:
              leav(?:e|ing) (?:you|your|the platform|the service)
              |mov(?:ed|ing) (?:
                away|off|over to|everything to|to (?:okta|azure|entra|google|another|a different|microsoft)
              )|switch(?:ed|ing) to|migrat(?:ed|ing) (?:to|away|off)|stop(?:ped|ping)? using
              |no longer (?:need|use|using|require|want)
              |don't (?:need|use|want) (?:it|you|your|the (?:service|account|product)|this) (?:any ?more|any longer)
              |not going to (?:use|renew)|won't be (?:using|renewing|needing)|done with
              |gone with (?:another|a different)|part(?:ing)? ways|found (?:another|something)
            )\b
          `,
          pattern`
            \b(?:
              delete|deleted|deletion|close|closed|closing|closure|erase|wipe|wiped|terminate|remove everything
              |removed from your|shut (?:it|everything|us)|get rid|gone|purged?
            )\b
          `,
        ],
        [/\b(?:user|employee|colleague|contractor)s? (?:who|that|is|has|no longer)\b/],
      ),
      inSentence(
        'p-cancel-en',
        0.5,
        pattern`
          \b(?:cancel|terminate|end|discontinue|not renew|unsubscribe from|stop)\b (?:[\w']+ ){0,4}?(?:
            subscription|contract|plan|service|services|agreement|membership
          )\b
        `,
      ),
      inSentence(
        'p-delete-it-en',
        0.5,
        pattern`
          \b(?:delete|close|wipe|erase|terminate|shut|nuke|purge) (?:
            it|us|everything|all of it|the lot|the thing|the whole (?:thing|lot)
          )\b
        `,
        [/\b(?:ticket|message|mail|email|window|tab|app|file|case|reinstall|reopen|cache|folder)\b/],
      ),
    ],
  },
  {
    kind: 'account-information',
    topic: pattern`
        \b(?:
          who|which|what|when|list|detail|information|info|owner|registered|on file|object ?id
          |org(?:ani[sz]ation)? id|billing|history|logs?|log|number of|status|account|contract|contact|export|copy
          |report|name|names|records|disclose|customers?|clients?|statement|overview|plan|activity|how many|seats?
          |everyone|everything|registered|contacts|usage|figures|invoices?|access request|article|address|phone
          |number|users?|data|whose|uses?|using
        )\b
      `,
    innocent: pattern`
        \b(?:
          error|(?:can't|cannot|unable to|fails? to|when) .{0,20}log ?in|logs? (?:show|say|are empty|attached)
          |attached (?:the )?logs?|which port|which version|api|endpoint|documentation|empty
          |not (?:showing|loading|working|displayed|visible)|doesn't|does not|wrong|incorrect|missing|broken|crash
          |timeout|fails?
        )\b
      `,
    rules: [
      inPlain(
        'p-info-who-en',
        0.85,
        pattern`
          (?:
            ^|[,:(] ?
            |\b(?:
              know|knows|tell|say|confirm|see|and|advise|out|wants?|wondering|exactly|inform|me|us|need|of|in|on|ask
            ) )(?:
            who(?:'s| is| are| was| were| has| have| else| owns| created| set up| opened| pays| manages| runs)
            |which (?:person|people|e-?mail|address|user|users|employee|colleague|name|names|of us|card|phone)|whose
            |what (?:e-?mail|address|name|phone|number|card)
          )\b.{0,60}\b(?:
            (?:the |our |account |an? |listed as |registered as |set as |billing |current |other )*(?:
              owner|admins?|administrators?|account holder|contact|administrator
            )(?:s)?\b|owns|registered|on file|on record|has (?:admin )?access to (?:our|the) (?:account|tenant|org)
            |pay(?:s|ing)? for|created (?:our|the|this) (?:account|tenant)
          )
        `,
        [/\b(?:who can (?:help|i|we)|who should|who do i|who to|who will|to whom)\b/],
      ),
      inSentence(
        'p-info-give-en',
        0.85,
        pattern`
          \b(?:
            send|give|provide|share|tell|forward|supply|confirm|need|get|obtain|receive|want|disclose|list|know
            |e-?mail|let (?:me|us) (?:know|have)|show|report|see|have|find out|request(?:ing)?|ask(?:ing)?
            |looking for|require|verify|check
          )\b.{0,70}\b(?:
            account (?:
              details?|information|info|number|id|owner|status|data|records?|history|statement|summary|overview
              |activity
            )
            |(?:information|info|details?|data|overview|everything|records?|report|summary) (?:\w+ )?(?:
              you (?:have|hold|keep|store) )?(?:
              about|on|of|regarding|concerning|for|linked to|attached to|associated with|related to
            ) (?:our|my|the|this|their) (?:\w+ ){0,2}(?:
              account|tenant|organi[sz]ation|subscription|contract|company|plan
            )
            |(?:list|export|overview|names?|number|report|copy|dump|extract) of (?:
              all |the |our |every |current |active |each |registered |any |of )*(?:\w+ )?(?:
              users|admins?|administrators|devices|systems|accounts|employees|invoices|people|owners?|contacts?
              |members|seats|licen[cs]es|logins?|contract|agreement
            )|object ?id|org(?:ani[sz]ation)? ?id|tenant id|customer (?:number|id)
            |billing (?:details?|information|info|address|contact|history|data|records?|e-?mail|person|cycle)
            |(?:name|e-?mail|phone|contact|details?|identity|address|number)(?:es|s)?(?: \w+){0,4} (?:of|for) (?:
              \w+ ){0,3}(?:owner|admins?|administrators?|account holder|contact|contacts)
            |log-?in (?:history|records?|activity|logs?)|audit (?:logs?|trail)|access (?:logs?|history)
            |sign-?in (?:logs?|history)|activity logs?|who (?:has|have|had|is|are|logged|else|owns)
            |when (?:our|the|my|does|did|was|is) .{0,30}(?:
              contract|subscription|account|renew\w*|expir\w*|paid|created|opened
            )|payment (?:method|details?|history|info\w*)|(?:credit )?card (?:\w+ ){0,2}on file
            |(?:which|what) (?:plan|tier|package|subscription|contract) (?:we|i|they|do|is|are)
            |(?:plan|tier|package) (?:we|i|they) (?:are|am|have)
            |contract (?:details?|terms|copy|end|start|date|number|conditions|period)|renewal date
            |subscription (?:details?|information|status|end|start)|contacts? (?:\w+ )?on file
            |what (?:data|information) you (?:have|hold|store|keep)|data you (?:have|hold|store|keep)
          )\b
        `,
        [
          pattern`
            \b(?:support|help|more|further|any|technical|some|debug|additional|necessary|required) (?:
              details|information|info
            )\b
          `,
        ],
      ),
      inSentence(
        'p-info-facts-en',
        0.8,
        pattern`
          \b(?:
            (?:how many|number of) (?:\w+ ){0,2}(?:users|seats|licen[cs]es|admins|accounts|devices) (?:\w+ )?(?:
              are |do |have |we |is |in |on )
            |(?:when|until when|till when|since when|what date) (?:\w+ ){0,4}(?:
              plan|contract|subscription|licen[cs]es?|renewal|we (?:became|signed|renew|paid)
            )
            |what(?:'s| is) (?:our|the|my) (?:\w+ ){0,2}(?:
              object ?id|plan|tier|contract|owner|customer number|billing
            )
            |(?:list|names?|dump|overview|export) of (?:\w+ ){0,3}(?:
              who|every(?:one|body)|admins?|logins?|users|accounts|people
            )|everyone (?:who|with|that) (?:\w+ ){0,2}(?:log-?in|account|access)
            |(?:phone|e-?mail|address|number|contacts?|details?|data|name) (?:\w+ ){0,4}(?:do )?you (?:
              have|hold|keep|got
            ) (?:for|on|about|of) (?:us|me|our)
            |which (?:\w+ ){0,3}(?:person|name|e-?mail|card|address) (?:\w+ ){0,4}(?:
              registered|recorded|on file|listed|charged|used
            )|who (?:\w+ ){0,2}(?:logged in|signed in|had access)
            |(?:auth|login|log-?in|access|sign-?in|audit|connection|directory) (?:
              logs?|records?|report|history|events
            )|(?:report|record) of who|charged|last log-?ins?
          )\b
        `,
        [
          pattern`
            \b(?:
              where (?:can|do|is|are)|empty|error|attached|show(?:s|ing)? (?:an? )?(?:error|wrong)|gb now
              |charged (?:us|twice|me|double)
            )\b
          `,
        ],
      ),
      inSentence(
        'p-info-nobody-knows-en',
        0.8,
        pattern`
          \b(?:nobody|no one|don't|do not|not|never|hardly anyone)\b.{0,20}\b(?:knows?|knowing|sure|remember)\b.{0,40}\b(?:
            who|whose|which|what
          )\b.{0,50}\b(?:admin\w*|owner|account|registered|name|contract)\b
        `,
      ),
      inPlain(
        'p-info-objectid-en',
        0.75,
        pattern`
          \bobject ?id\b.{0,20}(?:\?|$|please|pls)
          |\b(?:what|which|need|send|know|tell|give|say|our)\b.{0,40}\b(?:
            object ?id|number of object|organi[sz]ation id
          )\b
        `,
        [/\bwhere (?:can|do)\b/],
      ),
      inSentence(
        'p-info-exists-en',
        0.85,
        pattern`
          \b(?:is|are|does|do|did|has|have|whether|if)\b.{0,50}\b(?:
            (?:already )?(?:have|has|got|hold|exists?) (?:an? |any |an existing )?(?:\w+ )?(?:
              account|tenant|subscription|contract
            )s? (?:with you|at|on|in your|with on your)|(?:a )?(?:customer|client|user)s? of yours
            |customers? (?:with|at) you|(?:is|are) (?:\w+ )?registered (?:with|at|on|in) (?:you|your)
            |account (?:under|for|with|in) (?:the )?(?:name|address|domain|e-?mail)
          )\b
        `,
      ),
      inPlain(
        'p-info-recorded-en',
        0.8,
        pattern`
          \b(?:who|which|whose|what)\b.{0,60}\b(?:
            down as|listed (?:as|with|under)|on record|on file|(?:in|on) your (?:records|files|books|system)
            |(?:have|hold|keep|got) (?:for|on|about) (?:us|me|our)
            |(?:contract|subscription|account) (?:in|under)\b(?! (?:windows|linux))
          )
        `,
      ),
      inPlain(
        'p-info-who-did-en',
        0.8,
        pattern`
          \b(?:who|which (?:\w+ )?(?:employee|person|people|users?|admin\w*|colleague|of (?:us|our \w+)))\b.{0,30}\b(?:
            set up|opened|created|signed|ordered|registered|pays?|bought|changed|switched|(?:been|was|were) given
            |(?:can|could) (?:see|administer|access)
          )\b.{0,50}\b(?:account|order|contract|tenant|subscription|log-?ins?|agreement|settings?|information|data)\b
        `,
        [/\bwho (?:can|could) (?:help|i|we|you)\b/, /\b(?:error|fails?|bug|cannot|can't)\b/],
      ),
      inPlain(
        'p-info-customer-en',
        0.8,
        pattern`
          \b(?:is|are|was|were|do|does|confirm|whether|if)\b.{0,60}\b(?:
            (?:one |some )?of your (?:customers|clients)|(?:customers?|clients?) (?:of yours|with you|too)
            |(?:really|still|already|also|indeed|actually) use your|uses? you (?:too|as well|also)
            |with you (?:too|as well)
          )\b
        `,
        [
          pattern`
            \b(?:we|i) (?:are|am|have been|were|was) (?:\w+ )?(?:one |some )?(?:of your )?(?:a )?(?:
              customers?|clients?
            )\b
          `,
        ],
      ),
      inSentence(
        'p-info-papers-en',
        0.8,
        pattern`
          \b(?:
            (?:cop(?:y|ies)|statement|record|list|extract|dump|export) of\b.{0,30}\b(?:
              invoices?|contract|agreement|account|payments?|order|users|staff|admin\w*|devices|laptops|everyone
              |everybody|records
            )|(?:usage|consumption|billing|log-?in|sign-in) (?:figures|numbers|statistics|stats|totals?)
            |(?:how many|number of) (?:\w+ )?(?:seats|licen[cs]es)
            |(?:organi[sz]ation|customer|client|account|tenant) (?:number|no\b)
          )\b
        `,
        [/\b(?:wrong|empty|incorrect|bug|does not|doesn't|where (?:can|do)|how (?:can|do))\b/],
      ),
      inPlain(
        'p-info-access-request-en',
        0.8,
        pattern`
          \b(?:
            (?:data )?subject access request|gdpr (?:access|request|article 15)|right of access|article 15
            |art\.? ?15
          )\b
        `,
      ),
    ],
  },
  {
    kind: 'become-admin',
    topic: pattern`
        \b(?:
          admin|administrator|owner|ownership|superuser|root|admins|administrators|administrative|administration
          |privileges?
        )\b
      `,
    innocent: pattern`
        \b(?:
          local admin|(?:only|sole) admin (?:can|sees)
          |admin (?:portal|console|page|guide|panel|login page|dashboard|api|ui|interface) (?:
            is|does|shows|won't|not|gives|says
          )|as (?:an |the )?admin(?:istrator)? i|i am (?:an |the |one of the )?admin|run as admin|file owner
          |product owner|process owner|sudo|difference between|remove|delete|revoke
        )\b
      `,
    rules: [
      inSentence(
        'p-admin-make-en',
        0.9,
        pattern`
          \b(?:
            make|making|made|set|promote|elevate|upgrade|turn|appoint|name|nominate|designate|register|change
            |declare
          )\b (?:[\w'@.-]+ ){1,6}?(?:(?:in)?to |as |up to |be )?(?:
            (?:
              an?|the|our|new|global|super|full|second|another|main|account|co-?|its|also|sole|primary|additional
              |backup|company
            ) )*(?:admin|administrator|owner|superuser|super ?admin|admins|administrators|co-owner)\b
        `,
        [/\blocal admin/],
      ),
      inSentence(
        'p-admin-give-en',
        0.9,
        pattern`
          \b(?:
            give|giving|grant|granting|assign|add|adding|provide|get|create|need(?:s|ed)?|want(?:s)?|require(?:s)?
            |request(?:ing|s)?|have|should have|transfer(?:ring)?|hand(?:ing)? over|pass|move|switch|extend|obtain
            |enable|set up|restore|issue|confer|asking for|like
          )\b (?:[\w'@.,-]+ ){0,8}?(?:
            (?:
              an?|the|our|new|global|super|full|second|another|main|account|additional|backup|extra|third|proper
              |more
            ) )*(?:
            admin(?:istrator|istrative|istration)?s? ?(?:
              rights?|role|roles|privileges?|access|permissions?|account|status|powers?|level|login|seat|user
            )?|owner(?:ship)?(?: rights| role)?|super ?user|superadmin|root access
          )\b
        `,
        [
          pattern`
            \blocal admin|\badmin (?:portal|console|panel|guide|page|dashboard)\b(?!.{0,20}access)
            |\b(?:remove|delete|revoke|lost|login page)\b
            |\b(?:new|our) (?:admin|owner) (?:can|could|is (?:unable|not))
          `,
        ],
      ),
      inPlain(
        'p-admin-become-en',
        0.9,
        pattern`
          \b(?:
            become|becoming|be (?:made|set as|added as|registered as|promoted|appointed|the new|an|our new)|act as
            |serve as|take over (?:as|the role)|taking over as|replac(?:e|es|ing) .{0,40} as|instead of .{0,30} as
            |succeed\w* .{0,30} as
          )\b (?:[\w']+ ){0,3}?(?:admin|administrator|owner|admins|account owner)\b
        `,
      ),
      inPlain(
        'p-admin-transfer-en',
        0.85,
        pattern`
          \b(?:transfer|change|hand ?over|handing over|move|switch)(?:ring|ing)? (?:of )?(?:
            the |our |account |tenant |full |my )*(?:
            ownership|owner|account owner|admin (?:role|rights|account)|administrator(?:ship)?
          )\b
        `,
      ),
    ],
  },
]);

/** What is asked for in English, recoveries aside: one group of rules for each kind. Texts are folded (`normalise.ts`). */
import { inMail, inPlain, inSentence, type RuleGroup, ruleGroups } from './request-rule.ts';

const gap = '(?:[\\w\'"@.,/()&-]+ ){0,5}?';
const companyAccount = `(?:account|tenant|tenancy|organi[sz]ation|org|workspace|instance|environment|directory|enterprise account)s?`;
const notWhole =
  /\b(?:user|users|users'|user's|admin|administrator|admins|employee|employee's|his|her|service|guest|personal|leaver's|leaver|device|e-?mail|mail|local|computer|laptop|bank|windows|linux|mac|google|microsoft|slack|github|aws|domain|root|ldap|bind|colleague's|colleagues'|staff|student|contractor|orphaned|inactive|stale|disabled|duplicate user|suspended) (?:\w+ )?accounts?\b|\baccounts? (?:of|for|belonging to) (?!our|the company|the firm|the business|us\b|my company|this company|\w+ (?:ltd|inc|llc|gmbh|sarl|corp|co))|\b(?:account|google|home|default|ssh|ldap|app|work) directory\b/;

export const requestGroupsEn: readonly RuleGroup[] = ruleGroups([
  {
    kind: 'delete-account',
    topic:
      /\b(?:delet|clos|eras|remov|terminat|wip|shut|purg|deactivat|cancel|destroy|rid of|kill|take down|offboard|decommission|scrap|gdpr|forgotten|leav|termination|nuke)/,
    innocent:
      /\b(?:before (?:we|i|you) (?:delete|close|remove)|(?:what|which) happens (?:if|when|to)|did (?:you|someone|anybody)|why (?:did|was|do|does|is|are|has)|who (?:can|deleted|closed)|auto(?:matically)?[- ]?delet|delete button|option to delete|retention|test whether|difference between|cannot delete|can't delete|unable to delete|sync (?:wants|tries))\b/,
    rules: [
      inSentence(
        'p-delete-verb-en',
        0.9,
        new RegExp(
          `\\b(?:delete|close|erase|remove|terminate|wipe|purge|deactivate|cancel|destroy|get rid of|close (?:down|out)|scrap|kill|take down|offboard|decommission|nuke|shut(?:ting)? ?(?:down|off)?|deleting|closing|removing|terminating)\\b (?:${gap})(?:${companyAccount})\\b`,
        ),
        [
          notWhole,
          /\b(?:closing|close|remove|removing|delete|deleting) (?:\w+ ){0,3}(?:from|in|within|inside|on) (?:our|the|my|this) (?:account|tenant|organi[sz]ation|org|instance|directory|workspace|environment)\b/,
        ],
      ),
      inSentence(
        'p-delete-passive-en',
        0.9,
        new RegExp(
          `\\b(?:${companyAccount})\\b (?:with you |there |here |\\w+ ){0,6}?(?:deleted|closed|terminated|erased|wiped|cancelled|canceled|shut down|deactivated|removed|gone|deletion|closure|closed down|cancellation|termination)\\b`,
        ),
        [
          notWhole,
          /\b(?:was|were|has been|have been|had been|got|is already|been|is now) (?:\w+ )?(?:deleted|closed|terminated|erased|wiped|cancelled|removed|deactivated)\b/,
          /\b(?:i|we|he|she|they|someone|colleague|admin) (?:\w+ )?(?:deleted|closed|removed|cancelled)\b/,
        ],
      ),
      inPlain(
        'p-delete-noun-en',
        0.85,
        new RegExp(
          `\\b(?:${companyAccount})[- ](?:deletion|closure|termination|removal|cancellation|erasure)\\b|\\b(?:deletion|closure|termination|removal|erasure|cancellation|closing|deleting|deactivation|end) of (?:${gap})(?:${companyAccount})\\b`,
        ),
        [notWhole],
      ),
      inSentence(
        'p-delete-data-en',
        0.85,
        /\b(?:delete|erase|remove|wipe|purge|destroy|deletion of|erasure of)\b (?:[\w']+ ){0,3}?(?:all|everything|any|every|our|my)\b (?:[\w']+ ){0,5}?(?:data|you (?:have|hold|store|keep)|about us|about our|information|records|stored|in our (?:account|tenant)|traces?)\b|\b(?:delete|erase|remove|wipe|purge) everything\b/,
        [/\b(?:laptop|device|phone|machine|disk|user's|cache|cookies|browser|logs?|of (?:a|the|one) user)\b/],
      ),
      inPlain(
        'p-delete-gdpr-en',
        0.8,
        /\b(?:right to (?:erasure|be forgotten)|(?:gdpr|article 17|art\.? ?17) .{0,30}(?:erasure|deletion|delete|erase)|(?:erasure|deletion) request)\b/,
      ),
      inMail(
        'p-delete-leaving-en',
        0.8,
        [
          /\b(?:leav(?:e|ing) (?:you|jumpcloud|your|the platform|the service)|mov(?:ed|ing) (?:away|off|over to|everything to|to (?:okta|azure|entra|google|another|a different|microsoft))|switch(?:ed|ing) to|migrat(?:ed|ing) (?:to|away|off)|stop(?:ped|ping)? using|no longer (?:need|use|using|require|want)|don't (?:need|use|want) (?:it|you|your|the (?:service|account|product)|this) (?:any ?more|any longer)|not going to (?:use|renew)|won't be (?:using|renewing|needing)|done with|gone with (?:another|a different)|part(?:ing)? ways|found (?:another|something))\b/,
          /\b(?:delete|deleted|deletion|close|closed|closing|closure|erase|wipe|wiped|terminate|remove everything|removed from your|shut (?:it|everything|us)|get rid|gone|purged?)\b/,
        ],
        [/\b(?:user|employee|colleague|contractor)s? (?:who|that|is|has|no longer)\b/],
      ),
      inSentence(
        'p-cancel-en',
        0.5,
        /\b(?:cancel|terminate|end|discontinue|not renew|unsubscribe from|stop)\b (?:[\w']+ ){0,4}?(?:subscription|contract|plan|service|services|agreement|membership)\b/,
      ),
      inSentence(
        'p-delete-it-en',
        0.5,
        /\b(?:delete|close|wipe|erase|terminate|shut|nuke|purge) (?:it|us|everything|all of it|the lot|the thing|the whole (?:thing|lot))\b/,
        [/\b(?:ticket|message|mail|email|window|tab|app|file|case|reinstall|reopen|cache|folder)\b/],
      ),
    ],
  },
  {
    kind: 'account-information',
    topic:
      /\b(?:who|which|what|when|list|detail|information|info|owner|registered|on file|object ?id|org(?:ani[sz]ation)? id|billing|history|logs?|log|number of|status|account|contract|contact|export|copy|report|name|names|records|disclose|customers?|clients?|statement|overview|plan|activity|how many|seats?|everyone|everything|registered|contacts|usage|figures|invoices?|access request|article|address|phone|number|users?|data|whose|uses?|using)\b/,
    innocent:
      /\b(?:error|(?:can't|cannot|unable to|fails? to|when) .{0,20}log ?in|logs? (?:show|say|are empty|attached)|attached (?:the )?logs?|which port|which version|api|endpoint|documentation|empty|not (?:showing|loading|working|displayed|visible)|doesn't|does not|wrong|incorrect|missing|broken|crash|timeout|fails?)\b/,
    rules: [
      inPlain(
        'p-info-who-en',
        0.85,
        /(?:^|[,:(] ?|\b(?:know|knows|tell|say|confirm|see|and|advise|out|wants?|wondering|exactly|inform|me|us|need|of|in|on|ask) )(?:who(?:'s| is| are| was| were| has| have| else| owns| created| set up| opened| pays| manages| runs)|which (?:person|people|e-?mail|address|user|users|employee|colleague|name|names|of us|card|phone)|whose|what (?:e-?mail|address|name|phone|number|card))\b.{0,60}\b(?:(?:the |our |account |an? |listed as |registered as |set as |billing |current |other )*(?:owner|admins?|administrators?|account holder|contact|administrator)(?:s)?\b|owns|registered|on file|on record|has (?:admin )?access to (?:our|the) (?:account|tenant|org)|pay(?:s|ing)? for|created (?:our|the|this) (?:account|tenant))/,
        [/\b(?:who can (?:help|i|we)|who should|who do i|who to|who will|to whom)\b/],
      ),
      inSentence(
        'p-info-give-en',
        0.85,
        /\b(?:send|give|provide|share|tell|forward|supply|confirm|need|get|obtain|receive|want|disclose|list|know|e-?mail|let (?:me|us) (?:know|have)|show|report|see|have|find out|request(?:ing)?|ask(?:ing)?|looking for|require|verify|check)\b.{0,70}\b(?:account (?:details?|information|info|number|id|owner|status|data|records?|history|statement|summary|overview|activity)|(?:information|info|details?|data|overview|everything|records?|report|summary) (?:\w+ )?(?:you (?:have|hold|keep|store) )?(?:about|on|of|regarding|concerning|for|linked to|attached to|associated with|related to) (?:our|my|the|this|their) (?:\w+ ){0,2}(?:account|tenant|organi[sz]ation|subscription|contract|company|plan)|(?:list|export|overview|names?|number|report|copy|dump|extract) of (?:all |the |our |every |current |active |each |registered |any |of )*(?:\w+ )?(?:users|admins?|administrators|devices|systems|accounts|employees|invoices|people|owners?|contacts?|members|seats|licen[cs]es|logins?|contract|agreement)|object ?id|org(?:ani[sz]ation)? ?id|tenant id|customer (?:number|id)|billing (?:details?|information|info|address|contact|history|data|records?|e-?mail|person|cycle)|(?:name|e-?mail|phone|contact|details?|identity|address|number)(?:es|s)?(?: \w+){0,4} (?:of|for) (?:\w+ ){0,3}(?:owner|admins?|administrators?|account holder|contact|contacts)|log-?in (?:history|records?|activity|logs?)|audit (?:logs?|trail)|access (?:logs?|history)|sign-?in (?:logs?|history)|activity logs?|who (?:has|have|had|is|are|logged|else|owns)|when (?:our|the|my|does|did|was|is) .{0,30}(?:contract|subscription|account|renew\w*|expir\w*|paid|created|opened)|payment (?:method|details?|history|info\w*)|(?:credit )?card (?:\w+ ){0,2}on file|(?:which|what) (?:plan|tier|package|subscription|contract) (?:we|i|they|do|is|are)|(?:plan|tier|package) (?:we|i|they) (?:are|am|have)|contract (?:details?|terms|copy|end|start|date|number|conditions|period)|renewal date|subscription (?:details?|information|status|end|start)|contacts? (?:\w+ )?on file|what (?:data|information) you (?:have|hold|store|keep)|data you (?:have|hold|store|keep))\b/,
        [
          /\b(?:support|help|more|further|any|technical|some|debug|additional|necessary|required) (?:details|information|info)\b/,
        ],
      ),
      inSentence(
        'p-info-facts-en',
        0.8,
        /\b(?:(?:how many|number of) (?:\w+ ){0,2}(?:users|seats|licen[cs]es|admins|accounts|devices) (?:\w+ )?(?:are |do |have |we |is |in |on )|(?:when|until when|till when|since when|what date) (?:\w+ ){0,4}(?:plan|contract|subscription|licen[cs]es?|renewal|we (?:became|signed|renew|paid))|what(?:'s| is) (?:our|the|my) (?:\w+ ){0,2}(?:object ?id|plan|tier|contract|owner|customer number|billing)|(?:list|names?|dump|overview|export) of (?:\w+ ){0,3}(?:who|every(?:one|body)|admins?|logins?|users|accounts|people)|everyone (?:who|with|that) (?:\w+ ){0,2}(?:log-?in|account|access)|(?:phone|e-?mail|address|number|contacts?|details?|data|name) (?:\w+ ){0,4}(?:do )?you (?:have|hold|keep|got) (?:for|on|about|of) (?:us|me|our)|which (?:\w+ ){0,3}(?:person|name|e-?mail|card|address) (?:\w+ ){0,4}(?:registered|recorded|on file|listed|charged|used)|who (?:\w+ ){0,2}(?:logged in|signed in|had access)|(?:auth|login|log-?in|access|sign-?in|audit|connection|directory) (?:logs?|records?|report|history|events)|(?:report|record) of who|charged|last log-?ins?)\b/,
        [
          /\b(?:where (?:can|do|is|are)|empty|error|attached|show(?:s|ing)? (?:an? )?(?:error|wrong)|gb now|charged (?:us|twice|me|double))\b/,
        ],
      ),
      inSentence(
        'p-info-nobody-knows-en',
        0.8,
        /\b(?:nobody|no one|don't|do not|not|never|hardly anyone)\b.{0,20}\b(?:knows?|knowing|sure|remember)\b.{0,40}\b(?:who|whose|which|what)\b.{0,50}\b(?:admin\w*|owner|account|registered|name|contract)\b/,
      ),
      inPlain(
        'p-info-objectid-en',
        0.75,
        /\bobject ?id\b.{0,20}(?:\?|$|please|pls)|\b(?:what|which|need|send|know|tell|give|say|our)\b.{0,40}\b(?:object ?id|number of object|organi[sz]ation id)\b/,
        [/\bwhere (?:can|do)\b/],
      ),
      inSentence(
        'p-info-exists-en',
        0.85,
        /\b(?:is|are|does|do|did|has|have|whether|if)\b.{0,50}\b(?:(?:already )?(?:have|has|got|hold|exists?) (?:an? |any |an existing )?(?:\w+ )?(?:account|tenant|subscription|contract)s? (?:with you|at|on|in your|with jumpcloud|on your)|(?:a )?(?:customer|client|user)s? of yours|customers? (?:with|at) you|(?:is|are) (?:\w+ )?registered (?:with|at|on|in) (?:you|your|jumpcloud)|account (?:under|for|with|in) (?:the )?(?:name|address|domain|e-?mail))\b/,
      ),
      inPlain(
        'p-info-recorded-en',
        0.8,
        /\b(?:who|which|whose|what)\b.{0,60}\b(?:down as|listed (?:as|with|under)|on record|on file|(?:in|on) your (?:records|files|books|system)|(?:have|hold|keep|got) (?:for|on|about) (?:us|me|our)|(?:contract|subscription|account) (?:in|under)\b(?! (?:windows|linux)))/,
      ),
      inPlain(
        'p-info-who-did-en',
        0.8,
        /\b(?:who|which (?:\w+ )?(?:employee|person|people|users?|admin\w*|colleague|of (?:us|our \w+)))\b.{0,30}\b(?:set up|opened|created|signed|ordered|registered|pays?|bought|changed|switched|(?:been|was|were) given|(?:can|could) (?:see|administer|access))\b.{0,50}\b(?:account|order|contract|tenant|subscription|log-?ins?|agreement|settings?|information|data)\b/,
        [/\bwho (?:can|could) (?:help|i|we|you)\b/, /\b(?:error|fails?|bug|cannot|can't)\b/],
      ),
      inPlain(
        'p-info-customer-en',
        0.8,
        /\b(?:is|are|was|were|do|does|confirm|whether|if)\b.{0,60}\b(?:(?:one |some )?of your (?:customers|clients)|(?:customers?|clients?) (?:of yours|with you|too)|(?:really|still|already|also|indeed|actually) use your|uses? you (?:too|as well|also)|with you (?:too|as well))\b/,
        [
          /\b(?:we|i) (?:are|am|have been|were|was) (?:\w+ )?(?:one |some )?(?:of your )?(?:a )?(?:customers?|clients?)\b/,
        ],
      ),
      inSentence(
        'p-info-papers-en',
        0.8,
        /\b(?:(?:cop(?:y|ies)|statement|record|list|extract|dump|export) of\b.{0,30}\b(?:invoices?|contract|agreement|account|payments?|order|users|staff|admin\w*|devices|laptops|everyone|everybody|records)|(?:usage|consumption|billing|log-?in|sign-in) (?:figures|numbers|statistics|stats|totals?)|(?:how many|number of) (?:\w+ )?(?:seats|licen[cs]es)|(?:organi[sz]ation|customer|client|account|tenant) (?:number|no\b))\b/,
        [/\b(?:wrong|empty|incorrect|bug|does not|doesn't|where (?:can|do)|how (?:can|do))\b/],
      ),
      inPlain(
        'p-info-access-request-en',
        0.8,
        /\b(?:(?:data )?subject access request|gdpr (?:access|request|article 15)|right of access|article 15|art\.? ?15)\b/,
      ),
    ],
  },
  {
    kind: 'become-admin',
    topic:
      /\b(?:admin|administrator|owner|ownership|superuser|root|admins|administrators|administrative|administration|privileges?)\b/,
    innocent:
      /\b(?:local admin|(?:only|sole) admin (?:can|sees)|admin (?:portal|console|page|guide|panel|login page|dashboard|api|ui|interface) (?:is|does|shows|won't|not|gives|says)|as (?:an |the )?admin(?:istrator)? i|i am (?:an |the |one of the )?admin|run as admin|file owner|product owner|process owner|sudo|difference between|remove|delete|revoke)\b/,
    rules: [
      inSentence(
        'p-admin-make-en',
        0.9,
        /\b(?:make|making|made|set|promote|elevate|upgrade|turn|appoint|name|nominate|designate|register|change|declare)\b (?:[\w'@.-]+ ){1,6}?(?:(?:in)?to |as |up to |be )?(?:(?:an?|the|our|new|global|super|full|second|another|main|account|co-?|its|also|sole|primary|additional|backup|company) )*(?:admin|administrator|owner|superuser|super ?admin|admins|administrators|co-owner)\b/,
        [/\blocal admin/],
      ),
      inSentence(
        'p-admin-give-en',
        0.9,
        /\b(?:give|giving|grant|granting|assign|add|adding|provide|get|create|need(?:s|ed)?|want(?:s)?|require(?:s)?|request(?:ing|s)?|have|should have|transfer(?:ring)?|hand(?:ing)? over|pass|move|switch|extend|obtain|enable|set up|restore|issue|confer|asking for|like)\b (?:[\w'@.,-]+ ){0,8}?(?:(?:an?|the|our|new|global|super|full|second|another|main|account|additional|backup|extra|third|proper|more) )*(?:admin(?:istrator|istrative|istration)?s? ?(?:rights?|role|roles|privileges?|access|permissions?|account|status|powers?|level|login|seat|user)?|owner(?:ship)?(?: rights| role)?|super ?user|superadmin|root access)\b/,
        [
          /\blocal admin|\badmin (?:portal|console|panel|guide|page|dashboard)\b(?!.{0,20}access)|\b(?:remove|delete|revoke|lost|login page)\b|\b(?:new|our) (?:admin|owner) (?:can|could|is (?:unable|not))/,
        ],
      ),
      inPlain(
        'p-admin-become-en',
        0.9,
        /\b(?:become|becoming|be (?:made|set as|added as|registered as|promoted|appointed|the new|an|our new)|act as|serve as|take over (?:as|the role)|taking over as|replac(?:e|es|ing) .{0,40} as|instead of .{0,30} as|succeed\w* .{0,30} as)\b (?:[\w']+ ){0,3}?(?:admin|administrator|owner|admins|account owner)\b/,
      ),
      inPlain(
        'p-admin-transfer-en',
        0.85,
        /\b(?:transfer|change|hand ?over|handing over|move|switch)(?:ring|ing)? (?:of )?(?:the |our |account |tenant |full |my )*(?:ownership|owner|account owner|admin (?:role|rights|account)|administrator(?:ship)?)\b/,
      ),
    ],
  },
  {
    kind: 'deny-appeal',
    topic:
      /\b(?:deny|denied|block|blocked|blocklist|blacklist|banned|ban|barred|blacklisted|unblock|denylist|denylisted|listed|rejected|refused|whitelist|allowlist|blocking|block-?listed|blacklisting)\b/,
    innocent:
      /\b(?:firewall|port \d|ad ?block|block (?:usb|device|storage|app|website|account|user)|blocked (?:user|device|account|by (?:our|the|windows|firewall|antivirus|defender|chrome|policy))|our (?:firewall|proxy|antivirus|spam filter)|usb|conditional access|building block)\b/,
    rules: [
      inPlain(
        'deny-appeal-en',
        0.9,
        /\b(?:un-?block(?:ed|ing)?|un-?ban(?:ned)?|de-?list(?:ed|ing)?|whitelist(?:ed)?|allow-?list(?:ed)?|(?:lift|remove|review|reconsider|reverse|undo|overturn|withdraw|appeal(?:ing)?(?: against)?|contest|dispute|challenge|explain|cancel) (?:\w+ ){0,4}?(?:block(?:ing|list)?|ban|blacklist(?:ing)?|deny-?list(?:ing)?|denial|listing|blocking|decision))\b.{0,60}\b(?:my|our|us|me|this|the|we|i|address|e-?mail|domain|number|mail|mails|sender|decision)\b/,
        [
          /\b(?:user|users|device|account|firewall|ip range in our|website|app|application|usb|port|macro)s?\b.{0,20}\b(?:whitelist|allowlist)/,
          /\b(?:whitelist|allow-?list|unblock) (?:your|the following|a|the (?:app|user|device|usb|port)|users?|devices?)\b/,
          /\bunblock (?:\w+ ){0,3}(?:user|account|device)/,
        ],
      ),
      inPlain(
        'deny-appeal-listed-en',
        0.85,
        /\b(?:(?:i|we|my|our|us|me|domain|address|number|sender|ip|charity|company|house|office)\b.{0,60}\b(?:(?:deny|black|block)[- ]?list(?:ed|ing)?|banned|barred|black ?listed|on (?:your|the|a) (?:deny|black|block)[- ]?list)|(?:banned|barred|blocked|black ?listed|denied) (?:me|us|my|our)|you (?:\w+ )?(?:black ?listed|banned|barred|blocked|deny-?listed) (?:us|me|my|our)|(?:un-?block|un-?ban|de-?list|unlock) (?:[\w.-]+@|me|us|our (?:mail|address|e-?mail|domain|number)|my (?:mail|address|e-?mail|domain|number))|(?:ban|block|blacklisting|bar) (?:be |could be |to be |can be )?(?:lifted|removed|reviewed|reversed)|(?:the )?(?:block|ban) (?:on|of) [\w.@-]+|off (?:your|the) (?:deny|block|black)[- ]?list|appeal (?:against|re|the|your|of|this)|reinstat\w+ (?:our|my|us|the) (?:\w+ )?(?:address\w*|e-?mails?|domain|number)|(?:denied|rejected|refused) by (?:you|your))\b/,
        [
          /\b(?:user|device|app|apps|application|website|usb|port|firewall|policy|feature)s?\b.{0,30}\b(?:blacklist|blocklist|deny)|\b(?:blacklist|deny) (?:feature|policy)\b/,
          /\bcourt\b/,
        ],
      ),
      inMail(
        'deny-appeal-story-en',
        0.9,
        [
          /\b(?:(?:deny|block|black)[- ]?list(?:ed|ing)?|(?:i|we|my|our|us|me)\b.{0,60}\b(?:blocked|banned|barred|blacklisted|block-?listed|denied|rejected|refused|on your (?:deny|black|block)[- ]?list)|you (?:have |just |apparently |seem to have |'ve |people )*(?:blocked|banned|blacklisted|barred|denied) (?:us|me|my|our)|(?:blocked|banned|blacklisted|barred) by you)\b/,
          /\b(?:(?:my|our|this|company|work|old) (?:\w+ ){0,2}(?:e-?mails?|mails?|address(?:es)?|domain|phone|number|messages?|colleagues?)|sender|on (?:your|the|a) (?:deny|black|block)[- ]?list|write to you|contact(?:ing)? you|reach you|mail you|deny-?list(?:ed|ing)?)\b/,
          /\b(?:remove|lift|un-?block|mistake|reconsider|review|appeal|apolog\w+|sorry|unfair|wrong|why|reason|error|please|off (?:the|your) list|second chance|explain|reinstate|restore|again|whitelist)\b/,
        ],
        [/\b(?:firewall|our (?:mail|spam) (?:gateway|filter) (?:blocks|blocked|rejects))\b/],
      ),
    ],
  },
  {
    kind: 'escalation-manager',
    topic:
      /\b(?:escalat|manager|supervisor|management|director|senior|higher|above|superior|boss|in charge|head of|executive|team lead|leader|ceo|vp|manger|somebody else|someone else|responsible)/,
    innocent:
      /\b(?:password manager|device manager|account manager|(?:our|my|his|her|their|the user's|a) (?:\w+ )?(?:manager|director|boss|supervisor|ceo|executive)|(?:package|task|window|session|boot|patch|file|key|credential|system center|configuration|project|product|hr|it|office|sales|store|shop) manager|manager (?:field|attribute|role|approval)|privilege escalation|escalation of privilege|escalate privileges|escalation policy|active directory|manager (?:level|group))\b/,
    rules: [
      inPlain(
        'd-escmgr-en',
        0.92,
        /\b(?:speak|talk|speaking|talking|connect|put (?:me|us|my|this|it)|call|calls|contact|contacted|meet|meeting|reach|hear|transfer|escalate|escalated|escalating|escalation|involve|involved|chat|word|conversation|discuss|get|refer|forward|pass|name|number|e-?mail|respond|response|reply|answer|ring|phone|want|need|ask(?:ing)? for|demand(?:ing)?|request(?:ing)?|complain|raise|raised|bring|take|looked at by|attention of)\b.{0,50}\b(?:escalations?(?: manager| team| department)?|(?:your|a|the|some|duty|support|service|shift|line|an|any|another|senior|customer|team|case) (?:\w+ ){0,2}?(?:managers?|supervisor|superior|boss|director|team lead(?:er)?)|management|someone (?:\w+ )?(?:senior|higher|above|in charge|with (?:authority|power)|more senior|who can (?:actually )?decide|responsible|superior|important)|somebody (?:\w+ )?(?:senior|higher|above|in charge|with authority|responsible)|(?:person|people) in charge|head of (?:\w+ )?(?:support|service|customer|operations)|higher[- ](?:level|up|ups|instance)|your (?:boss|ceo|superiors?|vp|director|cto|coo))\b/,
        [
          /\b(?:account|password|device|package|product) manager\b/,
          /\b(?:our|my|his|her|their) (?:\w+ )?manager\b(?!.{0,40}\byour manager)/,
          /\bprivilege|escalation policy|attribute|manager (?:field|approval)/,
        ],
      ),
      inPlain(
        'd-escmgr-give-en',
        0.85,
        /\b(?:(?:give|get|send|find|put|have) (?:me |us )?(?:a|an|your|the|some(?:one|body)) (?:\w+ ){0,2}(?:manager|supervisor|chief|boss|senior|authority|superior)|(?:manager|supervisor|chief|boss),? (?:now|please|pls)|(?:chief|head|boss|manager|director|responsible|person in charge|lead) of (?:the |your )?(?:\w+ )?(?:department|support|team|service)|who(?:'s| is| are)? (?:\w+ ){0,2}(?:your (?:boss|lead|manager|supervisor)|in charge|responsible (?:for|of))|(?:someone|somebody|anyone|a person) (?:\w+ )?(?:senior|with authority|above you|higher)|escalation manager)\b/,
        [/\b(?:password|device|account) manager\b/],
      ),
      inSentence('d-escmgr-escalate-en', 0.85, /\bescalat(?:e|ed|ing|ion)\b/, [
        /\bprivileges?|\bpolicy\b|\bpermission/,
      ]),
    ],
  },
  {
    kind: 'grant-access',
    topic:
      /\b(?:access|permission|permissions|add|adding|added|group|join|share|grant|assign|give|invite|onboard|enrol|enroll|provision|let|include|put)\b/,
    innocent:
      /\b(?:add (?:that|to that|a (?:note|comment|screenshot|reply))|lost access|losing access|lose access|no (?:longer )?access|can(?:'t|not) access|cannot access|unable to access|denied|access is denied|have no access|don't have access|error|fails?|failing|would like to add that|(?:more|additional) (?:users|seats|licen[cs]es)|dkim|dns record|a record|feature|support for)\b/,
    rules: [
      inSentence(
        'p-access-give-en',
        0.85,
        /\b(?:give|grant|provide|enable|assign|allow|let|open|arrange|set up|get|restore|need(?:s)?|want(?:s)?|require(?:s)?|request(?:ing|s)?|should have|has to have|must have|have|extend|approve|activate|permit|authori[sz]e|like)\b (?:[\w'@.,-]+ ){0,9}?(?:access|permissions?|rights|read-only|read access|write access)\b(?: (?:to|for|on|in|into|rights)\b| as well| too|[.,!?]|$)/,
        [
          /\badmin(?:istrator|istrative)?s? (?:access|rights|permissions?|role|privileges?)\b/,
          /\b(?:api|connect) key\b/,
          /\b(?:get|have|got|restore|recover|regain|give (?:me|us|back)) (?:\w+ )?(?:my|our|back) (?:\w+ )?access\b/,
          /\baccess (?:logs?|history|request|list|polic\w+|token|key|point|denied)\b/,
          /\b(?:do(?:es)? not|don't|doesn't|no longer|not) (?:have|get)\b/,
        ],
      ),
      inSentence(
        'p-access-add-en',
        0.85,
        /\b(?:add|adding|put|include|invite|enrol|enroll|join|assign|attach|onboard|provision|bind|move|associate|connect|subscribe)\b (?:[\w'@.,-]+ ){1,8}?(?:to|into|in|on|onto|for|with)\b (?:[\w'.-]+ ){0,5}?(?:group|groups|resource|resources|application|applications|app|apps|folder|server|servers|system|systems|vpn|wi-?fi|drive|share|channel|database|device|devices|sso|mailbox|vault|network|crm|repo|repository|project|machine|laptop|workstation|list|team|jira|slack|github|salesforce|aws|confluence|sharepoint|erp|finance|payroll|printer|dashboard|tableau|hr system|environment|account|tenant|directory)\b/,
        [
          /\b(?:add|adding) (?:\d+|more|additional|extra|new) (?:\w+ )?(?:seats|licen[cs]es)\b/,
          /\b(?:as|an?) (?:\w+ )?admin(?:istrator)?\b/,
          /\badmins?\b/,
        ],
      ),
    ],
  },
  {
    kind: 'credentials',
    topic:
      /\b(?:password|passwords|passcode|passphrase|pwd|passwd|api[- ]key|api[- ]keys|connect[- ]key|token|tokens|credential|credentials|mfa|2fa|totp|authenticator|otp|secret|pin|log-?in details|key|keys|log-?in|recovery code|recovery codes|yubikey|second factor|access code)\b/,
    innocent:
      /\b(?:password (?:policy|policies|complexity|expiry|expiration|manager|rotation|sync|synchroni[sz]ation|hash|field|prompt|page|reset (?:page|link|mail|e-?mail|flow|portal|form|feature|function|option|button|does|doesn't|is|not|fails|works))|reset (?:link|e-?mail|mail|page) (?:does|doesn't|is|not|never|isn't|fails|goes|arrives|expires?)|(?:users|they|people|employees|he|she|everyone) (?:can(?:'t|not)|cannot|are unable|is unable|get|gets|see|sees)|error|fails?|failing|not working|doesn't work|isn't working|never arrives?|bug|documentation|key (?:features?|question|point|people|account|card)|keyboard|public key|ssh key (?:sync|login)|pgp|license key format|primary key|foreign key|log-?in (?:page|screen|window))\b/,
    rules: [
      inSentence(
        'p-credentials-do-en',
        0.88,
        /\b(?:reset|resetting|change|changing|set|setting|send|sending|resend|recover|give|tell|provide|issue|generate|regenerate|create|renew|rotate|remind|need(?:s)?|get|retrieve|unlock|replace|e-?mail|new|disable|remove|clear|bypass|switch off|turn off|deactivate|re-?enable|assign|restore|update|share|look up|find|what(?:'s| is)|resets?|want|have|refresh|revoke|exchange|give me|text|forward|supply|delete|invalidate|roll)\b (?:[\w'@.,-]+ ){0,8}?(?:passwords?|passcodes?|passphrases?|pwd|passwd|pass word|api[- ]?keys?|connect[- ]?keys?|api[- ]?tokens?|access tokens?|tokens?|credentials?|mfa|2fa|totp|two[- ]factor|multi-?factor|second factor|authenticator|log-?in (?:details?|data|info\w*|credentials?|name and|code)|secret(?: key)?s?|pin(?: code)?|otp|one[- ]time (?:code|password)|recovery codes?|access codes?|scim token|ldap password|service token|key)\b/,
        [/\b(?:key|token) (?:is|are) (?:not|invalid)\b/],
      ),
      inPlain(
        'p-credentials-forgot-en',
        0.85,
        /\b(?:forgot(?:ten)?|forget|lost|misplaced|don't (?:remember|know|have)|do not (?:remember|know|have)|can(?:'t|not|not) (?:remember|recall|find)|no longer (?:have|know|remember)|never (?:got|received)|locked (?:myself )?out)\b.{0,40}\b(?:passwords?|passcode|pwd|pass word|api[- ]?key|connect[- ]?key|credentials?|authenticator|mfa|2fa|totp|log-?in|pin|token|phone|recovery codes?|account)\b/,
        [/\b(?:how|when (?:a |our )?users?|if (?:a |our )?users?|users? (?:who|that|forget)|they forgot)\b/],
      ),
      inPlain(
        'p-credentials-noun-en',
        0.8,
        /\b(?:password|mfa|2fa|totp|passcode|api[- ]?key|connect[- ]?key|credentials?|pin) (?:reset|change|recovery|renewal|rotation|regeneration|needed|forgotten|lost|please|request)\b/,
        [
          /\b(?:reset|change) (?:link|page|mail|e-?mail|portal|flow|form|feature|function|option|button|does|doesn't|is|not|fails|works|error|loop|problem|issue)\b/,
        ],
      ),
    ],
  },
  {
    kind: 'tenant-change',
    topic:
      /\b(?:change|changing|updat|modif|alter|edit|correct|renam|set|disabl|enabl|lock|unlock|suspend|block|freeze|remov|delet|deactivat|wip|mov|merg|restor|undelet|unbind|detach|turn|switch|uninstall|reassign|transfer|import|bulk|create|fix|adjust|replace|erase|clean|revoke|unassign|reactivat|add|new)/,
    innocent:
      /\b(?:(?:your|the) (?:documentation|docs|website|price|pricing|terms)|change(?:d|s)? (?:nothing|anything)|nothing changed|what (?:has )?changed|change log|changelog|update (?:me|us) (?:on|about)|any updates?|keep (?:me|us) updated|after (?:the|an|your|we|i) (?:update|change|upgrade)|since (?:the|your|last) (?:update|change|upgrade)|error|fails?|failing|crash|bug|doesn't|does not|won't|cannot|can't|unable|not working|is broken|set ?up|settings? page)\b/,
    rules: [
      inSentence(
        'p-tenant-data-en',
        0.82,
        /\b(?:change|update|modify|alter|edit|correct|rename|amend|fix|adjust|replace|merge|move|transfer|reassign|import|migrate|swap|overwrite|set|switch|convert|split|bulk[- ](?:update|change|edit))\b (?:[\w'@.,-]+ ){0,6}?(?:our (?:company |organi[sz]ation |org |tenant |billing |primary |registered |contact )*(?:name|data|records?|domain|address|settings?|details|polic(?:y|ies)|groups?|users?|attributes?|e-?mail|region|time ?zone|phone)|(?:company|organi[sz]ation|org|tenant|user|users|user's|device|group|employee|staff|last|first|display|host|job) ?(?:name|names|data|records?|settings?|details|attributes?|e-?mails?|addresses|polic(?:y|ies)|groups?|title|titles|id|department)?|polic(?:y|ies)|attributes?|users|devices|group memberships?|domain(?: name)?|e-?mail address(?:es)?|surname|usernames?|tenants?|manager field|cost cent(?:er|re)|departments?)\b/,
        [/\b(?:password|passwords|plan|tier|seats|licen[cs]es|invoice|credit card|api key|mfa|owner|admin)\b/],
      ),
      inSentence(
        'p-tenant-lock-en',
        0.85,
        /\b(?:lock(?: out)?|unlock|suspend|block|freeze|disable|deactivate|remove|delete|wipe|erase|restore|undelete|unbind|detach|turn off|switch off|uninstall|reactivate|re-?enable|kick|revoke|unassign|clean (?:up|out)|purge|unenrol|unenroll|quarantine|drop|take out|get rid of|offboard|terminate|cut off|retire|activate)\b (?:[\w'@.,-]+ ){0,7}?(?:users?|users'|user's|devices?|systems?|computers?|laptops?|servers?|machines?|groups?|polic(?:y|ies)|employees?|workstations?|macbooks?|mac|phones?|tablets?|colleagues?|leavers?|contractors?|interns?|records?|\w+'s (?:\w+ )?(?:account|access|laptop|login|user|profile|device)|(?:his|her|their) (?:\w+ )?(?:account|access|laptop|login|user|profile|device)|user accounts?|accounts? (?:of|for|belonging)|admin (?:account|user|rights|access)|admin|administrator|agents?|applications?|integrations?|entries|members?|people|accounts|directory sync|domains?)\b/,
        [
          /\b(?:my|our|the|your) (?:\w+ )?(?:message|mail|e-?mail|newsletter|ticket)\b/,
          /\b(?:password|mfa|2fa|totp|authenticator)\b/,
        ],
      ),
      inSentence(
        'p-tenant-remove-en',
        0.7,
        /\b(?:lock|unlock|suspend|block|freeze|disable|deactivate|remove|delete|wipe|restore|undelete|reactivate)\b (?:\w+ ){0,2}(?:him|her|them|[\w.-]+@[\w.-]+|this (?:user|person|device|machine))\b/,
        [/\b(?:password|mfa|blacklist|deny|block ?list)\b/],
      ),
      inSentence(
        'p-tenant-create-en',
        0.7,
        /\b(?:create|add|set up|make|register|open)\b (?:[\w'@.,-]+ ){0,4}?(?:(?:new |\d+ |two |three |some |another )+(?:users?|employees?|groups?|devices?|hires?|colleagues?|user accounts?|starters?)|users? (?:account )?for|an account for)\b/,
        [/\b(?:licen[cs]es?|seats?|to the|access)\b/],
      ),
    ],
  },
  {
    kind: 'purchase',
    topic:
      /\b(?:buy|buying|purchas|order|quote|quotation|pricing|price|prices|upgrad|licen[cs]es?|seats|subscrib|how much|cost|costs|sign up|trial|demo|sales|offer|discount|proposal|premium|paid|plan|renew|budget|reseller|procure|vendor|evaluat|interested|rate|package|invest)/,
    innocent:
      /\b(?:in order to|cost us|costs us|costing us|at all costs?|upgrade (?:to|from) (?:windows|macos|ubuntu|version|agent|debian|sonoma|v?\d)|upgraded|os upgrade|agent upgrade|after (?:the|an|upgrading)|since (?:the|we) upgrade|sort order|order of|paid (?:for|customers?|plan and)|we pay|we are paying|paying customer|salesforce|sales (?:team|department|people|rep|guys|staff)|firmware)\b/,
    rules: [
      inSentence(
        'buy-verb-en',
        0.88,
        /\b(?:buy|purchase|order|subscribe to|sign up for|procure|acquire|invest in|get|need|want|add|adding|upgrade (?:to|our|my|from)|upgrading to|move (?:up )?to|switch to|renew|extend|increase|take|go (?:for|with)|buying|purchasing|ordering)\b (?:[\w',-]+ ){0,6}?(?:licen[cs]es?|seats|subscription|plan|premium|platform plus|package|tier|product|paid|more users|additional users|extra users|your (?:product|solution|service|platform|software)|jumpcloud|pro\b|enterprise|version)\b/,
        [/\b(?:delete|cancel|windows|macos|ubuntu|agent version|latest version)\b/],
      ),
      inPlain(
        'buy-price-en',
        0.88,
        /\b(?:(?:price|pricing|cost|costs|quote|quotation|estimate|rates?|discount|offer|proposal|tariff|price list) (?:\w+ )?(?:for|of|per|list|quote|information|details|on|be|please|if|to|sheet|model|us|our|request)|how much (?:is|are|does|do|would|will|for|it|a|the|per)|(?:send|give|get|need|want|like|request|provide|receive|prepare|make|have|for|updated|formal|written) (?:\w+ ){0,4}?(?:a |an )?(?:quote|quotation|offer|proposal|price|pricing|prices|estimate|pro-?forma)|what (?:does|would|will|do) .{0,40}\bcost|volume discount|(?:want|like|wish|interested|ready|plan(?:ning)?|looking|considering|decided|decide|going|happy|keen|hope|hoping|thinking) (?:to|in|of|about) (?:\w+ )?(?:buy(?:ing)?|purchas(?:e|ing)|order(?:ing)?|upgrad(?:e|ing)|sign(?:ing)? up|subscrib(?:e|ing)|becom(?:e|ing) (?:a )?customer)|(?:book|schedule|arrange|see|have|request|get|like) (?:\w+ ){0,3}demo(?:nstration)?|talk to (?:your )?sales|sales (?:rep|person|contact|call|colleague)|contact from sales|start(?:ing)? a trial|free trial|proof of concept|convert (?:our|the) trial|purchase order|becom(?:e|ing) a (?:customer|reseller|partner))\b/,
        [/\b(?:cost us|costs us)\b/],
      ),
    ],
  },
]);

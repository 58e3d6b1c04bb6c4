/** What is asked for in English and needs no second person: access, passwords, changes, appeals, purchases, the escalation manager. */
import { pattern } from './pattern.ts';
import { inMail, inPlain, inSentence, type RuleGroup, ruleGroups } from './request-rule.ts';

export const supportGroupsEn: readonly RuleGroup[] = ruleGroups([
  {
    kind: 'deny-appeal',
    topic: pattern`
        \b(?:
          deny|denied|block|blocked|blocklist|blacklist|banned|ban|barred|blacklisted|unblock|denylist|denylisted
          |listed|rejected|refused|whitelist|allowlist|blocking|block-?listed|blacklisting
        )\b
      `,
    innocent: pattern`
        \b(?:
          firewall|port \d|ad ?block|block (?:usb|device|storage|app|website|account|user)
          |blocked (?:user|device|account|by (?:our|the|windows|firewall|antivirus|defender|chrome|policy))
          |our (?:firewall|proxy|antivirus|spam filter)|usb|conditional access|building block
        )\b
      `,
    rules: [
      inPlain(
        'deny-appeal-en',
        0.9,
        pattern`
          \b(?:
            un-?block(?:ed|ing)?|un-?ban(?:ned)?|de-?list(?:ed|ing)?|whitelist(?:ed)?|allow-?list(?:ed)?
            |(?:
              lift|remove|review|reconsider|reverse|undo|overturn|withdraw|appeal(?:ing)?(?: against)?|contest
              |dispute|challenge|explain|cancel
            ) (?:\w+ ){0,4}?(?:
              block(?:ing|list)?|ban|blacklist(?:ing)?|deny-?list(?:ing)?|denial|listing|blocking|decision
            )
          )\b.{0,60}\b(?:my|our|us|me|this|the|we|i|address|e-?mail|domain|number|mail|mails|sender|decision)\b
        `,
        [
          pattern`
            \b(?:user|users|device|account|firewall|ip range in our|website|app|application|usb|port|macro)s?\b.{0,20}\b(?:
              whitelist|allowlist
            )
          `,
          pattern`
            \b(?:whitelist|allow-?list|unblock) (?:
              your|the following|a|the (?:app|user|device|usb|port)|users?|devices?
            )\b
          `,
          /\bunblock (?:\w+ ){0,3}(?:user|account|device)/,
        ],
      ),
      inPlain(
        'deny-appeal-listed-en',
        0.85,
        pattern`
          \b(?:
            (?:i|we|my|our|us|me|domain|address|number|sender|ip|charity|company|house|office)\b.{0,60}\b(?:
              (?:deny|black|block)[- ]?list(?:ed|ing)?|banned|barred|black ?listed
              |on (?:your|the|a) (?:deny|black|block)[- ]?list
            )|(?:banned|barred|blocked|black ?listed|denied) (?:me|us|my|our)
            |you (?:\w+ )?(?:black ?listed|banned|barred|blocked|deny-?listed) (?:us|me|my|our)
            |(?:un-?block|un-?ban|de-?list|unlock) (?:
              [\w.-]+@|me|us|our (?:mail|address|e-?mail|domain|number)|my (?:mail|address|e-?mail|domain|number)
            )|(?:ban|block|blacklisting|bar) (?:be |could be |to be |can be )?(?:lifted|removed|reviewed|reversed)
            |(?:the )?(?:block|ban) (?:on|of) [\w.@-]+|off (?:your|the) (?:deny|block|black)[- ]?list
            |appeal (?:against|re|the|your|of|this)
            |reinstat\w+ (?:our|my|us|the) (?:\w+ )?(?:address\w*|e-?mails?|domain|number)
            |(?:denied|rejected|refused) by (?:you|your)
          )\b
        `,
        [
          pattern`
            \b(?:user|device|app|apps|application|website|usb|port|firewall|policy|feature)s?\b.{0,30}\b(?:
              blacklist|blocklist|deny
            )|\b(?:blacklist|deny) (?:feature|policy)\b
          `,
          /\bcourt\b/,
        ],
      ),
      inMail(
        'deny-appeal-story-en',
        0.9,
        [
          pattern`
            \b(?:
              (?:deny|block|black)[- ]?list(?:ed|ing)?
              |(?:i|we|my|our|us|me)\b.{0,60}\b(?:
                blocked|banned|barred|blacklisted|block-?listed|denied|rejected|refused
                |on your (?:deny|black|block)[- ]?list
              )
              |you (?:have |just |apparently |seem to have |'ve |people )*(?:
                blocked|banned|blacklisted|barred|denied
              ) (?:us|me|my|our)|(?:blocked|banned|blacklisted|barred) by you
            )\b
          `,
          pattern`
            \b(?:
              (?:my|our|this|company|work|old) (?:\w+ ){0,2}(?:
                e-?mails?|mails?|address(?:es)?|domain|phone|number|messages?|colleagues?
              )|sender|on (?:your|the|a) (?:deny|black|block)[- ]?list|write to you|contact(?:ing)? you|reach you
              |mail you|deny-?list(?:ed|ing)?
            )\b
          `,
          pattern`
            \b(?:
              remove|lift|un-?block|mistake|reconsider|review|appeal|apolog\w+|sorry|unfair|wrong|why|reason|error
              |please|off (?:the|your) list|second chance|explain|reinstate|restore|again|whitelist
            )\b
          `,
        ],
        [/\b(?:firewall|our (?:mail|spam) (?:gateway|filter) (?:blocks|blocked|rejects))\b/],
      ),
    ],
  },
  {
    kind: 'escalation-manager',
    topic: pattern`
        \b(?:
          escalat|manager|supervisor|management|director|senior|higher|above|superior|boss|in charge|head of
          |executive|team lead|leader|ceo|vp|manger|somebody else|someone else|responsible
        )
      `,
    innocent: pattern`
        \b(?:
          password manager|device manager|account manager
          |(?:our|my|his|her|their|the user's|a) (?:\w+ )?(?:manager|director|boss|supervisor|ceo|executive)
          |(?:
            package|task|window|session|boot|patch|file|key|credential|system center|configuration|project|product
            |hr|it|office|sales|store|shop
          ) manager|manager (?:field|attribute|role|approval)|privilege escalation|escalation of privilege
          |escalate privileges|escalation policy|active directory|manager (?:level|group)
        )\b
      `,
    rules: [
      inPlain(
        'd-escmgr-en',
        0.92,
        pattern`
          \b(?:
            speak|talk|speaking|talking|connect|put (?:me|us|my|this|it)|call|calls|contact|contacted|meet|meeting
            |reach|hear|transfer|escalate|escalated|escalating|escalation|involve|involved|chat|word|conversation
            |discuss|get|refer|forward|pass|name|number|e-?mail|respond|response|reply|answer|ring|phone|want|need
            |ask(?:ing)? for|demand(?:ing)?|request(?:ing)?|complain|raise|raised|bring|take|looked at by
            |attention of
          )\b.{0,50}\b(?:
            escalations?(?: manager| team| department)?
            |(?:your|a|the|some|duty|support|service|shift|line|an|any|another|senior|customer|team|case) (?:
              \w+ ){0,2}?(?:managers?|supervisor|superior|boss|director|team lead(?:er)?)|management
            |someone (?:\w+ )?(?:
              senior|higher|above|in charge|with (?:authority|power)|more senior|who can (?:actually )?decide
              |responsible|superior|important
            )|somebody (?:\w+ )?(?:senior|higher|above|in charge|with authority|responsible)
            |(?:person|people) in charge|head of (?:\w+ )?(?:support|service|customer|operations)
            |higher[- ](?:level|up|ups|instance)|your (?:boss|ceo|superiors?|vp|director|cto|coo)
          )\b
        `,
        [
          /\b(?:account|password|device|package|product) manager\b/,
          /\b(?:our|my|his|her|their) (?:\w+ )?manager\b(?!.{0,40}\byour manager)/,
          /\bprivilege|escalation policy|attribute|manager (?:field|approval)/,
        ],
      ),
      inPlain(
        'd-escmgr-give-en',
        0.85,
        pattern`
          \b(?:
            (?:give|get|send|find|put|have) (?:me |us )?(?:a|an|your|the|some(?:one|body)) (?:\w+ ){0,2}(?:
              manager|supervisor|chief|boss|senior|authority|superior
            )|(?:manager|supervisor|chief|boss),? (?:now|please|pls)
            |(?:chief|head|boss|manager|director|responsible|person in charge|lead) of (?:the |your )?(?:\w+ )?(?:
              department|support|team|service
            )
            |who(?:'s| is| are)? (?:\w+ ){0,2}(?:
              your (?:boss|lead|manager|supervisor)|in charge|responsible (?:for|of)
            )|(?:someone|somebody|anyone|a person) (?:\w+ )?(?:senior|with authority|above you|higher)
            |escalation manager
          )\b
        `,
        [/\b(?:password|device|account) manager\b/],
      ),
      inSentence('d-escmgr-escalate-en', 0.85, /\bescalat(?:e|ed|ing|ion)\b/, [
        /\bprivileges?|\bpolicy\b|\bpermission/,
      ]),
    ],
  },
  {
    kind: 'grant-access',
    topic: pattern`
        \b(?:
          access|permission|permissions|add|adding|added|group|join|share|grant|assign|give|invite|onboard|enrol
          |enroll|provision|let|include|put
        )\b
      `,
    innocent: pattern`
        \b(?:
          add (?:that|to that|a (?:note|comment|screenshot|reply))|lost access|losing access|lose access
          |no (?:longer )?access|can(?:'t|not) access|cannot access|unable to access|denied|access is denied
          |have no access|don't have access|error|fails?|failing|would like to add that
          |(?:more|additional) (?:users|seats|licen[cs]es)|dkim|dns record|a record|feature|support for
        )\b
      `,
    rules: [
      inSentence(
        'p-access-give-en',
        0.85,
        pattern`
          \b(?:
            give|grant|provide|enable|assign|allow|let|open|arrange|set up|get|restore|need(?:s)?|want(?:s)?
            |require(?:s)?|request(?:ing|s)?|should have|has to have|must have|have|extend|approve|activate|permit
            |authori[sz]e|like
          )\b (?:[\w'@.,-]+ ){0,9}?(?:access|permissions?|rights|read-only|read access|write access)\b(?: (?:
              to|for|on|in|into|rights
            )\b| as well| too|[.,!?]|$
          )
        `,
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
        pattern`
          \b(?:
            add|adding|put|include|invite|enrol|enroll|join|assign|attach|onboard|provision|bind|move|associate
            |connect|subscribe
          )\b (?:[\w'@.,-]+ ){1,8}?(?:to|into|in|on|onto|for|with)\b (?:[\w'.-]+ ){0,5}?(?:
            group|groups|resource|resources|application|applications|app|apps|folder|server|servers|system|systems
            |vpn|wi-?fi|drive|share|channel|database|device|devices|sso|mailbox|vault|network|crm|repo|repository
            |project|machine|laptop|workstation|list|team|jira|slack|github|salesforce|aws|confluence|sharepoint|erp
            |finance|payroll|printer|dashboard|tableau|hr system|environment|account|tenant|directory
          )\b
        `,
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
    topic: pattern`
        \b(?:
          password|passwords|passcode|passphrase|pwd|passwd|api[- ]key|api[- ]keys|connect[- ]key|token|tokens
          |credential|credentials|mfa|2fa|totp|authenticator|otp|secret|pin|log-?in details|key|keys|log-?in
          |recovery code|recovery codes|yubikey|second factor|access code
        )\b
      `,
    innocent: pattern`
        \b(?:
          password (?:
            policy|policies|complexity|expiry|expiration|manager|rotation|sync|synchroni[sz]ation|hash|field|prompt
            |page
            |reset (?:
              page|link|mail|e-?mail|flow|portal|form|feature|function|option|button|does|doesn't|is|not|fails|works
            )
          )|reset (?:link|e-?mail|mail|page) (?:does|doesn't|is|not|never|isn't|fails|goes|arrives|expires?)
          |(?:users|they|people|employees|he|she|everyone) (?:
            can(?:'t|not)|cannot|are unable|is unable|get|gets|see|sees
          )|error|fails?|failing|not working|doesn't work|isn't working|never arrives?|bug|documentation
          |key (?:features?|question|point|people|account|card)|keyboard|public key|ssh key (?:sync|login)|pgp
          |license key format|primary key|foreign key|log-?in (?:page|screen|window)
        )\b
      `,
    rules: [
      inSentence(
        'p-credentials-do-en',
        0.88,
        pattern`
          \b(?:
            reset|resetting|change|changing|set|setting|send|sending|resend|recover|give|tell|provide|issue|generate
            |regenerate|create|renew|rotate|remind|need(?:s)?|get|retrieve|unlock|replace|e-?mail|new|disable|remove
            |clear|bypass|switch off|turn off|deactivate|re-?enable|assign|restore|update|share|look up|find
            |what(?:'s| is)|resets?|want|have|refresh|revoke|exchange|give me|text|forward|supply|delete|invalidate
            |roll
          )\b (?:[\w'@.,-]+ ){0,8}?(?:
            passwords?|passcodes?|passphrases?|pwd|passwd|pass word|api[- ]?keys?|connect[- ]?keys?|api[- ]?tokens?
            |access tokens?|tokens?|credentials?|mfa|2fa|totp|two[- ]factor|multi-?factor|second factor
            |authenticator|log-?in (?:details?|data|info\w*|credentials?|name and|code)|secret(?: key)?s?
            |pin(?: code)?|otp|one[- ]time (?:code|password)|recovery codes?|access codes?|scim token|ldap password
            |service token|key
          )\b
        `,
        [/\b(?:key|token) (?:is|are) (?:not|invalid)\b/],
      ),
      inPlain(
        'p-credentials-forgot-en',
        0.85,
        pattern`
          \b(?:
            forgot(?:ten)?|forget|lost|misplaced|don't (?:remember|know|have)|do not (?:remember|know|have)
            |can(?:'t|not|not) (?:remember|recall|find)|no longer (?:have|know|remember)|never (?:got|received)
            |locked (?:myself )?out
          )\b.{0,40}\b(?:
            passwords?|passcode|pwd|pass word|api[- ]?key|connect[- ]?key|credentials?|authenticator|mfa|2fa|totp
            |log-?in|pin|token|phone|recovery codes?|account
          )\b
        `,
        [/\b(?:how|when (?:a |our )?users?|if (?:a |our )?users?|users? (?:who|that|forget)|they forgot)\b/],
      ),
      inPlain(
        'p-credentials-noun-en',
        0.8,
        pattern`
          \b(?:password|mfa|2fa|totp|passcode|api[- ]?key|connect[- ]?key|credentials?|pin) (?:
            reset|change|recovery|renewal|rotation|regeneration|needed|forgotten|lost|please|request
          )\b
        `,
        [
          pattern`
            \b(?:reset|change) (?:
              link|page|mail|e-?mail|portal|flow|form|feature|function|option|button|does|doesn't|is|not|fails|works
              |error|loop|problem|issue
            )\b
          `,
        ],
      ),
    ],
  },
  {
    kind: 'tenant-change',
    topic: pattern`
        \b(?:
          change|changing|updat|modif|alter|edit|correct|renam|set|disabl|enabl|lock|unlock|suspend|block|freeze
          |remov|delet|deactivat|wip|mov|merg|restor|undelet|unbind|detach|turn|switch|uninstall|reassign|transfer
          |import|bulk|create|fix|adjust|replace|erase|clean|revoke|unassign|reactivat|add|new
        )
      `,
    innocent: pattern`
        \b(?:
          (?:your|the) (?:documentation|docs|website|price|pricing|terms)|change(?:d|s)? (?:nothing|anything)
          |nothing changed|what (?:has )?changed|change log|changelog|update (?:me|us) (?:on|about)|any updates?
          |keep (?:me|us) updated|after (?:the|an|your|we|i) (?:update|change|upgrade)
          |since (?:the|your|last) (?:update|change|upgrade)|error|fails?|failing|crash|bug|doesn't|does not|won't
          |cannot|can't|unable|not working|is broken|set ?up|settings? page
        )\b
      `,
    rules: [
      inSentence(
        'p-tenant-data-en',
        0.82,
        pattern`
          \b(?:
            change|update|modify|alter|edit|correct|rename|amend|fix|adjust|replace|merge|move|transfer|reassign
            |import|migrate|swap|overwrite|set|switch|convert|split|bulk[- ](?:update|change|edit)
          )\b (?:[\w'@.,-]+ ){0,6}?(?:
            our (?:company |organi[sz]ation |org |tenant |billing |primary |registered |contact )*(?:
              name|data|records?|domain|address|settings?|details|polic(?:y|ies)|groups?|users?|attributes?|e-?mail
              |region|time ?zone|phone
            )
            |(?:
              company|organi[sz]ation|org|tenant|user|users|user's|device|group|employee|staff|last|first|display
              |host|job
            ) ?(?:
              name|names|data|records?|settings?|details|attributes?|e-?mails?|addresses|polic(?:y|ies)|groups?
              |title|titles|id|department
            )?|polic(?:y|ies)|attributes?|users|devices|group memberships?|domain(?: name)?|e-?mail address(?:es)?
            |surname|usernames?|tenants?|manager field|cost cent(?:er|re)|departments?
          )\b
        `,
        [/\b(?:password|passwords|plan|tier|seats|licen[cs]es|invoice|credit card|api key|mfa|owner|admin)\b/],
      ),
      inSentence(
        'p-tenant-lock-en',
        0.85,
        pattern`
          \b(?:
            lock(?: out)?|unlock|suspend|block|freeze|disable|deactivate|remove|delete|wipe|erase|restore|undelete
            |unbind|detach|turn off|switch off|uninstall|reactivate|re-?enable|kick|revoke|unassign|clean (?:up|out)
            |purge|unenrol|unenroll|quarantine|drop|take out|get rid of|offboard|terminate|cut off|retire|activate
          )\b (?:[\w'@.,-]+ ){0,7}?(?:
            users?|users'|user's|devices?|systems?|computers?|laptops?|servers?|machines?|groups?|polic(?:y|ies)
            |employees?|workstations?|macbooks?|mac|phones?|tablets?|colleagues?|leavers?|contractors?|interns?
            |records?|\w+'s (?:\w+ )?(?:account|access|laptop|login|user|profile|device)
            |(?:his|her|their) (?:\w+ )?(?:account|access|laptop|login|user|profile|device)|user accounts?
            |accounts? (?:of|for|belonging)|admin (?:account|user|rights|access)|admin|administrator|agents?
            |applications?|integrations?|entries|members?|people|accounts|directory sync|domains?
          )\b
        `,
        [
          /\b(?:my|our|the|your) (?:\w+ )?(?:message|mail|e-?mail|newsletter|ticket)\b/,
          /\b(?:password|mfa|2fa|totp|authenticator)\b/,
        ],
      ),
      inSentence(
        'p-tenant-remove-en',
        0.7,
        pattern`
          \b(?:lock|unlock|suspend|block|freeze|disable|deactivate|remove|delete|wipe|restore|undelete|reactivate)\b (?:
            \w+ ){0,2}(?:him|her|them|[\w.-]+@[\w.-]+|this (?:user|person|device|machine))\b
        `,
        [/\b(?:password|mfa|blacklist|deny|block ?list)\b/],
      ),
      inSentence(
        'p-tenant-create-en',
        0.7,
        pattern`
          \b(?:create|add|set up|make|register|open)\b (?:[\w'@.,-]+ ){0,4}?(?:
            (?:new |\d+ |two |three |some |another )+(?:
              users?|employees?|groups?|devices?|hires?|colleagues?|user accounts?|starters?
            )|users? (?:account )?for|an account for
          )\b
        `,
        [/\b(?:licen[cs]es?|seats?|to the|access)\b/],
      ),
    ],
  },
  {
    kind: 'purchase',
    topic: pattern`
        \b(?:
          buy|buying|purchas|order|quote|quotation|pricing|price|prices|upgrad|licen[cs]es?|seats|subscrib|how much
          |cost|costs|sign up|trial|demo|sales|offer|discount|proposal|premium|paid|plan|renew|budget|reseller
          |procure|vendor|evaluat|interested|rate|package|invest
        )
      `,
    innocent: pattern`
        \b(?:
          in order to|cost us|costs us|costing us|at all costs?
          |upgrade (?:to|from) (?:windows|macos|ubuntu|version|agent|debian|sonoma|v?\d)|upgraded|os upgrade
          |agent upgrade|after (?:the|an|upgrading)|since (?:the|we) upgrade|sort order|order of
          |paid (?:for|customers?|plan and)|we pay|we are paying|paying customer|salesforce
          |sales (?:team|department|people|rep|guys|staff)|firmware
        )\b
      `,
    rules: [
      inSentence(
        'buy-verb-en',
        0.88,
        pattern`
          \b(?:
            buy|purchase|order|subscribe to|sign up for|procure|acquire|invest in|get|need|want|add|adding
            |upgrade (?:to|our|my|from)|upgrading to|move (?:up )?to|switch to|renew|extend|increase|take
            |go (?:for|with)|buying|purchasing|ordering
          )\b (?:[\w',-]+ ){0,6}?(?:
            licen[cs]es?|seats|subscription|plan|premium|platform plus|package|tier|product|paid|more users
            |additional users|extra users|your (?:product|solution|service|platform|software)|pro\b|enterprise
            |version
          )\b
        `,
        [/\b(?:delete|cancel|windows|macos|ubuntu|agent version|latest version)\b/],
      ),
      inPlain(
        'buy-price-en',
        0.88,
        pattern`
          \b(?:
            (?:price|pricing|cost|costs|quote|quotation|estimate|rates?|discount|offer|proposal|tariff|price list) (?:
              \w+ )?(?:for|of|per|list|quote|information|details|on|be|please|if|to|sheet|model|us|our|request)
            |how much (?:is|are|does|do|would|will|for|it|a|the|per)
            |(?:send|give|get|need|want|like|request|provide|receive|prepare|make|have|for|updated|formal|written) (?:
              \w+ ){0,4}?(?:a |an )?(?:quote|quotation|offer|proposal|price|pricing|prices|estimate|pro-?forma)
            |what (?:does|would|will|do) .{0,40}\bcost|volume discount
            |(?:
              want|like|wish|interested|ready|plan(?:ning)?|looking|considering|decided|decide|going|happy|keen|hope
              |hoping|thinking
            ) (?:to|in|of|about) (?:\w+ )?(?:
              buy(?:ing)?|purchas(?:e|ing)|order(?:ing)?|upgrad(?:e|ing)|sign(?:ing)? up|subscrib(?:e|ing)
              |becom(?:e|ing) (?:a )?customer
            )|(?:book|schedule|arrange|see|have|request|get|like) (?:\w+ ){0,3}demo(?:nstration)?
            |talk to (?:your )?sales|sales (?:rep|person|contact|call|colleague)|contact from sales
            |start(?:ing)? a trial|free trial|proof of concept|convert (?:our|the) trial|purchase order
            |becom(?:e|ing) a (?:customer|reseller|partner)
          )\b
        `,
        [/\b(?:cost us|costs us)\b/],
      ),
    ],
  },
]);

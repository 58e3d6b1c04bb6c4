/**
 * Mail that says in words that no person wrote it: absence notes, bounces, receipts, calendar answers, list notices.
 * Header marks are better evidence and are judged elsewhere; this is for what comes without them.
 */

import type { Because } from './classification.ts';
import { joined, type Passage, passageOf } from './passage.ts';
import { pattern } from './pattern.ts';
import { matchAny, type RuleText, textRule, within } from './rule.ts';

// A subject line of this shape is written by machines only.
const subjects = textRule({
  id: 'automatic-subject',
  all: [
    pattern`
      ^(?:
        automatic reply|auto(?:matic)?[- ]?(?:reply|response|antwort)|autoreply|automated (?:reply|response)
        |out of (?:the )?office|ooo|reponse automatique|message d'absence|absence du bureau|absent(?:e)? du bureau
        |notification d'absence|absence$|undeliver(?:able|ed)|undelivered mail returned to sender
        |mail delivery (?:failed|failure|subsystem|system)|delivery (?:status notification|failure|has failed)
        |returned mail|failure notice|non remis|non delivre|echec de (?:la )?(?:remise|distribution|livraison)
        |message non (?:remis|distribue|delivre)|avis de non[- ]remise|read(?: receipt)?:|read receipt|lu(?= ?:)
        |confirmation de lecture|accuse de (?:lecture|reception)|not read:|accepted:|declined:|tentative:
        |accepte(?: ?:)|refuse(?: ?:)|provisoire ?:|invitation:|updated invitation:|canceled(?: event)?:|cancelled:
        |annule ?:
        |(?:
          vacation|on vacation|on leave|i am on leave|annual leave|parental leave|maternity leave|en conges?|conges
        )$|automatische antwort|abwesenheits\w*|abwesend|respuesta automatica|resposta automatica
        |fuera de (?:la )?oficina|your (?:request|ticket|case|message) (?:#|has been received)
        |\[?ticket (?:received|created)|we(?:'ve| have) received your (?:request|message|e?-?mail)
        |votre (?:demande|message) a (?:bien )?ete (?:recue?|enregistree?)
      )
    `,
  ],
  none: [
    /\?/,
    pattern`
      \b(?:
        broken|not working|do(?:es)? not work|doesn't|sync|loop|disable|configur|set up|setup|problem|issue|help
        |ne (?:marche|fonctionne)|probleme|desactiver|parametr
      )
    `,
  ],
});

const bodyTexts: readonly RuleText[] = [
  {
    id: 'automatic-absence-en',
    all: [
      pattern`
        \b(?:
          i am|i'm|i will be|i'll be|we are|currently|thank you for your (?:e?-?mail|message).{0,40}i am|he is
          |she is|our office is|the office (?:is|will be)
        ) (?:currently |presently |now |still )*(?:
          out of (?:the |my )?office|ooo|away from (?:the office|my desk|my (?:e-?)?mail|e-?mail)
          |on (?:annual |parental |maternity |paternity |medical |sick |extended |a short |summer |holiday )*(?:
            leave|vacation|holidays?|pto
          )|on a business trip|travel(?:l)?ing (?:with|and)
          |not (?:in the office|at my desk|available until|checking)|unavailable until|closed (?:until|from|for)
          |away (?:until|from \w+ \d|on|for)
        )\b
      `,
    ],
    none: [
      /\b(?:reply|replies|responder|message|setting|feature)s? (?:is|are|does|do) not\b/,
      /\bwhile i(?:'m| am)? (?:out|away|on)\b.{0,60}\?/,
    ],
  },
  {
    id: 'automatic-limited-access-en',
    all: [
      pattern`
        \b(?:limited|no|intermittent|without|sporadic) access to (?:my )?(?:e-?mails?|messages)\b
        |\b(?:i will|i'll|will) (?:reply|respond|answer|get back to you|read your (?:e-?mail|message)) (?:
          to your (?:e-?mail|message) )?(?:
          when i(?:'m| am)? (?:return|back|get back)|(?:up)?on my return|as soon as i (?:return|am back|get back)
          |after my return
        )\b
      `,
    ],
  },
  {
    id: 'automatic-urgent-contact-en',
    all: [
      pattern`
        \b(?:for|in|if it is|if this is|if your|in case of) (?:an? )?(?:
          urgent|emergency|emergencies|immediate|anything urgent
        )\b.{0,50}\b(?:please )?(?:contact|call|reach|write to|e-?mail)\b
      `,
      /\b(?:leave|vacation|holiday|absence|out of|away|return|back (?:on|in)|until)\b/,
    ],
  },
  {
    id: 'automatic-left-en',
    all: [
      pattern`
        \b(?:
          no longer (?:works?|employed|with (?:the company|us|[a-z]+))|has left (?:the company|[a-z]+)
          |this (?:mailbox|e-?mail address|address|inbox) is (?:no longer|not) (?:monitored|in use|active|read)
        )\b
      `,
      pattern`
        \b(?:
          please (?:contact|direct|write|send|use|forward|update)|e-?mails? (?:will|are|is)|not (?:be )?forwarded
          |monitored
        )\b
      `,
    ],
    none: [/\b(?:remove|delete|disable|block|lock|revoke|admin|can you|could you|login|password)\b/],
  },
  {
    id: 'automatic-said-en',
    all: [
      pattern`
        \b(?:
          this is an? (?:automatic(?:ally generated)?|automated|auto[- ]?generated|system[- ]generated|auto)[ -]?(?:
            reply|response|message|e-?mail|notification|answer|acknowledge?ment
          )
          |this (?:e-?mail|message|notification|mail) (?:was|is|has been) (?:sent |generated |created )*(?:
            automatically|by an automated
          )|automatically generated|do not reply to this (?:e-?mail|message|mail|address)
          |please do not (?:reply|respond) to this
          |(?:replies|responses) to this (?:e-?mail|message|address) (?:are|will) not
          |you are receiving this (?:e-?mail|message|because)|to unsubscribe(?:,| from this| click|: )
          |unsubscribe (?:from this|here|link)|manage your (?:notification|e-?mail) (?:settings|preferences)
        )\b
      `,
    ],
    none: [
      /\b(?:we|i|our users?|users|they|customers?) (?:keep|get|got|receive|received|are getting|see|still|stopped)\b/,
      /\bhow (?:do|can|to)\b/,
    ],
  },
  {
    id: 'automatic-bounce-en',
    all: [
      pattern`
        \b(?:
          your message (?:
            could not be|couldn't be|wasn't|was not|has not been|to .{1,80} (?:couldn't|could not|wasn't)
          ) delivered|delivery to the following recipients? (?:has )?failed
          |the following (?:address(?:es)?|recipients?) (?:had permanent|failed|could not)
          |this is the mail (?:system|delivery)|permanent(?: fatal)? errors?|i'm afraid i wasn't able to deliver
          |address not found|recipient address rejected|mailbox (?:is )?(?:full|unavailable|over quota)
          |diagnostic-code|final-recipient|reporting-mta|action: (?:failed|delayed)|status: [45]\.\d\.\d
          |message (?:is )?delayed|will (?:retry|keep trying)|user unknown|550[ -]5\.\d\.\d
        )\b
      `,
    ],
    none: [
      pattern`
        \b(?:we|i|our users?|users|they|customers?|everyone) (?:all )?(?:
          keep|get|got|receive|received|are getting|see|cannot|can't|have
        )\b
      `,
      /\b(?:please|can you|could you|help|why|how do)\b/,
    ],
  },
  {
    id: 'automatic-receipt-en',
    all: [
      pattern`
        \b(?:your message|this is a (?:read|return|receipt)|message) .{0,90}\b(?:
          was (?:read|displayed|opened|deleted without being read) on|has been read
          |receipt (?:only )?(?:acknowledges|for the (?:mail|message)|verifies|shows)|return receipt
        )\b
      `,
    ],
  },
  {
    id: 'automatic-received-en',
    all: [
      pattern`
        \b(?:
          thank you for (?:contacting|reaching out|your (?:e-?mail|message|inquiry|enquiry|request))
          |we(?:'ve| have) received your (?:request|message|e-?mail|enquiry|inquiry|ticket)
          |your (?:request|ticket|case|enquiry) .{0,40}has been (?:received|logged|created|opened|assigned)
        )\b
      `,
      pattern`
        \b(?:
          will (?:be in touch|get back|respond|reply|review|contact you)|within \d+|as soon as possible
          |reference number|ticket (?:number|id)|case (?:number|id)|business (?:hours|days)
        )\b
      `,
    ],
    none: [/\b(?:my|our) (?:question|problem|issue|users|admin|account|tenant)\b/],
  },
  {
    id: 'automatic-calendar-en',
    all: [
      pattern`
        \b(?:
          has (?:accepted|declined|tentatively accepted|cancell?ed) (?:this|the|your) (?:
            invitation|meeting|event|appointment
          )|(?:accepted|declined) (?:this|your) (?:invitation|meeting)
          |you (?:have been|are) invited to (?:the following|a) (?:event|meeting)
          |this event has been (?:canceled|cancelled|changed|updated)|when: .{0,60}\d{1,2}[:h]\d{2}
          |invitation from google calendar|join (?:zoom|microsoft teams|the) meeting
        )\b
      `,
    ],
  },
  {
    id: 'automatic-absence-fr',
    all: [
      pattern`
        \b(?:
          je (?:suis|serai|me trouve)|nous (?:sommes|serons)
          |notre (?:bureau|etablissement|societe|service|cabinet) (?:est|sera)|nos bureaux (?:sont|seront)
          |actuellement|l'agence (?:est|sera)|l'entreprise (?:est|sera)
        ) (?:actuellement |presentement |momentanement |exceptionnellement |toujours |en ce moment )*(?:
          absente?s?(?: du bureau)?(?= (?:du|jusqu|et|pour|a|le|de|cette)|[.,]|$)
          |en (?:conges?|vacances|deplacement|arret|formation|conge (?:maternite|parental|paternite|maladie))
          |hors (?:du|de mon) bureau|fermee?s? (?:du|jusqu|pour|le)|indisponible (?:jusqu|du)|en rtt
        )\b
      `,
    ],
    none: [/\b(?:repondeur|parametr|option|fonction).{0,30}\b(?:marche|fonctionne) pas\b/],
  },
  {
    id: 'automatic-limited-access-fr',
    all: [
      pattern`
        \b(?:
          acces (?:limite|restreint|reduit) a (?:ma|mes|mon)
          |n'(?:aurai|ai) pas acces a (?:ma|mes) (?:messagerie|mails|e-?mails|courriels)
          |(?:repondrai|prendrai connaissance|traiterai|lirai|reviendrai vers vous).{0,40}(?:
            a mon retour|des mon retour|a partir du|a compter du
          )|des mon retour|ne sera (?:pas|ni) (?:lu|transfere|traite)
        )\b
      `,
    ],
  },
  {
    id: 'automatic-urgent-contact-fr',
    all: [
      pattern`
        \b(?:
          en cas d'urgence|pour toute (?:urgence|demande urgente|question urgente)
          |si (?:votre (?:demande|message) est|c'est) urgente?
        )\b.{0,60}\b(?:contact|appel|adress|ecri|join|merci|vous pouvez)
      `,
      /\b(?:absen|conges?|vacances|retour|ferme|jusqu)/,
    ],
  },
  {
    id: 'automatic-said-fr',
    all: [
      pattern`
        \b(?:
          ceci est (?:un|une) (?:message|reponse|courriel|e-?mail|mail|notification) (?:automatique|genere)
          |ce (?:message|courriel|mail|e-?mail) (?:est|a ete) (?:envoye |genere |emis )*(?:
            automatiquement|automatique|par un automate
          )|(?:message|mail|courriel|reponse) (?:genere )?automatique(?:ment)?
          |(?:merci|priere) de ne pas (?:y )?repondre|ne (?:pas )?repondez pas a ce|ne pas repondre a ce
          |cette (?:boite|adresse)(?: mail| e-?mail| de messagerie)? n'est (?:pas|plus) (?:
            relevee|consultee|lue|utilisee|active|surveillee
          )|pour vous (?:desabonner|desinscrire)|se desabonner
          |vous recevez ce (?:message|mail|courriel|e-?mail) (?:car|parce)
        )\b
      `,
    ],
    none: [
      pattern`
        \b(?:nous|on|je|nos utilisateurs|les utilisateurs) (?:ne )?(?:
          recevons|recoit|recois|recoivent|avons recu|ai recu
        )\b
      `,
    ],
  },
  {
    id: 'automatic-bounce-fr',
    all: [
      pattern`
        \b(?:
          votre message n'a (?:pas )?(?:pu|ete)(?: etre)? (?:remis|delivre|distribue|achemine)
          |votre message .{0,80}n'a pas pu etre|n'a pas pu etre (?:remis|delivre|distribue|livre) (?:a|aux)
          |echec (?:definitif|permanent)? ?de (?:la )?(?:remise|distribution|livraison)
          |adresse (?:inconnue|introuvable)|boite (?:aux lettres )?(?:pleine|saturee)
          |destinataires? (?:suivants?|inconnus?|introuvables?)
        )\b
      `,
    ],
    none: [/\b(?:nos utilisateurs|nous recevons|on recoit|pouvez-vous|pourquoi|aidez)\b/],
  },
  {
    id: 'automatic-machine',
    all: [
      pattern`
        \b(?:
          auto[- ]?response|no human (?:has )?(?:seen|reads?|read)|sent by \w+d\b|your message is being held
          |you (?:get|receive) this (?:e-?mail |message )?because you(?:'re| are) subscribed
          |alert (?:resolved|triggered) at \d|checked from \d+ locations
          |(?:host|hote) [\w.-]+,? (?:is|etat|state) (?:up|down|ok|critical)
          |(?:etat|state) (?:up|down|ok) (?:since|depuis)
          |(?:message genere|envoi automatique|message automatique)(?= ?[,.;]|$)|ne pas repondre(?= ?[.;]|$)
          |\d+ (?:files? skipped|fichiers? ignores?)
          |(?:job|tache) "[^"]{1,60}" (?:finished|failed|completed|terminee?|echoue)
          |i have left the company and this mailbox
        )
      `,
    ],
    none: [
      pattern`
        \b(?:
          why|how|can you|could you|please (?:help|fix|check|stop)|we (?:keep|get|got)|our users?|pourquoi|comment
          |pouvez-vous|on recoit|nous recevons
        )\b|\?
      `,
    ],
  },
  {
    id: 'automatic-receipt-fr',
    all: [
      pattern`
        \b(?:
          votre message .{0,90}(?:a ete (?:lu|affiche|ouvert|supprime sans)|lu le)
          |accuse de (?:lecture|reception)(?: de| pour|,|\.)|confirmation de lecture
        )\b
      `,
    ],
    none: [/\b(?:demande|activer|desactiver|envoyer|sans accuse)\b/],
  },
  {
    id: 'automatic-received-fr',
    all: [
      pattern`
        \b(?:
          nous (?:avons|accusons) (?:bien )?(?:recu|reception)
          |votre (?:demande|message|ticket|requete).{0,30}a (?:bien )?ete (?:
            recue?|enregistree?|prise? en compte|cree
          )
        )\b
      `,
      pattern`
        \b(?:
          dans les (?:meilleurs|plus brefs) delais|sous \d+ ?(?:h|heures|jours)|numero de (?:dossier|ticket)
          |reference|reviendr|traite
        )
      `,
    ],
    none: [/\b(?:notre (?:demande|compte|probleme)|nos utilisateurs)\b/],
  },
  {
    id: 'automatic-calendar-fr',
    all: [
      pattern`
        \b(?:
          a (?:accepte|refuse|decline|accepte provisoirement) (?:cette|l'|votre) ?(?:invitation|reunion)
          |(?:cette|la) reunion (?:a ete|est) (?:annulee|reportee|modifiee)
          |vous (?:etes|avez ete) invitee?s? a (?:la|l'|une) ?(?:reunion|evenement)
        )
      `,
    ],
  },
];

const bodies = bodyTexts.map(textRule);

/** The rules that call the mail automatic; empty when a person seems to have written it. */
export function judgeAutomatic(sentences: readonly Passage[], subjectSentences: number): readonly Because[] {
  const subject = sentences.slice(0, subjectSentences).map(({ text }) => text);
  const fromSubject = matchAny(subjects, [passageOf(subject.join(' '))]);
  const fromBody = within(bodies, joined('', sentences))
    .map((rule) => matchAny(rule, sentences))
    .filter((found) => found !== null);
  return fromSubject === null ? fromBody : [fromSubject, ...fromBody];
}

/** What is asked for in French about the account itself, recoveries aside. Texts are folded: `supprimé` reads `supprime`. */
import { pattern, source } from './pattern.ts';
import { inMail, inPlain, inSentence, type RuleGroup, ruleGroups } from './request-rule.ts';

const companyAccount = source`
    (?:
      compte(?! (?:
          utilisateur|admin|d'un|d'une|de (?!l'(?:entreprise|association)|la (?:societe|mairie)|notre|ma societe)
          |des|du (?!client)|mail|e-?mail|messagerie|windows|google|local|service|rendu
        )
      )|tenant|organisation|espace(?: client)?|instance|environnement|locataire|abonnement et|annuaire
    )s?
  `;
const notWhole = pattern`
    \bcomptes? (?:
      utilisateurs?|admin\w*|d'(?:un|une|utilisateur|administrateur)
      |de (?:mon|ma|monsieur|madame|mme|m\.|test|[a-z]+ [a-z]+,)
      |du (?:stagiaire|salarie|collegue|collaborateur|nouveau|directeur)|des (?:utilisateurs|salaries|anciens)
      |google|windows|local|de service|mail|de messagerie
    )\b
  `;
export const requestGroupsFr: readonly RuleGroup[] = ruleGroups([
  {
    kind: 'delete-account',
    topic: pattern`
        \b(?:
          supprim|suppr|effac|ferm|clotur|resili|detrui|cloture|fermeture|desinscri|desactiv|rgpd|oubli|quitt|arret
          |annul|radi|resiliation
        )
      `,
    innocent: pattern`
        \b(?:
          avant de supprimer|que se passe|qui (?:a|peut)|pourquoi|avez[- ]vous supprime|bouton supprimer|l'option
          |impossible de supprimer|n'arrive pas a supprimer|conservation
        )\b
      `,
    rules: [
      inSentence(
        'p-delete-verb-fr',
        0.9,
        pattern`
          \b(?:
            supprimer|supprimez|supprime(?=r|z|\b)|effacer|effacez|fermer|fermez|cloturer|cloturez|resilier|resiliez
            |detruire|detruisez|desactiver|desactivez|annuler|liquider|virer|se debarrasser de|retirer|eliminer
            |clore|mettre fin a
          )\b (?:[\w'-]+ ){0,6}?(?:[ld]')?${companyAccount}\b
        `,
        [
          notWhole,
          /\b(?:ai|as|a|avons|avez|ont|est|ete|sont) (?:\w+ )?(?:supprime|efface|ferme|cloture)\b/,
          pattern`
            \b(?:de|dans|sur|depuis) (?:notre|l'|le|votre|mon) (?:
              compte|tenant|organisation|espace|annuaire|environnement
            )\b
          `,
        ],
      ),
      inSentence(
        'p-delete-passive-fr',
        0.9,
        pattern`
          \b${companyAccount}\b (?:[\w'-]+ ){0,6}?(?:soit|soient|etre|a) (?:\w+ )?(?:
            supprime|efface|ferme|cloture|resilie|detruit|desactive|supprimer|fermer|cloturer
          )(?:e|s|es)?\b
        `,
        [notWhole],
      ),
      inPlain(
        'p-delete-noun-fr',
        0.85,
        pattern`
          \b(?:suppression|fermeture|cloture|resiliation|effacement|destruction|desactivation|cessation) (?:\w+ )?(?:
            de |du |d'
          )(?:\w+ |[ld]'){0,4}?${companyAccount}\b
        `,
        [notWhole],
      ),
      inSentence(
        'p-delete-data-fr',
        0.85,
        pattern`
          \b(?:supprimer|supprimez|effacer|effacez|detruire|detruisez|suppression|effacement|destruction|purger)\b (?:
            [\w'-]+ ){0,4}?(?:toutes?|tous|tout|l'ensemble|l'integralite|la totalite|nos|mes|les)\b (?:
            [\w'-]+ ){0,5}?(?:donnees|informations|traces|ce que vous|qui nous concerne|fichiers|contenus?)\b
          |\b(?:tout supprimer|supprimez tout|tout effacer|effacez tout|tout supprimez)\b
        `,
        [/\b(?:telephone|portable|poste|disque|ordinateur|cache|cookies|navigateur|d'un utilisateur|logs?)\b/],
      ),
      inPlain(
        'p-delete-gdpr-fr',
        0.8,
        pattern`
          \b(?:
            droit (?:a l'|d')(?:oubli|effacement|suppression)
            |(?:rgpd|article 17|art\.? ?17).{0,40}(?:effacement|suppression|supprim\w+|effac\w+)
            |demande (?:d'effacement|de suppression)
          )\b
        `,
        [/\bsuppression d'un utilisateur\b/],
      ),
      inMail('p-delete-leaving-fr', 0.8, [
        pattern`
          \b(?:
            quitt\w+ (?:votre|vos|la plateforme|le service)
            |(?:sommes|passons|passes|partis|allons|migre\w*|bascul\w*|change\w*) (?:\w+ ){0,2}(?:
              chez|a|vers|sur|pour
            ) (?:\w+ )?(?:
              okta|azure|entra|google|microsoft|un autre|une autre|la concurrence|autre chose|un concurrent
            )|n'utilis\w+ plus|n'avons plus (?:besoin|l'utilite)|plus besoin de (?:vos|votre|ce|vous)
            |plus (?:l'utilite|d'utilite)|ne (?:renouvel\w+|souhait\w+|voulons) (?:pas|plus)|ne nous sert plus
            |ne sert plus|arret\w+ (?:d'utiliser|avec vous|votre|le service)
          )\b
        `,
        /\b(?:supprim\w+|effac\w+|ferm\w+|clotur\w+|resili\w+|suppression|fermeture|cloture|resiliation|disparaitre)\b/,
      ]),
      inSentence(
        'p-cancel-fr',
        0.5,
        pattern`
          \b(?:
            resili\w+|annul\w+|arret\w+|mettre fin|interrompre|ne pas renouveler|ne pas reconduire|cloturer
            |desabonn\w+
          )\b (?:[\w'-]+ ){0,5}?(?:l'|d')?(?:abonnement|contrat|service|souscription|formule|prestation)\b
        `,
      ),
      inSentence(
        'p-delete-it-fr',
        0.5,
        pattern`
          \b(?:le|la|les|nous) (?:supprimer|fermer|effacer|cloturer|desinscrire)\b
          |\b(?:supprimez|fermez|effacez|cloturez)[- ](?:le|la|les|moi|nous)\b
        `,
        [/\b(?:ticket|message|mail|fenetre|fichier|dossier|utilisateur|groupe|poste)\b/],
      ),
    ],
  },
  {
    kind: 'account-information',
    topic: pattern`
        \b(?:
          qui|quel|quelle|quels|quelles|liste|details?|informations?|infos?|proprietaire|titulaire|enregistre|factur
          |historique|journaux|journal|nombre|statut|etat|contrat|contact|export|copie|nom|noms|coordonnees
          |identifiant|numero|communiqu|renseignements?|releve|clients?|compte|noms|factures?|facture|extraction
          |chiffres|statistiques|utilisateurs|connexions?|donnees|article|extrait|etat|echeance|combien
        )\b
      `,
    innocent: pattern`
        \b(?:
          erreur|documentation|vide|ne s'affiche|n'apparait|incorrect|faux|manque|plante|bug|api|port|version
          |ne fonctionne|ne marche|page blanche
        )\b
      `,
    rules: [
      inPlain(
        'p-info-who-fr',
        0.85,
        pattern`
          \b(?:
            (?:savoir|dire|indiquer|confirmer|connaitre|preciser) (?:\w+ )?qui
            |qui (?:
              est|sont|etait|a cree|gere|possede|paie|paye|detient|d'autre|figure|administre|a ouvert|sont les
            )
            |quel(?:le)?s? (?:
              est|sont|personnes?|adresses?|e-?mails?|mails?|noms?|carte|collegue|numero|comptes?|utilisateurs?
            )|au nom de qui|a quel(?:le)? (?:nom|adresse)|sous quel(?:le)? (?:nom|adresse)
          )\b.{0,60}\b(?:
            proprietaires?|admin\w*|titulaires?|enregistre\w*|contacts?|responsable du compte|a acces a (?:notre|ce)
            |ont acces a (?:notre|ce)|compte|declaree?s?|rattachee?|associee?
            |dans (?:vos|votre) (?:fichiers?|dossiers?|base|systeme)
          )\b
        `,
        [/\bqui (?:peut m'aider|contacter|dois)\b/],
      ),
      inSentence(
        'p-info-give-fr',
        0.85,
        pattern`
          \b(?:
            envoy\w+|donn(?:er|ez|e)|fourn\w+|communiqu\w+|transmett\w*|transmis|indiqu\w+|dire|dites|confirm\w+
            |connaitre|savoir|obtenir|recevoir|avoir|lister|listez|besoin|precis\w+|renseign\w+|divulgu\w+
            |consult\w+|souhait\w+|voudr\w+|demand\w+|retrouver|rappel\w+|fasse parvenir|faire parvenir|verifi\w+
          )\b.{0,70}\b(?:
            (?:
              informations?|infos?|details?|donnees|renseignements?|elements|coordonnees|recapitulatif|etat
              |situation|releve|historique|releves
            )(?: \w+){0,3} (?:
              de|du|sur|relatives? a|relatifs? a|concernant|liees? a|lies? a|a propos de
              |que vous (?:avez|detenez|possedez|conservez)
            ) ?(?:\w+ ){0,3}(?:notre|mon|ce|le|nous|la|l')? ?(?:
              compte|tenant|organisation|contrat|abonnement|societe|entreprise|dossier
            )
            |(?:liste|export|nombre|noms?|extraction|copie|releve|recapitulatif) (?:\w+ )?(?:de |des |du |d')(?:
              tous |toutes |les |nos |l'|vos |notre |\w+ )*(?:
              utilisateurs?|admin\w*|postes|appareils|comptes|employes|factures|proprietaires?|contacts?|licences
              |connexions|contrat|membres|personnes|droits
            )|object ?id|identifiant (?:de |d')?(?:l')?(?:organisation|tenant|client)
            |numero (?:de )?(?:client|compte|contrat)
            |(?:nom|e-?mail|mail|adresse|telephone|coordonnees|identite|numero)s?(?: \w+){0,3} (?:
              du|de la|des|de l'|de
            ) ?(?:\w+ )?(?:proprietaires?|admin\w*|titulaires?|contacts?|responsable du compte|gestionnaire)
            |historique (?:de |des |d')(?:connexions?|acces|factur\w+|paiements?)
            |journ(?:al|aux) (?:d'audit|d'acces|de connexions?|des connexions|d'activite)
            |logs? (?:de connexion|d'acces|d'audit)|qui (?:a|ont|est|sont|s'est)|moyen de paiement|mode de paiement
            |carte (?:bancaire|bleue|enregistree)
            |date (?:de |d')(?:renouvellement|echeance|fin|expiration|creation|souscription)
            |(?:quelle|quel) (?:formule|offre|forfait|abonnement|contrat)|adresse de facturation
            |contact de facturation|conditions du contrat|contacts? enregistre\w*
            |statut (?:de notre|du) (?:compte|contrat|abonnement)|informations? (?:du|de|sur le|de notre) compte
          )\b
        `,
      ),
      inSentence(
        'p-info-facts-fr',
        0.8,
        pattern`
          \b(?:
            (?:combien|nombre|nb) (?:\w+ )?(?:de |d')(?:utilisateurs|users|licences|postes|comptes)|jusqu'a quand
            |depuis quand|(?:date|fin) (?:de |du |d')(?:\w+ ){0,2}(?:contrat|abonnement|echeance)
            |(?:c'est quoi|quel est|quelle est|rappelez-moi) (?:le |la |l'|notre )(?:\w+ ){0,2}(?:
              object ?id|identifiant|formule|contrat|proprietaire
            )|qui (?:s'est |sont |est )?(?:connecte\w*|logge\w*)|journaux|logs
            |(?:personne|on|je|nul) (?:ne )?sait.{0,20}(?:qui|quel|quelle)
            |(?:quelle|quel|c'est quelle|c'est quoi) (?:\w+ ){0,2}(?:
              carte|prelevement|adresse|mail|compte|formule|moyen
            )|liste des (?:\w+ )?(?:admins?|utilisateurs|personnes|comptes|users)|derniere connexion
            |nom (?:de |des |du )(?:l')?(?:admin|proprietaire|responsable|titulaire)
          )\b
        `,
        [/\b(?:ou (?:voir|puis|se trouve)|vides?|erreur|go maintenant)\b/],
      ),
      inPlain('p-info-objectid-fr', 0.75, /\bobject ?id\b/, [/\bou (?:trouver|puis|voir)\b/]),
      inSentence(
        'p-info-exists-fr',
        0.85,
        pattern`
          \b(?:si|est-ce que|confirmer|savoir|existe|a-t-elle|a-t-il|avons-nous|est-il|est-elle)\b.{0,60}\b(?:
            (?:a|possede|ont|dispose|avons|existe|detient|d'|est titulaire d')(?:'?un| d'un| deja un| un)? ?compte
            |(?:cliente?s?|utilisat\w+) (?:de|chez) (?:vous|vos)|inscrite? chez
            |compte (?:au nom|chez vous|a l'adresse|ouvert|associe|rattache)
          )\b
        `,
      ),
      inPlain(
        'p-info-client-fr',
        0.8,
        pattern`
          \b(?:est|sont|fait|font|serait|seraient|utilisent?|confirmer|savoir si)\b.{0,60}\b(?:
            (?:de|parmi) vos clients?|cliente?s? (?:chez|a) vous|bien votre (?:service|produit|solution)
            |chez vous (?:aussi|egalement)
          )\b
        `,
        [/\b(?:nous sommes|je suis|on est)\b/],
      ),
      inPlain(
        'p-info-who-has-fr',
        0.8,
        pattern`
          \b(?:
            (?:quel(?:le)?s?|combien de) (?:\w+ )?(?:
              personnes?|gens|intervenants|salaries?|employes?|collegues?|admin\w*|interlocuteurs?|contacts?
            )\b.{0,60}\b(?:acces|identifiants?|comptes?|login|connect\w*|declare\w*|enregistre\w*|donne\w*)
            |qui,? ?.{0,30}\b(?:
              a signe|a ouvert|a cree|a commande|figure comme|figure en tant|peut voir|peut administrer|est inscrit
              |est declare\w*
            )|a quel(?:le)? (?:nom|adresse|personne)\b.{0,40}\b(?:compte|contrat|abonnement|espace|enregistre\w*)
          )\b
        `,
        [/\bqui peut (?:m'|nous )?aider\b/],
      ),
      inSentence(
        'p-info-papers-fr',
        0.8,
        pattern`
          \b(?:
            (?:etat|releve|recapitulatif|historique|decompte|copies?|extrait|duplicata)\b.{0,40}\b(?:
              facture\w*|compte|contrat|connexions?|devons|doit|paye\w*|paiements?|commande
            )
            |(?:extraction|export|liste|listing) (?:de |des |d')(?:tous |toutes |l'ensemble )?(?:de |des )?(?:
              nos |les )?(?:utilisateurs|comptes|salaries|appareils|postes|portables|admin\w*)
            |(?:chiffres|statistiques|releves?|donnees) (?:d'|de |des )(?:
              utilisation|consommation|usage|connexions?
            )
          )\b
        `,
        [/\b(?:comment|ou (?:puis|peut|trouver)|moi-meme|vide|bouton)\b/],
      ),
      inPlain(
        'p-info-number-fr',
        0.7,
        /\b(?:numero|identifiant) (?:de |d')(?:notre |l')?(?:organisation|client|tenant)\b/,
        [/\b(?:ou (?:trouver|se trouve|puis)|erreur)\b/],
      ),
      inPlain('p-info-access-request-fr', 0.8, /\b(?:droit d'acces|article 15|art\.? ?15)\b/),
    ],
  },
  {
    kind: 'become-admin',
    topic: pattern`
        \b(?:
          admin|admins|administrateur|administrateurs|administratrice|administration|proprietaire|propriete
          |superadmin|super-admin
        )\b
      `,
    innocent: pattern`
        \b(?:
          administrateur local|admin local|console d'admin\w* (?:ne|est|affiche)
          |portail d'admin\w* (?:ne|est|affiche)|je suis (?:l'|un |une |le )?(?:des )?admin|en tant qu'admin
          |difference entre|supprimer|retirer|enlever
        )\b
      `,
    rules: [
      inSentence(
        'p-admin-make-fr',
        0.9,
        pattern`
          \b(?:
            nomm\w+|pass(?:er|ez|e)|mett(?:re|ez)|promouv\w+|design\w+|declar\w+|definir|definissez|faire de
            |rend(?:re|ez)|ajout(?:er|ez|e)|enregistr\w+|inscri\w+|devenir|etre|transform\w+|basculer|remplac\w+
            |designer
          )\b (?:[\w'@.-]+ ){0,8}?(?:
            comme |en tant que |en tant qu'|en |au rang d'|l'|un |une |le |la |nouvel |nouvelle |nouveau |second |deuxieme |autre |super[- ]?
            |co-?|d'
          )*(?:admin|administrateurs?|administratrice|proprietaire|superadmin|admins)\b
        `,
        [/\b(?:admin(?:istrateur)? local|je suis deja)\b/, /\bmot de passe\b/],
      ),
      inSentence(
        'p-admin-give-fr',
        0.9,
        pattern`
          \b(?:
            donn\w+|accord\w+|attribu\w+|octroy\w+|obtenir|avoir|besoin|veux|voudrais|souhait\w+|cre(?:er|ez)
            |transfer\w+|ced\w+|confi\w+|demand\w+|recevoir|activ\w+|fournir|aimerais|ouvrir|redonn\w+|rendre
            |il (?:me|nous|lui) faut|faut
          )\b (?:[\w'@.,-]+ ){0,8}?(?:
            les |des |de |d'|du |le |la |l'|un |une |acces |compte |role |droits |statut |privileges |profil |autre |nouvel |second |deuxieme |complet |aussi |niveau )*(?:
            admin|administrateurs?|administratrice|administration|proprietaire|propriete|superadmin
          )\b
        `,
        [
          pattern`
            \badmin(?:istrateur)? local\b|\b(?:portail|console) (?:d'|admin)\w*\b(?!.{0,20}acces)
            |\b(?:retir|supprim|enlev)\w+\b
            |\b(?:nom|coordonnees|adresse|liste|e-?mail|mail|mot de passe) (?:de |du |des |d')
          `,
        ],
      ),
      inPlain(
        'p-admin-transfer-fr',
        0.85,
        pattern`
          \b(?:transfert|transferer|transferez|changement|changer|cession|passation|reprise|reprendre) (?:
            de |du |d'|le |la |les )*(?:
            propriete|proprietaire|administrateur|droits d'admin\w*|role d'admin\w*|droits admin\w*
          )\b
        `,
      ),
    ],
  },
]);

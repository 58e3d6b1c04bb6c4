/** What is asked for in French and needs no second person: access, passwords, changes, appeals, purchases, the escalation manager. */
import { pattern } from './pattern.ts';
import { inMail, inPlain, inSentence, type RuleGroup, ruleGroups } from './request-rule.ts';

export const supportGroupsFr: readonly RuleGroup[] = ruleGroups([
  {
    kind: 'deny-appeal',
    topic: pattern`
        \b(?:
          liste (?:noire|rouge|de blocage|de refus|d'exclusion|des refus)|bloqu|debloqu|blacklist|banni|bannis
          |bannie|refus|rejet|deblocage|interdi|exclu|liste blanche|bannissement|blocage
        )
      `,
    innocent: pattern`
        \b(?:
          pare-feu|firewall|port \d|compte (?:est )?bloque|utilisateur (?:est )?bloque|poste bloque
          |bloque par (?:l'antivirus|windows|notre)|notre (?:proxy|antispam|pare-feu)|usb
        )\b
      `,
    rules: [
      inPlain(
        'deny-appeal-fr',
        0.9,
        pattern`
          \b(?:
            (?:
              debloqu\w+|deblocage de|deblacklist\w*|retir\w+ .{0,40}liste|enlev\w+ .{0,40}liste
              |sort\w+ .{0,40}liste|ot\w+ .{0,40}liste
              |lev(?:er|ez|ee) (?:de |du |le |ce |l'|cette )*(?:
                blocage|interdiction|bannissement|exclusion|sanction
              )|contest\w+ .{0,40}(?:blocage|decision|inscription|bannissement|exclusion|liste|interdiction)
              |reexamin\w+ .{0,40}(?:blocage|decision|bannissement|dossier)
            )
          ).{0,80}\b(?:mon|notre|nos|mes|ma|cette|votre|vos|le|la|ce|du|de)\b
        `,
        [/\bdebloqu\w+ (?:\w+ ){0,3}(?:compte|utilisateur|poste|session|telephone|situation|port|budget)\b/],
      ),
      inPlain(
        'deny-appeal-listed-fr',
        0.85,
        pattern`
          \b(?:
            (?:sur|de|dans) (?:votre|vos|la|une) (?:liste|listes) (?:
              noires?|de blocage|de refus|d'exclusion|rouges?
            )|(?:levee?|lever|leve) (?:ca|le blocage|ce blocage|cette interdiction|le bannissement)
            |(?:blocage|bannissement|exclusion) (?:de |du |d')(?:notre|mon|ma|contact|\S+@)
            |(?:bannie?s?|bloquee?s?|blackliste\w*) (?:chez|par) vous|vous m'avez (?:bloque|banni)\w*|recours
            |(?:
              expediteur|mon mail|mes mails|nos mails|mon adresse|notre adresse|mon numero|notre numero
              |notre domaine|notre ip|le mien
            ) (?:\w+ ){0,3}(?:refuse|rejete|bloque|banni|exclu)\w*
          )\b
        `,
        [/\bliste noire d'appli/],
      ),
      inMail(
        'deny-appeal-story-fr',
        0.9,
        [
          pattern`
            \b(?:
              liste (?:noire|rouge|de blocage|de refus|d'exclusion|des refus|des exclus)|blacklist\w*|bannie?s?
              |bannissement
              |(?:mon|notre|nos|mes|ma|nous|je|j')\b.{0,60}\b(?:
                bloquee?s?|rejetee?s?|refusee?s?|bannie?s?|interdite?s?
              )|vous (?:m'|nous |avez )*(?:avez )?(?:bloque|banni|refuse|exclu)\w*
            )\b
          `,
          pattern`
            \b(?:
              (?:mon|notre|nos|mes|ma|cette|son|ses) (?:\w+ ){0,2}(?:
                adresses?|mails?|e-?mails?|courriels?|domaine|numero|telephone|messages?
              )|liste (?:noire|rouge|de blocage|de refus|d'exclusion|des refus|des exclus)|blacklist\w*
              |vous (?:ecrire|contacter|joindre)
            )\b
          `,
          pattern`
            \b(?:
              retir\w+|debloqu\w+|erreur|reexamin\w+|excus\w+|desole\w*|injuste|pourquoi|raison|merci|contest\w+
              |lev\w+|comprend\w*|recours|revoir|revenir|restaur\w+|reconsider\w+
            )\b
          `,
        ],
        [/\b(?:pare-feu|notre antispam)\b/],
      ),
    ],
  },
  {
    kind: 'escalation-manager',
    topic: pattern`
        \b(?:
          escalad|escalat|responsable|superviseur|superieur|directeur|direction|manager|hierarchi|chef|haut place
          |dirigeant|patron|n\+1|encadrement|quelqu'un d'autre|niveau superieur|plus haut
        )
      `,
    innocent: pattern`
        \b(?:
          responsable (?:informatique|rh|securite|du parc|de notre|chez nous|paie|comptable)
          |mon (?:responsable|directeur|chef|manager|superieur)
          |notre (?:responsable|directeur|direction|chef|manager)|ma direction|gestionnaire de mots
          |manager (?:du|de l')utilisateur|champ manager|chef de projet|escalade de privileges
        )\b
      `,
    rules: [
      inPlain(
        'd-escmgr-fr',
        0.92,
        pattern`
          \b(?:
            parl\w+|entretenir|discut\w+|mettre en (?:relation|contact)
            |mettez[- ](?:moi|nous) en (?:relation|contact)|joindre|contact\w+|rappel\w*|echang\w+|transf\w+
            |escalad\w+|appel\w*|entretien|remont\w+|passer|passez|voir|avoir|vouloir|veux|exige|exigeons|demand\w+
            |adress\w+|saisir|voudr\w+|souhait\w+|plaindre|transmett\w+|repond\w+|attention (?:de|d'|du)|besoin
          )\b.{0,50}\b(?:
            (?:responsable|superviseur|manager|directeur|chef|gestionnaire) (?:des |d'|de l'|du |de la |de )(?:
              escalades?|support|equipe|service(?: client)?|relation client|plateau|permanence|astreinte|l'escalade
              |centre
            )|escalades?
            |(?:un|une|votre|vos|le|son|au|a un|d'un|du) (?:\w+ )?(?:
              responsables?|superviseur|superieurs?|manager|directeur|chef|patron|n\+1|cadre
            )|(?:votre|la|sa) (?:direction|hierarchie)|hierarchie
            |quelqu'un (?:de |d'|qui )(?:plus )?(?:
              haut|responsable|peut (?:vraiment )?decider|competent|haut place|un peu plus haut|decide|du management
              |la direction|superieur|autorise|plus haut|ait le pouvoir
            )|niveau superieur|plus haut (?:niveau|place)|encadrement
          )\b
        `,
        [
          /\b(?:responsable (?:informatique|rh|securite|de notre|paie))\b/,
          pattern`
            \b(?:mon|notre|ma) (?:responsable|directeur|direction|chef|manager|superieur|patron|hierarchie)\b(?!
              .{0,50}\b(?:votre|vos|un) (?:responsable|direction|superieur)
            )
          `,
        ],
      ),
      inPlain(
        'd-escmgr-give-fr',
        0.85,
        pattern`
          \b(?:
            (?:votre|ton|un|le|vos) (?:chef|superieur|responsable|manager|directeur|n\+1|superviseur)s? (?:
              au (?:tel|telephone)|svp|s'il|maintenant|d'astreinte|du support|support|des escalades
            )|au[- ]dessus (?:de vous)?|escalade svp|quelqu'un (?:de |d')?(?:plus haut|au-dessus|responsable)
          )\b
        `,
      ),
      inSentence(
        'd-escmgr-escalate-fr',
        0.85,
        /\b(?:escalad(?:er|ez|e)|faire remonter|remonter (?:ce|le|mon|notre) (?:dossier|ticket|probleme|cas))\b/,
        [/\bprivileges?\b/],
      ),
    ],
  },
  {
    kind: 'grant-access',
    topic: pattern`
        \b(?:
          acces|droit|droits|ajout|ajouter|ajoutez|groupe|accorder|donner|inviter|rattach|permission|autoris|affect
          |mettre|mettez|integr|inscri|partag|ouvrir
        )
      `,
    innocent: pattern`
        \b(?:
          n'(?:a|ont|ai|avons) (?:plus|pas) (?:d')?acces|perd\w* (?:l'|leur |mon )?acces|plus acces|acces refuse
          |impossible d'acceder|erreur|echoue|ajouter que|j'ajoute que|licences|enregistrement dns|fonctionnalite
        )\b
      `,
    rules: [
      inSentence(
        'p-access-give-fr',
        0.85,
        pattern`
          \b(?:
            donn\w+|accord\w+|octroy\w+|ouvr\w+|attribu\w+|fourn\w+|autoris\w+|besoin|doit avoir|doivent avoir
            |permett\w+|activ\w+|obtenir|avoir|souhait\w+|demand\w+|voudr\w+|aimer\w+|faut|cre(?:er|ez)
          )\b (?:[\w'@.,-]+ ){0,9}?(?:l'|d'|les |des |un |les memes )*(?:acces|droits|permissions?|autorisations?)\b (?:
            \w+ )?(?:a |au |aux |sur |de lecture|d'ecriture|en lecture|dans |pour |de |du |d')
        `,
        [
          /\badmin\w*\b/,
          /\b(?:retabl\w+|retrouver|recuper\w+) (?:mon|notre|l') ?acces\b/,
          /\b(?:droit|droits) (?:d'acces (?:aux donnees|rgpd)|a l'oubli)\b/,
          /\bcle\b|\bmot de passe\b/,
        ],
      ),
      inSentence(
        'p-access-add-fr',
        0.85,
        pattern`
          \b(?:
            ajout(?:er|ez|e|es)|mett(?:re|ez)|integr(?:er|ez)|inscri\w+|rattach\w+|invit(?:er|ez)|affect(?:er|ez)
            |associ(?:er|ez)|inclure|incluez|rajout\w+|plac(?:er|ez)|enrol\w+|assign(?:er|ez)|branch\w+
            |connect(?:er|ez)|partag(?:er|ez)
          )\b (?:[\w'@.,-]+ ){1,9}?(?:a|au|aux|dans|sur|avec|a l'|dans l'|sur l')\b ?(?:[\w'.-]+ ){0,4}?(?:l'|d')?(?:
            groupes?|ressources?|applications?|applis?|dossiers?|serveurs?|vpn|wi-?fi|lecteur|partage|canal|base
            |postes?|machine|boite|coffre|reseau|crm|projet|liste|equipe|jira|slack|github|salesforce|aws|sharepoint
            |erp|paie|imprimante|logiciel|outil|comptabilite|environnement|annuaire|systeme|portail|espace
          )\b
        `,
        [/\badmin\w*\b/, /\bmot de passe\b/],
      ),
    ],
  },
  {
    kind: 'credentials',
    topic: pattern`
        \b(?:
          mots? de passe|mdp|cles? (?:d')?(?:api|connect)|cle de connexion|cle connect|jetons?|identifiants?|mfa|2fa
          |totp|authentificateur|code (?:pin|secret|d'acces)|double (?:authentification|facteur)|password
          |codes? de (?:secours|recuperation)|cles?|authenticator|token|login|codes?|acces
        )\b
      `,
    innocent: pattern`
        \b(?:
          politique de mots? de passe|complexite|expiration des mots|gestionnaire de mots|synchronis\w+
          |(?:lien|mail|page|e-?mail|formulaire) de (?:reinitialisation|changement)|ne recoi\w* (?:pas|jamais)
          |les utilisateurs (?:ne|n'|obtiennent|voient)|erreur|echoue|ne (?:fonctionne|marche)|bug|documentation
          |cle (?:publique|usb|ssh)|pgp|points? cles?
        )\b
      `,
    rules: [
      inSentence(
        'p-credentials-do-fr',
        0.88,
        pattern`
          \b(?:
            reinitialis\w+|chang(?:er|ez|e)|modifi(?:er|ez)|defin\w+|mett(?:re|ez)|envoy\w+|renvoy\w+
            |donn(?:er|ez|e)|communiqu\w+|fourn\w+|gener\w+|regener\w+|cre(?:er|ez)|renouvel\w+|rappel\w+|besoin
            |recuper\w+|retrouver|debloqu\w+|desactiv\w+|remplac\w+|remett\w+|obtenir|avoir|nouveau|nouvelle
            |transmett\w+|reset\w*|supprim\w+|enlev\w+|attribu\w+|revoqu\w+|raz|reactiv\w+|dire|faut|contourn\w+
            |restaur\w+|quel(?:le)? est
          )\b (?:[\w'@.,-]+ ){0,8}?(?:l'|d'|le |la |les |mon |ma |mes |son |un |une |de |du )*(?:
            mots? de passe|mdp|cles? (?:d'|de l'|connect|de connexion)?(?:api|connect)?|cles?|jetons?
            |identifiants? (?:de connexion|et|d'acces)?|identifiants?|mfa|2fa|totp|authentificateur
            |code (?:pin|secret|d'acces)|double (?:authentification|facteur)|authentification (?:a deux|multi|forte)
            |password|codes? de (?:secours|recuperation)|token|codes? (?:d'authentification|mfa)
          )\b
        `,
        [
          /\bidentifiant (?:de l'organisation|client|tenant|de l'entreprise|d'organisation)\b/,
          /\bcle(?:s)? (?:sous la porte|publique|usb|ssh|pgp)\b/,
        ],
      ),
      inPlain(
        'p-credentials-forgot-fr',
        0.85,
        pattern`
          \b(?:
            oubli\w+|perdu\w*|egare\w*|ne (?:me )?(?:souvien\w+|rappelle|connai\w+|retrouve|sais) (?:plus|pas)
            |n'ai (?:plus|pas|jamais)|plus (?:mon|mes|le|la|acces a mon)
          )\b.{0,40}\b(?:
            mots? de passe|mdp|cles? (?:d')?(?:api|connect)|identifiants?|mfa|2fa|totp|code|authentificateur
            |password|login|token|telephone
          )\b
        `,
        [/\b(?:comment|quand (?:un|les) utilisateurs?|si (?:un|les) utilisateurs?|utilisateurs? (?:qui|oubli))\b/],
      ),
      inPlain(
        'p-credentials-noun-fr',
        0.8,
        pattern`
          \b(?:reinitialisation|changement|perte|oubli|renouvellement|regeneration|demande|recuperation|reset) (?:
            de |du |d'|des |mon |ma )*(?:
            mots? de passe|mdp|cles? (?:d')?(?:api|connect)|mfa|2fa|identifiants?|double authentification|password
            |token|code
          )\b
        `,
        [/\b(?:lien|mail|page|formulaire|ne fonctionne|ne marche|erreur|probleme)\b/],
      ),
    ],
  },
  {
    kind: 'tenant-change',
    topic: pattern`
        \b(?:
          chang|modif|renomm|corrig|met|mettre|desactiv|activ|bloqu|debloqu|verrouill|deverrouill|suspend|supprim
          |effac|retir|enlev|restaur|fusionn|deplac|transfer|import|gel|remplac|reactiv|actualis|cre|ajout|vir
          |nettoy|desinstall
        )
      `,
    innocent: pattern`
        \b(?:
          votre (?:documentation|site|tarif)|rien change|n'avons rien (?:change|modifie)
          |depuis (?:la|votre|le|une) (?:mise a jour|changement|modification)
          |apres (?:la|une|votre) (?:mise a jour|modification)|erreur|echoue|plante|bug
          |ne (?:marche|fonctionne|peut|peuvent)|n'arriv\w+|impossible
        )\b
      `,
    rules: [
      inSentence(
        'p-tenant-data-fr',
        0.82,
        pattern`
          \b(?:
            chang(?:er|ez)|modifi(?:er|ez)|renomm(?:er|ez)|corrig(?:er|ez)|mettre a jour|mettez a jour|rectifi\w+
            |actualis\w+|remplac(?:er|ez)|fusionn(?:er|ez)|deplac(?:er|ez)|transfer(?:er|ez)|import(?:er|ez)
            |migr(?:er|ez)|basculer|modification|changement|mise a jour|correction|adapter|passer|passez
          )\b (?:[\w'@.,-]+ ){0,6}?(?:l'|d'|le |la |les |nos |notre |du |de |des |son |sa |leurs? )*(?:
            noms?(?: (?:de|d')\w*)*|raison sociale|domaines?|adresses?|donnees|fiches?|attributs?|groupes?
            |strategies?|politiques?|parametres?|reglages?|utilisateurs?|postes?|fuseau|coordonnees|informations?
            |service|services|prenoms?|profils?|e-?mails?|organisation|tenant|machines?|region|intitule|denomination
          )\b
        `,
        [/\b(?:mots? de passe|mdp|licences?|formule|facture|carte bancaire|cle|mfa|proprietaire|admin\w*)\b/],
      ),
      inSentence(
        'p-tenant-lock-fr',
        0.85,
        pattern`
          \b(?:
            verrouill(?:er|ez)|deverrouill(?:er|ez)|suspend(?:re|ez)|bloqu(?:er|ez)|debloqu(?:er|ez)|gel(?:er|ez)
            |desactiv(?:er|ez)|activ(?:er|ez)|retir(?:er|ez)|supprim(?:er|ez|e)|effac(?:er|ez)|restaur(?:er|ez)
            |enlev(?:er|ez)|reactiv(?:er|ez)|desinstall(?:er|ez)|coup(?:er|ez)|vir(?:er|ez)|nettoy(?:er|ez)
            |reinstall(?:er|ez)|detach(?:er|ez)|purg(?:er|ez)|sort(?:ir|ez)|radi(?:er|ez)|suppression|desactivation
            |blocage|retrait|restauration
          )\b (?:[\w'@.,-]+ ){0,7}?(?:
            l'|d'|le |la |les |nos |notre |du |de |des |un |une |son |sa |ce |cet |cette |ces |tous |toutes |mes )*(?:
            utilisat\w+|postes?|appareils?|ordinateurs?|pc|serveurs?|machines?|groupes?|strategies?|politiques?
            |salaries?|employes?|portables?|telephones?|tablettes?|collegues?|collaborat\w+|stagiaires?
            |comptes? (?:de|d'|du|des|utilisateurs?|admin\w*|windows)|(?:son|leur|leurs) (?:comptes?|acces)
            |acces (?:de|du|des|d')|session|applications?|agents?|personnes?|fiches?|doublons?|entrees?|comptes
            |admin\w*|synchronisation|domaine
          )\b
        `,
        [/\b(?:mots? de passe|mdp|mfa|2fa|double authentification|liste noire|ce (?:mail|message))\b/],
      ),
      inSentence(
        'p-tenant-create-fr',
        0.7,
        pattern`
          \b(?:cre(?:er|ez)|ajout(?:er|ez)|ouvr(?:ir|ez)|enregistrer)\b (?:[\w'@.,-]+ ){0,5}?(?:
            (?:nouveaux?|nouvelles?|deux|trois|\d+|des|un) (?:\w+ )?(?:
              utilisateurs?|employes?|groupes?|salaries?|postes?|collaborateurs?|comptes? (?:pour|utilisateurs?)
            )|(?:un )?comptes? pour
          )\b
        `,
        [/\b(?:licences?|acces a)\b/],
      ),
    ],
  },
  {
    kind: 'purchase',
    topic: pattern`
        \b(?:
          achet|acheter|achat|command|devis|tarif|prix|licences?|souscri|combien|cout|abonner|essai|demo
          |demonstration|commercial|offre|remise|proposition|premium|payant|formule|renouvel|budget|interesse|grille
        )
      `,
    innocent: pattern`
        \b(?:
          nous coute|coute cher|a tout prix|ligne de commande|bon de commande (?:n|deja)|nous payons
          |commande (?:ssh|powershell|sudo|shell)|commandes? (?:linux|windows)|service commercial|equipe commerciale
          |nos commerciaux|les commerciaux
        )\b
      `,
    rules: [
      inSentence(
        'buy-verb-fr',
        0.88,
        pattern`
          \b(?:
            achet\w+|command\w+|souscri\w+|acquerir|prendre|ajout\w+|passer|renouvel\w+|abonner|besoin|augment\w+
            |evoluer|basculer|upgrader|adopter|commander
          )\b (?:[\w',-]+ ){0,6}?(?:l'|d'|a l')?(?:
            licences?|abonnements?|formule|premium|platform plus|offre|version payante|solution|sieges|produit
            |contrat|logiciel|plan|utilisateurs supplementaires|places
          )\b
        `,
        [/\b(?:supprim|resili|annul)\w+\b/],
      ),
      inPlain(
        'buy-price-fr',
        0.88,
        pattern`
          \b(?:
            devis|tarifs?|grille tarifaire|proposition (?:commerciale|tarifaire|de prix)
            |offre (?:de prix|commerciale|tarifaire)
            |(?:votre|vos|le|les|quel(?:s)?(?: est| sont)?(?: le| les| vos)?|un|du|des) (?:meilleur )?prix
            |combien (?:coute\w*|ca coute|cela|pour|couterait|est|faut-il|serait|de licences)
            |(?:souhait\w+|voudr\w+|aimer\w+|interesse\w*|envisag\w+|pret\w*|decide\w*|voulons|compte|projet) (?:
              \w+ ){0,2}?(?:d'|par |a |de )?(?:l')?(?:
              achat|acheter|commander|souscrire|souscription|abonner|acquisition|devenir client\w*
            )|(?:demo|demonstration)(?: de| du| en| pour|,|\.|$)|periode d'essai|version d'essai|essai gratuit
            |remise (?:pour|de|sur|associa\w+|volume)
            |(?:parler|contact\w*|rendez-vous|echanger|rappel\w*) (?:\w+ ){0,2}(?:
              commercial|commerciale|commerciaux
            )|passer (?:une )?commande|devenir (?:client|partenaire|revendeur)
          )\b
        `,
        [/\b(?:a tout prix|facture|hausse de|augmentation de vos tarifs)\b/],
      ),
    ],
  },
]);

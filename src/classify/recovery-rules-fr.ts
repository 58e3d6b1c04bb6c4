/** The five recovery cases (X-*) in French: one group of rules for each. Texts are folded: `supprimé` reads `supprime`. */
import { pattern, source } from './pattern.ts';
import { inMail, inPlain, inSentence, type RuleGroup, ruleGroups } from './request-rule.ts';

const admin = source`
    (?:
      admin(?:istrateur|istratrice|istrateurs|s)?|informaticien(?:ne)?
      |responsable (?:informatique|it|si|du si|des systemes)|dsi|directeur (?:informatique|technique|des systemes)
      |prestataire|technicien|infogerant|chef informatique|admin (?:sys|systeme|reseau)|ingenieur (?:systeme|reseau)
      |gars de l'informatique|associe|cto|responsable systemes?
    )
  `;

export const recoveryGroupsFr: readonly RuleGroup[] = ruleGroups([
  {
    kind: 'recovery-disgruntled-admin',
    topic: new RegExp(`\\b${admin}\\b`),
    innocent: /\b(?:a titre preventif|hypothese|bonnes pratiques|question de principe)\b/,
    rules: [
      inMail(
        'x-disgruntled-story-fr',
        0.85,
        [
          new RegExp(`\\b${admin}\\b`),
          pattern`
            \b(?:
              licencie[es]?|licenciement|vire[es]?|renvoye[es]?
              |remercie[es]?(?= (?:pour|la|le|vendredi|lundi|mardi|hier|il|en|suite|,|\.|et))
              |mis a (?:la porte|pied)|mise a pied|congedie|revoque|mecontent\w*|en colere|aigri\w*|vengeance
              |se venge\w*|vengeur|veng\w+|rancun\w*|hostile|malveillan\w*|sabot\w+|otage|rancon|chantage|extor\w+
              |pirat\w+|nous (?:a |avait )?(?:tous )?(?:bloque|exclu|vire|coupe|verrouille|menace|prive|supprime)\w*
              |refus\w+ (?:de|d'|toute|toujours|categoriquement)|ne veut (?:pas|plus|rien)|menac\w+
              |ex[- ](?:admin\w*|employe|salarie|dsi|collegue|informaticien|associe|responsable|prestataire)
              |ancien(?:ne)? (?:
                admin\w*|employe|salarie|dsi|informaticien|responsable|associe|prestataire|directeur
              )
              |a (?:vole|retire|supprime|efface|revoque|change|enleve|exclu|detourne)\w* (?:
                tous |toutes |les |nos |l'|des |mes )|garde (?:les|le|la|l')
              |encore (?:acces|la main|administrateur|admin)
              |toujours (?:acces|la main|administrateur|admin|les droits|connecte)|plainte|conflit|litige
              |mauvais termes|parti (?:en claquant|fache|en mauvais|furieux)|claque la porte|efface (?:nos|des|les)
              |detrui\w+|faute (?:grave|lourde)|prud'?hommes|prend le controle|pris le controle|agit seul
            )\b
          `,
          pattern`
            \b(?:
              supprim\w+|retir\w+|revoqu\w+|desactiv\w+|coup\w+|bloqu\w+|enlev\w+|suppression|radi\w+|stopp\w+
              |arret\w+|recuper\w+|repren\w+|aid\w+|que faire|agir|intervenir|neutralis\w+|eject\w+|evinc\w+
              |mettre dehors|otez|effac\w+
            )\b
          `,
        ],
        [/\b(?:retraite|bons termes|conge maternite|a l'amiable)\b/],
      ),
      inPlain(
        'x-disgruntled-word-fr',
        0.9,
        pattern`
          \b${admin} (?:\w+ )?(?:
            mecontent\w*|malveillant\w*|licencie\w*|vire\w*|rancunier\w*|hostile|renvoye\w*|revoque\w*|congedie\w*
          )\b
        `,
      ),
      inPlain(
        'x-disgruntled-hostage-fr',
        0.8,
        /\b(?:pris|prend|prise|tient|tenus?|retient|garde) (?:\w+ ){0,4}en otage\b/,
      ),
    ],
  },
  {
    kind: 'recovery-closure',
    topic: pattern`
        \b(?:
          faillite|liquid|dissol|dissou|cess|ferm|radi|redress|depot de bilan|depos|activite|clotur|mettre la cle
          |insolv|sabord|baiss|rideau|n'existe plus|mandataire|arret de
        )
      `,
    innocent: pattern`
        \b(?:
          fermer (?:la fenetre|l'onglet|le ticket|la session|le navigateur)
          |ferme(?:e|s)? (?:le (?:lundi|dimanche|samedi)|pour (?:conges|les fetes|travaux)|entre)
          |cessez de m'envoyer|sans cesse|ne cesse|cesse de fonctionner|liquide
          |client (?:a fait|est en) (?:faillite|liquidation)
        )\b
      `,
    rules: [
      inPlain(
        'x-closure-fr',
        0.9,
        pattern`
          \b(?:
            faillite|depot de bilan|depose[er]? (?:le|notre|son) bilan
            |liquidation (?:judiciaire|amiable|de (?:la|notre)|volontaire|simplifiee)
            |(?:en|mise en|place en) liquidation|liquidateur|liquidatrice|mandataire (?:judiciaire|liquidateur)
            |redressement judiciaire
            |cessation (?:definitive |totale )?(?:d'|de (?:l'|notre |nos |toute )?)activites?
            |cess\w+ (?:definitivement |toute |toutes |son |ses |notre |nos |l'|d')* ?activites?
            |arret\w* (?:definitivement |toute |son |ses |notre |nos |l'|de l'|de notre |definitif de )* ?activites?
            |(?:fin|arret) (?:d'|de (?:notre |l'))activite|dissolution|dissou[ts]e?s?|dissoudre
            |certificat de (?:dissolution|radiation)
            |(?:
              societe|entreprise|association|boite|sarl|sas|sa|scop|agence|magasin|boutique|cabinet|etablissement
              |structure|ecole|start-?up|usine|cooperative|fondation|club|restaurant|asso
            ) (?:\w+ ){0,4}?(?:est|a|va|sera|ferme|fermera|n'existe|cesse|disparait|ete|etre|vient) ?(?:\w+ ){0,3}?(?:
              ferme\w*|fermer|dissou\w+|radiee?|liquidee?|cesse|cesser|fermee? definitivement
              |plus(?= [.,]|[.,]|$| depuis| en activite)|definitivement|disparu|baisse|mettre la cle|close|clos
            )
            |ferm(?:ons|e|eture|er|ee) (?:
              definitive(?:ment)?|la (?:societe|boite|boutique)|l'(?:entreprise|association|agence|etablissement)
              |notre (?:societe|entreprise|boite|magasin|cabinet)|ses portes|nos portes|boutique
              |(?:de|de la|de l'|de notre) ?(?:societe|entreprise|association|notre entreprise|notre societe)
            )|mis(?:e)? la cle sous la porte|mettons la cle sous la porte|mettre la cle sous|n'existe plus
            |radiation (?:du|de la|au) (?:rcs|registre|societe)|radiee? du (?:rcs|registre)|insolvab\w+
            |kbis de radiation|baisse le rideau
          )\b
        `,
        [
          /\bdissolution (?:de l'image|du groupe)\b/,
          /\b(?:un|une|nos|mon|notre) (?:client|fournisseur|concurrent)e?s? (?:est|a|en|qui)\b/,
        ],
      ),
    ],
  },
  {
    kind: 'recovery-mistake',
    topic: pattern`
        \b(?:
          tribunal|jug|ordonnance|justice|malvers|fraud|detourn|erreur|accident|megarde|par inadvertance|illegal
          |abus|injonction|refere|huissier|commissaire de justice|decision|sans autorisation|faux|usurp|maladresse
          |betise|boulette|fausse manip|cour d
        )
      `,
    innocent: pattern`
        \b(?:
          message d'erreur|code d'erreur|erreur \d|une erreur (?:s'affiche|apparait|de)
          |ordonnances? (?:medicale|electronique)|jugez|juge utile|sauf erreur|abusif
        )\b
      `,
    rules: [
      inPlain(
        'x-mistake-court-fr',
        0.9,
        pattern`
          \b(?:
            ordonnance (?:du|de|rendue|judiciaire|sur|de refere|d'un|prise)|decision de justice
            |decision (?:du tribunal|judiciaire|de la cour)
            |jugement (?:du|de|rendu|en|qui|ordonn\w*|ci-joint|definitif)
            |(?:juge|tribunal|cour|refere|president du tribunal|magistrat) .{0,60}\b(?:
              ordonn\w+|decid\w+|statu\w+|rend\w*|enjoi\w+|impos\w+|exig\w+|condamn\w+|autoris\w+|prononc\w+|tranche
            )|injonction|(?:arret|ordre) (?:de la|d'une|du) (?:cour|tribunal|juge)|huissier|commissaire de justice
            |malversations?|requisition judiciaire
          )\b
        `,
      ),
      inMail('x-mistake-control-fr', 0.85, [
        pattern`
          \b(?:
            par erreur|erreur|accident\w*|par megarde|megarde|inadvertance|sans (?:le )?faire expres|fausse manip\w*
            |mauvaise manip\w*|betise|boulette|involontaire\w*|maladresse|trompee?s?
          )\b
        `,
        pattern`
          \b(?:
            (?:supprime|retire|efface|desactive|bloque|perdu|revoque|retrograde|enleve|change|transfere|rendu)\w* (?:
              \w+ |[ldmsn]'
            ){0,6}?(?:
              (?:seul|unique|dernier|propre|mon|notre|les|mes|nos|seule|derniere|ses|son|tous les) ?(?:compte )?(?:
                admin\w*|proprietaire\w*|droits|acces admin\w*
              )|droits (?:d')?admin\w*|le tenant|notre (?:tenant|organisation)|l'organisation|propriete
            )|plus (?:aucun|d'|un seul|personne) ?(?:n'est |d')?(?:admin\w*|administrateur|proprietaire)
            |sans (?:aucun )?(?:admin\w*|proprietaire)|(?:seul|unique|dernier) (?:compte )?admin\w*
          )\b
        `,
      ]),
      inMail('x-mistake-fraud-fr', 0.85, [
        pattern`
          \b(?:
            fraud\w+|detourn\w+|abus (?:de confiance|de biens|de pouvoir|de droit\w*|de fonction)
            |abuse de (?:ses|son|sa)|illegal\w*|sans (?:aucune |notre )?(?:autorisation|accord|mandat|droit)
            |usurp\w+|faux (?:documents?|en ecriture)|escroqu\w+|vole[es]?|indument|crimin\w+|manquement|forfaiture
          )\b
        `,
        /\b(?:tenant|compte|propriete|proprietaire|admin\w*|organisation|acces|controle)\b/,
        pattern`
          \b(?:
            restaur\w+|annul\w+|retabl\w+|rendre|remettre|restitu\w+|recuper\w+|revenir|corrig\w+|rectifi\w+
            |reintegr\w+|redonn\w+|inverser
          )\b
        `,
      ]),
      inSentence(
        'x-mistake-restore-fr',
        0.6,
        pattern`
          \b(?:restaur\w+|recuper\w+|retabl\w+|annul\w+|faire revenir)\b.{0,50}\b(?:
            tenant|organisation|tout (?:le|notre) compte|notre compte|suppression|la totalite|l'integralite
          )\b
        `,
      ),
    ],
  },
  {
    kind: 'recovery-cessation',
    topic: pattern`
        \b(?:
          support|assistance|demandes?|tickets?|mails?|e-?mails?|courriels?|appels?|instructions?|requetes?
          |messages?|sollicitations?|aide
        )\b
      `,
    innocent: pattern`
        \b(?:
          newsletter|publicit|notifications?|vous (?:ignorez|refusez|ne repondez)
          |mon (?:dernier|precedent) (?:mail|message)|mail precedent|fin de support|plus supporte|desabonn
        )\b
      `,
    rules: [
      inSentence(
        'x-cessation-fr',
        0.85,
        pattern`
          \b(?:
            cess(?:ez|er|ation)|suspend(?:re|ez)|suspension|refus(?:ez|er)|ignor(?:ez|er)|arret(?:ez|er)
            |interromp(?:re|ez)|bloqu(?:ez|er)|gel(?:ez|er)|stopp(?:ez|er)|rejet(?:ez|er)
            |mettre (?:en pause|fin|en attente|un terme)
            |ne (?:plus |pas |rien |surtout |jamais |donner |traiter |repondre )*(?:
              repond\w+|trait\w+|donn\w+|accept\w+|honor\w+|execut\w+|tenir compte|tenez compte|suivre|suivez
              |fourn\w+|assur\w+|apport\w+|aid\w+|prendre en compte|faire
            )|n'(?:accept\w+|execut\w+|honor\w+|aid\w+|assur\w+|apport\w+)
          )\b .{0,50}?\b(?:
            support|assistance|demandes?|tickets?|mails?|e-?mails?|courriels?|appels?|instructions?|requetes?
            |messages?|sollicitations?|aide|qui que ce soit|personne
          )\b
        `,
        [
          /\b(?:newsletter|publicit\w+|notification\w*|spam|ce (?:mail|message)|mon (?:dernier|precedent)|relances?)\b/,
          /\b(?:pourquoi|vous n'avez|vous ne|on ne|nous ne|je ne|ils ne|elle ne|il ne|n'arrive)\b/,
        ],
      ),
      inPlain(
        'x-cessation-words-fr',
        0.9,
        pattern`
          \b(?:
            cessation (?:de |du |temporaire de |immediate de )*(?:tout |toute |votre |l'|la )*(?:support|assistance)
            |(?:suspension|gel|arret|interruption|blocage) (?:immediate?|temporaire|total|complet)? ?(?:
              de |du |de tout |de toute |de l'
            )(?:support|assistance|vos services de support|traitement des demandes)
            |(?:
              suspendre|cesser|geler|arreter|interrompre|bloquer|suspendez|cessez|gelez|arretez|interrompez|stopper
              |stoppez
            ) (?:\w+ )?(?:tout|toute|le|la|l'|votre) ?(?:le |l')?(?:support|assistance)
            |(?:demandes?|tickets?|mails?|appels?|instructions?|requetes?|messages?) .{0,60}(?:
              doi(?:t|vent)|devr(?:a|ont)|devrai(?:t|ent)
            ) (?:\w+ )?(?:
              etre (?:ignoree?s?|refusee?s?|rejetee?s?|suspendue?s?|bloquee?s?|mise?s? en attente)
              |rester sans (?:reponse|suite)
            )
            |aucun(?:e)? (?:demande|support|assistance|ticket|instruction|aide) .{0,40}(?:
              ne (?:doit|devra)|traitee?|acceptee?|honoree?|fourni
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
          pirat|compromis|attaqu|intru|rancon|phish|hameconn|malware|infect|vol[e]?|prevent|precaution|virus|hack
          |fuite|cyber|faille|usurp|cambriol|vole|detourn
        )
      `,
    innocent: pattern`
        \b(?:
          campagne de (?:phishing|hameconnage)|formation|sensibilisation|test d'intrusion|questionnaire de securite
          |audit
        )\b
      `,
    rules: [
      inMail(
        'x-prevent-story-fr',
        0.85,
        [
          pattern`
            \b(?:
              pirat\w+|compromis\w*|attaqu\w+|intru\w+|rancongiciel|ransomware|phish\w*|hameconn\w+|malware
              |infect\w+|hack\w+|fuite|cyberattaque\w*|cambriol\w+|virus|cheval de troie|vole[es]?|vol (?:de|d'|du)
              |usurp\w+
            )\b
          `,
          pattern`
            \b(?:supprim\w+|effac\w+|suppression|retir\w+|detrui\w+|ferm\w+|desactiv\w+|bloqu\w+|revoqu\w+)\b.{0,80}\b(?:
              admin\w*|tenant|compte|organisation|tout|totalite|entier|acces
            )
            |\b(?:admin\w*|tenant|compte|organisation)\b.{0,60}\b(?:
              supprim\w+|effac\w+|suppression|retir\w+|ferm\w+|desactiv\w+|bloqu\w+
            )\b
          `,
        ],
        [/\b(?:campagne de phishing|formation|sensibilisation)\b/],
      ),
      inPlain(
        'x-prevent-word-fr',
        0.8,
        pattern`
          \b(?:
            (?:
              a titre (?:preventif|de precaution|conservatoire)
              |par (?:mesure de )?(?:precaution|prevention|securite)|preventive(?:ment)?
              |avant (?:qu'il ne soit trop tard|que (?:les |l'|le )?(?:pirates?|attaquants?|hackers?|quelqu'un))
              |avant qu'(?:ils|on|il|elle|un pirate)
            ).{0,90}(?:supprim\w+|suppression|effac\w+)
            |(?:supprim\w+|suppression|effac\w+).{0,90}(?:
              a titre (?:preventif|de precaution|conservatoire)|par (?:mesure de )?(?:precaution|prevention)
              |preventi\w+|avant (?:qu'|que (?:les|l'|le|quelqu))
            )
          )\b
        `,
      ),
    ],
  },
]);

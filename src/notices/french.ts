import type { Wording } from './wording.ts';

export const french: Wording = {
  locale: 'fr-FR',
  greeting: 'Bonjour,',
  closing: 'Bien cordialement',
  automatic: 'Ce message a été rédigé automatiquement.',
  never: 'Nous ne demandons jamais de mot de passe, de clé ni de numéro de carte, ni par courriel ni par téléphone.',
  outerSubject: 'Un message de notre support',
  subjects: {
    received: 'Nous avons bien reçu votre message',
    receipt: 'Nous avons bien reçu votre message',
    'not-entitled': 'À propos de votre message à notre support',
    'channel-refused': 'Merci de nous écrire à nouveau par une voie plus sûre',
    'never-done': 'Votre message : ce que vous pouvez faire vous-même',
    'needs-authorization': 'Votre demande requiert une seconde personne',
    rotate: 'Merci de changer ce que votre message a révélé',
    joined: 'Votre message a été ajouté à votre dossier',
  },
  reached: (when) => `Votre message du ${when} nous est bien parvenu.`,
  labels: { ticket: 'Dossier :', answerBy: 'Vous aurez une réponse avant le :', reference: 'Référence :' },
  joined: 'Il a été ajouté au dossier déjà ouvert.',
  answerToAdd: 'Pour ajouter quelque chose, répondez simplement à ce message.',
  receipt: [
    'S’il appelle une réponse, une personne vous écrira.',
    'Les demandes relatives à un compte ne sont traitées que si son administrateur les fait, depuis l’adresse que nous connaissons ou dans le portail d’administration. Toute personne qui nous écrit reçoit ce même accusé de réception ; il n’indique pas si un compte existe.',
  ],
  noKey: [
    'Votre message nous est bien parvenu. Le reste de notre réponse ne vous est envoyé que chiffré, et nous n’avons actuellement aucune clé OpenPGP de vous qui puisse servir à chiffrer.',
    'Merci de faire enregistrer une nouvelle clé ; d’ici là, le portail d’administration est la voie sûre pour nous joindre.',
  ],
  notEntitled: {
    why: 'L’assistance par courriel ne fait pas partie de votre formule : personne ne traitera donc ce message. Nous regrettons de ne pouvoir faire davantage ici.',
    where: 'La base de connaissances répond à la plupart des questions :',
    buy: 'Une formule avec assistance par courriel vous intéresse ? Notre équipe commerciale vous lira avec plaisir.',
  },
  channel: {
    why: (when) =>
      `Nous n’avons pas donné suite à votre message du ${when}. Votre contrat demande une voie plus sûre que celle par laquelle il est arrivé :`,
    sign: 'signez-le avec la clé OpenPGP que nous connaissons de vous',
    encryptSign: 'chiffrez-le avec notre clé OpenPGP, et signez-le avec celle que nous connaissons de vous',
    tls: 'faites en sorte que votre serveur de messagerie le remette au nôtre par une connexion chiffrée (TLS)',
    again: 'Merci de l’envoyer à nouveau ainsi, ou de passer par le portail d’administration :',
  },
  neverDone: {
    why: 'Une partie de ce qu’il demande n’est jamais faite par notre personnel, quelle que soit la personne qui le demande. C’est pour votre protection :',
    deeds: {
      credentials: 'définir, changer ou réinitialiser des mots de passe, des clés d’API ou de connexion',
      'grant-access': 'donner à quelqu’un l’accès à une ressource',
      'tenant-change':
        'modifier les données d’un compte, en retirer des systèmes, verrouiller des comptes ou ajouter des administrateurs',
    },
    alone: 'En tant qu’administrateur, vous pouvez le faire vous-même dans le portail d’administration :',
    otherwise:
      'Si le portail ne vous le permet pas, répondez à ce message en décrivant ce que vous y voyez. Ce serait un défaut, et c’est à nous de le corriger.',
  },
  authorization: [
    'Une demande de ce genre n’est exécutée qu’avec l’accord d’une autre personne responsable du compte. Rien n’a été modifié pour l’instant.',
    'Une personne l’examine et fera le nécessaire. Vous n’avez rien à faire.',
  ],
  rotate: {
    found: (kinds) =>
      `Il semble contenir ${kinds}. Tout ce qui a été envoyé par courriel doit être tenu pour connu d’autrui : merci de le changer dès maintenant. Nous ne le gardons pas dans nos dossiers et n’en avons aucun usage.`,
    names: {
      password: 'un mot de passe',
      'private-key': 'une clé privée',
      'api-token': 'un jeton d’accès ou une clé d’API',
      'card-number': 'un numéro de carte',
    },
  },
};

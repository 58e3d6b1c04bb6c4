/** The words of the pages behind the link of a verification, in the languages in which questions are put. */
import type { RequestKind } from '../classify/classification.ts';

export type VerificationWords = {
  readonly language: 'en' | 'fr';
  readonly sender: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string };
  readonly authorization: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string };
  readonly never: string;
  readonly from: string;
  readonly to: string;
  readonly received: string;
  readonly subject: string;
  readonly attachments: string;
  readonly asks: string;
  readonly noText: string;
  readonly cut: string;
  readonly kinds: Readonly<Record<RequestKind, string>>;
};

const english: VerificationWords = {
  language: 'en',
  sender: {
    title: 'Did you write this mail?',
    text: 'This mail names you as its sender. Say so only if you wrote exactly this.',
    yes: 'Yes, I wrote this',
    no: 'No, this was not me',
  },
  authorization: {
    title: 'Do you agree to this request?',
    text: 'Somebody of your organisation asks this. Agree only if it is what your organisation wants.',
    yes: 'Yes, I agree',
    no: 'No, I do not agree',
  },
  never: 'We never ask for a password or a key.',
  from: 'From',
  to: 'To',
  received: 'Received (UTC)',
  subject: 'Subject',
  attachments: 'Attachments',
  asks: 'We understand it as',
  noText: 'There is no text to show here.',
  cut: 'The mail is longer than what is shown here. If you are not sure of the rest, do not say yes.',
  kinds: {
    ordinary: 'a question to support',
    credentials: 'a request about a password or a key',
    'grant-access': 'a request to give somebody access',
    'become-admin': 'a request to become an administrator',
    'tenant-change': 'a request to change the account',
    'delete-account': 'a request to delete the account',
    'account-information': 'a request for information about the account',
    'recovery-disgruntled-admin': 'a request for account recovery',
    'recovery-closure': 'a request for account recovery',
    'recovery-mistake': 'a request for account recovery',
    'recovery-cessation': 'a request for account recovery',
    'recovery-preventative': 'a request for account recovery',
    'escalation-manager': 'a request to speak with a manager',
    purchase: 'a wish to buy',
    'deny-appeal': 'an objection to being blocked',
  },
};

const french: VerificationWords = {
  language: 'fr',
  sender: {
    title: 'Avez-vous écrit ce message ?',
    text: 'Ce message vous désigne comme expéditeur. Confirmez uniquement si vous avez écrit exactement ceci.',
    yes: 'Oui, je l’ai écrit',
    no: 'Non, ce n’était pas moi',
  },
  authorization: {
    title: 'Êtes-vous d’accord avec cette demande ?',
    text: 'Une personne de votre organisation demande ceci. Donnez votre accord uniquement si votre organisation le veut.',
    yes: 'Oui, je suis d’accord',
    no: 'Non, je refuse',
  },
  never: 'Nous ne demandons jamais de mot de passe ni de clé.',
  from: 'De',
  to: 'À',
  received: 'Reçu (UTC)',
  subject: 'Objet',
  attachments: 'Pièces jointes',
  asks: 'Nous comprenons qu’il s’agit de ceci',
  noText: 'Il n’y a pas de texte à montrer ici.',
  cut: 'Le message est plus long que ce qui est montré ici. En cas de doute sur la suite, ne confirmez pas.',
  kinds: {
    ordinary: 'une question au support',
    credentials: 'une demande au sujet d’un mot de passe ou d’une clé',
    'grant-access': 'une demande d’accès pour une personne',
    'become-admin': 'une demande pour devenir administrateur',
    'tenant-change': 'une demande de modification du compte',
    'delete-account': 'une demande de suppression du compte',
    'account-information': 'une demande d’informations sur le compte',
    'recovery-disgruntled-admin': 'une demande de récupération du compte',
    'recovery-closure': 'une demande de récupération du compte',
    'recovery-mistake': 'une demande de récupération du compte',
    'recovery-cessation': 'une demande de récupération du compte',
    'recovery-preventative': 'une demande de récupération du compte',
    'escalation-manager': 'une demande de parler à un responsable',
    purchase: 'un souhait d’achat',
    'deny-appeal': 'une contestation d’un blocage',
  },
};

export function verificationWords(language: string): VerificationWords {
  return language === 'fr' ? french : english;
}

/** What the address on file reads: that a mail came in its name, and where to look at it. It quotes nothing of that mail. */
import { type Letter, link, text } from '../notices/letter.ts';
import type { VerificationMail } from './asking.ts';

export type VerificationLetterFacts = {
  readonly kind: VerificationMail['kind'];
  /** The mailbox that was written to. */
  readonly mailbox: string;
  /** Null for the summary. */
  readonly link: string | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly language: string;
  /** Who writes. */
  readonly signature: string;
};

type Words = {
  readonly subject: string;
  readonly greeting: string;
  readonly sender: (mailbox: string) => string;
  readonly authorize: (mailbox: string) => string;
  readonly summary: (mailbox: string) => string;
  readonly look: string;
  readonly until: (time: string) => string;
  readonly ignore: string;
  readonly held: string;
  readonly never: string;
};

const english: Words = {
  subject: 'Please look at a request made in your name',
  greeting: 'Hello,',
  sender: (mailbox) =>
    `we received a mail to ${mailbox} that names you as its sender. We could not tell whether you wrote it.`,
  authorize: (mailbox) =>
    `somebody of your organisation sent a request to ${mailbox} that needs the consent of another administrator. You are registered as one.`,
  summary: (mailbox) =>
    `we received several mails to ${mailbox} that name you as their sender or need your consent, more than we would bother you with one by one. We hold them until our staff have looked at them.`,
  look: 'Look at the request and answer',
  until: (time) => `The page shows the request and two buttons. It can be answered once, until ${time} UTC.`,
  ignore: 'Without your answer nothing is done on this request.',
  held: 'You need not do anything. If you wrote to us and wait for an answer, please sign your mail, or use the portal.',
  never: 'We never ask for a password or a key, neither here nor on that page.',
};

const french: Words = {
  subject: 'Merci de vérifier une demande faite en votre nom',
  greeting: 'Bonjour,',
  sender: (mailbox) =>
    `nous avons reçu à ${mailbox} un message qui vous désigne comme expéditeur. Nous n’avons pas pu établir s’il vient de vous.`,
  authorize: (mailbox) =>
    `une personne de votre organisation a adressé à ${mailbox} une demande qui exige l’accord d’un autre administrateur. Vous êtes enregistré comme tel.`,
  summary: (mailbox) =>
    `nous avons reçu à ${mailbox} plusieurs messages qui vous désignent comme expéditeur ou exigent votre accord, trop pour vous interroger sur chacun. Nous les retenons jusqu’à leur examen par notre équipe.`,
  look: 'Voir la demande et répondre',
  until: (time) => `La page montre la demande et deux boutons. Une seule réponse est possible, jusqu’au ${time} UTC.`,
  ignore: 'Sans réponse de votre part, rien ne sera entrepris.',
  held: 'Vous n’avez rien à faire. Si vous attendez une réponse de notre part, signez votre message ou passez par le portail.',
  never: 'Nous ne demandons jamais de mot de passe ni de clé, ni ici ni sur cette page.',
};

export function verificationLetter(about: VerificationLetterFacts): Letter {
  const isFrench = about.language === 'fr';
  const words = isFrench ? french : english;
  const time = new Date(about.expiresAt).toISOString().slice(0, 16).replace('T', ' ');
  const question = { 'verify-sender': words.sender, authorize: words.authorize, summary: words.summary }[about.kind];
  const rest =
    about.link === null
      ? [text(words.held)]
      : [link(words.look, about.link), text(words.until(time)), text(words.ignore)];
  return {
    language: isFrench ? 'fr' : 'en',
    subject: words.subject,
    outerSubject: words.subject,
    greeting: words.greeting,
    blocks: [text(question(about.mailbox)), ...rest, text(words.never)],
    closing: [about.signature],
  };
}

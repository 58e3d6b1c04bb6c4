/**
 * Makes the first classification cost no more than the next. A pattern is translated when it is first used, and once more,
 * to machine code, when it is used again: all of them together take some tenths of a second of processor time, for which
 * the first mail after a start would otherwise hold everybody else's.
 */
import { classify } from './classify.ts';
import { triedPatterns } from './passage.ts';

/** Meets as many rules as fit: what only they use (frames, exceptions, secrets) is translated with them. */
const samples: readonly string[] = [
  `Hello, since Monday nobody can log in, everyone is locked out and we have lost all access. For now we use a workaround.
Please reset the password of our admin account and delete the old one, it was hacked. My password is Winter2024! by the way.
How do I export the list of users? Who is the owner of our account? You are useless. Do not close our account.
I will be out of the office until Friday. Please find the court order attached, our company was dissolved.`,
  `Bonjour, depuis lundi plus personne ne peut se connecter, tout le monde est bloqué. Merci de supprimer notre compte et de
réinitialiser le mot de passe de notre administrateur, il a été licencié. Qui est le propriétaire du compte ? Comment puis-je
exporter la liste ? Je veux parler à un responsable. Ne fermez pas notre compte. Je suis absente jusqu'à vendredi.`,
];

/** Takes some tenths of a second; call it before anybody waits. */
export function warmUp(): void {
  for (const pattern of triedPatterns) {
    for (let use = 0; use < 2; use += 1) pattern.test('please delete our account');
  }
  for (const text of [...samples, ...samples])
    classify({ subject: 'Access / accès', text, attachmentNames: ['a.pdf'] });
}

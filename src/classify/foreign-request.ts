/** Costly requests in languages that have no rules. */

import type { NormalisedText } from './normalise.ts';
import { pattern, patternWith } from './pattern.ts';

/** Where the whole text is in another language. */
export const dangerElsewhere = pattern`
    (?:
      losch|kundig|konto|passwort|kennwort|zugang|zugriff|insolv|auflos|gericht|polizei|admin|inhaber|einstell
      |gehackt|sperr|elimin|borr|cuenta|cierre|cerrar|contrasen|quiebra|juzgad|tribunal|policia|propietari|acceso
      |baja|hacke|exclu|apagar|conta |encerr|falenci|senha|acesso|policia|propriet|chius|cancell|fallim|password
      |accesso|verwijder|opzeg|failliet|wachtwoord|toegang|politie|rechter|eigenaar|account|tenant|abwickl|anfrag
      |auftrag|anweisung|wunsche|ignor|gestohlen|geklaut|verstorben|gestorben|dichtmach|entlass|gefeuert|gekundigt
      |streit|scheidung|erpress|schliess|beenden|entfern|berechtig|rechte |eigentum|geschafts(?:fuhr|aufgab)|konkurs
      |atiend|peticion|pedido|solicitud|robad|robar|roub|furtad|falleci|faleci|muert|despid|despedid|demitid|chantaj
      |divorc|liquid|dis+ol[uv]|suspend|clausur|extors|estafa|fraud|denunci|permis|richiest|rubat|decedut|licenziat
      |ricatt|sciogl|negeer|verzoek|gestolen|overleden|ontslag|schorsing|rechten
    )
  `;

/** Stems that English and French have not: one sentence of another language in such a mail is told by them. */
const foreignStems = pattern`
    \b(?:
      losch(?:en|t|ung)|kundig(?:en|ung)|konto|kontos|insolvenz|auflosung|eliminen|eliminad|eliminar
      |borr(?:ar|en|ad)|cuentas?|cerrar|quiebra|excluam|excluir|apagar|apaguem|encerr(?:ar|em|e)|falencia|contas? da
      |nossa conta|cancell(?:are|ate|azione)|chiud(?:ere|ete)|chiusura|fallimento|eliminat[aei]|verwijder\w*
      |opzegg\w*|opheff\w*|failliet|usun(?:ac|iecie|cie)|skasowac|konta|smaz(?:at|te)|ucet|silin(?:iz)?|hesab\w*
      |torol(?:jek|ni|je)|fiokot?|poistakaa|radera|slett?e|sterge(?:ti|re)|contul
    )\b
  `;

/** The same in other letters, as they stand in the mail. */
const otherStems = patternWith('iu')`
    удал|закры[тв]|уч[её]тн|аккаунт|админ|банкрот|ликвид|полиц|видал|облік|διαγρ|λογαριασμ|حذف|حساب|إلغاء|إغلاق
    |مسؤول|מחק|חשבון|删除|刪除|注销|註銷|销户|账[户号]|帳[戶號]|管理员|管理員|解約|退会|削除|アカウント|삭제|계정|탈퇴|해지|관리자|ลบบัญชี|हटा|खात
  `;
const foreignLetters = /[^\p{Script=Latin}\P{L}]/gu;
/** Names of people, companies and places below a mail are shorter; one sign of Chinese says as much as a word. */
const mostOfNames = { letters: 60, signs: 24 } as const;

/** Whether some of an English or French text may ask for something in another language. */
export function asksInOtherLanguage({ own, sentences }: NormalisedText): boolean {
  if (sentences.some((sentence) => foreignStems.test(sentence))) return true;
  if (/^[\0-\u024f\u2010-\u2044\u20ac]*$/.test(own)) return false;
  if (otherStems.test(own)) return true;
  const letters = own.match(foreignLetters) ?? [];
  const signs = letters.filter((letter) => /[\p{Script=Han}\p{Script=Hangul}\p{Script=Kana}]/u.test(letter));
  return letters.length > mostOfNames.letters || signs.length > mostOfNames.signs;
}

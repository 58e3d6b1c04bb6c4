/** Words that a person makes out and no rule does: digits in place of letters, and words spelled backwards. */

/** How words begin that a request must have which policy hangs on. */
const stems =
  'account admin administrat bankrupt clotur compte delet effac eras faillite ferme liquidat organi owner proprietaire remov resili supprim tenant terminat wip';

const letterOf: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  $: 's',
  '@': 'a',
  '!': 'i',
};

/** Digits and signs of a word as the letters they stand for. */
export function lettersOf(word: string): string {
  return word.replace(/[013457@$!]/g, (sign) => letterOf[sign] ?? sign);
}

/** A digit stands before a letter, and others of its word are letters: no number, and no name with a number behind it. */
const mixedWord = /(?<![\w@$.])(?=[\w@$]*[a-z])[a-z]*[013457@$][\w@$]*[a-z][\w@$]*/g;
const disguisedStem = new RegExp(`^(?:${stems.replaceAll(' ', '|')})`);
/** Whole words: the ends of other words, read backwards, are words of their own. */
const backwardWords =
  'account accounts admin administrator compte delete effacez organization organisation remove supprimer supprimez tenant';
const backwardWord = new RegExp(`\\b(?:${backwardWords.split(' ').map(backwards).join('|')})\\b`);

/** Whether a folded text hides a word that policy hangs on from those who only compare letters. */
export function isDisguised(sentences: readonly string[]): boolean {
  return sentences.some((sentence) => backwardWord.test(sentence) || hasDigitsForLetters(sentence));
}

function hasDigitsForLetters(sentence: string): boolean {
  if (!/[013457@$][a-z]/.test(sentence)) return false;
  for (const [word] of sentence.matchAll(mixedWord)) {
    if (disguisedStem.test(lettersOf(word)) || disguisedStem.test(lettersOf(word.replaceAll('1', 'l')))) return true;
  }
  return false;
}

function backwards(word: string): string {
  return Array.from(word).toReversed().join('');
}

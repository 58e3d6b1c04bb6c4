/** The clauses of a sentence that asks for several things: what keeps a rule off one of them stands in another. */

const joint = / (?:and|then|et|puis|ainsi que|as well as) /;

/** Each clause; none where the sentence has only one. */
export function clausesOf(sentence: string): readonly string[] {
  const clauses = sentence.split(joint);
  return clauses.length < 2 ? [] : clauses;
}

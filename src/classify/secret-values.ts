/** What a secret in prose looks like, and what only stands where one could. */

const closingMarks = /[.,;:)\]}>»”"'’`]+$/u;
const trailingMarks = /[.,;:!?)\]}>»”"'’`]+$/u;

/** A full stop ends the sentence; marks inside or doubled belong to the password: `Tulip!!` keeps one `!`. */
export function withoutTrailingMarks(value: string, rest: string): string {
  const ends = /^(?:\s|$)/u.test(rest);
  if (!ends) return value;
  const open = value.replace(closingMarks, '');
  if (/[!?]$/u.test(open) && /\d|[!?]{2}/u.test(open)) return open;
  const bare = value.replace(trailingMarks, '');
  return bare.length >= 3 ? bare : value;
}

/** Letters with digits, or a symbol inside: nobody writes prose like that. */
export function isMixedValue(value: string): boolean {
  if (/^(?:https?:|www\.)|@.{2,}\.\p{L}{2,}$/iu.test(value)) return false;
  const bare = value.replace(trailingMarks, '');
  if (bare.length < 4 || /^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$/u.test(bare)) return false;
  return (/\d/u.test(bare) && /\p{L}/u.test(bare)) || (/[!#$%&*+=?@^_~]/u.test(value) && /\p{L}/u.test(bare));
}

/** Words that follow "the password is" in ordinary sentences. */
export const proseWords = new Set(
  `a an the not no never now still always also too very just only so it its this that these those being been be is was are
  expired expiring wrong incorrect invalid correct right fine good bad ok okay old new same different empty blank missing unknown
  lost forgotten required needed used unused changed reset working valid accepted rejected refused denied ignored asked stored saved
  synced shared set unset case sensitive weak strong long short secure insecure compromised leaked known about at in on by to from
  for with under over after before when where which who how what why if as because and or but then than there here my your his her
  our their me you him them us i we he she they one two three first second next last more less all any some none every each
  expire expires please thanks thank hello working work works fail fails failed failing somehow apparently probably maybe perhaps
  supposed going getting taken sent given visible hidden masked encrypted hashed managed handled defined validated created
  generated written printed typed entered protected policy manager field prompt page link email mail screen box request expiry
  le la les un une des du de au aux et ou mais donc car ni que qui quoi pas plus jamais toujours encore deja déjà tres très trop bien
  mal bon bonne faux fausse vrai correct correcte incorrecte invalide valide expire expiré expirée perdu perdue oublié oubliee oublie
  refuse refusé refusée accepte accepté demandé demande requis requise obligatoire nécessaire identique different différent nouveau
  nouvelle ancien ancienne vide inconnu inconnue bloqué bloque changé modifié réinitialisé reinitialise en dans sur sous avec sans par
  pour chez ce cet cette ces son sa ses mon ma mes ton ta tes votre vos notre nos leur leurs il elle on nous vous ils elles je tu se
  trop court long faible fort sensible synchronisé enregistré partagé volé compromis connu correctement systématiquement
  gone broken down open closed dead stuck safe useless public private temporary default empty anything something nothing
  everything else enough simple easy hard
  angry upset furious annoyed locked
  ist nicht falsch abgelaufen richtig nicht incorrecta caducada`.split(/\s+/u),
);

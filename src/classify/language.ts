/** Which language a text is in, from a small profile of function words and letters that only one language uses. */

const functionWords: Readonly<Record<string, string>> = {
  en: `
    the and to of is in that it for you we i on with have this are be not our my can please from your was they has
    will or if but hello thanks hi how what when there all do cannot no me an at as been any by could would need
    please pls user users account admin delete password reset error login fails works office team company support
    ticket request remove access add seats upgrade price her his him them per via until used now twice out off up
    back down new two got get give us your name says every still about again who which where why never asap thanks
    cannot can’t don’t won’t it’s you’re i’m that’s isn’t
  `,
  fr: `
    le la les des et est une un que qui pas pour dans sur nous vous je notre votre avec ce cette au aux du de en mon
    ma mes ne il elle on sont ont bonjour merci depuis plus mais ou par se son sa leur tous tout c'est j'ai avons
    avez comment suis etre fait svp utilisateur utilisateurs compte comptes client suppression supprimer mot passe
    droits licences devis demande tarif admin sans chez après vos où tu vous nos qui pourquoi pouvez voici toujours
    bande si faut tout plusieurs deux seul faire votre
  `,
  de: `
    der die das und ist nicht wir sie ich ein eine einen zu mit auf für von dem den des im haben hat unser unsere
    bitte hallo sind kann können wie auch es sich werden wird noch aber oder nach bei aus mein meine ihre ihr sehr
    guten
  `,
  es: `
    el los las que y es en un una por con para no se su nuestro nuestra hola gracias hemos han está están del al lo
    como pero mi usted ustedes muy nos desde cuando favor buenos días tenemos puede pueden este esta
  `,
  pt: `
    o os as que e é em um uma por com para não se nosso nossa olá obrigado obrigada temos está estão do da dos das
    no na nos nas ao como mas meu minha você vocês muito desde quando favor bom dia pode podem este esta são foi
  `,
  it: `
    il lo gli che e è un una per con non si nostro nostra ciao grazie abbiamo sono del della dei delle al alla come
    ma mio mia molto dal quando favore buongiorno può possiamo questo questa nel di
  `,
  nl: `
    de het een en is niet wij we ik van voor met op aan dat die te in zijn hebben heeft onze ons graag hallo bedankt
    kan kunnen hoe ook er maar naar bij uit mijn uw jullie wordt geen al
  `,
};

// Letters weigh as much as two words: they settle short texts.
const letterMarks: Readonly<Record<string, RegExp>> = {
  fr: /[àâçêëîïôûùœ]/giu,
  de: /[äöüß]/giu,
  es: /[ñ¿¡]/giu,
  pt: /[ãõ]/giu,
};

/** For each word the languages, by number, that use it; a word may stand in a list more than once. */
const languages = Object.keys(functionWords);
const languagesOf = new Map<string, number[]>();
for (const [language, words] of Object.values(functionWords).entries()) {
  for (const word of new Set(words.replaceAll('’', "'").trim().split(/\s+/))) {
    languagesOf.set(word, [...(languagesOf.get(word) ?? []), language]);
  }
}
const french = languages.indexOf('fr');
const elision = /^(?:[ldnjmtsc]|qu)'/;

/** ISO 639-1 of `en fr de es pt it nl`, or `und` when it cannot be told. */
export function detectLanguage(text: string): string {
  const sample = text.slice(0, 3_000).toLowerCase().replaceAll('’', "'");
  const words = sample.match(/[\p{L}']+/gu) ?? [];
  if (!isMostlyLatin(sample)) return 'und';
  const scores = scoresOf(words);
  const ranked = languages
    .map((language, index) => ({ language, score: (scores[index] ?? 0) + marksOf(sample, language) }))
    .sort((a, b) => b.score - a.score);
  const [best, second] = ranked;
  if (best === undefined || best.score === 0) return 'und';
  if (second !== undefined && second.score === best.score) return 'und';
  // Code, logs and names hit a function word here and there; a language hits many.
  return best.score * 12 >= words.length ? best.language : 'und';
}

function isMostlyLatin(sample: string): boolean {
  // Up to U+024F all letters but the micro sign are Latin, and nearly every mail stays below.
  if (/^[\0-\u00b4\u00b6-\u024f\u2010-\u2044\u20ac]*$/.test(sample)) return /\p{L}/u.test(sample);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  const latin = sample.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return letters > 0 && latin >= letters * 0.6;
}

function scoresOf(words: readonly string[]): Uint16Array {
  const scores = new Uint16Array(languages.length);
  for (const word of words) {
    const found = languagesOf.get(word);
    if (found !== undefined) for (const language of found) scores[language] = (scores[language] ?? 0) + 1;
    // "l'accès", "qu'il"
    if (word.includes("'") && elision.test(word) && found?.includes(french) !== true) {
      scores[french] = (scores[french] ?? 0) + 1;
    }
  }
  return scores;
}

function marksOf(sample: string, language: string): number {
  const marks = letterMarks[language];
  return marks === undefined ? 0 : Math.min(6, (sample.match(marks)?.length ?? 0) * 2);
}

/** The model has read English and French only; what it makes of another language means nothing. */
export function isReadByModel(language: string): boolean {
  return language === 'en' || language === 'fr' || language === 'und';
}

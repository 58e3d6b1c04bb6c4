/** How passwords are built by people: words put together, a letter changed for a digit or a sign, a year behind a mark. */
import { patternWith } from './pattern.ts';

/** Machines, versions and forms are numbered too: "Windows11", "v2.3", "agent-2", "EMP-2231", "COVID-19". */
const numberedThing = patternWith('iu')`
    ^(?:
      v|alpha|beta|rc|release|windows|win|office|outlook|exchange|server|iphone|ipad|android|macos|ubuntu|debian
      |agent|node|host|srv|pc|room|gate|user|test|admin|ipv|sha|md|tls|utf|iso|rfc|http|base|oauth|floor|salle|poste
      |bureau|level|step|build|version|ticket|case|inv|covid|mpeg|sse
    )[-_. ]?\d
  `;

/** Addresses, links, files, settings and marks of HTML. */
const elsewhere =
  /@.{2,}\.\p{L}{2,}$|^https?:|^www\.|[/\\]|\.\p{L}{2,4}$|^[\p{L}_-]{2,}=|^[=.?&']|&#|&\p{L}{2,4};|&quot/iu;

/** A version, a machine, a form: no password. */
export function isNumberedThing(text: string): boolean {
  return numberedThing.test(text);
}

/** An address, a link, a file, a setting. */
export function isOtherValue(text: string): boolean {
  return elsewhere.test(text);
}

/**
 * Nobody names a thing so, though a thing may be: a capital inside and digits behind ("AllezLoin1993"), digits between words
 * ("merlot1988vin"), a letter changed ("w0mbat-red", "P@nne"), a sign before the number ("Molar$2019").
 */
export function isBuilt(text: string): boolean {
  if (text.length < 7 || text.length > 40 || !/[\d@$#!&*+%^~]/u.test(text)) return false;
  if (isOtherValue(text) || isNumberedThing(text) || /\d[.,]\d|\.{2}|[=]|&nbsp/u.test(text)) return false;
  return (
    (/^\p{L}{5,24}\d{1,4}[!?$#*]{0,2}$/u.test(text) && /\p{Ll}\p{Lu}\p{L}{2}|\p{Lu}{2}\p{Ll}{2}/u.test(text)) ||
    /^\p{L}{3,16}\d{1,4}\p{L}{2,16}\d{0,4}[!?$#*]{0,2}$/u.test(text) ||
    /^\p{L}{1,2}@\p{Ll}{2,12}(?:[._-]\p{L}{2,16}){0,3}\d{0,4}[!?$#*]{0,2}$/u.test(text) ||
    /^\p{L}{0,12}\p{L}[013457$]\p{Ll}{2,12}(?:[._-]\p{L}{2,16}){0,3}\d{0,4}[!?$#*]{0,2}$/u.test(text) ||
    /^\p{L}{4,16}[$@&*+%^~!]\d{1,6}[!?$#*]{0,2}$/u.test(text) ||
    /^\p{L}{3,16}#\d{1,6}(?:\p{L}{2,16}|[!?$#*]{1,2})$/u.test(text)
  );
}

/**
 * Words and a number held together by marks, or many words in one: names of things are built so as well, so the sentence
 * must say more. "Tumaini.2020", "Kouign-Amann_22", "MonVoisinJoueDuTuba", "series_or_bust", "oursin13007".
 */
export function isJoined(text: string): boolean {
  if (
    /^\p{L}\p{Ll}*$/u.test(text) ||
    text.length < 7 ||
    text.length > 48 ||
    isOtherValue(text) ||
    isNumberedThing(text)
  )
    return false;
  return (
    /^\p{Lu}?\p{Ll}{2,16}(?:[._-]\p{Lu}?\p{Ll}{2,16}){0,3}[._-]?\d{2,5}[!?$#*]{0,2}$/u.test(text) ||
    /^\p{Lu}\p{Ll}{2,16}(?:[._-]\p{Lu}?\p{Ll}{2,16}){1,3}\d[!?$#*]{0,2}$/u.test(text) ||
    /^\p{Ll}{5,16}\p{Lu}\d{2,4}$/u.test(text) ||
    /^\p{Lu}\p{Ll}{1,16}(?:\p{Lu}\p{Ll}{1,16}){3,8}$/u.test(text) ||
    /^\p{L}{1,16}(?:_\p{L}{1,16}){2,6}\d{0,4}$/u.test(text)
  );
}

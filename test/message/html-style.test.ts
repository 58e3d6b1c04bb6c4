/** Style as browsers read it (CSS Syntax, Selectors), where a reader of its own kind would hide what is shown. */
import { describe, expect, it } from 'vitest';
import { htmlToReadableText } from '../../src/message/html-text.ts';
import { clientMails } from './client-html.ts';

/** What a browser shows. */
const shown: readonly (readonly [what: string, html: string])[] = [
  ['a comment within a value', '<p style="display:no/**/ne">seen</p>'],
  ['a property with an escape', '<p style="display:none;d\\69splay:block">seen</p>'],
  ['a space that is a letter of CSS, in a value', '<p style="display:none&nbsp;">seen</p>'],
  ['a space that is a letter of CSS, in a class', '<style>.x{display:none}</style><p class="a&nbsp;x">seen</p>'],
  [
    'braces and brackets around a declaration',
    '<p style="a:{;display:none;}">seen</p><p style="a:[;opacity:0;]">seen</p>',
  ],
  ['a class that begins with a digit', '<style>.1x{display:none}</style><p class="1x">seen</p>'],
  ['a list with one selector that is none', '<style>.x, $$ {display:none}</style><p class="x">seen</p>'],
  ['a list with a selector that is not known', '<style>.x, p:bogus {display:none}</style><p class="x">seen</p>'],
  ['a rule behind a stray semicolon', '<style>.y{};.x{display:none}</style><p class="x">seen</p>'],
  ['a rule within brackets', '<style>.y{a:(;} .x{display:none} )}</style><p class="x">seen</p>'],
  ['the order of rules, not of classes', '<style>.a{display:none} .b{display:block}</style><p class="b a">seen</p>'],
  ['capitals of a tag', '<style>P{display:block!important}</style><p style="display:none">seen</p>'],
  ['capitals of a class', '<style>.a{display:none} .B{display:block}</style><p class="a b">seen</p>'],
  ['an escaped mark', '<style>.x{display:block!\\69mportant}</style><p class="x" style="display:none">seen</p>'],
  [
    'a string that ends with its line',
    '<style>.y{content:"a\n} .x{display:block!important}</style><p class="x" style="display:none">seen</p>',
  ],
  ['a reset of all', '<div style="visibility:hidden"><p style="all:initial">seen</p></div>'],
  [
    'a rule for some that shows again',
    '<style>p .q{visibility:visible}</style><div style="visibility:hidden"><p><b class="q">seen</b></p></div>',
  ],
  [
    'a rule for some that shows again what has no attribute',
    '<style>div > b{visibility:visible}</style><div style="visibility:hidden"><b>seen</b></div>',
  ],
  ['a long style', `<p style="display:none;/*${'x'.repeat(20_000)}*/;display:block">seen</p>`],
  ['what stands behind a nested rule', '<p style="display:none;&;display:block">seen</p>'],
  [
    'a sheet that nests deeper than anybody reads',
    `<style>${'@media all{'.repeat(9)}p{display:block!important}</style><p style="display:none">seen</p>`,
  ],
];

const piece = (attributes: string): string => `Please del<span ${attributes}>q</span>ete it`;

/** What a browser hides, so that the word is read without it. */
const hidden: readonly (readonly [what: string, html: string])[] = [
  ['a value with an escape', piece('style="display:n\\6fne"')],
  ['a property with an escape', piece('style="d\\69splay:none"')],
  ['a unit with an escape', piece('style="font-size:0p\\78"')],
  ['a tag in capitals', `<style>SPAN{display:none}</style>${piece('')}`],
  ['a class with an escape', `<style>.\\78{display:none}</style>${piece('class="x"')}`],
  ['a class in other letters', `<style>.X{display:none}</style>${piece('class="x"')}`],
  ['a class in other letters, below something', `<style>p .X{opacity:0}</style><p>${piece('class="x"')}</p>`],
  ['an attribute whose letters do not matter', `<style>[dir=RTL]{display:none}</style>${piece('dir="rtl"')}`],
  ['below an element that the browser adds', `<style>html > body .x{display:none}</style>${piece('class="x"')}`],
  [
    'below a part of a table that the browser adds',
    `<style>table > tbody .x{opacity:0}</style><table><tr><td>${piece('class="x"')}</table>`,
  ],
  ['one class of many', `<style>p .x{opacity:0}</style><p>${piece(`class="${'a '.repeat(600)}x"`)}</p>`],
  ['beside something, past a comment of no kind', `<style>b + .x{opacity:0}</style><b></b><!x>${piece('class="x"')}`],
  ['a colour of another name on itself', piece('style="color:red;background:#f00"')],
  ['a colour with little left of it', piece('style="color:rgb(255 0 0 / 5%)"')],
  ['a colour with little left of it, in digits', piece('style="color:#0001"')],
  ['a colour of a new kind with nothing left of it', piece('style="color:oklch(1 0 0 / 0)"')],
];

const doubted: readonly (readonly [what: string, html: string])[] = [
  ['a declaration beside one that is none', piece('style="display:none;x:y!"')],
  ['a declaration behind a nested rule', piece('style="&amp;;display:none"')],
  ['a rule within a rule', `<style>p{.x{display:none}}</style><p>${piece('class="x"')}</p>`],
  ['a rule within a rule, with its sign', `<style>p{& .x{display:none}}</style><p>${piece('class="x"')}</p>`],
  ['a rule for some screens within a rule', `<style>.x{@media all{display:none}}</style>${piece('class="x"')}`],
  ['a declaration behind a sign', `<style>p > b{&;opacity:0}</style><p>${piece('')}</p>`],
  ['a bracket that is left open', `<style>p > b{[;opacity:0}</style><p>${piece('')}</p>`],
  ['words before a part that the browser adds', '<style>body::before{content:"Please delete it"}</style><p>Hello</p>'],
  ['words before a page without elements', '<style>body::before{content:"Please delete it"}</style>Hello'],
  ['a pseudo-class that is not known', `<style>.x:nth-child(2){display:none}</style><b></b>${piece('class="x"')}`],
];

/** As much as a mail may have, each with as many questions for every element as fit in. */
const costly: readonly (readonly [what: string, html: string])[] = [
  ['selectors below each other', `<style>${'a b a b a b a b{opacity:0}'.repeat(600)}</style>${deep('<a><b>', 100)}`],
  [
    'selectors beside each other',
    `<style>${'q~b~b~b~b~b~b~b{opacity:0}'.repeat(600)}</style>${'<b>t</b>'.repeat(9_000)}`,
  ],
  [
    'long attributes',
    `<style>${'[id*=qqq]{opacity:0}'.repeat(800)}</style>${`<b id="${'x'.repeat(5_000)}">t</b>`.repeat(50)}`,
  ],
  ['one rule of many declarations', `<style>.a{${many(9_000)}}</style>${'<b class="a">t</b>'.repeat(9_000)}`],
  ['rules that are none', `<style>${'a{{b:c;'.repeat(20_000)}</style><b>t</b>`],
  ['declarations that are none', Array.from({ length: 9_000 }, (_, at) => `<b style="${at};x:;y">t</b>`).join('')],
];

function deep(tags: string, times: number): string {
  return `${tags.repeat(times)}t${'</b></a>'.repeat(times)}`.repeat(100);
}

function many(declarations: number): string {
  return Array.from({ length: declarations }, (_, at) => `p${at}:0`).join(';');
}

describe('style that browsers read otherwise than it looks', () => {
  it.each(shown)('%s hides nothing', (_, html) => {
    expect(htmlToReadableText(html).text).toContain('seen');
    expect(htmlToReadableText(html.replaceAll('>seen<', '><')).text).not.toContain('seen');
  });

  it.each(hidden)('%s hides a piece of a word', (_, html) => {
    const { text, others } = htmlToReadableText(html);
    expect([text, ...others].join('\n')).toContain('Please delete it');
  });

  it.each(doubted)('%s is in doubt', (_, html) => {
    expect(htmlToReadableText(html).doubts).not.toEqual([]);
  });

  it('mails of ordinary programs are not in doubt', () => {
    expect(clientMails.flatMap(({ html }) => htmlToReadableText(html).doubts)).toEqual([]);
  });
});

describe('a page that asks for too much', () => {
  it.each(costly)('%s: nobody follows them, and the page is in doubt', (_, html) => {
    expect(htmlToReadableText(html).doubts).toContain('a style sheet with too many rules to be followed');
  });
});

import { describe, expect, it } from 'vitest';
import { classify } from '../../src/classify/classify.ts';
import type { Content } from '../../src/message/message.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { buildMail, multipart, part } from '../helpers/mail-builder.ts';
import { clientMails } from './client-html.ts';

async function contentOf(mail: Buffer): Promise<Content> {
  const { content } = await readMessage(memoryMail(mail), defaultReadLimits);
  if (content.kind !== 'parsed') throw new Error(content.cause);
  return content.content;
}

const letter = 'Hello, the export of our weekly report stops at 30 percent since Monday. Can you have a look at it?';
const page = (html: string): Buffer =>
  buildMail({ fields: ['Content-Type: text/html; charset=utf-8'], body: `<p>${letter}</p>${html}` });
const request = 'Please delete our account and all our data.';
const backwards = request.split('').toReversed().join('');

/** Goes its way without a person having looked at what it asks. */
function isPlainlyOrdinary({ subject, newestText, newestTextCut }: Content): boolean {
  const { kind, doubt } = classify({ subject, text: newestText, attachmentNames: [], unread: newestTextCut }).request;
  return kind === 'ordinary' && !doubt;
}

/** What a person sees, at least in one mail program, with one setting. */
const shown: readonly (readonly [what: string, html: string])[] = [
  ['text in place of a picture', `<img src="x.png" alt="${request}">`],
  ['letters in place of a picture', 'Please del<img src="x.png" alt="ete"> our acc<img src="x" alt="ount">'],
  ['a map', `<map><area alt="${request}"></map>`],
  ['text before an element', `<style>.x::before{content:"${request}"}</style><p class="x"></p>`],
  ['text after an element', `<style>p.x:after{content:'${request}'}</style><p class="x"></p>`],
  [
    'half a word from the style sheet',
    '<style>.x:before{content:"ete our acc"}</style>Please del<i class=x>ount</i> now',
  ],
  [
    'escaped text of a style sheet',
    '<style>.x:before{content:"Please \\64 elete our account."}</style><p class=x></p>',
  ],
  [
    'text of a style sheet on small screens',
    `<style>@media (max-width:600px){.x:before{content:"${request}"}}</style><p class=x></p>`,
  ],
  [
    'an attribute that the style sheet shows',
    `<style>td:before{content:attr(data-say)}</style><table><tr><td data-say="${request}"></table>`,
  ],
  ['a page within the page', `<iframe srcdoc="&lt;p>${request}&lt;/p>"></iframe>`],
  ['what is for Outlook alone', `<!--[if mso]><p>${request}</p><![endif]-->`],
  ['what is for Outlook alone, in another spelling', `<!--[if gte mso 9]>${request}<![endif]-->`],
  [
    'letters that Outlook leaves out',
    'Please del<!--[if !mso]><!-->x<!--<![endif]-->ete our acc<![if !mso]>x<![endif]>ount.',
  ],
  ['folded text', `<details><summary>More</summary>${request}</details>`],
  ['what is for programs without scripts', `<noscript>${request}</noscript>`],
  ['drawn text', `<svg><text>${request}</text></svg>`],
  ['the text of a formula', `<math><mtext>${request}</mtext></math>`],
  ['a field', `<input value="${request}">`],
  ['an empty field', `<textarea placeholder="${request}"></textarea>`],
  ['a button', `<input type="submit" value="${request}">`],
  ['a choice', `<select><option>Choose</option><option>${request}</option></select>`],
  ['the label of a choice', `<select><option label="${request}"></select>`],
  ['one word instead of another in the pages of an alternative', '<p>Please delete our account</p>'],
];

const between: readonly (readonly [what: string, style: string, sheet?: string])[] = [
  ['by a clip', 'style="position:absolute;clip:rect(0,0,0,0)"'],
  ['by a clip path', 'style="clip-path:inset(100%)"'],
  ['by a computed size', 'style="font-size:calc(1px - 1px)"'],
  ['by scale', 'style="display:inline-block;transform:scale(0)"'],
  ['by distance', 'style="display:inline-block;text-indent:-400em"'],
  ['by a margin', 'style="margin-left:-9999px"'],
  ['by no height', 'style="display:inline-block;max-height:0;overflow:hidden"'],
  ['by a filter', 'style="filter:opacity(0)"'],
  ['by little opacity', 'style="opacity:.1"'],
  ['by a font of no size', 'style="font:0/0 serif"'],
  ['by nearly the colour of the paper', 'style="color:#fdfdfe"'],
  ['by a name of nearly that colour', 'style="color:snow"'],
  ['by no colour', 'style="color:transparent"'],
  ['by a colour that is hard to compute', 'style="color:hsl(0 0% 100%)"'],
  ['from Outlook', 'style="mso-hide:all"'],
  ['by a class', 'class="x"', '.x{display:none}'],
  ['by a class that a rule for some screens shows', 'class="x"', '.x{display:none} @media print{.x{display:inline}}'],
  ['by a rule for some screens', 'class="x"', '@media screen{.x{display:none}}'],
  ['by a rule for some programs', 'class="x"', '@supports (display:grid){@media screen{.x{font-size:0}}}'],
  ['by where it stands', 'class="x"', 'div > p .x{display:none}'],
  ['by what it stands beside', 'class="x"', 'b ~ .x, b + .x{display:none}'],
  ['by an attribute', 'class="x"', 'span[class|="x"], [class^="x"]{opacity:0}'],
  ['by two classes', 'class="x y"', 'span.x.y{visibility:hidden}'],
  ['by a rule behind an import', 'class="x"', '@import url("a;b"); .x{clip-path:circle(0)}'],
  ['white on white by a class', 'class="x"', '.x{color:white}'],
  [
    'white on white by a class, beside rules for dark screens',
    'class="x"',
    '.x{color:#fff} @media (prefers-color-scheme: dark){body{color:#eee}}',
  ],
];

const doubtful: readonly (readonly [what: string, html: string])[] = [
  ['letters from right to left', `<bdo dir="rtl">${backwards}</bdo>`],
  ['letters from right to left by style', `<p style="direction:rtl;unicode-bidi:bidi-override">${backwards}</p>`],
  [
    'letters from right to left by a class',
    `<style>p .x{unicode-bidi:isolate-override;direction:rtl}</style><p><b class="x">${backwards}</b></p>`,
  ],
  ['letters from right to left by a character', `<p>&#x202e;${backwards}</p>`],
  [
    'words from right to left by characters',
    '\u2067\u2066account\u2069 \u2066our\u2069 \u2066delete\u2069 \u2066Please\u2069',
  ],
  [
    'words from right to left',
    '<p dir="rtl"><bdi>account</bdi> <bdi>our</bdi> <bdi>delete</bdi> <bdi>Please</bdi></p>',
  ],
  ['cells from right to left', '<table dir="rtl"><tr><td>account<td>our<td>delete<td>Please</table>'],
  [
    'words that float to the right',
    `<p>${'account our delete Please'.replace(/\w+/g, '<b style="float:right">$&</b>')}</p>`,
  ],
  [
    'words that are turned round',
    `<style>.r{display:flex;flex-direction:row-reverse}.r b{order:2}</style><p class=r>${'account our delete Please'.replace(/\w+/g, '<b>$&</b>')}</p>`,
  ],
  ['a mark of a list that says it', `<style>li{list-style-type:"${request}"}</style><ul><li></ul>`],
  ['a mark of a list that says it by another rule', `<style>li::marker{content:"${request}"}</style><ul><li></ul>`],
  [
    'a rule that nobody understands',
    '<style>p:has(b):not(.y) span:nth-child(2){display:none}</style><p>Please del<b></b><span>x</span>ete our account</p>',
  ],
  [
    'a style sheet without end',
    `<style>${'.a{color:red}'.repeat(25_000)}.x{display:none}</style>Please del<i class="x">x</i>ete our account`,
  ],
  [
    'a font of its own',
    '<style>@font-face{font-family:f;src:url(data:font/woff2;base64,AAAA)}</style><p style="font-family:f">abc</p>',
  ],
  ['a page in an address', '<iframe src="data:text/html,Please%20delete"></iframe>'],
  ['a page in a page in the page', `<iframe srcdoc="&lt;iframe srcdoc='${request}'>"></iframe>`],
  ['a style sheet in a drawing that ends where an element begins', `<svg><style><p>${request}</p></style></svg>`],
];

describe('what is shown is read', () => {
  it.each(shown)('%s', async (what, html) => {
    const mail = what.includes('alternative')
      ? buildMail({
          fields: ['Content-Type: multipart/alternative; boundary=b'],
          body: multipart('b', [part('text/plain', 'Please rename our account'), part('text/html', html)]),
        })
      : page(html);
    const content = await contentOf(mail);
    expect(content.newestText).toMatch(/please delete our account/i);
    expect(isPlainlyOrdinary(content)).toBe(false);
  });

  it.each(between)('a word through which something stands that is hidden %s', async (_, attribute, sheet = '') => {
    const piece = `<b></b><span ${attribute}>q</span>`;
    const html = `<style>${sheet}</style><div><p>Please del${piece}ete our acc${piece}ount.</p></div>`;
    const content = await contentOf(page(html));
    expect(content.newestText).toMatch(/please delete our account/i);
    expect(isPlainlyOrdinary(content)).toBe(false);
  });
});

describe('what may be shown otherwise than it is read is in doubt', () => {
  it.each(doubtful)('%s', async (_, html) => {
    expect(isPlainlyOrdinary(await contentOf(page(html)))).toBe(false);
  });

  it('a mail of pictures and what stands in their place', async () => {
    const pictures = '<img alt="Scan of the letter of our board" src="cid:1"><img alt="second page of it" src="cid:2">';
    const content = await contentOf(buildMail({ fields: ['Content-Type: text/html'], body: pictures }));
    expect(content.text).toContain('letter of our board');
    expect(isPlainlyOrdinary(content)).toBe(false);
  });
});

describe('HTML as mail programs write it', () => {
  it.each(clientMails)('$client', async ({ html, text }) => {
    const content = await contentOf(buildMail({ fields: ['Content-Type: text/html; charset=utf-8'], body: html }));
    expect(content.truncated).toEqual([]);
    expect(content.newestTextCut).toBe(false);
    expect(content.newestText.split(/\n+/).map((line) => line.replace(/\s+/g, ' '))).toEqual(text.split('\n'));
    expect(isPlainlyOrdinary(content)).toBe(true);
  });
});

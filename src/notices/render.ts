/** Sets a letter as plain text and as simple HTML. All of a letter is escaped by the template. */
import { html } from 'hono/html';
import type { Block, Letter } from './letter.ts';

export type Rendered = { readonly text: string; readonly html: string };

export function render(letter: Letter): Rendered {
  return { text: plainText(letter), html: page(letter) };
}

function plainText({ blocks, closing, greeting }: Letter): string {
  return `${[greeting, ...blocks.map(plainBlock), closing.join('\n')].join('\n\n')}\n`;
}

function plainBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
      return wrap(block.text);
    case 'list':
      return block.items.map((item) => wrap(item, '  ').replace(/^ {2}/, '- ')).join('\n');
    case 'facts':
      return block.rows.map(([label, value]) => `${label} ${value}`).join('\n');
    case 'link':
      return `${wrap(block.label)}\n${block.url}`;
  }
}

const lineLength = 72;

/** Lines of at most 72 characters, for programs that show them as they are. */
function wrap(words: string, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of words.split(' ')) {
    const isEmpty = line === indent;
    if (!isEmpty && line.length + 1 + word.length > lineLength) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line += isEmpty ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

type Html = ReturnType<typeof html>;

/** No picture, no script, no style from elsewhere: nothing that tells when it was read. */
function page({ blocks, closing, greeting, language, subject }: Letter): string {
  const lines = closing.map((line) => html`${line}<br />`);
  const document = html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8" /><title>${subject}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">
<p>${greeting}</p>
${blocks.map(htmlBlock)}
<p>${lines}</p>
</body>
</html>
`;
  // The template waits only for values that are promises, and there is none.
  if (document instanceof Promise) throw new TypeError('a letter is set at once');
  return document.toString();
}

function htmlBlock(block: Block): Html {
  switch (block.kind) {
    case 'text':
      return html`<p>${block.text}</p>
`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${item}</li>`)}</ul>
`;
    case 'facts':
      return html`<p>${block.rows.map(([label, value]) => html`${label} <strong>${value}</strong><br />`)}</p>
`;
    case 'link':
      return html`<p>${block.label}<br />${anchor(block.url)}</p>
`;
  }
}

/** A scheme other than the web's never becomes a link, whatever a setting says. */
function anchor(url: string): Html {
  return /^https?:\/\//i.test(url) ? html`<a href="${url}">${url}</a>` : html`${url}`;
}

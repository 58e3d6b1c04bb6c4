/** A page that says one thing. */
import type { ConsoleContext } from './environment.ts';
import { type Html, html } from './html.ts';
import { page } from './layout.ts';

export function messagePage(
  context: ConsoleContext,
  { title, text }: { readonly title: string; readonly text: string | Html },
): Html {
  return page(context, {
    title,
    about: text,
    body: html`<p><a class="button" href="/">To the start page</a></p>`,
  });
}

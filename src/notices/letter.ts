/** What a notice says, in one language, before it is set as plain text and HTML. Every text in it is ours. */

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Label and value, one a line. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: string])[] }
  /** `url` comes from the configuration or was made by us, and is http or https. */
  | { readonly kind: 'link'; readonly label: string; readonly url: string };

export type Letter = {
  /** `en` or `fr`, for the HTML and for screen readers. */
  readonly language: string;
  readonly subject: string;
  /** What stands outside when the letter itself is encrypted: it says nothing of what is inside. */
  readonly outerSubject: string;
  readonly greeting: string;
  readonly blocks: readonly Block[];
  /** Who writes; several lines. */
  readonly closing: readonly string[];
};

export const text = (words: string): Block => ({ kind: 'text', text: words });
export const list = (items: readonly string[]): Block => ({ kind: 'list', items });
export const facts = (rows: readonly (readonly [label: string, value: string])[]): Block => ({ kind: 'facts', rows });
export const link = (label: string, url: string): Block => ({ kind: 'link', label, url });

/** Small pieces of pages. Everything that is put into a template is escaped; only `raw` of our own texts is not. */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;
export { ageText } from '../sla/age-text.ts';
export { html, raw };

export const nothing: Html = raw('');

// Controls, and characters that turn the direction of what follows: a hostile subject must not rearrange the page.
const disorderly = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text from outside: on one line, in order, and without effect on the text around it. */
export function shown(text: string, longest = 400): Html {
  const characters = Array.from(text.replace(disorderly, '\ufffd'));
  const cut = characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : characters.join('');
  return html`<bdi>${cut}</bdi>`;
}

/** One line for a heading or the title of the window, which know no markup. */
export function plainLine(text: string): string {
  return text.replace(disorderly, ' ').replace(/ +/g, ' ').slice(0, 160);
}

/** The same with its lines kept. */
export function shownLines(text: string): Html {
  return html`<bdi>${text.replace(/\r\n?/g, '\n').replace(disorderly, (one) => (one === '\n' || one === '\t' ? one : '\ufffd'))}</bdi>`;
}

/** `2026-03-02 10:00:00`, UTC; the browser adds local time and age as a tooltip. */
export function timeTag(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
}

export type Tone = 'good' | 'bad' | 'warn' | 'calm';

export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

const outcomeTones: Readonly<Record<string, Tone>> = { accepted: 'good', rejected: 'bad', escalated: 'warn' };

export function outcomeBadge(outcome: string): Html {
  return badge(outcomeTones[outcome] ?? 'calm', outcome);
}

/** Rows of names and values. */
export function facts(rows: readonly (readonly [string, Html | string] | null)[]): Html {
  const shownRows = rows.filter((row) => row !== null);
  return html`<dl class="facts">${shownRows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/**
 * A table; where the page is narrow each row is a card with the heading of its column before each cell, by the style
 * sheet: the roles keep it a table for readers of the screen. `label` names it for them.
 */
export function table(
  label: string,
  head: readonly (string | Html)[],
  rows: readonly (readonly (string | Html)[])[],
): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table role="table">
<thead><tr role="row">${head.map((cell) => html`<th scope="col" role="columnheader">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr role="row">${row.map((cell, index) => html`<td role="cell"${attribute('data-label', labelOf(head[index]))}>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

function labelOf(heading: string | Html | undefined): string | undefined {
  return typeof heading === 'string' && heading !== '' ? heading : undefined;
}

export type NoteTone = Tone;

/** A message on the page; `bad` ones are announced at once. */
export function note(tone: NoteTone, body: Html | string): Html {
  return html`<div class="note ${tone}" role="${tone === 'bad' ? 'alert' : 'status'}">${body}</div>`;
}

export function empty(title: string, hint: Html | string): Html {
  return html`<div class="empty"><p class="empty-title">${title}</p><p>${hint}</p></div>`;
}

export type FieldOptions = {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly type?: 'text' | 'password' | 'search' | 'email';
  readonly hint?: Html | string;
  /** What is wrong with the value; the field is marked and the text belongs to it. */
  readonly fault?: string | null;
  readonly required?: boolean;
  readonly autocomplete?: string;
  readonly inputmode?: 'numeric' | 'text' | 'email';
  readonly placeholder?: string;
  readonly autofocus?: boolean;
};

export function field(options: FieldOptions): Html {
  const { name, label, value = '', type = 'text', hint, fault, required, autocomplete = 'off', inputmode } = options;
  const id = `field-${name}`;
  const hasFault = fault !== undefined && fault !== null;
  const about = [hint === undefined ? '' : `${id}-hint`, hasFault ? `${id}-fault` : ''].filter(Boolean).join(' ');
  return html`<div class="field">
<label for="${id}">${label}</label>
<input id="${id}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}"${attribute('inputmode', inputmode)}${attribute('placeholder', options.placeholder)}${attribute('aria-describedby', about === '' ? undefined : about)}${flag('required', required)}${flag('aria-invalid="true"', hasFault)}${flag('autofocus', options.autofocus)} spellcheck="false" autocapitalize="none">
${hint === undefined ? nothing : html`<p class="hint" id="${id}-hint">${hint}</p>`}
${hasFault ? html`<p class="fault" id="${id}-fault">${fault}</p>` : nothing}
</div>`;
}

export function choice(options: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly hint?: string;
  readonly fault?: string | null;
}): Html {
  const id = `field-${options.name}`;
  return html`<div class="field">
<label for="${id}">${options.label}</label>
<select id="${id}" name="${options.name}"${attribute('aria-describedby', options.hint === undefined ? undefined : `${id}-hint`)}>
${options.options.map(([value, text]) => html`<option value="${value}"${flag('selected', value === options.value)}>${text}</option>`)}
</select>
${options.hint === undefined ? nothing : html`<p class="hint" id="${id}-hint">${options.hint}</p>`}
${options.fault ? html`<p class="fault">${options.fault}</p>` : nothing}
</div>`;
}

/** ` name="value"`, or nothing. */
function attribute(name: string, value: string | undefined): Html {
  return value === undefined ? nothing : html` ${raw(name)}="${value}"`;
}

function flag(name: string, isSet: boolean | undefined): Html {
  return isSet === true ? raw(` ${name}`) : nothing;
}

/** `/path?name=value&…`; empty values are left out. */
export function pathWith(path: string, query: Readonly<Record<string, string>>): string {
  const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return parameters === '' ? path : `${path}?${parameters}`;
}

const numbers = new Intl.NumberFormat('en', { useGrouping: true });

export function count(value: number): string {
  return numbers.format(value);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function bytesText(octets: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, octets < 1 ? 0 : Math.floor(Math.log10(octets) / 3));
  const value = octets / 1_000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power] ?? ''}`;
}

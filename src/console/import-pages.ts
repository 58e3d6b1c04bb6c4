/**
 * Lists that come and go as files. In: a file is chosen -> it is shown as the difference to what is there -> it is applied
 * as it was shown, and shown anew when somebody changed the list meanwhile. Out: as a download.
 */
import type { ConsoleContext } from './environment.ts';
import { formFile, postForm } from './form.ts';
import { count, empty, type Html, html, note, nothing, shown, table } from './html.ts';
import { page } from './layout.ts';

/** Rows of a difference that are shown; the rest is counted. */
const shownRows = 500;
const shownFaults = 100;

export type ImportPlace = {
  readonly title: string;
  /** Where the form posts to, and where it is shown. */
  readonly path: string;
  /** The list. */
  readonly back: string;
};

type Uploaded = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: string };

/** The file that was chosen, or its text as the page of the difference sends it back. */
export async function uploadedText(context: ConsoleContext): Promise<Uploaded> {
  const text = await formFile(context, 'file');
  if (text === null) return { ok: false, fault: 'The file is not UTF-8.' };
  return text.trim() === '' ? { ok: false, fault: 'Choose a file.' } : { ok: true, text };
}

export type UploadPage = ImportPlace & {
  readonly about: Html;
  /** File types as the browser's dialog takes them. */
  readonly accept: string;
  /** Further fields. */
  readonly fields?: Html;
  /** Why nothing was imported, one line each. */
  readonly faults: readonly string[];
};

export function uploadPage(
  context: ConsoleContext,
  { title, path, back, about, accept, fields, faults }: UploadPage,
): Html {
  return page(context, {
    title,
    about,
    body: html`${faults.length === 0 ? nothing : faultsNote(faults)}
<section class="card">${postForm(
      context,
      path,
      html`<div class="field"><label for="file">File</label><input id="file" name="file" type="file" accept="${accept}" required></div>
${fields ?? nothing}
<div class="row"><button class="button plain">Show what would change</button><a class="button" href="${back}">Cancel</a></div>`,
      { upload: true },
    )}</section>`,
  });
}

function faultsNote(faults: readonly string[]): Html {
  const more = faults.length - shownFaults;
  return note(
    'bad',
    html`Nothing was imported.<ul>${faults.slice(0, shownFaults).map((line) => html`<li>${shown(line, 300)}</li>`)}</ul>${more > 0 ? html`<p>and ${count(more)} more.</p>` : nothing}`,
  );
}

export type DifferencePage = ImportPlace & {
  /** The file's text, to be sent back. */
  readonly text: string;
  /** Names the difference, so that what is applied is what was shown. */
  readonly digest: string;
  /** Somebody changed the list since this person looked at it. */
  readonly isStale: boolean;
  readonly diff: Readonly<Record<'added' | 'changed' | 'removed', readonly unknown[]>> & { readonly unchanged: number };
  /** What else to know before it is applied. */
  readonly notes: Html;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | Html)[])[];
  /** Fields to be sent back: hidden ones, and who one is, once more, with the attributes of the form for that. */
  readonly fields?: Html;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Why what was sent was not applied. */
  readonly fault?: string | null;
};

export function differencePage(context: ConsoleContext, difference: DifferencePage): Html {
  const { path, back, diff, rows } = difference;
  const more = rows.length - shownRows;
  return page(context, {
    title: difference.title,
    about: 'Row by row, what is there and what the file makes of it. Nothing was changed yet.',
    ...(difference.attributes === undefined ? {} : { modules: ['passkey'] }),
    body: html`${difference.fault == null ? nothing : note('bad', `Nothing was changed. ${difference.fault}`)}${difference.isStale ? note('warn', 'Somebody else changed the list meanwhile: this is the difference now.') : nothing}
${difference.notes}
<p><strong>${count(diff.added.length)}</strong> added, <strong>${count(diff.changed.length)}</strong> changed, <strong>${count(diff.removed.length)}</strong> removed, ${count(diff.unchanged)} unchanged.</p>
<section class="card">${rows.length === 0 ? empty('Nothing would change', 'All of this is there already.') : table('Changes', difference.head, rows.slice(0, shownRows))}</section>
${more > 0 ? html`<p class="quiet-text">and ${count(more)} more rows.</p>` : nothing}
${
  rows.length === 0
    ? html`<p><a class="button" href="${back}">Back</a></p>`
    : postForm(
        context,
        path,
        html`<textarea class="hidden" name="file" aria-hidden="true" tabindex="-1" readonly>
${difference.text}</textarea><input type="hidden" name="digest" value="${difference.digest}">${difference.fields ?? nothing}
<div class="row"><button class="button ${diff.removed.length > 0 ? 'danger' : 'plain'}">Apply it</button><a class="button" href="${path}">Cancel</a></div>`,
        { upload: true, attributes: difference.attributes ?? {} },
      )
}`,
  });
}

export type Download = { readonly type: string; readonly name: string; readonly body: string };

/** A list as a file that is saved, never shown. */
export function download(context: ConsoleContext, { type, name, body }: Download): Response {
  context.header('content-type', `${type}; charset=utf-8`);
  context.header('content-disposition', `attachment; filename="${name}"`);
  return context.body(body);
}

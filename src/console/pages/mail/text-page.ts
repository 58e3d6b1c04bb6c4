/** A mail as text, with its parts and header fields. */
import type { Message, PartSummary } from '../../../message/message.ts';
import type { TraceRecord } from '../../../records/trace.ts';
import { type ConsoleContext, mayI } from '../../environment.ts';
import { actionButton } from '../../form.ts';
import { bytesText, type Html, html, note, nothing, plainLine, shown, shownLines, table } from '../../html.ts';
import { page } from '../../layout.ts';

/** One mail in one of its layers. */
export type ShownMail = { readonly record: TraceRecord; readonly message: Message };

const mostShownText = 200_000;
const mostShownFields = 200;

export type TextPageOptions = {
  readonly layer: 'text' | 'decrypted';
  /** It is encrypted, and this person may see what it says. */
  readonly canDecrypt: boolean;
  /** The HTML part that is shown in a frame, from 0; null shows none. */
  readonly framed: number | null;
};

/** Places of the parts that mail programs show as HTML, from 0. */
export function htmlParts({ content }: Pick<Message, 'content'>): readonly number[] {
  const parts = content.kind === 'parsed' ? content.content.parts : [];
  return parts.flatMap(({ contentType, disposition }, index) =>
    contentType === 'text/html' && disposition !== 'attachment' ? [index] : [],
  );
}

export function textPage(context: ConsoleContext, { record, message }: ShownMail, options: TextPageOptions): Html {
  const { row } = record;
  const path = `/mail/${row.message_id}`;
  const { content, header } = message;
  const parsed = content.kind === 'parsed' ? content.content : null;
  const isDecrypted = options.layer === 'decrypted';
  return page(context, {
    title: row.subject === null || row.subject.trim() === '' ? 'A mail without a subject' : plainLine(row.subject),
    about: 'Shown as text: nothing in it runs, loads or links. That you read it stands in the audit log.',
    actions: html`${isDecrypted ? html`<a class="button" href="${path}/text">As it came</a>` : nothing}
${options.canDecrypt ? html`<a class="button plain" href="${path}/decrypted" data-hotkey="e">Decrypt it</a>` : nothing}
<a class="button" href="${path}" data-hotkey="h">Its story</a>`,
    body: html`${
      isDecrypted
        ? note(
            'warn',
            'Decrypted for you alone, and kept nowhere. A text inside proves nobody: only its story says whose signature counted. Send nothing of it to anybody but the proven sender.',
          )
        : nothing
    }
${content.kind === 'unparseable' ? note('warn', html`The content cannot be read: ${shown(content.cause)}`) : nothing}
${options.canDecrypt ? note('calm', 'The mail is encrypted to one of our keys.') : nothing}
${parsed === null || parsed.truncated.length === 0 ? nothing : note('warn', html`Cut: ${shown(parsed.truncated.join('; '))}`)}
${
  parsed === null
    ? nothing
    : html`<section class="card"><h2>Text</h2>${parsed.text.trim() === '' ? html`<p class="quiet-text">It has no text.</p>` : html`<div class="mail-text" tabindex="0" role="region" aria-label="Text of the mail">${shownLines(parsed.text.slice(0, mostShownText))}</div>`}</section>`
}
${htmlParts(message).map((index) => htmlCard(`${path}/${options.layer}`, index, index === options.framed))}
${parsed === null || parsed.parts.length === 0 ? nothing : partsCard(context, `${path}/${options.layer}/parts`, parsed.parts)}
<section class="card"><details><summary>Header fields (${header.length})</summary>
${table(
  'Header fields',
  ['Name', 'Value'],
  header
    .slice(0, mostShownFields)
    .map((one) => [
      html`<code>${shown(one.name, 80)}</code>`,
      html`<span class="wrap">${shown(one.value, 2_000)}</span>`,
    ]),
)}</details></section>`,
  });
}

/** A frame that is asked for: looking at the HTML is a look of its own. */
function htmlCard(path: string, index: number, isFramed: boolean): Html {
  const part = index + 1;
  if (!isFramed) {
    return html`<p><a class="button" href="${path}?html=${part}">Show the HTML of part ${part}</a> <span class="quiet-text">without scripts, links and pictures</span></p>`;
  }
  return html`<section class="card"><h2>HTML of part ${part}</h2><p class="quiet-text">Scripts, forms and pictures are left out; links say where they lead, and lead nowhere.</p>
<iframe class="mail-frame" sandbox src="${path}/html/${part}" title="HTML of the mail, part ${part}" referrerpolicy="no-referrer"></iframe></section>`;
}

function partsCard(context: ConsoleContext, path: string, parts: readonly PartSummary[]): Html {
  const mayDownload = mayI(context, 'mail.download');
  return html`<section class="card"><h2>Parts</h2>${table(
    'Parts',
    ['', 'Type', 'File name', 'Size', 'SHA-256', ...(mayDownload ? [''] : [])],
    parts.map((part, index) => [
      String(index + 1),
      shown(part.contentType),
      part.fileName === null ? '–' : shown(part.fileName, 200),
      bytesText(part.size),
      html`<code class="wrap">${part.sha256}</code>`,
      ...(mayDownload
        ? [actionButton(context, `${path}/${index + 1}`, 'Download', { label: `Download part ${index + 1}` })]
        : []),
    ]),
  )}<p class="quiet-text">A download is what somebody sent, unchanged: open it only where it can do no harm. It stands in the audit log.</p></section>`;
}

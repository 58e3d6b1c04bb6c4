/** What was just done to the deny-list, with its undo. */
import type { ConsoleContext } from '../../environment.ts';
import { actionButton } from '../../form.ts';
import { type Html, html, note, nothing } from '../../html.ts';

const done: Readonly<Record<string, string>> = {
  added: 'Added. It holds on every listener from the next mail on.',
  replaced: 'Replaced. It holds from the next mail on.',
  restored: 'It is back, as it was.',
  changed: 'Changed. It holds so from the next mail on.',
  expiry: 'The end of its life is changed.',
  imported: 'Imported.',
  gone: 'It was gone already.',
};

export function doneNote(context: ConsoleContext): Html {
  const what = context.req.query('done') ?? '';
  const id = context.req.query('id') ?? '';
  if (what === 'removed' && /^[0-9a-f]{20}$/.test(id)) {
    return note(
      'good',
      html`Removed; mail gets through from the next one on. ${actionButton(context, `/deny/${id}/restore`, 'Undo')}`,
    );
  }
  const text = done[what];
  return text === undefined ? nothing : note('good', text);
}

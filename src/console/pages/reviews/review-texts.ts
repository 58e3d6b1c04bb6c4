/** Words and colours that the list and the item share. */
import type { ConsoleContext } from '../../environment.ts';
import { type Html, html, note, nothing, raw } from '../../html.ts';

const done: Readonly<Record<string, string>> = {
  accepted: 'Accepted: the mail goes on.',
  rejected: 'Rejected. Nobody was told.',
  ask: 'The address on file is asked.',
  summary: 'Too many questions wait for this address: it gets one summary.',
  hold: 'Too many questions wait for this address: it is not asked.',
  unasked: 'There is no console.verifyUrl to answer at: it is asked when there is one.',
  'put-back': 'Put back: others can take it.',
  entered: 'Entered on the deny-list. The item still waits for its decision.',
  dismissed: 'The proposal is dismissed; the audit log keeps it.',
};

export function doneNote(context: ConsoleContext, rest = ''): Html {
  const name = context.req.query('done') ?? '';
  const text = done[name];
  if (text === undefined) return nothing;
  return note('good', name === 'accepted' || name === 'rejected' ? `${text}${rest}` : text);
}

export const assuranceTones: Readonly<Record<string, 'good' | 'warn' | 'calm' | 'bad'>> = {
  proven: 'good',
  claimed: 'warn',
  unknown: 'calm',
  forged: 'bad',
};

/** With an acceptance: what may come again without a person. */
export function allowBox(isTicked: boolean): Html {
  return html`<label class="check"><input type="checkbox" name="allow" value="yes"${isTicked ? raw(' checked') : nothing}> <span>Allow it from now on: deny entries that hit this mail come off the list, if it is proven or you verified the sender; a secondary address that you verified may send ordinary requests for half a year, proven each time.</span></label>`;
}

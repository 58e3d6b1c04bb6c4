/** The form for a new deny entry. */
import { type DenyFault, denyKinds } from '../../../denylist/entry-rules.ts';
import type { ConsoleContext } from '../../environment.ts';
import { postForm } from '../../form.ts';
import { choice, field, type Html, html, note, nothing } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { kindTexts } from './entry-texts.ts';
import { faultText, type Typed, wordFields } from './typed-entry.ts';

export function newPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  typed: Typed,
  faults: readonly DenyFault[] = [],
): Html {
  return page(context, {
    title: 'Add a deny entry',
    about: 'Nothing is added before you saw which mails of the last 30 days it would have hit.',
    body: html`${faults.length === 0 ? nothing : note('bad', 'Nothing was added: see the marked fields.')}
<section class="card">${postForm(
      context,
      '/deny/new',
      html`<div class="two">${choice({ name: 'kind', label: 'Kind', value: typed.kind, options: denyKinds.map((kind) => [kind, `${kind}: ${kindTexts[kind]}`]), fault: faultText(faults, 'kind') })}
${field({ name: 'value', label: 'Value', value: typed.value, required: true, fault: faultText(faults, 'value'), autofocus: typed.value === '' })}</div>
${wordFields(ports, typed, faults, typed.value !== '')}
<div class="row"><button class="button plain" name="step" value="preview">See what it would hit</button><a class="button" href="/deny">Cancel</a></div>`,
    )}</section>`,
  });
}

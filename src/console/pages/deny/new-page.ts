/** The form for a new deny entry. */
import { type DenyFault, denyKinds } from '../../../denylist/entry-rules.ts';
import type { ConsoleContext } from '../../environment.ts';
import { postForm } from '../../form.ts';
import { choice, field, type Html, html, note, nothing } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { kindTexts } from './entry-texts.ts';
import type { Typed } from './typed-entry.ts';

export function newPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  typed: Typed,
  faults: readonly DenyFault[] = [],
): Html {
  const faultOf = (name: DenyFault['field']) => {
    const found = faults.find((fault) => fault.field === name);
    return found === undefined ? null : `It ${found.message}.`;
  };
  const ttlMs = ports.denyTtlMs();
  return page(context, {
    title: 'Add a deny entry',
    about: 'Nothing is added before you saw which mails of the last 30 days it would have hit.',
    body: html`${faults.length === 0 ? nothing : note('bad', 'Nothing was added: see the marked fields.')}
<section class="card">${postForm(
      context,
      '/deny/new',
      html`<div class="two">${choice({ name: 'kind', label: 'Kind', value: typed.kind, options: denyKinds.map((kind) => [kind, `${kind}: ${kindTexts[kind]}`]), fault: faultOf('kind') })}
${field({ name: 'value', label: 'Value', value: typed.value, required: true, fault: faultOf('value'), autofocus: typed.value === '' })}</div>
${field({ name: 'reason', label: 'Reason', value: typed.reason, required: true, fault: faultOf('reason'), hint: 'For staff; mandatory. It never goes to the sender.', autofocus: typed.value !== '' })}
<div class="field"><label for="field-note">Note</label><textarea id="field-note" name="note">${typed.note}</textarea>${faultOf('note') === null ? nothing : html`<p class="fault">${faultOf('note')}</p>`}</div>
<div class="two">${field({ name: 'scope', label: 'Scope', value: typed.scope, fault: faultOf('scope'), placeholder: 'global', hint: 'global, mailbox:<address> or tenant:<id>' })}
${field({ name: 'expires', label: 'Until', value: typed.expires, fault: faultOf('expires_at'), placeholder: ttlMs === null ? 'never' : `${Math.round(ttlMs / 86_400_000)}d`, hint: '30d, 12h, a date, or never' })}</div>
<div class="row"><button class="button plain" name="step" value="preview">See what it would hit</button><a class="button" href="/deny">Cancel</a></div>`,
    )}</section>`,
  });
}

/** Opening a case by hand, also for a mail that waits for a decision. */
import { procedures } from '../../../cases/procedure.ts';
import type { ConsoleContext } from '../../environment.ts';
import { postForm } from '../../form.ts';
import { choice, field, type Html, html, note, nothing } from '../../html.ts';
import { page } from '../../layout.ts';
import { procedureText } from './case-texts.ts';

export type TypedOpening = {
  readonly procedure: string;
  readonly tenant: string;
  readonly mail: string;
  readonly portal: string;
  readonly note: string;
};

export function newPage(context: ConsoleContext, typed: TypedOpening, fault: string | null): Html {
  return page(context, {
    title: 'Open a case',
    about: 'For a request that needs more proof than its mail gives. Nobody outside is told that there is a case.',
    body: html`${fault === null ? nothing : note('bad', fault)}
<section class="card">${postForm(
      context,
      '/cases',
      html`${procedureChoice(typed.procedure, 'not known yet: the case waits to be named')}
${field({ name: 'tenant', label: 'Tenant id', value: typed.tenant, hint: 'As the directory has it; empty while nobody knows.' })}
<div class="two">${field({ name: 'mail', label: 'The mail that asked for it', value: typed.mail, hint: 'Its id, as on its page.' })}
${field({ name: 'portal', label: 'Or the request in the portal', value: typed.portal })}</div>
<div class="field"><label for="note">Anything more</label><textarea id="note" name="note" maxlength="4000">${typed.note}</textarea></div>
<div class="row"><button class="button plain">Open it</button><a class="button" href="/cases">Cancel</a></div>`,
    )}</section>`,
  });
}

export function procedureChoice(value: string, none: string): Html {
  return choice({
    name: 'procedure',
    label: 'Procedure',
    value,
    options: [['', none], ...procedures.map((name) => [name, procedureText(name)] as const)],
  });
}

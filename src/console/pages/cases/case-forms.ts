/** The forms of a case page: one for each act that the state of the case allows, and no other. */
import { type CaseAdmin, type OrderItem, orderedKinds, resolveAction } from '../../../cases/action.ts';
import type { Case } from '../../../cases/case.ts';
import { answerResults, closeOutcomes, type EventKind } from '../../../cases/event.ts';
import { contactOutcomes, documentKinds, loginSources, sourcePlaces } from '../../../cases/evidence.ts';
import { specs } from '../../../cases/specs.ts';
import { allowedEvents } from '../../../cases/state.ts';
import type { ConsoleContext } from '../../environment.ts';
import { postForm } from '../../form.ts';
import { choice, field, type Html, html, nothing, raw } from '../../html.ts';
import type { ConsolePorts } from '../../ports.ts';
import { stepUpAttributes, stepUpFields } from '../../step-up.ts';
import type { Refused } from './case-page.ts';
import { documentTexts, outcomeTexts, placeTexts, sourceTexts } from './case-texts.ts';
import { procedureChoice } from './new-page.ts';
import { orderRows } from './read-act.ts';

export type FormInput = {
  readonly of: Case;
  /** The tenant's admins, as far as the case counts them. */
  readonly admins: readonly CaseAdmin[];
  readonly refused: Refused | null;
  readonly now: number;
};

type Forms = {
  readonly input: FormInput;
  /** A form of its own that can be unfolded; open when it was refused. */
  readonly form: (kind: string, title: string, body: Html, options?: FormOptions) => Html;
  /** What was typed into a form that was refused. */
  readonly typed: (kind: string, name: string) => string;
};

type FormOptions = {
  readonly button?: string;
  readonly tone?: 'plain' | 'danger';
  readonly path?: string;
  readonly upload?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
};

export function caseForms(ports: ConsolePorts, context: ConsoleContext, input: FormInput): Html {
  const { now, of, refused } = input;
  const typed = (kind: string, name: string): string => (refused?.kind === kind ? refused.form(name) : '');
  const forms: Forms = {
    input,
    typed,
    form: (kind, title, body, options = {}) => {
      const { attributes, button = title, path = `act/${kind}`, tone = 'plain', upload = false } = options;
      const isOpen = refused?.kind === kind ? raw(' open') : nothing;
      return html`<details class="act" id="act-${kind}"${isOpen}><summary>${title}</summary>${postForm(
        context,
        `/cases/${of.id}/${path}`,
        html`<input type="hidden" name="seen" value="${of.version}">${body}<button class="button ${tone}">${button}</button>`,
        { upload, ...(attributes === undefined ? {} : { attributes }) },
      )}</details>`;
    },
  };
  const made = allowedEvents(of, now).map((kind) => formOf(ports, context, kind, forms));
  return html`<section class="card"><h2>What may be done now</h2>${made.length === 0 ? html`<p>Nothing more.</p>` : made}</section>`;
}

function formOf(ports: ConsolePorts, context: ConsoleContext, kind: EventKind, forms: Forms): Html {
  const { form, input, typed } = forms;
  const { of } = input;
  const noteArea = (label: string): Html => area(kind, 'note', label, typed(kind, 'note'));
  switch (kind) {
    case 'named':
      return form(
        kind,
        'Say which tenant and procedure it is',
        html`${procedureChoice(typed(kind, 'procedure'), 'choose one')}${field({ name: 'tenant', label: 'Tenant id', value: typed(kind, 'tenant'), required: true })}`,
        { button: 'Name it', path: 'name' },
      );
    case 'communication-joined':
      return form(
        kind,
        'Add a mail or a request of the portal',
        html`<div class="two">${field({ name: 'mail', label: 'Mail id', value: typed(kind, 'mail') })}${field({ name: 'portal', label: 'Or the reference in the portal', value: typed(kind, 'portal') })}</div>`,
        { button: 'Add it', path: 'join' },
      );
    case 'request-set':
      return form(kind, 'Say what is asked for', requestChoice(forms), { button: 'Set it' });
    case 'document-added':
      return addDocument(forms);
    case 'document-confirmed':
      return of.documents.some(({ standing }) => standing !== 'refuted') ? confirmDocument(forms) : nothing;
    case 'document-refuted':
      return of.documents.some(({ standing }) => standing !== 'refuted')
        ? form(
            kind,
            'Refute a document',
            html`${documentChoice(forms, kind)}${noteArea('Why; it is refuted for good')}`,
            {
              button: 'Refute it',
              tone: 'danger',
            },
          )
        : nothing;
    case 'contact-made':
      return contactForm(forms);
    case 'contact-required':
      return of.contactRequired ? nothing : form(kind, 'Ask for confirmation by an executive', nothing);
    case 'activity-added':
      return loginsForm(forms);
    case 'order-typed':
      return orderForm(forms);
    case 'method-used':
      return of.methods.length === 0 ? nothing : methodForm(forms);
    case 'proposed':
      return form(
        kind,
        'Propose to act',
        html`<p>${proposalText(input)} Two others have to approve it, each after a look at all evidence.</p>`,
        { button: 'Propose it' },
      );
    case 'approved':
      return form(
        kind,
        'Approve',
        html`<p>You approve version ${of.version} of this case and exactly the act shown above. The second approval issues the work order.</p>${stepUpFields(ports, context)}`,
        { button: 'Approve it', tone: 'danger', attributes: stepUpAttributes },
      );
    case 'proposal-withdrawn':
      return form(kind, 'Take the proposal back', noteArea('Why'));
    case 'work-order-answered':
      return form(
        kind,
        "Record engineering's answer",
        html`<p>Cancelled: staff take the order back. Engineering is told when it may have the order already.</p>${choice({ name: 'result', label: 'What became of it', value: typed(kind, 'result'), options: answerResults.map((one) => [one, one]) })}${field({ name: 'reference', label: "Engineering's reference", value: typed(kind, 'reference'), required: true })}${noteArea('Anything more')}`,
        { button: 'Record it' },
      );
    case 'cessation-started':
      return form(
        kind,
        'Start the 24 hours',
        html`<p>From now on ordinary support requests of the tenant are ignored, and kept, on every listener.</p>`,
        { tone: 'danger' },
      );
    case 'cessation-ended':
      return form(kind, 'End the cessation', noteArea('Why'));
    case 'closed':
      return form(
        kind,
        'Close the case',
        html`${choice({ name: 'outcome', label: 'How it ended', value: typed(kind, 'outcome') || 'withdrawn', options: closeOutcomes.map((one) => [one, one]) })}${noteArea('Why')}`,
        { button: 'Close it', tone: 'danger' },
      );
    // The gateway's own, and what buttons of the page do.
    case 'opened':
    case 'document-looked':
    case 'contacts-changed':
    case 'method-checked-in':
    case 'cessation-lapsed':
    case 'request-ignored':
      return nothing;
  }
}

function area(kind: string, name: string, label: string, value: string): Html {
  const id = `${kind}-${name}`;
  return html`<div class="field"><label for="${id}">${label}</label><textarea id="${id}" name="${name}" maxlength="4000">${value}</textarea></div>`;
}

function requestChoice({ input: { admins: all, of }, typed }: Forms): Html {
  const { requests } = specs[of.procedure ?? 'closure'];
  const active = all.filter((admin) => admin.active);
  const admins = requests.includes('delete-admin')
    ? active.map(({ addresses: [address = ''], id, name }) => {
        const what = active.length === 1 ? 'delete the whole tenant, whose only active admin is' : 'delete the admin';
        return [`delete-admin:${id}`, `${what} ${name} <${address}>`] as const;
      })
    : [];
  const whole = requests.includes('delete-tenant') ? [['delete-tenant', 'delete the whole tenant'] as const] : [];
  return choice({
    name: 'request',
    label: 'Asked for',
    value: typed('request-set', 'request'),
    options: [['', 'choose one'], ...admins, ...whole],
  });
}

function proposalText({ admins, of }: FormInput): string {
  const resolved = resolveAction(of.request, admins, of.order);
  if (!resolved.ok) return '';
  return resolved.action.kind === 'delete-tenant' && resolved.action.because === 'sole-admin'
    ? 'It deletes the whole tenant: no other active admin is left.'
    : '';
}

function addDocument({ form, input: { of }, typed }: Forms): Html {
  const kind = 'document-added';
  const mails = of.communications.filter(({ channel }) => channel === 'mail');
  return form(
    kind,
    'Add evidence',
    html`${choice({ name: 'kind', label: 'What it is', value: typed(kind, 'kind'), options: documentKinds.map((one) => [one, documentTexts[one]]) })}
<div class="field"><label for="document-file">File, at most 64 MB</label><input id="document-file" name="file" type="file"></div>
${
  mails.length === 0
    ? nothing
    : html`<div class="two">${choice({ name: 'mail', label: 'Or an attachment of a mail of the case', value: typed(kind, 'mail'), options: [['', 'none'], ...mails.map(({ reference }) => [reference, reference] as const)] })}${field({ name: 'attachment', label: 'Which attachment, from 1', value: typed(kind, 'attachment') || '1', inputmode: 'numeric' })}</div>`
}`,
    { button: 'Keep it', path: 'documents', upload: true },
  );
}

function documentChoice({ input: { of }, typed }: Forms, kind: string, only?: 'court-order'): Html {
  return choice({
    name: 'documentId',
    label: 'Document',
    value: typed(kind, 'documentId'),
    options: of.documents
      .filter((document) => document.standing !== 'refuted' && (only === undefined || document.kind === only))
      .map((document) => [document.id, `${document.id}: ${documentTexts[document.kind]}`]),
  });
}

function confirmDocument(forms: Forms): Html {
  const { form, input, typed } = forms;
  const kind = 'document-confirmed';
  return form(
    kind,
    'Record that a document was confirmed',
    html`<p>Ask the authority itself, over a number or address that you looked up, never one that the claimant gave.</p>
${documentChoice(forms, kind)}
${field({ name: 'asked', label: 'Whom you asked: the authority, its number or address', value: typed(kind, 'asked'), required: true })}
${choice({ name: 'foundIn', label: 'Where you found them', value: typed(kind, 'foundIn'), options: [['', 'choose one'], ...sourcePlaces.map((one) => [one, placeTexts[one]] as const)] })}
${
  input.of.documents.some((document) => document.kind === 'court-order')
    ? html`<div class="two">${field({ name: 'court', label: 'Of a court order: which court', value: typed(kind, 'court') })}${field({ name: 'why', label: 'Why it is the proper one', value: typed(kind, 'why') })}</div>`
    : nothing
}
${area(kind, 'note', 'What they said', typed(kind, 'note'))}`,
    { button: 'Record it' },
  );
}

function contactForm({ form, input: { of }, typed }: Forms): Html {
  const kind = 'contact-made';
  if (of.contacts.length === 0) return nothing;
  return form(
    kind,
    'Record that an executive was asked',
    html`${choice({ name: 'contactId', label: 'Contact on file', value: typed(kind, 'contactId'), options: [['', 'choose one'], ...of.contacts.map(({ channel, id, name, value }) => [id, `${name}, ${channel} ${value}`] as const)] })}
${choice({ name: 'outcome', label: 'The contact', value: typed(kind, 'outcome'), options: [['', 'choose one'], ...contactOutcomes.map((one) => [one, outcomeTexts[one]] as const)] })}
${field({ name: 'madeAt', label: 'When, with its zone', value: typed(kind, 'madeAt'), placeholder: '2026-03-02T10:00Z', hint: 'Empty is now.' })}
${area(kind, 'note', 'What was said', typed(kind, 'note'))}`,
    { button: 'Record it' },
  );
}

function loginsForm({ form, typed }: Forms): Html {
  const kind = 'activity-added';
  const time = (name: string, label: string): Html =>
    field({ name, label, value: typed(kind, name), placeholder: '2026-03-02T10:00Z' });
  return form(
    kind,
    'Enter last successful logins',
    html`<div class="two">${time('asOf', 'When the logs were read, with its zone')}${field({ name: 'from', label: 'From which system or export', value: typed(kind, 'from'), required: true })}</div>
${loginSources.map((source) => html`<fieldset><legend>${sourceTexts[source]}</legend><div class="two">${time(`last-${source}`, `${sourceTexts[source]}: last successful login`)}${time(`since-${source}`, `${sourceTexts[source]}: or none since`)}</div></fieldset>`)}`,
    { button: 'Enter them' },
  );
}

function orderForm(forms: Forms): Html {
  const { form, input, typed } = forms;
  const kind = 'order-typed';
  if (!input.of.documents.some((document) => document.kind === 'court-order')) return nothing;
  const items = input.of.order?.items ?? [];
  return form(
    kind,
    'Type the acts that the court order enumerates',
    html`${documentChoice(forms, kind, 'court-order')}
${Array.from({ length: orderRows }, (_, index) => orderRow(index + 1, items[index], (name) => typed(kind, name)))}`,
    { button: 'Keep them' },
  );
}

function orderRow(row: number, item: OrderItem | undefined, typed: (name: string) => string): Html {
  const value = (name: keyof OrderItem): string => typed(`${name}-${row}`) || String(item?.[name] ?? '');
  const text = (name: keyof OrderItem, label: string, numeric = false): Html =>
    field({
      name: `${name}-${row}`,
      label: `${label} ${row}`,
      value: value(name),
      ...(numeric ? { inputmode: 'numeric' } : {}),
    });
  return html`<fieldset><legend>Act ${row}</legend><div class="two">${choice({ name: `kind-${row}`, label: `What ${row}`, value: value('kind'), options: [['', 'none'], ...orderedKinds.map((one) => [one, one] as const)] })}${text('target', 'Whom or what; an admin by id')}</div>
${text('quote', "The order's own words")}<div class="two">${text('page', 'Page', true)}${text('line', 'Line', true)}</div></fieldset>`;
}

function methodForm({ form, input: { of }, typed }: Forms): Html {
  const kind = 'method-used';
  const mails = of.communications.filter(({ channel }) => channel === 'mail');
  return form(
    kind,
    'Use a method of the contract',
    html`${choice({ name: 'methodId', label: 'Method', value: typed(kind, 'methodId'), options: of.methods.map(({ id }) => [id, id]) })}
${choice({ name: 'mail', label: "The third party's mail", value: typed(kind, 'mail'), options: [['', 'none'], ...mails.map(({ reference }) => [reference, reference] as const)] })}`,
    { button: 'Use it' },
  );
}

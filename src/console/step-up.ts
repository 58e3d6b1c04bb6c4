/**
 * Who one is, once more, before what cannot be undone or would let somebody else in: a session may have been left open, or
 * be in wrong hands. Password and code, or a passkey, as at the log-in; guessing is slowed as there, by one count for all
 * pages that ask.
 */
import { createThrottle } from '../staff/throttle.ts';
import { clientAddress } from './client-address.ts';
import { type ConsoleContext, whoOf } from './environment.ts';
import { postForm } from './form.ts';
import { ageText, field, type Html, html, note, nothing } from './html.ts';
import { page } from './layout.ts';
import { provenByPasskey, provenByPassword } from './log-in-proof.ts';
import { relyingParty, takeQuestion } from './passkey-question.ts';
import type { ConsolePorts } from './ports.ts';

/** Resolves with what is wrong; null when it is this very member. */
export type StepUp = (context: ConsoleContext, form: (name: string) => string) => Promise<string | null>;

/** Attributes of the form, for the client module `passkey`. */
export const stepUpAttributes = { 'data-passkey': 'get', 'data-options': '/log-in/passkey' } as const;

export function stepUpCheck(ports: ConsolePorts): StepUp {
  const throttle = createThrottle();
  return async (context, form) => {
    const { name } = whoOf(context).member;
    const client = clientAddress(context);
    const waitMs = throttle.waitMs(name, client, ports.now());
    if (waitMs > 0) return `Too many tries. Wait ${ageText(waitMs)}, then try again.`;
    throttle.tried(name, client, ports.now());
    const password = form('password');
    const answer = form('passkey');
    const proven =
      answer === ''
        ? await provenByPassword(ports, { name, password, code: form('code'), line: 'known' })
        : await provenByPasskey(ports, {
            party: relyingParty(ports, context),
            challenge: await takeQuestion(ports, context, 'log-in'),
            answer,
            name,
            password,
            line: 'known',
          });
    if (!proven.ok || proven.name !== name) {
      const by = { at: ports.now(), actor: name, action: 'staff.proof-refused', subject: name, detail: { client } };
      await ports.audit.append(by);
      return 'Password or second factor is wrong.';
    }
    throttle.succeeded(name, client);
    return null;
  };
}

export type Asked = {
  readonly title: string;
  /** What is about to be done. */
  readonly about: Html;
  readonly action: string;
  readonly button: string;
  /** What the form before it said; comes back with the proof. */
  readonly fields?: Readonly<Record<string, string>>;
};

/** Asks on a page of its own. Resolves with that page, or null when this form carries the proof. */
export async function askAgain(
  ports: ConsolePorts,
  stepUp: StepUp,
  context: ConsoleContext,
  form: (name: string) => string,
  asked: Asked,
): Promise<Response | null> {
  const isAnswered = form('password') !== '' || form('passkey') !== '';
  const fault = isAnswered ? await stepUp(context, form) : null;
  if (isAnswered && fault === null) return null;
  const hidden = Object.entries(asked.fields ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const body = html`${fault === null ? nothing : note('bad', `Nothing was changed. ${fault}`)}
<section class="card">${postForm(
    context,
    asked.action,
    html`${hidden}${stepUpFields(ports, context)}<div class="row"><button class="button danger">${asked.button}</button></div>`,
    { attributes: stepUpAttributes },
  )}</section>`;
  return context.html(
    page(context, { title: asked.title, about: asked.about, modules: ['passkey'], body }),
    fault === null ? 200 : 422,
  );
}

export function stepUpFields(ports: ConsolePorts, context: ConsoleContext): Html {
  const { member } = whoOf(context);
  return html`<input class="hidden" type="text" name="username" value="${member.name}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
<div class="two">${field({ name: 'password', label: 'Your password', type: 'password', autocomplete: 'current-password' })}
${field({ name: 'code', label: 'Code', autocomplete: 'one-time-code', inputmode: 'numeric', hint: 'Six digits from your authenticator, if you have set one up.' })}</div>
${
  relyingParty(ports, context) === null
    ? nothing
    : html`<input type="hidden" name="passkey" value=""><div class="passkey" hidden><button type="button" class="button" data-passkey-button>Use a passkey instead</button> <span class="hint" data-passkey-text role="status"></span></div>`
}`;
}

/**
 * Passkeys: asks the browser for one, and sends its answer along with the form it stands in.
 *
 * `data-passkey` of the form says what is done: `get` at the log-in page, by a button of its own; `create` on the account
 * page, when the form is sent. `data-options` is where the question comes from.
 */
const knowsPasskeys =
  'PublicKeyCredential' in window &&
  'parseCreationOptionsFromJSON' in PublicKeyCredential &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential;

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) {
  if (!knowsPasskeys) continue;
  for (const part of form.querySelectorAll<HTMLElement>('.passkey')) part.hidden = false;
  const button = form.querySelector('[data-passkey-button]');
  if (form.dataset['passkey'] === 'get') {
    button?.addEventListener('click', () => void answer(form));
  } else {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void answer(form);
    });
  }
}

async function answer(form: HTMLFormElement): Promise<void> {
  const text = form.querySelector<HTMLElement>('[data-passkey-text]');
  const field = form.querySelector<HTMLInputElement>('[name=passkey]');
  const say = (message: string, isFault: boolean): void => {
    if (text === null) return;
    text.textContent = message;
    text.classList.toggle('fault', isFault);
  };
  if (field === null) return;
  const buttons = [...form.querySelectorAll('button')];
  for (const button of buttons) button.disabled = true;
  say('Waiting for your passkey…', false);
  try {
    field.value = '';
    const options = await question(form);
    const credential =
      form.dataset['passkey'] === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser gave no passkey.');
    field.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch (error) {
    say(faultText(error), true);
    for (const button of buttons) button.disabled = false;
  }
}

async function question(form: HTMLFormElement) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
  const response = await fetch(form.dataset['options'] ?? '', { method: 'POST', body: fields });
  // A page instead of an answer: the session is over, or the server is away.
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const body = isJson ? await response.json() : { fault: 'That did not work: load the page again.' };
  if (!response.ok || typeof body.fault === 'string') throw new Error(body.fault);
  return body;
}

function faultText(error: unknown): string {
  if (error instanceof DOMException) {
    if (error.name === 'NotAllowedError')
      return 'Nothing came from a passkey: it was cancelled, or there is none for this console.';
    if (error.name === 'InvalidStateError') return 'This passkey is added already.';
    return `The browser refused: ${error.message}`;
  }
  return error instanceof TypeError
    ? 'The console does not answer.'
    : error instanceof Error
      ? error.message
      : 'That did not work.';
}

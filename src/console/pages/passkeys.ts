/** One's own passkeys: added, named, removed. */
import { Hono } from 'hono';
import { additionOptions, type Passkey, parseAddition, readAddition } from '../../staff/passkey.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../environment.ts';
import { formTexts, postForm } from '../form.ts';
import { badge, facts, field, type Html, html, note, nothing, shown, table, timeTag } from '../html.ts';
import { page } from '../layout.ts';
import { messagePage } from '../message-page.ts';
import type { OwnPassword } from '../own-password.ts';
import { keepQuestion, noPasskeysText, relyingParty, takeQuestion } from '../passkey-question.ts';
import type { ConsolePorts } from '../ports.ts';

const longestLabel = 60;

/** Mounted behind the check for a session. */
export function passkeyRoutes(ports: ConsolePorts, ownPassword: OwnPassword): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const by = (context: ConsoleContext) => ({ actor: whoOf(context).member.name, at: ports.now() });

  routes.post('/account/passkeys/options', async (context) => {
    const party = relyingParty(ports, context);
    if (party === null) return context.json({ fault: noPasskeysText(ports, context) }, 422);
    const form = await formTexts(context);
    const fault = labelFault(form('label')) ?? (await ownPassword(context, form('passkeyPassword')));
    if (fault !== null) return context.json({ fault }, 422);
    const { name } = whoOf(context).member;
    const options = await additionOptions(party, name, await ports.passkeys.of(name));
    await keepQuestion(ports, context, 'add', options);
    return context.json(options);
  });

  // The password was asked for before there was a question to answer; without one nothing is added.
  routes.post('/account/passkeys', async (context) => {
    const party = relyingParty(ports, context);
    const form = await formTexts(context);
    const answer = parseAddition(form('passkey'));
    const challenge = await takeQuestion(ports, context, 'add');
    const label = labelOf(form('label'));
    const isAsked = party !== null && answer !== null && challenge !== null && labelFault(label) === null;
    const made = isAsked ? await readAddition(party, challenge, answer) : null;
    if (made === null) return context.redirect('/account?done=no-passkey', 303);
    const { member } = whoOf(context);
    const passkey = { ...made, name: member.name, label, createdAt: ports.now(), lastUsedAt: null };
    const isAdded = await ports.passkeys.add(passkey, by(context));
    return context.redirect(`/account?done=${isAdded ? 'passkey' : 'no-passkey'}`, 303);
  });

  routes.get('/account/passkeys/:id', async (context) => {
    const passkey = await ownPasskey(ports, context);
    if (passkey === null) return context.html(noPasskey(context), 404);
    return context.html(passkeyPage(context, passkey, {}));
  });

  routes.post('/account/passkeys/:id/rename', async (context) => {
    const passkey = await ownPasskey(ports, context);
    if (passkey === null) return context.html(noPasskey(context), 404);
    const label = labelOf((await formTexts(context))('label'));
    const fault = labelFault(label);
    if (fault !== null) return context.html(passkeyPage(context, { ...passkey, label }, { label: fault }), 422);
    await ports.passkeys.rename(passkey.name, passkey.id, label, by(context));
    return context.redirect('/account?done=renamed', 303);
  });

  routes.post('/account/passkeys/:id/remove', async (context) => {
    const passkey = await ownPasskey(ports, context);
    if (passkey === null) return context.html(noPasskey(context), 404);
    const fault = await ownPassword(context, (await formTexts(context))('removePassword'));
    if (fault !== null) return context.html(passkeyPage(context, passkey, { password: fault }), 422);
    await ports.passkeys.remove(passkey.name, passkey.id, by(context));
    // It may be in other hands, and sessions with it.
    await ports.staff.endOtherSessions(passkey.name, whoOf(context).tokenHash, by(context));
    return context.redirect('/account?done=removed', 303);
  });
  return routes;
}

async function ownPasskey(ports: ConsolePorts, context: ConsoleContext): Promise<Passkey | null> {
  const id = context.req.param('id') ?? '';
  const passkey = /^[\w-]{1,1400}$/.test(id) ? await ports.passkeys.get(id) : null;
  return passkey?.name === whoOf(context).member.name ? passkey : null;
}

function noPasskey(context: ConsoleContext): Html {
  return messagePage(context, { title: 'No such passkey', text: 'It was removed, or is not yours.' });
}

function labelOf(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function labelFault(text: string): string | null {
  const label = labelOf(text);
  if (label === '') return 'Give it a name, to tell it from others.';
  return label.length > longestLabel ? `Use at most ${longestLabel} characters for its name.` : null;
}

/** For the account page: the list, and the form for one more. */
export async function passkeysCard(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const passkeys = await ports.passkeys.of(whoOf(context).member.name);
  const isHere = relyingParty(ports, context) !== null;
  return html`<section class="card" id="passkeys"><h2>Passkeys</h2>
${passkeys.length === 0 ? html`<p class="quiet-text">None yet. A passkey lets you in by finger, face, PIN or security key, and cannot be phished.</p>` : passkeyTable(passkeys)}
${isHere ? additionForm(context) : html`<p class="quiet-text">${noPasskeysText(ports, context)}</p>`}</section>`;
}

function passkeyTable(passkeys: readonly Passkey[]): Html {
  return table(
    'Passkeys',
    ['Name', 'Added (UTC)', 'Last used', 'Kept'],
    passkeys.map((passkey) => [
      html`<a href="/account/passkeys/${passkey.id}">${shown(passkey.label)}</a>`,
      timeTag(passkey.createdAt),
      passkey.lastUsedAt === null ? 'never' : timeTag(passkey.lastUsedAt),
      keptText(passkey),
    ]),
  );
}

function keptText({ isSynced }: Passkey): Html {
  return isSynced ? badge('calm', 'synced between devices') : badge('calm', 'on one device');
}

function additionForm(context: ConsoleContext): Html {
  return postForm(
    context,
    '/account/passkeys',
    html`<div class="passkey" hidden><div class="two">${field({ name: 'label', label: 'Name of the passkey', required: true, placeholder: 'phone, blue key…' })}
${field({ name: 'passkeyPassword', label: 'Your password', type: 'password', autocomplete: 'current-password', required: true })}</div>
<input type="hidden" name="passkey" value="">
<div class="row"><button class="button plain">Add a passkey</button></div>
<p class="hint" data-passkey-text role="status"></p></div>`,
    { attributes: { 'data-passkey': 'create', 'data-options': '/account/passkeys/options' } },
  );
}

type Faults = { readonly label?: string; readonly password?: string };

function passkeyPage(context: ConsoleContext, passkey: Passkey, faults: Faults): Html {
  const path = `/account/passkeys/${passkey.id}`;
  const isLast = whoOf(context).member.passkeys === 1 && !whoOf(context).member.hasCode;
  return page(context, {
    title: `Passkey: ${passkey.label}`,
    about: 'One of your passkeys: when it came, when it was used, and what you call it.',
    actions: html`<a class="button" href="/account#passkeys">Your account</a>`,
    body: html`<section class="card">${facts([
      ['Added', html`${timeTag(passkey.createdAt)} UTC`],
      ['Last used', passkey.lastUsedAt === null ? 'never' : html`${timeTag(passkey.lastUsedAt)} UTC`],
      ['Kept', keptText(passkey)],
    ])}</section>
<div class="columns"><section class="card"><h2>Rename it</h2>${postForm(
      context,
      `${path}/rename`,
      html`${field({ name: 'label', label: 'Name of the passkey', value: passkey.label, required: true, fault: faults.label ?? null })}<button class="button">Rename</button>`,
    )}</section>
<section class="card"><h2>Remove it</h2>${isLast ? note('warn', 'It is your only second factor: without it the password alone lets you in, or you are asked to set up another one.') : nothing}
<p class="quiet-text">Your other sessions end with it.</p>${postForm(
      context,
      `${path}/remove`,
      html`${field({ name: 'removePassword', label: 'Your password', type: 'password', autocomplete: 'current-password', required: true, fault: faults.password ?? null })}<button class="button danger">Remove</button>`,
    )}</section></div>`,
  });
}

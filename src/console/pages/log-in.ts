/** Logging in and out, and taking up an invitation. */
import { Hono } from 'hono';
import { renderSVG } from 'uqr';
import { parseStaffName } from '../../staff/name.ts';
import { hashPassword, passwordFault } from '../../staff/password.ts';
import { provenMember } from '../../staff/proof.ts';
import { newTotpSecret, totpStep, totpUri } from '../../staff/second-factor.ts';
import { newToken, tokenHash } from '../../staff/session.ts';
import { createThrottle } from '../../staff/throttle.ts';
import { clientAddress } from '../client-address.ts';
import type { ConsoleContext, ConsoleEnvironment } from '../environment.ts';
import { formTexts, postForm } from '../form.ts';
import { needsSecondFactor, safePath } from '../guard.ts';
import { ageText, field, type Html, html, note, nothing, raw } from '../html.ts';
import { page } from '../layout.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from '../session-cookie.ts';

export function logInRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const throttle = createThrottle();

  routes.get('/log-in', async (context) => {
    const next = safePath(context.req.query('next'));
    if (context.get('who') !== null) return context.redirect(next, 303);
    if (await ports.staff.isEmpty()) return context.html(firstAdminPage(context));
    return context.html(logInPage(context, { name: '', next, isLeaving: context.req.query('out') !== undefined }));
  });

  routes.post('/log-in', async (context) => {
    const form = await formTexts(context);
    const next = safePath(form('next'));
    const typed = form('name').trim().slice(0, 100);
    const name = parseStaffName(typed) ?? '';
    const client = clientAddress(context);
    const waitMs = throttle.waitMs(name, client, ports.now());
    if (waitMs > 0) {
      context.header('retry-after', String(Math.ceil(waitMs / 1_000)));
      const fault = `Too many tries. Wait ${ageText(waitMs)}, then try again.`;
      return context.html(logInPage(context, { name: typed, next, fault }), 429);
    }
    throttle.tried(name, client, ports.now());
    const proof = { password: form('password'), code: form('code') };
    if ((await provenMember(ports.staff, name, proof, ports.now())) === null) {
      ports.logger.warn({ name, client }, 'a log-in failed');
      // One text for all causes: it must not tell which part was right, nor whether there is such a name.
      const fault = 'Name, password or code is wrong.';
      return context.html(logInPage(context, { name: typed, next, fault }), 401);
    }
    throttle.succeeded(name, client);
    await openSession(ports, context, name);
    return context.redirect(next, 303);
  });

  routes.post('/log-out', async (context) => {
    const who = context.get('who');
    if (who !== null) {
      await ports.staff.endSession(who.member.name, who.session.id, { actor: who.member.name, at: ports.now() });
    }
    clearSessionCookie(context);
    return context.redirect('/log-in?out', 303);
  });

  routes.get('/join/:token', async (context) => {
    const member = await invited(ports, context);
    if (member === null) return context.html(noInvitation(context), 404);
    return context.html(joinPage(context, ports, { name: member.name, role: member.role, secret: newTotpSecret() }));
  });

  routes.post('/join/:token', async (context) => {
    const member = await invited(ports, context);
    if (member === null) return context.html(noInvitation(context), 404);
    const { name, role } = member;
    const form = await formTexts(context);
    const secret = /^[A-Z2-7]{32}$/.test(form('secret')) ? form('secret') : newTotpSecret();
    const wantsCode = needsSecondFactor(ports, context) || form('code').trim() !== '';
    const step = wantsCode ? totpStep(secret, form('code'), 0, ports.now()) : null;
    const faults = {
      password: passwordFault(form('password'), name),
      again: form('password') === form('again') ? null : 'The two are not the same.',
      code: wantsCode && step === null ? 'This is not the code of this moment. Is the clock of the phone right?' : null,
    };
    if (Object.values(faults).some((fault) => fault !== null)) {
      return context.html(joinPage(context, ports, { name, role, secret, faults }), 422);
    }
    const passwordHash = await hashPassword(form('password'));
    const secrets = { passwordHash, totpSecret: step === null ? null : secret, totpLastStep: step ?? 0 };
    const joined = await ports.staff.join(tokenHash(context.req.param('token')), secrets, ports.now());
    if (joined === null) return context.html(noInvitation(context), 404);
    await openSession(ports, context, joined);
    return context.redirect('/', 303);
  });
  return routes;
}

/** Always a new token: one that was planted before the log-in is worth nothing after it. */
async function openSession(ports: ConsolePorts, context: ConsoleContext, name: string): Promise<void> {
  const old = readSessionCookie(context);
  const who = context.get('who');
  if (old !== null && who !== null) {
    await ports.staff.endSession(who.member.name, who.session.id, { actor: who.member.name, at: ports.now() });
  }
  const token = newToken();
  await ports.staff.openSession({
    tokenHash: tokenHash(token),
    name,
    ip: clientAddress(context),
    agent: context.req.header('user-agent') ?? '',
    now: ports.now(),
  });
  writeSessionCookie(context, token);
}

async function invited(ports: ConsolePorts, context: ConsoleContext) {
  const token = context.req.param('token') ?? '';
  return /^[\w-]{43}$/.test(token) ? ports.staff.invited(tokenHash(token), ports.now()) : null;
}

type LogInPage = {
  readonly name: string;
  readonly next: string;
  readonly fault?: string;
  readonly isLeaving?: boolean;
};

function logInPage(context: ConsoleContext, { name, next, fault, isLeaving = false }: LogInPage): Html {
  return page(context, {
    title: 'Log in',
    body: html`${isLeaving ? note('calm', 'You are logged out.') : nothing}
${fault === undefined ? nothing : note('bad', fault)}
${postForm(
  context,
  '/log-in',
  html`<input type="hidden" name="next" value="${next}">
${field({ name: 'name', label: 'Name', value: name, autocomplete: 'username', required: true, autofocus: name === '' })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true, autofocus: name !== '' })}
${field({ name: 'code', label: 'Code', autocomplete: 'one-time-code', inputmode: 'numeric', hint: 'Six digits from your authenticator, if you have set one up.' })}
<button class="button plain wide">Log in</button>`,
)}
<p class="hint">Forgotten? An admin makes a new link with <code>postern staff reset</code>.</p>`,
  });
}

function firstAdminPage(context: ConsoleContext): Html {
  return page(context, {
    title: 'Nobody can log in yet',
    body: html`<p>Make the first admin on the machine where Postern runs:</p>
<pre class="command"><code>npm run -s postern -- staff add &lt;name&gt; --role admin</code></pre>
<p>It prints a link that works once, within 24 hours. Open it here, choose a password, and you are in.</p>
<p><a class="button" href="/log-in">I have done that</a></p>`,
  });
}

function noInvitation(context: ConsoleContext): Html {
  return messagePage(context, {
    title: 'This link does not work',
    text: html`It was used, has expired, or was cut off on its way. An admin makes a new one with <code>postern staff reset</code> or on the Staff page.`,
  });
}

type JoinPage = {
  readonly name: string;
  readonly role: string;
  readonly secret: string;
  readonly faults?: { readonly password: string | null; readonly again: string | null; readonly code: string | null };
};

function joinPage(context: ConsoleContext, ports: ConsolePorts, { name, role, secret, faults }: JoinPage): Html {
  const isOptional = !needsSecondFactor(ports, context);
  return page(context, {
    title: `Welcome, ${name}`,
    body: html`<p>You come in as <strong>${role}</strong>. Choose a password, and you are logged in.</p>
${postForm(
  context,
  `/join/${context.req.param('token') ?? ''}`,
  html`<input type="hidden" name="secret" value="${secret}">
<input class="hidden" type="text" name="username" value="${name}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', required: true, fault: faults?.password ?? null, hint: 'At least 12 characters. A few words in a row are good.' })}
${field({ name: 'again', label: 'Password, once more', type: 'password', autocomplete: 'new-password', required: true, fault: faults?.again ?? null })}
<fieldset><legend>Second factor${isOptional ? ' (may wait: this console is reached from this machine only)' : ''}</legend>
${secondFactorFields(secret, name, faults?.code ?? null, !isOptional)}
</fieldset>
<button class="button plain wide">Come in</button>`,
)}`,
  });
}

/** The QR code, the same as text, and the field for the first code. */
export function secondFactorFields(secret: string, name: string, fault: string | null, required: boolean): Html {
  const groups = secret.match(/.{1,4}/g) ?? [];
  return html`<div class="enrol"><div class="qr" role="img" aria-label="QR code of the secret below">${raw(renderSVG(totpUri(secret, name), { border: 2 }))}</div>
<div><p>Scan this with an authenticator app, or type the secret into it:</p><p class="secret"><code>${groups.join(' ')}</code></p></div></div>
${field({ name: 'code', label: 'The code it shows now', autocomplete: 'one-time-code', inputmode: 'numeric', fault, required })}`;
}

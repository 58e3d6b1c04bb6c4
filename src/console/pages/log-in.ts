/** Logging in and out, and taking up an invitation. */
import { Hono } from 'hono';
import { renderSVG } from 'uqr';
import { knownBrowserMs } from '../../staff/known-browser.ts';
import type { LogInProof } from '../../staff/member.ts';
import { parseStaffName } from '../../staff/name.ts';
import { logInOptions, parseAssertion } from '../../staff/passkey.ts';
import { hashPassword, passwordFault, passwordsHaveRoom } from '../../staff/password.ts';
import { newTotpSecret, totpStep, totpUri } from '../../staff/second-factor.ts';
import { newToken, tokenHash } from '../../staff/session.ts';
import { createThrottle } from '../../staff/throttle.ts';
import type { Line } from '../../staff/turns.ts';
import { clientAddress } from '../client-address.ts';
import type { ConsoleContext, ConsoleEnvironment } from '../environment.ts';
import { tellFailures } from '../failed-log-ins.ts';
import { formTexts, postForm } from '../form.ts';
import { needsSecondFactor, safePath } from '../guard.ts';
import { ageText, field, type Html, html, note, nothing, raw } from '../html.ts';
import { page } from '../layout.ts';
import { type Proven, provenByPasskey, provenByPassword } from '../log-in-proof.ts';
import { messagePage } from '../message-page.ts';
import { keepQuestion, noPasskeysText, relyingParty, takeQuestion } from '../passkey-question.ts';
import type { ConsolePorts } from '../ports.ts';
import {
  clearSessionCookie,
  rawCookie,
  readSessionCookie,
  writeCookie,
  writeSessionCookie,
} from '../session-cookie.ts';

/** Says that this browser logged in before, and as whom; stays after logging out. */
const browserCookie = 'postern_browser';

export function logInRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const throttle = createThrottle();
  const asked = createThrottle({ pair: 60, client: 60, name: 60 });

  routes.get('/log-in', async (context) => {
    const next = safePath(context.req.query('next'));
    if (context.get('who') !== null) return context.redirect(next, 303);
    if (await ports.staff.isEmpty()) return context.html(firstAdminPage(context));
    return context.html(
      logInPage(ports, context, { name: '', next, isLeaving: context.req.query('out') !== undefined }),
    );
  });

  routes.post('/log-in', async (context) => {
    const form = await formTexts(context);
    const next = safePath(form('next'));
    const typed = form('name').trim().slice(0, 100);
    const name = parseStaffName(typed) ?? '';
    const answer = form('passkey');
    const { client, guessed, line } = countedAs(ports, context, name, answer);
    const again = (fault: string, status: 401 | 429 | 503) =>
      context.html(logInPage(ports, context, { name: typed, next, fault }), status);
    const waitMs = throttle.waitMs(guessed, client, ports.now());
    if (waitMs > 0) {
      ports.counting.loggedIn('slowed');
      context.header('retry-after', String(Math.ceil(waitMs / 1_000)));
      return again(`Too many tries. Wait ${ageText(waitMs)}, then try again.`, 429);
    }
    if (!passwordsHaveRoom(line)) {
      ports.counting.loggedIn('busy');
      context.header('retry-after', '10');
      return again('Too many log in at this moment. Try again in some seconds.', 503);
    }
    throttle.tried(guessed, client, ports.now());
    const proven = await proveLogIn(ports, context, form, { name, line });
    if (!proven.ok) {
      ports.counting.loggedIn('refused');
      noteFailure(ports, name, clientAddress(context));
      // One text for all causes: it must not tell which part was right, nor whether there is such a name.
      return again(answer === '' ? 'Name, password or second factor is wrong.' : faultOfPasskey[proven.cause], 401);
    }
    throttle.succeeded(guessed, client);
    ports.counting.loggedIn('let in');
    await openSession(ports, context, proven.name, proven.by);
    return context.redirect(next, 303);
  });

  // Asked by the button, not by the page: a question is kept for each.
  routes.post('/log-in/passkey', async (context) => {
    const party = relyingParty(ports, context);
    if (party === null) return context.json({ fault: noPasskeysText(ports, context) }, 422);
    const client = clientAddress(context);
    if (asked.waitMs(client, client, ports.now()) > 0) {
      return context.json({ fault: 'Too many tries. Wait some minutes, then try again.' }, 429);
    }
    asked.tried(client, client, ports.now());
    // Who is logged in is asked for their own, whatever else the form that asks names.
    const name = context.get('who')?.member.name ?? parseStaffName((await formTexts(context))('name'));
    const options = await logInOptions(party, name === null ? [] : await passkeysNamed(ports, name));
    await keepQuestion(ports, context, 'log-in', options);
    return context.json(options);
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
    await openSession(ports, context, joined, 'invitation');
    return context.redirect('/', 303);
  });
  return routes;
}

type CountedAs = { readonly guessed: string; readonly client: string; readonly line: Line };

/** As whose tries a log-in counts, and in which line it stands. */
function countedAs(ports: ConsolePorts, context: ConsoleContext, name: string, answer: string): CountedAs {
  const browser = name === '' ? null : knownBrowser(ports, context, name);
  if (browser !== null) return { guessed: `${name} known`, client: `browser ${browser}`, line: 'known' };
  // Tries at a passkey count by the passkey: no member is locked out by them.
  const guessed = answer === '' ? name : `passkey ${parseAssertion(answer)?.id.slice(0, 64) ?? ''}`;
  return { guessed, client: clientAddress(context), line: 'strangers' };
}

function knownBrowser(ports: ConsolePorts, context: ConsoleContext, name: string): string | null {
  return ports.knownBrowsers.read(rawCookie(context, browserCookie) ?? '', name, ports.now());
}

/** Not waited for: how long it takes must not tell whether there is such a name. */
function noteFailure({ logger, logInFailures, now }: ConsolePorts, name: string, client: string): void {
  logger.warn({ client }, 'a log-in failed');
  logInFailures.note({ name, client, at: now() }).catch((error: unknown) => {
    logger.error({ error }, 'a failed log-in could not be written down');
  });
}

/** Everybody seems to have a passkey, so that asking does not tell who is there (WebAuthn §14.6.2). */
async function passkeysNamed(ports: ConsolePorts, name: string): Promise<readonly string[]> {
  const ids = (await ports.passkeys.of(name)).map(({ id }) => id);
  return ids.length === 0 ? [ports.passkeyDecoy(name)] : ids;
}

const faultOfPasskey = {
  wrong: 'This passkey was not taken. Try once more, or use name, password and code.',
  unverified: 'This passkey did not check that it is you: type name and password too, then use it again.',
} as const;

async function proveLogIn(
  ports: ConsolePorts,
  context: ConsoleContext,
  form: (name: string) => string,
  { line, name }: { readonly line: Line; readonly name: string },
): Promise<Proven> {
  const password = form('password');
  if (form('passkey') === '') return provenByPassword(ports, { name, password, code: form('code'), line });
  const challenge = await takeQuestion(ports, context, 'log-in');
  const party = relyingParty(ports, context);
  return provenByPasskey(ports, { party, challenge, answer: form('passkey'), name, password, line });
}

/** Always a new token: one that was planted before the log-in is worth nothing after it. */
async function openSession(ports: ConsolePorts, context: ConsoleContext, name: string, by: LogInProof): Promise<void> {
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
    by,
  });
  writeSessionCookie(context, token);
  await tellFailures(ports, context, name);
  writeCookie(context, browserCookie, ports.knownBrowsers.mark(name, ports.now()), knownBrowserMs);
}

async function invited(ports: ConsolePorts, context: ConsoleContext) {
  const token = context.req.param('token') ?? '';
  return /^[\w-]{43}$/.test(token) ? ports.staff.invited(tokenHash(token), ports.now()) : null;
}

const passkeyLogIn = { 'data-passkey': 'get', 'data-options': '/log-in/passkey' } as const;
/** Shown where the browser knows passkeys. */
const passkeyButton = html`<input type="hidden" name="passkey" value="">
<div class="passkey" hidden><p class="or"><span>or</span></p>
<button type="button" class="button wide" data-passkey-button>Use a passkey</button>
<p class="hint" data-passkey-text role="status">It lets you in by itself when it checks your finger, face or PIN; else it takes the place of the code.</p></div>`;

type LogInPage = {
  readonly name: string;
  readonly next: string;
  readonly fault?: string;
  readonly isLeaving?: boolean;
};

function logInPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  { name, next, fault, isLeaving = false }: LogInPage,
): Html {
  const hasPasskeys = relyingParty(ports, context) !== null;
  return page(context, {
    title: 'Log in',
    about: null,
    ...(hasPasskeys ? { modules: ['passkey'] } : {}),
    body: html`${isLeaving ? note('calm', 'You are logged out.') : nothing}
${fault === undefined ? nothing : note('bad', fault)}
${postForm(
  context,
  '/log-in',
  html`<input type="hidden" name="next" value="${next}">
${field({ name: 'name', label: 'Name', value: name, autocomplete: 'username', required: true, autofocus: name === '' })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true, autofocus: name !== '' })}
${field({ name: 'code', label: 'Code', autocomplete: 'one-time-code', inputmode: 'numeric', hint: 'Six digits from your authenticator, if you have set one up.' })}
<button class="button plain wide">Log in</button>
${hasPasskeys ? passkeyButton : nothing}`,
  hasPasskeys ? { attributes: passkeyLogIn } : {},
)}
<p class="hint">Forgotten? An admin makes a new link with <code>postern staff reset</code>.</p>`,
  });
}

function firstAdminPage(context: ConsoleContext): Html {
  return page(context, {
    title: 'Nobody can log in yet',
    about: null,
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
    about: null,
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

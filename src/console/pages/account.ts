/** One's own account: password, second factors, sessions. */
import { Hono } from 'hono';
import { hashPassword, passwordFault } from '../../staff/password.ts';
import { roleTexts } from '../../staff/role.ts';
import { newTotpSecret, totpStep } from '../../staff/second-factor.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../environment.ts';
import { actionButton, formTexts, postForm } from '../form.ts';
import { needSession } from '../guard.ts';
import { badge, count, facts, field, type Html, html, note, nothing, shown, table, timeTag } from '../html.ts';
import { page } from '../layout.ts';
import { ownPasswordCheck } from '../own-password.ts';
import type { ConsolePorts } from '../ports.ts';
import { secondFactorText } from '../second-factor-text.ts';
import { secondFactorFields } from './log-in.ts';
import { passkeyRoutes, passkeysCard } from './passkeys.ts';

const done: Readonly<Record<string, string>> = {
  password: 'The password is changed; your other sessions are ended.',
  factor: 'The second factor is set up. From the next log-in on you need its code.',
  ended: 'The session is ended.',
  passkey: 'The passkey is added.',
  renamed: 'The passkey is renamed.',
  removed: 'The passkey is removed, and your other sessions are ended.',
};
const undone: Readonly<Record<string, string>> = {
  gone: 'There is no such session any more.',
  'no-passkey': 'No passkey was added: it is there already, or the browser took too long. Try once more.',
};

type Faults = Readonly<Record<string, string | null>>;

export function accountRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.use('/account', needSession);
  routes.use('/account/*', needSession);
  const ownPassword = ownPasswordCheck(ports);
  routes.route('/', passkeyRoutes(ports, ownPassword));

  routes.get('/account', async (context) => context.html(await accountPage(ports, context, newTotpSecret())));

  routes.post('/account/password', async (context) => {
    const { member, tokenHash } = whoOf(context);
    const form = await formTexts(context);
    const faults = {
      current: await ownPassword(context, form('current')),
      password: passwordFault(form('password'), member.name),
      again: form('password') === form('again') ? null : 'The two are not the same.',
    };
    if (hasFault(faults)) return context.html(await accountPage(ports, context, newTotpSecret(), faults), 422);
    const by = { actor: member.name, at: ports.now() };
    await ports.staff.setPassword(member.name, await hashPassword(form('password')), by);
    await ports.staff.endOtherSessions(member.name, tokenHash, by);
    return context.redirect('/account?done=password', 303);
  });

  routes.post('/account/second-factor', async (context) => {
    const { member, tokenHash } = whoOf(context);
    const form = await formTexts(context);
    const secret = /^[A-Z2-7]{32}$/.test(form('secret')) ? form('secret') : newTotpSecret();
    const step = totpStep(secret, form('code'), 0, ports.now());
    const faults = {
      factorPassword: await ownPassword(context, form('factorPassword')),
      code: step === null ? 'This is not the code of this moment. Is the clock of the phone right?' : null,
    };
    if (step === null || hasFault(faults)) return context.html(await accountPage(ports, context, secret, faults), 422);
    const by = { actor: member.name, at: ports.now() };
    await ports.staff.setSecondFactor(member.name, secret, step, by);
    await ports.staff.endOtherSessions(member.name, tokenHash, by);
    return context.redirect('/account?done=factor', 303);
  });

  routes.post('/account/sessions/:id/end', async (context) => {
    const { member } = whoOf(context);
    const by = { actor: member.name, at: ports.now() };
    const isEnded = await ports.staff.endSession(member.name, context.req.param('id'), by);
    return context.redirect(`/account?done=${isEnded ? 'ended' : 'gone'}`, 303);
  });
  return routes;
}

function hasFault(faults: Faults): boolean {
  return Object.values(faults).some((fault) => fault !== null);
}

async function accountPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  secret: string,
  faults: Faults = {},
): Promise<Html> {
  const { member, mustEnrol, session } = whoOf(context);
  const sessions = await ports.staff.sessionsOf(member.name, ports.now());
  const before = await ports.logInFailures.before(member.name);
  const spells = await ports.logInFailures.spells(ports.now() - 7 * 86_400_000);
  const spell = spells.find(({ name }) => name === member.name);
  const message = done[context.req.query('done') ?? ''];
  const failure = undone[context.req.query('done') ?? ''];
  return page(context, {
    title: 'Your account',
    about: 'How you log in, and where you are logged in now.',
    modules: ['passkey'],
    body: html`${mustEnrol ? note('warn', 'Set up a second factor below, a passkey or an authenticator; then the console opens.') : nothing}
${message === undefined ? nothing : note('good', message)}${failure === undefined ? nothing : note('bad', failure)}
${hasFault(faults) ? note('bad', 'Nothing was changed: see the marked fields.') : nothing}
<section class="card">${facts([
      ['Name', member.name],
      ['Role', `${member.role}: ${roleTexts[member.role]}`],
      [
        'Second factor',
        member.hasSecondFactor
          ? html`${badge('good', 'set up')} ${secondFactorText(member)}`
          : badge('warn', 'not set up'),
      ],
      before === null
        ? null
        : [
            'Before this log-in',
            html`${count(before.failures)} failed, the last ${timeTag(before.lastAt)} from ${shown(before.lastFrom, 60)}`,
          ],
      // Only the member can tell whether it was they who mistyped.
      [
        'Failed log-ins',
        spell === undefined
          ? 'none in the last week'
          : html`${count(spell.failures)} since ${timeTag(spell.since)}, the last ${timeTag(spell.lastAt)} from ${shown(spell.lastClient, 60)}; if that was not you, tell an admin`,
      ],
    ])}</section>
${await passkeysCard(ports, context)}
<section class="card"><h2>Sessions</h2>${table(
      'Sessions',
      ['Since (UTC)', 'Last request', 'From', 'Browser', ''],
      sessions.map((one) => [
        timeTag(one.createdAt),
        timeTag(one.lastSeenAt),
        shown(one.ip, 60),
        shown(one.agent, 80),
        one.id === session.id
          ? badge('calm', 'this one')
          : actionButton(context, `/account/sessions/${one.id}/end`, 'End', { tone: 'quiet' }),
      ]),
    )}</section>
<div class="columns">
<section class="card"><h2>Change the password</h2>${postForm(
      context,
      '/account/password',
      html`<input class="hidden" type="text" name="username" value="${member.name}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
${field({ name: 'current', label: 'Password now', type: 'password', autocomplete: 'current-password', required: true, fault: faults['current'] ?? null })}
${field({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', required: true, fault: faults['password'] ?? null, hint: 'At least 12 characters.' })}
${field({ name: 'again', label: 'New password, once more', type: 'password', autocomplete: 'new-password', required: true, fault: faults['again'] ?? null })}
<button class="button plain">Change it</button>`,
    )}</section>
<section class="card"><h2>${member.hasCode ? 'Replace the authenticator' : 'Set up an authenticator'}</h2>${postForm(
      context,
      '/account/second-factor',
      html`<input type="hidden" name="secret" value="${secret}">
${secondFactorFields(secret, member.name, faults['code'] ?? null, true)}
${field({ name: 'factorPassword', label: 'Your password', type: 'password', autocomplete: 'current-password', required: true, fault: faults['factorPassword'] ?? null })}
<button class="button plain">${member.hasCode ? 'Replace it' : 'Set it up'}</button>`,
    )}</section>
</div>`,
  });
}

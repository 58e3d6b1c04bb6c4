/** Staff: who may log in, with which role, and their sessions. For admins. */
import { Hono } from 'hono';
import type { LogInSpell } from '../../records/log-in-failures.ts';
import type { StaffChange } from '../../records/staff.ts';
import type { StaffMember, StaffState } from '../../staff/member.ts';
import { parseStaffName } from '../../staff/name.ts';
import { parseRole, roles, roleTexts } from '../../staff/role.ts';
import { invitationMs, newToken, tokenHash } from '../../staff/session.ts';
import { isOverTls } from '../client-address.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../environment.ts';
import { actionButton, formTexts, postForm } from '../form.ts';
import { need } from '../guard.ts';
import {
  badge,
  choice,
  count,
  facts,
  field,
  type Html,
  html,
  note,
  nothing,
  shown,
  type Tone,
  table,
  timeTag,
} from '../html.ts';
import { page } from '../layout.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';
import { secondFactorText } from '../second-factor-text.ts';
import { type Asked, askAgain, type StepUp } from '../step-up.ts';

const done: Readonly<Record<string, string>> = {
  disabled: 'Disabled, and all sessions ended.',
  role: 'The role is changed; it holds from the next click on.',
  ended: 'The session is ended.',
};
const refused: Readonly<Record<string, string>> = {
  'no-role': 'Nothing was changed: there is no such role.',
  gone: 'Nothing was changed: there is no such session any more.',
  own: 'Nothing was changed: nobody shuts themselves out. Another admin does it.',
  'last-admin': 'Nothing was changed: this is the last admin.',
  unknown: 'Nothing was changed: there is nobody of that name.',
};

const stateTones: Readonly<Record<StaffState, Tone>> = { active: 'good', invited: 'warn', disabled: 'calm' };

const shownSpellsMs = 7 * 86_400_000;
/** From here on it is no slip of the hand. */
const worrying = 10;

export function staffRoutes(ports: ConsolePorts, stepUp: StepUp): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.use('/staff', need('staff.manage'));
  routes.use('/staff/*', need('staff.manage'));
  /** Who comes in by a stolen session must not make an account of their own, nor take over another's. */
  const ask = (context: ConsoleContext, form: (name: string) => string, asked: Asked) =>
    askAgain(ports, stepUp, context, form, asked);
  const by = (context: ConsoleContext) => ({ actor: whoOf(context).member.name, at: ports.now() });

  routes.get('/staff', async (context) => context.html(await listPage(ports, context, { name: '', role: 'operator' })));

  routes.post('/staff', async (context) => {
    const form = await formTexts(context);
    const name = parseStaffName(form('name'));
    const role = parseRole(form('role'));
    const typed = { name: form('name'), role: form('role') };
    if (name === null || role === null) {
      const fault = 'Letters, digits, dot and dash, or a mail address.';
      return context.html(await listPage(ports, context, { ...typed, fault }), 422);
    }
    const asking = await ask(context, form, {
      title: `Let ${name} in?`,
      about: html`<strong>${name}</strong> gets a link to come in as ${role}: ${roleTexts[role]}.`,
      action: '/staff',
      button: 'Make a link for them',
      fields: { name, role },
    });
    if (asking !== null) return asking;
    const token = newToken();
    const invitation = { tokenHash: tokenHash(token), expiresAt: ports.now() + invitationMs };
    const change = await ports.staff.add({ name, role }, invitation, by(context));
    if (!change.ok) {
      return context.html(await listPage(ports, context, { ...typed, fault: 'There is somebody of this name.' }), 422);
    }
    return context.html(linkPage(context, name, token));
  });

  routes.get('/staff/:name', async (context) => {
    const member = (await ports.staff.credentials(context.req.param('name')))?.member ?? null;
    if (member === null) return context.html(nobody(context), 404);
    return context.html(await memberPage(ports, context, member));
  });

  routes.post('/staff/:name/role', async (context) => {
    const form = await formTexts(context);
    const role = parseRole(form('role'));
    const name = context.req.param('name');
    if (role === null) return back(context, name, 'role', { ok: false, cause: 'no-role' });
    const asking = await ask(context, form, {
      title: 'Change the role?',
      about: html`<strong>${shown(name, 120)}</strong> becomes ${role}: ${roleTexts[role]}.`,
      action: `/staff/${encodeURIComponent(name)}/role`,
      button: 'Change it',
      fields: { role },
    });
    if (asking !== null) return asking;
    return back(context, name, 'role', await ports.staff.setRole(name, role, by(context)));
  });

  routes.post('/staff/:name/disable', async (context) => {
    const name = context.req.param('name');
    // A slip of the hand; whoever leaves is shut out by somebody who stays.
    if (name === whoOf(context).member.name) return back(context, name, 'disabled', { ok: false, cause: 'own' });
    // Else a stolen session shuts out all who could end it.
    const asking = await ask(context, await formTexts(context), {
      title: 'Shut them out?',
      about: html`<strong>${shown(name, 120)}</strong> is disabled: all sessions end, and neither password nor passkey lets them in.`,
      action: `/staff/${encodeURIComponent(name)}/disable`,
      button: 'Disable them',
    });
    if (asking !== null) return asking;
    return back(context, name, 'disabled', await ports.staff.disable(name, by(context)));
  });

  routes.post('/staff/:name/reset', async (context) => {
    const name = context.req.param('name');
    const asking = await ask(context, await formTexts(context), {
      title: 'Reset how they log in?',
      about: html`<strong>${shown(name, 120)}</strong> gets a link for a new password and second factor; what they have now works no longer.`,
      action: `/staff/${encodeURIComponent(name)}/reset`,
      button: 'Make a link for them',
    });
    if (asking !== null) return asking;
    const token = newToken();
    const invitation = { tokenHash: tokenHash(token), expiresAt: ports.now() + invitationMs };
    const change = await ports.staff.reset(name, invitation, by(context));
    return change.ok ? context.html(linkPage(context, name, token)) : back(context, name, 'reset', change);
  });

  routes.post('/staff/:name/sessions/:id/end', async (context) => {
    const name = context.req.param('name');
    const id = context.req.param('id');
    // As for disabling; one's own end without a word, on the page of the account too.
    const asking =
      name === whoOf(context).member.name
        ? null
        : await ask(context, await formTexts(context), {
            title: 'End this session?',
            about: html`<strong>${shown(name, 120)}</strong> has to log in again there; what is typed and not sent is lost.`,
            action: `/staff/${encodeURIComponent(name)}/sessions/${encodeURIComponent(id)}/end`,
            button: 'End it',
          });
    if (asking !== null) return asking;
    const isEnded = await ports.staff.endSession(name, id, by(context));
    return back(context, name, 'ended', isEnded ? { ok: true } : { ok: false, cause: 'gone' });
  });
  return routes;
}

type Change = StaffChange | { readonly ok: false; readonly cause: 'own' | 'gone' | 'no-role' };

function back(context: ConsoleContext, name: string, what: string, change: Change): Response {
  const result = change.ok ? `done=${what}` : `refused=${change.cause}`;
  return context.redirect(`/staff/${encodeURIComponent(name)}?${result}`, 303);
}

function nobody(context: ConsoleContext): Html {
  return messagePage(context, { title: 'Nobody of that name', text: 'The list of staff says who there is.' });
}

async function listPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  typed: { readonly name: string; readonly role: string; readonly fault?: string },
): Promise<Html> {
  const members = await ports.staff.list();
  const spells = await ports.logInFailures.spells(ports.now() - shownSpellsMs);
  return page(context, {
    title: 'Staff',
    about: 'Who may use this console, and as what. Somebody new sets their own password by a link.',
    body: html`<section class="card">${table(
      'Staff',
      ['Name', 'Role', 'State', 'Second factor', 'Last log-in (UTC)', 'Added by'],
      members.map((member) => [
        html`<a href="/staff/${encodeURIComponent(member.name)}">${member.name}</a>`,
        member.role,
        badge(stateTones[member.state], member.state),
        member.hasSecondFactor ? 'yes' : badge('warn', 'no'),
        member.lastLoginAt === null ? '–' : timeTag(member.lastLoginAt),
        shown(member.createdBy),
      ]),
    )}</section>
<section class="card"><h2>Failed log-ins</h2>${spellTable(spells)}</section>
<section class="card"><h2>Add somebody</h2>${postForm(
      context,
      '/staff',
      html`${field({ name: 'name', label: 'Name or mail address', value: typed.name, fault: typed.fault ?? null, required: true })}
${choice({ name: 'role', label: 'Role', value: typed.role, options: roles.map((role) => [role, `${role}: ${roleTexts[role]}`]) })}
<button class="button plain">Make a link for them</button>`,
    )}</section>`,
  });
}

function spellTable(spells: readonly LogInSpell[]): Html {
  if (spells.length === 0) return html`<p class="quiet-text">None in the last week.</p>`;
  return table(
    'Failed log-ins of the last week',
    ['Name', 'Failures', 'Since (UTC)', 'Last', 'From'],
    spells.map(({ failures, lastAt, lastClient, name, since }) => [
      name === null ? 'names that nobody has' : html`<a href="/staff/${encodeURIComponent(name)}">${name}</a>`,
      failures >= worrying ? badge('warn', count(failures)) : count(failures),
      timeTag(since),
      timeTag(lastAt),
      shown(lastClient, 60),
    ]),
  );
}

function linkPage(context: ConsoleContext, name: string, token: string): Html {
  const scheme = isOverTls(context) ? 'https' : new URL(context.req.url).protocol.replace(':', '');
  const link = `${scheme}://${context.req.header('host') ?? ''}/join/${token}`;
  return page(context, {
    title: `A link for ${name}`,
    about: 'By it they set their own password.',
    body: html`${note('warn', 'It is shown this once, works once, and for 24 hours. Hand it over yourself: whoever opens it first is in.')}
<pre class="command"><code>${link}</code></pre>
<p><a class="button" href="/staff">Back to staff</a></p>`,
  });
}

async function memberPage(ports: ConsolePorts, context: ConsoleContext, member: StaffMember): Promise<Html> {
  const path = `/staff/${encodeURIComponent(member.name)}`;
  const sessions = await ports.staff.sessionsOf(member.name, ports.now());
  const spells = await ports.logInFailures.spells(ports.now() - shownSpellsMs);
  const spell = spells.find(({ name }) => name === member.name);
  const good = done[context.req.query('done') ?? ''];
  const bad = refused[context.req.query('refused') ?? ''];
  return page(context, {
    title: member.name,
    about: 'What they may do, where they are logged in, and whether they get in at all.',
    body: html`${good === undefined ? nothing : note('good', good)}${bad === undefined ? nothing : note('bad', bad)}
<section class="card">${facts([
      ['State', badge(stateTones[member.state], member.state)],
      ['Second factor', secondFactorText(member) || 'none'],
      ['Added', html`${timeTag(member.createdAt)} by ${shown(member.createdBy)}`],
      ['Last log-in', member.lastLoginAt === null ? 'never' : timeTag(member.lastLoginAt)],
      [
        'Failed log-ins',
        spell === undefined
          ? 'none in the last week'
          : html`${count(spell.failures)} since ${timeTag(spell.since)}, the last ${timeTag(spell.lastAt)} from ${shown(spell.lastClient, 60)}`,
      ],
      ['What they did', html`<a href="/audit?actor=${encodeURIComponent(member.name)}">in the audit log</a>`],
    ])}</section>
<section class="card"><h2>Role</h2>${postForm(
      context,
      `${path}/role`,
      html`${choice({ name: 'role', label: 'Role', value: member.role, options: roles.map((role) => [role, `${role}: ${roleTexts[role]}`]) })}<button class="button">Change</button>`,
    )}</section>
<section class="card"><h2>Sessions</h2>${
      sessions.length === 0
        ? html`<p class="quiet-text">None.</p>`
        : table(
            'Sessions',
            ['Since (UTC)', 'Last request', 'From', 'Browser', ''],
            sessions.map((one) => [
              timeTag(one.createdAt),
              timeTag(one.lastSeenAt),
              shown(one.ip, 60),
              shown(one.agent, 80),
              actionButton(context, `${path}/sessions/${one.id}/end`, 'End', { tone: 'quiet' }),
            ]),
          )
    }</section>
<section class="card"><h2>Access</h2>
<div class="row">${actionButton(context, `${path}/reset`, member.state === 'disabled' ? 'Let them in again by a new link' : 'Reset password, second factor and passkeys')}
${member.state === 'disabled' ? nothing : actionButton(context, `${path}/disable`, 'Disable', { tone: 'danger' })}</div></section>`,
  });
}

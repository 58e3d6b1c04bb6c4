/** Tokens of programs: made, listed, revoked. For admins. A secret is on one page, once. */
import { Hono } from 'hono';
import type { KnownToken, NewApiToken } from '../../records/api-tokens.ts';
import {
  type ApiTokenState,
  apiTokenState,
  newApiToken,
  type ProgramKind,
  programKinds,
  scopeTexts,
  staffScopes,
  tokenFault,
} from '../../staff/api-token.ts';
import { parseRole, type Role, roles, roleTexts } from '../../staff/role.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../environment.ts';
import { actionButton, formTexts, postForm } from '../form.ts';
import { need } from '../guard.ts';
import {
  badge,
  choice,
  empty,
  field,
  type Html,
  html,
  note,
  nothing,
  raw,
  shown,
  type Tone,
  table,
  timeTag,
} from '../html.ts';
import { page } from '../layout.ts';
import type { ConsolePorts } from '../ports.ts';
import { askAgain, type StepUp } from '../step-up.ts';

const dayMs = 86_400_000;
const lives = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'a year'],
  ['never', 'for good'],
] as const;
const programTexts: Readonly<Record<ProgramKind, string>> = {
  portal: 'admin portal: hands in what admins ask there, as proven',
  engineering: 'engineering: reads and answers work orders of recovery cases',
};

const stateTones: Readonly<Record<ApiTokenState, Tone>> = {
  active: 'good',
  expired: 'calm',
  revoked: 'calm',
  orphaned: 'warn',
};

type Typed = { readonly name: string; readonly as: string; readonly scopes: readonly string[]; readonly life: string };
const blank: Typed = { name: '', as: 'viewer', scopes: ['read'], life: '90' };

export function tokenRoutes(ports: ConsolePorts, stepUp: StepUp): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.use('/tokens', need('tokens.manage'));
  routes.use('/tokens/*', need('tokens.manage'));
  const by = (context: ConsoleContext) => ({ actor: whoOf(context).member.name, at: ports.now() });

  routes.get('/tokens', async (context) => context.html(await listPage(ports, context, blank, null)));

  routes.post('/tokens', async (context) => {
    const form = await formTexts(context);
    const typed: Typed = {
      name: form('name').trim(),
      as: form('as'),
      scopes: staffScopes.filter((scope) => form(`scope-${scope}`) === 'yes'),
      life: form('life'),
    };
    const made = tokenOf(typed, ports.now());
    if ('fault' in made) return context.html(await listPage(ports, context, typed, made.fault), 422);
    const asking = await askAgain(ports, stepUp, context, form, {
      title: 'Make this token?',
      about: html`A token <strong>${shown(made.name, 80)}</strong> that acts as ${made.role ?? made.kind} and may: ${made.scopes.join(', ')}.`,
      action: '/tokens',
      button: 'Make it',
      fields: {
        name: typed.name,
        as: typed.as,
        life: typed.life,
        ...Object.fromEntries(typed.scopes.map((scope) => [`scope-${scope}`, 'yes'])),
      },
    });
    if (asking !== null) return asking;
    const { hash, secret } = newApiToken(made.kind);
    await ports.tokens.add({ ...made, tokenHash: hash }, by(context));
    return context.html(secretPage(context, made.name, secret));
  });

  routes.post('/tokens/:id/revoke', async (context) => {
    const id = context.req.param('id');
    const known = (await ports.tokens.list()).find(({ token }) => token.id === id);
    // It cannot be undone, and a stolen session would cut every program off.
    const asking =
      known === undefined || known.token.revokedAt !== null
        ? null
        : await askAgain(ports, stepUp, context, await formTexts(context), {
            title: 'Revoke this token?',
            about: html`The next call of <strong>${shown(known.token.name, 80)}</strong> is refused. A revoked token does not come back: its program needs a new one.`,
            action: `/tokens/${encodeURIComponent(id)}/revoke`,
            button: 'Revoke it',
          });
    if (asking !== null) return asking;
    const isRevoked = await ports.tokens.revoke(id, by(context));
    return context.redirect(`/tokens?done=${isRevoked ? 'revoked' : 'gone'}`, 303);
  });
  return routes;
}

function tokenOf(typed: Typed, now: number): Omit<NewApiToken, 'tokenHash'> | { readonly fault: string } {
  const program = programKinds.find((kind) => kind === typed.as);
  const role: Role | null = program === undefined ? parseRole(typed.as) : null;
  const days = lives.find(([life]) => life === typed.life)?.[0];
  if (days === undefined) return { fault: 'Choose how long it works.' };
  const token: Omit<NewApiToken, 'tokenHash'> = {
    kind: program ?? 'staff',
    name: typed.name,
    role,
    scopes: program === undefined ? staffScopes.filter((scope) => typed.scopes.includes(scope)) : [program],
    expiresAt: days === 'never' ? null : now + Number(days) * dayMs,
  };
  const fault = tokenFault(token);
  return fault === null ? token : { fault };
}

const done: Readonly<Record<string, string>> = {
  revoked: 'Revoked: its next call is refused.',
  gone: 'It did not work any more.',
};

async function listPage(
  ports: Pick<ConsolePorts, 'tokens' | 'now'>,
  context: ConsoleContext,
  typed: Typed,
  fault: string | null,
): Promise<Html> {
  const known = await ports.tokens.list();
  const message = done[context.req.query('done') ?? ''];
  return page(context, {
    title: 'Tokens',
    about: html`A program that calls <code>/api/v1</code> shows a token: <code>Authorization: Bearer ptn_…</code>. It may do what its scopes name, as far as its role goes, and never more than whoever made it may: if your role changes, so does what your tokens may do, and if you are shut out they end. A token that must outlive you is made with <code>postern token add</code>.`,
    actions: html`<a class="button" href="/api/v1/openapi.json">What programs can call</a>`,
    body: html`${message === undefined ? nothing : note('good', message)}
<section class="card">${known.length === 0 ? empty('No token', 'No program can call.') : tokenTable(context, known, ports.now())}</section>
<section class="card"><h2>Make a token</h2>${fault === null ? nothing : note('bad', `Nothing was made. ${fault}`)}${postForm(
      context,
      '/tokens',
      html`${field({ name: 'name', label: 'What it is for', value: typed.name, required: true, placeholder: 'status board' })}
${choice({
  name: 'as',
  label: 'Acts as',
  value: typed.as,
  options: [
    ...roles.map((role) => [role, `${role}: ${roleTexts[role]}`] as const),
    ...programKinds.map((kind) => [kind, programTexts[kind]] as const),
  ],
})}
<fieldset><legend>May (the admin portal and engineering have one scope each)</legend>${staffScopes.map(
        (scope) =>
          html`<label class="check"><input type="checkbox" name="scope-${scope}" value="yes"${typed.scopes.includes(scope) ? raw(' checked') : nothing}> <span><strong>${scope}</strong>: ${scopeTexts[scope]}</span></label>`,
      )}</fieldset>
${choice({ name: 'life', label: 'Works', value: typed.life, options: lives })}
<button class="button plain">Make it</button>`,
    )}</section>`,
  });
}

function tokenTable(context: ConsoleContext, known: readonly KnownToken[], now: number): Html {
  return table(
    'Tokens',
    ['For', 'Acts as', 'May', 'State', 'Ends (UTC)', 'Last call (UTC)', 'Made by', ''],
    known.map(({ maker, token }) => {
      const state = apiTokenState(token, maker, now);
      return [
        html`${shown(token.name, 80)}<br><code class="quiet-text small">${token.id}</code>`,
        token.role ?? token.kind,
        html`<span class="wrap">${token.scopes.join(', ')}</span>`,
        badge(stateTones[state], state),
        token.expiresAt === null ? 'never' : timeTag(token.expiresAt),
        token.lastUsedAt === null
          ? 'never'
          : html`${timeTag(token.lastUsedAt)}<br><span class="quiet-text small">${shown(token.lastUsedFrom ?? '', 60)}</span>`,
        shown(token.createdBy, 80),
        token.revokedAt === null
          ? actionButton(context, `/tokens/${token.id}/revoke`, 'Revoke', {
              tone: 'quiet',
              label: `Revoke ${token.name}`,
            })
          : nothing,
      ];
    }),
  );
}

function secretPage(context: ConsoleContext, name: string, secret: string): Html {
  return page(context, {
    title: 'A new token',
    about: 'A program shows it with each call.',
    body: html`${note('warn', html`This is the only time that the secret of ${shown(name, 80)} is shown. Put it where the program reads its secrets, not into its code.`)}
<pre class="command"><code>${secret}</code></pre>
<p><a class="button" href="/tokens">Back to the tokens</a></p>`,
  });
}
